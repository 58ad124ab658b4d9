"""The SHACL engines: one answer, whichever finds it, on W3C's tests, on invented graphs and on invented shapes."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, serialize
from tests.center_project import make_center
from tests.engine_suites import SUITE, Case, cases
from tests.shape_graphs import CLASSES, LITERALS, PROPERTIES, THINGS, E, graphs, shape_graphs, typed
from tests.statement_lines import quads

from ipcgraph import engines
from ipcgraph.cli import main
from ipcgraph.engines import EngineError, Result, file_results, shacl_results
from ipcgraph.engines.compiled import compiled_results
from ipcgraph.engines.inner import with_inner_classes
from ipcgraph.engines.lexical import is_ill_typed
from ipcgraph.engines.queries import plan
from ipcgraph.engines.reference import reference_results
from ipcgraph.engines.results import Described
from ipcgraph.ontology import read_ontology
from ipcgraph.statements import term_text
from ipcgraph.vocabulary import SH, TYPE

pytest.importorskip("shacl", reason="the compiled engine is not installed (extra fast)")

MANY = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@MANY
@given(graphs, shape_graphs)
def test_both_engines_find_the_same_in_invented_graphs_with_invented_shapes(data, text):
    shapes = quads(text)
    expected = reference_results(data, shapes, ())
    assert Counter(compiled_results(data, shapes, ())) == Counter(expected)


def test_what_is_invented_is_found_wrong_in_many_ways():
    kinds: Counter[str] = Counter()

    @MANY
    @given(graphs, shape_graphs)
    def count(data, text):
        kinds.update({result.kind for result in compiled_results(data, quads(text), ())})

    count()
    assert len(kinds) >= 24
    assert sum(kinds.values()) > 200


# W3C's tests.

UNREADABLE = {"pre-binding/shapesGraph-001": "pySHACL gives queries no $shapesGraph"}
"""Tests that pySHACL refuses, and so does the compiled path, which leaves such queries to it."""
KNOWN = {
    ("compiled", "pre-binding/unsupported-sparql-004"): "PyPI shacl runs a query whose inner query does not give $this",
    **{(way, name): why for way in ("pySHACL", "as checked") for name, why in UNREADABLE.items()},
}
"""Where an engine differs from W3C's suite; every other test is passed in full."""
WAYS = {
    "pySHACL": reference_results,
    "compiled": compiled_results,
    "as checked": lambda data, shapes, ontology: shacl_results(data, shapes, ontology, engine="shacl"),
}


def as_told(result: Result) -> tuple[object, ...]:
    """A result without the labels of blank nodes."""
    value = "blank" if isinstance(result.value, BlankNode) else result.value
    focus = "blank" if result.focus.startswith("_:") else result.literal.value if result.literal else result.focus
    shape = "" if result.shape.startswith("_:") else result.shape
    return focus, result.path, value, result.component, result.severity, shape


def passes(case: Case, way: str) -> bool:
    try:
        found = WAYS[way](case.data, case.shapes, ())
    except EngineError:
        return case.results is None
    return case.results is not None and Counter(map(as_told, found)) == Counter(map(as_told, case.results))


@pytest.mark.skipif(not SUITE.is_dir(), reason="W3C's suite is not there")
@pytest.mark.parametrize(("part", "number"), [("core", 98), ("sparql", 23)])
def test_w3c(part, number, capsys):
    every = cases(part)
    assert len({case.name for case in every}) == number
    failed = {(way, case.name) for case in every for way in WAYS if not passes(case, way)}
    assert failed == {known for known in KNOWN if part == "sparql"}
    capsys.readouterr()  # pySHACL warns of shapes that W3C made wrong on purpose


# Terms and literals.


@pytest.mark.parametrize("literal", LITERALS, ids=str)
def test_a_literal_is_read_back_as_it_was(literal):
    data = [Quad(THINGS[0], PROPERTIES[0], literal)]
    shapes = quads(f"<{E}S> sh:targetSubjectsOf <{E}p> ; sh:property [ sh:path <{E}p> ; sh:nodeKind sh:IRI ] .")
    [result] = compiled_results(data, shapes, ())
    assert result.value == literal
    assert [result] == reference_results(data, shapes, ())


