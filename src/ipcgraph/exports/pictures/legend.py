"""The legend of a network: communities with their colours, kinds with their shapes, scales of sizes and of widths."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ipcgraph.exports.appearance import OTHER
from ipcgraph.exports.pictures.shapes import SHAPES, darker, lettered, shape
from ipcgraph.exports.pictures.sheet import INK, QUIET, Part, amount, number, one_line, steps, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.pictures.lettering import Lettering
    from ipcgraph.exports.pictures.network import Drawn

TEXT, HEADING, ROW = 12.0, 12.0, 20.0
_LEFT, _RIGHT = 470.0, 540.0
"""Where the communities end, and the scales begin."""


class Community(NamedTuple):
    """A row of the legend: its number, or 0 for all that have no colour of their own."""

    number: int
    colour: str
    size: int
    name: str


def communities(table_labels: Sequence[str], network: Drawn, look: Appearance) -> tuple[Community, ...]:
    """The communities that have a colour of their own, with their best known member; then all others together."""
    rows: list[Community] = []
    others: set[int] = set()
    rest = 0
    order = network.by_importance(table_labels)
    sizes = np.bincount(network.community) if len(network.community) else np.zeros(1, np.int64)
    seen: set[int] = set()
    for node in order:
        known = int(network.community[node])
        if look.colours[node] == OTHER or not known:
            others.add(known)
            rest += 1
        elif known not in seen:
            seen.add(known)
            rows.append(Community(known, look.colours[node], int(sizes[known]), table_labels[node]))
    rows.sort()
    if rest and rows:
        smaller = len(others - {0})
        name = f"{smaller:,} smaller {'community' if smaller == 1 else 'communities'}" if smaller else "no community"
        rows.append(Community(0, OTHER, rest, name))
    return tuple(rows)


def legend(network: Drawn, rows: Sequence[Community], lettering: Lettering) -> Part:
    """Communities on the left, kinds and scales on the right."""
    left: list[str] = []
    down = 0.0
    if rows:
        left.append(words(0, HEADING, "Community, by its member of greatest weighted degree", size=HEADING))
        left.append(words(_LEFT, HEADING, "nodes", size=HEADING, anchor="end", colour=QUIET))
        for place, row in enumerate(rows):
            down = HEADING + 6 + ROW * (place + 0.5)
            left.extend(_row(row, down, lettering))
        down += ROW / 2
    right, below = _kinds(network, lettering)
    for made, height in (_sizes(network, below), _widths(network, below)):
        right += made
        down = max(down, height)
    return Part(max(down, below), (*left, *right))


def _row(row: Community, down: float, lettering: Lettering) -> list[str]:
    base = down + TEXT * 0.36
    name = lettering.shorten(row.name, TEXT, _LEFT - 90)
    elements = [shape(0, 9, down, 8, more=f' fill="{row.colour}" stroke="{darker(row.colour)}" stroke-width="0.7"')]
    if row.number:
        elements.append(numeral(9, down, 8, row.number, row.colour))
    elements.append(words(26, base, name, size=TEXT))
    elements.append(words(_LEFT, base, f"{row.size:,}", size=TEXT, anchor="end", colour=QUIET))
    return elements


def numeral(x: float, y: float, radius: float, value: int, colour: str) -> str:
    """The number of a community in the middle of its node, so that it is known without its colour."""
    size = radius * (1.25 if value < 10 else 0.95)
    return words(x, y + size * 0.36, str(value), size=size, anchor="middle", colour=lettered(colour))


def _kinds(network: Drawn, lettering: Lettering) -> tuple[list[str], float]:
    """The shapes of the kinds, two in a row, and where they end."""
    if not network.kinds:
        return [], 0.0
    counts = np.bincount(network.shape, minlength=SHAPES).tolist()
    names = [*network.kinds, "other"][: max(int(network.shape.max()) + 1, len(network.kinds))]
    elements = [words(_RIGHT, HEADING, "Kind, by shape", size=HEADING)]
    for place, name in enumerate(names):
        across, down = _RIGHT + 200 * (place % 2), HEADING + 6 + ROW * (place // 2 + 0.5)
        plain = f' fill="#FFFFFF" stroke="{INK}" stroke-width="1"'
        elements.append(shape(place, across + 8, down, 6.5, more=plain))
        shown = lettering.shorten(f"{one_line(name)}: {counts[place]:,}", TEXT, 170)
        elements.append(words(across + 24, down + TEXT * 0.36, shown, size=TEXT))
    return elements, HEADING + 6 + ROW * math.ceil(len(names) / 2) + 12


def _sizes(network: Drawn, down: float) -> tuple[list[str], float]:
    """Circles with the weighted degree for which they stand."""
    values = steps(float(network.value.max(initial=0.0))) if network.measured else ()
    if not values:
        return [], down
    radii = [max(network.scale * math.sqrt(value), 0.5) for value in values]
    return scale_of_areas("Area: weighted degree", values, radii, across=_RIGHT, down=down)


def scale_of_areas(
    heading: str, values: Sequence[float], radii: Sequence[float], *, across: float, down: float
) -> tuple[list[str], float]:
    """Circles with the values for which they stand, the largest first, under a heading; and where they end.

    Values and radii are ascending, and there is at least one.
    """
    elements = [words(across, down + HEADING, heading, size=HEADING)]
    base = down + HEADING + 8 + 2 * max(radii[-1], 1.0)
    for value, radius in zip(reversed(values), reversed(radii), strict=True):
        room = max(2 * radius, 34.0)
        plain = f' fill="#FFFFFF" stroke="{INK}" stroke-width="1"'
        elements.append(shape(0, across + room / 2, base - radius, radius, more=plain))
        elements.append(words(across + room / 2, base + TEXT + 3, amount(value), size=TEXT, anchor="middle"))
        across += room + 8
    return elements, base + TEXT + 8


def _widths(network: Drawn, down: float) -> tuple[list[str], float]:
    """Lines with the weight for which they stand."""
    values = steps(float(network.weight.max(initial=0.0)))
    if not values:
        return [], down
    across = _RIGHT + 200
    elements = [words(across, down + HEADING, "Width: weight of a link", size=HEADING)]
    for place, value in enumerate(reversed(values)):
        y = down + HEADING + 6 + ROW * (place + 0.5)
        width = min(max(network.line * math.sqrt(value), 0.35), 6.0)
        line = f'x1="{number(across)}" y1="{number(y)}" x2="{number(across + 50)}" y2="{number(y)}"'
        elements.append(f'<line {line} stroke="{QUIET}" stroke-width="{number(width)}"/>')
        elements.append(words(across + 60, y + TEXT * 0.36, amount(value), size=TEXT))
    return elements, down + HEADING + 6 + ROW * len(values)
