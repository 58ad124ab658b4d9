"""A store holds a graph and answers queries: on disk or in memory (embedded.py), or a SPARQL endpoint (remote.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, Self

from pyoxigraph import Quad

from ipcgraph.tables import Answer


class Store(Protocol):
    """What every store can do; a context manager that closes itself."""

    def query(self, text: str) -> Answer:
        """The answer to a SPARQL query: SELECT a Table, ASK a truth value, CONSTRUCT and DESCRIBE triples.

        Raises QueryError where the text is not SPARQL or could end the process, StoreError where the store fails.
        """
        ...

    def load(self, quads: Iterable[Quad]) -> None:
        """Add quads, and return when they are kept safe; StoreError where they cannot be."""
        ...

    def dump(self) -> Iterator[Quad]:
        """All quads of all graphs, in no order that means something."""
        ...

    def close(self) -> None:
        """Let go of files and connections; to close twice is fine."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...
