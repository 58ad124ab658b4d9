"""A resource: one thing with its properties and places, as RDF statements and as JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode, Quad

from ipcgraph.findings import Finding, Place
from ipcgraph.ontology import Ontology, Property
from ipcgraph.records import Statement
from ipcgraph.vocabulary import TYPE

Term: TypeAlias = NamedNode | Literal


@dataclass(frozen=True, slots=True)
class Entry:
    """One property of a resource with one value, and where it is written."""

    property: Property
    value: Term
    place: Place


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that a record describes; `type` is the IRI of its class, empty where the record names none."""

    iri: NamedNode
    type: str
    place: Place
    entries: tuple[Entry, ...]


def statements(resources: Iterable[Resource | Finding]) -> Iterator[Statement | Finding]:
    """The quads of these resources with their places, in the default graph; findings are passed on."""
    for resource in resources:
        if isinstance(resource, Finding):
            yield resource
            continue
        if resource.type:
            yield Quad(resource.iri, TYPE, NamedNode(resource.type)), resource.place
        for entry in resource.entries:
            yield Quad(resource.iri, NamedNode(entry.property.iri), entry.value), entry.place


def canonical(resources: Iterable[Resource], ontology: Ontology, *, base: str) -> dict[str, object]:
    """These resources as one JSON-LD document, which any JSON-LD processor reads as the same statements.

    The context is written into the document, so that nothing has to be fetched.
    """
    context = ontology.context["@context"]
    if not isinstance(context, dict):
        raise TypeError("ontology/context.jsonld has no @context object")
    types = {iri: name for name, iri in ontology.classes.items()}
    graph = []
    for resource in resources:
        node: dict[str, object] = {"id": compact_id(resource.iri.value, base)}
        if resource.type:
            node["type"] = types[resource.type]
        for entry in resource.entries:
            value = _json_value(entry, base)
            known = node.get(entry.property.key)
            if known is None:
                node[entry.property.key] = value
            else:
                node[entry.property.key] = [*(known if isinstance(known, list) else [known]), value]
        graph.append(node)
    return {"@context": {**context, "@base": base}, "@graph": graph}


def compact_id(iri: str, base: str) -> str:
    """The id of an IRI below the base, else the IRI."""
    return iri.removeprefix(base)


def _json_value(entry: Entry, base: str) -> object:
    if isinstance(entry.value, NamedNode):
        iri = compact_id(entry.value.value, base)
        return iri if entry.property.kind in {"reference", "concept"} else {"id": iri}
    if entry.property.kind == "string":
        return entry.value.value
    return {"@value": entry.value.value, "@type": entry.value.datatype.value}
