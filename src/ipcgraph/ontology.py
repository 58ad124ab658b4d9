"""The shipped ontology as values: its keys, classes, concepts, statements, shapes and rules, read by pyoxigraph."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from ipcgraph.errors import ProjectError
from ipcgraph.files import read_regular
from ipcgraph.findings import Place
from ipcgraph.shipped import shipped_folder
from ipcgraph.vocabulary import CONCEPTS, IPCG, PREFIXES, RDFS, SKOS, TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from ipcgraph.records import Statement

_DOMAINS: Final = (RDFS + "domain", PREFIXES["schema"] + "domainIncludes")
_SUBCLASS: Final = RDFS + "subClassOf"
_STATED_DATE: Final = IPCG + "StatedDate"
_KINDS: Final = {
    XSD + "date": "date",
    XSD + "integer": "integer",
    XSD + "duration": "duration",
    XSD + "boolean": "boolean",
}


@dataclass(frozen=True, slots=True)
class Property:
    """One key of a record, and what its values are.

    `kind` is string, reference, concept, stated-date, date, integer, duration, boolean or any (the object of a Claim).
    `range` is the class of a reference where there is just one. `scheme` is the concept scheme of a concept, `bound_of`
    the key of the stated date whose bound the property is. Only rules write `derived` properties. `domains` are the
    classes that have the property; empty where anything has.
    """

    key: str
    iri: str
    kind: str
    range: str
    scheme: str
    bound_of: str
    derived: bool = False
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A CONSTRUCT query that derives what nobody writes by hand; a `local` one needs one whole record."""

    name: str
    text: str
    local: bool
    about: str
    path: str


@dataclass(frozen=True, slots=True)
class Ontology:
    """What the folder `ontology/` says.

    `context` is the JSON-LD document, `properties` are found by key, `classes` (IRIs) by name; `ancestors` gives a
    class with all its superclasses, `concepts` the IRIs by scheme and by bare word. `statements` go into every store:
    the vocabulary with its concept schemes, each statement with its Place. `shapes` and `rules` do not.
    """

    folder: Path
    context: dict[str, object]
    properties: Mapping[str, Property]
    classes: Mapping[str, str]
    ancestors: Mapping[str, frozenset[str]]
    concepts: Mapping[str, Mapping[str, str]]
    statements: tuple[Statement, ...]
    shapes: tuple[Quad, ...]
    rules: tuple[Rule, ...]

    def keys_of(self, name: str) -> tuple[str, ...]:
        """The keys that a record of this class can have, without derived ones, in the order of the ontology.

        A name that is no class gives the keys that anything can have.
        """
        own = self.ancestors.get(self.classes.get(name, ""), frozenset())
        return tuple(
            key
            for key, known in self.properties.items()
            if not known.derived and (not known.domains or own.intersection(known.domains))
        )


def read_ontology(folder: Path | None = None) -> Ontology:
    """The ontology in a folder, without one the shipped ontology.

    Raises ProjectError where a file is missing or not what it should be.
    """
    return _shipped() if folder is None else _read(folder)


@cache
def _shipped() -> Ontology:
    return _read(shipped_folder("ontology"))


def _read(folder: Path) -> Ontology:
    try:
        context = json.loads((folder / "context.jsonld").read_text(encoding="utf-8"))
        files = [folder / "ipcgraph.ttl", *sorted((folder / "schemes").glob("*.ttl"))]
        statements = tuple(statement for file in files for statement in _shipped_statements(file, folder))
        shapes = tuple(quad for quad, _ in _shipped_statements(folder / "shapes.ttl", folder))
        rules = tuple(_rule(file, folder) for file in sorted((folder / "rules").glob("*.rq")))
    except (OSError, SyntaxError, ValueError) as error:
        raise ProjectError(f"the ontology in {folder} cannot be read ({error}); install ipcgraph anew") from error
    described = _Described.of(statements)
    return Ontology(
        folder,
        context,
        properties={known.key: known for known in _properties(context["@context"], described)},
        classes=_classes(context["@context"], described),
        ancestors=_ancestors(statements),
        concepts=_concepts(statements),
        statements=statements,
        shapes=shapes,
        rules=rules,
    )


def read_statements(file: Path, name: str) -> Iterator[Statement]:
    """The statements of a Turtle file with their lines; `name` is the path that Places show.

    Raises OSError where the file cannot be read, SyntaxError where it is not Turtle.
    """
    lines = _Lines(read_regular(file))
    try:
        for quad in parse(lines, format=RdfFormat.TURTLE, rename_blank_nodes=True):
            yield quad, Place(name, lines.number)
    except MemoryError as error:
        raise SyntaxError("a value of this file is too long") from error


