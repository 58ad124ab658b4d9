"""Claims: what a statement with evidence of its own is made of, what it is called, and what it asserts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from ipcgraph.ontology import Property
from ipcgraph.sources import names, values
from ipcgraph.sources.resources import Entry, Resource
from ipcgraph.sources.values import Fault

if TYPE_CHECKING:
    from ipcgraph import records
    from ipcgraph.findings import Place
    from ipcgraph.ontology import Ontology
    from ipcgraph.records import Scalar
    from ipcgraph.sources.resources import Term

KEYS: Final = ("value", "evidence", "basis", "id")
"""The keys of a value with evidence of its own."""

PARTS: Final = ("subject", "predicate", "object")
"""The keys that a Claim in full has one value each of."""


def describe(ontology: Ontology, subject: NamedNode, stated: Entry, place: Place) -> tuple[Entry, ...]:
    """What a Claim at this place says of an entry of the subject: the three parts of the statement."""
    properties = ontology.properties
    return (
        Entry(properties["subject"], subject, place),
        Entry(properties["predicate"], NamedNode(stated.property.iri), place),
        Entry(properties["object"], stated.value, stated.place),
    )


def name_of(record: records.Mapping) -> str | tuple[Fault, Place]:
    """The id of a Claim in full that has none, made from its parts; else why there is no such name, and where."""
    subject, predicate, value = (record.text(part) for part in PARTS)
    if not (subject and predicate and value):
        return Fault("a Claim names a subject, a predicate and an object", "write all three keys"), record.place
    if names.fault_of_id(subject, ""):
        place = (record.find("subject") or record).place
        return Fault(f'"{subject}" is not an id', "write the id of the record that the Claim is about"), place
    return names.claim_name(subject, predicate, value)


def read_part(
    part: str, record: records.Mapping, node: Scalar, ontology: Ontology, *, base: str
) -> Term | Fault | None:
    """Subject, predicate or object of a Claim in full; the object is read as its predicate reads it.

    None where the predicate is unknown, so that nobody can say how the object is to be read.
    """
    if part == "subject":
        return values.read_reference("", node.text, base=base)
    if part == "predicate":
        return values.read_predicate(node.text, ontology)
    written = record.text("predicate") or ""
    predicate = ontology.properties.get(written)
    if predicate is not None:
        return values.read_value(predicate, node.text, ontology, base=base)
    return values.read_reference("", node.text, base=base) if ":" in written else None


def is_stated(basis: Entry) -> bool:
    """Whether what stands on this basis is also asserted."""
    return basis.value.value.endswith("/basis/stated")


def assertion(claim: Resource, ontology: Ontology) -> Resource | None:
    """The plain statement that a Claim in full makes about its subject; None where it is not stated, or not whole."""
    parts = {entry.property.key: entry for entry in claim.entries}
    if not all(part in parts for part in (*PARTS, "basis")) or not is_stated(parts["basis"]):
        return None
    subject, predicate, value = (parts[part] for part in PARTS)
    iri = predicate.value.value
    prop = next((known for known in ontology.properties.values() if known.iri == iri), None)
    prop = prop or Property(key=iri, iri=iri, kind="", range="", scheme="", bound_of="")
    return Resource(NamedNode(subject.value.value), "", value.place, (Entry(prop, value.value, value.place),))
