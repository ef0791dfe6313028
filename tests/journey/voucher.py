#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vouchers between OpenSSL and Stile: "openssl cms" signs and stilectl judges, Stile signs and OpenSSL judges."""
import base64
import datetime
import json
import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, utils
from cryptography.x509.oid import NameOID, ObjectIdentifier

SIGN_VOUCHER = os.environ["SIGN_VOUCHER"]
VOUCHER_TYPE = "1.2.840.113549.1.9.16.1.40"
CMC_RA, SERVER = ObjectIdentifier("1.3.6.1.5.5.7.3.28"), ObjectIdentifier("1.3.6.1.5.5.7.3.1")
SERIAL, NONCE = "PID:X1 SN:0007", "zlHgpVRJCKS5mzm5tZ9kGQ=="
NOW, DAY = datetime.datetime.utcnow().replace(microsecond=0), datetime.timedelta(days=1)
FOLDER = journey.make_folder()
KEYS = {
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()), "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "RSA": lambda: rsa.generate_private_key(65537, 2048), "Ed25519": ed25519.Ed25519PrivateKey.generate,
}

# "openssl cms" of OpenSSL 3.0 neither signs nor verifies with Ed25519 (RFC 8419).
BY_OPENSSL = [key for key in KEYS if key != "Ed25519"]


def date(shift=datetime.timedelta()):
    return (NOW + shift).isoformat() + "Z"


def b64(data):
    return base64.b64encode(data).decode()


class Party:
    """A certificate with its key, in files; what is above it is in the file too, but for the root."""

    def __init__(self, name, issuer=None, authority=False, serial=None, purposes=(), key="P-256"):
        self.key, signer = KEYS[key](), issuer or self
        names = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
        if serial:
            names.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, serial))
        subject = x509.Name(names)
        builder = (x509.CertificateBuilder().subject_name(subject).public_key(self.key.public_key())
                   .issuer_name(issuer.certificate.subject if issuer else subject)
                   .serial_number(x509.random_serial_number()).not_valid_before(NOW - DAY).not_valid_after(NOW + 30 * DAY)
                   .add_extension(x509.BasicConstraints(authority, None), True)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()), False))
        if purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), False)
        self.certificate = builder.sign(signer.key, hashes.SHA256())
        self.der = self.certificate.public_bytes(serialization.Encoding.DER)
        self.key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()).key_identifier
        file = FOLDER / f"{len(list(FOLDER.iterdir()))}"
        self.path, self.key_path = file.with_suffix(".pem"), file.with_suffix(".key")
        self.path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        self.key_path.write_bytes(self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                                         serialization.NoEncryption()))


MAKER = Party("Example Devices Root", authority=True)
MASA = {key: Party(f"MASA {key}", MAKER, key=key) for key in KEYS}
DEVICE, OTHER_DEVICE = Party("X1", MAKER, serial=SERIAL), Party("X1", MAKER, serial="PID:X1 SN:0008")
OWNER = Party("Plant Nord", authority=True)
REGISTRAR = Party("Registrar", OWNER, purposes=[CMC_RA, SERVER])
CAMERA = Party("Camera", OWNER, purposes=[SERVER])
STRANGER = Party("Stranger", authority=True)
STRANGE_MASA = Party("MASA", STRANGER)
STRANGE_DEVICE = Party("X1", STRANGER, serial=SERIAL)
STRANGE_REGISTRAR = Party("Registrar", STRANGER, purposes=[CMC_RA, SERVER])


def openssl(*words, data=b""):
    ran = journey.run("openssl", *words, data=data)
    if ran.status != 0:
        raise AssertionError(ran.err)
    return ran.raw


def cms(content, *signers, options=(), content_type=VOUCHER_TYPE, form="DER"):
    """What "openssl cms" makes of it."""
    words = ["cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-outform", form]
    if content_type:
        words += ["-econtent_type", content_type]
    for signer in signers:
        words += ["-signer", signer.path, "-inkey", signer.key_path]
    return openssl(*words, *options, data=content if isinstance(content, bytes) else json.dumps(content).encode())


