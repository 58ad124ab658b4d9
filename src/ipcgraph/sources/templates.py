"""Text with placeholders for the cells of a row: `work/{Year}-{Title|slug}`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ipcgraph.identifiers import slug
from ipcgraph.records import Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ipcgraph.findings import Place
    from ipcgraph.sources.cells import Cell

SLUG_LENGTH: Final = 60

_PART = re.compile(r"\{\{|\}\}|\{([^{}|]+)(?:\|([^{}|]*))?\}|[{}]")


@dataclass(frozen=True, slots=True)
class Template:
    """A text whose `{Column}` and `{Column|slug}` stand for cells; `{{` and `}}` are braces."""

    scalar: Scalar

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are named, in order."""
        return tuple(match[1].strip() for match in _PART.finditer(self.scalar.text) if match[1])

    @property
    def mistake(self) -> str:
        """What is wrong with the template, or an empty text."""
        for match in _PART.finditer(self.scalar.text):
            if match[0] in {"{", "}"}:
                return f"a brace {match[0]} stands alone"
            if match[2] is not None and match[2].strip() != "slug":
                return f"{match[2].strip() or 'nothing'} is not known after |"
        return ""

    def fill(self, cells: Mapping[str, Cell], place: Place) -> Scalar | None:
        """The text with the cells in it, at the place of the first; None where one of them is empty or absent.

        Without a placeholder the text is given at `place`.
        """
        named = self.columns
        if not all(column in cells and cells[column].text for column in named):
            return None

        def replacement(match: re.Match[str]) -> str:
            if not match[1]:
                return match[0][0]
            text = cells[match[1].strip()].text
            return slug(text, limit=SLUG_LENGTH) if match[2] else text

        return Scalar(_PART.sub(replacement, self.scalar.text), cells[named[0]].place if named else place)
