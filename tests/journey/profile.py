#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles that are kept and handed out, links that invite, and an administrator who settles things, at the real path."""
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey

SYSCONFDIR = os.environ["SYSCONFDIR"]
WITH_SETTINGS = journey.SUPPORT / "with-settings"
STEPS = ["service", "path", "session", "voucher", "roots", "install", "enrol", "done"]


def may_mount():
    ran = subprocess.run([WITH_SETTINGS, SYSCONFDIR, "/", "echo", "here"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return ran.stdout == b"here\n"


class Places(unittest.TestCase):
    """A lab that stays, a person's home, and what stands in the system's folder."""

    @classmethod
    def setUpClass(cls):
        cls.lab = journey.Program([journey.STILECTL, "lab", "--json"])
        cls.facts = json.loads(cls.lab.wait_for(r"^\{.*\}$")[0])

    @classmethod
    def tearDownClass(cls):
        cls.lab.stop()

    def setUp(self):
        self.home = journey.make_folder()
        self.system = journey.make_folder()

    def write(self, path, **settings):
        path.parent.mkdir(exist_ok=True)
        path.write_text("[Stile Profile]\n" + "".join(f"{key.replace('_', '-')}={value}\n" for key, value in settings.items()), encoding="utf-8")
        return path

    def settle(self, text):
        (self.system / "policy.conf").write_text(text, encoding="utf-8")

    def run_stilectl(self, *arguments, status=0, settled=False):
        env = {"HOME": str(self.home), "XDG_DATA_HOME": str(self.home / "data"), "XDG_CONFIG_HOME": str(self.home / "config"), "G_DEBUG": "fatal-criticals"}
        before = [WITH_SETTINGS, SYSCONFDIR, self.system] if settled else []
        ran = journey.run(*before, journey.STILECTL, *arguments, env=env)
        self.assertEqual(ran.status, status, ran.out + ran.err)
        return ran

    def make_lab_profile(self):
        """As the lab's operator would hand it out, with its anchors inside."""
        path = self.write(self.home / "lab.profile", name="Plant Nord", service=self.facts["service"], anchors=self.facts["anchors"],
                          proxy=self.facts["proxy"], trust="voucher")
        handout = self.home / "handout"
        self.run_stilectl("profile", "export", path, handout)
        path.unlink()
        return handout

    def who(self):
        return ["--cert", self.facts["certificate"], "--key", self.facts["key"]]

    def assert_walked(self, ran):
        report = ran.json
        self.assertEqual([step["step"] for step in report["steps"]], STEPS)
        self.assertEqual(report["service"], self.facts["service"])
        self.assertLessEqual({step["state"] for step in report["steps"]}, {"complete", "skipped"})

    def assert_refused(self, ran, *words):
        for word in words:
            self.assertIn(word, ran.err)
        self.assertEqual(ran.out, "")
        self.assertEqual(len(ran.err.splitlines()), 2, ran.err)


class Profiles(Places):
    def test_actions(self):
        self.assertIn("There are no profiles", self.run_stilectl("profile", "list").out)
        handout = self.make_lab_profile()
        text = handout.read_text(encoding="utf-8")
        self.assertIn("anchors-pem=-----BEGIN CERTIFICATE-----", text)
        self.assertNotIn(self.facts["anchors"], text)

        self.assertEqual(self.run_stilectl("profile", "add", handout).out, "Added as “plant-nord”.\n")
        listed = self.run_stilectl("profile", "list").out
        self.assertEqual(listed.splitlines(), ["plant-nord", "  Plant Nord", f"  Service: {self.facts['service']}"])
        shown = self.run_stilectl("profile", "show", "plant-nord").out
        self.assertIn("trust: voucher", shown)
        self.assertIn("SHA-256 ", shown)

        link = self.run_stilectl("profile", "link", "plant-nord").out.strip()
        self.assertTrue(link.startswith("stile:invitation?service=https%3A%2F%2F"), link)
        self.assertNotIn("proxy", link)
        self.assertEqual(self.run_stilectl("profile", "add", link).out, "Added as “plant-nord-2”.\n")
        documents = [self.run_stilectl("profile", "show", "--json", name).json for name in ("plant-nord", "plant-nord-2", link)]
        self.assertEqual({json.dumps(document["anchors"]) for document in documents}, {json.dumps(documents[0]["anchors"])})
        self.assertEqual([document.get("proxy") for document in documents], [self.facts["proxy"], None, None])

        self.run_stilectl("profile", "remove", "plant-nord")
        self.assertEqual(sorted(path.name for path in (self.home / "data/stile/profiles").iterdir()),
                         ["plant-nord-2.anchors.pem", "plant-nord-2.profile"])
        self.assert_refused(self.run_stilectl("profile", "remove", "plant-nord", status=3), "There is no profile “plant-nord”")

    def test_usage(self):
        for words in [[], ["nothing"], ["show"], ["list", "more"], ["export", "one"], ["add", "one", "two"]]:
            self.run_stilectl("profile", *words, status=2)
        for words in [["show", "nothing"], ["show", "/nonexistent"], ["add", "stile:invitation?x=1"], ["link", "nothing"]]:
            self.assert_refused(self.run_stilectl("profile", *words, status=3))

    def test_what_is_less_careful_is_shown(self):
        path = self.write(self.home / "x", service="https://a.example", compat="true", policy="never")
        shown = self.run_stilectl("profile", "show", path).out
        self.assertIn("compat: true", shown)
        self.assertIn("policy: never", shown)
        self.assertNotIn("no-clock", shown)

    def test_damaged(self):
        """One is no reason not to use the others."""
        self.run_stilectl("profile", "add", self.write(self.home / "x", service="https://a.example"))
        (self.home / "data/stile/profiles/broken.profile").write_text("nothing", encoding="utf-8")
        ran = self.run_stilectl("profile", "list", status=3)
        self.assertIn("a-example", ran.out)
        self.assertIn("broken.profile", ran.err)
        self.run_stilectl("profile", "show", "a-example")
        self.assertIn("broken.profile", self.run_stilectl("profile", "show", "broken", status=3).err)
        self.run_stilectl("profile", "remove", "a-example")

    def test_bootstrap(self):
        """By a name, by a file and by a link; what the command line says counts more."""
        handout = self.make_lab_profile()
        self.run_stilectl("profile", "add", handout)
        link = self.run_stilectl("profile", "link", handout).out.strip()
        for profile in ("plant-nord", handout, link):
            proxy = ["--proxy", self.facts["proxy"]] if profile == link else []
            self.assert_walked(self.run_stilectl("bootstrap", "--profile", profile, *self.who(), *proxy, "--json"))
        self.run_stilectl("bootstrap", "--profile", "plant-nord", "--proxy", "http://127.0.0.1:1", *self.who(), status=4)
        self.assert_refused(self.run_stilectl("bootstrap", "--profile", "plant-sud", status=3), "plant-sud")


@unittest.skipUnless(may_mount(), "no mount namespace can be made here")
class Settled(Places):
    def test_profiles_of_the_system(self):
        self.write(self.system / "profiles/works.profile", name="Works", service="https://w.example")
        listed = self.run_stilectl("profile", "list", settled=True).out
        self.assertEqual(listed.splitlines()[0], "system-works")
        self.assertIn("From the administrator of this computer", listed)
        self.assert_refused(self.run_stilectl("profile", "remove", "system-works", status=3, settled=True), "administrator’s")
        self.assertTrue((self.system / "profiles/works.profile").exists())

    def test_bootstrap_uses_what_is_settled(self):
        self.settle(f"[Stile Policy]\nservice={self.facts['service']}\nanchors={self.facts['anchors']}\nproxy={self.facts['proxy']}\ntrust=voucher\n")
        profile = self.write(self.home / "x", name="x")
        self.assert_walked(self.run_stilectl("bootstrap", "--profile", profile, *self.who(), "--json", settled=True))
        # Saying the same is no contradiction.
        self.assert_walked(self.run_stilectl("bootstrap", self.facts["service"], "--ca", self.facts["anchors"], "--trust", "voucher", *self.who(),
                                             "--json", settled=True))

    def test_connect_uses_what_is_settled(self):
        self.settle(f"[Stile Policy]\nanchors={self.facts['domain']}\nproxy={self.facts['proxy']}\ntls-version=1.2\n")
        ran = self.run_stilectl("connect", self.facts["service"], *self.who(), "--json", settled=True)
        self.assertEqual(ran.json["session"]["version"], "TLS 1.2")

    def test_provision_uses_what_is_settled(self):
        self.settle(f"[Stile Policy]\nregistrar-url={self.facts['service']}\nregistrar-anchors-file={self.facts['domain']}\n"
                    f"registrar-proxy={self.facts['proxy']}\nagent-certificate-file={self.facts['agent-certificate']}\n"
                    f"agent-key-file={self.facts['agent-key']}\ndevices-at-once=2\n")
        devices = self.home / "one.csv"
        devices.write_text("\n".join(Path(self.facts["devices"]).read_text(encoding="utf-8").splitlines()[:2]) + "\n", encoding="utf-8")
        # What becomes of the devices is the lab's: that anything does says that registrar and agent were known.
        ran = self.run_stilectl("provision", devices, "--no-wait", "--json", settled=True)
        self.assertEqual(json.loads(ran.out.splitlines()[-1])["event"], "summary")
        for option in [["--registrar", "https://b.example"], ["--jobs", "3"], ["--proxy", "none"], ["--ca", "/x"], ["--cert", "/x"], ["--key", "/x"]]:
            self.assert_refused(self.run_stilectl("provision", devices, *option, status=3, settled=True), f"{SYSCONFDIR}/stile/policy.conf")

    def test_refuses_what_contradicts(self):
        anchors = Path(self.facts["anchors"]).read_text(encoding="ascii").replace("\n", "\\n")
        inside = self.write(self.home / "inside", anchors_pem=anchors)
        careless = self.write(self.home / "careless", compat="true")
        self.settle("[Stile Policy]\nservice=https://a.example\npolicy=when-intercepted\nmode=record\ntls-version=1.3\ntrust=voucher\ncompat=false\n"
                    "anchors=/a.pem\nproxy=none\nenrol=always\n")
        for words in [["https://b.example"], ["--policy", "never"], ["--policy", "always"], ["--mode", "export"], ["--tls", "1.2"], ["--trust", "auto"],
                      ["--compat"], ["--ca", "/b.pem"], ["--proxy", "http://127.0.0.1:1"], ["--no-enrol"], ["--profile", careless], ["--profile", inside]]:
            words = words if words[0].startswith("http") or "--profile" in words else ["https://a.example", *words]
            self.assert_refused(self.run_stilectl("bootstrap", *words, status=3, settled=True), f"{SYSCONFDIR}/stile/policy.conf", "administrator")
        for words in [["https://b.example"], ["https://a.example", "--tls", "1.2"], ["https://a.example", "--mode", "export"], ["https://a.example", "--ca", "/b"]]:
            self.assert_refused(self.run_stilectl("connect", *words, status=3, settled=True), f"{SYSCONFDIR}/stile/policy.conf")

    def test_what_people_may_do(self):
        link = "stile:invitation?service=https://a.example"
        path = self.write(self.home / "x", service="https://a.example")
        self.settle("[Stile Policy]\ninvitations=false\n")
        for verb in (["profile", "add"], ["profile", "show"], ["bootstrap", "--profile"]):
            self.assert_refused(self.run_stilectl(*verb, link, status=3, settled=True), "links that invite")
        self.run_stilectl("profile", "add", path, settled=True)
        self.settle("[Stile Policy]\nprofiles=false\n")
        for profile in (path, link):
            self.assert_refused(self.run_stilectl("profile", "add", profile, status=3, settled=True), "profiles of one’s own")
        self.assertEqual(len(self.run_stilectl("profile", "list", "--json", settled=True).json["profiles"]), 1)

    def test_broken_file_stops_everything(self):
        path = self.write(self.home / "x", service="https://a.example")
        for text in ("", "[Stile Polciy]\npolicy=always\n", "[Stile Policy]\npolcy=always\n", "[Stile Policy]\npolicy=x\n"):
            self.settle(text)
            for words in (["bootstrap", "https://a.example"], ["connect", "https://a.example"], ["profile", "add", path],
                          ["provision", "--list"], ["bootstrap", "--profile", "stile:invitation?service=https://a"]):
                self.assert_refused(self.run_stilectl(*words, status=3, settled=True), f"{SYSCONFDIR}/stile/policy.conf")
        (self.system / "policy.conf").unlink()
        (self.system / "policy.conf").symlink_to("/nonexistent")
        self.assert_refused(self.run_stilectl("bootstrap", "https://a.example", status=3, settled=True), f"{SYSCONFDIR}/stile/policy.conf")

    def test_lab_is_not_touched(self):
        for text in ("[Stile Policy]\nservice=https://a.example\npolicy=never\nanchors=/nonexistent\n", "nothing"):
            self.settle(text)
            report = self.run_stilectl("bootstrap", "--lab", "--json", settled=True).json
            self.assertEqual(report["steps"][-1]["state"], "complete")
            self.assertTrue(report["service"].startswith("https://localhost:"))
        self.run_stilectl("provision", "--lab", "--no-wait", "--json", settled=True, status=1)


if __name__ == "__main__":
    journey.main()
