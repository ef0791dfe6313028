#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""stiled in front of another EST server, a stiled with a CA: who may enrol is judged in front, and issued is behind."""
import base64
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey
import journey_brski

USER, PASSWORD = "tom", "a long password"
SUBJECT = f"/CN=camera/serialNumber={journey_brski.SERIAL}"


class Upstream(unittest.TestCase):
    def setUp(self):
        self.front, self.behind = journey_brski.Plant(), journey_brski.Plant()
        hashed = journey.run("openssl", "passwd", "-6", "-stdin", data=PASSWORD.encode()).out.strip()
        self.front.write("users", f"{USER}:{hashed}")
        self.write(self.behind, [("est-ca-cert", self.behind.domain.path), ("est-ca-key", self.behind.domain.key_path),
                                 ("est-clients", self.front.domain.path)], "est=ca")
        self.write(self.front, [("est-clients", self.front.maker.path), ("est-users", self.front.folder / "users"),
                                ("est-upstream-ca", self.behind.domain.path),
                                ("est-upstream-cert", self.front.registrar.path),
                                ("est-upstream-key", self.front.registrar.key_path)],
                   "est=upstream", f"est-upstream=https://localhost:{self.behind.port}")
        self.issuer = self.behind.start()
        self.addCleanup(self.issuer.stop)
        self.addCleanup(self.front.start().stop)
        self.client = journey_brski.Pledge(self.front)

    def write(self, plant, files, *lines):
        own = [("atls-cert", plant.registrar.path), ("atls-key", plant.registrar.key_path), ("tls-cert", plant.registrar.path),
               ("tls-key", plant.registrar.key_path), ("database", plant.database)]
        plant.write("stiled.conf", "[stiled]", *(f"{key}={value}" for key, value in own + files), "workers=2", *lines)

    def expect(self, answer, status):
        self.assertEqual(answer.status, status, answer.body)

    def verify(self, certificate):
        done = journey.run("openssl", "verify", "-no-CApath", "-no-CAstore", "-CAfile", self.behind.domain.path, certificate.path)
        self.assertEqual(done.status, 0, done.err)

    def test_device(self):
        answer = self.client.enrol(self.client.make_csr(SUBJECT))
        self.expect(answer, 200)
        certificate = self.client.take_certificate(answer)
        self.verify(certificate)
        self.assertIn(journey_brski.SERIAL, certificate.describe())

    def test_name_of_another_device(self):
        """The server in front has its certificate from nobody's device, so the one behind believes its word."""
        for subject in ("/CN=camera", "/CN=camera/serialNumber=PID:J1 SN:0816"):
            self.expect(self.client.enrol(self.client.make_csr(subject)), 400)

    def test_password(self):
        """Stays in front; and is good for no device's name."""
        login = "--user", f"{USER}:{PASSWORD}"
        self.expect(self.client.enrol(self.client.make_csr("/CN=laptop"), credential="nobody"), 401)
        self.expect(self.client.enrol(self.client.make_csr(SUBJECT), "simpleenroll", *login, credential="nobody"), 403)
        answer = self.client.enrol(self.client.make_csr("/CN=laptop"), "simpleenroll", *login, credential="nobody")
        self.expect(answer, 200)
        self.verify(self.client.take_certificate(answer))

    def test_stranger(self):
        stranger = self.front.make_device("fake", journey_brski.SERIAL, self.front.stranger)
        self.expect(self.client.enrol(self.client.make_csr(SUBJECT), credential=stranger), 401)

    def test_around(self):
        """Who goes to the one behind himself is nobody there."""
        direct = journey_brski.Pledge(self.behind, self.front.device)
        self.expect(direct.enrol(direct.make_csr(SUBJECT)), 403)

    def test_roots(self):
        answer = self.client.curl("/.well-known/est/cacerts", credential="nobody", trusts=self.front.domain)
        self.expect(answer, 200)
        done = journey.run("openssl", "pkcs7", "-inform", "DER", "-print_certs", "-text", data=base64.b64decode(answer.body))
        self.assertIn("Journey Plant Root", done.out)
        served = journey.run("openssl", "x509", "-in", self.behind.domain.path, "-noout", "-serial").out
        number = served.strip().split("=")[1].lower()
        self.assertIn(number, done.out.replace(":", "").lower())

    def test_issuer_down(self):
        self.issuer.stop()
        answer = self.client.enrol(self.client.make_csr(SUBJECT))
        self.expect(answer, 502)
        self.assertNotIn(str(self.behind.port), answer.text)


if __name__ == "__main__":
    journey.main()
