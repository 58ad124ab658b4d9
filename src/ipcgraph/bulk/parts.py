"""Reading a large file of N-Triples or N-Quads by parts: each a range of its lines, made into files on the disk."""

from __future__ import annotations

import gzip
import re
import shutil
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NamedTuple

import numpy as np
from pyoxigraph import Quad, RdfFormat, parse, serialize

from ipcgraph.bulk.loading import collector_paused
from ipcgraph.bulk.partfiles import Codes, Layout, Part, PartWriter, Summary, read_part
from ipcgraph.checks import identifiers_written_otherwise
from ipcgraph.columns import NOTHING
from ipcgraph.findings import Finding, Place
from ipcgraph.identifiers import SCHEMES
from ipcgraph.ontology import read_ontology
from ipcgraph.rows import Keys, is_among
from ipcgraph.sources import format_of_data
from ipcgraph.sources.folder import fault_of_typed
from ipcgraph.sources.ntriples import MAXIMUM_LINE, LineReader, damaged
from ipcgraph.sources.quads import admit, is_named
from ipcgraph.sources.text import BOM, fault, unreadable
from ipcgraph.vocabulary import IPCG, TYPE

if TYPE_CHECKING:
    from collections.abc import Sequence

RANGE: Final = 64 * 1024 * 1024
"""Bytes of a file that become one part."""
FINDINGS: Final = 1_000
"""Findings that are kept of one part; more are counted."""

_CHUNK: Final = 2 * 1024 * 1024
_SEARCHED: Final = 10_000
"""So many lines are looked at for the beginning of a record, where a range is cut."""
_TYPED: Final = TYPE.value.encode() + b"> <"
_AUTHORSHIP: Final = f"<{IPCG}Authorship>".encode()
_ALLOWED: Final = bytes(
    each for each in range(256) if each in b"\t\n\r" or (each >= 32 and each not in b"\x7f\xc2\xef")
)
"""Bytes with which no control character begins."""
_CONTROL: Final = re.compile(rb"\xc2[\x80-\x84\x86-\x9f]|\xef\xbf[\xbe\xbf]")
_REMEMBERED: Final = 100_000
"""So many literals are known again at most."""
_NOWHERE: Final = Place("")
"""Where all is well no place is worked out."""
_IDENTIFIERS: Final = frozenset(IPCG + key for key in SCHEMES)


class Task(NamedTuple):
    """A range of bytes of a plain file, and the folder that its part is made in."""

    path: Path
    name: str
    """The file as findings name it."""
    begin: int
    end: int
    folder: Path
    base: str


class Exclusion(NamedTuple):
    """A part to be made anew without what is said of some subjects."""

    part: Part
    folder: Path
    subjects: Keys
    base: str


def make_part(task: Task) -> Part:
    """The part of a range of lines, made in a folder of its own; runs in a process of its own.

    A range begins with the first record behind its first byte: with the line that gives a thing its class, authorships
    left aside, so that a record whose lines stand together is never cut.
    """
    unfinished = task.folder.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    writer = PartWriter(unfinished, base=task.base, rules=read_ontology().rules)
    with collector_paused():
        _Reading(task, writer).read()
    unfinished.rename(task.folder)
    return read_part(task.folder)


def without(exclusion: Exclusion) -> Part:
    """The same part without what is said of some subjects, made in another folder."""
    part = exclusion.part
    unfinished = exclusion.folder.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    writer = PartWriter(unfinished, base=exclusion.base, rules=read_ontology().rules)
    rows = part.rows()
    order = np.argsort(rows.offset)
    kept = ~is_among(rows.subject, exclusion.subjects)[order]
    line, column = rows.line[order].astype(np.int64), rows.column[order].astype(np.int64)
    at = 0
    with part.text.open("rb") as file:
        while text := file.read(_CHUNK) + file.readline():
            lines = text.splitlines(keepends=True)
            some = kept[at : at + len(lines)]
            chosen = b"".join(each for each, is_kept in zip(lines, some.tolist(), strict=True) if is_kept)
            if chosen:
                quads = list(parse(chosen, format=RdfFormat.N_TRIPLES))
                writer.add(quads, chosen, line[at : at + len(lines)][some], column[at : at + len(lines)][some])
            at += len(lines)
    writer.finish(part.summary)
    shutil.rmtree(exclusion.folder, ignore_errors=True)
    unfinished.rename(exclusion.folder)
    return read_part(exclusion.folder, begin=part.begin)


def unpack(path: Path, name: str, target: Path) -> Finding | None:
    """Writes a compressed file out plain, as far as it is whole; gives the finding where it is damaged."""
    unfinished = target.with_suffix(".new")
    found = None
    lines = 0
    with unfinished.open("wb") as out:
        try:
            with gzip.open(path) as file:
                while data := file.read1(_CHUNK):
                    lines += data.count(b"\n")
                    out.write(data)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            found = damaged(error, name, lines)
    unfinished.rename(target)
    return found


