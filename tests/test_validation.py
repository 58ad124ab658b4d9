"""The check against shapes: which line it names, which words it uses, what it does where the engine fails."""

from __future__ import annotations

import dataclasses
import logging
import sys
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize
from tests.statement_lines import index, lines, quads

from ipcgraph import validation
from ipcgraph.engines import Result, shacl_results
from ipcgraph.findings import Finding, Place
from ipcgraph.ontology import Ontology, read_ontology
from ipcgraph.statements import Term, term_text
from ipcgraph.validation import validate, validate_file
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG, PREFIXES, SH, TYPE

TITLE = PREFIXES["dcterms"] + "title"

SHAPES = """
ipcg:WorkShape a sh:NodeShape ; sh:targetClass ipcg:Work ;
  sh:property ipcg:WorkShape-title, ipcg:WorkShape-doi, ipcg:WorkShape-one-doi, ipcg:WorkShape-type ,
    ipcg:WorkShape-evidence , ipcg:WorkShape-authorship .
ipcg:WorkShape-title sh:path dcterms:title ; sh:minCount 1 ; sh:maxCount 1 ;
  sh:message "a work has one title" ; ipcg:remedy "write title once" .
ipcg:WorkShape-doi sh:path ipcg:doi ; sh:pattern "^10[.]" ;
  sh:message "this is not a DOI." ; ipcg:remedy "write it from 10. on" .
ipcg:WorkShape-one-doi sh:path ( ipcg:doi [ sh:inversePath ipcg:doi ] ) ; sh:maxCount 1 ;
  sh:message "two works have the same DOI" ; ipcg:remedy "correct one of them" .
ipcg:WorkShape-type sh:path ipcg:workType ; sh:in ( <https://w3id.org/ipcgraph/vocab/work-type/report> "plain" ) .
ipcg:WorkShape-evidence sh:path ipcg:evidence ; sh:minCount 1 ; sh:severity sh:Warning ;
  sh:message "this work has no evidence" ; ipcg:remedy "write evidence" .
ipcg:WorkShape-authorship sh:path ( ipcg:hasAuthorship ipcg:author ) ; sh:class foaf:Person ;
  sh:message "an author is a person" ; ipcg:remedy "write a person" .
ipcg:PartnerShape a sh:NodeShape ; sh:targetClass ipcg:Partner ;
  sh:property [ sh:path [ sh:inversePath ipcg:partner ] ; sh:minCount 1 ;
    sh:message "no partnership names this partner" ; ipcg:remedy "add the partnership" ] .
ipcg:RoleShape a sh:NodeShape ; sh:targetClass ipcg:Role ;
  sh:property ipcg:RoleShape-order , ipcg:RoleShape-start , ipcg:RoleShape-bound .
ipcg:RoleShape-order sh:path ipcg:startNotBefore ; sh:lessThanOrEquals ipcg:endNotAfter ;
  sh:message "this ends before it starts" ; ipcg:remedy "correct one of the two dates" .
ipcg:RoleShape-start sh:path ipcg:start ; sh:maxCount 1 ; sh:message "there is one start" ; ipcg:remedy "keep one" .
ipcg:RoleShape-bound sh:path ipcg:startNotBefore ; sh:maxCount 1 ; sh:message "one bound" ; ipcg:remedy "-" .
ipcg:CountShape a sh:NodeShape ; sh:targetClass ipcg:Count ;
  sh:or ( [ sh:path ipcg:min ; sh:minCount 1 ] [ sh:path ipcg:max ; sh:minCount 1 ] ) ;
  sh:message "a count has a number" ; ipcg:remedy "write min or max" .
"""

GOOD = '<work/a> a ipcg:Work ; dcterms:title "A" ; ipcg:evidence <source/s> ; ipcg:workType word:work-type\\/report .'


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return dataclasses.replace(read_ontology(), shapes=tuple(quads(SHAPES)))


