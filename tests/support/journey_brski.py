# SPDX-License-Identifier: GPL-3.0-or-later
"""A plant with registrar, MASA and EST server in one stiled, and a pledge that is made of curl, openssl and Python."""
import base64
import json
import os
import secrets
import ssl
from pathlib import Path

from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

import journey
import journey_pki

CMC_RA = ObjectIdentifier("1.3.6.1.5.5.7.3.28")
VOUCHER = "application/voucher-cms+json"
VOUCHER_CONTENT = "1.2.840.113549.1.9.16.1.40"
SERIAL = "PID:J1 SN:0815"


class Plant:
    """The certificates and files of everybody; start() makes the service of them."""

    def __init__(self):
        self.folder = journey.make_folder()
        self.maker = journey_pki.Credential(self.folder, "maker", "Journey Devices Root", authority=True)
        self.masa = journey_pki.Credential(self.folder, "masa", "Journey MASA", self.maker, usages=[])
        self.device = self.make_device("device", SERIAL)
        self.domain = journey_pki.Credential(self.folder, "domain", "Journey Plant Root", authority=True)
        self.registrar = journey_pki.Credential(
            self.folder, "registrar", "registrar", self.domain, host="localhost",
            usages=[ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH, CMC_RA])
        self.stranger = journey_pki.Credential(self.folder, "stranger", "Stranger", authority=True)
        self.port = journey.free_port()
        self.database = self.folder / "stile.db"
        self.config = self.folder / "stiled.conf"
        (self.folder / "chain.pem").write_bytes(self.registrar.pem + self.domain.pem)
        self.write_policy()
        self.write("devices.conf", "[issuer J1]", "anchors=maker.pem", "serials=PID:J1 *")
        self.configure()

    def make_device(self, file, serial, maker=None):
        return journey_pki.Credential(self.folder, file, "J1", maker or self.maker, serial=serial, usages=[])

    def write(self, name, *lines):
        (self.folder / name).write_text("\n".join([*lines, ""]), encoding="utf-8")

    def write_policy(self, *lines):
        self.write("policy.conf", "[manufacturer Journey Devices]", "anchors=maker.pem", "masa-anchors=domain.pem",
                   f"masa-url=https://localhost:{self.port}/masa", *lines)

    def configure(self, *lines):
        self.write("stiled.conf", "[stiled]", f"listen=127.0.0.1:{self.port}",
                   *(f"{key}={self.folder / name}" for key, name in [
                       ("atls-cert", "registrar.pem"), ("atls-key", "registrar.key"), ("tls-cert", "registrar.pem"),
                       ("tls-key", "registrar.key"), ("registrar-chain", "chain.pem"), ("registrar-policy", "policy.conf"),
                       ("masa-cert", "masa.pem"), ("masa-key", "masa.key"), ("masa-devices", "devices.conf"),
                       ("est-ca-cert", "domain.pem"), ("est-ca-key", "domain.key"), ("database", "stile.db")]),
                   "registrar=true", "masa=true", "masa-path=/masa", "est=ca", "workers=2", *lines)

    def start(self):
        return journey.Stiled("--config", self.config, "--listen", f"127.0.0.1:{self.port}")

    def manage(self, *arguments):
        return journey.run(journey.STILED, "--database", self.database, *arguments)

    def admission(self, serial=SERIAL):
        devices = {device["serial"]: device["admission"] for device in self.manage("--devices", "--json").json}
        return devices.get(serial)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8")


