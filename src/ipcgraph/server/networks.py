"""Networks over HTTP: each as a page, and as every file that the command line writes, with the same options."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ipcgraph.errors import UsageError
from ipcgraph.networkoptions import GROWING, MEASURING, NETWORKS, OPTIONS, read_options
from ipcgraph.server import networkpages
from ipcgraph.server.accept import best
from ipcgraph.server.answering import (
    client_of,
    fresh_headers,
    key_of,
    network_task,
    not_modified,
    outcome_of,
    reply,
    whole_body,
)
from ipcgraph.server.networkfiles import BUNDLE, REMARKS, elsewhere, network_files
from ipcgraph.server.outcomes import Answered, Refused
from ipcgraph.server.pages import page_response
from ipcgraph.server.responses import EXPOSED, accept_of, problem, root_of
from ipcgraph.server.service import service_of
from ipcgraph.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from ipcgraph.server.networkfiles import NetworkFile
    from ipcgraph.server.outcomes import Outcome
    from ipcgraph.server.snapshot import Snapshot
    from ipcgraph.settings import Settings

FOLDER: Final = "network/"
LEFT_OUT: Final = "Ipcgraph-Left-Out"
"""The header that says what is not in a file, as the command line says it; what is no ASCII in it is per cent."""
LONGEST_REMARK: Final = 2_000
_NEGOTIATED: Final = (".html", ".gexf", ".graphml", ".vosviewer.json", ".svg", ".png")
"""What can be asked for by Accept at the address without an ending; the page is the first."""


def routes() -> list[BaseRoute]:
    """`/network/`, `/network/KIND` and `/network/KIND.FORMAT`."""
    return [
        Route("/network", _list_elsewhere, methods=["GET"]),
        Route("/network/", _list, methods=["GET"]),
        Route("/network/{name}", _network, methods=["GET"]),
    ]


async def _list_elsewhere(request: Request) -> Response:
    return RedirectResponse(root_of(request) + FOLDER, status_code=308)


async def _list(request: Request) -> Response:
    snapshot = service_of(request).snapshot
    key = key_of(snapshot, "networks")
    if known := not_modified(request, snapshot, key):
        return known
    text = await run_in_threadpool(networkpages.list_page, snapshot)
    return page_response(text, headers=fresh_headers(snapshot, key))


async def _network(request: Request) -> Response:
    """One file of a network, or its page."""
    snapshot = service_of(request).snapshot
    name = request.path_params["name"]
    kind = next((each for each in sorted(NETWORKS, key=len, reverse=True) if _is_of(name, each)), "")
    ending = name[len(kind) :]
    if not kind:
        near = nearest(name.partition(".")[0], NETWORKS)
        links = [(f"{root_of(request)}{FOLDER}{each}", NETWORKS[each]) for each in ([near] if near else NETWORKS)]
        return problem(request, 404, f"There is no network {name!r}.", links=links)
    given = list(request.query_params.multi_items())
    if not ending:
        ending = _negotiated(request)
        if ending == ".html":
            return await _page(request, snapshot, kind, given)
        if not ending:
            there = [(f"{root_of(request)}{FOLDER}{kind}{each}", each) for each in network_files()]
            return problem(request, 406, "There is no such format of networks. There is:", links=there)
    if ending in elsewhere():
        asked = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{root_of(request)}{FOLDER}{kind}{elsewhere()[ending]}{asked}", status_code=303)
    wanted = network_files().get(ending)
    if wanted is None:
        near = nearest(ending, network_files())
        links = [(f"{root_of(request)}{FOLDER}{kind}{near}", near)] if near else []
        return problem(request, 404, f"No file of a network ends in {ending!r}.", links=links)
    if fault := fault_of(wanted, given):
        return problem(request, 400, fault)
    return await _file(request, snapshot, kind, wanted, given)


def _is_of(name: str, kind: str) -> bool:
    return name == kind or name.startswith((f"{kind}.", f"{kind}-"))


def _negotiated(request: Request) -> str:
    """The ending of what a client accepts; empty where it accepts none of what there is."""
    types = {network_files()[ending].media_type.partition(";")[0]: ending for ending in reversed(_NEGOTIATED)}
    types["text/html"] = ".html"
    chosen = best(accept_of(request), ("text/html", *(each for each in types if each != "text/html")))
    return types.get(chosen or "", "")


def fault_of(wanted: NetworkFile, given: Sequence[tuple[str, str]]) -> str:
    """What is wrong with these options, as far as no graph is needed for it; empty where nothing is."""
    options = OPTIONS if wanted.sort == "growth" else (*OPTIONS, *MEASURING)
    by_year = wanted.sort == "growth" or wanted.file_format == "periods"
    try:
        read_options(given, (*options, *(each for each in GROWING if by_year and each.name == "window")))
    except UsageError as error:
        return str(error)
    return ""


async def _file(
    request: Request, snapshot: Snapshot, kind: str, wanted: NetworkFile, given: Sequence[tuple[str, str]]
) -> Response:
    key = key_of(snapshot, "network", kind, wanted.ending, sorted(given))
    if known := not_modified(request, snapshot, key):
        return known
    arguments = {
        "kind": kind,
        "ending": wanted.ending,
        "given": [list(pair) for pair in given],
        "base": snapshot.base,
        "settings": _told(service_of(request).settings) if wanted.ending == BUNDLE else None,
    }
    task = network_task("networktasks.network", snapshot, arguments, client_of(request))
    outcome = await outcome_of(request, task, key)
    return file_reply(request, outcome, wanted, {**fresh_headers(snapshot, key)}, name=kind)


def file_reply(
    request: Request, outcome: Outcome, wanted: NetworkFile, headers: dict[str, str], *, name: str
) -> Response:
    """A file of a network as it goes to the client, with what is left out of it."""
    if isinstance(outcome, Answered):
        headers |= {LEFT_OUT: _ascii(str(outcome.remarks.get("left_out") or "nothing"))}
        headers["Access-Control-Expose-Headers"] = f"{EXPOSED}, {LEFT_OUT}"
        kind = "inline" if wanted.ending.endswith((".html", ".svg", ".png")) else "attachment"
        headers["Content-Disposition"] = f'{kind}; filename="{name}{wanted.ending}"'
        headers["Content-Security-Policy"] = _policy(outcome, wanted)
        if wanted.sort != "growth" and wanted.ending != REMARKS:
            asked = f"?{request.url.query}" if request.url.query else ""
            place = request.url.path.rpartition("/")[0].lstrip("/")
            address = quote(f"{root_of(request)}{place}/{name}{REMARKS}", safe="/:-.") + asked
            headers["Link"] = f'<{address}>; rel="describedby"; type="text/csv"'
    return reply(request, outcome, {**headers, "Vary": "Accept"}, media_type=wanted.media_type)


def _policy(outcome: Answered, wanted: NetworkFile) -> str:
    """What a file may do in a browser: a page what it says itself, by the hashes of its parts; all others nothing."""
    if wanted.ending != ".html":
        return "default-src 'none'"
    head = outcome.body[:_HEAD]
    if outcome.file is not None:
        outcome.file.seek(0)
        head = outcome.file.read(_HEAD)
    said = head.decode("utf-8", "replace").partition(_POLICY)[2].partition('"')[0]
    return f"{said}; frame-ancestors *"  # the page of the network shows it in a frame, and so may a center's own pages


_HEAD: Final = 2_000
_POLICY: Final = 'http-equiv="Content-Security-Policy" content="'


def _ascii(text: str) -> str:
    """A remark as a header can hold it."""
    cut = (
        text if len(text) <= LONGEST_REMARK else text[:LONGEST_REMARK].rpartition(" ")[0] + " [and more: see the Link]"
    )
    return quote(cut, safe=" !\"#$&'()*+,-./:;<=>?@[]^_`{|}~")


def _told(settings: Settings) -> dict[str, object]:
    """The settings of a project as plain values."""
    return {name: str(value) if isinstance(value, Path) else value for name, value in settings._asdict().items()}


async def _page(request: Request, snapshot: Snapshot, kind: str, given: Sequence[tuple[str, str]]) -> Response:
    """The page of a network: what it is made of, the picture to move about in, and its files."""
    filled = [(word, text) for word, text in given if text]  # a form sends also the fields that nobody has filled in
    key = key_of(snapshot, "network page", kind, sorted(filled))
    if known := not_modified(request, snapshot, key):
        return known
    fault, status, told = fault_of(network_files()[".html"], filled), 200, None
    if fault:
        status = 400
    else:
        arguments = {"kind": kind, "given": [list(pair) for pair in filled], "base": snapshot.base}
        task = network_task("networktasks.network_facts", snapshot, arguments, client_of(request))
        outcome = await outcome_of(request, task, key)
        if isinstance(outcome, Refused):
            fault, status = outcome.sentence, outcome.status
        else:
            told = json.loads(await whole_body(outcome))
    text = await run_in_threadpool(networkpages.network_page, snapshot, kind, filled, told, fault=fault)
    fresh = fresh_headers(snapshot, key) if status == 200 else {"Cache-Control": "no-store"}
    retry = {"Retry-After": "5"} if status == 503 else {}
    return page_response(text, headers={**fresh, **retry, "Vary": "Accept"}, status=status)
