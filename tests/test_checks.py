"""The checks that no shape can make: each finds its fault at its line, and leaves what is near it alone."""

from __future__ import annotations

import pytest
from tests.statement_lines import index, lines

from ipcgraph import checks
from ipcgraph.findings import Finding, Place
from ipcgraph.ontology import Ontology, read_ontology
from ipcgraph.spelling import nearest
from ipcgraph.statements import Index
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG, TYPE


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return read_ontology()


def told(found) -> list[str]:
    findings: list[Finding] = sorted(found, key=lambda finding: finding.place)
    assert all(finding.shape.startswith(IPCG + "check-") and finding.focus for finding in findings)
    return [f"{f.place.line}: {f.message}; {f.fix}" for f in findings]


def test_a_graph_that_is_right_passes_every_check(ontology):
    graph = index("""
        <person/ada> a ipcg:Person ; foaf:name "Ada" ; foaf:nick "Countess" .
        <work/a> a ipcg:Work ; ipcg:workType <https://w3id.org/ipcgraph/vocab/work-type/report> ; ipcg:hasAuthorship <work/a/authorship/ada> .
        <work/a/authorship/ada> a ipcg:Authorship ; ipcg:author <person/ada> ; ipcg:position 1 .
        <concept/role-type/warden> a skos:Concept ; skos:inScheme <https://w3id.org/ipcgraph/vocab/role-type> .
        <https://ror.org/01> foaf:name "known elsewhere" .
        <work/a> ipcg:issued "2021-04"^^xsd:gYearMonth ; rdfs:seeAlso <https://example.org/x> .
        <work/a/claim/issued> a ipcg:Claim ; rdf:predicate ipcg:issued ; rdf:subject <work/a> .
    """)
    assert told(checks.check(graph, ontology)) == []


def test_an_id_used_twice_is_found_in_one_file_and_in_two(ontology):
    first = lines('<person/a> a ipcg:Person .\n<person/a> foaf:name "A" .\n<person/b> a ipcg:Person .', "data/a.ttl")
    second = lines("<person/a> a ipcg:Person .\n<person/b> a ipcg:Center .\n<person/c> a ipcg:Person .", "data/b.ttl")
    graph = Index.of([*first, *second])
    assert [str(finding) for finding in checks.duplicate_ids(graph, ontology)] == [
        (
            "data/b.ttl:1:1: error: the id person/a is already used in data/a.ttl:1:1; "
            "give one of them another id, or make them one"
        ),
        (
            "data/b.ttl:2:1: error: the id person/b is already used in data/a.ttl:3:1, for a Person; "
            "give this Center another id, or give it one type only"
        ),
    ]


def test_one_thing_may_be_described_in_several_places_and_cited_often(ontology):
    graph = index("""
        <person/a> a ipcg:Person , foaf:Person .
        <person/a> foaf:name "A" .
        <source/s/L1> a ipcg:Passage .
        <source/s/L1> a ipcg:Passage .
    """)
    assert told(checks.duplicate_ids(graph, ontology)) == []


def test_a_reference_to_nothing_names_the_nearest_id_of_the_same_kind(ontology):
    graph = index("""
        <person/suzanne-berger> a ipcg:Person .
        <work/suzane-berger> a ipcg:Work .
        <work/a> ipcg:author <person/suzane-berger> .
        <work/a> ipcg:author <person/xyz> .
        <work/a> ipcg:workType <https://w3id.org/ipcgraph/vocab/work-type/artcle> .
        <work/a> ipcg:author <https://orcid.org/0000-0001> .
    """)
    assert told(checks.dangling_references(graph, ontology)) == [
        "3: there is no record with the id person/suzane-berger; did you mean person/suzanne-berger?",
        "4: there is no record with the id person/xyz; correct the id, or write a record that has it",
        "5: there is no word work-type/artcle; did you mean work-type/article?",
    ]


def test_a_reference_is_dangling_below_the_base_of_the_project_only(ontology):
    graph = index("<https://x.org/id/role/a> ipcg:author <https://x.org/id/person/nobody>, <person/elsewhere> .")
    assert told(checks.dangling_references(graph, ontology, base="https://x.org/id/")) == [
        "1: there is no record with the id person/nobody; correct the id, or write a record that has it"
    ]


