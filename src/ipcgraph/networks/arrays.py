"""A network as arrays, and the measures that scipy finds on them faster than networkx on its graph."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

if TYPE_CHECKING:
    import networkx as nx

DAMPING: Final = 0.85
"""How likely the walk of PageRank goes on along a link; networkx's own default."""

_TOLERANCE: Final = 1e-11
"""The walk ends at values that a step of it changes by less, all together: they are within 7e-11 of their limit.

networkx stops at a millionth for each node, unless told otherwise.
"""

_ROWS: Final = 32_768
"""So many rows are multiplied at once."""

_THREADS: Final = 4
"""So many threads at most multiply rows, where there are more parts than that; memory would not keep up with more."""

_STEPS: Final = 500


@dataclass(frozen=True, eq=False)
class Arrays:
    """An undirected network: its number of nodes, and for each link the places of its ends and its weight."""

    size: int
    source: npt.NDArray[np.int32]
    target: npt.NDArray[np.int32]
    weight: npt.NDArray[np.float64]

    @cached_property
    def matrix(self) -> sparse.csr_array[np.float64]:
        """The symmetric matrix of the weights, a loop once. It is kept for the next who asks: not to be written to."""
        shape = (self.size, self.size)
        if not self._in_order():
            apart = self.source != self.target
            rows = np.concatenate([self.source, self.target[apart]])
            columns = np.concatenate([self.target, self.source[apart]])
            return sparse.coo_array((np.concatenate([self.weight, self.weight[apart]]), (rows, columns)), shape).tocsr()
        starts = np.zeros(self.size + 1, np.int32)
        np.cumsum(np.bincount(self.source, minlength=self.size), out=starts[1:])
        above: sparse.csr_array[np.float64] = sparse.csr_array((self.weight, self.target, starts), shape=shape)
        return sparse.csr_array(above + above.T.tocsr())

    @cached_property
    def links(self) -> sparse.csr_array[np.float64]:
        """The symmetric matrix that has 1 for each link between two nodes, and nothing for a loop; kept likewise."""
        starts, neighbours = self.neighbours
        return sparse.csr_array((np.ones(len(neighbours)), neighbours, starts), shape=(self.size, self.size))

    @cached_property
    def neighbours(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Where the neighbours of each node start, and one after the last; the neighbours, ascending, none for a loop.

        Kept likewise, and the same memory as that of the matrix where the network has no loops.
        """
        whole = self.matrix
        if (self.source == self.target).any() or not self.weight.all():
            apart = self.source != self.target
            whole = Arrays(self.size, self.source[apart], self.target[apart], np.ones(int(apart.sum()))).matrix
        return whole.indptr, whole.indices

    def _in_order(self) -> bool:
        """Whether the links are sorted by source and target, source before target, and each weighs something.

        Then the half above the diagonal is there already, and both halves have only to be added up.
        """
        source, target = self.source, self.target
        later = (source[1:] > source[:-1]) | ((source[1:] == source[:-1]) & (target[1:] > target[:-1]))
        return bool((source < target).all() and later.all() and self.weight.all())


def arrays_of(graph: nx.Graph[str]) -> Arrays:
    """The arrays of a graph, its nodes in their order; a link without a weight weighs 1."""
    place = {node: number for number, node in enumerate(graph)}
    ends = [(place[one], place[other]) for one, other in graph.edges]
    pairs = np.array(ends, np.int32).reshape(-1, 2)
    weights = [float(weight) for *_, weight in graph.edges(data="weight", default=1)]
    return Arrays(len(place), pairs[:, 0].copy(), pairs[:, 1].copy(), np.array(weights, np.float64))


def components(arrays: Arrays) -> npt.NDArray[np.int64]:
    """One number a node, that of its component, from 1: the largest first, of equals that of the earlier node.

    Each node first joins an earlier neighbour, and that one's, and so on: what scipy then has to go through is a
    fraction of the network, and lies together in memory.
    """
    if not arrays.size:
        return np.zeros(0, np.int64)
    root = np.arange(arrays.size, dtype=np.int32)
    # Backwards, so that where links are sorted the earliest neighbour is the last that is written.
    root[np.maximum(arrays.source, arrays.target)[::-1]] = np.minimum(arrays.source, arrays.target)[::-1]
    above = root[root]
    while not np.array_equal(above, root):
        root, above = above, above[above]
    place = np.cumsum(root == np.arange(arrays.size), dtype=np.int32) - np.int32(1)
    joined = place[root]
    source, target = joined[arrays.source], joined[arrays.target]
    apart = source != target
    ends, count = (source[apart], target[apart]), int(place[-1]) + 1
    rest = sparse.coo_array((np.ones(len(ends[0]), np.int8), ends), shape=(count, count)).tocsr()
    _, label = csgraph.connected_components(rest, directed=False)
    return numbered(label[joined])


def numbered(label: npt.NDArray[np.int64] | npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Numbers from 1 in place of labels of groups, small numbers from 0: the largest group first, of equals that with
    the earlier node.
    """
    size = np.bincount(label)
    first = np.zeros(len(size), np.int64)
    first[label[::-1]] = np.arange(len(label))[::-1]
    number = np.empty(len(size), np.int64)
    number[np.lexsort((first, -size))] = np.arange(1, len(size) + 1)
    return np.asarray(number[label], np.int64)


def pagerank(arrays: Arrays) -> npt.NDArray[np.float64]:
    """One value a node, 1 in all: weighted PageRank with a damping of 0.85, as `networkx.pagerank` defines it.

    A node without links hands its share on to all: that raises all values alike, so that the rest is solved as if it
    kept nothing, and then scaled to 1. Links have no direction, so the steps of the walk can be combined (Chebyshev's
    semi-iteration, Golub and Varga 1961): 43 are as near as 150 of the walk itself. A large network is multiplied by
    several threads, which changes no digit.
    """
    size = arrays.size
    if not size:
        return np.zeros(0)
    strength: npt.NDArray[np.float64] = np.asarray(arrays.matrix.sum(axis=1), np.float64)
    share = np.divide(DAMPING, strength, out=np.zeros(size), where=strength > 0)
    firsts = range(0, size, _ROWS)
    rows = [_rows(arrays.matrix, first, min(first + _ROWS, size)) for first in firsts]
    before, rank, after, shared = np.zeros(size), np.full(size, 1.0 / size), np.empty(size), np.empty(size)
    weight = 1.0

    def move(first: int) -> float:
        """Moves these rows on, in memory that stays in the cache; by how much a step of the walk changes them."""
        part = slice(first, first + _ROWS)
        moved: npt.NDArray[np.float64] = np.asarray(rows[first // _ROWS] @ shared, np.float64)
        moved += (1 - DAMPING) / size
        change = float(np.abs(moved - rank[part]).sum())
        moved -= before[part]
        moved *= weight
        np.add(moved, before[part], out=after[part])
        return change

    with ThreadPoolExecutor(min(os.cpu_count() or 1, _THREADS)) as threads:
        for step in range(_STEPS):
            np.multiply(share, rank, out=shared)
            if sum((threads.map if len(rows) > _THREADS else map)(move, firsts)) < _TOLERANCE:
                break
            before, rank, after = rank, after, before
            weight = 1 / (1 - DAMPING**2 / (4 if step else 2) * weight)
    return np.asarray(rank / rank.sum(), np.float64)


def _rows(matrix: sparse.csr_array[np.float64], first: int, after: int) -> sparse.csr_array[np.float64]:
    """These rows of a matrix, in the memory of it."""
    start, end = matrix.indptr[[first, after]]
    rows: sparse.csr_array[np.float64] = sparse.csr_array((after - first, matrix.shape[1]))
    # One by one, for what is given at once is copied if it is a small part of something.
    rows.indptr = matrix.indptr[first : after + 1] - start
    rows.indices, rows.data = matrix.indices[start:end], matrix.data[start:end]
    return rows
