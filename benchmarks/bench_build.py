"""Times the build of the center's graph with all its checks, and a build where nothing has changed."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import alternating, asked_runs, console_script, median, process, processor_time, ratio, show
from benchmarks.project_copy import copy_project


def main() -> None:
    runs = asked_runs(__doc__, default=9)
    with tempfile.TemporaryDirectory() as name:
        folder = copy_project(Path(name))
        build = [console_script(), "--project", str(folder), "build"]
        record = folder / "data" / "ipc" / "works.yaml"
        text = record.read_text(encoding="utf-8")

        full = []
        for number in range(runs):
            # Another comment each time: the files have changed, the graph has not.
            record.write_text(f"{text}# {number}\n", encoding="utf-8")
            full.append(processor_time(build))
        nothing, unchanged = alternating(
            lambda: process([sys.executable, "-c", "pass"]), lambda: process(build), runs=runs
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
