# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to a service that a diagnosis is tried on: what stands in between, and what is true of it.

Each row is (name, way, trust, path class, findings).  A way is a function of World that gives address and proxy.  Trust says
which authorities --system-trust and --public-trust hold: the service's own only ("none"), the middlebox's on this computer
("local"), or in both ("public").
"""
import journey
import journey_boxes
import journey_pki

MINTED = "minted-on-demand"


class World:
    """A service, its fronts, and boxes that are started when somebody asks for them, once."""

    def __init__(self):
        self.pki = journey_pki.Pki(journey.make_folder())
        self.front = journey_pki.Credential(self.pki.folder, "front", "front", self.pki.web, host="localhost")
        self.local = self.pki.folder / "local.pem"
        self.local.write_bytes(self.pki.web.pem + self.pki.domain.pem + self.pki.inspection.pem)
        self.made = {}

    def once(self, name, make):
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]

    @property
    def service(self):
        return self.once("service", lambda: journey.Stiled(*self.pki.service_options()))

    def fronted(self, tls):
        return self.once(f"fronted {tls}", lambda: journey.Stiled(*self.pki.service_options(outer=tls), "--front-cert", self.front.path))

    @property
    def address(self):
        return f"https://localhost:{self.service.port}"

    @property
    def mitmproxy(self):
        return self.once("mitmproxy", lambda: journey_boxes.Mitmproxy(self.pki.inspection, self.service.port))

    def stop(self):
        for program in list(journey.Program.running):
            program.stop()

    def diagnose(self, address, proxy="none", trust="none", *options, seconds=90):
        system = self.pki.web.path if trust == "none" else self.local
        public = self.local if trust == "public" else self.pki.web.path
        return journey.stilectl("diagnose", address, *self.pki.client_options(), "--proxy", proxy, "--system-trust", system,
                                "--public-trust", public, "--json", *options, seconds=seconds)


def box(**behaviour):
    def way(world):
        world.mitmproxy.behave(**behaviour)
        return world.address, world.mitmproxy.url
    return way


def front(kind, tls):
    def way(world):
        return f"https://localhost:{kind(world.front, world.fronted(tls).port, tls).port}", "none"
    return way


def undeclared_front(world):
    return f"https://localhost:{journey_boxes.Haproxy(world.front, world.service.port).port}", "none"


def squid(world):
    return world.address, world.once("squid", lambda: journey.Squid(world.pki, world.service.port)).url


def reverse(world):
    return f"https://localhost:{world.once('reverse', lambda: journey_boxes.Mitmproxy(world.pki.inspection, world.service.port, reverse=True)).port}", "none"


def in_a_row(world):
    world.mitmproxy.behave()
    return world.address, journey_boxes.Tinyproxy(world.service.port, upstream=world.mitmproxy.port).url


def downgraded(world):
    return world.address, journey_boxes.Mitmproxy(world.pki.inspection, world.service.port, tls_version_client_max="TLS1_2").url


def website(world):
    return world.once("website", lambda: journey_boxes.Website(world.pki.outer))


def website_behind_mitmproxy(world):
    def make():
        return journey_boxes.Mitmproxy(world.pki.inspection, website(world).port)
    return f"https://localhost:{website(world).port}", world.once("website's mitmproxy", make).url


def website_behind_squid(world):
    def make():
        return journey.Squid(world.pki, website(world).port)
    return f"https://localhost:{website(world).port}", world.once("website's squid", make).url


TABLE = [
    ("direct", lambda world: (world.address, "none"), "none", "direct", []),
    ("HAProxy of the service, TLS behind it", front(journey_boxes.Haproxy, True), "none", "service-terminator", []),
    ("HAProxy of the service, plain HTTP behind it", front(journey_boxes.Haproxy, False), "none", "service-terminator", []),
    ("nginx of the service, TLS behind it", front(journey_boxes.Nginx, True), "none", "service-terminator", []),
    ("nginx of the service, plain HTTP behind it", front(journey_boxes.Nginx, False), "none", "service-terminator", []),
    ("HAProxy that the service does not name", undeclared_front, "none", "unlisted-public", ["http-version-changed", "request-headers-added"]),
    ("tinyproxy, CONNECT", lambda world: (world.address, journey_boxes.Tinyproxy(world.service.port).url), "none", "connect-only", []),
    ("Squid, CONNECT", lambda world: (world.address, journey_boxes.SquidPlain(world.service.port).url), "none", "connect-only", []),
    ("mitmproxy, untrusted", box(), "none", "intercepted-untrusted", [MINTED]),
    ("mitmproxy, trusted", box(), "local", "intercepted-trusted", [MINTED]),
    ("mitmproxy, trusted by everybody", box(), "public", "unlisted-public", [MINTED]),
    ("mitmproxy in place of the service", reverse, "local", "intercepted-trusted", [MINTED]),
    ("Squid ssl-bump, untrusted", squid, "none", "intercepted-untrusted", [MINTED, "request-headers-added", "response-headers-added"]),
    ("Squid ssl-bump, trusted", squid, "local", "intercepted-trusted", [MINTED, "request-headers-added", "response-headers-added"]),
    ("tinyproxy and mitmproxy in a row", in_a_row, "none", "intercepted-untrusted", [MINTED]),
    ("every second connection read", box(selective=1), "local", "selective-interception", [MINTED]),
    ("strips Set-Cookie", box(strip_set_cookie=1), "local", "intercepted-trusted", [MINTED, "set-cookie-stripped"]),
    ("strips Cookie", box(strip_cookie=1), "local", "intercepted-trusted", [MINTED, "request-cookie-stripped"]),
    ("blocks the media type, with a page", box(block_types=["text/", "application/json", "image/"]), "local", "intercepted-trusted", [MINTED, "content-type-blocked"]),
    ("blocks POST", box(block_methods=["POST"]), "local", "intercepted-trusted", [MINTED, "method-blocked"]),
    ("blocks PUT", box(block_methods=["PUT"]), "local", "intercepted-trusted", [MINTED, "method-blocked"]),
    ("captive portal, 302", box(portal=302), "none", "intercepted-untrusted", [MINTED, "captive-portal"]),
    ("captive portal, 511", box(portal=511), "none", "intercepted-untrusted", [MINTED, "captive-portal"]),
    ("captive portal, a page, trusted", box(portal=200), "local", "intercepted-trusted", [MINTED, "captive-portal"]),
    ("truncates answers", box(truncate=512), "local", "intercepted-trusted", [MINTED, "response-truncated"]),
    ("changes a bit of answers", box(flip_response=1), "local", "intercepted-trusted", [MINTED, "response-body-modified"]),
    ("changes a bit of requests", box(flip_request=1), "local", "intercepted-trusted", [MINTED, "request-body-modified"]),
    ("limits requests to 4 KiB", box(limit_request=4096), "local", "intercepted-trusted", [MINTED, "request-size-limited"]),
    ("limits answers to 100 kB", box(limit_response=100000), "local", "intercepted-trusted", [MINTED, "response-size-limited"]),
    ("changes the media type of requests", box(request_type="application/octet-stream"), "local", "intercepted-trusted", [MINTED, "request-content-type-changed"]),
    ("changes the media type of answers", box(response_type="text/plain"), "local", "intercepted-trusted", [MINTED, "response-content-type-changed"]),
    ("compresses answers", box(gzip=1), "local", "intercepted-trusted", [MINTED, "body-recompressed"]),
    ("adds fields to requests", box(add_request={"Via": "1.1 box", "X-Forwarded-For": "10.0.0.1"}), "local", "intercepted-trusted", [MINTED, "request-headers-added"]),
    ("takes a field out of requests", box(remove_request=["X-Stile-Probe"]), "local", "intercepted-trusted", [MINTED, "request-headers-removed"]),
    ("adds a field to answers", box(add_response={"X-Cache": "MISS"}), "local", "intercepted-trusted", [MINTED, "response-headers-added"]),
    ("takes a field out of answers", box(remove_response=["X-Content-Type-Options"]), "local", "intercepted-trusted", [MINTED, "response-headers-removed"]),
    ("gives another User-Agent", box(add_request={"User-Agent": "Mozilla/5.0"}), "local", "intercepted-trusted", [MINTED, "user-agent-changed"]),
    ("sends each POST twice", box(duplicate=1), "local", "intercepted-trusted", [MINTED, "request-duplicated"]),
    ("answers 502 now and then", box(gateway_errors=0.3), "local", "intercepted-trusted", [MINTED, "gateway-errors"]),
    ("holds each request for 1.3 s", box(delay=1.3), "local", "intercepted-trusted", [MINTED, "delayed"]),
    ("closes after each answer", box(close=1), "local", "intercepted-trusted", [MINTED, "keep-alive-broken"]),
    ("speaks no better than TLS 1.2", downgraded, "none", "intercepted-untrusted", [MINTED, "tls-downgraded"]),
    ("a website without ATLS", lambda world: (f"https://localhost:{website(world).port}", "none"), "none", "undetermined", []),
    ("a website behind mitmproxy, untrusted", website_behind_mitmproxy, "none", "intercepted-untrusted", [MINTED]),
    ("a website behind mitmproxy, trusted", website_behind_mitmproxy, "local", "intercepted-trusted", [MINTED]),
    ("a website behind Squid ssl-bump", website_behind_squid, "local", "intercepted-trusted", [MINTED]),
    ("nobody listens", lambda world: (f"https://localhost:{journey.free_port()}", "none"), "none", "unreachable", []),
    ("a name that does not exist", lambda world: ("https://nobody.invalid", "none"), "none", "unreachable", []),
    ("the proxy is not there", lambda world: (world.address, f"http://127.0.0.1:{journey.free_port()}"), "none", "unreachable", []),
    ("the proxy wants to know who asks", lambda world: (world.address, journey_boxes.SquidPlain(world.service.port, password=True).url), "none", "proxy-refused", []),
    ("the proxy refuses", lambda world: (world.address, journey_boxes.Tinyproxy(world.service.port, refuse=True).url), "none", "proxy-refused", []),
]
