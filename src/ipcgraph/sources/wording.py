"""Where each statement of a nested format is worded: the places of RDF/XML and JSON-LD, found by what is said there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
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
    """A file that gives one line a read, so that `line` tells how far a parser has come."""

    lines: Iterator[bytes]
    line: int = 0

    def read(self, _size: int = -1) -> bytes:
        """The next line, or nothing at the end."""
        for data in self.lines:
            self.line += 1
            return data
        return b""


def resolve(base: str, reference: str) -> str:
    """The IRI that a reference stands for, or an empty text where it is none.

    >>> resolve("https://example.org/id/", "person/ada")
    'https://example.org/id/person/ada'
    >>> resolve("https://example.org/id/", "a b")
    ''
    """
    try:
        return NamedNode(urljoin(base, reference) if reference else base.partition("#")[0]).value
    except ValueError:
        return ""
