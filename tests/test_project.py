"""The project from Python: the functions of the package and what they give."""

import networkx as nx
import pytest
import rdflib
from tests.center_project import make_center

import ipcgraph
from ipcgraph.tables import Table

FOAF = rdflib.Namespace("http://xmlns.com/foaf/0.1/")


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return make_center(tmp_path_factory.mktemp("project"))


def test_every_public_name_is_there():
    for name in ipcgraph.__all__:
        assert getattr(ipcgraph, name)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = getattr(ipcgraph, "nothing")  # noqa: B009  # a type checker knows that it is not there


def test_a_graph_is_built_when_it_is_first_asked_and_said_so(tmp_path):
    said: list[str] = []
    answer = ipcgraph.query("people-without-orcid", make_center(tmp_path), notice=said.append)
    assert isinstance(answer, Table)
    assert len(answer) > 0
    assert said == ["building the graph for the first time"]


def test_any_query_is_asked(settings):
    assert ipcgraph.sparql("ASK { ?s a <https://w3id.org/ipcgraph/ns#Center> }", settings) is True


def test_a_network_is_a_plain_networkx_graph(settings):
    graph = ipcgraph.network("coauthorship", settings)
    assert type(graph) is nx.Graph
    assert graph.number_of_edges() > 0


def test_the_whole_graph_is_an_rdflib_graph(settings):
    graph = ipcgraph.to_rdflib(settings)
    person = rdflib.URIRef(settings.base + "person/aoife-obrien")
    assert graph.value(person, FOAF.name) == rdflib.Literal("Aoife O'Brien")
    same = rdflib.URIRef("https://schema.org/sameAs")
    assert (person, same, None) in graph, "what was derived is in it too"
    count = ipcgraph.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", settings)
    assert isinstance(count, Table)
    assert len(graph) == int(str(getattr(count.rows[0][0], "value", "")))


def test_the_findings_of_a_project_are_a_report(settings):
    report = ipcgraph.check(settings)
    assert report.conforms
    assert len(report.warnings) == 1
