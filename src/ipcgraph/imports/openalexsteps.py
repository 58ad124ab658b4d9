"""The two steps of a bulk import of OpenAlex, each in parts that are done once: ranges of files, shares of persons."""

from __future__ import annotations

import json
import zlib
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ipcgraph.imports.openalexagents import (
    Mention,
    Remark,
    Shared,
    described,
    identifier_lines,
    order_of,
    read_row,
    row_line,
    shared_dois,
    sorted_lines,
)
from ipcgraph.imports.openalexranges import Reading, Tally, Task, read_tally
from ipcgraph.imports.openalextables import AgentTables, WorkTables, leave_out, write_coauthors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ipcgraph.imports.openalexworks import Work

SHARES: Final = 16
"""The rows on authors and institutions are merged in so many shares."""
ROWS: Final = 100_000
"""Rows that wait in memory to be sorted."""
DATA, TABLES, ROWS_FOLDER, DONE = "data", "tables", "rows", "done"
"""The folders of a stage: statements, Parquet, rows between the two steps, and what is done."""


class Merged(NamedTuple):
    """What merging one share has come to."""

    persons: int
    organizations: int
    statements: int
    remarks: tuple[Remark, ...]
    repeated: tuple[tuple[str, int], ...] = ()
    """The records that are not read, for a later one is of the same work: its local part, and the order of the line."""
    shared: tuple[Shared, ...] = ()
    """The DOIs of works of this share that an earlier work has."""


class RangeDone(NamedTuple):
    """What reading one range has come to."""

    tally: Tally
    statements: int
    runs: int
    """The files of sorted rows that it has made for each share, some of which may be missing."""


# What is done, kept as JSON so that a later run need not do it again.


def once(stage: Path, name: str, make: Callable[[], list[Any]]) -> list[Any]:
    """What comes of a step, made where it is not kept from an earlier run; written whole or not at all."""
    marker = stage / DONE / f"{name}.json"
    try:
        said = json.loads(marker.read_bytes())
    except (OSError, ValueError):
        said = None
    if isinstance(said, list):
        return said
    said = make()
    unfinished = marker.with_suffix(".new")
    unfinished.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    unfinished.replace(marker)
    return said


def as_range(said: Sequence[Any]) -> RangeDone:
    """What `perform_pass` gives, as values."""
    tally, statements, runs = said
    return RangeDone(read_tally(tally), statements, runs)


def as_merged(said: Sequence[Any]) -> Merged:
    """What `merge_share` gives, as values."""
    persons, organizations, statements, remarks, records, shared = said
    older = tuple((local, order) for local, order in records)
    dois = tuple(Shared(*each) for each in shared)
    return Merged(persons, organizations, statements, tuple(Remark(*remark) for remark in remarks), older, dois)


# The first step: one range of a file.


class Pass(NamedTuple):
    """One pass over a range; a second one has lines to skip."""

    task: Task
    stage: Path
    tables: bool
    skip: tuple[int, ...] = ()


def perform_pass(given: Pass) -> list[Any]:
    """What has come of one pass."""
    name = f"{'again' if given.skip else 'range'}-{given.task.number:05}"
    return once(given.stage, name, lambda: _write_range(given))


def _write_range(given: Pass) -> list[Any]:
    """Writes the statements on the works of one range, its rows of Parquet, and its sorted rows on agents.

    In a second pass these rows are there already.
    """
    task, stage, tables, skip = given
    reading = Reading(task, skip=frozenset(skip))
    rows = _Rows(stage / ROWS_FOLDER, task.number)
    statements = 0
    parquet = WorkTables(stage / TABLES, task.number, task.base) if tables else None
    with (stage / DATA / f"works-{task.number:05}.nq").open("w", encoding="utf-8", newline="\n") as out:
        for work in reading.works():
            out.write(work.text)
            statements += work.text.count("\n")
            if not skip:
                rows.add(order_of(task.number, reading.line), work)
            if parquet:
                parquet.add(work)
    rows.sort()
    if parquet:
        parquet.close()
    return [reading.tally(), statements, rows.runs]


