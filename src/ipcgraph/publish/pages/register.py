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
    from collections.abc import Iterator, Sequence
    from pathlib import Path

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


MANY: Final = 20_000
"""Of so many people, or works, entries are read from the columns."""


class Register:
    """What lists and search show of the things of each kind; to be closed, which removes its files.

    `columns` is the folder of the columns of the graph, if there is one; entries are the same with it and without it.
    """

    def __init__(self, library: Library, columns: Path | None = None) -> None:
        self._library = library
        self._columns = columns
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
            lines = (_sortable(kind, entry, day) for entry, day in self._read(kind))
            file.writelines(line.rpartition("\t")[2] + "\n" for line in sorted_lines(lines))
            self._kept[kind] = file
        self._kept[kind].seek(0)
        return map(_read, self._kept[kind])

    def _read(self, kind: str) -> Iterator[tuple[Entry, str]]:
        """Each thing of a kind, by IRI, and of a work the first day that its date can mean."""
        library = self._library
        if self._columns and library.site.counts.get(kind, 0) >= MANY:
            from ipcgraph.publish.pages.columnar import KINDS, columnar_entries

            found = columnar_entries(library, self._columns, kind) if kind in KINDS else None
            if found is not None:
                yield from found
                return
        for iri in library.reading.instances(kind):
            yield _entry(library, kind, iri), library.issued(iri)[1] if kind == "Work" else ""

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


def _sortable(kind: str, entry: Entry, day: str) -> str:
    name = _name(entry.label)
    if kind != "Work":
        return f"{entry.heading}\t{name}\t{_written(entry)}"
    # The newest first: the complement of the first day that the date can mean sorts so.
    return f"{''.join(str(9 - int(digit)) for digit in day if digit.isdigit()) or _LAST}\t{name}\t{_written(entry)}"


def _entry(library: Library, kind: str, iri: str) -> Entry:
    label = library.reading.label(iri)
    others = (*library.texts(iri, "alternateName"), *library.texts(iri, "acronym"))
    if kind == "Work":
        authors = [author.label for author in library.byline(iri)]
        authors = authors or [library.reading.label(maker) for maker in library.many(iri, "producedBy")]
        note = library.kind_of(iri, "Work").lower()
        return work_entry(
            iri, label, others, note=note, authors=authors, number=len(authors), issued=library.issued(iri)
        )
    if kind == "Person":
        return person_entry(iri, label, others, works=len(library.works_by(iri)))
    found = Entry("" if kind == "Claim" else initial(label), iri, label, others=others)
    if kind in {"Role", "Initiative"}:
        span = library.span(iri)
        note = library.kind_of(iri, kind).lower() if kind == "Initiative" else ""
        return found._replace(note=note, when=span.words if span.dated else span.status)
    if kind == "Claim":
        return found._replace(mark=library.word(iri, "basis"))
    return found


def person_entry(iri: str, label: str, others: tuple[str, ...], *, works: int) -> Entry:
    return Entry(initial(label), iri, label, works=works, others=others)


def work_entry(
    iri: str,
    label: str,
    others: tuple[str, ...],
    *,
    note: str,
    authors: Sequence[str],
    number: int,
    issued: tuple[str, str],
) -> Entry:
    """The entry of a work: `authors` are at least the first AUTHORS of that number, `issued` as the library has it."""
    stated, day = issued
    return Entry(
        stated[:4] if day else UNDATED,
        iri,
        label,
        note=note,
        authors=tuple(authors[:AUTHORS]),
        more=max(number - AUTHORS, 0),
        when=date_words(stated),
        machine=stated,
        others=others,
    )
