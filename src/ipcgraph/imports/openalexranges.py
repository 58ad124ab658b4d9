"""Files of OpenAlex works in ranges that can be read apart from each other, and what reading one comes to."""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, cast

from ipcgraph.findings import Finding, Place
from ipcgraph.imports.openalexagents import Remark
from ipcgraph.imports.openalexworks import WorkWriter
from ipcgraph.sources.jsonlines import UnreadableRecordError, read_lines
from ipcgraph.sources.openalexrecords import record_reader
from ipcgraph.sources.text import fault, unreadable

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from ipcgraph.imports.openalexworks import Work
    from ipcgraph.sources.openalexrecords import Record

RANGE: Final = 32 * 1024 * 1024
"""Bytes of a plain file that are one task; a compressed file is one task whole."""
FINDINGS: Final = 1_000
"""Findings that are kept of one task; more are counted."""


class Task(NamedTuple):
    """A range of a file; `end` 0 stands for all of it. `source` is the IRI that its statements rest on."""

    number: int
    path: Path
    begin: int
    end: int
    base: str
    source: str


class Tally(NamedTuple):
    """What reading a range came to, beside its works; `more` are the remarks that were not kept."""

    works: int
    lines: int
    remarks: tuple[Remark, ...]
    more: int
    left_out: Mapping[str, int]
    untyped: Mapping[str, int]


def read_tally(said: Sequence[Any]) -> Tally:
    """The tally that was written as JSON."""
    works, lines, remarks, more, left_out, untyped = said
    return Tally(works, lines, tuple(Remark(*remark) for remark in remarks), more, left_out, untyped)


def tasks_of(paths: Iterable[Path], *, base: str, source: str, size: int = RANGE) -> tuple[Task, ...]:
    """The ranges of these files, in their order, numbered from 0."""
    ranges: list[tuple[Path, int, int]] = []
    for path in paths:
        try:
            length = 0 if path.suffix == ".gz" else path.stat().st_size
        except OSError:
            length = 0
        ranges += ((path, begin, min(begin + size, length)) for begin in range(0, max(length, 1), size))
    return tuple(Task(number, *each, base, source) for number, each in enumerate(ranges))


class Reading:
    """One pass over a range: first the works, but for those on the lines to skip, then the tally of them."""

    def __init__(self, task: Task, *, skip: Container[int] = ()) -> None:
        self._task, self._skip = task, skip
        self._writer = WorkWriter(task.base, task.source)
        self._remarks: list[Remark] = []
        self._more = self._works = 0
        self._left_out: Counter[str] = Counter()
        self._untyped: Counter[str] = Counter()
        self.line = 0
        """The number of the last line read, from the beginning of the range."""

    def works(self) -> Iterator[Work]:
        """The works of the range. One that cannot be read is left out, and after damage the rest of the file is."""
        read = record_reader()
        try:
            for line in _lines(self._task):
                self.line += 1
                if line.isspace() or self.line in self._skip:
                    continue
                try:
                    record = read(line)
                except UnreadableRecordError as error:
                    self._remark("error", f"{error}; the record is left out", error.fix)
                except json.JSONDecodeError as error:
                    message = f"this line is not JSON: {error.msg}; the record is left out"
                    self._remark("error", message, "write one JSON object a line")
                else:
                    yield self._work(record)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            why = error if self.line or not isinstance(error, gzip.BadGzipFile) else "it is no gzip file"
            message = f"the compressed file is damaged after line {self.line} ({why})"
            self._remark("error", message, "fetch it again; what stands before is read")
        except OSError as error:
            self._remark("error", unreadable(error, "").message, "fetch it again")

    def tally(self) -> Tally:
        """What the pass came to, as far as it has come."""
        return Tally(self._works, self.line, tuple(self._remarks), self._more, self._left_out, self._untyped)

    def _work(self, record: Record) -> Work:
        work = self._writer.written(record)
        for remark in self._writer.remarks:
            self._remark(*remark)
        if not work.work_type:
            self._untyped[record.type[:40] if isinstance(record.type, str) else "none"] += 1
        self._left_out.update(record.left_out)
        for each in record.authorships:
            if each.left_out:
                self._left_out.update(each.left_out)
        self._works += 1
        return work

    def _remark(self, severity: str, message: str, fix: str) -> None:
        if len(self._remarks) < FINDINGS:
            self._remarks.append(Remark(self._task.number, self.line, severity, message, fix))
        else:
            self._more += 1


def _lines(task: Task) -> Iterator[bytes]:
    """The lines that begin in the range of a task."""
    if not task.end:
        with gzip.open(task.path) if task.path.suffix == ".gz" else task.path.open("rb") as whole:
            yield from read_lines(cast("IO[bytes]", whole))
        return
    with task.path.open("rb") as file:
        if task.begin:
            file.seek(task.begin - 1)
            file.readline()
        position = file.tell()
        if position < task.end:
            for line in read_lines(file):
                yield line
                position += len(line)
                if position >= task.end:
                    return


def findings_of(
    tasks: Sequence[Task], tallies: Sequence[Tally], later: Iterable[Remark], names: Mapping[Path, str]
) -> Iterator[Finding]:
    """The remarks on all ranges, and `later` ones, as findings at their lines in the whole files, then the counts."""
    before: list[int] = []
    counted: Counter[Path] = Counter()
    for task, each in zip(tasks, tallies, strict=True):
        before.append(counted[task.path])
        counted[task.path] += each.lines
    for remark in sorted([*(remark for each in tallies for remark in each.remarks), *later]):
        task = tasks[remark.task]
        place = Place(names[task.path], max(before[remark.task] + remark.line, 1))
        yield fault(remark.message, place, remark.fix, severity="error" if remark.severity == "error" else "warning")
    for task, each in zip(tasks, tallies, strict=True):
        if each.more:
            message = f"{each.more:,} more findings like these are not listed"
            yield fault(message, Place(names[task.path]), "mend the first ones", severity="warning")
    yield from _summary(tallies, Place(names[tasks[0].path]) if tasks else Place("openalex"))


def _summary(tallies: Iterable[Tally], place: Place) -> Iterator[Finding]:
    left_out: Counter[str] = Counter()
    untyped: Counter[str] = Counter()
    for each in tallies:
        left_out.update(each.left_out)
        untyped.update(each.untyped)
    if untyped:
        kinds = ", ".join(f"{kind} ({count:,})" for kind, count in sorted(untyped.items()))
        message = f"works of these types are read without a work type: {kinds}"
        yield fault(message, place, "give them a work type in a record of your own", severity="warning")
    if left_out:
        keys = ", ".join(f"{key} ({count:,})" for key, count in sorted(left_out.items()))
        message = f"these keys have no place in the ontology and are left out: {keys}"
        yield fault(message, place, "keep the file if you need them", severity="warning")
