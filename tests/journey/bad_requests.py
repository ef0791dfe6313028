#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is wrong in a request to stiled: it is refused with a status and a reason, and nothing else changes."""
import json
import socket
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey
import journey_atls
import journey_serving
from OpenSSL import SSL

PKI = journey_serving.PKI
PATH, FLIGHT, SEALED = journey_atls.PATH, journey_atls.FLIGHT, journey_atls.SEALED


def flip(data, position, bit=0x01):
    return data[:position] + bytes([data[position] ^ bit]) + data[position + 1:]


class Flights(journey_serving.Case):
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


class Messages(journey_serving.Case):
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


if __name__ == "__main__":
    journey.main()
