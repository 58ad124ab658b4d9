"""Each network against a plain count of the same invented graph, its weights against networkx, and its options."""

import datetime as dt
import itertools
import math
from collections import Counter, defaultdict
from typing import Any

import networkx as nx
import pytest
from tests.center_project import make_center
from tests.invented_graphs import CENTER, Invented, Spell, Work, invented, standing
from tests.test_networks import real_columns

from ipcgraph import networks
from ipcgraph.collecting import collect_columns
from ipcgraph.errors import UsageError
from ipcgraph.vocabulary import DEFAULT_BASE

# Any: the stubs of networkx do not know what attributes our nodes and links have.
network: Any = networks.network
SEEDS = range(12)
COUNTINGS = ("full", "fractional", "vosviewer")


def columns_of(graph):
    return collect_columns(graph.quads())


def oracle(groups, *, counting="full", kept=None):
    """Of groups of members: how many each member has, how many a pair shares, and the weight of the pair."""
    size, joint, weight = Counter[Any](), Counter[Any](), defaultdict[Any, float](float)
    for members in groups:
        inside = sorted({member for member in members if kept is None or member in kept})
        size.update(inside)
        for pair in itertools.combinations(inside, 2):
            joint[pair] += 1
            weight[pair] += {
                "full": 1,
                "fractional": 1 / max(len(set(members)) - 1, 1),
                "vosviewer": 1 / len(set(members)),
            }[counting]
    return size, joint, weight


def assert_network(graph, expected, shared):
    """Nodes, links, shared numbers and weights of a network are those that the oracle counted."""
    size, joint, weight = expected

    def short(iri):
        return iri.removeprefix(DEFAULT_BASE)

    assert {short(node): number for node, number in graph.nodes(data=shared)} == size
    found = {tuple(sorted((short(one), short(other)))): link for one, other, link in graph.edges(data=True)}
    assert {pair: link[shared] for pair, link in found.items()} == joint
    assert {pair: link["weight"] for pair, link in found.items()} == pytest.approx(dict(weight), rel=1e-12)


def persons_of(graph, work):
    return [f"person/{author}" for author in work.authors if author not in graph.organizations]


@pytest.mark.parametrize("counting", COUNTINGS)
@pytest.mark.parametrize("seed", SEEDS)
def test_collaboration_joins_the_affiliations_of_each_work(seed, counting):
    graph = invented(seed)
    groups = [
        [f"organization/{name}" for names in work.affiliations.values() for name in names]
        for work in graph.works.values()
    ]
    found = network("collaboration", columns_of(graph), counting=counting)
    assert_network(found, oracle(groups, counting=counting), "works")


@pytest.mark.parametrize("counting", COUNTINGS)
@pytest.mark.parametrize("seed", SEEDS)
def test_topics_join_where_a_work_or_an_initiative_has_both(seed, counting):
    graph = invented(seed)
    things = [*(work.topics for work in graph.works.values()), *graph.initiative_topics.values()]
    groups = [[f"topic/{topic}" for topic in topics] for topics in things]
    found = network("topics", columns_of(graph), counting=counting)
    assert_network(found, oracle(groups, counting=counting), "occurrences")


@pytest.mark.parametrize("day", [None, dt.date(2014, 6, 1), dt.date(2019, 1, 1)])
@pytest.mark.parametrize("seed", SEEDS)
def test_partners_share_subjects_and_subjects_share_partners(seed, day):
    graph = invented(seed)
    pairs = {
        (each.who, each.at)
        for each in graph.partnerships
        if each.at
        and (day is None or standing(each.bounds, day, graph.initiatives.get(each.who, (None, None))[1]) != "excluded")
    }
    by_subject, by_partner = defaultdict(list), defaultdict(list)
    for subject, partner in pairs:
        by_subject[subject].append(partner)
        by_partner[partner].append(subject)
    columns = columns_of(graph)
    for counting in COUNTINGS:
        found = network("partners", columns, as_of=day, counting=counting)
        assert_network(found, oracle(by_subject.values(), counting=counting), "subjects")
        found = network("subjects", columns, as_of=day, counting=counting)
        assert_network(found, oracle(by_partner.values(), counting=counting), "partners")


