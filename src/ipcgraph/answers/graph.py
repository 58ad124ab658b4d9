"""A graph as answers ask it: its columns, its store for what no column holds, and the terms of the parameters."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt
from pyoxigraph import Literal, NamedNode

from ipcgraph.columns import Columns, Texts
from ipcgraph.distinct import distinct
from ipcgraph.tables import Cell, Table
from ipcgraph.vocabulary import IPCG, PREFIXES, RDFS, SKOS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ipcgraph.store.embedded import EmbeddedStore

Ids: TypeAlias = npt.NDArray[np.integer[Any]]
Mask: TypeAlias = npt.NDArray[np.bool_]

_SUBCLASS: Final = NamedNode(RDFS + "subClassOf")
_LABEL: Final = NamedNode(SKOS + "prefLabel")
_EVERYTHING: Final = NamedNode(PREFIXES["owl"] + "Thing")


class IrregularError(Exception):
    """The graph has something that the columns do not show as its statements do; never leaves `answers`."""


class Graph(NamedTuple):
    """What an answer is made of."""

    columns: Columns
    store: EmbeddedStore
    terms: Mapping[str, NamedNode | Literal]

    @property
    def things(self) -> Texts:
        return cast("Texts", self.columns.things)

    @property
    def labels(self) -> Texts:
        return cast("Texts", self.columns.labels)

    def listed(self) -> Mask | None:
        """One truth value a thing: whether the source that is asked for lists it; None where none is."""
        source = self.terms["source"]
        if source == _EVERYTHING:
            return None
        links = self.columns.links["listedIn"]
        found = np.zeros(len(self.columns.things), np.bool_)
        found[links.subject[links.object == self.columns.find(source.value)]] = True
        return found

    def works(self) -> Mask:
        """One truth value a row of the works: whether it is of the class; rows are there for all that has authors."""
        self.check_class("Work")
        return np.asarray(self.columns.instances("Work")[self.columns.works.work], np.bool_)

    def check_class(self, name: str, *, known: Collection[str] = ()) -> None:
        """Raises IrregularError where a class of the graph's own stands below this one: no column knows it so.

        `known` are the classes of the ontology that do.
        """
        below = {str(quad.subject) for quad in self.store.statements(None, _SUBCLASS, NamedNode(IPCG + name))}
        if below - {str(NamedNode(IPCG + each)) for each in known}:
            raise IrregularError(name)

    def subjects(self, key: str, among: Ids) -> Mask:
        """One truth value for each of these things, in order: whether it has a value for this key."""
        found = {str(quad.subject.value) for quad in self.store.statements(None, NamedNode(IPCG + key))}  # type: ignore[union-attr]  # no triple is the subject of a key
        if not found:
            return np.zeros(len(among), np.bool_)
        return np.fromiter((iri in found for iri in self.things.take(among)), np.bool_, len(among))

    def concept_labels(self, concepts: Ids) -> dict[int, Literal]:
        """The label of each of these concepts that has one; there are few of them."""
        labels = {
            concept: self.label_of(NamedNode(self.things[concept]))
            for concept in distinct(concepts).tolist()
            if concept >= 0
        }
        return {concept: label for concept, label in labels.items() if label is not None}

    def label_of(self, concept: NamedNode) -> Literal | None:
        """The label of a concept as stated."""
        labels = [quad.object for quad in self.store.statements(concept, _LABEL)]
        if len(labels) > 1:
            raise IrregularError("prefLabel")
        return cast("Literal", labels[0]) if labels else None


# Cells: the same term for the same id, made once.


def cells(ids: Ids, made: Sequence[Cell], known: Ids) -> list[Cell]:
    """The cell of each id, where `made` has those of `known`, which is sorted and holds every id."""
    pool = np.empty(len(made), object)
    pool[:] = made
    return cast("list[Cell]", pool[np.searchsorted(known, ids)].tolist())


def iri_cells(graph: Graph, ids: Ids) -> list[Cell]:
    """The IRI of each id."""
    known = distinct(ids)
    return cells(ids, [NamedNode(iri) for iri in graph.things.take(known)], known)


def label_cells(graph: Graph, ids: Ids, ranks: Ids | None = None) -> list[Cell]:
    """The name or title of each id; where the ranks of all are known, those of one name are made once."""
    if ranks is None:
        known = distinct(ids)
        return cells(ids, [Literal(text) for text in graph.labels.take(known)], known)
    order = np.argsort(ranks, kind="stable")
    new = np.diff(ranks[order], prepend=-1) != 0
    known = order[new]
    return cells(ranks, [Literal(text) for text in graph.labels.take(ids[known])], ranks[known])


def number_cells(numbers: Ids) -> list[Cell]:
    """Whole numbers as SPARQL counts them."""
    known = distinct(numbers)
    return cells(numbers, [Literal(number) for number in known.tolist()], known)


def table(columns: tuple[str, ...], *cells_of: Sequence[Cell]) -> Table:
    """The table of columns of cells."""
    # Python's search for cycles would go through millions of rows again and again, for nothing.
    running = gc.isenabled()
    gc.disable()
    try:
        return Table(columns, tuple(zip(*cells_of, strict=True)))
    finally:
        if running:
            gc.enable()
