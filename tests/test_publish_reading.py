"""The reading of a built graph: things, labels and values, in one process or several."""

import random
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from pyoxigraph import Literal, NamedNode, Quad
from tests.center_project import make_center

from ipcgraph.errors import StoreError, UsageError
from ipcgraph.manifest import STORE
from ipcgraph.project import fresh_build
from ipcgraph.publish.reading import Reading
from ipcgraph.publish.sorting import sorted_lines
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG, PREFIXES, TYPE


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return fresh_build(make_center(tmp_path_factory.mktemp("reading") / "project")) / STORE


@pytest.fixture(scope="module")
def reading(store):
    with Reading.open(store, base=DEFAULT_BASE) as opened:
        yield opened


def things_of(store):
    with Reading.open(store, base=DEFAULT_BASE) as opened:
        return list(opened.things())


def test_every_typed_iri_under_the_base_is_a_thing(reading, store):
    things = list(reading.things())
    with EmbeddedStore.open(store) as opened:
        typed = {quad.subject for quad in opened.dump() if quad.predicate == TYPE}
    expected = sorted(
        node.value for node in typed if isinstance(node, NamedNode) and node.value.startswith(DEFAULT_BASE)
    )
    assert [thing.iri for thing in things] == expected
    assert {"Person", "Work", "Role", "Authorship", "Partnership", "Count", "Passage", "Claim", "Concept"} <= {
        thing.kind for thing in things
    }
    assert all(thing.label and thing.kind for thing in things)


def test_instances_are_the_things_of_a_kind(reading):
    expected = [thing.iri for thing in reading.things() if thing.kind in {"Role", "Person"}]
    assert list(reading.instances("Person", "Role")) == expected


def test_several_processes_read_the_same(reading, store):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
        results = list(workers.map(things_of, [store, store]))
    assert results == [list(reading.things())] * 2


def small(*triples):
    """A reading of a graph in memory; `x:` in a triple stands for the base, the predicate is a key."""
    store = EmbeddedStore.memory()
    known = Reading(store, base="http://x.org/")

    def quad(subject, key, value):
        predicate = TYPE if key == "type" else NamedNode(known.keys[key])
        if isinstance(value, str) and value.startswith("x:"):
            value = NamedNode("http://x.org/" + value[2:])
        elif isinstance(value, str) and value in known.keys:
            value = NamedNode(known.keys[value])
        elif isinstance(value, str):
            value = Literal(value)
        return Quad(NamedNode("http://x.org/" + subject[2:]), predicate, value)

    store.load(quad(*triple) for triple in triples)
    return known


