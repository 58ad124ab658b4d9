"""The terms of the ontology as its own pages show them: classes, properties, concepts, with what is said of each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad

from ipcgraph.ontology import read_statements
from ipcgraph.vocabulary import CONCEPTS, IPCG, PREFIXES, RDF, RDFS, SH, SKOS, TYPE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ipcgraph.ontology import Ontology

_OWL: Final = PREFIXES["owl"]
_SCHEMA: Final = PREFIXES["schema"]
_PROPERTIES: Final = frozenset((
    _OWL + "ObjectProperty", _OWL + "DatatypeProperty", _OWL + "AnnotationProperty", RDF + "Property",
))  # fmt: skip
_ELSEWHERE: Final = {
    "bibo": "http://purl.org/ontology/bibo/", "frapo": "http://purl.org/cerif/frapo/", "pro": "http://purl.org/spar/pro/",
    "scoro": "http://purl.org/spar/scoro/", "vivo": "http://vivoweb.org/ontology/core#", **PREFIXES,
}  # fmt: skip
_RELATIONS: Final = {
    RDFS + "subClassOf": "is a", RDFS + "subPropertyOf": "is a", RDFS + "seeAlso": "comes near",
    SKOS + "exactMatch": "is the same as", SKOS + "closeMatch": "comes near", SKOS + "broadMatch": "is narrower than",
    SKOS + "narrowMatch": "is wider than", _OWL + "equivalentClass": "is the same as",
}  # fmt: skip


CLASSES, LINKS, VALUES, KINDS = "index.html", "properties-links.html", "properties-values.html", "kinds.html"
"""The files of the pages, beside one another, that tell of classes, of the two sorts of properties, and of concepts."""


class TermLink(NamedTuple):
    """Another term: its name, and where it is told of (`index.html#Person`); without an address it is shown as text."""

    label: str
    href: str = ""


class Fact(NamedTuple):
    """One line of what is said of a term."""

    label: str
    links: tuple[TermLink, ...]


class Term(NamedTuple):
    """A class, a property, a datatype, a concept scheme or a concept."""

    anchor: str
    iri: str
    name: str
    """As it is written: `ipcg:Person`, `role-type/director`."""
    label: str
    definition: str
    facts: tuple[Fact, ...] = ()
    page: str = CLASSES
    """The file of the page on which it is told of."""
    rules: tuple[str, ...] = ()
    """What the shapes ask for, in words."""
    examples: tuple[str, ...] = ()
    concepts: tuple[Term, ...] = ()
    """Of a scheme, its concepts."""


class Terms(NamedTuple):
    """All that the ontology's pages show, in the order of the ontology's files."""

    title: str
    about: str
    version: str
    licence: str
    classes: tuple[Term, ...]
    links: tuple[Term, ...]
    """The properties whose values are things or concepts."""
    values: tuple[Term, ...]
    """All other properties."""
    datatypes: tuple[Term, ...]
    schemes: tuple[Term, ...]


def anchor(iri: str) -> str:
    """The anchor of a term on its page: the last word of its IRI, of a concept its path.

    >>> anchor("https://w3id.org/ipcgraph/ns#Person"), anchor("https://w3id.org/ipcgraph/vocab/role-type/director")
    ('Person', 'vocab-role-type--director')
    """
    if iri.startswith(CONCEPTS):
        return "vocab-" + iri[len(CONCEPTS) :].replace("/", "--")
    return re.split("[#/]", iri)[-1]


def read_terms(ontology: Ontology) -> Terms:
    """The terms of an ontology, with how it meets other vocabularies."""
    aligned = read_statements(ontology.folder / "alignments.ttl", "alignments.ttl")
    leading = {known.iri for known in ontology.properties.values() if known.kind in {"reference", "concept"}}
    said = [quad for quad, _ in ontology.statements]
    return _Reader(said, [quad for quad, _ in aligned], ontology.shapes, leading).terms()


class _Reader:
    def __init__(
        self, statements: list[Quad], aligned: list[Quad], shapes: Iterable[Quad], leading: Collection[str]
    ) -> None:
        self._leading = leading
        self._said = _indexed(statements)
        self._aligned = _indexed(aligned)
        self._shapes = _indexed(shapes)
        self._order = list(dict.fromkeys(_text(quad.subject) for quad in statements))
        self._narrower: dict[str, list[str]] = {}
        for quad in statements:
            if quad.predicate.value in {RDFS + "subClassOf", SKOS + "broader"}:
                self._narrower.setdefault(_text(quad.object), []).append(_text(quad.subject))

    def terms(self) -> Terms:
        whole = next(iri for iri in self._order if self._is(iri, _OWL + "Ontology"))
        properties = [self._property(iri) for iri in self._order if self._is(iri, *_PROPERTIES)]
        return Terms(
            title=self._one(whole, RDFS + "label"),
            about=self._one(whole, RDFS + "comment"),
            version=self._one(whole, _OWL + "versionInfo"),
            licence=self._one(whole, PREFIXES["dcterms"] + "license"),
            classes=tuple(self._class(iri) for iri in self._order if self._is(iri, _OWL + "Class")),
            links=tuple(term for term in properties if term.page == LINKS),
            values=tuple(term for term in properties if term.page == VALUES),
            datatypes=tuple(self._term(iri, ()) for iri in self._order if self._is(iri, RDFS + "Datatype")),
            schemes=tuple(self._scheme(iri) for iri in self._order if self._is(iri, SKOS + "ConceptScheme")),
        )

    def _class(self, iri: str) -> Term:
        having = [
            name for name in self._order
            if iri in (*self._all(name, RDFS + "domain"), *self._all(name, _SCHEMA + "domainIncludes"))
        ]  # fmt: skip
        pointing = [
            name for name in self._order
            if iri in (*self._all(name, RDFS + "range"), *self._all(name, _SCHEMA + "rangeIncludes"))
        ]  # fmt: skip
        return self._term(iri, (
            ("is a", self._all(iri, RDFS + "subClassOf")), ("more special", self._narrower.get(iri, [])),
            ("has", having), ("is the value of", pointing),
        ))  # fmt: skip

    def _property(self, iri: str) -> Term:
        domains = [*self._all(iri, RDFS + "domain"), *self._all(iri, _SCHEMA + "domainIncludes")]
        ranges = [*self._all(iri, RDFS + "range"), *self._all(iri, _SCHEMA + "rangeIncludes")]
        return self._term(iri, (
            ("of", domains), ("value", ranges), ("concepts of", self._all(iri, IPCG + "scheme")),
            ("bound of", self._all(iri, IPCG + "boundOf")), ("is a", self._all(iri, RDFS + "subPropertyOf")),
        ))  # fmt: skip

    def _scheme(self, iri: str) -> Term:
        concepts = [name for name in self._order if iri in self._all(name, SKOS + "inScheme")]
        told = tuple(
            self._term(name, (
                ("narrower than", self._all(name, SKOS + "broader")), ("wider than", self._narrower.get(name, [])),
            ))
            for name in concepts
        )  # fmt: skip
        return self._term(iri, (), concepts=told)

    def _term(self, iri: str, facts: Iterable[tuple[str, Iterable[str]]], *, concepts: tuple[Term, ...] = ()) -> Term:
        derived = self._one(iri, IPCG + "derived") == "true"
        told = [Fact(label, tuple(map(self._link, iris))) for label, each in facts if (iris := list(each))]
        for relation, label in _RELATIONS.items():
            near = [other for other in self._aligned.get((iri, relation), ()) if isinstance(other, NamedNode)]
            if near:
                told.append(Fact(f"{label}, elsewhere", tuple(self._link(other.value) for other in near)))
        return Term(
            anchor=anchor(iri),
            iri=iri,
            name=iri.removeprefix(CONCEPTS) if iri.startswith(CONCEPTS) else _short(iri),
            label=self._one(iri, RDFS + "label") or self._one(iri, SKOS + "prefLabel"),
            definition=self._one(iri, SKOS + "definition") or self._one(iri, RDFS + "comment"),
            facts=tuple(told),
            page=self._page(iri),
            rules=(*(("derived by rules, never written by hand",) if derived else ()), *self._rules(iri)),
            examples=tuple(self._all(iri, SKOS + "example")),
            concepts=concepts,
        )

    def _rules(self, iri: str) -> Iterator[str]:
        """The sentences of the shapes that look at a class or at the values of a property; a warning is no rule."""
        targets = {SH + "path", SH + "targetClass"}
        shapes = [shape for (shape, key), values in self._shapes.items() if key in targets and NamedNode(iri) in values]
        asked = (shape for shape in shapes if not self._shapes.get((shape, SH + "severity")))
        yield from dict.fromkeys(
            _text(message) for shape in asked for message in self._shapes.get((shape, SH + "message"), ())
        )

    def _link(self, iri: str) -> TermLink:
        label = iri.removeprefix(CONCEPTS) if iri.startswith(CONCEPTS) else _short(iri)
        return TermLink(label, f"{self._page(iri)}#{anchor(iri)}" if self._is_term(iri) else iri)

    def _page(self, iri: str) -> str:
        if iri.startswith(CONCEPTS):
            return KINDS
        if self._is(iri, *_PROPERTIES):
            return LINKS if iri in self._leading else VALUES
        return CLASSES

    def _is_term(self, iri: str) -> bool:
        shown = (_OWL + "Class", RDFS + "Datatype", SKOS + "ConceptScheme", SKOS + "Concept", *_PROPERTIES)
        return self._is(iri, *shown)

    def _is(self, iri: str, *classes: str) -> bool:
        return bool({_text(each) for each in self._said.get((iri, TYPE.value), ())}.intersection(classes))

    def _all(self, iri: str, predicate: str) -> list[str]:
        return [_text(value) for value in self._said.get((iri, predicate), ())]

    def _one(self, iri: str, predicate: str) -> str:
        return next(iter(self._all(iri, predicate)), "")


def _indexed(quads: Iterable[Quad]) -> dict[tuple[str, str], list[object]]:
    index: dict[tuple[str, str], list[object]] = {}
    for quad in quads:
        index.setdefault((_text(quad.subject), quad.predicate.value), []).append(quad.object)
    return index


def _short(iri: str) -> str:
    for prefix, namespace in _ELSEWHERE.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
