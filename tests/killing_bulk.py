"""Builds a project with large files, and ends itself where a file of this name is opened for the n-th time.

Run as `python killing_bulk.py PROJECT NAME N`; with N 0 the build goes to its end.
"""

import os
import signal
import sys

from ipcgraph import processes
from ipcgraph.building import build
from ipcgraph.bulk import streaming
from ipcgraph.settings import find_project


def main():
    project, name, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
    # Many small parts, made in this very process.
    for module, constant, value in ((streaming, "RANGE", 5_000), (processes, "MOST_PROCESSES", 1)):
        setattr(module, constant, value)
    settings = find_project(project, environment={"IPCGRAPH_BULK": "0 B"})
    seen = 0

    def hook(event, arguments):
        nonlocal seen
        if event == "open" and str(arguments[0]).endswith(name) and str(arguments[1])[:1] in {"w", "a"}:
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    build(settings, notice=lambda sentence: print(sentence, flush=True))
    print("built")


if __name__ == "__main__":
    main()
