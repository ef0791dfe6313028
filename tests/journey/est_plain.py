#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""stilectl est and stilectl renew with a plain EST server that is made of other tools: http.server, ssl and openssl."""
import base64
import http.server
import json
import os
import ssl
import subprocess
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey
import journey_pki

FOLDER = journey.make_folder()
PKI = journey_pki.Pki(FOLDER)
CERTS_ONLY = "application/pkcs7-mime; smime-type=certs-only"
CHALLENGE = "MAsGCSqGSIb3DQEJBw=="
ASKS_FOR_P384 = "MB4wEgYHKoZIzj0CATEHBgUrgQQAIgYIKoZIzj0EAwM="


def openssl(*arguments, given=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=given, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE).stdout


def to_pkcs7(*pems):
    bundle = FOLDER / "bundle.pem"
    bundle.write_bytes(b"".join(pems))
    return openssl("crl2pkcs7", "-nocrl", "-certfile", bundle, "-outform", "der")


def sign(body):
    """A certificate for a request in base64, for two hours."""
    request = openssl("req", "-inform", "der", "-verify", given=base64.b64decode(body))
    path = FOLDER / "request.pem"
    path.write_bytes(request)
    return openssl("x509", "-req", "-in", path, "-CA", PKI.domain.path, "-CAkey", PKI.domain.key_path, "-days", 1,
                   "-copy_extensions", "copy", "-set_serial", int.from_bytes(os.urandom(8), "big"))


