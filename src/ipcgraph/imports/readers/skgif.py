"""SKG-IF: products, persons and organisations in the framework by which scientific knowledge graphs exchange them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcgraph.entries import Affiliation, Contributor, Entry, Name, OrganizationEntry, PersonEntry, WorkEntry
from ipcgraph.findings import Finding, Place
from ipcgraph.identifiers import normalise
from ipcgraph.imports.jsonrecords import Json, Record, json_records, objects_at, text_at, texts_at
from ipcgraph.imports.ledger import Ledger
from ipcgraph.imports.personalnames import body, in_parts, named
from ipcgraph.imports.works import finished
from ipcgraph.imports.worktypes import concept_of, plain
from ipcgraph.sources.text import fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PRODUCT_KEPT: Final = frozenset((
    "local_identifier", "entity_type", "@type", "titles", "identifiers", "contributions", "manifestations",
    "product_type",
))  # fmt: skip
_AGENT_KEPT: Final = frozenset((
    "local_identifier", "entity_type", "@type", "name", "given_name", "family_name", "identifiers", "other_names",
    "short_name", "website", "country", "affiliations",
))  # fmt: skip
_SCHEMES: Final = ("doi", "isbn", "orcid", "ror", "openalex", "wikidata", "isni", "url")


def read_skgif(path: Path, name: str, *, encoding: str = "") -> Iterator[Entry | Finding]:
    """The entries of a SKG-IF file in its order; agents may be named by id or stand where they are meant."""
    records: list[Record] = []
    for item in json_records(path, name, envelopes=("@graph",), encoding=encoding):
        if isinstance(item, Finding):
            yield item
        else:
            records.append(item)
    known = {text_at(record.said, "local_identifier"): record.said for record in records}
    passed: dict[str, int] = {}
    for record in records:
        kind = (text_at(record.said, "entity_type") or text_at(record.said, "@type")).lower()
        if kind == "product":
            yield from _product(record, known)
        elif kind == "person":
            yield from _person(record, known)
        elif kind in {"organisation", "organization"}:
            yield from _organization(record)
        else:
            passed[kind or "without a type"] = passed.get(kind or "without a type", 0) + 1
    if passed:
        kinds = ", ".join(f"{kind} ({count:,})" for kind, count in sorted(passed.items()))
        message = f"entities of these types are not read: {kinds}"
        yield fault(message, Place(name), "products, persons and organisations are read", severity="warning")


def _product(record: Record, known: dict[str, dict[str, Json]]) -> Iterator[Entry | Finding]:
    ledger = Ledger()
    said = record.said
    ledger.others(said, _PRODUCT_KEPT)
    titles = _in_languages(said, "titles")
    for other_title in titles[1:]:
        ledger.lose("titles", other_title, "a work has one title")
    numbers = _numbers(said, ledger)
    manifestations = objects_at(said, "manifestations")
    first = manifestations[0] if manifestations else {}
    for other in manifestations[1:]:
        ledger.lose("manifestations", other, "the first counts")
    kinds = [label for each in objects_at(first, "type") for label in _in_languages(each, "labels")]
    kinds += [text_at(each, "class").rpartition("/")[2] for each in objects_at(first, "type")]
    dates = [
        date for each in objects_at(first, "dates") for key in ("publication", "issued") for date in texts_at(each, key)
    ]
    venue = text_at(first, "biblio", "in")
    container = (
        text_at(known.get(venue, {}), "name")
        or text_at(known.get(venue, {}), "title")
        or text_at(first, "biblio", "in", "name")
    )
    yield from finished(
        WorkEntry(
            record.place,
            text_at(said, "local_identifier") or str(record.place.line),
            plain(titles[0]) if titles else "",
            contributors=tuple(_contributors(said, known, ledger)),
            issued=ledger.date(_day(dates[0]) if dates else "", "dates"),
            work_type=next((found for kind in kinds if (found := concept_of(kind))), ""),
            stated_type=next((kind for kind in kinds if kind), text_at(said, "product_type")),
            container=container,
            doi=numbers["doi"],
            isbn=numbers["isbn"],
            openalex=numbers["openalex"],
            url=numbers["url"],
        ),
        ledger,
    )


def _day(moment: str) -> str:
    return moment.partition("T")[0]


def _contributors(said: dict[str, Json], known: dict[str, dict[str, Json]], ledger: Ledger) -> Iterator[Contributor]:
    """Those of the role author, by rank."""
    ranked: list[tuple[float, Contributor]] = []
    for each in objects_at(said, "contributions"):
        roles = [role.rpartition("/")[2].lower() for role in texts_at(each, "role")]
        agents = objects_at(each, "by") or [
            known.get(text, {"local_identifier": text}) for text in texts_at(each, "by")
        ]
        for agent in agents:
            name = _name(agent)
            if roles and "author" not in roles:
                ledger.lose("contributions", f"{', '.join(roles)}: {name.text or text_at(agent, 'local_identifier')}")
                continue
            if not name.text:
                ledger.lose("contributions", text_at(agent, "local_identifier"), "nothing says who it is")
                continue
            rank = each.get("rank")
            order = float(rank) if isinstance(rank, int | float) else float("inf")
            ranked.append((order, _contributor(agent, name, each, known)))
    ranked.sort(key=lambda pair: pair[0])
    yield from (one for _, one in ranked)


def _contributor(
    agent: dict[str, Json], name: Name, said: dict[str, Json], known: dict[str, dict[str, Json]]
) -> Contributor:
    numbers = _numbers(agent, Ledger())
    places = objects_at(said, "declared_affiliations") + [
        known.get(each, {}) for each in texts_at(said, "declared_affiliations")
    ]
    affiliations = [_affiliation(each) for each in places]
    return Contributor(
        name,
        orcid=numbers["orcid"],
        openalex=numbers["openalex"],
        key=text_at(agent, "local_identifier"),
        affiliations=tuple(each for each in affiliations if each.name),
    )


def _affiliation(said: dict[str, Json]) -> Affiliation:
    numbers = _numbers(said, Ledger())
    return Affiliation(
        text_at(said, "name"), ror=numbers["ror"], openalex=numbers["openalex"], country=text_at(said, "country")
    )


def _name(agent: dict[str, Json]) -> Name:
    family, given, whole = (text_at(agent, key) for key in ("family_name", "given_name", "name"))
    kind = (text_at(agent, "entity_type") or text_at(agent, "@type")).lower()
    if kind.startswith("organi"):
        return body(whole)
    return in_parts(family, given, text=whole if "," not in whole else "") if family else named(whole or given)


def _person(record: Record, known: dict[str, dict[str, Json]]) -> Iterator[Entry | Finding]:
    ledger = Ledger()
    said = record.said
    ledger.others(said, _AGENT_KEPT)
    name = _name(said)
    if not name.text:
        yield fault("this person has no name; left out", record.place, "give them a name", check="no-title")
        return
    numbers = _numbers(said, ledger)
    places: list[Affiliation] = []
    for each in objects_at(said, "affiliations"):
        inner = objects_at(each, "affiliation") or [known.get(text, {}) for text in texts_at(each, "affiliation")]
        places += [_affiliation(one) for one in inner]
        if text_at(each, "role") or each.get("period"):
            ledger.lose(
                "affiliations",
                f"{text_at(each, 'role')} {text_at(each, 'period')}".strip(),
                "only the organization is kept",
            )
    entry = PersonEntry(
        record.place,
        text_at(said, "local_identifier") or str(record.place.line),
        name,
        other_names=tuple(each for each in texts_at(said, "other_names") if each != name.text),
        orcid=numbers["orcid"],
        openalex=numbers["openalex"],
        wikidata=numbers["wikidata"],
        isni=numbers["isni"],
        url=numbers["url"],
        affiliations=tuple(dict.fromkeys(each for each in places if each.name)),
    )
    yield entry._replace(lost=ledger.lost)


def _organization(record: Record) -> Iterator[Entry | Finding]:
    ledger = Ledger()
    said = record.said
    ledger.others(said, _AGENT_KEPT)
    name = text_at(said, "name")
    if not name:
        yield fault("this organisation has no name; left out", record.place, "give it a name", check="no-title")
        return
    numbers = _numbers(said, ledger)
    entry = OrganizationEntry(
        record.place,
        text_at(said, "local_identifier") or str(record.place.line),
        name,
        other_names=tuple(each for each in texts_at(said, "other_names") if each != name),
        acronyms=tuple(texts_at(said, "short_name")),
        ror=numbers["ror"],
        openalex=numbers["openalex"],
        wikidata=numbers["wikidata"],
        isni=numbers["isni"],
        url=numbers["url"] or ledger.first_identifier("url", texts_at(said, "website"), "website"),
        country=text_at(said, "country"),
    )
    yield entry._replace(lost=ledger.lost)


def _numbers(said: dict[str, Json], ledger: Ledger) -> dict[str, str]:
    """The identifiers by scheme; an address of a register is read as its identifier, too."""
    found = dict.fromkeys(_SCHEMES, "")
    for each in objects_at(said, "identifiers"):
        scheme, value = text_at(each, "scheme").lower(), text_at(each, "value")
        if scheme == "url":
            register = next(
                (
                    key
                    for key in ("wikidata", "isni", "orcid", "ror", "openalex")
                    if key in value and normalise(key, value)
                ),
                "url",
            )
            scheme = register
        if scheme in found and not found[scheme]:
            found[scheme] = ledger.identifier(scheme, value, "identifiers")
        else:
            ledger.lose("identifiers", f"{scheme}: {value}")
    return found


def _in_languages(said: dict[str, Json], key: str) -> list[str]:
    """Texts by language: those in none or in English first."""
    texts: list[str] = texts_at(said, key)
    for each in objects_at(said, key):
        for language in sorted(each, key=lambda code: (code not in {"none", "en", "@none"}, code)):
            texts += texts_at(each, language)
    return texts