def jws(content, *signers):
    """RFC 7515 section 7.2.1."""
    def url(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    payload, signatures = url(json.dumps(content).encode()), []
    for signer in signers:
        header = url(json.dumps({"alg": "ES256", "x5c": [b64(signer.der)], "typ": "voucher-jws+json"}).encode())
        r, s = utils.decode_dss_signature(signer.key.sign(f"{header}.{payload}".encode(), ec.ECDSA(hashes.SHA256())))
        signatures.append({"protected": header, "signature": url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))})
    return json.dumps({"payload": payload, "signatures": signatures}).encode()


def change(members, changes):
    """None takes a member out; a name has underscores in place of hyphens."""
    changes = {name.replace("_", "-"): value for name, value in changes.items()}
    return {name: value for name, value in {**members, **changes}.items() if value is not None}


def voucher(root="ietf-voucher:voucher", **changes):
    return {root: change({"created-on": date(), "assertion": "logged", "serial-number": SERIAL, "nonce": NONCE,
                          "pinned-domain-cert": b64(OWNER.der)}, changes)}


def pledge_request(**changes):
    return {"ietf-voucher-request:voucher": change({"created-on": date(), "assertion": "proximity", "serial-number": SERIAL,
                                                    "nonce": NONCE, "proximity-registrar-cert": b64(REGISTRAR.der)}, changes)}


def registrar_request(device=DEVICE, prior=None, **changes):
    return {"ietf-voucher-request:voucher": change(
        {"created-on": date(), "assertion": "proximity", "serial-number": SERIAL, "nonce": NONCE,
         "idevid-issuer": b64(b"\x04\x18\x30\x16\x80\x14" + DEVICE.key_id),
         "prior-signed-voucher-request": b64(cms(prior or pledge_request(), device))}, changes)}


KNOWLEDGE = {
    "pledge": ["--anchor", MAKER.path, "--serial", SERIAL, "--nonce", NONCE, "--idevid", DEVICE.path, "--registrar-cert", REGISTRAR.path],
    "registrar": ["--anchor", MAKER.path, "--idevid", DEVICE.path, "--registrar-cert", REGISTRAR.path],
    "masa": ["--anchor", MAKER.path, "--registrar-cert", REGISTRAR.path],
}


def verify(role, message, *options):
    return journey.stilectl("voucher", "verify", "--as", role, *KNOWLEDGE[role], *options, "--json", "-", data=message)


def result_of(ran, check):
    return [row["result"] for row in ran.json["checks"] if row["check"] == check]


