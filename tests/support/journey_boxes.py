# SPDX-License-Identifier: GPL-3.0-or-later
"""Real programs of Debian as what stands between a client and its service, on loopback."""
import json
import os
import socket
import subprocess
import time

import journey


def wait_for_port(port, program, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        try:
            program.process.wait(timeout=0.05)
            break
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError(f"{program.process.args[0]} does not listen:\n{program.text}")


class Mitmproxy(journey.Program):
    """mitmdump, as whichever box behave() makes of it."""

    def __init__(self, authority, upstream, reverse=False, **options):
        self.folder = journey.make_folder()
        self.port = journey.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.file = self.folder / "behaviour.json"
        self.behave()
        (self.folder / "mitmproxy-ca.pem").write_bytes(authority.key_pem + authority.pem)
        words = [word for key, value in options.items() for word in ("--set", f"{key}={value}")]
        super().__init__(["mitmdump", "--set", f"confdir={self.folder}", "--listen-host", "127.0.0.1", "--listen-port", self.port,
                          "--set", "ssl_insecure=true", "--set", "connection_strategy=lazy", "--set", "flow_detail=0",
                          "--set", "keep_host_header=true", *words,
                          "--mode", f"reverse:https://127.0.0.1:{upstream}" if reverse else "regular",
                          "-s", journey.SUPPORT / "middlebox_behaviour.py"],
                         env={**os.environ, "HOME": str(self.folder), "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1",
                              "MIDDLEBOX_UPSTREAM": str(upstream), "MIDDLEBOX_BEHAVIOUR": str(self.file)})
        self.wait_for(r"[Ll]istening at")

    def behave(self, **behaviour):
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(behaviour), encoding="utf-8")
        new.rename(self.file)


class Tinyproxy(journey.Program):
    """A CONNECT proxy that reads nothing; behind another proxy when one is named."""

    def __init__(self, port_to, upstream=None, refuse=False, password=None):
        folder = journey.make_folder()
        self.port = journey.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        filters = folder / "filter"
        filters.write_text("^nobody\\.example$\n" if refuse else "^127\\.\n^localhost$\n", encoding="ascii")
        settings = folder / "tinyproxy.conf"
        settings.write_text("\n".join([
            f"Port {self.port}", "Listen 127.0.0.1", "Allow 127.0.0.1", "Timeout 60", "MaxClients 100", "LogLevel Info",
            f'Filter "{filters}"', "FilterDefaultDeny Yes", f"ConnectPort {port_to}",
            f"BasicAuth user {password}" if password else "", f"Upstream http 127.0.0.1:{upstream}" if upstream else "", ""]), encoding="ascii")
        super().__init__(["tinyproxy", "-d", "-c", settings])
        wait_for_port(self.port, self)


class Stunnel(journey.Program):
    """TLS in front of a port: of a proxy, as a rule."""

    def __init__(self, credential, port_to):
        folder = journey.make_folder()
        self.port = journey.free_port()
        self.url = f"https://localhost:{self.port}"
        (folder / "cert.pem").write_bytes(credential.pem + credential.key_pem)
        settings = folder / "stunnel.conf"
        settings.write_text(f"foreground = yes\npid =\n[front]\naccept = 127.0.0.1:{self.port}\nconnect = 127.0.0.1:{port_to}\n"
                            f"cert = {folder}/cert.pem\n", encoding="ascii")
        super().__init__(["stunnel4", settings])
        wait_for_port(self.port, self)


class Haproxy(journey.Program):
    """The service's own front: ends TLS, and begins it anew or not; tells of the ClientHello."""

    JA3 = ("%[ssl_fc_protocol_hello_id],%[ssl_fc_cipherlist_bin(1),be2dec(-,2)],%[ssl_fc_extlist_bin(1),be2dec(-,2)],"
           "%[ssl_fc_eclist_bin(1),be2dec(-,2)],%[ssl_fc_ecformats_bin,be2dec(-,1)]")

    def __init__(self, credential, port_to, tls=True):
        folder = journey.make_folder()
        self.port = journey.free_port()
        (folder / "cert.pem").write_bytes(credential.pem + credential.key_pem)
        again = "ssl verify none sni str(localhost)" if tls else ""
        settings = folder / "haproxy.cfg"
        settings.write_text(f"""
global
  maxconn 200
  nbthread 1
  tune.ssl.capture-buffer-size 2048
  tune.ssl.default-dh-param 2048
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option forwardfor
frontend front
  bind 127.0.0.1:{self.port} ssl crt {folder}/cert.pem alpn h2,http/1.1
  http-request set-header X-Forwarded-Proto https
  http-request set-header X-SSL-Protocol %[ssl_fc_protocol]
  http-request set-header X-SSL-JA3 {self.JA3}
  default_backend service
backend service
  server service 127.0.0.1:{port_to} {again}
""", encoding="ascii")
        super().__init__(["haproxy", "-db", "-f", settings])
        wait_for_port(self.port, self)


NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
{user}
events {{ worker_connections 128; }}
http {{
  access_log off;
  client_body_temp_path {folder}/client;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  client_max_body_size 4m;
  server {{
    listen 127.0.0.1:{port} ssl http2;
    ssl_certificate {folder}/cert.pem;
    ssl_certificate_key {folder}/cert.pem;
    location / {{ {location} }}
  }}
}}
"""


class Nginx(journey.Program):
    """The service's own front as nginx is out of the box: HTTP/1.0 and no SNI to the service."""

    def __init__(self, credential, port_to, tls=True):
        folder = journey.make_folder()
        self.port = journey.free_port()
        (folder / "cert.pem").write_bytes(credential.pem + credential.key_pem)
        location = (f"proxy_pass {'https' if tls else 'http'}://127.0.0.1:{port_to}; proxy_set_header Host $http_host; "
                    "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;")
        settings = folder / "nginx.conf"
        settings.write_text(NGINX.format(folder=folder, port=self.port, user="user root;" if os.geteuid() == 0 else "",
                                         location=location), encoding="ascii")
        super().__init__(["/usr/sbin/nginx", "-p", folder, "-c", settings])
        wait_for_port(self.port, self)


class Website(journey.Program):
    """Any HTTPS host that speaks no ATLS: nginx with a page."""

    def __init__(self, credential):
        folder = journey.make_folder()
        self.port = journey.free_port()
        (folder / "cert.pem").write_bytes(credential.pem + credential.key_pem)
        (folder / "index.html").write_text("<html><title>A website</title>Hello.</html>", encoding="ascii")
        if os.geteuid() == 0:
            folder.chmod(0o755)
        settings = folder / "nginx.conf"
        settings.write_text(NGINX.format(folder=folder, port=self.port, user="user root;" if os.geteuid() == 0 else "",
                                         location=f"root {folder};"), encoding="ascii")
        super().__init__(["/usr/sbin/nginx", "-p", folder, "-c", settings])
        wait_for_port(self.port, self)


class SquidPlain(journey.Program):
    """Squid that passes CONNECT on and reads nothing, or wants to know who asks."""

    def __init__(self, port_to, password=False):
        folder = journey.make_folder()
        self.port = journey.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        (folder / "hosts").write_text("127.0.0.1 localhost\n", encoding="ascii")
        (folder / "users").write_text("nobody:x\n", encoding="ascii")
        who = f"auth_param basic program /usr/lib/squid/basic_ncsa_auth {folder}/users\nacl known proxy_auth REQUIRED\nhttp_access deny !known\n"
        settings = folder / "squid.conf"
        settings.write_text(f"""
http_port 127.0.0.1:{self.port}
hosts_file {folder}/hosts
dns_nameservers 127.0.0.1
acl here dst 127.0.0.0/8
acl service port {port_to}
{who if password else ''}
http_access allow here service
http_access deny all
cache deny all
cache_mem 4 MB
memory_pools off
pid_filename none
coredump_dir {folder}
cache_log {folder}/cache.log
access_log stdio:{folder}/access.log
visible_hostname squid.test
shutdown_lifetime 1 seconds
""", encoding="ascii")
        if os.geteuid() == 0:
            for path in [folder, *folder.rglob("*")]:
                journey.shutil.chown(path, "proxy", "proxy")
        super().__init__(["/usr/sbin/squid", "-N", "-n", f"plain{self.port}", "-f", settings, "-d", "1"])
        wait_for_port(self.port, self)
