"""Networks: who is linked with whom and how strongly, against networkx and a plain oracle, and what is left out."""

import datetime as dt
import itertools
import random
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from pyoxigraph import Literal, Quad
from tests.center_project import make_center
from tests.work_quads import IPC_WORKS, described, key, partnership, thing, written

from ipcgraph import networks
from ipcgraph.building import read_graph
from ipcgraph.collecting import collect_columns
from ipcgraph.errors import UsageError
from ipcgraph.networks import project
from ipcgraph.settings import find_project
from ipcgraph.vocabulary import DEFAULT_BASE

# Any: the stubs of networkx do not know what attributes our nodes and links have.
network: Any = networks.network
ROOT = Path(__file__).parents[1]
COUNTINGS: tuple[networks.Counting, ...] = ("full", "fractional")


def person(slug):
    return f"{DEFAULT_BASE}person/{slug}"


def invented(seed):
    """Works of 0 to 9 authors, some of them organizations, some listed twice; and who the organizations are."""
    numbers = random.Random(seed)
    people = [f"p{number}" for number in range(numbers.randint(1, 30))]
    works = {}
    for number in range(numbers.randint(0, 40)):
        authors = numbers.sample(people, min(len(people), numbers.randint(0, 9)))
        if authors and numbers.random() < 0.2:
            authors.append(authors[0])
        works[f"w{number}"] = authors
    return works, {name for name in people if numbers.random() < 0.15}


def oracle(works, organizations):
    """The network in exact fractions: works and credit of persons, joint works and Newman weights of pairs."""
    number, credit, joint, weight = (defaultdict[Any, Any](int) for _ in range(4))
    for authors in map(sorted, map(set, works.values())):
        persons = [author for author in authors if author not in organizations]
        for author in persons:
            number[author] += 1
            credit[author] += Fraction(1, len(authors))
        for pair in itertools.combinations(persons, 2):
            joint[pair] += 1
            weight[pair] += Fraction(1, len(persons) - 1)
    return number, credit, joint, weight


