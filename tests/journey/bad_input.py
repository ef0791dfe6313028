#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is wrong ends in one clear message with a next step; nothing crashes, hangs, leaks or is half-written."""
import http.server
import json
import re
import socket
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey
import journey_atls
import journey_pki
from OpenSSL import SSL

PKI = journey_pki.Pki(journey.make_folder())
PATH, FLIGHT, SEALED = journey_atls.PATH, journey_atls.FLIGHT, journey_atls.SEALED


def flip(data, position, bit=0x01):
    return data[:position] + bytes([data[position] ^ bit]) + data[position + 1:]


class Case(unittest.TestCase):
    """With a service that must serve on, and say nothing alarming, whatever a test did to it."""

    @classmethod
    def setUpClass(cls):
        cls.service = journey.Stiled(*PKI.service_options(outer=False), "--echo")
        cls.mitmproxies = {}

    @classmethod
    def tearDownClass(cls):
        for program in [*cls.mitmproxies.values(), cls.service]:
            program.stop()

    def tearDown(self):
        client = self.client().handshake()
        self.assertEqual(client.request("GET", "/.well-known/est/cacerts")[0], 200)
        self.assertIsNone(self.service.process.poll())
        said = [line for line in self.service.take_lines() if re.search("CRITICAL|WARNING|ERROR|assertion", line)]
        self.assertEqual(said, [])

    def client(self, version=None, **options):
        return journey_atls.Client(self.service.port, PKI, version, alpn=[b"bhttp"], **options)

    def plain(self, version=None):
        """Without ALPN: record mode, and an echo."""
        return journey_atls.Client(self.service.port, PKI, version)

    def hello(self, version=None):
        return self.client(version).step()[1]

    def refused(self, status, function, *words, **options):
        with self.assertRaises(journey_atls.Refused) as caught:
            function(*words, **options)
        self.assertEqual(caught.exception.status, status, caught.exception)
        problem = json.loads(caught.exception.body)
        self.assertEqual(caught.exception.headers["Content-Type"], "application/problem+json")
        self.assertEqual(problem["status"], status)
        self.assertTrue(problem["detail"])
        return caught.exception


