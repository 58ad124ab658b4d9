"""Records to resources: the short forms of a record written out, its values typed, its nested records named.

The short forms are those of `ontology/README.md`: `authors`, `roles`, `partnerships`, `counts`, `{value, evidence}` and
`evidence: source#L1-L2`. What comes out is plain: resources with properties, which `statements` gives as RDF and
`canonical` as JSON-LD.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pyoxigraph import NamedNode

from ipcgraph import records
from ipcgraph.findings import Finding, Place
from ipcgraph.ontology import Ontology, Property
from ipcgraph.records import Node, Scalar, Sequence
from ipcgraph.sources import claims, names, values
from ipcgraph.sources.resources import Entry, Resource, Term
from ipcgraph.sources.shortforms import SHORT_FORMS, ShortForm
from ipcgraph.sources.text import fault
from ipcgraph.sources.values import Fault
from ipcgraph.spelling import nearest, suggestion
from ipcgraph.vocabulary import TYPE


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
        self.scheme = names.text_of(record.find("inScheme"))
        subject = self.id_of(record, type_name)
        if subject:
            start = len(self.found)
            resource = self.resource(subject, type_name, record)
            self.found.insert(start, resource)
            asserted = claims.assertion(resource, self.ontology) if type_name == "Claim" else None
            if asserted is not None:
                self.found.append(asserted)
        yield from self.found

    # What every record begins with.

    def type_of(self, record: records.Mapping) -> str:
        node = record.find("type")
        if node is None and record.find("isReplacedBy") is not None:
            return ""  # a record under its old id, which only says where it went
        if isinstance(node, Scalar) and node.text in self.ontology.classes:
            return node.text
        every = ", ".join(self.ontology.classes)
        message, fix = "this record has no type", "write type: and one of " + every
        if isinstance(node, Scalar):
            message = f'there is no type "{node.text}"'
            fix = suggestion(node.text, self.ontology.classes, "write one of " + every)
        elif node is not None:
            message, fix = "a type is one word", "write type: Person, for instance"
        self.error((node or record).place, message, fix, record.text("id") or "", path=TYPE.value)
        return nearest(node.text, self.ontology.classes) if isinstance(node, Scalar) else ""

    def id_of(self, record: records.Mapping, type_name: str) -> str:
        node = record.find("id")
        if node is None and type_name == "Claim":
            name = claims.name_of(record)
            if isinstance(name, str):
                return self.take_name(name, record.place)
            wrong, place = name
            self.error(place, *wrong)
            return ""
        if node is None:
            kind = values.KIND_OF.get(type_name, "person")
            self.error(record.place, "this record has no id", f"write id: {kind}/ and a short name in lower case")
            return ""
        if not isinstance(node, Scalar):
            self.error(node.place, "an id is one word", "write id: person/ada-lovelace, for instance")
            return ""
        bad_id = names.fault_of_id(node.text, type_name)
        if bad_id:
            self.error(node.place, *bad_id)
            return ""
        if type_name == "Concept" and self.scheme in self.ontology.concepts:
            misplaced = names.fault_of_scheme(node.text, self.scheme)
            if misplaced:
                self.error(node.place, *misplaced, node.text, self.ontology.properties["inScheme"])
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
        """What a record says, its nested records put beside it; `form` is the short form that it is written in."""
        entries = list(extra)
        said: dict[str, Scalar] = {}
        for key, node in record.entries:
            if key.text in {"id", "type"}:
                if form and key.text == "type":
                    self.error(key.place, f"a nested record is always a {type_name}", "leave type out", subject)
                continue
            name = form.renamed.get(key.text, key.text) if form else key.text
            first = said.setdefault(name, key)
            if first is not key:
                message = f'"{key.text}" says the same as "{first.text}" in line {first.place.line}'
                self.error(key.place, message, "write one of the two", subject, self.ontology.properties.get(name))
                continue
            short = SHORT_FORMS.get(key.text)
            if short and (not short.parents or type_name in short.parents):
                entries += self.nested(subject, key, node, short)
                continue
            prop = self.property_of(subject, key, name, type_name, form)
            if prop and type_name == "Claim" and prop.key in claims.PARTS:
                entries += self.claim_part(subject, prop, record, node)
            elif prop:
                entries += self.values(subject, prop, node)
        iri = self.ontology.classes.get(type_name, "")
        return Resource(NamedNode(self.base + subject), iri, record.place, tuple(entries))

    def property_of(
        self, subject: str, key: Scalar, name: str, type_name: str, form: ShortForm | None
    ) -> Property | None:
        """The property that a key stands for in a record of this class, or None with a finding."""
        prop = self.ontology.properties.get(name)
        known = self.ontology.keys_of(type_name) if type_name else ()
        if prop is None or (known and prop.key not in known and not prop.derived):
            self.unknown_key(key, type_name, form, subject)
            return None
        if prop.derived:
            stated = prop.bound_of or names.DERIVED_FROM.get(prop.key, "other keys")
            message, fix = f'"{key.text}" is worked out from "{stated}"', f'write "{stated}" instead'
            self.error(key.place, message, fix, subject, prop)
            return None
        return prop

    def unknown_key(self, key: Scalar, type_name: str, form: ShortForm | None, subject: str) -> None:
        properties = self.ontology.properties
        short_forms = [name for name, short in SHORT_FORMS.items() if not short.parents or type_name in short.parents]
        known = [*self.ontology.keys_of(type_name), *short_forms, *(form.renamed if form else ())]
        owners = properties[key.text].domains if key.text in properties else ()
        fix = suggestion(key.text, known, "leave it out, or write one of " + ", ".join(sorted(known)))
        if owners:
            fix = f"leave it out; it belongs to {' or '.join(re.split('[#/]', owner)[-1] for owner in owners)}"
        near = nearest(key.text, known)
        kind = type_name or "record"
        article = "An" if kind[0] in "AEIOU" else "A"
        path = properties[near].iri if near in properties else ""
        self.error(key.place, f'{article} {kind} has no key "{key.text}"', fix, subject, path=path)

    # Values.

    def values(self, subject: str, prop: Property, node: Node) -> Iterator[Entry]:
        """The entries of one key: a value, a list of values, or values with evidence of their own."""
        items = node.items if isinstance(node, Sequence) else (node,)
        seen: dict[Term, Place] = {}
        for item in items:
            if isinstance(item, Sequence):
                message = f'a value of "{prop.key}" cannot be a list in a list'
                self.error(item.place, message, "write the values in one list", subject, prop)
                continue
            if isinstance(item, Scalar):
                value = self.value(subject, prop, item)
                stated = True
            else:
                value, stated = self.claimed(subject, prop, item, several=len(items) > 1)
            if value is None:
                continue
            if value in seen:
                fix = f"delete one; the other is in line {seen[value].line}"
                self.error(item.place, f'"{prop.key}" has the same value twice', fix, subject, prop)
            elif stated:
                place = item.place if isinstance(item, Scalar) else (item.find("value") or item).place
                yield Entry(prop, value, place)
            seen[value] = item.place

    def value(self, subject: str, prop: Property, scalar: Scalar) -> Term | None:
        """One value as an RDF term, or None with a finding."""
        if prop.key == "evidence":
            return self.evidence(subject, prop, scalar)
        if prop.key == "inScheme":
            result = values.read_scheme(scalar.text, self.ontology)
        elif prop.key == "broader" and "/" not in scalar.text and self.scheme in self.ontology.concepts:
            result = values.read_concept(replace(prop, scheme=self.scheme), scalar.text, self.ontology, base=self.base)
        else:
            result = values.read_value(prop, scalar.text, self.ontology, base=self.base)
        if isinstance(result, Fault):
            self.error(scalar.place, *result, subject, prop)
            return None
        return result

    def evidence(self, subject: str, prop: Property, scalar: Scalar) -> Term | None:
        """The passage or source that an evidence names; a passage is described where it is first cited."""
        cited = values.read_evidence(scalar.text)
        if isinstance(cited, Fault):
            self.error(scalar.place, *cited, subject, prop)
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
            wrong = names.fault_of_id(own.text, form.type)
            if not wrong:
                return self.take_name(own.text, own.place)
            self.error(own.place, *wrong, parent)
        elif own is not None:
            self.error(own.place, "an id is one word", "write one, or leave it out", parent)
        name = names.nested_name(parent, form.type, {form.renamed.get(k.text, k.text): v for k, v in item.entries})
        if isinstance(name, Fault):
            self.error(item.place, *name, parent)
            return f"{parent}/unnamed-{item.place.line}-{item.place.column}"
        return self.take_name(name, item.place)

    def take_name(self, name: str, place: Place) -> str:
        """The name, taken; a finding where another nested record has it already."""
        first = self.named.setdefault(name, place)
        if first != place:
            message = f'this would be named "{name}", as is what stands in {first}'
            fix = "delete one of them if they say the same, else give one an id of its own"
            if "/authorship/" in name:
                message, fix = f"this author is listed twice; the other stands in {first}", "delete one of the two"
            self.error(place, message, fix, name)
        return name

    # Claims.

    def claimed(
        self, subject: str, prop: Property, item: records.Mapping, *, several: bool
    ) -> tuple[Term | None, bool]:
        """The value of `{value, evidence, basis, id}` and whether it is stated; the Claim itself is put beside."""
        for key, _ in item.entries:
            if key.text not in claims.KEYS:
                fix = suggestion(key.text, claims.KEYS, "write value, evidence, basis or id")
                self.error(key.place, f'a value with evidence has no key "{key.text}"', fix, subject, prop)
        inner = item.find("value")
        if not isinstance(inner, Scalar):
            message = f'"{prop.key}" has keys here but no single value'
            self.error((inner or item).place, message, "write {value: …, evidence: …}", subject, prop)
            return None, False
        value = self.value(subject, prop, inner)
        if value is None:
            return None, False
        name = self.id_of(item, "Claim") if item.find("id") else ""
        name = self.take_name(name or names.claim_name(subject, prop.key, inner.text if several else ""), item.place)
        return value, self.claim(name, subject, Entry(prop, value, inner.place), item)

    def claim(self, name: str, subject: str, stated: Entry, item: records.Mapping) -> bool:
        """Puts the Claim about a value beside its record; whether the value is stated by it."""
        properties = self.ontology.properties
        entries = claims.describe(self.ontology, NamedNode(self.base + subject), stated, item.place)
        basis = tuple(self.values(name, properties["basis"], item.find("basis") or Scalar("stated", item.place)))
        evidence = item.find("evidence")
        cited = tuple(self.values(name, properties["evidence"], evidence)) if evidence else ()
        iri = self.ontology.classes["Claim"]
        self.found.append(Resource(NamedNode(self.base + name), iri, item.place, (*entries, *basis, *cited)))
        return any(claims.is_stated(entry) for entry in basis)

    def claim_part(self, subject: str, prop: Property, record: records.Mapping, node: Node) -> Iterator[Entry]:
        """Subject, predicate or object of a Claim written in full."""
        if not isinstance(node, Scalar):
            self.error(node.place, f'"{prop.key}" of a Claim is one value', "write one Claim for each", subject, prop)
            return
        if prop.key == "object" and record.text("predicate") == "evidence":
            result: Term | Fault | None = self.evidence(subject, prop, node)
        else:
            result = claims.read_part(prop.key, record, node, self.ontology, base=self.base)
        if isinstance(result, Fault):
            self.error(node.place, *result, subject, prop)
        elif result is not None:
            yield Entry(prop, result, node.place)

    def error(
        self, place: Place, message: str, fix: str, subject: str = "", prop: Property | None = None, *, path: str = ""
    ) -> None:
        focus = self.base + subject if subject else ""
        self.found.append(fault(message, place, fix, check="record", focus=focus, path=prop.iri if prop else path))
