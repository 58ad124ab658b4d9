"""Makes the search index of a build, in a process of its own; its arguments are STORE, COLUMNS, FOLDER and BASE."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ipcgraph.errors import IpcgraphError
from ipcgraph.server.search.index import make_index


def main() -> int:
    """0 once the index is there, 1 with a sentence on stderr where it cannot be made."""
    store, columns, folder, base = sys.argv[1:]
    if hasattr(os, "nice"):
        os.nice(5)  # the requests that are answered meanwhile come first
    try:
        make_index(Path(store), Path(columns), Path(folder), base=base)
    except IpcgraphError as error:
        sys.stderr.write(f"ipcgraph: error: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
