#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""curl reaches a service through an interceptor by "stilectl proxy", and nobody else does."""
import hashlib
import http.server
import json
import os
import re
import signal
import socket
import stat
import sys
import threading
import unittest
from concurrent import futures
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey
import journey_pki

PKI = journey_pki.Pki(journey.make_folder())
SECRET = "what only the two ends may know"


class Upstream:
    """A small service that knows nothing of ATLS: tells what it was asked."""

    def __init__(self):
        self.requests, self.lock = [], threading.Lock()
        upstream = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with upstream.lock:
                    upstream.requests.append((self.command, self.path, self.headers, body))
                answer = os.urandom(5_000_000) if self.path == "/large" else SECRET.encode()
                self.send_response(302 if self.path == "/moved" else 200)
                if self.path == "/moved":
                    self.send_header("Location", "/there")
                self.send_header("X-Digest", hashlib.sha256(body).hexdigest())
                self.send_header("X-Sent", hashlib.sha256(answer).hexdigest())
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer)

            do_POST = do_PUT = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = do_GET

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Local(journey.Program):
    """stilectl proxy, while it runs; `line` is what it printed."""

    def __init__(self, url, *options):
        super().__init__([journey.STILECTL, "proxy", url, *options, "--json"],
                         env={**os.environ, "HOME": str(journey.make_folder()), "G_DEBUG": "fatal-criticals", "G_MESSAGES_DEBUG": "all"})
        self.line = json.loads(self.wait_for(r"^\{.*\}$")[0])
        self.port = int(self.line["address"].rsplit(":", 1)[1])


