"""Pairs: works of too many authors make no links and are named, memory stays bounded, and links have their years."""

import datetime as dt
import itertools
import tracemalloc
from collections import Counter
from typing import Any

import numpy as np
import pytest
from tests.invented_graphs import Invented, Work, invented
from tests.test_networks_kinds import SEEDS, assert_network, oracle, persons_of
from tests.work_quads import written

from ipcgraph import networks
from ipcgraph.collecting import collect_columns
from ipcgraph.errors import UsageError
from ipcgraph.networks.pairs import AT_ONCE, Years, share
from ipcgraph.vocabulary import DEFAULT_BASE

# Any: the stubs of networkx do not know what attributes our nodes and links have.
network: Any = networks.network


def short(iri):
    return iri.removeprefix(DEFAULT_BASE)


@pytest.fixture(scope="module")
def crowded():
    """The columns of a work of 3,000 authors, of one of three and of one of two, who all are authors of the first."""
    crowd = [f"p{number:04}" for number in range(3000)]
    return collect_columns(written({"crowd": crowd, "trio": crowd[:3], "duo": crowd[1:3]}))


def test_a_work_of_three_thousand_authors_neither_explodes_nor_disappears(crowded):
    graph = network("coauthorship", crowded)
    assert (len(graph), graph.number_of_edges()) == (3000, 3)
    first, last = (graph.nodes[f"{DEFAULT_BASE}person/{name}"] for name in ("p0000", "p2999"))
    assert (first["works"], first["unlinked_works"]) == (2, 1)
    assert first["credit"] == pytest.approx(1 / 3000 + 1 / 3)
    assert (last["works"], last["unlinked_works"]) == (1, 1)
    assert graph.graph["left_out"] == (
        (
            "the links of 1 work with more than 1,000 authors in the network: “crowd” (3,000 authors, 4,498,500 pairs) "
            "(it counts for each of the authors; --pair-limit 3000 keeps them)"
        ),
    )


def test_a_work_at_the_limit_is_linked_whole_and_nothing_is_said():
    authors = [f"p{number:03}" for number in range(120)]
    columns = collect_columns(written({"crowd": authors}))
    graph = network("coauthorship", columns, pair_limit=120)
    assert graph.number_of_edges() == 120 * 119 // 2
    assert graph.graph["left_out"] == ()
    assert not any("unlinked_works" in node for _, node in graph.nodes(data=True))
    assert network("coauthorship", columns, pair_limit=119).number_of_edges() == 0


def test_the_limit_is_of_those_who_are_in_the_network():
    graph = Invented(works={"w": Work([f"p{number}" for number in range(9)], None, "report", None, [], {})})
    graph.organizations = {f"p{number}" for number in range(2, 9)}
    assert network("coauthorship", collect_columns(graph.quads()), pair_limit=2).number_of_edges() == 1


@pytest.mark.parametrize("counting", ["full", "fractional", "vosviewer"])
@pytest.mark.parametrize("seed", SEEDS)
def test_past_the_limit_works_count_for_their_authors_and_make_no_links(seed, counting):
    graph = invented(seed)
    groups = [persons_of(graph, work) for work in graph.works.values()]
    size, _, _ = oracle(groups)
    _, joint, weight = oracle([group for group in groups if len(group) <= 3], counting=counting)
    found = network("coauthorship", collect_columns(graph.quads()), pair_limit=3, counting=counting)
    assert_network(found, (size, joint, weight), "works")
    unlinked = Counter(person for group in groups if len(group) > 3 for person in group)
    assert {
        short(node): data["unlinked_works"] for node, data in found.nodes(data=True) if "unlinked_works" in data
    } == unlinked
    named = [sentence for sentence in found.graph["left_out"] if "with more than 3 authors" in sentence]
    assert len(named) == bool(unlinked)
    if counting == "fractional":
        together = Counter(person for group in groups if 1 < len(group) <= 3 for person in group)
        assert dict(found.degree(weight="weight")) == pytest.approx({node: together[short(node)] for node in found})


@pytest.mark.parametrize(
    ("kind", "shared", "says"),
    [
        ("collaboration", "works", "with more than 2 organizations"),
        ("topics", "occurrences", "with more than 2 topics"),
        ("partners", "subjects", "with more than 2 partners"),
        ("subjects", "partners", "with more than 2 subjects"),
    ],
)
def test_every_projected_network_has_the_limit_and_names_what_is_past_it(kind, shared, says):
    graph = invented(4)
    columns = collect_columns(graph.quads())
    whole, found = network(kind, columns), network(kind, columns, pair_limit=2)
    assert dict(found.nodes(data=shared)) == dict(whole.nodes(data=shared))
    assert 0 < found.number_of_edges() < whole.number_of_edges()
    assert any(says in sentence for sentence in found.graph["left_out"])
    assert any(f"unlinked_{shared}" in node for _, node in found.nodes(data=True))


