# SPDX-License-Identifier: GPL-3.0-or-later
"""Throw-away certificates: the manufacturer's, the domain's, and the bad ones."""
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = datetime.timedelta(days=1)


class Credential:
    """A certificate with its key, in files of its own."""

    def __init__(self, folder, file, name, issuer=None, authority=False, host=None, shift=0 * DAY, serial=None, usages=None):
        self.key = ec.generate_private_key(ec.SECP256R1())
        signer = issuer or self
        subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Journey"),
                             x509.NameAttribute(NameOID.COMMON_NAME, name)]
                            + ([x509.NameAttribute(NameOID.SERIAL_NUMBER, serial)] if serial else []))
        now = datetime.datetime.utcnow()
        builder = (x509.CertificateBuilder().subject_name(subject).public_key(self.key.public_key())
                   .issuer_name(issuer.certificate.subject if issuer else subject)
                   .serial_number(x509.random_serial_number())
                   .not_valid_before(now - DAY + shift).not_valid_after(now + 7 * DAY + shift)
                   .add_extension(x509.BasicConstraints(authority, None), True)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()), False)
                   .add_extension(x509.KeyUsage(not authority, False, False, False, False, authority, authority, False, False), True))
        if host:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), False)
        if usages is None and not authority:
            usages = [ExtendedKeyUsageOID.SERVER_AUTH if host else ExtendedKeyUsageOID.CLIENT_AUTH]
        if usages:
            builder = builder.add_extension(x509.ExtendedKeyUsage(usages), False)
        self.certificate = builder.sign(signer.key, hashes.SHA256())
        self.name = name
        self.der = self.certificate.public_bytes(serialization.Encoding.DER)
        self.pem = self.certificate.public_bytes(serialization.Encoding.PEM)
        self.key_pem = self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                              serialization.NoEncryption())
        self.fingerprint = self.certificate.fingerprint(hashes.SHA256())
        self.path, self.key_path = folder / f"{file}.pem", folder / f"{file}.key"
        self.path.write_bytes(self.pem)
        self.key_path.write_bytes(self.key_pem)


class Pki:
    def __init__(self, folder):
        self.folder = folder
        self.manufacturer = Credential(folder, "manufacturer", "Journey Manufacturer CA", authority=True)
        self.service = Credential(folder, "service", "service", self.manufacturer, host="localhost")
        self.client = Credential(folder, "client", "device 0815", self.manufacturer)
        self.web = Credential(folder, "web", "Journey Public CA", authority=True)
        self.outer = Credential(folder, "outer", "outer", self.web, host="localhost")
        self.domain = Credential(folder, "domain", "Journey Domain Root", authority=True)
        self.inspection = Credential(folder, "inspection", "Journey Inspection CA", self.domain, authority=True)
        self.stranger = Credential(folder, "stranger", "Stranger CA", authority=True)
        self.strange_client = Credential(folder, "strange-client", "stranger", self.stranger)
        self.expired = Credential(folder, "expired", "expired service", self.manufacturer, host="localhost", shift=-30 * DAY)
        self.misnamed = Credential(folder, "misnamed", "another service", self.manufacturer, host="another.example")
        self.renewed = Credential(folder, "renewed", "renewed service", self.manufacturer, host="localhost")

    def service_options(self, credential=None, client_ca=True, outer=True):
        """Options of stiled; without outer it serves plain http."""
        credential = credential or self.service
        options = ["--atls-cert", credential.path, "--atls-key", credential.key_path, "--est-cacerts", self.domain.path]
        if client_ca:
            options += ["--client-ca", self.manufacturer.path]
        if outer:
            options += ["--tls-cert", self.outer.path, "--tls-key", self.outer.key_path]
        return options

    def client_options(self, credential=None):
        """Options of stilectl."""
        credential = credential or self.client
        return ["--ca", self.manufacturer.path, "--cert", credential.path, "--key", credential.key_path]
