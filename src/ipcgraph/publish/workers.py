"""The workers that write a site: in this process, or two processes that are given batches of things over pipes."""

from __future__ import annotations

import os
import pickle
import selectors
import signal
import subprocess
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final, NamedTuple, cast

from ipcgraph.errors import IpcgraphError, ProjectError
from ipcgraph.manifest import COLUMNS, QUERIES
from ipcgraph.publish.addresses import Addresses
from ipcgraph.publish.folder import Writer
from ipcgraph.publish.networkviews import FOLDER as NETWORKS
from ipcgraph.publish.profiles.documents import FOLDER as PROFILES
from ipcgraph.publish.reading import Reading
from ipcgraph.publish.rendering import TABLES, WRITTEN_WHOLE, Rendering, dump_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from ipcgraph.publish.facts import SiteFacts

BATCH: Final = 100
"""So many things are given to a worker at a time."""
WORKERS: Final = 2
FEW: Final = 1_500
"""So many things are written before two more processes would have begun."""


class Setup(NamedTuple):
    """What each worker has to know."""

    store: Path
    facts: SiteFacts
    templates: Path | None
    new: Path
    last: Path | None


class Task(NamedTuple):
    """To write the files of these things, or a part of the site that is of no thing: one of PARTS, or OPENING."""

    iris: tuple[str, ...] = ()
    part: str = ""


LOOK, OPENING, SHORT_LISTS, LONG_LISTS, SITE = "look", "opening", "short-lists", "long-lists", "site"
PARTS: Final = (LOOK, SITE, SHORT_LISTS, LONG_LISTS, *WRITTEN_WHOLE)
"""The parts of a site that are of no thing; the OPENING is in SITE."""


class Done(NamedTuple):
    """What a task has come to."""

    things: int


class Worker:
    """One worker: it has the graph open and templates ready."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        reading = Reading.open(setup.store, base=setup.facts.base)
        addresses = Addresses(setup.facts.address, setup.facts.base)
        self._rendering = Rendering(reading, addresses, setup.facts, templates=setup.templates)

    def perform(self, task: Task) -> Done:
        writer = Writer(self._setup.new, self._setup.last)
        if task.iris:
            for path, text in self._rendering.of_things(task.iris):
                writer.write(path, text)
        if task.part:
            for path, content in self._of_part(task.part):
                writer.write(path, content)
        if task.part in WRITTEN_WHOLE:
            writer.adopt(task.part)
        return Done(len(task.iris))

    def _of_part(self, part: str) -> Iterator[tuple[str, str | bytes]]:
        setup, rendering = self._setup, self._rendering
        queries, columns = setup.store.with_name(QUERIES), setup.store.with_name(COLUMNS)
        making: Mapping[str, Callable[[], Iterator[tuple[str, str | bytes]]]] = {
            LOOK: rendering.look,
            OPENING: lambda: rendering.opening(queries),
            SITE: lambda: rendering.of_site(dump_of(setup.new), queries),
            SHORT_LISTS: rendering.short_lists,
            LONG_LISTS: lambda: rendering.long_lists(columns),
            TABLES: lambda: rendering.tables(setup.new),
            PROFILES: lambda: rendering.profiles(setup.new),
            NETWORKS: lambda: rendering.networks(setup.new, columns),
        }
        return making[part]()


def perform(setup: Setup, tasks: Iterable[Task], *, things: int) -> Iterator[Done]:
    """Performs the tasks for a site of so many things: a few in this process, many by WORKERS processes.

    What each task has come to is given as it ends, in no order. Raises ProjectError where a file cannot be written.
    """
    if things <= FEW:
        worker = Worker(setup)
        yield from map(worker.perform, tasks)
        return
    processes = [_start() for _ in range(WORKERS)]
    try:
        for process in processes:
            _send(process, setup)
        yield from _performed(processes, iter(tasks), setup)
        for process in processes:
            cast("IO[bytes]", process.stdin).close()
            process.wait()
    finally:
        for process in processes:
            process.kill()
            _end(process)


def _performed(processes: list[subprocess.Popen[bytes]], tasks: Iterator[Task], setup: Setup) -> Iterator[Done]:
    """Gives each process its next task when it has done the last one."""
    with selectors.DefaultSelector() as answers:

        def give(place: int) -> None:
            if task := next(tasks, None):
                _send(processes[place], task)
                answers.register(cast("IO[bytes]", processes[place].stdout), selectors.EVENT_READ, (place, task))

        for place in range(len(processes)):
            give(place)
        while answers.get_map():
            for ready, _ in answers.select():
                place, task = ready.data
                answers.unregister(ready.fileobj)
                yield _receive(processes[place])
                if task.part:  # what a part held in memory goes with its process
                    _end(processes[place])
                    processes[place] = _start()
                    _send(processes[place], setup)
                give(place)


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):
            cast("IO[bytes]", pipe).close()
    process.wait()


def _start() -> subprocess.Popen[bytes]:
    """A process that does what `main` says. It begins with this program alone, whatever script has called us."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    # Not with -m: what this module defines would then be of another module there, and could not be sent.
    command = [sys.executable, "-P", "-c", "from ipcgraph.publish.workers import main; main()"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)  # noqa: S603


def _send(process: subprocess.Popen[bytes], what: Setup | Task) -> None:
    pipe = cast("IO[bytes]", process.stdin)
    try:
        pickle.dump(what, pipe)
        pipe.flush()
    except OSError as error:
        raise _lost(process) from error


def _receive(process: subprocess.Popen[bytes]) -> Done:
    try:
        answer = pickle.load(cast("IO[bytes]", process.stdout))  # noqa: S301  # from our own process
    except EOFError as error:
        raise _lost(process) from error
    if isinstance(answer, Done):
        return answer
    raise ProjectError(str(answer))


def _lost(process: subprocess.Popen[bytes]) -> ProjectError:
    return ProjectError(f"a process that wrote pages has ended (code {process.wait()}); nothing was changed")


def main() -> None:
    """Performs the tasks that come over standard input, until it ends; the answers go to standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C stops the process that gives the tasks, and it stops us
    worker: Worker | None = None
    while True:
        try:
            received = pickle.load(sys.stdin.buffer)  # noqa: S301  # from our own process
        except EOFError:
            return
        try:
            if worker is None:
                worker = Worker(received)
                continue
            answer: Done | str = worker.perform(received)
        except IpcgraphError as error:
            answer = str(error)
        except OSError as error:
            answer = cannot_write(error)
        pickle.dump(answer, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        if isinstance(answer, str):
            return


def cannot_write(error: OSError) -> str:
    """The sentence that says which file could not be written."""
    return f"{error.filename or 'the site'} cannot be written: {error.strerror or error}; the last site is as it was"
