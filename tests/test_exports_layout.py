"""Layouts: no node on another, components apart, linked nodes near, the same places every time."""

import itertools
import math
from typing import Any

import networkx as nx
import numpy as np
import pytest

from ipcgraph.exports import appearance, network_table
from ipcgraph.exports.layout import lay_out

Graph: Any = nx.Graph


def measured(graph):
    """The graph with the weighted degrees that sizes are made of."""
    for node, degree in graph.degree(weight="weight"):
        graph.nodes[node]["weighted_degree"] = degree
    return graph


def mixture():
    """A large component, small ones and isolated nodes."""
    parts = [
        nx.les_miserables_graph(),
        *(nx.complete_graph(4) for _ in range(6)),
        *(nx.path_graph(2) for _ in range(9)),
    ]
    return nx.disjoint_union_all([*parts, nx.empty_graph(20)])


def groups(size=30, number=4):
    """Dense groups with a few links between them."""
    return nx.connected_caveman_graph(number, size)


NETWORKS: dict[str, Any] = {
    "one": lambda: nx.empty_graph(1),
    "two": lambda: nx.path_graph(2),
    "triangle": lambda: nx.complete_graph(3),
    "isolated": lambda: nx.empty_graph(50),
    "karate": nx.karate_club_graph,
    "star": lambda: nx.star_graph(400),
    "path": lambda: nx.path_graph(300),
    "cycle": lambda: nx.cycle_graph(101),
    "grid": lambda: nx.convert_node_labels_to_integers(nx.grid_2d_graph(12, 9)),
    "complete": lambda: nx.complete_graph(80),
    "tree": lambda: nx.random_labeled_tree(250, seed=1),
    "mixture": mixture,
    "groups": groups,
    "hubs": lambda: nx.barabasi_albert_graph(2_000, 2, seed=5),
    "directed": lambda: nx.DiGraph([(0, 1), (1, 0), (2, 2), (3, 1)]),
    "multiple": lambda: nx.MultiGraph([(0, 1), (0, 1), (1, 2), (2, 2)]),
}


def places(graph) -> tuple[Any, Any]:
    look = appearance(network_table(measured(graph)))
    return np.array(look.positions), np.array(look.sizes) / 2


@pytest.mark.parametrize("name", NETWORKS)
def test_no_node_lies_on_another_and_nothing_is_squeezed_or_flung_away(name):
    graph = NETWORKS[name]()
    at, radii = places(graph)
    assert at.shape == (len(graph), 2)
    assert np.isfinite(at).all()
    if len(graph) == 1:
        assert at.tolist() == [[0.0, 0.0]]
        return
    for start in range(0, len(at), 500):
        part = slice(start, start + 500)
        distance = np.hypot(*(at[part, None, axis] - at[None, :, axis] for axis in (0, 1)))
        room = distance - radii[part, None] - radii[None, :]
        room[np.arange(len(room)), np.arange(start, start + len(room))] = np.inf
        assert room.min() >= -0.01
    # As wide as so many nodes ask for: neither a heap nor dust.
    width, height = np.ptp(at, axis=0)
    assert max(width, height) <= 40 * np.median(radii) * max(math.sqrt(len(at)), 2) * (3 if name == "path" else 1)


@pytest.mark.parametrize("name", ["karate", "mixture", "hubs"])
def test_the_same_network_has_the_same_places(name):
    first, _ = places(NETWORKS[name]())
    second, _ = places(NETWORKS[name]())
    assert first.tolist() == second.tolist()


def test_another_seed_gives_other_places_and_the_remark_says_the_seed():
    table = network_table(nx.karate_club_graph())
    sizes = (10.0,) * len(table.ids)
    assert lay_out(table, sizes, seed=1).positions != lay_out(table, sizes, seed=2).positions
    assert "seed 42" in lay_out(table, sizes).remark
    assert "seed 7" in lay_out(table, sizes, seed=7).remark


def test_components_stand_apart_the_largest_first_and_isolated_nodes_in_rows():
    graph = mixture()
    at, radii = places(graph)
    boxes = []
    for part in nx.connected_components(graph):
        rows = sorted(part)
        low, high = (at[rows] - radii[rows, None]).min(axis=0), (at[rows] + radii[rows, None]).max(axis=0)
        boxes.append((len(rows), *low, *high))
    for (_, left, low, right, high), (_, left2, low2, right2, high2) in itertools.combinations(boxes, 2):
        assert right < left2 or right2 < left or high < low2 or high2 < low
    tops = [(size, round(top, 3)) for size, _, _, _, top in sorted(boxes, reverse=True)]
    assert tops[0][1] == max(top for _, top in tops)
    alone = [node for node in graph if not graph.degree[node]]
    for row in set(at[alone, 1]):
        across = np.sort(at[alone][at[alone, 1] == row, 0])
        assert np.ptp(np.diff(across)) < 0.01 if len(across) > 2 else True
    assert len(set(at[alone, 1])) <= 3


@pytest.mark.parametrize(
    "make",
    [
        nx.karate_club_graph,
        nx.les_miserables_graph,
        groups,
        lambda: nx.convert_node_labels_to_integers(nx.grid_2d_graph(40, 40)),
        lambda: groups(40, 50),
    ],
)
def test_linked_nodes_are_nearer_than_others(make):
    graph = nx.convert_node_labels_to_integers(make())
    at, _ = places(graph)
    ends = np.array([(one, other) for one, other in graph.edges])
    linked = np.hypot(*(at[ends[:, 0]] - at[ends[:, 1]]).T).mean()
    numbers = np.random.default_rng(0)
    pairs = numbers.integers(0, len(at), (5_000, 2))
    every = np.hypot(*(at[pairs[:, 0]] - at[pairs[:, 1]]).T).mean()
    assert linked < 0.55 * every


@pytest.mark.parametrize("size", [12, 30])
def test_groups_are_seen_as_groups(size):
    graph = groups(size, 5)
    at, _ = places(graph)
    middles = np.array([at[range(start, start + size)].mean(axis=0) for start in range(0, 5 * size, size)])
    nearest = np.array([np.hypot(*(middles - place).T).argmin() for place in at])
    assert (nearest == np.arange(len(at)) // size).mean() > 0.95


def test_a_heavy_link_is_shorter_than_a_light_one():
    graph = Graph([(0, 1, {"weight": 16}), (1, 2, {"weight": 1}), (0, 2, {"weight": 1})])
    at, _ = places(graph)
    heavy, light, other = (math.dist(at[one], at[two]) for one, two in [(0, 1), (1, 2), (0, 2)])
    assert heavy < 0.8 * min(light, other)


@pytest.mark.parametrize("weight", [0, -1, None, math.nan, 1e300])
def test_odd_weights_do_no_harm(weight):
    graph = Graph([(0, 1, {"weight": weight}), (1, 2, {"weight": 1}), (3, 4, {"weight": weight})])
    table = network_table(graph)
    at = np.array(lay_out(table, (10.0,) * 5).positions)
    assert np.isfinite(at).all()
    assert len(set(map(tuple, at.tolist()))) == 5


def test_a_network_without_nodes_has_no_places():
    look = appearance(network_table(Graph()))
    assert look.positions == ()
    assert "no nodes" in look.remark


def test_what_still_overlaps_after_all_rounds_is_said(monkeypatch):
    monkeypatch.setattr("ipcgraph.exports.layout.apart", lambda places, _radii, **_options: places * 0.0)
    table = network_table(nx.complete_graph(3))
    assert "3 pairs of nodes still overlap" in lay_out(table, (10.0,) * 3).remark
