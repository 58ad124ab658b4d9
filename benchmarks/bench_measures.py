"""Components, PageRank and distances on the arrays of 52,383 co-authors, against networkx on its graph."""

from __future__ import annotations

import sys
from pathlib import Path

import networkx as nx
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_corpus import quads
from benchmarks.machine import alternating, asked_runs, median, ratio, seconds, show

from ipcgraph.collecting import collect_columns
from ipcgraph.networks import network
from ipcgraph.networks.arrays import arrays_of, components, pagerank
from ipcgraph.networks.distances import distances

DISTANT = 2_000
"""networkx takes too long for the distances of all: both find those of the so many nodes nearest to one."""


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
        ]
    )


if __name__ == "__main__":
    main()
