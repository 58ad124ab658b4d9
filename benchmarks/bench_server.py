"""Serves the center, and 63,969 works: documents a second against nginx and rdflib-endpoint, pages, memory."""

from __future__ import annotations

import argparse
import http.client
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_corpus import CORPUS
from benchmarks.corpus_project import make_corpus_project
from benchmarks.machine import described, median, show
from benchmarks.project_copy import copy_project
from tests.server.running import free_port, serving

from ipcgraph import project
from ipcgraph.publish.reading import Reading
from ipcgraph.settings import find_project

KNOWN = "person/ben-armstrong"
UNLIMITED = {
    "IPCGRAPH_SERVER_REQUESTS_PER_MINUTE": "0",
    "IPCGRAPH_SERVER_QUERIES_PER_MINUTE": "0",
    "IPCGRAPH_SERVER_CONNECTIONS_PER_CLIENT": "0",
}
NGINX = """
daemon off; pid {folder}/pid; error_log {folder}/errors; worker_processes 1; {user}
events {{ worker_connections 1024; }}
http {{
  access_log {folder}/log; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  types {{ text/html html; text/turtle ttl; application/ld+json jsonld; }}
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""
PEER = """
import sys, uvicorn
from rdflib import Graph
from rdflib_endpoint import SparqlEndpoint
graph = Graph(); graph.parse(sys.argv[1], format="nt")
uvicorn.run(SparqlEndpoint(graph=graph), port=int(sys.argv[2]), log_level="error")
"""


class Rate(NamedTuple):
    """What wrk has measured."""

    each_second: float
    p99: float
    """Milliseconds."""


def wrk(address: str, *, seconds: int, accept: str = "") -> Rate:
    """Sixteen connections that ask for one address, from one thread."""
    accepting = ["-H", f"Accept: {accept}"] if accept else []
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", *accepting, address]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([0-9.]+)", told)
    latency = re.search(r"99%\s+([0-9.]+)(us|ms|s)", told)
    wrong = re.search(r"Non-2xx or 3xx responses: ([0-9]+)", told)
    if not rate or not latency or wrong:
        raise SystemExit(f"{address} was not answered as it should be:\n{told}")
    return Rate(float(rate[1]), float(latency[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[latency[2]])


@contextmanager
def nginx(root: Path) -> Iterator[str]:
    """nginx with one worker, as the servers it is compared with have one process; with its log, as they have."""
    with tempfile.TemporaryDirectory(prefix="bench-nginx-") as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)
        text = NGINX.format(folder=folder, port=port, root=root, user="user root;")
        (folder / "conf").write_text(text, encoding="utf-8")
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        process = subprocess.Popen([program, "-p", f"{folder}/", "-c", f"{folder}/conf", "-e", f"{folder}/errors"])
        try:
            waited(f"127.0.0.1:{port}", "/index.html")
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait()


@contextmanager
def peer(python: str, graph: Path) -> Iterator[str]:
    """rdflib-endpoint with the same graph in memory."""
    port = free_port()
    process = subprocess.Popen([python, "-c", PEER, str(graph), str(port)])
    try:
        waited(f"127.0.0.1:{port}", "/?query=ASK%7B%7D")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


def waited(place: str, path: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        connection = http.client.HTTPConnection(place, timeout=10)
        try:
            connection.request("GET", path)
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise SystemExit(f"{place} does not answer")


def documents(folder: Path, *, seconds: int, rounds: int, python: str) -> list[tuple[str, str, str]]:
    """A cached document of the center, against the same bytes from nginx; rounds alternate."""
    settings = find_project(copy_project(folder))
    project.site(settings, folder / "site")
    rows: list[tuple[str, str, str]] = []
    with serving(settings, environment=UNLIMITED, whole=True) as server, nginx(folder / "site") as static:
        for suffix in (".html", ".jsonld"):
            ours, theirs = [], []
            for _ in range(rounds):
                ours.append(wrk(f"{server.address}{KNOWN}{suffix}", seconds=seconds))
                theirs.append(wrk(f"{static}{KNOWN}{suffix}", seconds=seconds))
            size = (folder / "site" / f"{KNOWN}{suffix}").stat().st_size
            share = median([one.each_second / other.each_second for one, other in zip(ours, theirs, strict=True)])
            mine, other = (median([each.each_second for each in rates]) for rates in (ours, theirs))
            rows += [
                (f"{KNOWN}{suffix} ({size:,} bytes), ipcgraph serve", f"{mine:,.0f}/s, p99 {ours[-1].p99:.1f} ms", ""),
                ("  nginx, one worker, the same file", f"{other:,.0f}/s, p99 {theirs[-1].p99:.1f} ms", ""),
                ("  share of nginx", f"{share:.2f}", "at least 0.33"),
            ]
        redirect = wrk(f"{server.address}{KNOWN}", seconds=seconds, accept="text/turtle")
        rows.append(("the IRI, which leads to its document (303)", f"{redirect.each_second:,.0f}/s", ""))
        turtle = wrk(f"{server.address}{KNOWN}.ttl", seconds=seconds)
        rows += against_peer(folder, settings.base + KNOWN, turtle, python=python, seconds=seconds)
    return rows


def against_peer(folder: Path, iri: str, ours: Rate, *, python: str, seconds: int) -> list[tuple[str, str, str]]:
    """rdflib-endpoint has no documents of things: a CONSTRUCT of what is said of one is nearest to it."""
    if not python:
        return [("rdflib-endpoint", "not measured: name a Python that has it with --peer", "")]
    import gzip

    dump = folder / "graph.nt"
    dump.write_bytes(gzip.decompress((folder / "site" / "dumps" / "graph.nq.gz").read_bytes()))
    query = quote(f"CONSTRUCT {{ <{iri}> ?p ?o }} WHERE {{ <{iri}> ?p ?o }}")
    with peer(python, dump) as address:
        theirs = wrk(f"{address}?query={query}", seconds=seconds, accept="text/turtle")
    return [
        (f"{KNOWN}.ttl, ipcgraph serve", f"{ours.each_second:,.0f}/s", ""),
        ("  rdflib-endpoint, CONSTRUCT of it as Turtle", f"{theirs.each_second:,.0f}/s, p99 {theirs.p99:.0f} ms", ""),
        ("  times rdflib-endpoint", f"{ours.each_second / theirs.each_second:,.0f}", "at least 5"),
    ]


def corpus(folder: Path, *, works: int, things: int) -> list[tuple[str, str, str]]:
    """Pages of things of the corpus that nobody has asked for before, and the memory of the server."""
    settings = find_project(make_corpus_project(folder, works=works))
    build = (settings.build_folder / "current").resolve()
    with Reading.open(build / "store", base=settings.base) as reading:
        chance = random.Random(5)
        paths = [iri.removeprefix(settings.base) for iri in chance.sample(list(reading.iris()), things)]
        works_of: dict[str, int] = {}
        for person in chance.sample(list(reading.instances("Person")), min(5_000, things * 10)):
            works_of[person.removeprefix(settings.base)] = len(reading.subjects("author", person))
        hubs = sorted(works_of, key=lambda path: -works_of[path])[:20]
    fewest, largest = works_of[hubs[-1]], works_of[hubs[0]]
    start = time.perf_counter()
    with serving(settings, environment={**UNLIMITED, "IPCGRAPH_SERVER_WORKERS": "2"}) as server:
        ready = time.perf_counter() - start
        store = opened(build / "store")
        idle = resident(server.process.pid)
        pages = timed(server.port, [f"/{path}.html" for path in paths])
        turtle = timed(server.port, [f"/{path}.ttl" for path in paths])
        most = timed(server.port, [f"/{path}.html" for path in hubs])
        later = resident(server.process.pid)
    return [
        ("seconds until the corpus is served, at the first start", f"{ready:.1f}", ""),
        ("memory of the idle server", f"{idle:,} MB", ""),
        ("  more than a Python that only has the store open", f"{idle - store:,} MB", "under 200"),
        (f"  after {3 * things:,} documents", f"{later:,} MB", ""),
        (f"pages of {things:,} things, not asked for before: median", f"{percentile(pages, 50):.1f} ms", ""),
        ("  p99", f"{percentile(pages, 99):.1f} ms", "under 50"),
        ("their Turtle: p99", f"{percentile(turtle, 99):.1f} ms", "under 50"),
        (f"pages of 20 people with {fewest} to {largest} works: median", f"{percentile(most, 50):.1f} ms", ""),
        ("  longest", f"{max(most):.1f} ms", ""),
    ]


def opened(store: Path) -> int:
    """The memory of a Python that has a store open, in MB."""
    program = (
        "import sys, pyoxigraph; store = pyoxigraph.Store.read_only(sys.argv[1]); "
        "next(iter(store.quads_for_pattern(None, None, None, None))); print(open('/proc/self/statm').read().split()[1])"
    )
    done = subprocess.run([sys.executable, "-c", program, str(store)], check=True, capture_output=True, text=True)
    return int(done.stdout) * 4096 >> 20


def resident(process: int) -> int:
    return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * 4096 >> 20


def timed(port: int, paths: list[str]) -> list[float]:
    """Milliseconds of each of these, one after the other over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    taken = []
    for path in paths:
        start = time.perf_counter()
        connection.request("GET", quote(path))
        answer = connection.getresponse()
        answer.read()
        taken.append((time.perf_counter() - start) * 1000)
        if answer.status not in {200, 503}:  # 503: of what so much is known that its pages are made in advance
            raise SystemExit(f"{path} is answered {answer.status}")
    connection.close()
    return taken


def percentile(values: list[float], part: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) * part // 100, len(ordered) - 1)]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=3, help="rounds of wrk against each")
    arguments.add_argument("--seconds", type=int, default=10, help="of each")
    arguments.add_argument("--works", type=int, default=0, help="so many works of the corpus; all of them unless given")
    arguments.add_argument("--things", type=int, default=1_000, help="so many pages of the corpus")
    arguments.add_argument("--corpus", type=Path, help="keep the project of the corpus in this folder")
    arguments.add_argument("--peer", default="", metavar="PYTHON", help="a Python that has rdflib-endpoint")
    options = arguments.parse_args()
    print(described())
    if not shutil.which("wrk"):
        print("wrk is not installed: make webservers", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "center").mkdir()
        rows = documents(Path(name) / "center", seconds=options.seconds, rounds=options.runs, python=options.peer)
        show(rows)
        if CORPUS.is_file():
            rows = corpus(options.corpus or Path(name) / "corpus", works=options.works, things=options.things)
            show(rows)


if __name__ == "__main__":
    main()
