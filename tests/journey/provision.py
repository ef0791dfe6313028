#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A technician brings devices into a domain with "stilectl provision": through a middlebox, in two visits, with kills."""
import base64
import hashlib
import json
import os
import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import avahi  # noqa: E402
import journey  # noqa: E402
import journey_bench  # noqa: E402
import journey_boxes  # noqa: E402
import journey_pki  # noqa: E402

CROWD = 50
MANY_KILLS = 200


class Bench(unittest.TestCase):
    configuration = ()

    def setUp(self):
        self.plant = journey_bench.Plant()
        self.plant.configure(*self.configuration)
        self.service = self.plant.start()
        self.station = journey_bench.Station(self.plant)
        self.devices = []

    def tearDown(self):
        for device in self.devices:
            device.stop()
        self.service.stop()

    def add(self, number, **more):
        device = journey_bench.Device(self.plant, number, **more)
        self.devices.append(device)
        return device

    def provision(self, *options, status=0, **more):
        done = self.station.provision(*self.plant.agent_options(), "--proxy", "none", *options, **more)
        self.assertEqual(done.status, status, done.out + done.err)
        return done

    def certificates(self):
        """The certificates that the domain gave out, by device."""
        found = {}
        for serial, der in self.plant.query("SELECT device, der FROM certificates"):
            found.setdefault(serial, []).append(der)
        return found

    def assert_enrolled_once(self, device):
        """Device, registrar and laptop have the same one certificate, and the MASA was asked once."""
        given = self.certificates()[device.serial]
        self.assertEqual(len(given), 1, device.serial)
        own = (device.folder / "certificate.pem").read_text(encoding="ascii")
        self.assertEqual(base64.b64decode("".join(own.splitlines()[1:-1])), given[0])
        self.assertEqual(self.station.states()[device.serial], "done")
        (told,) = self.plant.query("SELECT ldevid_digest FROM prm_devices WHERE serial = ?", device.serial)
        self.assertEqual(told[0], hashlib.sha256(given[0]).hexdigest())
        self.assertEqual(device.stage, "enroll-success")


class Provision(Bench):
    def test_first_devices(self):
        devices = [self.add(number) for number in range(3)]
        done = self.provision(self.station.write_list(devices))
        for device in devices:
            self.assert_enrolled_once(device)
            self.assertIn(f"{device.serial}  Done: ", done.out.replace("Done\n", "Done: \n"))
        self.assertIn("3 devices in", done.out)

    def test_without_ATLS(self):
        device = self.add(1)
        self.provision("--plain", self.station.write_list([device]))
        self.assert_enrolled_once(device)

    def test_again_does_nothing(self):
        device = self.add(1)
        path = self.station.write_list([device])
        self.provision(path)
        asked = len(device.lines)
        self.provision(path)
        self.assertEqual(len(device.lines), asked)
        self.assert_enrolled_once(device)

    def test_json_tells_each_step(self):
        device = self.add(1)
        done = self.provision("--json", self.station.write_list([device]))
        events = [json.loads(line) for line in done.out.splitlines()]
        steps = [event["step"] for event in events if event["event"] == "device" and event["state"] == "running"]
        self.assertIn("voucher", steps)
        self.assertLess(steps.index("voucher-status"), steps.index("enrol-status"))
        self.assertEqual(events[-1]["event"], "summary")
        self.assertEqual(events[-1]["done"], 1)

    def test_two_visits(self):
        """Collected on site with no network, carried to the registrar, brought back, and told."""
        devices = [self.add(number) for number in range(2)]
        self.provision("--at-registrar", self.station.write_list(devices), status=9)
        self.service.stop()
        self.provision("--on-site", status=9)
        self.assertEqual([device.stage for device in devices], ["factory-default"] * 2)
        self.service = self.plant.start()
        for device in devices:
            device.stop()
        self.provision("--at-registrar", status=9)
        self.service.stop()
        for device in devices:
            device.switch_on(device.port)
        self.provision("--on-site", status=9)
        self.assertEqual([device.stage for device in devices], ["enroll-success"] * 2)
        self.service = self.plant.start()
        self.provision("--at-registrar")
        for device in devices:
            self.assert_enrolled_once(device)

    def test_registrar_was_never_met(self):
        device = self.add(1)
        done = self.provision("--on-site", self.station.write_list([device]), status=1)
        self.assertIn("A2: ", done.out)
        self.provision("--on-site", "--retry", "--registrar-cert", self.plant.registrar.path, status=9)

    def test_a_person_decides(self):
        self.plant.write_policy("admit=ask")
        self.service.stop()
        self.service = self.plant.start()
        device = self.add(1)
        path = self.station.write_list([device])
        done = self.provision("--no-wait", path, status=9)
        self.assertIn("Waiting: ", done.out)
        self.assertEqual(self.plant.manage("--allow", device.serial).status, 0)
        self.provision(path)
        self.assert_enrolled_once(device)


