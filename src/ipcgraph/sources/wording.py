"""Where each statement of a nested format is worded: the places of RDF/XML and JSON-LD, found by what is said there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, cast
from urllib.parse import urljoin

from pyoxigraph import NamedNode

from ipcgraph.findings import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Quad


@dataclass(slots=True)
class Wording:
    """The places of statements by subject, property and object in text; filled by a walk over the file.

    Where the object is worded unlike the parser gives it (a number, escaped markup), the property's place is taken.
    """

    name: str
    _places: dict[tuple[str, ...], Place] = field(default_factory=dict)

    def add(self, place: Place, subject: str, predicate: str, *objects: str) -> None:
        """Adds a statement with the forms that its object may take; the first place of a form stays."""
        for text in objects:
            self._places.setdefault((subject, predicate, text), place)
        self._places.setdefault((subject, predicate), place)
        self._places.setdefault((subject,), place)

    def place(self, quad: Quad) -> Place:
        """The place of a statement, else of its property, else of its subject, else the file."""
        subject, predicate = getattr(quad.subject, "value", ""), quad.predicate.value
        for key in ((subject, predicate, getattr(quad.object, "value", "")), (subject, predicate), (subject,)):
            if key in self._places:
                return self._places[key]
        return Place(self.name)


@dataclass(slots=True)
class LineFeed:
    """A file that gives no more than one line a read, so that `line` tells how far a parser has come."""

    lines: Iterator[bytes]
    line: int = 0
    _data: bytes = b""
    _given: int = 0

    def read(self, size: int) -> bytes:
        """The next line, or what of it fits (pyoxigraph ends the process at a byte more than it asked for)."""
        if self._given == len(self._data):
            self._data, self._given = next(self.lines, b""), 0
            self.line += bool(self._data)
        part = self._data[self._given : self._given + size]
        self._given += len(part)
        return part

    def file(self) -> IO[bytes]:
        """The feed as the type that parsers ask for; they call `read` and nothing else."""
        return cast("IO[bytes]", self)


_WHOLE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def resolve(base: str, reference: str) -> str:
    """The IRI that a reference stands for, or an empty text where it is none.

    >>> resolve("https://example.org/id/", "person/ada")
    'https://example.org/id/person/ada'
    >>> resolve("https://example.org/id/", "a b")
    ''
    """
    try:
        if _WHOLE.match(reference):
            return NamedNode(reference).value
        return NamedNode(urljoin(base, reference) if reference else base.partition("#")[0]).value
    except ValueError:
        return ""
