"""OpenAlex in bulk: works of part files straight to N-Triples, in several processes, in memory that does not grow.

Two steps. First each range of a file becomes the statements on its works, and rows on the authors and institutions that
it names, sorted. Then the rows are merged, a share of all names at a time, so that each person has one name in however
many files. Nothing is kept in memory of what was read but counts and the first findings. Each range and each share that
is done says so in a file of its own: whoever begins again after a kill does only the others.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ipcgraph.findings import Finding
from ipcgraph.imports import openalexranges
from ipcgraph.imports.openalexagents import Remark, Shared, literal, place_of, repeated, shared_identifiers
from ipcgraph.imports.openalexranges import Tally, Task, findings_of, tasks_of
from ipcgraph.imports.openalexsteps import (
    DATA,
    DONE,
    ROWS_FOLDER,
    SHARES,
    Merged,
    Pass,
    Patch,
    RangeDone,
    Share,
    as_merged,
    as_range,
    merge_share,
    once,
    patch,
    perform_pass,
    share_of,
)
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG, PREFIXES, RDF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

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
    tasks: Sequence[Task], stage: Path, *, processes: int = 1, tables: bool = False, tell: Tell | None = None
) -> Converted:
    """Both steps, in a folder: `data/` has the statements at the end, `tables/` with `tables` the rows of Parquet.

    What stands in the folder of an earlier run of the same tasks, which did not come to its end, is not done again.
    `tell` is told how many of the steps' parts are done, of how many.
    """
    for name in (DATA, ROWS_FOLDER, DONE):
        (stage / name).mkdir(parents=True, exist_ok=True)
    steps = len(tasks) + SHARES
    told = tell or (lambda done, steps: None)  # noqa: ARG005
    firsts = [Pass(task, stage, tables) for task in tasks]
    ranges = [as_range(said) for said in _run(perform_pass, firsts, processes, lambda done: told(done, steps))]
    runs = tuple((task.number, each.runs) for task, each in zip(tasks, ranges, strict=True))
    base, source = (tasks[0].base, tasks[0].source) if tasks else ("", "")
    shares = [Share(share, stage, tables, runs, base, source) for share in range(SHARES)]
    told_later = _run(merge_share, shares, processes, lambda done: told(len(tasks) + done, steps))
    merged = [as_merged(said) for said in told_later]
    _read_again(firsts, ranges, merged, processes)
    shared = [Shared(*each) for each in once(stage, "shared", lambda: list(_shared(shares, merged)))]
    left_out = _leave_out(shared, stage, base, tables=tables, processes=processes)
    shutil.rmtree(stage / ROWS_FOLDER)
    statements = sum(each.statements for each in ranges) + sum(each.statements for each in merged) - left_out
    return Converted(tuple(each.tally for each in ranges), tuple(merged), tuple(shared), statements)


def _read_again(firsts: Sequence[Pass], ranges: list[RangeDone], merged: Sequence[Merged], processes: int) -> None:
    """Reads again, without them, the few ranges that have older records of works, which was not known before."""
    older = sorted(place_of(order) for each in merged for _, order in each.repeated)
    jobs = [
        firsts[number]._replace(skip=tuple(line for _, line in lines))
        for number, lines in groupby(older, key=itemgetter(0))
    ]
    for job, said in zip(jobs, _run(perform_pass, jobs, processes, lambda _: None), strict=True):
        tally = ranges[job.task.number].tally
        fewer = tally._replace(works=tally.works - len(job.skip))
        ranges[job.task.number] = as_range(said)._replace(tally=fewer)


def _shared(shares: Iterable[Share], merged: Iterable[Merged]) -> Iterator[Shared]:
    """The identifiers that are those of several works, persons or organizations, at all of these but the first."""
    for each in merged:
        yield from each.shared
    yield from shared_identifiers([each.identifiers for each in shares if each.identifiers.exists()])


def _leave_out(shared: Iterable[Shared], stage: Path, base: str, *, tables: bool, processes: int) -> int:
    """Leaves these identifiers out of the files that state them; gives the number of statements."""
    by_file: dict[str, list[Shared]] = {}
    for each in shared:
        name = f"works-{place_of(each.order)[0]:05}" if each.scheme == "doi" else f"agents-{share_of(each.local):05}"
        by_file.setdefault(name, []).append(each)
    jobs = [Patch(stage, name, tables, base, tuple(each)) for name, each in sorted(by_file.items())]
    return sum(left_out for (left_out,) in _run(patch, jobs, processes, lambda _: None))


def _run(
    perform: Callable[[Any], list[Any]], jobs: Sequence[Any], processes: int, told: Callable[[int], None]
) -> list[list[Any]]:
    """What each job gives, in order: in this process, or over several fresh ones."""
    results: list[list[Any]] = [[]] * len(jobs)
    if processes < 2 or len(jobs) < 2:
        for place, job in enumerate(jobs):
            results[place] = perform(job)
            told(place + 1)
        return results
    from multiprocessing import get_context

    # Fresh processes: a copy of this one could hold locks of threads that are not copied with it.
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=end_with, initargs=(os.getpid(),)) as pool:
        waiting = {pool.submit(perform, job): place for place, job in enumerate(jobs)}
        try:
            for count, future in enumerate(as_completed(waiting), start=1):
                results[waiting[future]] = future.result()
                told(count)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return results


def end_with(parent: int) -> None:
    """Ends this process as soon as the one that began it is gone: a killed import leaves nothing running.

    Ctrl-C, which reaches all of them, ends it without a word: the first process says what there is to say.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


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