@pytest.mark.parametrize("day", [None, dt.date(2014, 6, 1), dt.date(2019, 1, 1)])
@pytest.mark.parametrize("seed", SEEDS)
def test_people_are_joined_with_initiatives_by_roles_and_by_works(seed, day):
    graph = invented(seed)
    ties: Any = defaultdict(lambda: {"relation": set(), "standing": set(), "roles": 0, "works": 0})
    for role in graph.roles:
        if role.at is None or role.at == CENTER:
            continue
        word = standing(role.bounds, day, graph.initiatives[role.at][1]) if day else ""
        if word != "excluded":
            tie = ties[f"person/{role.who}", role.at]
            tie["relation"].add(role.kind)
            tie["standing"].add(word)
            tie["roles"] += 1
    for work in graph.works.values():
        if work.initiative is None or (day and work.issued and day < work.issued[0]):
            continue
        word = ("certain" if work.issued and work.issued[1] <= day else "possible") if day else ""
        for person in persons_of(graph, work):
            tie = ties[person, work.initiative]
            tie["relation"].add("author")
            tie["standing"].add(word)
            tie["works"] += 1
    found = network("people-initiatives", columns_of(graph), as_of=day)
    expected = {
        frozenset(pair): {
            "relation": "; ".join(sorted(tie["relation"])),
            "weight": tie["roles"] + tie["works"],
            "roles": tie["roles"],
            "works": tie["works"],
            **({"standing": min(tie["standing"])} if day else {}),
        }
        for pair, tie in ties.items()
    }
    assert {
        frozenset(end.removeprefix(DEFAULT_BASE) for end in ends): link for *ends, link in found.edges(data=True)
    } == expected
    assert nx.is_bipartite(found)
    assert {node for node, mode in found.nodes(data="bipartite") if mode} == {
        DEFAULT_BASE + initiative for _, initiative in ties
    }


@pytest.mark.parametrize("day", [dt.date(2012, 6, 1), dt.date(2016, 6, 1)])
@pytest.mark.parametrize("seed", SEEDS)
def test_partnerships_on_a_day_are_those_that_certainly_or_possibly_hold(seed, day):
    graph = invented(seed)
    ties = defaultdict(list)
    for each in graph.partnerships:
        word = standing(each.bounds, day, graph.initiatives.get(each.who, (None, None))[1])
        if each.at and word != "excluded":
            ties[frozenset((DEFAULT_BASE + each.who, DEFAULT_BASE + each.at))].append(word)
    found = network("partnership", columns_of(graph), as_of=day)
    links = {frozenset(ends): (link["weight"], link["standing"]) for *ends, link in found.edges(data=True)}
    assert links == {pair: (len(words), min(words)) for pair, words in ties.items()}
    ended = sum(standing(each.bounds, day) == "excluded" for each in graph.partnerships)
    sentence = next((each for each in found.graph["left_out"] if "not begun or already ended" in each), "0 ")
    assert sentence.split()[0] == str(ended)


def test_a_center_has_no_partners_before_it_was_founded(tmp_path):
    columns = real_columns(make_center(tmp_path))
    before = network("partnership", columns, as_of=dt.date(1996, 2, 1))
    founded = network("partnership", columns, as_of=dt.date(1996, 4, 1))
    grant = (DEFAULT_BASE + CENTER, DEFAULT_BASE + "organization/kelp-foundation")
    assert not before.has_edge(*grant)
    assert founded.has_edge(*grant)
    assert any("not yet begun or founded on 1996-02-01" in sentence for sentence in before.graph["left_out"])


WINDOWS = [(2012, 2014), (2013, 2013), (None, 2012), (2018, None), (1900, 1901)]


