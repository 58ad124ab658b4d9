"""Checks graphs of works against the shipped shapes: pySHACL against the compiled engine, and how the latter grows."""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Triple, serialize

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.enlarged_works import write_works
from benchmarks.machine import alternating, described, median, ratio, seconds, show

from ipcgraph.deriving import derive
from ipcgraph.engines.compiled import runnable_shapes
from ipcgraph.engines.reference import reference_results
from ipcgraph.findings import Finding
from ipcgraph.imports.openalexbulk import write_openalex
from ipcgraph.ontology import Ontology, read_ontology
from ipcgraph.records import Statement
from ipcgraph.sources.openalex import read_openalex
from ipcgraph.statements import Index
from ipcgraph.validation import validate

WORKS = 3_600
"""Works whose statements, with what is derived, are about 100,000."""
FAULT = 997
"""One statement in so many is left out, so that there is something to find."""


def statements(works: int, folder: Path) -> tuple[list[Statement], list[Statement]]:
    """The first works of the corpus with faults, and what is derived from them."""
    [file] = write_works(folder / f"works-{works}", 1, works=works)
    given = [item for item in read_openalex(file, file.name) if not isinstance(item, Finding)]
    given = [item for number, item in enumerate(given, start=1) if number % FAULT]
    return given, list(derive((quad for quad, _ in given), read_ontology().rules))


def write_lines(quads: Iterable[Quad], file: Path) -> None:
    serialize((Triple(q.subject, q.predicate, q.object) for q in quads), file, format=RdfFormat.N_TRIPLES)


def works_file(copies: int, works: int, folder: Path) -> Path:
    """The works so many times, as N-Triples with the ontology; one that is there is kept."""
    file = folder / f"graph-{copies}-{works or 'all'}.nt"
    if not file.exists():
        parts = write_works(folder / f"works-{works or 'all'}", copies, works=works)
        unfinished = file.with_suffix(".new")
        named = [(part, part.name) for part in parts]
        write_openalex(named, unfinished, source="source/openalex", title="OpenAlex", processes=2)
        with unfinished.open("ab") as out:
            quads = (quad for quad, _ in read_ontology().statements)
            out.write(serialize((q.triple for q in quads), format=RdfFormat.N_TRIPLES) or b"")
        unfinished.replace(file)
    return file


def same_findings(given: list[Statement], derived: list[Statement], ontology: Ontology) -> int:
    """The number of findings, which both engines must give alike; every part of them is compared."""
    first, second = (
        sorted(map(str, map(dataclasses.astuple, validate(Index.of(given), derived, ontology, engine=engine))))
        for engine in ("pyshacl", "shacl")
    )
    assert first == second, set(first) ^ set(second)  # noqa: S101
    return len(first)


def compare(folder: Path, runs: int) -> list[tuple[str, str, str]]:
    """Both engines at about 100,000 statements: by themselves, and from quads to findings."""
    ontology = read_ontology()
    given, derived = statements(WORKS, folder)
    quads = [quad for quad, _ in (*given, *derived)]
    file = folder / "compared.nt"
    write_lines((*quads, *(quad for quad, _ in ontology.statements)), file)
    shapes = runnable_shapes(ontology.shapes)
    shipped = [quad for quad, _ in ontology.statements]
    number = same_findings(given, derived, ontology)
    index = Index.of(given)

    def report(engine: str) -> None:
        list(validate(index, derived, ontology, engine=engine))  # type: ignore[arg-type]

    slow, fast = alternating(
        lambda: seconds(lambda: reference_results(quads, ontology.shapes, shipped)),
        lambda: seconds(lambda: shapes.validate_file(str(file))),
        runs=runs,
    )
    told, told_fast = alternating(
        lambda: seconds(lambda: report("pyshacl")), lambda: seconds(lambda: report("shacl")), runs=runs
    )
    return [
        ("statements, with what is derived", f"{len(quads):,}", ""),
        ("findings, the same of both", f"{number:,}", ""),
        ("pySHACL, from quads", f"{median(slow):.2f} s", ""),
        ("compiled, from an N-Triples file", f"{median(fast):.3f} s", ""),
        ("  engine to engine", f"{ratio(slow, fast):.0f} times", "at least 40"),
        ("pySHACL, from quads to findings", f"{median(told):.2f} s", ""),
        ("compiled, from quads to findings", f"{median(told_fast):.3f} s", ""),
        ("  from quads to findings", f"{ratio(told, told_fast):.0f} times", "at least 20"),
    ]


def measured(file: Path) -> None:
    """Checks a file in this process, one of its own; prints seconds, peak memory in MB and results."""
    shapes = runnable_shapes(read_ontology().shapes)
    start = time.perf_counter()
    results = len(shapes.validate_file(str(file)))
    spent = time.perf_counter() - start
    # Not ru_maxrss, which begins with the memory of the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    print(spent, int(peak.split()[1]) // 1024, results)


def growth(files: Iterable[Path]) -> list[tuple[str, str, str]]:
    """Time and memory of each file, and how much more time a statement takes than in the one before."""
    rows: list[tuple[str, str, str]] = []
    sizes: list[tuple[int, float]] = []
    for file in files:
        with file.open("rb") as lines:
            number = sum(1 for _ in lines)
        command = [sys.executable, __file__, "--measured", str(file)]
        spent, peak, results = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        sizes.append((number, float(spent)))
        rows.append((f"{number:,} statements, {results} results", f"{float(spent):.1f} s", f"{peak} MB, under 5,120"))
    for (before, one), (after, other) in itertools.pairwise(sizes):
        grown = 10 ** (math.log(other / one) / math.log(after / before))
        rows.append((f"  from {before:,} to {after:,}: time for 10 times as many", f"{grown:.1f} times", "at most 15"))
    return rows


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--copies", type=int, default=16, help="copies of the corpus in the largest graph (16)")
    arguments.add_argument("--folder", type=Path, help="where the graphs are made, and kept for another time")
    arguments.add_argument("--file", type=Path, help="the largest graph: N-Triples with the ontology, made elsewhere")
    arguments.add_argument("--measured", type=Path, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.measured:
        measured(options.measured)
        return
    print(described(), f"{options.runs} runs, medians", sep="; ")
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        show(compare(folder, options.runs))
        files = [works_file(1, 4_000, folder), works_file(1, 0, folder)]
        largest = (
            [options.file] if options.file else [works_file(options.copies, 0, folder)] if options.copies > 1 else []
        )
        show(growth([*files, *largest]))


if __name__ == "__main__":
    main()
