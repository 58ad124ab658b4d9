"""What has changed since the last release: the statements added and removed, and what readers are told of it."""

from __future__ import annotations

import heapq
import zlib
from collections import Counter
from contextlib import ExitStack, contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import RdfFormat, parse

from ipcgraph.errors import ProjectError
from ipcgraph.publish.documents.nodes import NAMES
from ipcgraph.publish.dumps import NQUADS, packed, unpacked
from ipcgraph.publish.facts import Changes
from ipcgraph.publish.reading import Thing
from ipcgraph.statements import term_text
from ipcgraph.vocabulary import TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ipcgraph.publish.reading import Reading

ADDED, REMOVED = "added.nt.gz", "removed.nt.gz"
SHOWN: Final = 50
"""So many new things of one kind, and gone ones, are named; all are counted."""

_TYPE: Final = str(TYPE)
_PLUS, _MINUS, _BOTH = "+", "-", "="


class Earlier(NamedTuple):
    """The last release, in the folder of its dumps."""

    dumps: Path
    since: str
    """What that release is called."""
    same: bool = False
    """Whether the dumps are of the release that is being made anew: the last one is then found by what they say has
    changed since."""


def write_changes(reading: Reading, folder: Path, earlier: Earlier) -> Changes | None:
    """Writes what was added to the dump in a folder, and removed from it, since an earlier release.

    None, and no file, where nothing is known of an earlier one. Both dumps are read line by line, never held. Raises
    ProjectError where the earlier dump cannot be read or is not sorted.
    """
    if earlier.same and not (earlier.dumps / ADDED).is_file():
        return None
    told = _Told(reading)
    try:
        with (
            unpacked(folder / NQUADS) as now,
            _released(earlier) as before,
            packed(folder / ADDED) as added,
            packed(folder / REMOVED) as removed,
        ):
            for subject, group in groupby(_compared(before, now), key=lambda item: item[1][: item[1].index(" ")]):
                lines = list(group)
                for sign, line in lines:
                    if sign != _BOTH:
                        (added if sign == _PLUS else removed).write(line + "\n")
                told.tell(subject[1:-1], lines)
    except (OSError, EOFError, ValueError, SyntaxError, zlib.error) as error:
        raise ProjectError(f"the dump of the last release in {earlier.dumps} cannot be read ({error})") from error
    return told.changes(earlier.since)


@contextmanager
def _released(earlier: Earlier) -> Iterator[Iterator[str]]:
    """The lines of the last release's dump, sorted."""
    with ExitStack() as files:
        dump = _checked(files.enter_context(unpacked(earlier.dumps / NQUADS)))
        if earlier.same:
            added = files.enter_context(unpacked(earlier.dumps / ADDED))
            removed = files.enter_context(unpacked(earlier.dumps / REMOVED))
            dump = heapq.merge((line for sign, line in _compared(added, dump) if sign == _PLUS), removed)
        yield dump


def _checked(lines: Iterable[str]) -> Iterator[str]:
    """The lines as they are; ValueError where they are not in order, as those of another program's dump."""
    before = ""
    for line in lines:
        if line <= before:
            raise ValueError("its lines are not sorted")
        yield line
        before = line


def _compared(before: Iterable[str], now: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The lines of two sorted streams, each once and in order, with where they are: now alone, before alone, both."""
    earlier, later = iter(before), iter(now)
    one, other = next(earlier, None), next(later, None)
    while one is not None or other is not None:
        if one == other and one is not None:
            yield _BOTH, one
            one, other = next(earlier, None), next(later, None)
        elif other is None or (one is not None and one < other):
            yield _MINUS, one or ""
            one = next(earlier, None)
        else:
            yield _PLUS, other
            other = next(later, None)


class _Told:
    """What is told of the changes, gathered subject by subject."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._signs: Counter[str] = Counter()
        self._new: Counter[str] = Counter()
        self._other: Counter[str] = Counter()
        self._gone: Counter[str] = Counter()
        self._things: dict[str, list[Thing]] = {_PLUS: [], _MINUS: []}

    def tell(self, subject: str, lines: list[tuple[str, str]]) -> None:
        """Takes account of a subject with all its lines."""
        signs = Counter(sign for sign, _ in lines)
        self._signs.update(signs)
        if signs.keys() <= {_BOTH} or not subject.startswith(self._reading.base):
            return
        typed = {sign for sign, line in lines if line.split(" ", 2)[1] == _TYPE}
        if typed == {_PLUS}:
            self._count(self._new, _PLUS, self._reading.thing(subject))
        elif typed == {_MINUS}:
            self._count(self._gone, _MINUS, self._former(subject, lines))
        elif typed:
            self._other[self._reading.kind(subject)] += 1

    def changes(self, since: str) -> Changes:
        kinds = sorted({*self._new, *self._other, *self._gone})
        counts = {kind: (self._new[kind], self._other[kind], self._gone[kind]) for kind in kinds}
        new, gone = tuple(self._things[_PLUS]), tuple(self._things[_MINUS])
        return Changes(since, self._signs[_PLUS], self._signs[_MINUS], new, gone, counts)

    def _count(self, counter: Counter[str], sign: str, thing: Thing) -> None:
        counter[thing.kind] += 1
        if counter[thing.kind] <= SHOWN:
            self._things[sign].append(thing)

    def _former(self, subject: str, lines: list[tuple[str, str]]) -> Thing:
        """A thing that is no more, as the last release called it."""
        text = "\n".join(line for sign, line in lines if sign == _MINUS)
        quads = list(parse(text, format=RdfFormat.N_TRIPLES))
        classes = sorted(term_text(quad.object) for quad in quads if quad.predicate == TYPE)
        names = [term_text(quad.object) for quad in quads if quad.predicate.value in NAMES]
        return Thing(subject, self._reading.class_name(classes), min(names, default="") or self._reading.name(subject))
