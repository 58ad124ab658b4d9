"""Uploading: a build put into the store that the settings name, beside its graph, and then in its place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from ipcgraph.copies import copy_of, read_copy, write_copy
from ipcgraph.errors import QueryError, StoreError, StoreRefusedError, StoreUnreachableError, UsageError
from ipcgraph.manifest import STORE
from ipcgraph.parameters import join
from ipcgraph.revisions import GRAPH, PROPERTY, revision_node, revision_of, stored_revision
from ipcgraph.store.connecting import DERIVED, connect
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.tables import Table

if TYPE_CHECKING:
    from pathlib import Path

    from ipcgraph.settings import Settings
    from ipcgraph.store.remote import RemoteStore

PART: Final = 50_000
"""Statements of one request of the graph store protocol."""
BATCH: Final = 1_000
"""Statements of one INSERT DATA: some servers refuse 10,000 lines."""
SLOWEST: Final = 1_000
"""So many statements a second a server is given time for; Oxigraph puts 12,000 a second in place."""
MANY: Final = 500_000
"""Of more statements it is said that putting them in place takes long."""
STAGING: Final = "graph/staging"
MARK: Final = "graph/upload"
"""The graph, below the base, that says which upload is under way."""

_DROP: Final = ("DROP SILENT GRAPH ", "graph", "")
_TRY: Final = ("INSERT DATA { GRAPH ", "staging", " { ", "staging", f" {PROPERTY} ", "token", " } }")
_SEEN: Final = ("ASK { ", "staging", f" {PROPERTY} ", "token", " }")
_ANY: Final = ("SELECT ?subject WHERE { ?subject ?predicate ?object } LIMIT 1",)
_COUNT: Final = ("SELECT (COUNT(*) AS ?number) WHERE { GRAPH ", "graph", " { ?subject ?predicate ?object } }")
_COUNT_DEFAULT: Final = ("SELECT (COUNT(*) AS ?number) WHERE { ?subject ?predicate ?object }",)
_MARK: Final = (
    "DELETE WHERE { GRAPH ", "mark", " { ", "subject", f" {PROPERTY} ?old }} }} ; INSERT DATA {{ GRAPH ", "mark", " { ",
    "subject", f" {PROPERTY} ", "token", " } }",
)  # fmt: skip
_UNMARK: Final = ("DELETE WHERE { GRAPH ", "mark", " { ", "subject", f" {PROPERTY} ?old }} }}")
_MARKED: Final = ("SELECT ?token WHERE { GRAPH ", "mark", " { ", "subject", f" {PROPERTY} ?token }} }}")
_REPLACE: Final = (
    "DELETE { GRAPH ", "graph", " { ?s ?p ?o } } WHERE { GRAPH ", "graph", " { ?s ?p ?o } FILTER NOT EXISTS { GRAPH ",
    "staging", " { ?s ?p ?o } } } ; INSERT { GRAPH ", "graph", " { ?s ?p ?o } } WHERE { GRAPH ", "staging",
    " { ?s ?p ?o } } ; DROP SILENT GRAPH ", "staging", "",
)  # fmt: skip
_NO_REVISION: Final = ("DELETE WHERE { GRAPH ", "revisions", " { ", "subject", f" {PROPERTY} ?old }} }}")
_MOVE: Final = ("MOVE GRAPH ", "staging", " TO GRAPH ", "graph", "")
_REPLACE_DEFAULT: Final = (
    "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o FILTER NOT EXISTS { GRAPH ", "staging",
    " { ?s ?p ?o } } } ; INSERT { ?s ?p ?o } WHERE { GRAPH ", "staging", " { ?s ?p ?o } } ; DROP SILENT GRAPH ",
    "staging", "",
)  # fmt: skip
_REVISION: Final = ("INSERT DATA { GRAPH ", "revisions", " { ", "subject", f" {PROPERTY} ", "revision", " } }")


class _Names(NamedTuple):
    """The graphs of an upload, and its token."""

    subject: NamedNode
    graph: NamedNode | None
    """The project's graph; None for the server's default one."""
    derived: NamedNode
    staging: NamedNode
    staging_derived: NamedNode
    revisions: NamedNode
    mark: NamedNode
    token: Literal

    def text(self, *parts: tuple[str, ...], **more: NamedNode | Literal) -> str:
        """The updates or the query with these names in it."""
        known = {name: term for name, term in self._asdict().items() if term is not None} | more
        return " ; ".join(join(part, known) for part in parts)


def upload(
    settings: Settings,
    build: Path,
    *,
    notice: Callable[[str], None],
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> bool:
    """Puts a build into the store that the settings name; false where that has the same graph already.

    The statements go to a graph beside, by the graph store protocol where its address is known, else by INSERT DATA;
    when all are there they take the place of the old ones in one update. Until then whatever stops the upload leaves
    the old graph in use, and the next upload begins anew. Raises StoreError where the store fails, shows the graph
    beside to its readers, or holds statements that no upload put there.
    """
    if not settings.store_update:
        raise UsageError(f'{settings.store} is only read; to build into it, write update = "https://…" in [store]')
    known = read_copy(build)
    here = known.revision if known == copy_of(settings, known.revision if known else "") else ""
    revision = here or revision_of(build, settings)
    if stored_revision(settings) == revision:
        write_copy(build, copy_of(settings, revision))
        return False
    names = _names(settings)
    with ExitStack() as opened:
        local = opened.enter_context(EmbeddedStore.open(build / STORE))
        total = local.count()
        patient = float(settings.store_timeout) + total / SLOWEST
        store = opened.enter_context(connect(settings, whole=True, timeout=patient))
        _begin(settings, store, names)
        if store.is_virtuoso and not store.has_graph_store:
            raise StoreError(
                f"{store} is a Virtuoso, which makes years of months when it is sent INSERT DATA; "
                'write graph-store = "https://…/sparql-graph-crud-auth" in [store]'
            )
        notice(f"uploading {total:,} statements to {store}")
        number = _send(store, names.staging, local.lines(), lambda done: progress(done, total))
        derived = _send(store, names.staging_derived, local.lines(names.derived), lambda _: None)
        _expect(store, names, names.staging, number)
        _expect(store, names, names.staging_derived, derived)
        if number > MANY:
            notice("all have arrived; the server puts them in the place of the old ones, which takes it minutes")
        _switch(store, names, revision, derived=derived)
        _expect(store, names, names.graph, number)
        _expect(store, names, names.derived, derived)
    write_copy(build, copy_of(settings, revision))
    return True


def _names(settings: Settings) -> _Names:
    return _Names(
        subject=revision_node(settings),
        graph=NamedNode(settings.store_graph) if settings.store_graph else None,
        derived=NamedNode(settings.base + DERIVED),
        staging=NamedNode(settings.base + STAGING),
        staging_derived=NamedNode(settings.base + STAGING + "/derived"),
        revisions=NamedNode(settings.base + GRAPH),
        mark=NamedNode(settings.base + MARK),
        token=Literal(os.urandom(8).hex()),
    )


def _begin(settings: Settings, store: RemoteStore, names: _Names) -> None:
    """Clears what an earlier upload left, and makes sure that readers see nothing of this one."""
    with connect(settings) as readers:
        theirs = readers.query(names.text(_ANY))
        ours = stored_revision(settings) or _tokens(store, names)
        if isinstance(theirs, Table) and len(theirs) and not ours:
            raise StoreError(
                f"{settings.stored} holds statements that no upload put there, which this one would replace; "
                'write graph = "https://…" in [store], a graph of its own, or empty that one'
            )
        store.update(names.text(_MARK))
        store.update(names.text(_DROP, graph=names.staging))
        store.update(names.text(_DROP, graph=names.staging_derived))
        store.update(names.text(_TRY))
        seen = readers.query(names.text(_SEEN))
    store.update(names.text(_DROP, graph=names.staging))
    if seen:
        store.update(names.text(_UNMARK))
        remedy = "it does not keep to the graph that it is asked for" if settings.store_graph else (
            'write graph = "https://…" in [store], a graph of its own'
        )  # fmt: skip
        raise StoreError(f"{store} shows all its graphs at once, so that half an upload would be read; {remedy}")


def _send(store: RemoteStore, graph: NamedNode, lines: Iterable[str], told: Callable[[int], None]) -> int:
    """The number of statements sent to a graph."""
    number = 0
    for part in _parts(lines, PART if store.has_graph_store else BATCH):
        text = ("\n".join(part) + "\n").encode()
        if not store.post(graph.value, text):
            quads = parse(text, format=RdfFormat.N_TRIPLES)
            store.load(Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads)
        number += len(part)
        told(number)
    return number


def _parts(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    part: list[str] = []
    for line in lines:
        part.append(line)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def _expect(store: RemoteStore, names: _Names, graph: NamedNode | None, number: int) -> None:
    """Raises StoreError where a graph of the store has not so many statements."""
    asked = names.text(_COUNT_DEFAULT) if graph is None else names.text(_COUNT, graph=graph)
    answer = store.query(asked)
    cells = answer.rows[0] if isinstance(answer, Table) and answer.rows else ()
    found = int(cells[0].value) if cells and isinstance(cells[0], Literal) else -1
    if found != number:
        where = graph.value if graph else "its default graph"
        raise StoreError(
            f"{store} has {found:,} statements in {where} in place of {number:,}; "
            "is another upload under way, or does it lose some? ipcgraph build tries again"
        )


def _switch(store: RemoteStore, names: _Names, revision: str, *, derived: int) -> None:
    """Puts what was uploaded in the place of what was there, in one request: most servers do it as one step."""
    if names.token.value not in _tokens(store, names):
        raise StoreError(f"another upload to {store} has begun meanwhile; nothing was put in use")
    begin, end = names.text(_NO_REVISION), names.text(_REVISION, _UNMARK, revision=Literal(revision))

    def update(way: tuple[str, ...]) -> None:
        main = names.text(_REPLACE_DEFAULT) if names.graph is None else names.text(way, graph=names.graph)
        # An empty graph is no graph to most servers, and cannot be moved.
        empty = names.text(_DROP, graph=names.derived)
        rest = names.text(way, staging=names.staging_derived, graph=names.derived) if derived else empty
        store.update(f"{begin} ; {main} ; {rest} ; {end}")

    try:
        try:
            update(_MOVE)
        except (QueryError, StoreRefusedError):
            update(_REPLACE)  # not every server knows MOVE
    except StoreUnreachableError as error:
        raise StoreUnreachableError(
            f"{error}; where it ends all the same, the next ipcgraph build finds it done"
        ) from error


def _tokens(store: RemoteStore, names: _Names) -> tuple[str, ...]:
    answer = store.query(names.text(_MARKED))
    rows = answer.rows if isinstance(answer, Table) else ()
    return tuple(cell.value for (cell,) in rows if isinstance(cell, Literal))