class Flights(Case):
    def http(self):
        return journey_atls.Http(self.service.port)

    def test_empty(self):
        self.refused(400, self.http().post, b"")

    def truncated(self, version):
        hello = self.hello(version)
        for length in (1, 5, 40, len(hello) - 1):
            self.refused(400, self.http().post, hello[:length])

    def truncated_second(self, version):
        client = self.client(version)
        client.take(client.http.post(client.step()[1]))
        flight = client.step()[1]
        self.refused(400, client.http.post, flight[:-1])
        self.refused(410, client.http.post, flight)

    def flipped_hello(self, version):
        """Where TLS can tell, an alert comes back, as a flight; else the handshake fails at the client."""
        hello = self.hello(version)
        for position in (0, 5, 6, 9, 43, 45, len(hello) - 30):
            try:
                answer = self.http().post(flip(hello, position, 0x40))
            except journey_atls.Refused as refused:
                self.assertEqual(refused.status, 400)
                continue
            self.assertIn(answer[:1], (b"\x15", b"\x16"))

    def flipped_second(self, version):
        client = self.client(version)
        client.take(client.http.post(client.step()[1]))
        flight = client.step()[1]
        answer = client.http.post(flip(flight, len(flight) - 5))
        client.tls.bio_write(answer)
        with self.assertRaises(SSL.Error):
            client.tls.do_handshake()
            journey_atls.read_data(client.tls)
        self.refused(410, client.http.post, flight)

    def test_garbage(self):
        for body in [b"hello, world", bytes(500), b"\xff" * 500, b"\x15\x03\x03\x00\x02\x01\x00", b"\x16\x03\x01\xff\xff" + bytes(90),
                     b"\x17\x03\x03\x00\x20" + bytes(32), b"\x80\x2e\x01\x00\x02" + bytes(44)]:
            try:
                answer = self.http().post(body)
            except journey_atls.Refused as refused:
                self.assertEqual(refused.status, 400)
                continue
            self.assertIn(answer[:1], (b"\x15", b""), body[:8])

    def large(self, chunked, media_type):
        """10 MB: refused or cut, at once, and nothing of it is kept."""
        before = self.service.memory()
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", self.service.port), 20) as peer:
            head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media_type}\r\n"
            size = 10_000_000 if media_type == FLIGHT else 30_000_000
            head += "Transfer-Encoding: chunked\r\n\r\n" if chunked else f"Content-Length: {size}\r\n\r\n"
            part = b"x" * 50_000
            status = b""
            try:
                peer.sendall(head.encode())
                for _ in range(size // len(part)):
                    peer.sendall(b"%x\r\n%s\r\n" % (len(part), part) if chunked else part)
                if chunked:
                    peer.sendall(b"0\r\n\r\n")
                status = peer.recv(4096)
            except ConnectionError:
                status = b"cut"
        if chunked:
            self.assertIn(status[9:12] if status[:4] == b"HTTP" else b"cut", (b"413", b"cut"))
        else:
            self.assertEqual(status[9:12], b"413")
        self.assertLess(time.monotonic() - began, 10)
        if media_type == FLIGHT:
            self.assertLess(self.service.memory() - before, 6000)

    def repeated(self, version):
        """The same flight gets the same bytes, and the session goes on by one step only."""
        client = self.client(version)
        hello = client.step()[1]
        first = client.http.post(hello)
        self.assertEqual(client.http.post(hello), first)
        client.take(first)
        second = client.step()[1]
        last = client.http.post(second)
        self.assertEqual(client.http.post(second), last)
        client.take(last)
        client.handshake()
        self.assertEqual(client.request("GET", "/.well-known/est/cacerts")[0], 200)

    def test_record_repeated(self):
        client = self.plain().handshake()
        client.tls.send(b"only once")
        body = journey_atls.drain(client.tls)
        first = client.http.post(body)
        self.assertEqual(client.http.post(body), first)
        client.take(first)
        self.assertEqual(journey_atls.read_data(client.tls), b"ONLY ONCE")
        self.assertEqual(client.send(b"and on"), b"AND ON")

    def of_another(self, version):
        """A flight with the cookie of another session ends there in an alert."""
        one, other = self.client(version), self.client(version)
        for client in (one, other):
            client.take(client.http.post(client.step()[1]))
        flight = one.step()[1]
        answer = other.http.post(flight)
        self.assertEqual(answer[:1], b"\x15" if version == "1.2" else answer[:1])
        other.tls.bio_write(answer)
        with self.assertRaises(SSL.Error):
            other.tls.do_handshake()
            journey_atls.read_data(other.tls)
        # The one whose flight it was is not harmed by it.
        one.take(one.http.post(flight))
        self.assertEqual(one.handshake().request("GET", "/.well-known/est/cacerts")[0], 200)

    def test_guessed_cookie(self):
        for cookie in ["A" * 22, "x", "", "../../etc/passwd", "A" * 4000, "%00", "é"]:
            self.refused(410, self.http().post, self.hello(), cookie=f"atls-session={cookie}".encode("utf-8").decode("latin-1"))

    def test_swapped_cookie(self):
        """A sealed message says itself whose it is; the cookie of another changes nothing, in either direction."""
        one, other = self.client().handshake(), self.client().handshake()
        other_cookie = other.http.cookie
        self.assertEqual(one.request("GET", "/.well-known/est/cacerts", cookie=f"atls-session={other_cookie}")[0], 200)
        forged = other.coding.seal(one.export(), "client", other.session, 7, journey_atls.write_request("GET", "/"))
        self.refused(400, other.http.post, forged, SEALED)
        # Record mode: the other's keys do not fit.
        a, b = self.plain().handshake(), self.plain().handshake()
        a.tls.send(b"mine")
        self.refused(400, a.http.post, journey_atls.drain(a.tls), cookie=f"atls-session={b.http.cookie}")

    def test_old_cookie_style(self):
        client = self.client()
        client.take(client.http.post(client.step()[1]))
        flight = client.step()[1]
        client.take(client.http.post(flight, cookie=f'$Version="1"; atls-session="{client.http.cookie}"; $Path="{PATH}"'))
        self.assertEqual(client.handshake().request("GET", "/.well-known/est/cacerts")[0], 200)

    def test_other_cookies_around(self):
        client = self.client()
        client.take(client.http.post(client.step()[1]))
        client.take(client.http.post(client.step()[1], cookie=f"a=b; xatls-session=zzz; atls-session={client.http.cookie}; c=d"))
        client.handshake()

    def test_location_without_cookie(self):
        client = self.client()
        status, headers, body = client.http.send("POST", None, client.step()[1], {"Content-Type": FLIGHT})
        self.assertEqual(status, 200)
        client.take(body)
        client.take(client.http.post(client.step()[1], path=headers["Location"], cookie=False))
        journey_atls.read_data(client.tls)
        # An unknown one is as gone as an unknown cookie.
        self.refused(410, self.http().post, self.hello(), path=PATH + "/" + "B" * 22)

    def method(self, method):
        status, headers, body = self.http().send(method)
        self.assertEqual((status, headers["Allow"]), (405, "POST"))
        if method != "HEAD":
            self.assertEqual(json.loads(body)["status"], 405)

    def media_type(self, media_type):
        with self.assertRaises(journey_atls.Refused) as caught:
            self.http().post(self.hello(), media_type)
        self.assertEqual(caught.exception.status, 415)

    def test_unknown_path(self):
        for path in ["/", "/atls", PATH + "x", "/.well-known"]:
            self.refused(404, self.http().post, self.hello(), path=path)

    def late_type(self, media_type):
        """The answer has the type of the request, however it is written."""
        status, headers, body = self.http().send("POST", None, self.hello(), {"Content-Type": media_type})
        self.assertEqual((status, headers["Content-Type"]), (200, media_type.partition(";")[0].strip()))
        self.assertEqual(body[:1], b"\x16")

    def test_expect_continue(self):
        with socket.create_connection(("127.0.0.1", self.service.port), 10) as peer:
            hello = self.hello()
            peer.sendall(f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FLIGHT}\r\nContent-Length: {len(hello)}\r\n"
                         "Expect: 100-continue\r\n\r\n".encode())
            self.assertTrue(peer.recv(4096).startswith(b"HTTP/1.1 100 "))
            peer.sendall(hello)
            self.assertTrue(peer.recv(4096).startswith(b"HTTP/1.1 200 "))

    def test_expect_continue_refused(self):
        """What is too long is not even asked for."""
        with socket.create_connection(("127.0.0.1", self.service.port), 10) as peer:
            peer.sendall(f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FLIGHT}\r\nContent-Length: 10000000\r\n"
                         "Expect: 100-continue\r\n\r\n".encode())
            self.assertTrue(peer.recv(4096).startswith(b"HTTP/1.1 413 "))

    def test_chunked_request(self):
        client = self.client()
        hello = client.step()[1]
        status, headers, body = client.http.send("POST", None, iter([hello[:100], hello[100:]]),
                                                 {"Content-Type": FLIGHT, "Transfer-Encoding": "chunked"}, encode_chunked=True)
        self.assertEqual(status, 200)
        self.assertEqual(body[:1], b"\x16")

    def test_keep_alive(self):
        """All flights and messages of a session go over one connection."""
        client = self.client()
        client.http.connection = client.http.connect()
        client.http.connection.auto_open = 0
        client.http.connection.connect()
        client.handshake()
        for _ in range(3):
            self.assertEqual(client.request("GET", "/.well-known/est/cacerts")[0], 200)

    def test_half_a_request(self):
        """Somebody who says half a sentence and goes away."""
        for part in (b"POST", f"POST {PATH} HTTP/1.1\r\nContent-Le".encode(), f"POST {PATH} HTTP/1.1\r\nContent-Type: {FLIGHT}\r\nContent-Length: 500\r\n\r\nxyz".encode()):
            with socket.create_connection(("127.0.0.1", self.service.port), 10) as peer:
                peer.sendall(part)

    def test_full(self):
        """No room for another half-open session: 503, and when to come back."""
        folder = journey.make_folder()
        config = folder / "stiled.conf"
        config.write_text(f"[stiled]\nmax-half-open=2\natls-cert={PKI.service.path}\natls-key={PKI.service.key_path}\n", encoding="utf-8")
        service = journey.Stiled("--config", config)
        self.addCleanup(service.stop)
        for _ in range(2):
            journey_atls.Http(service.port).post(self.hello())
        refused = self.refused(503, journey_atls.Http(service.port).post, self.hello())
        self.assertTrue(refused.headers["Retry-After"].isdigit())


