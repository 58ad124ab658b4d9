"""Collecting the columns of a graph from the quads that pass by while it is built."""

from __future__ import annotations

import datetime as dt
import json
from array import array
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import numpy as np
from pyoxigraph import DefaultGraph, NamedNode

from ipcgraph.assembling import Collected, assemble, kept_things
from ipcgraph.columns import LINKS, UNKNOWN_DAY, Columns, IntArray, Texts, write_texts
from ipcgraph.vocabulary import IPCG, PREFIXES, TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from pyoxigraph import Quad

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

Collector: TypeAlias = "Callable[[str, str], None]"
"""What takes a statement: the IRI of its subject, and the IRI or the lexical form of its object."""


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
        self._collect: dict[NamedNode, Collector] = {TYPE: self._add_class}
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
        for _ in self.watch((quad,)):
            pass

    def watch(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """The same quads, each added as it passes."""
        find = self._collect.get
        for quad in quads:
            collect = find(quad.predicate)
            if collect is not None and isinstance(quad.graph_name, DefaultGraph):
                collect(_text(quad.subject), _text(quad.object))
            yield quad

    def collector(self, predicate: NamedNode) -> Collector | None:
        """What takes the statements with this predicate, or None where no column holds it."""
        return self._collect.get(predicate)

    def columns(self) -> Columns:
        """The columns of all quads added so far."""
        return assemble(self._collected())

    def write(self, folder: Path) -> None:
        """Writes what was collected, for `join_columns`: a piece of the columns of a graph that is not whole here."""
        collected = self._collected()
        kept = np.flatnonzero(kept_things(collected))
        iris = collected.iris
        arrays = {
            "keys": np.fromiter((hash(NamedNode(iri)) for iri in iris), np.int64, len(iris)),
            "kept": kept,
            "labelled": np.fromiter(collected.labels, np.int32),
            "classed": np.fromiter(collected.classes, np.int32),
        }
        names = sorted(set(collected.classes.values()))
        code = {name: place for place, name in enumerate(names)}
        arrays["classes"] = np.fromiter((code[name] for name in collected.classes.values()), np.int32)
        for key, (subjects, values) in collected.pairs.items():
            arrays[f"{key}-subjects"], arrays[f"{key}-values"] = subjects, values
        with (folder / _PIECE).open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)  # type: ignore[arg-type]  # numpy's stubs know no ** here
        write_texts((iris[place] for place in kept.tolist()), folder, _PIECE_IRIS)
        write_texts(collected.labels.values(), folder, _PIECE_LABELS)
        rest = {"classes": names, "selections": {iris[thing]: text for thing, text in collected.selections.items()}}
        (folder / _PIECE_REST).write_text(json.dumps(rest), encoding="utf-8")

    def _collected(self) -> Collected:
        pairs = {key: (_copy(subjects), _copy(values)) for key, (subjects, values) in self._pairs.items()}
        return Collected(list(self._ids), pairs, self._labels, self._classes, self._selections)

    def _id(self, iri: str) -> int:
        return self._ids.setdefault(iri, len(self._ids))

    def _adder(self, key: str, number: Callable[[str], int]) -> Collector:
        """The function that puts subject and value of a statement on the two arrays of this property."""
        subjects, values = self._pairs.setdefault(key, (array("i"), array("i")))
        ids = self._ids

        def add(subject: str, value: str) -> None:
            subjects.append(ids.setdefault(subject, len(ids)))
            values.append(number(value))

        return add

    def _add_class(self, subject: str, iri: str) -> None:
        if iri != _AUTHORSHIP:
            _keep_class(self._classes, self._id(subject), iri)

    def _add_label(self, subject: str, text: str) -> None:
        thing = self._id(subject)
        before = self._labels.get(thing)
        self._labels[thing] = text if before is None else min(before, text)

    def _add_selection(self, subject: str, text: str) -> None:
        thing = self._id(subject)
        before = self._selections.get(thing)
        self._selections[thing] = text if before is None else min(before, text)


def collect_columns(quads: Iterable[Quad]) -> Columns:
    """The columns of these quads (data and derived); their order does not matter."""
    builder = ColumnsBuilder()
    for quad in quads:
        builder.add(quad)
    return builder.columns()


def join_columns(folders: Sequence[Path]) -> Columns:
    """The columns of the pieces that builders wrote into these folders: those that one builder of all would give."""
    opened = [_Piece(folder) for folder in folders]
    keys = [piece.arrays["keys"] for piece in opened]
    every, place = np.unique(np.concatenate(keys), return_inverse=True)
    iris = [""] * len(every)
    labels: dict[int, str] = {}
    classes: dict[int, str] = {}
    selections: dict[int, str] = {}
    pairs: dict[str, list[tuple[IntArray, IntArray]]] = {key: [] for key in (*_REFERENCES, *_DATES, "position")}
    begin = 0
    for piece, own in zip(opened, keys, strict=True):
        ids: IntArray = place[begin : begin + len(own)].astype(np.int32)
        begin += len(own)
        arrays = piece.arrays
        for thing, iri in zip(ids[arrays["kept"]].tolist(), Texts.open(piece.folder, _PIECE_IRIS), strict=True):
            iris[thing] = iri
        for thing, text in zip(ids[arrays["labelled"]].tolist(), Texts.open(piece.folder, _PIECE_LABELS), strict=True):
            before = labels.get(thing)
            labels[thing] = text if before is None else min(before, text)
        for thing, code in zip(ids[arrays["classed"]].tolist(), arrays["classes"].tolist(), strict=True):
            _keep_class(classes, thing, piece.classes[code])
        for iri, text in piece.selections.items():
            thing = int(np.searchsorted(every, hash(NamedNode(iri))))
            selections[thing] = min(selections.get(thing, text), text)
        for key, found in pairs.items():
            subjects, values = ids[arrays[f"{key}-subjects"]], arrays[f"{key}-values"]
            found.append((subjects, ids[values] if key in _REFERENCES else np.asarray(values, np.int32)))
    joined = {key: _joined(found) for key, found in pairs.items()}
    return assemble(Collected(iris, joined, labels, classes, selections))


_PIECE: Final = "piece.npz"
_PIECE_IRIS: Final = "piece-iris"
_PIECE_LABELS: Final = "piece-labels"
_PIECE_REST: Final = "piece.json"


class _Piece:
    """What one builder wrote."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with np.load(folder / _PIECE, allow_pickle=False) as arrays:
            self.arrays = dict(arrays)
        rest = json.loads((folder / _PIECE_REST).read_text(encoding="utf-8"))
        self.classes: list[str] = rest["classes"]
        self.selections: dict[str, str] = rest["selections"]


def _joined(found: Sequence[tuple[IntArray, IntArray]]) -> tuple[IntArray, IntArray]:
    subjects, values = (np.concatenate([np.zeros(0, np.int32), *each]) for each in zip(*found, strict=True))
    return np.asarray(subjects, np.int32), np.asarray(values, np.int32)


def _keep_class(classes: dict[int, str], thing: int, iri: str) -> None:
    """Keeps the class of a thing; of several, our own first, then the first by name."""
    before = classes.get(thing)
    if before is None or (not iri.startswith(IPCG), iri) < (not before.startswith(IPCG), before):
        classes[thing] = iri


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


def _copy(values: array[int]) -> IntArray:
    """The values as numpy's own, so that the builder can go on."""
    return np.array(values, dtype=np.int32)
