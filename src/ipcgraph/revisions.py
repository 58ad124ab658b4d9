"""Which graph a store holds: the revision that an upload leaves there, a hash of its statements."""

from __future__ import annotations

import hashlib
from itertools import chain
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from ipcgraph.errors import StoreAnswerError
from ipcgraph.manifest import STORE
from ipcgraph.parameters import join
from ipcgraph.store.connecting import DERIVED, connect
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.tables import Table
from ipcgraph.vocabulary import PREFIXES

if TYPE_CHECKING:
    from pathlib import Path

    from ipcgraph.settings import Settings

GRAPH: Final = "graph/revision"
"""The graph, below the base, that has the revision, so that no question about the center meets it."""
PROPERTY: Final = NamedNode(PREFIXES["owl"] + "versionInfo")
_ASKED: Final = (
    "SELECT ?revision WHERE { GRAPH ",
    "graph",
    " { ",
    "subject",
    f" {PROPERTY} ?revision }} }} ORDER BY ?revision",
)


def revision_node(settings: Settings) -> NamedNode:
    """What the revision is said of: the project's graph, or what stands for a default graph, that has no name."""
    return NamedNode(settings.store_graph or settings.base + "graph/default")


def stored_revision(settings: Settings) -> str:
    """The revision of the graph that the store holds; empty where it says none, as while one is being put in use."""
    with connect(settings, whole=True) as store:
        terms: dict[str, NamedNode | Literal] = {
            "graph": NamedNode(settings.base + GRAPH), "subject": revision_node(settings)
        }  # fmt: skip
        answer = store.query(join(_ASKED, terms))
    if not isinstance(answer, Table):
        raise StoreAnswerError(f"{settings.store} answered another question than the SELECT it was asked")
    found = [cell.value for (cell,) in answer.rows if isinstance(cell, Literal)]
    return found[0] if len(found) == 1 else ""


def revision_of(build: Path, settings: Settings) -> str:
    """The revision of a build: a hash of its statements, whatever their order; other statements have another."""
    with EmbeddedStore.open(build / STORE) as store:
        lines = chain(store.lines(), store.lines(NamedNode(settings.base + DERIVED)))
        total = sum(_number(line) for line in lines) % (1 << 128)
    return f"{total:032x}"


def _number(line: str) -> int:
    return int.from_bytes(hashlib.blake2b(line.encode(), digest_size=16).digest(), "big")
