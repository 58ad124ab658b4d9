"""SKG-IF 1.1 read back: what its entities say in our own vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from ipcgraph.publish.profiles.skgif import REGISTERS, SCORO, WORK_TYPES
from ipcgraph.vocabulary import CONCEPTS, IPCG, PREFIXES, SKOS, TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_NAME: Final = PREFIXES["foaf"] + "name"
_TITLE: Final = PREFIXES["dcterms"] + "title"
_LABEL: Final = SKOS + "prefLabel"
_ROLE_TYPES: Final = {
    "affiliate": "affiliate",
    SCORO + "affiliate": "affiliate",
    SCORO + "director": "director",
    SCORO + "faculty-member": "professor",
    SCORO + "postdoctoral-researcher": "postdoctoral-associate",
    SCORO + "researcher": "senior-researcher",
}
_KEPT: Final = frozenset(("doi", "isbn", "orcid", "ror", "openalex"))


def statements(entity: Mapping[str, object], names: Mapping[str, str]) -> Iterator[Triple]:
    """What one entity of a SKG-IF file says, in the vocabulary of ipcgraph.

    `names` has the IRI of each shipped concept by its label, such as `working paper`. Nothing is said of venues, data
    sources and whatever else has no place with us, nor where a field is not of the form that SKG-IF gives it.
    """
    thing = entity.get("local_identifier")
    read = _READERS.get(str(entity.get("entity_type")))
    if not isinstance(thing, str) or read is None:
        return
    for subject, predicate, value in read(thing, entity, names):
        if isinstance(value, str):
            yield Triple(NamedNode(subject), NamedNode(predicate), Literal(value))
        elif value is not None:
            yield Triple(NamedNode(subject), NamedNode(predicate), value)


_Said = tuple[str, str, "str | NamedNode | Literal | None"]


def _identifiers(thing: str, entity: Mapping[str, object]) -> Iterator[_Said]:
    for each in _nodes(entity, "identifiers"):
        scheme, value = each.get("scheme"), str(each.get("value"))
        register = next((key for key, address in REGISTERS.items() if value.startswith(address)), "")
        if scheme in _KEPT:
            yield thing, IPCG + str(scheme), value
        elif scheme == "url" and register:
            yield thing, IPCG + register, value.removeprefix(REGISTERS[register])
        elif scheme == "url":
            yield thing, IPCG + "url", value
    yield from ((thing, IPCG + "url", page) for page in _texts(entity, "website"))


def _agent(thing: str, entity: Mapping[str, object]) -> Iterator[_Said]:
    yield from _identifiers(thing, entity)
    parts = [str(entity[key]) for key in ("given_name", "family_name") if entity.get(key)]
    name = entity.get("name") or " ".join(parts)
    if name:
        yield thing, _NAME, str(name)
    yield from ((thing, IPCG + "alternateName", other) for other in _texts(entity, "other_names"))


def _person(thing: str, entity: Mapping[str, object], _names: Mapping[str, str]) -> Iterator[_Said]:
    yield thing, TYPE.value, NamedNode(IPCG + "Person")
    yield from _agent(thing, entity)
    for each in _nodes(entity, "affiliations"):
        role = each.get("local_identifier")
        if not isinstance(role, str):
            continue
        yield role, TYPE.value, NamedNode(IPCG + "Role")
        yield role, IPCG + "holder", NamedNode(thing)
        yield from ((role, IPCG + "heldAt", NamedNode(where)) for where in _texts(each, "affiliation"))
        for kind in _texts(each, "role"):
            if kind in _ROLE_TYPES:
                yield role, IPCG + "roleType", NamedNode(f"{CONCEPTS}role-type/{_ROLE_TYPES[kind]}")
        yield from _period(role, each, "period")


def _organisation(thing: str, entity: Mapping[str, object], _names: Mapping[str, str]) -> Iterator[_Said]:
    center = "research" in _texts(entity, "types")
    yield thing, TYPE.value, NamedNode(IPCG + ("Center" if center else "Organization"))
    yield from _agent(thing, entity)
    yield from ((thing, IPCG + "acronym", short) for short in _texts(entity, "short_name"))


def _product(thing: str, entity: Mapping[str, object], names: Mapping[str, str]) -> Iterator[_Said]:
    yield thing, TYPE.value, NamedNode(IPCG + "Work")
    yield from _identifiers(thing, entity)
    yield from ((thing, _TITLE, title) for title in _in_any_language(entity, "titles"))
    yield from ((thing, IPCG + "summary", text) for text in _in_any_language(entity, "abstracts"))
    for each in _nodes(entity, "topics"):
        yield from ((thing, IPCG + "topic", NamedNode(topic)) for topic in _texts(each, "term"))
    for each in _nodes(entity, "contributions"):
        yield from _contribution(thing, each)
    for each in _nodes(entity, "manifestations")[:1]:
        for kind in _nodes(each, "type"):
            yield thing, IPCG + "workType", _work_type(kind, names)
        for dates in _nodes(each, "dates"):
            yield from ((thing, IPCG + "issued", _day(moment)) for moment in _texts(dates, "publication"))


def _contribution(work: str, said: Mapping[str, object]) -> Iterator[_Said]:
    authorship = said.get("local_identifier")
    for agent in _texts(said, "by"):
        if "publisher" in _texts(said, "role"):
            yield work, IPCG + "producedBy", NamedNode(agent)
        elif "author" in _texts(said, "role") and isinstance(authorship, str):
            yield work, IPCG + "hasAuthorship", NamedNode(authorship)
            yield authorship, TYPE.value, NamedNode(IPCG + "Authorship")
            yield authorship, IPCG + "author", NamedNode(agent)
            if isinstance(said.get("rank"), int):
                yield authorship, IPCG + "position", Literal(str(said["rank"]), datatype=NamedNode(XSD + "integer"))
            for where in _texts(said, "declared_affiliations"):
                yield authorship, IPCG + "affiliation", NamedNode(where)


def _work_type(kind: Mapping[str, object], names: Mapping[str, str]) -> NamedNode | None:
    label = next(iter(_in_any_language(kind, "labels")), "")
    if label in names:
        return NamedNode(names[label])
    fabio = str(kind.get("class", "")).rpartition("/")[2]
    known = next((word for word, name in WORK_TYPES.items() if name == fabio), "")
    return NamedNode(f"{CONCEPTS}work-type/{known}") if known else None


def _topic(thing: str, entity: Mapping[str, object], _names: Mapping[str, str]) -> Iterator[_Said]:
    yield thing, TYPE.value, NamedNode(IPCG + "Topic")
    yield from ((thing, _LABEL, label) for label in _in_any_language(entity, "labels"))


def _grant(thing: str, entity: Mapping[str, object], names: Mapping[str, str]) -> Iterator[_Said]:
    yield thing, TYPE.value, NamedNode(IPCG + "Partnership")
    kinds = [names[word] for word in _texts(entity, "keywords") if "/partnership-kind/" in names.get(word, "")]
    yield thing, IPCG + "partnershipKind", NamedNode(kinds[0] if kinds else CONCEPTS + "partnership-kind/grant")
    yield from ((thing, IPCG + "partner", NamedNode(funder)) for funder in _texts(entity, "funding_agency"))
    yield from ((thing, IPCG + "partnerOf", NamedNode(whose)) for whose in _texts(entity, "beneficiaries"))
    yield from ((thing, IPCG + "summary", text) for text in _in_any_language(entity, "abstracts"))
    yield from _period(thing, entity, "duration")


_READERS: Final = {
    "person": _person,
    "organisation": _organisation,
    "product": _product,
    "topic": _topic,
    "grant": _grant,
}


def _period(thing: str, said: Mapping[str, object], key: str) -> Iterator[_Said]:
    for period in _nodes(said, key):
        for name in ("start", "end"):
            yield from ((thing, IPCG + name, _day(moment)) for moment in _texts(period, name))


def _day(moment: str) -> Literal:
    return Literal(moment[:10], datatype=NamedNode(XSD + "date"))


def _nodes(said: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = said.get(key)
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, dict)]


def _texts(said: Mapping[str, object], key: str) -> list[str]:
    value = said.get(key)
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, str)]


def _in_any_language(said: Mapping[str, object], key: str) -> Iterable[str]:
    for each in _nodes(said, key):
        for language in sorted(each):
            yield from _texts(each, language)
