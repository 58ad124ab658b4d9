"""Requests to a SPARQL endpoint as they go over the wire, and a built center with graphs of its own."""

from contextlib import suppress
from http.client import HTTPConnection
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from pyoxigraph import NamedNode, Quad, Store
from tests.center_project import make_center

from ipcgraph.project import fresh_build

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
TURTLE, NTRIPLES = "text/turtle", "application/n-triples"
JSONLD, RDFXML = "application/ld+json", "application/rdf+xml"
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
SETTINGS = 'name = "Harbour Institute"\n[server]\nrequests_per_minute = 0\nqueries_per_minute = 0\n'
DATA = "http://kasei.us/2009/09/sparql/data/"
"""Where the graphs of the W3C protocol tests stand."""


class Reply(NamedTuple):
    """What has been answered."""

    status: int
    headers: dict
    body: bytes

    @property
    def type(self):
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def text(self):
        return self.body.decode()


def send(address, method="GET", *, body=None, source="", timeout=30, **headers):
    """One request; a header is written with `_` for `-`. `source` is the address that it comes from."""
    parts = urlsplit(address)
    connection = HTTPConnection(
        parts.hostname, parts.port, timeout=timeout, source_address=(source, 0) if source else None
    )
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        # Who sends too much is told so before it is all sent.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, target, body=body, headers=named)
        answer = connection.getresponse()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def get(endpoint, query, accept=JSON, *, method="GET", more="", **options):
    """A query by GET."""
    address = f"{endpoint}?query={quote(query, safe='')}{more}"
    return send(address, method, **({"Accept": accept} if accept else {}), **options)


def post(endpoint, query, accept=JSON, **options):
    """A query alone by POST."""
    return send(endpoint, "POST", body=query.encode(), Content_Type=DIRECT, Accept=accept, **options)


def form(fields, content_type=FORM):
    """Body and type of a form, as arguments of `send`."""
    return {"body": urlencode(fields, doseq=True).encode(), "Content_Type": content_type}


def center_with_graphs(folder):
    """The invented center, built; its store has the three graphs of the W3C protocol tests, too."""
    project = make_center(folder, settings=SETTINGS)
    store = Store(str(fresh_build(project) / "store"))
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    for number in (1, 2, 3):
        graph = NamedNode(f"{DATA}data{number}.rdf")
        store.add(Quad(graph, kind, NamedNode("http://xmlns.com/foaf/0.1/Document"), graph))
    store.flush()
    return project
