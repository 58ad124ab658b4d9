"""A bundle of the largest component of 52,383 co-authors: the time of each part and the peak of memory."""

from __future__ import annotations

import argparse
import itertools
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Quad

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_corpus import CORPUS
from benchmarks.machine import described, show

from ipcgraph.collecting import collect_columns
from ipcgraph.columns import read_columns, write_columns
from ipcgraph.deriving import derive
from ipcgraph.exports import files, network_table, write_bundle
from ipcgraph.exports.appearance import appearance
from ipcgraph.exports.bundle import Prepared
from ipcgraph.findings import Finding
from ipcgraph.media import formats_for
from ipcgraph.networks import measure, network
from ipcgraph.ontology import read_ontology
from ipcgraph.sources.openalex import read_openalex

ASKED = 120.0
EXPECTED = (44_706, 207_637)


def quads() -> Iterator[Quad]:
    """The corpus as quads, with what the local rules make of it: without them no work has a year."""
    rules = [rule for rule in read_ontology().rules if rule.local]
    items = (item for item in read_openalex(CORPUS, CORPUS.name) if not isinstance(item, Finding))
    for _, group in itertools.groupby(items, key=lambda item: item[1].line // 2_000):
        stated = [quad for quad, _ in group]
        yield from stated
        yield from (quad for quad, _ in derive(stated, rules))


def peak() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=1, help="one is made, whatever is asked: it takes a minute")
    arguments.parse_args()
    print(described())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_columns(collect_columns(quads()), folder / "columns")
        rows: list[tuple[str, str, str]] = []
        begun = last = time.perf_counter()
        worked = time.process_time()

        def done(what: str) -> None:
            nonlocal last
            now = time.perf_counter()
            rows.append((what, f"{now - last:.1f} s", peak()))
            last = now

        columns = read_columns(folder / "columns")
        done("columns read")
        graph = network("coauthorship", columns, largest_component=True)
        done("projected, the largest component of it")
        graph = measure(graph, copy=False)
        done("measured by the default measures")
        table = network_table(graph)
        done("as a table")
        look = appearance(table)
        done("laid out")
        bundle = write_bundle(graph, folder / "bundle", prepared=Prepared(table, look))
        done(f"{len(bundle.files)} files written")
        whole, worked = time.perf_counter() - begun, time.process_time() - worked
        assert (len(table.ids), len(table.sources)) == EXPECTED  # noqa: S101
        assert not bundle.skipped, bundle.skipped  # noqa: S101
        rows.append(("bundle in all", f"{whole:.1f} s", f"under {ASKED:.0f} s"))
        rows.append(("  processor time of it, which other programs do not lengthen", f"{worked:.1f} s", ""))
        rows.append(("peak of memory, the corpus read in the same process", peak(), ""))
        for each in formats_for("network"):
            if each.name in {files.PERIODS, "map"}:
                continue
            last = time.perf_counter()
            written = files.write_files(table, look, folder / f"one{each.suffixes[0]}", each)
            spent = time.perf_counter() - last
            size = sum(path.stat().st_size for path in written) / 1e6
            rows.append((f"  apart: {each.title}", f"{spent:.1f} s", f"{size:.1f} MB"))
    show(rows)


if __name__ == "__main__":
    main()
