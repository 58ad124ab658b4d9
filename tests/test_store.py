"""The Store protocol: the same questions to a store in memory, on disk, and behind a real SPARQL server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, serialize
from tests.store_servers import Server, lacking, running

from ipcgraph.errors import QueryError, StoreAnswerError, StoreError
from ipcgraph.store import Store
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.store.remote import Graphs, RemoteStore
from ipcgraph.store.requests import Credentials
from ipcgraph.tables import Table

ADA, GRACE = NamedNode("http://example.org/ada"), NamedNode("http://example.org/grace")
NAME, GRAPH = NamedNode("http://xmlns.com/foaf/0.1/name"), NamedNode("http://example.org/graph")
FIRST, SECOND = Literal('Ada "the first"\n', language="en"), Literal("O'Brien \\ \u202e é 日本")
QUADS = [
    Quad(ADA, NAME, FIRST),
    Quad(GRACE, NAME, SECOND),
    Quad(
        ADA,
        NamedNode("http://example.org/born"),
        Literal("1815", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#gYear")),
    ),
    Quad(ADA, NAME, Literal("Ada"), GRAPH),
]
NAMES = "SELECT ?thing ?name WHERE { ?thing <http://xmlns.com/foaf/0.1/name> ?name } ORDER BY ?thing"


DEFAULT = "http://example.org/default"
"""Stands for the default graph on a server that has none of its own."""


@pytest.fixture(scope="module")
def servers(tmp_path_factory) -> Iterator[Callable[[str], Server]]:
    """Starts a server once, with the quads; what is missing on this machine is skipped."""
    with ExitStack() as stack:

        @cache
        def start(name: str) -> Server:
            server = stack.enter_context(running(name, tmp_path_factory.mktemp(name), quads=tuple(QUADS)))
            if name == "virtuoso":
                store = at(server)
                for quad in QUADS:
                    graph = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else DEFAULT
                    assert store.post(graph, serialize([quad.triple], format=RdfFormat.N_TRIPLES) or b"")
            return server

        def get(name: str) -> Server:
            if reason := lacking(name):
                pytest.skip(reason)
            return start(name)

        yield get


def at(server: Server) -> RemoteStore:
    graphs = Graphs(DEFAULT, (GRAPH.value,)) if server.name == "virtuoso" else Graphs()
    known = Credentials(server.user, server.user, "digest")
    return RemoteStore(
        server.query, update=server.update, graph_store=server.graph_store, graphs=graphs, credentials=known
    )


@pytest.fixture(params=["memory", "disk", "oxigraph", "virtuoso", "rdflib"])
def store(request, tmp_path, servers):
    if request.param not in {"memory", "disk"}:
        yield at(servers(request.param))
        return
    if request.param == "memory":
        made = EmbeddedStore.memory()
        made.load(QUADS)
    else:
        with EmbeddedStore.create(tmp_path / "store") as writing:
            writing.load(QUADS)
        made = EmbeddedStore.open(tmp_path / "store")
    with made:
        yield made


def test_select_gives_a_table_in_the_order_of_the_query(store: Store):
    assert store.query(NAMES) == Table(("thing", "name"), ((ADA, FIRST), (GRACE, SECOND)))


def test_unbound_is_none(store: Store):
    answer = store.query("SELECT ?a ?b WHERE { BIND(1 AS ?a) OPTIONAL { ?a <urn:x:no> ?b } }")
    assert answer == Table(("a", "b"), ((Literal(1), None),))


def test_ask_gives_a_truth_value(store: Store):
    assert store.query("ASK { ?thing ?property 'Nobody' }") is False
    assert store.query("ASK { GRAPH ?graph { ?thing ?property 'Ada' } }") is True


def test_construct_gives_triples(store: Store):
    answer = store.query(
        "CONSTRUCT { ?thing <urn:x:called> ?name } WHERE { ?thing <http://xmlns.com/foaf/0.1/name> ?name }"
    )
    assert isinstance(answer, list)
    assert {(t.subject, t.object) for t in answer} == {(ADA, QUADS[0].object), (GRACE, QUADS[1].object)}


def test_describe_gives_triples(store: Store, request):
    text = "DESCRIBE <http://example.org/grace>"
    if "rdflib" in request.node.name:  # rdflib-endpoint writes a graph as a table, which it is not
        with pytest.raises(StoreAnswerError, match="no SPARQL result"):
            store.query(text)
    else:
        assert store.query(text) == [QUADS[1].triple]


def test_an_empty_answer_is_empty(store: Store):
    assert store.query("SELECT ?a WHERE { ?a <urn:x:no> ?b }") == Table(("a",), ())
    assert store.query("CONSTRUCT WHERE { ?a <urn:x:no> ?b }") == []


def test_dump_has_every_quad_with_its_graph(store: Store):
    assert set(store.dump()) == set(QUADS)


def test_a_long_query_is_answered(store: Store):
    values = " ".join(f"<http://example.org/{number}>" for number in range(2_000))
    text = f"SELECT ?thing WHERE {{ VALUES ?thing {{ {values} <http://example.org/ada> }} ?thing ?property 'Ada'@no }}"
    assert store.query(text) == Table(("thing",), ())
    assert store.query(text.replace("'Ada'@no", "?name")) == Table(("thing",), ((ADA,), (ADA,)))


def test_what_is_not_sparql_is_a_query_error(store: Store):
    with pytest.raises(QueryError):
        store.query("SELECT ?a WHERE { ?a ?b }")


def test_closing_twice_is_fine(store: Store):
    store.close()
    store.close()


def test_loading_into_a_server_with_an_update_address(oxigraph_server, monkeypatch):
    server = oxigraph_server(b"<urn:x:a> <urn:x:b> <urn:x:c> .\n")
    monkeypatch.setattr("ipcgraph.store.remote.BATCH", 3)
    with RemoteStore(server + "/query", update=server + "/update") as store:
        store.load(iter(QUADS))
        assert set(store.dump()) == {*QUADS, Quad(NamedNode("urn:x:a"), NamedNode("urn:x:b"), NamedNode("urn:x:c"))}


def test_a_server_without_an_update_address_is_not_loaded():
    with pytest.raises(StoreError, match="give its update address"):
        RemoteStore("http://127.0.0.1:9/query").load(QUADS)


def test_blank_nodes_are_not_sent_to_a_server():
    store = RemoteStore("http://127.0.0.1:9/query", update="http://127.0.0.1:9/update")
    with pytest.raises(StoreError, match="blank node"):
        store.load([Quad(BlankNode("a"), NAME, Literal("x"))])


# The embedded store by itself.


def test_the_embedded_error_has_line_and_column():
    with (
        EmbeddedStore.memory() as store,
        pytest.raises(QueryError, match="line 2, column 16: not SPARQL; read as far as"),
    ):
        store.query("SELECT * WHERE {\n  ?a ?b ?c ?d }")


def test_a_query_that_would_end_the_process_is_refused():
    with EmbeddedStore.memory() as store, pytest.raises(QueryError, match="brackets in each other"):
        store.query("SELECT * WHERE " + "{" * 5_000 + "}" * 5_000)


def test_a_store_that_is_not_there_says_how_to_make_it(tmp_path):
    with pytest.raises(StoreError, match="ipcgraph build makes it"):
        EmbeddedStore.open(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(StoreError, match="ipcgraph build makes it anew"):
        EmbeddedStore.open(tmp_path / "empty")
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_store_that_cannot_be_written_is_a_store_error(tmp_path):
    file = tmp_path / "file"
    file.write_text("not a folder")
    with pytest.raises(StoreError, match="cannot be written"):
        EmbeddedStore.create(file)


def test_a_store_opened_to_be_read_refuses_to_load(tmp_path):
    EmbeddedStore.create(tmp_path / "store").close()
    with EmbeddedStore.open(tmp_path / "store") as store, pytest.raises(StoreError, match="cannot be written"):
        store.load(QUADS)


def test_a_closed_store_says_so():
    store = EmbeddedStore.memory()
    store.close()
    with pytest.raises(StoreError, match="is closed"):
        store.query(NAMES)


def test_a_query_from_the_command_line_loads_no_heavy_library():
    program = (
        "import sys\n"
        "import ipcgraph.queries, ipcgraph.tables\n"
        "from ipcgraph.store.embedded import EmbeddedStore\n"
        "EmbeddedStore.memory().query('ASK {}')\n"
        "print(*sys.modules)"
    )
    path = str(Path(__file__).parents[1] / "src")
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": path},
        timeout=60,
    )
    heavy = {
        "rdflib",
        "networkx",
        "scipy",
        "numpy",
        "pyshacl",
        "yaml",
        "SPARQLWrapper",
        "json",
        "urllib.request",
        "email",
        "http",
    }
    loaded = set(done.stdout.split())
    assert "pyoxigraph" in loaded
    assert loaded & heavy == set()
