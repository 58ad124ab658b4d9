"""The engines on arrays against networkx: any random network, in several parts, with isolated nodes, the same values."""

import itertools
import math
import sys
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.hash_seeds import outputs
from tests.test_measures import random_network

from ipcgraph import networks
from ipcgraph.errors import MissingExtraError, UsageError
from ipcgraph.networks.arrays import Arrays, arrays_of, components, pagerank
from ipcgraph.networks.betweenness import betweenness
from ipcgraph.networks.cohesion import clustering, core_numbers, transitivity, triangles
from ipcgraph.networks.communities import METHODS, find_communities, modularity
from ipcgraph.networks.distances import distances

# Any: the stubs of networkx do not know what attributes our nodes and links have.
measure: Any = networks.measure
figures: Any = networks.figures
structure: Any = networks.structure
nx_betweenness: Any = nx.betweenness_centrality
louvain: Any = nx.community.louvain_communities


@st.composite
def graphs(draw):
    """A weighted graph of up to 40 nodes: often in several parts, with isolated nodes, sometimes nearly complete."""
    size = draw(st.integers(0, 40))
    links = st.tuples(st.integers(0, max(size - 1, 0)), st.integers(0, max(size - 1, 0)))
    graph: Any = nx.gnp_random_graph(size, draw(st.sampled_from([0, 0.02, 0.1, 0.9])), seed=draw(st.integers(0, 99)))
    graph.add_edges_from(link for link in draw(st.lists(links, max_size=30 if size else 0)) if link[0] != link[1])
    for number, (*_, link) in enumerate(graph.edges(data=True)):
        link["weight"] = 1 + number % 4
    return graph


def values(found):
    return list(found.values())