for check in ["truncated", "truncated_second", "flipped_hello", "flipped_second", "repeated", "of_another"]:
    journey.add_cases(Flights, getattr(Flights, check), [(f"{check} TLS {version}", version) for version in ["1.2", "1.3"]])
journey.add_cases(Flights, Flights.large, [("large flight", False, FLIGHT), ("large flight chunked", True, FLIGHT),
                                           ("large message", False, SEALED), ("large message chunked", True, SEALED)])
journey.add_cases(Flights, Flights.method, [(f"method {method}", method) for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]])
journey.add_cases(Flights, Flights.media_type, [(f"media type {name}", name) for name in
                                                ["text/plain", "application/json", "application/octet-stream", "application/atls-not", ""]])
journey.add_cases(Flights, Flights.late_type, [("late media type", "application/atls"), ("media type in capitals", "Application/ATLS+Octet-Stream"),
                                               ("media type with parameter", "application/atls+octet-stream; charset=binary")])


class Messages(Case):
    """Sealed messages."""

    def setUp(self):
        self.sealer = self.client().handshake()
        self.inner = journey_atls.write_request("GET", "/.well-known/est/cacerts")

    def post(self, message):
        return self.sealer.http.post(message, SEALED)

    def status(self, answer):
        return journey_atls.read_response(self.sealer.open(answer)[2])[0]

    def test_replayed(self):
        message = self.sealer.seal(self.inner, 0)
        first = self.post(message)
        self.assertEqual(self.post(message), first)
        self.assertEqual(self.status(first), 200)
        self.refused(409, self.post, self.sealer.seal(self.inner, 0))

    def test_out_of_order_and_too_old(self):
        for number in (5, 3, 2000, 1990):
            self.assertEqual(self.status(self.post(self.sealer.seal(self.inner, number))), 200)
        self.refused(409, self.post, self.sealer.seal(self.inner, 6))
        self.refused(409, self.post, self.sealer.seal(self.inner, 3))

    def test_flipped(self):
        message = self.sealer.seal(self.inner, 1)
        # Not the record size: RFC 8188 does not protect it where one record holds all.
        for position in (0, 15, 20, 37, 60, len(message) - 1):
            self.refused(400, self.post, flip(message, position))
        # None of it took the number away from the true one.
        self.assertEqual(self.status(self.post(message)), 200)

    def test_of_nobody(self):
        message = self.sealer.seal(self.inner, 1)
        self.refused(410, self.post, flip(message, 25))

    def test_truncated(self):
        message = self.sealer.seal(self.inner, 1, record_size=30)
        for length in (0, 10, 36, 37, 37 + 30, len(message) - 1):
            self.refused(400, self.post, message[:length])

    def test_own_answer(self):
        answer = self.post(self.sealer.seal(self.inner, 1))
        with self.assertRaises(journey_atls.Refused) as caught:
            self.post(answer)
        self.assertIn(caught.exception.status, (400, 409))

    def test_not_http_inside(self):
        for inner in (b"", b"hello", b"\x01\x40\xc8\x00", self.inner[:10], b"\xff" * 50):
            self.assertEqual(self.status(self.post(self.sealer.seal(inner))), 400)

    def test_too_early(self):
        client = self.client()
        client.take(client.http.post(client.step()[1]))
        message = client_coding().seal(bytes(56), "client", client.session, 0, self.inner)
        self.refused(410, client.http.post, message, SEALED)

    def test_records_afterwards(self):
        """A session that carries sealed messages takes no records any more."""
        self.post(self.sealer.seal(self.inner))
        self.sealer.tls.send(b"by the other way")
        self.refused(400, self.sealer.http.post, journey_atls.drain(self.sealer.tls))


