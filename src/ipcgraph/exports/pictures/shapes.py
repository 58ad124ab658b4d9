"""The shapes of nodes: a circle, or one shape for each kind, all of the area of a circle."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from ipcgraph.exports.markup import text as escaped
from ipcgraph.exports.pictures.sheet import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipcgraph.exports.table import Value

_CORNERS: Final[tuple[tuple[int, float], ...]] = (
    (0, 0.0), (4, 45.0), (3, -90.0), (4, 0.0), (3, 90.0), (6, 0.0), (5, -90.0), (8, 22.5),
)  # fmt: skip
"""By number of the shape: its corners, and the direction of the first in degrees. Networks here have up to 7 kinds."""

SHAPES: Final = len(_CORNERS)


def kinds(values: Sequence[Value] | None) -> tuple[str, ...]:
    """The kinds that get a shape of their own, the most frequent first; none where all nodes are of one kind."""
    counts: dict[str, int] = {}
    for value in values or ():
        if isinstance(value, str) and value:
            counts[value] = counts.get(value, 0) + 1
    found = sorted(counts, key=lambda kind: (-counts[kind], kind))
    return tuple(found[: SHAPES - 1]) if len(found) > 1 else ()


def shape(number_of_shape: int, x: float, y: float, radius: float, *, title: str = "", more: str = "") -> str:
    """An element with the area of a circle of this radius; a title is what a reader sees who points at it."""
    corners, turn = _CORNERS[number_of_shape]
    inside = f"<title>{escaped(title)}</title>" if title else ""
    if not corners:
        name, place = "circle", f'cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"'
    else:
        far = radius * reach(number_of_shape)
        angles = (math.radians(turn) + math.tau * corner / corners for corner in range(corners))
        points = (f"{number(x + far * math.cos(each))},{number(y + far * math.sin(each))}" for each in angles)
        name, place = "polygon", f'points="{" ".join(points)}"'
    return f"<{name} {place}{more}>{inside}</{name}>" if inside else f"<{name} {place}{more}/>"


def reach(number_of_shape: int) -> float:
    """How far a shape reaches beyond the circle of its area: 1 for a circle."""
    corners, _ = _CORNERS[number_of_shape]
    return math.sqrt(2 * math.pi / (corners * math.sin(math.tau / corners))) if corners else 1.0


def darker(colour: str, share: float = 0.6) -> str:
    """The colour, darkened to this share of its light.

    >>> darker("#F0E442", 0.5)
    '#787221'
    """
    return "#" + "".join(f"{round(int(colour[start : start + 2], 16) * share):02X}" for start in (1, 3, 5))


def lettered(colour: str) -> str:
    """Black or white, whichever is easier to read on the colour (luminance of WCAG 2.2).

    >>> lettered("#0072B2"), lettered("#F0E442")
    ('#FFFFFF', '#000000')
    """
    levels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = (level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4 for level in levels)
    light = sum(share * level for share, level in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "#000000" if (light + 0.05) / 0.05 > 1.05 / (light + 0.05) else "#FFFFFF"
