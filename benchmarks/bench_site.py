"""Writes the site of the center, and that of 63,969 works: things a second, memory, and how both grow."""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_corpus import CORPUS
from benchmarks.machine import alternating, console_script, described, median, processor_time, ratio, show

from ipcgraph.bulk import load_quads
from ipcgraph.findings import Finding
from ipcgraph.ontology import read_ontology
from ipcgraph.publish.configuration import Configuration
from ipcgraph.publish.site import write_site
from ipcgraph.settings import Settings
from ipcgraph.sources.openalex import read_openalex

ROOT = Path(__file__).parents[1]


class Written(NamedTuple):
    """What writing the site of a corpus took."""

    things: int
    files: int
    seconds: float
    processor: float
    megabytes: int
    """The peaks of all three processes together."""

    @property
    def rate(self) -> float:
        return self.things / self.seconds


def load(folder: Path, works: int) -> None:
    """Loads the first works of the corpus into a store."""
    ontology = [quad for quad, _ in read_ontology().statements]
    read = (item for item in read_openalex(CORPUS, CORPUS.name) if not isinstance(item, Finding))
    some = takewhile(lambda item: item[1].line <= works, read) if works else read
    quads = (quad for part in (ontology, (item[0] for item in some)) for quad in part)
    load_quads(quads, store=folder / "store", columns=folder / "columns")


def write(folder: Path) -> None:
    """Writes the site of a store; prints what it took. Run in a process of its own."""
    settings = Settings(folder / "project", name="Corpus")
    settings.root.mkdir(exist_ok=True)
    start = time.perf_counter()
    done = write_site(settings, folder / "store", folder / "site", Configuration(licence="https://example.org/licence"))
    seconds = time.perf_counter() - start
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    processor = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
    print(done.things, done.files, seconds, processor, (own.ru_maxrss + 2 * others.ru_maxrss) // 1024)


def written(works: int) -> Written:
    """What it takes to write the site of the first works of the corpus, in a folder that goes at the end."""
    with tempfile.TemporaryDirectory() as name:
        load(Path(name), works)
        command = [sys.executable, __file__, "--write", name]
        done = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        return Written(int(done[0]), int(done[1]), float(done[2]), float(done[3]), int(done[4]))


def center(runs: int) -> list[tuple[str, str, str]]:
    """The processor time of `ipcgraph site` of the center, anew and where nothing has changed."""
    with tempfile.TemporaryDirectory() as name:
        site = Path(name) / "site"
        command = [console_script(), "--project", str(ROOT), "site", str(site)]
        subprocess.run([console_script(), "--project", str(ROOT), "build"], check=True, capture_output=True)

        def anew() -> float:
            shutil.rmtree(site, ignore_errors=True)
            return processor_time(command)

        fresh, unchanged = alternating(anew, lambda: processor_time(command), runs=runs)
    return [
        ("ipcgraph site of the center, processor time", f"{median(fresh):.2f} s", "under 3 s"),
        ("ipcgraph site where nothing has changed, processor time", f"{median(unchanged):.2f} s", ""),
        ("  time of that to the time of writing it", f"{ratio(unchanged, fresh):.2f}", "under 0.50"),
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=5, help="of the center's site")
    arguments.add_argument("--works", type=int, default=0, help="so many works of the corpus; all of them unless given")
    arguments.add_argument("--write", metavar="FOLDER", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.write:
        write(Path(options.write))
        return
    print(described(), f"{options.runs} runs of the center's site, medians; one of the corpus", sep="; ")
    rows = center(options.runs)
    part = written((options.works or 64_000) // 4)
    whole = written(options.works)
    rows += [
        ("things of the corpus, each with its page and four data files", f"{whole.things:,}", ""),
        ("files written", f"{whole.files:,}", ""),
        ("things a second, by two processes, dumps and lists included", f"{whole.rate:,.0f}", "at least 400"),
        ("processor time of a thing", f"{whole.processor / whole.things * 1000:.2f} ms", ""),
        ("peak memory of all processes together", f"{whole.megabytes:,} MB", "under 2,048"),
        (f"  of that for {part.things:,} things", f"{part.megabytes:,} MB", "hardly less"),
        (f"things a second, for {part.things:,} things", f"{part.rate:,.0f}", "about the same"),
    ]
    show(rows)


if __name__ == "__main__":
    main()
