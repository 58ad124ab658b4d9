"""Distances between all nodes of a network, summed up for each: by breadth-first search from many nodes at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from ipcgraph.networks.arrays import Arrays

DISTANCE_NODES: Final = 20_000
"""Up to so many nodes all distances are found; past it, closeness, diameter and mean path are left out, and said so."""

_WORDS: Final = 4
"""So many times 64 searches go on at once, a bit for each; more would not fit the caches."""

_BITS: Final = np.unpackbits(np.arange(2**16, dtype=np.uint16).view(np.uint8).reshape(-1, 2), axis=1).sum(
    axis=1, dtype=np.uint8
)
"""By number of two bytes, how many of its bits are set."""


@dataclass(frozen=True, slots=True, eq=False)
class Distances:
    """One entry a node: how many others it reaches, the sum of the distances to them, and the greatest."""

    reached: npt.NDArray[np.int64]
    total: npt.NDArray[np.int64]
    farthest: npt.NDArray[np.int64]

    def closeness(self) -> npt.NDArray[np.float64]:
        """One value a node: closeness as Wasserman and Faust have it, which is networkx's; 0 for an isolated node."""
        size = len(self.reached)
        if size < 2:
            return np.zeros(size)
        reached = self.reached.astype(np.float64)
        inverse = np.divide(reached, self.total, out=np.zeros(size), where=self.total > 0)
        return np.asarray(inverse * reached / (size - 1), np.float64)


def distances(arrays: Arrays) -> Distances:
    """The distances of all nodes; time grows with nodes times links, in steps of 256 searches.

    A search goes from each node. Since links have no direction, what the searches find at a node sums up to what a
    search from it would find (after Then et al., "The More the Merrier", VLDB 2014).
    """
    size = arrays.size
    found = Distances(np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int64))
    matrix = arrays.links
    starts, neighbours = matrix.indptr, matrix.indices
    linked = np.flatnonzero(np.diff(starts))
    for first in range(0, size, 64 * _WORDS):
        _search(range(first, min(first + 64 * _WORDS, size)), (linked, starts[linked], neighbours), found)
    return found


def _search(
    sources: range, links: tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.int32]], found: Distances
) -> None:
    """Searches from these nodes at once, and adds at each node what arrives there."""
    linked, starts, neighbours = links
    seen = np.zeros((len(found.reached), _WORDS), np.uint64)
    bit = np.arange(len(sources))
    seen[np.array(sources), bit // 64] = np.uint64(1) << (bit % 64).astype(np.uint64)
    front, level = seen.copy(), 0
    while len(linked):
        level += 1
        arriving = np.zeros_like(seen)
        arriving[linked] = np.bitwise_or.reduceat(front[neighbours], starts, axis=0)
        arriving &= ~seen
        number = _BITS[arriving.view(np.uint16)].sum(axis=1, dtype=np.int64)
        if not number.any():
            return
        found.reached[:] += number
        found.total[:] += level * number
        found.farthest[:] = np.where(number > 0, np.maximum(found.farthest, level), found.farthest)
        seen |= arriving
        front = arriving
