"""The alignments close under OWL-RL with the axioms of ORG, PRO, PROV and VIVO: consistent, and no type that is not wanted."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import owlrl
import pytest
from rdflib import OWL, RDF, RDFS, BNode, Graph, Namespace, URIRef

from ipcgraph.shipped import shipped_folder

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("IPCGRAPH_SHARED", ROOT.parent / "shared"))
VOCABULARIES = SHARED / "suites" / "vocabularies"
ONTOLOGY = shipped_folder("ontology")
INSTANCES = ROOT / "tests" / "shapes" / "valid.ttl"

IPCG = Namespace("https://w3id.org/ipcgraph/ns#")
ROLE_TYPES = Namespace("https://w3id.org/ipcgraph/vocab/role-type/")
NS = {
    "bfo": "http://purl.obolibrary.org/obo/",
    "bibo": "http://purl.org/ontology/bibo/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "ipcg": str(IPCG),
    "org": "http://www.w3.org/ns/org#",
    "pro": "http://purl.org/spar/pro/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": str(RDF),
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "tvc": "http://www.essepuntato.it/2012/04/tvc/",
    "vivo": "http://vivoweb.org/ontology/core#",
}
FILES = {
    "org": "org.ttl",
    "pro": "pro.ttl",
    "prov": "prov.ttl",
    "vivo": "vivo.owl",
    "schema": "schemaorg-current-https.ttl",
}
ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
PREFIXES = (
    "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in NS.items())
    + """
