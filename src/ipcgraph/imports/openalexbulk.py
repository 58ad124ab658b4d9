"""OpenAlex in bulk: works of part files straight to N-Triples, in several processes, in memory that does not grow.

Two steps. First each range of a file becomes the statements on its works, and rows on the authors and institutions that
it names, sorted. Then the rows are merged, a share of all names at a time, so that each person has one name in however
many files. Nothing is kept in memory of what was read but counts and the first findings. Each range and each share that
is done says so in a file of its own: whoever begins again after a kill does only the others.
"""

from __future__ import annotations

import shutil
import tempfile
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ipcgraph.findings import Finding
from ipcgraph.imports import openalexranges
from ipcgraph.imports.openalexagents import Remark, Shared, literal, place_of, repeated, shared_identifiers
from ipcgraph.imports.openalexranges import Tally, Task, findings_of, tasks_of
from ipcgraph.imports.openalexsteps import (
    DATA,
    DONE,
    ROWS_FOLDER,
    SHARES,
    Coauthors,
    Merged,
    Pass,
    Patch,
    RangeDone,
    Share,
    as_merged,
    as_range,
    finish,
    merge_share,
    once,
    perform_pass,
    share_of,
)
from ipcgraph.processes import pool_of
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG, PREFIXES, RDF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ipcgraph.processes import Pool

Tell: TypeAlias = "Callable[[int, int], None]"


class Written(NamedTuple):
    """What a bulk import has come to."""

    works: int
    lines: int
    """Statements in the files; one that two parts state may stand twice."""
    findings: tuple[Finding, ...]


class Converted(NamedTuple):
    """What both steps have come to."""

    tallies: tuple[Tally, ...]
    merged: tuple[Merged, ...]
    shared: tuple[Shared, ...]
    """Identifiers that are left out, for an earlier work or person has them."""
    statements: int
    coauthors: int = 0
    """Links in the table of co-authors."""
    unlinked: int = 0
    """Works that have too many persons to make links."""

    @property
    def works(self) -> int:
        return sum(each.works for each in self.tallies)

    @property
    def remarks(self) -> list[Remark]:
        """The remarks of the second step."""
        found = [remark for each in self.merged for remark in each.remarks]
        found += [each.remark for each in self.shared]
        return found + [repeated(*record) for each in self.merged for record in each.repeated]


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
        stage = Path(name)
        tasks = tasks_of((path for path, _ in parts), base=base, source=base + source, size=openalexranges.RANGE)
        done = convert(tasks, stage, processes=processes)
        lines = _assemble(target, stage, base + source, title)
    findings = findings_of(tasks, done.tallies, done.remarks, dict(parts))
    return Written(done.works, lines + done.statements, tuple(findings))


def convert(
    tasks: Sequence[Task],
    stage: Path,
    *,
    processes: int = 1,
    tables: bool = False,
    pair_limit: int = 0,
    tell: Tell | None = None,
) -> Converted:
    """Both steps, in a folder: `data/` has the statements at the end, `tables/` with `tables` the rows of Parquet.

    What stands in the folder of an earlier run of the same tasks, which did not come to its end, is not done again.
    In the table of co-authors, one of `tables`, a work of more than `pair_limit` persons makes no links. `tell` is told
    how many of the steps' parts are done, of how many.
    """
    for name in (DATA, ROWS_FOLDER, DONE):
        (stage / name).mkdir(parents=True, exist_ok=True)
    steps = len(tasks) + SHARES
    told = tell or (lambda done, steps: None)  # noqa: ARG005
    base, source = (tasks[0].base, tasks[0].source) if tasks else ("", "")
    with pool_of(processes) as pool:
        firsts = [Pass(task, stage, tables) for task in tasks]
        ranges = [as_range(said) for said in pool.run(perform_pass, firsts, lambda done: told(done, steps))]
        runs = tuple((task.number, each.runs) for task, each in zip(tasks, ranges, strict=True))
        shares = [Share(share, stage, tables, runs, base, source) for share in range(SHARES)]
        merged = list(map(as_merged, pool.run(merge_share, shares, lambda done: told(len(tasks) + done, steps))))
        _read_again(firsts, ranges, merged, pool)
        shared = [Shared(*each) for each in once(stage, "shared", lambda: list(_shared(shares, merged)))]
        # What takes longest comes first, so that the others are done beside it.
        lasts: list[Patch | Coauthors] = [Coauthors(stage, pair_limit)] if tables else []
        done = pool.run(finish, lasts + _patches(shared, stage, base, tables=tables))
    shutil.rmtree(stage / ROWS_FOLDER)
    links, unlinked = done.pop(0) if tables else (0, 0)
    statements = sum(each.statements for each in ranges) + sum(each.statements for each in merged)
    statements -= sum(left_out for (left_out,) in done)
    return Converted(tuple(each.tally for each in ranges), tuple(merged), tuple(shared), statements, links, unlinked)


def _read_again(firsts: Sequence[Pass], ranges: list[RangeDone], merged: Sequence[Merged], pool: Pool) -> None:
    """Reads again, without them, the few ranges that have older records of works, which was not known before."""
    older = sorted(place_of(order) for each in merged for _, order in each.repeated)
    jobs = [
        firsts[number]._replace(skip=tuple(line for _, line in lines))
        for number, lines in groupby(older, key=itemgetter(0))
    ]
    for job, said in zip(jobs, pool.run(perform_pass, jobs), strict=True):
        tally = ranges[job.task.number].tally
        fewer = tally._replace(works=tally.works - len(job.skip))
        ranges[job.task.number] = as_range(said)._replace(tally=fewer)


def _shared(shares: Iterable[Share], merged: Iterable[Merged]) -> Iterator[Shared]:
    """The identifiers that are those of several works, persons or organizations, at all of these but the first."""
    for each in merged:
        yield from each.shared
    yield from shared_identifiers([each.identifiers for each in shares if each.identifiers.exists()])


def _patches(shared: Iterable[Shared], stage: Path, base: str, *, tables: bool) -> list[Patch | Coauthors]:
    """What is to be left out of the files that state these identifiers."""
    by_file: dict[str, list[Shared]] = {}
    for each in shared:
        name = f"works-{place_of(each.order)[0]:05}" if each.scheme == "doi" else f"agents-{share_of(each.local):05}"
        by_file.setdefault(name, []).append(each)
    return [Patch(stage, name, tables, base, tuple(each)) for name, each in sorted(by_file.items())]


# At the end.


def data_files(stage: Path) -> Iterable[Path]:
    """The files of statements in a stage: first the works, in the order of the parts, then who made them."""
    return [*sorted((stage / DATA).glob("works-*")), *sorted((stage / DATA).glob("agents-*"))]


def _assemble(target: Path, stage: Path, source: str, title: str) -> int:
    """Puts the files together, the source first; the file is there whole or not at all."""
    head = f"<{source}> <{RDF}type> <{IPCG}Source> .\n<{source}> <{PREFIXES['dcterms']}title> {literal(title)} .\n"
    whole = stage / "whole"
    with whole.open("wb") as out:
        out.write(head.encode())
        for path in data_files(stage):
            with path.open("rb") as part:
                shutil.copyfileobj(part, out, 1 << 20)
            path.unlink()
    whole.replace(target)
    return head.count("\n")
