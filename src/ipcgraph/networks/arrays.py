"""A network as arrays, and the measures that scipy finds on them faster than networkx on its graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

if TYPE_CHECKING:
    import networkx as nx

DAMPING: Final = 0.85
"""How likely the walk of PageRank goes on along a link; networkx's own default."""

_TOLERANCE: Final = 1e-10
"""The walk ends where a step changes all values together by less, so that they are within 6e-10 of their limit.

networkx stops at a millionth for each node, unless told otherwise.
"""

_STEPS: Final = 500


@dataclass(frozen=True, slots=True, eq=False)
class Arrays:
    """An undirected network: its number of nodes, and for each link the places of its ends and its weight."""

    size: int
    source: npt.NDArray[np.int32]
    target: npt.NDArray[np.int32]
    weight: npt.NDArray[np.float64]

    def matrix(self, values: npt.NDArray[np.float64] | None = None) -> sparse.csr_array[np.float64]:
        """The symmetric matrix of the weights, or of other values, one a link; a loop stands in it once."""
        data = self.weight if values is None else values
        loops = self.source == self.target
        back = np.where(loops, 0.0, data)
        rows, columns = np.concatenate([self.source, self.target]), np.concatenate([self.target, self.source])
        shape = (self.size, self.size)
        return sparse.coo_array((np.concatenate([data, back]), (rows, columns)), shape=shape).tocsr()

    def links(self) -> sparse.csr_array[np.float64]:
        """The symmetric matrix that has 1 for each link between two nodes, and nothing for a loop."""
        apart = self.source != self.target
        one, other = self.source[apart], self.target[apart]
        ends = (np.concatenate([one, other]), np.concatenate([other, one]))
        return sparse.coo_array((np.ones(2 * len(one)), ends), shape=(self.size, self.size)).tocsr()


def arrays_of(graph: nx.Graph[str]) -> Arrays:
    """The arrays of a graph, its nodes in their order; a link without a weight weighs 1."""
    place = {node: number for number, node in enumerate(graph)}
    ends = [(place[one], place[other]) for one, other in graph.edges]
    pairs = np.array(ends, np.int32).reshape(-1, 2)
    weights = [float(weight) for *_, weight in graph.edges(data="weight", default=1)]
    return Arrays(len(place), pairs[:, 0].copy(), pairs[:, 1].copy(), np.array(weights, np.float64))


def components(arrays: Arrays) -> npt.NDArray[np.int64]:
    """One number a node, that of its component, from 1: the largest first, of equals that of the earlier node."""
    if not arrays.size:
        return np.zeros(0, np.int64)
    ones = np.ones(len(arrays.source), np.int8)
    matrix = sparse.coo_array((ones, (arrays.source, arrays.target)), shape=(arrays.size, arrays.size)).tocsr()
    _, label = csgraph.connected_components(matrix, directed=False)
    return numbered(label)


def numbered(label: npt.NDArray[np.int64] | npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Numbers from 1 in place of any labels of groups: the largest first, of equals that with the earlier node."""
    _, first, place, size = np.unique(label, return_index=True, return_inverse=True, return_counts=True)
    number = np.empty(len(size), np.int64)
    number[np.lexsort((first, -size))] = np.arange(1, len(size) + 1)
    return np.asarray(number[place], np.int64)


def pagerank(arrays: Arrays) -> npt.NDArray[np.float64]:
    """One value a node, 1 in all: weighted PageRank with a damping of 0.85, as `networkx.pagerank` defines it.

    A node without links hands its share on to all. Found by power iteration, to 6e-10 of all values together.
    """
    size = arrays.size
    if not size:
        return np.zeros(0)
    matrix = arrays.matrix()
    strength: npt.NDArray[np.float64] = np.asarray(matrix.sum(axis=1), np.float64)
    linked = strength > 0
    share = np.divide(1.0, strength, out=np.zeros(size), where=linked)
    matrix.data *= share[matrix.indices]
    idle = np.flatnonzero(~linked)
    rank = np.full(size, 1.0 / size)
    for _ in range(_STEPS):
        before = rank
        rank = DAMPING * (matrix @ before + before[idle].sum() / size) + (1 - DAMPING) / size
        if np.abs(rank - before).sum() < _TOLERANCE:
            break
    return np.asarray(rank / rank.sum(), np.float64)
