"""Labels of nodes: placed one after the other where they cover no other label, and no node if that can be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Floats = npt.NDArray[np.float64]

ASCENT, DESCENT = 0.93, 0.24
"""What the font reaches above and below the line, in em."""

_GAPS, _FAR_GAP = (2.5, 9.0), 18.0
_FEW: Final = 40
"""Up to so many nodes a label may stand farther off, since no other node is there to claim it."""

_SPACE: Final = 1.5
"""Between two labels, at least."""

_DIRECTIONS: Final = tuple(
    (math.cos(angle), math.sin(angle)) for angle in (math.tau * turn / 8 for turn in (0, 4, 2, 6, 1, 7, 3, 5))
)
"""Right, left, below, above, then the diagonals; y grows downwards."""

_TOUCHING, _COVERING, _CROSSING = 2.5, 12.0, 0.45
"""What it costs to cover any node, to cover nodes with all of the label, and to cross a link."""

_MOST_COVERED: Final = 0.3
"""A label that would cover nodes with more than this share of its area is not drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class Circles:
    """The nodes as drawn; `away` is, for each, the direction in which it has no neighbours, or (0, 0).

    `links` has a row for each link that labels should not cross, with the places of both ends.
    """

    x: Floats
    y: Floats
    radius: Floats
    away: Floats
    links: Floats


class Wanted(NamedTuple):
    """A label to be placed: the node's number, its lines and how wide the widest is, and the font size."""

    node: int
    lines: tuple[str, ...]
    width: float
    size: float


class Box(NamedTuple):
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box, space: float = 0.0) -> bool:
        """Whether the two overlap, or are nearer than the space."""
        return (
            self.left < other.right + space
            and other.left < self.right + space
            and self.top < other.bottom + space
            and other.top < self.bottom + space
        )


class Label(NamedTuple):
    """A label in its place: where its lines begin, are in the middle or end, and the base line of the first."""

    node: int
    lines: tuple[str, ...]
    size: float
    x: float
    y: float
    anchor: str


def place_labels(
    circles: Circles, wanted: Iterable[Wanted], page: Box, *, share: float, taken: Sequence[Box] = ()
) -> tuple[Label, ...]:
    """As many of the wanted labels as fit, in the order in which they are wanted.

    None overlaps another one, or a box that is taken, or leaves the page. Of the places around its node each takes the
    one where it covers least of other nodes, crosses fewest links and lies away from the neighbours. It stops when
    labels fill this share of the page.
    """
    order = np.argsort(circles.x, kind="stable")
    sorted_x, widest = circles.x[order], float(circles.radius.max(initial=0.0))
    boxes, labels = list(taken), list[Label]()
    left = share * (page.right - page.left) * (page.bottom - page.top)
    for each in wanted:
        x, y = float(circles.x[each.node]), float(circles.y[each.node])
        if any(box.left < x < box.right and box.top < y < box.bottom for box in boxes):
            continue  # the node itself is under a label
        near = _near(sorted_x, order, x, each.width + widest + 60)
        lines = circles.links[_within(circles.links, x, y, each.width + 60)]
        best: tuple[float, Box, str] | None = None
        for cost, box, anchor in _places(circles, each):
            if best is not None and cost >= best[0]:
                break
            inside = page.left <= box.left and box.right <= page.right
            inside = inside and page.top <= box.top and box.bottom <= page.bottom
            if not inside or any(box.meets(other, _SPACE) for other in boxes):
                continue
            covered = _covered(circles, near, box)
            if covered > _MOST_COVERED:
                continue
            whole = (
                cost + (_TOUCHING + _COVERING * covered if covered else 0.0) + _CROSSING * min(_crossing(lines, box), 4)
            )
            if best is None or whole < best[0]:
                best = (whole, box, anchor)
        if best is not None:
            _, box, anchor = best
            boxes.append(box)
            labels.append(_label(each, box, anchor))
            left -= (box.right - box.left) * (box.bottom - box.top)
            if left < 0:
                break
    return tuple(labels)


