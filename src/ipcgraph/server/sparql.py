"""The SPARQL endpoint: a request read, its query run by the pool, and the whole answer sent with all its headers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ipcgraph.server.accept import best
from ipcgraph.server.answercache import AnswerCache, Key
from ipcgraph.server.frames import packed_task
from ipcgraph.server.outcomes import Answered, Task
from ipcgraph.server.protocol import (
    HTML,
    READ_ONLY,
    Asked,
    Nothing,
    Posed,
    Sent,
    Wrong,
    bounds,
    digest,
    read_request,
    told,
)
from ipcgraph.server.responses import ALLOWED, accept_of, has_already, problem, root_of
from ipcgraph.server.servicedescription import OFFERS, PATH, describe_service

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

    from ipcgraph.server.outcomes import Outcome, Refused
    from ipcgraph.server.service import Service
    from ipcgraph.server.snapshot import Snapshot

METHODS: Final = "GET, HEAD, POST, OPTIONS"
CACHE_SHARE: Final = 4
"""The part of the bytes of all caches that answers take, as its divisor."""
PIECE: Final = 256 << 10
"""Bytes of a large answer that are sent at a time."""
PAGE: Final = "sparql/"
"""The page with an editor, below the root."""
_FUNCTION: Final = "tasks.sparql"
_REMEMBERED: Final = 1_024
"""So many short queries are remembered as what goes to a process."""
_PREFLIGHT: Final = {
    "Allow": METHODS,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": ", ".join(ALLOWED),
    "Access-Control-Max-Age": "86400",
}


def routes() -> list[BaseRoute]:
    """`/sparql`, in every method: what it does not take, it refuses itself."""
    return [Route(f"/{PATH}", Endpoint())]


class Endpoint:
    """The endpoint as an ASGI application, without the request and response objects that cheap queries would pay for.

    It keeps answers, by build, query and format, up to a share of `cache_bytes`.
    """

    def __init__(self) -> None:
        self._cache: AnswerCache | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service: Service = scope["app"].state.service
        method = scope["method"]
        if method in {"GET", "HEAD"}:
            body: bytes | None = b""
        elif method == "POST":
            body = await _body(receive, service.limits.body_bytes)
        else:
            await _other(Request(scope))(scope, receive, send)
            return
        if body is None:
            wrong = Wrong(413, f"more than {service.limits.body_bytes:,} bytes were sent; ask for less at once")
            await _problem(Request(scope), wrong)(scope, receive, send)
            return
        sent = _sent(scope, method, body)
        asked = read_request(sent, bounds(service.limits))
        if isinstance(asked, Asked) and asked.media_type == HTML:
            await _page(Request(scope), asked.text)(scope, receive, send)
        elif isinstance(asked, (Asked, Posed)):
            await self._answer(asked, service, scope, receive, send)
        elif isinstance(asked, Nothing):
            await _described(Request(scope), service.snapshot)(scope, receive, send)
        else:
            await _problem(Request(scope), asked)(scope, receive, send)

    async def _answer(self, asked: Asked | Posed, service: Service, scope: Scope, receive: Receive, send: Send) -> None:
        snapshot = service.snapshot
        key = Key(snapshot.tag, asked.digest if isinstance(asked, Asked) else _digest(asked))
        etag = f'"{key.tag}-{key.digest}"' if key.digest and scope["method"] != "POST" else ""
        if etag and _says_it_has(scope) and has_already(Request(scope), etag=etag, changed=float("inf")):
            await send({"type": "http.response.start", "status": 304, "headers": _headers("", etag)})
            await send({"type": "http.response.body", "body": b""})
            return
        cache = self._cache_of(service)
        outcome: Outcome | None = cache.find(key) if key.digest else None
        if outcome is None:
            outcome = await _run(asked, service, snapshot, scope, receive)
            if isinstance(outcome, Answered) and key.digest:
                cache.keep(key, outcome)
        if isinstance(outcome, Answered):
            media_type = asked.media_type if isinstance(asked, Asked) else outcome.media_type
            await _send(outcome, _headers(media_type, etag), head=scope["method"] == "HEAD", send=send)
        else:
            await _problem(Request(scope), outcome)(scope, receive, send)

    def _cache_of(self, service: Service) -> AnswerCache:
        if self._cache is None:
            self._cache = AnswerCache(service.limits.cache_bytes // CACHE_SHARE)
        return self._cache


async def _run(asked: Asked | Posed, service: Service, snapshot: Snapshot, scope: Scope, receive: Receive) -> Outcome:
    if service.pool is None:
        raise RuntimeError("a service without a pool answers no queries")
    client = scope.get("ipcgraph.client") or (scope.get("client") or ("",))[0]
    store = str(snapshot.store)
    if isinstance(asked, Asked):
        frame = _frame(asked, store, snapshot.base)
    else:
        frame = _frame_of_posed(asked, store, snapshot.base, service.limits.nesting)
    return await service.pool.run(Task(_FUNCTION, snapshot.store, {}, client, frame), receive=receive)


def _digest(posed: Posed) -> str:
    """What tells the answer to a long query from others; nothing where it may hold but once."""
    return "" if _ONCE.search(posed.text) else digest(posed)


_ONCE: Final = re.compile("NOW|RAND|UUID", re.IGNORECASE)


def _frame_of_posed(posed: Posed, store: str, base: str, nesting: int) -> bytes:
    arguments = {
        "base": base,
        "text": posed.text,
        "named": posed.named,
        "accept": posed.accept,
        "default_graphs": None if posed.default_graphs is None else list(posed.default_graphs),
        "named_graphs": None if posed.named_graphs is None else list(posed.named_graphs),
        "nesting": nesting,
    }
    return packed_task("tasks.posed_sparql", store, arguments)


@lru_cache(_REMEMBERED)
def _frame(asked: Asked, store: str, base: str) -> bytes:
    arguments = {
        "base": base,
        "text": asked.text,
        "media_type": asked.written_as,
        "default_graphs": None if asked.default_graphs is None else list(asked.default_graphs),
        "named_graphs": None if asked.named_graphs is None else list(asked.named_graphs),
        "graphs": list(asked.graphs),
    }
    return packed_task(_FUNCTION, store, arguments)


def _sent(scope: Scope, method: str, body: bytes) -> Sent:
    content_type, accepts = "", []
    for name, value in scope["headers"]:
        if name == b"accept":
            accepts.append(value.decode("latin-1"))
        elif name == b"content-type":
            content_type = value.decode("latin-1")
    return Sent(method, scope["query_string"], content_type, body, ", ".join(accepts) if accepts else None)


async def _body(receive: Receive, most: int) -> bytes | None:
    """What the request sends; None where it is too much, or its client is gone."""
    pieces, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        piece = message.get("body", b"")
        size += len(piece)
        if size > most:
            return None
        pieces.append(piece)
        if not message.get("more_body"):
            return b"".join(pieces)


def _says_it_has(scope: Scope) -> bool:
    return any(name == b"if-none-match" for name, _ in scope["headers"])


def _headers(media_type: str, etag: str) -> list[tuple[bytes, bytes]]:
    if not media_type:
        return [(b"vary", b"Accept"), (b"cache-control", b"no-cache"), (b"etag", etag.encode())]
    shown = f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
    headers = [(b"content-type", shown.encode()), (b"vary", b"Accept"), (b"cache-control", b"no-cache")]
    return [*headers, (b"etag", etag.encode())] if etag else headers


async def _send(answer: Answered, headers: list[tuple[bytes, bytes]], *, head: bool, send: Send) -> None:
    try:
        headers.append((b"content-length", str(answer.size).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while answer.file is not None and not head and (piece := answer.file.read(PIECE)):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"" if head else answer.body})
    finally:
        if answer.file is not None:
            answer.file.close()


def _other(request: Request) -> Response:
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=_PREFLIGHT)
    return problem(request, 405, f"{request.method} is not for this address; {READ_ONLY}.", headers={"Allow": METHODS})


def _described(request: Request, snapshot: Snapshot) -> Response:
    """The description of the service; a reader is sent to the page with an editor."""
    chosen = best(accept_of(request), (*OFFERS, HTML))
    if chosen is None:
        return _problem(request, Wrong(406, "the description of this endpoint is not written so", offers=OFFERS))
    if chosen == HTML:
        return _page(request, "")
    etag = f'"{snapshot.tag}-{chosen.rpartition("/")[2]}"'
    headers = {name.decode(): value.decode() for name, value in _headers(chosen, etag)}
    if has_already(request, etag=etag, changed=float("inf")):
        return Response(status_code=304, headers=headers)
    body = describe_service(snapshot, chosen)
    headers["content-length"] = str(len(body))
    return Response(b"" if request.method == "HEAD" else body, headers=headers)


def _page(request: Request, text: str) -> Response:
    """The way to the page with an editor, and this query in it."""
    location = root_of(request) + PAGE + (f"?{urlencode({'query': text})}" if text else "")
    return Response(status_code=303, headers={"Location": location, "Vary": "Accept"})


def _problem(request: Request, wrong: Wrong | Refused) -> Response:
    """Why there is no answer, with its place in the query that was sent: in words, and in JSON as members."""
    sentence = told(wrong) if isinstance(wrong, Wrong) else wrong.sentence
    sentence = f"line {wrong.line}, column {wrong.column}: {sentence}" if wrong.line else sentence
    headers: dict[str, str] = {}
    if not isinstance(wrong, Wrong):
        headers = {"Retry-After": str(wrong.retry_after)} if wrong.retry_after else {}
    elif wrong.status == 403 and request.method not in {"GET", "HEAD", "POST"}:
        headers = {"Allow": METHODS}
    if wrong.line:
        return problem(request, wrong.status, sentence, headers=headers, line=wrong.line, column=wrong.column)
    return problem(request, wrong.status, sentence, headers=headers)
