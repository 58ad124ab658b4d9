"""Betweenness on arrays: the shortest paths from many nodes at a time, level by level, on a sparse matrix."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipcgraph.networks.arrays import Arrays

_SEARCHES: Final = 32
"""So many searches go on at once; more would not fit the caches."""

_CELLS: Final = 2_000_000
"""So many nodes times searches at most, each with some 40 bytes: the larger the network, the fewer at once."""

_DEEPEST: Final = 300
"""Past so many levels hardly any nodes are reached in each, and a step that is made for many of them does not pay."""

_Floats = npt.NDArray[np.float64]
_Places = npt.NDArray[np.int64]


def betweenness(arrays: Arrays, *, pivots: int | None = None, seed: int | None = None) -> _Floats | None:
    """One value a node, as `networkx.betweenness_centrality` defines it; None where paths are too long for this way.

    Unweighted and normalised; with `pivots`, the estimate from so many nodes, those that networkx draws with the seed.
    Time grows with nodes (or pivots) times links times the number of levels (after Brandes, Journal of Mathematical
    Sociology 25, 163, 2001).
    """
    size = arrays.size
    sampled = pivots is not None and pivots != size
    sources = random.Random(seed).sample(range(size), pivots) if sampled and pivots else range(size)  # noqa: S311
    matrix = arrays.links
    total = np.zeros(size)
    at_once = max(1, min(_SEARCHES, _CELLS // max(size, 1)))
    for first in range(0, len(sources), at_once):
        found = _dependencies(matrix, np.array(sources[first : first + at_once], np.int64))
        if found is None:
            return None
        total += found
    return total * _scale(size, sources if sampled else None)


def _scale(size: int, drawn: Sequence[int] | None) -> _Floats:
    """What each sum of dependencies is multiplied with; a node that was drawn has seen one source fewer: itself."""
    if size < 3:
        return np.ones(size)
    if drawn is None:
        return np.full(size, 1 / ((size - 1) * (size - 2)))
    scale = np.full(size, 1 / (len(drawn) * (size - 2)))
    scale[np.array(drawn)] = 1 / ((len(drawn) - 1) * (size - 2)) if len(drawn) > 1 else math.nan
    return scale


def _dependencies(matrix: sparse.csr_array[np.float64], sources: _Places) -> _Floats | None:
    """One value a node: the dependencies of all these sources on it. None where a search goes too deep."""
    searched = _search(matrix, sources)
    if searched is None:
        return None
    distance, paths, levels = searched
    share = np.zeros_like(paths)
    dependency = np.zeros_like(paths)
    for level in range(len(levels) - 1, 0, -1):
        rows, before = levels[level], levels[level - 1]
        reached, ways = distance[rows] == level, paths[rows]
        share[rows] = np.divide(1 + dependency[rows], ways, out=np.zeros_like(ways), where=reached)
        back = np.asarray(matrix[before] @ share)
        back *= paths[before]
        back[distance[before] != level - 1] = 0
        dependency[before] += back
        share[rows] = 0
    dependency[sources, np.arange(len(sources))] = 0
    return np.asarray(dependency.sum(axis=1), np.float64)


def _search(
    matrix: sparse.csr_array[np.float64], sources: _Places
) -> tuple[npt.NDArray[np.int32], _Floats, list[_Places]] | None:
    """By node and source the distance (-1 where not reached) and the number of shortest paths; by level its nodes."""
    shape = (matrix.shape[0], len(sources))
    column = np.arange(len(sources))
    distance = np.full(shape, -1, np.int32)
    paths, front = np.zeros(shape), np.zeros(shape)
    distance[sources, column], paths[sources, column], front[sources, column] = 0, 1, 1
    rows = np.unique(sources)
    levels = [rows]
    near = np.zeros(shape[0], np.bool_)
    while len(levels) <= _DEEPEST:
        near[:] = False
        near[matrix[rows].indices] = True
        candidates = np.flatnonzero(near)
        arriving = np.asarray(matrix[candidates] @ front)
        arriving[distance[candidates] >= 0] = 0
        new = arriving > 0
        some = new.any(axis=1)
        front[rows] = 0
        if not some.any():
            return distance, paths, levels
        rows, arriving, new = candidates[some], arriving[some], new[some]
        distance[rows] = np.where(new, np.int32(len(levels)), distance[rows])
        paths[rows] += arriving
        front[rows] = arriving
        levels.append(rows)
    return None