def findings(ontology: Ontology, text: str, derived: str = "", **options) -> list[Finding]:
    found = list(validate(index(text), lines(derived, "ontology/rules/date-bounds.rq"), ontology, **options))
    assert len(set(found)) == len(found)
    return sorted(found, key=lambda finding: (finding.place, finding.message))


def told(ontology: Ontology, text: str, derived: str = "", **options) -> list[str]:
    return [f"{f.place.line}: {f.message}; {f.fix}" for f in findings(ontology, text, derived, **options)]


def test_a_graph_that_is_right_has_no_findings(ontology):
    assert told(ontology, GOOD) == []


def test_a_missing_value_stands_at_the_record(ontology):
    text = '<work/a> ipcg:evidence <source/s> .\n<work/a> a ipcg:Work .\n<work/b> dcterms:title "not a work" .'
    [finding] = findings(ontology, text)
    assert str(finding) == "data/graph.ttl:2:1: error: a work has one title; found none; write title once"
    assert (finding.focus, finding.path) == (DEFAULT_BASE + "work/a", TITLE)
    assert finding.shape == IPCG + "WorkShape-title"


def test_one_value_too_many_stands_at_the_second_and_shows_both(ontology):
    text = GOOD + '\n<work/a> dcterms:title "B" .'
    assert told(ontology, text) == ['2: a work has one title; found "A" and "B"; write title once']


def test_a_wrong_value_stands_at_its_own_line(ontology):
    text = GOOD + '\n<work/a> ipcg:doi "10.1/x" .\n<work/a> ipcg:doi "doi:10.1/y" .'
    assert told(ontology, text) == ['3: this is not a DOI; found "doi:10.1/y"; write it from 10. on']


def test_a_shared_value_stands_at_both_holders_and_each_names_the_other(ontology):
    second = GOOD.replace("work/a", "work/b")
    third = GOOD.replace("work/a", "work/c") + ' <work/c> ipcg:doi "10.1/z" .'
    text = f'{GOOD}\n<work/a> ipcg:doi "10.1/x" .\n{second}\n<work/b> ipcg:doi "10.1/x" .\n{third}'
    assert told(ontology, text) == [
        '2: two works have the same DOI; found "10.1/x" at work/b (data/graph.ttl:4:1) too; correct one of them',
        '4: two works have the same DOI; found "10.1/x" at work/a (data/graph.ttl:2:1) too; correct one of them',
    ]


def test_an_inverse_path_stands_at_the_record(ontology):
    text = "<organization/x> a ipcg:Partner .\n<organization/y> a ipcg:Partner .\n<p> ipcg:partner <organization/y> ."
    [finding] = findings(ontology, text)
    assert str(finding).endswith(":1:1: error: no partnership names this partner; add the partnership")
    assert finding.shape == IPCG + "PartnerShape"


def test_a_sequence_path_names_the_value_and_stands_at_the_first_step(ontology):
    text = (
        GOOD + "\n<work/a> ipcg:hasAuthorship <work/a/authorship/x> .\n<work/a/authorship/x> ipcg:author <topic/t> .\n"
    )
    text += "<topic/t> a ipcg:Topic ."
    assert told(ontology, text) == ["2: an author is a person; found topic/t (Topic); write a person"]


def test_bounds_are_compared_and_the_stated_dates_are_named(ontology):
    text = (
        '<role/r> a ipcg:Role .\n<role/r> ipcg:start "2021"^^xsd:gYear .\n<role/r> ipcg:end "2019-05"^^xsd:gYearMonth .'
    )
    derived = (
        '<role/r> ipcg:startNotBefore "2021-01-01"^^xsd:date .\n<role/r> ipcg:endNotAfter "2019-05-31"^^xsd:date .'
    )
    [finding] = findings(ontology, text, derived)
    assert finding.place == Place("data/graph.ttl", 2)
    assert finding.message == 'this ends before it starts; found start "2021" and end "2019-05"'
    assert finding.path == IPCG + "start"


