"""OpenAlex: works, authors and institutions, from an answer of its API, JSON Lines, or a whole snapshot folder."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, TypeAlias

from ipcgraph.entries import Affiliation, Contributor, Entry, Name, OrganizationEntry, PersonEntry, WorkEntry
from ipcgraph.findings import Finding, Place
from ipcgraph.imports.jsonrecords import Json, Record, json_records, objects_at, text_at, texts_at
from ipcgraph.imports.ledger import Ledger
from ipcgraph.imports.personalnames import is_nobody, named
from ipcgraph.imports.works import finished
from ipcgraph.imports.worktypes import plain
from ipcgraph.sources.openalex import WORK_TYPES
from ipcgraph.sources.text import fault, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Read: TypeAlias = "Iterator[Entry | Finding]"

_MANIFESTS: Final = ("manifest", "manifest.json")
_WORK_KEPT: Final = frozenset((
    "id", "ids", "doi", "title", "display_name", "publication_year", "publication_date", "type", "authorships",
    "primary_location", "is_retracted",
))  # fmt: skip
_AUTHORSHIP_KEPT: Final = frozenset(
    ("author_position", "author", "raw_author_name", "institutions", "countries", "raw_affiliation_strings")
)
_AUTHOR_KEPT: Final = frozenset((
    "id", "ids", "orcid", "display_name", "display_name_alternatives", "affiliations", "last_known_institutions",
    "last_known_institution",
))  # fmt: skip
_INSTITUTION_KEPT: Final = frozenset((
    "id", "ids", "ror", "display_name", "display_name_alternatives", "display_name_acronyms", "country_code",
    "homepage_url",
))  # fmt: skip


def read_openalex_entries(path: Path, name: str, *, encoding: str = "") -> Read:
    """The works, authors and institutions of a file or of a snapshot folder.

    In a folder the part files are taken in the order of their names; one that is damaged is named, what stands in it
    before the damage and the other parts are read. A part that the manifest lists and that is not there is an error.
    """
    if path.is_dir():
        yield from _snapshot(path, name)
        return
    for record in json_records(path, name, envelopes=("results",), encoding=encoding):
        if isinstance(record, Finding):
            yield record
        else:
            yield from entries_of(record)


def entries_of(record: Record) -> Read:
    """The entry of one object of OpenAlex, or of its shape; which kind it is, its keys tell, or its id."""
    number = text_at(record.said, "id").rpartition("/")[2][:1].upper()
    if "authorships" in record.said:
        yield from _work(record)
    elif number == "A" or (
        "works_count" in record.said and "display_name_alternatives" in record.said and number != "I"
    ):
        yield from _person(record)
    elif number == "I" or "ror" in record.said:
        yield from _organization(record)
    elif number == "W":
        yield from _work(record)
    else:
        message = f"{text_at(record.said, 'id')[:60] or 'a record without an id'} is no work, author or institution"
        yield fault(f"{message}; left out", record.place, "such records have no place here", severity="warning")


def snapshot_parts(folder: Path, name: str) -> Iterator[tuple[Path, str] | Finding]:
    """The part files of a snapshot folder and the name of each, and findings on what is missing or passed over."""
    found: list[Path] = []
    passed: set[str] = set()
    try:
        for each in sorted(folder.rglob("*")):
            below = each.relative_to(folder)
            if each.is_dir() or each.name.startswith((".", "_")) or each.name in _MANIFESTS:
                continue
            if each.name.removesuffix(".gz").endswith((".jsonl", ".json")) or each.suffix == ".gz":
                found.append(each)
            else:
                passed.add(str(below))
    except OSError as error:
        yield unreadable(error, name)
        return
    yield from _missing(folder, name, found)
    entities = {part.name for part in folder.iterdir() if part.is_dir()} | {folder.name}
    for part in found:
        below = part.relative_to(folder)
        entity = below.parts[0] if len(below.parts) > 1 and below.parts[0] in entities else folder.name
        if entity in {"works", "authors", "institutions", folder.name} or "=" in entity:
            yield part, f"{name.rstrip('/')}/{below.as_posix()}"
        else:
            passed.add(entity + "/")
    if passed:
        listed = ", ".join(sorted(passed)[:6])
        message = f"not read of this folder: {listed}" + (f" and {len(passed) - 6:,} more" if len(passed) > 6 else "")
        yield fault(
            message, Place(name), "only works, authors and institutions are read", check="file", severity="warning"
        )


def _missing(folder: Path, name: str, found: list[Path]) -> Iterator[Finding]:
    """The parts that a manifest of the snapshot lists and that are not there."""
    have = {(part.parent.name, part.name) for part in found}
    for manifest in _manifests(folder):
        shown = f"{name.rstrip('/')}/{manifest.relative_to(folder).as_posix()}"
        listed = _listed(manifest)
        if listed is None:
            yield fault(
                "this manifest cannot be read", Place(shown), "fetch it again", check="file", severity="warning"
            )
            continue
        for parts in listed:
            if parts not in have:
                message = f"the part {'/'.join(parts)}, which the manifest lists, is not there"
                yield fault(message, Place(shown), "fetch it, or go on without it", check="file")


def listed_parts(folder: Path) -> frozenset[tuple[str, ...]]:
    """The parts that the manifests in a folder list, each by its folder and its name; none where there is none."""
    return frozenset(part for manifest in _manifests(folder) for part in _listed(manifest) or ())


def _manifests(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("manifest*") if path.name in _MANIFESTS)


def _listed(manifest: Path) -> list[tuple[str, ...]] | None:
    """The parts in a manifest, whose keys have changed over the years: every address in it that ends as a part does."""
    try:
        said = json.loads(manifest.read_bytes()[: 64 << 20])
    except (OSError, ValueError, RecursionError):
        return None
    found: list[tuple[str, ...]] = []
    waiting: list[object] = [said]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str) and value.endswith((".gz", ".jsonl")) and "/" in value:
            found.append(PurePath(value).parts[-2:])
        elif isinstance(value, list | dict):
            waiting += reversed(list(value.values() if isinstance(value, dict) else value))
    return list(dict.fromkeys(found))


def _snapshot(folder: Path, name: str) -> Read:
    count = 0
    for part in snapshot_parts(folder, name):
        if isinstance(part, Finding):
            yield part
            continue
        count += 1
        yield from read_openalex_entries(*part)
    if not count:
        yield fault(
            "there is no part file in this folder", Place(name), "give the folder that has works/", check="file"
        )


def _work(record: Record) -> Read:
    ledger = Ledger()
    said = record.said
    ledger.others(said, _WORK_KEPT)
    title = text_at(said, "title") or text_at(said, "display_name")
    kind = text_at(said, "type")
    source = next(iter(objects_at(said, "primary_location", "source")), {})
    address = text_at(said, "primary_location", "landing_page_url")
    openalex = ledger.identifier("openalex", _number(said), "id")
    yield from finished(
        WorkEntry(
            record.place,
            text_at(said, "id") or str(record.place.line),
            plain(title),
            contributors=tuple(_contributors(said, ledger)),
            issued=_issued(said, ledger),
            work_type=WORK_TYPES.get(kind, ""),
            stated_type=kind,
            container=plain(text_at(source, "display_name")),
            doi=ledger.identifier("doi", text_at(said, "doi"), "doi"),
            openalex=openalex,
            url=ledger.identifier("url", address if "doi.org/" not in address else "", "primary_location")
            or ("" if openalex else ledger.identifier("url", text_at(said, "id"), "id")),
            is_retracted=said.get("is_retracted") is True,
        ),
        ledger,
    )


def _number(said: dict[str, Json]) -> str:
    """The id where it is one of OpenAlex; other sources write their own addresses in its shape."""
    stated = text_at(said, "id")
    return stated if "openalex.org/" in stated or not stated.startswith("http") else ""


def _issued(said: dict[str, Json], ledger: Ledger) -> str:
    """The day, but of the first of January only the year: OpenAlex writes it where it knows no more."""
    date, year = text_at(said, "publication_date"), text_at(said, "publication_year")
    if date.endswith("-01-01"):
        ledger.lose("publication_date", date, "the first of January stands for the year")
        date = date.removesuffix("-01-01")
    return ledger.date(date or year, "publication_date")


def _contributors(said: dict[str, Json], ledger: Ledger) -> Iterator[Contributor]:
    for each in objects_at(said, "authorships"):
        author = next(iter(objects_at(each, "author")), {})
        listed, display = text_at(each, "raw_author_name"), text_at(author, "display_name")
        if not (listed or display) or is_nobody(listed or display):
            ledger.lose("authorships", listed or display or each, "names nobody")
            continue
        for field in each.keys() - _AUTHORSHIP_KEPT:
            if field in {"affiliations", "is_corresponding"} or each[field] in (None, [], ""):
                continue
            ledger.lose(f"authorships.{field}", each[field])
        places = tuple(_affiliation(place, ledger) for place in objects_at(each, "institutions"))
        if not places:
            places = tuple(Affiliation(text) for text in texts_at(each, "raw_affiliation_strings"))
        yield Contributor(
            _name(listed, display),
            orcid=ledger.identifier("orcid", text_at(author, "orcid"), "authorships.author.orcid"),
            openalex=ledger.identifier("openalex", _number(author), "authorships.author.id"),
            key=text_at(author, "id"),
            affiliations=tuple(place for place in places if place.name),
        )


def _name(listed: str, display: str) -> Name:
    """The name as the work lists it, where it is one of this author's alone; the one of the register else."""
    return named(listed if listed and ";" not in listed and len(listed) < 120 else display)