def test_blank_nodes_of_data_and_shapes_keep_their_labels(tmp_path):
    data = quads('_:x a <http://x.org/A> ; <http://x.org/p> _:y , "_:z" . <http://x.org/t> a <http://x.org/A> .')
    shapes = quads("_:s sh:targetClass <http://x.org/A> ; sh:nodeKind sh:Literal ; sh:property _:p .\n"
                   "_:p sh:path <http://x.org/p> ; sh:nodeKind sh:BlankNode .\n"
                   "_:c sh:targetClass <http://x.org/A> ; sh:closed true ; sh:ignoredProperties ( rdf:type ) .")  # fmt: skip
    expected = Counter(reference_results(data, shapes, ()))
    assert len(expected) == 5
    assert {each.focus for each in expected} == {"_:x", "http://x.org/t"}
    assert Counter(compiled_results(data, shapes, ())) == expected
    file = tmp_path / "data.nt"
    serialize((quad.triple for quad in data), file, format=RdfFormat.N_TRIPLES)
    assert Counter(file_results(file, shapes)) == expected
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("datatype", "right", "wrong"),
    [
        (
            "date",
            "2024-02-29 2021-12-31Z 0001-01-01+14:00",
            "2023-02-29 2021-04-31 2021-1-1 2021-13-01 2021-01-01+15:00 x",
        ),
        ("dateTime", "2021-02-28T23:59:59.5Z", "2021-02-30T00:00:00 2021-02-28 2021-02-28T25:00:00"),
        ("integer", "0 -7 +007", "1.0 1_000 ٣ 0x1 --1"),
        ("decimal", "1. .5 -1.50", "1e3 NaN ."),
        ("double", "1e3 NaN -INF .5", "nan Infinity 1e"),
        ("boolean", "true false 1 0", "True yes"),
        ("duration", "P1Y -P1M PT0.5S P1Y2M3DT4H5M6S", "P PT P1W P1.5Y 1Y"),
        ("gYear", "2021 no-engine-looks", ""),
    ],
)
def test_what_a_datatype_can_say(datatype, right, wrong):
    for text in right.split():
        assert not is_ill_typed(typed(text, datatype)), text
    for text in wrong.split():
        assert is_ill_typed(typed(text, datatype)), text
    data = [Quad(THINGS[0], PROPERTIES[0], typed(text, datatype)) for text in (*right.split(), *wrong.split())]
    shapes = quads(f"<{E}S> sh:targetSubjectsOf <{E}p> ; sh:property [ sh:path <{E}p> ; sh:datatype xsd:{datatype} ] .")
    for way in (reference_results, compiled_results):
        assert sorted(term_text(each.value) for each in way(data, shapes, ()) if each.value) == sorted(wrong.split())


def test_a_literal_that_is_not_of_its_datatype_compares_with_nothing():
    data = quads('<a> a ipcg:Work ; ipcg:min "2021-02-30"^^xsd:date , "x" ; ipcg:max "2021-03-01"^^xsd:date .')
    shapes = quads(
        "ipcg:S sh:targetClass ipcg:Work ; sh:property [ sh:path ipcg:min ; sh:lessThanOrEquals ipcg:max ] ."
    )
    expected = reference_results(data, shapes, ())
    assert {term_text(each.value) for each in expected if each.value} == {"2021-02-30", "x"}
    assert Counter(compiled_results(data, shapes, ())) == Counter(expected)


def test_no_inner_shape_asks_for_a_class_as_such():
    described = Described.of(with_inner_classes(read_ontology().shapes))
    inner = {
        shape for said in described.values.values() for name in ("node", "not") for shape in said.get(SH + name, ())
    }
    inner |= {
        each for said in described.values.values() for head in said.get(SH + "or", ()) for each in described.items(head)
    }
    assert len(inner) > 30
    assert not [shape for shape in inner if described.all(shape, SH + "class")]
    assert [shape for shape in described.values if described.all(shape, SH + "class") and shape not in inner]


# Which engine works.


