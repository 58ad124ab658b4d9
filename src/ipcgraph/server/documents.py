"""Documents as they are sent: their bytes, also packed, with all headers, made once and kept while there is room."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections import OrderedDict
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from ipcgraph.publish.hosting.negotiation import content_type
from ipcgraph.server.responses import CORS, POLICY, SECURITY, http_date

if TYPE_CHECKING:
    from collections.abc import Sequence

Headers: TypeAlias = "tuple[tuple[bytes, bytes], ...]"

LEAST: Final = 600
"""Bytes below which packing does not pay."""
PACKED: Final = re.compile(r"text/.*|application/(?:.*\+)?(?:json|xml)|application/(?:n-triples|n-quads|x-.*)|.*\+xml")
"""The media types that packing makes much smaller."""
SHARE: Final = 8
"""A document larger than this part of the room is not kept."""
_OVERHEAD: Final = 2_000
_POLICY: Final = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


class Form(NamedTuple):
    """One form of a document: as it is, or packed with gzip."""

    body: bytes
    headers: Headers
    unchanged: Headers
    """Those of the answer to one who has it already (304)."""
    etag: bytes


class Document(NamedTuple):
    """A document, ready to be sent."""

    plain: Form
    packed: Form | None
    """None where packing does not pay."""
    changed: int
    """When the build was made, in seconds since 1970."""
    route: str = "document"
    """What kind of request it answers, for the figures."""

    @property
    def size(self) -> int:
        """Bytes that it takes in memory, about."""
        return len(self.plain.body) + (len(self.packed.body) if self.packed else 0) + _OVERHEAD


def make_document(
    body: bytes,
    media_type: str,
    *,
    changed: float,
    digest: str = "",
    headers: Sequence[tuple[str, str]] = (),
    route: str = "document",
) -> Document:
    """A document of these bytes; `digest` is that of the bytes where it is known already."""
    tag = digest or hashlib.sha256(body).hexdigest()[:32]
    packs = PACKED.fullmatch(media_type) is not None
    told = [("content-type", content_type(media_type)), *headers]
    if media_type == "text/html":
        told.append(("content-security-policy", page_policy(body[:4_096].decode("utf-8", "replace"))))
    packed = None
    if packs and len(body) >= LEAST:
        smaller = gzip.compress(body, 5, mtime=0)
        packed = _form(smaller, f"{tag}-gzip", [*told, ("content-encoding", "gzip")], changed, packs=True)
    return Document(_form(body, tag, told, changed, packs=packs), packed, int(changed), route)


def page_policy(page: str) -> str:
    """The Content-Security-Policy of a page: what it says itself, and that no other site may frame it."""
    found = _POLICY.search(page)
    return f"{unescape(found[1]) if found else POLICY}; frame-ancestors 'none'"


def _form(body: bytes, tag: str, told: Sequence[tuple[str, str]], changed: float, *, packs: bool) -> Form:
    etag = f'"{tag}"'
    always = [("etag", etag), ("last-modified", http_date(changed)), ("cache-control", "no-cache")]
    if packs:
        always.append(("vary", "Accept-Encoding"))
    always += [*CORS.items(), *SECURITY.items()]
    length = ("content-length", str(len(body)))
    return Form(body, _raw([*told, length, *always]), _raw(always), etag.encode())


def _raw(headers: Sequence[tuple[str, str]]) -> Headers:
    return tuple((name.lower().encode("ascii"), value.encode("latin-1")) for name, value in headers)


class Shelf:
    """Documents by path, of no more bytes together than there is room for; the longest unused go first."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self.size = 0
        self.hits = 0
        self.misses = 0

    def find(self, path: str) -> Document | None:
        found = self._documents.get(path)
        if found is not None:
            self._documents.move_to_end(path)
            self.hits += 1
        return found

    def keep(self, path: str, document: Document) -> None:
        self.misses += 1
        if document.size > self._room // SHARE:
            return
        before = self._documents.pop(path, None)
        self.size += document.size - (before.size if before else 0)
        self._documents[path] = document
        while self.size > self._room:
            _, gone = self._documents.popitem(last=False)
            self.size -= gone.size

    def __len__(self) -> int:
        return len(self._documents)