@pytest.mark.parametrize("counting", COUNTINGS)
@pytest.mark.parametrize(("since", "until"), WINDOWS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_window_of_years_projects_its_works_again(seed, since, until, counting):
    graph = invented(seed)
    first, last = dt.date(since or 1, 1, 1), dt.date(until or 9999, 12, 31)
    inside = [
        work for work in graph.works.values() if work.issued and first <= work.issued[0] and work.issued[1] <= last
    ]
    found = network("coauthorship", columns_of(graph), since=since, until=until, counting=counting)
    assert_network(found, oracle([persons_of(graph, work) for work in inside], counting=counting), "works")
    undated = sum(work.issued is None for work in graph.works.values())
    sentence = next((each for each in found.graph["left_out"] if "without a date" in each), "0 ")
    assert sentence.split()[0] == str(undated)
    outside = sum(int(each.split()[0]) for each in found.graph["left_out"] if " not issued " in each)
    assert len(inside) + undated + outside == len(graph.works)


@pytest.mark.parametrize("seed", SEEDS)
def test_works_of_some_types_and_of_an_initiative_with_its_parts(seed):
    graph = invented(seed)

    def within(slug):
        while slug is not None and slug != CENTER:
            if slug == "initiative/i0":
                return True
            slug = graph.initiatives[slug][0]
        return False

    columns = columns_of(graph)
    kinds = {work.kind for work in graph.works.values()}
    if {"article", "book"} <= kinds:
        of_type = [persons_of(graph, work) for work in graph.works.values() if work.kind != "report"]
        assert_network(network("coauthorship", columns, work_types=("article", "book")), oracle(of_type), "works")
    part = [persons_of(graph, work) for work in graph.works.values() if within(work.initiative)]
    found = network("coauthorship", columns, initiative=DEFAULT_BASE + "initiative/i0")
    assert_network(found, oracle(part), "works")


@pytest.mark.parametrize("day", [None, dt.date(2015, 1, 1)])
@pytest.mark.parametrize("counting", COUNTINGS)
@pytest.mark.parametrize("seed", SEEDS)
def test_members_of_a_center_keep_the_weights_of_their_works(seed, counting, day):
    graph = invented(seed)
    members = {
        f"person/{role.who}"
        for role in graph.roles
        if role.at == CENTER and (day is None or standing(role.bounds, day) != "excluded")
    }
    found = network("coauthorship", columns_of(graph), members_of=DEFAULT_BASE + CENTER, as_of=day, counting=counting)
    groups = [persons_of(graph, work) for work in graph.works.values()]
    assert_network(found, oracle(groups, counting=counting, kept=members), "works")
    away = {person.removeprefix("person/") for group in groups for person in group} - {
        name.removeprefix("person/") for name in members
    }
    sentence = next((each for each in found.graph["left_out"] if "without a role at" in each), "0 : ")
    assert sentence.split()[0] == str(len(away))
    assert set(sentence.partition(": ")[2].partition(" and ")[0].split(", ")) - {""} <= away


@pytest.mark.parametrize("seed", SEEDS)
def test_normalised_weights_stand_beside_the_weight(seed):
    columns = columns_of(invented(seed))
    plain = network("coauthorship", columns)
    total = sum(weight for *_, weight in plain.edges(data="weight"))
    works, strength = dict(plain.nodes(data="works")), dict(plain.degree(weight="weight"))
    for one, other, weight in plain.edges(data="weight"):
        expected = {
            "association": 2 * total * weight / (strength[one] * strength[other]),
            "jaccard": weight / (works[one] + works[other] - weight),
            "salton": weight / math.sqrt(works[one] * works[other]),
        }
        for name, value in expected.items():
            link = network("coauthorship", columns, normalise=name).edges[one, other]
            years = {key: year for key, year in link.items() if key in {"first_year", "last_year"}}
            assert link == {"weight": weight, "works": weight, name: pytest.approx(value, rel=1e-12), **years}


@pytest.mark.parametrize("seed", SEEDS)
def test_light_links_and_small_components_go_and_are_counted(seed):
    columns = columns_of(invented(seed))
    whole = network("coauthorship", columns)
    light = [(one, other) for one, other, weight in whole.edges(data="weight") if weight < 2]
    expected: Any = nx.Graph(whole)
    expected.remove_edges_from(light)
    found = network("coauthorship", columns, minimum_weight=2)
    assert set(found) == set(whole)
    assert {frozenset(ends) for ends in found.edges} == {frozenset(ends) for ends in expected.edges}
    if light:
        assert f"{len(light)} link{'s' * (len(light) > 1)} of a weight below 2" in found.graph["left_out"]
    largest = network("coauthorship", columns, minimum_weight=2, largest_component=True)
    parts = sorted(nx.connected_components(expected), key=len, reverse=True)
    assert set(largest) in parts or not parts
    assert len(largest) == max(map(len, parts), default=0)
    if len(parts) > 1:
        said = next(each for each in largest.graph["left_out"] if "outside the largest" in each)
        assert said.startswith(f"{len(expected) - len(largest)} node")
        assert f"of {len(parts)} components" in said


def test_what_is_left_out_says_its_rule_in_the_figures():
    graph = Invented(people=["ada"])
    day = (dt.date(2020, 1, 1), dt.date(2020, 12, 31))
    graph.works = {
        "in": Work(["ada", "bo"], day, "report", None, [], {}),
        "straddling": Work(["ada"], (dt.date(2020, 7, 1), dt.date(2021, 6, 30)), "report", None, [], {}),
        "undated": Work(["cy"], None, "report", None, [], {}),
        "other": Work(["cy"], day, "book", None, [], {}),
    }
    graph.roles = [Spell("ada", "director", CENTER, {})]
    found = network(
        "coauthorship",
        columns_of(graph),
        since=2020,
        until=2020,
        work_types=("report",),
        members_of=DEFAULT_BASE + CENTER,
    )
    said = networks.figures(found).sentences()
    assert "Only: works issued in 2020; works of the type report; persons with a role at harbour" in said
    assert said[-1] == (
        "Left out: 1 work without a date: “undated”; 1 work perhaps not issued in 2020; 1 work of another type than report; "
        "1 person without a role at harbour: bo"
    )


def test_a_network_that_the_options_leave_empty_says_so():
    graph = Invented(works={"w": Work(["ada"], None, "report", None, [], {})})
    found = network("coauthorship", columns_of(graph), since=1900)
    assert len(found) == 0
    assert any(sentence.startswith("Empty: ") for sentence in networks.figures(found).sentences())


@pytest.mark.parametrize("kind", networks.KINDS)
def test_every_network_of_nothing_is_empty(kind):
    graph = network(kind, collect_columns([]), largest_component=True, minimum_weight=3)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (0, 0)


@pytest.mark.parametrize("kind", networks.KINDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_nodes_and_links_stand_in_the_order_of_their_iris_whatever_the_order_of_quads(kind, seed):
    quads = list(invented(seed).quads())
    graph = network(kind, collect_columns(quads))
    again = network(kind, collect_columns(reversed(quads)))
    assert list(graph) == sorted(graph)
    assert list(again.nodes(data=True)) == list(graph.nodes(data=True))
    assert list(again.edges(data=True)) == list(graph.edges(data=True))
    assert again.graph == graph.graph


@pytest.mark.parametrize(
    ("kind", "options", "says"),
    [
        ("coauthership", {}, "did you mean 'coauthorship'"),
        ("coauthorship", {"members_of": DEFAULT_BASE + "center/habour"}, "did you mean center/harbour"),
        ("coauthorship", {"members_of": DEFAULT_BASE + "person/p1"}, "no center person/p1"),
        ("coauthorship", {"initiative": DEFAULT_BASE + "initiative/i9"}, "no initiative initiative/i9"),
        ("coauthorship", {"work_types": ("artcle",)}, "did you mean 'article'"),
        ("coauthorship", {"since": 2020, "until": 2019}, "earlier year first"),
        ("coauthorship", {"since": 0}, "no year"),
        ("coauthorship", {"as_of": dt.date(2020, 1, 1)}, "--members-of"),
        ("coauthorship", {"normalise": "cosine"}, "association, jaccard, salton"),
        ("coauthorship", {"minimum_weight": math.nan}, "no weight"),
        ("partnership", {"since": 2020}, "--from is no option of partnership"),
        ("partnership", {"work_types": ("article",)}, "--type is no option"),
        ("partnership", {"normalise": "salton"}, "--normalise is no option"),
        ("people-initiatives", {"counting": "vosviewer"}, "counted in full"),
        ("topics", {"members_of": DEFAULT_BASE + CENTER}, "--members-of is no option of topics"),
    ],
)
def test_an_option_that_cannot_be_meant_so_is_refused(kind, options, says):
    with pytest.raises(UsageError, match=says):
        network(kind, columns_of(invented(1)), **options)
