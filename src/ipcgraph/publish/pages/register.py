"""The register of a site: what lists and search show of every thing, looked up once and kept in files."""

from __future__ import annotations

import json
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final, NamedTuple, Self

from ipcgraph.folding import folded, initial
from ipcgraph.publish.pages.periods import date_words
from ipcgraph.publish.sorting import sorted_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.publish.pages.library import Library

AUTHORS: Final = 4
"""So many authors of a work are named in a list."""
UNDATED: Final = "Without a date"
_LAST: Final = "X"
"""Sorts after all digits."""


class Entry(NamedTuple):
    """A thing as lists and search show it, and the heading that it stands under."""

    heading: str
    iri: str
    label: str
    note: str = ""
    authors: tuple[str, ...] = ()
    more: int = 0
    """The number of further authors."""
    when: str = ""
    machine: str = ""
    works: int = 0
    mark: str = ""
    others: tuple[str, ...] = ()
    """Other names of it."""


class Register:
    """What lists and search show of the things of each kind; to be closed, which removes its files."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._kept: dict[str, IO[str]] = {}
        self._files = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def entries(self, kind: str) -> Iterator[Entry]:
        """All things of a kind in the order of their list: works by date, the newest first; all else by name."""
        if kind not in self._kept:
            file = self._files.enter_context(TemporaryFile("w+", encoding="utf-8"))  # noqa: SIM115  # closed with the rest
            lines = (_sortable(self._library, kind, iri) for iri in self._library.reading.instances(kind))
            file.writelines(line.rpartition("\t")[2] + "\n" for line in sorted_lines(lines))
            self._kept[kind] = file
        self._kept[kind].seek(0)
        return map(_read, self._kept[kind])

    def ranked(self, kind: str) -> Iterator[Entry]:
        """All things of a kind in the order in which equally good answers are shown: persons by number of works."""
        if kind != "Person":
            return self.entries(kind)
        lines = (f"{99999 - entry.works:05d}\t{_name(entry.label)}\t{_written(entry)}" for entry in self.entries(kind))
        return (_read(line.rpartition("\t")[2]) for line in sorted_lines(lines))


def _written(entry: Entry) -> str:
    # As ASCII, in which no character ends a line; a tab is written as \t.
    return json.dumps(entry)


def _read(line: str) -> Entry:
    values = json.loads(line)
    entry = Entry(*values)
    return entry._replace(authors=tuple(entry.authors), others=tuple(entry.others))


def _name(label: str) -> str:
    return " ".join(folded(label).split())


def _sortable(library: Library, kind: str, iri: str) -> str:
    entry = _entry(library, kind, iri)
    name = _name(entry.label)
    if kind != "Work":
        return f"{entry.heading}\t{name}\t{_written(entry)}"
    # The newest first: the complement of the first day that the date can mean sorts so.
    day = library.issued(iri)[1]
    return f"{''.join(str(9 - int(digit)) for digit in day if digit.isdigit()) or _LAST}\t{name}\t{_written(entry)}"


def _entry(library: Library, kind: str, iri: str) -> Entry:
    label = library.reading.label(iri)
    others = (*library.texts(iri, "alternateName"), *library.texts(iri, "acronym"))
    if kind == "Work":
        return _work(library, iri, label)._replace(others=others)
    found = Entry("" if kind == "Claim" else initial(label), iri, label, others=others)
    if kind == "Person":
        return found._replace(works=len(library.works_by(iri)))
    if kind in {"Role", "Initiative"}:
        span = library.span(iri)
        note = library.kind_of(iri, kind).lower() if kind == "Initiative" else ""
        return found._replace(note=note, when=span.words if span.dated else span.status)
    if kind == "Claim":
        return found._replace(mark=library.word(iri, "basis"))
    return found


def _work(library: Library, iri: str, label: str) -> Entry:
    authors = [author.label for author in library.byline(iri)]
    authors = authors or [library.reading.label(maker) for maker in library.many(iri, "producedBy")]
    stated, day = library.issued(iri)
    return Entry(
        stated[:4] if day else UNDATED,
        iri,
        label,
        note=library.kind_of(iri, "Work").lower(),
        authors=tuple(authors[:AUTHORS]),
        more=max(len(authors) - AUTHORS, 0),
        when=date_words(stated),
        machine=stated,
    )