@settings(max_examples=150, deadline=None)
@given(graph=graphs(), seed=st.integers(0, 5))
@example(graph=nx.path_graph(400), seed=0)
@example(graph=nx.complete_graph(50), seed=0)
@example(graph=nx.disjoint_union(nx.star_graph(80), nx.empty_graph(30)), seed=1)
@example(graph=nx.barbell_graph(20, 30), seed=2)
def test_values_are_those_of_networkx_whatever_engine_finds_them(graph, seed):
    arrays = arrays_of(graph)
    exact = betweenness(arrays)
    assert exact is not None or nx.is_path(graph, list(graph))
    if exact is not None:
        assert exact == pytest.approx(values(nx_betweenness(graph)), abs=1e-9)
    for pivots in {min(len(graph), number) for number in (2, 7, len(graph))} - {0, 1}:
        sampled = betweenness(arrays, pivots=pivots, seed=seed)
        if sampled is not None:
            assert sampled == pytest.approx(values(nx_betweenness(graph, k=pivots, seed=seed)), abs=1e-9)
    assert core_numbers(arrays).tolist() == values(nx.core_number(graph))
    assert triangles(arrays).tolist() == values(nx.triangles(graph))
    assert clustering(arrays) == pytest.approx(values(nx.clustering(graph)), abs=1e-12)
    assert transitivity(arrays) == pytest.approx(nx.transitivity(graph), abs=1e-12)
    assert distances(arrays).closeness() == pytest.approx(values(nx.closeness_centrality(graph)), abs=1e-12)
    assert components(arrays).max(initial=0) == nx.number_connected_components(graph)
    if len(graph):
        expected: Any = nx.pagerank(graph, tol=1e-15, max_iter=2000)
        assert pagerank(arrays) == pytest.approx(values(expected), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(graph=graphs())
def test_modularity_is_that_of_networkx_for_the_communities_of_either_method(graph):
    arrays = arrays_of(graph)
    for method in METHODS:
        community = find_communities(arrays, method)
        groups = [
            set(np.flatnonzero(community == number).tolist()) for number in range(1, community.max(initial=0) + 1)
        ]
        assert all(groups)
        assert [len(group) for group in groups] == sorted(map(len, groups), reverse=True)
        found = modularity(arrays, community)
        if graph.number_of_edges():
            assert found == pytest.approx(nx.community.modularity(graph, groups, weight="weight"))
        else:
            assert found is None
            assert len(groups) == len(graph)


@settings(max_examples=60, deadline=None)
@given(graph=graphs())
def test_louvain_on_the_arrays_is_networkx_s_own(graph):
    if graph.number_of_edges():
        community = find_communities(arrays_of(graph))
        groups = {frozenset(np.flatnonzero(community == number).tolist()) for number in set(community.tolist())}
        assert groups == {frozenset(group) for group in louvain(graph, weight="weight", seed=42)}


def test_a_network_of_many_batches_and_of_large_hubs_has_networkx_s_values():
    graph: Any = nx.barabasi_albert_graph(600, 3, seed=1)
    graph.add_edges_from((0, node) for node in range(1, 600))
    arrays = arrays_of(graph)
    assert betweenness(arrays) == pytest.approx(values(nx_betweenness(graph)), abs=1e-9)
    assert betweenness(arrays, pivots=100, seed=42) == pytest.approx(
        values(nx_betweenness(graph, k=100, seed=42)), abs=1e-9
    )
    assert triangles(arrays).tolist() == values(nx.triangles(graph))


def test_a_loop_counts_in_no_triangle_no_core_and_on_no_path():
    graph = nx.complete_graph(4)
    graph.add_edge(0, 0)
    arrays = arrays_of(graph)
    assert core_numbers(arrays).tolist() == [3, 3, 3, 3]
    assert clustering(arrays) == pytest.approx(values(nx.clustering(graph)))
    assert betweenness(arrays) == pytest.approx([0, 0, 0, 0])


def test_a_sample_of_one_node_is_what_networkx_makes_of_it():
    found = betweenness(arrays_of(nx.star_graph(5)), pivots=1, seed=3)
    assert found is not None
    expected = values(nx_betweenness(nx.star_graph(5), k=1, seed=3))
    assert [math.isnan(value) for value in found] == [math.isnan(value) for value in expected]


def test_along_a_chain_that_is_too_long_networkx_is_asked():
    chain = nx.relabel_nodes(nx.path_graph(700), {number: f"x:{number:03}" for number in range(700)})
    assert betweenness(arrays_of(chain)) is None
    measured = measure(chain, measures=["betweenness"])
    assert measured.nodes["x:350"]["betweenness"] == pytest.approx(values(nx_betweenness(nx.path_graph(700)))[350])
    sampled = measure(chain, measures=["betweenness"], exact_nodes=10, samples=5)
    assert values(dict(sampled.nodes(data="betweenness"))) == pytest.approx(
        values(nx_betweenness(chain, k=5, seed=42)), abs=1e-12
    )


def test_too_many_links_too_make_betweenness_an_estimate_that_says_its_limits():
    graph = random_network(1)
    work = len(graph) * graph.number_of_edges()
    assert measure(graph, exact_work=work).graph["betweenness"].startswith("exact")
    said = measure(graph, exact_work=work - 1, samples=9).graph["betweenness"]
    assert said == (
        "estimated from 9 of 45 nodes (seed 42), unweighted, normalised; "
        f"exact up to 5,000 nodes and {work - 1:,} nodes times links"
    )


def test_communities_say_their_method_engine_seed_and_modularity():
    graph = random_network(3)
    for method, start in {
        "louvain": "Louvain, weighted, seed 42 (networkx)",
        "leiden": "Leiden, weighted, seed 42",
    }.items():
        measured = measure(graph, communities=method)
        groups: dict[int, set[Any]] = {}
        for node, number in measured.nodes(data="community"):
            groups.setdefault(number, set()).add(node)
        expected = nx.community.modularity(graph, list(groups.values()), weight="weight")
        assert measured.graph["community"].startswith(start)
        assert measured.graph["community"].endswith(f"; modularity {expected:.4f}")
        assert structure(measured).modularity == pytest.approx(expected)


def test_leiden_finds_no_lower_modularity_than_louvain_on_a_network_of_plain_groups():
    graph: Any = nx.planted_partition_graph(12, 25, 0.4, 0.01, seed=4)
    arrays = arrays_of(graph)
    louvain_found, leiden_found = (modularity(arrays, find_communities(arrays, method)) for method in METHODS)
    assert louvain_found is not None
    assert leiden_found is not None
    assert leiden_found >= louvain_found - 1e-9


def ring_of_works(number):
    """So many works of two authors of the next as well and four who wrote nothing else."""
    first = np.arange(number, dtype=np.int64)[:, None] * 5
    members = np.hstack([first + np.arange(5), (first + 5) % (5 * number)])
    pairs = np.sort(np.vstack([members[:, [one, other]] for one, other in itertools.combinations(range(6), 2)]), axis=1)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].astype(np.int32)
    return Arrays(5 * number, pairs[:, 0].copy(), pairs[:, 1].copy(), np.ones(len(pairs)))