def test_what_follows_from_a_wrong_date_is_not_said_again(ontology):
    text = '<role/r> a ipcg:Role .\n<role/r> ipcg:start "2021"^^xsd:gYear .\n<role/r> ipcg:start "2022"^^xsd:gYear .'
    derived = '<role/r> ipcg:startNotBefore "2021-01-01"^^xsd:date, "2022-01-01"^^xsd:date .'
    assert told(ontology, text, derived) == ['3: there is one start; found "2021" and "2022"; keep one']


def test_a_demand_on_the_record_stands_at_the_record(ontology):
    text = '<c/a> ipcg:asStated "some" .\n<c/a> a ipcg:Count .\n<c/b> a ipcg:Count ; ipcg:min 3 .'
    assert told(ontology, text) == ["2: a count has a number; write min or max"]


def test_missing_evidence_is_a_warning_until_the_project_requires_it(ontology):
    text = '<work/a> a ipcg:Work ; dcterms:title "A" .'
    [finding] = findings(ontology, text)
    assert (finding.severity, finding.message) == ("warning", "this work has no evidence")
    [finding] = findings(ontology, text, evidence="required")
    assert finding.severity == "error"


def test_a_shape_without_words_is_told_in_plain_ones(ontology):
    text = '<work/a> a ipcg:Work ; dcterms:title "A" ; ipcg:evidence <source/s> .\n<work/a> ipcg:workType "repport" .'
    assert told(ontology, text) == [
        (
            '2: workType has a value that is not one of those allowed; found the text "repport"; '
            "write one of the values that the ontology lists"
        )
    ]


def test_an_earlier_finding_about_the_same_key_hides_a_missing_value_and_no_other(ontology):
    text = "<work/a> a ipcg:Work .\n<work/b> a ipcg:Work ."
    earlier = [Finding("error", "no key tilte", Place("x"), focus=DEFAULT_BASE + "work/a", path=TITLE)]
    shown = [line for line in told(ontology, text, earlier=earlier) if "title" in line]
    assert shown == ["2: a work has one title; found none; write title once"]


def test_an_earlier_finding_about_a_dangling_reference_hides_that_its_class_is_wrong(ontology):
    text = GOOD + "\n<work/a> ipcg:hasAuthorship <b> .\n<b> ipcg:author <person/nobody> ."
    authorship = IPCG + "hasAuthorship"
    earlier = [Finding("error", "nobody", Place("x"), focus=DEFAULT_BASE + "work/a", path=authorship)]
    assert len(told(ontology, text)) == 1
    assert told(ontology, text, earlier=earlier) == []


def test_a_record_written_twice_is_not_said_to_have_its_values_twice(ontology):
    text = GOOD + "\n" + GOOD.replace('"A"', '"B"')
    assert told(ontology, text) == []
    assert len(told(ontology, text.replace("\n<work/a> a ipcg:Work ;", "\n<work/a>"))) == 1


def test_what_stands_in_an_unread_part_of_a_file_is_not_said_to_be_missing(ontology):
    text = "<work/a> a ipcg:Work .\n<organization/x> a ipcg:Partner .\n<w/b> ipcg:author <person/x> ."
    text += "\n<work/c> a ipcg:Work ; dcterms:title 'C' ; ipcg:evidence <s> ; ipcg:hasAuthorship <w/b> ; ipcg:doi 'x' ."
    unread = Finding("error", "not Turtle", Place("data/graph.ttl", 9), shape=IPCG + "check-syntax")
    elsewhere = dataclasses.replace(unread, place=Place("data/other.ttl", 9))
    doi = '4: this is not a DOI; found "x"; write it from 10. on'
    assert told(ontology, text, earlier=[unread]) == [doi]
    assert told(ontology, text, earlier=[elsewhere]) == [
        "1: a work has one title; found none; write title once",
        "1: this work has no evidence; write evidence",
        doi,
    ]
    assert len(told(ontology, text)) == 5


def test_a_reference_to_a_thing_of_a_wrong_type_is_not_said_to_be_wrong_too(ontology):
    text = GOOD + "\n<work/a> ipcg:hasAuthorship <w/a> .\n<w/a> ipcg:author <person/x> .\n<person/x> foaf:name 'X' ."
    earlier = [Finding("error", "no type", Place("x"), focus=DEFAULT_BASE + "person/x", path=TYPE.value)]
    assert len(told(ontology, text)) == 1
    assert told(ontology, text, earlier=earlier) == []


