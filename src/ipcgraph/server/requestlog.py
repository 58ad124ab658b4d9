"""The log of requests: one line each, as text or as JSON."""

from __future__ import annotations

import datetime as dt
import json
from typing import IO, TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import asyncio

Style: TypeAlias = Literal["text", "json"]

LONGEST: Final = 500
"""Characters of an address in the log."""
_PAUSE: Final = 0.1
_MANY: Final = 500


class Entry(NamedTuple):
    """One request that was answered."""

    client: str
    method: str
    target: str
    """Its path and what follows the question mark, as sent."""
    status: int
    size: int
    seconds: float


class RequestLog:
    """Writes entries to a stream, several at a time: one waits a tenth of a second at most, and no request for it."""

    def __init__(self, stream: IO[str], style: Style = "text") -> None:
        self._stream = stream
        self._write = _as_json if style == "json" else _as_text
        self._waiting: list[tuple[float, Entry]] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(self, entry: Entry, loop: asyncio.AbstractEventLoop, *, now: float) -> None:
        """Logs an entry; `now` is the time in seconds since 1970."""
        self._waiting.append((now, entry))
        if self._timer is None:
            self._timer = loop.call_later(_PAUSE, self.flush)
        elif len(self._waiting) >= _MANY:
            self.flush()

    def flush(self) -> None:
        """Writes what waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        self._stream.write("".join(self._write(now, entry) for now, entry in waiting))
        self._stream.flush()


def _as_text(now: float, entry: Entry) -> str:
    client, method, target, status, size, seconds = entry
    shown = target[:LONGEST] if target.isascii() and target.isprintable() else ascii(target[:LONGEST])[1:-1]
    return f"{_time(now)} {client} {method} {shown} {status} {size} {seconds * 1000:.1f}ms\n"


def _as_json(now: float, entry: Entry) -> str:
    values = {"time": _time(now), **entry._asdict(), "target": entry.target[:LONGEST]}
    return json.dumps({**values, "seconds": round(entry.seconds, 6)}) + "\n"


def _time(now: float) -> str:
    return dt.datetime.fromtimestamp(now, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
