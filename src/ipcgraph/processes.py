"""Processes that work side by side, and end with the one that began them."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MOST_PROCESSES: Final = 8
"""So many processes are begun unless more are asked for: each has its share of the memory."""

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


class Pool:
    """So many processes, begun when they are first needed and kept for the next work; made by `pool_of`."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def run(
        self, work: Callable[[_Given], _Made], given: Sequence[_Given], told: Callable[[int], None] = lambda _: None
    ) -> list[_Made]:
        """What the work makes of each, in their order; a single one is worked on in this process.

        `told` hears how many are done. Raises the first exception of the work, BrokenProcessPool where a process was
        ended from outside; what was not begun by then is not begun.
        """
        if self._processes < 2 or len(given) < 2:
            made = []
            for number, each in enumerate(given, start=1):
                made.append(work(each))
                told(number)
            return made
        if self._pool is None:
            from multiprocessing import get_context

            # Fresh processes: a copy of this one could hold locks of threads that are not copied with it.
            context = get_context("spawn")
            self._pool = ProcessPoolExecutor(
                self._processes, mp_context=context, initializer=end_with, initargs=(os.getpid(),)
            )
        futures = [self._pool.submit(work, each) for each in given]
        try:
            for number, future in enumerate(as_completed(futures), start=1):
                future.result()
                told(number)
        finally:
            for future in futures:
                future.cancel()
        return [future.result() for future in futures]

    def close(self) -> None:
        """Ends the processes, once they have done what they are at."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


@contextmanager
def pool_of(processes: int = 0) -> Iterator[Pool]:
    """A pool of so many processes; without a number as many as there are processors for this one, to a limit."""
    pool = Pool(processes or min(len(os.sched_getaffinity(0)), MOST_PROCESSES))
    try:
        yield pool
    finally:
        pool.close()


def end_with(parent: int) -> None:
    """Ends this process as soon as the one that began it is gone: what is killed leaves nothing running.

    Ctrl-C, which reaches all of them, ends it without a word: the first process says what there is to say.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