class _Rows:
    """Rows that wait to be put into files, sorted; what was said a moment ago is not said again."""

    def __init__(self, folder: Path, task: int) -> None:
        self._folder, self._task = folder, task
        self._rows: list[list[str]] = [[] for _ in range(SHARES)]
        self._waiting = 0
        self._seen: set[Mention] = set()
        self.runs = 0

    def add(self, order: int, work: Work) -> None:
        """Takes what the record of a work says, of itself and of authors and institutions."""
        self._take(order, Mention(work.local, "W", "", "", ""))
        if work.doi:
            self._take(order, Mention(f"={work.doi}", "D", work.local, "", ""))
        for said in work.mentions:
            if said not in self._seen:
                if len(self._seen) > ROWS:
                    self._seen.clear()
                self._seen.add(said)
                self._take(order, said)
        if self._waiting > ROWS:
            self.sort()

    def _take(self, order: int, said: Mention) -> None:
        self._rows[share_of(said.local)].append(row_line(order, said))
        self._waiting += 1

    def sort(self) -> None:
        """Puts the rows that wait into files."""
        for share, rows in enumerate(self._rows):
            if rows:
                rows.sort()
                path = self._folder / f"{self._task}-{self.runs}-{share}"
                with path.open("w", encoding="utf-8", newline="\n") as out:
                    out.writelines(rows)
                rows.clear()
        self.runs += 1
        self._waiting = 0


# The second step: one share of the authors and institutions.


class Share(NamedTuple):
    """One share of the rows, in so many files of each task."""

    number: int
    stage: Path
    tables: bool
    runs: tuple[tuple[int, int], ...]
    base: str
    source: str

    @property
    def identifiers(self) -> Path:
        """The file of the identifiers of its persons and organizations."""
        return self.stage / ROWS_FOLDER / f"identifiers-{self.number}"


def share_of(local: str) -> int:
    """The share that what is said of this IRI goes to."""
    return zlib.crc32(local.encode()) % SHARES


def merge_share(given: Share) -> list[Any]:
    """What has come of one share."""
    return once(given.stage, f"share-{given.number:05}", lambda: _write_share(given))


def _write_share(given: Share) -> list[Any]:
    """Writes what is said of the authors and institutions of one share, by IRI."""
    number, stage, folder = given.number, given.stage, given.stage / ROWS_FOLDER
    runs = (folder / f"{task}-{run}-{number}" for task, count in given.runs for run in range(count))
    lines = sorted_lines([path for path in runs if path.exists()], folder / f"merged-{number}")
    remarks: list[Remark] = []
    records: list[tuple[str, int]] = []
    shared: list[Shared] = []
    identifiers: list[str] = []
    counts = {"A": 0, "I": 0}
    statements = 0
    parquet = AgentTables(stage / TABLES, number, given.base) if given.tables else None
    with (stage / DATA / f"agents-{number:05}.nq").open("w", encoding="utf-8", newline="\n") as out:
        for _, rows in groupby(lines, key=lambda line: line.partition("\t")[0]):
            read = list(map(read_row, rows))
            if read[0].kind == "W":
                records += [(row.local, row.order) for row in read[:-1]]
                continue
            if read[0].kind == "D":
                shared += shared_dois(read)
                continue
            agent = described(read, given.base, given.source, remarks)
            out.write(agent.text)
            statements += agent.text.count("\n")
            counts[agent.kind] += 1
            identifiers += identifier_lines(agent)
            if parquet:
                parquet.add(agent)
    if parquet:
        parquet.close()
    given.identifiers.write_text("".join(sorted(identifiers)), encoding="utf-8", newline="\n")
    return [counts["A"], counts["I"], statements, remarks, records, shared]


# At the end: what is left out of files that stand there, and who wrote with whom.


class Patch(NamedTuple):
    """A file of statements, `works-00000`, and the identifiers that are to be left out of it."""

    stage: Path
    name: str
    tables: bool
    base: str
    shared: tuple[Shared, ...]


class Coauthors(NamedTuple):
    """The table of co-authors, to be made of that of authorships."""

    stage: Path
    pair_limit: int


def finish(given: Patch | Coauthors) -> list[Any]:
    """Leaves the identifiers out of a file, and of the rows of Parquet beside it, and gives the number of statements;
    or makes the table of co-authors, and gives the numbers of links and of works without.
    """
    if isinstance(given, Coauthors):
        tables, limit = given.stage / TABLES, given.pair_limit
        return once(given.stage, "coauthors", lambda: list(write_coauthors(tables, pair_limit=limit)))
    return once(given.stage, f"without-{given.name}", lambda: _patch(given))


def _patch(given: Patch) -> list[Any]:
    path = given.stage / DATA / f"{given.name}.nq"
    gone = frozenset(f"{each.line(given.base)}\n".encode() for each in given.shared)
    new = path.with_suffix(".new")
    left_out = 0
    with path.open("rb") as lines, new.open("wb") as out:
        for line in lines:
            if line in gone:
                left_out += 1
            else:
                out.write(line)
    new.replace(path)
    if given.tables:
        values = {(given.base + each.local, each.value) for each in given.shared}
        kind, _, number = given.name.partition("-")
        for table in ("works",) if kind == "works" else ("persons", "organizations"):
            leave_out(given.stage / TABLES, table, int(number), values)
    return [left_out]
