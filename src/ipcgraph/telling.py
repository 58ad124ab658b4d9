"""Results of the shapes told as findings: in plain sentences, at the line that is wrong, each once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode

from ipcgraph.engines.lexical import is_ill_typed
from ipcgraph.findings import Finding, Place, Severity
from ipcgraph.shapes import CHECK
from ipcgraph.statements import Index, Term, term_text
from ipcgraph.vocabulary import IPCG, SH, XSD, compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ipcgraph.engines import Result
    from ipcgraph.ontology import Ontology
    from ipcgraph.records import Statement
    from ipcgraph.repeats import Known

EVIDENCE: Final = IPCG + "evidence"
REMEDY: Final = IPCG + "remedy"
ABOUT: Final = IPCG + "about"
SHIPPED: Final = Place("ontology/shapes.ttl")

_PAIRS: Final = {
    "LessThan": "lessThan",
    "LessThanOrEquals": "lessThanOrEquals",
    "Equals": "equals",
    "Disjoint": "disjoint",
}
_BOUNDS: Final = frozenset(("MinInclusive", "MaxInclusive", "MinExclusive", "MaxExclusive"))
_CALENDAR: Final = frozenset((XSD + "date", XSD + "dateTime"))
_PLAIN: Final = {
    "MinCount": ("{key} is missing", "add {key}"),
    "MaxCount": ("{key} has more values than it may have", "keep one of them"),
    "Class": ("{key} refers to a thing of another kind", "write the id of a record of the right kind"),
    "In": ("{key} has a value that is not one of those allowed", "write one of the values that the ontology lists"),
    "LessThan": ("{key} comes too late", "correct one of the two"),
    "LessThanOrEquals": ("{key} comes too late", "correct one of the two"),
}
"""Sentences for a shape that has no message of its own, as a project's may be, by the kind of its demand."""
_OTHERWISE: Final = ("{key} is not written as it should be", "write it as the ontology describes it")

_DATATYPES: Final = {
    "string": frozenset({XSD + "string"}),
    "stated-date": frozenset({XSD + "gYear", XSD + "gYearMonth", XSD + "date"}),
    "date": frozenset({XSD + "date"}),
    "integer": frozenset({XSD + "integer"}),
    "duration": frozenset({XSD + "duration"}),
    "boolean": frozenset({XSD + "boolean"}),
    "reference": frozenset({""}),
    "concept": frozenset({""}),
}
"""The datatypes that a value may have, by the kind of its property; none for what is no literal."""
_AS_TURTLE: Final = {
    "stated-date": 'a year as "2021"^^xsd:gYear, a month as "2021-04"^^xsd:gYearMonth, a day as "2021-04-01"^^xsd:date',
    "date": 'a day as "2021-04-01"^^xsd:date',
    "integer": "the number without quotes, 21",
    "duration": '"P10Y"^^xsd:duration',
    "boolean": "true without quotes",
}
"""How such a value is written in Turtle, for those who wrote it as a text."""


