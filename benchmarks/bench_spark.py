"""OpenAlex works to N-Quads and Parquet: in one process, in several and by Spark; whether they agree; growth."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, Self

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyarrow.parquet
from benchmarks.enlarged_works import write_works
from benchmarks.machine import described, median, ratio, show

from ipcgraph.errors import MissingExtraError, UsageError
from ipcgraph.imports.openalextables import COLUMNS
from ipcgraph.imports.snapshots import SnapshotImport, import_snapshot
from ipcgraph.settings import Settings


class Run(NamedTuple):
    """One import: what it came to, its wall time, and the memory of all its processes together at the most."""

    done: SnapshotImport
    seconds: float
    megabytes: int


class Memory:
    """The memory of this process and all below it, looked at ten times a second; pages that are shared count once."""

    def __init__(self) -> None:
        self.most = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            self.most = max(self.most, sum(_shared_out(process) for process in _below(os.getpid())))


def _below(process: int) -> Iterable[int]:
    waiting = [process]
    while waiting:
        one = waiting.pop()
        yield one
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except OSError:
            continue


def _shared_out(process: int) -> int:
    """Its memory in KiB, of pages that it shares only its part."""
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def measured(source: Path, root: Path, *, engine: str = "", processes: int = 1, tables: bool = True) -> Run:
    """One import into an empty project."""
    shutil.rmtree(root, ignore_errors=True)
    (root / "data").mkdir(parents=True)
    start = time.perf_counter()
    with Memory() as memory:
        done = import_snapshot(
            source, Settings(root), engine=engine, processes=processes, tables=root / "tables" if tables else None
        )
    return Run(done, time.perf_counter() - start, memory.most // 1024)


def fingerprint(done: SnapshotImport) -> tuple[int, ...]:
    """What is the same where the same statements and rows stand in the files, in whatever order."""
    found = [0]
    for file in sorted(done.folder.glob("*.nq")):
        with file.open("rb") as lines:
            found[0] += sum(map(_number, lines))
    for name in COLUMNS:
        rows = 0
        for part in sorted((done.tables / name).glob("*.parquet")) if done.tables else ():
            for batch in pyarrow.parquet.ParquetFile(part).iter_batches():
                rows += sum(_number(repr(row).encode()) for row in batch.to_pylist())
        found.append(rows)
    return tuple(found)


def _number(text: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())


def parts_of(given: Path | None, folder: Path, copies: int) -> Path:
    """A folder with so many copies of the corpus: links to those given, or made."""
    source = folder / f"source-{copies}"
    source.mkdir()
    files = sorted(given.glob("works-*.jsonl"))[:copies] if given else write_works(folder / "works", copies)
    for file in files:
        (source / file.name).symlink_to(file)
    return source


def processes_rows(source: Path, folder: Path, runs: int) -> list[tuple[str, str, str]]:
    one, two, plain = [], [], []
    for _ in range(runs):
        one.append(measured(source, folder / "one", processes=1))
        two.append(measured(source, folder / "two", processes=2))
        plain.append(measured(source, folder / "plain", processes=2, tables=False))
    walls = [[run.seconds for run in each] for each in (one, two, plain)]
    works = one[0].done.works
    return [
        (f"{works:,} works, one process to two, wall", f"{ratio(walls[0], walls[1]):.2f}", "near 2"),
        ("  works a second, two processes", f"{works / median(walls[1]):,.0f}", ""),
        ("  two processes without tables to two with, wall", f"{ratio(walls[2], walls[1]):.2f}", ""),
        ("  memory of all processes, one; two", f"{one[0].megabytes}; {two[0].megabytes} MB", ""),
    ]


def growth_rows(given: Path | None, folder: Path, most: int) -> list[tuple[str, str, str]]:
    rows = []
    for copies in sorted({1, max(most // 4, 1), most}):
        source = parts_of(given, folder, copies)
        run = measured(source, folder / "grown", processes=2)
        title = f"{run.done.works:,} works, {run.done.statements:,} statements, two processes: wall; memory"
        rows.append((title, f"{run.seconds:.1f} s; {run.megabytes:,} MB", "time like the works; memory flat"))
        shutil.rmtree(folder / "grown")
        shutil.rmtree(source)
    return rows


def spark_rows(source: Path, folder: Path) -> list[tuple[str, str, str]]:
    here = measured(source, folder / "here", processes=2)
    wanted = fingerprint(here.done)
    rows = []
    for master in ("local[1]", "local[2]"):
        try:
            there = measured(source, folder / "there", engine=f"spark:{master}")
        except (MissingExtraError, UsageError) as error:
            return [(str(error), "not measured", "")]
        rows.append(
            (f"Spark at {master}: wall; memory of all processes", f"{there.seconds:.1f} s; {there.megabytes:,} MB", "")
        )
        rows.append(("  wall to that of two processes", f"{there.seconds / here.seconds:.2f}", ""))
        same = fingerprint(there.done) == wanted and there.done[3:8] == here.done[3:8]
        rows.append(("  statements and rows of all tables, as a set", "the same" if same else "DIFFER", "the same"))
    return rows


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=3, help="of the comparison of processes")
    arguments.add_argument("--copies", type=int, default=4, help="of the corpus, in what is compared")
    arguments.add_argument("--most", type=int, default=16, help="copies of the corpus to grow to; 0 leaves it out")
    arguments.add_argument("--works", type=Path, metavar="FOLDER", help="copies that are there: works-000.jsonl …")
    arguments.add_argument("--no-spark", action="store_true", help="one machine only")
    options = arguments.parse_args()
    print(described(), f"{options.runs} runs, medians", sep="; ")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = parts_of(options.works, folder, options.copies)
        rows = processes_rows(source, folder, options.runs)
        if not options.no_spark:
            rows += spark_rows(source, folder)
        shutil.rmtree(source)
        if options.most:
            rows += growth_rows(options.works, folder, options.most)
    show(rows)


if __name__ == "__main__":
    main()
