"""Sending documents: whole or packed, or only that they have not changed."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from ipcgraph.server.documents import Document, Form, Headers


class Choice:
    """What is sent of a document: which form of it, or 304 without one."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body


def choose(document: Document, headers: Iterable[tuple[bytes, bytes]]) -> Choice:
    """What a request with these headers gets of a document."""
    packed = document.packed
    form = document.plain
    named = since = None
    for name, value in headers:
        if name == b"accept-encoding":
            if packed is not None and _takes_gzip(value):
                form = packed
        elif name == b"if-none-match":
            named = value if named is None else named + b"," + value
        elif name == b"if-modified-since":
            since = value
    if (named is not None or since is not None) and _has(document, form, named, since):
        return Choice(304, form.unchanged, b"")
    return Choice(200, form.headers, form.body)


def send_document(request: Request, document: Document, *, status: int = 200, vary: str = "") -> Response:
    """The answer with a document; with another status than 200 it is always sent whole."""
    request.scope.setdefault("ipcgraph.route", document.route)
    given = request.scope["headers"] if status == 200 else [
        each for each in request.scope["headers"] if not each[0].startswith(b"if-")
    ]  # fmt: skip
    chosen = choose(document, given)
    headers = chosen.headers
    if vary:
        headers = tuple(each for each in headers if each[0] != b"vary")
        headers = (*headers, (b"vary", f"{vary}, Accept-Encoding".encode()))
    return Ready(chosen.status if chosen.status == 304 else status, headers, chosen.body)


class Ready(Response):
    """An answer whose headers are made already."""

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        self.status_code = status
        self.raw_headers = list(headers)
        self.body = body
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else self.body})


def _takes_gzip(value: bytes) -> bool:
    """Whether an Accept-Encoding header takes gzip: named, and not with the weight 0."""
    for part in value.split(b","):
        coding, _, weight = part.partition(b";")
        if coding.strip().lower() == b"gzip":
            name, _, number = weight.partition(b"=")
            return name.strip().lower() != b"q" or number.strip().strip(b"0") not in {b"", b"."}
    return False


def _has(document: Document, form: Form, named: bytes | None, since: bytes | None) -> bool:
    if named is not None:
        tags = {each.strip().removeprefix(b"W/") for each in named.split(b",")}
        return b"*" in tags or form.etag in tags
    try:
        return document.changed <= parsedate_to_datetime((since or b"").decode("latin-1")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return False