@dataclass(frozen=True, slots=True)
class Teller:
    """What is needed to say a result in words, and to find its line."""

    index: Index
    shipped: Index
    shapes: Index
    keys: Mapping[str, str]
    kinds: Mapping[str, str]
    bounds: Mapping[str, str]
    base: str

    @classmethod
    def of(cls, index: Index, ontology: Ontology, own: Iterable[Statement], *, base: str) -> Teller:
        properties = ontology.properties
        return cls(
            index,
            shipped=Index.of(ontology.statements),
            shapes=Index.of([*((quad, SHIPPED) for quad in ontology.shapes), *own]),
            keys={known.iri: key for key, known in properties.items()},
            kinds={known.iri: known.kind for known in properties.values()},
            bounds={
                known.iri: properties[known.bound_of].iri
                for known in properties.values()
                if known.bound_of in properties
            },
            base=base,
        )

    def tell(self, results: Iterable[Result], *, known: Known, evidence: str) -> Iterator[Finding]:
        """The findings of these results, without what is known already, what is said twice, and bounds of bad dates."""
        seen: set[Finding] = set()
        stated: set[tuple[str, str]] = set()
        for result in sorted(results, key=lambda r: (self.is_bound(r), r.focus, r.path, str(r.value), r.shape)):
            subject = (result.focus, self.stated(result))
            place, undescribed = self.place(result, subject[1]), self.is_undescribed(result.value)
            if known.covers(result, subject[1], place, is_undescribed=undescribed):
                continue
            if broken := [literal for literal in self.compared_literals(result) if is_ill_typed(literal)]:
                told = [finding for literal in broken for finding in self.impossible(literal)]
            # A stated date that is wrong has no bounds, or too many: only their order is news.
            elif self.is_bound(result) and subject in stated and result.kind not in _PAIRS:
                continue
            else:
                stated.add(subject)
                told = list(self.findings(result, evidence=evidence))
            yield from (finding for finding in dict.fromkeys(told) if finding not in seen)
            seen.update(told)

    def summed(self, result: Result, number: int, *, evidence: str) -> Finding:
        """One finding, at the shape, for so many more results like this one."""
        sentence, fix = self.sentence(result)
        place = self.shapes.place(result.shape) or SHIPPED
        path, shape = self.stated(result), self.named_shape(result.shape)
        message, severity = f"{sentence}; found {number:,} more times", self.severity(result, path, evidence=evidence)
        return Finding(severity, message, place, fix=fix, path=path, shape=shape, component=result.component)

    def severity(self, result: Result, path: str, *, evidence: str) -> Severity:
        """A warning unless the shape says Violation; missing evidence is an error where it is required."""
        is_required = path == EVIDENCE and evidence == "required"
        return "error" if is_required or result.severity == SH + "Violation" else "warning"

    def findings(self, result: Result, *, evidence: str) -> Iterator[Finding]:
        """The findings of one result: one, or one for each value shared with another record."""
        path = self.stated(result)
        severity = self.severity(result, path, evidence=evidence)
        sentence, fix = self.sentence(result)
        shape = self.named_shape(result.shape)
        kind = self.kinds.get(path, "")
        if isinstance(result.value, Literal) and result.value.datatype.value == XSD + "string" and kind in _AS_TURTLE:
            fix = f"{fix}; in Turtle write {_AS_TURTLE[kind]}"
        for found, place in self.found(result):
            message = f"{sentence}; found {found}" if found else sentence
            focus, component = result.focus, result.component
            yield Finding(severity, message, place, fix=fix, focus=focus, path=path, shape=shape, component=component)

    def found(self, result: Result) -> Iterator[tuple[str, Place]]:
        """What to show of the values, and where the finding stands."""
        kind, path = result.kind, self.stated(result)
        if len(result.path) == 2 and result.path[1] == f"^{result.path[0]}":
            yield from self.shared(result.focus, path)
        elif kind == "MaxCount":
            limit = int(next(iter(self.shapes.texts(result.shape, SH + "maxCount")), "1"))
            values = sorted(self.index.values(result.focus, path), key=lambda statement: statement[1])
            place = values[limit][1] if len(values) > limit else self.place(result, path)
            yield " and ".join(dict.fromkeys(self.show(quad.object, path) for quad, _ in values)), place
        elif kind in _PAIRS or self.is_bound(result):
            others = self.shapes.texts(result.shape, SH + _PAIRS[kind]) if kind in _PAIRS else ()
            paths = (*result.path[:1], *others)
            yield self.compared(result.focus, paths), self.place(result, path)
        elif kind == "SPARQL":
            is_told = result.value is not None and term_text(result.value) != result.focus
            yield (
                self.show(result.value, path) if is_told and result.value else "",
                self.place(result, path, result.value),
            )
        elif result.value is None or not result.path:
            # A sentence about one value says both that there is none and that there are two.
            none = kind == "MinCount" and bool(self.shapes.texts(result.shape, SH + "maxCount"))
            yield "none" if none else "", self.place(result, path)
        else:
            yield self.show(result.value, path), self.place(result, path, result.value)

    def shared(self, focus: str, path: str) -> Iterator[tuple[str, Place]]:
        """Each value of a property that another record has too, with that record and its line."""
        for quad, place in self.index.values(focus, path):
            others = [f"{self.name(term_text(q.subject))} ({where})" for q, where in self.index.naming(quad.object)
                      if q.predicate == quad.predicate and q.subject != quad.subject]  # fmt: skip
            if others:
                yield f"{self.show(quad.object)} at {' and '.join(others)} too", place

    def compared(self, focus: str, paths: Iterable[str]) -> str:
        """The values as stated of the properties that were compared: `start "2021" and end "2019"`."""
        stated = dict.fromkeys(self.bounds.get(path, path) for path in paths)
        return " and ".join(
            f"{self.key(path)} {self.show(quad.object)}"
            for path in stated
            for quad, _ in self.index.values(focus, path)
        )

    def sentence(self, result: Result) -> tuple[str, str]:
        """The message and the remedy of the shape, or plain ones where it has none."""
        message, fix = _PLAIN.get(result.kind, _OTHERWISE)
        key = self.key(self.stated(result)) or "the record"
        said = [*self.shapes.texts(result.constraint, SH + "message")] if result.constraint else []
        remedy = fix.format(key=key)
        place = self.shapes.place(result.shape)
        if result.kind not in _PLAIN and place not in {None, SHIPPED}:
            # A shape of the project's own: the ontology says nothing of it.
            remedy = f"what is asked for stands in {place}"
        messages = [*(self.filled(text, result) for text in said), *self.shapes.texts(result.shape, SH + "message")]
        remedies = [*self.shapes.texts(result.constraint, REMEDY), *self.shapes.texts(result.shape, REMEDY)]
        return (
            messages[0].rstrip(".") if messages else message.format(key=key),
            remedies[0].rstrip(".") if remedies else remedy,
        )

    def filled(self, message: str, result: Result) -> str:
        """The message of a query with what it says of `{$this}`, `{?value}` and `{?path}`; other places stay."""
        values = {
            "this": self.show(result.literal) if result.literal is not None else self.name(result.focus),
            "value": self.show(result.value) if result.value is not None else "nothing",
            "path": self.key(self.stated(result)),
        }
        return re.sub(r"\{[?$](this|value|path)\}", lambda found: values[found[1]], message)

    def named_shape(self, shape: str) -> str:
        """The IRI of a shape, or of the one that it is part of; empty where none has a name."""
        seen: set[str] = set()
        while shape.startswith("_:") and shape not in seen:
            seen.add(shape)
            parents = self.shapes.naming(BlankNode(shape.removeprefix("_:")))
            shape = term_text(parents[0][0].subject) if parents else ""
        return "" if shape.startswith("_:") else shape

    def stated(self, result: Result) -> str:
        """The IRI of the property that the curator wrote: what the shape is about, else the first step of the path.

        For a derived bound it is the date as stated.
        """
        about = self.shapes.texts(result.shape, ABOUT)
        first = about[0] if about else result.path[0] if result.path else ""
        return self.bounds.get(first, "" if first.startswith(("^", "(")) or "|" in first else first)

    def is_bound(self, result: Result) -> bool:
        return bool(result.path) and result.path[0] in self.bounds

    def is_undescribed(self, value: Term | None) -> bool:
        return isinstance(value, NamedNode) and value.value not in self.index and value.value not in self.shipped

    def place(self, result: Result, path: str, value: Term | None = None) -> Place:
        """Where it is written: in the data, else in the shipped ontology, else in the shape that names the thing."""
        if result.literal is not None:
            for _, place in (*self.index.naming(result.literal), *self.shipped.naming(result.literal)):
                return place
        return (
            self.index.place(result.focus, path, value)
            or self.shipped.place(result.focus, path, value)
            or self.shapes.place(result.shape)
            or SHIPPED
        )

    def key(self, path: str) -> str:
        return self.keys.get(path) or self.name(path)

    def name(self, iri: str) -> str:
        return compact(iri, base=self.base)

    def show(self, value: Term, path: str = "") -> str:
        """A value as a person wrote it, or would: text in quotes, an id short and with its class.

        Where it is not of the datatype that the property has, the kind of value that it is comes with it.
        """
        if isinstance(value, Literal):
            datatype = value.datatype.value
            wanted = _DATATYPES.get(self.kinds.get(path, ""), frozenset())
            if not wanted or (datatype in wanted and not value.language):
                return f'"{value.value}"'
            if datatype == XSD + "string":
                return f'the text "{value.value}"'
            return f'"{value.value}" ({value.language or compact(datatype).rpartition(":")[2]})'
        classes = self.index.classes(term_text(value)) or self.shipped.classes(term_text(value))
        shown = self.name(term_text(value))
        return f"{shown} ({' and '.join(self.name(c).partition(':')[2] or c for c in classes)})" if classes else shown

    def compared_literals(self, result: Result) -> Iterator[Literal]:
        """The literals that a demand compares, as far as they can have no order, or no place in a calendar."""
        if isinstance(result.value, Literal) and (
            result.kind in _BOUNDS or (result.kind == "Datatype" and result.value.datatype.value in _CALENDAR)
        ):
            yield result.value
        if result.kind in _PAIRS:
            for path in (*result.path[:1], *self.shapes.texts(result.shape, SH + _PAIRS[result.kind])):
                for quad, _ in self.index.values(result.focus, path):
                    if isinstance(quad.object, Literal):
                        yield quad.object

    def impossible(self, literal: Literal) -> Iterator[Finding]:
        """The findings of a literal that is not what its datatype says, so that nothing can be compared with it."""
        for quad, place in self.index.naming(literal):
            path = self.bounds.get(quad.predicate.value, quad.predicate.value)
            message = f"{self.key(quad.predicate.value)} has a value that cannot be; found {self.show(literal)}"
            fix = "write a value that exists, such as 2021-02-28 for a day"
            yield Finding("error", message, place, fix=fix, focus=term_text(quad.subject), path=path, shape=CHECK)
