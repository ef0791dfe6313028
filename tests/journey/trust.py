#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trust stores: a root is installed, used by other programs, and taken back, in a home folder of its own."""
import os
import shutil
import ssl
import sys
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey
from journey_pki import Credential, Pki

PROFILES = "[Profile0]\nName=default-release\nIsRelative=1\nPath=ab12.default-release\n"


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_):
        pass


class Server:
    """A web server whose certificate a domain's CA has signed."""

    def __init__(self, credential):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(credential.path, credential.key_path)
        self.server = HTTPServer(("127.0.0.1", 0), Page)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Trust(unittest.TestCase):
    def setUp(self):
        self.home = journey.make_folder()
        self.pki = Pki(journey.make_folder())
        self.root = self.pki.domain.path
        self.leaf = Credential(self.pki.folder, "page", "page", self.pki.domain, host="localhost")
        self.server = Server(self.leaf)
        self.profile = self.home / ".mozilla/firefox/ab12.default-release"
        self.profile.mkdir(parents=True)
        (self.home / ".mozilla/firefox/profiles.ini").write_text(PROFILES, encoding="ascii")

    def tearDown(self):
        self.server.stop()

    def trust(self, *arguments, status=0, data=b""):
        ran = journey.stilectl("trust", *arguments, home=self.home, data=data)
        self.assertEqual(ran.status, status, ran.out + ran.err)
        return ran

    def curl(self, bundle):
        return journey.run("curl", "--silent", "--show-error", "--noproxy", "*", "--cacert", bundle,
                           "--resolve", f"localhost:{self.server.port}:127.0.0.1", f"https://localhost:{self.server.port}/")

    def certutil(self, folder, *arguments):
        return journey.run("certutil", "-d", f"sql:{folder}", *arguments)

    def test_curl_trusts_a_bundle(self):
        bundle = self.home / "roots.pem"
        bundle.write_bytes(self.pki.stranger.pem)
        before = bundle.read_bytes()
        self.assertEqual(self.curl(bundle).status, 60)
        self.trust("install", self.root, "--store", f"pem:{bundle}")
        self.assertEqual(self.curl(bundle).out, "hello")
        self.trust("remove", self.root)
        self.assertEqual(self.curl(bundle).status, 60)
        self.assertEqual(bundle.read_bytes(), before)

    def test_browsers_databases(self):
        chromium = self.home / ".local/share/pki/nssdb"
        document = self.trust("install", self.root, "--store", "nss", "--json").json
        self.assertEqual([store["location"] for store in document["stores"]], [str(chromium), str(self.profile)])
        for store in document["stores"]:
            self.assertEqual([program["state"] for program in store["programs"]], ["trusted"])
        self.assertIn("default-release", document["stores"][1]["name"])
        for folder in chromium, self.profile:
            self.assertIn("C,,", self.certutil(folder, "-L").out)
            self.assertEqual(self.certutil(folder, "-A", "-n", "web", "-t", ",,", "-a", "-i", self.leaf.path).status, 0)
            self.assertEqual(self.certutil(folder, "-V", "-n", "web", "-u", "V").status, 0)
        fingerprint = document["roots"][0]["sha256"]
        self.trust("remove", fingerprint.upper())
        for folder in chromium, self.profile:
            self.assertNotIn("C,,", self.certutil(folder, "-L").out)
            self.assertNotEqual(self.certutil(folder, "-V", "-n", "web", "-u", "V").status, 0)

    def test_says_who_trusts_and_who_does_not(self):
        text = self.trust("install", "-", "--store", "own", "--store", "nss", data=self.root.read_bytes()).out
        self.assertIn("Done and verified", text)
        self.assertIn("+ Firefox, profile “default-release”", text)
        self.assertIn("- All others", text)

    def test_dry_run_changes_nothing(self):
        before = sorted(self.home.rglob("*"))
        text = self.trust("install", self.root, "--store", "own", "--store", "nss", "--dry-run").out
        self.assertIn("domain-roots.pem", text)
        self.assertIn(str(self.profile / "cert9.db"), text)
        self.assertEqual(sorted(self.home.rglob("*")), before)

    def test_dry_run_says_whether_the_system_can_be_changed(self):
        before = sorted(self.home.rglob("*"))
        possible = os.geteuid() == 0 or shutil.which("pkexec") is not None
        text = self.trust("install", self.root, "--store", "system", "--dry-run", status=0 if possible else 1).out
        self.assertIn("update-ca-", text)
        self.assertEqual("Cannot be done" in text, not possible)
        self.assertEqual("sudo tee" in text, not possible)
        self.assertEqual(sorted(self.home.rglob("*")), before)

    def test_record(self):
        self.trust("install", self.root)
        self.trust("install", self.root, "--store", f"nss:{self.home}/other")
        listed = self.trust("list", "--json").json
        self.assertEqual([entry["store"] for entry in listed["installed"]], ["own", f"nss:{self.home}/other"])
        self.assertTrue(all(entry["state"] == "done" and entry["roots"][0]["present"] for entry in listed["installed"]))
        (self.home / "data/stile/trust/domain-roots.pem").unlink()
        listed = self.trust("list", "--json").json
        self.assertEqual([entry["roots"][0]["present"] for entry in listed["installed"]], [False, True])
        self.trust("remove", self.root, "--store", "own")
        listed = self.trust("list", "--json").json
        self.assertEqual([entry["store"] for entry in listed["installed"]], [f"nss:{self.home}/other"])
        self.trust("remove", "--all")
        self.assertEqual(self.trust("list", "--json").json["installed"], [])
        self.trust("remove", "--all")

    def test_goes_on_past_a_store_that_fails(self):
        ran = self.trust("install", self.root, "--store", "pem:/nonexistent/roots.pem", "--store", "own", status=1)
        self.assertIn("/nonexistent/roots.pem", ran.err)
        self.assertIn("Done and verified", ran.out)
        self.assertEqual([entry["store"] for entry in self.trust("list", "--json").json["installed"]], ["own"])

    def test_only_authorities(self):
        self.trust("install", self.leaf.path, "--store", "own", status=3)
        self.assertEqual(self.trust("list", "--json").json["installed"], [])

    def test_what_was_there_stays(self):
        bundle = self.home / "roots.pem"
        bundle.write_bytes(self.root.read_bytes())
        self.trust("install", self.root, "--store", f"pem:{bundle}")
        self.trust("remove", self.root, status=3)
        self.assertEqual(self.curl(bundle).out, "hello")

    def test_through_pkexec_only_the_system(self):
        for arguments in ["list"], ["install", self.root], ["install", "-"], ["remove", "--all"], \
                         ["install", self.root, "--store", "system"], ["install", "-", "--store", "system", "--store", "own"]:
            ran = journey.run(journey.STILECTL, "trust", *arguments, env={"PKEXEC_UID": "1000", "HOME": str(self.home)})
            self.assertEqual(ran.status, 2, ran.out + ran.err)


if __name__ == "__main__":
    journey.main()
