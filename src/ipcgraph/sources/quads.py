"""Quads that a parser gives, admitted as statements or refused: blank nodes, ill-typed literals, control characters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from ipcgraph.findings import Finding, Place
from ipcgraph.sources.datatypes import example_of, fits
from ipcgraph.sources.text import control_fault, fault
from ipcgraph.vocabulary import XSD

if TYPE_CHECKING:
    from ipcgraph.records import Statement

GIVE_ID: Final = "give it an id of its own, such as <role/ada-lovelace--director--center-one>"

_DEFAULT = DefaultGraph()


def is_named(quad: Quad) -> bool:
    """Whether subject and object are IRIs or literals, so that the statement can be cited."""
    return isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal)


def admit(quad: Quad, place: Place) -> Statement | Finding:
    """The statement in the default graph, or the finding for a literal that is not what its datatype says."""
    if isinstance(quad.object, Literal):
        refused = _literal_fault(quad, quad.object, place)
        if refused is not None:
            return refused
    if quad.graph_name != _DEFAULT:
        quad = Quad(quad.subject, quad.predicate, quad.object)
    return quad, place


def _literal_fault(quad: Quad, literal: Literal, place: Place) -> Finding | None:
    focus, path = term_iri(quad.subject), quad.predicate.value
    text, datatype = literal.value, literal.datatype.value
    if literal.direction is not None:
        message, fix = "a text with a direction is of RDF 1.2", "write the text without its direction"
        return fault(message, place, fix, check="literal", focus=focus, path=path)
    control = control_fault(text, place, focus=focus, path=path)
    if control is not None or fits(text, datatype):
        return control
    name = datatype.removeprefix(XSD)
    message, check = f'"{text}" is not an xsd:{name}', "literal"
    if name == "dateTime":
        message, check = f'"{text}" is not a point in time', "date"
    elif name in {"gYear", "gYearMonth", "date"}:
        message, check = f'"{text}" is not a date of the type xsd:{name}', "date"
    fix = f'write "{example_of(datatype)}", for instance'
    return fault(message, place, fix, check=check, focus=focus, path=path)


def graph_warning(place: Place) -> Finding:
    """The warning, given once for a file, that the names of its graphs are not kept."""
    message = "named graphs are not kept: these statements are read into the one graph of the project"
    return fault(message, place, "write the source of a statement as evidence", check="named-graph", severity="warning")


def triple_term_fault(place: Place) -> Finding:
    """The finding for a statement about a statement in the notation of RDF 1.2."""
    return fault("a statement about a statement is not read in this form", place, "write an ipcg:Claim", check="claim")


def term_iri(term: object) -> str:
    """The IRI of a term, or an empty text where it has none."""
    return term.value if isinstance(term, NamedNode) else ""


def parser_fault(error: SyntaxError | MemoryError, name: str, title: str, *, line: int = 1) -> Finding:
    """The finding for what pyoxigraph's parser says, at its line and column; `line` where it names none.

    Its MemoryError says that one value does not fit into its buffer of 16 MiB.
    """
    if isinstance(error, MemoryError):
        return fault("a value is too long for the parser", Place(name, line), "write a shorter one", check="size")
    said = re.sub(r"^Parser error at .*?: ", "", error.msg or "", count=1)
    place = Place(name, error.lineno or line, error.offset or 1)
    return fault(f"this is not {title}: {_lower(said)}", place, "correct this line")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".") if text[1:2].islower() or text[1:2] == " " else text.rstrip(".")
