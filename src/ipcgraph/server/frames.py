"""Frames: how the server and its worker processes speak over a socket: two lengths, a header of JSON, and bytes."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

INLINE: Final = 256 << 10
"""Bytes of an answer that go through the socket; a larger one goes as the descriptor of a file."""
LONGEST_HEADER: Final = 1 << 20
"""Bytes of a header."""

_LENGTHS: Final = struct.Struct("!II")
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
"""Kept: to make one takes longer than to write a header with it."""


class Frame(NamedTuple):
    """One message; a header is always a JSON object."""

    header: Mapping[str, object]
    body: bytes


def packed(header: Mapping[str, object], body: bytes = b"") -> bytes:
    """The bytes of a frame."""
    text = _ENCODER.encode(header).encode("utf-8", "surrogatepass")
    return b"".join((_LENGTHS.pack(len(text), len(body)), text, body))


def packed_task(function: str, store: str, arguments: Mapping[str, object]) -> bytes:
    """The frame of a task."""
    return packed({"function": function, "arguments": {"store": store, **arguments}})


class Frames:
    """Puts together what arrives in pieces.

    >>> frames, sent = Frames(), packed({"ready": True})
    >>> list(frames.feed(sent[:9])), list(frames.feed(sent[9:]))
    ([], [Frame(header={'ready': True}, body=b'')])
    """

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, piece: bytes) -> Iterator[Frame]:
        """The frames that end with this piece; ValueError on what is no frame."""
        self._pending += piece
        while len(self._pending) >= _LENGTHS.size:
            header, body = _LENGTHS.unpack_from(self._pending)
            if header > LONGEST_HEADER or body > INLINE:
                raise ValueError(f"a frame of {header} and {body} bytes is too long")
            start, end = _LENGTHS.size + header, _LENGTHS.size + header + body
            if len(self._pending) < end:
                return
            read: dict[str, object] = json.loads(self._pending[_LENGTHS.size : start].decode("utf-8", "surrogatepass"))
            whole = bytes(self._pending[start:end])
            del self._pending[:end]
            yield Frame(read, whole)
