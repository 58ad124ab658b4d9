"""Files of a large graph loaded into its store, by threads beside other work, and gone on with after a kill."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, RdfFormat, Store

from ipcgraph.errors import StoreError
from ipcgraph.progress import progress

if TYPE_CHECKING:
    from collections.abc import Sequence

_THREADS: Final = 2
"""So many threads load at most: each uses little more than one processor, and 250 MB."""


class Loading:
    """Loads files of N-Triples, each into a graph of the store in a folder, in their order.

    Oxigraph lets Python's lock go meanwhile, so that a thread that loads slows nothing else down. The file `noted` has
    the number of those loaded; where it is there already, with the store, loading goes on behind them.
    """

    def __init__(self, files: Sequence[tuple[Path, NamedNode | None]], store: Path, noted: Path) -> None:
        self._files, self._folder, self._noted = files, store, noted
        self._threads = ThreadPoolExecutor(_THREADS)
        self._at_work: list[Future[None]] = []
        self._is_stopped = Event()
        self._lock = Lock()
        self._shown = ExitStack()
        self._store: Store | None = None
        done = int(json.loads(noted.read_text(encoding="utf-8"))) if noted.exists() and store.is_dir() else 0
        if not done:
            shutil.rmtree(store, ignore_errors=True)
        self._waiting = iter(range(done, len(files)))
        self._done = set(range(done))

    def hasten(self) -> None:
        """Has one more thread load, to a limit; gives at once. Raises StoreError where the store cannot be opened."""
        if len(self._at_work) == _THREADS:
            return
        if self._store is None:
            try:
                self._store = Store(str(self._folder))
            except (OSError, RuntimeError) as error:
                raise self._failed(error) from error
            self._show = self._shown.enter_context(progress("files loaded"))
        self._at_work.append(self._threads.submit(self._load, self._store))

    def finish(self) -> None:
        """Waits until all files are loaded, and closes the store.

        Raises StoreError where they cannot be; then nothing of the store is left.
        """
        try:
            for each in self._at_work:
                each.result()
        except (OSError, RuntimeError) as error:
            self.stop()
            shutil.rmtree(self._folder, ignore_errors=True)
            raise self._failed(error) from error
        self.stop()

    def stop(self) -> None:
        """Ends what was begun, waits until it has ended, and closes the store; what is loaded by then stays."""
        self._is_stopped.set()
        self._threads.shutdown()
        self._shown.close()
        self._at_work.clear()
        self._store = None

    def _load(self, store: Store) -> None:
        """Loads one file after the other as long as there are any."""
        try:
            while not self._is_stopped.is_set():
                with self._lock:
                    number = next(self._waiting, None)
                if number is None:
                    return
                path, graph = self._files[number]
                if path.stat().st_size:
                    store.bulk_load(path=path, format=RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)
                store.flush()
                with self._lock:
                    self._note(number)
        except BaseException:
            self._is_stopped.set()
            raise

    def _note(self, number: int) -> None:
        """Notes that a file is loaded: those count before which all are, so that none is left out later."""
        self._done.add(number)
        whole = next(each for each in range(len(self._done) + 1) if each not in self._done)
        unfinished = self._noted.with_suffix(".new")
        unfinished.write_text(str(whole), encoding="utf-8")
        unfinished.replace(self._noted)
        self._show(len(self._done), len(self._files))

    def _failed(self, error: Exception) -> StoreError:
        return StoreError(f"the graph cannot be written to {self._folder}: {error}")
