"""How web addresses are opened: in bounded time from the first byte to the last, and never sent on to another host."""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import IO, Any, Final
from urllib.parse import urljoin, urlsplit, urlunsplit
from urllib.request import (
    BaseHandler,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
    build_opener,
)

from ipcgraph.errors import StoreRefusedError

PIECE: Final = 1 << 16
"""Bytes that are read at a time."""


def opener(*handlers: BaseHandler) -> OpenerDirector:
    """What opens web addresses, and follows a redirect only where it asks the same host the same way."""
    return build_opener(_SameOrigin, _Plain, _Secure, *handlers)


def one_line(text: str) -> str:
    """At most 200 characters of what a server says, on one line, with nothing that a terminal would obey."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= 200 else line[:199] + "…"


class _Timed(io.RawIOBase):
    """What comes from a socket until a moment: its own timeout would let a server that drips bytes go on for ever."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        super().__init__()
        self._raw, self._socket = raw, sock
        self.until = time.monotonic() + (sock.gettimeout() or 0.0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401  # a writable buffer, as io has it
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class TimedResponse(http.client.HTTPResponse):
    """A response that has come, from its first byte on, by the end of the time that its socket allows."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  # as http has it
        super().__init__(sock, *arguments, **options)
        self._timed = _Timed(self.fp.detach(), sock)
        self.fp = io.BufferedReader(self._timed, PIECE)

    def wait_until(self, moment: float) -> None:
        """Waits for more until that moment of the monotonic clock."""
        self._timed.until = moment


class _PlainConnection(http.client.HTTPConnection):
    response_class = TimedResponse


class _SecureConnection(http.client.HTTPSConnection):
    response_class = TimedResponse


class _Plain(HTTPHandler):
    def http_open(self, req: Request) -> http.client.HTTPResponse:
        return self.do_open(_PlainConnection, req)


class _Secure(HTTPSHandler):
    def https_open(self, req: Request) -> http.client.HTTPResponse:
        return self.do_open(_SecureConnection, req)


class _SameOrigin(HTTPRedirectHandler):
    """Follows a redirect only where it asks the same host the same way."""

    def redirect_request(  # noqa: PLR0917  # as urllib calls it
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> Request | None:
        old, new = urlsplit(req.full_url), urlsplit(urljoin(req.full_url, newurl))
        if (old.scheme, old.netloc) != (new.scheme, new.netloc) or req.get_method() != "GET":
            fp.close()
            there = urlunsplit((new.scheme, new.netloc.rpartition("@")[2], new.path, "", ""))
            here = urlunsplit((old.scheme, old.netloc, old.path, "", ""))
            raise StoreRefusedError(f"{here} sends on to {one_line(there)} ({code}); give that address if you trust it")
        return super().redirect_request(req, fp, code, msg, headers, newurl)
