"""A worker process: takes one task after the other from a socket, and gives its answer or says why there is none.

Started as `python -m ipcgraph.server.worker FD STORE MEMORY ANSWER`. It is there to be killed: it reads a store and
writes to files without a name only. It ends with the server, when the socket closes.
"""

from __future__ import annotations

import os
import re
import select
import socket
import sys
import time
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.errors import IpcgraphError, QueryError, StoreError, UsageError
from ipcgraph.server.confinement import confine
from ipcgraph.server.frames import Frame, Frames, packed
from ipcgraph.server.outcomes import Refused, RefusedError
from ipcgraph.server.output import Output
from ipcgraph.server.tasks import Opened

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

NO_MEMORY: Final = "the query needs more memory than this server gives; ask for less at once"

_FUNCTION: Final = re.compile(r"([a-z_]*tasks)\.([a-z][a-z_]*)")


class _Work(NamedTuple):
    function: Callable[..., str | tuple[str, Mapping[str, object]]]
    arguments: Mapping[str, object]
    well_formed: bool


def run(arguments: Sequence[str]) -> None:
    """Serves the socket with this descriptor until it closes."""
    descriptor, store, memory, answer_bytes = arguments
    connection = socket.socket(fileno=int(descriptor))
    connection.settimeout(None)
    Thread(target=_end_with, args=(connection,), daemon=True).start()
    opened = Opened()
    try:
        opened.store(store)
    except StoreError as error:
        connection.sendall(packed({"failed": str(error)}))
        return
    confine(memory=int(memory), file_bytes=int(answer_bytes) + (1 << 20))
    connection.sendall(packed({"ready": True}))
    frames = Frames()
    while piece := connection.recv(1 << 16):
        for frame in frames.feed(piece):
            _answer(connection, opened, frame, int(answer_bytes))


def _end_with(connection: socket.socket) -> None:
    """Ends this process when the server is gone, whatever it is doing: a query runs without Python's lock."""
    waiting = select.poll()
    waiting.register(connection, 0)
    waiting.poll()
    os._exit(0)


def _answer(connection: socket.socket, opened: Opened, frame: Frame, limit: int) -> None:
    work = _work(frame)
    output = Output(limit, well_formed=work.well_formed)
    start = time.process_time()
    try:
        done = work.function(opened, output, **work.arguments)
        media_type, remarks = done if isinstance(done, tuple) else (done, {})
        body = output.end()
        header = {"media_type": media_type, "size": output.size, "remarks": remarks, "file": output.file is not None}
        header["seconds"] = time.process_time() - start
        if output.file is None:
            connection.sendall(packed(header, body))
        else:
            _send_with(connection, packed(header), output.file.fileno())
    except (IpcgraphError, MemoryError) as error:
        seconds = time.process_time() - start
        connection.sendall(packed({**_refusal(error)._asdict(), "seconds": seconds}))
    finally:
        output.close()


def _work(frame: Frame) -> _Work:
    """The function that a task names, from a module of ours whose name ends so."""
    name, arguments = frame.header.get("function"), frame.header.get("arguments")
    if not isinstance(name, str) or not isinstance(arguments, dict):
        raise TypeError(f"{name} is no task")
    return _Work(_function(name), arguments, str(arguments.get("media_type", "")).endswith("+xml"))


@lru_cache
def _function(name: str) -> Callable[..., str | tuple[str, Mapping[str, object]]]:
    found = _FUNCTION.fullmatch(name)
    if not found:
        raise ValueError(f"{name} is no task")
    function: Callable[..., str] = getattr(import_module(f"ipcgraph.server.{found[1]}"), found[2])
    return function


def _send_with(connection: socket.socket, data: bytes, descriptor: int) -> None:
    sent = socket.send_fds(connection, [data], [descriptor])
    connection.sendall(data[sent:])


def _refusal(error: IpcgraphError | MemoryError) -> Refused:
    if isinstance(error, RefusedError):
        return error.refused
    if isinstance(error, QueryError):
        return Refused(400, error.reason, error.line, error.column)
    if isinstance(error, UsageError):
        return Refused(400, str(error))
    if isinstance(error, MemoryError):
        return Refused(503, NO_MEMORY)
    return Refused(503, str(error))


if __name__ == "__main__":
    with suppress(BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        run(sys.argv[1:])
