#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the network itself says of a captive portal: by DHCP where to ask (RFC 8910), and there how things stand (RFC 8908).

NetworkManager cannot run here, so python-dbusmock stands for it on a bus of its own.
"""
import json
import os
import re
import ssl
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import dbus
import dbus.bus
import journey
import journey_hostile
import journey_pki

NAME = "org.freedesktop.NetworkManager"
PATH = "/org/freedesktop/NetworkManager"
UNRESTRICTED = "urn:ietf:params:capport:unrestricted"


class NetworkManager:
    """With a lease that has this option, by the name that a NetworkManager gives it."""

    def __init__(self):
        self.bus = journey.Program(["dbus-daemon", "--session", "--nofork", "--print-address"])
        self.address = self.bus.wait_for(r"(unix:\S+)")[1]
        self.mock = journey.Program(["/usr/bin/python3", "-m", "dbusmock", "--system", "--logfile", "/dev/stdout", NAME, PATH, NAME],
                                    env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": self.address, "PYTHONUNBUFFERED": "1"})
        journey.run("gdbus", "wait", "--system", "--timeout", "20", NAME, env={"DBUS_SYSTEM_BUS_ADDRESS": self.address})
        connection = dbus.bus.BusConnection(self.address)
        self.manager = dbus.Interface(connection.get_object(NAME, PATH), "org.freedesktop.DBus.Mock")
        self.manager.AddProperty(NAME, "PrimaryConnection", dbus.ObjectPath(f"{PATH}/ActiveConnection/1"))
        self.add("ActiveConnection/1", f"{NAME}.Connection.Active",
                 {"Dhcp4Config": dbus.ObjectPath(f"{PATH}/DHCP4Config/1"), "Dhcp6Config": dbus.ObjectPath("/")})
        self.add("DHCP4Config/1", f"{NAME}.DHCP4Config", {"Options": dbus.Dictionary({}, signature="sv")})
        self.lease = dbus.Interface(connection.get_object(NAME, f"{PATH}/DHCP4Config/1"), "org.freedesktop.DBus.Properties")

    def add(self, path, interface, properties):
        self.manager.AddObject(f"{PATH}/{path}", interface, properties, dbus.Array([], signature="(ssss)"))

    def announce(self, **options):
        self.lease.Set(f"{NAME}.DHCP4Config", "Options", dbus.Dictionary(options, signature="sv"))


class Portal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pki = journey_pki.Pki(journey.make_folder())
        cls.network = NetworkManager()
        cls.service = journey.Stiled(*cls.pki.service_options())
        cls.asked = []

    @classmethod
    def tearDownClass(cls):
        for program in list(journey.Program.running):
            program.stop()

    def start_api(self, answer, credential=None, head=b"HTTP/1.1 200 OK\r\nContent-Type: application/captive+json\r\n"):
        def handle(peer, closed):
            self.asked.append(peer.recv(65536))
            peer.sendall(head + b"Content-Length: %d\r\n\r\n" % len(answer) + answer)

        credential = credential or self.pki.outer
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(credential.path, credential.key_path)
        server = journey_hostile.Server(handle, context)
        self.addCleanup(server.stop)
        return f"https://localhost:{server.port}/api?who=me"

    def diagnose(self):
        self.asked.clear()
        ran = journey.stilectl("diagnose", f"https://localhost:{self.service.port}", *self.pki.client_options(), "--proxy", "none",
                               "--system-trust", self.pki.web.path, "--json", env={"DBUS_SYSTEM_BUS_ADDRESS": self.network.address})
        check, = (check for check in ran.json["checks"] if check["id"] == "portal-announcement")
        return ran.json, check

    def check_found(self, answer, page, **announced):
        self.network.announce(**announced)
        report, check = self.diagnose()
        finding, = (finding for finding in report["findings"] if finding["id"] == "captive-portal")
        self.assertEqual(finding["evidence"], {"source": "api", **({"url": page} if page else {})})
        self.assertEqual(check["state"], "blocked")
        request = self.asked[-1].decode()
        self.assertRegex(request, r"^GET /api\?who=me HTTP/1\.1\r\n")
        self.assertRegex(request, re.compile(r"^Accept: application/captive\+json\r$", re.MULTILINE))

    def check_none(self, state, **announced):
        self.network.announce(**announced)
        report, check = self.diagnose()
        self.assertNotIn("captive-portal", [finding["id"] for finding in report["findings"]])
        self.assertEqual(check["state"], state, check)

    def test_captive(self):
        answer = json.dumps({"captive": True, "user-portal-url": "https://portal.example/sign-in"}).encode()
        for option in ["captive_portal", "v4_captive_portal", "default_url"]:
            with self.subTest(option):
                self.check_found(answer, "https://portal.example/sign-in", **{option: self.start_api(answer)})

    def test_page_without_tls_is_not_named(self):
        answer = json.dumps({"captive": True, "user-portal-url": "http://portal.example/"}).encode()
        self.check_found(answer, None, captive_portal=self.start_api(answer))

    def test_not_captive(self):
        self.check_none("passed", captive_portal=self.start_api(b'{"captive": false}'))
        self.check_none("passed", captive_portal=UNRESTRICTED)

    def test_nothing_announced(self):
        self.check_none("not-run", routers="192.0.2.1")

    def test_api_without_tls_is_not_asked(self):
        self.check_none("not-run", captive_portal="http://localhost:1/api")

    def test_api_that_nobody_vouches_for_is_not_asked(self):
        self.check_none("not-run", captive_portal=self.start_api(b'{"captive": true}', self.pki.service))
        self.assertEqual([request for request in self.asked if request], [])

    def test_answers_that_are_none(self):
        for answer in [b"", b"[]", b"{}", b'{"captive": "yes"}', b'{"captive": true', b'{"captive": true}' + b" " * 20000]:
            with self.subTest(answer[:30]):
                self.check_none("not-run", captive_portal=self.start_api(answer))
        self.check_none("not-run", captive_portal=self.start_api(b'{"captive": true}', head=b"HTTP/1.1 404 Not Found\r\n"))


if __name__ == "__main__":
    journey.main()
