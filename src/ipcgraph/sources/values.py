"""One written value as an RDF term: text, date by its form, whole number, length of time, id, concept, evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from pyoxigraph import Literal, NamedNode

from ipcgraph import identifiers
from ipcgraph.dates import DAY, stated_date
from ipcgraph.ontology import Ontology, Property
from ipcgraph.sources.datatypes import BOOLEAN, DURATION, INTEGER, fits
from ipcgraph.sources.ids import is_id
from ipcgraph.spelling import suggestion
from ipcgraph.vocabulary import CONCEPTS, PREFIXES

Term: TypeAlias = NamedNode | Literal

XSD_INTEGER: Final = NamedNode(INTEGER)
XSD_DURATION: Final = NamedNode(DURATION)
XSD_BOOLEAN: Final = NamedNode(BOOLEAN)
LONGEST_INTEGER: Final = 18
"""The most characters of a whole number: every engine can hold it."""

KIND_OF: Final[Mapping[str, str]] = {
    "Center": "center",
    "Initiative": "initiative",
    "Person": "person",
    "Work": "work",
    "Organization": "organization",
    "Partner": "organization",
    "Commission": "organization",
    "Role": "role",
    "Topic": "topic",
    "Place": "place",
    "Source": "source",
    "Passage": "source",
    "Concept": "concept",
}
"""The kind with which an id of the class begins; the nested classes are named after what they are nested in."""

_EVIDENCE = re.compile(
    r"(?:source/)?(?P<source>[a-z0-9-]+)(?:(?:#|/)L(?P<first>[0-9]{1,9})(?:-L?(?P<last>[0-9]{1,9}))?)?"
)


class Fault(NamedTuple):
    """What is wrong with a value, and what to write instead."""

    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Cited:
    """What an evidence names: a source, and the lines of a passage (0 for the source as a whole)."""

    source: str
    first: int
    last: int


def integer(number: int) -> Literal:
    """A whole number as a literal."""
    return Literal(str(number), datatype=XSD_INTEGER)


def read_value(prop: Property, text: str, ontology: Ontology, *, base: str) -> Term | Fault:
    """A value of this property: a term, or what is wrong with it."""
    if prop.kind == "reference":
        return read_reference(prop.range, text, base=base)
    if prop.kind == "concept":
        return read_concept(prop, text, ontology, base=base)
    if prop.kind == "stated-date":
        return stated_date(text) or Fault(
            f'"{text}" is not a date', "write a year, 2021-04, or a day that exists as 2021-04-01"
        )
    if prop.kind == "date":
        day = stated_date(text)
        if day is not None and day.datatype == DAY:
            return day
        return Fault(f'"{text}" is not a day', "write a day that exists, such as 2021-04-01")
    if prop.kind == "integer":
        # A store writes 007 as 7: what is stated is the number as every engine writes it.
        if fits(text, INTEGER) and len(text) <= LONGEST_INTEGER and str(int(text)) == text:
            return Literal(text, datatype=XSD_INTEGER)
        return Fault(f'"{text}" is not a whole number', "write digits only, such as 21")
    if prop.kind == "duration":
        if fits(text, DURATION) and not text.startswith("-"):
            return Literal(text, datatype=XSD_DURATION)
        return Fault(f'"{text}" is not a length of time', "write P10Y for ten years, P6M for six months")
    if prop.kind == "boolean":
        return (
            Literal(text, datatype=XSD_BOOLEAN)
            if fits(text, BOOLEAN) and text.isalpha()
            else Fault(f'"{text}" is neither true nor false', "write true")
        )
    return read_text(prop, text)


def read_text(prop: Property, text: str) -> Term | Fault:
    """A text as it stands; an identifier in its one written form."""
    scheme = identifiers.SCHEMES.get(prop.key)
    if scheme is None:
        return Literal(text) if text.strip() else Fault(f'"{prop.key}" is empty', "write a value, or leave the key out")
    normal = scheme.normalise(text)
    if normal is None:
        article = "an" if scheme.name[0] in "aeiou" else "a"
        kind = scheme.name if scheme.name in {"openalex", "wikidata"} else scheme.name.upper()
        return Fault(
            f'"{text}" is not {article} {kind}', f"compare it with its register; one looks like {scheme.example}"
        )
    return Literal(normal)


def read_reference(wanted: str, text: str, *, base: str) -> Term | Fault:
    """The thing that an id (`person/ada`) or a whole IRI names; `wanted` is the class looked for, for the message."""
    if re.match(r"https?://", text):
        try:
            return NamedNode(text)
        except ValueError:
            return Fault(f'"{text}" is not a web address', "write it without spaces, quotes and brackets")
    if is_id(text):
        return NamedNode(base + text)
    example = KIND_OF.get(wanted.rpartition("#")[2], "person")
    word = identifiers.slug(text.rpartition("/")[2] or text)
    return Fault(f'"{text}" is not an id', f"write {example}/{word}, if that is the id of the record that you mean")


def read_concept(prop: Property, text: str, ontology: Ontology, *, base: str) -> Term | Fault:
    """A shipped concept by its bare word, or a center's own by its id (`concept/role-type/warden`)."""
    shipped = ontology.concepts.get(prop.scheme, {})
    if text in shipped:
        return NamedNode(shipped[text])
    kind, *parts = text.split("/")
    if kind == "concept" and len(parts) == 2 and is_id(text):
        if parts[0] != prop.scheme:
            return Fault(f'"{text}" is no {prop.scheme}', f"write a concept/{prop.scheme}/…")
        return NamedNode(base + text)
    if text.startswith(CONCEPTS) and text in shipped.values():
        return NamedNode(text)
    fix = suggestion(text, shipped, "write one of " + ", ".join(shipped))
    return Fault(f'"{text}" is no {prop.scheme.replace("-", " ")}', fix)


def read_scheme(text: str, ontology: Ontology) -> Term | Fault:
    """The scheme of a center's own concept: a shipped one, by its bare word."""
    if text in ontology.concepts:
        return NamedNode(CONCEPTS + text)
    fix = suggestion(text, ontology.concepts, "write one of " + ", ".join(ontology.concepts))
    return Fault(f'there is no scheme "{text}"', fix)


def read_predicate(text: str, ontology: Ontology) -> Term | Fault:
    """The property that a Claim is about: a key of the ontology, or `owl:sameAs`."""
    if text in ontology.properties:
        return NamedNode(ontology.properties[text].iri)
    if text == "owl:sameAs":
        return NamedNode(PREFIXES["owl"] + "sameAs")
    fix = suggestion(text, ontology.properties, "write a key such as founded, or owl:sameAs")
    return Fault(f'there is no key "{text}"', fix)


def read_evidence(text: str) -> Cited | Fault:
    """What an evidence names: `publications#L33-L35`, `publications#L33`, or `source/register` as a whole."""
    match = _EVIDENCE.fullmatch(text)
    is_good = match is not None and is_id(f"source/{match['source']}")
    if match is None or not is_good or not (match["first"] or text.startswith("source/")):
        return Fault(
            f'"{text}" names no passage',
            "write the source and its lines, such as publications#L33-L35, or source/register",
        )
    first = int(match["first"] or 0)
    last = int(match["last"] or first)
    if match["first"] and (first < 1 or last < first):
        return Fault(f'the lines of "{text}" run backwards', "write the first line first, counted from 1")
    return Cited(f"source/{match['source']}", first, last)
