"""ROR records, schema 1 and 2: organizations with their names, links and external identifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcgraph.entries import OrganizationEntry
from ipcgraph.findings import Finding
from ipcgraph.imports.jsonrecords import Json, Record, json_records, objects_at, text_at, texts_at
from ipcgraph.imports.ledger import Ledger
from ipcgraph.sources.text import fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KEPT: Final = frozenset((
    "id", "name", "names", "aliases", "acronyms", "labels", "links", "country", "locations", "external_ids",
))  # fmt: skip


def read_ror(path: Path, name: str, *, encoding: str = "") -> Iterator[OrganizationEntry | Finding]:
    """The organizations of a file of ROR: a record, a dump, or an answer of its API."""
    for record in json_records(path, name, envelopes=("items", "organization"), encoding=encoding):
        yield from [record] if isinstance(record, Finding) else _organization(record)


def _organization(record: Record) -> Iterator[OrganizationEntry | Finding]:
    ledger = Ledger()
    said = record.said
    ledger.others(said, _KEPT)
    chosen, others, acronyms = _names(said)
    ror = ledger.identifier("ror", text_at(said, "id"), "id")
    if not chosen:
        yield fault("this organization has no name; it is left out", record.place, "give it a name", check="no-title")
        return
    _note_other_registers(said, ledger)
    organization = OrganizationEntry(
        record.place,
        ror or text_at(said, "id") or str(record.place.line),
        chosen,
        other_names=tuple(each for each in others if each != chosen),
        acronyms=acronyms,
        ror=ror,
        wikidata=ledger.first_identifier("wikidata", _external(said, "wikidata"), "external_ids"),
        isni=ledger.first_identifier("isni", _external(said, "isni"), "external_ids"),
        url=ledger.first_identifier("url", _websites(said, ledger), "links"),
        country=_country(said, ledger),
    )
    yield organization._replace(lost=ledger.lost)


def _names(said: dict[str, Json]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The name, its other names and its acronyms."""
    listed = objects_at(said, "names")
    if not listed:
        labels = [text_at(each, "label") for each in objects_at(said, "labels")]
        others = tuple(dict.fromkeys(texts_at(said, "aliases") + [each for each in labels if each]))
        return text_at(said, "name"), others, tuple(texts_at(said, "acronyms"))
    displayed = [text_at(each, "value") for each in listed if "ror_display" in texts_at(each, "types")]
    labels = [text_at(each, "value") for each in listed if "label" in texts_at(each, "types")]
    acronyms = [text_at(each, "value") for each in listed if "acronym" in texts_at(each, "types")]
    every = [text_at(each, "value") for each in listed if texts_at(each, "types") != ["acronym"]]
    chosen = next((each for each in (*displayed, *labels, *every, *acronyms) if each), "")
    return chosen, tuple(dict.fromkeys(each for each in every if each)), tuple(dict.fromkeys(acronyms))


def _external(said: dict[str, Json], register: str) -> list[str]:
    """The identifiers of another register, the preferred one first; a mapping in schema 1, a list in schema 2."""
    listed = objects_at(said, "external_ids")
    found = [each for each in listed if text_at(each, "type").lower() == register]
    value = said.get("external_ids")
    if isinstance(value, dict):
        found = [each for key, each in value.items() if key.lower() == register and isinstance(each, dict)]
    return list(dict.fromkeys(each for one in found for each in texts_at(one, "preferred") + texts_at(one, "all")))


def _note_other_registers(said: dict[str, Json], ledger: Ledger) -> None:
    value = said.get("external_ids")
    if isinstance(value, dict):
        named = {key.lower(): each for key, each in value.items()}
    else:
        named = {text_at(each, "type").lower(): each.get("all") for each in objects_at(said, "external_ids")}
    for register, stated in named.items():
        if register not in {"wikidata", "isni"}:
            ledger.lose(f"external_ids.{register}", stated)


def _websites(said: dict[str, Json], ledger: Ledger) -> list[str]:
    found = texts_at(said, "links")
    for each in objects_at(said, "links"):
        if text_at(each, "type") == "website":
            found.append(text_at(each, "value"))
        else:
            ledger.lose(f"links.{text_at(each, 'type')}", text_at(each, "value"))
    return found


def _country(said: dict[str, Json], ledger: Ledger) -> str:
    """The country of the first place; a second country is lost."""
    codes = [text_at(said, "country", "country_code")]
    codes += [text_at(each, "geonames_details", "country_code") for each in objects_at(said, "locations")]
    found = list(dict.fromkeys(code.upper() for code in codes if code))
    for other in found[1:]:
        ledger.lose("locations", other, "an organization has one country")
    return found[0] if found else ""
