"""Records to statements: the short forms of a record, its values and the findings about them."""

import json

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ipcgraph.findings import Finding
from ipcgraph.ontology import read_ontology
from ipcgraph.sources.expansion import expand_records
from ipcgraph.sources.resources import canonical, statements
from ipcgraph.sources.yaml import read_yaml
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG, RDF, TYPE, XSD

ONTOLOGY = read_ontology()


def expand(tmp_path, text, *, base=DEFAULT_BASE):
    """The triples (subject and object in short form) and the findings of a YAML text."""
    file = tmp_path / "records.yaml"
    file.write_text(text, encoding="utf-8")
    resources = list(expand_records(read_yaml(file, "records.yaml"), ONTOLOGY, base=base))
    triples = {}
    findings = []
    for item in statements(resources):
        if isinstance(item, Finding):
            findings.append(item)
        else:
            quad, place = item
            value = quad.object.value.removeprefix(base) if isinstance(quad.object, NamedNode) else quad.object
            assert isinstance(quad.subject, NamedNode)
            triples[quad.subject.value.removeprefix(base), quad.predicate.value.removeprefix(IPCG), value] = place
    return triples, findings, resources


def typed(text, name):
    return Literal(text, datatype=NamedNode(XSD + name))


def test_authors_are_named_by_person_and_numbered_in_order(tmp_path):
    triples, findings, _ = expand(
        tmp_path,
        """
- id: work/2020-tides
  type: Work
  authors: [person/ada, {person: person/bo, nameAsListed: B. Bo, affiliation: organization/x}]
""",
    )
    assert not findings
    first, second = "work/2020-tides/authorship/ada", "work/2020-tides/authorship/bo"
    assert ("work/2020-tides", "hasAuthorship", first) in triples
    assert (first, "author", "person/ada") in triples
    assert (first, "position", typed("1", "integer")) in triples
    assert (second, "position", typed("2", "integer")) in triples
    assert (second, "nameAsListed", Literal("B. Bo")) in triples
    assert triples[second, "affiliation", "organization/x"].line == 4


def test_a_role_is_named_by_person_type_context_and_start(tmp_path):
    triples, findings, _ = expand(
        tmp_path,
        """
- id: person/ada
  type: Person
  roles:
    - {role: director, at: center/tides, start: 2021-04}
    - {role: president}
""",
    )
    assert not findings
    role = "role/ada--director--tides--2021-04"
    assert (role, "holder", "person/ada") in triples
    assert (role, "roleType", "https://w3id.org/ipcgraph/vocab/role-type/director") in triples
    assert (role, "heldAt", "center/tides") in triples
    assert (role, "start", typed("2021-04", "gYearMonth")) in triples
    assert ("role/ada--president--unstated", TYPE.value, IPCG + "Role") in triples


def test_a_partnership_is_named_by_its_one_partner_else_by_its_one_country(tmp_path):
    triples, findings, _ = expand(
        tmp_path,
        """
- id: center/tides
  type: Center
  partnerships:
    - {kind: grant, with: [organization/fund], start: 2015}
    - {kind: network-member, countries: [place/br]}
""",
    )
    assert not findings
    assert ("center/tides/partnership/grant--fund--2015", "partner", "organization/fund") in triples
    assert ("center/tides/partnership/network-member--br", "partnerOf", "center/tides") in triples


def test_a_value_with_evidence_is_a_statement_and_a_claim(tmp_path):
    triples, findings, _ = expand(
        tmp_path,
        """
- id: center/tides
  type: Center
  founded: {value: 1991, evidence: brochure#L3}
  acronym: {value: TI, basis: disputed, evidence: brochure#L4}
""",
    )
    assert not findings
    year = typed("1991", "gYear")
    assert ("center/tides", "founded", year) in triples
    claim = "center/tides/claim/founded"
    assert (claim, RDF + "object", year) in triples
    assert (claim, RDF + "predicate", IPCG + "founded") in triples
    assert (claim, "evidence", "source/brochure/L3") in triples
    assert (claim, "basis", "https://w3id.org/ipcgraph/vocab/basis/stated") in triples
    assert ("center/tides/claim/acronym", RDF + "object", Literal("TI")) in triples
    assert ("center/tides", "acronym", Literal("TI")) not in triples


