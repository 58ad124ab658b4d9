"""A job: a task on its way through the pool, and what its end means to whoever waits for it."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, BinaryIO, Final

from ipcgraph.server.outcomes import Answered, Outcome, Refused, Task
from ipcgraph.server.worker import NO_MEMORY

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from starlette.types import Message

    from ipcgraph.server.frames import Frame

ENDED: Final = "the query ended its process; this is written to the log of the server"
_TOO_DEEP: Final = "the query is nested too deep to be read"


class Job:
    """A task, when it came and began in seconds of the loop's clock, and the future of its outcome."""

    __slots__ = ("arrived", "began", "future", "receive", "task", "watch")

    def __init__(
        self,
        task: Task,
        future: asyncio.Future[Outcome],
        arrived: float,
        receive: Callable[[], Awaitable[Message]] | None,
    ) -> None:
        self.task, self.future, self.arrived, self.receive = task, future, arrived, receive
        self.began = 0.0
        self.watch: asyncio.Task[None] | None = None


def read_outcome(frame: Frame, file: BinaryIO | None) -> Outcome:
    """The outcome that a process has told; what is not whole is none."""
    header = frame.header
    if "sentence" in header:
        fields = {name: header[name] for name in Refused._fields if name in header}
        return Refused(**fields)  # type: ignore[arg-type]  # written by our own worker
    remarks, size = header.get("remarks"), int(str(header.get("size", 0)))
    whole = file is not None if header.get("file") else len(frame.body) == size
    if not whole:
        return Refused(503, ENDED)
    return Answered(str(header["media_type"]), frame.body, file, size, remarks if isinstance(remarks, dict) else {})


def reason_of_end(number: int) -> Refused:
    """Why a process ended that nobody ended, by its signal; 0 is none."""
    if number in {signal.SIGSEGV, signal.SIGBUS, signal.SIGILL}:
        return Refused(400, _TOO_DEEP)
    if number in {signal.SIGABRT, signal.SIGKILL}:
        return Refused(503, NO_MEMORY)
    return Refused(503, ENDED)