def client_coding():
    return journey_atls.CODINGS["aes128gcm"]


class Answering:
    """A web server that knows no ATLS."""

    def __init__(self, status, body, headers):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except ConnectionError:
                    pass  # who reads it has had enough

            do_GET = do_HEAD = do_OPTIONS = do_POST

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Tool(Case):
    """stilectl: the exit status, the cause and the next step."""

    def check(self, ran, status, *words):
        self.assertEqual(ran.status, status, ran.out + ran.err)
        lines = ran.err.strip().splitlines()
        self.assertGreaterEqual(len(lines), 2, ran.err)
        self.assertTrue(lines[0].startswith("stilectl"), ran.err)
        self.assertRegex(lines[-1], r"^[A-Z].*\.$")
        for word in words:
            self.assertIn(word.lower(), ran.err.lower())
        for word in ["CRITICAL", "WARNING", "assertion", "PRIVATE", "(null)"]:
            self.assertNotIn(word, ran.err)
        self.assertEqual(ran.out, "")

    def url(self):
        return f"http://localhost:{self.service.port}"

    def connect(self, url=None, credential=None, ca=None, *more):
        credential = credential or PKI.client
        return journey.stilectl("connect", url or self.url(), "--ca", ca or PKI.manufacturer.path, "--cert", credential.path,
                                "--key", credential.key_path, "--proxy", "none", *more)

    def bootstrap(self, url, *more):
        home = journey.make_folder()
        pem = home / "roots.pem"
        ran = journey.stilectl("bootstrap", url, *PKI.client_options(), "--proxy", "none", "--pem", pem, "--no-own-store", *more, home=home)
        self.assertEqual([path for path in home.rglob("*") if path.is_file()], [], "something was written")
        return ran

    def serve(self, credential):
        service = journey.Stiled(*PKI.service_options(credential, outer=False))
        self.addCleanup(service.stop)
        return f"http://localhost:{service.port}"

    def answer(self, status, body, **headers):
        server = Answering(status, body, {name.replace("_", "-"): value for name, value in headers.items()})
        self.addCleanup(server.stop)
        return server.url

    def test_good(self):
        ran = self.connect()
        self.assertEqual((ran.status, ran.err), (0, ""))

    def wrong_anchor(self, version):
        self.check(self.connect(None, None, PKI.stranger.path, "--tls", version), 6, "Journey Manufacturer CA")

    def test_expired_service(self):
        self.check(self.connect(self.serve(PKI.expired)), 6, "expired")

    def test_expired_service_json(self):
        ran = self.connect(self.serve(PKI.expired), None, None, "--json")
        self.assertEqual(ran.status, 6)
        self.assertEqual(ran.json["error"]["code"], "untrusted")
        self.assertIn("expired", ran.json["error"]["message"])
        self.assertTrue(ran.json["error"]["next_step"])

    def test_another_name(self):
        self.check(self.connect(self.serve(PKI.misnamed)), 6, "another.example", "localhost")

    def test_bootstrap_writes_nothing(self):
        ran = self.bootstrap(self.serve(PKI.expired))
        self.assertEqual(ran.status, 6, ran.err)
        self.assertIn("expired", ran.err)

    def test_key_of_another_certificate(self):
        ran = journey.stilectl("connect", self.url(), "--ca", PKI.manufacturer.path, "--cert", PKI.client.path, "--key", PKI.stranger.key_path)
        self.check(ran, 3)
        # Both are named, so that one can see which belongs to which.
        found = set(part for part in ran.err.replace(":", "").replace(",", " ").replace(";", " ").split() if len(part.strip(".“”()")) >= 16
                    and set(part.strip(".“”()").lower()) <= set("0123456789abcdef"))
        self.assertEqual(len(found), 2, ran.err)

    def missing(self, option):
        options = {"--ca": PKI.manufacturer.path, "--cert": PKI.client.path, "--key": PKI.client.key_path, option: "/nowhere/at-all.pem"}
        self.check(journey.stilectl("connect", self.url(), *[word for pair in options.items() for word in pair]), 3, "/nowhere/at-all.pem")

    def nonsense(self, option):
        file = journey.make_folder() / "nonsense.pem"
        file.write_text("this is no PEM file\n", encoding="ascii")
        options = {"--ca": PKI.manufacturer.path, "--cert": PKI.client.path, "--key": PKI.client.key_path, option: file}
        self.check(journey.stilectl("connect", self.url(), *[word for pair in options.items() for word in pair]), 3, str(file))

    def test_unreachable_port(self):
        self.check(self.connect(f"http://localhost:{journey.free_port()}"), 4)

    def test_unknown_host(self):
        self.check(self.connect("https://no-such-host.invalid"), 4, "no-such-host.invalid")

    def test_proxy_down(self):
        self.check(journey.stilectl("connect", self.url(), *PKI.client_options(), "--proxy", f"http://127.0.0.1:{journey.free_port()}"), 4, "proxy")

    def test_no_url(self):
        for url in ("ftp://localhost", "localhost", "http://", "https://[::1"):
            self.check(self.connect(url), 3)

    def test_plain_web_server(self):
        url = self.answer(200, b"<html><title>Welcome to the shop</title></html>", Content_Type="text/html")
        self.check(self.connect(url), 5, "200", "text/html", "Welcome to the shop")

    def test_captive_portal(self):
        url = self.answer(302, b"", Location="http://portal.example/login", Content_Type="text/html")
        self.check(self.connect(url), 5, "302", "portal.example")

    def test_bad_gateway(self):
        url = self.answer(502, b"<html>Bad gateway</html>", Content_Type="text/html")
        self.check(self.connect(url), 5, "502")

    def test_type_without_flight(self):
        url = self.answer(200, b"not a flight", Content_Type=FLIGHT)
        ran = self.connect(url)
        self.assertIn(ran.status, (5, 8))
        self.check(ran, ran.status)

    def test_empty_answer(self):
        ran = self.connect(self.answer(200, b"", Content_Type=FLIGHT))
        self.assertIn(ran.status, (5, 8))
        self.check(ran, ran.status)

    def test_endless_answer(self):
        ran = self.connect(self.answer(200, b"\x16" * 20_000_000, Content_Type=FLIGHT))
        self.assertIn(ran.status, (5, 8))
        self.check(ran, ran.status)

    def test_terminal_escapes(self):
        """What strangers answer does not drive the terminal."""
        ran = self.connect(self.answer(403, b"\x1b[2J\x1b]0;owned\x07blocked", Content_Type="text/plain"))
        self.check(ran, 5, "403", "blocked")
        self.assertNotIn("\x1b", ran.err)

    def test_hangs_up(self):
        server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(server.close)

        def hang_up():
            try:
                while True:
                    server.accept()[0].close()
            except OSError:
                pass
        threading.Thread(target=hang_up, daemon=True).start()
        ran = self.connect(f"http://localhost:{server.getsockname()[1]}")
        self.assertIn(ran.status, (4, 9))
        self.check(ran, ran.status)

    def client_refused(self, version, credential):
        words = ["connect", self.url(), "--ca", PKI.manufacturer.path, "--proxy", "none", "--tls", version]
        if credential:
            words += ["--cert", PKI.strange_client.path, "--key", PKI.strange_client.key_path]
        self.check(journey.stilectl(*words), 7, "alert")

    # Through a middlebox that misbehaves.

    def misbehaving(self, **behaviour):
        service = journey.Stiled(*PKI.service_options())
        self.addCleanup(service.stop)
        middlebox = journey.Mitmproxy(PKI, service.port, **behaviour)
        self.addCleanup(middlebox.stop)
        return journey.stilectl("connect", f"https://localhost:{service.port}", *PKI.client_options(), "--proxy", middlebox.url,
                                "--get", "/.well-known/est/cacerts"), middlebox

    def test_stripped_cookie(self):
        ran, middlebox = self.misbehaving(strip="cookie")
        self.assertEqual(ran.status, 0, ran.err)
        self.assertRegex(middlebox.seen.decode("latin-1"), r"POST https://localhost:\d+/\.well-known/atls/[\w-]{22}\n")
        self.assertNotIn(b"\nCookie: ", middlebox.seen)

    def blocked(self, answer, *words):
        self.check(self.misbehaving(answer=answer)[0], 5, *words)


