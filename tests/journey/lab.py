#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab as scripts use it: one line when it is up, and nothing left when it is gone."""
import json
import os
import signal
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey


class Lab(unittest.TestCase):
    def setUp(self):
        self.folder = journey.make_folder()
        self.env = {**os.environ, "TMPDIR": str(self.folder), "HOME": str(self.folder)}

    def start(self, *options):
        began = time.monotonic()
        lab = journey.Program([journey.STILECTL, "lab", "--json", *options], env=self.env)
        self.addCleanup(lab.stop)
        lab.facts = json.loads(lab.wait_for(r"^\{.*\}$")[0])
        lab.seconds = time.monotonic() - began
        return lab

    def connect(self, facts, *more):
        return journey.stilectl("connect", facts["service"], "--ca", facts["anchors"], "--cert", facts["certificate"], "--key", facts["key"],
                                "--proxy", facts["proxy"], *more)

    def left(self):
        return sorted(path.name for path in self.folder.iterdir())

    def test_line(self):
        lab = self.start()
        facts = lab.facts
        self.assertEqual(len(lab.lines), 1)
        self.assertLess(lab.seconds, 10)
        directory = Path(facts["directory"])
        self.assertEqual(directory.parent, self.folder)
        self.assertEqual(directory.stat().st_mode & 0o777, 0o700)
        for key in ("anchors", "domain", "inspection", "certificate", "key"):
            self.assertIn("-----BEGIN", Path(facts[key]).read_text(encoding="ascii"), key)
            self.assertEqual(Path(facts[key]).parent, directory)
        self.assertEqual(Path(facts["key"]).stat().st_mode & 0o077, 0)

    def test_connect(self):
        """Through its proxy, and from outside with curl: the middlebox forges, and the inspection CA explains it."""
        facts = self.start().facts
        ran = self.connect(facts, "--get", "/.well-known/est/cacerts")
        self.assertEqual(ran.status, 0, ran.err)
        self.assertTrue(ran.out.startswith("MII"))
        curl = ["curl", "-sS", "--max-time", "20", "--proxy", facts["proxy"], facts["service"]]
        self.assertEqual(journey.run(*curl).status, 60)
        self.assertEqual(journey.run(*curl, "--cacert", facts["domain"]).status, 0)

    def test_bootstrap(self):
        facts = self.start().facts
        home = journey.make_folder()
        ran = journey.stilectl("bootstrap", facts["service"], "--ca", facts["anchors"], "--cert", facts["certificate"], "--key", facts["key"],
                               "--proxy", facts["proxy"], "--pem", home / "roots.pem", "--no-own-store", home=home)
        self.assertEqual(ran.status, 0, ran.err)
        self.assertIn("6/6", ran.out)
        self.assertTrue((home / "roots.pem").read_text(encoding="ascii").count("BEGIN CERTIFICATE") == 1)

    def test_own_store(self):
        """By default the roots go into Stile's own store, and only there."""
        facts = self.start().facts
        home = journey.make_folder()
        ran = journey.stilectl("bootstrap", facts["service"], "--ca", facts["anchors"], "--cert", facts["certificate"], "--key", facts["key"],
                               "--proxy", facts["proxy"], home=home)
        self.assertEqual(ran.status, 0, ran.err)
        files = [path for path in home.rglob("*") if path.is_file()]
        self.assertEqual(len(files), 1, files)
        self.assertIn(home / "data", files[0].parents)
        self.assertIn("BEGIN CERTIFICATE", files[0].read_text(encoding="ascii"))

    def ends(self, number):
        lab = self.start()
        lab.process.send_signal(number)
        self.assertEqual(lab.wait_end(10), 0)
        self.assertEqual(self.left(), [])

    def test_killed(self):
        """What a crash leaves, the next start removes; what runs is left alone."""
        killed, running = self.start(), self.start()
        killed.process.kill()
        killed.wait_end()
        self.assertTrue(Path(killed.facts["directory"]).is_dir())
        third = self.start()
        self.assertEqual(self.left(), sorted(Path(lab.facts["directory"]).name for lab in (running, third)))
        self.assertEqual(self.connect(running.facts).status, 0)

    def test_lab_of_its_own(self):
        """bootstrap --lab takes its lab down again."""
        ran = journey.run(journey.STILECTL, "bootstrap", "--lab", "--json", env=self.env)
        self.assertEqual(ran.status, 0, ran.err)
        self.assertEqual({step["state"] for step in ran.json["steps"]}, {"complete"})
        self.assertEqual(self.left(), [])

    def scenario(self, name, status):
        lab = self.start("--scenario", name)
        self.assertEqual(lab.facts["scenario"], name)
        ran = self.connect(lab.facts)
        self.assertEqual(ran.status, status, ran.err)
        self.assertNotIn("CRITICAL", ran.err)

    def test_unknown_scenario(self):
        ran = journey.run(journey.STILECTL, "lab", "--scenario", "peace", env=self.env)
        self.assertEqual(ran.status, 2)
        self.assertEqual(self.left(), [])


journey.add_cases(Lab, Lab.ends, [("ends by SIGINT", signal.SIGINT), ("ends by SIGTERM", signal.SIGTERM)])
journey.add_cases(Lab, Lab.scenario, [("scenario " + name, name, status) for name, status in
                                      [("intercepted", 0), ("unknown-authority", 0), ("block-page", 5), ("direct", 0)]])


if __name__ == "__main__":
    journey.main()