def _affiliation(said: dict[str, Json], ledger: Ledger) -> Affiliation:
    return Affiliation(
        text_at(said, "display_name"),
        ror=ledger.identifier("ror", text_at(said, "ror"), "institutions.ror"),
        openalex=ledger.identifier("openalex", _number(said), "institutions.id"),
        country=text_at(said, "country_code"),
    )


def _person(record: Record) -> Read:
    ledger = Ledger()
    said = record.said
    ledger.others(said, _AUTHOR_KEPT)
    places = [next(iter(objects_at(each, "institution")), {}) for each in objects_at(said, "affiliations")]
    places += objects_at(said, "last_known_institutions") + objects_at(said, "last_known_institution")
    display = text_at(said, "display_name")
    if not display:
        yield fault("this author has no name; left out", record.place, "give them a name", check="no-title")
        return
    affiliations = dict.fromkeys(_affiliation(each, ledger) for each in places)
    others = texts_at(said, "display_name_alternatives")
    yield PersonEntry(
        record.place,
        text_at(said, "id") or str(record.place.line),
        named(display),
        other_names=tuple(dict.fromkeys(each for each in others if each != display)),
        orcid=ledger.identifier("orcid", text_at(said, "orcid") or text_at(said, "ids", "orcid"), "orcid"),
        openalex=ledger.identifier("openalex", _number(said), "id"),
        wikidata=ledger.identifier("wikidata", text_at(said, "ids", "wikidata"), "ids.wikidata"),
        affiliations=tuple(each for each in affiliations if each.name),
        lost=ledger.lost,
    )


def _organization(record: Record) -> Read:
    ledger = Ledger()
    said = record.said
    ledger.others(said, _INSTITUTION_KEPT)
    display = text_at(said, "display_name")
    if not display:
        yield fault("this institution has no name; left out", record.place, "give it a name", check="no-title")
        return
    others = texts_at(said, "display_name_alternatives")
    entry = OrganizationEntry(
        record.place,
        text_at(said, "id") or str(record.place.line),
        display,
        other_names=tuple(dict.fromkeys(each for each in others if each != display)),
        acronyms=tuple(texts_at(said, "display_name_acronyms")),
        ror=ledger.identifier("ror", text_at(said, "ror") or text_at(said, "ids", "ror"), "ror"),
        openalex=ledger.identifier("openalex", _number(said), "id"),
        wikidata=ledger.identifier("wikidata", text_at(said, "ids", "wikidata"), "ids.wikidata"),
        url=ledger.identifier("url", text_at(said, "homepage_url"), "homepage_url"),
        country=text_at(said, "country_code"),
    )
    yield entry._replace(lost=ledger.lost)
