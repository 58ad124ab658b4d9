"""The pool: tasks run in worker processes that are ended when they take too long or too much, and replaced at once.

A task that waits, runs or is answered never stops the event loop. Each has a time from its coming to its answer; what
it waits counts. No client can hold all places: one more than the limit says is kept for those who have none.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, BinaryIO, Final

from ipcgraph.errors import StoreError
from ipcgraph.server.jobs import Job, read_outcome, reason_of_end
from ipcgraph.server.outcomes import Answered, Figures, Outcome, Refused, Task
from ipcgraph.server.process import Process
from ipcgraph.server.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from starlette.types import Message

    from ipcgraph.server.frames import Frame
    from ipcgraph.server.limits import Limits

SWEEP: Final = 0.05
"""Seconds between two looks at what has taken too long."""
QUICK: Final = 0.01
"""Seconds that a task may have run for another one of its client to be sent behind it."""
BEHIND: Final = 7
"""Tasks that are sent to a process behind the one it does, so that it need not wait for the next."""
AT_ONCE: Final = 0.001
"""Seconds within which most tasks are done: while one has run no longer, it costs less to wait for its process."""
FEW: Final = 6
"""Tasks that may be there for that."""
SHORT: Final = 16 << 10
"""Bytes of a task that is sent behind another."""
SPARE: Final = 2
"""Processes beside those that the limits say: one for whoever has none, and one that is ready when another is ended."""
LONG: Final = 0.25
"""Seconds after which a task is a long one."""
SLOW: Final = 0.5
"""Seconds after which its process stands behind all others, and is replaced when it is done."""
LATER: Final = 60
"""Seconds after which a query that needed too much time may be asked again: at once it would end no better."""
RENEWED: Final = 200_000
"""Tasks after which a process is replaced."""
_START_AGAIN: Final = 1.0
_STARTING: Final = 30.0

CLIENT_GONE: Final = "the client is gone"
_BUSY: Final = "this server is busy with other queries; ask again in a moment"
_STOPPING: Final = "this server is being stopped"
_TOO_LONG: Final = "the query is longer than this server takes"


class Pool:
    """Worker processes for one event loop; `start` before `run`, and `close` at the end."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._loop: asyncio.AbstractEventLoop | None = None
        self._store: Path | None = None
        self._idle: list[Process] = []
        self._busy: set[Process] = set()
        self._starting: set[Process] = set()
        self._ending: set[Process] = set()
        self._first: asyncio.Future[None] | None = None
        self._turns: Turns[Job] = Turns(limits.waiting, self._now)
        self._sweeping: asyncio.TimerHandle | None = None
        self._closed = False
        self._answered = self._refused = self._late = self._started = 0

    async def start(self, store: Path) -> None:
        """Starts the processes and returns when the first can be asked; StoreError where the store cannot be read."""
        self._loop = asyncio.get_running_loop()
        self._store = store
        self._first = self._loop.create_future()
        for _ in range(self._limits.workers + SPARE):
            self._start_process()
        try:
            await asyncio.wait_for(asyncio.shield(self._first), _STARTING)
        except TimeoutError as error:
            await self.close()
            raise StoreError("the processes for queries do not start") from error
        except StoreError:
            await self.close()
            raise

    async def run(self, task: Task, *, receive: Callable[[], Awaitable[Message]] | None = None) -> Outcome:
        """The whole answer of a task, or why there is none; where the caller is cancelled the task is ended.

        `receive` is that of an ASGI request whose body has been read: the task is ended when its client is gone.
        """
        if self._loop is None or self._closed:
            return Refused(503, _STOPPING, retry_after=1)
        job = Job(task, self._loop.create_future(), self._loop.time(), receive)
        process = None if self._turns else self._place(task.client)
        if process is None or not self._begin(job, process):
            leaving = self._turns.add(task.client, job)
            if leaving is not None:
                self._refuse(leaving, Refused(503, _BUSY, retry_after=self._pause()))
            self._next()
        self._sweep_soon()
        try:
            return await job.future
        except asyncio.CancelledError:
            self._abandon(job)
            raise
        finally:
            if job.watch:
                job.watch.cancel()

    def follow(self, store: Path) -> None:
        """From now on processes are started with this store, and those that wait are replaced one by one."""
        self._store = store
        self._renew()

    async def close(self) -> None:
        """Ends all processes; what waits or runs is refused. To close twice is fine."""
        self._closed = True
        if self._sweeping:
            self._sweeping.cancel()
        for job in self._jobs():
            self._refuse(job, Refused(503, _STOPPING, retry_after=1))
        for process in [*self._idle, *self._busy, *self._starting, *self._ending]:
            process.close()
        self._idle.clear()
        self._busy.clear()
        self._starting.clear()
        self._ending.clear()

    def figures(self) -> Figures:
        """What the pool has done, and does now."""
        done = (self._answered, self._refused, self._late, self._started)
        return Figures(len(self._idle) + len(self._busy), len(self._busy), len(self._turns), *done)

    def pids(self) -> tuple[int, ...]:
        """The processes that there are."""
        return tuple(process.pid for process in (*self._idle, *self._busy, *self._starting))

    @property
    def _processes(self) -> int:
        return len(self._idle) + len(self._busy) + len(self._starting)

    def _now(self) -> float:
        return self._loop.time() if self._loop else 0.0

    def _jobs(self) -> list[Job]:
        """All that somebody waits for."""
        return [*self._turns, *(job for process in self._busy for job in process.jobs if job)]

    def _place(self, client: str) -> Process | None:
        """The process that a client may take now: a free one, or one that it has already, to come next there."""
        behind = self._behind(client)
        if behind is not None and (len(behind.jobs) < FEW and self._now() - behind.began < AT_ONCE):
            # What is answered at once is answered soonest by a process that need not be woken.
            return behind
        return self._idle[-1] if self._idle and self._may_start(client) else behind

    def _behind(self, client: str) -> Process | None:
        """The process that does something quick for this client, and can be sent more."""
        if self._turns.others_wait(client) or self._turns.is_heavy(client):
            return None
        now = self._now()
        for process in self._busy:
            first = process.jobs[0]
            if first and first.task.client == client and len(process.jobs) <= BEHIND and now - process.began < QUICK:
                return process
        return None

    def _may_start(self, client: str) -> bool:
        """Whether a client may take a process that is free."""
        running, heavy = self._turns.running(client), self._turns.is_heavy(client)
        if len(self._busy) > self._limits.workers or (heavy and len(self._idle) < 2):
            # Whose processes are ended waits for their successors, and does not take what is ready for others.
            return False
        # The last of the places is kept for those who have none; heavy clients leave one more.
        return not running or (running < self._limits.workers - heavy and len(self._busy) < self._limits.workers)

    def _begin(self, job: Job, process: Process) -> bool:
        """Gives a job to a process; False where it has to wait for one of its own."""
        if process in self._busy:
            return process.give(job, most=SHORT)
        if not process.give(job):
            self._refuse(job, Refused(413, _TOO_LONG))
            return True
        self._idle.remove(process)
        self._busy.add(process)
        self._turn_to(process)
        return True

    def _turn_to(self, process: Process) -> None:
        """The process begins the first of its jobs."""
        process.began = self._now()
        if job := process.jobs[0]:
            job.began = process.began
            self._turns.start(job.task.client)

    def _next(self) -> None:
        """Gives the processes that are free to those whose turn it is."""
        while self._turns:
            job = self._turns.next(lambda client: self._place(client) is not None)
            process = self._place(job.task.client) if job else None
            if job is None or process is None:
                return
            if not self._begin(job, process):
                self._turns.put_back(job.task.client, job)
                return

    def _done(self, process: Process, seconds: float = 0.0) -> Job | None:
        """Takes the first job from a process, and what it used from its client; None where nobody waits for it."""
        job = process.jobs.popleft()
        if job is not None:
            self._turns.end(job.task.client, seconds or self._now() - job.began + LONG)
        return job

    def _heard(self, process: Process, frame: Frame, file: BinaryIO | None) -> None:
        if not process.ready:
            self._is_ready(process, str(frame.header.get("failed", "")))
            return
        used = frame.header.get("seconds")
        job = self._done(process, used if isinstance(used, float) else 0.0) if process in self._busy else None
        seconds = self._now() - process.began
        if job is not None and not job.future.done():
            outcome = read_outcome(frame, file)
            self._answered += isinstance(outcome, Answered)
            self._refused += isinstance(outcome, Refused)
            job.future.set_result(outcome)
        elif file is not None:
            file.close()
        if process not in self._busy:
            return
        if process.jobs:
            self._turn_to(process)
        elif seconds > _patience(job) or process.tasks >= RENEWED or process.store != self._store:
            self._replace(process)
        else:
            self._busy.discard(process)
            self._idle.append(process)
        self._next()

    def _is_ready(self, process: Process, failed: str) -> None:
        if failed:
            if self._first and not self._first.done():
                self._first.set_exception(StoreError(failed))
            return  # its end follows
        process.ready = True
        self._starting.discard(process)
        self._idle.append(process)
        if self._first and not self._first.done():
            self._first.set_result(None)
        self._next()

    def _gone(self, process: Process) -> None:
        """A process has ended, of itself or not; what it did is refused, what was behind it waits again."""
        self._ending.discard(process)
        if self._closed:
            return
        if process in self._starting:
            self._starting.discard(process)
            if self._first and not self._first.done():
                self._first.set_exception(StoreError("the processes for queries end at once; see the log"))
            if self._loop:
                self._loop.call_later(_START_AGAIN, self._start_process)
            return
        if process in self._busy:
            if job := self._done(process):
                self._refuse(job, reason_of_end(process.signal))
            self._replace(process)
        elif process in self._idle:
            self._replace(process)
        self._ending.discard(process)
        self._next()

    def _start_process(self) -> None:
        if self._closed or self._loop is None or self._store is None:
            return
        if self._processes >= self._limits.workers + SPARE:
            return
        self._starting.add(Process(self._loop, self._limits, self._store, heard=self._heard, gone=self._gone))
        self._started += 1

    def _replace(self, process: Process) -> None:
        """Ends a process; those that wait behind what it does wait for another, and a new one is started."""
        process.kill()
        self._ending.add(process)
        self._busy.discard(process)
        if process in self._idle:
            self._idle.remove(process)
        while process.jobs:
            if job := process.jobs.pop():
                self._turns.put_back(job.task.client, job)
        self._start_process()

    def _renew(self) -> None:
        """Replaces one waiting process with an old store, while others go on; the next follows with the sweep."""
        old = next((process for process in self._idle if process.store != self._store), None)
        if old is not None:
            if not self._starting:
                self._replace(old)
            self._sweep_soon()

    def _abandon(self, job: Job) -> None:
        """Nobody waits for the answer any more."""
        if self._turns.remove(job.task.client, job):
            return
        for process in list(self._busy):
            if process.jobs[0] is job:
                self._done(process)
                self._replace(process)
            elif job in process.jobs:
                process.jobs[process.jobs.index(job)] = None

    def _watch(self, now: float) -> None:
        """Looks from now on whether the clients of long tasks are still there."""
        for job in self._jobs():
            if self._loop and job.receive and not job.watch and now - job.arrived > LONG:
                job.watch = self._loop.create_task(self._wait_for_end(job, job.receive))

    async def _wait_for_end(self, job: Job, receive: Callable[[], Awaitable[Message]]) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._abandon(job)
        self._refuse(job, Refused(503, CLIENT_GONE))

    def _refuse(self, job: Job, refused: Refused) -> None:
        self._turns.remove(job.task.client, job)
        if not job.future.done():
            self._refused += 1
            job.future.set_result(refused)

    def _sweep_soon(self) -> None:
        if self._sweeping is None and self._loop and not self._closed:
            self._sweeping = self._loop.call_later(SWEEP, self._sweep)

    def _sweep(self) -> None:
        """Ends what has taken too long, and goes on as long as anything runs or waits."""
        now, seconds = self._now(), self._limits.query_seconds
        self._sweeping = None
        self._watch(now)
        for process in list(self._busy):
            self._look_at(process, now)
        for job in list(self._turns):
            # What has waited for half of its time would be ended before it is done: it is told so while there is time.
            if now - job.arrived >= seconds / 2:
                self._refuse(job, Refused(503, _BUSY, retry_after=self._pause()))
        self._next()
        self._turns.forget()
        self._renew()
        if self._busy or self._turns:
            self._sweep_soon()

    def _look_at(self, process: Process, now: float) -> None:
        job, seconds = process.jobs[0], now - process.began
        if job is None:
            if seconds > LONG:
                self._replace(process)
        elif now - job.arrived >= self._limits.query_seconds:
            self._done(process)
            self._late += 1
            self._refuse(job, self._too_late(job))
            self._replace(process)
        elif seconds > QUICK:
            for place in range(1, len(process.jobs)):
                if behind := process.jobs[place]:
                    process.jobs[place] = None
                    self._turns.put_back(behind.task.client, behind)
            if seconds > _patience(job):
                process.slow_down()

    def _too_late(self, job: Job) -> Refused:
        limit = self._limits.query_seconds
        if job.began - job.arrived > LONG:
            return Refused(503, _BUSY, retry_after=self._pause())
        sentence = f"the query needs more time than the {limit:g} s this server gives; ask for less at once"
        return Refused(503, sentence, retry_after=LATER)

    def _pause(self) -> int:
        """Seconds after which it is worth while to ask again."""
        return max(1, math.ceil(self._limits.query_seconds / 2))


def _patience(job: Job | None) -> float:
    """Seconds after which the process of a task is a slow one."""
    return max(SLOW, job.task.patience) if job else SLOW
