"""Drafts: the records that an import would add, with the ids that they get, and the values it would add to others."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from ipcgraph.findings import Finding, Place
from ipcgraph.identifiers import slug
from ipcgraph.sources.text import fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ipcgraph.imports.known import Known

Value: TypeAlias = "str | list[Value] | dict[str, Value]"
"""What stands in a record: a text, a list, or a mapping."""
Record: TypeAlias = dict[str, Value]

LONGEST: Final = 60
"""The longest that an id may be after its kind."""
CHECK: Final = "import"


class Draft(NamedTuple):
    """A record to be added."""

    record: Record
    place: Place
    """Where the imported file has it."""

    @property
    def id(self) -> str:
        return str(self.record["id"])


class Change(NamedTuple):
    """A value that a record of the graph does not have, and would get."""

    id: str
    key: str
    value: str
    place: Place
    source: str
    """The id of the Source that says so."""


class Drafts:
    """The records to be added, by id, in the order in which they came up."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._given: set[str] = set()
        self._numbers: dict[str, int] = {}
        """The number that the last id of each name got: a thousand works may have one."""
        self._sources: dict[str, str] = {}
        """The id of the Source of each file."""
        self.records: dict[str, Draft] = {}
        self.changes: dict[tuple[str, str], Change] = {}
        self.findings: list[Finding] = []

    def mint(self, kind: str, name: str) -> str:
        """An id that nothing has: of a name, with a number where the name has been used."""
        words = slug(name, limit=LONGEST - 4)[: LONGEST - 4]
        first = f"{kind}/{words}"
        number = self._numbers.get(first, 0) + 1
        while True:
            minted = first + (f"-{number}" if number > 1 else "")
            if minted not in self._given and not self._known.is_taken(minted):
                self._given.add(minted)
                self._numbers[first] = number
                return minted
            number += 1

    def add(self, record: Record, place: Place) -> None:
        """Takes a record in, unless one with its id is there."""
        draft = Draft(record, place)
        if not self._known.is_taken(draft.id):
            self.records.setdefault(draft.id, draft)

    def source(self, place: Place) -> str:
        """The Source that stands for an imported file, which all that is taken from it rests on."""
        source = self.source_id(place.path)
        name = place.path.rpartition("/")[2]
        self.add({"id": source, "type": "Source", "title": name, "fileName": name}, Place(place.path))
        return source

    def source_id(self, path: str) -> str:
        """The id of a file's Source: that of a file of this name, but of no other file of this import."""
        if path not in self._sources:
            folder, _, name = path.rpartition("/")
            given = set(self._sources.values())
            for candidate in _source_ids(folder.rpartition("/")[2], name):
                is_free = not self._known.is_taken(candidate) or self._known.text(candidate, "fileName") == name
                if is_free and candidate not in given:
                    self._sources[path] = candidate
                    break
        return self._sources[path]

    def complete(self, record: str, values: Mapping[str, str], place: Place) -> None:
        """Values for what a record does not say yet; one of the graph would get them as a change.

        Where it says something else this stays, and a warning shows both.
        """
        draft = self.records.get(record)
        for key, value in values.items():
            if not value:
                continue
            change = self.changes.get((record, key))
            stated = [str(draft.record[key])] if draft and key in draft.record else [change.value] if change else []
            stated += self._known.texts[record].get(key, ()) if record in self._known.texts else ()
            if stated and _bare(value) not in set(map(_bare, stated)):
                message = f"{record} has the {key} {stated[0][:80]!r}, and {value[:80]!r} in this file; the first stays"
                self.warn(message, place, "correct the one that is wrong")
            elif draft:
                draft.record.setdefault(key, value)
            elif not stated:
                self.changes[record, key] = Change(record, key, value, place, self.source(place))

    def warn(self, message: str, place: Place, fix: str) -> None:
        """Notes a finding of the import."""
        self.findings.append(fault(message, place, fix, check=CHECK, severity="warning"))


def _source_ids(folder: str, name: str) -> Iterator[str]:
    """The ids that the Source of a file may have, the plainest first."""
    plain = slug(name, limit=LONGEST - 4)[: LONGEST - 4]
    yield f"source/{plain}"
    if folder:
        yield "source/" + slug(f"{folder} {name}", limit=LONGEST - 4)[: LONGEST - 4]
    yield from (f"source/{plain}-{number}" for number in count(2))


def _bare(value: str) -> str:
    """A value without what makes no other one of it: case, and a slash at the end of an address."""
    return value.lower().rstrip("/")
