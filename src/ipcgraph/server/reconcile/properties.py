"""The types and properties that reconciliation knows: to compare by, and to fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import NamedNode

from ipcgraph.folding import folded
from ipcgraph.identifiers import SCHEMES
from ipcgraph.publish.pages.library import KINDS
from ipcgraph.publish.pages.search import FOUND
from ipcgraph.statements import term_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ipcgraph.publish.reading import Reading

ORGANIZATIONS: Final = ("Center", "Partner", "Commission", "Organization")


class Property(NamedTuple):
    """Something that can be compared, or fetched, of the things of some kinds."""

    key: str
    name: str
    about: str
    kinds: tuple[str, ...]
    target: str = ""
    """The kind of the things that it leads to; empty where its values are texts."""


PROPERTIES: Final = (
    Property("coauthor", "co-author", "someone with a work in common", ("Person",), "Person"),
    Property("affiliation", "affiliation", "where a role was held, or as a work names it", ("Person",),
             "Organization"),
    Property("work", "work", "a work that the person has written", ("Person",), "Work"),
    Property("role", "role", "a role as it is called, with its place", ("Person",)),
    Property("author", "author", "who has written the work, in order", ("Work",), "Person"),
    Property("year", "year", "the year of issue", ("Work",)),
    Property("issued", "issued", "the date of issue as stated: a year, a month or a day", ("Work",)),
    Property("workType", "type of work", "report, article, book …", ("Work",)),
    Property("producedBy", "produced by", "the organization that produced the work", ("Work",), "Organization"),
    Property("initiativeKind", "kind of initiative", "programme, project, research stream, network", ("Initiative",)),
    Property("partOf", "part of", "what it belongs to", ("Initiative", "Work"), "Initiative"),
    Property("topic", "topic", "a research area", ("Center", "Initiative", "Work", "Person"), "Topic"),
    Property("parent", "parent", "the organization above it", ORGANIZATIONS, "Organization"),
    Property("founded", "founded", "when it was founded, as stated", ORGANIZATIONS),
    Property("start", "start", "when it began, as stated", ("Initiative",)),
    Property("end", "end", "when it ended, as stated", ("Initiative",)),
    Property("countryCode", "country code", "two letters (ISO 3166-1)", ("Place",)),
    Property("alternateName", "other name", "another name of it", FOUND),
    Property("acronym", "acronym", "its acronym", (*ORGANIZATIONS, "Initiative")),
    Property("doi", "DOI", "Digital Object Identifier", ("Work",)),
    Property("orcid", "ORCID", "the identifier of a researcher", ("Person",)),
    Property("ror", "ROR", "the identifier of a research organization", ORGANIZATIONS),
    Property("isni", "ISNI", "International Standard Name Identifier", ("Person", *ORGANIZATIONS)),
    Property("wikidata", "Wikidata", "the item of Wikidata", FOUND),
    Property("openalex", "OpenAlex", "the identifier of OpenAlex", FOUND),
    Property("isbn", "ISBN", "International Standard Book Number", ("Work",)),
    Property("url", "web address", "a page about it", FOUND),
    Property("summary", "summary", "what it is, in a sentence or two", FOUND),
)  # fmt: skip
"""All of them, those first that tell most."""
KEYS: Final[Mapping[str, Property]] = {each.key: each for each in PROPERTIES}


class Kind(NamedTuple):
    """A type as reconciliation names it."""

    key: str
    name: str
    broader: tuple[str, ...] = ()


TYPES: Final = tuple(
    Kind(kind, KINDS[kind][0], ("Organization",) if kind in ORGANIZATIONS and kind != "Organization" else ())
    for kind in FOUND
)


def property_named(text: str) -> Property | None:
    """The property that a client means: by its key, its IRI or its name."""
    plain = text.rpartition("#")[2].rpartition("/")[2].strip()
    return KEYS.get(plain) or next((each for each in PROPERTIES if folded(each.name) == folded(text.strip())), None)


def properties_of(kind: str) -> tuple[Property, ...]:
    """The properties that things of a kind can have; all of them where no kind is named."""
    kinds = ORGANIZATIONS if kind == "Organization" else (kind,)
    return tuple(each for each in PROPERTIES if not kind or set(kinds) & set(each.kinds))


class Value(NamedTuple):
    """A value of a property: a text, and the thing where it is one."""

    text: str
    iri: str = ""


def values_of(reading: Reading, iri: str, wanted: Property) -> tuple[Value, ...]:
    """What a thing has for a property: things by their name, in an order that is the same in every run."""
    if wanted.key in _FOUND:
        return _FOUND[wanted.key](reading, iri)
    terms = reading.values(iri, wanted.key)
    return tuple(
        _value(reading, term.value) if isinstance(term, NamedNode) else Value(term_text(term)) for term in terms
    )


def _value(reading: Reading, iri: str) -> Value:
    return Value(reading.label(iri), iri)


def _named(reading: Reading, iris: Iterable[str]) -> tuple[Value, ...]:
    """Things as values, each once, by name."""
    found = {iri: _value(reading, iri) for iri in iris}
    return tuple(sorted(found.values(), key=lambda value: (folded(value.text), value.iri)))


def _linked(reading: Reading, iri: str, *keys: str) -> list[str]:
    return [term.value for key in keys for term in reading.values(iri, key) if isinstance(term, NamedNode)]


def _works_of(reading: Reading, person: str) -> list[str]:
    parts = reading.subjects("author", person)
    return [work for part in parts for work in reading.subjects("hasAuthorship", part)]


def _works(reading: Reading, person: str) -> tuple[Value, ...]:
    return _named(reading, _works_of(reading, person))


def _coauthors(reading: Reading, person: str) -> tuple[Value, ...]:
    found = {
        author
        for work in _works_of(reading, person)
        for part in _linked(reading, work, "hasAuthorship")
        for author in _linked(reading, part, "author")
    }
    return _named(reading, found - {person})


def _affiliations(reading: Reading, person: str) -> tuple[Value, ...]:
    roles = [place for role in reading.subjects("holder", person) for place in _linked(reading, role, "heldAt")]
    stated = [place for part in reading.subjects("author", person) for place in _linked(reading, part, "affiliation")]
    return _named(reading, (*roles, *stated))


def _roles(reading: Reading, person: str) -> tuple[Value, ...]:
    found = []
    for role in reading.subjects("holder", person):
        kinds = [reading.label(kind) for kind in _linked(reading, role, "roleType")]
        places = [reading.label(place) for place in _linked(reading, role, "heldAt")]
        found.append(Value(", ".join([reading.value(role, "statedTitle") or ", ".join(kinds), *places]), role))
    return tuple(Value(value.text) for value in sorted(found))


def _authors(reading: Reading, work: str) -> tuple[Value, ...]:
    """The authors of a work in order."""
    found = []
    for part in _linked(reading, work, "hasAuthorship"):
        position = reading.value(part, "position")
        found += [
            (int(position) if position.isdecimal() else 10**9, author) for author in _linked(reading, part, "author")
        ]
    return tuple(_value(reading, author) for _, author in sorted(found))


def _year(reading: Reading, work: str) -> tuple[Value, ...]:
    year = reading.value(work, "issued")[:4]
    return (Value(year),) if year.isdecimal() else ()


_FOUND: Final[Mapping[str, Callable[[Reading, str], tuple[Value, ...]]]] = {
    "work": _works,
    "coauthor": _coauthors,
    "affiliation": _affiliations,
    "role": _roles,
    "author": _authors,
    "year": _year,
}

IDENTIFIERS: Final = frozenset(SCHEMES)
"""The properties that are identifiers."""
