"""Measures and figures against networkx, on random networks in several parts with isolated nodes."""

from typing import Any

import networkx as nx
import numpy as np
import pytest
from tests.test_measures import random_network
from tests.work_quads import IPC_WORKS, written

from ipcgraph import networks
from ipcgraph.collecting import collect_columns
from ipcgraph.errors import UsageError
from ipcgraph.networks.arrays import arrays_of, components, pagerank
from ipcgraph.networks.distances import distances
from ipcgraph.networks.measures import EXPLAINED

# Any: the stubs of networkx do not know what attributes our nodes and links have.
measure: Any = networks.measure
structure: Any = networks.structure
SEEDS = range(8)
SMALLEST = [
    nx.empty_graph(0),
    nx.empty_graph(1),
    nx.empty_graph(4),
    nx.path_graph(2),
    nx.star_graph(5),
    nx.cycle_graph(6),
]


def named(graph):
    return nx.relabel_nodes(graph, {node: f"http://example.org/{node:02}" for node in graph})


NETWORKS = [
    *(random_network(seed) for seed in SEEDS),
    *map(named, SMALLEST),
    named(nx.barabasi_albert_graph(300, 2, seed=3)),
    named(nx.disjoint_union(nx.path_graph(90), nx.gnm_random_graph(1200, 900, seed=5))),
]


@pytest.mark.parametrize("graph", NETWORKS)
def test_every_measure_is_networkx_s_own(graph):
    measured = measure(graph, measures=["all"])
    if not len(graph):
        assert len(measured) == 0
        return
    assert dict(measured.nodes(data="closeness")) == pytest.approx(nx.closeness_centrality(graph), abs=1e-12)
    assert dict(measured.nodes(data="core")) == nx.core_number(graph)
    assert {node for node, bridging in measured.nodes(data="bridging") if bridging} == set(
        nx.articulation_points(graph)
    )
    expected = nx.pagerank(graph, tol=1e-15, max_iter=1000)
    assert dict(measured.nodes(data="pagerank")) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("graph", NETWORKS)
def test_components_of_the_arrays_are_those_of_networkx_the_largest_first(graph):
    number = components(arrays_of(graph)).tolist()
    nodes = list(graph)
    expected = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(map(nodes.index, part))))
    assert number == [next(i for i, part in enumerate(expected, start=1) if node in part) for node in nodes]


@pytest.mark.parametrize("graph", NETWORKS)
def test_distances_are_those_of_networkx(graph):
    found = distances(arrays_of(graph))
    lengths = dict(nx.all_pairs_shortest_path_length(graph))
    assert found.reached.tolist() == [len(lengths[node]) - 1 for node in graph]
    assert found.total.tolist() == [sum(lengths[node].values()) for node in graph]
    assert found.farthest.tolist() == [max(lengths[node].values()) for node in graph]


@pytest.mark.parametrize("graph", NETWORKS)
def test_figures_of_the_whole_are_those_of_networkx(graph):
    found = structure(measure(graph))
    parts = sorted(nx.connected_components(graph), key=len, reverse=True)
    giant = graph.subgraph(parts[0]) if parts else graph
    assert found.giant_share == (len(giant) / len(graph) if len(graph) else 0)
    assert found.transitivity == pytest.approx(nx.transitivity(graph))
    if len(giant) > 1:
        assert found.diameter == nx.diameter(giant)
        assert found.mean_path == pytest.approx(nx.average_shortest_path_length(giant))
        communities = nx.community.louvain_communities(
            nx.convert_node_labels_to_integers(graph), weight="weight", seed=42
        )
        expected = nx.community.modularity(nx.convert_node_labels_to_integers(graph), communities, weight="weight")
        assert found.modularity == pytest.approx(expected)
    else:
        assert (found.diameter, found.mean_path, found.modularity, found.assortativity) == (None, None, None, None)
    degrees = dict(graph.degree())
    if len({degrees[end] for ends in graph.edges for end in ends}) > 1:
        assert found.assortativity == pytest.approx(nx.degree_assortativity_coefficient(graph))
    else:
        assert found.assortativity is None


def test_a_star_is_all_centralised_and_a_cycle_not_at_all():
    assert structure(named(nx.star_graph(7))).degree_centralisation == 1
    assert structure(named(nx.cycle_graph(7))).degree_centralisation == 0
    path = structure(named(nx.path_graph(4)))
    assert path.degree_centralisation == pytest.approx(sum(2 - degree for degree in (1, 2, 2, 1)) / (3 * 2))
    assert structure(named(nx.path_graph(2))).degree_centralisation is None


def test_pagerank_of_the_arrays_sums_to_one_and_does_not_depend_on_the_order_of_links():
    arrays = arrays_of(random_network(4))
    rank = pagerank(arrays)
    assert rank.sum() == pytest.approx(1)
    assert rank.min() > 0
    assert len(set(np.round(rank, 6))) > 10


def test_past_the_limit_distances_are_not_found_and_that_is_said():
    graph = random_network(1)
    measured = measure(graph, measures=["closeness", "core"], distance_nodes=44)
    assert "closeness" not in measured.nodes["http://example.org/00"]
    assert networks.node_table(measured).columns == ("id", "label", "core")
    assert "Closeness: not computed past 44 nodes" in networks.figures(measured).sentences()
    found = structure(graph, distance_nodes=3)
    assert (found.diameter, found.mean_path) == (None, None)
    assert dict(found.remarks())["diameter"].startswith("none, ")
    assert dict(found.remarks())["not computed"] == "no diameter and no mean path past 3 nodes of the largest component"


def test_only_the_measures_that_were_asked_for_stand_in_the_table_in_the_same_order():
    graph: Any = networks.network("coauthorship", collect_columns(written(IPC_WORKS)))
    table = networks.node_table(measure(graph, measures=["core", "pagerank"]))
    assert table.columns == ("id", "label", "credit", "works", "pagerank", "core")
    assert table.column("label")[:3] == ("ba", "bb", "sb")
    said = networks.figures(measure(graph, measures=["core"])).sentences()
    assert said[0] == "Co-authorship: 6 nodes, 7 edges, density 0.4667, 1 component"
    assert f"Measures: core: {EXPLAINED['core']}" in said


def test_the_works_of_the_center_have_these_further_values():
    graph: Any = measure(networks.network("coauthorship", collect_columns(written(IPC_WORKS))), measures=["all"])
    by_label = {attributes["label"]: attributes for _, attributes in graph.nodes(data=True)}
    assert {label for label, attributes in by_label.items() if attributes["bridging"]} == {"ba"}
    assert {label: attributes["core"] for label, attributes in by_label.items()} == {
        "ba": 2, "bb": 2, "rr": 2, "sb": 2, "dt": 1, "js": 1,
    }  # fmt: skip
    assert by_label["ba"]["closeness"] == 1.0


def test_a_measure_that_is_not_known_is_refused():
    with pytest.raises(UsageError, match="did you mean 'pagerank'"):
        measure(random_network(1), measures=["pagrank"])
