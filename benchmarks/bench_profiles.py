"""Writes 63,969 works in each profile: seconds and memory of the whole, and milliseconds of one thing."""

from __future__ import annotations

import argparse
import itertools
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Quad

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import described, show

from ipcgraph.bulk import load_quads
from ipcgraph.deriving import derive, repeated
from ipcgraph.findings import Finding
from ipcgraph.ontology import read_ontology
from ipcgraph.publish.profiles.files import write_profile
from ipcgraph.publish.profiles.losses import loss_report
from ipcgraph.publish.profiles.profile import PROFILES, profile_of
from ipcgraph.publish.profiles.skgif import entity
from ipcgraph.publish.reading import Reading
from ipcgraph.sources.openalex import read_openalex
from ipcgraph.vocabulary import DEFAULT_BASE

SHARED = Path(os.environ.get("IPCGRAPH_SHARED", Path(__file__).parents[2] / "shared"))
CORPUS = SHARED / "corpora" / "acl-works.jsonl.gz"


def quads() -> Iterator[Quad]:
    """The corpus with what is derived from it, and the ontology."""
    ontology = read_ontology()
    rules = [rule for rule in ontology.rules if rule.local]
    yield from (quad for quad, _ in ontology.statements)
    items = (item for item in read_openalex(CORPUS, CORPUS.name) if not isinstance(item, Finding))
    for _, group in itertools.groupby(items, key=lambda item: item[1].line // 2_000):
        given = [quad for quad, _ in group]
        yield from given
        yield from repeated(derive(given, rules), DEFAULT_BASE)


def measure(store: Path, name: str, what: str) -> None:
    """Prints the seconds, the peak memory and a count. Run in a process of its own."""
    start = time.perf_counter()
    with Reading.open(store, base=DEFAULT_BASE) as reading:
        if what == "loss":
            count = loss_report(reading, name).kept
        elif what == "one":
            count = one_by_one(reading, name)
        else:
            count = write_profile(reading, name, store.parent / f"{name}.{what}", file_format=what)
    spent = time.perf_counter() - start
    print(spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, count)


def one_by_one(reading: Reading, name: str) -> int:
    """The microseconds of the median of 500 works and persons, one at a time."""
    iris = [*itertools.islice(reading.instances("Work"), 250), *itertools.islice(reading.instances("Person"), 250)]
    spent = []
    for iri in iris:
        start = time.perf_counter()
        if name == "skg-if":
            entity(reading, iri)
        else:
            profile_of(reading, iri, name)
        spent.append(time.perf_counter() - start)
    return round(statistics.median(spent) * 1_000_000)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--profile", action="append", help="this profile only; may be given several times")
    arguments.add_argument("--store", type=Path, help="a store of the corpus that is there already")
    arguments.add_argument("--measure", nargs=3, metavar=("STORE", "NAME", "WHAT"), help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.measure:
        measure(Path(options.measure[0]), *options.measure[1:])
        return
    print(described())
    with tempfile.TemporaryDirectory() as folder:
        store = options.store or Path(folder) / "store"
        if not options.store:
            load_quads(quads(), store=store, columns=Path(folder) / "columns")
        copied = Path(folder) / "link"
        copied.mkdir()
        (copied / "store").symlink_to(store)
        for name in options.profile or [profile.name for profile in PROFILES]:
            rows = []
            for what in ("jsonld",) if name == "skg-if" else ("turtle", "jsonld"):
                spent, memory, count = run(copied / "store", name, what)
                rows.append((f"{name} as {what}: {count:,} statements or entities", f"{spent:.1f} s", f"{memory:,} MB"))
            spent, memory, count = run(copied / "store", name, "loss")
            rows.append((f"{name}: loss report, {count:,} facts survive", f"{spent:.1f} s", f"{memory:,} MB"))
            _, _, count = run(copied / "store", name, "one")
            rows.append((f"{name}: one thing and its parts, median", f"{count / 1000:.2f} ms", ""))
            show(rows)


def run(store: Path, name: str, what: str) -> tuple[float, int, int]:
    command = [sys.executable, __file__, "--measure", str(store), name, what]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(found[0]), int(found[1]), int(found[2])


if __name__ == "__main__":
    main()