def test_a_value_of_another_datatype_says_what_it_is_and_how_to_write_it():
    text = (
        '<work/a> a ipcg:Work ; dcterms:title "A" ; ipcg:workType word:work-type\\/report ; ipcg:evidence <source/s> .\n'
        '<work/a> ipcg:issued "2021" .\n<source/s> a ipcg:Source ; dcterms:title "Titre"@fr .\n'
    )
    found = told(read_ontology(), text)
    assert len(found) == 2
    assert 'found the text "2021"; ' in found[0]
    assert 'in Turtle write a year as "2021"^^xsd:gYear' in found[0]
    assert 'found "Titre" (fr); ' in found[1]


@pytest.mark.parametrize("engine", ["pyshacl", "shacl"])
def test_an_impossible_date_does_not_stop_the_check(ontology, capsys, caplog, engine):
    text = '<role/r> a ipcg:Role .\n<role/r> ipcg:startNotBefore "2021-02-30"^^xsd:date .\n<work/a> a ipcg:Work .\n'
    text += '<role/r> ipcg:endNotAfter "2021-03-01"^^xsd:date .\n<work/a> ipcg:evidence <s> .'
    found = told(ontology, text, engine=engine)
    assert found[0].startswith('2: startNotBefore has a value that cannot be; found "2021-02-30"; write a value')
    assert found[1:] == ["3: a work has one title; found none; write title once"]
    assert caplog.text == ""
    assert capsys.readouterr().err == ""
    assert not logging.getLogger("rdflib.term").disabled


OWN = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ipcg: <https://w3id.org/ipcgraph/ns#> .\n"
    "@prefix x: <http://x.org/> . @prefix dcterms: <http://purl.org/dc/terms/> .\n"
)
"""The first two lines of a file of shapes."""


def own(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "shapes"
    folder.mkdir(exist_ok=True)
    (folder / "ours.ttl").write_text(OWN + text, encoding="utf-8")
    (folder / "sound.ttl").write_text(OWN + "x:Sound a sh:NodeShape ; sh:targetClass ipcg:Work .", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("sh:property [ sh:path x:p ;\n sh:pattern '(' ]", 5, 'the pattern "(" is not a regular expression'),
        ("sh:property [ sh:path dcterms:title ;\n sh:minCount 'one' ]", 5, "sh:minCount is not written as SHACL"),
        ("sh:property [\n sh:minCount 1 ]", 5, "this shape is not written as SHACL demands"),
        ("sh:property\n [ sh:path 'title' ]", 5, "this shape is not written as SHACL demands"),
        ("\n\n sh:or x:NoList", 6, "not written as SHACL demands"),
    ],
)
def test_a_malformed_shape_of_a_project_is_found_at_its_line(ontology, tmp_path, text, place, says):
    shapes = own(tmp_path, f"x:S a sh:NodeShape ;\n sh:targetClass ipcg:Work ; {text} .")
    found = findings(ontology, GOOD + '\n<work/a> <http://x.org/p> "x" .', shapes=shapes)
    assert [f.place.path for f in found] == ["shapes/ours.ttl"] * len(found)
    assert [f for f in found if f.place.line == place and says in f.message], [str(f) for f in found]


def test_where_the_engine_stops_the_shape_is_named(ontology, tmp_path):
    shapes = own(
        tmp_path,
        "x:Other a sh:NodeShape ; sh:targetClass ipcg:Work .\n"
        "x:S a sh:NodeShape ;\n  sh:targetClass ipcg:Work ;\n  sh:property x:Nowhere .",
    )
    [finding] = findings(ontology, GOOD, shapes=shapes)
    assert (finding.place.path, finding.place.line) == ("shapes/ours.ttl", 4)
    assert finding.message.startswith("the check against the shapes stopped (")
    assert "Nowhere" in finding.message
    assert finding.focus == "http://x.org/S"