PARTS = [
    ("x:ada", "type", "Person"), ("x:ada", "name", "Ada"),
    ("x:harbour", "type", "Center"), ("x:harbour", "name", "Harbour Institute"),
    ("x:concept/dean", "type", "Concept"), ("x:concept/dean", "prefLabel", "dean"),
    ("x:role/1", "type", "Role"), ("x:role/1", "holder", "x:ada"), ("x:role/1", "roleType", "x:concept/dean"),
    ("x:role/1", "heldAt", "x:harbour"),
    ("x:role/2", "type", "Role"), ("x:role/2", "holder", "x:ada"), ("x:role/2", "statedTitle", "Dean of all"),
    ("x:notes", "type", "Work"), ("x:notes", "title", "Notes"), ("x:notes", "hasAuthorship", "x:notes/ada"),
    ("x:notes/ada", "type", "Authorship"), ("x:notes/ada", "author", "x:ada"), ("x:notes/ada", "position", Literal(2)),
    ("x:harbour/p", "type", "Partnership"), ("x:harbour/p", "partner", "x:mit"), ("x:harbour/p", "partnerOf", "x:harbour"),
    ("x:harbour", "count", "x:harbour/c"), ("x:harbour/c", "type", "Count"), ("x:harbour/c", "asStated", "a dozen"),
    ("x:harbour/c", "countOf", "boats"),
    ("x:book", "type", "Source"), ("x:book", "title", "Book"),
    ("x:book/L3", "type", "Passage"), ("x:book/L3", "source", "x:book"), ("x:book/L3", "firstLine", Literal(3)),
    ("x:book/L3", "lastLine", Literal(3)),
    ("x:book/L3-L5", "type", "Passage"), ("x:book/L3-L5", "source", "x:book"), ("x:book/L3-L5", "firstLine", Literal(3)),
    ("x:book/L3-L5", "lastLine", Literal(5)),
    ("x:claim", "type", "Claim"), ("x:claim", "subject", "x:role/1"),
    ("x:claim", "predicate", NamedNode(IPCG + "start")),
    ("x:mute", "type", "Claim"), ("x:mute", "subject", "x:mute"), ("x:bare", "type", "Role"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("iri", "label"),
    [
        ("ada", "Ada"),
        ("role/1", "Ada: dean, Harbour Institute"),
        ("role/2", "Ada: Dean of all"),
        ("notes/ada", "Ada: author 2 of Notes"),
        ("harbour/p", "mit – Harbour Institute"),
        ("harbour/c", "Harbour Institute: a dozen boats"),
        ("book/L3", "Book, line 3"),
        ("book/L3-L5", "Book, lines 3–5"),
        ("claim", "Ada: dean, Harbour Institute: start"),
        ("mute", "mute"),
        ("bare", "bare"),
        ("nobody/knows", "knows"),
    ],
)
def test_a_part_is_called_by_what_it_joins(iri, label):
    assert small(*PARTS).label("http://x.org/" + iri) == label


def test_labels_do_not_depend_on_what_was_asked_before():
    iris = [thing.iri for thing in small(*PARTS).things()]
    expected = {iri: small(*PARTS).label(iri) for iri in iris}
    shuffled = small(*PARTS)
    random.Random(3).shuffle(iris)
    assert {iri: shuffled.label(iri) for iri in iris} == expected


def test_the_english_name_goes_first():
    names = [Literal("Zürich", language="de"), Literal("Zurich", language="en"), Literal("Turicum")]
    read = small(*(("x:zurich", "prefLabel", name) for name in names))
    assert read.label("http://x.org/zurich") == "Zurich"
    assert small(("x:zurich", "prefLabel", names[0]), ("x:zurich", "prefLabel", names[2])).label(
        "http://x.org/zurich"
    ) == "Turicum"  # fmt: skip


def test_values_and_subjects_are_sorted():
    read = small(
        ("x:b", "partOf", "x:c"), ("x:a", "partOf", "x:c"), ("x:a", "partOf", "x:b"), ("x:a", "topic", "x:c"),
        ("x:a", "alternateName", "z"), ("x:a", "alternateName", "y"),
    )  # fmt: skip
    assert read.subjects("partOf", "http://x.org/c") == ("http://x.org/a", "http://x.org/b")
    assert read.values("http://x.org/a", "partOf") == (NamedNode("http://x.org/b"), NamedNode("http://x.org/c"))
    assert read.values("http://x.org/a", "alternateName") == (Literal("y"), Literal("z"))
    assert read.values("http://x.org/nobody", "partOf") == ()
    assert read.value("http://x.org/a", "alternateName") == "y"


def test_an_unknown_key_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match='did you mean "holder"'):
        small().values("http://x.org/a", "holdr")


def test_our_own_class_names_the_kind():
    foaf = NamedNode(PREFIXES["foaf"] + "Agent")
    read = small(("x:a", "type", foaf), ("x:a", "type", "Person"), ("x:b", "type", foaf))
    assert (read.kind("http://x.org/a"), read.kind("http://x.org/b"), read.kind("http://x.org/c")) == (
        "Person",
        "Agent",
        "",
    )


def test_no_store_is_said_so(tmp_path):
    with pytest.raises(StoreError, match="ipcgraph build makes it"):
        Reading.open(tmp_path / "nothing", base=DEFAULT_BASE)


@pytest.mark.parametrize("at_once", [1, 2, 3, 7, 1000])
def test_lines_are_sorted_however_few_fit_in_memory(at_once, tmp_path):
    lines = [f"line {number % 60}\u2028é" for number in random.Random(5).sample(range(200), 200)]
    assert list(sorted_lines(lines, at_once=at_once, folder=tmp_path)) == sorted(set(lines))
    assert not list(tmp_path.iterdir())
