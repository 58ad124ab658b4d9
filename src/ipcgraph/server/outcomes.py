"""What the pool is asked and what it gives: a Task, and an Outcome that is whole or says why there is none; Figures."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, TypeAlias

from ipcgraph.errors import IpcgraphError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Plain: TypeAlias = str | int | float | bool | list["Plain"] | dict[str, "Plain"] | None
    """What can be an argument of a task: values that JSON has."""

_NONE: Final[Mapping[str, object]] = MappingProxyType({})


class Task(NamedTuple):
    """One piece of work for a worker process: a function of a module `ipcgraph.server.…tasks`, and what it is given.

    `function` is written `module.function`, as in `tasks.sparql`. `client` is whose turn it takes.
    """

    function: str
    store: Path
    arguments: Mapping[str, Plain]
    client: str = ""
    frame: bytes = b""
    """What goes to the process, where it is made already, as by `packed_task`."""
    patience: float = 0.0
    """Seconds that it takes by nature, as to import what it needs: its process is no slow one before they are over."""


class Answered(NamedTuple):
    """A whole answer: its bytes in `body`, or, where they are many, in `file`, which the taker closes."""

    media_type: str
    body: bytes
    file: BinaryIO | None
    size: int
    remarks: Mapping[str, object] = _NONE
    """What the task says besides, as plain values."""


class Refused(NamedTuple):
    """Why there is no answer: an HTTP status and a sentence; `line` and `column` count from 1, 0 is no place.

    `retry_after` is in seconds; 0 where it would be no use to ask again.
    """

    status: int
    sentence: str
    line: int = 0
    column: int = 0
    retry_after: int = 0


Outcome: TypeAlias = Answered | Refused


class Figures(NamedTuple):
    """What the pool has done since it was started, and does now."""

    processes: int
    """Processes that can be asked, or are."""
    running: int
    waiting: int
    answered: int
    refused: int
    late: int
    """Tasks that were ended since their time was over."""
    started: int
    """Processes started."""


class RefusedError(IpcgraphError):
    """What a task raises to refuse with a status of its own; carries the Refused."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.sentence)
        self.refused = refused
