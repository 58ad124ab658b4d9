"""The description of the SPARQL service: what it is, what it speaks, and which graphs it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, RdfFormat, serialize

from ipcgraph.media import FORMATS
from ipcgraph.publish.description.rdf import DCTERMS, SD, VOID, Statements, iri, write_turtle
from ipcgraph.server.protocol import GRAPHS, SOLUTIONS

if TYPE_CHECKING:
    from ipcgraph.server.snapshot import Snapshot

PATH: Final = "sparql"
"""The path of the endpoint below the root."""
OFFERS: Final = ("text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples")
DERIVED: Final = "graph/derived"
"""The graph, below the base, of the statements that follow by rules; they are in the default graph, too."""

_FORMAT: Final = "http://www.w3.org/ns/formats/"
_NAMES: Final = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/ld+json": "JSON-LD",
    "application/rdf+xml": "RDF_XML",
}


def describe_service(snapshot: Snapshot, media_type: str) -> bytes:
    """The description in one of the media types of OFFERS; the same build gives the same bytes."""
    told = _statements(snapshot).triples()
    rdf = next(each.rdf for each in FORMATS if each.media_type == media_type and each.rdf)
    if rdf == RdfFormat.TURTLE:
        return write_turtle(told).encode()
    return serialize(told, format=rdf) or b""


def _statements(snapshot: Snapshot) -> Statements:
    told = Statements()
    endpoint = snapshot.address + PATH
    service, dataset, default, derived = (f"{endpoint}#{name}" for name in ("service", "dataset", "default", "derived"))
    told.type(service, SD + "Service")
    told.tell(service, DCTERMS + "title", f"{snapshot.facts.title}: SPARQL")
    told.tell(service, DCTERMS + "license", iri(snapshot.facts.licence))
    told.tell(service, SD + "endpoint", NamedNode(endpoint))
    told.tell(service, SD + "supportedLanguage", NamedNode(SD + "SPARQL11Query"))
    formats = dict.fromkeys((*SOLUTIONS.values(), *GRAPHS.values()))
    told.tell(service, SD + "resultFormat", *(NamedNode(_FORMAT + _NAMES[each]) for each in formats))
    told.tell(service, SD + "defaultDataset", NamedNode(dataset))
    told.type(dataset, SD + "Dataset", VOID + "Dataset")
    told.tell(dataset, DCTERMS + "isVersionOf", NamedNode(snapshot.addresses.dataset))
    told.tell(dataset, SD + "defaultGraph", NamedNode(default))
    told.tell(dataset, SD + "namedGraph", NamedNode(derived))
    told.type(default, SD + "Graph")
    told.tell(default, DCTERMS + "description", _DEFAULT)
    told.type(derived, SD + "NamedGraph")
    told.tell(derived, SD + "name", NamedNode(snapshot.base + DERIVED))
    told.tell(derived, DCTERMS + "description", _DERIVED)
    return told


_DEFAULT: Final = "All statements: those of the records, those that follow from them, and the vocabulary."
_DERIVED: Final = "The statements that follow by rules; they are in the default graph, too."
