"""The W3C suites: every test of a query passes; every one that would write is refused, and nothing is changed."""

import hashlib
import json

import pytest
import rdflib
from pyoxigraph import Store
from tests.server.rdf_tests import SUITE, exchange, graph_store_requests, protocol_cases
from tests.server.running import serving
from tests.server.sparql_requests import CSV, JSON, NTRIPLES, TSV, TURTLE, XML, center_with_graphs, send

from ipcgraph.project import fresh_build

CASES = protocol_cases()
WRITES = graph_store_requests()
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason="the W3C suites are absent: set IPCGRAPH_SHARED")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return center_with_graphs(tmp_path_factory.mktemp("suites") / "center")


@pytest.fixture(scope="module")
def endpoint(project):
    with serving(project) as running:
        yield running.address + "sparql"


@pytest.fixture
def unchanged(project):
    """Holds that a test leaves every statement of the store as it is."""
    before = statements(project)
    yield
    assert statements(project) == before


def statements(project):
    store = Store.read_only(str(fresh_build(project) / "store"))
    return hashlib.sha256("\n".join(sorted(map(str, store))).encode()).hexdigest()


def test_the_suites_are_read_whole():
    assert len(CASES) == 34
    assert sum(case.is_query for case in CASES) == 20
    assert len(WRITES) >= 18


@pytest.mark.parametrize("case", [case for case in CASES if case.is_query], ids=lambda case: case.name)
def test_protocol_of_queries(endpoint, case):
    for asked in case.exchanges:
        reply = exchange(endpoint, asked)
        assert str(reply.status)[0] in asked.statuses
        if asked.truth is not None:
            assert json.loads(reply.body)["boolean"] is asked.truth
        if asked.form == "tabular":
            assert reply.type in {JSON, XML, CSV, TSV}
        if asked.form == "RDF":
            assert len(rdflib.Graph().parse(data=reply.body, format=reply.type)) >= 0
            assert reply.type in {TURTLE, NTRIPLES, "application/rdf+xml", "application/ld+json"}


@pytest.mark.parametrize("case", [case for case in CASES if not case.is_query], ids=lambda case: case.name)
@pytest.mark.usefixtures("unchanged")
def test_protocol_of_updates_is_refused(endpoint, case):
    refused = 0
    for asked in case.exchanges:
        reply = exchange(endpoint, asked)
        if "sparql-query" in asked.headers.get("Content-Type", ""):
            # What asks afterwards whether anything was changed.
            assert json.loads(reply.body)["boolean"] is False
            continue
        assert reply.status in {403, 405}
        refused += 1
    assert refused


@pytest.mark.parametrize("asked", WRITES, ids=lambda asked: asked.name)
@pytest.mark.usefixtures("unchanged")
def test_the_graph_store_protocol_is_refused(endpoint, asked):
    path = asked.target.replace("$GRAPHSTORE$", "").replace("$HOST$", "localhost").replace("$NEWPATH$", "/new")
    headers = {name.replace("-", "_"): value for name, value in asked.headers.items() if name != "Content-Length"}
    for target in (endpoint, endpoint.removesuffix("/sparql")):
        reply = send(target + path, asked.method, body=asked.body or None, **headers)
        if asked.method in {"GET", "HEAD"}:
            assert reply.status in {200, 303, 404, 406, 503}  # 503 while the files of the site are made
        else:
            assert reply.status in {403, 405}


def test_the_service_describes_itself(endpoint):
    """has-endpoint-triple, returns-rdf and conforms-to-schema of the service description suite."""
    for media_type in ("text/turtle", "application/rdf+xml", "application/n-triples", "*/*"):
        reply = send(endpoint, Accept=media_type)
        assert reply.status == 200
        graph = rdflib.Graph().parse(data=reply.body, format=reply.type)
        (service,) = graph.subjects(rdflib.RDF.type, SD.Service)
        assert list(graph.objects(service, SD.endpoint)) == [rdflib.URIRef(endpoint)]
        assert (service, SD.supportedLanguage, SD.SPARQL11Query) in graph
        assert not list(graph.objects(service, SD.supportedLanguage + "Update"))
        _conforms(graph)
    assert send(endpoint, Accept="application/ld+json").type == "application/ld+json"
    assert send(endpoint, Accept="application/pdf").status == 406


def _conforms(graph):
    """Whether each term of the vocabulary stands where its domain and range let it."""
    domains = {
        SD.endpoint: SD.Service, SD.defaultDataset: SD.Service, SD.supportedLanguage: SD.Service,
        SD.resultFormat: SD.Service, SD.feature: SD.Service, SD.defaultGraph: SD.Dataset, SD.namedGraph: SD.Dataset,
        SD.name: SD.NamedGraph,
    }  # fmt: skip
    ranges = {SD.defaultDataset: SD.Dataset, SD.defaultGraph: SD.Graph, SD.namedGraph: SD.NamedGraph}
    for subject, predicate, value in graph:
        if predicate.startswith(SD):
            assert (subject, rdflib.RDF.type, domains[predicate]) in graph
            assert isinstance(value, rdflib.URIRef)
        if predicate in ranges:
            assert (value, rdflib.RDF.type, ranges[predicate]) in graph


def test_the_graphs_of_the_description_are_there(endpoint):
    graph = rdflib.Graph().parse(data=send(endpoint, Accept=TURTLE).body, format="turtle")
    names = list(graph.objects(None, SD.name))
    assert names
    for name in names:
        reply = send(f"{endpoint}?query=ASK+%7B+GRAPH+%3C{name}%3E+%7B+%3Fs+%3Fp+%3Fo+%7D+%7D", Accept=JSON)
        assert json.loads(reply.body)["boolean"] is True
