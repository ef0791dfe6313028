#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The diagnosis against real programs of Debian: the verdict is the right one each time, and nothing is invented."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import journey
import journey_verdicts


class Verdicts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = journey_verdicts.World()

    @classmethod
    def tearDownClass(cls):
        cls.world.stop()

    def check(self, way, trust, path, findings):
        address, proxy = way(self.world)
        ran = self.world.diagnose(address, proxy, trust)
        self.assertNotIn("CRITICAL", ran.err)
        report = ran.json
        told = (report["verdict"]["path"], sorted(finding["id"] for finding in report["findings"]))
        self.assertEqual(told, (path, sorted(findings)), f"{report['verdict']}\n{report['findings']}")


journey.add_cases(Verdicts, Verdicts.check, journey_verdicts.TABLE)

if __name__ == "__main__":
    journey.main()
