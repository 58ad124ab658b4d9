"""OpenAlex in bulk: works of part files straight to N-Triples, in several processes, in memory that does not grow.

Two steps. First each range of a file becomes the statements on its works, and rows on the authors and institutions that
it names, sorted. Then the rows are merged, a share of all names at a time, so that each person has one name in however
many files. Nothing is kept in memory of what was read but counts and the first findings.
"""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
import zlib
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, cast

from ipcgraph.dates import stated_date
from ipcgraph.findings import Finding, Place
from ipcgraph.identifiers import normalise
from ipcgraph.imports.openalexagents import KINDS, Remark, escaped, literal, merge_rows, named_iri
from ipcgraph.sources.jsonlines import UnreadableRecordError, read_lines
from ipcgraph.sources.openalex import WORK_TYPES
from ipcgraph.sources.openalexrecords import EMPTY, Described, Record, record_reader
from ipcgraph.sources.text import fault, unreadable
from ipcgraph.vocabulary import CONCEPTS, DEFAULT_BASE, IPCG, PREFIXES, RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

RANGE: Final = 32 * 1024 * 1024
"""Bytes of a plain file that are one task; a compressed file is one task whole."""
SHARES: Final = 16
"""The rows on authors and institutions are merged in so many shares."""
ROWS: Final = 100_000
"""Rows that wait in memory to be sorted."""
FINDINGS: Final = 1_000
"""Findings that are kept of one task; more are counted."""

_TYPE: Final = f"<{RDF}type>"


class Written(NamedTuple):
    """What a bulk import has come to."""

    works: int
    lines: int
    """Statements in the file; one that two parts state may stand twice."""
    findings: tuple[Finding, ...]


class _Task(NamedTuple):
    """A range of a file; `end` 0 stands for all of it."""

    number: int
    path: Path
    begin: int
    end: int
    folder: Path
    base: str
    source: str


class _Done(NamedTuple):
    works: int
    lines: int
    statements: int
    remarks: tuple[Remark, ...]
    more: int
    left_out: Counter[str]
    untyped: Counter[str]
    runs: int


