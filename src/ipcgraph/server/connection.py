"""Connections: no more than there is room for, none that sends or takes too slowly, no head that is too long."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from ipcgraph.server.clients import client_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from ipcgraph.server.clients import Proxies
    from ipcgraph.server.figures import Figures
    from ipcgraph.server.limits import Limits

LONGEST_HEAD: Final = 64 << 10
"""Bytes of the head of a request, its address and all its headers."""
MOST_BEHIND: Final = 32
"""Requests that may be sent before the one before them is answered."""
LEAST_TAKEN: Final = 16 << 10
"""Bytes that a client has to take in the time that it has for it."""
SWEEP: Final = 0.5
"""Seconds between two looks at all connections."""


class Connections:
    """All connections of a server."""

    def __init__(self, limits: Limits, proxies: Proxies, figures: Figures) -> None:
        self.limits = limits
        self.figures = figures
        self._proxies = proxies
        self._open: set[Connection] = set()
        self._by_client: Counter[str] = Counter()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def protocol(self) -> Callable[..., asyncio.Protocol]:
        """What makes the protocol of a new connection, for uvicorn."""
        return partial(Connection, self)

    def add(self, connection: Connection, peer: str) -> bool:
        """Whether there is room for a connection, which is watched then."""
        name = "" if self._proxies.trusts(peer) else client_name(peer)
        most = self.limits.connections_per_client
        if len(self._open) >= self.limits.connections or (name and most and self._by_client[name] >= most):
            self.figures.refused_connections += 1
            return False
        self._open.add(connection)
        self._by_client[name] += 1
        connection.name = name
        self.figures.connections = len(self._open)
        if self._timer is None:
            self._timer = connection.loop.call_later(SWEEP, self._sweep, connection.loop)
        return True

    def remove(self, connection: Connection) -> None:
        if connection in self._open:
            self._open.discard(connection)
            self._by_client[connection.name] -= 1
            if not self._by_client[connection.name]:
                del self._by_client[connection.name]
        self.figures.connections = len(self._open)

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for connection in list(self._open):
            connection.look(now)
        self._timer = loop.call_later(SWEEP, self._sweep, loop) if self._open else None


class Connection(HttpToolsProtocol):
    """One connection: uvicorn's own, with a time for each thing that it has to wait for."""

    def __init__(self, connections: Connections, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]  # as uvicorn calls it
        self.name = ""
        self._connections = connections
        self._limits = connections.limits
        self._phase: Literal["head", "body", "answer"] = "head"
        self._due = 0.0
        self._head = 0
        self._size = 0
        self._unsent = 0
        self._taken = 0.0
        self._ending = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._due = self.loop.time() + self._limits.header_seconds
        if not self._connections.add(self, self.client[0] if self.client else ""):
            self._end(503, "Service Unavailable", "retry-after: 5\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._ending:
            return
        if self._phase == "answer" and self.cycle.response_complete:
            self._begin_head()
        if self._phase == "head":
            self._head += len(data)
        super().data_received(data)
        if self._phase == "head" and self._head > LONGEST_HEAD and not self.transport.is_closing():
            self._end(431, "Request Header Fields Too Large")

    def on_message_begin(self) -> None:
        if self._ending:
            return
        super().on_message_begin()
        self._size = 0
        self._begin_head()

    def on_url(self, url: bytes) -> None:
        if self._ending:
            return
        self._size += len(url)
        if self._size <= LONGEST_HEAD:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._ending:
            return
        self._size += len(name) + len(value)
        if self._size <= LONGEST_HEAD:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self._ending:
            return
        if self._size > LONGEST_HEAD:
            self._end(431, "Request Header Fields Too Large")
            return
        if len(self.pipeline) >= MOST_BEHIND:
            self._ending = True
            self.transport.abort()
            return
        self._phase = "body"
        self._due = self.loop.time() + self._limits.body_seconds
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._ending:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._ending:
            self._phase = "answer"
            super().on_message_complete()

    def resume_writing(self) -> None:
        self._taken = self.loop.time()
        super().resume_writing()

    def look(self, now: float) -> None:
        """Ends the connection where it has taken too long over something."""
        if self._phase != "answer" and now > self._due and not self._is_between():
            self._connections.figures.slow_connections += 1
            if self._head or self._phase == "body":
                self._end(408, "Request Timeout")
            else:  # it has never sent anything
                self.transport.close()
        unsent = self.transport.get_write_buffer_size()
        if not unsent or not self._unsent or self._unsent - unsent >= LEAST_TAKEN or unsent > self._unsent:
            self._unsent, self._taken = unsent, now
        elif now - self._taken > self._limits.write_seconds:
            self._connections.figures.slow_connections += 1
            self.transport.abort()

    def _begin_head(self) -> None:
        if self._phase != "head":
            self._phase, self._head = "head", 0
            self._due = self.loop.time() + self._limits.header_seconds

    def _is_between(self) -> bool:
        """Whether no request has begun since the last answer: uvicorn ends such a connection itself."""
        return self._phase == "head" and not self._head and self.cycle is not None

    def _end(self, status: int, phrase: str, headers: str = "") -> None:
        """Says why, where no answer has begun, and closes."""
        cycle: RequestResponseCycle | None = self.cycle  # None until a first request has come
        if self._ending or (cycle is not None and cycle.response_started and not cycle.response_complete):
            self.transport.abort()
            return
        self._ending = True
        text = f"{phrase}\n"
        head = f"HTTP/1.1 {status} {phrase}\r\ncontent-type: text/plain; charset=utf-8\r\n{headers}"
        self.transport.write(f"{head}content-length: {len(text)}\r\nconnection: close\r\n\r\n{text}".encode())
        self.transport.close()
