#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""pseudo.py: what stilectl prints in the language of tests/support/pseudo: nothing in it is untranslated but data.

In the environment: STILECTL and STILED, LANGUAGE and STILE_LOCALEDIR for that language, G_TEST_SRCDIR.
"""
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

STILECTL = os.environ["STILECTL"]
SUPPORT = Path(os.environ["G_TEST_SRCDIR"]) / "support"


def load(name):
    lines = (SUPPORT / name).read_text(encoding="utf-8").split("\n")
    return "|".join(f"(?:{line})" for line in lines if line and not line.startswith("#"))


ALLOWED = re.compile(load("pseudo-allowed") + "|" + load("pseudo-allowed-cli"), re.MULTILINE)
LATIN = re.compile(r"[A-Za-z]")


def find_faults(text):
    for line in text.split("\n"):
        rest = ALLOWED.sub(" ", line)
        if LATIN.search(rest):
            yield f"“{rest.strip()}” in “{line}”"


@contextlib.contextmanager
def lab(*arguments):
    """A lab that is up, and ends with Ctrl+C."""
    with subprocess.Popen([STILECTL, "lab", *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def read_until(lines, sign):
    text = ""
    for line in lines:
        text += line
        if sign in line:
            break
    return text


class Tests:
    """One line of TAP for each command."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def judge(self, name, faults):
        self.count += 1
        self.failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {self.count} - {name}")
        for fault in faults:
            print(f"# {fault}")

    def run(self, name, *arguments, status=0, folder=None):
        done = subprocess.run([STILECTL, *arguments], capture_output=True, text=True, timeout=120, check=False, cwd=folder)
        faults = [*find_faults(done.stdout), *find_faults(done.stderr)]
        if done.returncode != status:
            faults.append(f"exit status {done.returncode}: {done.stderr}")
        self.judge(name, faults)
        return done.stdout


def main():
    tests = Tests()
    overview = tests.run("stilectl --help", "--help")
    verbs = re.findall(r"^  ([a-z]+)  +", overview, re.MULTILINE)
    tests.judge("verbs are found", [] if len(verbs) > 8 else [f"only {verbs}"])
    for verb in verbs:
        tests.run(f"stilectl {verb} --help", verb, "--help")
    tests.run("a verb that is none", "dance", status=2)
    tests.run("an option that is none", "bootstrap", "--dance", status=2)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(XDG_DATA_HOME=folder, XDG_CONFIG_HOME=folder, XDG_CACHE_HOME=folder, HOME=folder)
        tests.run("a walk in the lab", "bootstrap", "--lab", folder=folder)
        tests.run("devices of the lab", "provision", "--lab", status=1, folder=folder)
        with lab() as lines:
            tests.judge("a lab", list(find_faults(read_until(lines, "Çţŕļ+Ç"))))
        with lab("--json") as lines:
            facts = json.loads(lines.readline())
            inside = ("--ca", facts["domain"], "--cert", facts["certificate"], "--key", facts["key"], "--proxy", facts["proxy"])
            tests.run("a session", "connect", facts["service"], *inside, folder=folder)
            tests.run("roots", "est", "cacerts", facts["service"], *inside, folder=folder)
            tests.run("a diagnosis", "diagnose", facts["service"], *inside, status=20, folder=folder)
        tests.run("what was installed", "trust", "list", folder=folder)
        tests.run("what is enrolled", "renew", "--list", folder=folder)
        tests.run("profiles", "profile", "list", folder=folder)
        missing = os.path.join(folder, "missing.vrq")
        tests.run("a voucher that is not there", "voucher", "show", missing, status=3, folder=folder)
    print(f"1..{tests.count}")
    return 1 if tests.failed else 0


sys.exit(main())
