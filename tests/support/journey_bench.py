# SPDX-License-Identifier: GPL-3.0-or-later
"""A plant that takes agents, and a bench of devices in responder mode: each a stile-pledge of its own."""
import os
import sqlite3

import journey
import journey_brski
import journey_pki

PLEDGE = os.environ.get("STILE_PLEDGE", str(journey.BUILD / "src/service/stile-pledge"))


class Plant(journey_brski.Plant):
    """With a CA for the laptops of technicians, under the domain's."""

    def configure(self, *lines):
        if not hasattr(self, "agents"):
            self.agents = journey_pki.Credential(self.folder, "agents", "Journey Agents", self.domain, authority=True)
            self.agent = journey_pki.Credential(self.folder, "agent", "Laptop", self.agents)
            self.agent.path.write_bytes(self.agent.pem + self.agents.pem)
        super().configure(f"registrar-agents={self.agents.path}", *lines)

    @property
    def url(self):
        return f"https://localhost:{self.port}"

    def agent_options(self, agent=None):
        agent = agent or self.agent
        return ["--registrar", self.url, "--ca", self.domain.path, "--cert", agent.path, "--key", agent.key_path]

    def query(self, sql, *values):
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as database:
            return database.execute(sql, values).fetchall()


class Device(journey.Program):
    """One device; what it was given is in its folder, also when it is switched off."""

    def __init__(self, plant, number, anchor=None, serial=None, port=0, options=(), env=None):
        self.serial = serial or f"PID:J1 SN:{number:04}"
        self.folder = plant.folder / f"device-{number}"
        self.credential = plant.make_device(f"idevid-{number}", self.serial)
        self.anchor = anchor or plant.maker
        self.options, self.env = options, env
        self.switch_on(port)

    def switch_on(self, port=0):
        super().__init__([PLEDGE, "--listen", f"127.0.0.1:{port}", *self.arguments(), *self.options],
                         env={**os.environ, **(self.env or {})})
        self.port = int(self.wait_for(r"Listening on 127\.0\.0\.1:(\d+) ")[1])
        self.address = f"127.0.0.1:{self.port}"

    def arguments(self):
        return ["--state", self.folder, "--idevid", self.credential.path, "--key", self.credential.key_path, "--anchor",
                self.anchor.path]

    @property
    def stage(self):
        return journey.run(PLEDGE, *self.arguments(), "--status").out.splitlines()[0]


class Station:
    """A technician's laptop: "stilectl provision" with its list of devices."""

    def __init__(self, plant):
        self.plant = plant
        self.home = journey.make_folder()
        self.inventory = self.home / "devices.db"
        self.env = {}

    def write_list(self, devices, name="devices.csv"):
        path = self.home / name
        path.write_text("serial,address\n" + "".join(f"{each.serial},{each.address}\n" for each in devices), encoding="utf-8")
        return path

    def arguments(self, *options):
        return ["provision", "--inventory", self.inventory, *options]

    def provision(self, *options, seconds=120):
        return journey.stilectl(*self.arguments(*options), home=self.home, seconds=seconds, env=self.env)

    def start(self, *options):
        return journey.Program([journey.STILECTL, *self.arguments(*options)], env={**os.environ, "HOME": str(self.home), **self.env})

    def query(self, sql, *values):
        with sqlite3.connect(f"file:{self.inventory}?mode=ro", uri=True) as database:
            return database.execute(sql, values).fetchall()

    def states(self):
        return dict(self.query("SELECT serial, state FROM devices"))
