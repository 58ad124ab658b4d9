"""A day of the server: what it says of itself, what it logs, how it stops, and who may make it say anything else."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import quote, urljoin

import pytest
from tests.published_site import KNOWN
from tests.server.projects import ADDRESS, make_project
from tests.server.running import ROOT, serving
from tests.web_servers import ask

HOSTILE = [
    *("//evil.example", "//evil.example/person", "/\\evil.example", "\\\\evil.example", "/%2f%2fevil.example", "/%5cevil.example"),
    *("/..", "/../..", "/person/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "/.%2e/"),
    *("/person//", "/person//ada", "/person/%00", "/%00", "/person/ada%00.ttl", "/%0d%0aSet-Cookie:x=1", "/person%0d%0aLocation:%20http://evil.example"),
    *("/person/?next=//evil.example", "/person?x=%0d%0a", "/http://evil.example", "/https:evil.example", "/%68ttp://evil.example"),
    *("/" + "a/" * 1000, "/" + "%61" * 2000, "/person/" + "x" * 3000, "/%ff%fe", "/%zz", "/%", "/%u0041", "/\u0130".encode().decode("latin-1")),
    *("/person/<script>alert(1)</script>", "/person/%3Cscript%3Ealert(1)%3C/script%3E", "/nothing?q=<script>", "/person/'\"><img src=x>"),
    *("/.git/config", "/.env", "/index.json", "/hubs/index.json", "/manifest.json", "/places.sqlite", "/store/CURRENT", "/files/index.html"),
    *("/person/.", "/person/..", "/./person/", "/;/evil", "/person;x=1", "/person/%2e", "/%2e%2e%2f", "/person/%2e%2e", "/dumps/../person/"),
]  # fmt: skip
HOSTS = [
    "evil.example",
    "evil.example:80",
    "127.0.0.1@evil.example",
    "",
    "a b",
    "<script>",
    "x" * 300,
    "[::1]",
    "evil.example/..",
    "\\evil",
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(
        make_project(tmp_path_factory.mktemp("operations") / "center"), "--log", "json", address=ADDRESS, whole=True
    ) as running:
        yield running


def sent(server, path, *headers):
    """A request just as written, and the status and the headers of its answer with its body."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        lines = [f"GET {path} HTTP/1.1", *headers, "Connection: close", "", ""]
        connection.sendall("\r\n".join(lines).encode("latin-1"))
        data = b""
        while chunk := connection.recv(1 << 16):
            data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    status, *told = head.decode("latin-1").split("\r\n")
    return int(status.split(" ")[1]), [line.partition(": ")[::2] for line in told], body


@pytest.mark.parametrize("path", HOSTILE, ids=range(len(HOSTILE)))
def test_no_path_leads_off_the_server_or_out_of_its_files(server, path):
    for prefix in ("", "/graph"):
        status, headers, body = sent(server, prefix + path.replace(" ", "%20"), "Host: evil.example")
        assert status in {200, 301, 400, 404, 414}, (status, path)
        for name, value in headers:
            assert name.lower() != "set-cookie"
            if name.lower() == "location":
                assert re.match(r"/graph/[^/\\]", value), value
                assert urljoin("http://here.example/graph/", value).startswith("http://here.example/graph/")
        assert b"<script>alert" not in body
        assert b"Traceback" not in body
        assert b"root:" not in body
        if status == 200:
            assert (
                path in {"/person/?next=//evil.example", "/person/.", "/./person/", "/dumps/../person/"}
                or b"<!DOCTYPE html>" in body
            )


@pytest.mark.parametrize("host", HOSTS, ids=range(len(HOSTS)))
def test_what_a_request_says_of_its_host_decides_nothing(server, host):
    forged = [
        f"X-Forwarded-Host: {host}",
        "X-Forwarded-Proto: gopher",
        f"Forwarded: host={host}",
        f"X-Original-URL: /{host}",
    ]
    for path in (f"/graph/{KNOWN}", "/graph/person", f"/{KNOWN}", "/person", "/graph"):
        status, headers, body = sent(server, path, f"Host: {host}", *forged, "Accept: text/turtle")
        assert status in {200, 301, 303, 400, 406}, (path, status)
        for name, value in headers:
            if name.lower() == "location":
                assert value.startswith("/graph/")
        assert not host or len(host) < 4 or host.encode() not in body


def test_health_says_what_is_served(server):
    answer = server.ask("health")
    assert answer.headers["cache-control"] == "no-store"
    told = json.loads(answer.body)
    assert told["status"] == "ready"
    assert told["site"] == "ready"
    assert re.fullmatch("build-[0-9]+-[0-9a-f]+", told["build"])
    assert re.fullmatch("[0-9a-f]{12}", told["tag"])


