# SPDX-License-Identifier: GPL-3.0-or-later
"""What the journeys share: a throw-away PKI, programs that run and end, and a runner that speaks TAP.

Everything is on loopback and in a folder that is removed at the end; every wait has an end.
"""
import atexit
import base64
import ctypes
import json
import os
import random
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import unittest
from pathlib import Path

BUILD = Path(os.environ.get("STILE_BUILD", Path(__file__).resolve().parents[2] / "_build"))
STILED = os.environ.get("STILED", str(BUILD / "src/service/stiled"))
STILECTL = os.environ.get("STILECTL", str(BUILD / "src/cli/stilectl"))
SUPPORT = Path(__file__).resolve().parent
WAIT = 30

# What a person has set must not decide how a test ends.
for name in list(os.environ):
    if name.lower().endswith("_proxy") or name in {"LANGUAGE", "SSLKEYLOGFILE", "G_MESSAGES_DEBUG", "G_DEBUG", "NOTIFY_SOCKET"}:
        del os.environ[name]
os.environ.update(LC_ALL="C.UTF-8", GSETTINGS_BACKEND="memory", GIO_USE_VFS="local")


def make_folder():
    folder = Path(tempfile.mkdtemp(prefix="stile-journey-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


# --- programs ---

def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Program:
    """A program that runs beside the test; its lines are kept as they come."""

    running = []

    def __init__(self, arguments, **options):
        self.lines, self.taken = [], 0
        self.changed = threading.Condition()
        self.process = subprocess.Popen([str(word) for word in arguments], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0,
                                        preexec_fn=die_with_parent, **options)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        Program.running.append(self)

    def read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    @property
    def text(self):
        with self.changed:
            return "\n".join(self.lines)

    def take_lines(self):
        """What it said since the last call."""
        with self.changed:
            lines, self.taken = self.lines[self.taken:], len(self.lines)
        return lines

    def wait_for(self, pattern, since=0, seconds=WAIT):
        """The match in the first line, from line number since on, that has the pattern."""
        end = time.monotonic() + seconds
        with self.changed:
            while True:
                for line in self.lines[since:]:
                    match = re.search(pattern, line)
                    if match:
                        return match
                left = end - time.monotonic()
                if left <= 0 or not self.reader.is_alive():
                    raise AssertionError(f"{self.process.args[0]} did not say “{pattern}”, but:\n" + "\n".join(self.lines))
                self.changed.wait(min(left, 0.5))

    def wait_for_lines(self, count, seconds=WAIT):
        """Whether it said so many lines, and did not end before."""
        end = time.monotonic() + seconds
        with self.changed:
            while len(self.lines) < count and self.reader.is_alive() and time.monotonic() < end:
                self.changed.wait(0.5)
            return len(self.lines) >= count

    def wait_end(self, seconds=WAIT):
        status = self.process.wait(seconds)
        self.reader.join(seconds)
        return status

    def stop(self, seconds=10):
        """Ends it, by force if need be; returns its exit status."""
        if self in Program.running:
            Program.running.remove(self)
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(seconds)
        self.reader.join(seconds)
        return self.process.returncode


@atexit.register
def stop_all():
    for program in list(Program.running):
        Program.stop(program, 3)


class Ran:
    """How a program ended that was run to its end."""

    def __init__(self, status, out, err):
        self.status, self.raw = status, out
        self.out, self.err = out.decode("utf-8", "replace"), err.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.out)


def run(*arguments, data=b"", seconds=60, env=None):
    done = subprocess.run([str(word) for word in arguments], input=data, capture_output=True, timeout=seconds,
                          env={**os.environ, **(env or {})}, check=False)
    return Ran(done.returncode, done.stdout, done.stderr)


def stilectl(*arguments, data=b"", home=None, seconds=60, env=None):
    home = home or make_folder()
    return run(STILECTL, *arguments, data=data, seconds=seconds,
               env={"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config"),
                    "XDG_CACHE_HOME": str(home / "cache"), "G_DEBUG": "fatal-criticals", **(env or {})})


