"""What is wrong in the graph of a store: our own checks and the shapes, each finding with its thing, not a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from ipcgraph import checks
from ipcgraph.findings import Finding, Place, Report
from ipcgraph.manifest import STORE
from ipcgraph.ontology import read_ontology
from ipcgraph.statements import Index
from ipcgraph.store.connecting import DERIVED
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.validation import validate, validate_file
from ipcgraph.vocabulary import compact

if TYPE_CHECKING:
    from ipcgraph.ontology import Ontology
    from ipcgraph.records import Statement
    from ipcgraph.settings import Settings
    from ipcgraph.statements import Term

LARGE: Final = 2_000_000
"""From so many statements on the graph stays on the disk, and only the shapes are checked."""


def check_build(build: Path, settings: Settings, *, notice: Callable[[str], None]) -> Report:
    """The findings of a build that was read from the store which the settings name.

    A message begins with the id of its thing, and the place of a finding is the address of the store.
    """
    ontology = read_ontology()
    with EmbeddedStore.open(build / STORE) as store:
        if store.count() < LARGE:
            found = list(_small(store, ontology, settings))
        else:
            notice(
                f"more than {LARGE:,} statements: only the shapes are checked; ipcgraph check of the files does more"
            )
            found = list(_large(store, ontology, settings, notice))
    return Report.of(_told(finding, settings) for finding in found)


def _small(store: EmbeddedStore, ontology: Ontology, settings: Settings) -> Iterator[Finding]:
    place = Place(settings.store, 0, 0)
    graph = NamedNode(settings.base + DERIVED)
    shipped = {quad.triple for quad, _ in ontology.statements}
    derived = {quad.triple: (quad, place) for quad in store.dump() if quad.graph_name == graph}
    written = [
        (quad, place) for quad in store.statements() if quad.triple not in derived and quad.triple not in shipped
    ]
    if not written:
        yield Finding("error", "this store holds no records", place, fix="ipcgraph build puts them there")
        return
    index = Index.of(written)
    ours = list(checks.check(index, ontology, base=settings.base))
    yield from ours
    yield from validate(
        index,
        derived.values(),
        ontology,
        base=settings.base,
        evidence=settings.evidence,
        shapes=settings.root / settings.shapes,
        earlier=ours,
    )


def _large(
    store: EmbeddedStore, ontology: Ontology, settings: Settings, notice: Callable[[str], None]
) -> Iterator[Finding]:
    place = Place(settings.store, 0, 0)

    def look_up(subjects: frozenset[str], values: frozenset[Term]) -> Iterable[Statement]:
        for subject in subjects:
            if not subject.startswith("_:"):
                yield from ((quad, place) for quad in store.statements(NamedNode(subject)))
        for value in values:
            yield from ((quad, place) for quad in store.statements(None, None, value))

    with TemporaryDirectory() as folder:
        file = Path(folder) / "graph.nt"
        with file.open("w", encoding="utf-8") as lines:
            lines.writelines(f"{line}\n" for line in store.lines())
        yield from validate_file(
            file,
            look_up,
            ontology,
            base=settings.base,
            evidence=settings.evidence,
            shapes=settings.root / settings.shapes,
            notice=notice,
        )


def _told(finding: Finding, settings: Settings) -> Finding:
    """The finding with its thing in words, where no line says which it is."""
    if finding.place.path != settings.store:
        return finding
    thing = compact(finding.focus, base=settings.base) if ":" in finding.focus else ""
    said = f"{thing}: {finding.message}" if thing and thing not in finding.message else finding.message
    return replace(finding, message=said)
