"""Answers: problems as JSON, page or text, what a client has already, and the headers that all answers have."""

from __future__ import annotations

import json
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from markupsafe import escape
from starlette.responses import Response

from ipcgraph.server.accept import best

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

PROBLEM: Final = "application/problem+json"
_FORMS: Final = (PROBLEM, "application/json", "text/html", "text/plain")

POLICY: Final = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'"
"""The Content-Security-Policy of a page that names none itself."""
SECURITY: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""The headers that every answer has; what a page may do is said in the Content-Security-Policy of HTML."""
EXPOSED: Final = "Link, ETag, Content-Profile, Retry-After, Content-Disposition"
CORS: Final[Mapping[str, str]] = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED}
"""The headers with which programs in pages of other hosts may read an answer: nothing here is secret."""
ALLOWED: Final = ("Accept", "Accept-Profile", "Content-Type", "If-None-Match", "If-Modified-Since", "Range")


def problem(
    request: Request,
    status: int,
    sentence: str,
    *,
    headers: Mapping[str, str] | None = None,
    links: Sequence[tuple[str, str]] = (),
    **more: object,
) -> Response:
    """An answer that says what is wrong: JSON (RFC 9457), a page, or text, as the request wants it.

    `links` are what there is instead: address and name of each. `more` are further members of the JSON, such as `line`.
    """
    title = HTTPStatus(status).phrase
    chosen = best(accept_of(request), _FORMS) or "text/plain"
    told = {"Vary": "Accept", "Cache-Control": "no-store" if status >= 500 else "no-cache", **(headers or {})}
    if chosen in {PROBLEM, "application/json"}:
        offered = {"alternatives": [{"href": href, "title": name} for href, name in links]} if links else {}
        body = {"type": "about:blank", "title": title, "status": status, "detail": sentence, **more, **offered}
        text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
        return Response(text, status, told, PROBLEM)
    if chosen == "text/plain":
        lines = [f"{status} {title}", sentence, *(f"{href}  {name}" for href, name in links)]
        return Response("\n".join(lines) + "\n", status, told, "text/plain")
    items = "".join(f'<li><a href="{escape(href)}">{escape(name)}</a></li>' for href, name in links)
    page = (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{status} {escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<link rel="stylesheet" href="{escape(root_of(request))}assets/site.css">\n</head>\n<body>\n<main id="main">\n'
        f"<h1>{escape(title)}</h1>\n<p>{escape(sentence)}</p>\n{f'<ul>{items}</ul>' if items else ''}"
        f'<p><a href="{escape(root_of(request))}">Home</a></p>\n</main>\n</body>\n</html>\n'
    )
    return Response(page, status, told, "text/html")


def accept_of(request: Request) -> str | None:
    """The Accept header of a request; several are one."""
    found = request.headers.getlist("accept")
    return ", ".join(found) if found else None


def root_of(request: Request) -> str:
    """The path of the root of this server as clients see it, beginning and ending with `/`."""
    root: str = request.scope.get("ipcgraph.root", "/")
    return root


def has_already(request: Request, *, etag: str, changed: float) -> bool:
    """Whether a client says that it has the answer with this ETag, or of this time (RFC 9110, section 13)."""
    named = request.headers.getlist("if-none-match")
    if named:
        given = {each.strip().removeprefix("W/") for each in ",".join(named).split(",")}
        return "*" in given or etag.removeprefix("W/") in given
    since = request.headers.get("if-modified-since")
    if since is None or request.method not in {"GET", "HEAD"}:
        return False
    try:
        return int(changed) <= parsedate_to_datetime(since).timestamp()
    except (ValueError, TypeError, OverflowError):
        return False


def http_date(seconds: float) -> str:
    """A time as HTTP writes it.

    >>> http_date(0)
    'Thu, 01 Jan 1970 00:00:00 GMT'
    """
    return formatdate(int(seconds), usegmt=True)
