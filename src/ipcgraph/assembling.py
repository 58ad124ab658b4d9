"""Assembling the columns of a graph from what was collected of it: ids in order, joins done, duplicates gone."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, TypedDict

import numpy as np
import numpy.typing as npt

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
from ipcgraph.distinct import distinct
from ipcgraph.vocabulary import IPCG

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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


class Collected(NamedTuple):
    """What was collected: things by raw id, in the order met; `pairs` are subjects and values of each property."""

    iris: Sequence[str]
    """Where several pieces were joined, empty for what becomes no thing."""
    pairs: Mapping[str, tuple[IntArray, IntArray]]
    labels: Mapping[int, str]
    classes: Mapping[int, str]
    selections: Mapping[int, str]


def assemble(collected: Collected) -> Columns:
    """The columns of all that was collected."""
    return _Assembly(collected).columns()


def kept_things(collected: Collected) -> npt.NDArray[np.bool_]:
    """Which of the raw ids become things: all but the nodes that only join (authorships)."""
    raw, classes = collected.pairs, collected.classes
    kept = np.zeros(len(collected.iris), np.bool_)
    kept[[thing for thing, name in classes.items() if name in _KEPT_CLASSES]] = True
    kept[raw["hasAuthorship"][0]] = True
    for key in ("author", "affiliation", "roleType", "heldAt", "partnershipKind", "workType"):
        kept[raw[key][1]] = True
    for key in ("holder", *LINKS):
        kept[raw[key][0]] = True
        kept[raw[key][1]] = True
    kept[_instances(classes, "Role")] = True
    kept[_instances(classes, "Partnership")] = True
    return kept


def _instances(classes: Mapping[int, str], name: str) -> IntArray:
    """The raw ids of the things of this class."""
    return np.array([thing for thing, iri in classes.items() if iri == IPCG + name], np.int32)


class _BoundColumns(TypedDict):
    start_not_before: IntArray
    start_not_after: IntArray
    end_not_before: IntArray
    end_not_after: IntArray


class _Assembly:
    """Turns what a builder collected into Columns: ids in the order of their IRIs, joins done, duplicates gone."""

    def __init__(self, collected: Collected) -> None:
        iris, self._raw, self._labels, self._classes, self._selections = collected
        self._size = len(iris)
        self._order = sorted(np.flatnonzero(kept_things(collected)).tolist(), key=iris.__getitem__)
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

    def _instances(self, name: str) -> IntArray:
        return _instances(self._classes, name)

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
        rows = distinct(np.concatenate(raw))
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
        # Each pair as one number: rows of a table would be compared byte by byte.
        pairs = distinct(self._place[subjects].astype(np.int64) << 32 | self._place[values])
        return Links(subject=(pairs >> 32).astype(np.int32), object=pairs.astype(np.int32))
