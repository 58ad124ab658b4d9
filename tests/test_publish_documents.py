"""Descriptions and the data documents of things: the same triples in each format, read by other people's readers."""

import json
import shutil
import subprocess
from urllib.parse import urlsplit

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from tests.center_project import make_center

from ipcgraph.manifest import STORE
from ipcgraph.project import fresh_build
from ipcgraph.publish.addresses import Addresses
from ipcgraph.publish.documents.descriptions import describe
from ipcgraph.publish.documents.formats import Documents
from ipcgraph.publish.documents.jsonld import JsonLd
from ipcgraph.publish.documents.rdfxml import rdf_xml
from ipcgraph.publish.documents.turtle import ntriples, turtle
from ipcgraph.publish.facts import SiteFacts
from ipcgraph.publish.reading import Reading
from ipcgraph.shipped import shipped_folder
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG, PREFIXES, RDFS, TYPE, XSD

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
FORMATS = {
    ".ttl": (RdfFormat.TURTLE, "turtle", "turtle"),
    ".jsonld": (RdfFormat.JSON_LD, "json-ld", ""),
    ".nt": (RdfFormat.N_TRIPLES, "nt", "ntriples"),
    ".rdf": (RdfFormat.RDF_XML, "xml", "rdfxml"),
}
FOAF, DCTERMS = PREFIXES["foaf"], PREFIXES["dcterms"]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return fresh_build(make_center(tmp_path_factory.mktemp("documents") / "project")) / STORE


@pytest.fixture(scope="module")
def reading(store):
    with Reading.open(store, base=DEFAULT_BASE) as opened:
        yield opened


@pytest.fixture(scope="module")
def documents():
    return documents_of(DEFAULT_BASE)


def documents_of(base, address="https://data.example.org/graph/"):
    return Documents(Addresses(address, base), SiteFacts("Harbour", address, base, licence=LICENCE))


def triples(text, kind):
    return sorted(f"{quad.triple}" for quad in parse(text, format=FORMATS[kind][0]))


def about(reading, documents, thing):
    """The statements of a thing's N-Triples document, without those about the document itself."""
    text = dict(documents.documents(describe(reading, thing)))[".nt"]
    return {quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES) if not quad.subject.value.endswith(".html")}


def test_every_format_of_every_thing_has_the_same_triples(reading, documents):
    seen = set()
    for thing in reading.things():
        texts = dict(documents.documents(describe(reading, thing.iri)))
        assert texts.keys() == FORMATS.keys()
        expected = triples(texts[".nt"], ".nt")
        assert len(expected) == len(set(expected)) > 5
        for kind, text in texts.items():
            assert triples(text, kind) == expected, (thing, kind)
        seen.add(thing.kind)
    assert len(seen) >= 12


def one_of_each_kind(reading):
    chosen: dict[str, str] = {}
    for thing in reading.things():
        chosen.setdefault(thing.kind, thing.iri)
    return chosen.values()


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own reader of JSON-LD
def test_rdflib_reads_the_same_without_asking_the_network(reading, documents, monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("asked the network"))
    for iri in one_of_each_kind(reading):
        texts = dict(documents.documents(describe(reading, iri)))
        graphs = {kind: rdflib.Graph().parse(data=text, format=FORMATS[kind][1]) for kind, text in texts.items()}
        assert all(set(graph) == set(graphs[".nt"]) for graph in graphs.values()), iri
        assert len(graphs[".nt"]) == len(triples(texts[".nt"], ".nt"))


@pytest.mark.skipif(not shutil.which("rapper"), reason="rapper (raptor2-utils) is not installed")
def test_rapper_reads_the_same(reading, documents, tmp_path):
    for iri in one_of_each_kind(reading):
        texts = dict(documents.documents(describe(reading, iri)))
        for kind, text in texts.items():
            if not FORMATS[kind][2]:
                continue
            (tmp_path / "document").write_text(text, encoding="utf-8")
            command = ["rapper", "-q", "-i", FORMATS[kind][2], "-o", "ntriples", tmp_path / "document", "http://x.org/"]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            assert triples(done.stdout, ".nt") == triples(texts[".nt"], ".nt"), (iri, kind)
            assert not done.stderr


def test_json_ld_is_what_compaction_with_the_shipped_context_gives(reading, documents):
    context = json.loads((shipped_folder("ontology") / "context.jsonld").read_text(encoding="utf-8"))
    for iri in one_of_each_kind(reading):
        written = json.loads(dict(documents.documents(describe(reading, iri)))[".jsonld"])
        compacted = jsonld.compact(written, context)
        assert sorted(compacted["@graph"], key=lambda node: node["id"]) == sorted(
            written["@graph"], key=lambda node: node["id"]
        )
        assert written["@context"].items() <= context["@context"].items()
        assert written["@graph"][0]["id"] == iri


def test_every_statement_is_one_of_the_graph(reading, documents, store):
    with EmbeddedStore.open(store) as opened:
        graph = {quad.triple for quad in opened.statements()}
    for thing in reading.things():
        assert about(reading, documents, thing.iri) <= graph