class Pledge:
    """RFC 8995 with no code of Stile's."""

    def __init__(self, plant, credential=None):
        self.plant, self.credential = plant, credential or plant.device
        self.folder = journey.make_folder()

    def curl(self, path, *options, credential=None, trusts=None, data=None, media_type=None):
        """Provisional unless it trusts somebody."""
        credential = credential or self.credential
        body, head = self.folder / "body", self.folder / "head"
        arguments = ["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "30", "--output", body,
                     "--dump-header", head, "--write-out", "%{http_code}", *options]
        arguments += ["--cacert", trusts.path] if trusts else ["--insecure"]
        arguments += ["--cert", credential.path, "--key", credential.key_path] if credential != "nobody" else []
        if media_type:
            arguments += ["--header", f"Content-Type: {media_type}"]
        if data is not None:
            arguments += ["--data-binary", "@-"]
        body.write_bytes(b"")
        done = journey.run(*arguments, f"https://localhost:{self.plant.port}{path}", data=data or b"")
        if done.status != 0:
            raise AssertionError(f"curl ended with {done.status}: {done.err}")
        headers = dict(line.lower().split(": ", 1) for line in head.read_text(encoding="latin-1").splitlines() if ": " in line)
        return Answer(int(done.out), headers, body.read_bytes())

    def make_request(self, serial=SERIAL, registrar=None, **more):
        """A signed voucher request."""
        seen = registrar or ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("localhost", self.plant.port)))
        self.nonce = base64.b64encode(secrets.token_bytes(16)).decode("ascii")
        fields = {"assertion": "proximity", "nonce": self.nonce, "serial-number": serial,
                  "created-on": "2026-01-01T00:00:00Z",
                  "proximity-registrar-cert": base64.b64encode(seen).decode("ascii"), **more}
        return self.sign(json.dumps({"ietf-voucher-request:voucher": fields}).encode())

    def sign(self, content, credential=None):
        credential = credential or self.credential
        done = journey.run("openssl", "cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-econtent_type", VOUCHER_CONTENT,
                           "-md", "sha256", "-outform", "DER", "-signer", credential.path, "-inkey", credential.key_path,
                           data=content)
        assert done.status == 0, done.err
        return done.raw

    def ask_voucher(self, request, *options, **more):
        return self.curl("/.well-known/brski/requestvoucher", "--header", f"Accept: {VOUCHER}", *options, data=request,
                         media_type=VOUCHER, **more)

    def open_voucher(self, voucher):
        """As the device, with its manufacturer's anchor alone."""
        done = journey.run("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-no-CApath",
                           "-no-CAstore", "-CAfile", self.plant.maker.path, data=voucher)
        assert done.status == 0, done.err
        return json.loads(done.out)["ietf-voucher:voucher"]

    def tell(self, name, status, **more):
        return self.curl(f"/.well-known/brski/{name}", data=json.dumps({"version": 1, "status": status}).encode(),
                         media_type="application/json", **more)

    def make_csr(self, subject="/CN=anything"):
        """A new key, and a request for it in base64."""
        self.key = self.folder / "ldevid.key"
        done = journey.run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                           "-subj", subject, "-keyout", self.key, "-outform", "DER")
        assert done.status == 0, done.err
        return base64.encodebytes(done.raw)

    def enrol(self, csr, operation="simpleenroll", *options, **more):
        return self.curl(f"/.well-known/est/{operation}", *options, data=csr, media_type="application/pkcs10",
                         trusts=self.plant.domain, **more)

    def take_certificate(self, answer):
        """The new certificate, as openssl reads it out of the answer; with its key it is a credential for curl."""
        done = journey.run("openssl", "pkcs7", "-inform", "DER", "-print_certs", data=base64.b64decode(answer.body))
        assert done.status == 0, done.err
        enrolled = Enrolled()
        enrolled.path, enrolled.key_path = self.folder / "ldevid.pem", self.key
        enrolled.path.write_text(done.out, encoding="ascii")
        return enrolled


class Enrolled:
    """A certificate and its key, in files."""

    path: Path
    key_path: Path

    def describe(self):
        return journey.run("openssl", "x509", "-in", self.path, "-noout", "-subject", "-issuer", "-ext", "extendedKeyUsage").out


def kill(service):
    """As the kernel does it when memory runs out."""
    os.kill(service.process.pid, 9)
    service.process.wait()
    if service in journey.Program.running:
        journey.Program.running.remove(service)
