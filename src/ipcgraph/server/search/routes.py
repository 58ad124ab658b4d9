"""The addresses of the search: the page and its data, and completion while one types."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from ipcgraph.errors import UsageError
from ipcgraph.publish.pages.look import STATIC
from ipcgraph.server.accept import best
from ipcgraph.server.responses import POLICY, accept_of, has_already, http_date, problem, root_of
from ipcgraph.server.search.answers import found_json, suggestions_json
from ipcgraph.server.search.asking import LARGEST, given_once, kinds_of, number_of, read_request, searched
from ipcgraph.server.search.finding import complete, find
from ipcgraph.server.search.matching import Asked
from ipcgraph.server.search.page import search_page
from ipcgraph.server.service import service_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from ipcgraph.server.search.asking import Request as SearchRequest
    from ipcgraph.server.snapshot import Snapshot

HTML: Final = "text/html"
JSON: Final = "application/json"
SUGGESTED: Final = 10
"""So many things are suggested, as long as no other number is asked for."""


def routes() -> list[BaseRoute]:
    """The search page, its data, and suggestions."""
    return [
        Route("/search", _search, methods=["GET"]),
        # The form in the head of every page leads to the page of the static site, which needs scripts.
        Route("/search.html", _moved, methods=["GET"]),
        Route("/suggest", _suggest, methods=["GET"]),
        Route("/assets/find.css", _style, methods=["GET"]),
    ]


async def _search(request: Request) -> Response:
    snapshot = service_of(request).snapshot
    chosen = _form(request)
    if chosen is None:
        links = [(f"{root_of(request)}search?format={name}", name) for name in ("html", "json")]
        return problem(request, 406, "There is no such format of a search. There is:", links=links)
    try:
        asked = read_request(given_once(request.query_params.multi_items()), base=snapshot.base)
    except UsageError as error:
        return problem(request, 400, sentence(error))
    etag = tag_of(request, snapshot, chosen)
    if has_already(request, etag=etag, changed=snapshot.changed):
        return Response(status_code=304, headers={"ETag": etag, "Vary": "Accept"})
    body = await run_in_threadpool(_answer, snapshot, asked, chosen)
    headers = {"ETag": etag, "Vary": "Accept", "Last-Modified": http_date(snapshot.changed)}
    if chosen == HTML:
        headers["Content-Security-Policy"] = POLICY
    return Response(body, headers=headers, media_type=chosen)


def _answer(snapshot: Snapshot, asked: SearchRequest, chosen: str) -> bytes:
    found = find(
        snapshot.search.index,
        asked.asked,
        base=snapshot.base,
        address=snapshot.address,
        limit=asked.limit,
        offset=(asked.page - 1) * asked.limit,
    )
    if chosen == JSON:
        return found_json(asked, found, base=snapshot.base, addresses=snapshot.addresses, name=snapshot.reading.label)
    return search_page(snapshot.rendering.press, asked, found).encode()


async def _moved(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    return Response(status_code=303, headers={"Location": f"{root_of(request)}search{query}"})


async def _suggest(request: Request) -> Response:
    snapshot = service_of(request).snapshot
    try:
        values = given_once(request.query_params.multi_items())
        text = searched(values.get("q", ""))
        kind = values.get("kind", "").strip()
        kinds = kinds_of(kind) if kind else ()
        limit = number_of(values, "limit", SUGGESTED, LARGEST)
    except UsageError as error:
        return problem(request, 400, sentence(error))
    etag = tag_of(request, snapshot, JSON)
    if has_already(request, etag=etag, changed=snapshot.changed):
        return Response(status_code=304, headers={"ETag": etag})
    hits = await run_in_threadpool(
        complete,
        snapshot.search.index,
        Asked(text, kinds),
        base=snapshot.base,
        address=snapshot.address,
        limit=limit,
    )
    headers = {"ETag": etag, "Last-Modified": http_date(snapshot.changed), "Cache-Control": "max-age=60"}
    return Response(suggestions_json(text, hits, base=snapshot.base), headers=headers, media_type=JSON)


async def _style(request: Request) -> Response:
    text = (STATIC / "find.css").read_bytes()
    etag = f'"{hashlib.sha256(text).hexdigest()[:16]}"'
    if has_already(request, etag=etag, changed=0):
        return Response(status_code=304, headers={"ETag": etag})
    return Response(text, headers={"ETag": etag, "Cache-Control": "max-age=3600"}, media_type="text/css")


def _form(request: Request) -> str | None:
    """The media type of the answer that is wanted; `format` goes before what the client accepts."""
    named = request.query_params.get("format")
    if named is not None:
        return {"html": HTML, "json": JSON}.get(named)
    return best(accept_of(request), (HTML, JSON))


def tag_of(request: Request, snapshot: Snapshot, form: str) -> str:
    """The ETag of an answer: the same build gives the same answer to the same question."""
    asked = f"{snapshot.tag}\n{form}\n{request.url.path}\n{request.url.query}"
    return f'"{hashlib.sha256(asked.encode("utf-8", "surrogateescape")).hexdigest()[:24]}"'


def sentence(error: UsageError) -> str:
    """What is wrong, as a sentence."""
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith("?") else ".")
