"""A record as a curator wrote it: scalars, lists and mappings that each know their Place.

Every reader of records (YAML, CSV) gives these; `sources/expansion.py` turns them into statements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import Quad

from ipcgraph.findings import Place

Statement: TypeAlias = tuple[Quad, Place]
"""One quad and where it is written; all quads of data are in the default graph."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as text: nothing is read as a number, a date or a truth value here (`NO` is Norway)."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes, in order."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values, in the order written; `place` is that of the first key. No key stands twice."""

    entries: tuple[tuple[Scalar, Node], ...]
    place: Place

    def find(self, key: str) -> Node | None:
        """The value of a key, or None."""
        for name, value in self.entries:
            if name.text == key:
                return value
        return None

    def text(self, key: str) -> str | None:
        """The text of a key whose value is a scalar, else None."""
        value = self.find(key)
        return value.text if isinstance(value, Scalar) else None

    def keys(self) -> Iterator[str]:
        """The keys in the order written."""
        return (name.text for name, _ in self.entries)


Node: TypeAlias = Scalar | Sequence | Mapping