def test_shapes_that_lead_back_to_themselves_are_a_finding(ontology, tmp_path):
    shapes = own(
        tmp_path,
        "x:S a sh:NodeShape ; sh:targetClass ipcg:Work ;\n  sh:property [ sh:path ipcg:partOf ; sh:node x:S ] .",
    )
    [finding] = findings(ontology, GOOD + "\n<work/a> ipcg:partOf <work/a> .", shapes=shapes)
    assert (finding.place.path, finding.place.line) == ("shapes/ours.ttl", 3)
    assert "the check against the shapes stopped" in finding.message


@pytest.mark.parametrize(
    ("text", "line", "term"),
    [
        ("x:S a sh:NodeShape ;\n sh:rule [ ] .", 4, "sh:rule"),
        ("x:S a sh:NodeShape ;\n sh:target [ sh:ask 'x' ] .", 4, "sh:target"),
        ("x:S a sh:NodeShape ;\n sh:js [ ] .", 4, "sh:js"),
        ("x:S a sh:NodeShape ;\n sh:expression [ ] .", 4, "sh:expression"),
        ("x:C\n a sh:ConstraintComponent .", 4, "sh:ConstraintComponent"),
        ("x:C\n a sh:SPARQLFunction .", 4, "sh:SPARQLFunction"),
    ],
)
def test_shapes_of_a_project_use_shacl_core_only(ontology, tmp_path, text, line, term):
    found = findings(ontology, GOOD, shapes=own(tmp_path, text))
    assert {f.place.path for f in found} == {"shapes/ours.ttl"}
    [finding] = [f for f in found if f"{term} is not taken: shapes here use SHACL Core and sh:sparql only" in f.message]
    assert finding.place.line == line


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("not SPARQL", "does not begin a query"),
        ("ASK { $this ?p ?o }", "a query of a shape is a SELECT"),
        ("SELECT ?x WHERE { ?x ?p ?o }", "the query says nothing of $this"),
        ("SELECT $this WHERE { SERVICE <http://x.org/> { $this ?p ?o } }", "SERVICE calls another server"),
        ("SELECT $this FROM <http://x.org/> WHERE { $this ?p ?o }", "FROM names another dataset"),
        ("SELECT $this WHERE { $this x:p ?o }", "not SPARQL"),
        ("SELECT $this WHERE " + "{" * 150 + "$this ?p ?o" + "}" * 150, "more than 100 brackets"),
        ("DELETE WHERE { $this ?p ?o }", "DELETE changes a graph"),
    ],
)
@pytest.mark.parametrize("engine", ["pyshacl", "shacl"])
def test_a_query_that_is_not_run_is_found_at_its_line(ontology, tmp_path, query, says, engine):
    text = f"x:S a sh:NodeShape ; sh:targetClass ipcg:Work ; sh:sparql [\n sh:select '{query}' ] ."
    [finding] = findings(ontology, GOOD, shapes=own(tmp_path, text), engine=engine)
    assert (finding.place, finding.shape) == (Place("shapes/ours.ttl", 4), IPCG + "check-shapes")
    assert says in finding.message


@pytest.mark.parametrize("engine", ["pyshacl", "shacl"])
def test_a_query_of_a_shape_finds_its_line_and_fills_its_sentence(ontology, tmp_path, engine):
    shapes = own(
        tmp_path,
        "x:p sh:declare [ sh:prefix 'dc' ; sh:namespace 'http://purl.org/dc/terms/'^^<http://www.w3.org/2001/XMLSchema#anyURI> ] .\n"
        "x:S a sh:NodeShape ; sh:targetClass ipcg:Work ; sh:sparql [ sh:prefixes x:p ;\n"
        "  sh:select 'SELECT $this ?path ?value WHERE { $this ?path ?value FILTER(?path = dc:title && STRLEN(?value) < 3) }' ;\n"
        "  sh:message '{?path} of {$this} is short' ; ipcg:remedy 'write more' ] .",
    )
    text = f"{GOOD}\n<work/b> a ipcg:Work ; dcterms:title 'long enough' ; ipcg:evidence <source/s> ."
    told_by_it = told(ontology, text, shapes=shapes, engine=engine)
    assert told_by_it == ['1: title of work/a is short; found "A"; write more']