def test_the_size_says_which_engine_works_and_what_is_missing_is_told(monkeypatch):
    used: list[str] = []
    told: list[str] = []

    def counting(name):
        way = getattr(engines, name)

        def run(*parts):
            used.append(name)
            return way(*parts)

        return run

    for name in ("reference_results", "compiled_results"):
        monkeypatch.setattr(engines, name, counting(name))
    shapes = quads("ipcg:S sh:targetSubjectsOf ipcg:min ; sh:property [ sh:path ipcg:max ; sh:minCount 1 ] .")
    small = quads("<a> ipcg:min 1 .")
    large = [Quad(NamedNode(f"{E}n{number}"), TYPE, CLASSES[0]) for number in range(engines.LARGE)] + small
    for data in (small, large):
        assert [each.kind for each in shacl_results(data, shapes, notice=told.append)] == ["MinCount"]
    assert (used, told) == (["reference_results", "compiled_results"], [])
    for engine in ("pyshacl", "shacl"):
        shacl_results(small, shapes, engine=engine, notice=told.append)
    assert (used[2:], told) == (["reference_results", "compiled_results"], [])
    monkeypatch.setattr(engines, "is_installed", lambda: False)
    shacl_results(large, shapes, notice=told.append)
    assert used[4:] == ["reference_results"]
    [sentence] = told
    assert "pip install 'ipcgraph[fast]'" in sentence


def test_a_file_is_checked_as_the_graph_in_it_is(tmp_path):
    data = quads('<a> a ipcg:Work ; ipcg:min "x" . <b> a ipcg:Work ; ipcg:max <c> .')
    shapes = quads("ipcg:S sh:targetClass ipcg:Work ; sh:property [ sh:path ( ipcg:max [ sh:inversePath ipcg:min ] ) ; "
                   "sh:minCount 1 ] , [ sh:path ipcg:min ; sh:datatype xsd:integer ; sh:minCount 1 ] .\n"
                   "ipcg:Q sh:targetClass ipcg:Work ; sh:sparql [ sh:select 'SELECT $this { $this ?p \"x\" }' ] .")  # fmt: skip
    file = tmp_path / "data.nt"
    serialize((quad.triple for quad in data), file, format=RdfFormat.N_TRIPLES)
    expected = Counter(reference_results(data, shapes, ()))
    assert len(expected) == 5
    for engine in ("auto", "shacl", "pyshacl"):
        assert Counter(file_results(file, shapes, engine=engine)) == expected
    assert list(tmp_path.iterdir()) == [file]
    with pytest.raises(EngineError, match="stopped"):
        file_results(tmp_path / "none.nt", shapes)
    file.write_text("this is not RDF\n", encoding="utf-8")
    with pytest.raises(EngineError, match="stopped"):
        file_results(file, shapes)


# Queries of shapes.

PREFIXES = "ipcg:Prefixes sh:declare [ sh:prefix 'i' ; sh:namespace 'https://w3id.org/ipcgraph/ns#'^^xsd:anyURI ] .\n"
SETWISE = [
    "SELECT $this WHERE { $this i:min ?n }",
    "SELECT $this ?value WHERE { $this i:min ?value . FILTER(?value > 1) }",
    "SELECT $this ?path ?value WHERE { $this ?path ?value }",
    "SELECT DISTINCT $this WHERE { FILTER(isIRI($this)) }",
    "SELECT $this WHERE { { FILTER(isIRI($this)) } UNION { ?x i:max $this } }",
    "SELECT ?this ?value { OPTIONAL { FILTER(STRENDS(STR($this), 'a')) ?x i:max ?value } FILTER NOT EXISTS { $this i:min 2 } }",
    "SELECT $this ?value WHERE { { { ?x i:max ?value } FILTER(?value = $this) } }",
    "SELECT $this (?n AS ?value) WHERE { $this $PATH ?n }",
    "SELECT $this WHERE { # { $this\n $this i:min ?n . FILTER(STR(?n) != '} $this') }",
]
ALONE = [
    "SELECT $this WHERE { $this ?p ?o } GROUP BY $this HAVING (COUNT(*) > 2)",
    "SELECT $this WHERE { $this i:min ?n } ORDER BY ?n LIMIT 1",
    "SELECT $this WHERE { { SELECT $this (MAX(?n) AS ?m) WHERE { $this i:min ?n } GROUP BY $this } FILTER(?m > 1) }",
]