class _Reading:
    """One pass over a range."""

    def __init__(self, task: Task, writer: PartWriter) -> None:
        self._task, self._writer = task, writer
        known = format_of_data(Path(task.name))
        self._reader = LineReader(task.name, (known and known.rdf) or RdfFormat.N_TRIPLES)
        self._names_of = {iri: name for name, iri in read_ontology().classes.items()}
        self._admitted: dict[object, bool] = {}
        self._lines = 0
        self._findings: list[Finding] = []
        self._checked: list[Finding] = []
        self._more = 0
        self._is_cut = False

    def read(self) -> None:
        """Reads all of it and finishes the part."""
        for text in self._chunks():
            if not self._add_whole(text):
                self._add_by_lines(text)
            self._lines += text.count(b"\n") + (not text.endswith(b"\n"))
            if self._is_cut:
                break
        found, checked = tuple(self._findings), tuple(self._checked)
        summary = Summary(self._task.name, self._lines, (), (), (), (), {}, found, checked, self._more)
        self._writer.finish(summary)

    def _chunks(self) -> Iterator[bytes]:
        """The whole lines of the range, some megabytes at a time; a finding where they can be read no further."""
        try:
            with self._task.path.open("rb") as file:
                begin = _record_at(file, self._task.begin)
                end = _record_at(file, self._task.end)
                file.seek(begin)
                while begin < end and (text := file.read(min(_CHUNK, end - begin))):
                    if not text.endswith(b"\n"):
                        text += file.readline(MAXIMUM_LINE + 1)
                    begin += len(text)
                    yield text.removeprefix(BOM) if not self._lines and not self._task.begin else text
        except OSError as error:
            self._find([unreadable(error, self._task.name)])

    def _add_whole(self, text: bytes) -> bool:
        """Adds these lines where they are canonical and nothing of them needs a look of its own; else adds none."""
        if b"\\u" in text or b"\\U" in text or _may_hold_controls(text):
            return False
        try:
            quads = list(parse(text, format=RdfFormat.N_TRIPLES))
        except SyntaxError:
            return False
        if serialize(quads, format=RdfFormat.N_TRIPLES) != text:
            return False
        if (b"_:" in text or b"<<" in text) and not all(map(is_named, quads)):
            return False
        layout = Layout.of(text)
        typed = np.flatnonzero(layout.is_typed()).tolist()
        if not all(self._is_admitted(quads[row]) for row in typed):
            return False
        line = np.arange(self._lines + 1, self._lines + 1 + len(quads))
        self._check(quads, self._writer.add(quads, text, line, layout=layout), line, None)
        return True

    def _is_admitted(self, quad: Quad) -> bool:
        """Whether a literal that is no plain text is what its datatype says."""
        known = self._admitted.get(quad.object)
        if known is None:
            known = not isinstance(admit(quad, Place("")), Finding)
            if len(self._admitted) < _REMEMBERED:
                self._admitted[quad.object] = known
        return known

    def _add_by_lines(self, text: bytes) -> None:
        """Adds these lines one by one, with a finding for each that is wrong; one that is too long ends the part."""
        quads: list[Quad] = []
        places: list[Place] = []
        for number, data in enumerate(BytesIO(text), start=self._lines + 1):
            if len(data) > MAXIMUM_LINE:
                message = f"this line is longer than {MAXIMUM_LINE // (1024 * 1024)} MiB"
                self._find([fault(message, Place(self._task.name, number), "write one statement a line", check="size")])
                self._is_cut = True
                break
            for item in self._reader.line(data, number):
                if isinstance(item, Finding):
                    self._find([item])
                else:
                    quads.append(item[0])
                    places.append(item[1])
        if quads:
            line, column = (np.array([getattr(p, key) for p in places], np.int64) for key in ("line", "column"))
            codes = self._writer.add(quads, serialize(quads, format=RdfFormat.N_TRIPLES) or b"", line, column)
            self._check(quads, codes, line, column)

    def _check(self, quads: Sequence[Quad], codes: Codes, line: Keys, column: Keys | None) -> None:
        """Looks at ids of records and at identifiers: what one statement alone can show to be wrong."""
        known = self._writer.codes
        for row in np.flatnonzero(codes == known.get(TYPE, NOTHING)).tolist():
            if any(fault_of_typed((quads[row], _NOWHERE), self._names_of, self._task.base)):
                placed = quads[row], self._place(quads[row], row, line, column)
                self._find(fault_of_typed(placed, self._names_of, self._task.base))
        identifiers = [code for node, code in known.items() if node.value in _IDENTIFIERS]
        rows = np.flatnonzero(np.isin(codes, identifiers)).tolist()
        for row in rows if any(identifiers_written_otherwise((quads[each], _NOWHERE) for each in rows)) else ():
            quad = quads[row]
            found = identifiers_written_otherwise([(quad, self._place(quad, row, line, column))])
            self._find(found, self._checked)

    def _place(self, quad: Quad, row: int, line: Keys, column: Keys | None) -> Place:
        begin = int(column[row]) if column is not None else len(str(quad.subject)) + len(str(quad.predicate)) + 3
        return Place(self._task.name, int(line[row]), begin)

    def _find(self, found: Iterable[Finding], kept: list[Finding] | None = None) -> None:
        kept = self._findings if kept is None else kept
        for finding in found:
            if len(kept) < FINDINGS:
                kept.append(finding)
            else:
                self._more += 1


def _may_hold_controls(text: bytes) -> bool:
    """Whether a character may be in these bytes that no text means: looked for in the few bytes that can begin one."""
    left = text.translate(None, _ALLOWED)
    return bool(left.translate(None, b"\xc2\xef")) or (bool(left) and _CONTROL.search(text) is not None)


def _record_at(file: IO[bytes], position: int) -> int:
    """Where the first record begins that begins at this byte or behind it; where none is found near, the next line."""
    if not position:
        return 0
    file.seek(position - 1)
    file.readline(MAXIMUM_LINE)
    first = at = file.tell()
    for _ in range(_SEARCHED):
        line = file.readline(MAXIMUM_LINE)
        if not line or (_TYPED in line and _AUTHORSHIP not in line):
            return at
        at += len(line)
    return first
