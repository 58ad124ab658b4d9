"""Measures of a network: of each node, as attributes and as a table, and the figures of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import networkx as nx
from pyoxigraph import NamedNode

from ipcgraph.errors import UsageError
from ipcgraph.networks.arrays import Arrays, arrays_of, components, pagerank
from ipcgraph.networks.betweenness import betweenness
from ipcgraph.networks.cohesion import clustering, core_numbers
from ipcgraph.networks.communities import SEED, Method, check_method, find_communities, method_sentence, modularity
from ipcgraph.networks.distances import DISTANCE_NODES, distances
from ipcgraph.networks.remarks import counted
from ipcgraph.spelling import nearest
from ipcgraph.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from ipcgraph.tables import Cell

EXACT_NODES: Final = 5_000
"""Up to so many nodes betweenness is exact; past it, it is estimated from SAMPLES of them."""

EXACT_WORK: Final = 1_000_000_000
"""Nodes times links up to which betweenness is exact, likewise."""

SAMPLES: Final = 256

EXPLAINED: Final[dict[str, str]] = {
    "degree": "the number of links",
    "weighted_degree": "the sum of the weights of the links, also called strength",
    "betweenness": "the share of shortest paths through the node, unweighted, normalised",
    "closeness": "what is reached, by how near it is, unweighted (Wasserman and Faust, for networks in several parts)",
    "pagerank": "the share of a random walk along the links, by weight, that is at the node (damping 0.85)",
    "core": "the greatest k such that the node is in a part in which each has k links or more",
    "clustering": "the share of the pairs of neighbours that are linked, unweighted",
    "component": "the number of the connected component, 1 for the largest",
    "community": "the number of the community, found by weight, 1 for the largest",
    "bridging": "whether the network would fall into more parts without the node",
}
"""By measure of nodes, what it is; all of them, in the order of the table."""

MEASURES: Final = ("degree", "weighted_degree", "betweenness", "clustering", "component", "community")
"""The measures that a network has unless others are asked for."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a whole network and the remarks that belong to them; `sentences()` is what is printed."""

    name: str
    nodes: int
    edges: int
    density: float
    components: int
    communities: int | None
    """None where the communities were not measured."""
    average_clustering: float | None
    """None where the clustering was not measured."""
    remarks: tuple[tuple[str, str], ...]
    """Name and text: how links and credit are counted and betweenness computed, what is left out, the sources' note."""

    def sentences(self) -> tuple[str, ...]:
        """One line of figures, then one line a remark."""
        line = (
            f"{self.name}: {counted(self.nodes, 'node', 'nodes')}, {counted(self.edges, 'edge', 'edges')}, "
            f"density {self.density:.4f}, {counted(self.components, 'component', 'components')}"
        )
        if self.communities is not None:
            line += f", {counted(self.communities, 'community', 'communities')}"
        if self.average_clustering is not None:
            line += f", average clustering {self.average_clustering:.4f}"
        empty = () if self.nodes else ("Empty: neither the graph nor what the options leave of it makes a node",)
        return (line, *empty, *(f"{name}: {text}" for name, text in self.remarks))


def chosen_measures(names: Iterable[str]) -> tuple[str, ...]:
    """These measures in the order of EXPLAINED, each once; `all` stands for all. UsageError for a name not known."""
    wanted = set(names)
    for name in sorted(wanted - {"all", *EXPLAINED}):
        near = nearest(name, EXPLAINED)
        remedy = f"did you mean {near!r}?" if near else f"choose from all, {', '.join(EXPLAINED)}"
        raise UsageError(f"no measure is called {name!r}; {remedy}")
    return tuple(name for name in EXPLAINED if name in wanted or "all" in wanted)


def measure(
    graph: nx.Graph[str],
    *,
    measures: Iterable[str] = MEASURES,
    communities: Method = "louvain",
    exact_nodes: int = EXACT_NODES,
    exact_work: int = EXACT_WORK,
    samples: int = SAMPLES,
    distance_nodes: int = DISTANCE_NODES,
    copy: bool = True,
) -> nx.Graph[str]:
    """A copy of the network whose nodes also have the named measures, by networkx's definitions: see EXPLAINED.

    `degree` and `weighted_degree` are there in any case. `betweenness` is exact up to `exact_nodes` and `exact_work`
    (nodes times links), beyond that estimated from `samples` nodes; the graph attribute `betweenness` says which.
    `closeness` is left out past `distance_nodes`, which the attribute `closeness` says. `component` and `community`
    (seed 42, by the method that `communities` names) are numbered from 1, the largest first; of two of one size, the
    one with the earlier node first. The same network gives the same numbers; a community's number means nothing across
    networks. Without `copy` the measures are written into the network itself. Raises MissingExtraError for a method
    that needs an extra.
    """
    names = chosen_measures(measures)
    method = check_method(communities)
    limits = _Limits(exact_nodes, exact_work, samples, distance_nodes)
    measured = graph.copy() if copy else graph
    arrays = arrays_of(measured)
    columns: dict[str, Sequence[object]] = {
        "degree": [degree for _, degree in measured.degree],
        "weighted_degree": [degree for _, degree in measured.degree(weight="weight")],
    }
    for name in names:
        if name not in columns and (found := _found(name, measured, arrays, method, limits)) is not None:
            columns[name] = found
    for name in EXPLAINED:
        for node, value in zip(measured, columns.get(name, ()), strict=False):
            measured.nodes[node][name] = value
    measured.graph["measures"] = tuple(name for name in names if name in columns)
    return measured


@dataclass(frozen=True, slots=True)
class _Limits:
    """Up to how many nodes, or nodes times links, a measure is exact, or is found at all; see `measure`."""

    exact_nodes: int
    exact_work: int
    samples: int
    distance_nodes: int


