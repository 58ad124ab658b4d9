"""The store that a project's settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipcgraph.store.remote import Graphs, RemoteStore
from ipcgraph.store.requests import PATIENCE, Credentials

if TYPE_CHECKING:
    from ipcgraph.settings import Settings
    from ipcgraph.store import Store

DERIVED = "graph/derived"
"""What rules made is in this graph below the base, in the project's own store and in any other."""


EMPTY = "is empty; is graph in [store] the right one?"
"""What is said of a graph that has no statement, after its name."""
_ANYTHING = "ASK { ?subject ?predicate ?object }"


def connect(settings: Settings, *, whole: bool = False, timeout: float = 0, patience: float = PATIENCE) -> RemoteStore:
    """The store that the settings name, to be closed. Nothing is asked of it yet.

    Its queries read the project's graph, and as a named one what was derived; with `whole`, the server's own default
    graph and any other. `timeout` comes before the one of the settings.
    """
    own = Graphs(settings.store_graph, (settings.base + DERIVED,)) if settings.store_graph and not whole else Graphs()
    return RemoteStore(
        settings.store,
        update=settings.store_update,
        graph_store=settings.store_graph_store,
        graphs=own,
        credentials=Credentials(
            settings.store_user, settings.store_password, settings.store_authentication, settings.store_token
        ),
        timeout=timeout or float(settings.store_timeout),
        patience=patience,
    )


def is_empty(store: Store) -> bool:
    """Whether the graph that a store's queries read has no statement at all."""
    return store.query(_ANYTHING) is False
