"""How closely nodes hang together, on arrays: core numbers, triangles and clustering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.networks.arrays import Arrays

_ENTRIES: Final = 5_000_000
"""So many entries of a product at most are in memory at once, if a single row has not more."""

_Ints = npt.NDArray[np.int64]


def core_numbers(arrays: Arrays) -> _Ints:
    """One number a node: the greatest k such that it is in a part where each has k links or more; loops do not count.

    Nodes of the least degree are peeled off, all at once, until none is left (after Batagelj and Zaversnik, 2003).
    """
    starts, neighbours = arrays.neighbours
    degree = np.diff(starts)
    core = np.zeros(arrays.size, np.int64)
    left = np.ones(arrays.size, np.bool_)
    rest = np.arange(arrays.size)
    least = 0
    while len(rest):
        of_rest = degree[rest]
        least = max(least, int(of_rest.min()))
        front = rest[of_rest <= least]
        while len(front):
            core[front] = least
            left[front] = False
            lost = neighbours[_ranges(starts[front], starts[front + 1])]
            beside, number = np.unique(lost[left[lost]], return_counts=True)
            degree[beside] -= number
            front = beside[degree[beside] <= least].astype(np.int64)
        rest = rest[left[rest]]
    return core


def triangles(arrays: Arrays) -> _Ints:
    """One number a node: in how many triangles it is; loops do not count.

    Each link is taken from the end of the lesser degree to the other, so that none has many and each triangle is found
    once (after Chiba and Nishizeki, SIAM Journal on Computing 14, 210, 1985).
    """
    matrix = arrays.links
    degree = np.diff(matrix.indptr)
    order = np.empty(arrays.size, np.int64)
    order[np.lexsort((np.arange(arrays.size), degree))] = np.arange(arrays.size)
    whole = matrix.tocoo()
    up = order[whole.row] < order[whole.col]
    ends = (whole.row[up], whole.col[up])
    upward = sparse.coo_array((np.ones(int(up.sum()), np.int64), ends), shape=matrix.shape).tocsr()
    lowest, middle, highest = np.zeros((3, arrays.size), np.int64)
    # A link upward is closed by way of a third between both, and by a third from below both.
    for first, after, closed in _closed(upward, upward):
        lowest[first:after] = np.asarray(closed.sum(axis=1))
    for first, after, closed in _closed(upward.T.tocsr(), upward):
        middle[first:after] = np.asarray(closed.sum(axis=1))
        highest += np.asarray(closed.sum(axis=0))
    return np.asarray(lowest + middle + highest, np.int64)


def _closed(
    left: sparse.csr_array[np.int64], upward: sparse.csr_array[np.int64]
) -> Iterator[tuple[int, int, sparse.csr_array[np.int64]]]:
    """By rows, from one to the other, the entries of `left` times `upward` where `upward` has one."""
    size = left.shape[0]
    # By row, how many entries the product can have; no row of `upward` has many.
    entries = np.cumsum(np.asarray(left @ np.diff(upward.indptr).astype(np.int64)))
    first = 0
    while first < size:
        before = int(entries[first - 1]) if first else 0
        after = max(int(np.searchsorted(entries, before + _ENTRIES, side="right")), first + 1)
        yield first, after, sparse.csr_array((left[first:after] @ upward).multiply(upward[first:after]))
        first = after


def clustering(arrays: Arrays) -> npt.NDArray[np.float64]:
    """One value a node: the share of the pairs of its neighbours that are linked; 0 with fewer than two."""
    pairs = _pairs_of_neighbours(arrays)
    return np.asarray(np.divide(triangles(arrays), pairs, out=np.zeros(arrays.size), where=pairs > 0), np.float64)


def transitivity(arrays: Arrays) -> float:
    """The share of paths of two links that are closed by a third; 0 where there are none."""
    paths = int(_pairs_of_neighbours(arrays).sum())
    return int(triangles(arrays).sum()) / paths if paths else 0.0


def _pairs_of_neighbours(arrays: Arrays) -> _Ints:
    degree = np.diff(arrays.links.indptr).astype(np.int64)
    return np.asarray(degree * (degree - 1) // 2, np.int64)


def _ranges(starts: npt.NDArray[np.int32], ends: npt.NDArray[np.int32]) -> _Ints:
    """The numbers from each start up to, but not with, its end, one after the other."""
    number = (ends - starts).astype(np.int64)
    offset = np.cumsum(number) - number
    places: _Ints = np.repeat(starts - offset, number)
    places += np.arange(len(places), dtype=np.int64)
    return places
