#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole walk in the app, through real middleboxes: by its pages, and by what is on the disk afterwards."""
import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey
import journey_brski
import journey_pki


class Walk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pki = journey_brski.Plant()
        cls.pki.inspection = journey_pki.Credential(cls.pki.folder, "inspection", "Journey Inspection CA", cls.pki.domain, authority=True)
        cls.pki.configure(f"est-cacerts={cls.pki.domain.path}")
        cls.service = journey.Stiled("--config", cls.pki.config, "--listen", f"127.0.0.1:{cls.pki.port}")

    @classmethod
    def tearDownClass(cls):
        for program in list(journey.Program.running):
            program.stop()

    def remember(self, home, proxy):
        """The settings of somebody who filled in the first page before."""
        folder = home / "config/glib-2.0/settings"
        folder.mkdir(parents=True)
        (folder / "keyfile").write_text(f"""[org/stile/Stile]
service-url='https://localhost:{self.service.port}'
anchors-file='{self.pki.maker.path}'
certificate-file='{self.pki.device.path}'
key-file='{self.pki.device.key_path}'
proxy='{proxy}'
""", encoding="utf-8")

    def walk(self, middlebox):
        home = journey.make_folder()
        self.remember(home, middlebox.url)
        environment = {**os.environ, "HOME": str(home), "GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(home / "config"),
                       "XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "cache")}
        ran = journey.run(os.environ["WALK_DEVICE"], env=environment)
        self.assertEqual(ran.status, 0, ran.out + ran.err)
        self.assertEqual(self.pki.admission(), "audited")
        roots = home / "data/stile/trust/domain-roots.pem"
        certificate = home / "data/stile/identities/identity.pem"
        verified = journey.run("openssl", "verify", "-CAfile", roots, certificate)
        self.assertEqual(verified.status, 0, verified.err)
        self.assertEqual((home / "data/stile/identities/identity.key").stat().st_mode & 0o777, 0o600)
        self.assertEqual(journey.run("curl", "-sS", "--max-time", "20", "--proxy", middlebox.url, "--cacert", roots,
                                     f"https://localhost:{self.service.port}").status, 0)

    def test_mitmproxy(self):
        self.walk(journey.Mitmproxy(self.pki, self.service.port))

    def test_squid(self):
        self.walk(journey.Squid(self.pki, self.service.port))


if __name__ == "__main__":
    journey.main()
