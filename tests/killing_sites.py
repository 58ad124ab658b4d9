"""Writes a site again and again, each time killed at another point; prints what is left after each kill.

Run as `python killing_sites.py PROJECT POINTS`. Each run has another title, so that every page differs. Two thirds of the points are
file operations of Python beside or in the site, one third moments in between. One JSON line a point: the titles that the pages of
the site have, how many files it holds, and whether it is whole.
"""

import json
import os
import re
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.killing import forked

from ipcgraph.project import build, site
from ipcgraph.settings import find_project

OPERATIONS = {"open", "os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "os.scandir", "shutil.rmtree"}


def written(settings, out, number, *, operation=0, seconds=0.0, counted=None):
    """Writes the site, and kills itself at an operation or after some seconds; may write the number of operations."""
    seen = 0

    def hook(event, arguments):
        nonlocal seen
        if event in OPERATIONS and f"{out.parent}{os.sep}" in f"{arguments[:1]}":
            seen += 1
            if seen == operation:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    if seconds:
        signal.setitimer(signal.ITIMER_REAL, seconds)
    started = time.perf_counter()
    site(settings, out, environment={"IPCGRAPH_SITE_TITLE": f"Title {number}"})
    if counted:
        counted.write_text(f"{seen} {time.perf_counter() - started}")


def state(out):
    pages = [path.read_text(encoding="utf-8") for path in out.rglob("*.html")] if out.is_dir() else []
    record = json.loads((out / "ipcgraph-site.json").read_text()) if pages else {"files": 0}
    files = sum(1 for path in out.rglob("*") if path.is_file())
    titles = sorted({title for page in pages for title in re.findall(r"Title \d+", page)})
    return {"titles": titles, "files": files, "whole": bool(pages) and files == record["files"]}


def main():
    project, points = Path(sys.argv[1]), int(sys.argv[2])
    out = project / "public" / "site"
    scratch = project / "scratch.txt"
    settings = find_project(project)
    build(settings)
    assert forked(lambda: written(settings, out, 1000)) == 0
    assert forked(lambda: written(settings, out, 1001, counted=scratch)) == 0
    operations, seconds = scratch.read_text().split()
    some = points * 2 // 3
    at_operations = [max(1, round(int(operations) * number / (some - 1))) for number in range(some)]
    at_seconds = [float(seconds) * (number + 1) / (points - some + 1) for number in range(points - some)]
    for number, point in enumerate(at_operations + at_seconds):
        point_at = {"operation": point} if number < some else {"seconds": point}
        status = forked(lambda number=number, point_at=point_at: written(settings, out, number, **point_at))
        print(json.dumps({"number": number, "killed": os.WIFSIGNALED(status), **state(out)}), flush=True)
    assert forked(lambda: written(settings, out, points)) == 0
    left = sorted(path.name for path in out.parent.iterdir())
    print(json.dumps({"number": points, "killed": False, "left": left, **state(out)}))


if __name__ == "__main__":
    main()