class Judged(unittest.TestCase):
    """What OpenSSL signed."""

    def accepted(self, role, message, *options):
        ran = verify(role, message, *options)
        self.assertEqual((ran.status, ran.err), (0, ""), ran.out)
        self.assertTrue(ran.json["accepted"])
        self.assertNotIn("refused", ran.json)
        return ran

    def refused(self, check, role, message, *options):
        ran = verify(role, message, *options)
        self.assertEqual((ran.status, ran.err), (1, ""), ran.out)
        self.assertEqual((ran.json["accepted"], ran.json["refused"]), (False, check), ran.out)
        self.assertEqual(ran.json["checks"][-1]["result"], "refused")
        return ran

    def kind(self, key, options):
        ran = self.accepted("pledge", cms(voucher(), MASA[key], options=options))
        self.assertEqual(result_of(ran, "P5"), ["passed"])
        self.assertEqual(ran.json["summary"], f"“MASA {key}” says: the device “{SERIAL}” belongs to the domain “Plant Nord”.")
        self.assertEqual(base64.b64decode(ran.json["signer"]["der"]), MASA[key].der)

    def test_plain_data(self):
        """As all software did before RFC 8366 had its content type, with signed attributes and without."""
        for options in [], ["-noattr"]:
            ran = self.accepted("pledge", cms(voucher(), MASA["P-256"], content_type=None, options=options))
            self.assertEqual(result_of(ran, "P5"), ["noted", "passed"])

    def test_without_attributes(self):
        message = cms(voucher(), MASA["P-256"], options=["-noattr"])
        self.refused("P5", "pledge", message)
        self.assertEqual(result_of(self.accepted("pledge", message, "--compat"), "P5"), ["noted", "passed"])

    def test_without_certificates(self):
        """Only the anchor itself can have signed then."""
        message = cms(voucher(), MASA["P-256"], options=["-nocerts"])
        self.refused("P5", "pledge", message)
        self.accepted("pledge", message, "--anchor", MASA["P-256"].path)

    def test_several_signers(self):
        """One that the manufacturer vouches for is enough, wherever it stands."""
        for signers in [MASA["P-256"], STRANGE_MASA], [STRANGE_MASA, MASA["P-256"]]:
            self.accepted("pledge", cms(voucher(), *signers))
            # In JWS the second signature is the registrar's of BRSKI-PRM, and a stranger is none.
            self.refused("P20", "pledge", jws(voucher(), *signers))
        self.refused("P5", "pledge", cms(voucher(), STRANGE_MASA, STRANGER))

    def test_jws(self):
        ran = self.accepted("pledge", jws(voucher(), MASA["P-256"]))
        self.assertEqual(result_of(ran, "P5"), ["passed"])
        self.refused("P5", "pledge", jws(voucher(), STRANGE_MASA))
        self.accepted("registrar", jws(pledge_request(), DEVICE))
        self.accepted("masa", jws(registrar_request(), REGISTRAR))

    def test_forms(self):
        """PEM and base64 only where they are asked for, and with a sentence that says so."""
        pem, der = cms(voucher(), MASA["P-256"], form="PEM"), cms(voucher(), MASA["P-256"])
        for message, name in [(pem, "pem"), (base64.b64encode(der), "base64"), (base64.encodebytes(der), "base64")]:
            ran = verify("pledge", message)
            self.assertEqual((ran.status, ran.json["error"]["code"]), (3, "settings"), ran.out)
            self.assertIn("--compat", ran.err)
            self.accepted("pledge", message, "--compat")
            shown = journey.stilectl("voucher", "show", "--compat", "--json", "-", data=message)
            self.assertEqual((shown.status, shown.json["encoding"]), (0, name), shown.err)

    def test_files(self):
        path = FOLDER / "voucher.der"
        path.write_bytes(cms(voucher(), MASA["P-256"]))
        ran = journey.stilectl("voucher", "verify", "--as", "pledge", *KNOWLEDGE["pledge"], path)
        self.assertEqual((ran.status, ran.err), (0, ""))
        self.assertTrue(ran.out.endswith("Accepted.\n"), ran.out)
        ran = journey.stilectl("voucher", "verify", "--as", "pledge", *KNOWLEDGE["pledge"], "--nonce", "another", path)
        self.assertEqual((ran.status, ran.err), (1, ""))
        self.assertRegex(ran.out, r"(?m)^P10  refused  .*“another”")
        self.assertTrue(ran.out.endswith("Refused by P10.\n"), ran.out)
        self.assertEqual(journey.stilectl("voucher", "verify", "--as", "pledge", FOLDER / "nothing").status, 3)
        self.assertEqual(journey.stilectl("voucher", "show", "-", data=b"x" * 200000).status, 3)
        self.assertEqual(journey.stilectl("voucher", "show", "-", data=b"<html>").status, 8)

    def test_policies(self):
        nonceless = cms(voucher(nonce=None, expires_on=date(DAY)), MASA["P-256"])
        self.assertEqual(result_of(self.accepted("pledge", nonceless), "P10"), ["noted"])
        self.refused("P10", "pledge", nonceless, "--nonce-required")
        self.refused("P12", "pledge", nonceless, "--at", date(2 * DAY))
        self.accepted("pledge", nonceless, "--at", date(2 * DAY), "--no-clock")
        revocable = cms(voucher(domain_cert_revocation_checks=True), MASA["P-256"])
        self.refused("P15", "pledge", revocable)
        self.accepted("pledge", revocable, "--revocation-checked")
        self.refused("P11", "pledge", cms(voucher(), MASA["P-256"]), "--verified-only")
        self.accepted("pledge", cms(voucher(assertion="verified"), MASA["P-256"]), "--verified-only")
        request = cms(pledge_request(), DEVICE)
        self.refused("R1", "registrar", request, "--at", date(60 * DAY))

    def test_pledge_refuses(self):
        der = cms(voucher(), MASA["P-256"])
        self.refused("P5", "pledge", der.replace(NONCE.encode(), b"A" + NONCE.encode()[1:]))
        self.refused("P5", "pledge", cms(voucher(), STRANGE_MASA))
        self.refused("P5", "pledge", cms(voucher(), MASA["P-256"], options=["-md", "sha1"]))
        self.refused("P5", "pledge", cms(voucher(), MASA["P-256"], content_type="1.2.840.113549.1.9.16.1.2"))
        self.refused("P6", "pledge", cms(voucher(), OTHER_DEVICE))
        for content in [voucher("ietf-voucher-request:voucher"), voucher(""), {**voucher(), "x": {}}, b"{}", b"\xef\xbb\xbf" + json.dumps(voucher()).encode()]:
            self.refused("P7", "pledge", cms(content, MASA["P-256"]))
        for check, changes in [("P8", {"serial_number": "PID:X1 SN:0008"}), ("P9", {"idevid_issuer": b64(b"\x30\x16\x80\x14" + b"x" * 20)}),
                               ("P10", {"nonce": NONCE[:-2]}), ("P11", {"assertion": "guessed"}), ("P12", {"expires_on": date(-DAY)}),
                               ("P12", {"created_on": date(DAY)}), ("P13", {"pinned_domain_cert": None}),
                               ("P13", {"pinned_domain_cert": b64(b"nothing")}), ("P14", {"pinned_domain_cert": b64(STRANGER.der)})]:
            self.refused(check, "pledge", cms(voucher(**changes), MASA["P-256"]))
        self.refused("P14", "pledge", der, "--registrar-cert", CAMERA.path)
        self.refused("P14", "pledge", der, "--registrar-cert", STRANGE_REGISTRAR.path)
        for wrapped in DEVICE.key_id, b"\x30\x16\x80\x14" + DEVICE.key_id, b"\x04\x18\x30\x16\x80\x14" + DEVICE.key_id:
            self.assertEqual(result_of(self.accepted("pledge", cms(voucher(idevid_issuer=b64(wrapped)), MASA["P-256"])), "P9"), ["passed"])

    def test_registrar(self):
        self.accepted("registrar", cms(pledge_request(), DEVICE))
        self.refused("R1", "registrar", cms(pledge_request(), STRANGE_DEVICE), "--idevid", STRANGE_DEVICE.path)
        self.refused("R2", "registrar", cms(pledge_request(), OTHER_DEVICE))
        self.refused("R2", "registrar", cms(pledge_request(), DEVICE, OTHER_DEVICE))
        self.refused("R3", "registrar", cms(pledge_request(serial_number="PID:X1 SN:0008"), DEVICE))
        self.refused("R4", "registrar", cms(pledge_request(proximity_registrar_cert=b64(STRANGE_REGISTRAR.der)), DEVICE))
        self.refused("R4", "registrar", cms(pledge_request(assertion="logged"), DEVICE))

    def test_masa(self):
        chain = ["-certfile", OWNER.path]
        self.accepted("masa", cms(registrar_request(), REGISTRAR, options=chain))
        self.refused("M1", "masa", cms(registrar_request(), REGISTRAR, OWNER))
        self.refused("M2", "masa", cms(registrar_request(), CAMERA, options=chain))
        self.refused("M3", "masa", cms(registrar_request(STRANGE_DEVICE), REGISTRAR, options=chain))
        self.refused("M3", "masa", cms(registrar_request(OTHER_DEVICE), REGISTRAR, options=chain))
        middle = pledge_request(proximity_registrar_cert=b64(STRANGE_REGISTRAR.der))
        self.refused("M3", "masa", cms(registrar_request(prior=middle), REGISTRAR, options=chain))
        self.refused("M4", "masa", cms(registrar_request(nonce="A" * 22), REGISTRAR, options=chain))
        nonceless = cms(registrar_request(nonce=None, prior_signed_voucher_request=None, assertion=None), REGISTRAR, options=chain)
        self.accepted("masa", nonceless)
        self.refused("M5", "masa", nonceless, "--registrar-cert", STRANGE_REGISTRAR.path)
        self.refused("M7", "masa", cms(registrar_request(proximity_registrar_cert=b64(REGISTRAR.der)), REGISTRAR, options=chain))

    def test_terminal(self):
        """Whatever somebody writes into a voucher, a terminal gets letters."""
        hostile = "a\x1b[2J\x07\x7f\u009b31m\u202e\n$ rm -rf /"
        members = {"serial_number": hostile, "nonce": hostile[:20], "est_domain": hostile, "assertion": hostile, "extensions": [hostile],
                   "extension:" + hostile: 1, hostile: 2}
        for content in voucher(**members), {hostile: voucher(**members)["ietf-voucher:voucher"]}, {hostile: hostile}, hostile.encode():
            message = cms(content, MASA["P-256"])
            for words in (["show"], ["show", "--json"], ["verify", "--as", "pledge", "--anchor", MAKER.path],
                          ["verify", "--as", "registrar", "--compat", "--json"]):
                ran = journey.stilectl("voucher", *words, "-", data=message)
                for text in ran.out, ran.err:
                    self.assertEqual([c for c in text if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160)], [], words)
                    self.assertNotIn("\n$", text)


