#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""With another TLS stack: OpenSSL against stiled, stilectl against OpenSSL, and sealed messages both ways."""
import base64
import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey
import journey_atls
import journey_pki
from OpenSSL import SSL
from cryptography.hazmat.primitives.serialization import pkcs7

PKI = journey_pki.Pki(journey.make_folder())
# Each AEAD by its names in OpenSSL.
SUITES = {
    "1.2": {"aes128gcm": b"ECDHE-ECDSA-AES128-GCM-SHA256", "aes256gcm": b"ECDHE-ECDSA-AES256-GCM-SHA384",
            "chacha20poly1305": b"ECDHE-ECDSA-CHACHA20-POLY1305"},
    "1.3": {"aes128gcm": b"TLS_AES_128_GCM_SHA256", "aes256gcm": b"TLS_AES_256_GCM_SHA384",
            "chacha20poly1305": b"TLS_CHACHA20_POLY1305_SHA256"},
}


class Service(unittest.TestCase):
    """A client on OpenSSL."""

    @classmethod
    def setUpClass(cls):
        cls.service = journey.Stiled(*PKI.service_options(outer=False), "--echo", "--log-export", "application-layer-tls:56")
        cls.long = journey.Stiled(*PKI.service_options(outer=False), "--log-export", "application-layer-tls:88")

    @classmethod
    def tearDownClass(cls):
        cls.service.stop()
        cls.long.stop()

    def client(self, version, **options):
        return journey_atls.Client(self.service.port, PKI, version, **options).handshake()

    def handshake(self, version):
        client = self.client(version)
        self.assertEqual(client.export(56), self.service.exported())
        self.assertEqual(client.tls.get_protocol_version_name(), "TLSv" + version)
        self.assertEqual(len(client.flights), 2)
        self.assertEqual(client.tls.get_peer_certificate().get_subject().CN, "service")

    def records(self, version):
        client = self.client(version)
        self.service.exported()
        self.assertEqual(client.send(b"hello from OpenSSL"), b"HELLO FROM OPENSSL")
        self.assertEqual(client.send(b"x" * 40000), b"X" * 40000)

    def close(self, version):
        """A close_notify is answered by one, and then the session is gone."""
        client = self.client(version)
        self.service.exported()
        client.send(b"hello")
        client.tls.shutdown()
        client.take(client.http.post(journey_atls.drain(client.tls)))
        with self.assertRaises(SSL.ZeroReturnError):
            client.tls.recv(100)
        with self.assertRaises(journey_atls.Refused) as caught:
            client.http.post(b"\x17\x03\x03\x00\x01\x00")
        self.assertEqual(caught.exception.status, 410)

    def no_certificate(self, version):
        client = journey_atls.Client(self.service.port, PKI, version, credential=None)
        with self.assertRaises(SSL.Error) as caught:
            client.handshake()
        self.assertIn("alert", str(caught.exception))

    def stranger(self, version):
        client = journey_atls.Client(self.service.port, PKI, version, credential=PKI.strange_client)
        with self.assertRaises(SSL.Error) as caught:
            client.handshake()
        self.assertIn("alert", str(caught.exception))

    def refused_service(self, version):
        """Our alert in a last flight is taken, and the service lives on."""
        client = journey_atls.Client(self.service.port, PKI, version)
        client.tls.get_context().set_verify(SSL.VERIFY_PEER, lambda *words: False)
        tls = SSL.Connection(client.tls.get_context(), None)
        tls.set_connect_state()
        client.tls = tls
        done, flight = client.step()
        client.take(client.http.post(flight))
        with self.assertRaises(SSL.Error):
            tls.do_handshake()
        self.assertEqual(client.http.post(journey_atls.drain(tls)), b"")
        self.service.wait_for("handshake failed: .*(bad|unknown|certificate|revoked|alert)", seconds=5)
        self.handshake(version)

    def sealed(self, coding, version):
        """A request by Binary HTTP in a sealed message, opened and answered by stiled."""
        service = self.service if coding == "aes128gcm" else self.long
        client = journey_atls.Client(service.port, PKI, version, alpn=[b"bhttp"],
                                     ciphers=SUITES[version][coding]).handshake()
        self.assertEqual(client.coding.name, coding)
        self.assertEqual(client.tls.get_alpn_proto_negotiated(), b"bhttp")
        self.assertEqual(client.export(), service.exported())
        status, fields, content = client.request("GET", "/.well-known/est/cacerts")
        self.assertEqual(status, 200)
        self.assertIn("application/pkcs7-mime", fields["content-type"])
        bag = pkcs7.load_der_pkcs7_certificates(base64.b64decode(content))
        self.assertEqual([certificate.fingerprint(certificate.signature_hash_algorithm) for certificate in bag], [PKI.domain.fingerprint])
        self.assertEqual(client.request("GET", "/nothing")[0], 404)

    def test_large_and_padded(self):
        """Many records and padding, from a sender with other habits than Stile's."""
        client = journey_atls.Client(self.long.port, PKI, "1.3", alpn=[b"bhttp"], ciphers=SUITES["1.3"]["chacha20poly1305"]).handshake()
        self.long.exported()
        message = journey_atls.write_request("GET", "/.well-known/est/cacerts", fields=[("x-fill", "y" * 5000)])
        for options in ({"record_size": 100}, {"padding": 300}, {"record_size": 65536}):
            sealed = client.http.post(client.seal(message, **options), journey_atls.SEALED)
            self.assertEqual(journey_atls.read_response(client.open(sealed)[2])[0], 200)

    def test_cookie_over_http_is_not_secure(self):
        http = journey_atls.Http(self.service.port)
        client = journey_atls.Client(self.service.port, PKI)
        status, headers, _ = http.send("POST", None, client.step()[1], {"Content-Type": journey_atls.FLIGHT})
        self.assertEqual(status, 200)
        cookie = headers["Set-Cookie"]
        self.assertRegex(cookie, r"^atls-session=[\w-]{22}; Path=/\.well-known/atls; HttpOnly; SameSite=Strict$")
        self.assertEqual(headers["Location"], "/.well-known/atls/" + cookie[13:35])