@pytest.mark.parametrize("engine", ["pyshacl", "shacl"])
def test_a_shape_of_ones_own_without_a_remedy_is_named_by_its_place(ontology, tmp_path, engine):
    shapes = own(
        tmp_path,
        "x:S a sh:NodeShape ; sh:targetClass ipcg:Work ;\n"
        "  sh:sparql [ sh:message 'no {value}' ; sh:select 'SELECT $this { $this ?p \"A\" }' ] .",
    )
    assert told(ontology, GOOD, shapes=shapes, engine=engine) == [
        "1: no {value}; what is asked for stands in shapes/ours.ttl:3:1"
    ]


def test_a_finding_about_a_value_stands_where_the_value_is_written(ontology, tmp_path):
    shapes = own(tmp_path, "x:S a sh:NodeShape ;\n sh:targetObjectsOf dcterms:title ; sh:minLength 3 .")
    [finding] = findings(ontology, "\n<a> a ipcg:X .\n" + GOOD, shapes=shapes)
    assert finding.place == Place("data/graph.ttl", 2)
    assert finding.focus == '"A"'
    assert finding.component == SH + "MinLengthConstraintComponent"


def test_a_finding_about_what_is_written_nowhere_stands_at_its_shape(ontology, tmp_path):
    shapes = own(tmp_path, "\nx:S\n sh:targetNode x:absent ; sh:property [ sh:path x:p ; sh:minCount 1 ] .")
    [finding] = findings(ontology, GOOD, shapes=shapes)
    assert finding.focus == "http://x.org/absent"
    assert finding.place.path == "shapes/ours.ttl"


def test_a_key_without_a_value_is_not_said_to_be_missing_too(ontology):
    text = f"{GOOD}\n<work/b> a ipcg:Work .\n<work/b> ipcg:evidence <s> .\n"
    text += "<work/c> a ipcg:Work .\n<work/c> ipcg:evidence <s> ."
    empty = Finding("error", "title has no value", Place("data/graph.ttl", 2, 9), shape=IPCG + "check-no-value")
    assert [line[:2] for line in told(ontology, text)] == ["2:", "4:"]
    assert [line[:2] for line in told(ontology, text, earlier=[empty])] == ["4:"]
    other = dataclasses.replace(empty, message="workType has no value")
    assert [line[:2] for line in told(ontology, text, earlier=[other])] == ["2:", "4:"]


def test_a_passage_of_a_source_that_nobody_describes_is_not_said_to_be_uncompared():
    text = (
        "<source/s> a ipcg:Source ; dcterms:title 'S' .\n"
        "<source/s/L1> a ipcg:Passage ; ipcg:source <source/s> ; ipcg:firstLine 1 ; ipcg:lastLine 1 .\n"
        "<source/x/L1> a ipcg:Passage ; ipcg:source <source/x> ; ipcg:firstLine 1 ; ipcg:lastLine 1 .\n"
    )
    found = [f for f in findings(read_ontology(), text) if f.path == IPCG + "textHash"]
    assert [f.place.line for f in found] == [2]


def test_a_shape_without_a_name_is_named_by_what_it_is_part_of(ontology, tmp_path):
    shapes = own(tmp_path, "x:S sh:targetClass ipcg:Work ; sh:or ( [ sh:property [ sh:path x:p ; sh:minCount 1 ] ] ) .\n"
                           "[] sh:targetClass ipcg:Work ; sh:property [ sh:path x:q ; sh:minCount 1 ] .")  # fmt: skip
    assert {f.shape for f in findings(ontology, GOOD, shapes=shapes)} == {"http://x.org/S", ""}


