"""A network as it is drawn: nodes with place, radius, colour and shape, links with width, what is left out counted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from ipcgraph.exports.pictures.labels import Floats
from ipcgraph.exports.pictures.shapes import kinds
from ipcgraph.exports.pictures.sheet import ROOM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.table import NetworkTable

Ints = npt.NDArray[np.int64]

LINKS: Final = 20_000
"""So many links are drawn at most: more make the page a grey surface, and the file too large to open."""

FEW: Final = 300
"""Up to so many nodes all of them have room."""

LARGEST, SMALLEST = 26.0, 1.1
"""Radii of nodes."""

FILLED: Final = 0.075
"""The share of the page that the nodes fill at most."""

WIDEST, THINNEST = 6.0, 0.35
"""Widths of links."""

_LOWEST, _HIGHEST, _LONE = 300.0, 900.0, 120.0
"""Heights of the page."""

_GOLDEN: Final = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One entry a node in the arrays up to `shape`, one a drawn link in the others.

    `value` is the weighted degree, or 1 where the network is not measured; `scale` the radius of a node of value 1, and
    `line` the width of a link of weight 1, both to be multiplied by a root. `dropped` is the number of links that are
    not drawn, `loops` of those that join a node with itself; `placed` is whether the places are those of Appearance.
    """

    x: Floats
    y: Floats
    radius: Floats
    value: Floats
    community: Ints
    shape: Ints
    kinds: tuple[str, ...]
    source: Ints
    target: Ints
    weight: Floats
    width: Floats
    scale: float
    line: float
    height: float
    dropped: int
    loops: int
    measured: bool
    placed: bool

    def by_importance(self, labels: Sequence[str]) -> list[int]:
        """The numbers of the nodes, the greatest value first, then by label."""
        return sorted(range(len(self.x)), key=lambda node: (-round(float(self.value[node]), 9), labels[node], node))


def drawn(table: NetworkTable, look: Appearance) -> Drawn:
    """The network on a page of the width ROOM; its height follows from the places."""
    given = table.node_column("weighted_degree")
    count = len(table.ids)
    value = _numbers(given, count) if given else np.ones(count)
    kept = kinds(table.node_column("kind"))
    source, target, weight, loops = _links(table)
    community = _numbers(table.node_column("community"), count).astype(np.int64)
    placed, x, y = _places(look, community, value)
    x, y, height = _fitted(x, y)
    scale = _radius_of_one(value, height) * _room_between(x, y, value, _radius_of_one(value, height))
    chosen = heaviest(weight, np.hypot(x[source] - x[target], y[source] - y[target]))
    line = WIDEST / math.sqrt(float(weight.max())) if len(weight) and weight.max() > 1 else WIDEST / 4
    width = np.clip(line * np.sqrt(np.clip(weight[chosen], 0, None)), THINNEST, WIDEST)
    return Drawn(
        x=x,
        y=y,
        radius=np.clip(scale * np.sqrt(value), _smallest(count, height), LARGEST),
        value=value,
        community=community,
        shape=_shapes(table, kept),
        kinds=kept,
        source=source[chosen],
        target=target[chosen],
        weight=weight[chosen],
        width=width,
        scale=scale,
        line=line,
        height=height,
        dropped=len(weight) - len(chosen),
        loops=loops,
        measured=bool(given),
        placed=placed,
    )


def _numbers(values: Sequence[object] | None, count: int) -> Floats:
    """The values as numbers from 0; 0 for what is none."""
    found = values or (0,) * count
    return np.array([max(float(each), 0.0) if isinstance(each, int | float) else 0.0 for each in found], np.float64)


def _links(table: NetworkTable) -> tuple[Ints, Ints, Floats, int]:
    place = {node: number for number, node in enumerate(table.ids)}
    source = np.array([place[node] for node in table.sources], np.int64)
    target = np.array([place[node] for node in table.targets], np.int64)
    weight = np.array(table.weights, np.float64)
    apart = source != target
    return source[apart], target[apart], weight[apart], int((~apart).sum())