def test_normalised_weights_do_not_count_what_makes_no_links(crowded):
    found = network("coauthorship", crowded, normalise="jaccard")
    apart = collect_columns(written({"trio": ["p0000", "p0001", "p0002"], "duo": ["p0001", "p0002"]}))
    expected = network("coauthorship", apart, normalise="jaccard")
    assert list(found.edges(data="jaccard")) == list(expected.edges(data="jaccard"))


def test_a_growth_names_the_works_without_links_too():
    graph = Invented()
    day = (dt.date(2020, 1, 1), dt.date(2020, 12, 31))
    graph.works = {"crowd": Work(["a", "b", "c"], day, "report", None, [], {})}
    grown = networks.growth("coauthorship", collect_columns(graph.quads()), networks.Options(pair_limit=2))
    assert grown.table.column("edges") == (0,)
    assert "the links of 1 work with more than 2 authors" in dict(grown.remarks)["Left out"]


@pytest.mark.parametrize("at_once", [1, 2, 7, 50])
@pytest.mark.parametrize("seed", range(6))
def test_pairs_found_in_parts_are_those_found_at_once(seed, at_once):
    numbers = np.random.default_rng(seed)
    rows = np.unique(numbers.integers(0, [12, 15], size=(90, 2)).astype(np.int32), axis=0)
    value = numbers.integers(1, 5, 12).astype(np.float64)
    years = Years(numbers.choice([0, 1999, 2004], 12).astype(np.int32), np.full(12, 2004, np.int32))
    whole = share(rows[:, 0], rows[:, 1], size=15, value=value, years=years)
    parts = share(rows[:, 0], rows[:, 1], size=15, value=value, years=years, at_once=at_once)
    for name in ("source", "target", "joint", "weight"):
        assert getattr(parts, name).tolist() == getattr(whole, name).tolist()
    assert parts.years is not None
    assert whole.years is not None
    assert (parts.years.first.tolist(), parts.years.last.tolist()) == (
        whole.years.first.tolist(),
        whole.years.last.tolist(),
    )


def test_many_large_works_need_no_more_memory_than_some_pairs_at_once():
    row, column = (each.ravel().astype(np.int32) for each in np.mgrid[0:160, 0:300])
    pairs = 160 * 300 * 299 // 2
    peaks = []
    for at_once in (AT_ONCE, pairs // 200):
        tracemalloc.start()
        assert share(row, column, size=300, at_once=at_once).joint.sum() == pairs
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] / 10


@pytest.mark.parametrize("seed", SEEDS)
def test_a_link_has_the_first_and_the_last_year_of_its_dated_works(seed):
    graph = invented(seed)
    years: dict[Any, list[int]] = {}
    for work in graph.works.values():
        for pair in itertools.combinations(sorted(persons_of(graph, work)), 2):
            years.setdefault(frozenset(pair), []).extend(day.year for day in work.issued or ())
    found = network("coauthorship", collect_columns(graph.quads()))
    for one, other, link in found.edges(data=True):
        of_pair = years[frozenset((short(one), short(other)))]
        expected = {"first_year": min(of_pair), "last_year": max(of_pair)} if of_pair else {}
        assert {name: value for name, value in link.items() if "year" in name} == expected
    assert ("years" in found.graph) == any(years.values())


@pytest.mark.parametrize(("kind", "dated"), [("collaboration", True), ("topics", True), ("partners", False)])
def test_links_by_works_have_years_and_others_have_none(kind, dated):
    found = network(kind, collect_columns(invented(4).quads()))
    assert any("first_year" in link for *_, link in found.edges(data=True)) is dated


def test_a_window_leaves_no_year_outside_it():
    found = network("coauthorship", collect_columns(invented(4).quads()), since=2012, until=2015)
    years = [year for *_, link in found.edges(data=True) for year in (link["first_year"], link["last_year"])]
    assert years
    assert set(years) <= {2012, 2013, 2014, 2015}


@pytest.mark.parametrize(
    ("kind", "options", "says"),
    [
        ("coauthorship", {"pair_limit": 0}, "no limit of pairs"),
        ("partnership", {"pair_limit": 5}, "--pair-limit is no option of partnership"),
        ("people-initiatives", {"pair_limit": 5}, "--pair-limit is no option of people-initiatives"),
    ],
)
def test_a_limit_that_cannot_be_meant_so_is_refused(kind, options, says):
    with pytest.raises(UsageError, match=says):
        network(kind, collect_columns([]), **options)