def _found(name: str, graph: nx.Graph[str], arrays: Arrays, method: Method, limits: _Limits) -> Sequence[object] | None:
    """One value a node, or None past the limit of the measure; what is to be said of it becomes a graph attribute."""
    if name == "betweenness":
        within = arrays.size <= limits.exact_nodes and arrays.size * len(arrays.source) <= limits.exact_work
        pivots = None if within else min(limits.samples, arrays.size)
        graph.graph[name] = _estimated(pivots, arrays.size, limits.exact_nodes, limits.exact_work)
        return _betweenness(graph, arrays, pivots)
    if name == "closeness" and arrays.size > limits.distance_nodes:
        graph.graph[name] = f"not computed past {limits.distance_nodes:,} nodes"
        return None
    if name == "community":
        found = find_communities(arrays, method)
        several = int(found.max(initial=0)) > 1
        graph.graph[name] = method_sentence(method, modularity(arrays, found), several=several)
        return list(found.tolist())
    if name == "bridging":
        points = set(nx.articulation_points(graph))
        return [node in points for node in graph]
    return list(_MEASURED[name](arrays).tolist())


def node_table(graph: nx.Graph[str]) -> Table:
    """One row a node: `id`, `label`, its own attributes and its measures, in the order of weighted degree, label, id.

    A network that is not measured is measured first. Attributes that not every node has are empty in the others.
    """
    measured = _measured(graph)
    own = sorted({key for _, attributes in measured.nodes(data=True) for key in attributes} - {"label", *EXPLAINED})
    names = (*own, *measured.graph["measures"])
    rows = []
    for node, attributes in measured.nodes(data=True):
        label = str(attributes.get("label", ""))
        # Rounded, so that sums of thirds in another order do not part equals.
        order = (-round(float(attributes["weighted_degree"]), 9), label, str(node))
        rows.append((order, (NamedNode(node), label, *(_cell(attributes.get(name)) for name in names))))
    return Table(("id", "label", *names), tuple(row for _, row in sorted(rows, key=lambda each: each[0])))


def figures(graph: nx.Graph[str]) -> Figures:
    """The figures of a network and its remarks; one that is not measured is measured first.

    Density and average clustering of an empty network are 0.
    """
    measured = _measured(graph)
    number = _values(measured, "component")
    if number is None:
        number = components(arrays_of(measured)).tolist()
    local = _values(measured, "clustering")
    community = _values(measured, "community")
    return Figures(
        name=str(measured.graph.get("name", "Network")),
        nodes=measured.number_of_nodes(),
        edges=measured.number_of_edges(),
        density=float(nx.density(measured)),
        components=int(max(number, default=0)),
        communities=None if community is None else int(max(community, default=0)),
        average_clustering=None if local is None else sum(local) / len(local) if local else 0.0,
        remarks=tuple(remarks(measured.graph)),
    )


def _values(graph: nx.Graph[str], name: str) -> list[float] | None:
    """The values of a measure, or None where it was not asked for."""
    return (
        [float(str(attributes[name])) for _, attributes in graph.nodes(data=True)]
        if name in graph.graph["measures"]
        else None
    )


def remarks(attributes: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    """The graph attributes that are to be read, as name and text; `left_out` always says something."""
    titles = {
        "counting": "Counting",
        "credit": "Credit",
        "merged": "Links",
        "years": "Years",
        "normalisation": "Normalisation",
        "betweenness": "Betweenness",
        "closeness": "Closeness",
        "community": "Communities",
    }
    for key, title in titles.items():
        if key in attributes:
            yield title, str(attributes[key])
    names = attributes.get("measures")
    if isinstance(names, tuple) and names:
        # One remark: GraphML and others would take `betweenness` for the `Betweenness` above.
        yield "Measures", "; ".join(f"{name}: {EXPLAINED[str(name)]}" for name in names)
    figures = attributes.get("structure")
    if isinstance(figures, tuple):
        yield from figures
    rules = attributes.get("selection")
    if isinstance(rules, tuple) and rules:
        yield "Only", "; ".join(map(str, rules))
    if "left_out" in attributes:
        sentences = attributes["left_out"]
        yield "Left out", "; ".join(map(str, sentences)) if isinstance(sentences, tuple) and sentences else "nothing"
    if attributes.get("note"):
        yield "Note", str(attributes["note"])


def _measured(graph: nx.Graph[str]) -> nx.Graph[str]:
    return graph if "measures" in graph.graph else measure(graph)


def _estimated(pivots: int | None, size: int, exact_nodes: int, exact_work: int) -> str:
    """How betweenness was found, in words."""
    if pivots is None:
        return "exact, unweighted, normalised"
    limits = f"exact up to {exact_nodes:,} nodes and {exact_work:,} nodes times links"
    return f"estimated from {pivots} of {size:,} nodes (seed {SEED}), unweighted, normalised; {limits}"


def _betweenness(graph: nx.Graph[str], arrays: Arrays, pivots: int | None) -> list[float]:
    """One value a node; found by networkx where paths are long, as along a chain."""
    values = betweenness(arrays, pivots=pivots, seed=SEED)
    if values is None:
        return [float(value) for value in nx.betweenness_centrality(graph, k=pivots, seed=SEED).values()]
    return [float(value) for value in values]


_MEASURED: Final[dict[str, Callable[[Arrays], npt.NDArray[np.float64] | npt.NDArray[np.int64]]]] = {
    "closeness": lambda arrays: distances(arrays).closeness(),
    "pagerank": pagerank,
    "core": core_numbers,
    "clustering": clustering,
    "component": components,
}
"""By name, the function that gives one value a node."""


def _cell(value: object) -> Cell:
    return value if value is None or isinstance(value, str | int | float) else str(value)
