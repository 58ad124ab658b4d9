"""Records to statements: the short forms of a record, its values and the findings about them."""

import json

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ipcgraph.checks import duplicate_ids
from ipcgraph.findings import Finding, Place
from ipcgraph.ontology import read_ontology
from ipcgraph.records import Mapping, Scalar, Sequence
from ipcgraph.sources.expansion import expand_records
from ipcgraph.sources.ids import is_id
from ipcgraph.sources.resources import canonical, statements
from ipcgraph.sources.yaml import read_yaml
from ipcgraph.statements import Index
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
        ("- {id: person/ada, type: Person, counts: [{of: x, asStated: x, min: 1٣}]}", "1:69", "not a whole number", "digits"),
        ("- {id: person/ada, type: Person, counts: [{of: x, asStated: x, min: 007}]}", "1:69", "not a whole number", "digits"),
        ("- {id: person/ada, type: Person, roles: [{role: director, minDuration: P1٠Y}]}", "1:72", "not a length of time", "P10Y"),
        ("- {id: person/ada, type: Person, roles: [{role: director, minDuration: -P1Y}]}", "1:72", "not a length of time", "P10Y"),
        ("- {id: person/ada, type: Person, deprecated: 1}", "1:46", "neither true nor false", "true"),
        ("- {id: work/x, type: Work, evidence: b#L٣}", "1:38", "names no passage", "publications#L33-L35"),
        ("- {id: work/x, type: Work, evidence: -#L3}", "1:38", "names no passage", "publications#L33-L35"),
        ("- {id: work/x, type: Work, listedIn: source/-}", "1:38", '"source/-" is not an id', "source/"),
        ("- {id: work/x, type: Work, listedIn: source/Annals}", "1:38", '"source/Annals" is not an id', "source/annals"),
        ("- {id: source/x/L3, type: Source, title: A}", "1:8", "is not an id", "write source/x/l3"),
        ("- {id: concept/boat/x, type: Concept, inScheme: concept/boat}", "1:49", 'no scheme "concept/boat"', "write one of"),
        ("- {id: concept/work-type/x, type: Concept, inScheme: role-type}", "1:8", "not that of a concept in role-type", "write concept/role-type/x"),
        ("- {id: concept/x, type: Concept, inScheme: role-type}", "1:8", "not that of a concept in role-type", "write concept/role-type/x"),
        ("- {id: concept/role-type/x, type: Concept, broader: leader}", "1:53", '"leader" is not an id', "write"),
        ("- {id: work/x, type: Work, authors: [{person: person/a, author: person/b}]}", "1:57", '"author" says the same as "person"', "one of the two"),
        ("- {id: work/x, type: Work, title: {value: [A, B], evidence: b#L1}}", "1:43", "no single value", "{value: …"),
        ("- {id: work/x, type: Work, title: {value: A, evidence: b#L1, counts: [{of: x}]}}", "1:62", 'no key "counts"', "evidence"),
        ("- {id: person/ada, type: Person, roles: [{role: director, id: {value: role/x}}]}", "1:64", "an id is one word", "leave it out"),
        ("- {id: person/ada, isReplacedBy: person/bo, acronim: x}", "1:45", 'A record has no key "acronim"', '"acronym"'),
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
    assert {(f.severity, f.shape) for f in findings} == {("error", IPCG + "check-record")}


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


def test_one_nested_record_needs_no_list(tmp_path):
    triples, findings, _ = expand(tmp_path, "- {id: person/ada, type: Person, roles: {role: director, at: center/t}}")
    assert not findings
    assert ("role/ada--director--t", "heldAt", "center/t") in triples


def test_a_value_of_a_nested_record_may_have_evidence_of_its_own(tmp_path):
    text = "- {id: person/ada, type: Person, roles: [{role: {value: director, evidence: b#L1}, at: center/t}]}"
    triples, findings, _ = expand(tmp_path, text)
    assert not findings
    role = "role/ada--director--t"
    assert (role, "roleType", "https://w3id.org/ipcgraph/vocab/role-type/director") in triples
    assert (role + "/claim/role-type", "evidence", "source/b/L1") in triples
    assert (role + "/claim/role-type", RDF + "subject", role) in triples


def test_an_evidence_may_have_evidence_of_its_own(tmp_path):
    triples, findings, _ = expand(tmp_path, "- {id: work/x, type: Work, evidence: {value: b#L3, evidence: c#L1}}")
    assert not findings
    assert ("work/x", "evidence", "source/b/L3") in triples
    assert ("work/x/claim/evidence", RDF + "object", "source/b/L3") in triples
    assert ("work/x/claim/evidence", "evidence", "source/c/L1") in triples


