"""Times the build of the center's graph with all its checks, and a build where nothing has changed."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import alternating, console_script, described, median, process, processor_time, ratio, show
from benchmarks.project_copy import copy_project


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=9)
    options = arguments.parse_args()
    print(described(), f"{options.runs} runs, medians", sep="; ")
    with tempfile.TemporaryDirectory() as name:
        folder = copy_project(Path(name))
        build = [console_script(), "--project", str(folder), "build"]
        record = folder / "data" / "ipc" / "works.yaml"
        text = record.read_text(encoding="utf-8")

        full = []
        for number in range(options.runs):
            # Another comment each time: the files have changed, the graph has not.
            record.write_text(f"{text}# {number}\n", encoding="utf-8")
            full.append(processor_time(build))
        nothing, unchanged = alternating(
            lambda: process([sys.executable, "-c", "pass"]), lambda: process(build), runs=options.runs
        )
    show(
        [
            ("ipcgraph build, processor time, with pySHACL", f"{median(full):.2f} s", "under 2.00 s"),
            ("python -c pass", f"{median(nothing) * 1000:.1f} ms", ""),
            ("ipcgraph build, nothing changed", f"{median(unchanged) * 1000:.1f} ms", ""),
            ("  to python -c pass", f"{ratio(unchanged, nothing):.2f}", "under 10.00"),
        ]
    )


if __name__ == "__main__":
    main()