journey.add_cases(Tool, Tool.wrong_anchor, [(f"wrong anchor TLS {version}", version) for version in ["1.2", "1.3"]])
for check in ["missing", "nonsense"]:
    journey.add_cases(Tool, getattr(Tool, check), [(f"{check} {option}", option) for option in ["--ca", "--cert", "--key"]])
journey.add_cases(Tool, Tool.client_refused, [(f"client {name} TLS {version}", version, credential) for version in ["1.2", "1.3"]
                                              for name, credential in [("without certificate", None), ("is a stranger", True)]])
journey.add_cases(Tool, Tool.blocked, [("block page", "block", "403", "text/html", "Blocked by policy"), ("captive portal in between", "portal", "302", "portal.example"),
                                       ("broken middlebox", "broken", "502", "Bad gateway")])


class Configuration(unittest.TestCase):
    """stiled refuses what it does not understand, and says what."""

    good = f"atls-cert={PKI.service.path}\natls-key={PKI.service.key_path}\n"

    def check(self, text, *words, status=78):
        config = journey.make_folder() / "stiled.conf"
        config.write_text(text, encoding="utf-8")
        for option in ([], ["--check-config"]):
            ran = journey.run(journey.STILED, "--config", config, *option, seconds=20)
            self.assertEqual(ran.status, status, ran.out + ran.err)
            for word in words:
                self.assertIn(word, ran.err)
            self.assertGreaterEqual(len(ran.err.strip().splitlines()), 2, ran.err)
            self.assertNotIn("CRITICAL", ran.err)

    def test_good(self):
        config = journey.make_folder() / "stiled.conf"
        config.write_text("[stiled]\n" + self.good + f"client-ca={PKI.manufacturer.path}\nest-cacerts={PKI.domain.path}\n", encoding="utf-8")
        ran = journey.run(journey.STILED, "--config", config, "--check-config")
        self.assertEqual((ran.status, ran.out), (0, "The configuration is good.\n"), ran.err)

    def test_no_file(self):
        ran = journey.run(journey.STILED, "--config", "/nowhere/stiled.conf")
        self.assertEqual(ran.status, 78)
        self.assertIn("/nowhere/stiled.conf", ran.err)

    def test_unknown_option(self):
        ran = journey.run(journey.STILED, "--lisen", "127.0.0.1:0")
        self.assertEqual(ran.status, 2)
        self.assertIn("--lisen", ran.err)


