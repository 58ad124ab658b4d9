"""The description of a site: its figures against SPARQL, its form against the shapes of DCAT-AP 3, its queries run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat
from rdflib import DCTERMS, RDF, SDO, SKOS, Namespace
from rdflib.compare import isomorphic
from tests.published_center import BASE, NASTY, center, graph, named, opened, statement, thing, work

from ipcgraph.headers import read_queries
from ipcgraph.publish.addresses import Addresses
from ipcgraph.publish.description.catalogue import File
from ipcgraph.publish.description.figures import figures, recount
from ipcgraph.publish.description.files import description_files
from ipcgraph.publish.facts import Changes, Dump, SiteFacts
from ipcgraph.settings import find_project
from ipcgraph.shipped import shipped_folder
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.vocabulary import IPCG, PREFIXES

DCAT, SH, VOID = (
    Namespace(iri) for iri in ("http://www.w3.org/ns/dcat#", "http://www.w3.org/ns/shacl#", "http://rdfs.org/ns/void#")
)
SHARED = Path(os.environ.get("IPCGRAPH_SHARED", Path(__file__).parents[2] / "shared"))
RDFLIB = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # its reader of JSON-LD uses it
DCAT_AP = SHARED / "suites" / "dcat-ap" / "shapes.ttl"
ROOT = "https://harbour.example/graph/"
QUERIES = read_queries([shipped_folder("queries")])
DUMPS = (
    Dump("dumps/added.nt.gz", "application/n-triples", 120, "ab" * 32),
    Dump("dumps/graph.jsonld.gz", "application/ld+json", 3_000, "cd" * 32),
    Dump("dumps/graph.nq.gz", "application/n-quads", 2_000, "ef" * 32),
    Dump("dumps/removed.nt.gz", "application/n-triples", 20, "12" * 32),
)
FACTS = SiteFacts(
    "Harbour Institute", ROOT, BASE, licence="https://creativecommons.org/licenses/by/4.0/",
    publisher=BASE + "center/harbour", released="2024-05-31", version="2024.1", dumps=DUMPS,
    changes=Changes("2023.2", 30, 4, (), (), {}), endpoint="https://harbour.example/sparql",
)  # fmt: skip
TABLES = File("tables/csv-metadata.json", "Tables", "application/csvm+json", "https://www.w3.org/TR/tabular-metadata/")
BARE = SiteFacts("", "", BASE)


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    with center(tmp_path_factory.mktemp("catalogue")) as reading:
        yield reading


def written(reading, facts=FACTS, **more):
    counted = figures(reading.lines(), base=reading.base)
    return dict(description_files(reading, Addresses(facts.address, facts.base), facts, counted, **more))


def parsed(text, name="turtle"):
    return rdflib.Graph().parse(data=text, format=name)


def shapes():
    if not DCAT_AP.exists():
        pytest.skip("the shapes of DCAT-AP are not in the shared folder")
    return rdflib.Graph().parse(DCAT_AP)


def focus_nodes(data, known):
    """The nodes that some shape of DCAT-AP looks at."""
    classes = set(known.objects(None, SH.targetClass))
    return {node for node, kind in data.subject_objects(RDF.type) if kind in classes}


@pytest.mark.parametrize("facts", [FACTS, BARE, FACTS._replace(publisher="Somebody", endpoint="", changes=None)])
def test_no_violation_of_dcat_ap_3(harbour, facts):
    known = shapes()
    data = parsed(written(harbour, facts, files=[TABLES])["catalogue.ttl"])
    assert len(focus_nodes(data, known)) >= (8 if facts == BARE else 20)
    conforms, _, text = pyshacl.validate(data, shacl_graph=known, advanced=False, inference="none")
    assert conforms, text


def test_dcat_ap_would_find_a_fault(harbour):
    data = parsed(written(harbour)["catalogue.ttl"])
    data.remove((None, DCTERMS.title, None))
    assert not pyshacl.validate(data, shacl_graph=shapes())[0]


def test_the_dataset_has_its_version_dumps_changes_and_endpoint(harbour):
    data = parsed(written(harbour, files=[TABLES])["catalogue.ttl"])
    dataset, root = rdflib.URIRef(ROOT + "#dataset"), rdflib.URIRef(ROOT)
    assert str(data.value(dataset, DCAT.version)) == "2024.1"
    assert str(data.value(data.value(dataset, DCAT.previousVersion), DCAT.version)) == "2023.2"
    assert data.value(dataset, DCTERMS.publisher) == rdflib.URIRef(BASE + "center/harbour")
    assert (
        str(data.value(data.value(dataset, DCTERMS.publisher), rdflib.FOAF.name))
        == "Harbour Institute for Tidal Studies"
    )
    assert {str(url).removeprefix(ROOT) for d in data.objects(dataset, DCAT.distribution) for url in data.objects(d, DCAT.downloadURL)} == {
        "dumps/graph.jsonld.gz", "dumps/graph.nq.gz", "tables/csv-metadata.json",
    }  # fmt: skip
    assert {str(url) for url in data.objects(dataset, VOID.dataDump)} == {
        ROOT + "dumps/graph.jsonld.gz",
        ROOT + "dumps/graph.nq.gz",
    }
    (nquads,) = data.subjects(DCAT.downloadURL, root + "dumps/graph.nq.gz")
    assert int(data.value(nquads, DCAT.byteSize)) == 2_000
    spdx = Namespace("http://spdx.org/rdf/terms#")
    assert data.value(data.value(nquads, spdx.checksum), spdx.checksumValue).toPython() == bytes.fromhex("ef" * 32)
    assert str(data.value(nquads, DCAT.mediaType)).endswith("/application/n-quads")
    changes = rdflib.URIRef(ROOT + "#changes")
    assert len(list(data.objects(changes, DCAT.distribution))) == 2
    assert "added (30)" in str(data.value(changes, DCTERMS.description))
    (service,) = data.subjects(RDF.type, DCAT.DataService)
    assert data.value(service, DCAT.endpointURL) == data.value(dataset, VOID.sparqlEndpoint)
    assert str(data.value(dataset, VOID.uriSpace)) == BASE
    assert rdflib.URIRef(IPCG) in set(data.objects(dataset, VOID.vocabulary))
    for example in data.objects(dataset, VOID.exampleResource):
        assert harbour.kind(str(example))


@RDFLIB
def test_turtle_json_ld_void_and_the_well_known_file_say_the_same(harbour):
    files = written(harbour, queries=QUERIES)
    assert files[".well-known/void"] == files["void.ttl"] == files["catalogue.ttl"]
    for name in ("catalogue", "queries"):
        assert isomorphic(parsed(files[f"{name}.ttl"]), parsed(files[f"{name}.jsonld"], "json-ld"))
        assert "@context" not in json.loads(files[f"{name}.jsonld"])
    turtle = {str(quad.triple) for quad in ox.parse(files["queries.ttl"], format=RdfFormat.TURTLE)}
    assert turtle == {str(quad.triple) for quad in ox.parse(files["queries.jsonld"], format=RdfFormat.JSON_LD)}


def loaded(lines):
    store = EmbeddedStore.memory()
    store.load(ox.parse("\n".join(lines), format=RdfFormat.N_TRIPLES))
    return store


def test_every_figure_is_what_sparql_counts(harbour):
    lines = list(harbour.lines())
    counted = figures(lines, base=BASE)
    with loaded(lines) as store:
        assert counted == recount(store, base=BASE)
    assert counted.classes[IPCG + "Work"] == 15
    assert counted.things == len(list(harbour.iris()))
    assert list(counted.classes) == sorted(counted.classes)


def test_the_figures_of_void_are_those_of_rdflib(harbour):
    """A third count, by another engine, of what the published Turtle says."""
    lines = list(harbour.lines())
    everything = parsed("\n".join(lines), "nt")
    data = parsed(written(harbour)["void.ttl"])
    dataset = rdflib.URIRef(ROOT + "#dataset")
    assert int(data.value(dataset, VOID.triples)) == len(everything) == len(lines)
    assert int(data.value(dataset, VOID.distinctSubjects)) == len(set(everything.subjects()))
    partitions = list(data.objects(dataset, VOID.propertyPartition))
    assert {data.value(part, VOID.property) for part in partitions} == set(everything.predicates())
    assert int(data.value(dataset, VOID.properties)) == len(partitions)
    for part in partitions:
        said = set(everything.subject_objects(data.value(part, VOID.property)))
        assert int(data.value(part, VOID.triples)) == len(said)
        assert int(data.value(part, VOID.distinctSubjects)) == len({subject for subject, _ in said})
    classes = list(data.objects(dataset, VOID.classPartition))
    assert {data.value(part, VOID["class"]) for part in classes} == set(everything.objects(None, RDF.type))
    for part in classes:
        of_class = set(everything.subjects(RDF.type, data.value(part, VOID["class"])))
        assert int(data.value(part, VOID.entities)) == len(of_class)
    linked = {str(iri): 0 for iri in data.objects(None, VOID.uriSpace) if str(iri) != BASE}
    for same in everything.objects(None, SDO.sameAs):
        linked[next(start for start in linked if str(same).startswith(start))] += 1
    told = {
        str(data.value(data.value(links, VOID.objectsTarget), VOID.uriSpace)): int(data.value(links, VOID.triples))
        for links in data.objects(dataset, VOID.subset)
    }
    assert told == linked
    assert sum(told.values()) > 5


def test_figures_with_many_terms_odd_links_and_blank_nodes():
    same = NamedNode(PREFIXES["schema"] + "sameAs")
    targets = [
        "https://doi.org/10.1/a",
        "https://x.example:8080/a/b",
        "HTTPS://x.example",
        "urn:isbn:1",
        "http://www.wikidata.org/entity/Q1",
    ]
    odd = [
        *(Quad(thing("person/a"), same, NamedNode(target)) for target in targets[:3] + targets[4:]),
        *named("person/a", "Person", NASTY[0]), *work("w", NASTY[5], summary=NASTY[6]),
        Quad(BlankNode("x"), NamedNode("https://x.example/says"), Literal("a b . c", language="en")),
        *(statement(f"person/p{n}", "alternateName", f"n {n % 30_011}") for n in range(45_000)),
    ]  # fmt: skip
    with graph(odd, shipped=False) as reading:
        lines = list(reading.lines())
        with loaded(lines) as store:
            assert figures(lines, base=BASE) == recount(store, base=BASE)
        assert figures(lines, base=BASE).properties[IPCG + "alternateName"] == (45_000, 45_000, 30_011)
    assert figures(lines, base=BASE).links == {
        "HTTPS://x.example": 1, "http://www.wikidata.org/entity/": 1, "https://doi.org/": 1, "https://x.example:8080/": 1,
    }  # fmt: skip


def test_an_empty_graph_has_figures():
    with EmbeddedStore.memory() as store:
        assert figures([], base=BASE) == recount(store, base=BASE)


def test_every_saved_query_is_described_and_runs_as_described(harbour):
    data = parsed(written(harbour, queries=QUERIES)["queries.ttl"])
    described = {str(data.value(query, SKOS.notation)): query for query in data.subjects(RDF.type, SH.SPARQLExecutable)}
    assert set(described) == set(QUERIES)
    for name, query in described.items():
        text = str(data.value(query, SH.select))
        assert text.strip() == QUERIES[name].text.strip()
        rdflib.plugins.sparql.prepareQuery(text)  # as it stands, for software that never heard of parameters
        assert str(data.value(query, rdflib.RDFS.label)) == QUERIES[name].title
        told = {str(data.value(each, SH.path)).rpartition("/")[2]: each for each in data.objects(query, SH.parameter)}
        assert set(told) == {parameter.name for parameter in QUERIES[name].parameters}
        declared = {
            str(data.value(each, SH.prefix)): str(data.value(each, SH.namespace))
            for node in data.objects(query, SH.prefixes) for each in data.objects(node, SH.declare)
        }  # fmt: skip
        # Software that puts the declared prefixes before the text, as SHACL does, gets SPARQL too.
        rdflib.plugins.sparql.prepareQuery("".join(f"PREFIX {p}: <{n}>\n" for p, n in declared.items()) + text)
        for parameter in QUERIES[name].parameters:
            assert (data.value(told[parameter.name], SH.optional) is not None) == (parameter.default is not None)
    since = data.value(described["works-between"], SH.parameter)
    assert data.value(since, SH.datatype) is not None


def test_a_described_query_answers_with_its_parameter_bound(harbour):
    data = parsed(written(harbour, queries=QUERIES)["queries.ttl"])
    (query,) = data.subjects(SKOS.notation, rdflib.Literal("person-works"))
    assert next(data.objects(query, SH.parameter)) is not None
    everything = parsed("\n".join(harbour.lines()), "nt")
    person = rdflib.URIRef(BASE + "person/jose-munoz")
    rows = everything.query(str(data.value(query, SH.select)), initBindings={"person": person})
    assert {str(row.title) for row in rows} == {"Reading the Tide Gauges", "Leap-Day Surges"}


@RDFLIB
@pytest.mark.parametrize("odd", [*NASTY, '""""', 'ends with "', 'a\n"""\nb\\', "\\u0041\n\\"])
def test_odd_texts_are_turtle_and_come_back(odd):
    facts = FACTS._replace(title=odd, about=odd, version=odd, publisher=odd, changes=None, released="")
    with graph(named("center/harbour", "Center", odd)) as reading:
        files = written(reading, facts)
    data = parsed(files["catalogue.ttl"])
    assert str(data.value(rdflib.URIRef(ROOT + "#dataset"), DCTERMS.description)) == odd
    assert isomorphic(data, parsed(files["catalogue.jsonld"], "json-ld"))


def test_without_a_release_there_is_no_date_and_without_an_endpoint_no_service(harbour):
    data = parsed(written(harbour, BARE)["catalogue.ttl"])
    assert not list(data.objects(None, DCTERMS.modified))
    assert not list(data.subjects(RDF.type, DCAT.DataService))
    assert (rdflib.URIRef(BASE + "#dataset"), RDF.type, DCAT.Dataset) in data


def test_the_ipc_graph_is_counted_right():
    project = find_project(Path(__file__).parents[1])
    with opened(project) as reading:
        lines = list(reading.lines())
    with loaded(lines) as store:
        assert figures(lines, base=project.base) == recount(store, base=project.base)


def test_two_processes_write_the_same_bytes(tmp_path):
    program = (
        "import sys; from pathlib import Path; from hashlib import sha256\n"
        "from tests.published_center import center; from tests.test_catalogue import *\n"
        "with center(Path(sys.argv[1])) as reading:\n"
        "    for name, text in written(reading, queries=QUERIES, files=[TABLES], pages=['index.html']).items():\n"
        "        print(name, sha256(text.encode()).hexdigest())\n"
    )
    once, again = (
        subprocess.run([sys.executable, "-c", program, str(tmp_path / seed)], capture_output=True, text=True, check=True,
                       env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    )  # fmt: skip
    assert once == again
    assert once.count("\n") == 11
