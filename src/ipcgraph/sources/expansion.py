"""Records to resources: the short forms of a record written out, its values typed, its nested records named.

The short forms are those of `ontology/README.md`: `authors`, `roles`, `partnerships`, `counts`, `{value, evidence}` and
`evidence: source#L1-L2`. What comes out is plain: resources with properties, which `statements` gives as RDF and
`canonical` as JSON-LD.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from pyoxigraph import NamedNode

from ipcgraph import records
from ipcgraph.findings import Finding, Place
from ipcgraph.ontology import Ontology, Property
from ipcgraph.records import Node, Scalar, Sequence
from ipcgraph.sources import names, values
from ipcgraph.sources.resources import Entry, Resource, Term
from ipcgraph.sources.shortforms import SHORT_FORMS, ShortForm
from ipcgraph.spelling import nearest
from ipcgraph.vocabulary import TYPE

CLAIM_KEYS: Final = frozenset({"value", "evidence", "basis", "id"})
CLAIM_PARTS: Final = ("subject", "predicate", "object", "basis")


def expand_records(
    written: Iterable[records.Mapping | Finding], ontology: Ontology, *, base: str
) -> Iterator[Resource | Finding]:
    """The resources of these records, in the order written, with a finding for whatever cannot be read.

    Findings among the records are passed on. Names of nested records must differ over all records of one call.
    """
    expander = _Expander(ontology, base)
    for record in written:
        if isinstance(record, Finding):
            yield record
        else:
            yield from expander.record(record)


class _Expander:
    """Expands records one by one; keeps the names given so far, since two nested records must not share one."""

    def __init__(self, ontology: Ontology, base: str) -> None:
        self.ontology = ontology
        self.base = base
        self.named: dict[str, Place] = {}
        self.cited: set[str] = set()
        self.found: list[Resource | Finding] = []
        self.scheme = ""
        """The scheme of the Concept being read, whose bare words `broader` may use."""

    def record(self, record: records.Mapping) -> Iterator[Resource | Finding]:
        """The resources and findings of one record: its own first, then those nested in it."""
        self.found = []
        type_name = self.type_of(record)
        self.scheme = record.text("inScheme") or ""
        subject = self.id_of(record, type_name)
        if subject:
            start = len(self.found)
            resource = self.resource(subject, type_name, record)
            self.found.insert(start, resource)
            if type_name == "Claim":
                self.assert_claim(resource)
        yield from self.found

    # What every record begins with.

    def type_of(self, record: records.Mapping) -> str:
        node = record.find("type")
        if node is None and record.find("isReplacedBy") is not None:
            return ""  # a record under its old id, which only says where it went
        if node is None:
            fix = "write type: and one of " + ", ".join(self.ontology.classes)
            self.error(record.place, "this record has no type", fix, record.text("id") or "", path=TYPE.value)
            return ""
        if not isinstance(node, Scalar):
            fix = "write type: Person, for instance"
            self.error(node.place, "a type is one word", fix, record.text("id") or "", path=TYPE.value)
            return ""
        if node.text in self.ontology.classes:
            return node.text
        near = nearest(node.text, self.ontology.classes)
        fix = f'did you mean "{near}"?' if near else "write one of " + ", ".join(self.ontology.classes)
        self.error(node.place, f'there is no type "{node.text}"', fix, record.text("id") or "", path=TYPE.value)
        return near

    def id_of(self, record: records.Mapping, type_name: str) -> str:
        node = record.find("id")
        if node is None:
            if type_name == "Claim":
                return self.claim_id(record)
            kind = values.KIND_OF.get(type_name, "person")
            self.error(record.place, "this record has no id", f"write id: {kind}/ and a short name in lower case")
            return ""
        if not isinstance(node, Scalar):
            self.error(node.place, "an id is one word", "write id: person/ada-lovelace, for instance")
            return ""
        fault = names.fault_of_id(node.text, type_name)
        if fault:
            self.error(node.place, *fault)
            return ""
        return node.text

    # A record and its keys.

    def resource(
        self,
        subject: str,
        type_name: str,
        record: records.Mapping,
        *,
        form: ShortForm | None = None,
        extra: tuple[Entry, ...] = (),
    ) -> Resource:
        entries = list(extra)
        known = frozenset(self.ontology.keys_of(type_name)) if type_name else frozenset()
        for key, node in record.entries:
            if key.text in {"id", "type"}:
                if form and key.text == "type":
                    self.error(key.place, f"a nested record is always a {type_name}", "leave type out", subject)
                continue
            short = SHORT_FORMS.get(key.text)
            if short and (not short.parents or type_name in short.parents):
                entries += self.nested(subject, key, node, short)
                continue
            name = form.renamed.get(key.text, key.text) if form else key.text
            prop = self.ontology.properties.get(name)
            if prop is None or (known and prop.key not in known and not prop.derived):
                self.unknown_key(key, type_name, form, subject)
            elif prop.derived:
                stated = prop.bound_of or names.DERIVED_FROM.get(prop.key, "other keys")
                self.error(
                    key.place, f'"{key.text}" is worked out from "{stated}"', f'write "{stated}" instead', subject, prop
                )
            elif type_name == "Claim" and prop.key in CLAIM_PARTS[:3]:
                entries += self.claim_part(subject, prop, record, node)
            else:
                entries += self.values(subject, prop, node)
        iri = self.ontology.classes.get(type_name, "")
        return Resource(NamedNode(self.base + subject), iri, record.place, tuple(entries))

    def unknown_key(self, key: Scalar, type_name: str, form: ShortForm | None, subject: str) -> None:
        short_forms = [name for name, short in SHORT_FORMS.items() if not short.parents or type_name in short.parents]
        known = [*self.ontology.keys_of(type_name), *short_forms, *(form.renamed if form else ())]
        article = "An" if type_name[:1] in "AEIOU" else "A"
        owners = self.ontology.properties[key.text].domains if key.text in self.ontology.properties else ()
        near = nearest(key.text, known)
        fix = f'did you mean "{near}"?' if near else "leave it out, or write one of " + ", ".join(sorted(known))
        if owners:
            fix = f"leave it out; it belongs to {' or '.join(re.split('[#/]', owner)[-1] for owner in owners)}"
        path = self.ontology.properties[near].iri if near in self.ontology.properties else ""
        self.error(key.place, f'{article} {type_name or "record"} has no key "{key.text}"', fix, subject, path=path)

    # Values.

    def values(self, subject: str, prop: Property, node: Node) -> Iterator[Entry]:
        """The entries of one key: a value, a list of values, or values with evidence of their own."""
        items = node.items if isinstance(node, Sequence) else (node,)
        seen: dict[Term, Place] = {}
        for item in items:
            if isinstance(item, Sequence):
                self.error(
                    item.place,
                    f'a value of "{prop.key}" cannot be a list in a list',
                    "write the values in one list",
                    subject,
                    prop,
                )
                continue
            if isinstance(item, Scalar):
                value = self.value(subject, prop, item)
                stated = True
            else:
                value, stated = self.claimed(subject, prop, item, several=len(items) > 1)
            if value is None:
                continue
            if value in seen:
                self.error(
                    item.place,
                    f'"{prop.key}" has the same value twice',
                    f"delete one; the other is in line {seen[value].line}",
                    subject,
                    prop,
                )
            elif stated:
                place = item.place if isinstance(item, Scalar) else (item.find("value") or item).place
                yield Entry(prop, value, place)
            seen[value] = item.place

    def value(self, subject: str, prop: Property, scalar: Scalar) -> Term | None:
        """One value as an RDF term, or None with a finding."""
        if prop.key == "evidence":
            return self.evidence(subject, prop, scalar)
        if prop.key == "inScheme":
            result = values.read_scheme(scalar.text, self.ontology, base=self.base)
        elif prop.key == "broader" and "/" not in scalar.text:
            result = values.read_concept(replace(prop, scheme=self.scheme), scalar.text, self.ontology, base=self.base)
        else:
            result = values.read_value(prop, scalar.text, self.ontology, base=self.base)
        if isinstance(result, values.Fault):
            self.error(scalar.place, result.message, result.fix, subject, prop)
            return None
        return result

    def evidence(self, subject: str, prop: Property, scalar: Scalar) -> Term | None:
        """The passage or source that an evidence names; a passage is described where it is first cited."""
        cited = values.read_evidence(scalar.text)
        if isinstance(cited, values.Fault):
            self.error(scalar.place, cited.message, cited.fix, subject, prop)
            return None
        source = NamedNode(f"{self.base}{cited.source}")
        if not cited.first:
            return source
        lines = f"L{cited.first}" if cited.first == cited.last else f"L{cited.first}-L{cited.last}"
        passage = NamedNode(f"{source.value}/{lines}")
        if passage.value not in self.cited:
            self.cited.add(passage.value)
            described: list[tuple[str, Term]] = [
                ("source", source),
                ("firstLine", values.integer(cited.first)),
                ("lastLine", values.integer(cited.last)),
            ]
            entries = tuple(Entry(self.ontology.properties[key], value, scalar.place) for key, value in described)
            self.found.append(Resource(passage, self.ontology.classes["Passage"], scalar.place, entries))
        return passage

    # Nested records.

    def nested(self, parent: str, key: Scalar, node: Node, form: ShortForm) -> Iterator[Entry]:
        """Expands the records of a short form; gives the parent's own entries that point to them."""
        items = node.items if isinstance(node, Sequence) else (node,)
        for position, item in enumerate(items, start=1):
            record = item
            if isinstance(item, Scalar) and form.scalar:
                record = records.Mapping(((Scalar(form.scalar, item.place), item),), item.place)
            if not isinstance(record, records.Mapping):
                keys = ", ".join(form.renamed) or "its keys"
                self.error(item.place, f'each of "{key.text}" is a record of its own', f"write {{{keys}: …}}", parent)
                continue
            extra = []
            if form.backward:
                extra.append(Entry(self.ontology.properties[form.backward], NamedNode(self.base + parent), item.place))
            if form.type == "Authorship" and record.find("position") is None:
                extra.append(Entry(self.ontology.properties["position"], values.integer(position), item.place))
            child = self.nested_id(parent, record, form)
            start = len(self.found)
            self.found.insert(start, self.resource(child, form.type, record, form=form, extra=tuple(extra)))
            if form.forward:
                yield Entry(self.ontology.properties[form.forward], NamedNode(self.base + child), item.place)

    def nested_id(self, parent: str, item: records.Mapping, form: ShortForm) -> str:
        own = item.find("id")
        if isinstance(own, Scalar):
            fault = names.fault_of_id(own.text, form.type)
            if not fault:
                return self.claim_name(own.text, own.place)
            self.error(own.place, *fault, parent)
        fault_or_name = names.nested_name(
            parent, form.type, {form.renamed.get(k.text, k.text): v for k, v in item.entries}
        )
        if isinstance(fault_or_name, values.Fault):
            self.error(item.place, fault_or_name.message, fault_or_name.fix, parent)
            return f"{parent}/unnamed-{item.place.line}-{item.place.column}"
        return self.claim_name(fault_or_name, item.place)

    def claim_name(self, name: str, place: Place) -> str:
        """The name, taken; a finding where another nested record has it already."""
        first = self.named.setdefault(name, place)
        if first != place:
            self.error(
                place,
                f'this would be named "{name}", as is what stands in {first}',
                "give one of them an id of its own",
                name,
            )
        return name

    # Claims.

    def claimed(
        self, subject: str, prop: Property, item: records.Mapping, *, several: bool
    ) -> tuple[Term | None, bool]:
        """The value of `{value, evidence, basis, id}` and whether it is stated; the Claim itself is put beside."""
        inner = item.find("value")
        for key, _ in item.entries:
            if key.text not in CLAIM_KEYS:
                near = nearest(key.text, CLAIM_KEYS)
                self.error(
                    key.place,
                    f'a value with evidence has no key "{key.text}"',
                    f'did you mean "{near}"?' if near else "write value, evidence, basis or id",
                    subject,
                    prop,
                )
        if not isinstance(inner, Scalar):
            place = (inner or item).place
            self.error(
                place, f'"{prop.key}" has keys here but no single value', "write {value: …, evidence: …}", subject, prop
            )
            return None, False
        value = self.value(subject, prop, inner)
        if value is None:
            return None, False
        properties = self.ontology.properties
        basis = item.find("basis") or Scalar("stated", item.place)
        basis_entries = list(self.values(subject, properties["basis"], basis))
        name = self.id_of(item, "Claim") if item.find("id") else ""
        name = name or names.claim_name(subject, prop.key, inner.text if several else "")
        name = self.claim_name(name, item.place)
        entries = [
            Entry(properties["subject"], NamedNode(self.base + subject), item.place),
            Entry(properties["predicate"], NamedNode(prop.iri), item.place),
            Entry(properties["object"], value, inner.place),
            *basis_entries,
        ]
        evidence = item.find("evidence")
        if evidence is not None:
            entries += self.values(name, properties["evidence"], evidence)
        self.found.append(
            Resource(NamedNode(self.base + name), self.ontology.classes["Claim"], item.place, tuple(entries))
        )
        return value, any(entry.value.value.endswith("/stated") for entry in basis_entries)

    def claim_part(self, subject: str, prop: Property, record: records.Mapping, node: Node) -> Iterator[Entry]:
        """Subject, predicate or object of a Claim written in full; the object is read as its predicate reads it."""
        if not isinstance(node, Scalar):
            self.error(node.place, f'"{prop.key}" of a Claim is one value', "write one Claim for each", subject, prop)
            return
        result: Term | values.Fault
        if prop.key == "subject":
            result = values.read_reference("", node.text, base=self.base)
        elif prop.key == "predicate":
            result = values.read_predicate(node.text, self.ontology)
        else:
            written = record.text("predicate") or ""
            predicate = self.ontology.properties.get(written)
            if predicate is None and ":" not in written:
                return  # how to read the object is not known; the predicate itself is a finding
            if predicate is None:
                result = values.read_reference("", node.text, base=self.base)
            elif predicate.key == "evidence":
                evidence = self.evidence(subject, prop, node)
                if evidence is None:
                    return
                result = evidence
            else:
                result = values.read_value(predicate, node.text, self.ontology, base=self.base)
        if isinstance(result, values.Fault):
            self.error(node.place, result.message, result.fix, subject, prop)
        else:
            yield Entry(prop, result, node.place)

    def claim_id(self, record: records.Mapping) -> str:
        subject, predicate, value = (record.text(part) for part in CLAIM_PARTS[:3])
        if not (subject and predicate and value):
            self.error(record.place, "a Claim names a subject, a predicate and an object", "write all three keys")
            return ""
        if names.fault_of_id(subject, ""):
            place = (record.find("subject") or record).place
            self.error(place, f'"{subject}" is not an id', "write the id of the record that the Claim is about")
            return ""
        return self.claim_name(names.claim_name(subject, predicate, value), record.place)

    def assert_claim(self, claim: Resource) -> None:
        """A stated Claim is also a plain statement about its subject."""
        parts = {entry.property.key: entry for entry in claim.entries}
        if not all(part in parts for part in CLAIM_PARTS) or not parts["basis"].value.value.endswith("/basis/stated"):
            return
        subject, predicate, value = (parts[part] for part in CLAIM_PARTS[:3])
        prop = next((p for p in self.ontology.properties.values() if p.iri == predicate.value.value), None)
        prop = prop or Property(
            key=predicate.value.value, iri=predicate.value.value, kind="", range="", scheme="", bound_of=""
        )
        self.found.append(
            Resource(NamedNode(subject.value.value), "", value.place, (Entry(prop, value.value, value.place),))
        )

    def error(
        self, place: Place, message: str, fix: str, subject: str = "", prop: Property | None = None, *, path: str = ""
    ) -> None:
        focus = self.base + subject if subject else ""
        self.found.append(
            Finding(
                "error",
                message,
                place,
                fix=fix,
                focus=focus,
                path=prop.iri if prop else path,
                shape="ipcg:check-record",
            )
        )
