# SPDX-License-Identifier: GPL-3.0-or-later
"""mitmproxy addon: keeps all it saw in clear, reaches one port of loopback and nothing else, and misbehaves on demand.

MIDDLEBOX_RECORD     file for what it saw
MIDDLEBOX_UPSTREAM   the port
MIDDLEBOX_STRIP      "cookie": takes Set-Cookie out of answers
MIDDLEBOX_ANSWER     "block", "portal", "broken": answers flights itself, as such boxes do
"""
import os

from mitmproxy import http

RECORD = os.environ["MIDDLEBOX_RECORD"]
UPSTREAM = int(os.environ["MIDDLEBOX_UPSTREAM"])
ANSWERS = {
    "block": (403, b"<html><h1>Blocked by policy</h1>This content type is not allowed.</html>", {"Content-Type": "text/html"}),
    "portal": (302, b"<html>Log in at portal.example</html>", {"Location": "http://portal.example/login", "Content-Type": "text/html"}),
    "broken": (502, b"<html><h1>Bad gateway</h1></html>", {"Content-Type": "text/html"}),
}


def keep(head, message):
    with open(RECORD, "ab") as file:
        file.write(head.encode() + b"\n")
        for name, value in message.headers.fields:
            file.write(name + b": " + value + b"\n")
        file.write(b"\n" + (message.raw_content or b"") + b"\n")


def request(flow):
    keep(f"{flow.request.method} {flow.request.pretty_url}", flow.request)
    answer = ANSWERS.get(os.environ.get("MIDDLEBOX_ANSWER"))
    if answer:
        flow.response = http.Response.make(*answer)


def server_connect(data):
    data.server.address = ("127.0.0.1", UPSTREAM)


def response(flow):
    keep(f"{flow.response.status_code}", flow.response)
    if os.environ.get("MIDDLEBOX_STRIP") == "cookie":
        flow.response.headers.pop("Set-Cookie", None)
