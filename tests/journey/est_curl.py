#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An RFC 7030 client made of curl and openssl enrols with stiled, which has a CA of its own and no registrar."""
import base64
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey
import journey_brski

USER, PASSWORD = "tom", "a long password"


class Est(unittest.TestCase):
    def setUp(self):
        self.plant = journey_brski.Plant()
        hashed = journey.run("openssl", "passwd", "-6", "-stdin", data=PASSWORD.encode()).out.strip()
        self.plant.write("users", f"{USER}:{hashed}")
        self.plant.write("stiled.conf", "[stiled]", *(f"{key}={self.plant.folder / name}" for key, name in [
            ("atls-cert", "registrar.pem"), ("atls-key", "registrar.key"), ("tls-cert", "registrar.pem"),
            ("tls-key", "registrar.key"), ("est-ca-cert", "domain.pem"), ("est-ca-key", "domain.key"),
            ("est-clients", "maker.pem"), ("est-users", "users"), ("database", "stile.db")]),
            "est=ca", "est-lifetime-days=30", "est-key-generation=true", "workers=2")
        service = self.plant.start()
        self.addCleanup(service.stop)
        self.client = journey_brski.Pledge(self.plant)

    def expect(self, answer, status):
        self.assertEqual(answer.status, status, answer.body)

    def verify(self, certificate):
        done = journey.run("openssl", "verify", "-no-CApath", "-no-CAstore", "-CAfile", self.plant.domain.path, certificate.path)
        self.assertEqual(done.status, 0, done.err)

    def test_roots(self):
        answer = self.client.curl("/.well-known/est/cacerts", credential="nobody", trusts=self.plant.domain)
        self.expect(answer, 200)
        self.assertTrue(answer.headers["content-type"].startswith("application/pkcs7-mime"))
        done = journey.run("openssl", "pkcs7", "-inform", "DER", "-print_certs", data=base64.b64decode(answer.body))
        self.assertIn("Journey Plant Root", done.out)

    def test_by_certificate(self):
        """And again with what it got, which is renewed."""
        answer = self.client.enrol(self.client.make_csr())
        self.expect(answer, 200)
        first = self.client.take_certificate(answer)
        self.verify(first)
        subject = journey.run("openssl", "x509", "-in", first.path, "-noout", "-subject", "-nameopt", "RFC2253").out
        self.assertIn(journey_brski.SERIAL, subject)

        old = journey_brski.Enrolled()
        old.path, old.key_path = self.client.folder / "old.pem", self.client.folder / "old.key"
        old.path.write_bytes(first.path.read_bytes())
        old.key_path.write_bytes(first.key_path.read_bytes())
        made = journey.run("openssl", "x509", "-in", old.path, "-x509toreq", "-signkey", old.key_path)
        done = journey.run("openssl", "req", "-outform", "DER", data=made.raw)
        self.assertEqual(done.status, 0, done.err)
        self.client.key = old.key_path
        renewed = self.client.enrol(base64.encodebytes(done.raw), "simplereenroll", credential=old)
        self.expect(renewed, 200)
        self.verify(self.client.take_certificate(renewed))

    def test_by_password(self):
        csr = self.client.make_csr("/CN=laptop")
        without = self.client.enrol(csr, credential="nobody")
        self.expect(without, 401)
        self.assertTrue(without.headers["www-authenticate"].startswith("basic"))
        self.expect(self.client.enrol(csr, "simpleenroll", "--user", f"{USER}:wrong", credential="nobody"), 401)
        answer = self.client.enrol(csr, "simpleenroll", "--user", f"{USER}:{PASSWORD}", credential="nobody")
        self.expect(answer, 200)
        self.verify(self.client.take_certificate(answer))

    def test_stranger(self):
        stranger = self.plant.make_device("fake", journey_brski.SERIAL, self.plant.stranger)
        self.expect(self.client.enrol(self.client.make_csr(), credential=stranger), 401)

    def test_server_makes_key(self):
        answer = self.client.enrol(self.client.make_csr(), "serverkeygen")
        self.expect(answer, 200)
        self.assertTrue(answer.headers["content-type"].startswith("multipart/mixed"))
        self.assertIn(b"application/pkcs8", answer.body)

    def test_garbage(self):
        self.expect(self.client.enrol(b"????"), 400)
        self.expect(self.client.curl("/.well-known/est/nothing", trusts=self.plant.domain), 404)


if __name__ == "__main__":
    journey.main()
