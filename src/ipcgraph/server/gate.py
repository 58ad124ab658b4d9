"""The gate: what every request passes: who asks, how much, for what; and what every answer has and leaves behind."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from starlette.requests import ClientDisconnect, Request

from ipcgraph.server.documents import page_policy
from ipcgraph.server.requestlog import Entry
from ipcgraph.server.responses import ALLOWED, CORS, SECURITY, problem
from ipcgraph.server.sending import choose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ipcgraph.server.clients import Allowance, Proxies
    from ipcgraph.server.documents import Document
    from ipcgraph.server.figures import Figures
    from ipcgraph.server.requestlog import RequestLog
    from ipcgraph.server.service import Service

COSTLY: Final = frozenset(("sparql", "query", "network", "reconcile"))
"""The first parts of the paths of requests that cost more than a look-up."""
ROUTES: Final = COSTLY | {"search", "suggest", "health", "metrics", "openapi.json"}
METHODS: Final = frozenset(("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "QUERY"))
LONGEST_PATH: Final = 8_000
"""Bytes of a path."""

_ALWAYS: Final = tuple((name.lower().encode(), value.encode()) for name, value in {**CORS, **SECURITY}.items())
_POLICY: Final = b"content-security-policy"
_HTML: Final = page_policy("").encode()
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": ", ".join(ALLOWED),
    "Access-Control-Max-Age": "86400",
}


class Gate:
    """The outermost part of the application."""

    def __init__(
        self,
        inner: ASGIApp,
        service: Service,
        *,
        root: str,
        proxies: Proxies,
        requests: Allowance,
        queries: Allowance,
        figures: Figures,
        log: RequestLog | None,
    ) -> None:
        self._inner = inner
        self._service = service
        self._root = root
        self._prefix = root.rstrip("/")
        self._proxies = proxies
        self._requests = requests
        self._queries = queries
        self._figures = figures
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        began = time.perf_counter()
        peer = scope["client"][0] if scope["client"] else ""
        client = self._proxies.client(peer, _header(scope, b"x-forwarded-for") if self._proxies.trusted else "")
        path: str = scope["path"]
        if self._prefix and (path == self._prefix or path.startswith(self._root)):
            path = path[len(self._prefix) :] or "/"
        first = path[1:].partition("/")[0].partition(".")[0]
        wait = self._requests.take(client, began)
        if not wait and first in COSTLY:
            wait = self._queries.take(client, began)
        method = scope["method"]
        if not wait and (method in {"GET", "HEAD"}) and self._service.ready:
            document = self._kept(path)
            if document is not None:
                await self._send_kept(document, scope, send, client=client, began=began)
                return
        # What is not ours in an answer is counted by what its handler says that it is.
        route = first if first in ROUTES else "other"
        inner: Scope = {
            **scope, "path": path, "root_path": "", "ipcgraph.root": self._root, "ipcgraph.client": client,
        }  # fmt: skip
        passage = _Passage(inner, receive, send, self._service.limits.body_bytes)
        self._figures.running += 1
        try:
            early = self._early(inner, wait=wait)
            if early is not None:
                await early(inner, passage.receive, passage.send)
            else:
                await passage.through(self._inner)
        finally:
            self._figures.running -= 1
            told = str(inner.get("ipcgraph.route", route))
            entry = _entry(scope, client, passage.status, passage.size, began)
            self._note(told, entry)

    def _kept(self, path: str) -> Document | None:
        """The document in memory that is at this path."""
        shelf = self._service.snapshot.shelf
        name = path[1:]
        return shelf.find(f"{name}index.html" if not name or name.endswith("/") else name)

    async def _send_kept(self, document: Document, scope: Scope, send: Send, *, client: str, began: float) -> None:
        chosen = choose(document, scope["headers"])
        body = b"" if scope["method"] == "HEAD" else chosen.body
        await send({"type": "http.response.start", "status": chosen.status, "headers": chosen.headers})
        await send({"type": "http.response.body", "body": body})
        self._note(document.route, _entry(scope, client, chosen.status, len(body), began))

    def _early(self, scope: Scope, *, wait: float) -> Response | None:
        """The answer that needs nothing but the head of the request, if that is so."""
        request = Request(scope)
        if wait:
            self._figures.limited += 1
            seconds = max(1, round(wait + 0.5))
            sentence = f"This is too much at once; ask again in {seconds} second{'s' * (seconds != 1)}."
            return problem(request, 429, sentence, headers={"Retry-After": str(seconds)})
        if len(scope["path"]) > LONGEST_PATH:
            return problem(request, 414, "The address is too long.")
        if scope["method"] not in METHODS:
            return problem(request, 501, "There is no such method here.")
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 18 or int(length) > self._service.limits.body_bytes:
            most = f"{self._service.limits.body_bytes:,} bytes may be sent."
            return problem(request, 413, most, headers={"Connection": "close"})
        if scope["method"] == "OPTIONS":
            scope["ipcgraph.preflight"] = _PREFLIGHT
        return None

    def _note(self, route: str, entry: Entry) -> None:
        self._figures.count(route, entry.status, entry.seconds, entry.size)
        if self._log is not None:
            self._log.add(entry, asyncio.get_running_loop(), now=time.time())


def _entry(scope: Scope, client: str, status: int, size: int, began: float) -> Entry:
    query = scope["query_string"]
    target = scope["raw_path"] + b"?" + query if query else scope["raw_path"]
    return Entry(client, scope["method"], target.decode("latin-1"), status, size, time.perf_counter() - began)


class _Passage:
    """One request on its way through the application, with what it sends and gets counted."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        self.status = 0
        self.size = 0
        self._scope, self._receive, self._send = scope, receive, send
        self._left = most
        self._is_too_much = False

    async def through(self, inner: ASGIApp) -> None:
        try:
            await inner(self._scope, self.receive, self.send)
        except ClientDisconnect:
            if not self._is_too_much or self.status:
                return
            answer = problem(Request(self._scope), 413, "Too much was sent.", headers={"Connection": "close"})
            await answer(self._scope, self.receive, self.send)

    async def receive(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self._is_too_much = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = _whole(message["headers"])
        elif self._scope["method"] != "HEAD":
            self.size += len(message.get("body", b""))
        await self._send(message)


def _whole(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers with what every answer has; a page that says nothing of frames may be in none."""
    found = list(headers)
    there = {name.lower(): value for name, value in found}
    found += [each for each in _ALWAYS if each[0] not in there]
    policy = there.get(_POLICY)
    if policy is not None and b"frame-ancestors" not in policy:
        found = [each for each in found if each[0].lower() != _POLICY]
        found.append((_POLICY, policy + b"; frame-ancestors 'none'"))
    elif policy is None and there.get(b"content-type", b"").startswith(b"text/html"):
        found.append((_POLICY, _HTML))
    return found


def _header(scope: Scope, name: bytes) -> str:
    return ", ".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)