journey.add_cases(Judged, Judged.kind, [
    *[(f"kind {key}", key, []) for key in BY_OPENSSL], ("kind keyid", "P-256", ["-keyid"]), ("kind stream", "P-256", ["-stream"]),
    ("kind RSA keyid stream", "RSA", ["-keyid", "-stream"]), ("kind SHA-512", "P-256", ["-md", "sha512"]),
    ("kind SHA-384", "P-384", ["-md", "sha384"]), ("kind PSS", "RSA", ["-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:digest"]),
    ("kind with its CA", "P-256", ["-certfile", MAKER.path])])


class Signed(unittest.TestCase):
    """What Stile signed."""

    def sign(self, form, kind, party, content):
        ran = journey.run(SIGN_VOUCHER, form, kind, party.path, party.key_path, data=json.dumps(content).encode())
        self.assertEqual(ran.status, 0, ran.err)
        return ran.raw

    def cms(self, key):
        content, path = voucher(), FOLDER / f"signed {key}"
        message = self.sign("cms", "voucher", MASA[key], content)
        path.write_bytes(message)
        read = openssl("cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-CAfile", MAKER.path, "-in", path)
        self.assertEqual(json.loads(read), content)
        shown = openssl("cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", path).decode()
        self.assertRegex(shown, r"(?s)signedData:\s+version: 3\s.*eContentType: [^\n]*" + VOUCHER_TYPE.replace(".", r"\."))
        for name in "contentType", "signingTime", "messageDigest":
            self.assertRegex(shown, rf"object: {name} ")
        self.assertEqual(verify("pledge", message).status, 0)
        refused = journey.run("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-CAfile", STRANGER.path, "-in", path)
        self.assertNotEqual(refused.status, 0)

    def test_cms_by_itself(self):
        ran = verify("pledge", self.sign("cms", "voucher", MASA["Ed25519"], voucher()))
        self.assertEqual(ran.status, 0, ran.out)

    def test_jws(self):
        message = json.loads(self.sign("jws", "request", DEVICE, pledge_request()))
        (signature,) = message["signatures"]
        header = json.loads(base64.urlsafe_b64decode(signature["protected"] + "=="))
        raw = base64.urlsafe_b64decode(signature["signature"] + "==")
        self.assertEqual((header["alg"], base64.b64decode(header["x5c"][0]), len(raw)), ("ES256", DEVICE.der, 64))
        dss = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        DEVICE.key.public_key().verify(dss, f"{signature['protected']}.{message['payload']}".encode(), ec.ECDSA(hashes.SHA256()))
        self.assertEqual(json.loads(base64.urlsafe_b64decode(message["payload"] + "==")), pledge_request())


journey.add_cases(Signed, Signed.cms, [(f"cms {key}", key) for key in BY_OPENSSL])


if __name__ == "__main__":
    journey.main()
