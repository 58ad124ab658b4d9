"""Times saved queries on the built graph, against starting Python and against the same query in an rdflib script."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from pyoxigraph import DefaultGraph, RdfFormat, Store

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import alternating, asked_runs, console_script, median, process, ratio, show
from benchmarks.project_copy import copy_project

QUERIES = ("coauthor-pairs", "funding", "work-counts-by-type")

SCRIPT = """
import sys
import rdflib
graph = rdflib.Graph().parse(sys.argv[1], format="turtle")
for row in graph.query(open(sys.argv[2], encoding="utf-8").read()):
    print(*row, sep="\\t")
"""


def rows(command: list[str]) -> int:
    """How many lines a command prints, to see that both ways answer."""
    return len(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines())


def main() -> None:
    runs = asked_runs(__doc__, default=15)
    with tempfile.TemporaryDirectory() as name:
        folder = copy_project(Path(name))
        ipcgraph = [console_script(), "--project", str(folder)]
        subprocess.run([*ipcgraph, "build"], check=True, capture_output=True)
        turtle = folder / "graph.ttl"
        store = Store.read_only(str(folder / ".ipcgraph" / "current" / "store"))
        store.dump(str(turtle), format=RdfFormat.TURTLE, from_graph=DefaultGraph())
        script = folder / "script.py"
        script.write_text(SCRIPT, encoding="utf-8")
        for query in QUERIES:
            text = folder / f"{query}.rq"
            shown = subprocess.run([*ipcgraph, "query", query, "--show"], check=True, capture_output=True, text=True)
            text.write_text(shown.stdout, encoding="utf-8")
            ours = [*ipcgraph, "query", query, "--format", "tsv"]
            theirs = [sys.executable, str(script), str(turtle), str(text)]
            # One line more for the head of the table.
            assert rows(ours) == rows(theirs) + 1 > 1, query  # noqa: S101
            nothing, query_times, rdflib_times = alternating(
                partial(process, [sys.executable, "-c", "pass"]),
                partial(process, ours),
                partial(process, theirs),
                runs=runs,
            )
            show(
                [
                    ("python -c pass", f"{median(nothing) * 1000:.1f} ms", ""),
                    (f"ipcgraph query {query}", f"{median(query_times) * 1000:.1f} ms", ""),
                    ("  to python -c pass", f"{ratio(query_times, nothing):.2f}", "at most 6.00"),
                    ("the same query in a script with rdflib", f"{median(rdflib_times) * 1000:.0f} ms", ""),
                    ("  to ipcgraph query", f"{ratio(rdflib_times, query_times):.2f}", "at least 4.00"),
                ]
            )


if __name__ == "__main__":
    main()
