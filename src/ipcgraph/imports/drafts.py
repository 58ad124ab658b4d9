"""Drafts: the records that an import would add, with the ids that they get, and the values it would add to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from ipcgraph.findings import Finding, Place
from ipcgraph.identifiers import slug
from ipcgraph.sources.text import fault

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        self.records: dict[str, Draft] = {}
        self.changes: dict[tuple[str, str, str], Change] = {}
        self.findings: list[Finding] = []

    def mint(self, kind: str, name: str) -> str:
        """An id that nothing has: of a name, with a number where the name has been used."""
        words = slug(name, limit=LONGEST - 4)[: LONGEST - 4]
        number = 1
        while True:
            minted = f"{kind}/{words}" + (f"-{number}" if number > 1 else "")
            if minted not in self._given and not self._known.is_taken(minted):
                self._given.add(minted)
                return minted
            number += 1

    def add(self, record: Record, place: Place) -> None:
        """Takes a record in, unless one with its id is there."""
        draft = Draft(record, place)
        if not self._known.is_taken(draft.id):
            self.records.setdefault(draft.id, draft)

    def source(self, place: Place) -> str:
        """The Source that stands for an imported file, which all that is taken from it rests on."""
        name = place.path.rpartition("/")[2]
        source = "source/" + slug(name, limit=LONGEST)[:LONGEST]
        self.add({"id": source, "type": "Source", "title": name, "fileName": name}, Place(place.path))
        return source

    def complete(self, record: str, values: Mapping[str, str], place: Place) -> None:
        """Values for what a record does not say yet; one of the graph would get them as a change."""
        draft = self.records.get(record)
        for key, value in values.items():
            if not value:
                continue
            if draft:
                draft.record.setdefault(key, value)
            elif not self._known.texts[record].get(key):
                self.changes.setdefault((record, key, value), Change(record, key, value, place, self.source(place)))

    def warn(self, message: str, place: Place, fix: str) -> None:
        """Notes a finding of the import."""
        self.findings.append(fault(message, place, fix, check=CHECK, severity="warning"))
