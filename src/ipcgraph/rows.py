"""The rows of a part of a large graph: statements as numbers in files, sorted by subject, each with its line.

A term is known by a number of 64 bits (`key_of`). Two terms of one graph have the same one with a chance of one in a
million at most; what is found by keys is looked at again in words before anybody is told.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ipcgraph.distinct import distinct

Keys: TypeAlias = npt.NDArray[np.int64]

ABOUT_OWN: Final = 1
"""The subject is a thing of the project."""
NAMES_OWN: Final = 2
"""The object is a thing of the project."""

_TYPES: Final = {
    "subject": np.int64,
    "object": np.int64,
    "offset": np.int64,
    "line": np.uint32,
    "column": np.uint16,
    "predicate": np.uint16,
    "kind": np.uint8,
}


def key_of(term: NamedNode | Literal | BlankNode | Triple) -> int:
    """The number of a term: the same in every process, for one version of pyoxigraph."""
    return hash(term)


def keys_of(terms: Iterable[NamedNode | Literal | BlankNode | Triple]) -> Keys:
    """The numbers of these terms, sorted, each once."""
    return distinct(np.fromiter(map(hash, terms), np.int64))


class Rows(NamedTuple):
    """Statements as numbers, sorted by subject; all arrays have one length and cannot be written.

    `offset` is where the statement begins in the text of its part, `line` the line of its file, counted from the first
    of the part, `column` where its object begins. `predicate` is a place in the predicates of the part.
    """

    subject: Keys
    object: Keys
    offset: npt.NDArray[np.int64]
    line: npt.NDArray[np.uint32]
    column: npt.NDArray[np.uint16]
    predicate: npt.NDArray[np.uint16]
    kind: npt.NDArray[np.uint8]

    def about(self, subjects: Keys) -> npt.NDArray[np.int64]:
        """The places of the rows about these subjects, given sorted."""
        return _within(self.subject, subjects)

    def naming(self, objects: Keys) -> npt.NDArray[np.int64]:
        """The places of the rows with these objects, given sorted."""
        return np.flatnonzero(is_among(self.object, objects))

    def with_predicates(self, codes: Iterable[int]) -> npt.NDArray[np.int64]:
        """The places of the rows with these predicates."""
        found = list(codes)
        return np.flatnonzero(np.isin(self.predicate, found)) if found else np.zeros(0, np.int64)


def is_among(values: Keys, known: Keys) -> npt.NDArray[np.bool_]:
    """For each value whether it is one of those known, which are sorted, each once."""
    if not len(known):
        return np.zeros(len(values), np.bool_)
    at = np.searchsorted(known, values)
    at[at == len(known)] = 0
    found: npt.NDArray[np.bool_] = known[at] == values
    return found


def _within(sorted_values: Keys, wanted: Keys) -> npt.NDArray[np.int64]:
    """The places in sorted values of each of those wanted."""
    first = np.searchsorted(sorted_values, wanted, "left")
    last = np.searchsorted(sorted_values, wanted, "right")
    found = np.flatnonzero(last > first)
    if not len(found):
        return np.zeros(0, np.int64)
    return np.concatenate([np.arange(first[each], last[each]) for each in found.tolist()])


def open_rows(folder: Path, name: str) -> Rows:
    """The rows that `RowsBuilder.write` wrote there; they stay in their files until they are looked at."""
    arrays = (
        np.asarray(np.load(folder / f"{name}-{field}.npy", mmap_mode="r", allow_pickle=False)) for field in _FILES
    )
    return Rows(*arrays)


_FILES: Final = tuple(Rows._fields)


def files_of(folder: Path, name: str, fields: Iterable[str] = _FILES) -> Iterator[Path]:
    """The files of these fields of rows."""
    return (folder / f"{name}-{field}.npy" for field in fields)


class RowsBuilder:
    """Collects rows: `add` some at a time, then `write`."""

    def __init__(self) -> None:
        self._subjects: array[int] = array("q")
        self._objects: array[int] = array("q")
        self._predicates: array[int] = array("H")
        self._others: dict[str, list[npt.NDArray[np.generic]]] = {
            name: [] for name in ("offset", "line", "column", "kind")
        }

    def appenders(self) -> tuple[array[int], array[int], array[int]]:
        """The lists of subjects, objects and predicates, to which a tight loop may append by itself."""
        return self._subjects, self._objects, self._predicates

    def add(
        self,
        *,
        offset: npt.NDArray[np.generic],
        line: npt.NDArray[np.generic],
        column: npt.NDArray[np.generic],
        kind: npt.NDArray[np.generic],
    ) -> None:
        """Adds what else there is to know of the rows whose subjects, objects and predicates were appended."""
        for name, values in (("offset", offset), ("line", line), ("column", column), ("kind", kind)):
            self._others[name].append(values.astype(_TYPES[name], copy=False))

    def __len__(self) -> int:
        return len(self._subjects)

    def write(self, folder: Path, name: str) -> Rows:
        """Writes the rows sorted by subject, those of one subject in the order added; gives them."""
        subject = np.array(self._subjects, np.int64)
        order = np.argsort(subject, kind="stable")
        values: dict[str, npt.NDArray[np.generic]] = {
            "subject": subject,
            "object": np.array(self._objects, np.int64),
            "predicate": np.array(self._predicates, np.uint16),
        }
        for field, pieces in self._others.items():
            values[field] = np.concatenate(pieces) if pieces else np.zeros(0, _TYPES[field])
        ordered = {field: values[field][order] for field in _FILES}
        for field in _FILES:
            np.save(folder / f"{name}-{field}.npy", ordered[field], allow_pickle=False)
        return Rows(**cast("dict[str, Keys]", ordered))  # type: ignore[arg-type]  # each has the type of its field
