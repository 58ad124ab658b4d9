"""The sheet on which a picture is drawn: title, parts one under the other, notes, and the document around them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ipcgraph.exports.markup import attribute
from ipcgraph.exports.markup import text as escaped
from ipcgraph.exports.pictures.lettering import FAMILY, Lettering

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ipcgraph.exports.table import NetworkTable

WIDTH, MARGIN = 1000.0, 24.0
"""The width of every sheet; printed 17 cm wide, 12 px are 5.8 points."""

ROOM: Final = WIDTH - 2 * MARGIN

INK, QUIET, PALE = "#1A1A1A", "#555555", "#D9D9D9"

EMPTY: Final = "This network is empty: neither the graph nor what the options leave of it makes a node."

_TITLE, _SUBTITLE, _NOTE, _LEADING = 22.0, 13.0, 11.0, 1.35
_NOTE_LETTERS: Final = 1_500
"""So much of one note stands under the picture; its description has all of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some elements in their own coordinates, from 0 to ROOM and from 0 to `height`."""

    height: float
    elements: tuple[str, ...]


def document(
    title: str,
    subtitle: str,
    parts: Iterable[Part],
    notes: Iterable[tuple[str, str]],
    lettering: Lettering,
    *,
    about: str,
) -> str:
    """The whole SVG: it asks for nothing from anywhere; its description has `about` and all of the notes."""
    notes = [(name, one_line(said)) for name, said in notes]
    body: list[str] = []
    down = MARGIN
    for line in lettering.wrap(lettering.shorten(one_line(title), _TITLE, 2 * ROOM), _TITLE, ROOM):
        down += _TITLE * 1.1
        body.append(words(MARGIN, down, line, size=_TITLE))
    for line in lettering.wrap(one_line(subtitle), _SUBTITLE, ROOM):
        down += _SUBTITLE * _LEADING
        body.append(words(MARGIN, down, line, size=_SUBTITLE, colour=QUIET))
    down += 14
    for part in parts:
        body.append(f'<g transform="translate({number(MARGIN)} {number(down)})">')
        body.extend(part.elements)
        body.append("</g>")
        down += part.height + 14
    for line in _note_lines(notes, lettering):
        down += _NOTE * _LEADING
        body.append(words(MARGIN, down, line, size=_NOTE, colour=QUIET))
    height = math.ceil(down + MARGIN)
    said = "\n".join((about, *(f"{name}: {text}" for name, text in notes)))
    return "\n".join((*_opening(one_line(title), said, height), *body, "</svg>", ""))


def empty(title: str, notes: Iterable[tuple[str, str]], lettering: Lettering, *, said: str = EMPTY) -> str:
    """The picture of a network of which nothing can be drawn, which says so."""
    part = Part(60, (words(ROOM / 2, 36, said, size=14, anchor="middle"),))
    return document(title, "", [part], notes, lettering, about=said)


def _opening(title: str, description: str, height: int) -> Iterator[str]:
    width = number(WIDTH)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-labelledby="title description" font-family={attribute(FAMILY)} fill="{INK}">'
    )
    yield f'<title id="title">{escaped(title)}</title>'
    yield f'<desc id="description">{escaped(description)}</desc>'
    yield f'<rect width="{width}" height="{height}" fill="#FFFFFF"/>'


def _note_lines(notes: Iterable[tuple[str, str]], lettering: Lettering) -> Iterator[str]:
    for name, said in notes:
        shown = said if len(said) <= _NOTE_LETTERS else f"{said[:_NOTE_LETTERS]}… (all of it is in the description)"
        yield from lettering.wrap(f"{name}: {shown}", _NOTE, ROOM)


def words(x: float, y: float, text: str, *, size: float, anchor: str = "", colour: str = "", more: str = "") -> str:
    """A line of text that begins at x, or with the anchor `middle` or `end` is there, on the base line y."""
    anchored = f' text-anchor="{anchor}"' if anchor else ""
    filled = f' fill="{colour}"' if colour else ""
    place = f'x="{number(x)}" y="{number(y)}" font-size="{number(size)}"'
    return f"<text {place}{anchored}{filled}{more}>{escaped(text)}</text>"


def one_line(text: str) -> str:
    """The text with every run of blanks and line breaks as one blank."""
    return " ".join(text.split())


def legible(table: NetworkTable) -> NetworkTable:
    """The network with labels of one line; a node without one has its id."""
    names = zip(table.labels, table.ids, strict=True)
    return replace(table, labels=tuple(one_line(label) or node for label, node in names))


def number(value: float) -> str:
    """A number to two places, without what adds nothing.

    >>> number(1.0), number(0.126), number(-0.001)
    ('1', '0.13', '0')
    """
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def amount(value: float) -> str:
    """A number for readers: whole where it is, else to three digits.

    >>> amount(1234.0), amount(0.3333), amount(33.25)
    ('1,234', '0.333', '33.2')
    """
    if float(value).is_integer():
        return f"{value:,.0f}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(digits, 9)}f}"


def steps(largest: float, count: int = 3) -> tuple[float, ...]:
    """Up to so many numbers for a scale, ascending: the largest, and round ones well below it; none of nothing.

    >>> steps(74), steps(3), steps(1), steps(0.5)
    ((5.0, 20.0, 74.0), (1.0, 3.0), (1.0,), (0.05, 0.2, 0.5))
    """
    if not largest > 0 or not math.isfinite(largest):
        return ()
    found = [float(largest)]
    whole, exponent = float(largest).is_integer(), math.floor(math.log10(largest))
    for power in range(exponent, exponent - 4, -1):
        for digit in (5, 2, 1):
            value = float(f"{digit}e{power}")
            apart = 2 if len(found) == 1 else 4
            if len(found) < count and value * apart <= found[-1] and not (whole and value < 1):
                found.append(value)
    return tuple(reversed(found))
