#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registrar, MASA and EST server in one stiled, and an RFC 8995 pledge made of curl, openssl and Python."""
import base64
import signal
import sys
import types
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey
import journey_atls
import journey_brski


class Registrar(unittest.TestCase):
    def setUp(self):
        self.plant = journey_brski.Plant()

    def start(self):
        service = self.plant.start()
        self.addCleanup(service.stop)
        return service

    def pledge(self, credential=None):
        return journey_brski.Pledge(self.plant, credential)

    def expect(self, answer, status, beginning=""):
        self.assertEqual(answer.status, status, answer.body)
        self.assertTrue(answer.body.decode("utf-8", "replace").startswith(beginning), answer.body)

    def test_whole(self):
        """From a device in its box to a certificate of the plant's, and a report of it."""
        self.start()
        pledge = self.pledge()
        early = pledge.enrol(pledge.make_csr())
        self.expect(early, 403)
        self.assertIn("R10", early.text)

        answer = pledge.ask_voucher(pledge.make_request())
        self.expect(answer, 200)
        self.assertEqual(answer.headers["content-type"], journey_brski.VOUCHER)
        voucher = pledge.open_voucher(answer.body)
        self.assertEqual(voucher["serial-number"], journey_brski.SERIAL)
        self.assertEqual(voucher["nonce"], pledge.nonce)
        self.assertEqual(voucher["assertion"], "proximity")
        self.assertEqual(base64.b64decode(voucher["pinned-domain-cert"]), self.plant.domain.der)
        self.assertNotIn("expires-on", voucher)
        self.assertEqual(self.plant.admission(), "allowed")
        self.expect(pledge.enrol(pledge.make_csr()), 403)

        self.expect(pledge.tell("voucher_status", True, trusts=self.plant.domain), 200)
        self.assertEqual(self.plant.admission(), "audited")

        self.assertIn(pledge.curl("/.well-known/est/csrattrs", trusts=self.plant.domain).status, (200, 204, 404))
        self.expect(pledge.curl("/.well-known/est/cacerts", trusts=self.plant.domain), 200)
        enrolled = pledge.enrol(pledge.make_csr())
        self.expect(enrolled, 200)
        certificate = pledge.take_certificate(enrolled)
        self.assertIn("Journey Plant Root", certificate.describe())
        self.expect(pledge.tell("enrollstatus", True, trusts=self.plant.domain, credential=certificate), 200)

    def test_inside_atls(self):
        """The certificates are those of the inner session; the outer one says nothing."""
        self.start()
        pki = types.SimpleNamespace(manufacturer=self.plant.domain, client=self.plant.device)
        inside = journey_atls.Client(self.plant.port, pki, alpn=[b"bhttp"],
                                     http=journey_atls.Http(self.plant.port, tls=True)).handshake()
        pledge = self.pledge()
        status, fields, body = inside.request("POST", "/.well-known/brski/requestvoucher",
                                              [("content-type", journey_brski.VOUCHER)], pledge.make_request())
        self.assertEqual(status, 200, body)
        self.assertEqual(pledge.open_voucher(body)["nonce"], pledge.nonce)
        report = [("content-type", "application/json")], b'{"version":1,"status":true}'
        self.assertEqual(inside.request("POST", "/.well-known/brski/voucher_status", *report)[0], 200)
        self.assertEqual(self.plant.admission(), "audited")
        status, fields, body = inside.request("POST", "/.well-known/est/simpleenroll",
                                              [("content-type", "application/pkcs10")], pledge.make_csr())
        self.assertEqual(status, 200, body)

    def test_killed_in_between(self):
        """The same request gets the same bytes, from a service that was killed and is up again."""
        service = self.start()
        pledge = self.pledge()
        request = pledge.make_request()
        first = pledge.ask_voucher(request)
        self.expect(first, 200)
        journey_brski.kill(service)
        self.start()
        again = pledge.ask_voucher(request)
        self.expect(again, 200)
        self.assertEqual(first.body, again.body)
        self.expect(pledge.tell("voucher_status", True), 200)
        self.assertEqual(self.plant.admission(), "audited")

    def test_person_decides(self):
        """202 until somebody allows it, beside the service that runs."""
        self.plant.write_policy("admit=ask")
        self.start()
        pledge = self.pledge()
        request = pledge.make_request()
        asked = pledge.ask_voucher(request)
        self.expect(asked, 202, "R5: ")
        self.assertTrue(0 < int(asked.headers["retry-after"]) <= 60)
        self.assertEqual(self.plant.admission(), "asked")
        done = self.plant.manage("--allow", journey_brski.SERIAL)
        self.assertEqual(done.status, 0, done.err)
        self.expect(pledge.ask_voucher(request), 200)

        self.assertEqual(self.plant.manage("--refuse", journey_brski.SERIAL).status, 0)
        self.expect(pledge.ask_voucher(request), 404, "R5: ")
        self.assertEqual(self.plant.manage("--allow", "nobody").status, 78)

    def test_person_refuses(self):
        """What a person has decided stays, whatever the audit log says."""
        self.start()
        pledge = self.pledge()
        self.expect(pledge.ask_voucher(pledge.make_request()), 200)
        self.assertEqual(self.plant.manage("--refuse", journey_brski.SERIAL).status, 0)
        self.expect(pledge.tell("voucher_status", True), 200)
        self.assertEqual(self.plant.admission(), "refused")
        self.expect(pledge.enrol(pledge.make_csr()), 403)

    def test_man_in_the_middle(self):
        """The device saw somebody else's certificate: 401, and the connection ends."""
        self.start()
        pledge = self.pledge()
        answer = pledge.ask_voucher(pledge.make_request(registrar=self.plant.stranger.der))
        self.expect(answer, 401, "R4: ")
        self.assertEqual(answer.headers["connection"], "close")

    def test_refused(self):
        """Whoever is none of the manufacturer's devices, or asks for another one."""
        self.start()
        stranger = self.pledge(self.plant.make_device("fake", journey_brski.SERIAL, self.plant.stranger))
        self.expect(stranger.ask_voucher(stranger.make_request()), 403, "R1: ")
        pledge = self.pledge()
        self.expect(pledge.ask_voucher(pledge.make_request(), credential="nobody"), 403, "R1: ")
        self.expect(pledge.ask_voucher(pledge.make_request(serial="PID:J1 SN:0816")), 403, "R3: ")
        self.expect(pledge.ask_voucher(stranger.make_request()), 403, "R2: ")
        self.expect(pledge.ask_voucher(b"x"), 400)
        self.expect(pledge.curl("/.well-known/brski/requestvoucher", data=b"x", media_type="text/plain"), 415)
        self.expect(pledge.curl("/.well-known/brski/requestvoucher"), 405)

    def test_reload(self):
        """Another policy counts for the next device."""
        service = self.start()
        self.plant.write_policy("admit=refuse")
        service.process.send_signal(signal.SIGHUP)
        service.wait_for("Reloaded")
        pledge = self.pledge()
        self.expect(pledge.ask_voucher(pledge.make_request()), 403, "R5: ")

    def test_refused_member(self):
        """Its certificate is good for no other, whether it says that it renews or comes as any client of the domain's."""
        self.plant.configure(f"est-clients={self.plant.domain.path}")
        self.start()
        pledge = self.pledge()
        self.expect(pledge.ask_voucher(pledge.make_request()), 200)
        self.expect(pledge.tell("voucher_status", True, trusts=self.plant.domain), 200)
        member = pledge.take_certificate(pledge.enrol(pledge.make_csr()))
        made = journey.run("openssl", "x509", "-in", member.path, "-x509toreq", "-signkey", member.key_path)
        renewal = base64.encodebytes(journey.run("openssl", "req", "-outform", "DER", data=made.raw).raw)
        self.expect(pledge.enrol(renewal, "simplereenroll", credential=member), 200)
        again = self.pledge()
        second = again.take_certificate(again.enrol(again.make_csr(), credential=member))

        self.assertEqual(self.plant.manage("--refuse", journey_brski.SERIAL).status, 0)
        for operation in ("simplereenroll", "simpleenroll"):
            self.expect(pledge.enrol(renewal, operation, credential=member), 403, "R10: ")
            self.expect(pledge.enrol(renewal, operation, credential=second), 403, "R10: ")

    def test_wrong_settings(self):
        """What no MASA would believe is refused before the service starts."""
        self.plant.configure(f"registrar-cert={self.plant.masa.path}", f"registrar-key={self.plant.masa.key_path}")
        done = journey.run(journey.STILED, "--check-config", "--config", self.plant.config)
        self.assertEqual(done.status, 78)
        self.assertIn("R7", done.err)

    def test_other_certificate(self):
        """Devices name the certificate that they see: that it is none of the registrar's is said at once."""
        self.plant.configure(f"tls-cert={self.plant.masa.path}", f"tls-key={self.plant.masa.key_path}")
        done = journey.run(journey.STILED, "--check-config", "--config", self.plant.config)
        self.assertEqual(done.status, 0, done.err)
        self.assertFalse(self.plant.database.exists())
        self.assertIn("certificate of tls-cert get no voucher", done.err)


if __name__ == "__main__":
    journey.main()