def write_openalex(
    parts: Sequence[tuple[Path, str]],
    target: Path,
    *,
    source: str,
    title: str,
    base: str = DEFAULT_BASE,
    processes: int = 1,
) -> Written:
    """Writes the works of these part files, and who made them, as N-Triples to a file; gives the counts and findings.

    The statements are those of `sources.openalex.read_openalex`, but ids that are not OpenAlex's own always get six
    digits of their hash, and a name counts as listed differently where it is not the author's name in the same record.
    `source` is the id of the Source that all of them rest on (`source/openalex-2026-11`). The same parts give the same
    bytes, whatever the number of processes. Intermediate files lie beside the target, and are gone at the end.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".openalex-") as name:
        folder = Path(name)
        tasks = list(_tasks([path for path, _ in parts], folder, base, base + source))
        with ExitStack() as stack:
            run = _runner(stack, processes if len(tasks) > 1 else 1)
            done = list(run(_perform, tasks))
            runs = [(task, each.runs) for task, each in enumerate(done)]
            merged = list(run(merge_rows, [(folder, share, runs, base, base + source) for share in range(SHARES)]))
        lines = _assemble(target, folder, len(tasks), base + source, title)
    names = dict(parts)
    findings = _findings(tasks, done, [remark for _, remarks in merged for remark in remarks], names)
    statements = lines + sum(each.statements for each in done) + sum(count for count, _ in merged)
    return Written(sum(each.works for each in done), statements, tuple(findings))


def _runner(stack: ExitStack, processes: int) -> Callable[..., Iterator[Any]]:
    """`map`, in this process or over several fresh ones."""
    if processes < 2:
        return map
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Fresh processes: a copy of this one could hold locks of threads that are not copied with it.
    return stack.enter_context(ProcessPoolExecutor(processes, mp_context=get_context("spawn"))).map


def _tasks(paths: Iterable[Path], folder: Path, base: str, source: str) -> Iterator[_Task]:
    number = 0
    for path in paths:
        try:
            size = 0 if path.suffix == ".gz" else path.stat().st_size
        except OSError:
            size = 0
        for begin in range(0, max(size, 1), RANGE):
            yield _Task(number, path, begin, min(begin + RANGE, size), folder, base, source)
            number += 1


# The first step: one range of a file.


def _perform(task: _Task) -> _Done:
    """Writes the statements on the works of one range, and its sorted rows."""
    return _Range(task).perform()


class _Range:
    """One pass over a range."""

    def __init__(self, task: _Task) -> None:
        self._task = task
        self._rows: list[list[str]] = [[] for _ in range(SHARES)]
        self._waiting = 0
        self._seen: set[str] = set()
        self._remarks: list[Remark] = []
        self._more = self._runs = self._works = self._statements = self._line = 0
        self._left_out: Counter[str] = Counter()
        self._untyped: Counter[str] = Counter()
        self._heads = _heads(task.base)
        self._tail = (
            f"<{IPCG}listedIn> <{task.source}> .\n",
            f"<{IPCG}evidence> <{task.source}> .\n",
        )

    def perform(self) -> _Done:
        task = self._task
        read = record_reader()
        with (task.folder / f"works-{task.number}").open("w", encoding="utf-8", newline="\n") as out:
            try:
                for line in _lines(task):
                    self._line += 1
                    if not line.isspace():
                        self._record(read, line, out)
            except OSError as error:
                self._remark("error", unreadable(error, "").message, "fetch it again")
            except (EOFError, zlib.error) as error:
                message = f"the compressed file is damaged after line {self._line} ({error})"
                self._remark("error", message, "fetch it again; what stands before is read")
        self._sort()
        return _Done(
            self._works, self._line, self._statements, tuple(self._remarks), self._more, self._left_out, self._untyped,
            self._runs,
        )  # fmt: skip

    def _record(self, read: Callable[[bytes], Record], line: bytes, out: IO[str]) -> None:
        try:
            record = read(line)
        except UnreadableRecordError as error:
            self._remark("error", f"{error}; the record is left out", error.fix)
            return
        except json.JSONDecodeError as error:
            message = f"this line is not JSON: {error.msg}; the record is left out"
            self._remark("error", message, "write one JSON object a line")
            return
        if record.is_cleaned:
            self._remark("warning", "this record holds control characters; they are left out", "remove them")
        text = "".join(self._work(record))
        self._works += 1
        self._statements += text.count("\n")
        out.write(text)
        if self._waiting > ROWS:
            self._sort()

    def _work(self, record: Record) -> Iterator[str]:
        issued = self._issued(record)
        local, key, number = named_iri("work", record.source_id, year=issued[1:5] if issued else "undated")
        self._row(local, "W", "", "", "")
        head = f"<{self._task.base}{local}> "
        yield f"{head}{_TYPE} <{IPCG}Work> .\n{head}<{PREFIXES['dcterms']}title> {literal(record.title)} .\n"
        for tail in self._tail:
            yield head + tail
        if issued:
            yield f"{head}<{IPCG}issued> {issued} .\n"
        concept = WORK_TYPES.get(record.type) if isinstance(record.type, str) else None
        if concept:
            yield f"{head}<{IPCG}workType> <{CONCEPTS}work-type/{concept}> .\n"
        else:
            self._untyped[record.type[:40] if isinstance(record.type, str) else "none"] += 1
        if number:
            yield f"{head}<{IPCG}{key}> {literal(number)} .\n"
        doi = normalise("doi", record.doi) if record.doi else ""
        if doi:
            yield f"{head}<{IPCG}doi> {literal(doi)} .\n"
        elif record.doi:
            self._remark("warning", f"{record.doi[:80]!r} is not a good doi; left out", "write a doi of the right form")
        yield from self._authors(record, local, head)
        self._left_out.update(record.left_out)

    def _authors(self, record: Record, local: str, head: str) -> Iterator[str]:
        seen: set[str] = set()
        for listed in record.authorships:
            author = listed.author
            if author.source_id in seen:
                message = (
                    f"the author {author.source_id} is listed twice on this work; counted once, at the first position"
                )
                self._remark("warning", message, "list each author once")
                continue
            seen.add(author.source_id)
            person = self._agent("A", author)
            node = f"<{self._task.base}{local}/authorship/{person.partition('/')[2]}>"
            hold, kind, who, at, as_listed, where = self._heads
            yield (
                f'{head}{hold}{node} .\n{node}{kind}{node}{who}{person}> .\n{node}{at}"{len(seen)}"^^<{XSD}integer> .\n'
            )
            if listed.name and listed.name != author.name:
                yield f"{node}{as_listed}{literal(listed.name)} .\n"
            for each in listed.institutions:
                yield f"{node}{where}{self._agent('I', each)}> .\n"
            if listed.left_out:
                self._left_out.update(listed.left_out)

    def _agent(self, kind: str, said: Described) -> str:
        """The local part of the IRI of an author or institution; what the record says of them becomes a row."""
        local, _, _ = named_iri(KINDS[kind][0], said.source_id)
        self._row(local, kind, said.source_id, said.name, said.identifier)
        return local

    def _row(self, local: str, kind: str, source_id: str, name: str, identifier: str) -> None:
        said = "\t".join((kind, escaped(source_id), escaped(name), escaped(identifier)))
        key = f"{local}\t{said}"
        if kind != "W":
            if key in self._seen:
                return
            if len(self._seen) > ROWS:
                self._seen.clear()
            self._seen.add(key)
        order = f"{self._task.number:06d}{self._line:010d}"
        self._rows[zlib.crc32(local.encode()) % SHARES].append(f"{local}\t{order}\t{said}\n")
        self._waiting += 1

    def _sort(self) -> None:
        """Puts the rows that wait into files, sorted."""
        for share, rows in enumerate(self._rows):
            if not rows:
                continue
            rows.sort()
            path = self._task.folder / f"rows-{self._task.number}-{self._runs}-{share}"
            with path.open("w", encoding="utf-8", newline="\n") as out:
                out.writelines(rows)
            rows.clear()
        self._runs += 1
        self._waiting = 0

    def _issued(self, record: Record) -> str:
        stated = record.year if record.date in EMPTY else record.date
        if stated in EMPTY:
            return ""
        text = str(stated).removesuffix("-01-01")
        literal = stated_date(text)
        if literal is None:
            message = f"{text[:40]!r} is not a date; the work is read without one"
            self._remark("warning", message, "write a date such as 2021-03-21")
        return str(literal) if literal is not None else ""

    def _remark(self, severity: str, message: str, fix: str) -> None:
        if len(self._remarks) < FINDINGS:
            self._remarks.append(Remark(self._task.number, self._line, severity, message, fix))
        else:
            self._more += 1


def _heads(base: str) -> tuple[str, ...]:
    """The middles of the statements on an authorship."""
    return (
        f"<{IPCG}hasAuthorship> ",
        f" {_TYPE} <{IPCG}Authorship> .\n",
        f" <{IPCG}author> <{base}",
        f" <{IPCG}position> ",
        f" <{IPCG}nameAsListed> ",
        f" <{IPCG}affiliation> <{base}",
    )


def _lines(task: _Task) -> Iterator[bytes]:
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


# At the end.


def _assemble(target: Path, folder: Path, tasks: int, source: str, title: str) -> int:
    """Puts the parts together, the source first; the file is there whole or not at all."""
    head = f"<{source}> {_TYPE} <{IPCG}Source> .\n<{source}> <{PREFIXES['dcterms']}title> {literal(title)} .\n"
    whole = folder / "whole"
    with whole.open("wb") as out:
        out.write(head.encode())
        for name in (*(f"works-{task}" for task in range(tasks)), *(f"agents-{share}" for share in range(SHARES))):
            with (folder / name).open("rb") as part:
                shutil.copyfileobj(part, out, 1 << 20)
            (folder / name).unlink()
    whole.replace(target)
    return head.count("\n")


def _findings(
    tasks: Sequence[_Task], done: Sequence[_Done], later: Iterable[Remark], names: dict[Path, str]
) -> Iterator[Finding]:
    before: list[int] = []
    counted: Counter[Path] = Counter()
    for task, each in zip(tasks, done, strict=True):
        before.append(counted[task.path])
        counted[task.path] += each.lines
    for remark in sorted([*(remark for each in done for remark in each.remarks), *later]):
        task = tasks[remark.task]
        place = Place(names[task.path], max(before[remark.task] + remark.line, 1))
        yield fault(remark.message, place, remark.fix, severity="error" if remark.severity == "error" else "warning")
    for task, each in zip(tasks, done, strict=True):
        if each.more:
            message = f"{each.more:,} more findings like these are not listed"
            yield fault(message, Place(names[task.path]), "mend the first ones", severity="warning")
    yield from _summary(done, Place(names[tasks[0].path]) if tasks else Place("openalex"))


def _summary(done: Iterable[_Done], place: Place) -> Iterator[Finding]:
    left_out: Counter[str] = Counter()
    untyped: Counter[str] = Counter()
    for each in done:
        left_out += each.left_out
        untyped += each.untyped
    if untyped:
        kinds = ", ".join(f"{kind} ({count:,})" for kind, count in sorted(untyped.items()))
        message = f"works of these types are read without a work type: {kinds}"
        yield fault(message, place, "give them a work type in a record of your own", severity="warning")
    if left_out:
        keys = ", ".join(f"{key} ({count:,})" for key, count in sorted(left_out.items()))
        message = f"these keys have no place in the ontology and are left out: {keys}"
        yield fault(message, place, "keep the file if you need them", severity="warning")
