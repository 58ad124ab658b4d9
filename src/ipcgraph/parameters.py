"""A Parameter of a saved query: its kind, and the RDF term that a text from outside stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from ipcgraph.errors import UsageError
from ipcgraph.vocabulary import CONCEPTS, DEFAULT_BASE, IPCG, SKOS, XSD, expand

CLASSES: Final = {
    name: IPCG + name
    for name in (
        "Center", "Organization", "Partner", "Commission", "Initiative", "Person", "Role", "Work", "Authorship",
        "Partnership", "Topic", "Place", "Count", "Source", "Passage", "Claim",
    )
} | {"Concept": SKOS + "Concept", "Thing": ""}  # fmt: skip
"""The kinds that ask for the id of a record; a Thing is a record of any class."""

SCHEMES: Final = (
    "role-type", "work-type", "partnership-kind", "initiative-kind", "date-basis", "summary-basis", "reading", "status",
    "basis",
)  # fmt: skip
"""The schemes of which `concept:role-type` and its like take a concept."""

_LITERALS: Final = {"year": "YYYY", "integer": "NUMBER", "date": "YYYY-MM-DD", "string": "TEXT"}
_DATATYPES: Final = {"year": "integer", "integer": "integer", "date": "date", "string": "string"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a saved query asks for: `kind` is the name of a class, `concept:scheme`, year, integer, date or string.

    Without a default it must be given.
    """

    name: str
    kind: str
    default: str | None
    about: str

    @property
    def option(self) -> str:
        """The parameter as an option of the command line."""
        return "--" + self.name.replace("_", "-")

    @property
    def placeholder(self) -> str:
        """What stands for the value in a usage text."""
        if self.kind == "Thing":
            return "ID"
        return _LITERALS.get(self.kind) or self.kind.removeprefix("concept:").upper()

    @property
    def scheme(self) -> str:
        """The IRI of the scheme whose concepts are taken; empty where the kind is no concept."""
        kind, colon, scheme = self.kind.partition(":")
        return CONCEPTS + scheme if kind == "concept" and colon else ""


def is_kind(kind: str) -> bool:
    """Whether a Parameter can be of this kind."""
    return kind in CLASSES or kind in _LITERALS or (kind.startswith("concept:") and kind[8:] in SCHEMES)


def term_for(parameter: Parameter, value: str | NamedNode | Literal, *, base: str = DEFAULT_BASE) -> NamedNode | Literal:
    """The term that a value stands for; a term is taken as it is, once its sort and datatype fit.

    Raises UsageError with what is wrong and what to write.

    >>> term_for(Parameter("person", "Person", None, ""), "person/ada").value
    'https://w3id.org/ipcgraph/id/person/ada'
    >>> term_for(Parameter("type", "concept:role-type", None, ""), "director").value
    'https://w3id.org/ipcgraph/vocab/role-type/director'
    """
    if not isinstance(value, str):
        return _fitting(parameter, value)
    if not value:
        raise UsageError(f"{parameter.option} is empty; write {_wanted(parameter)}")
    if parameter.scheme:
        return _concept(parameter, value, base)
    if parameter.kind in CLASSES:
        return expand(value, base=base)
    return _literal(parameter, value)


def own_concept(parameter: Parameter, value: str | NamedNode | Literal, *, base: str = DEFAULT_BASE) -> NamedNode | None:
    """The concept of the center's own that a bare word would be, if it is not one of the shipped."""
    if parameter.scheme and isinstance(value, str) and _is_bare(value):
        return expand(f"{base}concept/{parameter.kind[8:]}/{value}")
    return None


def _concept(parameter: Parameter, value: str, base: str) -> NamedNode:
    if _is_bare(value):
        return expand(f"{parameter.scheme}/{value}")
    # As tables show a shipped concept: role-type/director.
    if value.startswith(parameter.kind[8:] + "/"):
        return expand(CONCEPTS + value)
    return expand(value, base=base)


def _is_bare(value: str) -> bool:
    return "/" not in value and ":" not in value and not value.startswith("<")


def _literal(parameter: Parameter, value: str) -> Literal:
    fits = {
        "year": lambda: re.fullmatch("[0-9]{4}", value),
        "integer": lambda: re.fullmatch("[+-]?[0-9]{1,18}", value),
        "date": lambda: _is_date(value),
        "string": lambda: _is_text(value),
    }
    if not fits[parameter.kind]():
        raise UsageError(f"{parameter.option} {value!r} is not {_wanted(parameter)}")
    lexical = str(int(value)) if parameter.kind in {"year", "integer"} else value
    return Literal(lexical, datatype=_datatype(parameter))


def _is_date(value: str) -> bool:
    from datetime import date

    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_text(value: str) -> bool:
    # The command line gives bytes that are not UTF-8 as lone surrogates, which no term can hold.
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _datatype(parameter: Parameter) -> NamedNode:
    return NamedNode(XSD + _DATATYPES[parameter.kind])


def _wanted(parameter: Parameter) -> str:
    if parameter.scheme:
        return f"a concept of the scheme {parameter.kind[8:]}"
    if parameter.kind in CLASSES:
        return f"the id of a {parameter.kind.lower()}, such as person/ada-lovelace, or a whole IRI"
    wanted = {"year": "a year such as 2019", "integer": "a whole number", "date": "a day of the calendar, as 2019-02-28"}
    return wanted.get(parameter.kind, "text in UTF-8")


def _fitting(parameter: Parameter, term: NamedNode | Literal | BlankNode) -> NamedNode | Literal:
    asks_for_iri = bool(parameter.scheme) or parameter.kind in CLASSES
    if isinstance(term, NamedNode) and asks_for_iri:
        return term
    if isinstance(term, Literal) and not asks_for_iri:
        if term.datatype == _datatype(parameter) or (parameter.kind == "string" and term.language):
            return term
    raise UsageError(f"{parameter.option} {term} is not {_wanted(parameter)}")
