"""Lines sorted in bounded memory: what does not fit waits in files."""

from __future__ import annotations

import heapq
from contextlib import ExitStack
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LINES: Final = 100_000
"""So many lines are sorted in memory at a time."""


def sorted_lines(lines: Iterable[str], *, folder: Path | None = None, at_once: int = LINES) -> Iterator[str]:
    """The lines in the order of their characters' numbers, each once; a line has no line feed in it.

    `folder` is where the files of a long input wait, by default the system's folder for such; they have no names, so
    that a killed process leaves none.

    >>> list(sorted_lines(["b", "a", "b"]))
    ['a', 'b']
    """
    rest = iter(lines)
    chunk = sorted(islice(rest, at_once))
    following = sorted(islice(rest, at_once))
    if not following:
        yield from _each_once(chunk)
        return
    with ExitStack() as files:
        written = []
        while chunk:
            file = files.enter_context(TemporaryFile("w+", encoding="utf-8", newline="\n", dir=folder))
            file.writelines(line + "\n" for line in chunk)
            written.append(file)
            chunk, following = following, sorted(islice(rest, at_once))
        yield from _each_once(heapq.merge(*map(_read, written)))


def _read(file: IO[str]) -> Iterator[str]:
    file.seek(0)
    return (line[:-1] for line in file)


def _each_once(lines: Iterable[str]) -> Iterator[str]:
    before = None
    for line in lines:
        if line != before:
            yield line
        before = line