class Faulty(Bench):
    def test_device_refuses_the_voucher(self):
        good, bad = self.add(1), self.add(2, anchor=self.plant.stranger)
        done = self.provision(self.station.write_list([good, bad]), status=7)
        self.assert_enrolled_once(good)
        self.assertIn(f"{bad.serial}  The device refused: P5: ", done.out)
        self.assertEqual(bad.stage, "voucher-error")
        self.assertNotIn(bad.serial, {serial for serial, ders in self.certificates().items() if not ders})

    def test_device_is_another(self):
        device, other = self.add(1), self.add(2)
        path = self.station.home / "mixed.csv"
        path.write_text(f"serial,address\n{device.serial},{other.address}\n", encoding="utf-8")
        done = self.provision(path, status=1)
        self.assertIn("P22: ", done.out)
        self.assertEqual(self.certificates(), {})

    def test_nobody_is_there(self):
        path = self.station.home / "gone.csv"
        path.write_text(f"serial,address\nPID:J1 SN:0001,127.0.0.1:{journey.free_port()}\n", encoding="utf-8")
        done = self.provision("--retries", "0", path, status=1)
        self.assertIn("Failed: Asking the device", done.out)

    def test_device_sends_50_megabytes(self):
        flood = Flood()
        self.addCleanup(flood.close)
        path = self.station.home / "flood.csv"
        path.write_text(f"serial,address\nPID:J1 SN:0001,127.0.0.1:{flood.port}\n", encoding="utf-8")
        done = self.provision("--retries", "0", path, status=1)
        self.assertIn("Failed: ", done.out)
        self.assertLess(flood.sent, 30_000_000)

    def test_agent_is_a_stranger(self):
        device = self.add(1)
        laptop = journey_pki.Credential(self.plant.folder, "strange-laptop", "Laptop", self.plant.stranger)
        done = self.station.provision(*self.plant.agent_options(laptop), "--proxy", "none", self.station.write_list([device]))
        self.assertEqual(done.status, 7, done.out + done.err)
        self.assertIn("R12: ", done.err)
        self.assertEqual(self.station.states(), {device.serial: "queued"})

    def test_list_with_wrong_lines(self):
        device = self.add(1)
        path = self.station.home / "wrong.csv"
        path.write_text(f"serial,address\n,1.2.3.4\n{device.serial},{device.address}\n{device.serial},x\n", encoding="utf-8")
        strict = self.provision("--strict", path, status=3)
        self.assertIn("wrong.csv:2: ", strict.err)
        self.assertEqual(self.station.states(), {})
        done = self.provision(path)
        self.assertIn("wrong.csv:4: ", done.err)
        self.assert_enrolled_once(device)

    def test_picture_of_codes(self):
        """A data matrix code and a QR code are devices, and a Wi-Fi password is told nobody."""
        devices = [self.add(1), self.add(2)]
        says = [f"serial={device.serial};address={device.address}" for device in devices]
        matrix, qr, wifi = (self.station.home / name for name in ("label.jpg", "label.picture", "wifi.png"))
        journey.run("dmtxwrite", "-f", "PNG", "-o", matrix, data=says[0].encode())
        journey.run("qrencode", "-o", qr, says[1])
        journey.run("qrencode", "-o", wifi, "WIFI:S:Plant;T:WPA;P:hush;;")
        done = self.provision(wifi, matrix, qr, status=3)
        self.assertIn("wifi.png:1: “WIFI:…” was read: ", done.err)
        self.assertIn("wifi.png: 0 of 1 device was understood", done.err)
        self.assertNotIn("hush", done.out + done.err)
        self.provision(matrix, qr)
        for device in devices:
            self.assert_enrolled_once(device)

    def test_inventory_in_use(self):
        device = self.add(1, anchor=self.plant.stranger)
        self.plant.write_policy("admit=ask")
        self.service.stop()
        self.service = self.plant.start()
        first = self.station.start(*self.plant.agent_options(), "--proxy", "none", self.station.write_list([device]))
        first.wait_for("Waiting: ")
        done = self.station.provision("--list")
        self.assertEqual(done.status, 3)
        self.assertIn("in use by another Stile", done.err)
        first.stop()

    def test_inventory_damaged(self):
        self.station.inventory.write_bytes(b"SQLite format 3\0" + os.urandom(4096))
        before = self.station.inventory.read_bytes()
        self.assertEqual(self.station.provision("--list").status, 3)
        self.assertEqual(self.station.inventory.read_bytes(), before)

    def test_database_of_the_service(self):
        self.assertEqual(self.plant.manage("--devices").status, 0)
        self.service.stop()
        done = journey.stilectl("provision", "--list", "--inventory", self.plant.database)
        self.assertEqual(done.status, 3)
        self.assertIn("another purpose", done.err)
        self.service = self.plant.start()


