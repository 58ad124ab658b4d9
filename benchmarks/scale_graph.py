"""A built graph of the corpus several times over, beside the data of the center: store, columns, nothing checked.

`ipcgraph build` makes the same of the same files, and checks them; here only what is asked of a graph is measured.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.enlarged_works import write_works

from ipcgraph.building import read_graph
from ipcgraph.bulk import load_quads
from ipcgraph.deriving import derive, repeated
from ipcgraph.imports.openalexbulk import write_openalex
from ipcgraph.manifest import COLUMNS, STORE
from ipcgraph.ontology import read_ontology
from ipcgraph.settings import find_project
from ipcgraph.vocabulary import DEFAULT_BASE

BATCH = 100_000
"""Statements that the rules are applied to at once, or some more, so that no record is cut."""


def make_graph(folder: Path, copies: int) -> Path:
    """The folder, with the store and the columns of so many copies in it; what is there already is kept."""
    statements = folder / "works.nt"
    folder.mkdir(parents=True, exist_ok=True)
    if not statements.exists():
        parts = [(path, path.name) for path in write_works(folder.parent / "works", copies)]
        write_openalex(parts, statements, source="source/openalex-2026-11", title="OpenAlex", processes=2)
    if not (folder / COLUMNS).exists():
        load_quads(_quads(statements), store=folder / STORE, columns=folder / COLUMNS)
    return folder


def _quads(statements: Path) -> Iterator[Quad]:
    center = read_graph(find_project(Path(__file__).parents[1], environment={}))
    for given in (center.ontology.statements, center.written):
        yield from (quad for quad, _ in given)
    yield from repeated(center.derived, DEFAULT_BASE)
    rules = [rule for rule in read_ontology().rules if rule.local]
    for batch in _batches(parse(path=str(statements), format=RdfFormat.N_TRIPLES, lenient=True)):
        yield from batch
        yield from repeated(derive(batch, rules), DEFAULT_BASE)


def _batches(quads: Iterator[Quad]) -> Iterator[list[Quad]]:
    """The quads in batches of whole records: an authorship follows its work, and has its name."""
    batch: list[Quad] = []
    last = ""
    for quad in quads:
        record = quad.subject.value.partition("/authorship/")[0] if len(batch) >= BATCH else last  # type: ignore[union-attr]
        if record != last and last:
            yield batch
            batch, last = [], ""
        elif len(batch) >= BATCH:
            last = record
        batch.append(quad)
    yield batch


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--copies", type=int, default=16)
    options = arguments.parse_args()
    print(make_graph(options.folder, options.copies))
