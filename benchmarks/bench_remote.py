"""Asks servers on loopback through ipcgraph and through SPARQLWrapper alone: the overhead, and memory of long answers.

Prints ratios of runs that alternate in one process. `--rows` is how long the long answer is; `--virtuoso` asks that
server, too, where it is installed. Run: python benchmarks/bench_remote.py
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from pyoxigraph import Literal, NamedNode, Quad
from SPARQLWrapper import JSON, POST, SPARQLWrapper
from tests.center_project import make_center
from tests.store_servers import Server, lacking, running

from ipcgraph.building import build
from ipcgraph.headers import read_queries
from ipcgraph.manifest import STORE
from ipcgraph.queries import bind
from ipcgraph.shipped import shipped_folder
from ipcgraph.store.connecting import connect
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.store.remote import RemoteStore
from ipcgraph.uploading import upload

ASKED = {
    "a label": (
        "SELECT ?name WHERE { <https://w3id.org/ipcgraph/id/person/aoife-obrien> "
        "<http://xmlns.com/foaf/0.1/name> ?name }"
    ),
    "200 rows": "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 200",
    "2,000 rows": "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 2000",
}
LONG = "SELECT ?s ?p ?o WHERE {{ ?s ?p ?o }} LIMIT {rows}"


def bare(address: str, text: str, parameters: list[tuple[str, str]]) -> int:
    """What anybody writes: a wrapper, a query, the rows as Python has them."""
    wrapper = SPARQLWrapper(address, returnFormat=JSON)
    for name, value in parameters:
        wrapper.addParameter(name, value)
    wrapper.setQuery(text)
    wrapper.setTimeout(60)
    if len(text) > 2_000:
        wrapper.setMethod(POST)
    answer = wrapper.query().convert()
    return len(answer["results"]["bindings"])  # type: ignore[index, call-overload]  # JSON was asked for


def ours(store: RemoteStore, text: str) -> int:
    return len(store.query(text))  # type: ignore[arg-type]  # a SELECT gives a table


def compare(
    server: Server, store: RemoteStore, text: str, parameters: list[tuple[str, str]], rounds: int
) -> tuple[float, float]:
    """The medians, in milliseconds, of runs that take turns."""
    if bare(server.query, text, parameters) != ours(store, text):
        raise SystemExit(f"{server.name} gave two answers to {text}")
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for which in (0, 1) if number % 2 else (1, 0):
            start = time.perf_counter()
            if which:
                ours(store, text)
            else:
                bare(server.query, text, parameters)
            times[which].append(time.perf_counter() - start)
    return statistics.median(times[0]) * 1000, statistics.median(times[1]) * 1000


def overhead(server: Server, store: RemoteStore, parameters: list[tuple[str, str]], rounds: int) -> None:
    saved = read_queries([shipped_folder("queries")])
    asked = ASKED | {"a saved query": bind(saved["person-works"], {"person": "person/aoife-obrien"})}
    for name, text in asked.items():
        alone, through = compare(server, store, text, parameters, rounds)
        print(f"| {server.name}: {name} | {alone:.2f} | {through:.2f} | {through / alone - 1:+.0%} |")


def memory(rows: int) -> None:
    """How much more memory a process needs for ten times the rows: streamed, and as a Table."""
    quads = tuple(
        Quad(NamedNode(f"https://example.org/thing/{number}"), NamedNode("https://example.org/is"), Literal("x" * 100))
        for number in range(rows)
    )
    with tempfile.TemporaryDirectory() as folder, running("oxigraph", Path(folder), quads=quads) as server:
        for way in ("rows", "query"):
            used = [int(subprocess.run(
                [sys.executable, __file__, "--ask", server.query, "--way", way, "--rows", str(number)],
                capture_output=True, text=True, check=True,
            ).stdout) for number in (rows // 10, rows)]  # fmt: skip
            print(f"| {way}: {rows // 10:,} and {rows:,} rows | {used[0]:,} MB | {used[1]:,} MB | |")


def ask(address: str, way: str, rows: int) -> None:
    store = RemoteStore(address)
    text = LONG.format(rows=rows)
    number = sum(1 for _ in store.rows(text).rows) if way == "rows" else ours(store, text)
    if number != rows:
        raise SystemExit(f"{number} rows in place of {rows}")
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--ask", default="", help=argparse.SUPPRESS)
    parser.add_argument("--way", default="rows", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        ask(options.ask, options.way, options.rows)
        return
    warnings.simplefilter("ignore")
    print("| what | SPARQLWrapper alone, ms | ipcgraph, ms | overhead |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "center").mkdir()
        local = make_center(root / "center")
        built = build(local).folder
        with EmbeddedStore.open(built / STORE) as store:
            quads = tuple(store.dump())
        with running("oxigraph", root / "oxigraph", quads=quads) as server, RemoteStore(server.query) as asked:
            overhead(server, asked, [], options.rounds)
        if not lacking("virtuoso"):
            with running("virtuoso", root / "virtuoso") as server:
                graph = "https://store.example/harbour"
                settings = local._replace(
                    store=server.query, store_update=server.update, store_graph_store=server.graph_store,
                    store_graph=graph, store_user=server.user, store_password=server.user,
                    store_authentication="digest",
                )  # fmt: skip
                start = time.perf_counter()
                upload(settings, built, notice=lambda _: None)
                taken = time.perf_counter() - start
                parameters = [("default-graph-uri", graph)]
                with connect(settings) as asked:
                    overhead(server, asked, parameters, options.rounds)
                print(f"| virtuoso: upload of {len(quads):,} statements, with its checks | | {taken * 1000:,.0f} | |")
    print("\n| streamed, and as a Table | a tenth | all | |\n|---|---|---|---|")
    memory(options.rows)


if __name__ == "__main__":
    main()