def test_a_thing_is_described_whole_with_what_points_to_it(reading, documents, store):
    with EmbeddedStore.open(store) as opened:
        graph = {quad.triple for quad in opened.statements()}
    for thing in reading.things():
        mine = about(reading, documents, thing.iri)
        node = NamedNode(thing.iri)
        assert {triple for triple in graph if node in {triple.subject, triple.object}} <= mine


def test_everything_linked_to_has_its_class_and_name(reading, documents):
    names = {FOAF + "name", DCTERMS + "title", PREFIXES["skos"] + "prefLabel"}
    for thing in reading.things():
        mine = about(reading, documents, thing.iri)
        linked = {
            triple.object
            for triple in mine
            if isinstance(triple.object, NamedNode) and triple.predicate not in {TYPE, NamedNode(IPCG + "isReplacedBy")}
        } | {triple.subject for triple in mine}
        for node in linked:
            said = {
                (predicate, value) for predicate, values in reading.statements(node.value).items() for value in values
            }
            wanted = {(p, v) for p, v in said if p in {*names, TYPE.value} and not v.value.startswith(RDFS)}
            if RDFS[:-1] in node.value or node.value.startswith(IPCG):
                continue  # properties and classes explain themselves
            assert {(t.predicate.value, t.object) for t in mine if t.subject == node} >= wanted, (thing, node)


def test_a_person_is_told_with_roles_and_works(reading, documents):
    person = next(reading.instances("Person"))
    for person in reading.instances("Person"):
        mine = about(reading, documents, person)
        subjects = {triple.subject.value for triple in mine}
        roles, authorships = reading.subjects("holder", person), reading.subjects("author", person)
        assert subjects.issuperset({*roles, *authorships})
        for part in (*roles, *authorships):
            assert len([t for t in mine if t.subject.value == part]) == sum(map(len, reading.statements(part).values()))
        for authorship in authorships:
            for work in reading.subjects("hasAuthorship", authorship):
                said = {triple.predicate.value for triple in mine if triple.subject.value == work}
                assert {IPCG + "hasAuthorship", DCTERMS + "title", TYPE.value} <= said
    assert roles or authorships


def test_a_document_says_what_it_is(reading, documents):
    person = next(reading.instances("Person"))
    graph = rdflib.Graph().parse(data=dict(documents.documents(describe(reading, person)))[".ttl"], format="turtle")
    page = rdflib.URIRef("https://data.example.org/graph/" + person.removeprefix(DEFAULT_BASE) + ".html")
    said = {(str(p), str(o)) for p, o in graph.predicate_objects(page)}
    assert said == {
        (TYPE.value, FOAF + "Document"),
        (FOAF + "primaryTopic", person),
        (DCTERMS + "license", LICENCE),
        ("http://rdfs.org/ns/void#inDataset", "https://data.example.org/graph/#dataset"),
    }


def in_memory(quads):
    store = EmbeddedStore.memory()
    store.load(quads)
    return Reading(store, base="http://x.org/")


def quad(subject, key, value):
    predicate = TYPE if key == "type" else NamedNode(IPCG + key)
    return Quad(
        NamedNode("http://x.org/" + subject), predicate, NamedNode(value if ":" in value else "http://x.org/" + value)
    )


def test_a_person_with_two_thousand_works_stays_small_and_says_so():
    quads = [quad("person/ada", "type", IPCG + "Person")]
    for number in range(2_000):
        work = f"work/{number:04}"
        quads += [
            quad(work, "type", IPCG + "Work"), quad(work, "creator", "person/ada"),
            quad(work, "hasAuthorship", work + "/a"),
            quad(work + "/a", "type", IPCG + "Authorship"), quad(work + "/a", "author", "person/ada"),
        ]  # fmt: skip
    texts = dict(documents_of("http://x.org/").documents(describe(in_memory(quads), "http://x.org/person/ada")))
    assert max(map(len, texts.values())) < 1_500_000
    read = [each.triple for each in parse(texts[".ttl"], format=RdfFormat.TURTLE)]
    assert sum(triple.predicate.value == IPCG + "author" for triple in read) == 1_000
    remarks = [triple.object.value for triple in read if triple.predicate.value == RDFS + "comment"]
    assert sorted(remarks) == [
        "This is the author of 2,000 things; the first 1,000 by IRI are told here.",
        "This is the creator of 2,000 things; the first 1,000 by IRI are told here.",
    ]
    for kind, text in texts.items():
        assert triples(text, kind) == triples(texts[".nt"], ".nt")


def test_a_work_with_three_thousand_authors_keeps_its_own_statements():
    quads = [quad("work/x", "type", IPCG + "Work")]
    for number in range(3_000):
        quads += [
            quad("work/x", "hasAuthorship", f"work/x/authorship/{number:04}"),
            quad(f"work/x/authorship/{number:04}", "author", f"person/{number:04}"),
        ]
    texts = dict(documents_of("http://x.org/").documents(describe(in_memory(quads), "http://x.org/work/x")))
    read = [each.triple for each in parse(texts[".nt"], format=RdfFormat.N_TRIPLES)]
    assert sum(triple.predicate.value == IPCG + "hasAuthorship" for triple in read) == 3_000
    assert sum(triple.predicate.value == IPCG + "author" for triple in read) == 1_000
    assert "This has 3,000 values of hasAuthorship; 1,000 of them are told here." in texts[".ttl"]


