"""Loading a whole graph at once: quads into a store on disk, and the columns beside it, in one pass."""

from __future__ import annotations

import gc
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final

from pyoxigraph import RdfFormat, Store, serialize

from ipcgraph.collecting import ColumnsBuilder
from ipcgraph.columns import Columns, write_columns
from ipcgraph.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import Quad

CHUNK: Final = 250_000
"""So many quads are loaded at a time, while the next ones are made."""


def load_quads(quads: Iterable[Quad], *, store: Path, columns: Path) -> Columns:
    """The columns of these quads, after they were loaded into a new store, flushed, and the columns written beside it.

    The quads are read once and not kept, so a generator over any number of them will do; where it raises an exception,
    or the loading does, the folder of the store is removed. None may hold a blank node (readers refuse them): those of
    different chunks would be told apart. Raises StoreError where the folders cannot be written.
    """
    builder = ColumnsBuilder()
    try:
        loaded = Store(str(store))
        with collector_paused():
            _load(loaded, builder.watch(quads))
        loaded.flush()
        collected = builder.columns()
        write_columns(collected, columns)
    except (OSError, RuntimeError) as error:
        shutil.rmtree(store, ignore_errors=True)
        raise StoreError(f"the graph cannot be written to {store}: {error}") from error
    except BaseException:
        shutil.rmtree(store, ignore_errors=True)
        raise
    return collected


def _load(store: Store, quads: Iterator[Quad]) -> None:
    """Loads the quads by chunks, each in a second thread while Python makes the next.

    `bulk_extend` would hold Python's lock all the while it loads; `bulk_load` of text lets it go, which saves more than
    the text costs.
    """
    with ThreadPoolExecutor(max_workers=1) as worker:
        loading = None
        while text := serialize(islice(quads, CHUNK), format=RdfFormat.N_QUADS):
            if loading:
                loading.result()
            loading = worker.submit(store.bulk_load, text, RdfFormat.N_QUADS, lenient=True)
        if loading:
            loading.result()


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keeps Python from looking for cycles while millions of quads pass: it costs a tenth of the time, for nothing."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