def free_port():
    """For a program that can only be told its port.  Not one of those that the kernel gives to outgoing connections: one
    could be taken between now and then."""
    while True:
        port = random.randrange(10000, 32768)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Stiled(Program):
    def __init__(self, *arguments, env=None):
        super().__init__([STILED, "--listen", "127.0.0.1:0", *arguments], env={**os.environ, **(env or {})})
        self.port = int(self.wait_for(r"Listening on 127\.0\.0\.1:(\d+) ")[1])
        self.exports_read = 0

    def stop(self, seconds=10):
        """Whatever happened to it, it ends as it should: no crash, no leak, no trap of a sanitizer."""
        first = self in Program.running
        status = super().stop(seconds)
        if first and status != 0:
            raise AssertionError(f"stiled ended with status {status}:\n{self.text[-4000:]}")
        return status

    def exported(self):
        """The exported value of the next session."""
        match = self.wait_for(r"exported \S+ = ([0-9a-f]+)", self.exports_read)
        with self.changed:
            numbers = [n for n, line in enumerate(self.lines) if n >= self.exports_read and "exported " in line]
        self.exports_read = numbers[0] + 1
        return bytes.fromhex(match[1])

    def memory(self):
        """KiB that are resident."""
        text = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1])


# --- middleboxes ---

class Mitmproxy(Program):
    """mitmdump with our inspection CA; `seen` holds all it had in clear."""

    def __init__(self, pki, upstream, reverse=False, **behaviour):
        self.folder = make_folder()
        self.port = free_port()
        self.record = self.folder / "seen"
        (self.folder / "mitmproxy-ca.pem").write_bytes(pki.inspection.key_pem + pki.inspection.pem + pki.domain.pem)
        environment = {**os.environ, "HOME": str(self.folder), "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1",
                       "MIDDLEBOX_RECORD": str(self.record), "MIDDLEBOX_UPSTREAM": str(upstream),
                       **{f"MIDDLEBOX_{key.upper()}": str(value) for key, value in behaviour.items()}}
        super().__init__(["mitmdump", "--set", f"confdir={self.folder}", "--listen-host", "127.0.0.1",
                          "--listen-port", self.port, "--set", "ssl_insecure=true", "--set", "connection_strategy=lazy",
                          "--set", "flow_detail=0", "--set", "keep_host_header=true",
                          "--mode", f"reverse:https://127.0.0.1:{upstream}" if reverse else "regular",
                          "-s", SUPPORT / "middlebox_record.py"], env=environment)
        self.wait_for(r"[Ll]istening at")
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def seen(self):
        return self.record.read_bytes() if self.record.exists() else b""

    def forget(self):
        self.record.unlink(missing_ok=True)


class Window:
    """Ends TLS and carries what is inside on to a port, in TLS again: shows what the hop before it sends in clear."""

    def __init__(self, credential, upstream):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(credential.path, credential.key_path)
        self.outer = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.outer.check_hostname, self.outer.verify_mode = False, ssl.CERT_NONE
        self.upstream, self.seen, self.lock = upstream, b"", threading.Lock()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=[peer], daemon=True).start()

    def carry(self, peer):
        peer.settimeout(60)
        try:
            with self.context.wrap_socket(peer, server_side=True) as one, \
                 self.outer.wrap_socket(socket.create_connection(("127.0.0.1", self.upstream), 10)) as other:
                while True:
                    waiting = [one] if one.pending() else [other] if other.pending() else select.select([one, other], [], [], 60)[0]
                    if not waiting:
                        return
                    for side in waiting:
                        # What came may be a session ticket only: waiting here for data behind it would stop both sides.
                        side.settimeout(0)
                        try:
                            data = side.recv(65536)
                        except ssl.SSLWantReadError:
                            continue
                        finally:
                            side.settimeout(60)
                        if not data:
                            return
                        with self.lock:
                            self.seen += data
                        (other if side is one else one).sendall(data)
        except OSError:
            return

    def forget(self):
        with self.lock:
            self.seen = b""

    def stop(self):
        self.socket.close()


