# SPDX-License-Identifier: GPL-3.0-or-later
"""mitmproxy addon: does to what passes what some middleboxes do; reaches one port of loopback and nothing else.

MIDDLEBOX_UPSTREAM   the port
MIDDLEBOX_BEHAVIOUR  a file with {"name": behaviour, …}, read anew for each request, so that one mitmproxy is many boxes
"""
import asyncio
import gzip
import json
import os
import random
from pathlib import Path

from mitmproxy import ctx, http

UPSTREAM = int(os.environ["MIDDLEBOX_UPSTREAM"])
FILE = Path(os.environ["MIDDLEBOX_BEHAVIOUR"])
BLOCK_PAGE = b"<html><head><title>Web Page Blocked</title></head><body><h1>Access denied</h1>Category: unknown type.</body></html>"
LOGIN_PAGE = b"<html><head><title>Guest Wi-Fi</title></head><body><h1>Sign in to the network</h1></body></html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}
seen = {"random": random.Random(1), "connections": 0}


def behaviour():
    return json.loads(FILE.read_text(encoding="utf-8"))


def answer(flow, status, page, **fields):
    flow.response = http.Response.make(status, page, {**HTML, **fields})


def flip(data):
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1:]


def server_connect(data):
    data.server.address = ("127.0.0.1", UPSTREAM)


def tls_clienthello(data):
    """Passes every second connection on as it is."""
    if behaviour().get("selective"):
        seen["connections"] += 1
        data.ignore_connection = seen["connections"] % 2 == 0


async def request(flow):
    do = behaviour()
    kind = flow.request.headers.get("Content-Type", "")
    body = flow.request.raw_content or b""
    if "delay" in do:
        await asyncio.sleep(do["delay"])
    if "portal" in do:
        fields = {"Location": "http://portal.example/login"} if do["portal"] == 302 else {}
        answer(flow, do["portal"], LOGIN_PAGE, **fields)
    elif "block_types" in do and kind and not kind.startswith(tuple(do["block_types"])):
        answer(flow, 403, BLOCK_PAGE)
    elif flow.request.method in do.get("block_methods", []):
        answer(flow, 405, BLOCK_PAGE)
    elif len(body) > do.get("limit_request", 1 << 30):
        answer(flow, 413, b"<html><h1>413 Request Entity Too Large</h1></html>")
    elif "gateway_errors" in do and seen["random"].random() < do["gateway_errors"]:
        answer(flow, 502, b"<html><h1>502 Bad Gateway</h1></html>")
    if "strip_cookie" in do:
        flow.request.headers.pop("Cookie", None)
    if "flip_request" in do and len(body) > 16:
        flow.request.raw_content = flip(body)
    if "request_type" in do and kind:
        flow.request.headers["Content-Type"] = do["request_type"]
    for name, value in do.get("add_request", {}).items():
        flow.request.headers[name] = value
    for name in do.get("remove_request", []):
        flow.request.headers.pop(name, None)
    if "duplicate" in do and flow.request.method == "POST" and not flow.is_replay:
        ctx.master.commands.call("replay.client", [flow.copy()])


def response(flow):
    do = behaviour()
    body = flow.response.raw_content or b""
    if "strip_set_cookie" in do:
        flow.response.headers.pop("Set-Cookie", None)
    if len(body) > do.get("truncate", 1 << 30):
        flow.response.raw_content = body[:do["truncate"]]
        flow.response.headers["Content-Length"] = str(do["truncate"])
    if len(body) > do.get("limit_response", 1 << 30):
        answer(flow, 403, b"<html><h1>Download too large</h1></html>")
    if "flip_response" in do and len(body) > 16:
        flow.response.raw_content = flip(body)
    if "response_type" in do:
        flow.response.headers["Content-Type"] = do["response_type"]
    if "gzip" in do and "gzip" in flow.request.headers.get("Accept-Encoding", ""):
        flow.response.raw_content = gzip.compress(body)
        flow.response.headers["Content-Encoding"] = "gzip"
        flow.response.headers["Content-Length"] = str(len(flow.response.raw_content))
    for name, value in do.get("add_response", {}).items():
        flow.response.headers[name] = value
    for name in do.get("remove_response", []):
        flow.response.headers.pop(name, None)
    if "close" in do:
        flow.response.headers["Connection"] = "close"