def test_the_shapes_of_a_project_are_added(ontology, tmp_path):
    folder = tmp_path / "shapes"
    folder.mkdir()
    (folder / "ours.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ipcg: <https://w3id.org/ipcgraph/ns#> .\n"
        "[] a sh:NodeShape ; sh:targetClass ipcg:Work ; sh:property [ sh:path ipcg:isbn ; sh:minCount 1 ] ."
    )
    assert told(ontology, GOOD, shapes=folder) == ["1: isbn is missing; add isbn"]
    (folder / "zbad.ttl").write_text("@prefix sh: <http://www.w3.org/ns/shacl#> .\nsh:a sh:b .\n")
    found = findings(ontology, GOOD, shapes=folder)
    assert [str(f.place) for f in found if "not Turtle" in f.message] == ["shapes/zbad.ttl:2:11"]
    assert told(ontology, GOOD, shapes=tmp_path / "absent") == []


def test_a_misspelt_term_in_the_shapes_of_a_project_is_found(ontology, tmp_path):
    (tmp_path / "ours.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ipcg: <https://w3id.org/ipcgraph/ns#> .\n"
        "[] a sh:NodeShape ; sh:targetClass ipcg:Work ; sh:property [\n"
        "  sh:path ipcg:isbn ;\n"
        "  sh:minCoun 1 ] ."
    )
    [finding] = findings(ontology, GOOD, shapes=tmp_path)
    assert (finding.place.line, finding.message) == (4, "there is no term sh:minCoun")
    assert "sh:minCount" in finding.fix


def test_concepts_of_the_schemes_are_seen_by_the_shapes(ontology):
    shapes = tuple(
        quads(
            "ipcg:S a sh:NodeShape ; sh:targetClass ipcg:Work ; sh:property [ sh:path ( ipcg:workType skos:inScheme ) ;"
            " sh:hasValue <https://w3id.org/ipcgraph/vocab/work-type> ; sh:message 'this is no type of work' ] ."
        )
    )
    strict = dataclasses.replace(ontology, shapes=shapes)
    assert told(strict, GOOD) == []
    wrong = GOOD.replace("work-type\\/report", "role-type\\/director")
    assert [line.split(";")[0] for line in told(strict, wrong)] == ["1: this is no type of work"]


def test_results_carry_value_path_and_shape():
    data = quads('<a> a ipcg:Work ; dcterms:title "01"^^xsd:integer , "x"@en .')
    shapes = quads("ipcg:S a sh:NodeShape ; sh:targetClass ipcg:Work ; sh:property ipcg:P .\n"
                   "ipcg:P sh:path dcterms:title ; sh:datatype xsd:string .")  # fmt: skip
    results = shacl_results(data, shapes, [])
    number = Literal("01", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    assert {result.value for result in results} == {number, Literal("x", language="en")}
    assert {dataclasses.replace(result, value=None) for result in results} == {
        Result(DEFAULT_BASE + "a", (TITLE,), None, SH + "DatatypeConstraintComponent", IPCG + "P", SH + "Violation")
    }


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("[ sh:inversePath ipcg:partner ]", ("^" + IPCG + "partner",)),
        ("( ipcg:doi [ sh:inversePath ipcg:doi ] )", (IPCG + "doi", "^" + IPCG + "doi")),
        ("[ sh:inversePath ( ipcg:min ipcg:max ) ]", ("^" + IPCG + "max", "^" + IPCG + "min")),
        ("[ sh:alternativePath ( ipcg:min ipcg:max ) ]", (IPCG + "min|" + IPCG + "max",)),
        ("( ipcg:min [ sh:zeroOrMorePath ipcg:max ] )", (IPCG + "min", f"({IPCG}max)*")),
        ("( ipcg:min [ sh:oneOrMorePath ipcg:max ] )", (IPCG + "min", f"({IPCG}max)+")),
        ("( ipcg:min [ sh:zeroOrOnePath ipcg:max ] )", (IPCG + "min", f"({IPCG}max)?")),
    ],
)
def test_paths_are_read_back(path, steps):
    shapes = quads(
        f"ipcg:S a sh:NodeShape ; sh:targetClass ipcg:Work ; sh:property [ sh:path {path} ; sh:minCount 9 ] ."
    )
    [result] = shacl_results(quads("<a> a ipcg:Work ."), shapes, [])
    assert result.path == steps


