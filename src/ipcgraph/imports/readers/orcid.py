"""ORCID records 3.0 as JSON: a person, and the works that the record lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcgraph.entries import Affiliation, Contributor, Name, PersonEntry, WorkEntry
from ipcgraph.findings import Finding
from ipcgraph.imports.jsonrecords import Json, Record, json_records, objects_at, text_at
from ipcgraph.imports.ledger import Ledger
from ipcgraph.imports.personalnames import in_parts
from ipcgraph.imports.works import finished
from ipcgraph.imports.worktypes import concept_of, plain
from ipcgraph.sources.text import fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_RELATED: Final = {"wikidata": "wikidata", "isni": "isni"}
_ACTIVITIES: Final = (
    "distinctions", "educations", "fundings", "invited-positions", "memberships", "peer-reviews", "qualifications",
    "research-resources", "services",
)  # fmt: skip


def read_orcid(path: Path, name: str, *, encoding: str = "") -> Iterator[PersonEntry | WorkEntry | Finding]:
    """The person of an ORCID record, then each of their works; several records where a file has several.

    Of works that the record holds in several versions the first is read. A summary of a work names only the person of
    the record, as one author of possibly many: what is lost of it says so.
    """
    for record in json_records(path, name, encoding=encoding):
        if isinstance(record, Finding):
            yield record
        else:
            yield from _entries(record)


def _entries(record: Record) -> Iterator[PersonEntry | WorkEntry | Finding]:
    said = record.said
    ledger = Ledger()
    orcid = ledger.identifier("orcid", text_at(said, "orcid-identifier", "path") or text_at(said, "path"), "path")
    person = said.get("person")
    described = person if isinstance(person, dict) else said if "name" in said else {}
    name = _name(described)
    if not name.text:
        message = "this record names nobody: its person shows no name"
        yield fault(
            message, record.place, "ask the person to make their name public", check="no-title", severity="warning"
        )
    if not orcid and not name.text:
        return
    for kind in _ACTIVITIES:
        groups = objects_at(said, "activities-summary", kind, "affiliation-group") + objects_at(
            said, "activities-summary", kind, "group"
        )
        if groups:
            ledger.lose(kind, f"{len(groups):,} of them")
    yield _person(described, name, orcid, record, ledger)
    for group in objects_at(said, "activities-summary", "works", "group"):
        yield from _work(group, record, name, orcid)


def _name(person: dict[str, Json]) -> Name:
    family, given = text_at(person, "name", "family-name", "value"), text_at(person, "name", "given-names", "value")
    credit = text_at(person, "name", "credit-name", "value")
    return in_parts(family, given, text=credit) if family or given else Name(credit, family=credit)


def _person(person: dict[str, Json], name: Name, orcid: str, record: Record, ledger: Ledger) -> PersonEntry:
    external = {"wikidata": "", "isni": ""}
    for each in objects_at(person, "external-identifiers", "external-identifier"):
        kind, value = text_at(each, "external-id-type"), text_at(each, "external-id-value")
        scheme = _RELATED.get(kind.lower(), "")
        if scheme and not external[scheme]:
            external[scheme] = ledger.identifier(scheme, value, "external-identifiers")
        else:
            ledger.lose("external-identifiers", f"{kind}: {value}")
    pages = [text_at(each, "url", "value") for each in objects_at(person, "researcher-urls", "researcher-url")]
    for field, inner in (("addresses", "address"), ("keywords", "keyword"), ("emails", "email")):
        for each in objects_at(person, field, inner):
            ledger.lose(field, text_at(each, "content") or text_at(each, "country", "value") or text_at(each, "email"))
    ledger.lose("biography", text_at(person, "biography", "content"))
    others = [text_at(each, "content") for each in objects_at(person, "other-names", "other-name")]
    spoken = in_parts(name.family, name.given).text
    others += [spoken] if spoken and spoken != name.text else []
    url = ledger.first_identifier("url", pages, "researcher-urls")
    affiliations = tuple(_employers(record.said, ledger))
    return PersonEntry(
        record.place,
        orcid or str(record.place.line),
        name,
        other_names=tuple(dict.fromkeys(each for each in others if each and each != name.text)),
        orcid=orcid,
        wikidata=external["wikidata"],
        isni=external["isni"],
        url=url,
        affiliations=affiliations,
        lost=ledger.lost,
    )


def _employers(said: dict[str, Json], ledger: Ledger) -> Iterator[Affiliation]:
    """The organizations of employments, each once; what a person was there, and when, is lost."""
    found: dict[Affiliation, None] = {}
    for group in objects_at(said, "activities-summary", "employments", "affiliation-group"):
        for summary in objects_at(group, "summaries"):
            for each in objects_at(summary, "employment-summary"):
                organization = next(iter(objects_at(each, "organization")), {})
                register = next(iter(objects_at(organization, "disambiguated-organization")), {})
                number = text_at(register, "disambiguated-organization-identifier")
                is_ror = text_at(register, "disambiguation-source") == "ROR" or "ror.org" in number
                ror = ledger.identifier("ror", number if is_ror else "", "employments")
                country = text_at(organization, "address", "country")
                found[Affiliation(text_at(organization, "name"), ror=ror, country=country)] = None
                parts = [
                    text_at(each, "role-title"),
                    text_at(each, "department-name"),
                    _date(each, "start-date"),
                    _date(each, "end-date"),
                ]
                ledger.lose("employments", ", ".join(part for part in parts if part), "only the organization is kept")
    yield from (each for each in found if each.name)


def _work(group: dict[str, Json], record: Record, name: Name, orcid: str) -> Iterator[WorkEntry | Finding]:
    versions = objects_at(group, "work-summary")
    if not versions:
        return
    ledger = Ledger()
    said = versions[0]
    for other in versions[1:]:
        ledger.lose("work-summary", text_at(other, "title", "title", "value"), "another version of the same work")
    numbers = {"doi": "", "isbn": ""}
    for each in objects_at(said, "external-ids", "external-id") + objects_at(group, "external-ids", "external-id"):
        kind, value = text_at(each, "external-id-type"), text_at(each, "external-id-value")
        if kind in numbers and text_at(each, "external-id-relationship") in {"self", ""}:
            numbers[kind] = numbers[kind] or ledger.identifier(kind, value, "external-ids")
        else:
            ledger.lose("external-ids", f"{kind}: {value}")
    title = ": ".join(
        filter(None, (text_at(said, "title", "title", "value"), text_at(said, "title", "subtitle", "value")))
    )
    ledger.lose("title.translated-title", text_at(said, "title", "translated-title", "value"))
    kind = text_at(said, "type")
    contributors = tuple(_contributors(said, ledger))
    if not contributors:
        contributors = (Contributor(name, orcid=orcid),) if name.text else ()
        ledger.lose("contributors", name.text or orcid, "the record names its own person only, in no order")
    work = WorkEntry(
        record.place,
        text_at(said, "put-code") or text_at(said, "path"),
        plain(title),
        contributors=contributors,
        issued=ledger.date(_date(said, "publication-date"), "publication-date"),
        work_type=concept_of(kind),
        stated_type=kind,
        container=plain(text_at(said, "journal-title", "value")),
        doi=numbers["doi"],
        isbn=numbers["isbn"],
        url=ledger.identifier("url", text_at(said, "url", "value"), "url"),
    )
    yield from finished(work, ledger)


def _contributors(said: dict[str, Json], ledger: Ledger) -> Iterator[Contributor]:
    """Of a whole work, where a file has it: those that are authors."""
    for each in objects_at(said, "contributors", "contributor"):
        name = text_at(each, "credit-name", "value")
        role = text_at(each, "contributor-attributes", "contributor-role")
        if not name or role.lower() not in {"", "author", "co-author"}:
            ledger.lose("contributors", f"{role}: {name}")
            continue
        orcid = ledger.identifier("orcid", text_at(each, "contributor-orcid", "path"), "contributors")
        yield Contributor(Name(name, family=name.rpartition(" ")[2], given=name.rpartition(" ")[0]), orcid=orcid)


def _date(said: dict[str, Json], field: str) -> str:
    parts = (text_at(said, field, part, "value") for part in ("year", "month", "day"))
    return "-".join(part for part in parts if part)
