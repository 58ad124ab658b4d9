"""Collecting the columns of a graph from the quads that pass by while it is built."""

from __future__ import annotations

import datetime as dt
from array import array
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypedDict, cast

import numpy as np
import numpy.typing as npt
from pyoxigraph import DefaultGraph, NamedNode

from ipcgraph.columns import (
    LINKS,
    NOTHING,
    UNKNOWN_DAY,
    Affiliations,
    Authorships,
    Columns,
    IntArray,
    Links,
    Partnerships,
    Roles,
    Works,
)
from ipcgraph.vocabulary import IPCG, PREFIXES, TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pyoxigraph import Quad

_KEPT_CLASSES: Final = frozenset(
    IPCG + name
    for name in (
        "Center",
        "Initiative",
        "Person",
        "Work",
        "Partner",
        "Organization",
        "Commission",
        "Place",
        "Source",
        "Topic",
    )
)
"""Things of these classes are kept even where no table names them: a network counts whom it leaves out."""

_DATES: Final = (
    "issuedNotBefore", "issuedNotAfter", "foundedNotBefore",
    "startNotBefore", "startNotAfter", "endNotBefore", "endNotAfter",
)  # fmt: skip
_REFERENCES: Final = (
    "hasAuthorship", "author", "affiliation", "holder", "roleType", "heldAt", "partnershipKind", "workType", *LINKS,
)  # fmt: skip
_LABELS: Final = (PREFIXES["foaf"] + "name", PREFIXES["dcterms"] + "title", PREFIXES["skos"] + "prefLabel")


_AUTHORSHIP: Final = IPCG + "Authorship"
"""The class of nodes that only join: there are many of them, and no column holds them."""


