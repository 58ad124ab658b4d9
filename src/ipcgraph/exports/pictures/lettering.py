"""Lettering: how wide text is in the font of the pictures, shortened and wrapped to the room that there is."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from struct import unpack_from
from typing import TYPE_CHECKING, Final

from ipcgraph.errors import ProjectError
from ipcgraph.shipped import asset

if TYPE_CHECKING:
    from collections.abc import Mapping

FONT: Final = "font.ttf"
FAMILY: Final = "'DejaVu Sans', Verdana, sans-serif"
"""Verdana has nearly the same widths; most fonts that a viewer could take instead are narrower."""

LETTERS: Final = 4_000
"""No more of a text is looked at than could stand on any line here."""

_WIDE, _SYMBOL, _OTHER = 1.0, 1.35, 0.75
"""Widths in em of what the font lacks: East Asian letters, emoji, all else."""

_EMOJI: Final = 0x1F000
_JOINERS: Final = frozenset({0x200B, 0x200C, 0x200D, 0x2060, 0xFE0E, 0xFE0F, 0xFEFF})


@dataclass(frozen=True, slots=True, eq=False)
class Lettering:
    """The widths of the font's letters in em, by code point."""

    advances: Mapping[int, float]

    def width(self, text: str, size: float) -> float:
        """How wide the text is at a font size. Kerning, which brings some letters nearer, is not taken off."""
        return sum(self._advance(letter) for letter in text) * size

    def shorten(self, text: str, size: float, room: float) -> str:
        """The text, or as much of its beginning as fits with an ellipsis; at least one letter."""
        text = text[:LETTERS] + "…" * (len(text) > LETTERS)
        if self.width(text, size) <= room:
            return text
        left = room / size - self._advance("…")
        end = 0
        for end, letter in enumerate(text):  # noqa: B007  # the end is what is looked for
            left -= self._advance(letter)
            if left < 0:
                break
        while end > 1 and (unicodedata.combining(text[end]) or ord(text[end]) in _JOINERS):
            end -= 1  # a letter is not parted from its marks
        return text[: max(end, 1)].rstrip() + "…"

    def lines(self, text: str, size: float, room: float, *, most: int) -> tuple[str, ...]:
        """The lines of the text, no more than `most`; the last is shortened where that is too few."""
        found = self.wrap(text[: LETTERS + 1], size, room)
        if len(found) <= most:
            return found
        return (*found[: most - 1], self.shorten(" ".join(found[most - 1 :]), size, room))

    def wrap(self, text: str, size: float, room: float) -> tuple[str, ...]:
        """The lines of the text; a word that is wider than the room is broken."""
        lines: list[str] = []
        line, left = "", room
        for word in text.split():
            for piece in self._pieces(word, size, room):
                width = self.width((" " if line else "") + piece, size)
                if line and width > left:
                    lines.append(line)
                    line, left, width = "", room, self.width(piece, size)
                line, left = f"{line} {piece}" if line else piece, left - width
        return (*lines, line) if line else tuple(lines)

    def lacks(self, text: str) -> bool:
        """Whether the text has letters that are not in the font."""
        return any(ord(letter) not in self.advances for letter in text if not letter.isspace())

    def _advance(self, letter: str) -> float:
        point = ord(letter)
        if point in _JOINERS or unicodedata.combining(letter):
            return 0.0
        if point in self.advances:
            return self.advances[point]
        if point >= _EMOJI and unicodedata.category(letter) in {"So", "Sk", "Cn"}:
            return _SYMBOL
        return _WIDE if unicodedata.east_asian_width(letter) in "WF" else _OTHER

    def _pieces(self, word: str, size: float, room: float) -> list[str]:
        if self.width(word, size) <= room:
            return [word]
        pieces, piece, left = [], "", room
        for letter in word:
            width = self._advance(letter) * size
            if piece and width > left:
                pieces.append(piece)
                piece, left = "", room
            piece, left = piece + letter, left - width
        return [*pieces, piece]


def read_lettering() -> Lettering:
    """The lettering of the shipped font, from its tables `head`, `hhea`, `hmtx` and `cmap` (OpenType 1.9)."""
    path = asset(FONT)
    data = path.read_bytes()
    count = unpack_from(">H", data, 4)[0]
    records = (unpack_from(">4s4xII", data, 12 + 16 * number) for number in range(count))
    tables = {name: (start, length) for name, start, length in records}
    if not {b"head", b"hhea", b"hmtx", b"cmap"} <= set(tables):
        raise ProjectError(f"{path} is no TrueType font; install ipcgraph anew, or run `make assets` in a checkout")
    em = unpack_from(">H", data, tables[b"head"][0] + 18)[0]
    measured = unpack_from(">H", data, tables[b"hhea"][0] + 34)[0]
    widths = [each[0] for each in _pairs(data, tables[b"hmtx"][0], measured)]
    glyphs = _glyphs(data, tables[b"cmap"][0])
    return Lettering({point: widths[min(glyph, measured - 1)] / em for point, glyph in glyphs.items()})


def _pairs(data: bytes, start: int, count: int) -> list[tuple[int, int]]:
    numbers = unpack_from(f">{2 * count}H", data, start)
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _glyphs(data: bytes, start: int) -> dict[int, int]:
    """The glyph of each code point, from the subtables of all of Unicode (format 12), which every such font has."""
    found: dict[int, int] = {}
    for number in range(unpack_from(">H", data, start + 2)[0]):
        subtable = start + unpack_from(">I", data, start + 4 + 8 * number + 4)[0]
        if unpack_from(">H", data, subtable)[0] != 12:
            continue
        for group in range(unpack_from(">I", data, subtable + 12)[0]):
            first, last, glyph = unpack_from(">III", data, subtable + 16 + 12 * group)
            found.update(zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True))
    return found
