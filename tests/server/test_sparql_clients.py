"""Other people's clients at the endpoint: SPARQLWrapper, rdflib's SPARQLStore, Comunica, curl, and our own doctor."""

import json
import shutil
import subprocess
import urllib.error
import warnings
from pathlib import Path

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from tests.server.running import serving
from tests.server.sparql_requests import center_with_graphs

from ipcgraph import sparql
from ipcgraph.errors import QueryError
from ipcgraph.project import fresh_build
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.tables import Table

CLIENTS = Path(__file__).parents[1] / "clients"
PREFIXES = "PREFIX foaf: <http://xmlns.com/foaf/0.1/> "
NAMES = PREFIXES + "SELECT ?person ?name { ?person foaf:name ?name } ORDER BY ?name ?person"
GRAPH = PREFIXES + "CONSTRUCT { ?person foaf:nick ?name } WHERE { ?person foaf:name ?name }"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return center_with_graphs(tmp_path_factory.mktemp("clients") / "center")


@pytest.fixture(scope="module")
def server(project):
    with serving(project, whole=True) as running:
        yield running


@pytest.fixture(scope="module")
def endpoint(server):
    return server.address + "sparql"


@pytest.fixture(scope="module")
def names(project):
    """What the store itself says."""
    with EmbeddedStore.open(fresh_build(project) / "store") as store:
        found = texts(store.query(NAMES))
    assert len(found) > 5
    return found


def converted(asked):
    return asked.query().convert()


def texts(answer):
    assert isinstance(answer, Table)
    return [row[answer.columns.index("name")] for row in answer.texts()]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("direct", [False, True])
def test_sparqlwrapper_gets_tables_and_truths(endpoint, names, method, direct):
    import SPARQLWrapper

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        asked = SPARQLWrapper.SPARQLWrapper(endpoint)
        asked.setMethod(method)
        asked.setRequestMethod(SPARQLWrapper.POSTDIRECTLY if direct and method == "POST" else SPARQLWrapper.URLENCODED)
        asked.setTimeout(20)
        asked.setQuery(NAMES)
        asked.setReturnFormat(SPARQLWrapper.JSON)
        assert [row["name"]["value"] for row in converted(asked)["results"]["bindings"]] == names
        asked.setReturnFormat(SPARQLWrapper.XML)
        found = converted(asked).getElementsByTagName("literal")
        assert ["".join(piece.nodeValue for piece in node.childNodes) for node in found] == names
        asked.setReturnFormat(SPARQLWrapper.CSV)
        assert converted(asked).decode().count("\r\n") == len(names) + 1
        asked.setQuery("ASK { ?s ?p ?o }")
        asked.setReturnFormat(SPARQLWrapper.JSON)
        assert converted(asked)["boolean"] is True


@pytest.mark.parametrize("wanted", ["TURTLE", "N3", "RDFXML", "JSONLD"])
def test_sparqlwrapper_gets_graphs(endpoint, names, wanted):
    import SPARQLWrapper

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        asked = SPARQLWrapper.SPARQLWrapper(endpoint)
        asked.setQuery(GRAPH)
        asked.setReturnFormat(getattr(SPARQLWrapper, wanted))
        found = converted(asked)
        if isinstance(found, bytes):
            found = rdflib.Graph().parse(data=found, format="turtle")
        assert len(list(found.triples((None, None, None)))) == len(names)


def test_sparqlwrapper_hears_of_errors_and_cannot_change_anything(endpoint):
    import SPARQLWrapper

    asked = SPARQLWrapper.SPARQLWrapper(endpoint)
    asked.setReturnFormat(SPARQLWrapper.JSON)
    asked.setQuery("SELECT * {\n ?s ?p }")
    with pytest.raises(SPARQLWrapper.SPARQLExceptions.QueryBadFormed, match="line 2, column 8"):
        asked.query()
    asked.setMethod("POST")
    asked.setQuery("CLEAR ALL")
    with pytest.raises(urllib.error.HTTPError) as refused:
        asked.query()
    assert refused.value.code == 403


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_rdflibs_store_reads_the_graph(endpoint, names):
    graph = rdflib.Graph(SPARQLStore(endpoint, method="POST_FORM"))
    assert [str(list(row)[1]) for row in graph.query(NAMES) if not isinstance(row, bool)] == names
    name = rdflib.URIRef("http://xmlns.com/foaf/0.1/name")
    assert sorted(map(str, graph.objects(None, name))) == sorted(names)
    assert (None, name, None) in graph
    assert len(graph) > len(names)
    for method in ("GET", "POST"):
        assert len(list(rdflib.Graph(SPARQLStore(endpoint, method=method)).query(NAMES))) == len(names)


def test_ipcgraph_itself_asks_as_it_asks_its_own_store(endpoint, project, names):
    answer = sparql(NAMES, project, endpoint=endpoint)
    assert texts(answer) == names
    assert sparql("ASK { ?s ?p ?o }", endpoint=endpoint) is True
    with pytest.raises(QueryError, match="line 1, column 16"):
        sparql("SELECT * {?s ?p}", endpoint=endpoint)


def test_curl_gets_what_it_asks_for(endpoint, names):
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")

    def run(*options):
        return subprocess.run(
            [curl, "-sS", "--noproxy", "*", *options], check=True, capture_output=True, text=True
        ).stdout

    assert run("-H", "Accept: text/csv", "--data-urlencode", f"query={NAMES}", endpoint).count("\n") == len(names) + 1
    found = json.loads(run("-G", "--data-urlencode", f"query={NAMES}", endpoint))
    assert len(found["results"]["bindings"]) == len(names)
    direct = run("-H", "Content-Type: application/sparql-query", "--data-binary", "ASK {}", endpoint)
    assert json.loads(direct)["boolean"] is True
    assert "sd:Service" in run(endpoint)
    assert run("-o", "/dev/null", "-w", "%{http_code}", "--data-urlencode", "update=CLEAR ALL", endpoint) == "403"


def test_comunica_asks_by_itself_and_joins(endpoint, names):
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node_modules" / "@comunica" / "query-sparql").is_dir():
        pytest.skip("Comunica is not installed: run make clients")
    script = CLIENTS / "comunica.cjs"
    found = json.loads(subprocess.run([node, script, endpoint], check=True, capture_output=True, timeout=120).stdout)
    assert found["names"] == names
    assert found["truth"] is True
    assert found["triples"] == len(names)
    assert found["joined"] > 0


def test_the_doctor_finds_nothing_wrong_with_the_endpoint(server):
    from ipcgraph.publish.doctor.endpoint import EndpointProbe
    from ipcgraph.publish.doctor.fetching import Fetcher

    fetcher = Fetcher([f"127.0.0.1:{server.port}"], limit=100, rate=0, timeout=20, largest=1 << 20)
    probe = EndpointProbe(fetcher, server.address + "sparql")
    probe.examine()
    assert not probe.faults
    assert len(probe.cells) >= 14
