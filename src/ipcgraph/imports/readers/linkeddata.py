"""RDF of others: VIVO, FOAF with BIBO, schema.org, Zotero's, our own; told apart by what nodes are said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import RdfFormat

from ipcgraph.findings import Finding, Place
from ipcgraph.imports.graphs import Graph, read_graph
from ipcgraph.imports.readers import schemaorg
from ipcgraph.imports.readers.agents import INITIATIVES, ORGANIZATIONS, PERSONS, organization, person
from ipcgraph.imports.readers.graphworks import PARTS, WORKS, work
from ipcgraph.imports.readers.zoterordf import ZOTERO, zotero_entries
from ipcgraph.sources.text import fault
from ipcgraph.vocabulary import RDF, compact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ipcgraph.entries import Entry
    from ipcgraph.imports.jsonrecords import Json

FORMATS: Final = {
    ".ttl": RdfFormat.TURTLE,
    ".n3": RdfFormat.N3,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
}
_SCHEMA: Final = ("https://schema.org/", "http://schema.org/")
_QUIET: Final = (
    "DateTimeValue", "DateTimeInterval", "Individual", "Name", "Title", "Email", "Telephone", "URL", "Address", "Kind",
    "Fax", "List", "Seq", "OnlineAccount", "Concept", "ConceptScheme",
)  # fmt: skip


def read_linked_data(
    path: Path, name: str, rdf_format: RdfFormat | None = None, *, encoding: str = ""
) -> Iterator[Entry | Finding]:
    """The works, persons and organizations of a file of RDF, by the vocabulary that its nodes are described in.

    Entries come in the order in which their nodes are first described. Nodes of other kinds are counted in a finding.
    """
    chosen = rdf_format or FORMATS.get("." + path.name.removesuffix(".gz").rpartition(".")[2].lower(), RdfFormat.TURTLE)
    for item in read_graph(path, name, chosen, encoding=encoding):
        yield from [item] if isinstance(item, Finding) else entries_of(item, name)


def entries_of(graph: Graph, name: str) -> Iterator[Entry | Finding]:
    """The entries of a graph."""
    passed: dict[str, int] = {}
    schema: list[str] = []
    found = 0
    if any(predicate.startswith(ZOTERO) for said in graph.said.values() for predicate in said):
        yield from zotero_entries(graph, name)
        return
    parts = {
        value.text for said in graph.said.values() for key in PARTS for value in said.get(key, ()) if value.is_node
    }
    for node in graph.said:
        classes = graph.classes(node)
        if any(each.startswith(_SCHEMA) for each in classes):
            schema.append(node)
        elif classes & WORKS and node not in parts:
            found += 1
            yield from work(graph, node)
        elif classes & PERSONS:
            found += 1
            yield from person(graph, node)
        elif classes & ORGANIZATIONS and not classes & INITIATIVES:
            found += 1
            yield from organization(graph, node)
        else:
            for each in classes:
                if each.rpartition("/")[2].rpartition("#")[2] not in _QUIET:
                    passed[each] = passed.get(each, 0) + 1
    if schema:
        found += 1
        yield from schemaorg.entries_of(schemaorg.placed(_node(graph, node), graph.place(node)) for node in schema)
    yield from _told(name, passed, found)


def _told(name: str, passed: dict[str, int], found: int) -> Iterator[Finding]:
    if not found:
        message = "no work, person or organization is described here in a vocabulary that is read"
        yield fault(message, Place(name), "VIVO, BIBO, FOAF, schema.org, SKG-IF, Zotero's and our own are read")
    if passed:
        kinds = ", ".join(f"{compact(kind)} ({count:,})" for kind, count in sorted(passed.items())[:30])
        message = f"nodes of these kinds are not read: {kinds}"
        yield fault(message, Place(name), "works, persons and organizations are read", severity="warning")


def _node(graph: Graph, node: str) -> dict[str, Json]:
    """A node of schema.org as its JSON-LD has it."""
    said: dict[str, Json] = {"@id": node, "@type": [*sorted(graph.classes(node))]}
    for predicate, values in graph.said[node].items():
        if predicate != RDF + "type":
            bare = predicate.removeprefix("https://schema.org/").removeprefix("http://schema.org/")
            said[bare] = [{"@id": value.text} if value.is_node else value.text for value in values]
    return said
