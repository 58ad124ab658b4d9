"""Builds a project again and again, each time killed at another point; prints what is left after each kill.

Run as `python killing.py PROJECT POINTS`. Half of the points are file operations of Python (the n-th opening, renaming or making of
a file below the project), half are moments in between, so that the store's own native writes are hit too. One JSON line a point:
what the current build answers afterwards, and the names in the build folder.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

import networkx as nx  # noqa: F401  # imported before the forks, so that each fork only builds
import numpy as np  # noqa: F401
import pyoxigraph
import pyshacl  # noqa: F401
import rdflib  # noqa: F401

from ipcgraph.building import build
from ipcgraph.manifest import current_build
from ipcgraph.settings import find_project

OPERATIONS = {
    "open",
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.symlink",
    "os.rmdir",
    "shutil.rmtree",
    "sqlite3.connect",
}
NAMES = "SELECT ?name WHERE { ?s a <https://w3id.org/ipcgraph/ns#Center> ; <http://xmlns.com/foaf/0.1/name> ?name } ORDER BY ?name"


def forked(work):
    """Runs work in a child; gives the child's status."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  # the child must end here, whatever happens
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def killed_build(settings, *, operation=0, seconds=0.0, counted=None):
    """Builds, and kills itself at an operation or after some seconds; may write the number of operations instead."""
    seen = 0

    def hook(event, arguments):
        nonlocal seen
        if event in OPERATIONS and str(settings.build_folder) in str(arguments[:1]):
            seen += 1
            if seen == operation:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    if seconds:
        # The default action of SIGALRM ends the process at once, also inside native code.
        signal.setitimer(signal.ITIMER_REAL, seconds)
    started = time.perf_counter()
    build(settings, force=True)
    if counted:
        counted.write_text(f"{seen} {time.perf_counter() - started}")


def answer(settings, out):
    store = pyoxigraph.Store.read_only(str(current_build(settings) / "store"))
    found = store.query(NAMES)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    out.write_text(json.dumps([row["name"].value for row in found]))


def main():
    project, points = Path(sys.argv[1]), int(sys.argv[2])
    settings = find_project(project)
    scratch = project / "scratch.txt"
    record = settings.data_folder / "center.yaml"
    first = record.read_text(encoding="utf-8")
    assert forked(lambda: killed_build(settings, counted=scratch)) == 0
    operations, seconds = scratch.read_text().split()
    half = points // 2
    at_operations = [1 + round(n * (int(operations) - 1) / (half - 1)) for n in range(half)]
    at_seconds = [float(seconds) * (n + 1) / (points - half + 1) for n in range(points - half)]
    for number, point in enumerate(at_operations + at_seconds):
        record.write_text(first.replace("name: ", f"name: {number} ", 1), encoding="utf-8")
        point_at = {"operation": point} if number < half else {"seconds": point}
        status = forked(lambda point_at=point_at: killed_build(settings, **point_at))
        assert forked(lambda: answer(settings, scratch)) == 0
        names = json.loads(scratch.read_text())
        left = sorted(p.name for p in settings.build_folder.iterdir())
        print(
            json.dumps({"number": number, "killed": os.WIFSIGNALED(status), "names": names, "left": left}), flush=True
        )
    record.write_text(first, encoding="utf-8")
    assert forked(lambda: build(settings)) == 0
    assert forked(lambda: answer(settings, scratch)) == 0
    left = sorted(p.name for p in settings.build_folder.iterdir())
    print(json.dumps({"number": -1, "killed": False, "names": json.loads(scratch.read_text()), "left": left}))


if __name__ == "__main__":
    main()
