#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""stiled as a service: reload, stop, readiness, logs, upstream and threads."""
import concurrent.futures
import http.server
import os
import resource
import signal
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

PKI = journey_pki.Pki(journey.make_folder())
CACERTS = "/.well-known/est/cacerts"


# More than a flight may have.
LARGE = 200_000


class Service(unittest.TestCase):
    def start(self, *options, outer=False, **more):
        service = journey.Stiled(*PKI.service_options(outer=outer), *options, **more)
        self.addCleanup(service.stop)
        return service

    def start_configured(self, **more):
        self.config = journey.make_folder() / "stiled.conf"
        self.configure(PKI.service)
        service = journey.Stiled("--config", self.config, **more)
        self.addCleanup(service.stop)
        return service

    def configure(self, credential, *lines):
        self.config.write_text("\n".join(["[stiled]", f"atls-cert={credential.path}", f"atls-key={credential.key_path}",
                                          f"client-ca={PKI.manufacturer.path}", f"est-cacerts={PKI.domain.path}", *lines, ""]), encoding="utf-8")

    def client(self, service, **options):
        return journey_atls.Client(service.port, PKI, alpn=[b"bhttp"], **options).handshake()

    def name_of(self, client):
        return client.tls.get_peer_certificate().get_subject().CN

    def ask(self, client):
        self.assertEqual(client.request("GET", CACERTS)[0], 200)

    # --- signals ---

    def test_reload(self):
        """New certificate for new sessions; the old sessions live on, whatever they carry."""
        service = self.start_configured()
        sealing, half, fresh = self.client(service), journey_atls.Client(service.port, PKI, alpn=[b"bhttp"]), self.client(service)
        self.ask(sealing)
        half.take(half.http.post(half.step()[1]))
        self.configure(PKI.renewed)
        service.process.send_signal(signal.SIGHUP)
        service.wait_for("Reloaded; sessions stay")
        self.ask(sealing)
        self.ask(fresh)
        self.ask(half.handshake())
        self.assertEqual(self.name_of(half), "service")
        self.assertEqual(self.name_of(self.client(service)), "renewed service")

    def test_reload_outer_certificate(self):
        service = self.start_configured()
        self.configure(PKI.service, f"tls-cert={PKI.outer.path}", f"tls-key={PKI.outer.key_path}")
        service.process.send_signal(signal.SIGHUP)
        service.wait_for("Reloaded; sessions stay")
        self.ask(self.client(service, http=journey_atls.Http(service.port, tls=True)))

    def broken(self, credential, line, word):
        service = self.start_configured()
        client = self.client(service)
        self.ask(client)
        self.configure(credential, line)
        service.process.send_signal(signal.SIGHUP)
        self.assertIn(word, service.wait_for("Not reloaded, all is as it was: (.*)")[1])
        self.ask(client)
        self.assertEqual(self.name_of(self.client(service)), "service")
        # And it is not stuck in it.
        self.configure(PKI.renewed)
        service.process.send_signal(signal.SIGHUP)
        service.wait_for("Reloaded; sessions stay")
        self.assertEqual(self.name_of(self.client(service)), "renewed service")

    def stop(self, number, outer):
        """While connections are open, idle and in the middle of a request."""
        service = self.start(outer=outer)
        self.ask(self.client(service, http=journey_atls.Http(service.port, tls=outer)))
        idle = socket.create_connection(("127.0.0.1", service.port), 10)
        self.addCleanup(idle.close)
        busy = socket.create_connection(("127.0.0.1", service.port), 10)
        self.addCleanup(busy.close)
        busy.sendall(b"POST /.well-known/atls HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf")
        began = time.monotonic()
        service.process.send_signal(number)
        self.assertEqual(service.wait_end(10), 0)
        self.assertLess(time.monotonic() - began, 5)
        service.wait_for("Stopped")
        self.assertNotIn("CRITICAL", service.text)

    def test_stop_while_upstream_is_slow(self):
        upstream = Upstream(hold=True)
        self.addCleanup(upstream.stop)
        service = self.start("--upstream", upstream.url)
        client = self.client(service)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(client.request, "GET", "/slow")
            self.assertTrue(upstream.arrived.wait(20))
            service.process.terminate()
            self.assertEqual(service.wait_end(10), 0)
            upstream.go.set()
            self.assertIsNotNone(waiting.exception(20))
        self.assertNotIn("CRITICAL", service.text)

    def test_readiness(self):
        """What systemd is told, by sd_notify's protocol."""
        path = journey.make_folder() / "notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(path))
            manager.settimeout(20)
            service = self.start_configured(env={"NOTIFY_SOCKET": str(path)})
            self.assertEqual(manager.recv(4096).split(b"\n")[0], b"READY=1")
            service.process.send_signal(signal.SIGHUP)
            self.assertEqual(manager.recv(4096).split(b"\n")[0], b"RELOADING=1")
            self.assertEqual(manager.recv(4096).split(b"\n")[0], b"READY=1")
            self.configure(PKI.service, "nonsense=1")
            service.process.send_signal(signal.SIGHUP)
            self.assertEqual(manager.recv(4096).split(b"\n")[0], b"RELOADING=1")
            self.assertEqual(manager.recv(4096).split(b"\n")[0], b"READY=1")
            service.process.terminate()
            self.assertEqual(manager.recv(4096).split(b"\n")[0], b"STOPPING=1")

    # --- what is told ---

    def test_logs(self):
        """Sessions are told of, but neither keys nor plaintext, not even to somebody who wants to debug."""
        service = self.start("--echo", env={"G_MESSAGES_DEBUG": "all"})
        client = self.client(service)
        client.request("POST", "/hidden-path", [("x-hidden", "hidden-field")], b"hidden-content")
        plain = journey_atls.Client(service.port, PKI).handshake()
        self.assertEqual(plain.send(b"hidden-record"), b"HIDDEN-RECORD")
        service.process.terminate()
        service.wait_end()
        text = service.text.encode()
        self.assertIn(b"established", text)
        self.assertIn(b"device 0815", text)
        self.assertNotIn(b"hidden", text.lower())
        # Who has the whole id could speak for a half-open session.
        self.assertNotIn(client.http.cookie.encode(), text)
        block = client.export()
        for secret in [block, block[:16], block[16:32], block[32:44], block[44:]]:
            for spelling in journey.spellings(secret):
                self.assertNotIn(spelling, text)

    def test_refusal_in_log(self):
        service = self.start()
        client = journey_atls.Client(service.port, PKI, credential=PKI.strange_client)
        with self.assertRaises(journey_atls.SSL.Error):
            client.handshake()
        service.wait_for("handshake failed: .+")

    # --- upstream ---

    def test_upstream_get(self):
        client, upstream = self.start_upstream()
        status, fields, content = client.request("GET", "/things?a=1&b=%20x")
        self.assertEqual((status, content, fields["x-upstream"]), (200, b"GET /things?a=1&b=%20x", "yes"))
        self.assertNotIn("connection", fields)
        self.assertEqual(upstream.requests[0][2]["Stile-Client-Subject"], "CN=device 0815,O=Journey")
        self.assertEqual(upstream.requests[0][2]["Stile-Client-Certificate"].replace(":", "").lower(), PKI.client.fingerprint.hex())
        self.assertEqual(upstream.requests[0][2]["Host"], upstream.url[7:])

    def test_upstream_post(self):
        client, upstream = self.start_upstream()
        body = os.urandom(100_000)
        status, _, content = client.request("POST", "/upload", [("content-type", "application/x-thing")], body)
        self.assertEqual((status, content), (200, b"POST /upload"))
        method, path, headers, received = upstream.requests[0]
        self.assertEqual((method, path, received), ("POST", "/upload", body))
        self.assertEqual(headers["Content-Type"], "application/x-thing")

    def test_upstream_forged(self):
        """What only the service may say does not come from a client."""
        client, upstream = self.start_upstream()
        forged = [("stile-client-subject", "CN=admin"), ("Stile-Client-Subject", "CN=admin"), ("stile-client-certificate", "00"),
                  ("stile-session", "x"), ("transfer-encoding", "chunked"), ("content-length", "3"), ("host", "elsewhere"), ("connection", "close")]
        client.request("GET", "/forged", forged)
        headers = upstream.requests[0][2]
        self.assertEqual(headers.get_all("Stile-Client-Subject"), ["CN=device 0815,O=Journey"])
        self.assertEqual(len(headers.get_all("Stile-Client-Certificate")), 1)
        self.assertNotIn("CN=admin", str(headers))
        self.assertIsNone(headers["Transfer-Encoding"])
        self.assertEqual(headers.get_all("Host"), [upstream.url[7:]])

    def test_upstream_without_certificate(self):
        """A client that is nobody is nobody to the upstream too, whatever it says."""
        upstream = Upstream()
        self.addCleanup(upstream.stop)
        service = journey.Stiled(*PKI.service_options(client_ca=False, outer=False), "--upstream", upstream.url)
        self.addCleanup(service.stop)
        client = self.client(service, credential=None)
        client.request("GET", "/", [("stile-client-subject", "CN=admin")])
        self.assertIsNone(upstream.requests[0][2]["Stile-Client-Subject"])

    def test_upstream_injection(self):
        """A line break in a field or in the path does not become a second request."""
        client, upstream = self.start_upstream()
        for path, fields in [("/a", [("x", "1\r\nStile-Client-Subject: CN=admin")]), ("/a HTTP/1.1\r\nX: y\r\n\r\nGET /b", []), ("/a", [("x\r\ny", "1")])]:
            status = client.request("GET", path, fields)[0]
            self.assertIn(status, (200, 400))
        for _, path, headers, _ in upstream.requests:
            self.assertNotEqual(path, "/b")
            self.assertEqual(headers.get_all("Stile-Client-Subject"), ["CN=device 0815,O=Journey"])

    def test_upstream_status(self):
        client, _ = self.start_upstream()
        self.assertEqual(client.request("GET", "/missing")[0], 404)
        self.assertEqual(client.request("GET", "/redirect")[0], 302)
        self.assertEqual(client.request("GET", CACERTS)[0], 200)

    def test_upstream_odd_status(self):
        """A status that HTTP does not know is the upstream's mistake, and not the end of the service."""
        client, _ = self.start_upstream()
        self.assertEqual(client.request("GET", "/odd")[0], 502)
        self.assertEqual(client.request("GET", CACERTS)[0], 200)

    def test_upstream_tunnel(self):
        """Nobody digs a tunnel through the service, or asks for more than a path."""
        client, upstream = self.start_upstream()
        for path in ("", "/x", "elsewhere:443"):
            self.assertIn(client.request("CONNECT", path)[0], (400, 501))
        self.assertIn(client.request("OPTIONS", "*")[0], (400, 501))
        self.assertEqual(client.request("GET", CACERTS)[0], 200)
        self.assertEqual(upstream.requests, [])

    def test_upstream_large(self):
        """Both modes carry as much (PROTOCOL section 3)."""
        upstream = Upstream()
        self.addCleanup(upstream.stop)
        service = self.start("--upstream", upstream.url)
        for mode in ("record", "export"):
            ran = journey.stilectl("connect", f"http://localhost:{service.port}", *PKI.client_options(), "--proxy", "none",
                                   "--mode", mode, "--get", "/large")
            self.assertEqual((ran.status, len(ran.out)), (0, LARGE + 1), ran.err)

    def test_upstream_down(self):
        service = self.start("--upstream", f"http://127.0.0.1:{journey.free_port()}")
        client = self.client(service)
        status, fields, _ = client.request("GET", "/anything")
        self.assertEqual((status, fields["content-type"]), (502, "application/problem+json"))
        self.ask(client)

    def test_upstream_by_stilectl(self):
        upstream = Upstream()
        self.addCleanup(upstream.stop)
        service = self.start("--upstream", upstream.url)
        for mode in ("record", "export"):
            ran = journey.stilectl("connect", f"http://localhost:{service.port}", *PKI.client_options(), "--proxy", "none",
                                   "--mode", mode, "--get", "/hello")
            self.assertEqual((ran.status, ran.out), (0, "GET /hello\n"), ran.err)
            ran = journey.stilectl("connect", f"http://localhost:{service.port}", *PKI.client_options(), "--proxy", "none",
                                   "--mode", mode, "--get", "/missing")
            self.assertEqual(ran.status, 7)
            self.assertIn("404", ran.err)

    def start_upstream(self):
        upstream = Upstream()
        self.addCleanup(upstream.stop)
        return self.client(self.start("--upstream", upstream.url)), upstream

    def test_out_of_descriptors(self):
        """Without a file descriptor to spare the service says so, waits, and goes on when there are some again."""
        service = self.start()
        resource.prlimit(service.process.pid, resource.RLIMIT_NOFILE, (40, 40))
        held = [socket.create_connection(("127.0.0.1", service.port), journey.WAIT) for _ in range(60)]
        service.wait_for(r"Accepting a connection: .*; trying again")
        for connection in held:
            connection.close()
        self.ask(self.client(service))
        said = sum("trying again" in line for line in service.lines)
        self.assertLess(said, 20, "it asks again and again")

    # --- threads ---

    def test_connections(self):
        """Each flight and message of a session over a connection of its own, and many sessions at once."""
        service = self.start("--workers", "4", outer=True)

        def walk(_):
            client = self.client(service, http=journey_atls.Http(service.port, tls=True, keep=False))
            return [client.request("GET", CACERTS)[0] for _ in range(3)]

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            self.assertEqual(list(pool.map(walk, range(24))), [[200] * 3] * 24)
        self.assertNotIn("CRITICAL", service.text)

    def test_one_session_at_once(self):
        """Messages of one session over several connections at the same time; the same one twice is carried out once."""
        upstream = Upstream()
        self.addCleanup(upstream.stop)
        service = self.start("--workers", "4", "--upstream", upstream.url)
        client = self.client(service)
        inner = journey_atls.write_request("POST", "/once", content=b"x")
        messages = [message for number in range(20) for message in [client.seal(inner, number)] * 2]
        cookie = client.http.cookie

        def post(message):
            http_client = journey_atls.Http(service.port)
            http_client.cookie = cookie
            try:
                return http_client.post(message, journey_atls.SEALED)
            except journey_atls.Refused as refused:
                # Only the last few answers are kept: who comes later than that hears that it was carried out.
                self.assertEqual(refused.status, 409)
                return None

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(post, messages))
        for first, second in zip(answers[0::2], answers[1::2]):
            self.assertTrue(first or second)
            self.assertTrue(first is None or second is None or first == second)
            self.assertEqual(journey_atls.read_response(client.open(first or second)[2])[0], 200)
        self.assertEqual(len(upstream.requests), 20)