def test_misspelt_properties_and_classes_are_found(ontology):
    graph = index("""
        <work/a> ipcg:workTipe "report" .
        <work/a> ipcg:zzz "report" .
        <person/a> a ipcg:Persn .
        <person/a> foaf:nmae "A" .
        <person/a> foaf:nick "A" , "B" .
        <work/a> dcterms:titel "A" ; dcterms:creator "A" ; dcterms:description "A" .
        <c> rdf:predicate ipcg:isued .
    """)
    assert told(checks.unknown_words(graph, ontology)) == [
        "1: there is no property ipcg:workTipe; did you mean ipcg:workType?",
        "2: there is no property ipcg:zzz; write a property that the ontology has",
        "3: there is no ipcg:Persn; did you mean ipcg:Person?",
        "4: foaf:nmae is not read by ipcgraph; did you mean foaf:name?",
        "6: dcterms:titel is not read by ipcgraph; did you mean dcterms:title?",
        "7: there is no ipcg:isued; did you mean ipcg:issued?",
    ]
    severities = {finding.place.line: finding.severity for finding in checks.unknown_words(graph, ontology)}
    assert severities == {1: "error", 2: "error", 3: "error", 4: "warning", 6: "warning", 7: "error"}


def test_a_record_without_a_type_of_ours_is_found(ontology):
    graph = index("""
        <person/a> foaf:name "A" .
        <person/b> a foaf:Person .
        <person/c> a foaf:Person, ipcg:Person .
        <person/d> a ipcg:Persn .
        <https://x.org/e> foaf:name "E" .
    """)
    found = told(checks.untyped_records(graph, ontology))
    assert len(found) == 2
    assert found[0].startswith("1: person/a has no type; give it the type one of Authorship, ")
    assert found[1] == "2: person/b has no type that ipcgraph knows; found foaf:Person; give it the type ipcg:Person"


def test_what_rules_derive_is_not_written_by_hand(ontology):
    graph = index("""
        <work/a> ipcg:issuedNotBefore "2021-01-01"^^xsd:date .
        <work/a> ipcg:creator <person/a> .
        <work/a> ipcg:issued "2021"^^xsd:gYear .
    """)
    assert told(checks.derived_by_hand(graph, ontology)) == [
        "1: issuedNotBefore is worked out and never written by hand; delete it and write issued",
        "2: creator is worked out and never written by hand; delete it; a rule makes it",
    ]


def works(*positions: int) -> Index:
    text = ["<work/a> ipcg:hasAuthorship " + " , ".join(f"<w/{i}>" for i in range(len(positions))) + " ."]
    text += [f"<w/{i}> ipcg:position {position} ." for i, position in enumerate(positions)]
    return index("\n".join([*text, "<role/listed> ipcg:position 7 ."]))


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        ((1, 2, 3), []),
        ((3, 1, 2), []),
        ((1, 3), ["3: the author at position 3 of work/a is its author number 2"]),
        ((2,), ["2: the author at position 2 of work/a is its author number 1"]),
        ((2, 5, 9), ["2: the author at position 2 of work/a is its author number 1"]),
        ((1, 2, 2), ["4: two authors of work/a have position 2; the other is in data/graph.ttl:3:1"]),
        ((1, 1, 3), ["3: two authors of work/a have position 1; the other is in data/graph.ttl:2:1"]),
        ((0, 1), ["2: the author at position 0 of work/a is its author number 1"]),
    ],
)
def test_authors_stand_at_one_to_n(positions, expected):
    fix = "; number the authors 1, 2, 3 in their order"
    assert told(checks.author_positions(works(*positions))) == [line + fix for line in expected]


def test_circles_are_found_once_and_named_whole():
    graph = index("""
        <initiative/a> ipcg:partOf <initiative/b> , <initiative/x> .
        <initiative/b> ipcg:partOf <initiative/c> .
        <initiative/c> ipcg:partOf <initiative/a> .
        <initiative/d> ipcg:partOf <initiative/a> , <initiative/b> .
        <organization/e> ipcg:parent <organization/e> .
        <concept/t/f> skos:broader <concept/t/g> .
        <concept/t/g> skos:broader <concept/t/f> .
        <initiative/x> ipcg:topic <initiative/a> .
        <organization/a> ipcg:parent <organization/b> .
    """)
    assert [line.split("; ")[0] for line in told(checks.cycles(graph))] == [
        (
            "1: initiative/a is part of initiative/b, but initiative/b is part of initiative/c (data/graph.ttl:2:1), "
            "and initiative/c is part of initiative/a (data/graph.ttl:3:1)"
        ),
        "5: organization/e has as its parent organization/e, itself",
        "6: concept/t/f is narrower than concept/t/g, but concept/t/g is narrower than concept/t/f (data/graph.ttl:7:1)",
    ]


def test_a_long_chain_of_parts_is_no_circle_and_does_not_end_the_check():
    text = "\n".join(f"<initiative/i{n}> ipcg:partOf <initiative/i{n + 1}> ." for n in range(5000))
    assert told(checks.cycles(index(text))) == []
    closed = index(text + "\n<initiative/i5000> ipcg:partOf <initiative/i4999> .")
    assert [finding.focus for finding in checks.cycles(closed)] == [DEFAULT_BASE + "initiative/i4999"]


