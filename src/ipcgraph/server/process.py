"""A worker process as the server sees it: started, given a task, heard, ended, and never left as a zombie."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Final

from ipcgraph.server.frames import Frame, Frames, packed_task

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from pathlib import Path

    from ipcgraph.server.jobs import Job
    from ipcgraph.server.limits import Limits

PIECE: Final = 64 << 10
"""Bytes that are read at a time."""
NICE: Final = 5
"""Processes stand behind the server, which has to answer everybody, also while they start."""
_LAST: Final = 19
LONGEST_TASK: Final = 150 << 10
"""Bytes of a task: so many fit between the processes without waiting."""
_KEPT: Final = ("PATH", "PYTHONPATH", "PYTHONHOME", "TMPDIR", "LANG", "LC_ALL", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
_ONE_THREAD: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "RAYON_NUM_THREADS", "MALLOC_ARENA_MAX")
_ANCILLARY: Final = socket.CMSG_SPACE(4)
_REAPING: Final = 0.02


class Process:
    """One worker process; `heard` is called with each frame and its file, `gone` once, when the process is no more."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        limits: Limits,
        store: Path,
        *,
        heard: Callable[[Process, Frame, BinaryIO | None], None],
        gone: Callable[[Process], None],
    ) -> None:
        self.store = store
        """The store that it was started with; a task may name another."""
        self.tasks = 0
        self.began = 0.0
        """When it began the first of its jobs."""
        self.ready = False
        self.jobs: deque[Job | None] = deque()
        """What it does, and what it does next; None is what nobody waits for any more."""
        self._loop, self._heard, self._gone = loop, heard, gone
        self._frames = Frames()
        self._files: deque[BinaryIO] = deque()
        self._open = True
        self._connection, theirs = socket.socketpair()
        self._connection.settimeout(0)
        with theirs:
            self._popen = _start(theirs.fileno(), store, limits)
        self._stand_behind(NICE)
        loop.add_reader(self._connection.fileno(), self._readable)

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def signal(self) -> int:
        """The signal that ended the process; 0 where none did, or it goes on."""
        return -min(self._popen.poll() or 0, 0)

    def give(self, job: Job, *, most: int = LONGEST_TASK) -> bool:
        """Sends a job, behind what the process has; False, and nothing is sent, where it has more bytes than `most`."""
        task = job.task
        frame = task.frame or packed_task(task.function, str(task.store), task.arguments)
        if len(frame) > most:
            return False
        self.tasks += 1
        self.jobs.append(job)
        try:
            sent = self._connection.send(frame)
        except OSError:
            sent = 0
        if sent < len(frame):
            self.kill()  # its end is heard of as any other, and is answered for then
        return True

    def slow_down(self) -> None:
        """Puts the process behind the others; it cannot be put back."""
        self._stand_behind(_LAST)

    def kill(self) -> None:
        """Ends the process at once, whatever it does."""
        if self._popen.poll() is None:
            self._popen.kill()

    def close(self) -> None:
        """Ends the process and waits until it is gone; `gone` is not called."""
        self._let_go()
        self.kill()
        self._popen.wait()

    def _stand_behind(self, nice: int) -> None:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, nice)

    def _readable(self) -> None:
        try:
            piece = self._receive()
            for frame in self._frames.feed(piece):
                file = self._files.popleft() if frame.header.get("file") and self._files else None
                self._heard(self, frame, file)
        except BlockingIOError:
            return
        except (OSError, ValueError):
            piece = b""
        if not piece and self._open:
            self._let_go()
            self.kill()
            self._reap()

    def _receive(self) -> bytes:
        piece, ancillary, _, _ = self._connection.recvmsg(PIECE, _ANCILLARY)
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                self._files.append(os.fdopen(int.from_bytes(data[:4], sys.byteorder), "rb"))
        return piece

    def _let_go(self) -> None:
        if self._open:
            self._open = False
            self._loop.remove_reader(self._connection.fileno())
            self._connection.close()
            while self._files:
                self._files.popleft().close()

    def _reap(self) -> None:
        """Waits for the process without standing still; a large one takes a moment to go."""
        if self._popen.poll() is None:
            self._loop.call_later(_REAPING, self._reap)
        else:
            self._gone(self)


def _start(descriptor: int, store: Path, limits: Limits) -> subprocess.Popen[bytes]:
    """The process, with nothing of ours but its end of the socket; its messages go where ours go."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | dict.fromkeys(_ONE_THREAD, "1")
    arguments = (descriptor, store, limits.query_memory, limits.answer_bytes)
    return subprocess.Popen(  # noqa: S603  # our own module, by this interpreter
        [sys.executable, "-P", "-m", "ipcgraph.server.worker", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=(descriptor,),
        env=environment,
        cwd="/",
    )
