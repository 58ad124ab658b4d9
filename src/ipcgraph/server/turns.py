"""Whose turn it is: clients wait in a ring, each in its own line, so that who asks much delays nobody else."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HALF_LIFE: Final = 10.0
"""Seconds after which half of what a client has used is forgotten."""
HEAVY: Final = 0.5
"""Seconds of workers that make a client a heavy one."""
_FORGOTTEN: Final = 0.02
"""Seconds that are not counted: who asks much, and all of it cheap, holds nobody up."""

Job = TypeVar("Job")


class _Client:
    """What is known of one client while it matters."""

    __slots__ = ("running", "since", "spent", "waiting")

    def __init__(self, now: float) -> None:
        self.waiting: deque[object] = deque()
        self.running = 0
        self.spent = 0.0
        self.since = now


class Turns(Generic[Job]):
    """The jobs that wait, and what each client has running and has used of late.

    `clock` gives seconds; `most` is how many jobs wait at a time.
    """

    def __init__(self, most: int, clock: Callable[[], float]) -> None:
        self._most, self._clock = most, clock
        self._clients: dict[str, _Client] = {}
        self._ring: deque[str] = deque()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Job]:
        return (job for client in self._clients.values() for job in client.waiting)  # type: ignore[misc]

    def running(self, client: str) -> int:
        """How many jobs of the client are at work."""
        return self._clients[client].running if client in self._clients else 0

    def is_heavy(self, client: str) -> bool:
        """Whether the client has used much of late."""
        return client in self._clients and self._spent(self._clients[client]) >= HEAVY

    def others_wait(self, client: str) -> bool:
        """Whether anybody but this client waits."""
        return len(self._ring) > (client in self._clients and bool(self._clients[client].waiting))

    def put_back(self, client: str, job: Job) -> None:
        """Puts a job at the head of its client's line, whose turn is next: it has waited already."""
        known = self._known(client)
        if known.waiting:
            self._ring.remove(client)
        self._ring.appendleft(client)
        known.waiting.appendleft(job)
        self._count += 1

    def add(self, client: str, job: Job) -> Job | None:
        """Puts a job at the end of its client's line; gives the job that has to leave for it, which may be this one.

        Where too many wait, the last of the longest line leaves.
        """
        known = self._known(client)
        if self._count >= self._most:
            longest = max(self._ring, key=lambda name: len(self._clients[name].waiting), default=None)
            if longest is None or len(self._clients[longest].waiting) <= len(known.waiting) + 1:
                return job
            leaving: Job = self._clients[longest].waiting.pop()  # type: ignore[assignment]
            self._count -= 1
            self._drop_empty(longest)
        else:
            leaving = None  # type: ignore[assignment]
        if not known.waiting:
            self._ring.append(client)
        known.waiting.append(job)
        self._count += 1
        return leaving

    def next(self, may_start: Callable[[str], bool]) -> Job | None:
        """The job whose turn it is among the clients that may start one; None where there is none."""
        for _ in range(len(self._ring)):
            client = self._ring[0]
            self._ring.rotate(-1)
            if may_start(client):
                job: Job = self._clients[client].waiting.popleft()  # type: ignore[assignment]
                self._count -= 1
                self._drop_empty(client)
                return job
        return None

    def remove(self, client: str, job: Job) -> bool:
        """Takes out a job that waits; False where it does not."""
        known = self._clients.get(client)
        if known is None or job not in known.waiting:
            return False
        known.waiting.remove(job)
        self._count -= 1
        self._drop_empty(client)
        return True

    def start(self, client: str) -> None:
        """A job of the client is at work."""
        self._known(client).running += 1

    def end(self, client: str, seconds: float) -> None:
        """A job of the client is done, after so many seconds of work."""
        known = self._known(client)
        known.running -= 1
        if seconds > _FORGOTTEN:
            known.spent, known.since = self._spent(known) + seconds, self._clock()

    def forget(self) -> None:
        """Lets go of the clients of whom nothing matters any more."""
        gone = [
            name
            for name, client in self._clients.items()
            if not client.waiting and not client.running and self._spent(client) < _FORGOTTEN
        ]
        for name in gone:
            del self._clients[name]

    def _known(self, client: str) -> _Client:
        if client not in self._clients:
            self._clients[client] = _Client(self._clock())
        return self._clients[client]

    def _spent(self, client: _Client) -> float:
        if not client.spent:
            return 0.0
        spent: float = client.spent * 0.5 ** ((self._clock() - client.since) / HALF_LIFE)
        return spent

    def _drop_empty(self, client: str) -> None:
        if not self._clients[client].waiting:
            self._ring.remove(client)
