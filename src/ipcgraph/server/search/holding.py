"""The search of a build in use: its index, which a process of its own makes where there is none."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from ipcgraph.errors import ProjectError
from ipcgraph.server.search.index import FOLDER, SearchIndex, is_written
from ipcgraph.server.service import NotReadyError

if TYPE_CHECKING:
    from pathlib import Path


class Search:
    """The search of one build. Any thread may ask; while the index is made, NotReadyError says so.

    The first question begins to make it where there is none yet; `begin` does so earlier, `close` ends what is begun.
    """

    def __init__(self, build: Path, store: Path, columns: Path, *, base: str) -> None:
        self._folder = build / FOLDER
        self._store = store
        self._columns = columns
        self._base = base
        self._index: SearchIndex | None = None
        self._making: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Starts to make the index where there is none; comes back at once."""
        with self._lock:
            if self._making is None and not is_written(self._folder):
                arguments = [str(self._store), str(self._columns), str(self._folder), self._base]
                self._making = subprocess.Popen(  # noqa: S603  # our own module
                    [sys.executable, "-m", "ipcgraph.server.search", *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                )

    def wait(self) -> SearchIndex:
        """The index, once it is made. Raises ProjectError where that fails."""
        self.begin()
        if self._making is not None:
            self._making.wait()
        return self.index

    @property
    def index(self) -> SearchIndex:
        """The index. Raises NotReadyError while it is made, ProjectError where that has failed."""
        return self._index or self._opened()

    def _opened(self) -> SearchIndex:
        self.begin()
        with self._lock:
            if self._making is not None and self._making.poll() is None:
                raise NotReadyError("the search index is being made; ask again in a few seconds")
            if self._making is not None and self._making.returncode:
                raise ProjectError(f"the search index in {self._folder} could not be made; the server's log says why")
            self._index = SearchIndex.open(self._folder)
            return self._index

    def close(self) -> None:
        """Ends the process that makes the index, if it still does."""
        if self._making is not None and self._making.poll() is None:
            self._making.kill()
            self._making.wait()