def test_authors_of_one_work_alone_are_in_one_community_in_a_large_network_too():
    arrays = ring_of_works(24_000)
    community = find_communities(arrays, "leiden")
    assert np.array_equal(community, find_communities(arrays, "leiden"))
    of_work = community.reshape(-1, 5)[:, 1:]
    assert (of_work == of_work[:, :1]).all()
    assert community.max() < 24_000
    # Neighbouring works in pairs is what can be said beforehand to be good.
    paired = np.repeat(np.arange(12_000), 10)
    found, expected = modularity(arrays, community), modularity(arrays, paired)
    assert found is not None
    assert expected is not None
    assert found > expected


def network_of_works(works):
    """The co-authors, 60 at most, of these works."""
    graph: Any = nx.empty_graph(60)
    for one, other in (pair for work in works for pair in itertools.combinations(sorted(work), 2)):
        graph.add_edge(one, other, weight=graph.get_edge_data(one, other, {"weight": 0})["weight"] + 1)
    return graph


def communities_of_a_large_network(arrays):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ipcgraph.networks.communities._WHOLE", 0)
        return find_communities(arrays, "leiden")


@settings(max_examples=60, deadline=None)
@given(works=st.lists(st.sets(st.integers(0, 19), min_size=2, max_size=6), min_size=1, max_size=12))
@example(works=[set(range(9))])
@example(works=[{0, 1}, {2, 3, 4}, {2, 3, 4, 5}])
@example(works=[{0, 1, number} for number in range(2, 9)])
def test_nodes_with_equal_rows_are_in_one_community_of_a_large_network(works):
    graph = network_of_works(works)
    arrays = arrays_of(graph)
    community = communities_of_a_large_network(arrays)
    assert sorted(set(community.tolist())) == list(range(1, community.max() + 1))
    matrix, total = nx.to_numpy_array(graph), 2 * arrays.weight.sum()
    for one, other in graph.edges:
        rows = matrix[[one, other]]
        rows[[0, 1], [one, other]] = rows.max(axis=1)
        if (rows[0] == rows[1]).all() and matrix[one].sum() ** 2 <= total * matrix[one, other]:
            assert community[one] == community[other]


@pytest.mark.parametrize("seed", range(8))
def test_what_a_large_network_has_put_together_costs_no_modularity(seed):
    numbers = np.random.default_rng(seed)
    works = [set(numbers.integers(5 * (work % 12), 5 * (work % 12) + 12, 4) % 60) for work in range(40)]
    arrays = arrays_of(network_of_works(works))
    whole = modularity(arrays, find_communities(arrays, "leiden"))
    found = modularity(arrays, communities_of_a_large_network(arrays))
    assert found is not None
    assert whole is not None
    assert found > whole - 0.02


def test_leiden_gives_the_same_in_every_process_and_leaves_the_threads_as_they_were():
    program = (
        "import networkx as nx, networkit\n"
        "from ipcgraph.networks.arrays import arrays_of\n"
        "from ipcgraph.networks.communities import find_communities\n"
        "networkit.setNumberOfThreads(2)\n"
        "arrays = arrays_of(nx.barabasi_albert_graph(3000, 3, seed=1))\n"
        "once = find_communities(arrays, 'leiden').tolist()\n"
        "assert once == find_communities(arrays, 'leiden').tolist()\n"
        "assert networkit.getMaxNumberOfThreads() == 2\n"
        "print(once)"
    )
    answers = outputs(program)
    assert len(answers) == 1
    assert len(answers.pop()) > 3000


def test_without_the_extra_leiden_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "networkit", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'ipcgraph\[fast\]'"):
        measure(random_network(1), communities="leiden")
    assert measure(random_network(1)).graph["community"].startswith("Louvain")


def test_a_method_that_is_not_known_is_refused():
    with pytest.raises(UsageError, match="did you mean 'leiden'"):
        measure(random_network(1), communities="laiden")


def test_measures_can_be_written_into_the_network_itself():
    graph = random_network(2)
    assert measure(graph, copy=False) is graph
    assert "betweenness" in graph.nodes["http://example.org/00"]


def test_an_empty_network_has_no_values():
    nothing = Arrays(0, np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))
    assert [len(found) for found in (core_numbers(nothing), triangles(nothing), find_communities(nothing))] == [0, 0, 0]
    empty = betweenness(nothing)
    assert empty is not None
    assert len(empty) == 0