journey.add_cases(Configuration, Configuration.check, [
    ("unknown key", "[stiled]\nlisten-on=127.0.0.1:0\n", "listen-on", "stiled.conf"),
    ("unknown group", "[stiled]\n" + Configuration.good + "[service]\npath=/x\n", "[service]"),
    ("no group", "listen=127.0.0.1:0\n", "stiled.conf"),
    ("empty", "", "stiled.conf"),
    ("not a number", "[stiled]\n" + Configuration.good + "max-sessions=many\n", "max-sessions", "many"),
    ("too large a number", "[stiled]\n" + Configuration.good + "workers=4000\n", "workers", "256"),
    ("not a flag", "[stiled]\n" + Configuration.good + "echo=yes\n", "echo", "yes"),
    ("without identity", "[stiled]\n", "atls-cert"),
    ("half an identity", f"[stiled]\natls-cert={PKI.service.path}\n", "atls-key"),
    ("key of another", f"[stiled]\natls-cert={PKI.service.path}\natls-key={PKI.client.key_path}\n", str(PKI.service.path)),
    ("missing certificate", f"[stiled]\natls-cert=/nowhere/x.pem\natls-key={PKI.service.key_path}\n", "/nowhere/x.pem"),
    ("missing authorities", "[stiled]\n" + Configuration.good + "client-ca=/nowhere/ca.pem\n", "client-ca", "/nowhere/ca.pem"),
    ("bad path", "[stiled]\n" + Configuration.good + "path=atls\n", "path", "atls"),
    ("bad upstream", "[stiled]\n" + Configuration.good + "upstream=gopher://x\n", "gopher://x"),
    ("bad version", "[stiled]\n" + Configuration.good + "tls-version=1.1\n", "tls-version", "1.1"),
    ("bad export", "[stiled]\n" + Configuration.good + "log-export=label\n", "log-export", "label"),
])


class Addresses(unittest.TestCase):
    """These show only when the service starts."""

    def check(self, address, *words):
        ran = journey.run(journey.STILED, "--listen", address, "--atls-cert", PKI.service.path, "--atls-key", PKI.service.key_path, seconds=20)
        self.assertEqual(ran.status, 78, ran.err)
        for word in words:
            self.assertIn(word, ran.err)

    def test_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = f"127.0.0.1:{server.getsockname()[1]}"
            self.check(address, address)


journey.add_cases(Addresses, Addresses.check, [("address " + name, address, address) for name, address in
                                               [("without meaning", "here and there"), ("by name", "localhost:80"), ("port too large", "127.0.0.1:99999")]])
del Case

if __name__ == "__main__":
    journey.main()
