#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is wrong at stilectl or in a configuration ends in one clear message with a next step."""
import http.server
import socket
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey
import journey_atls
import journey_serving

PKI = journey_serving.PKI
FLIGHT = journey_atls.FLIGHT


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
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Tool(journey_serving.Case):
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
        url = self.answer(302, b"<html>Log in at portal.example</html>", Location="http://portal.example/login", Content_Type="text/html")
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

if __name__ == "__main__":
    journey.main()
