#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What README.md says to type makes a manufacturer, a domain and a device from nothing: it is typed here, docs/devices.md too."""
import os
import random
import re
import socket
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey
import journey_bench

ROOT = Path(__file__).resolve().parents[2]


def read_blocks(first="# ", end="", page="README.md"):
    """The blocks for a shell, from one heading up to another, or to the page's end."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```$", text[text.index(first):text.index(end) if end else None], re.MULTILINE | re.DOTALL)


def find_tens():
    """All but the last digit of four free ports in a row, which a page writes as one number and a variable."""
    for tens in random.sample(range(1100, 3200), 100):
        try:
            for last in range(1, 5):
                socket.create_server(("127.0.0.1", tens * 10 + last)).close()
            return tens
        except OSError:
            continue
    raise AssertionError("no four ports in a row are free")


class Readme(unittest.TestCase):
    def setUp(self):
        self.folder = journey.make_folder()

    def type(self, blocks):
        """In one shell, as somebody does who goes on only while all is well; "refuses" is what shall happen there, and "9: " the
        exit status."""
        script = re.sub(r"^(.*?)( +# .* refuses)$", r"if \1; then false; fi\2", "".join(blocks), flags=re.MULTILINE)
        script = re.sub(r"^(.*?)( +# 9: .*)$", r"status=0; \1 || status=$?; test $status -eq 9\2", script, flags=re.MULTILINE)
        for port in "8443", "9443", "8011":
            script = script.replace(port, str(journey.free_port()))
        script = re.sub(r"802(?=[1-4$])", str(find_tens()), script)
        programs = ":".join(str(Path(path).parent) for path in (journey.STILED, journey.STILECTL, journey_bench.PLEDGE))
        environment = {"HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder / ".local/share"),
                       "PATH": f"{programs}:{os.environ['PATH']}"}
        beginning = f"trap 'kill $(jobs -p) 2>/dev/null' EXIT\ncd '{self.folder}'\n"
        return journey.run("bash", "-e", "-o", "pipefail", "-c", beginning + script, env=environment, seconds=120)

    def test_from_nothing(self):
        done = self.type(read_blocks("### A manufacturer", "## Where things are"))
        self.assertEqual(done.status, 0, f"{done.out}\n{done.err}")
        for said in ("The configuration is good.", "“asked” and is “allowed” now", "8/8  Done", "issuer=CN = Plant Nord Root CA",
                     "X1-0011  Waiting: R5: ", "X1-0011  Done",
                     "Taken back.", "Accepted.", "Refused by P8."):
            self.assertIn(said, done.out)

    def test_devices(self):
        """The page goes on where README.md has a manufacturer and a domain."""
        before = [block for block in read_blocks("### A manufacturer", "### EST without Stile") if "bootstrap" not in block]
        done = self.type(before + read_blocks(page="docs/devices.md"))
        self.assertEqual(done.status, 0, f"{done.out}\n{done.err}")
        for said in ("X1-0021  Waiting: R5: ", "X1-0022  Done", "X1-0023  In the queue", "X1-0024  Done", "enroll-success", '"done": 4'):
            self.assertIn(said, done.out)


if __name__ == "__main__":
    journey.main()