def away_from_neighbours(x: Floats, y: Floats, source: npt.NDArray[np.int64], target: npt.NDArray[np.int64]) -> Floats:
    """For each node a direction of length 1 away from those it is linked with, or (0, 0) where none is better."""
    sums = np.zeros((len(x), 2))
    for here, there in ((source, target), (target, source)):
        step = np.stack([x[here] - x[there], y[here] - y[there]], axis=1)
        length = np.hypot(step[:, 0], step[:, 1])[:, None]
        np.add.at(sums, here, np.divide(step, length, out=np.zeros_like(step), where=length > 0))
    length = np.hypot(sums[:, 0], sums[:, 1])[:, None]
    return np.divide(sums, length, out=np.zeros_like(sums), where=length > 1e-9)


def _places(circles: Circles, label: Wanted) -> list[tuple[float, Box, str]]:
    """The boxes around a node, what each costs whatever it covers, and its anchor; the cheapest first."""
    x, y, radius = (float(values[label.node]) for values in (circles.x, circles.y, circles.radius))
    away = circles.away[label.node]
    half, height = label.width / 2, (ASCENT + DESCENT) * label.size * len(label.lines)
    gaps = (*_GAPS, _FAR_GAP) if len(circles.x) <= _FEW else _GAPS
    found = []
    for rank, (across, down) in enumerate(_DIRECTIONS):
        for gap in gaps:
            centre_x = x + across * (radius + gap) + half * _sign(across)
            centre_y = y + down * (radius + gap) + height / 2 * _sign(down)
            cost = 0.04 * rank + 0.1 * gap + 0.4 * (1 - float(away[0]) * across - float(away[1]) * down)
            top = centre_y - height / 2
            box = Box(centre_x - half, top, centre_x + half, top + height)
            found.append((cost, box, ("end", "middle", "start")[round(_sign(across)) + 1]))
    return sorted(found, key=lambda place: place[0])


def _label(wanted: Wanted, box: Box, anchor: str) -> Label:
    """The label in its box; a wider font than the one measured grows away from the node."""
    x = {"start": box.left, "middle": (box.left + box.right) / 2, "end": box.right}[anchor]
    return Label(wanted.node, wanted.lines, wanted.size, x, box.top + ASCENT * wanted.size, anchor)


def _sign(value: float) -> float:
    return 0.0 if abs(value) < 1e-9 else math.copysign(1.0, value)


def _near(sorted_x: Floats, order: npt.NDArray[np.intp], x: float, reach: float) -> npt.NDArray[np.intp]:
    first, last = np.searchsorted(sorted_x, [x - reach, x + reach]).tolist()
    return order[first:last]


def _covered(circles: Circles, near: npt.NDArray[np.intp], box: Box) -> float:
    """The area of nodes under a box, taken as squares, as a share of the box."""
    x, y, radius = circles.x[near], circles.y[near], circles.radius[near]
    width = np.minimum(x + radius, box.right) - np.maximum(x - radius, box.left)
    height = np.minimum(y + radius, box.bottom) - np.maximum(y - radius, box.top)
    area = float((np.clip(width, 0, None) * np.clip(height, 0, None)).sum())
    return area / ((box.right - box.left) * (box.bottom - box.top))


def _within(links: Floats, x: float, y: float, reach: float) -> npt.NDArray[np.bool_]:
    """Which links come so near to a place that a label there could meet them."""
    low = np.minimum(links[:, :2], links[:, 2:]) - reach
    high = np.maximum(links[:, :2], links[:, 2:]) + reach
    inside: npt.NDArray[np.bool_] = (low[:, 0] < x) & (x < high[:, 0]) & (low[:, 1] < y) & (y < high[:, 1])
    return inside


def _crossing(links: Floats, box: Box) -> int:
    """How many of these links meet a box: neither lies wholly beyond a side, nor the box on one side of the line."""
    if not len(links):
        return 0
    x0, y0, x1, y1 = links.T
    beyond = (np.maximum(x0, x1) < box.left) | (np.minimum(x0, x1) > box.right)
    beyond |= (np.maximum(y0, y1) < box.top) | (np.minimum(y0, y1) > box.bottom)
    sides = np.stack(
        [
            (x1 - x0) * (corner_y - y0) - (y1 - y0) * (corner_x - x0)
            for corner_x in (box.left, box.right)
            for corner_y in (box.top, box.bottom)
        ]
    )
    return int((~beyond & (sides.min(axis=0) <= 0) & (sides.max(axis=0) >= 0)).sum())
