#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices in the app, through a real middlebox: by what its place shows, and by what is on the disk afterwards."""
import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import avahi
import journey
import journey_bench
import journey_boxes
import journey_pki


class Devices(unittest.TestCase):
    def setUp(self):
        self.plant = journey_bench.Plant()
        self.service = self.plant.start()
        self.box = journey_boxes.Mitmproxy(journey_pki.Pki(journey.make_folder()).inspection, self.plant.port)
        self.home = journey.make_folder()

    def tearDown(self):
        for program in list(journey.Program.running):
            program.stop()

    def remember(self):
        """The settings of somebody who named the registrar before."""
        folder = self.home / "config/glib-2.0/settings"
        folder.mkdir(parents=True)
        (folder / "keyfile").write_text(f"""[org/stile/Stile]
registrar-url='{self.plant.url}'
registrar-anchors-file='{self.plant.domain.path}'
agent-certificate-file='{self.plant.agent.path}'
agent-key-file='{self.plant.agent.key_path}'
registrar-proxy='{self.box.url}'
""", encoding="utf-8")

    def write_list(self, devices):
        path = self.home / "note.csv"
        path.write_text("serial;address;name\n" + "".join(f"{each.serial};{each.address};Pump {each.serial[-1]}\n" for each in devices)
                        + ";192.0.2.1;nameless\n", encoding="utf-8")
        return path

    def run_station(self, *arguments, env=None):
        environment = {**os.environ, "HOME": str(self.home), "GSETTINGS_BACKEND": "keyfile",
                       "XDG_CONFIG_HOME": str(self.home / "config"), "XDG_DATA_HOME": str(self.home / "data"),
                       "XDG_CACHE_HOME": str(self.home / "cache"), **(env or {})}
        ran = journey.run(os.environ["DEVICES_STATION"], *arguments, env=environment, seconds=120)
        self.assertEqual(ran.status, 0, ran.out + ran.err)

    def test_five_devices_one_refuses(self):
        devices = [journey_bench.Device(self.plant, number, anchor=self.plant.stranger if number == 3 else None)
                   for number in range(5)]
        self.remember()
        self.run_station(self.write_list(devices), devices[3].serial)
        self.assertEqual([device.stage for device in devices],
                         ["enroll-success"] * 3 + ["voucher-error"] + ["enroll-success"])
        given = dict(self.plant.query("SELECT device, count(*) FROM certificates GROUP BY device"))
        self.assertEqual({serial for serial, count in given.items() if count != 1}, set())

    def test_found_on_this_network(self):
        with avahi.Avahi() as neighbours:
            devices = [journey_bench.Device(self.plant, number, options=["--announce"], env=neighbours.env) for number in range(2)]
            for device in devices:
                device.wait_for("Announced on this network")
            self.remember()
            self.run_station(env=neighbours.env)
            self.assertEqual([device.stage for device in devices], ["enroll-success"] * 2)


if __name__ == "__main__":
    journey.main()