WRONG = """
<work/a> a ipcg:Work ; dcterms:title "A" , "B" ; ipcg:doi "10.1/x" ; ipcg:workType <topic/t> ; ipcg:evidence <source/s> .
<work/b> a ipcg:Work ; ipcg:doi "10.1/x" , "http://x" ; ipcg:hasAuthorship <a1> .
<work/c> a ipcg:Work ; dcterms:title "C" ; ipcg:doi "10.1/x" ; ipcg:hasAuthorship <a2> .
<a1> ipcg:author <org/o> .
<a2> ipcg:author <person/nobody> .
<org/o> a ipcg:Partner ; foaf:name "O" .
<topic/t> a ipcg:Topic .
<role/r> a ipcg:Role ; ipcg:start "2021" , "2022" ; ipcg:startNotBefore "2021-02-30"^^xsd:date .
<role/r> ipcg:endNotAfter "2020-12-31"^^xsd:date .
<role/q> a ipcg:Role ; ipcg:startNotBefore "2022-01-01"^^xsd:date ; ipcg:endNotAfter "2021-01-01"^^xsd:date .
<count/c> a ipcg:Count .
"""


@pytest.mark.parametrize("text", [WRONG, GOOD])
def test_a_graph_in_a_file_gives_the_same_findings(ontology, tmp_path, text):
    statements = lines(text)
    asked: list[tuple[frozenset[str], frozenset[Term]]] = []

    def look_up(subjects, objects):
        asked.append((subjects, objects))
        return [s for s in statements if term_text(s[0].subject) in subjects or s[0].object in objects]

    file = tmp_path / "graph.nt"
    everything = [quad for quad, _ in (*statements, *ontology.statements)]
    serialize((Triple(q.subject, q.predicate, q.object) for q in everything), file, format=RdfFormat.N_TRIPLES)
    shapes = own(tmp_path, "x:S sh:targetObjectsOf ipcg:author ; sh:class <http://xmlns.com/foaf/0.1/Person> .")
    expected = list(validate(index(text), (), ontology, shapes=shapes))
    assert list(validate_file(file, look_up, ontology, shapes=shapes)) == expected
    assert len(expected) == (18 if text == WRONG else 0)
    assert len(asked) == (2 if text == WRONG else 0)


def test_of_very_many_findings_of_a_file_the_rest_is_counted(ontology, tmp_path, monkeypatch):
    monkeypatch.setattr(validation, "MOST", 3)
    text = "".join(f"<work/{n}> a ipcg:Work ; ipcg:evidence <s> .\n" for n in range(9))
    file = tmp_path / "graph.nt"
    serialize((q.triple for q in quads(text)), file, format=RdfFormat.N_TRIPLES)
    found = list(validate_file(file, lambda *_: lines(text), ontology, evidence="required"))
    assert [f.place.line for f in found[:3]] == [1, 2, 3]
    assert [str(f) for f in found[3:]] == [
        "ontology/shapes.ttl:1:1: error: a work has one title; found 6 more times; write title once"
    ]


def test_properties_that_no_shape_reads_may_be_left_out(ontology, tmp_path):
    read = validation.properties_checked(ontology, own(tmp_path, "x:S sh:targetSubjectsOf x:p ; sh:nodeKind sh:IRI ."))
    assert read is not None
    assert {TITLE, IPCG + "partner", IPCG + "endNotAfter", "http://x.org/p", TYPE.value} <= read
    assert IPCG + "summary" not in read
    every = own(tmp_path, "x:S sh:targetSubjectsOf x:p ; sh:closed true .")
    assert validation.properties_checked(ontology, every) is None


def test_the_module_is_read_without_the_libraries():
    code = "import sys, ipcgraph.validation; sys.exit(bool({'rdflib', 'pyshacl', 'networkx'} & set(sys.modules)))"
    import subprocess

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
