"""The communities of a network, by Louvain's method or Leiden's, and their modularity."""

from __future__ import annotations

import importlib.util
from typing import Final, Literal, TypeAlias

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from ipcgraph.errors import MissingExtraError, UsageError
from ipcgraph.networks.arrays import Arrays, numbered
from ipcgraph.spelling import nearest

Method: TypeAlias = Literal["louvain", "leiden"]

METHODS: Final[dict[Method, str]] = {"louvain": "Louvain", "leiden": "Leiden"}
"""By method of finding communities, its name."""

ENGINES: Final[dict[Method, str]] = {"louvain": "networkx", "leiden": "networkit, one thread"}
"""By method, what finds them. One thread, since what several find depends on which is faster."""

SEED: Final = 42
"""The seed of the communities and of the sample of betweenness, so that they repeat."""

_ROUNDS: Final = 3
"""So often Leiden's method begins anew with what it has found; more hardly raise the modularity."""

_NOTHING: Final = 1e-9
"""A modularity that is zero but for the last digits."""

_Labels = npt.NDArray[np.int64]


def check_method(name: str) -> Method:
    """The method of this name; raises UsageError with the names there are, MissingExtraError where it cannot run."""
    found = next((method for method in METHODS if method == name), None)
    if found is None:
        near = nearest(name, METHODS)
        remedy = f"did you mean {near!r}?" if near else f"choose from {', '.join(METHODS)}"
        raise UsageError(f"communities are not found by {name!r}; {remedy}")
    if found == "leiden":
        _require_networkit()
    return found


def find_communities(arrays: Arrays, method: Method = "louvain") -> _Labels:
    """One number a node, that of its community, from 1: the largest first, of equals that with the earlier node.

    Weighted, with SEED; without links each node is one. The same network gives the same numbers in every process.
    Leiden's method needs the extra `fast` (MissingExtraError), and finds communities of a higher modularity, sooner.
    """
    if not len(arrays.source):
        return np.arange(1, arrays.size + 1)
    return numbered(_louvain(arrays) if method == "louvain" else _leiden(arrays))


def modularity(arrays: Arrays, community: _Labels) -> float | None:
    """How much more of the weight lies inside the communities than expected (Newman 2004); None without links."""
    total = float(arrays.weight.sum())
    if not total:
        return None
    inside = float(arrays.weight[community[arrays.source] == community[arrays.target]].sum())
    strength = np.bincount(community[arrays.source], weights=arrays.weight, minlength=int(community.max()) + 1)
    strength += np.bincount(community[arrays.target], weights=arrays.weight, minlength=len(strength))
    return inside / total - float(np.square(strength / (2 * total)).sum())


def method_sentence(method: Method, found: float | None, *, several: bool = True) -> str:
    """Method, engine, seed and modularity in words, as they stand in the terminal and in every file.

    Of several communities it says when they part nothing.

    >>> method_sentence("louvain", 0.41234)
    'Louvain, weighted, seed 42 (networkx); modularity 0.4123'
    >>> method_sentence("louvain", 0.0)
    'Louvain, weighted, seed 42 (networkx); modularity 0.0000, no more than that of all nodes in one'
    """
    text = f"{METHODS[method]}, weighted, seed {SEED} ({ENGINES[method]})"
    if found is None:
        return text
    # What is zero but for the last digit has no sign.
    text += f"; modularity {round(found, 4) + 0.0:.4f}"
    return f"{text}, no more than that of all nodes in one" if several and found <= _NOTHING else text


def _louvain(arrays: Arrays) -> _Labels:
    # On integers, so that no order of strings in a set, which changes with each process, can reach the result.
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(arrays.size))
    graph.add_weighted_edges_from(
        zip(arrays.source.tolist(), arrays.target.tolist(), arrays.weight.tolist(), strict=True)
    )
    label = np.zeros(arrays.size, np.int64)
    for number, members in enumerate(nx.community.louvain_communities(graph, weight="weight", seed=SEED)):
        label[list(members)] = number
    return label


def _leiden(arrays: Arrays) -> _Labels:
    _require_networkit()
    import networkit

    # Nodes that are linked get numbers near each other, and are taken in that order: from far and wide in memory, and
    # in a random order, a large network takes twice as long.
    order = csgraph.reverse_cuthill_mckee(arrays.links, symmetric_mode=True)
    place = np.empty(arrays.size, np.int32)
    place[order] = np.arange(arrays.size, dtype=np.int32)
    matrix = arrays.matrix[order]
    matrix = sparse.csr_array((matrix.data, place[matrix.indices], matrix.indptr), shape=matrix.shape)
    threads = networkit.getMaxNumberOfThreads()
    networkit.setNumberOfThreads(1)
    try:
        networkit.setSeed(SEED, False)  # noqa: FBT003  # positional there: whether each thread adds its number
        graph = networkit.graph.GraphFromCsr(matrix, directed=False, weighted=True)
        found = networkit.community.ParallelLeiden(graph, iterations=_ROUNDS, randomize=False)
        found.run()
        return np.array(found.getPartition().getVector(), np.int64)[place]
    finally:
        networkit.setNumberOfThreads(threads)


def _require_networkit() -> None:
    """Raises MissingExtraError where networkit is not installed."""
    if importlib.util.find_spec("networkit") is None:
        raise MissingExtraError(
            "communities by leiden are found by networkit, which is not installed: pip install 'ipcgraph[fast]'"
        )
