# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that mean no good: what a diagnosis must come to an end with, in bounded time and memory."""
import datetime
import socket
import ssl
import threading

import journey
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


class Server:
    """Accepts on loopback and lets a function deal with each connection."""

    def __init__(self, handle, context=None):
        self.handle, self.context = handle, context
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        self.asked = threading.Event()
        self.closed = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while not self.closed.is_set():
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            self.asked.set()
            threading.Thread(target=self.serve, args=[peer], daemon=True).start()

    def serve(self, peer):
        try:
            with peer:
                peer.settimeout(60)
                self.handle(self.context.wrap_socket(peer, server_side=True) if self.context else peer, self.closed)
        except (OSError, ValueError):
            return

    def stop(self):
        self.closed.set()
        self.socket.close()


def silent(peer, closed):
    closed.wait(60)


def slow(peer, closed):
    """A byte a second, for ever, of what could become an answer."""
    peer.recv(65536)
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1000:
        peer.sendall(bytes([byte]))
        closed.wait(1)


def endless(peer, closed):
    """A gigabyte, or as much of it as somebody takes."""
    peer.recv(65536)
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1073741824\r\n\r\n")
    for _ in range(1024):
        peer.sendall(b"x" * (1 << 20))


def headers_without_end(peer, closed):
    peer.recv(65536)
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(1 << 20):
        peer.sendall(b"X-%d: %s\r\n" % (number, b"y" * 100))


def redirecting(peer, closed):
    """Each answer sends one on to the next."""
    for number in range(1000):
        if not peer.recv(65536):
            return
        peer.sendall(b"HTTP/1.1 302 Found\r\nLocation: /%d\r\nContent-Length: 0\r\n\r\n" % number)


def page(peer, closed):
    while peer.recv(65536):
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello")


def key():
    return ec.generate_private_key(ec.SECP256R1())


def certificate(subject, public, issuer, signer, names=("localhost",), authority=False):
    now = datetime.datetime.utcnow()
    builder = (x509.CertificateBuilder().subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject[:64])]) if isinstance(subject, str) else subject)
               .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]) if isinstance(issuer, str) else issuer)
               .public_key(public).serial_number(x509.random_serial_number()).not_valid_before(now - DAY).not_valid_after(now + DAY)
               .add_extension(x509.BasicConstraints(authority, None), True))
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False)
    return builder.sign(signer, hashes.SHA256())


def context(leaf_key, *chain):
    """A TLS server's side that shows these certificates."""
    folder = journey.make_folder()
    pem = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain)
    (folder / "chain.pem").write_bytes(pem)
    (folder / "key.pem").write_bytes(leaf_key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    return made


def plain():
    one = key()
    return context(one, certificate("localhost", one.public_key(), "localhost", one))


def circle(count):
    """Authorities that sign each other, the last one the first."""
    keys = [key() for _ in range(count)]
    leaf = key()
    chain = [certificate("localhost", leaf.public_key(), "Authority 0", keys[0])]
    for number in range(count):
        above = (number + 1) % count
        chain.append(certificate(f"Authority {number}", keys[number].public_key(), f"Authority {above}", keys[above], names=(), authority=True))
    return context(leaf, *chain)


def many_names(count):
    one = key()
    return context(one, certificate("localhost", one.public_key(), "Somebody", key(), [f"host-{number}.example" for number in range(count)]))


def odd_name(name):
    one = key()
    return context(one, certificate(name, one.public_key(), name, key()))


def long_subject():
    one = key()
    names = x509.Name([x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "u" * 60 + f"{number:04}") for number in range(1000)])
    return context(one, certificate(names, one.public_key(), names, one))