def test_metrics_can_be_read_and_count_what_was_asked(server):
    def read():
        answer = server.ask("metrics")
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        found, kinds = {}, {}
        for line in answer.body.decode().splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                assert name not in kinds, f"{name} is told twice"
                kinds[name] = kind
            elif not line.startswith("# HELP "):
                match = re.fullmatch(r'([a-z_]+)(\{(?:[a-z]+="[^"\\]*",?)+\})? (\S+)', line)
                assert match, line
                assert any(match[1] == name + end for name in kinds for end in ("", "_bucket", "_sum", "_count"))
                found[match[1] + (match[2] or "")] = float(match[3])
        return found

    before = read()
    for _ in range(3):
        server.ask(KNOWN + ".ttl")
    server.ask("person/nobody")
    server.ask(KNOWN, "text/turtle")
    after = read()

    def more(name):
        return after.get(name, 0) - before.get(name, 0)

    assert more('ipcgraph_requests_total{route="document",status="200"}') == 3
    assert more('ipcgraph_requests_total{route="nothing",status="404"}') == 1
    assert more('ipcgraph_requests_total{route="thing",status="303"}') == 1
    assert more('ipcgraph_request_seconds_count{route="document"}') == 3
    assert (
        after['ipcgraph_request_seconds_bucket{route="document",le="+Inf"}']
        == after['ipcgraph_request_seconds_count{route="document"}']
    )
    assert after["ipcgraph_cache_hits_total"] >= 2
    assert after["process_resident_memory_bytes"] > 10_000_000
    assert after["ipcgraph_pool_processes"] >= 1
    assert after["ipcgraph_ready"] == 1


def test_each_request_is_one_line_of_the_log(server):
    marks = [quote("müll\n<b>"), "a\x1b[31m".replace("\x1b", "%1b")]
    for mark in marks:
        server.ask(f"nothing/{mark}?x=1")
    sent(server, "/nothing/\x80raw?x=\xff", "Host: x")
    time.sleep(0.5)
    lines = [line for line in server.lines if line.startswith("{")]
    told = [json.loads(line) for line in lines]
    assert all(set(each) == {"time", "client", "method", "target", "status", "size", "seconds"} for each in told)
    for mark in marks:
        assert [each["status"] for each in told if each["target"].endswith(f"/nothing/{mark}?x=1")] == [404]
    assert all(line.isprintable() for line in lines)


def test_the_log_can_be_text(tmp_path):
    with serving(make_project(tmp_path / "center", odd=False)) as server:
        server.ask(KNOWN + ".ttl")
        time.sleep(0.5)
        pattern = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z 127\.0\.0\.1 GET /" + KNOWN + r"\.ttl 200 \d+ \d+\.\dms"
        assert [line for line in server.lines if re.fullmatch(pattern, line)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_told_to_and_lets_requests_end(tmp_path, number):
    with serving(make_project(tmp_path / "center", odd=False), whole=True) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as begun:
            begun.sendall(
                b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 5\r\n\r\nAS"
            )
            time.sleep(0.5)
            os.kill(server.process.pid, number)
            time.sleep(0.5)
            begun.sendall(b"K{}")
            data = begun.recv(1 << 16)
            assert data.startswith(b"HTTP/1.1 200 "), data[:200]
        assert server.process.wait(timeout=30) == 0
        assert "Traceback" not in server.said()
        with pytest.raises(OSError, match="refused"):
            ask(server.address)


def test_a_request_that_does_not_end_does_not_keep_it(tmp_path):
    environment = {"IPCGRAPH_SERVER_STOP_SECONDS": "1"}
    with (
        serving(make_project(tmp_path / "center", odd=False), environment=environment) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=30) as begun,
    ):
        begun.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nAS")
        time.sleep(0.3)
        os.kill(server.process.pid, signal.SIGTERM)
        assert server.process.wait(timeout=30) == 0


def test_large_files_come_in_parts(server):
    whole = server.ask("dumps/graph.nq.gz").body
    parts = {"bytes=0-9": whole[:10], "bytes=10-": whole[10:], "bytes=-10": whole[-10:], f"bytes=5-{10**12}": whole[5:]}
    for asked, expected in parts.items():
        answer = server.ask("dumps/graph.nq.gz", headers={"Range": asked})
        assert (answer.status, answer.body) == (206, expected), asked
        start = whole.index(expected)
        assert answer.headers["content-range"] == f"bytes {start}-{start + len(expected) - 1}/{len(whole)}"
        head = server.ask("dumps/graph.nq.gz", headers={"Range": asked}, method="HEAD")
        assert (head.headers["content-length"], head.body) == (str(len(expected)), b"")
    etag = server.ask("dumps/graph.nq.gz").headers["etag"]
    for headers, status in (
        ({"Range": f"bytes={len(whole)}-"}, 416), ({"Range": "bytes=-0"}, 416), ({"Range": "bytes=9-5"}, 200),
        ({"Range": "bytes=0-1,4-5"}, 200), ({"Range": "lines=0-1"}, 200), ({"Range": "bytes=-"}, 200),
        ({"Range": "bytes=0-9", "If-Range": etag}, 206), ({"Range": "bytes=0-9", "If-Range": '"other"'}, 200),
    ):  # fmt: skip
        answer = server.ask("dumps/graph.nq.gz", headers=headers)
        assert answer.status == status, headers
        assert status != 200 or answer.body == whole


def test_nothing_of_the_server_is_loaded_for_a_query():
    program = (
        "import sys\nfrom ipcgraph.cli import main\nmain(['--project', sys.argv[1], 'query'])\n"
        "print(sorted({'starlette', 'uvicorn', 'anyio', 'asyncio', 'httptools', 'jinja2'} & set(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-c", program, str(ROOT)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    assert done.stderr.strip().endswith("[]")


def test_a_missing_extra_says_how_it_is_installed(tmp_path):
    make_project(tmp_path / "center", odd=False)
    program = (
        "import sys\nsys.modules['uvicorn'] = None\nfrom ipcgraph.cli import main\n"
        "sys.exit(main(['--project', sys.argv[1], 'serve', '--port', '0']))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "center")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert "pip install 'ipcgraph[server]'" in done.stderr
