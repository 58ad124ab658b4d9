"""What worker processes do with a store: SPARQL queries, answered straight into bytes."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast
from urllib.parse import urljoin

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Store, serialize

from ipcgraph.errors import StoreError
from ipcgraph.media import format_of_media_type
from ipcgraph.server.errorplaces import placed_error
from ipcgraph.server.outcomes import Refused, RefusedError
from ipcgraph.server.protocol import Posed, Wrong, judge, told
from ipcgraph.vocabulary import DEFAULT_BASE, PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, DefaultGraph

    from ipcgraph.server.output import Output
    from ipcgraph.store.embedded import EmbeddedStore

IN_MEMORY: Final = 8 << 20
"""A store whose files have no more bytes is read into memory, where queries are up to four times as fast."""


class Opened:
    """The store that a worker has open; it is opened anew when a task names another one."""

    def __init__(self) -> None:
        self._path = ""
        self._store: Store | None = None

    def store(self, path: str) -> Store:
        """The store in this folder, to be read; StoreError where it cannot be."""
        if self._store is None or path != self._path:
            self._store = None
            self._store, self._path = _open(path), path
        return self._store

    def embedded(self, path: str) -> EmbeddedStore:
        """The same as a Store of ours."""
        from ipcgraph.store.embedded import EmbeddedStore

        return EmbeddedStore(self.store(path), path)


def _open(path: str) -> Store:
    try:
        store = Store.read_only(path)
        if sum(file.stat().st_size for file in Path(path).glob("*.sst")) > IN_MEMORY:
            return store
        copy = Store()
        copy.bulk_extend(store)
    except (OSError, RuntimeError) as error:
        raise StoreError(f"the store in {path} cannot be read ({error})") from error
    return copy


def sparql(
    opened: Opened,
    output: Output,
    *,
    store: str,
    text: str,
    media_type: str,
    base: str = DEFAULT_BASE,
    default_graphs: list[str] | None = None,
    named_graphs: list[str] | None = None,
    graphs: list[str] | None = None,
) -> str:
    """Writes the answer to a query that was checked, in this media type, which is given back.

    Relative IRIs are read from `base`. Lists of graphs replace those of the query.

    `graphs` are the graphs that the query itself names in FROM: those that are not in the store are refused. Raises
    QueryError, or RefusedError with the status.
    """
    asked = opened.store(store)
    for graph in graphs or ():
        if not _has_graph(asked, urljoin(base, graph)):
            raise RefusedError(Refused(400, _NO_GRAPH.format(graph)))
    try:
        default = cast("list[NamedNode | BlankNode | DefaultGraph] | None", _nodes(default_graphs))
        answer = asked.query(text, base_iri=base, default_graph=default, named_graphs=_nodes(named_graphs))
        _write(answer, output, media_type)
    except SyntaxError as error:
        raise placed_error(text, str(error), partial(asked.query, base_iri=base)) from error
    except (RuntimeError, ValueError, OSError) as error:
        if isinstance(error, (RefusedError, StoreError)):
            raise
        raise RefusedError(Refused(400, f"the query cannot be answered: {error}")) from error
    return media_type


def posed_sparql(
    opened: Opened,
    output: Output,
    *,
    store: str,
    text: str,
    base: str,
    named: str,
    accept: str | None,
    default_graphs: list[str] | None,
    named_graphs: list[str] | None,
    nesting: int,
) -> str:
    """As `sparql`, of a query that was not checked, and in what is wanted most; the media type that is to be said."""
    default = None if default_graphs is None else tuple(default_graphs)
    others = None if named_graphs is None else tuple(named_graphs)
    asked = judge(
        Posed(text, named, accept, has_page=False, default_graphs=default, named_graphs=others), nesting=nesting
    )
    if isinstance(asked, Wrong):
        raise RefusedError(Refused(asked.status, told(asked), asked.line, asked.column))
    if asked.written_as.endswith("+xml"):
        output.expect_xml()
    sparql(
        opened,
        output,
        store=store,
        text=text,
        media_type=asked.written_as,
        base=base,
        default_graphs=default_graphs,
        named_graphs=named_graphs,
        graphs=list(asked.graphs),
    )
    return asked.media_type


_NO_GRAPH: Final = "FROM names <{}>, which is no graph of this dataset; nothing outside of it is read"


def _has_graph(store: Store, graph: str) -> bool:
    try:
        return store.contains_named_graph(NamedNode(graph))
    except ValueError:
        return False


def _nodes(iris: list[str] | None) -> list[NamedNode | BlankNode] | None:
    return None if iris is None else [NamedNode(iri) for iri in iris]


def _write(answer: QuerySolutions | QueryBoolean | QueryTriples, output: Output, media_type: str) -> None:
    """The answer in the format of the media type, as pyoxigraph writes it, but for Turtle, which gets prefixes."""
    chosen = format_of_media_type(media_type)
    if chosen is None:
        raise RefusedError(Refused(406, f"nothing is written as {media_type}"))
    # pyoxigraph asks no more of a file than write and flush.
    if not isinstance(answer, QueryTriples):
        answer.serialize(cast("IO[bytes]", output), chosen.results)
    elif chosen.rdf == RdfFormat.TURTLE:
        head = _Head(output)
        serialize(answer, cast("IO[bytes]", head), chosen.rdf, prefixes=PREFIXES)
        head.end()
    else:
        answer.serialize(cast("IO[bytes]", output), chosen.rdf)


class _Head:
    """Sorts the prefixes that Turtle begins with, which come in another order each time, and passes on the rest."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._pending: bytes | None = b""

    def write(self, piece: bytes) -> int:
        if self._pending is None:
            return self._output.write(piece)
        self._pending += piece
        *lines, last = self._pending.splitlines(keepends=True) or [b""]
        if any(not line.startswith(_PREFIX) for line in lines) or not last.startswith(_PREFIX[: len(last)]):
            self.end()
        return len(piece)

    def flush(self) -> None:
        """Does nothing; writers expect it."""

    def end(self) -> None:
        """Writes what is held back."""
        lines = (self._pending or b"").splitlines(keepends=True)
        self._pending = None
        head = sum(1 for line in lines if line.startswith(_PREFIX))
        self._output.write(b"".join([*sorted(lines[:head]), *lines[head:]]))


_PREFIX: Final = b"@prefix "


def warm(opened: Opened, output: Output, *, store: str) -> str:
    """Opens a store before it is asked; writes what there is of it, for the log."""
    opened.store(store)
    output.write(json.dumps({"store": store}).encode())
    return "application/json"
