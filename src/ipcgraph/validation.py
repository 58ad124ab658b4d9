"""The check against the shapes: what SHACL finds in a whole graph, in plain sentences, at the line that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final
from typing import Literal as OneOf

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from ipcgraph.engine import EngineError, Result, shacl_results
from ipcgraph.findings import Finding, Place, Severity
from ipcgraph.repeats import Known
from ipcgraph.shapes import CHECK, read_shapes
from ipcgraph.statements import Index, Term, term_text
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG, SH, XSD, compact

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from ipcgraph.ontology import Ontology
    from ipcgraph.records import Statement

EVIDENCE: Final = IPCG + "evidence"
REMEDY: Final = IPCG + "remedy"
ABOUT: Final = IPCG + "about"

_PAIRS: Final = {
    "LessThan": "lessThan",
    "LessThanOrEquals": "lessThanOrEquals",
    "Equals": "equals",
    "Disjoint": "disjoint",
}
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

_TARGETS: Final = frozenset(SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"))
_SHIPPED: Final = Place("ontology/shapes.ttl")

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


def validate(
    index: Index,
    derived: Iterable[Statement],
    ontology: Ontology,
    *,
    base: str = DEFAULT_BASE,
    evidence: OneOf["optional", "required"] = "optional",
    shapes: Path | None = None,
    earlier: Collection[Finding] = (),
) -> Iterator[Finding]:
    """Yields what the shapes find in the statements and in what was derived from them, each finding once.

    `evidence="required"` makes missing evidence an error instead of a warning. `shapes` is the folder of a project's
    own shapes, which may be absent. `earlier` are the findings made before this check: what only follows from one of
    them is not reported, such as a missing value whose key is misspelt. A finding about a derived date is placed at
    the date as stated.
    """
    own: list[Statement] = []
    for item in read_shapes(shapes, ontology) if shapes else ():
        if isinstance(item, Finding):
            yield item
        else:
            own.append(item)
    teller = _Teller.of(index, ontology, own, base=base)
    data = [quad for quad, _ in chain(index, derived)]
    try:
        results, left_out = _run(data, [*ontology.shapes, *(quad for quad, _ in own)], ontology)
    except EngineError as error:
        yield _stopped(error, data, own, ontology)
        return
    unreadable = [finding for literal in left_out for finding in teller.unreadable(literal)]
    yield from unreadable
    known = Known.of(index, ontology, (*earlier, *unreadable))
    yield from teller.tell(results, known=known, evidence=evidence)


def _run(data: list[Quad], shapes: list[Quad], ontology: Ontology) -> tuple[list[Result], tuple[Literal, ...]]:
    """The results, and the literals that had to be left out because the engine fails on comparing them."""
    shipped = [quad for quad, _ in ontology.statements]
    try:
        return shacl_results(data, shapes, shipped), ()
    except EngineError as error:
        if not error.culprits:
            raise
        left_out = set(error.culprits)
        return shacl_results([q for q in data if q.object not in left_out], shapes, shipped), error.culprits


def _stopped(error: EngineError, data: list[Quad], own: list[Statement], ontology: Ontology) -> Finding:
    """Where the engine stops: at the first of the project's own shapes that it stops at, else in the shipped ones.

    Each shape that has a target is tried alone, with all that the others say but their targets.
    """
    message, fix = str(error).rstrip("."), "correct the other findings first"
    targets = [statement for statement in own if statement[0].predicate.value in _TARGETS]
    rest = [quad for quad, _ in own if quad.predicate.value not in _TARGETS]
    for subject, place in {quad.subject: place for quad, place in reversed(targets)}.items():
        mine = [quad for quad, _ in targets if quad.subject == subject]
        try:
            _run(data, [*rest, *mine], ontology)
        except EngineError:
            starts = [at for quad, at in own if quad.subject == subject]
            focus = subject.value if isinstance(subject, NamedNode) else ""
            fix = "correct this shape as the SHACL recommendation writes it"
            return Finding("error", message, min([*starts, place]), fix=fix, focus=focus, shape=CHECK)
    place = own[0][1] if own else _SHIPPED
    return Finding("error", message, place, fix=fix, shape=CHECK)


@dataclass(frozen=True, slots=True)
class _Teller:
    """What is needed to say a result in words, and to find its line."""

    index: Index
    shipped: Index
    shapes: Index
    keys: Mapping[str, str]
    kinds: Mapping[str, str]
    bounds: Mapping[str, str]
    base: str

    @classmethod
    def of(cls, index: Index, ontology: Ontology, own: Iterable[Statement], *, base: str) -> _Teller:
        properties = ontology.properties
        return cls(
            index,
            shipped=Index.of(ontology.statements),
            shapes=Index.of([*((quad, _SHIPPED) for quad in ontology.shapes), *own]),
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
            # A stated date that is wrong has no bounds, or too many: only their order is news.
            if self.is_bound(result) and subject in stated and result.kind not in _PAIRS:
                continue
            stated.add(subject)
            for finding in self.findings(result, evidence=evidence):
                if finding not in seen:
                    seen.add(finding)
                    yield finding

    def findings(self, result: Result, *, evidence: str) -> Iterator[Finding]:
        """The findings of one result: one, or one for each value shared with another record."""
        path = self.stated(result)
        severity: Severity = "error" if result.severity == SH + "Violation" else "warning"
        if path == EVIDENCE and evidence == "required":
            severity = "error"
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
        messages = self.shapes.texts(result.shape, SH + "message")
        remedies = self.shapes.texts(result.shape, REMEDY)
        return (
            messages[0].rstrip(".") if messages else message.format(key=key),
            remedies[0].rstrip(".") if remedies else fix.format(key=key),
        )

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
            or _SHIPPED
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

    def unreadable(self, literal: Literal) -> Iterator[Finding]:
        """The findings of a literal that is not what its datatype says, where it kept the engine from its work."""
        for quad, place in self.index.naming(literal):
            path = self.bounds.get(quad.predicate.value, quad.predicate.value)
            message = f"{self.key(quad.predicate.value)} has a value that cannot be; found {self.show(literal)}"
            fix = "write a value that exists, such as 2021-02-28 for a day"
            yield Finding("error", message, place, fix=fix, focus=term_text(quad.subject), path=path, shape=CHECK)
