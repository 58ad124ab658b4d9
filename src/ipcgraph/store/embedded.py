"""The embedded store: Oxigraph in this process, on disk or in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Self

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    RdfFormat,
    Triple,
)
from pyoxigraph import Store as Oxigraph

from ipcgraph.errors import IpcgraphError, StoreError
from ipcgraph.tables import Answer, Table
from ipcgraph.tokens import check_nesting, syntax_error

if TYPE_CHECKING:
    from pathlib import Path


class EmbeddedStore:
    """A Store in this process: made by `open`, `create` or `memory`.

    There is no time limit on a query, and Ctrl-C does not end one: Oxigraph has neither in Python.

    >>> with EmbeddedStore.memory() as store:
    ...     store.query("ASK { ?thing ?property ?value }")
    False
    """

    def __init__(self, oxigraph: Oxigraph, name: str) -> None:
        self._oxigraph: Oxigraph | None = oxigraph
        self._name = name

    @classmethod
    def open(cls, path: Path) -> Self:
        """The store in a folder, to be read; it keeps what it finds now, whatever is written later."""
        if not path.is_dir():
            raise StoreError(f"there is no store in {path}; ipcgraph build makes it")
        try:
            return cls(Oxigraph.read_only(str(path)), str(path))
        except (OSError, RuntimeError) as error:
            raise StoreError(f"the store in {path} cannot be read ({error}); ipcgraph build makes it anew") from error

    @classmethod
    def create(cls, path: Path) -> Self:
        """The store in a folder, to be written; made where there is none. One writer at a time."""
        try:
            return cls(Oxigraph(str(path)), str(path))
        except (OSError, RuntimeError) as error:
            raise StoreError(f"the store in {path} cannot be written ({error})") from error

    @classmethod
    def memory(cls) -> Self:
        """A store in memory, empty."""
        return cls(Oxigraph(), "memory")

    def query(self, text: str) -> Answer:
        check_nesting(text)
        try:
            answer = self._open.query(text)
            if isinstance(answer, QueryBoolean):
                return bool(answer)
            return Table.of(answer) if isinstance(answer, QuerySolutions) else list(answer)
        except IpcgraphError:
            raise
        except SyntaxError as error:
            raise syntax_error(text, str(error)) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise StoreError(f"the query could not be answered ({error})") from error

    def load(self, quads: Iterable[Quad]) -> None:
        """Add quads in one bulk load, flushed to disk; after a failure none of them is there."""
        store = self._open
        try:
            store.bulk_extend(quads)
            store.flush()
        except (OSError, RuntimeError) as error:
            raise StoreError(f"the store in {self._name} cannot be written ({error})") from error

    def dump(self) -> Iterator[Quad]:
        """All quads of all graphs, in no order that means something."""
        return self._open.quads_for_pattern(None, None, None, None)

    def statements(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        value: NamedNode | BlankNode | Literal | Triple | None = None,
    ) -> Iterator[Quad]:
        """The statements of the default graph with these terms, None standing for any; in no order.

        A look-up in an index: it takes as long as what it finds, however large the graph.
        """
        return self._open.quads_for_pattern(subject, predicate, value, DefaultGraph())

    def count(self) -> int:
        """The number of quads of all graphs."""
        return len(self._open)

    def lines(self, graph: NamedNode | None = None) -> Iterator[str]:
        """The statements of the default graph, or of another, as lines of N-Triples without line ends; in no order.

        They wait in a file without a name: it takes a tenth of the time of making each statement in Python.
        """
        from tempfile import TemporaryFile

        with TemporaryFile("w+b") as file:
            self._open.dump(file, RdfFormat.N_TRIPLES, from_graph=graph or DefaultGraph())
            file.seek(0)
            for line in file:
                yield line[:-1].decode()

    def close(self) -> None:
        # Oxigraph lets go of its files when the last reference goes.
        self._oxigraph = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _open(self) -> Oxigraph:
        if self._oxigraph is None:
            raise StoreError(f"the store in {self._name} is closed")
        return self._oxigraph
