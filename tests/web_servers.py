"""Real nginx and Apache on loopback, with the rules that a site brings, for the tests of hosting."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import pytest

MODULES = Path("/usr/lib/apache2/modules")
APACHE = """
ServerRoot {folder}
PidFile {folder}/pid
Listen 127.0.0.1:{port}
ServerName 127.0.0.1
ErrorLog {folder}/errors
{modules}
{user}
TypesConfig {folder}/types
DocumentRoot {root}
<Directory {root}>
  AllowOverride FileInfo Options=Indexes,MultiViews
  Require all granted
  Options FollowSymLinks MultiViews Indexes
</Directory>
DirectoryIndex index.html
{more}
"""
NGINX = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/errors;
{user}
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {site}/hosting/nginx-maps.conf;
  server {{
    listen 127.0.0.1:{port};
    {server}
  }}
}}
"""
_LOADED = (
    "mpm_event", "authz_core", "mime", "dir", "rewrite", "headers", "negotiation", "autoindex", "alias", "unixd",
)  # fmt: skip


class Answer(NamedTuple):
    """What a server has answered, without redirects being followed."""

    status: int
    headers: dict
    body: bytes

    @property
    def type(self):
        return self.headers.get("content-type", "").partition(";")[0]


def program(*names):
    """The first of these programs that there is; skips the test where there is none."""
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    found = next((path for name in names if (path := shutil.which(name, path=places))), None)
    if found is None:
        pytest.skip(f"{names[0]} is not installed: run make webservers")
    return found


@contextmanager
def nginx(site, *, prefix="", port=0):
    """nginx with the site at the root of the host, or in the folder `prefix` of it; gives the address of the site."""
    command = program("nginx")
    port = port or free_port()
    with _served(site, prefix) as (folder, root):
        if prefix:
            rules = f"{root}/{prefix}/hosting/nginx-site.conf"
            server = f"location ^~ /{prefix}/ {{ root {root}; include {rules}; }}"
        else:
            server = f"root {root}; include {root}/hosting/nginx-site.conf;"
        user = "user root;" if os.geteuid() == 0 else ""
        text = NGINX.format(folder=folder, port=port, site=root / prefix, server=server, user=user)
        (folder / "conf").write_text(text, encoding="utf-8")
        with _running([command, "-p", f"{folder}/", "-c", f"{folder}/conf", "-e", f"{folder}/errors"], port, folder):
            yield f"http://127.0.0.1:{port}/{prefix}/" if prefix else f"http://127.0.0.1:{port}/"


@contextmanager
def apache(site, *, prefix="", more="", port=0):
    """Apache with the site at the root of the host, or in the folder `prefix` of it; gives the address of the site."""
    command = program("apache2", "httpd")
    port = port or free_port()
    with _served(site, prefix) as (folder, root):
        built_in = subprocess.run([command, "-l"], capture_output=True, text=True, check=True).stdout
        modules = "\n".join(
            f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in _LOADED if f"mod_{name}.c" not in built_in
        )
        user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
        text = APACHE.format(folder=folder, port=port, root=root, modules=modules, user=user, more=more)
        (folder / "conf").write_text(text, encoding="utf-8")
        # What a host says of files by itself, some of it in its own way.
        (folder / "types").write_text("application/x-gzip gz\ntext/plain ttl nt\ntext/html html\n", encoding="utf-8")
        with _running([command, "-X", "-d", str(folder), "-f", str(folder / "conf")], port, folder):
            yield f"http://127.0.0.1:{port}/{prefix}/" if prefix else f"http://127.0.0.1:{port}/"


def free_port():
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _served(site, prefix):
    """A folder for a server, and a copy of the site in it that a process of less rights can read."""
    folder = Path(mkdtemp(prefix=f"hosting-{getpass.getuser()}-"))
    try:
        folder.chmod(0o755)
        root = folder / "www"
        shutil.copytree(site, root / prefix)
        (root / prefix).chmod(0o755)
        yield folder, root
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(command, port, folder):
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        for _ in range(200):
            if process.poll() is not None:
                raise AssertionError(process.communicate()[0].decode() + _text(folder / "errors"))
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _text(file):
    return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""


def ask(address, accept=None, *, method="GET", headers=None):
    """One request, as it goes over the wire: no header that is not named, no redirect followed."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        connection.putrequest(
            method, parts.path + (f"?{parts.query}" if parts.query else ""), skip_accept_encoding=True
        )
        if accept is not None:
            connection.putheader("Accept", accept)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        several: dict[str, str] = {}
        for name, value in answer.getheaders():
            key = name.lower()
            several[key] = f"{several[key]}, {value}" if key in several else value
        return Answer(answer.status, several, answer.read())
    finally:
        connection.close()


def follow(address, accept=None, *, method="GET"):
    """The last answer of a request whose redirects are followed, with all that came before it."""
    seen = []
    while True:
        answer = ask(address, accept, method=method)
        seen.append(answer)
        if answer.status not in {301, 302, 303, 307, 308}:
            return answer, seen
        assert len(seen) < 5, f"a loop at {address}"
        address = urljoin(address, answer.headers["location"])