for check in ["handshake", "records", "close", "no_certificate", "stranger", "refused_service"]:
    journey.add_cases(Service, getattr(Service, check), [(f"{check} TLS {version}", version) for version in ["1.2", "1.3"]])
journey.add_cases(Service, Service.sealed, [(f"sealed {coding} TLS {version}", coding, version)
                                                for version in SUITES for coding in SUITES[version]])


class Tool(unittest.TestCase):
    """A server on OpenSSL, as in the draft: another cookie, another path, raw data."""

    def serve(self, **options):
        server = journey_atls.Server(PKI, **options)
        self.addCleanup(server.stop)
        return server

    def connect(self, server, *options):
        return journey.stilectl("connect", server.url, "--path", "/atls", *PKI.client_options(), "--proxy", "none", *options)

    def data(self, version, options):
        server = self.serve(version=version, **options)
        ran = self.connect(server, "--data", "hello from Stile")
        self.assertEqual((ran.status, ran.out), (0, "HELLO FROM STILE\n"), ran.err)
        self.assertEqual(server.data, [b"hello from Stile"])
        self.assertEqual(server.subjects, ["device 0815"])
        self.assertEqual({path for path, _, _ in server.requests}, {"/atls"})
        self.assertEqual({headers["Content-Type"] for _, headers, _ in server.requests}, {journey_atls.FLIGHT})

    def export(self, version):
        server = self.serve(version=version)
        ran = self.connect(server, "--export", "application-layer-tls:56")
        self.assertEqual(ran.status, 0, ran.err)
        self.assertEqual(bytes.fromhex(ran.out.strip()), server.exported[0])

    def facts(self, version):
        server = self.serve(version=version)
        ran = self.connect(server, "--json", "--tls", version)
        self.assertEqual(ran.status, 0, ran.err)
        self.assertEqual(ran.json["session"]["version"], "TLS " + version)
        self.assertEqual(ran.json["session"]["round_trips"], 2)
        self.assertEqual(base64.b64decode(ran.json["session"]["peer"][0]["der"]), PKI.service.der)

    def refusal(self, version):
        """The alert is in the second answer: exit status 7, and the alert by its name."""
        server = self.serve(version=version, refuse=True)
        ran = self.connect(server, "--data", "hello")
        self.assertEqual(ran.status, 7, ran.out + ran.err)
        self.assertIn("alert 48, unknown_ca", ran.err)
        self.assertIn("Present another identity", ran.err)
        self.assertEqual((ran.out, server.data), ("", []))

    def wrong_service(self, version):
        """The other way round: our alert reaches the server as a flight of its own."""
        server = self.serve(version=version, credential=PKI.misnamed)
        ran = self.connect(server, "--data", "hello")
        self.assertEqual(ran.status, 6, ran.out + ran.err)
        self.assertEqual(len(server.requests), 2)
        self.assertIn("alert certificate unknown", server.errors[0])


