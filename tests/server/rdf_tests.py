"""The W3C test suites for SPARQL over HTTP: their manifests read, their requests sent to an endpoint."""

import os
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import rdflib
from rdflib.collection import Collection
from tests.server.sparql_requests import send

SHARED = Path(os.environ.get("IPCGRAPH_SHARED", Path(__file__).parents[3] / "shared"))
SUITE = SHARED / "suites" / "rdf-tests" / "sparql" / "sparql11"

HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")


class Exchange(NamedTuple):
    """One request of a test, and what is expected of its answer."""

    method: str
    target: str
    """Path and query, as the suite has them."""
    headers: dict
    body: bytes | None
    statuses: tuple[str, ...]
    """The first figures of the statuses that are right."""
    truth: bool | None
    form: str
    """`boolean`, `tabular`, `RDF` or nothing."""


class Case(NamedTuple):
    """A test of a manifest."""

    name: str
    exchanges: tuple[Exchange, ...]

    @property
    def is_update(self):
        return "update" in self.name

    @property
    def is_query(self):
        return "update" not in self.name and "updates" not in self.name


def protocol_cases():
    """The tests of the protocol, in the order of the manifest; none where the suite is absent."""
    return tuple(_cases(SUITE / "protocol" / "manifest.ttl"))


def _cases(file):
    if not file.is_file():
        return
    graph = rdflib.Graph().parse(file, format="turtle")
    manifest = next(graph.subjects(rdflib.RDF.type, MF.Manifest))
    for case in _listed(graph, manifest, MF.entries):
        action = graph.value(case, MF.action)
        requests = _listed(graph, action, HT.requests)
        yield Case(str(case).rpartition("#")[2], tuple(_exchange(graph, request) for request in requests))


def _listed(graph, subject, predicate):
    """The members of a list, in order; none where there is no list."""
    head = graph.value(subject, predicate)
    return list(Collection(graph, head)) if head is not None else []


def _exchange(graph, request):
    headers = {}
    for header in _listed(graph, request, HT.headers):
        headers[str(graph.value(header, HT.fieldName)).title()] = str(graph.value(header, HT.fieldValue))
    body = graph.value(request, HT.body)
    text = graph.value(body, CNT.chars) if body else None
    encoding = str(graph.value(body, CNT.characterEncoding) or "UTF-8") if body else "UTF-8"
    answer = graph.value(request, HT.resp)
    truth = graph.value(answer, MF.expectedBoolean)
    statuses = graph.objects(answer, MF.expectedStatus)
    return Exchange(
        str(graph.value(request, HT.methodName)),
        str(graph.value(request, HT.absolutePath)),
        headers,
        str(text).encode(encoding) if text is not None else None,
        tuple(sorted(re.findall(r"StatusCode(\d)xx", str(status))[0] for status in statuses)),
        truth.toPython() if truth is not None else None,
        str(graph.value(answer, MF.expectedFormat) or ""),
    )


def exchange(endpoint, asked):
    """Sends a request of a test to an endpoint, whose path takes the place of the suite's."""
    query = urlsplit(asked.target).query
    headers = {name.replace("-", "_"): value for name, value in asked.headers.items()}
    return send(endpoint + (f"?{query}" if query else ""), asked.method, body=asked.body, **headers)


class Written(NamedTuple):
    """A request of the graph store suite, which has them as text."""

    name: str
    method: str
    target: str
    headers: dict
    body: bytes


def graph_store_requests():
    """The requests of the graph store suite, in its order."""
    file = SUITE / "http-rdf-update" / "manifest.ttl"
    if not file.is_file():
        return ()
    graph = rdflib.Graph().parse(file, format="turtle")
    manifest = next(graph.subjects(rdflib.RDF.type, MF.Manifest))
    found = []
    for case in _listed(graph, manifest, MF.entries):
        for comment in sorted(map(str, graph.objects(case, rdflib.RDFS.comment))):
            found += _written(str(case).rpartition("#")[2], comment)
    return tuple(found)


def _written(name, comment):
    """The request in a comment: a block after `#### Request`, indented by four."""
    part = comment.partition("#### Request")[2].partition("#### Response")[0]
    lines = [line.removeprefix("    ") for line in part.strip("\n").splitlines()]
    start = next((number for number, line in enumerate(lines) if re.match(r"[A-Z]+ \$", line)), None)
    if start is None:
        return
    method, target, _ = lines[start].split(" ", 2)
    rest = "\n".join(lines[start + 1 :])
    head, _, body = rest.partition("\n\n")
    headers = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    yield Written(name, method, target, {k: v for k, v in headers.items() if k != "Host"}, body.encode())