class _Lines(BytesIO):
    """A file that hands out one line a call, so that the line is known when the parser yields a statement."""

    number = 0
    _at_start = True

    def read(self, size: int | None = -1, /) -> bytes:
        # Never more than asked for: a byte more, and pyoxigraph ends the process.
        part = self.readline(size)
        self.number += self._at_start and bool(part)
        self._at_start = part.endswith(b"\n")
        return part


def _shipped_statements(file: Path, folder: Path) -> Iterator[Statement]:
    return read_statements(file, f"ontology/{file.relative_to(folder).as_posix()}")


@dataclass(frozen=True, slots=True)
class _Described:
    """The statements by subject and predicate, as text."""

    values: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, statements: Iterable[Statement]) -> _Described:
        described = cls()
        for quad, _ in statements:
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                key = (quad.subject.value, quad.predicate.value)
                described.values.setdefault(key, []).append(quad.object.value)
        return described

    def all(self, subject: str, *predicates: str) -> tuple[str, ...]:
        return tuple(value for predicate in predicates for value in self.values.get((subject, predicate), ()))

    def only(self, subject: str, *predicates: str) -> str:
        """The one value, or an empty text where there is none or more than one."""
        found = self.all(subject, *predicates)
        return found[0] if len(found) == 1 else ""


def _terms(context: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    """Key, IRI and coercion (`@id`, a datatype or empty) of each term of the context."""
    for key, value in context.items():
        if isinstance(value, str) and not value.startswith("@") and key != "xsd":
            yield key, value, ""
        elif isinstance(value, dict):
            yield key, str(value["@id"]), str(value.get("@type", "")).replace("xsd:", XSD)


def _properties(context: Mapping[str, object], described: _Described) -> Iterator[Property]:
    for key, iri, coercion in _terms(context):
        if PREFIXES["owl"] + "Class" in described.all(iri, TYPE.value):
            continue
        ranges = described.all(iri, RDFS + "range")
        scheme = described.only(iri, IPCG + "scheme").removeprefix(CONCEPTS)
        if coercion == "@id":
            kind = "concept" if scheme else "reference"
        elif coercion:
            kind = _KINDS[coercion]
        else:
            kind = "stated-date" if _STATED_DATE in ranges else "any" if key == "object" else "string"
        yield Property(
            key,
            iri,
            kind,
            range=described.only(iri, RDFS + "range", PREFIXES["schema"] + "rangeIncludes")
            if kind == "reference"
            else "",
            scheme=scheme,
            bound_of=described.only(iri, IPCG + "boundOf").removeprefix(IPCG),
            derived=described.only(iri, IPCG + "derived") == "true",
            domains=described.all(iri, *_DOMAINS),
        )


def _classes(context: Mapping[str, object], described: _Described) -> dict[str, str]:
    return {
        name: iri for name, iri, _ in _terms(context) if PREFIXES["owl"] + "Class" in described.all(iri, TYPE.value)
    }


def _ancestors(statements: Iterable[Statement]) -> dict[str, frozenset[str]]:
    parents: dict[str, set[str]] = {}
    for quad, _ in statements:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            if quad.predicate.value == _SUBCLASS:
                parents.setdefault(quad.subject.value, set()).add(quad.object.value)
            elif quad.predicate == TYPE and quad.object.value == PREFIXES["owl"] + "Class":
                parents.setdefault(quad.subject.value, set())

    def above(name: str) -> frozenset[str]:
        return frozenset({name}).union(*(above(parent) for parent in parents.get(name, ())))

    return {name: above(name) for name in parents}


def _concepts(statements: Iterable[Statement]) -> dict[str, dict[str, str]]:
    concepts: dict[str, dict[str, str]] = {}
    for quad, _ in statements:
        if quad.predicate.value == SKOS + "inScheme" and isinstance(quad.subject, NamedNode):
            scheme, _, word = quad.subject.value.removeprefix(CONCEPTS).partition("/")
            concepts.setdefault(scheme, {})[word] = quad.subject.value
    return concepts


def _rule(file: Path, folder: Path) -> Rule:
    text = file.read_text(encoding="utf-8")
    header = dict(re.findall(r"^#\+ (\w+): *(.*)$", text, re.MULTILINE))
    return Rule(
        file.stem,
        text,
        local=header.get("local") == "true",
        about=header.get("about", ""),
        path=f"ontology/{file.relative_to(folder).as_posix()}",
    )
