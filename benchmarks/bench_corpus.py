"""Loads 63,969 works and projects their co-authors, against pyoxigraph's bulk load and a bare scipy product."""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from pyoxigraph import Quad, RdfFormat, Store, serialize
from scipy import sparse

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import alternating, described, median, ratio, seconds, show

from ipcgraph.bulk import load_quads
from ipcgraph.columns import read_columns
from ipcgraph.deriving import derive
from ipcgraph.findings import Finding
from ipcgraph.networks import coauthorship, project
from ipcgraph.ontology import read_ontology
from ipcgraph.sources.openalex import read_openalex

SHARED = Path(os.environ.get("IPCGRAPH_SHARED", Path(__file__).parents[2] / "shared"))
CORPUS = SHARED / "corpora" / "acl-works.jsonl.gz"
EXPECTED = {"persons": 52_383, "edges": 215_658, "pair occurrences": 324_431}


def quads() -> Iterator[Quad]:
    """The corpus as quads."""
    return (item[0] for item in read_openalex(CORPUS, CORPUS.name) if not isinstance(item, Finding))


def load(how: str, folder: Path) -> None:
    """Loads the corpus into a new store, flushed; prints seconds and peak memory. Run in a process of its own."""
    start = time.perf_counter()
    if how == "bulk":
        store = Store(str(folder / "store"))
        store.bulk_load(path=str(folder.parent / "corpus.nq"), format=RdfFormat.N_QUADS)
        store.flush()
    else:
        load_quads(quads(), store=folder / "store", columns=folder / "columns")
    spent = time.perf_counter() - start
    print(spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def loaded(how: str, folder: Path, memory: dict[str, int]) -> float:
    """The seconds that a process of its own needs to load the corpus so."""
    with tempfile.TemporaryDirectory(dir=folder) as fresh:
        command = [sys.executable, __file__, "--load", how, fresh]
        done = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    memory[how] = max(memory.get(how, 0), int(done[1]))
    return float(done[0])


def bare(work: np.ndarray, author: np.ndarray) -> object:
    """Indexing and product, and nothing else: no ids, no triangle, no order."""
    matrix = sparse.csr_array((np.ones(len(work), np.int32), (work, author)))
    return matrix.T @ matrix


def derived(batch: int) -> tuple[float, int]:
    """The seconds of the local rules over the corpus, in batches of whole records, and the statements they make."""
    rules = [rule for rule in read_ontology().rules if rule.local]
    count, spent = 0, 0.0
    items = (item for item in read_openalex(CORPUS, CORPUS.name) if not isinstance(item, Finding))
    records = itertools.groupby(items, key=lambda item: item[1].line // batch)
    for _, group in records:
        given = [quad for quad, _ in group]
        start = time.perf_counter()
        count += sum(1 for _ in derive(given, rules))
        spent += time.perf_counter() - start
    return spent, count


def check_against_records(found: dict[str, int]) -> None:
    """Compares the arrays with what a loop over the records counts, and with what is known of the corpus."""
    pairs, people, occurrences = set(), set(), 0
    with gzip.open(CORPUS, "rt", encoding="utf-8") as file:
        for line in file:
            authors = sorted({each["author"]["id"] for each in json.loads(line)["authorships"]})
            people.update(authors)
            for pair in itertools.combinations(authors, 2):
                pairs.add(pair)
                occurrences += 1
    counted = {"persons": len(people), "edges": len(pairs), "pair occurrences": occurrences}
    assert found == counted == EXPECTED, (found, counted, EXPECTED)  # noqa: S101


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--load", nargs=2, metavar=("HOW", "FOLDER"), help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.load:
        load(options.load[0], Path(options.load[1]))
        return
    print(described(), f"{options.runs} runs, medians", sep="; ")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        serialize(quads(), str(folder / "corpus.nq"), format=RdfFormat.N_QUADS)
        number = sum(1 for _ in quads())
        memory: dict[str, int] = {}
        bulk, ours = alternating(
            lambda: loaded("bulk", folder, memory), lambda: loaded("ours", folder, memory), runs=options.runs
        )
        load_quads(quads(), store=folder / "store", columns=folder / "columns")
        columns = read_columns(folder / "columns")
    rows = columns.authorships
    work = np.unique(rows.work, return_inverse=True)[1].astype(np.int32)
    author = np.unique(rows.author, return_inverse=True)[1].astype(np.int32)
    product, arrays = alternating(
        lambda: seconds(lambda: bare(work, author)), lambda: seconds(lambda: project(columns)), runs=options.runs * 5
    )
    fractional = [seconds(lambda: project(columns, counting="fractional")) for _ in range(options.runs)]
    graph = [seconds(lambda: coauthorship(columns)) for _ in range(options.runs)]
    found = project(columns)
    counts = {
        "persons": len(found.person),
        "edges": len(found.source),
        "pair occurrences": int(found.joint.sum()),
    }
    check_against_records(counts)
    rules, made = derived(2_000)
    show(
        [
            ("quads of the corpus", f"{number:,}", ""),
            ("pyoxigraph bulk_load of the N-Quads, flushed", f"{number / median(bulk):,.0f}/s", f"{memory['bulk']} MB"),
            (
                "records read, loaded, flushed, columns written",
                f"{number / median(ours):,.0f}/s",
                f"{memory['ours']} MB",
            ),
            ("  rate of ours to bulk_load", f"{ratio(bulk, ours):.2f}", "at least 0.50"),
            (f"derivation apart: local rules, {made:,} statements", f"{rules:.1f} s", ""),
            ("bare scipy indexing and product", f"{median(product) * 1000:.1f} ms", ""),
            ("co-authorship arrays from the columns", f"{median(arrays) * 1000:.1f} ms", ""),
            ("  time of arrays to bare product", f"{ratio(arrays, product):.2f}", "at most 2.00"),
            ("co-authorship arrays, fractional", f"{median(fractional) * 1000:.1f} ms", ""),
            ("networkx.Graph made from the arrays, apart", f"{median(graph) * 1000:.0f} ms", ""),
            *((name, f"{value:,}", "as counted from the records") for name, value in counts.items()),
        ]
    )


if __name__ == "__main__":
    main()
