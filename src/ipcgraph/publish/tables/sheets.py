"""Sheets: the graph as tables, one a class and one for each property that can have several values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.vocabulary import PREFIXES, SH, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ipcgraph.ontology import Ontology, Property

THINGS: Final = "things"
OTHER: Final = "other-statements"
LINK: Final = "link-"

_PLURALS: Final = {"Person": "people"}
_TYPES: Final = {
    "stated-date": "stated-date", "date": "date", "integer": "integer", "duration": "duration", "boolean": "boolean",
    "reference": "iri", "concept": "iri",
}  # fmt: skip
_ELSEWHERE: Final = frozenset(("sameAs", "predicate", "inScheme"))
"""The keys whose values are no things of the graph: other registers, properties, concept schemes."""


class SheetColumn(NamedTuple):
    """A column. `datatype` is iri, string, integer, date, stated-date, duration, boolean or any.

    What can be `any` is followed by a column for its type and one for its language.
    """

    name: str
    datatype: str
    about: str
    property: str = ""
    """The IRI of the property whose value stands here; empty for the thing itself and for what describes a value."""
    points: bool = False
    """Whether its values are ids of the sheet `things`."""


class Sheet(NamedTuple):
    """A table; `key` are the columns whose values together stand in one row only, if there are such."""

    name: str
    about: str
    columns: tuple[SheetColumn, ...]
    key: tuple[str, ...]
    kind: str = ""
    """The IRI of the class whose things are the rows, empty where these are of several or none."""


def sheets_of(ontology: Ontology) -> dict[str, Sheet]:
    """The sheets that a graph can have by name: `things`, one a class, one a property of several values, the rest.

    A property that has one value at most, by the shapes, is a column in the sheet of each class that has it; any other
    is a sheet of its own, `link-` and its name, with a row for each value.
    """
    about = _Words(ontology)
    single = single_keys(ontology)
    sheets = [_things(ontology, about, single)]
    for name, iri in ontology.classes.items():
        columns = [
            column
            for key, known in ontology.properties.items()
            if key in single and known.domains and ontology.ancestors.get(iri, frozenset()).intersection(known.domains)
            for column in _columns(known, about)
        ]
        identity = SheetColumn("id", "iri", f"The IRI of the {about.label(iri)}.", points=True)
        sheets.append(Sheet(sheet_name(name), about(iri), (identity, *columns), ("id",), iri))
    for key, known in ontology.properties.items():
        if key not in single:
            columns = [SheetColumn("subject", "iri", "The IRI of the thing that has it.", points=True)]
            columns += [column._replace(name="value") for column in _columns(known, about)]
            sheets.append(Sheet(LINK + _dashed(key), about(known.iri), tuple(columns), ("subject", "value")))
    sheets.append(_other())
    return {sheet.name: sheet for sheet in sheets}


def sheet_name(kind: str) -> str:
    """The name of the sheet of a class.

    >>> sheet_name("Person"), sheet_name("Work")
    ('people', 'works')
    """
    return _PLURALS.get(kind) or _dashed(kind) + "s"


def single_keys(ontology: Ontology) -> frozenset[str]:
    """The keys of which a thing has one value at most, by the shapes."""
    paths: dict[str, str] = {}
    limited: set[str] = set()
    for quad in ontology.shapes:
        if quad.predicate.value == SH + "path":
            paths[str(quad.subject)] = str(quad.object).strip("<>")
        elif quad.predicate.value == SH + "maxCount" and getattr(quad.object, "value", "") == "1":
            limited.add(str(quad.subject))
    iris = {paths[shape] for shape in limited if shape in paths}
    return frozenset(key for key, known in ontology.properties.items() if known.iri in iris)


class _Words:
    """What the ontology says of its terms in words."""

    def __init__(self, ontology: Ontology) -> None:
        self._said: dict[tuple[str, str], str] = {}
        for quad, _ in ontology.statements:
            key = (str(quad.subject).strip("<>"), quad.predicate.value)
            self._said.setdefault(key, str(getattr(quad.object, "value", "")))

    def __call__(self, iri: str) -> str:
        return self._said.get((iri, SKOS + "definition"), "")

    def label(self, iri: str) -> str:
        return self._said.get((iri, PREFIXES["rdfs"] + "label"), "thing")


def _things(ontology: Ontology, about: _Words, single: frozenset[str]) -> Sheet:
    own = (
        SheetColumn("id", "iri", "The IRI of the thing."),
        SheetColumn("kind", "string", "The name of its class; the sheet of the class tells more."),
        SheetColumn("label", "string", "What people call it; of a part, such as a role, made of what it joins."),
    )
    anything = [known for key, known in ontology.properties.items() if key in single and not known.domains]
    columns = (*own, *(column for known in anything for column in _columns(known, about)))
    return Sheet(THINGS, "Everything that the graph has an IRI for, and the shipped concepts.", columns, ("id",))


def _other() -> Sheet:
    columns = (
        SheetColumn("subject", "iri", "The IRI of the thing.", points=True),
        SheetColumn("property", "iri", "The IRI of the property."),
        SheetColumn("value", "any", "The value."),
        SheetColumn("valueType", "iri", "The datatype of the value; xsd:anyURI where it is the IRI of something."),
        SheetColumn("valueLanguage", "string", "The language of a text that has one."),
    )
    return Sheet(OTHER, "Statements that no other sheet has a column for.", columns, ())


def _columns(known: Property, about: _Words) -> Iterator[SheetColumn]:
    told = about(known.iri)
    if known.kind != "any":
        points = known.kind in {"reference", "concept"} and known.key not in _ELSEWHERE
        yield SheetColumn(known.key, _datatype(known), told, known.iri, points)
        return
    yield SheetColumn(known.key, "any", told, known.iri)
    yield SheetColumn(known.key + "Type", "iri", f"The datatype of {known.key}; xsd:anyURI where it is an IRI.")
    yield SheetColumn(known.key + "Language", "string", f"The language of {known.key} where it has one.")


def _datatype(known: Property) -> str:
    return "iri" if known.key == "sameAs" else _TYPES.get(known.kind, "string")


def _dashed(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


CSVW_TYPES: Final[Mapping[str, object]] = {
    "iri": "anyURI",
    "string": "string",
    "any": "string",
    "integer": "integer",
    "date": {"base": "date", "format": "yyyy-MM-dd"},
    "stated-date": {"base": "string", "format": "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"},
    "duration": "duration",
    "boolean": {"base": "boolean", "format": "true|false"},
}
"""What CSVW calls our datatypes."""


ANY_IRI: Final = XSD + "anyURI"
"""The datatype that stands for an IRI where any value can stand."""
