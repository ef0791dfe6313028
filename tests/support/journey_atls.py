# SPDX-License-Identifier: GPL-3.0-or-later
"""ATLS once more, with OpenSSL, plain http.client and nothing of Stile: what the journeys compare Stile with."""
import base64
import hashlib
import hmac
import http.client
import http.server
import os
import re
import ssl
import struct
import threading

from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from OpenSSL import SSL

PATH = "/.well-known/atls"
FLIGHT = "application/atls+octet-stream"
SEALED = "application/atls-sealed"
LABEL = b"application-layer-tls"
VERSIONS = {"1.2": SSL.TLS1_2_VERSION, "1.3": SSL.TLS1_3_VERSION}


# --- the coding of sealed messages (RFC 8188, and with other ciphers) ---

class Coding:
    def __init__(self, name, aead, key_length, digest):
        self.name, self.aead, self.key_length, self.digest = name, aead, key_length, digest
        self.block_length = 2 * (key_length + 12)

    def split(self, block, sender):
        """The input keying material of the sender's direction."""
        assert len(block) == self.block_length
        n = 0 if sender == "client" else 1
        key = block[n * self.key_length:(n + 1) * self.key_length]
        start = 2 * self.key_length + n * 12
        return key + block[start:start + 12]

    def derive(self, material, salt):
        def hkdf(info, length):
            extracted = hmac.digest(salt, material, self.digest)
            return hmac.digest(extracted, info + b"\x01", self.digest)[:length]
        key = hkdf(b"Content-Encoding: " + self.name.encode() + b"\0", self.key_length)
        return self.aead(key), hkdf(b"Content-Encoding: nonce\0", 12)

    def nonce(self, base, number):
        return bytes(a ^ b for a, b in zip(base, number.to_bytes(12, "big")))

    def seal(self, block, sender, session, sequence, data, record_size=4096, salt=None, padding=0):
        salt = (salt or os.urandom(8)) + sequence.to_bytes(8, "big")
        cipher, base = self.derive(self.split(block, sender), salt)
        out = salt + struct.pack(">IB", record_size, len(session)) + session
        room = record_size - 17
        parts = [data[n:n + room] for n in range(0, len(data), room)] or [b""]
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            plain = part + (b"\x02" + bytes(min(padding, room - len(part))) if last else b"\x01")
            out += cipher.encrypt(self.nonce(base, number), plain, None)
        return out

    def open(self, block, sender, message):
        """The session's id, the number and what is inside."""
        salt, (record_size, length) = message[:16], struct.unpack(">IB", message[16:21])
        session, rest = message[21:21 + length], message[21 + length:]
        cipher, base = self.derive(self.split(block, sender), salt)
        data = b""
        for number in range(0, (len(rest) + record_size - 1) // record_size):
            record = rest[number * record_size:(number + 1) * record_size]
            plain = cipher.decrypt(self.nonce(base, number), record, None).rstrip(b"\0")
            last = (number + 1) * record_size >= len(rest)
            assert plain[-1:] == (b"\x02" if last else b"\x01"), "a record is missing"
            data += plain[:-1]
        return session, int.from_bytes(salt[8:], "big"), data


CODINGS = {
    "aes128gcm": Coding("aes128gcm", AESGCM, 16, hashlib.sha256),
    "aes256gcm": Coding("aes256gcm", AESGCM, 32, hashlib.sha384),
    "chacha20poly1305": Coding("chacha20poly1305", ChaCha20Poly1305, 32, hashlib.sha256),
}


def coding_of(connection):
    name = connection.get_cipher_name().replace("_", "").replace("-", "")
    return CODINGS["chacha20poly1305" if "CHACHA" in name else "aes256gcm" if "AES256" in name else "aes128gcm"]


# --- Binary HTTP, known length (RFC 9292) ---

def write_number(number):
    for bits, size in ((6, 1), (14, 2), (30, 4), (62, 8)):
        if number < 1 << bits:
            return (number | {1: 0, 2: 1, 4: 2, 8: 3}[size] << (size * 8 - 2)).to_bytes(size, "big")
    raise ValueError(number)


def write_text(data):
    data = data.encode() if isinstance(data, str) else data
    return write_number(len(data)) + data


def write_request(method, path, host="localhost", fields=(), content=b""):
    section = b"".join(write_text(name) + write_text(value) for name, value in fields)
    return b"\0" + b"".join(map(write_text, (method, "https", host, path))) + write_text(section) + write_text(content) + b"\0"


class Reader:
    def __init__(self, data):
        self.data = data

    def number(self):
        size = 1 << (self.data[0] >> 6)
        value = int.from_bytes(self.data[:size], "big") & ((1 << (size * 8 - 2)) - 1)
        self.data = self.data[size:]
        return value

    def text(self):
        length = self.number()
        part, self.data = self.data[:length], self.data[length:]
        assert len(part) == length
        return part


def read_response(data):
    """Status, fields and content."""
    reader = Reader(data)
    assert reader.number() == 1, "no response of known length"
    status = reader.number()
    section, fields = Reader(reader.text()), {}
    while section.data:
        name = section.text().decode()
        fields[name] = section.text().decode()
    return status, fields, reader.text() if reader.data else b""


# --- a client ---

class Refused(Exception):
    """The service answered, but not with 200."""

    def __init__(self, status, headers, body):
        super().__init__(f"{status}: {body[:200]!r}")
        self.status, self.headers, self.body = status, headers, body


def make_context(credential, anchors, version=None, ciphers=None):
    context = SSL.Context(SSL.TLS_METHOD)
    if credential:
        context.use_certificate_file(str(credential.path))
        context.use_privatekey_file(str(credential.key_path))
    for anchor in anchors:
        context.load_verify_locations(str(anchor.path))
    if version:
        context.set_min_proto_version(VERSIONS[version])
        context.set_max_proto_version(VERSIONS[version])
    if ciphers:
        # pyOpenSSL has no method yet for the suites of TLS 1.3.
        if ciphers.startswith(b"TLS_"):
            SSL._lib.SSL_CTX_set_ciphersuites(context._context, ciphers)
        else:
            context.set_cipher_list(ciphers)
    return context


def drain(connection):
    """All that OpenSSL wants to send now."""
    out = b""
    while True:
        try:
            out += connection.bio_read(65536)
        except SSL.WantReadError:
            return out


def read_data(connection):
    """All application data that is there; raises SSL.Error for an alert."""
    data = b""
    while True:
        try:
            data += connection.recv(65536)
        except SSL.WantReadError:
            return data


class Http:
    """Posts to one address; each client has a connection of its own."""

    def __init__(self, port, path=PATH, tls=False, keep=True):
        self.port, self.path, self.tls, self.keep = port, path, tls, keep
        self.connection, self.cookie = None, None

    def connect(self):
        if self.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=context)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def send(self, method, path=None, body=None, headers=None, **options):
        """Status, headers, body."""
        if self.connection is None:
            self.connection = self.connect()
        self.connection.request(method, path or self.path, body, headers or {}, **options)
        answer = self.connection.getresponse()
        content = answer.read()
        if not self.keep or answer.will_close:
            self.close()
        return answer.status, answer.headers, content

    def post(self, body, media_type=FLIGHT, path=None, cookie=True, **headers):
        fields = {"Content-Type": media_type, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if cookie is True and self.cookie:
            fields["Cookie"] = f"atls-session={self.cookie}"
        elif isinstance(cookie, str):
            fields["Cookie"] = cookie
        status, headers, content = self.send("POST", path, body, fields)
        match = re.match(r"atls-session=([\w-]+)", headers.get("Set-Cookie", ""))
        if match:
            self.cookie = match[1]
        if status != 200:
            raise Refused(status, headers, content)
        return content

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Client:
    def __init__(self, port, pki, version=None, credential=True, alpn=(), http=None, ciphers=None):
        context = make_context(pki.client if credential is True else credential, [pki.manufacturer], version, ciphers)
        context.set_verify(SSL.VERIFY_PEER, lambda connection, certificate, error, depth, good: good)
        if alpn:
            context.set_alpn_protos(list(alpn))
        self.http = http or Http(port)
        self.tls = SSL.Connection(context, None)
        self.tls.set_tlsext_host_name(b"localhost")
        self.tls.set_connect_state()
        self.flights, self.answers = [], []
        self.sequence = 0

    def step(self):
        """One call of the handshake; whether it is done, and the flight to post."""
        try:
            self.tls.do_handshake()
            done = True
        except SSL.WantReadError:
            done = False
        return done, drain(self.tls)

    def take(self, answer):
        self.answers.append(answer)
        if answer:
            self.tls.bio_write(answer)

    def handshake(self):
        while True:
            done, flight = self.step()
            if flight:
                self.flights.append(flight)
                self.take(self.http.post(flight))
            if done:
                # Tickets, or the alert that refuses our certificate.
                read_data(self.tls)
                break
            assert flight, "OpenSSL waits, and has nothing to say"
        self.coding = coding_of(self.tls)
        return self

    def export(self, length=None):
        return self.tls.export_keying_material(LABEL, length or self.coding.block_length)

    def send(self, data):
        """Record mode."""
        self.tls.sendall(data)
        self.take(self.http.post(drain(self.tls)))
        return read_data(self.tls)

    @property
    def session(self):
        return base64.urlsafe_b64decode(self.http.cookie + "==")

    def seal(self, data, sequence=None, **options):
        if sequence is None:
            sequence, self.sequence = self.sequence, self.sequence + 1
        return self.coding.seal(self.export(), "client", self.session, sequence, data, **options)

    def open(self, message):
        return self.coding.open(self.export(), "server", message)

    def request(self, method, path, fields=(), content=b"", **options):
        """Export mode: status, fields and content of the answer inside."""
        number = self.sequence
        sealed = self.http.post(self.seal(write_request(method, path, fields=fields, content=content)), SEALED, **options)
        session, sequence, data = self.open(sealed)
        assert (session, sequence) == (self.session, number)
        return read_response(data)


# --- a server as in the draft, which knows nothing of Stile ---

class Server:
    """Answers raw data in upper case; keeps for each session what the tests ask for."""

    def __init__(self, pki, version=None, tickets=True, chunked=False, refuse=False, ciphers=None, credential=None):
        self.context = make_context(credential or pki.service, [pki.stranger if refuse else pki.manufacturer], version, ciphers)
        flags = SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT
        self.context.set_verify(flags, lambda connection, certificate, error, depth, good: bool(good))
        self.context.set_session_id(b"journey")
        if not tickets:
            self.context.set_options(SSL.OP_NO_TICKET)
        self.sessions, self.exported, self.data, self.subjects, self.requests, self.errors = {}, [], [], [], [], []
        self.chunked, self.tickets = chunked, tickets
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                server.answer(self)

            def do_GET(self):
                self.send_error(405)

            def log_message(self, *words):
                pass

        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.httpd.daemon_threads = True
        self.port = self.httpd.server_address[1]
        self.url = f"http://localhost:{self.port}/atls"
        threading.Thread(target=self.httpd.serve_forever, args=[0.05], daemon=True).start()

    def answer(self, request):
        body = request.rfile.read(int(request.headers["Content-Length"]))
        self.requests.append((request.path, request.headers, body))
        match = re.search(r"my-atls-cookie=(\w+)", request.headers.get("Cookie", ""))
        name = match[1] if match else os.urandom(8).hex()
        if not match:
            connection = SSL.Connection(self.context, None)
            connection.set_accept_state()
            self.sessions[name] = [connection, False]
        out = self.step(self.sessions[name], body)
        request.send_response(200)
        request.send_header("Content-Type", "application/atls+octet-stream")
        if not match:
            request.send_header("Set-Cookie", f"my-atls-cookie={name}")
        if self.chunked:
            request.send_header("Transfer-Encoding", "chunked")
            request.end_headers()
            for n in range(0, len(out), 100):
                part = out[n:n + 100]
                request.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            request.wfile.write(b"0\r\n\r\n")
        else:
            request.send_header("Content-Length", str(len(out)))
            request.end_headers()
            request.wfile.write(out)

    def step(self, session, body):
        connection, up = session
        if body:
            connection.bio_write(body)
        try:
            if not up:
                connection.do_handshake()
                session[1] = True
                self.exported.append(connection.export_keying_material(LABEL, 56))
                self.subjects.append(connection.get_peer_certificate().get_subject().CN)
            data = read_data(connection)
            if data:
                self.data.append(data)
                connection.sendall(data.upper())
        except SSL.WantReadError:
            pass
        except SSL.ZeroReturnError:
            connection.shutdown()
        except SSL.Error as error:
            self.errors.append(str(error))  # its own alert goes out all the same
        return drain(connection)

    def stop(self):
        self.httpd.shutdown()
        self.httpd.server_close()
