"""DataCite JSON: metadata of its schema in the forms that its API and its content negotiation give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcgraph.entries import Affiliation, Contributor, Name, WorkEntry
from ipcgraph.findings import Finding
from ipcgraph.imports.jsonrecords import Json, Record, json_records, objects_at, text_at, texts_at
from ipcgraph.imports.ledger import Ledger
from ipcgraph.imports.personalnames import body, in_parts, is_nobody, named
from ipcgraph.imports.works import finished
from ipcgraph.imports.worktypes import concept_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KEPT: Final = frozenset(
    ("id", "doi", "url", "types", "creators", "titles", "publicationYear", "publication-year", "dates", "container")
)


def read_datacite(path: Path, name: str, *, encoding: str = "") -> Iterator[WorkEntry | Finding]:
    """The works of a file of DataCite JSON; also of the API's answers (`data`, `attributes`)."""
    for record in json_records(path, name, envelopes=("data", "attributes"), encoding=encoding):
        yield from [record] if isinstance(record, Finding) else _work(record)


def _work(record: Record) -> Iterator[WorkEntry | Finding]:
    ledger = Ledger()
    said = record.said
    ledger.others(said, _KEPT)
    title = _title(said, ledger)
    kinds = [text_at(said, "types", key) for key in ("resourceTypeGeneral", "resource-type-general", "resourceType")]
    doi = ledger.identifier("doi", text_at(said, "doi") or text_at(said, "id"), "doi")
    yield from finished(
        WorkEntry(
            record.place,
            text_at(said, "id") or doi or str(record.place.line),
            title,
            contributors=tuple(_contributors(said, ledger)),
            issued=_issued(said, ledger),
            work_type=next((found for kind in kinds if (found := concept_of(kind))), ""),
            stated_type=next((kind for kind in reversed(kinds) if kind), ""),
            container=text_at(said, "container", "title"),
            doi=doi,
            url=ledger.identifier("url", text_at(said, "url"), "url"),
        ),
        ledger,
    )


def _title(said: dict[str, Json], ledger: Ledger) -> str:
    """The title that is of no other kind, and the subtitle; a translation is lost."""
    plain_ones = [
        plain(text_at(each, "title")) for each in objects_at(said, "titles") if not text_at(each, "titleType")
    ]
    kinds = {text_at(each, "titleType"): plain(text_at(each, "title")) for each in objects_at(said, "titles")}
    title = plain_ones[0] if plain_ones else next((text for text in kinds.values() if text), "")
    subtitle = kinds.pop("Subtitle", "")
    for other in [*plain_ones[1:], *(text for kind, text in kinds.items() if kind and text != title)]:
        ledger.lose("titles", other, "the first counts")
    return f"{title}: {subtitle}" if title and subtitle and subtitle != title else title


def _issued(said: dict[str, Json], ledger: Ledger) -> str:
    """The date of the kind Issued, else Available, else the year of publication."""
    stated = {text_at(each, "dateType"): text_at(each, "date") for each in objects_at(said, "dates")}
    year = text_at(said, "publicationYear") or text_at(said, "publication-year")
    found = ledger.date(stated.pop("Issued", ""), "dates")
    if year and found and not found.startswith(year):
        ledger.lose("publicationYear", year, "the date of the kind Issued counts")
    for kind, date in stated.items():
        ledger.lose(f"dates.{kind}", date)
    return found or ledger.date(year, "publicationYear")


def _contributors(said: dict[str, Json], ledger: Ledger) -> Iterator[Contributor]:
    for each in objects_at(said, "creators"):
        name = _name(each)
        if is_nobody(name.text):
            ledger.lose("creators", each, "names nobody")
            continue
        yield Contributor(
            name,
            orcid=ledger.first_identifier("orcid", _orcids(each), "creators.nameIdentifiers"),
            affiliations=tuple(_affiliations(each, ledger)),
        )


def _name(creator: dict[str, Json]) -> Name:
    whole, kind = text_at(creator, "name"), text_at(creator, "nameType") or text_at(creator, "type")
    if kind.lower().startswith("organi"):
        return body(whole)
    family, given = text_at(creator, "familyName"), text_at(creator, "givenName")
    return in_parts(family, given) if family else named(whole)


def _orcids(creator: dict[str, Json]) -> list[str]:
    stated = [
        text_at(each, "nameIdentifier")
        for each in objects_at(creator, "nameIdentifiers")
        if text_at(each, "nameIdentifierScheme").upper() == "ORCID"
    ]
    own = text_at(creator, "id")
    return stated + ([own] if "orcid.org" in own else [])


def _affiliations(creator: dict[str, Json], ledger: Ledger) -> Iterator[Affiliation]:
    yield from (Affiliation(each) for each in texts_at(creator, "affiliation"))
    for each in objects_at(creator, "affiliation"):
        number = text_at(each, "affiliationIdentifier") or text_at(each, "id")
        if text_at(each, "name"):
            ror = ledger.identifier("ror", number if "ror.org" in number else "", "creators.affiliation")
            yield Affiliation(text_at(each, "name"), ror=ror)
