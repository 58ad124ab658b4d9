"""The network of an answer, as every file that networks are written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcgraph.queries import dump_queries
from ipcgraph.server.answering import client_of, fresh_headers, key_of, network_task, not_modified, outcome_of
from ipcgraph.server.networkfiles import network_files
from ipcgraph.server.networks import file_reply
from ipcgraph.server.responses import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from ipcgraph.queries import Query
    from ipcgraph.server.networkfiles import NetworkFile
    from ipcgraph.server.snapshot import Snapshot

_NOT_OF_ANSWERS: Final = ("periods", "map")
"""The pictures that only networks of works and of partnerships have."""


def answer_file(ending: str) -> NetworkFile | None:
    """The file of the network of an answer with this ending; None where there is none."""
    found = network_files().get(ending)
    return found if found and found.sort in {"file", "packed"} and found.file_format not in _NOT_OF_ANSWERS else None


async def network_answer(
    request: Request, snapshot: Snapshot, query: Query, values: Mapping[str, str], suffix: str
) -> Response:
    """The network of the answer to a saved query with these values."""
    wanted = answer_file(f".{suffix}") or answer_file(suffix)
    if wanted is None:
        return problem(request, 404, f"No network of an answer ends in {suffix!r}.")
    key = key_of(snapshot, "network of", query.name, wanted.ending, sorted(values.items()))
    if known := not_modified(request, snapshot, key):
        return known
    arguments = {
        "ending": wanted.ending,
        "title": query.title,
        "base": snapshot.base,
        "query": dump_queries({query.name: query})[0],
        "values": dict(values),
    }
    task = network_task("networktasks.query_network", snapshot, arguments, client_of(request))
    outcome = await outcome_of(request, task, key)
    return file_reply(request, outcome, wanted, fresh_headers(snapshot, key), name=f"{query.name}.network")
