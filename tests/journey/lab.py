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
        return journey.stilectl("connect", facts["service"], "--ca", facts["domain"], "--cert", facts["certificate"], "--key", facts["key"],
                                "--proxy", facts["proxy"], *more)

    def bootstrap(self, facts, *more, home=None):
        return journey.stilectl("bootstrap", facts["service"], "--ca", facts["anchors"], "--cert", facts["certificate"], "--key", facts["key"],
                                "--proxy", facts["proxy"], *more, home=home)

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
        for key in ("anchors", "domain", "inspection", "certificate", "key", "agent-certificate", "agent-key"):
            self.assertIn("-----BEGIN", Path(facts[key]).read_text(encoding="ascii"), key)
            self.assertEqual(Path(facts[key]).parent, directory)
        for key in ("key", "agent-key"):
            self.assertEqual(Path(facts[key]).stat().st_mode & 0o077, 0)
        self.assertEqual(Path(facts["devices"]).read_text(encoding="utf-8").count(",127.0.0.1:"), 10)

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
        """With the device's certificate and its manufacturer's, nothing more is needed: a voucher does the rest."""
        facts = self.start().facts
        home = journey.make_folder()
        ran = self.bootstrap(facts, "--pem", home / "roots.pem", "--no-own-store", "--key-out", home / "new.key", home=home)
        self.assertEqual(ran.status, 0, ran.err)
        self.assertIn("8/8", ran.out)
        self.assertIn("the device “LAB-0001” belongs to the domain “Plant Nord Root CA”", ran.out)
        self.assertIn("Subject: serialNumber=LAB-0001", ran.out)
        self.assertTrue((home / "roots.pem").read_text(encoding="ascii").count("BEGIN CERTIFICATE") == 1)
        self.assertEqual((home / "new.key").stat().st_mode & 0o777, 0o600)
        chain = next((home / "data/stile/identities").glob("identity*.pem"))
        done = journey.run("openssl", "verify", "-CAfile", facts["domain"], chain)
        self.assertEqual(done.status, 0, done.err)

    def test_own_store(self):
        """By default the roots go into Stile's own store, and what was installed is written down."""
        facts = self.start().facts
        home = journey.make_folder()
        ran = self.bootstrap(facts, "--no-enrol", home=home)
        self.assertEqual(ran.status, 0, ran.err)
        files = [path for path in home.rglob("*") if path.is_file()]
        self.assertEqual({path.parent for path in files}, {home / "data/stile/trust"})
        self.assertIn("BEGIN CERTIFICATE", (home / "data/stile/trust/domain-roots.pem").read_text(encoding="ascii"))
        listed = journey.stilectl("trust", "list", "--json", home=home).json["installed"]
        self.assertEqual([entry["store"] for entry in listed], ["own"])
        self.assertEqual(journey.stilectl("trust", "remove", "--all", home=home).status, 0)
        self.assertFalse((home / "data/stile/trust/domain-roots.pem").exists()
                         and "BEGIN" in (home / "data/stile/trust/domain-roots.pem").read_text(encoding="ascii"))

    def test_renews(self):
        """What a walk brought home is renewed without the manufacturer, where the domain is known now."""
        facts = self.start().facts
        home = journey.make_folder()
        self.assertEqual(self.bootstrap(facts, home=home).status, 0)
        identity = home / "data/stile/identities/identity.pem"
        before = identity.read_text(encoding="ascii")
        listed = journey.stilectl("renew", "--list", "--json", home=home).json["enrolments"]
        self.assertEqual([(entry["certificate"], entry["due"]) for entry in listed], [(str(identity), False)])
        ran = journey.stilectl("renew", "--all", home=home)
        self.assertEqual(ran.status, 0, ran.err)
        after = journey.stilectl("renew", "--list", "--json", home=home).json["enrolments"][0]
        self.assertNotEqual(Path(after["certificate"]).read_text(encoding="ascii"), before)
        done = journey.run("openssl", "verify", "-CAfile", facts["domain"], after["certificate"])
        self.assertEqual(done.status, 0, done.err)

    def test_stores(self):
        """Into the stores that are named; each program is asked, and the record knows from where."""
        facts = self.start().facts
        home = journey.make_folder()
        bundle = home / "bundle.pem"
        ran = self.bootstrap(facts, "--no-own-store", "--no-enrol", "--store", f"nss:{home}/nssdb", "--store", f"pem:{bundle}", home=home)
        self.assertEqual(ran.status, 0, ran.err)
        self.assertIn("+ ", ran.out)
        self.assertIn("Plant Nord Root CA", journey.run("certutil", "-L", "-d", f"sql:{home}/nssdb").out)
        listed = journey.stilectl("trust", "list", "--json", home=home).json["installed"]
        self.assertEqual({entry["store"] for entry in listed}, {f"nss:{home}/nssdb", f"pem:{bundle}"})
        self.assertEqual({entry["service"] for entry in listed}, {facts["service"]})

    def test_without_voucher(self):
        """Whoever was given the domain's CA needs no manufacturer."""
        facts = self.start().facts
        home = journey.make_folder()
        ran = self.bootstrap({**facts, "anchors": facts["domain"]}, "--trust", "service", home=home)
        self.assertEqual(ran.status, 0, ran.err)
        self.assertIn("No voucher was asked for", ran.out)
        ran = self.bootstrap(facts, "--trust", "service", home=home)
        self.assertEqual(ran.status, 6, ran.out)

    def test_nothing_goes_out(self):
        """The lab's roots are good for nothing else, and are not offered to other stores."""
        ran = journey.stilectl("bootstrap", "--lab", "--store", "system")
        self.assertEqual(ran.status, 3, ran.out)
        self.assertIn("thrown away", ran.err)

    def test_says_what_its_roles_say(self):
        """For whoever looks at it: registrar and MASA tell whom they let in."""
        began = journey.Program([journey.STILECTL, "lab", "--scenario", "rogue-masa"], env=self.env)
        self.addCleanup(began.stop)
        began.wait_for("Ctrl\\+C")
        found = dict(line.split(None, 1) for line in began.lines if line.startswith("  ") and "/" in line)
        ran = self.bootstrap({**found, "service": found["registrar"]})
        self.assertEqual(ran.status, 6, ran.out)
        self.assertIn("P5: ", ran.err)
        began.wait_for("LAB-0001 of Example Devices Ltd is allowed")
        began.wait_for("voucher-status")

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
        self.assertEqual(ran.json["enrolment"]["chain"][0]["subject"], "serialNumber=LAB-0001,CN=LAB-0001")
        self.assertEqual(self.left(), [])

    def provision(self, *options, seconds=60):
        return journey.run(journey.STILECTL, "provision", *options, env=self.env, seconds=seconds)

    def assert_bench(self, ran):
        """Eight of ten are in, and a technician reads what is wrong with the others."""
        self.assertEqual(ran.status, 1, ran.out + ran.err)
        self.assertEqual(ran.err, "")
        self.assertEqual(len([line for line in ran.out.splitlines() if line.startswith("LAB-01") and line.endswith("  Done")]), 8)
        self.assertIn("LAB-0104  The device refused: P5: The voucher is not signed by the manufacturer: “Example Devices Ltd MASA”", ran.out)
        self.assertIn("LAB-0109  Failed: Asking the device for its voucher request: The device answered 403: “P22: ", ran.out)

    def test_bench_of_its_own(self):
        """provision --lab brings the bench in, and neither lab nor inventory stays."""
        self.assert_bench(self.provision("--lab"))
        self.assertEqual(self.left(), [])

    def test_bench_by_the_printed_command(self):
        """What the lab prints can be copied into a shell, also where the folder has a strange name; the inventory says the same later."""
        strange = self.folder / "it's here"
        strange.mkdir()
        env = {**self.env, "TMPDIR": str(strange)}
        lab = journey.Program([journey.STILECTL, "lab"], env=env)
        self.addCleanup(lab.stop)
        lab.wait_for("Ctrl\\+C")
        (command,) = [line.strip() for line in lab.lines if line.startswith("  stilectl provision --registrar ")]
        command = command.replace("stilectl", journey.STILECTL, 1) + f" --inventory {self.folder}/devices.db"
        self.assert_bench(journey.run("sh", "-c", command, env=env, seconds=60))
        self.assert_bench(journey.run("sh", "-c", command.replace(" --inventory", " --list --inventory"), env=env, seconds=60))

    def test_bench_where_a_person_decides(self):
        ran = self.provision("--lab", "--scenario", "registrar-asks")
        self.assert_bench(ran)

    def test_bench_with_a_forged_voucher(self):
        ran = self.provision("--lab", "--scenario", "rogue-masa")
        self.assertEqual(ran.status, 1, ran.out + ran.err)
        self.assertEqual(ran.out.count("The device refused: P5: "), 9, ran.out)

    def scenario(self, name, status, words):
        lab = self.start("--scenario", name)
        self.assertEqual(lab.facts["scenario"], name)
        ran = self.bootstrap(lab.facts)
        self.assertEqual(ran.status, status, ran.err)
        self.assertIn(words, ran.err + ran.out)
        self.assertNotIn("CRITICAL", ran.err)

    def test_unknown_scenario(self):
        ran = journey.run(journey.STILECTL, "lab", "--scenario", "peace", env=self.env)
        self.assertEqual(ran.status, 2)
        self.assertEqual(self.left(), [])


journey.add_cases(Lab, Lab.ends, [("ends by SIGINT", signal.SIGINT), ("ends by SIGTERM", signal.SIGTERM)])
journey.add_cases(Lab, Lab.scenario, [("scenario " + name, name, status, words) for name, status, words in [
    ("intercepted", 0, "8/8"), ("unknown-authority", 6, "still does not hold"), ("block-page", 5, "Access denied"),
    ("direct", 6, "still does not hold"), ("registrar-asks", 0, "Waiting for somebody to approve"),
    ("masa-down", 9, "Closed for maintenance"), ("voucher-for-another-device", 6, "P8: "), ("expired-voucher", 6, "P12: "),
    ("rogue-masa", 6, "P5: "), ("another-domains-registrar", 6, "P14: "), ("man-in-the-middle", 7, "R2: "),
    ("expired-idevid", 7, "R1: ")]])


if __name__ == "__main__":
    journey.main()