class ColumnsBuilder:
    """Collects the columns from quads that pass by: `add` each quad once, in any order, then `columns()`.

    Quads of named graphs are passed over (what a rule derived stands in the default graph too), and so is every
    property that no column holds. A bound that is no date between the years 1 and 9999 counts as unknown.
    """

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._pairs: dict[str, tuple[array[int], array[int]]] = {}
        self._labels: dict[int, str] = {}
        self._classes: dict[int, str] = {}
        self._selections: dict[int, str] = {}
        self._collect: dict[object, Callable[[Quad], None]] = {TYPE: self._add_class}
        for key in _REFERENCES:
            self._collect[NamedNode(IPCG + key)] = self._adder(key, self._id)
        for key in _DATES:
            self._collect[NamedNode(IPCG + key)] = self._adder(key, _day)
        self._collect[NamedNode(IPCG + "position")] = self._adder("position", _whole_number)
        self._collect[NamedNode(IPCG + "selection")] = self._add_selection
        for iri in _LABELS:
            self._collect[NamedNode(iri)] = self._add_label

    def add(self, quad: Quad) -> None:
        """Takes what a column holds from one quad."""
        collect = self._collect.get(quad.predicate)
        if collect is not None and isinstance(quad.graph_name, DefaultGraph):
            collect(quad)

    def watch(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """The same quads, each added as it passes."""
        find = self._collect.get
        for quad in quads:
            collect = find(quad.predicate)
            if collect is not None and isinstance(quad.graph_name, DefaultGraph):
                collect(quad)
            yield quad

    def columns(self) -> Columns:
        """The columns of all quads added so far."""
        return _Assembly(self._ids, self._pairs, self._labels, self._classes, self._selections).columns()

    def _id(self, iri: str) -> int:
        return self._ids.setdefault(iri, len(self._ids))

    def _adder(self, key: str, value: Callable[[str], int]) -> Callable[[Quad], None]:
        """The function that puts subject and value of a quad on the two arrays of this property."""
        subjects, values = self._pairs.setdefault(key, (array("i"), array("i")))
        ids = self._ids

        def add(quad: Quad) -> None:
            iri = _text(quad.subject)
            subjects.append(ids.setdefault(iri, len(ids)))
            values.append(value(_text(quad.object)))

        return add

    def _add_class(self, quad: Quad) -> None:
        """Keeps the class of a thing; of several, our own first, then the first by name."""
        iri = _text(quad.object)
        if iri == _AUTHORSHIP:
            return
        thing = self._id(_text(quad.subject))
        before = self._classes.get(thing)
        if before is None or (not iri.startswith(IPCG), iri) < (not before.startswith(IPCG), before):
            self._classes[thing] = iri

    def _add_label(self, quad: Quad) -> None:
        text, thing = _text(quad.object), self._id(_text(quad.subject))
        before = self._labels.get(thing)
        self._labels[thing] = text if before is None else min(before, text)

    def _add_selection(self, quad: Quad) -> None:
        text, thing = _text(quad.object), self._id(_text(quad.subject))
        before = self._selections.get(thing)
        self._selections[thing] = text if before is None else min(before, text)


def collect_columns(quads: Iterable[Quad]) -> Columns:
    """The columns of these quads (data and derived); their order does not matter."""
    builder = ColumnsBuilder()
    for quad in quads:
        builder.add(quad)
    return builder.columns()


def _text(term: object) -> str:
    """The IRI or lexical form of a term; every term of a quad of data has one (triple terms are refused when read)."""
    return cast("str", getattr(term, "value", ""))


def _day(text: str) -> int:
    try:
        return dt.date.fromisoformat(text[:10]).toordinal()
    except ValueError:
        return UNKNOWN_DAY


def _whole_number(text: str) -> int:
    """A position; 0, as if not stated, where it is no whole number of a bearable size."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class _BoundColumns(TypedDict):
    start_not_before: IntArray
    start_not_after: IntArray
    end_not_before: IntArray
    end_not_after: IntArray


class _Assembly:
    """Turns what a builder collected into Columns: ids in the order of their IRIs, joins done, duplicates gone."""

    def __init__(
        self,
        ids: Mapping[str, int],
        pairs: Mapping[str, tuple[array[int], array[int]]],
        labels: Mapping[int, str],
        classes: Mapping[int, str],
        selections: Mapping[int, str],
    ) -> None:
        self._raw = {key: (_copy(subjects), _copy(values)) for key, (subjects, values) in pairs.items()}
        self._classes, self._labels, self._selections = classes, labels, selections
        iris = list(ids)
        self._size = len(iris)
        kept = self._kept()
        self._order = sorted(np.flatnonzero(kept).tolist(), key=iris.__getitem__)
        self._place: IntArray = np.full(self._size + 1, NOTHING, np.int32)
        self._place[self._order] = np.arange(len(self._order), dtype=np.int32)
        self._things = tuple(iris[place] for place in self._order)

    def columns(self) -> Columns:
        names = tuple(sorted({self._classes[thing] for thing in self._order if thing in self._classes}))
        code = {name: place for place, name in enumerate(names)}
        class_of = np.array([code.get(self._classes.get(thing, ""), NOTHING) for thing in self._order], np.int32)
        return Columns(
            things=self._things,
            labels=tuple(self._labels.get(thing, "") for thing in self._order),
            classes=names,
            class_of=class_of,
            begun=self._begun(),
            works=self._works(),
            authorships=self._authorships(),
            affiliations=self._affiliations(),
            roles=self._roles(),
            partnerships=self._partnerships(),
            links=MappingProxyType({key: self._links(key) for key in LINKS}),
            selections=MappingProxyType(dict(sorted(self._notes()))),
        )

    def _kept(self) -> npt.NDArray[np.bool_]:
        """Which of the raw ids become things: all but the nodes that only join (authorships)."""
        kept = np.zeros(self._size, np.bool_)
        kept[[thing for thing, name in self._classes.items() if name in _KEPT_CLASSES]] = True
        kept[self._raw["hasAuthorship"][0]] = True
        for key in ("author", "affiliation", "roleType", "heldAt", "partnershipKind", "workType"):
            kept[self._raw[key][1]] = True
        for key in ("holder", *LINKS):
            kept[self._raw[key][0]] = True
            kept[self._raw[key][1]] = True
        kept[self._instances("Role")] = True
        kept[self._instances("Partnership")] = True
        return kept

    def _instances(self, name: str) -> IntArray:
        """The raw ids of the things of this class."""
        return np.array([thing for thing, iri in self._classes.items() if iri == IPCG + name], np.int32)

    def _notes(self) -> Iterator[tuple[int, str]]:
        for thing, text in self._selections.items():
            place = int(self._place[thing])
            if place != NOTHING:
                title = self._labels.get(thing, "")
                yield place, f"{title}: {text}" if title else text

    def _value(self, key: str, missing: int) -> IntArray:
        """By raw id, the value of a property, or `missing`; of several the greatest: order must not matter."""
        subjects, values = self._raw[key]
        found = np.full(self._size, missing, np.int32)
        np.maximum.at(found, subjects, values)
        return found

    def _thing(self, key: str) -> IntArray:
        """By raw id, the thing that a property names, or NOTHING."""
        subjects, values = self._raw[key]
        found: IntArray = np.full(self._size, NOTHING, np.int32)
        np.maximum.at(found, subjects, self._place[values])
        return found

    def _rows(self, *raw: IntArray) -> IntArray:
        """The raw ids of several lists that became things, in the order of things."""
        rows = np.unique(np.concatenate(raw))
        rows = rows[self._place[rows] != NOTHING]
        order = np.argsort(self._place[rows])
        return np.asarray(rows[order], np.int32)

    def _works(self) -> Works:
        rows = self._rows(self._instances("Work"), self._raw["hasAuthorship"][0])
        return Works(
            work=self._place[rows],
            not_before=self._value("issuedNotBefore", UNKNOWN_DAY)[rows],
            not_after=self._value("issuedNotAfter", UNKNOWN_DAY)[rows],
            kind=self._thing("workType")[rows],
        )

    def _authorships(self) -> Authorships:
        works, nodes = self._raw["hasAuthorship"]
        work, author, position = self._place[works], self._thing("author")[nodes], self._value("position", 0)[nodes]
        complete = author != NOTHING
        work, author, position = work[complete], author[complete], position[complete]
        order = np.lexsort((position, author, work))
        work, author, position = work[order], author[order], position[order]
        first = np.ones(len(work), np.bool_)
        first[1:] = (work[1:] != work[:-1]) | (author[1:] != author[:-1])
        return Authorships(work=work[first], author=author[first], position=position[first])

    def _affiliations(self) -> Affiliations:
        """Each authorship with a work, an author and an affiliation, once for each of its affiliations."""
        work_of: IntArray = np.full(self._size, NOTHING, np.int32)
        works, nodes = self._raw["hasAuthorship"]
        np.maximum.at(work_of, nodes, self._place[works])
        named, organizations = self._raw["affiliation"]
        rows = np.stack([work_of[named], self._thing("author")[named], self._place[organizations]], axis=1)
        rows = np.unique(rows[(rows != NOTHING).all(axis=1)], axis=0)
        work, author, organization = (np.ascontiguousarray(rows[:, place]) for place in range(3))
        return Affiliations(work=work, author=author, organization=organization)

    def _begun(self) -> IntArray:
        """By thing, in the order of things, the first day on which it can have existed."""
        founded, started = (self._value(key, UNKNOWN_DAY) for key in ("foundedNotBefore", "startNotBefore"))
        initiatives: IntArray = np.zeros(self._size, np.int32)
        initiatives[self._instances("Initiative")] = 1
        return np.asarray(np.where(initiatives, started, founded)[self._order], np.int32)

    def _roles(self) -> Roles:
        rows = self._rows(self._instances("Role"), self._raw["holder"][0])
        return Roles(
            role=self._place[rows],
            holder=self._thing("holder")[rows],
            kind=self._thing("roleType")[rows],
            context=self._thing("heldAt")[rows],
            **self._bounds(rows),
        )

    def _partnerships(self) -> Partnerships:
        rows = self._rows(self._instances("Partnership"), self._raw["partnerOf"][0])
        return Partnerships(
            partnership=self._place[rows], kind=self._thing("partnershipKind")[rows], **self._bounds(rows)
        )

    def _bounds(self, rows: IntArray) -> _BoundColumns:
        return _BoundColumns(
            start_not_before=self._value("startNotBefore", UNKNOWN_DAY)[rows],
            start_not_after=self._value("startNotAfter", UNKNOWN_DAY)[rows],
            end_not_before=self._value("endNotBefore", UNKNOWN_DAY)[rows],
            end_not_after=self._value("endNotAfter", UNKNOWN_DAY)[rows],
        )

    def _links(self, key: str) -> Links:
        subjects, values = self._raw[key]
        pairs = np.unique(np.stack([self._place[subjects], self._place[values]], axis=1), axis=0)
        return Links(subject=np.ascontiguousarray(pairs[:, 0]), object=np.ascontiguousarray(pairs[:, 1]))


def _copy(values: array[int]) -> IntArray:
    """The values as numpy's own, so that the builder can go on."""
    return np.array(values, dtype=np.int32)