@prefix : <https://example.org/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix role-type: <https://w3id.org/ipcgraph/vocab/role-type/> .
"""
)

OWL_TERMS = """
equivalentClass equivalentProperty disjointWith complementOf inverseOf propertyChainAxiom hasKey onProperty someValuesFrom
allValuesFrom hasValue maxCardinality maxQualifiedCardinality onClass unionOf intersectionOf oneOf propertyDisjointWith
sameAs differentFrom members distinctMembers
"""
AXIOMS = {
    RDF.type, RDF.first, RDF.rest, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, *(OWL[t] for t in OWL_TERMS.split()),
}  # fmt: skip

AGENT = "foaf:Agent bfo:BFO_0000001 bfo:BFO_0000002 bfo:BFO_0000004"
ORGANIZATION = f"{AGENT} ipcg:Organization org:Organization foaf:Organization schema:Organization"
WANTED = {
    "ipcg:Center": f"{ORGANIZATION} ipcg:Center vivo:Center schema:ResearchOrganization",
    "ipcg:Initiative": "ipcg:Initiative",
    "ipcg:Person": f"{AGENT} ipcg:Person foaf:Person schema:Person",
    "ipcg:Role": "ipcg:Role pro:RoleInTime tvc:ValueInTime",
    "ipcg:Work": (
        "ipcg:Work foaf:Document bibo:Document schema:CreativeWork bfo:BFO_0000001 bfo:BFO_0000002 bfo:BFO_0000031 "
        "bfo:IAO_0000030"
    ),
    "ipcg:Partner": f"{ORGANIZATION} ipcg:Partner",
    "ipcg:Organization": ORGANIZATION,
    "ipcg:Commission": f"{ORGANIZATION} ipcg:Commission",
    "ipcg:Authorship": "ipcg:Authorship vivo:Authorship vivo:Relationship bfo:BFO_0000001 bfo:BFO_0000002 bfo:BFO_0000020",
    "ipcg:Partnership": "ipcg:Partnership",
    "ipcg:Topic": "ipcg:Topic skos:Concept",
    "ipcg:Place": "ipcg:Place schema:Country",
    "ipcg:Count": "ipcg:Count",
    "ipcg:Source": "ipcg:Source foaf:Document prov:Entity",
    "ipcg:Passage": "ipcg:Passage prov:Entity",
    "ipcg:Claim": "ipcg:Claim rdf:Statement",
    "skos:Concept": "skos:Concept",
}
"""All types that an instance of each class has in the closure, but for owl:Thing, rdfs:Resource and unnamed classes."""

needs_vocabularies = pytest.mark.skipif(
    not VOCABULARIES.is_dir(),
    reason="the vocabulary files are not here: set IPCGRAPH_SHARED to the folder that has them",
)


def whole(term: str) -> URIRef:
    prefix, _, name = term.partition(":")
    return URIRef(NS[prefix] + name)


@cache
def axioms(name: str) -> Graph:
    """Every axiom of a vocabulary: its file without labels, comments and other annotations."""
    path = VOCABULARIES / FILES[name]
    everything = Graph().parse(path, format="xml" if path.suffix == ".owl" else "turtle")
    graph = Graph()
    for triple in everything:
        if triple[1] in AXIOMS:
            graph.add(triple)
    return graph


def ours() -> Graph:
    graph = Graph()
    for file in (
        ONTOLOGY / "ipcgraph.ttl",
        ONTOLOGY / "alignments.ttl",
        *sorted((ONTOLOGY / "schemes").glob("*.ttl")),
        INSTANCES,
    ):
        graph.parse(file, format="turtle")
    return graph


def closure(graph: Graph, *vocabularies: str) -> Graph:
    """A new graph: this one with these vocabularies, closed under the rules of OWL-RL."""
    closed = Graph()
    for part in (graph, *map(axioms, vocabularies)):
        closed += part
    # Its own conversions of datatypes would stay in rdflib after it, for all that runs in this process.
    semantics = owlrl.OWLRL_Semantics
    owlrl.DeductiveClosure(semantics, improved_datatypes=False, axiomatic_triples=False, datatype_axioms=False).expand(
        closed
    )
    return closed


def with_added(turtle: str) -> Graph:
    return ours().parse(data=PREFIXES + turtle, format="turtle")


def contradictions(closed: Graph) -> list[str]:
    return [str(message) for message in closed.objects(None, ERROR)]


def identified(closed: Graph) -> set[frozenset[str]]:
    return {frozenset((str(one), str(other))) for one, other in closed.subject_objects(OWL.sameAs) if one != other}


def types(closed: Graph, subject: str) -> set[str]:
    plain = {OWL.Thing, RDFS.Resource}
    return {str(c) for c in closed.objects(URIRef(subject), RDF.type) if c not in plain and not isinstance(c, BNode)}


@pytest.fixture(scope="module")
def closed() -> Graph:
    return closure(ours(), "org", "pro", "prov", "vivo")


@needs_vocabularies
def test_the_closure_is_consistent(closed: Graph) -> None:
    assert len(closed) > 2 * (len(ours()) + len(axioms("vivo")))
    assert contradictions(closed) == []


@needs_vocabularies
def test_the_closure_makes_no_two_things_one(closed: Graph) -> None:
    assert identified(closed) == set()


@needs_vocabularies
@pytest.mark.parametrize("name", WANTED)
def test_the_closure_gives_an_instance_no_unwanted_type(closed: Graph, name: str) -> None:
    instances = list(Graph().parse(INSTANCES).subjects(RDF.type, whole(name)))
    assert instances
    for instance in instances:
        assert types(closed, str(instance)) == {str(whole(term)) for term in WANTED[name].split()}


@needs_vocabularies
def test_shipped_role_types_are_kinds_and_not_holdings(closed: Graph) -> None:
    shipped = set(Graph().parse(ONTOLOGY / "schemes" / "role-type.ttl").subjects(RDF.type, whole("skos:Concept")))
    assert len(shipped) == 15
    for concept in shipped:
        assert types(closed, str(concept)) == {str(whole("skos:Concept")), str(whole("org:Role"))}


def test_the_instances_cover_all_classes() -> None:
    declared = {s for s in Graph().parse(ONTOLOGY / "ipcgraph.ttl").subjects(RDF.type, OWL.Class)}  # noqa: C416
    assert declared == {whole(name) for name in WANTED}
    assert set(Graph().parse(INSTANCES).objects(None, RDF.type)) == declared


@needs_vocabularies
def test_every_term_aligned_to_is_in_its_vocabulary() -> None:
    found = 0
    for name, file in FILES.items():
        path = VOCABULARIES / file
        described = set(Graph().parse(path, format="xml" if path.suffix == ".owl" else "turtle").subjects())
        for _, _, term in Graph().parse(ONTOLOGY / "alignments.ttl"):
            if str(term).startswith(NS[name]):
                assert term in described, term
                found += 1
    assert found > 40


# What alignments.ttl leaves out on purpose: each of these would do harm, and the closure shows it.


@needs_vocabularies
def test_a_holding_that_is_both_role_and_membership_of_org_is_a_contradiction() -> None:
    naive = with_added("ipcg:Role rdfs:subClassOf org:Role, org:Membership .")
    assert any("Disjoint" in message for message in contradictions(closure(naive, "org")))


@needs_vocabularies
def test_held_at_as_organization_of_org_makes_initiatives_organizations() -> None:
    naive = with_added("ipcg:heldAt rdfs:subPropertyOf org:organization .")
    assert str(whole("foaf:Agent")) in types(closure(naive, "org"), "https://example.org/id/programme")


@needs_vocabularies
def test_held_at_as_organization_of_org_makes_two_hosts_one() -> None:
    naive = with_added("ipcg:heldAt rdfs:subPropertyOf org:organization . :role ipcg:heldAt :university .")
    host = "https://example.org/id/"
    assert frozenset((host + "center", host + "university")) in identified(closure(naive, "org"))


@needs_vocabularies
def test_an_initiative_that_is_an_activity_with_evidence_as_derivation_is_a_contradiction() -> None:
    naive = with_added(
        "ipcg:Initiative rdfs:subClassOf prov:Activity . ipcg:evidence rdfs:subPropertyOf prov:wasDerivedFrom ."
    )
    assert any("Disjoint" in message for message in contradictions(closure(naive, "prov")))


@needs_vocabularies
def test_schema_org_classes_make_reports_articles_and_initiatives_organizations() -> None:
    def closed_under_rdfs(graph: Graph) -> Graph:
        graph += axioms("schema").triples((None, RDFS.subClassOf, None))
        owlrl.DeductiveClosure(owlrl.RDFS_Semantics, improved_datatypes=False).expand(graph)
        return graph

    report, programme = "https://example.org/id/report", "https://example.org/id/programme"
    ours_closed = closed_under_rdfs(ours())
    assert str(whole("schema:CreativeWork")) in types(ours_closed, report)
    assert str(whole("schema:Article")) not in types(ours_closed, report)
    assert str(whole("schema:Organization")) not in types(ours_closed, programme)
    naive = with_added(":report a schema:Report . ipcg:Initiative rdfs:subClassOf schema:ResearchProject .")
    naive_closed = closed_under_rdfs(naive)
    assert str(whole("schema:Article")) in types(naive_closed, report)
    assert str(whole("schema:Organization")) in types(naive_closed, programme)


@needs_vocabularies
def test_role_types_as_classes_make_a_holding_a_kind() -> None:
    naive = with_added("role-type:director a owl:Class ; rdfs:subClassOf org:Role . :role a role-type:director .")
    assert str(whole("org:Role")) in types(closure(naive, "org", "pro"), "https://example.org/id/role")
