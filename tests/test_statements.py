"""The index of statements: what is said of a thing, what names it, and where."""

from __future__ import annotations

from pyoxigraph import Literal
from tests.statement_lines import index, iri

from ipcgraph.findings import Place
from ipcgraph.vocabulary import DEFAULT_BASE, PREFIXES

ADA = DEFAULT_BASE + "person/ada"
NAME = PREFIXES["foaf"] + "name"
KNOWS = PREFIXES["foaf"] + "knows"

GRAPH = index("""
    <person/ada> foaf:name "Ada" .
    <person/ada> a ipcg:Person .
    <person/ada> foaf:name "Ada L." .
    <person/bob> foaf:knows <person/ada> .
""")


def line(place: Place | None) -> int:
    assert place is not None
    return place.line


def test_statements_are_found_by_subject_property_and_object():
    assert GRAPH.texts(ADA, NAME) == ("Ada", "Ada L.")
    assert [quad.subject for quad, _ in GRAPH.naming(iri("person/ada"))] == [iri("person/bob")]
    assert [line(place) for _, place in GRAPH.about(ADA)] == [1, 3, 2]
    assert GRAPH.classes(ADA) == (PREFIXES["ipcg"] + "Person",)
    assert ADA in GRAPH
    assert DEFAULT_BASE + "person/none" not in GRAPH
    assert len(GRAPH) == 4


def test_a_place_is_the_most_exact_there_is():
    assert line(GRAPH.place(ADA, NAME, Literal("Ada L."))) == 3
    assert line(GRAPH.place(ADA, NAME)) == 1
    assert line(GRAPH.place(ADA, NAME, Literal("Grace"))) == 1
    assert line(GRAPH.place(ADA)) == 2
    assert line(GRAPH.place(ADA, KNOWS)) == 2
    assert line(GRAPH.place(DEFAULT_BASE + "person/bob")) == 4
    assert GRAPH.place(DEFAULT_BASE + "person/none") is None
