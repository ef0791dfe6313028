#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What README.md says to type makes a manufacturer, a domain and a device from nothing: it is typed here."""
import os
import re
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey

ROOT = Path(__file__).resolve().parents[2]


def read_blocks(first, end):
    """The blocks for a shell, from one heading up to another."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```$", text[text.index(first):text.index(end)], re.MULTILINE | re.DOTALL)


class Readme(unittest.TestCase):
    def setUp(self):
        self.folder = journey.make_folder()

    def type(self, blocks):
        """In one shell, as somebody does who goes on only while all is well; "refuses" is what shall happen there."""
        script = re.sub(r"^(.*?)( +# .* refuses)$", r"if \1; then false; fi\2", "".join(blocks), flags=re.MULTILINE)
        for port in "8443", "9443":
            script = script.replace(port, str(journey.free_port()))
        programs = ":".join(str(Path(path).parent) for path in (journey.STILED, journey.STILECTL))
        environment = {"HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder / ".local/share"),
                       "PATH": f"{programs}:{os.environ['PATH']}"}
        beginning = f"trap 'kill $(jobs -p) 2>/dev/null' EXIT\ncd '{self.folder}'\n"
        return journey.run("bash", "-e", "-o", "pipefail", "-c", beginning + script, env=environment, seconds=120)

    def test_from_nothing(self):
        done = self.type(read_blocks("### A manufacturer", "## Where things are"))
        self.assertEqual(done.status, 0, f"{done.out}\n{done.err}")
        for said in ("The configuration is good.", "“asked” and is “allowed” now", "8/8  Done", "issuer=CN = Plant Nord Root CA",
                     "Taken back.", "Accepted.", "Refused by P8."):
            self.assertIn(said, done.out)


if __name__ == "__main__":
    journey.main()
