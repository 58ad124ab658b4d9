"""The places of the nodes of a network: each component by forces, all components in rows, no node on another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from ipcgraph.exports.forces import Links, settle
from ipcgraph.exports.overlaps import apart, overlapping, shift
from ipcgraph.exports.packing import packed
from ipcgraph.networks.arrays import Arrays, components

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipcgraph.exports.table import NetworkTable

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]

SEED: Final = 42

_ROOM: Final = 3.0
"""How many diameters of a usual node there are between one node and the next, on average."""

_GAP: Final = 0.25
"""Of a usual diameter: what stays free between two nodes. Between components there are _ROOM of them."""

_WIDER: Final = 4
"""So often at most a layout is made wider, where else half of the nodes would be moved aside by a usual diameter."""

RULE: Final = (
    "places by forces, on levels from coarse to fine (Walshaw 2003, Hu 2005; the forces of ForceAtlas2, Jacomy and "
    "others 2014): a link pulls its ends together, by the root of its weight over the roots of the numbers of their "
    "neighbours, and all nodes of a component push each other apart; components stand in rows, the largest first; "
    f"nodes that lay on each other are moved aside; random numbers from the seed {SEED}"
)
"""How places are found, in full."""

REMARK: Final = "places by forces in each component, the components in rows, seed "
"""What files say of it; the seed follows."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A place for each node, x to the right and y up; `remark` says how they came about."""

    positions: tuple[tuple[float, float], ...]
    remark: str


def lay_out(table: NetworkTable, sizes: Sequence[float], *, seed: int = SEED) -> Layout:
    """The layout of a network whose nodes have these diameters; the same network has the same places.

    The whole is centred on 0. Around 45,000 nodes and 200,000 links take some ten seconds.
    """
    count = len(table.ids)
    if not count:
        return Layout((), "no places, since there are no nodes")
    radii = np.asarray(sizes, np.float64) / 2
    source, target, pull = _pulls(table)
    usual = 2 * float(np.median(radii))
    numbers = np.random.default_rng(seed)
    places = np.zeros((count, 2))
    boxes: list[tuple[Integers, Floats]] = []
    settled: dict[tuple[bytes, ...], Floats] = {}
    for members, links in _components(count, source, target, pull):
        # Most components of most networks are small and alike.
        kind = (links.source.tobytes(), links.target.tobytes(), links.pull.tobytes())
        if kind not in settled:
            settled[kind] = settle(links, numbers)
        places[members] = _scaled(settled[kind], radii[members], usual)
        boxes.append((members, np.ptp(_reach(places[members], radii[members]), axis=0)))
    middles = packed([box[0] for _, box in boxes], [box[1] for _, box in boxes], gap=_ROOM * usual / 2)
    for (members, _), middle in zip(boxes, middles, strict=True):
        reach = _reach(places[members], radii[members])
        places[members] += middle - (reach.min(axis=0) + reach.max(axis=0)) / 2
    reach = _reach(places, radii)
    places -= (reach.min(axis=0) + reach.max(axis=0)) / 2
    places = np.round(places, 3) + 0.0  # no negative zero
    left = overlapping(places, radii - 0.01)
    touching = f"; {left:,} pairs of nodes still overlap" if left else ""
    return Layout(tuple((x, y) for x, y in places.tolist()), f"{REMARK}{seed}{touching}")


def _pulls(table: NetworkTable) -> tuple[Integers, Integers, Floats]:
    """The rows of both ends of each linked pair, and its pull; several links of a pair are one, loops none.

    The pull is the root of the weight over the roots of the numbers of neighbours: without that, a work of a hundred
    authors would draw them all to one point.
    """
    row = {node: number for number, node in enumerate(table.ids)}
    one = np.fromiter((row[node] for node in table.sources), np.int64, len(table.sources))
    other = np.fromiter((row[node] for node in table.targets), np.int64, len(table.targets))
    weight = np.maximum(np.asarray(table.weights, np.float64), 0.0)
    low, high = np.minimum(one, other), np.maximum(one, other)
    real = low != high
    pair, place = np.unique(low[real] * len(row) + high[real], return_inverse=True)
    source, target = pair // len(row), pair % len(row)
    total = np.bincount(place, weight[real], len(pair))
    positive = total[total > 0]
    total = np.where(total > 0, total, positive.min() if len(positive) else 1.0)  # a link of no weight still holds
    degree = np.bincount(np.concatenate([source, target]), minlength=len(row))
    return source, target, np.sqrt(total / (degree[source] * degree[target]))


def _components(count: int, source: Integers, target: Integers, pull: Floats) -> Iterator[tuple[Integers, Links]]:
    """The nodes of each component and its links, the largest first, of equals the one with the earlier node."""
    number = components(Arrays(count, source.astype(np.int32), target.astype(np.int32), pull)) - 1
    nodes, links = (
        np.split(np.argsort(of, kind="stable"), np.cumsum(np.bincount(of, minlength=int(number.max()) + 1))[:-1])
        for of in (number, number[source])
    )
    place = np.zeros(count, np.int64)
    for members, own in zip(nodes, links, strict=True):
        place[members] = np.arange(len(members))
        ends = place[source[own]], place[target[own]]
        yield members, Links(len(members), *ends, pull[own], np.ones(len(members)))


def _scaled(places: Floats, radii: Floats, usual: float) -> Floats:
    """The places of one component, as wide as its number of nodes asks for, lying rather than standing."""
    if len(places) == 1:
        return np.zeros((1, 2))
    places = _lying(places)
    spread = float(np.sqrt((places**2).sum(axis=1).mean()))
    # The root mean square of the distances from the middle, of nodes spread evenly over a disc.
    room = max(_ROOM * usual, 2.2 * float(radii.mean()))
    places *= room * np.sqrt(len(places) / (2 * np.pi)) / max(spread, 1e-12)
    for _ in range(_WIDER - 1):
        moved = apart(places, radii, gap=_GAP * usual, farthest=usual)
        if shift(places, moved) < usual:
            return moved
        places *= np.sqrt(2.0)
    return apart(places, radii, gap=_GAP * usual)


def _lying(places: Floats) -> Floats:
    """The places turned so that their longer axis is level."""
    _, vectors = np.linalg.eigh(places.T @ places)
    axis = vectors[:, 1] * (1.0 if vectors[np.abs(vectors[:, 1]).argmax(), 1] > 0 else -1.0)
    return np.asarray(places @ np.array([[axis[0], -axis[1]], [axis[1], axis[0]]]), np.float64)


def _reach(places: Floats, radii: Floats) -> Floats:
    """The corners of the box around each node."""
    return np.concatenate([places - radii[:, None], places + radii[:, None]])
