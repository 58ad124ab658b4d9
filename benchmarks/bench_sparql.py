"""Queries a second over HTTP: ipcgraph serve with and without kept answers, oxigraph serve, and rdflib-endpoint."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_server import UNLIMITED, Rate, peer, waited, wrk
from benchmarks.machine import described, median, show
from benchmarks.project_copy import copy_project
from pyoxigraph import DefaultGraph, RdfFormat, Store
from tests.server.running import free_port, serving

from ipcgraph.project import Asked, fresh_build
from ipcgraph.queries import bind
from ipcgraph.settings import find_project

PERSON = "person/ben-armstrong"
RESULTS = "application/sparql-results+json"
UNKEPT = {**UNLIMITED, "IPCGRAPH_SERVER_CACHE_BYTES": "0"}
LOOKUP = "SELECT ?name {{ <{base}{person}> <http://xmlns.com/foaf/0.1/name> ?name }}"


class Server(NamedTuple):
    """What is measured: its name, the address of its endpoint, and the processes whose time counts."""

    name: str
    endpoint: str
    processes: Callable[[], list[int]]


class Measured(NamedTuple):
    """A rate, and the processor time of one request in microseconds."""

    rate: Rate
    cost: float


def measure(server: Server, query: str, *, seconds: int) -> Measured:
    """Sixteen connections that ask the same query, and what the server's processes used for it."""
    pids = server.processes()
    before = sum(map(used, pids))
    rate = wrk(f"{server.endpoint}?query={quote(query, safe='')}", seconds=seconds, accept=RESULTS)
    return Measured(rate, (sum(map(used, pids)) - before) / (rate.each_second * seconds) * 1e6)


def used(pid: int) -> float:
    """Seconds of processor time of a process so far; 0 of one that is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / 100


def family(pid: int) -> list[int]:
    """A process and its children."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return [pid]
    return [pid, *map(int, children)]


@contextmanager
def oxigraph(store: Path) -> Iterator[Server]:
    """`oxigraph serve-read-only` on the very store."""
    port = free_port()
    program = str(Path(sys.executable).with_name("oxigraph"))
    command = [program, "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        waited(f"127.0.0.1:{port}", "/query?query=ASK%7B%7D")
        yield Server("oxigraph serve-read-only", f"http://127.0.0.1:{port}/query", lambda: [process.pid])
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=int, default=10)
    arguments.add_argument("--runs", type=int, default=3, help="rounds of wrk against each")
    arguments.add_argument("--peer", default="", metavar="PYTHON", help="a Python that has rdflib-endpoint")
    options = arguments.parse_args()
    print(described(), f"{options.runs} rounds of {options.seconds} s by turns, medians", sep="; ")
    with tempfile.TemporaryDirectory() as name:
        settings = find_project(copy_project(Path(name)))
        build = fresh_build(settings)
        graph = Path(name) / "graph.nt"
        Store.read_only(str(build / "store")).dump(str(graph), RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
        saved = Asked(settings, build, None, 0).queries()["person-coauthors"]
        queries = {
            "saved query, top co-authors of a person": bind(saved, {"person": PERSON}, base=settings.base),
            "look-up of a name": LOOKUP.format(base=settings.base, person=PERSON),
        }
        with (
            serving(settings, environment=UNLIMITED, whole=True) as kept,
            serving(settings, environment=UNKEPT, whole=True) as unkept,
            oxigraph(build / "store") as other,
        ):
            servers = [
                Server("ipcgraph serve", kept.address + "sparql", lambda: family(kept.process.pid)),
                Server("ipcgraph serve, no answer kept", unkept.address + "sparql", lambda: family(unkept.process.pid)),
                other,
            ]
            if has_peer(options.peer):
                with peer(options.peer, graph) as address:
                    servers.append(Server("rdflib-endpoint", address, list))
                    show(rows(servers, queries, options))
            else:
                show(rows(servers, queries, options))
                print("rdflib-endpoint was not measured: --peer names a Python that has it")


def has_peer(python: str) -> bool:
    """Whether a Python was named, and has what the peer needs."""
    command = [python, "-c", "import rdflib_endpoint, uvicorn"]
    return bool(python) and subprocess.run(command, check=False, capture_output=True).returncode == 0


def rows(servers: list[Server], queries: dict[str, str], options: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    """What was measured: each server by turns, so that a busy moment falls on all of them."""
    for title, query in queries.items():
        found: dict[str, list[Measured]] = {server.name: [] for server in servers}
        for _ in range(options.runs):
            for server in servers:
                found[server.name].append(measure(server, query, seconds=options.seconds))
        yield title, "", ""
        for name, several in found.items():
            rate = median([each.rate.each_second for each in several])
            cost = median([each.cost for each in several])
            shown = f"{rate:,.0f}/s, p99 {median([each.rate.p99 for each in several]):.1f} ms"
            yield f"  {name}" + (f", {cost:.0f} us of processor a request" if cost else ""), shown, ""
        for name in list(found)[:2]:
            for other, asked in (("oxigraph serve-read-only", "at least 0.5"), ("rdflib-endpoint", "at least 5")):
                if other in found:
                    pairs = zip(found[name], found[other], strict=True)
                    share = median([one.rate.each_second / two.rate.each_second for one, two in pairs])
                    yield f"  {name} / {other}", f"{share:.2f}", asked


if __name__ == "__main__":
    main()