@pytest.mark.parametrize("seed", range(40))
def test_coauthorship_is_what_a_plain_oracle_counts(seed):
    works, organizations = invented(seed)
    columns = collect_columns(written(works, organizations=organizations))
    number, credit, joint, weight = oracle(works, organizations)
    for counting, weights in (("full", joint), ("fractional", weight)):
        graph = network("coauthorship", columns, counting=counting)
        assert dict(graph.nodes(data="works")) == {person(name): count for name, count in number.items()}
        assert dict(graph.nodes(data="credit")) == pytest.approx(
            {person(name): float(part) for name, part in credit.items()}
        )
        assert {frozenset(ends) for ends in graph.edges} == {frozenset(map(person, pair)) for pair in joint}
        for one, other in joint:
            link = graph.edges[person(one), person(other)]
            assert link["works"] == joint[one, other]
            assert link["weight"] == pytest.approx(float(weights[one, other]), rel=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_fractional_weights_are_those_of_networkx(seed):
    works, organizations = invented(seed)
    graph = network("coauthorship", collect_columns(written(works, organizations=organizations)), counting="fractional")
    two_mode: Any = nx.Graph()
    for work, authors in works.items():
        two_mode.add_edges_from((work, person(author)) for author in authors if author not in organizations)
    expected: Any = nx.bipartite.collaboration_weighted_projected_graph(two_mode, list(graph))
    assert {frozenset(ends) for ends in graph.edges} == {frozenset(ends) for ends in expected.edges}
    for one, other, weight in graph.edges(data="weight"):
        assert weight == pytest.approx(expected.edges[one, other]["weight"], rel=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_fractional_strength_is_the_number_of_works_written_with_others(seed):
    works, organizations = invented(seed)
    graph = network("coauthorship", collect_columns(written(works, organizations=organizations)), counting="fractional")
    together = Counter(
        person(author)
        for authors in works.values()
        for author in set(authors) - organizations
        if len(set(authors) - organizations) > 1
    )
    assert dict(graph.degree(weight="weight")) == pytest.approx({node: together[node] for node in graph})


@pytest.mark.parametrize("counting", COUNTINGS)
def test_arrays_and_graph_say_the_same_and_are_sorted(counting: networks.Counting):
    works, organizations = invented(3)
    columns = collect_columns(written(works, organizations=organizations))
    arrays = project(columns, counting=counting)
    graph = network("coauthorship", columns, counting=counting)
    iris = [columns.things[number] for number in arrays.person.tolist()]
    assert iris == list(graph) == sorted(iris)
    pairs = list(zip(arrays.source.tolist(), arrays.target.tolist(), strict=True))
    assert pairs == sorted(set(pairs)) and all(source < target for source, target in pairs)  # noqa: PT018
    assert [(iris[one], iris[other]) for one, other in pairs] == list(graph.edges)
    assert [weight for *_, weight in graph.edges(data="weight")] == arrays.weight.tolist()


def test_the_order_of_the_quads_does_not_matter():
    works, organizations = invented(5)
    quads = list(written(works, organizations=organizations))
    expected = network("coauthorship", collect_columns(quads), counting="fractional")
    random.Random(1).shuffle(quads)
    again = network("coauthorship", collect_columns(quads), counting="fractional")
    assert list(again.nodes(data=True)) == list(expected.nodes(data=True))
    assert list(again.edges(data=True)) == list(expected.edges(data=True))


def test_a_solo_author_is_a_node_and_an_organization_is_left_out_by_name():
    works = {"alone": ["ada"], "mixed": ["bo", "acme"], "corporate": ["acme"], "empty": []}
    quads = [*written(works, organizations={"acme"}), *described("person/silent", "Person")]
    graph = network("coauthorship", collect_columns(quads))
    assert set(graph) == {person("ada"), person("bo")}
    assert graph.number_of_edges() == 0
    assert graph.nodes[person("bo")]["credit"] == 0.5
    assert graph.graph["left_out"] == (
        "1 author that is no person: acme",
        "1 person who is author of no work",
        "2 works without a person as author",
    )


def test_where_nothing_is_left_out_nothing_is_said():
    assert network("coauthorship", collect_columns(written(IPC_WORKS))).graph["left_out"] == ()


def test_the_selection_of_the_sources_of_its_works_goes_with_the_network():
    def source(slug, note):
        yield from described(f"source/{slug}", "Source", slug.title())
        yield Quad(thing(f"source/{slug}"), key("selection"), Literal(note))

    quads = [
        *written({"w1": ["ada"]}),
        *source("annals", "One author only."),
        *source("unused", "Nobody."),
        Quad(thing("work/w1"), key("listedIn"), thing("source/annals")),
    ]
    assert network("coauthorship", collect_columns(quads)).graph["note"] == "Annals: One author only."


def test_full_weights_are_whole_numbers_and_say_how_they_were_counted():
    columns = collect_columns(written(IPC_WORKS))
    full, fractional = (network("coauthorship", columns, counting=counting) for counting in COUNTINGS)
    assert {type(weight) for *_, weight in full.edges(data="weight")} == {int}
    assert full.graph["counting"].startswith("full: ")
    assert fractional.graph["counting"].startswith("fractional: ")


def assert_ipc(graph, ba, bb, sb, js, dt_, rr):
    """The figures of the works of the Industrial Performance Center, to four decimals."""
    weights = {frozenset(ends): weight for *ends, weight in graph.edges(data="weight")}
    pairs = {(ba, bb): 2, (ba, sb): 2, (ba, js): 1, (ba, dt_): 1, (ba, rr): 1, (bb, rr): 1, (bb, sb): 1}
    assert weights == {frozenset(pair): weight for pair, weight in pairs.items()}
    assert {node: graph.degree[node] for node in graph} == {ba: 5, bb: 3, rr: 2, sb: 2, js: 1, dt_: 1}
    assert dict(graph.nodes(data="works")) == {ba: 10, bb: 2, sb: 2, dt_: 1, js: 1, rr: 1}
    credit = {ba: 7.1667, sb: 0.8333, bb: 0.6667, js: 0.5, dt_: 0.5, rr: 0.3333}
    assert {node: round(part, 4) for node, part in graph.nodes(data="credit")} == credit
    between = {ba: 0.75, bb: 0.05, sb: 0, js: 0, dt_: 0, rr: 0}
    assert {node: round(value, 4) for node, value in graph.nodes(data="betweenness")} == between
    assert round(nx.density(graph), 4) == 0.4667
    assert round(graph.nodes[ba]["clustering"], 4) == 0.2
    assert round(np.mean([value for _, value in graph.nodes(data="clustering")]), 4) == 0.4778


def test_the_figures_of_the_center_from_its_works_as_they_are_listed():
    graph: Any = networks.measure(network("coauthorship", collect_columns(written(IPC_WORKS))))
    assert_ipc(graph, *map(person, ("ba", "bb", "sb", "js", "dt", "rr")))


def test_the_figures_of_the_center_from_its_data():
    columns = real_columns(find_project(ROOT))
    graph: Any = networks.measure(network("coauthorship", columns))
    names = ("Ben Armstrong", "Bill Bonvillian", "Suzanne Berger", "Julie Shah", "Dan Traficonte", "Richard Roth")
    by_label = {label: node for node, label in graph.nodes(data="label")}
    assert_ipc(graph, *(by_label[name] for name in names))
    assert graph.graph["note"], "the list of publications says what it leaves out"
    assert "5 persons who are author of no work" in graph.graph["left_out"]


def real_columns(settings):
    """The columns of a project's files, derived statements included."""
    graph = read_graph(settings)
    return collect_columns(quad for quad, _ in (*graph.ontology.statements, *graph.written, *graph.derived))


def test_partnerships_of_the_center_from_its_data():
    graph = network("partnership", real_columns(find_project(ROOT)))
    links = {
        frozenset((graph.nodes[one]["label"], graph.nodes[other]["label"])): (
            link["relation"],
            link.get("start_not_before"),
        )
        for one, other, link in graph.edges(data=True)
    }
    center, senai = "Industrial Performance Center", "Serviço Nacional de Aprendizagem Industrial"
    assert links[frozenset((center, senai))] == ("research partner", dt.date(2015, 1, 1))
    assert links[frozenset((center, "Brazil"))] == ("research partner", dt.date(2015, 1, 1))
    assert links[frozenset((center, "Alfred P. Sloan Foundation"))] == ("grant", None)
    assert {label for _, label in graph.nodes(data="label")} >= {"Turkey", "Malaysia", "National Science Foundation"}


def test_partnerships_of_the_test_center(tmp_path):
    graph = network("partnership", real_columns(make_center(tmp_path)))
    nodes = {label: node for node, label in graph.nodes(data="label")}
    port = graph.nodes[nodes["Port Authority of Calder"]]
    assert (port["kind"], port["bipartite"]) == ("Partner", 1)
    surge = graph.nodes[nodes["Storm surge"]]
    assert (surge["kind"], surge["bipartite"]) == ("Initiative", 0)
    fund = graph.edges[nodes["Storm surge"], nodes["National Tide Fund"]]
    assert fund == {
        "relation": "research funding",
        "weight": 1,
        "start_not_before": dt.date(2020, 1, 1),
        "start_not_after": dt.date(2020, 1, 31),
        "end_not_before": dt.date(2023, 12, 1),
        "end_not_after": dt.date(2023, 12, 31),
    }
    assert graph.graph["left_out"], "the test center has an initiative without a partnership"


def test_several_partnerships_of_two_are_one_link_that_names_each_kind():
    first = {"startNotBefore": "2001-01-01", "startNotAfter": "2001-12-31", "endNotAfter": "2009-12-31"}
    second = {"startNotBefore": "1996-01-01", "startNotAfter": "1996-12-31"}
    ends = {"of": ["center/harbour"], "partners": ["organization/kelp"]}
    quads = [
        *described("center/harbour", "Center"),
        *described("organization/kelp", "Partner"),
        *partnership("one", kind="sponsorship", bounds=first, **ends),
        *partnership("two", kind="grant", bounds=second, **ends),
    ]
    graph = network("partnership", collect_columns(quads))
    assert list(graph.edges(data=True)) == [
        (
            DEFAULT_BASE + "center/harbour",
            DEFAULT_BASE + "organization/kelp",
            {
                "relation": "grant; sponsorship",
                "weight": 2,
                "start_not_before": dt.date(1996, 1, 1),
                "start_not_after": dt.date(1996, 12, 31),
            },
        )
    ]
    assert "several partnerships" in graph.graph["merged"]


def test_partnerships_that_make_no_link_are_counted():
    quads = [
        *described("center/harbour", "Center"),
        *described("center/other", "Center"),
        *described("initiative/quiet", "Initiative"),
        *partnership("half", kind="grant", of=["center/harbour"]),
        *partnership("own", kind="grant", of=["center/harbour"], partners=["center/harbour", "organization/kelp"]),
    ]
    graph = network("partnership", collect_columns(quads))
    assert graph.number_of_edges() == 1
    assert graph.graph["left_out"] == (
        "1 center without a partnership",
        "1 initiative without a partnership",
        "1 partnership with one side only",
        "1 partnership of a thing with itself",
    )


def test_a_call_that_cannot_be_meant_so_is_refused():
    columns = collect_columns([])
    with pytest.raises(UsageError, match="coauthorship, collaboration, partnership"):
        network("friendship", columns)
    with pytest.raises(UsageError, match="full, fractional, vosviewer"):
        network("coauthorship", columns, counting="half")
    with pytest.raises(UsageError, match="in full"):
        network("partnership", columns, counting="fractional")


@pytest.mark.parametrize("kind", ["coauthorship", "partnership"])
def test_an_empty_graph_gives_an_empty_network(kind):
    graph = network(kind, collect_columns([]))
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (0, 0)
