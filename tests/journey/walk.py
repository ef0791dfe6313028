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
import journey_brski
import journey_pki

STEPS = ["service", "path", "session", "voucher", "roots", "install", "enrol", "done"]

# 2 * (16 + 12): the keys and nonces of AES-128-GCM, that the two agree on.
EXPORT = ["--log-export", "application-layer-tls:56"]


class Ways(unittest.TestCase):
    """A service, and three middleboxes that lead to it."""

    @classmethod
    def open_ways(cls, outer):
        cls.window = journey.Window(outer, cls.service.port)
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

        ran = journey.stilectl("bootstrap", url, *self.options(), "--proxy", proxy, "--pem", pem,
                               "--no-own-store", "--tls", tls, "--mode", mode, "--json", home=home)
        self.assertEqual(ran.status, 0, ran.err + ran.out + (self.squid.logs if way == "squid" else ""))
        self.assertNotIn("CRITICAL", ran.err)
        self.check_report(ran.json, url, tls, mode)
        self.check_file(pem)
        self.check_more(ran.json, home)
        for _ in range(self.sessions):
            self.check_secrecy(watcher.seen, self.service.exported())
        # TLS 1.2 shows certificates, TLS 1.3 does not: so this is what went over, and would show more if there were more.
        (self.assertIn if tls == "1.2" else self.assertNotIn)(self.shown.der, watcher.seen)
        if tls == "1.3":
            self.check_hidden(watcher.seen, ran.json)
        self.assertEqual(self.curl(url, proxy, "--cacert", pem), 0)

    def check_report(self, report, url, tls, mode):
        self.assertEqual(report["service"], url)
        self.assertEqual([step["step"] for step in report["steps"]], STEPS)
        self.assertEqual([step["step"] for step in report["steps"] if step["state"] == "skipped"], self.skipped)
        self.assertLessEqual({step["state"] for step in report["steps"]}, {"complete", "skipped"})
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
        self.assertEqual(base64.b64decode(report["session"]["peer"][0]["der"]), self.shown.der)
        self.assertEqual([base64.b64decode(root["der"]) for root in report["roots"]], [self.pki.domain.der])

    def check_file(self, pem):
        """Exactly the domain's root, and nothing half-written beside it."""
        blocks = re.findall(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", pem.read_text(encoding="utf-8"), re.DOTALL)
        self.assertEqual([base64.b64decode(block) for block in blocks], [self.pki.domain.der])
        self.assertTrue(pem.read_bytes().endswith(b"\n"))
        self.assertEqual([path.name for path in pem.parent.glob("*") if path.is_file()], ["roots.pem"])

    def check_secrecy(self, seen, block):
        # It did look inside the outer TLS: flights are there, by their media type and by their cookie.
        self.assertIn(b"application/atls+octet-stream", seen)
        self.assertIn(b"atls-session=", seen)
        for inner in [b"/.well-known/est", b"cacerts", b"atls/observation", b"unknown-ca", b"pkcs7", b"/.well-known/brski",
                      b"requestvoucher", b"enrollstatus", b"voucher-cms"]:
            self.assertNotIn(inner, seen)
        secrets = [self.pki.domain.der[40:], self.pki.domain.der[-60:], block,
                   block[:16], block[16:32], block[32:44], block[44:56]]
        for secret in secrets:
            for text in journey.spellings(secret):
                self.assertNotIn(text, seen)
        pem = base64.b64encode(self.pki.domain.der)
        self.assertNotIn(pem[70:120], seen)

    def check_hidden(self, seen, report):
        """What only the two ends know of each other."""


class WalkWithVoucher(Ways):
    """BRSKI whole: the device knows its manufacturer, and nothing else."""

    skipped = []
    sessions = 2  # the last word to the registrar is said with the new certificate

    @classmethod
    def setUpClass(cls):
        cls.pki = journey_brski.Plant()
        cls.pki.inspection = journey_pki.Credential(cls.pki.folder, "inspection", "Journey Inspection CA", cls.pki.domain, authority=True)
        cls.pki.configure(f"est-cacerts={cls.pki.domain.path}")
        cls.shown = cls.pki.registrar
        cls.service = journey.Stiled("--config", cls.pki.config, "--listen", f"127.0.0.1:{cls.pki.port}", *EXPORT)
        cls.open_ways(cls.pki.registrar)

    def options(self):
        return ["--ca", self.pki.maker.path, "--cert", self.pki.device.path, "--key", self.pki.device.key_path]

    def check_more(self, report, home):
        voucher = report["voucher"]
        self.assertEqual(voucher["fields"]["serial-number"], journey_brski.SERIAL)
        self.assertEqual(voucher["fields"]["assertion"], "proximity")
        self.assertEqual(base64.b64decode(voucher["fields"]["pinned-domain-cert"]), self.pki.domain.der)
        self.assertEqual({check["result"] for check in voucher["checks"]} - {"passed", "skipped"}, set())
        enrolment = report["enrolment"]
        self.assertEqual(Path(enrolment["certificate"]).parent, home / "data/stile/identities")
        self.assertEqual(Path(enrolment["key"]).stat().st_mode & 0o777, 0o600)
        verified = journey.run("openssl", "verify", "-CAfile", self.pki.domain.path, enrolment["certificate"])
        self.assertEqual(verified.status, 0, verified.err)
        public = [journey.run("openssl", kind, "-in", enrolment[name], *words, "-noout" if kind == "x509" else "-pubout").out
                  for kind, name, words in [("x509", "certificate", ["-pubkey"]), ("pkey", "key", [])]]
        self.assertEqual(public[0], public[1])
        self.assertEqual(self.pki.admission(), "audited")

    def check_hidden(self, seen, report):
        for secret in [report["voucher"]["signed"], report["enrolment"]["chain"][0]["der"]]:
            for text in journey.spellings(base64.b64decode(secret)[20:]):
                self.assertNotIn(text, seen)
        self.assertNotIn(journey_brski.SERIAL.encode(), seen)


class WalkWithService(Ways):
    """The service's own certificate vouches for the roots, and nobody enrols."""

    skipped = ["voucher", "enrol"]
    sessions = 1

    @classmethod
    def setUpClass(cls):
        cls.pki = journey_pki.Pki(journey.make_folder())
        cls.shown = cls.pki.service
        cls.service = journey.Stiled(*cls.pki.service_options(), *EXPORT)
        cls.open_ways(cls.pki.outer)

    def options(self):
        return [*self.pki.client_options(), "--trust", "service"]

    def check_more(self, report, home):
        self.assertEqual({path.parent for path in home.rglob("*") if path.is_file()} - {home}, {home / "data/stile/trust"})


WAYS = ["mitmproxy_regular", "mitmproxy_reverse", "squid"]
journey.add_cases(WalkWithVoucher, Ways.walk, [
    (f"{way} TLS {tls} {mode}", way, tls, mode)
    for way in WAYS for tls in ["1.2", "1.3"] for mode in ["record", "export"]
])
journey.add_cases(WalkWithService, Ways.walk, [
    (f"{way} TLS {tls} {mode}", way, tls, mode)
    for way, tls, mode in [("mitmproxy_regular", "1.2", "record"), ("mitmproxy_reverse", "1.3", "export"), ("squid", "1.3", "export")]
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