@pytest.mark.parametrize("query", [*SETWISE, *ALONE])
def test_a_query_finds_the_same_for_all_things_at_once_as_for_each(query):
    data = quads("<a> a ipcg:Work ; ipcg:min 1 , 2 , 3 ; ipcg:max <b> . <b> a ipcg:Report . <c> ipcg:min 2 .\n"
                 "ipcg:Report rdfs:subClassOf ipcg:Work . <d> a ipcg:Work ; ipcg:min 5 .")  # fmt: skip
    sparql = f"sh:sparql [ sh:prefixes ipcg:Prefixes ; sh:select {Literal(query)} ]"
    on_property = f"sh:property [ sh:path ( ipcg:max ipcg:min ) ; {sparql} ] , [ sh:path ipcg:min ; {sparql} ]"
    on_node = "" if "PATH" in query else f"{sparql} ;"
    shapes = quads(
        f"{PREFIXES} ipcg:S sh:targetClass ipcg:Work ; sh:targetObjectsOf ipcg:max ; {on_node} {on_property} ."
    )
    told: list[str] = []
    found = shacl_results(data, shapes, engine="shacl", notice=told.append)
    expected = shacl_results(data, shapes, engine="pyshacl")
    assert expected
    assert set(found) == set(expected)
    assert bool(told) == (query in ALONE)


def test_only_the_shapes_that_need_it_are_left_to_the_reference():
    shapes = quads(
        f"{PREFIXES} ipcg:A sh:targetClass ipcg:Work ; sh:sparql [ sh:select {Literal(SETWISE[3])} ] .\n"
        f"ipcg:B sh:targetClass ipcg:Work ; sh:node [ sh:sparql [ sh:select {Literal(SETWISE[3])} ] ] .\n"
        "ipcg:C sh:targetClass ipcg:Work ; sh:property [ sh:path ipcg:partOf ; sh:node ipcg:C ] .\n"
        "ipcg:D sh:targetClass ipcg:Work ; sh:property [ sh:path ipcg:min ; sh:minCount 1 ] ."
    )
    parts = plan(shapes)
    assert [query.shape for query in parts.queries] == [NamedNode("https://w3id.org/ipcgraph/ns#A")]
    assert parts.left == tuple(f"https://w3id.org/ipcgraph/ns#{name}" for name in "BC")
    data = quads("<a> a ipcg:Work . <b> a ipcg:Work ; ipcg:min 1 .")
    found = shacl_results(data, shapes, engine="shacl")
    assert Counter(found) == Counter(shacl_results(data, shapes, engine="pyshacl"))
    assert Counter(each.shape[-1] for each in found if not each.shape.startswith("_:")) == {"A": 2, "B": 2}


def test_the_command_line_chooses_the_engine_and_says_the_same(tmp_path, capsys):
    make_center(tmp_path)
    people = tmp_path / "data" / "people.yaml"
    people.write_text(people.read_text(encoding="utf-8").replace("name:", "acronym:", 2), encoding="utf-8")
    said = set()
    for engine in ("auto", "pyshacl", "shacl", "shacl"):
        assert main(["--project", str(tmp_path), "check", "--engine", engine]) == 1
        said.add(capsys.readouterr())
    [(out, err)] = said
    assert "exactly one name" in out
    assert "error" in err
    assert (tmp_path / ".ipcgraph" / "checked" / "results").is_file()
    with pytest.raises(SystemExit):
        main(["--project", str(tmp_path), "check", "--engine", "other"])
    assert "choose from auto, pyshacl, shacl" in capsys.readouterr().err


def test_the_engines_are_read_without_the_libraries():
    code = "import sys, ipcgraph.engines; sys.exit(bool({'rdflib', 'pyshacl', 'shacl', 'numpy'} & set(sys.modules)))"
    import subprocess

    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parent).returncode == 0
