"""The communities of a network, by Louvain's method or Leiden's, and their modularity."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from ipcgraph.errors import MissingExtraError, UsageError
from ipcgraph.networks.arrays import Arrays, numbered
from ipcgraph.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

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

_WHOLE: Final = 100_000
"""Networks of more nodes have their twins put together before: that is sooner, and no worse."""

_LINKS: Final = 65_536
"""So many links are looked up at once."""

_NUMBERS: Final = 2**36
"""Below it are random numbers of nodes: sums of them, by whole weights, are exact in a float."""

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

    matrix, node = _folded(arrays) if arrays.size > _WHOLE else (arrays.matrix, np.arange(arrays.size))
    # Nodes that are linked get numbers near each other, and are taken in that order: from far and wide in memory, and
    # in a random order, a large network takes twice as long.
    order = csgraph.reverse_cuthill_mckee(matrix, symmetric_mode=True)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    matrix = matrix[order]
    rows = _Rows(matrix.indptr, place[matrix.indices], matrix.data, matrix.shape)
    threads = networkit.getMaxNumberOfThreads()
    networkit.setNumberOfThreads(1)
    try:
        networkit.setSeed(SEED, False)  # noqa: FBT003  # positional there: whether each thread adds its number
        graph = networkit.graph.GraphFromCsr(rows, directed=False, weighted=True)
        found = networkit.community.ParallelLeiden(graph, iterations=_ROUNDS, randomize=False)
        found.run()
        return np.array(found.getPartition().getVector(), np.int64)[place[node]]
    finally:
        networkit.setNumberOfThreads(threads)


class _Rows(NamedTuple):
    """A matrix as networkit reads it: with wide indices, of which it then makes no copy."""

    indptr: npt.NDArray[np.int32]
    indices: npt.NDArray[np.int64]
    data: npt.NDArray[np.float64]
    shape: tuple[int, int]


def _folded(arrays: Arrays) -> tuple[sparse.csr_array[np.float64], npt.NDArray[np.int64]]:
    """The matrix with one node for all that are linked to each other and, by the same weights, to the same others.

    What the links between them weigh is that of a loop there. The second has by node of the network its place there.

    Such twins belong to one community: of two that are apart, one can go over to the other and modularity is no lower.
    Among authors they are those of one work alone.
    """
    size, twins = arrays.size, _twins(arrays)
    source, target = arrays.source[twins], arrays.target[twins]
    first = np.arange(size)
    np.minimum.at(first, np.maximum(source, target), np.minimum(source, target))
    stays = first == np.arange(size)
    place = np.cumsum(stays) - 1
    several = np.bincount(first, minlength=size)[stays].astype(np.float64)
    inside = np.bincount(place[first[source]], weights=arrays.weight[twins], minlength=len(several)).astype(np.float64)
    links = []
    for part in _parts(arrays):
        source, target = arrays.source[part], arrays.target[part]
        kept = stays[source] & stays[target]
        source, target = place[source[kept]], place[target[kept]]
        weight = arrays.weight[part][kept] * several[source] * several[target]
        links.append((source.astype(np.int32), target.astype(np.int32), weight))
    rest = Arrays(len(several), *(np.concatenate(each) for each in zip(*links, strict=True)))
    return sparse.csr_array(rest.matrix + sparse.diags_array(inside)), place[first]


def _twins(arrays: Arrays) -> npt.NDArray[np.int64]:
    """The links between twins: what their neighbours weigh is compared as a sum of random numbers, one for each."""
    matrix, weight = arrays.matrix, arrays.weight
    linked = np.flatnonzero(np.diff(matrix.indptr))
    greatest = np.zeros(arrays.size)
    greatest[linked] = np.maximum.reduceat(matrix.data, matrix.indptr[linked])
    number = np.random.default_rng(SEED).integers(1, _NUMBERS, arrays.size).astype(np.float64)
    # As if each had a loop as heavy as its heaviest link: so the rows of twins are equal, and of no others.
    number = matrix @ number + greatest * number
    alike = [number[arrays.source[part]] == number[arrays.target[part]] for part in _parts(arrays)]
    found = np.flatnonzero(np.concatenate(alike))
    source = arrays.source[found]
    # In a network so small that each has a large share of it, one of them may do better alone.
    strength = np.asarray(matrix.sum(axis=1), np.float64)[source]
    most = 2 * weight.sum() * weight[found]
    return np.asarray(found[(np.square(strength) <= most) & (source != arrays.target[found])], np.int64)


def _parts(arrays: Arrays) -> Iterator[slice]:
    """The links part by part, so that what is looked up for them stays in the cache."""
    return (slice(start, start + _LINKS) for start in range(0, len(arrays.source), _LINKS))


def _require_networkit() -> None:
    """Raises MissingExtraError where networkit is not installed."""
    if importlib.util.find_spec("networkit") is None:
        raise MissingExtraError(
            "communities by leiden are found by networkit, which is not installed: pip install 'ipcgraph[fast]'"
        )
