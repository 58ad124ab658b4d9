"""Measures: networkx's own values, numbered groups that repeat, a table in a total order, and figures with remarks."""

from typing import Any

import networkx as nx
import pytest
from tests.hash_seeds import outputs
from tests.work_quads import IPC_WORKS, written

from ipcgraph import networks
from ipcgraph.collecting import collect_columns

# Any: the stubs of networkx do not know what attributes our nodes and links have.
network: Any = networks.network
measure: Any = networks.measure
node_table: Any = networks.node_table
figures: Any = networks.figures
Graph: Any = nx.Graph


def random_network(seed):
    """A random weighted network of several components with isolates."""
    graph = nx.gnm_random_graph(40, 38, seed=seed)
    graph.add_nodes_from(range(40, 45))
    for number, (_, _, link) in enumerate(graph.edges(data=True)):
        link["weight"] = 1 + number % 5
    return nx.relabel_nodes(graph, {node: f"http://example.org/{node:02}" for node in graph})


@pytest.mark.parametrize("seed", range(8))
def test_values_are_those_of_networkx(seed):
    graph = random_network(seed)
    measured = measure(graph)
    assert dict(measured.nodes(data="degree")) == dict(graph.degree())
    assert dict(measured.nodes(data="weighted_degree")) == dict(graph.degree(weight="weight"))
    assert dict(measured.nodes(data="betweenness")) == pytest.approx(nx.betweenness_centrality(graph), abs=1e-12)
    assert dict(measured.nodes(data="clustering")) == pytest.approx(nx.clustering(graph), abs=1e-12)
    assert figures(measured).average_clustering == pytest.approx(nx.average_clustering(graph))
    assert figures(measured).components == nx.number_connected_components(graph)


@pytest.mark.parametrize("seed", range(8))
def test_components_are_numbered_by_size(seed):
    graph = random_network(seed)
    groups: dict[int, set[Any]] = {}
    for node, number in measure(graph).nodes(data="component"):
        groups.setdefault(number, set()).add(node)
    assert {frozenset(group) for group in groups.values()} == {frozenset(c) for c in nx.connected_components(graph)}
    assert sorted(groups) == list(range(1, len(groups) + 1))
    sizes = [len(groups[number]) for number in sorted(groups)]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("seed", range(4))
def test_communities_are_those_that_louvain_finds_with_the_seed(seed):
    graph = nx.convert_node_labels_to_integers(random_network(seed))
    expected = nx.community.louvain_communities(graph, weight="weight", seed=42)
    groups: dict[int, set[Any]] = {}
    for node, number in enumerate(number for _, number in measure(random_network(seed)).nodes(data="community")):
        groups.setdefault(number, set()).add(node)
    assert {frozenset(group) for group in groups.values()} == {frozenset(group) for group in expected}


def test_another_process_finds_the_same_communities():
    program = (
        "from tests.test_measures import random_network\n"
        "from ipcgraph.networks import measure\n"
        "print(list(measure(random_network(3)).nodes(data='community')))"
    )
    answers = outputs(program)
    assert len(answers) == 1 and "http://example.org/00" in answers.pop()  # noqa: PT018


def test_betweenness_past_the_limit_is_sampled_and_says_so():
    graph = random_network(1)
    measured = measure(graph, exact_nodes=44, samples=9)
    expected = nx.betweenness_centrality(graph, k=9, seed=42)
    assert dict(measured.nodes(data="betweenness")) == pytest.approx(expected, abs=1e-12)
    assert measured.graph["betweenness"].startswith("estimated from 9 of 45 nodes (seed 42)")
    assert measure(graph, exact_nodes=45).graph["betweenness"].startswith("exact")


def test_measuring_leaves_the_network_as_it_was():
    graph = random_network(2)
    measure(graph)
    assert "degree" not in graph.nodes["http://example.org/00"]
    assert "betweenness" not in graph.graph


def test_rows_are_in_the_order_of_weighted_degree_then_label_then_id():
    graph = Graph([("x:b", "x:a"), ("x:c", "x:d")])
    graph.add_edge("x:e", "x:f", weight=3)
    nx.set_node_attributes(
        graph, {"x:a": "Zoe", "x:b": "Ada", "x:c": "Ada", "x:d": "Bo", "x:e": "Y", "x:f": "Y"}, "label"
    )
    table = node_table(graph)
    assert [cell.value for cell in table.column("id")] == ["x:e", "x:f", "x:b", "x:c", "x:d", "x:a"]


def test_fractional_sums_that_differ_in_the_last_digit_only_do_not_part_equals():
    graph = Graph()
    for label, weights in (("Bo", (0.1, 0.2, 0.3)), ("Ada", (0.3, 0.2, 0.1))):
        for number, weight in enumerate(weights):
            graph.add_edge(f"x:{label}", f"x:{label}{number}", weight=weight)
        graph.nodes[f"x:{label}"]["label"] = label
    assert node_table(graph).column("label")[:2] == ("Ada", "Bo")


def test_the_table_has_the_attributes_of_the_network_and_the_measures():
    table = node_table(network("coauthorship", collect_columns(written(IPC_WORKS))))
    assert table.columns == (
        "id", "label", "credit", "works",
        "degree", "weighted_degree", "betweenness", "clustering", "component", "community",
    )  # fmt: skip
    assert table.rows[0][1:3] == ("ba", pytest.approx(7.1667, abs=5e-5))
    assert table.rows[0][4:8] == (5, 7, 0.75, 0.2)


def test_an_attribute_of_some_nodes_only_is_empty_in_the_others():
    graph = Graph([("x:a", "x:b")])
    graph.nodes["x:a"]["kind"] = "Center"
    assert node_table(graph).column("kind") == ("Center", None)


def test_figures_say_what_was_counted_and_what_is_left_out():
    quads = written({"w": ["ada", "bo"], "v": ["acme"]}, organizations={"acme"})
    said = figures(network("coauthorship", collect_columns(quads), counting="fractional")).sentences()
    assert said[0] == (
        "Co-authorship: 2 nodes, 1 edge, density 1.0000, 1 component, 1 community, average clustering 0.0000"
    )
    assert said[1].startswith("Counting: fractional: ")
    assert said[-1] == "Left out: 1 author that is no person: acme; 1 work without a person as author"


def test_nothing_left_out_is_said_too():
    assert "Left out: nothing" in figures(network("coauthorship", collect_columns(written(IPC_WORKS)))).sentences()


@pytest.mark.parametrize("nodes", [0, 1])
def test_the_smallest_networks_have_figures(nodes):
    graph = nx.empty_graph(nodes)
    graph = nx.relabel_nodes(graph, {0: "x:a"})
    found = figures(graph)
    assert (found.nodes, found.density, found.components, found.communities) == (nodes, 0.0, nodes, nodes)
    assert len(node_table(graph)) == nodes
