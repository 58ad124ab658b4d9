"""Projection, components, PageRank, k-core and communities of 63,969 works and of sixteen times as many."""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from benchmarks.bench_corpus import quads
from benchmarks.enlarged import enlarged
from benchmarks.machine import asked_runs, median, ratio, show

from ipcgraph.collecting import collect_columns
from ipcgraph.columns import read_columns, write_columns
from ipcgraph.networks import project
from ipcgraph.networks.arrays import Arrays, components, pagerank
from ipcgraph.networks.cohesion import core_numbers
from ipcgraph.networks.communities import find_communities, modularity

COPIES = 16
STEPS = ("projection", "components", "PageRank", "k-core", "communities (Leiden)")


def run(folder: Path, copies: int) -> dict[str, float]:
    """Wall and processor seconds of each step and what came out. To be run in a process of its own, for its memory.

    Most of it uses one core; on a busy machine the wall time counts what others do, and the processor time does not.
    """
    columns = read_columns(folder)
    if copies > 1:
        columns = enlarged(columns, copies)
    # What is imported at the first use is counted on neither side.
    find_communities(Arrays(2, np.zeros(1, np.int32), np.ones(1, np.int32), np.ones(1)), "leiden")
    moments = [(time.perf_counter(), time.process_time())]

    def done() -> None:
        moments.append((time.perf_counter(), time.process_time()))

    found = project(columns)
    arrays = Arrays(len(found.person), found.source, found.target, found.weight)
    done()
    part = components(arrays)
    done()
    rank = pagerank(arrays)
    done()
    core = core_numbers(arrays)
    done()
    community = find_communities(arrays, "leiden")
    done()
    spent = [[after - before for before, after in itertools.pairwise(clock)] for clock in zip(*moments, strict=True)]
    assert abs(rank.sum() - 1) < 1e-9  # noqa: S101
    return {
        **{f"{step}, wall": seconds for step, seconds in zip(STEPS, spent[0], strict=True)},
        **dict(zip(STEPS, spent[1], strict=True)),
        "works": len(columns.works.work),
        "persons": arrays.size,
        "links": len(arrays.source),
        "number of components": int(part.max()),
        "greatest core": int(core.max()),
        "number of communities": int(community.max()),
        "modularity": modularity(arrays, community) or 0.0,
        "peak memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }


def measured(folder: Path, copies: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--run", str(folder), str(copies)]
    answer: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return answer


def main() -> None:
    if sys.argv[1:2] == ["--run"]:
        arguments = argparse.ArgumentParser(description=__doc__)
        arguments.add_argument("--run", nargs=2, metavar=("FOLDER", "COPIES"), help=argparse.SUPPRESS)
        folder, copies = arguments.parse_args().run
        print(json.dumps(run(Path(folder), int(copies))))
        return
    runs = asked_runs(__doc__, default=3)
    singles, larges = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "columns"
        write_columns(collect_columns(quads()), folder)
        for _ in range(runs):
            singles.append(measured(folder, 1))
            larges.append(measured(folder, COPIES))
    rows = []
    for step in STEPS:
        one, many = (median(found[step] for found in each) for each in (singles, larges))
        rows.append((f"{step}, processor time", f"{one:.3f} s, {many:.2f} s", f"{many / one:.1f} times"))
    for clock, key in (("wall", ", wall"), ("processor", "")):
        totals = [[sum(found[step + key] for step in STEPS) for found in each] for each in (singles, larges)]
        rows.append((f"all steps, {clock} time", f"{median(totals[0]):.2f} s, {median(totals[1]):.2f} s", ""))
        rows.append((f"  {COPIES}-fold to single", f"{ratio(totals[1], totals[0]):.1f}", "at most 20.0"))
    memory = max(found["peak memory"] for found in larges)
    rows += [
        (f"  peak memory of {COPIES}-fold, columns included", f"{memory:.2f} GiB", "under 4.00"),
        ("  peak memory of single", f"{max(found['peak memory'] for found in singles):.2f} GiB", ""),
    ]
    for key in ("works", "persons", "links", "number of components", "greatest core", "number of communities"):
        rows.append((key, f"{singles[0][key]:,}, {larges[0][key]:,}", ""))
    rows.append(("modularity", f"{singles[0]['modularity']:.4f}, {larges[0]['modularity']:.4f}", ""))
    show(rows)


if __name__ == "__main__":
    main()
