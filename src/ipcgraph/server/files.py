"""Files of the site that are of no thing: small ones from memory, large and packed ones from disk, also in part."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

import anyio
from anyio import to_thread
from starlette.responses import Response

from ipcgraph.publish.hosting.negotiation import EXACT, TYPES, content_type
from ipcgraph.server.documents import make_document
from ipcgraph.server.responses import has_already, http_date, problem
from ipcgraph.server.service import NotReadyError

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from ipcgraph.server.documents import Document
    from ipcgraph.server.snapshot import Snapshot

LARGE: Final = 1 << 20
"""Bytes of a file that is sent from disk."""
CHUNK: Final = 1 << 16

_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def media_type_of(path: str) -> str:
    """The media type of a file of a site, by its path.

    >>> media_type_of("person/ada.csl.json"), media_type_of("person/ada.ttl"), media_type_of("dumps/SHA256SUMS")
    ('application/vnd.citationstyles.csl+json', 'text/turtle', 'text/plain')
    """
    parts = path.rpartition("/")[2].split(".")
    two, one = "." + ".".join(parts[-2:]), "." + parts[-1]
    return EXACT.get(path) or (TYPES.get(two) if len(parts) > 2 else None) or TYPES.get(one) or "text/plain"


async def file_document(snapshot: Snapshot, path: str) -> Document | None:
    """A file as a document that is kept in memory; None where there is no such file, or one that comes from disk.

    So come large files, and those that are to be kept by who asks for them: all that is packed already.
    """
    found = snapshot.site.find(path)
    if found is None or found[1].size > LARGE or path.endswith(".gz"):
        return None
    file, known = found
    return await to_thread.run_sync(partial(_document, file, path, known.digest, snapshot.changed))


def _document(file: Path, path: str, digest: str, changed: float) -> Document:
    try:
        body = file.read_bytes()
    except OSError as error:
        raise NotReadyError("the files of the site are being made anew; ask again in a few seconds") from error
    return make_document(body, media_type_of(path), changed=changed, digest=digest, route="file")


async def large_file(request: Request, snapshot: Snapshot, path: str) -> Response | None:
    """A file from disk, or the part of it that the request asks for; None where there is no such file."""
    found = snapshot.site.find(path)
    if found is None:
        return None
    file, known = found
    headers = {
        "ETag": f'"{known.digest}"',
        "Last-Modified": http_date(snapshot.changed),
        "Cache-Control": "no-cache",
        "Accept-Ranges": "bytes",
    }
    if has_already(request, etag=headers["ETag"], changed=snapshot.changed):
        return Response(status_code=304, headers=headers)
    start, end = 0, known.size
    status = 200
    if asked := _part(request, etag=headers["ETag"]):
        start, end = _bounds(asked, known.size)
        if start >= end:
            told = {**headers, "Content-Range": f"bytes */{known.size}"}
            return problem(request, 416, f"The file has {known.size:,} bytes.", headers=told)
        status = 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{known.size}"
    headers |= {"Content-Type": content_type(media_type_of(path)), "Content-Length": str(end - start)}
    return _Part(file, start, end, status=status, headers=headers)


def _part(request: Request, *, etag: str) -> tuple[str, str] | None:
    """The first and the last byte that are asked for, as written; None where the whole is (RFC 9110, section 14)."""
    found = _RANGE.fullmatch(request.headers.get("range", "").strip())
    condition = request.headers.get("if-range")
    if not found or (found[1] == "" and found[2] == "") or (condition is not None and condition.strip() != etag):
        return None
    if found[1] and found[2] and int(found[1]) > int(found[2]):
        return None
    return found[1], found[2]


def _bounds(asked: tuple[str, str], size: int) -> tuple[int, int]:
    first, last = asked
    if not first:
        return max(size - int(last), 0) if int(last) else size, size
    return int(first), min(int(last) + 1, size) if last else size


class _Part(Response):
    """Some bytes of a file, read as they are sent."""

    def __init__(self, file: Path, start: int, end: int, *, status: int, headers: dict[str, str]) -> None:
        super().__init__(status_code=status, headers=headers)
        self._file, self._start, self._end = file, start, end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        # The file is opened first: where it has gone there is no answer begun.
        try:
            opened = await anyio.open_file(self._file, "rb")
        except OSError as error:
            raise NotReadyError("the files of the site are being made anew; ask again in a few seconds") from error
        async with opened as file:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            left = 0 if scope["method"] == "HEAD" else self._end - self._start
            if left:
                await file.seek(self._start)
            while left:
                chunk = await file.read(min(CHUNK, left))
                if not chunk:
                    break  # it was cut: the connection is closed, since the length does not fit
                left -= len(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": left > 0})
            if scope["method"] == "HEAD" or self._end == self._start:
                await send({"type": "http.response.body", "body": b""})