LITERALS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=30).map(Literal),
    st.sampled_from(["", "\t\r\n", '"""', "\\", "]]>", "<b>&amp;", "-->", "'", " ", "\u202eada", "\ufeff", "\x7f", "\x85"]).map(Literal),
    st.text("abcé\u202e😀<&", max_size=5).map(lambda text: Literal(text, language="de-CH")),
    st.sampled_from(["1", "-7", "0", "12345678901234567890"]).map(
        lambda text: Literal(text, datatype=NamedNode(XSD + "integer"))
    ),
    st.sampled_from(["true", "false"]).map(
        lambda text: Literal(text, datatype=NamedNode(XSD + "boolean"))
    ),
    st.sampled_from(["2021", 'x<&"']).map(lambda text: Literal(text, datatype=NamedNode("http://x.org/type#a"))),
)  # fmt: skip
IRIS = st.sampled_from([
    "http://x.org/a", "http://x.org/é", "http://x.org/?a=b&c=d", "http://x.org/a'b", "urn:x:1", "mailto:a@b.c",
    "javascript:alert(1)", "http://x.org/a#b", "http://x.org/%22", "http://x.org/../a", IPCG + "x", "http://x.org/\u202e",
])  # fmt: skip
PREDICATES = st.sampled_from([
    TYPE.value, IPCG + "position", IPCG + "holder", IPCG + "start", IPCG + "startNotBefore", FOAF + "name", RDFS + "label",
    PREFIXES["owl"] + "deprecated", "http://x.org/p", "http://x.org/p.q", "http://x.org/1p", "http://x.org/a?b=c&d",
    "urn:x:name", IPCG + "a.b", PREFIXES["rdf"] + "value", PREFIXES["rdf"] + "_1",
])  # fmt: skip
NODES = st.dictionaries(
    IRIS,
    st.dictionaries(
        PREDICATES, st.lists(st.one_of(LITERALS, IRIS.map(NamedNode)), min_size=1, max_size=3, unique=True), max_size=4
    ),
    max_size=4,
)


@settings(max_examples=300)
@given(NODES)
def test_any_text_and_any_iri_comes_out_as_it_went_in(described):
    nodes = [
        (subject, tuple((predicate, tuple(values)) for predicate, values in said.items()))
        for subject, said in described.items()
    ]
    texts = {".ttl": turtle(nodes), ".jsonld": JsonLd().text(nodes), ".nt": ntriples(nodes), ".rdf": rdf_xml(nodes)}
    expected = sorted(
        f"{Quad(NamedNode(s), NamedNode(p), value).triple}"
        for s, said in nodes
        for p, values in said
        for value in values
    )
    for kind, text in texts.items():
        assert triples(text, kind) == expected, kind
        if kind != ".jsonld":  # rdflib reads numbers of JSON as numbers, not as they are written
            graph = rdflib.Graph().parse(data=text, format=FORMATS[kind][1])
            assert len(graph) == len(expected)


def test_numbers_that_are_not_written_as_usual_are_kept():
    kinds = {"integer": ["007", "+3", "x", "-0"], "boolean": ["1", "x"]}
    values = tuple(Literal(text, datatype=NamedNode(XSD + kind)) for kind, texts in kinds.items() for text in texts)
    nodes = [("http://x.org/a", ((IPCG + "position", values), (PREFIXES["owl"] + "deprecated", values)))]
    texts = {".ttl": turtle(nodes), ".jsonld": JsonLd().text(nodes), ".nt": ntriples(nodes), ".rdf": rdf_xml(nodes)}
    for kind, text in texts.items():
        assert triples(text, kind) == triples(texts[".nt"], ".nt"), kind


def test_what_xml_cannot_write_is_told():
    said = (
        ("http://x.org/123", (Literal("no name"),)), (FOAF + "name", (Literal("a\x0bb"), Literal("kept"))),
        (PREFIXES["rdf"] + "li", (Literal("a name of the syntax"),)),
    )  # fmt: skip
    text = rdf_xml([("http://x.org/a", said)])
    assert triples(text, ".rdf") == ['<http://x.org/a> <http://xmlns.com/foaf/0.1/name> "kept"']
    assert "cannot write 3 statements" in text


def test_the_dataset_is_that_of_the_address_or_of_the_base():
    assert Addresses("https://data.example.org/g", "https://x.org/id/").dataset == "https://data.example.org/g/#dataset"
    without = Addresses("", "https://x.org/id/")
    assert without.dataset == "https://x.org/id/#dataset"
    assert not without.has(without.dataset)
    assert urlsplit(without.dataset).fragment == "dataset"