class Handler(http.server.BaseHTTPRequestHandler):
    """The label of a path says how the server is."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        *_, label, name = self.path.split("/")
        self.server.asked.append((self.command, label, name, None, self.connection.getpeercert(True)))
        if name == "cacerts":
            der = to_pkcs7(PKI.domain.pem)
            self.answer(200, der if label == "der" else base64.encodebytes(der), Content_Type="application/pkcs7-mime")
        elif label == "challenge":
            self.answer(200, CHALLENGE.encode(), Content_Type="application/csrattrs")
        elif label == "p384":
            self.answer(200, ASKS_FOR_P384.encode(), Content_Type="application/csrattrs", Content_Transfer_Encoding="base64")
        else:
            self.answer(404)

    def do_POST(self):
        *_, label, name = self.path.split("/")
        body = self.rfile.read(int(self.headers["Content-Length"]))
        seen = [entry for entry in self.server.asked if entry[0] == "POST" and entry[1] == label]
        self.server.asked.append((self.command, label, name, body, self.connection.getpeercert(True)))
        if label == "wait" and len(seen) < 2:
            self.answer(202, b"Bob decides", Retry_After=str(len(seen)), Content_Type="text/plain")
        elif label == "basic" and self.headers["Authorization"] != "Basic " + base64.b64encode(b"anna:secret").decode():
            self.answer(401, WWW_Authenticate='Basic realm="estrealm"')
        elif label == "moved" and not seen:
            self.answer(307, Location=self.path)
        elif label == "refuses":
            self.answer(403, b"Ask Bob\nfirst", Content_Type="text/plain")
        elif name == "serverkeygen":
            self.generate()
        else:
            self.issue(label, sign(body))

    def issue(self, label, pem):
        der = to_pkcs7(PKI.stranger.pem if label == "stranger" else pem)
        body = {"der": der, "line": base64.b64encode(der)}.get(label, base64.encodebytes(der))
        self.answer(200, body, Content_Type=CERTS_ONLY)

    def generate(self):
        key = FOLDER / "generated.key"
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
        request = openssl("req", "-new", "-key", key, "-subj", "/CN=made", "-outform", "der")
        parts = [("application/pkcs8", openssl("pkcs8", "-topk8", "-nocrypt", "-in", key, "-outform", "der")),
                 (CERTS_ONLY, to_pkcs7(sign(base64.b64encode(request))))]
        body = b"".join(b"--here\r\nContent-Type: " + kind.encode() + b"\r\n\r\n" + base64.encodebytes(der) + b"\r\n" for kind, der in parts)
        self.answer(200, b"preamble\r\n" + body + b"--here--\r\n", Content_Type='multipart/mixed; boundary="here"')


class Plain(unittest.TestCase):
    def setUp(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(PKI.service.path, PKI.service.key_path)
        context.load_verify_locations(PKI.manufacturer.path)
        context.load_verify_locations(PKI.domain.path)
        context.verify_mode = ssl.CERT_OPTIONAL
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.asked = []
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.folder = journey.make_folder()

    def stilectl(self, *arguments, status=0):
        done = subprocess.run([journey.STILECTL, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=journey.WAIT, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def est(self, operation, *arguments, status=0):
        url = f"https://localhost:{self.server.server_port}"
        return self.stilectl("est", operation, url, "--plain", "--proxy", "none", "--ca", PKI.manufacturer.path, "--directory", self.folder,
                             *arguments, status=status)

    def check_pair(self, chain="identity.pem", key="identity.key"):
        """openssl verifies the certificate, and finds the key's public half in it."""
        openssl("verify", "-CAfile", PKI.domain.path, self.folder / chain)
        self.assertEqual(openssl("x509", "-in", self.folder / chain, "-noout", "-pubkey"),
                         openssl("pkey", "-in", self.folder / key, "-pubout"))

    def posts(self):
        return [entry for entry in self.server.asked if entry[0] == "POST"]

    def test_enrols(self):
        """The device's own names are asked for, and its certificate is shown."""
        self.est("enrol", "--cert", PKI.client.path, "--key", PKI.client.key_path)
        self.check_pair()
        self.assertEqual(self.posts()[0][4], PKI.client.der)
        subject = openssl("x509", "-in", self.folder / "identity.pem", "-noout", "-subject").decode()
        self.assertIn("CN = device 0815", subject)
        self.assertEqual((self.folder / "identity.key").stat().st_mode & 0o777, 0o600)

    def test_forms_of_answers(self):
        for label in "der", "line", "moved":
            with self.subTest(label):
                self.est("enrol", "--label", label, "--name", label, "--subject", "CN=x", "--dns", "x.example")
                self.check_pair(f"{label}.pem", f"{label}.key")
                self.assertIn(b"DNS:x.example", openssl("x509", "-in", self.folder / f"{label}.pem", "-noout", "-ext", "subjectAltName"))

    def test_waits(self):
        said = self.est("enrol", "--label", "wait", "--subject", "x").stderr
        self.assertEqual(said.count("Somebody has to decide"), 2)
        self.assertEqual(len({body for *_, body, _ in self.posts()}), 1)
        self.assertEqual(len(self.posts()), 3)

    def test_password(self):
        password = self.folder / "password"
        password.write_text("secret\n", encoding="utf-8")
        self.est("enrol", "--label", "basic", "--subject", "x", "--user", "anna", "--password-file", password)
        password.write_text("wrong\n", encoding="utf-8")
        said = self.est("enrol", "--label", "basic", "--subject", "x", "--name", "b", "--user", "anna", "--password-file", password, status=7)
        self.assertIn("User and password do not fit", said.stderr)
        self.assertIn("are needed", self.est("enrol", "--label", "basic", "--subject", "x", "--name", "b", status=7).stderr)

    def test_refusals(self):
        self.assertIn("(403): “Ask Bob first”", self.est("enrol", "--label", "refuses", "--subject", "x", status=7).stderr)
        self.assertIn("P18", self.est("enrol", "--label", "stranger", "--subject", "x", status=6).stderr)
        self.assertIn("TLS 1.2", self.est("enrol", "--label", "challenge", "--subject", "x", status=3).stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_what_is_asked_for(self):
        listed = json.loads(self.est("csrattrs", "--label", "challenge", "--json").stdout)
        self.assertTrue(listed["challenge_password"])
        self.assertEqual(self.est("csrattrs", "--label", "none").stdout, "The service asks for nothing in particular\n")
        self.est("enrol", "--label", "p384", "--subject", "x")
        self.assertIn(b"secp384r1", openssl("x509", "-in", self.folder / "identity.pem", "-noout", "-text"))

    def test_roots(self):
        self.assertEqual(self.est("cacerts", "--label", "x").stdout.encode(), PKI.domain.pem)

    def test_pkcs12(self):
        password, file = self.folder / "password", self.folder / "all.p12"
        password.write_text("secret\n", encoding="utf-8")
        self.est("enrol", "--subject", "x", "--pkcs12", file, "--pkcs12-password-file", password)
        listed = openssl("pkcs12", "-in", file, "-passin", "pass:secret", "-nodes")
        self.assertIn(b"BEGIN PRIVATE KEY", listed)

    def test_key_of_the_service(self):
        self.est("serverkeygen", "--subject", "x", "--key-out", self.folder / "made.key", "--out", self.folder / "made.pem")
        self.check_pair("made.pem", "made.key")
        self.assertEqual((self.folder / "made.key").stat().st_mode & 0o777, 0o600)

    def test_nothing_to_renew(self):
        self.assertIn("no enrolments", self.stilectl("renew", "--list", "--directory", self.folder).stdout)
        self.assertEqual(self.stilectl("renew", "--due", "--directory", self.folder).stdout, "")

    def test_renews(self):
        self.est("enrol", "--subject", "CN=x,serialNumber=7", "--dns", "x.example")
        first = (self.folder / "identity.pem").read_bytes()
        listed = json.loads(self.stilectl("renew", "--list", "--json", "--directory", self.folder).stdout)
        self.assertEqual([(entry["name"], entry["due"]) for entry in listed["enrolments"]], [("identity", False)])
        self.stilectl("renew", "--due", "--directory", self.folder)
        self.assertEqual(len(self.posts()), 1)
        self.stilectl("renew", "identity", "--directory", self.folder)
        self.check_pair("identity-2.pem", "identity-2.key")
        method, _, name, _, shown = self.posts()[1]
        self.assertEqual((method, name), ("POST", "simplereenroll"))
        self.assertEqual(shown, ssl.PEM_cert_to_DER_cert(first.decode()))
        for asked in "-subject", "-ext=subjectAltName":
            self.assertEqual(openssl("x509", "-in", self.folder / "identity.pem", "-noout", *asked.split("=")),
                             openssl("x509", "-in", self.folder / "identity-2.pem", "-noout", *asked.split("=")))
        self.est("reenrol", "--cert", self.folder / "identity-2.pem", "--key", self.folder / "identity-2.key")
        self.check_pair("identity-3.pem", "identity-3.key")


if __name__ == "__main__":
    journey.main()