def test_references_to_nothing_are_not_looked_for_while_a_file_is_unread(ontology):
    graph = index("<work/a> a ipcg:Work .\n<work/a> ipcg:partOf <initiative/x> .")
    assert [finding.severity for finding in checks.check(graph, ontology)] == ["error"]
    unread = Finding("error", "not YAML", Place("data/x.yaml", 3, 7), shape=IPCG + "check-syntax")
    [finding] = checks.check(graph, ontology, earlier=[unread])
    assert str(finding) == (
        "data/x.yaml:3:7: warning: references to records that are missing were not looked for, since data/x.yaml "
        "was not read whole; correct that file, then check again"
    )
    [finding] = checks.check(graph, ontology, earlier=[Finding("warning", "a link", Place("y"), shape=unread.shape)])
    assert "initiative/x" in finding.message


def test_what_reading_has_found_is_not_found_again(ontology):
    graph = index("<person/a> foaf:name 'A' .\n<person/b> a ipcg:Person .\n<person/b> a ipcg:Person .")
    assert len(list(checks.check(graph, ontology))) == 2
    earlier = [
        Finding("error", "no type", Place("z"), focus=DEFAULT_BASE + "person/a", path=TYPE.value),
        Finding("error", "taken", Place("data/graph.ttl", 3), focus=DEFAULT_BASE + "person/b"),
    ]
    assert list(checks.check(graph, ontology, earlier=earlier)) == []


def test_an_old_id_needs_no_type(ontology):
    graph = index("<person/old> dcterms:isReplacedBy <person/new> .\n<person/new> a ipcg:Person .")
    assert list(checks.check(graph, ontology)) == []


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("abigial-stone", "abigail-stone"),
        ("baigail-stone", "abigail-stone"),
        ("abigail-ston", "abigail-stone"),
        ("abigail-j-stone", "abigail-stone"),
        ("Abigail-Stone", "abigail-stone"),
        ("writer-0417x", "writer-0417"),
        ("xriter-0417", "writer-0417"),
    ],
)
def test_a_misspelt_id_is_recognised_among_many_alike(ontology, written, near):
    many = [f"<person/writer-{number:04}> a ipcg:Person ." for number in range(3000)]
    graph = index(
        "\n".join([*many, "<person/abigail-stone> a ipcg:Person .", f"<w/a> ipcg:author <person/{written}> ."])
    )
    [finding] = checks.dangling_references(graph, ontology)
    assert finding.fix == f"did you mean person/{near}?"


def test_many_misspelt_ids_are_each_compared_with_a_few(ontology, monkeypatch):
    compared: list[int] = []

    def counted(word, known):
        compared.append(len(known := list(known)))
        return nearest(word, known)

    monkeypatch.setattr("ipcgraph.checks.nearest", counted)
    known = [f"<person/jan-smith-of-{number:05}-the-writer> a ipcg:Person ." for number in range(5000)]
    wrong = [f"<w/{number}> ipcg:author <person/jan-smyth-of-{number:05}-the-writer> ." for number in range(50)]
    findings = list(checks.dangling_references(index("\n".join(known + wrong)), ontology))
    assert len(findings) == len(compared) == 50
    assert max(compared) <= 150
    assert [f.fix for f in findings] == [f"did you mean person/jan-smith-of-{n:05}-the-writer?" for n in range(50)]


def test_a_replaced_record_is_referred_to_by_either_id_and_its_successor_must_exist(ontology):
    graph = index("""
        <person/new> a ipcg:Person .
        <person/old> dcterms:isReplacedBy <person/new> .
        <role/a> ipcg:holder <person/old> .
        <person/older> dcterms:isReplacedBy <person/gnew> .
        <person/half> owl:deprecated true .
    """)
    assert [line.partition("; give")[0] for line in told(checks.check(graph, ontology)) if "role/a" not in line] == [
        "4: there is no record with the id person/gnew; did you mean person/new?",
        "5: person/half has no type",
    ]


def test_the_authors_of_a_work_written_twice_are_not_counted(ontology):
    graph = index("""
        <work/a> a ipcg:Work ; ipcg:hasAuthorship <w/1> .
        <work/a> a ipcg:Work ; ipcg:hasAuthorship <w/2> .
        <w/1> a ipcg:Authorship ; ipcg:position 1 .
        <w/2> a ipcg:Authorship ; ipcg:position 1 .
    """)
    assert [finding.place.line for finding in checks.check(graph, ontology)] == [2]