class Proxy(unittest.TestCase):
    def setUp(self):
        self.upstream = Upstream()
        self.addCleanup(self.upstream.stop)
        self.service = self.start_service()
        self.middlebox = journey.Mitmproxy(PKI, self.service.port)
        self.addCleanup(self.middlebox.stop)
        self.url = f"https://localhost:{self.service.port}"
        self.inner = f"http://localhost:{self.service.port}"

    def start_service(self, *options):
        service = journey.Stiled(*PKI.service_options(), "--upstream", self.upstream.url, *options)
        self.addCleanup(lambda: service.stop())
        return service

    def start(self, *options):
        local = Local(self.url, *PKI.client_options(), "--proxy", self.middlebox.url, *options)
        self.addCleanup(local.stop)
        return local

    def curl(self, *arguments, data=b""):
        return journey.run("curl", "-sS", "--max-time", "60", "-w", "\n%{http_code}", *arguments, data=data)

    def by_proxy(self, local, path, *arguments, data=b""):
        return self.curl("-x", local.line["proxy"], "--noproxy", "", self.inner + path, *arguments, data=data)

    def expect(self, ran, status, text=None):
        self.assertEqual(ran.status, 0, ran.err)
        self.assertEqual(ran.out.rsplit("\n", 1)[1], str(status), ran.out[-2000:])
        if text is not None:
            self.assertIn(text, ran.out)

    # --- it works ---

    def test_requests(self):
        """All that a program says reaches the service, and nothing of it the middlebox."""
        local = self.start()
        body = os.urandom(100_000)
        digest = hashlib.sha256(body).hexdigest()
        self.expect(self.by_proxy(local, "/get?hidden=query"), 200, SECRET)
        self.expect(self.by_proxy(local, "/post", "-i", "--data-binary", "@-", "-H", "X-Hidden: hidden-field", data=body), 200, digest)
        self.expect(self.by_proxy(local, "/delete", "-X", "DELETE"), 200)
        self.expect(self.by_proxy(local, "/head", "-I"), 200)
        self.expect(self.curl("-i", "-T", "-", local.line["base"] + "put", data=body), 200, digest)
        self.assertEqual([(method, path) for method, path, _, _ in self.upstream.requests],
                         [("GET", "/get?hidden=query"), ("POST", "/post"), ("DELETE", "/delete"), ("HEAD", "/head"), ("PUT", "/put")])
        self.assertEqual(self.upstream.requests[1][2]["X-Hidden"], "hidden-field")
        self.assertEqual(self.upstream.requests[1][2]["Stile-Client-Subject"], "CN=device 0815,O=Journey")
        self.assertEqual(self.upstream.requests[1][3], body)

        for _, _, headers, _ in self.upstream.requests:
            self.assertIsNone(headers["Proxy-Authorization"])
            self.assertNotIn(local.line["token"], str(headers))
        seen = self.middlebox.seen
        self.assertIn(b"/.well-known/atls", seen)
        for secret in (b"hidden", SECRET.encode(), local.line["token"].encode(), body[:64]):
            for spelling in journey.spellings(secret) if len(secret) > 8 else [secret]:
                self.assertNotIn(spelling, seen)

    def test_large(self):
        """More than one flight, both ways; what cannot be carried is refused with both numbers."""
        local = self.start()
        body = os.urandom(9_000_000)
        ran = self.by_proxy(local, "/post", "-i", "--data-binary", "@-", data=body)
        self.expect(ran, 200, hashlib.sha256(body).hexdigest())
        target = journey.make_folder() / "large"
        ran = journey.run("curl", "-sS", "-D", "-", "-o", target, local.line["base"] + "large")
        self.assertEqual(re.search(r"(?i)x-sent: (\w+)", ran.out)[1], hashlib.sha256(target.read_bytes()).hexdigest())
        self.expect(self.by_proxy(local, "/post", "--data-binary", "@-", data=bytes(17_000_000)), 413, "17000000 bytes, the limit is 16646144")
        self.expect(self.by_proxy(local, "/after"), 200)

    def at_once(self, *options):
        local = self.start(*options)
        with futures.ThreadPoolExecutor(10) as pool:
            for ran in pool.map(lambda number: self.by_proxy(local, f"/{number}"), range(30)):
                self.expect(ran, 200, SECRET)
        self.assertEqual(sorted(int(path[1:]) for _, path, _, _ in self.upstream.requests), list(range(30)))

    def test_redirect(self):
        """Whoever follows stays on the way."""
        local = self.start()
        self.expect(self.curl("-L", local.line["base"] + "moved"), 200, SECRET)
        self.expect(self.by_proxy(local, "/moved", "-L"), 200, SECRET)
        self.assertEqual([path for _, path, _, _ in self.upstream.requests], ["/moved", "/there"] * 2)

    def restart(self, mode):
        """The service comes back and knows nobody: the program does not notice."""
        local = self.start("--mode", mode)
        self.expect(self.by_proxy(local, "/before"), 200)
        port = self.service.port
        self.service.stop()
        ran = self.by_proxy(local, "/meanwhile")
        self.assertIn(ran.out.rsplit("\n", 1)[1], ("502", "504"))
        self.assertIn("application/problem+json", self.by_proxy(local, "/meanwhile", "-i").out)
        # The last --listen counts.
        self.service = journey.Stiled("--listen", f"127.0.0.1:{port}", *PKI.service_options(), "--upstream", self.upstream.url)
        self.addCleanup(self.service.stop)
        self.expect(self.by_proxy(local, "/get"), 200)
        self.expect(self.by_proxy(local, "/post", "-d", "once"), 200)
        self.assertEqual([path for _, path, _, _ in self.upstream.requests], ["/before", "/get", "/post"])

    # --- and for nobody else ---

    def test_refusals(self):
        local = self.start()
        address, wrong = f"http://127.0.0.1:{local.port}", "x" * len(local.line["token"])
        self.expect(self.curl("-x", address, self.inner), 407)
        self.expect(self.curl("-x", f"http://stile:{wrong}@127.0.0.1:{local.port}", self.inner), 407)
        self.expect(self.curl(f"{address}/{wrong}/"), 403)
        self.expect(self.curl(address), 403)
        self.expect(self.curl("-x", local.line["proxy"], "http://elsewhere.example/"), 403, f"leads to localhost:{self.service.port} only")
        self.expect(self.curl(local.line["base"], "-H", "Origin: https://elsewhere.example"), 403)
        self.expect(self.curl(local.line["base"], "-H", f"Host: elsewhere.example:{local.port}"), 407)
        tunnel = self.curl("-v", "-x", local.line["proxy"], self.url)
        self.assertEqual(tunnel.status, 56)
        self.assertIn("405", tunnel.err)
        with socket.create_connection(("127.0.0.1", local.port), 20) as raw:
            raw.sendall(f"CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\nProxy-Authorization: Bearer {local.line['token']}\r\n\r\n".encode())
            self.assertIn(b"Write http:// in the address", b"".join(iter(lambda: raw.recv(4096), b"")))
        self.assertEqual(self.upstream.requests, [])

    def test_another_user(self):
        """Somebody else on this computer reaches the port, and has no token; that of the file cannot be read."""
        path = journey.make_folder() / "token"
        local = self.start("--token-file", path)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(path.read_text(encoding="ascii"), local.line["token"] + "\n")
        self.expect(self.curl("-x", f"http://127.0.0.1:{local.port}", self.inner), 407)
        command = Path(f"/proc/{local.process.pid}/cmdline").read_bytes()
        self.assertNotIn(local.line["token"].encode(), command)
        if os.geteuid() == 0:
            path.parent.chmod(0o755)
            for forbidden in (["cat", path], ["cat", f"/proc/{local.process.pid}/environ"]):
                self.assertNotEqual(journey.run("setpriv", "--reuid", "nobody", "--clear-groups", *forbidden).status, 0)

    def test_token_file(self):
        path = journey.make_folder() / "token"
        first = self.start("--token-file", path)
        self.assertEqual(first.stop(), 0)
        second = self.start("--token-file", path)
        self.assertEqual(first.line["token"], second.line["token"])
        self.assertNotEqual(self.start().line["token"], self.start().line["token"])
        path.chmod(0o640)
        self.refused(3, "Others on this computer may open", "--token-file", path)
        short = journey.make_folder() / "short"
        short.write_text("secret\n", encoding="ascii")
        short.chmod(0o600)
        self.refused(3, "is no token", "--token-file", short)
        self.refused(3, "is no file with a token", "--token-file", path.parent)

    def refused(self, status, words, *options, url=None):
        ran = journey.stilectl("proxy", url or self.url, *PKI.client_options(), "--proxy", self.middlebox.url, *options)
        self.assertEqual(ran.status, status, ran.err)
        self.assertIn(words, ran.err)
        self.assertEqual(ran.out, "")

    def test_addresses(self):
        for address in ("0.0.0.0:0", "[::]:0", ":0"):
            self.refused(3, "Other computers could reach", "--listen", address)

    # --- begin and end ---

    def test_dead_line(self):
        """Where there is no way, it says so in place of listening."""
        port = journey.free_port()
        self.refused(4, "localhost", "--proxy", "none", url=f"https://localhost:{port}")
        self.refused(6, "not a trusted authority", "--ca", PKI.stranger.path)
        self.refused(5, "", url=f"https://localhost:{self.service.port}/elsewhere")

    def end(self, number):
        local = self.start()
        self.expect(self.by_proxy(local, "/get", "-H", "X-Hidden: hidden"), 200)
        local.process.send_signal(number)
        self.assertEqual(local.wait_end(10), 0, local.text)
        self.assertEqual(self.curl("-x", local.line["proxy"], self.inner).status, 7)
        # With all debugging on it says the token where it says how to use it, and nothing of what went through.
        self.assertEqual(local.text.replace("\n", "").count(local.line["token"]), 3)
        for secret in ("hidden", SECRET):
            self.assertNotIn(secret, local.text)

    def test_words(self):
        """What a person reads can be typed as it stands."""
        local = journey.Program([journey.STILECTL, "proxy", self.url, *PKI.client_options(), "--proxy", self.middlebox.url],
                                env={**os.environ, "HOME": str(journey.make_folder())})
        self.addCleanup(local.stop)
        local.wait_for("Ctrl\\+C")
        self.assertIn("“service” of “Journey Manufacturer CA” answers", local.text)
        line = local.wait_for("export http_proxy=.*")[0]
        ran = journey.run("bash", "-c", f"{line}; curl -sS --noproxy '' {self.inner}/typed")
        self.assertEqual((ran.status, ran.out), (0, SECRET), ran.err)


journey.add_cases(Proxy, Proxy.at_once, [("at once", ), ("at once in records", "--mode", "record"), ("at once with TLS 1_2", "--tls", "1.2")])
journey.add_cases(Proxy, Proxy.restart, [("restart", "export"), ("restart in records", "record")])
journey.add_cases(Proxy, Proxy.end, [("end by SIGTERM", signal.SIGTERM), ("end by SIGINT", signal.SIGINT)])

if __name__ == "__main__":
    journey.main()
