"""Statements about the site itself, gathered and written as Turtle and JSON-LD."""

from __future__ import annotations

import json
import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from ipcgraph.vocabulary import PREFIXES, TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DCAT: Final = "http://www.w3.org/ns/dcat#"
DCTERMS: Final = PREFIXES["dcterms"]
FOAF: Final = PREFIXES["foaf"]
SD: Final = "http://www.w3.org/ns/sparql-service-description#"
SPDX: Final = "http://spdx.org/rdf/terms#"
VOID: Final = "http://rdfs.org/ns/void#"

NAMESPACES: Final[Mapping[str, str]] = {**PREFIXES, "dcat": DCAT, "sd": SD, "spdx": SPDX, "void": VOID}


class Statements:
    """Statements in the order in which they are told, each subject in one piece."""

    def __init__(self) -> None:
        self._said: dict[NamedNode, dict[NamedNode, dict[NamedNode | Literal, None]]] = {}

    def tell(self, subject: str, predicate: str, *values: NamedNode | Literal | str | int | None) -> None:
        """Says something of a subject; a text is a literal, None and an empty text are not told."""
        told = [value for value in values if value is not None and value != ""]
        if told:
            said = self._said.setdefault(NamedNode(subject), {}).setdefault(NamedNode(predicate), {})
            said.update(
                dict.fromkeys(value if isinstance(value, NamedNode | Literal) else Literal(value) for value in told)
            )

    def type(self, subject: str, *classes: str) -> None:
        """Says of which classes a subject is."""
        self.tell(subject, TYPE.value, *map(NamedNode, classes))

    def triples(self) -> list[Triple]:
        return [
            Triple(subject, predicate, value)
            for subject, said in self._said.items()
            for predicate, values in said.items()
            for value in values
        ]


def iri(text: str) -> NamedNode | None:
    """The IRI, or None for a text that is none."""
    try:
        return NamedNode(text) if text else None
    except ValueError:
        return None


def day(text: str) -> Literal | None:
    return Literal(text, datatype=NamedNode(XSD + "date")) if text else None


def whole_number(number: int) -> Literal:
    """A number as DCAT-AP asks for it, who wants another datatype than ours."""
    return Literal(str(number), datatype=NamedNode(XSD + "nonNegativeInteger"))


def write_turtle(triples: Iterable[Triple]) -> str:
    """The triples as Turtle, in their order, for people to read: a value a line, and texts of several lines as such."""
    lines: list[str] = []
    used: set[str] = set()
    for subject, said in groupby(triples, key=lambda triple: triple.subject):
        properties = []
        for predicate, group in groupby(said, key=lambda triple: triple.predicate):
            values = [_term(triple.object, used) for triple in group]
            name = "a" if predicate == TYPE else _term(predicate, used)
            properties.append(f"    {name} {_COMMA.join(values)}")
        lines.append(f"\n{_term(subject, used)}\n{_SEMICOLON.join(properties)} .\n")
    head = "".join(f"@prefix {prefix}: <{NAMESPACES[prefix]}> .\n" for prefix in sorted(used))
    return head + "".join(lines)


_COMMA: Final = ",\n        "
_SEMICOLON: Final = " ;\n"
# Less than Turtle allows, so that nothing ever needs an escape.
_LOCAL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def _term(term: object, used: set[str]) -> str:
    if isinstance(term, NamedNode):
        for prefix, namespace in NAMESPACES.items():
            if term.value.startswith(namespace) and _LOCAL.fullmatch(term.value, len(namespace)):
                used.add(prefix)
                return f"{prefix}:{term.value[len(namespace) :]}"
        return str(term)
    if not isinstance(term, Literal):
        raise TypeError(f"{term} is neither an IRI nor a literal")
    datatype = term.datatype.value
    if datatype in {XSD + "integer", XSD + "boolean"}:
        return term.value
    if term.language or datatype != XSD + "string":
        end = f"^^{_term(term.datatype, used)}" if not term.language else f"@{term.language}"
        return str(Literal(term.value)) + end
    return _long(term.value) if "\n" in term.value else str(term)


def _long(text: str) -> str:
    """A text of several lines between triple quotes."""
    lines = [str(Literal(line))[1:-1].replace('\\"', '"').replace('""', '\\"\\"') for line in text.split("\n")]
    # A quotation mark at the end would end it too early.
    last = lines[-1][:-1] + '\\"' if lines[-1].endswith('"') and not lines[-1].endswith('\\"') else lines[-1]
    return '"""' + "\n".join([*lines[:-1], last]) + '"""'


def write_rdf(triples: Iterable[Triple], kind: RdfFormat) -> str:
    """The triples in a format for machines, in their order."""
    return (serialize(list(triples), format=kind, prefixes=dict(NAMESPACES)) or b"").decode("utf-8")


def write_jsonld(triples: Iterable[Triple]) -> str:
    """The triples as JSON-LD without a context: every key is an IRI, nothing has to be fetched."""
    expanded = json.loads(serialize(list(triples), format=RdfFormat.JSON_LD) or b"[]")
    return json.dumps(expanded, ensure_ascii=False, indent=1) + "\n"
