"""Loading a whole graph at once: quads into a store on disk, and the columns beside it, in one pass."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyoxigraph import Store

from ipcgraph.collecting import ColumnsBuilder
from ipcgraph.columns import Columns, write_columns
from ipcgraph.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import Quad


def load_quads(quads: Iterable[Quad], *, store: Path, columns: Path) -> Columns:
    """The columns of these quads, after they were loaded into a new store, flushed, and the columns written beside it.

    The quads are read once and not kept, so a generator over any number of them will do; an exception that it raises
    leaves the store without any of them. Raises StoreError where the folders cannot be written.
    """
    builder = ColumnsBuilder()
    try:
        loaded = Store(str(store))
        with _collector_paused():
            loaded.bulk_extend(builder.watch(quads))
        loaded.flush()
        collected = builder.columns()
        write_columns(collected, columns)
    except OSError as error:
        raise StoreError(f"the graph cannot be written to {store}: {error}") from error
    return collected


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keeps Python from looking for cycles while millions of quads pass: it costs a tenth of the time, for nothing."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
