"""Measures of a network: of each node, as attributes and as a table, and the figures of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import networkx as nx
from pyoxigraph import NamedNode

from ipcgraph.networks.remarks import counted
from ipcgraph.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ipcgraph.tables import Cell

EXACT_NODES: Final = 5_000
"""Up to so many nodes betweenness is exact; past it, it is estimated from SAMPLES of them."""

SAMPLES: Final = 256

SEED: Final = 42
"""The seed of the sample and of the communities, so that they repeat."""

MEASURES: Final = ("degree", "weighted_degree", "betweenness", "clustering", "component", "community")


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a whole network and the remarks that belong to them; `sentences()` is what is printed."""

    name: str
    nodes: int
    edges: int
    density: float
    components: int
    communities: int
    average_clustering: float
    remarks: tuple[tuple[str, str], ...]
    """Name and text: how links and credit are counted and betweenness computed, what is left out, the sources' note."""

    def sentences(self) -> tuple[str, ...]:
        """One line of figures, then one line a remark."""
        line = (
            f"{self.name}: {counted(self.nodes, 'node', 'nodes')}, {counted(self.edges, 'edge', 'edges')}, "
            f"density {self.density:.4f}, {counted(self.components, 'component', 'components')}, "
            f"{counted(self.communities, 'community', 'communities')}, "
            f"average clustering {self.average_clustering:.4f}"
        )
        return (line, *(f"{name}: {text}" for name, text in self.remarks))


def measure(graph: nx.Graph[str], *, exact_nodes: int = EXACT_NODES, samples: int = SAMPLES) -> nx.Graph[str]:
    """A copy of the network whose nodes also have MEASURES, by networkx's definitions.

    `degree` counts links, `weighted_degree` adds up their weights. `betweenness` (shortest paths, unweighted,
    normalised) is exact up to `exact_nodes`, beyond that estimated from `samples` nodes; the graph attribute
    `betweenness` says which. `clustering` is unweighted. `component` and `community` (Louvain, weighted) are numbered
    from 1, the largest first; of two of one size, the one with the earlier node first. The same network gives the
    same numbers; a community's number means nothing across networks.
    """
    measured = graph.copy()
    nodes = list(measured)
    exact = len(nodes) <= exact_nodes
    pivots = None if exact else min(samples, len(nodes))
    betweenness = nx.betweenness_centrality(measured, k=pivots, seed=None if exact else SEED)
    weighted = dict(measured.degree(weight="weight"))
    clustering: dict[str, float] = dict(nx.clustering(measured))  # type: ignore[arg-type]  # of all nodes: a dict
    component = _numbers(nodes, nx.connected_components(measured))
    community = _numbers(nodes, _communities(measured))
    for node in nodes:
        measured.nodes[node].update(
            degree=measured.degree[node],
            weighted_degree=weighted[node],
            betweenness=float(betweenness[node]),
            clustering=float(clustering[node]),
            component=component[node],
            community=community[node],
        )
    measured.graph["betweenness"] = (
        "exact, unweighted, normalised"
        if exact
        else f"estimated from {pivots} of {len(nodes):,} nodes (seed {SEED}), unweighted, normalised"
    )
    measured.graph["community"] = f"Louvain, weighted, seed {SEED}"
    return measured


def node_table(graph: nx.Graph[str]) -> Table:
    """One row a node: `id`, `label`, its own attributes and MEASURES, in the order of weighted degree, label, id.

    A network that is not measured is measured first. Attributes that not every node has are empty in the others.
    """
    measured = _measured(graph)
    own = sorted({key for _, attributes in measured.nodes(data=True) for key in attributes} - {"label", *MEASURES})
    names = (*own, *MEASURES)
    rows = [
        (NamedNode(node), str(attributes.get("label", "")), *(_cell(attributes.get(name)) for name in names))
        for node, attributes in measured.nodes(data=True)
    ]
    weight = names.index("weighted_degree") + 2
    # Rounded, so that sums of thirds in another order do not part equals.
    rows.sort(key=lambda row: (-round(float(str(row[weight])), 9), str(row[1]), str(row[0])))
    return Table(("id", "label", *names), tuple(rows))


def figures(graph: nx.Graph[str]) -> Figures:
    """The figures of a network and its remarks; one that is not measured is measured first.

    Density and average clustering of an empty network are 0.
    """
    measured = _measured(graph)
    attributes = [each for _, each in measured.nodes(data=True)]
    clustering = [float(each["clustering"]) for each in attributes]
    return Figures(
        name=str(measured.graph.get("name", "Network")),
        nodes=measured.number_of_nodes(),
        edges=measured.number_of_edges(),
        density=float(nx.density(measured)),
        components=max((each["component"] for each in attributes), default=0),
        communities=max((each["community"] for each in attributes), default=0),
        average_clustering=sum(clustering) / len(clustering) if clustering else 0.0,
        remarks=tuple(remarks(measured.graph)),
    )


def remarks(attributes: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    """The graph attributes that are to be read, as name and text; `left_out` always says something."""
    titles = {
        "counting": "Counting",
        "credit": "Credit",
        "merged": "Links",
        "betweenness": "Betweenness",
        "community": "Communities",
    }
    for key, title in titles.items():
        if key in attributes:
            yield title, str(attributes[key])
    if "left_out" in attributes:
        sentences = attributes["left_out"]
        yield "Left out", "; ".join(map(str, sentences)) if isinstance(sentences, tuple) and sentences else "nothing"
    if attributes.get("note"):
        yield "Note", str(attributes["note"])


def _measured(graph: nx.Graph[str]) -> nx.Graph[str]:
    return graph if graph.graph.get("betweenness") else measure(graph)


def _communities(graph: nx.Graph[str]) -> list[set[str]]:
    if graph.number_of_edges() == 0:
        return [{node} for node in graph]
    # On integers, so that no order of strings in a set, which changes with each process, can reach the result.
    nodes = list(graph)
    numbered = nx.relabel_nodes(graph, {node: number for number, node in enumerate(nodes)})
    found = nx.community.louvain_communities(numbered, weight="weight", seed=SEED)
    return [{nodes[number] for number in community} for community in found]


def _numbers(nodes: list[str], groups: Iterable[set[str]]) -> dict[str, int]:
    """The number of each node's group, from 1: the largest first, of equals the one with the earlier node."""
    place = {node: index for index, node in enumerate(nodes)}
    ordered = sorted(groups, key=lambda group: (-len(group), min(place[node] for node in group)))
    return {node: number for number, group in enumerate(ordered, start=1) for node in group}


def _cell(value: object) -> Cell:
    return value if value is None or isinstance(value, str | int | float) else str(value)
