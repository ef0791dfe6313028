#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole walk, through real middleboxes, and what these saw of it."""
import base64
import re
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey
import journey_pki

STEPS = ["service", "path", "session", "roots", "install", "done"]


class Walk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pki = journey_pki.Pki(journey.make_folder())
        # 2 * (16 + 12): the keys and nonces of AES-128-GCM, that the two agree on.
        cls.service = journey.Stiled(*cls.pki.service_options(), "--log-export", "application-layer-tls:56")
        cls.window = journey.Window(cls.pki.outer, cls.service.port)
        regular = journey.Mitmproxy(cls.pki, cls.service.port)
        reverse = journey.Mitmproxy(cls.pki, cls.service.port, reverse=True)
        squid = journey.Squid(cls.pki, cls.window.port)
        # Where the service seems to be, the proxy to use, and who tells what the middlebox saw.
        cls.ways = {
            "mitmproxy_regular": (cls.service.port, regular.url, regular),
            "mitmproxy_reverse": (reverse.port, "none", reverse),
            "squid": (cls.window.port, squid.url, cls.window),
        }
        cls.squid = squid

    @classmethod
    def tearDownClass(cls):
        cls.window.stop()
        for program in list(journey.Program.running):
            program.stop()

    def curl(self, url, proxy, *options):
        way = ["--noproxy", "*"] if proxy == "none" else ["--proxy", proxy]
        return journey.run("curl", "-sS", "--max-time", "20", *way, *options, url).status

    def walk(self, way, tls, mode):
        port, proxy, watcher = self.ways[way]
        url = f"https://localhost:{port}"
        home = journey.make_folder()
        pem = home / "roots.pem"
        self.assertEqual(self.curl(url, proxy), 60, "curl trusts the middlebox before the walk")
        watcher.forget()

        ran = journey.stilectl("bootstrap", url, *self.pki.client_options(), "--proxy", proxy, "--pem", pem,
                               "--no-own-store", "--tls", tls, "--mode", mode, "--json", home=home)
        self.assertEqual(ran.status, 0, ran.err + ran.out)
        self.assertNotIn("CRITICAL", ran.err)
        self.check_report(ran.json, url, tls, mode)
        self.check_file(pem, home)
        self.check_secrecy(watcher.seen, self.service.exported())
        # TLS 1.2 shows certificates, TLS 1.3 does not: so this is what went over, and would show more if there were more.
        (self.assertIn if tls == "1.2" else self.assertNotIn)(self.pki.service.der, watcher.seen)
        self.assertEqual(self.curl(url, proxy, "--cacert", pem), 0)

    def check_report(self, report, url, tls, mode):
        self.assertEqual(report["service"], url)
        self.assertEqual([step["step"] for step in report["steps"]], STEPS)
        self.assertEqual({step["state"] for step in report["steps"]}, {"complete"})
        self.assertIs(report["intercepted"], True)
        self.assertIn("unknown-ca", report["before"]["errors"])
        self.assertEqual(report["after"]["errors"], [])
        issuer = base64.b64decode(report["before"]["chain"][0])
        self.assertIn(b"Journey Inspection CA", issuer)
        authority = report["service_view"]["authority"]
        self.assertIs(authority["known"], True)
        self.assertEqual(authority["label"], self.pki.domain.name)
        self.assertEqual(report["session"]["version"], "TLS " + tls)
        self.assertEqual(report["session"]["mode"], mode)
        self.assertEqual(base64.b64decode(report["session"]["peer"][0]["der"]), self.pki.service.der)
        self.assertEqual([base64.b64decode(root["der"]) for root in report["roots"]], [self.pki.domain.der])

    def check_file(self, pem, home):
        """Exactly the domain's root, and nothing half-written beside it."""
        blocks = re.findall(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", pem.read_text(encoding="utf-8"), re.DOTALL)
        self.assertEqual([base64.b64decode(block) for block in blocks], [self.pki.domain.der])
        self.assertTrue(pem.read_bytes().endswith(b"\n"))
        self.assertEqual([path.name for path in home.rglob("*") if path.is_file()], ["roots.pem"])

    def check_secrecy(self, seen, block):
        # It did look inside the outer TLS: flights are there, by their media type and by their cookie.
        self.assertIn(b"application/atls+octet-stream", seen)
        self.assertIn(b"atls-session=", seen)
        for inner in [b"/.well-known/est", b"cacerts", b"atls/observation", b"unknown-ca", b"pkcs7"]:
            self.assertNotIn(inner, seen)
        secrets = [self.pki.domain.der[40:], self.pki.domain.der[-60:], block,
                   block[:16], block[16:32], block[32:44], block[44:56]]
        for secret in secrets:
            for text in journey.spellings(secret):
                self.assertNotIn(text, seen)
        pem = base64.b64encode(self.pki.domain.der)
        self.assertNotIn(pem[70:120], seen)


journey.add_cases(Walk, Walk.walk, [
    (f"{way} TLS {tls} {mode}", way, tls, mode)
    for way in ["mitmproxy_regular", "mitmproxy_reverse", "squid"] for tls in ["1.2", "1.3"] for mode in ["record", "export"]
])


class SquidSaw(unittest.TestCase):
    def test_log_shows_interception(self):
        """The access log names paths inside TLS, so Squid did open it."""
        pki = journey_pki.Pki(journey.make_folder())
        service = journey.Stiled(*pki.service_options())
        self.addCleanup(service.stop)
        squid = journey.Squid(pki, service.port)
        self.addCleanup(squid.stop)
        ran = journey.stilectl("connect", f"https://localhost:{service.port}", *pki.client_options(), "--proxy", squid.url,
                               "--get", "/.well-known/est/cacerts")
        self.assertEqual(ran.status, 0, ran.err)
        squid.stop()
        self.assertRegex(squid.requests, r"POST https://localhost:\d+/\.well-known/atls ")
        self.assertNotIn("cacerts", squid.requests)


if __name__ == "__main__":
    journey.main()