def _shapes(table: NetworkTable, kept: tuple[str, ...]) -> Ints:
    """The number of each node's shape; a kind without one of its own has the one after the last."""
    if not kept:
        return np.zeros(len(table.ids), np.int64)
    number = {kind: place for place, kind in enumerate(kept)}
    values = table.node_column("kind") or ()
    return np.array([number.get(str(value), len(kept)) for value in values], np.int64)


def _places(look: Appearance, community: Ints, value: Floats) -> tuple[bool, Floats, Floats]:
    """The places of the appearance; where it has none, or one for all, a spiral: communities one after the other."""
    count = len(value)
    places = np.array(look.positions or (), np.float64).reshape(-1, 2)
    if len(places) == count and (count < 2 or float(np.ptp(places, axis=0).max()) > 0):
        return True, places[:, 0], -places[:, 1]  # y grows upwards in the files of other tools
    place = np.empty(count, np.float64)
    place[np.lexsort((np.arange(count), -value, community))] = np.arange(count)
    return False, np.sqrt(place) * np.cos(place * _GOLDEN), np.sqrt(place) * np.sin(place * _GOLDEN)


def _fitted(x: Floats, y: Floats) -> tuple[Floats, Floats, float]:
    """The places on the page, with a margin for nodes and labels, and the height of the page."""
    if len(x) < 2:
        return np.full(len(x), ROOM / 2), np.full(len(x), _LONE / 2), _LONE
    left, top = float(x.min()), float(y.min())
    across, down = float(np.ptp(x)), float(np.ptp(y))
    margin = LARGEST + 4
    side = margin + (60 if len(x) <= FEW else 10)
    height = min(max((ROOM - 2 * side) * down / across if across else _HIGHEST, _LOWEST), _HIGHEST)
    height = min(height, 260 + 40.0 * len(x))
    scale = min((ROOM - 2 * side) / across if across else math.inf, (height - 2 * margin) / down if down else math.inf)
    return (
        ROOM / 2 + (x - left - across / 2) * scale,
        height / 2 + (y - top - down / 2) * scale,
        height,
    )


def _radius_of_one(value: Floats, height: float) -> float:
    """The radius of a node of value 1, so that all nodes together fill no more than their share of the page."""
    largest = float(value.max(initial=0.0))
    if largest <= 0:
        return SMALLEST
    by_area = math.sqrt(FILLED * ROOM * height / (math.pi * float(value.sum())))
    return min(by_area, LARGEST / math.sqrt(largest))


def _smallest(count: int, height: float) -> float:
    """The least radius: one that can be seen, and less where so many nodes would hide everything."""
    seen = 2 * SMALLEST if count <= FEW else SMALLEST
    return min(seen, math.sqrt(FILLED * ROOM * height / (math.pi * max(count, 1))))


def _room_between(x: Floats, y: Floats, value: Floats, scale: float) -> float:
    """By what the radii are multiplied so that most nodes of a small network do not touch their nearest one."""
    if not 1 < len(x) <= FEW:
        return 1.0
    distance = np.hypot(x[:, None] - x, y[:, None] - y)
    np.fill_diagonal(distance, np.inf)
    nearest = distance.argmin(axis=1)
    both = scale * (np.sqrt(value) + np.sqrt(value[nearest]))
    room = distance.min(axis=1) / np.maximum(both, SMALLEST)
    return float(np.clip(np.quantile(room, 0.2) * 0.85, 0.4, 1.0))


def heaviest(weight: Floats, length: Floats, *, most: int = LINKS) -> Ints:
    """The numbers of the links that are drawn, the lightest first; of one weight, the shortest are kept."""
    order = np.lexsort((np.arange(len(weight)), length.round(3), -weight))[:most]
    return order[::-1].astype(np.int64)
