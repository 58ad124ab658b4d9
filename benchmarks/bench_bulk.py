"""Builds a center of a million works, against pyoxigraph's own bulk load of the same quads: time, memory, growth.

A build is what `ipcgraph build` does, in a process of its own: parts read and derived, checked, loaded, swapped in. The
corpus holds two pairs of works with one DOI, which no build accepts: the second DOI of each is left out first.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.enlarged_works import write_works
from benchmarks.machine import described, show

COPY = 63_969
"""Works of the corpus, and of each relabelled copy of it."""
SIZES = (4_000, COPY, 16 * COPY)
DOI = b"<https://w3id.org/ipcgraph/ns#doi>"
STEPS = {
    "read_parts": "parts read, derived, written down",
    "sift": "our own checks",
    "_write_whole": "all parts as one file",
    "validate_file": "SHACL",
    "load": "loaded, most of it beside the checks",
    "_write_columns": "columns (beside the load)",
}


def convert(works: int, folder: Path, source: Path) -> None:
    """Writes so many works as N-Triples into the project; prints the seconds."""
    from ipcgraph.imports.openalexbulk import write_openalex

    copies = max(1, works // COPY)
    parts = write_works(source, copies) if works >= COPY else write_works(source / str(works), 1, works=works)
    start = time.perf_counter()
    target = folder / "data" / "openalex.nt"
    write_openalex([(p, p.name) for p in parts], target, source="source/openalex", title="OpenAlex", processes=2)
    print(time.perf_counter() - start)
    seen: set[int] = set()
    with target.open("rb") as given, target.with_suffix(".new").open("wb") as kept:
        for line in given:
            if DOI in line:
                value = hash(line.rpartition(b"> ")[2])
                if value in seen:
                    continue
                seen.add(value)
            kept.write(line)
    target.with_suffix(".new").replace(target)


def build(folder: Path) -> None:
    """Builds the project; prints the seconds of all, and of each step, as JSON."""
    from ipcgraph import building
    from ipcgraph.bulk import graph
    from ipcgraph.bulk.storing import Loading
    from ipcgraph.settings import find_project

    spent: dict[str, float] = {}

    def timed(owner: Any, name: str) -> None:
        work: Callable[..., Any] = getattr(owner, name)

        def run(*given: Any, **options: Any) -> Any:
            start = time.perf_counter()
            made = work(*given, **options)
            made = list(made) if name in {"sift", "validate_file"} else made
            spent[name] = time.perf_counter() - start
            return made

        setattr(owner, name, run)

    for name in STEPS:
        if hasattr(graph.LargeGraph, name) or hasattr(graph, name):
            timed(graph.LargeGraph if name.startswith("_") else graph, name)
    begin, finish = Loading.__init__, Loading.finish

    def begun(*given: Any) -> None:
        spent["load"] = -time.perf_counter()
        begin(*given)

    def finished(loading: Any) -> None:
        finish(loading)
        spent["load"] += time.perf_counter()

    Loading.__init__ = begun  # type: ignore[method-assign, assignment]
    Loading.finish = finished  # type: ignore[method-assign, assignment]
    start = time.perf_counter()
    done = building.build(find_project(folder, environment={"IPCGRAPH_BULK": "0 B"}), notice=print_notice)
    spent["all"] = time.perf_counter() - start
    print(json.dumps({"spent": spent, "figures": done.manifest.figures, "folder": str(done.folder)}))


def print_notice(sentence: str) -> None:
    """Says on standard error what the build says."""
    print(sentence, file=sys.stderr)


def gather(folder: Path, target: Path) -> None:
    """Writes the quads that the build of a project loads as N-Quads, in the order of its files; prints their number.

    They are taken from its parts: to ask the store for all it has would take as long as everything else together. The
    two thousand statements of the ontology are left out.
    """
    from ipcgraph.deriving import derived_graph
    from ipcgraph.settings import find_project

    settings = find_project(folder)
    end = f" {derived_graph(settings.base)} .\n".encode()
    lines = 0
    with target.open("wb") as out:
        for part in sorted((settings.build_folder / "parts").iterdir()):
            for name, ending in (("text.nt", b""), ("derived.nt", b""), ("derived.nt", end)):
                with (part / name).open("rb") as file:
                    for line in file:
                        lines += 1
                        out.write(line.removesuffix(b" .\n") + ending if ending else line)
    print(lines)


def load(quads: Path, store: Path) -> None:
    """Loads N-Quads with pyoxigraph's own bulk loader; prints the seconds."""
    from pyoxigraph import RdfFormat, Store

    start = time.perf_counter()
    loaded = Store(str(store))
    loaded.bulk_load(path=quads, format=RdfFormat.N_QUADS, lenient=True)
    loaded.flush()
    print(time.perf_counter() - start)