def test_claims_about_several_values_are_told_apart(tmp_path):
    triples, findings, _ = expand(
        tmp_path,
        """
- id: center/tides
  type: Center
  topic: [{value: topic/ebb, evidence: b#L1}, {value: topic/flow, evidence: b#L2}]
""",
    )
    assert not findings
    assert ("center/tides/claim/topic--ebb", "evidence", "source/b/L1") in triples
    assert ("center/tides/claim/topic--flow", "evidence", "source/b/L2") in triples


def test_a_claim_in_full_is_asserted_only_if_stated(tmp_path):
    text = """
- {type: Claim, subject: initiative/a, predicate: owl:sameAs, object: initiative/b, basis: inferred-by-curator, evidence: b#L1}
- {type: Claim, subject: center/tides, predicate: founded, object: 1991-05, basis: stated, evidence: b#L2}
"""
    triples, findings, _ = expand(tmp_path, text)
    assert not findings
    assert ("initiative/a/claim/same-as--b", RDF + "object", "initiative/b") in triples
    assert not [t for t in triples if t[1].endswith("sameAs")]
    assert ("center/tides", "founded", typed("1991-05", "gYearMonth")) in triples
    assert ("center/tides/claim/founded--1991-05", RDF + "object", typed("1991-05", "gYearMonth")) in triples


def test_evidence_is_a_passage_with_its_lines(tmp_path):
    triples, findings, _ = expand(
        tmp_path,
        """
- {id: person/ada, type: Person, evidence: [brochure#L3-L5, source/register]}
- {id: person/bo, type: Person, evidence: brochure#L3-L5}
""",
    )
    assert not findings
    passage = "source/brochure/L3-L5"
    assert (passage, "source", "source/brochure") in triples
    assert (passage, "firstLine", typed("3", "integer")) in triples
    assert (passage, "lastLine", typed("5", "integer")) in triples
    assert triples[passage, TYPE.value, IPCG + "Passage"].line == 2
    assert ("person/ada", "evidence", "source/register") in triples
    assert triples["person/bo", "evidence", passage].line == 3


def test_counts_keep_the_words_and_the_bounds(tmp_path):
    triples, findings, _ = expand(
        tmp_path,
        "- {id: center/t, type: Center, counts: [{of: graduate students, asStated: 2-, reading: illegible}]}",
    )
    assert not findings
    count = "center/t/count/graduate-students"
    assert ("center/t", "count", count) in triples
    assert (count, "asStated", Literal("2-")) in triples


def test_a_center_may_have_concepts_of_its_own(tmp_path):
    triples, findings, _ = expand(
        tmp_path,
        """
- {id: concept/role-type/warden, type: Concept, inScheme: role-type, prefLabel: warden, broader: leader}
- {id: person/ada, type: Person, roles: [{role: concept/role-type/warden, at: center/t}]}
""",
    )
    assert not findings
    vocab = "https://w3id.org/ipcgraph/vocab/role-type"
    skos = "http://www.w3.org/2004/02/skos/core#"
    assert ("concept/role-type/warden", skos + "inScheme", vocab) in triples
    assert ("concept/role-type/warden", skos + "broader", vocab + "/leader") in triples
    assert ("role/ada--warden--t", "roleType", "concept/role-type/warden") in triples


