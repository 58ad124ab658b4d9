"""The files of one part of a large graph: its text, its rows, what follows from it, and its piece of the columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse, serialize

from ipcgraph.collecting import Collector, ColumnsBuilder
from ipcgraph.deriving import derive, read_by
from ipcgraph.findings import Finding, Place
from ipcgraph.places import AS_WRITTEN
from ipcgraph.rows import ABOUT_OWN, NAMES_OWN, Rows, RowsBuilder, open_rows
from ipcgraph.vocabulary import CONCEPTS, IPCG

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from ipcgraph.ontology import Rule

TEXT: Final = "text.nt"
DERIVED: Final = "derived.nt"
WRITTEN_ROWS: Final = "written"
DERIVED_ROWS: Final = "derived"
SUMMARY: Final = "part.json"

Codes: TypeAlias = npt.NDArray[np.uint16]

_AT_ONCE: Final = 50_000
"""Derived statements that are written at a time."""


class Summary(NamedTuple):
    """What is to be known of a part besides its arrays."""

    file: str
    """The file as findings name it."""
    lines: int
    """The lines of the file that the part took."""
    predicates: tuple[str, ...]
    """The IRIs that the numbers in the column `predicate` of its rows stand for."""
    derived_predicates: tuple[str, ...]
    rules: tuple[str, ...]
    """The files of the rules that the numbers in the column `line` of its derived rows stand for."""
    words: tuple[str, ...]
    """The words of ours, concepts and classes, that its statements name."""
    variants: Mapping[str, tuple[int, ...]]
    """For the stored form of a literal, the keys of the forms in which it is written, where these differ."""
    findings: tuple[Finding, ...]
    """What could not be read, with lines counted from the first of the part."""
    checked: tuple[Finding, ...]
    """What our own checks found in single statements; lines so too."""
    more: int
    """Findings past those listed."""


class Part(NamedTuple):
    """A part on the disk."""

    folder: Path
    summary: Summary
    begin: int = 0
    """The number of lines of its file that stand before it."""

    @property
    def text(self) -> Path:
        return self.folder / TEXT

    @property
    def derived(self) -> Path:
        return self.folder / DERIVED

    def rows(self) -> Rows:
        """Its statements as numbers."""
        return open_rows(self.folder, WRITTEN_ROWS)

    def derived_rows(self) -> Rows:
        """What its rules made, as numbers."""
        return open_rows(self.folder, DERIVED_ROWS)

    def codes(self, *predicates: str) -> list[int]:
        """The numbers of these predicates in its rows; none for one that it does not have."""
        return [code for code, iri in enumerate(self.summary.predicates) if iri in predicates]

    def quads(self, places: Iterable[int]) -> Iterator[tuple[Quad, int]]:
        """The statements of these rows, each with its place in the rows."""
        rows = self.rows()
        with self.text.open("rb") as file:
            for place in sorted(places, key=lambda each: int(rows.offset[each])):
                file.seek(int(rows.offset[place]))
                for quad in parse(file.readline(), format=RdfFormat.N_TRIPLES):
                    yield quad, place

    def place(self, row: int, rows: Rows) -> Place:
        """Where the statement of a row is written."""
        return Place(self.summary.file, self.begin + int(rows.line[row]), int(rows.column[row]))

    def finding(self, finding: Finding) -> Finding:
        """A finding of the part with the line that it has in the file."""
        place = finding.place
        return _moved(finding, Place(place.path, place.line + self.begin, place.column))


def _moved(finding: Finding, place: Place) -> Finding:
    from dataclasses import replace

    return replace(finding, place=place)


class PartWriter:
    """Writes the files of one part: `add` statements some at a time, then `finish`."""

    def __init__(self, folder: Path, *, base: str, rules: Sequence[Rule]) -> None:
        folder.mkdir(parents=True)
        self.folder, self._rules = folder, rules
        self._text = (folder / TEXT).open("wb")
        self._size = 0
        self._rows = RowsBuilder()
        self._columns = ColumnsBuilder()
        self._taker = Taker(self._columns)
        self.codes = self._taker.codes
        """The number of each predicate met so far."""
        self._read = read_by(rules)
        self._given: list[Quad] = []
        self._words: set[str] = set()
        self._stored = StoredForms()
        self._own = f"<{base}".encode()

    def add(
        self,
        quads: Sequence[Quad],
        text: bytes,
        line: npt.NDArray[np.int64],
        column: npt.NDArray[np.int64] | None = None,
        layout: Layout | None = None,
    ) -> Codes:
        """Adds statements with their text in N-Triples, one a line, and the lines of their file; gives their `codes`.

        `column` is where their objects begin in the file; without it, where they begin in the text. `layout` is that of
        the text, where it is known.
        """
        layout = layout or Layout.of(text)
        codes = self._taker.take(quads, self._rows)
        self._given.extend(quads[row] for row in np.flatnonzero(self._taker.is_among(self._read)[codes]).tolist())
        kind = layout.begins(layout.start, self._own) * ABOUT_OWN + layout.begins(layout.value, self._own) * NAMES_OWN
        column = layout.columns() if column is None else column
        self._rows.add(offset=layout.start + self._size, line=line, column=np.minimum(column, 65_535), kind=kind)
        self._text.write(text)
        self._size += len(text)
        self._note_words(layout, text)
        for row in np.flatnonzero(layout.is_typed()).tolist():
            self._stored.note(quads[row])
        return codes

    def _note_words(self, layout: Layout, text: bytes) -> None:
        ours = layout.begins(layout.value, b"<" + IPCG.encode()) | layout.begins(layout.value, b"<" + CONCEPTS.encode())
        begins, ends = layout.value[ours].tolist(), layout.end[ours].tolist()
        for token in {text[begin:end] for begin, end in zip(begins, ends, strict=True)}:
            self._words.add(token[1:-1].decode())

    def finish(self, summary: Summary) -> Part:
        """Derives, writes everything else, and gives the part; `summary` knows the file, its lines and findings."""
        self._text.close()
        self._rows.write(self.folder, WRITTEN_ROWS)
        derived = self._derive()
        self._columns.write(self.folder)
        whole = summary._replace(
            predicates=tuple(node.value for node in self.codes),
            derived_predicates=derived,
            rules=tuple(rule.path for rule in self._rules),
            words=tuple(sorted(self._words)),
            variants=self._stored.variants(),
        )
        write_summary(whole, self.folder)
        return Part(self.folder, whole)

    def _derive(self) -> tuple[str, ...]:
        """Writes what the rules make; gives its predicates."""
        rows, taker = RowsBuilder(), Taker(self._columns)
        rule_of = {rule.path: number for number, rule in enumerate(self._rules)}
        made = list(derive(self._given, self._rules))
        self._given = []
        size = 0
        with (self.folder / DERIVED).open("wb") as file:
            for begin in range(0, len(made), _AT_ONCE):
                quads = [quad for quad, _ in made[begin : begin + _AT_ONCE]]
                text = serialize(quads, format=RdfFormat.N_TRIPLES) or b""
                taker.take(quads, rows)
                lines = np.fromiter((rule_of[place.path] for _, place in made[begin : begin + _AT_ONCE]), np.uint32)
                ones = np.ones(len(quads), np.uint16)
                starts = Layout.of(text).start + size
                rows.add(offset=starts, line=lines, column=ones, kind=np.zeros(len(quads), np.uint8))
                size += file.write(text)
        rows.write(self.folder, DERIVED_ROWS)
        return tuple(node.value for node in taker.codes)


class Taker:
    """Takes statements as numbers, a number for each predicate among them, and what a column holds of each."""

    def __init__(self, columns: ColumnsBuilder) -> None:
        self._columns = columns
        self.codes: dict[NamedNode, int] = {}
        """The number of each predicate met so far."""
        self._collectors: list[Collector | None] = []

    def take(self, quads: Iterable[Quad], rows: RowsBuilder) -> Codes:
        """Appends statements of the default graph to the rows; gives the numbers of their predicates."""
        subjects, objects, predicates = rows.appenders()
        before, codes, collectors = len(predicates), self.codes, self._collectors
        for subject, predicate, value, _ in quads:
            code = codes.get(predicate)
            if code is None:
                code = codes[predicate] = len(codes)
                collectors.append(self._columns.collector(predicate))
            subjects.append(hash(subject))
            objects.append(hash(value))
            predicates.append(code)
            collect = collectors[code]
            if collect is not None:
                collect(subject.value, value.value)
        return np.array(predicates[before:], np.uint16)

    def is_among(self, iris: Container[str]) -> npt.NDArray[np.bool_]:
        """For each predicate met so far whether it is one of these."""
        return np.fromiter((node.value in iris for node in self.codes), np.bool_, len(self.codes))


class Layout(NamedTuple):
    """Where the terms stand in canonical N-Triples, one statement a line: byte places, one row a line."""

    buffer: npt.NDArray[np.uint8]
    start: npt.NDArray[np.int64]
    value: npt.NDArray[np.int64]
    """Where the objects begin."""
    end: npt.NDArray[np.int64]
    """Where the objects end."""

    @classmethod
    def of(cls, text: bytes) -> Layout:
        """The layout of a text that `serialize` wrote."""
        buffer = np.frombuffer(text, np.uint8)
        newlines = np.flatnonzero(buffer == 10)
        start = np.concatenate([np.zeros(min(1, len(newlines)), np.int64), newlines[:-1] + 1])
        spaces = np.flatnonzero(buffer == 32)
        second = np.searchsorted(spaces, start) + 1
        return cls(buffer, start, spaces[second] + 1 if len(start) else start, newlines - 2)

    def begins(self, at: npt.NDArray[np.int64], prefix: bytes) -> npt.NDArray[np.bool_]:
        """For each line whether this stands at that byte."""
        found = np.ones(len(at), np.bool_)
        for step, byte in enumerate(prefix):
            found &= self.buffer[np.minimum(at + step, len(self.buffer) - 1)] == byte
        return found

    def is_typed(self) -> npt.NDArray[np.bool_]:
        """Which objects are literals with a datatype or a language."""
        typed: npt.NDArray[np.bool_] = (self.buffer[self.value] == ord('"')) & (self.buffer[self.end - 1] != ord('"'))
        return typed

    def columns(self) -> npt.NDArray[np.int64]:
        """The column of each object, counted in characters from 1."""
        column = self.value - self.start + 1
        later = np.flatnonzero((self.buffer & 0xC0) == 0x80)  # bytes that begin no character
        if len(later):
            column = column - np.searchsorted(later, self.value) + np.searchsorted(later, self.start)
        return column


class StoredForms:
    """The forms in which literals are stored, where these differ from how they are written: `007` is `7`."""

    def __init__(self) -> None:
        self._store = Store()
        self._made: dict[Literal, str] = {}

    def note(self, quad: Quad) -> None:
        """Looks at the literal of a statement, once for each literal."""
        value = quad.object
        if isinstance(value, Literal) and value.datatype.value not in AS_WRITTEN and value not in self._made:
            self._store.add(quad)
            self._made[value] = str(next(iter(self._store)).object)
            self._store.clear()

    def variants(self) -> dict[str, tuple[int, ...]]:
        """For each stored form the keys of those written, where one differs."""
        found: dict[str, list[int]] = {}
        for value, stored in self._made.items():
            if str(value) != stored:
                found.setdefault(stored, []).append(hash(value))
        return {stored: tuple(sorted(keys)) for stored, keys in sorted(found.items())}


def write_summary(summary: Summary, folder: Path) -> None:
    """Writes the summary of a part as its last file."""
    values = summary._asdict()
    for name in ("findings", "checked"):
        values[name] = [_values(finding) for finding in values[name]]
    (folder / SUMMARY).write_text(json.dumps(values), encoding="utf-8")


def read_part(folder: Path, *, begin: int = 0) -> Part:
    """The part in a folder; raises OSError or ValueError where there is none."""
    values = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    for name in ("findings", "checked"):
        values[name] = tuple(_finding(each) for each in values[name])
    for name in ("predicates", "derived_predicates", "rules", "words"):
        values[name] = tuple(values[name])
    values["variants"] = {stored: tuple(keys) for stored, keys in values["variants"].items()}
    return Part(folder, Summary(**values), begin)


def write_findings(findings: Iterable[Finding], file: Path) -> None:
    """Writes findings to a file, which is there whole or not at all."""
    unfinished = file.with_suffix(".new")
    unfinished.write_text(json.dumps([_values(finding) for finding in findings]), encoding="utf-8")
    unfinished.replace(file)


def read_findings(file: Path) -> list[Finding]:
    """The findings that `write_findings` wrote."""
    return [_finding(values) for values in json.loads(file.read_text(encoding="utf-8"))]


def _values(finding: Finding) -> list[object]:
    place = finding.place
    return [
        finding.severity, finding.message, place.path, place.line, place.column, finding.fix, finding.focus,
        finding.path, finding.shape, finding.component,
    ]  # fmt: skip


def _finding(values: Sequence[Any]) -> Finding:
    severity, message, path, line, column, *rest = values
    return Finding(severity, message, Place(path, line, column), *rest)
