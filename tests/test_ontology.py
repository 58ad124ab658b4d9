"""The ontology: every term is described, the context and the vocabulary agree, and reading gives both as values."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pyshacl
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from ipcgraph import vocabulary
from ipcgraph.errors import ProjectError
from ipcgraph.findings import Finding
from ipcgraph.ontology import Ontology, read_ontology, read_statements
from ipcgraph.shapes import misspelt_terms
from ipcgraph.shipped import shipped_folder
from ipcgraph.sources.expansion import expand_records
from ipcgraph.sources.resources import statements
from ipcgraph.sources.yaml import parse_yaml
from ipcgraph.vocabulary import CONCEPTS, IPCG, RDF, RDFS, SH, SKOS, TYPE, XSD

ONTOLOGY = read_ontology()
OWL = vocabulary.PREFIXES["owl"]
NAMESPACE = IPCG.removesuffix("#")


def described(ontology: Ontology) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for quad, _ in ontology.statements:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            found.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(quad.object.value)
    return found


DESCRIBED = described(ONTOLOGY)
TERMS = [iri for iri, about in DESCRIBED.items() if RDFS + "isDefinedBy" in about]
CONCEPT_IRIS = [iri for concepts in ONTOLOGY.concepts.values() for iri in concepts.values()]


@pytest.mark.parametrize("iri", TERMS)
def test_every_term_has_a_label_a_definition_and_an_example(iri: str) -> None:
    about = DESCRIBED[iri]
    (label,) = about[RDFS + "label"]
    (definition,) = about[SKOS + "definition"]
    (example,) = about[SKOS + "example"]
    assert label
    assert definition.endswith(".")
    assert len(example.split()) >= 1
    assert definition.lower().rstrip(".") != label


def test_every_own_term_is_defined_by_this_ontology() -> None:
    own = {iri for iri in DESCRIBED if iri.startswith(IPCG)}
    assert own == {iri for iri in TERMS if DESCRIBED[iri][RDFS + "isDefinedBy"] == [NAMESPACE]}
    assert len(own) > 90


@pytest.mark.parametrize("key", ONTOLOGY.properties)
def test_the_example_of_a_property_is_a_line_of_a_record(key: str) -> None:
    (example,) = DESCRIBED[ONTOLOGY.properties[key].iri][SKOS + "example"]
    assert re.fullmatch(rf"{key}: \S.*", example)


def test_the_context_has_every_class_and_property_and_no_other_term() -> None:
    context = ONTOLOGY.context["@context"]
    assert isinstance(context, dict)
    keywords = {"@version", "xsd", "id", "type"}
    iris = [value if isinstance(value, str) else value["@id"] for key, value in context.items() if key not in keywords]
    properties = {"DatatypeProperty", "ObjectProperty", "AnnotationProperty", "Class"}
    kinds = {OWL + name for name in properties} | {RDF + "Property"}
    annotations = {IPCG + name for name in ("scheme", "boundOf", "derived", "remedy", "about", "writtenAt")}
    declared = {iri for iri in TERMS if kinds & set(DESCRIBED[iri][TYPE.value])} - annotations
    assert Counter(iris) == Counter(declared)


def test_the_context_is_complete_in_itself_and_types_values_as_the_ontology_does() -> None:
    context = ONTOLOGY.context["@context"]
    assert isinstance(context, dict)
    assert context["id"] == "@id"
    assert context["type"] == "@type"
    assert not {"@base", "@vocab", "@import"} & set(context)
    for key, known in ONTOLOGY.properties.items():
        coercion = context[key].get("@type") if isinstance(context[key], dict) else None
        expected = {"date": "xsd:date", "integer": "xsd:integer", "duration": "xsd:duration", "boolean": "xsd:boolean"}
        if known.kind in {"reference", "concept"}:
            assert coercion == "@id", key
        else:
            assert coercion == expected.get(known.kind), key


def test_a_property_has_one_kind_of_value_and_a_range_that_agrees() -> None:
    ranges = {"string": XSD + "string", "stated-date": IPCG + "StatedDate", "concept": SKOS + "Concept"}
    ranges |= {name: XSD + name for name in ("date", "integer", "duration")}
    for known in ONTOLOGY.properties.values():
        stated = DESCRIBED[known.iri].get(RDFS + "range", [])
        if known.iri.startswith(IPCG) and known.kind in ranges:
            assert stated == [ranges[known.kind]], known.key
        assert not set(DESCRIBED[known.iri].get(RDFS + "domain", [])[1:]), f"{known.key}: two domains mean both at once"


def test_properties_are_read_with_what_they_are() -> None:
    properties = ONTOLOGY.properties
    assert properties["workType"].kind == "concept"
    assert properties["workType"].scheme == "work-type"
    assert properties["workType"].domains == (IPCG + "Work",)
    assert properties["holder"].kind == "reference"
    assert properties["holder"].range == IPCG + "Person"
    assert properties["heldAt"].range == ""
    assert properties["start"].kind == "stated-date"
    assert properties["startNotBefore"].bound_of == "start"
    assert properties["name"].iri == "http://xmlns.com/foaf/0.1/name"
    assert properties["name"].kind == "string"
    assert properties["object"].kind == "any"
    assert properties["evidence"].domains == ()
    assert properties["deprecated"].kind == "boolean"


def test_exactly_the_properties_that_rules_write_are_derived() -> None:
    written = {iri for rule in ONTOLOGY.rules for iri in re.findall(r"ipcg:(\w+Not\w+|creator)", rule.text)}
    assert {key for key, known in ONTOLOGY.properties.items() if known.derived} == written | {"sameAs"}
    for known in ONTOLOGY.properties.values():
        if known.bound_of:
            assert known.derived
            assert ONTOLOGY.properties[known.bound_of].kind == "stated-date"


def test_concept_valued_properties_and_schemes_agree() -> None:
    assert {known.scheme for known in ONTOLOGY.properties.values() if known.kind == "concept"} == set(ONTOLOGY.concepts)
    assert len(ONTOLOGY.concepts) == 9


@pytest.mark.parametrize("iri", CONCEPT_IRIS)
def test_every_concept_has_a_plain_label_a_definition_and_its_place_in_the_scheme(iri: str) -> None:
    about = DESCRIBED[iri]
    scheme = iri.rpartition("/")[0]
    (label,) = about[SKOS + "prefLabel"]
    assert label == label.lower()
    assert label.replace(" ", "-") == iri.rpartition("/")[2]
    assert about[SKOS + "definition"][0].endswith(".")
    assert about[SKOS + "inScheme"] == [scheme]
    top = iri in DESCRIBED[scheme][SKOS + "hasTopConcept"]
    assert top == (about.get(SKOS + "topConceptOf") == [scheme])
    assert top != (SKOS + "broader" in about)


def test_leader_is_above_whoever_leads_and_nobody_else() -> None:
    leader = CONCEPTS + "role-type/leader"
    below = {
        slug
        for slug, iri in ONTOLOGY.concepts["role-type"].items()
        if leader in DESCRIBED[iri].get(SKOS + "broader", [])
    }
    assert below == {"executive-director", "interim-executive-director", "faculty-director", "director", "co-lead"}


def test_ancestors_are_the_class_itself_and_all_above() -> None:
    assert ONTOLOGY.ancestors[IPCG + "Center"] == {
        IPCG + "Center",
        IPCG + "Organization",
        "http://www.w3.org/ns/org#Organization",
    }
    assert ONTOLOGY.ancestors[IPCG + "Initiative"] == {IPCG + "Initiative"}


def test_the_core_rests_on_foaf_org_skos_prov_and_rdf_only() -> None:
    allowed = ("http://xmlns.com/foaf/0.1/", "http://www.w3.org/ns/org#", SKOS, "http://www.w3.org/ns/prov#", RDF, IPCG)
    above = {iri for about in DESCRIBED.values() for iri in about.get(RDFS + "subClassOf", [])}
    assert {iri for iri in above if not iri.startswith(allowed)} == set()
    assert OWL + "imports" not in DESCRIBED[NAMESPACE]
    assert DESCRIBED[NAMESPACE][OWL + "versionIRI"][0].startswith(NAMESPACE)
    assert DESCRIBED[NAMESPACE]["http://purl.org/dc/terms/license"] == ["https://creativecommons.org/licenses/by/4.0/"]


def test_keys_of_a_class_are_its_own_those_above_it_and_what_anything_has() -> None:
    keys = set(ONTOLOGY.keys_of("Center"))
    assert {"name", "founded", "recommendedBy", "evidence", "summary"} <= keys
    assert not {"workType", "convenedBy", "foundedNotBefore", "creator", "title"} & keys
    assert "broader" in ONTOLOGY.keys_of("Topic")
    assert {"evidence", "doi"} <= set(ONTOLOGY.keys_of("No such class"))


def test_statements_have_the_line_on_which_they_are_written() -> None:
    lines = {
        path: (ONTOLOGY.folder.parent / path).read_text(encoding="utf-8").splitlines()
        for path in {place.path for _, place in ONTOLOGY.statements}
    }
    assert len(lines) == 10
    shown = 0
    for quad, place in ONTOLOGY.statements:
        if isinstance(quad.object, Literal) and quad.object.datatype.value == XSD + "string":
            text = quad.object.value.replace("\\", "\\\\").replace('"', '\\"')
            assert f'"{text}"' in lines[place.path][place.line - 1]
            shown += 1
    assert shown > 400


def test_nothing_in_the_store_is_a_blank_node() -> None:
    for quad, _ in ONTOLOGY.statements:
        assert not isinstance(quad.subject, BlankNode)
        assert not isinstance(quad.object, BlankNode)


def test_reading_twice_gives_the_same() -> None:
    again = read_ontology()
    assert again.statements == ONTOLOGY.statements
    assert again.properties == ONTOLOGY.properties


def test_the_prefixes_of_the_files_are_those_of_the_code() -> None:
    files = [*ONTOLOGY.folder.rglob("*.ttl"), *ONTOLOGY.folder.rglob("*.rq")]
    assert len(files) > 12
    for file in files:
        for prefix, iri in re.findall(
            r"^@?prefix (\w+): <(.*?)>", file.read_text(encoding="utf-8"), re.IGNORECASE | re.MULTILINE
        ):
            assert vocabulary.PREFIXES.get(prefix, iri) == iri, file
            assert iri not in set(vocabulary.PREFIXES.values()) or prefix in vocabulary.PREFIXES, file


def test_a_folder_that_lacks_a_file_is_one_clear_error(tmp_path: Path) -> None:
    shutil.copytree(shipped_folder("ontology"), tmp_path / "ontology")
    (tmp_path / "ontology" / "shapes.ttl").unlink()
    with pytest.raises(ProjectError, match=r"shapes\.ttl"):
        read_ontology(tmp_path / "ontology")


@pytest.mark.parametrize(
    ("file", "content"), [("ipcgraph.ttl", "<a> <b> ."), ("context.jsonld", "{"), ("shapes.ttl", "\xff")]
)
def test_a_file_that_cannot_be_read_is_one_clear_error(tmp_path: Path, file: str, content: str) -> None:
    shutil.copytree(shipped_folder("ontology"), tmp_path / "ontology")
    (tmp_path / "ontology" / file).write_text(content, encoding="latin-1")
    with pytest.raises(ProjectError, match="cannot be read"):
        read_ontology(tmp_path / "ontology")


# Misspelt terms in shapes.


def misspelt(tmp_path: Path, turtle: str) -> list[Finding]:
    file = tmp_path / "own.ttl"
    file.write_text(
        f"@prefix sh: <{SH}> .\n@prefix ipcg: <{IPCG}> .\n@prefix : <https://example.org/shapes#> .\n{turtle}",
        encoding="utf-8",
    )
    return list(misspelt_terms(read_statements(file, "shapes/own.ttl"), ONTOLOGY))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("sh:minCoun 1", "sh:minCount"),
        ("sh:Class ipcg:Person", "sh:class"),
        ("sh:nodeKind sh:Iri", "sh:IRI"),
        ("sh:severity sh:Waring", "sh:Warning"),
        ("sh:class ipcg:Persn", "ipcg:Person"),
        ("ipcg:remdy 'write it'", "ipcg:remedy"),
        ("sh:hasValue <https://w3id.org/ipcgraph/vocab/role-type/directer>", "role-type/director"),
        ("sh:or ( [ sh:datatyp ipcg:Person ] )", "sh:datatype"),
    ],
)
def test_a_misspelt_term_is_found_at_its_line_with_the_right_one(tmp_path: Path, wrong: str, right: str) -> None:
    (finding,) = misspelt(tmp_path, f":Own a sh:PropertyShape ;\n  sh:path ipcg:holder ;\n  {wrong} .\n")
    assert finding.severity == "error"
    assert str(finding.place) == "shapes/own.ttl:6:1"
    assert finding.fix == f"did you mean {right}?"


def test_a_term_like_no_other_is_found_without_a_guess(tmp_path: Path) -> None:
    (finding,) = misspelt(tmp_path, ":Own sh:zzzzzzzzqqq 1 .")
    assert finding.message == "there is no term sh:zzzzzzzzqqq"
    assert "write a term of SHACL" in finding.fix


def test_shapes_that_are_spelt_right_are_passed(tmp_path: Path) -> None:
    assert misspelt(
        tmp_path,
        """:Own a sh:NodeShape ; sh:targetClass ipcg:Role ; sh:property ipcg:RoleShape-holder, [ sh:path [ sh:inversePath ipcg:partner ] ;
           sh:qualifiedValueShape ipcg:OwnToo ; sh:qualifiedMaxCount 1 ; <https://example.org/anything> 1 ] .
           ipcg:OwnToo a sh:NodeShape ; sh:in ( <https://w3id.org/ipcgraph/vocab/role-type/director> ) .""",
    ) == []  # fmt: skip


def test_the_list_of_shacl_terms_is_that_of_the_w3c() -> None:
    file = Path(pyshacl.__file__).parent / "assets" / "shacl.ttl"
    subjects = {
        quad.subject.value for quad in parse(path=file, format=RdfFormat.TURTLE) if isinstance(quad.subject, NamedNode)
    }
    terms = {iri for iri in subjects if iri.startswith(SH) and "-" not in iri and iri != SH}
    place = read_ontology().statements[0][1]
    right = [(Quad(NamedNode("https://example.org/x"), NamedNode(iri), NamedNode(iri)), place) for iri in sorted(terms)]
    assert len(right) > 150
    assert list(misspelt_terms(right, ONTOLOGY)) == []
    wrong = [
        (Quad(NamedNode("https://example.org/x"), NamedNode(iri + "s"), Literal("x")), place) for iri in sorted(terms)
    ]
    found = {finding.path.removesuffix("s") for finding in misspelt_terms(wrong, ONTOLOGY)}
    assert found >= {iri for iri in terms if iri + "s" not in terms}


# rdflib's own JSON-LD parser uses what rdflib deprecates.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_context_reads_a_record_as_rdflib_reads_it() -> None:
    from rdflib import Graph

    record = {
        **ONTOLOGY.context,
        "id": "https://example.org/id/role",
        "type": "Role",
        "holder": "https://example.org/id/ada",
        "roleType": CONCEPTS + "role-type/director",
        "position": "1",
        "minDuration": "P10Y",
        "start": {"@value": "2021", "@type": "xsd:gYear"},
    }
    text = json.dumps(record)
    ours = {str(quad.triple) for quad in parse(text.encode(), format=RdfFormat.JSON_LD)}
    theirs = Graph().parse(data=text, format="json-ld").serialize(format="nt")
    assert len(ours) == 6
    assert ours == {line.removesuffix(" .") for line in theirs.splitlines() if line}


def test_the_files_of_the_folder_are_those_that_its_readme_lists() -> None:
    readme = (ONTOLOGY.folder / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(\S+)` \|", readme, re.MULTILINE))
    files = {path.relative_to(ONTOLOGY.folder) for path in ONTOLOGY.folder.rglob("*") if path.is_file()}
    shown = {
        f"{file.parent}/*{file.suffix}" if str(file.parent) in {"schemes", "rules"} else str(file) for file in files
    }
    assert listed == shown - {"README.md"}
    for name in ONTOLOGY.classes:
        assert name == "Concept" or re.search(rf"^\| .*\b{name}\b.* \|", readme, re.MULTILINE), name


def test_the_example_of_the_readme_says_in_rdf_what_the_readme_shows() -> None:
    readme = (ONTOLOGY.folder / "README.md").read_text(encoding="utf-8")
    (records, *_), (turtle,) = (
        re.findall(rf"^```{kind}\n(.*?)^```", readme, re.DOTALL | re.MULTILINE) for kind in ("yaml", "turtle")
    )
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in vocabulary.PREFIXES.items())
    expected = {str(quad.triple) for quad in parse((prefixes + turtle).encode(), format=RdfFormat.TURTLE)}
    found = set()
    for item in statements(expand_records(parse_yaml(records, "README.md"), ONTOLOGY, base=vocabulary.DEFAULT_BASE)):
        assert not isinstance(item, Finding), item
        found.add(str(item[0].triple))
    assert expected == {triple for triple in found if "/source/overview" not in triple.split()[0]}
    assert len(expected) == 11


def test_a_line_longer_than_the_parser_asks_for_is_read(tmp_path):
    file = tmp_path / "long.ttl"
    text = "long " * 4000
    file.write_text(f'@prefix s: <http://example.org/> .\ns:a s:b "{text}" .\n\ns:c s:d s:e .\n', encoding="utf-8")
    places = [place.line for _, place in read_statements(file, "long.ttl")]
    assert places == [2, 4]
