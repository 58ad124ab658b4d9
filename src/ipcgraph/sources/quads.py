"""Quads that a parser gives, admitted as statements or refused: blank nodes, ill-typed literals, control characters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from ipcgraph.dates import is_day, stated_date
from ipcgraph.findings import Finding, Place
from ipcgraph.sources.text import CONTROL, fault
from ipcgraph.vocabulary import XSD

if TYPE_CHECKING:
    from ipcgraph.records import Statement

GIVE_ID: Final = "give it an id of its own, such as <role/ada-lovelace--director--center-one>"

_DEFAULT = DefaultGraph()
_DURATION = r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
    r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?",
    re.ASCII,
)
_FORMS: Final = {
    XSD + name: (re.compile(form, re.ASCII), example)
    for name, form, example in (
        ("integer", r"[+-]?\d+", "42"),
        ("nonNegativeInteger", r"\+?\d+|-0+", "42"),
        ("positiveInteger", r"\+?0*[1-9]\d*", "42"),
        ("decimal", r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", "4.2"),
        ("double", r"[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|INF)|NaN", "4.2E0"),
        ("float", r"[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|INF)|NaN", "4.2E0"),
        ("boolean", r"true|false|1|0", "true"),
        ("duration", _DURATION, "P10Y"),
        ("yearMonthDuration", r"-?P(?=.)(?:\d+Y)?(?:\d+M)?", "P10Y"),
        ("dayTimeDuration", r"-?P(?=.)(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?", "P10D"),
    )
}
"""How the literals of a datatype look (XML Schema 1.1, part 2), with an example of one."""

_DATES: Final = {XSD + "gYear": "2015", XSD + "gYearMonth": "2015-03", XSD + "date": "2015-03-21"}


def is_named(quad: Quad) -> bool:
    """Whether subject and object are IRIs or literals, so that the statement can be cited."""
    return isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal)


def admit(quad: Quad, place: Place) -> Statement | Finding:
    """The statement in the default graph, or the finding for a literal that is not what its datatype says."""
    literal = quad.object
    if isinstance(literal, Literal):
        refused = literal_fault(literal)
        if refused is not None:
            message, fix, check = refused
            finding = fault(message, place, fix, check=check)
            return Finding(
                "error", message, place, fix, term_iri(quad.subject), quad.predicate.value, shape=finding.shape
            )
    if quad.graph_name != _DEFAULT:
        quad = Quad(quad.subject, quad.predicate, quad.object)
    return quad, place


def literal_fault(literal: Literal) -> tuple[str, str, str] | None:
    """What is wrong with a literal, what to write instead, and the name of the check; None for a good one.

    Dates are those of `dates.stated_date`: in the calendar, four digits of the year, no time zone.
    """
    text, datatype = literal.value, literal.datatype.value
    control = CONTROL.search(text)
    if control:
        return f"the control character U+{ord(control[0]):04X} cannot stand in text", "delete it", "character"
    name = datatype.removeprefix(XSD)
    if datatype in _DATES:
        stated = stated_date(text)
        if stated is None or stated.datatype.value != datatype:
            return f'"{text}" is not a date of the type xsd:{name}', f'write "{_DATES[datatype]}", for instance', "date"
    elif datatype == XSD + "dateTime":
        match = _MOMENT.fullmatch(text)
        if not match or not is_day(*(int(part) for part in match.groups())):
            return f'"{text}" is not a point in time', 'write "2015-03-21T12:00:00Z", for instance', "date"
    elif datatype in _FORMS:
        form, example = _FORMS[datatype]
        if not form.fullmatch(text):
            return f'"{text}" is not an xsd:{name}', f'write "{example}", for instance', "literal"
    return None


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
