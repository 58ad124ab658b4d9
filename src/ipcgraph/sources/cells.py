"""The cells of a CSV text, each with the place where it begins (RFC 4180; Python's csv module keeps no places)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from ipcgraph.findings import Finding, Place
from ipcgraph.sources.text import fault

if TYPE_CHECKING:
    from collections.abc import Iterator

DELIMITERS: Final = (",", ";", "\t", "|")
"""What may stand between two cells; the first that parts the header most is taken where none is declared."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell without quotes and without spaces around it, and the place of its first character."""

    text: str
    place: Place


Row: TypeAlias = tuple[Cell, ...]

_QUOTED = re.compile(r'"((?:[^"]++|"")*+)("?)')
_BREAK = re.compile(r"\r\n|\n|\r")


def read_rows(text: str, name: str, delimiter: str) -> Iterator[Row | Finding]:
    """The rows of a CSV text without the empty ones, and a finding for each that is not well formed.

    A quoted cell may hold delimiters, line ends and doubled quotes. Behind a cell that is not closed nothing is read.
    """
    scan = _Scan(text, name, delimiter)
    while scan.offset < len(text):
        row = scan.row()
        if isinstance(row, Finding) or any(cell.text for cell in row):
            yield row


def find_delimiter(text: str) -> str:
    """The delimiter that parts the first line into the most cells; a comma where none does."""
    first = re.sub(r'"[^"]*"?', "", _BREAK.split(text, maxsplit=1)[0])
    return max(DELIMITERS, key=first.count)


class _Scan:
    def __init__(self, text: str, name: str, delimiter: str) -> None:
        self.text = text
        self.name = name
        self.offset = 0
        self._delimiter = delimiter
        self._bare = re.compile(rf"[^{re.escape(delimiter)}\r\n]*+")
        self._blank = re.compile(r" *+" if delimiter == "\t" else r"[ \t]*+")
        self._line = 1
        self._line_start = 0

    def row(self) -> Row | Finding:
        """The next row, or the finding for it; the offset is then behind its line end."""
        cells: list[Cell] = []
        while True:
            cell = self._cell()
            if isinstance(cell, Finding):
                self._skip_line()
                return cell
            cells.append(cell)
            if not self.text.startswith(self._delimiter, self.offset):
                self._skip_line()
                return tuple(cells)
            self.offset += 1

    def _cell(self) -> Cell | Finding:
        blank = self._blank.match(self.text, self.offset)
        start = blank.end() if blank else self.offset
        place = Place(self.name, self._line, start - self._line_start + 1)
        quoted = _QUOTED.match(self.text, start)
        if quoted is None:
            bare = self._bare.match(self.text, start)
            self.offset = bare.end() if bare else start
            return Cell(self.text[start : self.offset].strip(), place)
        if not quoted[2]:
            self.offset = len(self.text)
            return fault("this quoted cell is not closed", place, 'close it with "; write "" for a quote inside')
        self._pass(quoted.start(), quoted.end())
        after = self._blank.match(self.text, quoted.end())
        self.offset = after.end() if after else quoted.end()
        if self.offset < len(self.text) and self.text[self.offset] not in {self._delimiter, "\r", "\n"}:
            return fault("text follows the closing quote of this cell", place, 'write "" for a quote inside a cell')
        return Cell(quoted[1].replace('""', '"').strip(), place)

    def _pass(self, start: int, end: int) -> None:
        """Counts the line ends inside a quoted cell."""
        for match in _BREAK.finditer(self.text, start, end):
            self._line += 1
            self._line_start = match.end()

    def _skip_line(self) -> None:
        match = _BREAK.search(self.text, self.offset)
        self.offset = match.end() if match else len(self.text)
        self._line += 1
        self._line_start = self.offset