journey.add_cases(Service, Service.broken, [("reload unknown key", PKI.renewed, "lisen=1", "lisen"),
                                            ("reload missing file", PKI.renewed, "domain-cas=/nowhere.pem", "/nowhere.pem"),
                                            ("reload bad upstream", PKI.renewed, "upstream=x", "upstream")])
journey.add_cases(Service, Service.stop, [("stop SIGTERM", signal.SIGTERM, False), ("stop SIGINT", signal.SIGINT, False), ("stop SIGTERM https", signal.SIGTERM, True)])


class Upstream:
    """An existing HTTP service."""

    def __init__(self, hold=False):
        self.requests, self.arrived, self.go = [], threading.Event(), threading.Event()
        upstream = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                upstream.requests.append((self.command, self.path, self.headers, body))
                upstream.arrived.set()
                if hold:
                    upstream.go.wait(30)
                answer = b"x" * LARGE if self.path == "/large" else f"{self.command} {self.path}".encode()
                try:
                    self.send_response({"/missing": 404, "/redirect": 302, "/odd": 999}.get(self.path, 200))
                    self.send_header("X-Upstream", "yes")
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except ConnectionError:
                    pass  # who asked is gone

            do_POST = do_PUT = do_CONNECT = do_OPTIONS = do_GET

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    def stop(self):
        self.go.set()
        self.server.shutdown()
        self.server.server_close()


if __name__ == "__main__":
    journey.main()
