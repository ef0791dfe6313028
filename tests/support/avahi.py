# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS-SD without a network: an Avahi daemon on a loopback interface of its own, and the bus it is asked on.

    with avahi.Avahi() as neighbours:
        journey.stilectl(…, env=neighbours.env)
"""
import os
import shutil
import tempfile

import journey


class Avahi:
    """env is what a program needs to find it instead of the system's."""

    def __enter__(self):
        # Not in /run, which the daemon does not see.
        self.folder = tempfile.mkdtemp(prefix="stile-avahi-", dir="/tmp")
        self.bus = journey.Program(["dbus-daemon", f"--config-file={journey.SUPPORT / 'avahi-bus.conf'}", "--nofork", "--nopidfile",
                                    f"--address=unix:path={self.folder}/bus", "--print-address"])
        self.address = self.bus.wait_for(r"^(unix:\S+)")[1]
        self.env = {"DBUS_SYSTEM_BUS_ADDRESS": self.address}
        self.daemon = journey.Program([journey.SUPPORT / "run-avahi"], env={**os.environ, **self.env})
        self.daemon.wait_for("Server startup complete")
        return self

    def __exit__(self, *exception):
        self.daemon.stop()
        self.bus.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