journey.add_cases(Tool, Tool.data, [(f"data TLS {version} {name}", version, options) for version in ["1.2", "1.3"] for name, options in
                                    [("", {}), ("without tickets", {"tickets": False}), ("chunked", {"chunked": True}), ("chunked without tickets", {"chunked": True, "tickets": False})]])
for check in ["export", "facts", "refusal", "wrong_service"]:
    journey.add_cases(Tool, getattr(Tool, check), [(f"{check} TLS {version}", version) for version in ["1.2", "1.3"]])


class Sealed(unittest.TestCase):
    """The coding alone, with keys that are given."""

    def options(self, coding, block, session, sender):
        return ["--cipher", coding.name, "--keys", block.hex(), "--session", session.hex(), "--sender", sender]

    def seal_there(self, name, sender):
        coding, session = journey_atls.CODINGS[name], os.urandom(16)
        block = os.urandom(coding.block_length)
        for sequence, data in [(0, b""), (1, b"short"), (77, os.urandom(50000)), (2**32 - 1, b"the last")]:
            ran = journey.stilectl("seal", *self.options(coding, block, session, sender), "--sequence", sequence, data=data)
            self.assertEqual(ran.status, 0, ran.err)
            self.assertEqual(coding.open(block, sender, ran.raw), (session, sequence, data))
            self.assertNotIn(data[:20] or b"nothing at all", ran.raw)

    def open_there(self, name, sender):
        coding, session = journey_atls.CODINGS[name], os.urandom(16)
        block = os.urandom(coding.block_length)
        for sequence, data, options in [(0, b"", {}), (1, b"short", {"padding": 20}), (9, os.urandom(50000), {"record_size": 18 + 100}), (3, b"big", {"record_size": 2**31})]:
            message = coding.seal(block, sender, session, sequence, data, **options)
            ran = journey.stilectl("open", *self.options(coding, block, session, sender), data=message)
            self.assertEqual(ran.status, 0, ran.err)
            self.assertEqual(ran.raw, data)
            ran = journey.stilectl("open", *self.options(coding, block, session, sender), "--json", data=message)
            self.assertEqual((ran.json["sequence"], base64.b64decode(ran.json["base64"])), (sequence, data))

    def changed(self, name):
        """Another number, another direction, another session, a flipped bit, a cut end: nothing comes out."""
        coding, session = journey_atls.CODINGS[name], os.urandom(16)
        block = os.urandom(coding.block_length)
        message = coding.seal(block, "client", session, 5, b"s" * 500, record_size=100)
        good = self.options(coding, block, session, "client")
        cases = [(good, message[:15] + b"\x06" + message[16:]), (good, message[:-1]), (good, message[:37 + 100]), (good, b""),
                 (good, message[:60] + bytes([message[60] ^ 1]) + message[61:]),
                 (self.options(coding, block, session, "server"), message),
                 (self.options(coding, block, os.urandom(16), "client"), message)]
        for options, bad in cases:
            ran = journey.stilectl("open", *options, data=bad)
            self.assertNotEqual(ran.status, 0)
            self.assertEqual(ran.raw, b"")
            self.assertGreaterEqual(len(ran.err.strip().splitlines()), 2, ran.err)
            self.assertNotIn("CRITICAL", ran.err)


for name in journey_atls.CODINGS:
    for sender in ["client", "server"]:
        journey.add_cases(Sealed, Sealed.seal_there, [(f"seal {name} {sender}", name, sender)])
        journey.add_cases(Sealed, Sealed.open_there, [(f"open {name} {sender}", name, sender)])
    journey.add_cases(Sealed, Sealed.changed, [(f"changed {name}", name)])


if __name__ == "__main__":
    journey.main()