class Squid(Program):
    """Squid with ssl-bump and our inspection CA.  It is let through to one port only."""

    def __init__(self, pki, upstream):
        self.folder = make_folder()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        (self.folder / "ca.pem").write_bytes(pki.inspection.pem + pki.inspection.key_pem)
        certgen = "/usr/lib/squid/security_file_certgen"
        database = self.folder / "certificates"
        made = run(certgen, "-c", "-s", database, "-M", "4MB")
        if made.status != 0:
            raise AssertionError(made.out + made.err)
        (self.folder / "hosts").write_text("127.0.0.1 localhost\n", encoding="ascii")
        (self.folder / "squid.conf").write_text(f"""
http_port 127.0.0.1:{self.port} ssl-bump generate-host-certificates=on dynamic_cert_mem_cache_size=4MB tls-cert={self.folder}/ca.pem
sslcrtd_program {certgen} -s {database} -M 4MB
sslcrtd_children 2 startup=1 idle=1
acl hello at_step SslBump1
ssl_bump peek hello
ssl_bump bump all
tls_outgoing_options flags=DONT_VERIFY_PEER
sslproxy_cert_error allow all
hosts_file {self.folder}/hosts
dns_nameservers 127.0.0.1
acl here dst 127.0.0.0/8
acl service port {upstream}
http_access allow here service
http_access deny all
cache deny all
cache_mem 4 MB
memory_pools off
pid_filename none
coredump_dir {self.folder}
cache_log {self.folder}/cache.log
access_log stdio:{self.folder}/access.log
visible_hostname squid.test
shutdown_lifetime 1 seconds
""", encoding="ascii")
        if os.geteuid() == 0:
            for path in [self.folder, *self.folder.rglob("*")]:
                shutil.chown(path, "proxy", "proxy")
        super().__init__(["/usr/sbin/squid", "-N", "-n", f"journey{self.port}", "-f", self.folder / "squid.conf", "-d", "1"])
        self.wait_for(r"Accepting SSL bumped HTTP Socket connections at")

    @property
    def requests(self):
        return (self.folder / "access.log").read_text(encoding="utf-8")

    @property
    def logs(self):
        """All that it wrote, for a test that failed."""
        return "".join(f"\n{name}:\n" + (self.folder / name).read_text(encoding="utf-8", errors="replace") for name in ["access.log", "cache.log"])


# --- running tests ---

class TapResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.count, self.began, self.failed = 0, time.monotonic(), None

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def say(self, outcome, test, problem=None):
        self.count += 1
        print(f"{outcome} {self.count} - {test.id().split('.', 1)[-1]} ({time.monotonic() - self.began:.1f} s)", flush=True)
        if problem:
            text = "".join(traceback.format_exception(*problem))
            print("\n".join("# " + line for line in text.splitlines()), flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.say("ok", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.say("not ok", test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self.say("not ok", test, err)

    def addSubTest(self, test, subtest, err):
        """A test of which a part failed is told once, with all of those parts."""
        super().addSubTest(test, subtest, err)
        if err is None:
            return
        if self.failed is not test:
            self.failed = test
            self.say("not ok", test)
        text = "".join([f"{subtest}\n", *traceback.format_exception(*err)])
        print("\n".join("# " + line for line in text.splitlines()), flush=True)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.say("not ok", test)


def add_cases(case, check, rows):
    """A test method for each row: a name and what check gets."""
    for name, *values in rows:
        def method(self, values=tuple(values)):
            check(self, *values)
        setattr(case, "test_" + re.sub(r"\W+", "_", name), method)


def main():
    """Runs all tests of the program, or those whose names contain one of the arguments."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    words = sys.argv[1:]
    if words:
        chosen = unittest.TestSuite()
        for group in suite:
            chosen.addTests(test for test in group if any(word in test.id() for word in words))
        suite = chosen
    print(f"1..{suite.countTestCases()}", flush=True)
    result = TapResult()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)


def spellings(data):
    """How some bytes could turn up in clear: raw, in hex, in base64 at any offset."""
    found = [data, data.hex().encode(), data.hex().upper().encode()]
    for skip in range(3):
        whole = data[skip:]
        found.append(base64.b64encode(whole[:len(whole) // 3 * 3]))
        found.append(base64.urlsafe_b64encode(whole[:len(whole) // 3 * 3]))
    return found