class Flood:
    """Answers whatever comes with a body that does not end soon."""

    def __init__(self):
        import socket
        import threading
        self.sent = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        try:
            while True:
                peer, _ = self.socket.accept()
                peer.recv(4096)
                peer.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/voucher-jws+json\r\ncontent-length: 52428800\r\n\r\n")
                self.pour(peer)
        except OSError:
            pass

    def pour(self, peer):
        try:
            for _ in range(800):
                peer.sendall(b"x" * 65536)
                self.sent += 65536
        except OSError:
            pass
        peer.close()

    def close(self):
        self.socket.close()


class Announced(Bench):
    def setUp(self):
        super().setUp()
        self.avahi = avahi.Avahi()
        self.avahi.__enter__()
        self.addCleanup(self.avahi.__exit__, None, None, None)
        self.station.env = self.avahi.env

    def announce(self, number):
        device = self.add(number, options=["--announce"], env=self.avahi.env)
        device.wait_for("Announced on this network")
        return device

    def test_found_and_brought_in(self):
        devices = [self.announce(number) for number in range(2)]
        self.provision("--find")
        for device in devices:
            self.assert_enrolled_once(device)

    def test_list_without_addresses(self):
        """The delivery note has serial numbers, and the network knows where they are."""
        device, stranger = self.announce(1), self.announce(2)
        path = self.station.home / "note.csv"
        path.write_text(f"serial\n{device.serial}\n", encoding="utf-8")
        self.provision(path)
        self.assert_enrolled_once(device)
        self.assertEqual(stranger.stage, "factory-default")


class Killed(Bench):
    """Killed by the kernel, at the first such call, the second, and so on until none is left: the next run goes on."""

    def test_at_every_write(self):
        self.assertGreater(self.kill_at_each("fsync,fdatasync"), 5)

    def test_at_every_message(self):
        self.assertGreater(self.kill_at_each("sendto,sendmsg"), 20)

    def kill_at_each(self, calls):
        for number in range(1, MANY_KILLS):
            device = self.add(number)
            self.station = journey_bench.Station(self.plant)
            path = self.station.write_list([device])
            if not self.kill_at(number, calls, path):
                return number
            self.provision(path)
            self.assert_enrolled_once(device)
            self.assert_asked_no_more_than_needed(device)
            self.devices.pop().stop()
        raise AssertionError(f"There were {MANY_KILLS} calls of {calls}, and more to come")

    def kill_at(self, number, calls, path):
        """Whether there was such a call."""
        tracer = ["strace", "--follow-forks", "--quiet=all", "--output=/dev/null", f"--trace={calls}",
                  f"--inject={calls}:signal=KILL:when={number}"]
        arguments = self.station.arguments(*self.plant.agent_options(), "--proxy", "none", path)
        done = journey.run(*tracer, journey.STILECTL, *arguments, env={**os.environ, "HOME": str(self.station.home)})
        return done.status != 0

    def assert_asked_no_more_than_needed(self, device):
        """Nothing twice but the one thing that was on its way."""
        counts = {name: device.text.count(f"{name}: 200") for name in ("tpvr", "tper", "svr", "scac", "ser")}
        self.assertEqual(min(counts.values()), 1, counts)
        self.assertIn(sum(counts.values()), (len(counts), len(counts) + 1), counts)


class Crowd(Bench):
    def test_through_mitmproxy_with_kills(self):
        """Fifty devices, each enrolled once, and the tool killed in the middle of things."""
        devices = [self.add(number) for number in range(CROWD)]
        box = journey_boxes.Mitmproxy(journey_pki.Pki(journey.make_folder()).inspection, self.plant.port)
        self.addCleanup(box.stop)
        path = self.station.write_list(devices)
        options = [*self.plant.agent_options(), "--proxy", box.url, "--json", "--retry", path]
        kills = self.kill_now_and_then(options)
        done = self.station.provision(*options, seconds=240)
        self.assertEqual(done.status, 0, done.out[-2000:] + done.err)
        self.assertGreater(kills, 3)
        for device in devices:
            self.assert_enrolled_once(device)
        self.assertEqual(len(self.certificates()), CROWD)
        self.assertEqual(self.plant.query("SELECT count(*) FROM prm_devices"), [(CROWD,)])

    def kill_now_and_then(self, options):
        """Until a run comes to its end, or often enough; returns how often it was killed."""
        chance = random.Random(5)
        for kills in range(12):
            program = self.station.start(*options)
            if not program.wait_for_lines(chance.randrange(1, 60)):
                program.stop()
                return kills
            program.process.kill()
            program.stop()
        return 12


if __name__ == "__main__":
    journey.main()