def test_a_claim_may_have_counts(tmp_path):
    text = (
        "- {type: Claim, subject: center/t, predicate: founded, object: 1991, basis: stated, evidence: b#L1,\n"
        "   counts: [{of: votes, asStated: 3, min: 3, max: 3, reading: exact}]}"
    )
    triples, findings, _ = expand(tmp_path, text)
    assert not findings
    claim = "center/t/claim/founded--1991"
    assert (claim, "count", claim + "/count/votes") in triples


def test_a_reference_may_name_a_passage(tmp_path):
    text = "- {type: Claim, subject: work/x, predicate: evidence, object: source/b/L3-L4, basis: disputed}"
    triples, findings, _ = expand(tmp_path, text)
    assert not findings
    assert ("work/x/claim/evidence--l3-l4", RDF + "object", "source/b/L3-L4") in triples
    triples, findings, _ = expand(tmp_path, "- {id: person/old, isReplacedBy: source/b/L3}")
    assert not findings
    assert [value for subject, _, value in triples if subject == "person/old"] == ["source/b/L3"]


def test_two_records_of_one_id_are_found_and_their_nested_records_too(tmp_path):
    record = "- {id: person/ada, type: Person, roles: [{role: director, at: center/t}]}\n"
    _, findings, resources = expand(tmp_path, record * 2)
    assert [str(finding.place) for finding in findings] == ["records.yaml:2:43"]
    assert 'would be named "role/ada--director--t"' in findings[0].message
    index = Index.of(item for item in statements(resources) if not isinstance(item, Finding))
    places = {(finding.focus, finding.place.line) for finding in duplicate_ids(index, ONTOLOGY)}
    assert (DEFAULT_BASE + "person/ada", 2) in places


KEYS = st.sampled_from([*ONTOLOGY.properties, "authors", "roles", "partnerships", "counts", "value", "id", "type", "person", "role",
                        "at", "with", "kind", "of", "nmae"])  # fmt: skip
WORDS = st.sampled_from(
    [*ONTOLOGY.classes, "person/ada", "person/-", "work/x", "source/b/L3", "b#L3-L4", "source/b", "role-type", "director",
     "concept/role-type/x", "owl:sameAs", "founded", "evidence", "stated", "disputed", "1991", "1٣", "P1Y", "true",
     "https://x.org/a b", "https://x.org/a", "10.1/x", "/", " "]
) | st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=5)  # fmt: skip
TREES = st.recursive(
    WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)
RECORDS = st.fixed_dictionaries(
    {"id": st.sampled_from(["person/ada", "work/x", "center/t", "concept/role-type/x", "work/x/claim/y"]) | TREES},
    optional={"type": st.sampled_from([*ONTOLOGY.classes]) | TREES},
)


def node_of(tree, place):
    """A tree of Python values as the node that a reader would make of it."""
    if isinstance(tree, str):
        return Scalar(tree, place)
    if isinstance(tree, list):
        return Sequence(tuple(node_of(item, place) for item in tree), place)
    return Mapping(tuple((Scalar(key, place), node_of(item, place)) for key, item in tree.items()), place)


@settings(max_examples=500, derandomize=True, deadline=None, database=None)
@given(st.lists(st.tuples(RECORDS, st.dictionaries(KEYS, TREES, max_size=6)), min_size=1, max_size=3))
def test_no_record_makes_the_expansion_raise(records):
    nodes = [node_of(first | rest, Place("any.yaml", line)) for line, (first, rest) in enumerate(records, start=1)]
    resources = list(expand_records(nodes, ONTOLOGY, base=DEFAULT_BASE))
    for item in statements(resources):
        if isinstance(item, Finding):
            assert item.message
            assert item.fix
            assert item.shape == IPCG + "check-record"
    canonical([item for item in resources if not isinstance(item, Finding)], ONTOLOGY, base=DEFAULT_BASE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("person/ada-lovelace", True), ("role/ada--director--unstated", True), ("work/2020-x/authorship/ada", True),
        ("source/x/L3", True), ("source/x/L3-L4", True),
        ("source/L3", False), ("source/x/L3/L4", False), ("source/x/L03", False), ("source/x/L٣", False),
        ("person/x/L3", False), ("person/-", False), ("person/ada-", False), ("person/a---b", False),
        ("person/Ada", False), ("person/åda", False), ("person/", False), ("person", False), ("boat/ada", False),
        ("person/ada\n", False), ("", False),
    ],
)  # fmt: skip
def test_an_id_is_a_kind_and_slugs_or_the_lines_of_a_source(text, expected):
    assert is_id(text) is expected


def test_an_author_listed_twice_is_told_as_that(tmp_path):
    _, findings, _ = expand(tmp_path, "- {id: work/x, type: Work, authors: [person/ada, person/bo, person/ada]}")
    assert [str(f) for f in findings] == [
        "records.yaml:1:61: error: this author is listed twice; the other stands in records.yaml:1:38; delete one of the two"
    ]
