"""Measures and communities on the arrays of 52,383 co-authors, against networkx on its graph."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_corpus import quads
from benchmarks.machine import alternating, asked_runs, median, ratio, seconds, show

from ipcgraph.collecting import collect_columns
from ipcgraph.networks import network
from ipcgraph.networks.arrays import Arrays, arrays_of, components, pagerank
from ipcgraph.networks.betweenness import betweenness
from ipcgraph.networks.cohesion import clustering, core_numbers
from ipcgraph.networks.communities import find_communities, modularity
from ipcgraph.networks.distances import distances

DISTANT = 2_000
"""networkx takes too long for the distances of all: both find those of the so many nodes nearest to one."""

PIVOTS, FEW_PIVOTS = 256, 32
"""Betweenness is estimated from so many nodes; networkx would take minutes, so both also do it from few."""


def shown(name: str, theirs: list[float], ours: list[float]) -> list[tuple[str, str, str]]:
    """The rows of one measure: both times, and their ratio."""
    return [
        (f"{name}, networkx", f"{median(theirs) * 1000:,.0f} ms", ""),
        (f"{name}, ours", f"{median(ours) * 1000:,.0f} ms", ""),
        ("  networkx to ours", f"{ratio(theirs, ours):.1f}", ""),
    ]


def cohesion_rows(graph: Any, arrays: Arrays, runs: int) -> list[tuple[str, str, str]]:
    """k-core, clustering and betweenness, whose values must be the same."""
    rows = []
    for name, theirs, ours in (
        ("k-core", lambda: nx.core_number(graph), lambda: core_numbers(arrays)),
        ("clustering", lambda: nx.clustering(graph), lambda: clustering(arrays)),
    ):
        found_theirs, found_ours = alternating(partial(seconds, theirs), partial(seconds, ours), runs=runs)
        rows += shown(name, found_theirs, found_ours)
    few, ours_few = alternating(
        lambda: seconds(lambda: nx.betweenness_centrality(graph, k=FEW_PIVOTS, seed=1)),
        lambda: seconds(lambda: betweenness(arrays, pivots=FEW_PIVOTS, seed=1)),
        runs=1,
    )
    expected = list(nx.betweenness_centrality(graph, k=FEW_PIVOTS, seed=1).values())
    found = betweenness(arrays, pivots=FEW_PIVOTS, seed=1)
    assert found is not None  # noqa: S101
    assert list(nx.core_number(graph).values()) == core_numbers(arrays).tolist()  # noqa: S101
    many = [seconds(lambda: betweenness(arrays, pivots=PIVOTS, seed=1)) for _ in range(runs)]
    rows += shown(f"betweenness from {FEW_PIVOTS} nodes", few, ours_few)
    rows.append(("  greatest difference of a value", f"{float(np.abs(found - expected).max()):.0e}", "at most 1e-09"))
    rows.append((f"betweenness from {PIVOTS} nodes, ours", f"{median(many):.1f} s", "under 10 s"))
    return rows


def community_rows(graph: Any, arrays: Arrays, runs: int) -> list[tuple[str, str, str]]:
    """Louvain's method of networkx on its graph, and Leiden's of networkit from the arrays."""
    numbered: Any = nx.convert_node_labels_to_integers(graph)
    find_communities(arrays, "leiden")  # so that the import is on neither side
    louvain, leiden = alternating(
        lambda: seconds(lambda: nx.community.louvain_communities(numbered, weight="weight", seed=42)),
        lambda: seconds(lambda: find_communities(arrays, "leiden")),
        runs=runs,
    )
    groups = [find_communities(arrays, "leiden") for _ in range(2)]
    assert groups[0].tolist() == groups[1].tolist()  # noqa: S101
    theirs, ours = modularity(arrays, find_communities(arrays)), modularity(arrays, groups[0])
    return [
        ("communities, networkx's Louvain", f"{median(louvain):.2f} s", ""),
        ("communities, Leiden with the extra fast", f"{median(leiden):.2f} s", ""),
        ("  networkx to ours", f"{ratio(louvain, leiden):.1f}", "at least 8.0"),
        ("  modularity, networkx's and ours", f"{theirs:.5f}, {ours:.5f}", "no lower"),
    ]


def main() -> None:
    runs = asked_runs(__doc__, default=3)
    graph = network("coauthorship", collect_columns(quads()))
    arrays = arrays_of(graph)
    hub = max(graph, key=lambda node: graph.degree[node])
    nearest = [hub, *(found for _, found in nx.bfs_edges(graph, hub))][:DISTANT]
    smaller: nx.Graph[str] = nx.Graph(graph.subgraph(nearest))
    smaller_arrays = arrays_of(smaller)
    parts, ours_parts = alternating(
        lambda: seconds(lambda: list(nx.connected_components(graph))),
        lambda: seconds(lambda: components(arrays)),
        runs=runs,
    )
    rank, ours_rank = alternating(
        lambda: seconds(lambda: nx.pagerank(graph, tol=1e-10)),
        lambda: seconds(lambda: pagerank(arrays)),
        runs=runs,
    )
    close, ours_close = alternating(
        lambda: seconds(lambda: nx.closeness_centrality(smaller)),
        lambda: seconds(lambda: distances(smaller_arrays).closeness()),
        runs=runs,
    )
    expected = np.array(list(nx.pagerank(graph, tol=1e-15, max_iter=1000).values()))
    apart = float(np.abs(expected - pagerank(arrays)).max())
    assert components(arrays).max() == nx.number_connected_components(graph)  # noqa: S101
    show(
        [
            ("components, networkx", f"{median(parts) * 1000:.0f} ms", ""),
            ("components, ours", f"{median(ours_parts) * 1000:.0f} ms", ""),
            ("  networkx to ours", f"{ratio(parts, ours_parts):.1f}", "at least 4.0"),
            ("PageRank, networkx to 1e-10 a node", f"{median(rank) * 1000:.0f} ms", ""),
            ("PageRank, ours", f"{median(ours_rank) * 1000:.0f} ms", ""),
            ("  networkx to ours", f"{ratio(rank, ours_rank):.1f}", "at least 8.0"),
            ("  greatest difference of a value", f"{apart:.0e}", "at most 1e-09"),
            (f"closeness of {DISTANT:,} nodes, networkx", f"{median(close) * 1000:.0f} ms", ""),
            (f"closeness of {DISTANT:,} nodes, ours", f"{median(ours_close) * 1000:.0f} ms", ""),
            ("  networkx to ours", f"{ratio(close, ours_close):.1f}", ""),
            *cohesion_rows(graph, arrays, runs),
            *community_rows(graph, arrays, runs),
        ]
    )


if __name__ == "__main__":
    main()