def step(name: str, *given: object) -> tuple[str, int]:
    """What a step prints, run in a process of its own, and the most megabytes that it and its children had."""
    command = [sys.executable, __file__, "--step", name, *map(str, given)]
    peak = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:

        def watch() -> None:
            nonlocal peak
            while process.poll() is None:
                peak = max(peak, _megabytes(process.pid))
                time.sleep(0.2)

        watching = threading.Thread(target=watch)
        watching.start()
        said, _ = process.communicate()
        watching.join()
    if process.returncode:
        raise SystemExit(f"the step {name} failed")
    return said, peak


def _megabytes(root: int) -> int:
    """The memory of a process and all below it, without files that are mapped: they are fresh ones that share nothing.

    From `status`, which costs nothing: to count the pages of four gigabytes would slow down what is measured.
    """
    waiting, total = [root], 0
    while waiting:
        number = waiting.pop()
        try:
            status = Path(f"/proc/{number}/status").read_text(encoding="utf-8")
            children = Path(f"/proc/{number}/task/{number}/children").read_text(encoding="utf-8")
            anonymous = [line.split() for line in status.splitlines() if line.startswith(("RssAnon:", "RssShmem:"))]
        except OSError:
            continue
        total += sum(int(fields[1]) for fields in anonymous)
        waiting.extend(map(int, children.split()))
    return total // 1024


def measure(works: int, source: Path, scratch: Path) -> float:
    """Prints the table of one size; gives the seconds of everything."""
    folder = scratch / f"center-{works}"
    (folder / "data").mkdir(parents=True)
    (folder / "ipcgraph.toml").write_text("", encoding="utf-8")
    converted = float(step("convert", works, folder, source)[0])
    said, memory = step("build", folder)
    built = json.loads(said)
    quads = scratch / "all.nq"
    number = int(step("gather", folder, quads)[0])
    own, own_memory = step("load", quads, scratch / "own")
    bulk = float(own)
    spent: dict[str, float] = built["spent"]
    everything = converted + spent["all"]
    print(f"\n{works:,} works, {built['figures']['statements']:,} statements, {number:,} quads to load")
    show(
        [
            ("pyoxigraph bulk_load of the same quads, flushed", f"{bulk:.1f} s", f"{own_memory:,} MB"),
            ("import: JSON lines to N-Triples", f"{converted:.1f} s", ""),
            *((name, f"{spent.get(key, 0):.1f} s", "") for key, name in STEPS.items()),
            ("ipcgraph build, all of it", f"{spent['all']:.1f} s", f"{memory:,} MB, under 6,144"),
            ("rate of our load to bulk_load", f"{bulk / spent['load']:.2f}", "at least 0.60"),
            ("time of import and build to bulk_load", f"{everything / bulk:.2f}", "at most 2.50"),
        ]
    )
    for path in (folder, scratch / "own"):
        shutil.rmtree(path)
    quads.unlink()
    return everything


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--works", type=Path, help="where the enlarged works are, or are to be kept")
    arguments.add_argument("--scratch", type=Path, help="a folder with 40 GB of room (default: a temporary one)")
    arguments.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="numbers of works")
    arguments.add_argument("--runs", type=int, default=1, help=argparse.SUPPRESS)
    arguments.add_argument("--step", nargs="*", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.step:
        name, *given = options.step
        if name == "convert":
            convert(int(given[0]), Path(given[1]), Path(given[2]))
        elif name == "build":
            build(Path(given[0]))
        elif name == "gather":
            gather(Path(given[0]), Path(given[1]))
        else:
            load(Path(given[0]), Path(given[1]))
        return
    print(described())
    with tempfile.TemporaryDirectory(dir=options.scratch) as name:
        source = options.works or Path(name) / "works"
        before = 0.0
        for works in options.sizes:
            spent = measure(works, source, Path(name))
            if before:
                print(f"{'time to that of the size before':<64} {spent / before:>16.2f}")
            before = spent


if __name__ == "__main__":
    main()
