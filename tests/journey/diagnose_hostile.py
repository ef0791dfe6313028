#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a diagnosis does with those who answer slowly, for ever, too much, or absurdly."""
import resource
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey
import journey_hostile

# More than the deadline of a diagnosis on a slow way, and what it may take of memory beside its libraries.
SECONDS = 50
MEGABYTES = 250


class Hostile(unittest.TestCase):
    def check(self, handle, make_context):
        server = journey_hostile.Server(handle, make_context())
        try:
            began = time.monotonic()
            ran = journey.stilectl("diagnose", f"https://localhost:{server.port}", "--proxy", "none", "--json", seconds=SECONDS + 10)
            self.assertLess(time.monotonic() - began, SECONDS)
        finally:
            server.stop()
        self.assertIn(ran.status, [4, 20, 22], ran.err)
        self.assertNotIn("CRITICAL", ran.err)
        # Of all children so far: the greediest.
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, MEGABYTES)
        self.check_text(ran.out)
        self.assertNotIn(ran.json["verdict"]["path"], ["direct", "connect-only", "service-terminator"])
        self.assertNotEqual(ran.json["verdict"]["confidence"], "proven")

    def check_text(self, text):
        """What a peer wrote is shown, and cannot change how what is around it looks."""
        for unseen in ["\0", "\u202e", "\u202d", "\u2066", "\x1b"]:
            self.assertNotIn(unseen, text)

    def test_cancelled_at_once(self):
        server = journey_hostile.Server(journey_hostile.silent, journey_hostile.plain())
        program = journey.Program([journey.STILECTL, "diagnose", f"https://localhost:{server.port}", "--proxy", "none"])
        self.assertTrue(server.asked.wait(20))
        began = time.monotonic()
        self.assertEqual(program.stop(), 130)
        self.assertLess(time.monotonic() - began, 1)
        server.stop()


journey.add_cases(Hostile, Hostile.check, [
    ("never answers", journey_hostile.silent, journey_hostile.plain),
    ("never shakes hands", journey_hostile.silent, lambda: None),
    ("a byte a second", journey_hostile.slow, journey_hostile.plain),
    ("a byte a second in the handshake", journey_hostile.slow, lambda: None),
    ("a gigabyte", journey_hostile.endless, journey_hostile.plain),
    ("headers without end", journey_hostile.headers_without_end, journey_hostile.plain),
    ("redirects without end", journey_hostile.redirecting, journey_hostile.plain),
    ("two that sign each other", journey_hostile.page, lambda: journey_hostile.circle(2)),
    ("a hundred that sign each other", journey_hostile.page, lambda: journey_hostile.circle(100)),
    ("ten thousand names", journey_hostile.page, lambda: journey_hostile.many_names(10000)),
    ("more names than are looked at", journey_hostile.page, lambda: journey_hostile.many_names(1600)),
    ("names that a reader cuts", journey_hostile.page, lambda: journey_hostile.odd_name("localhost\0.evil.example")),
    ("names that turn around", journey_hostile.page, lambda: journey_hostile.odd_name("\u202eexample.com\u202c\x1b[31m")),
    ("a subject of 64 KB", journey_hostile.page, journey_hostile.long_subject),
])

if __name__ == "__main__":
    journey.main()
