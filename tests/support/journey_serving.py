# SPDX-License-Identifier: GPL-3.0-or-later
"""Test cases around one service that must serve on whatever they do to it."""
import json
import re
import unittest

import journey
import journey_atls
import journey_pki

PKI = journey_pki.Pki(journey.make_folder())


class Case(unittest.TestCase):
    """With a service that must serve on, and say nothing alarming, whatever a test did to it."""

    @classmethod
    def setUpClass(cls):
        cls.service = journey.Stiled(*PKI.service_options(outer=False), "--echo")

    @classmethod
    def tearDownClass(cls):
        cls.service.stop()

    def tearDown(self):
        client = self.client().handshake()
        self.assertEqual(client.request("GET", "/.well-known/est/cacerts")[0], 200)
        self.assertIsNone(self.service.process.poll())
        said = [line for line in self.service.take_lines() if re.search("CRITICAL|WARNING|ERROR|assertion", line)]
        self.assertEqual(said, [])

    def client(self, version=None, **options):
        return journey_atls.Client(self.service.port, PKI, version, alpn=[b"bhttp"], **options)

    def plain(self, version=None):
        """Without ALPN: record mode, and an echo."""
        return journey_atls.Client(self.service.port, PKI, version)

    def hello(self, version=None):
        return self.client(version).step()[1]

    def refused(self, status, function, *words, **options):
        with self.assertRaises(journey_atls.Refused) as caught:
            function(*words, **options)
        self.assertEqual(caught.exception.status, status, caught.exception)
        problem = json.loads(caught.exception.body)
        self.assertEqual(caught.exception.headers["Content-Type"], "application/problem+json")
        self.assertEqual(problem["status"], status)
        self.assertTrue(problem["detail"])
        return caught.exception
