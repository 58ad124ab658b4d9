"""Measures of a network: of each node, as attributes and as a table, and the figures of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import networkx as nx
from pyoxigraph import NamedNode

from ipcgraph.errors import UsageError
from ipcgraph.networks.arrays import arrays_of, components, pagerank
from ipcgraph.networks.distances import DISTANCE_NODES, distances
from ipcgraph.networks.remarks import counted
from ipcgraph.spelling import nearest
from ipcgraph.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ipcgraph.tables import Cell

EXACT_NODES: Final = 5_000
"""Up to so many nodes betweenness is exact; past it, it is estimated from SAMPLES of them."""

SAMPLES: Final = 256

SEED: Final = 42
"""The seed of the sample and of the communities, so that they repeat."""

EXPLAINED: Final[dict[str, str]] = {
    "degree": "the number of links",
    "weighted_degree": "the sum of the weights of the links, also called strength",
    "betweenness": "the share of shortest paths through the node, unweighted, normalised",
    "closeness": "what is reached, by how near it is, unweighted (Wasserman and Faust, for networks in several parts)",
    "pagerank": "the share of a random walk along the links, by weight, that is at the node (damping 0.85)",
    "core": "the greatest k such that the node is in a part in which each has k links or more",
    "clustering": "the share of the pairs of neighbours that are linked, unweighted",
    "component": "the number of the connected component; the largest is 1",
    "community": "the number of the community, by Louvain's method, weighted; the largest is 1",
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
    exact_nodes: int = EXACT_NODES,
    samples: int = SAMPLES,
    distance_nodes: int = DISTANCE_NODES,
) -> nx.Graph[str]:
    """A copy of the network whose nodes also have the named measures, by networkx's definitions: see EXPLAINED.

    `degree` and `weighted_degree` are there in any case. `betweenness` is exact up to `exact_nodes`, beyond that
    estimated from `samples` nodes; the graph attribute `betweenness` says which. `closeness` is left out past
    `distance_nodes`, which the attribute `closeness` says. `component` and `community` (Louvain, seed 42) are numbered
    from 1, the largest first; of two of one size, the one with the earlier node first. The same network gives the
    same numbers; a community's number means nothing across networks.
    """
    names = chosen_measures(measures)
    measured = graph.copy()
    nodes = list(measured)
    columns: dict[str, Sequence[object]] = {
        "degree": [measured.degree[node] for node in nodes],
        "weighted_degree": list(dict(measured.degree(weight="weight")).values()),
    }
    for name in names:
        if name == "betweenness":
            values, said = _betweenness(measured, exact_nodes=exact_nodes, samples=samples)
            columns[name], measured.graph[name] = values, said
        elif name == "closeness" and len(nodes) > distance_nodes:
            measured.graph[name] = f"not computed past {distance_nodes:,} nodes"
        elif name not in columns:
            columns[name] = _MEASURED[name](measured)
    if "community" in names:
        measured.graph["community"] = f"Louvain, weighted, seed {SEED}"
    for name in EXPLAINED:
        for node, value in zip(nodes, columns.get(name, ()), strict=False):
            measured.nodes[node][name] = value
    measured.graph["measures"] = tuple(name for name in names if name in columns)
    return measured


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
    number = components(arrays_of(measured))
    clustering = _values(measured, "clustering")
    community = _values(measured, "community")
    return Figures(
        name=str(measured.graph.get("name", "Network")),
        nodes=measured.number_of_nodes(),
        edges=measured.number_of_edges(),
        density=float(nx.density(measured)),
        components=int(number.max(initial=0)),
        communities=None if community is None else int(max(community, default=0)),
        average_clustering=None if clustering is None else sum(clustering) / len(clustering) if clustering else 0.0,
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
        "normalisation": "Normalisation",
        "betweenness": "Betweenness",
        "closeness": "Closeness",
        "community": "Communities",
    }
    for key, title in titles.items():
        if key in attributes:
            yield title, str(attributes[key])
    names = attributes.get("measures", MEASURES)
    if isinstance(names, tuple) and names != MEASURES:
        for name in names:
            yield str(name), EXPLAINED[str(name)]
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


def communities(graph: nx.Graph[str]) -> list[set[str]]:
    """The communities that Louvain's method finds, weighted, with the seed; without links each node is one."""
    if graph.number_of_edges() == 0:
        return [{node} for node in graph]
    # On integers, so that no order of strings in a set, which changes with each process, can reach the result.
    nodes = list(graph)
    numbered = nx.relabel_nodes(graph, {node: number for number, node in enumerate(nodes)})
    found = nx.community.louvain_communities(numbered, weight="weight", seed=SEED)
    return [{nodes[number] for number in community} for community in found]


def _measured(graph: nx.Graph[str]) -> nx.Graph[str]:
    return graph if "measures" in graph.graph else measure(graph)


def _betweenness(graph: nx.Graph[str], *, exact_nodes: int, samples: int) -> tuple[list[float], str]:
    """One value a node, and how it was found."""
    size = graph.number_of_nodes()
    if size <= exact_nodes:
        return list(nx.betweenness_centrality(graph).values()), "exact, unweighted, normalised"
    pivots = min(samples, size)
    values = nx.betweenness_centrality(graph, k=pivots, seed=SEED)
    said = f"estimated from {pivots} of {size:,} nodes (seed {SEED}), unweighted, normalised"
    return list(values.values()), said


def _clustering(graph: nx.Graph[str]) -> list[float]:
    values: dict[str, float] = dict(nx.clustering(graph))  # type: ignore[arg-type]  # of all nodes: a dict
    return [float(value) for value in values.values()]


def _community(graph: nx.Graph[str]) -> list[int]:
    number = _numbers(list(graph), communities(graph))
    return [number[node] for node in graph]


def _bridging(graph: nx.Graph[str]) -> list[bool]:
    points = set(nx.articulation_points(graph))
    return [node in points for node in graph]


_MEASURED: Final[dict[str, Callable[[nx.Graph[str]], Sequence[object]]]] = {
    "closeness": lambda graph: distances(arrays_of(graph)).closeness().tolist(),
    "pagerank": lambda graph: pagerank(arrays_of(graph)).tolist(),
    "core": lambda graph: list(nx.core_number(graph).values()),
    "clustering": _clustering,
    "component": lambda graph: components(arrays_of(graph)).tolist(),
    "community": _community,
    "bridging": _bridging,
}
"""By name, the function that gives one value a node."""


def _numbers(nodes: list[str], groups: Iterable[set[str]]) -> dict[str, int]:
    """The number of each node's group, from 1: the largest first, of equals the one with the earlier node."""
    place = {node: index for index, node in enumerate(nodes)}
    ordered = sorted(groups, key=lambda group: (-len(group), min(place[node] for node in group)))
    return {node: number for number, group in enumerate(ordered, start=1) for node in group}


def _cell(value: object) -> Cell:
    return value if value is None or isinstance(value, str | int | float) else str(value)
