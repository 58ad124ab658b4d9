"""The graph as SKG-IF 1.1: agents, products, topics and grants as JSON-LD, one entity a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, TypeAlias

from pyoxigraph import Literal, NamedNode

from ipcgraph.vocabulary import CONCEPTS, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TextIO

    from ipcgraph.publish.reading import Reading

Entity: TypeAlias = "dict[str, object]"

CONTEXT: Final = "https://w3id.org/skg-if/context/1.1.0/skg-if.json"
"""The address of the context, pinned to 1.1.0; it is named in the file and never fetched."""
FABIO: Final = "http://purl.org/spar/fabio"
SCORO: Final = "http://purl.org/spar/scoro/"

WORK_TYPES: Final[Mapping[str, str]] = {
    "report": "Report",
    "working-paper": "WorkingPaper",
    "article": "Article",
    "research-brief": "Report",
    "book": "Book",
    "final-report": "Report",
    "commission-report": "Report",
}
"""The class of FaBiO for each shipped work type."""

ROLE_TYPES: Final[Mapping[str, str]] = {
    "affiliate": "affiliate",
    "director": "director",
    "executive-director": "director",
    "interim-executive-director": "director",
    "faculty-director": "director",
    "professor": "faculty-member",
    "institute-professor": "faculty-member",
    "postdoctoral-associate": "postdoctoral-researcher",
    "senior-researcher": "researcher",
}
"""The role of SCoRO for shipped role types that have one."""

REGISTERS: Final[Mapping[str, str]] = {
    "wikidata": "http://www.wikidata.org/entity/",
    "isni": "https://isni.org/isni/",
}
"""Registers that the context has no scheme for, so that their names would be read as relative IRIs: told as `url`."""

MONEY: Final = frozenset(CONCEPTS + "partnership-kind/" + kind for kind in ("grant", "research-funding", "sponsorship"))

_SCHEMES: Final = ("doi", "isbn", "orcid", "ror", "openalex", "url")
_DATE: Final = XSD + "date"
_ORGANIZATIONS: Final = ("Center", "Partner", "Organization", "Commission")


def write_skgif(reading: Reading, file: TextIO, things: Iterable[str] | None = None) -> int:
    """Writes the entities of the graph, or of these things, as one JSON-LD document; gives their number.

    What is no entity of SKG-IF (an initiative, a role, a source) is not written; see `entity`. The same graph gives the
    same bytes, and one entity is in memory at a time.
    """
    head = json.dumps([CONTEXT, {"@base": reading.base}], ensure_ascii=False)
    file.write(f'{{"@context": {head},\n"@graph": [')
    number = 0
    for found in entities(reading, things):
        file.write(("\n" if not number else ",\n") + json.dumps(found, ensure_ascii=False))
        number += 1
    file.write("\n]}\n")
    return number


def entities(reading: Reading, things: Iterable[str] | None = None) -> Iterator[Entity]:
    """The entities of the graph by IRI, or those of these things in the order given."""
    for thing in reading.iris() if things is None else things:
        found = entity(reading, thing)
        if found:
            yield found


def entity(reading: Reading, thing: str) -> Entity:
    """What SKG-IF says of a thing, as JSON; empty where it has no entity for it.

    A person or organization is an agent, a work a product, a topic a topic, and a partnership of money a grant. The
    center's documents and registers are not venues or data sources in the sense of SKG-IF (nothing is published or
    deposited there), so none is made. Every IRI is whole: a short one would be taken for a term of the context. Roles
    and authorships keep their IRIs. Dates have a time of day there: those that are not stated to the day are left out.
    """
    kind = reading.kind(thing)
    if kind == "Person":
        return _person(reading, thing)
    if kind in _ORGANIZATIONS:
        return _organisation(reading, thing, kind)
    if kind == "Work":
        return _product(reading, thing)
    if kind == "Topic":
        return _started(reading, thing, "topic") | {"labels": {"none": reading.value(thing, "prefLabel")}}
    if kind == "Partnership" and reading.value(thing, "partnershipKind") in MONEY:
        return _grant(reading, thing)
    return {}


def _started(reading: Reading, thing: str, entity_type: str) -> Entity:
    found: Entity = {"local_identifier": thing, "entity_type": entity_type}
    identifiers = [
        {"scheme": scheme, "value": value} for scheme in _SCHEMES for value in _texts(reading, thing, scheme)
    ]
    identifiers += [
        {"scheme": "url", "value": address + value}
        for key, address in REGISTERS.items()
        for value in _texts(reading, thing, key)
    ]
    return found | _stated(identifiers=identifiers)


def _person(reading: Reading, thing: str) -> Entity:
    affiliations = [_affiliation(reading, role) for role in reading.subjects("holder", thing)]
    return (
        _started(reading, thing, "person")
        | {"name": reading.value(thing, "name")}
        | _stated(
            other_names=_texts(reading, thing, "alternateName"), affiliations=[each for each in affiliations if each]
        )
    )


def _affiliation(reading: Reading, role: str) -> Entity:
    where = reading.value(role, "heldAt")
    if not where or reading.kind(where) not in _ORGANIZATIONS:
        return {}
    kind = reading.value(role, "roleType").rpartition("/")[2]
    return {"local_identifier": role, "affiliation": where} | _stated(
        role=_role_name(ROLE_TYPES.get(kind, "")), period=_period(reading, role)
    )


def _role_name(name: str) -> str:
    # Of SCoRO's roles the context has a term for this one only.
    return name if name in {"", "affiliate"} else SCORO + name


def _organisation(reading: Reading, thing: str, kind: str) -> Entity:
    acronyms = _texts(reading, thing, "acronym")
    return (
        _started(reading, thing, "organisation")
        | {"name": reading.value(thing, "name")}
        | _stated(
            short_name=acronyms[0] if acronyms else "",
            other_names=[*_texts(reading, thing, "alternateName"), *acronyms[1:]],
            types=["research"] if kind == "Center" else ["funder"] if _pays(reading, thing) else [],
        )
    )


def _pays(reading: Reading, thing: str) -> bool:
    return any(reading.value(each, "partnershipKind") in MONEY for each in reading.subjects("partner", thing))


def _product(reading: Reading, thing: str) -> Entity:
    contributions = [_contribution(reading, each) for each in _iris(reading, thing, "hasAuthorship")]
    contributions.sort(key=lambda each: (each["rank"], str(each["by"])))
    contributions += [{"by": producer, "role": "publisher"} for producer in _iris(reading, thing, "producedBy")]
    return (
        _started(reading, thing, "product")
        | {"product_type": "literature", "titles": {"none": _texts(reading, thing, "title")}}
        | _stated(
            abstracts={"none": summaries} if (summaries := _texts(reading, thing, "summary")) else {},
            topics=[{"term": topic} for topic in _iris(reading, thing, "topic")],
            contributions=contributions,
            manifestations=[_manifestation(reading, thing)],
        )
    )


def _contribution(reading: Reading, authorship: str) -> Entity:
    return (
        {"local_identifier": authorship, "by": reading.value(authorship, "author"), "role": "author"}
        | {"rank": int(reading.value(authorship, "position") or "1")}
        | _stated(declared_affiliations=_iris(reading, authorship, "affiliation"))
    )


def _manifestation(reading: Reading, work: str) -> Entity:
    kind = reading.value(work, "workType")
    issued = _moment(reading, work, "issued")
    return {
        "local_identifier": work + "#manifestation",
        "type": {
            "class": f"{FABIO}/{WORK_TYPES.get(kind.rpartition('/')[2], 'Work')}",
            "labels": {"none": reading.name(kind)},
            "defined_in": FABIO,
        },
    } | _stated(dates={"publication": issued} if issued else {})


def _grant(reading: Reading, thing: str) -> Entity:
    funders = _iris(reading, thing, "partner")
    whose = _iris(reading, thing, "partnerOf")
    kind = reading.name(reading.value(thing, "partnershipKind"))
    summaries = _texts(reading, thing, "summary")
    return (
        _started(reading, thing, "grant")
        | {"titles": {"none": [f"{kind}: {', '.join(reading.name(each) for each in whose)}"]}, "keywords": [kind]}
        | _stated(
            abstracts={"none": summaries} if summaries else {},
            funding_agency=funders[0] if len(funders) == 1 else funders,
            beneficiaries=[each for each in whose if reading.kind(each) in _ORGANIZATIONS],
            duration=_period(reading, thing),
        )
    )


def _period(reading: Reading, thing: str) -> Entity:
    return _stated(start=_moment(reading, thing, "start"), end=_moment(reading, thing, "end", "T23:59:59"))


def _moment(reading: Reading, thing: str, key: str, time: str = "T00:00:00") -> str:
    """A date that is stated to the day, with a time of day, which SKG-IF asks for; empty for any other."""
    for value in reading.values(thing, key):
        if isinstance(value, Literal) and value.datatype.value == _DATE:
            return value.value + time
    return ""


def _texts(reading: Reading, thing: str, key: str) -> list[str]:
    return [value.value for value in reading.values(thing, key) if isinstance(value, Literal)]


def _iris(reading: Reading, thing: str, key: str) -> list[str]:
    return [value.value for value in reading.values(thing, key) if isinstance(value, NamedNode)]


def _stated(**fields: object) -> Entity:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value}
