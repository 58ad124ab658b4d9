"""Nodes that lie on each other, pushed apart."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]

ROUNDS: Final = 300
"""After so many rounds what still overlaps stays so; `overlapping` counts it."""

_LOOK: Final = 10
"""After so many rounds each it is asked how far nodes have been moved."""

_LARGE: Final = 2.0
"""Nodes this many times the usual radius are looked at by themselves, so that they do not widen the search of all."""


def apart(places: Floats, radii: Floats, *, gap: float = 0.0, rounds: int = ROUNDS, farthest: float = np.inf) -> Floats:
    """The places with nodes moved as little as it takes for circles of these radii to keep the gap.

    Two that overlap move away from each other, the smaller one further; nodes at one place leave it in directions that
    differ. Each round mends all pairs at once, so a heap takes many. It is given up where half of the nodes have been
    moved `farthest`, since they come to stand no nearer to where they were.
    """
    given, places = places, places.copy()
    turn = np.arange(len(places)) * 2.399963  # the golden angle: no two of them point the same way
    aside = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    for done in range(rounds):
        if done % _LOOK == _LOOK - 1 and shift(given, places) >= farthest:
            break
        one, other = _pairs(places, radii, gap)
        if not len(one):
            break
        between = places[one] - places[other]
        distance = np.sqrt((between**2).sum(axis=1))
        heaped = distance < 1e-9
        between[heaped] = aside[one[heaped]]
        missing = (radii[one] + radii[other] + gap) * 1.001 - distance
        way = between * (missing / np.where(heaped, 1.0, distance))[:, None]
        share = radii[other] ** 2 / (radii[one] ** 2 + radii[other] ** 2)
        for axis in (0, 1):
            places[:, axis] += np.bincount(one, way[:, axis] * share, len(places))
            places[:, axis] -= np.bincount(other, way[:, axis] * (1 - share), len(places))
    return places


def shift(before: Floats, after: Floats) -> float:
    """How far the median node has been moved."""
    return float(np.median(np.hypot(*(after - before).T)))


def overlapping(places: Floats, radii: Floats) -> int:
    """How many pairs of circles overlap."""
    return len(_pairs(places, radii, 0.0)[0])


def _pairs(places: Floats, radii: Floats, gap: float) -> tuple[Integers, Integers]:
    """The pairs that are closer than their radii and the gap, each once."""
    if len(places) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    usual = float(np.median(radii)) * _LARGE
    large, small = np.flatnonzero(radii > usual), np.flatnonzero(radii <= usual)
    tree = cKDTree(places[small])
    widest = float(radii[small].max())
    near = tree.query_pairs(2 * widest + gap, output_type="ndarray")
    one, other = [small[near[:, 0]]], [small[near[:, 1]]]
    if len(large):
        both = cKDTree(places[large]).query_pairs(2 * float(radii[large].max()) + gap, output_type="ndarray")
        found = tree.query_ball_point(places[large], radii[large] + widest + gap)
        counts = [len(each) for each in found]
        beside = np.fromiter((number for each in found for number in each), np.int64, sum(counts))
        one += [large[both[:, 0]], np.repeat(large, counts)]
        other += [large[both[:, 1]], small[beside]]
    left, right = np.concatenate(one), np.concatenate(other)
    distance = np.sqrt(((places[left] - places[right]) ** 2).sum(axis=1))
    close = distance < radii[left] + radii[right] + gap
    # In one order: the sums of what moves a node depend on it, and the trees promise none.
    order = np.lexsort((right[close], left[close]))
    return left[close][order].astype(np.int64), right[close][order].astype(np.int64)