@pytest.mark.parametrize(
    ("line", "place", "message", "fix"),
    [
        ("- {id: person/ada, type: Persn}", "1:26", 'no type "Persn"', '"Person"'),
        ("- {id: person/ada}", "1:4", "no type", "write type:"),
        ("- {type: Person}", "1:4", "no id", "write id: person/"),
        ("- {id: Ada, type: Person}", "1:8", "is not an id", "person/ada"),
        ("- {id: person/Ada Lovelace, type: Person}", "1:8", "lower-case", "person/ada-lovelace"),
        ("- {id: work/ada, type: Person}", "1:8", "begins with person/", "write person/ada"),
        ("- {id: person/ada, type: Person, nmae: Ada}", "1:34", 'A Person has no key "nmae"', '"name"'),
        ("- {id: person/ada, type: Person, workType: report}", "1:34", 'A Person has no key "workType"', "it belongs to Work"),
        ("- {id: work/x, type: Work, issued: 2021-02-30}", "1:36", '"2021-02-30" is not a date', "a day that exists"),
        ("- {id: work/x, type: Work, workType: reprt}", "1:38", '"reprt" is no work type', '"report"'),
        ("- {id: work/x, type: Work, listedIn: annals}", "1:38", '"annals" is not an id', "source/annals"),
        ("- {id: work/x, type: Work, issuedNotBefore: 2021-01-01}", "1:28", 'worked out from "issued"', '"issued"'),
        ("- {id: work/x, type: Work, evidence: brochure}", "1:38", "names no passage", "publications#L33-L35"),
        ("- {id: work/x, type: Work, evidence: b#L5-L3}", "1:38", "run backwards", "first line first"),
        ("- {id: work/x, type: Work, title: [[A]]}", "1:36", "a list in a list", "one list"),
        ("- {id: work/x, type: Work, title: {valu: A}}", "1:36", 'no key "valu"', '"value"'),
        ("- {id: work/x, type: Work, doi: 11.1/x}", "1:33", "is not a DOI", "10.1000/182"),
        ("- {id: work/x, type: Work, topic: [topic/a, topic/a]}", "1:45", "same value twice", "delete one"),
        ("- {id: person/ada, type: Person, roles: [director]}", "1:42", "a record of its own", "role, at"),
        ("- {id: person/ada, type: Person, roles: [{rle: director}]}", "1:43", 'no key "rle"', '"role"'),
        ("- {id: center/t, type: Center, partnerships: [{kind: grant, with: [organization/a, organization/b]}]}", "1:48", "several partners", "write id: center/t/partnership/"),
        ("- {id: person/ada, type: Person, counts: [{of: x, asStated: x, min: many}]}", "1:69", "not a whole number", "digits"),
        ("- {id: person/ada, type: Person, roles: [{role: director, minDuration: ten years}]}", "1:72", "not a length of time", "P10Y"),
        ("- {type: Claim, subject: per son/ada, predicate: name, object: A, basis: stated}", "1:26", "is not an id", "the id of the record"),
        ("- {id: work/x, type: Work, title: {value: A, id: a b, evidence: b#L1}}", "1:50", "is not an id", ""),
        ("- {type: Claim, subject: person/ada, predicate: nmae, object: A, basis: stated}", "1:49", 'no key "nmae"', '"name"'),
    ],
)  # fmt: skip
def test_a_mistake_is_found_at_its_place_with_a_remedy(tmp_path, line, place, message, fix):
    _, findings, _ = expand(tmp_path, line)
    assert [f for f in findings if str(f.place) == f"records.yaml:{place}" and message in f.message and fix in f.fix], (
        "\n".join(map(str, findings))
    )
    assert all(f.severity == "error" for f in findings)


def test_two_nested_records_of_one_name_ask_for_an_id(tmp_path):
    text = "- {id: person/ada, type: Person, roles: [{role: director, at: center/t}, {role: director, at: center/t}]}"
    _, findings, _ = expand(tmp_path, text)
    assert [str(f.place) for f in findings] == ["records.yaml:1:75"]
    assert "records.yaml:1:43" in findings[0].message
    _, findings, _ = expand(tmp_path, text.replace("t}]", "t, id: role/ada--director--t--again}]"))
    assert not findings


def test_a_misspelt_type_brings_no_findings_elsewhere(tmp_path):
    triples, findings, _ = expand(tmp_path, "- {id: person/ada, type: Persn, name: Ada}")
    assert len(findings) == 1
    assert ("person/ada", TYPE.value, IPCG + "Person") in triples


# rdflib's own reader of JSON-LD uses a class that rdflib itself has deprecated.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize("base", [DEFAULT_BASE, "https://tides.example/"])
def test_the_canonical_form_is_json_ld_that_others_read_alike(tmp_path, base):
    text = """
- id: person/ada
  type: Person
  name: Åda "the" <Great>
  alternateName: [Ada, 'NO']
  evidence: brochure#L3
  roles: [{role: director, at: center/tides, start: 2021-04-01, minDuration: P1Y}]
- {id: center/tides, type: Center, founded: {value: 1991, evidence: b#L1}, counts: [{of: x, asStated: 3, min: 3, max: 3, reading: exact}]}
- {id: work/2020-x, type: Work, issued: 2020-02, authors: [person/ada], deprecated: true}
"""
    triples, findings, resources = expand(tmp_path, text, base=base)
    assert not findings
    document = json.dumps(canonical(resources, ONTOLOGY, base=base))
    ours = {str(item[0]) for item in statements(resources) if not isinstance(item, Finding)}
    assert len(ours) == len(triples)
    assert {str(quad) for quad in parse(document, format=RdfFormat.JSON_LD)} == ours
    graph = rdflib.Graph().parse(data=document, format="json-ld")
    theirs = {str(quad) for quad in parse(graph.serialize(format="nt"), format=RdfFormat.N_TRIPLES)}
    assert theirs == ours
