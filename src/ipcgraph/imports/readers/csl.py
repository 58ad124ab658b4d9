"""CSL-JSON, the form in which Zotero, Pandoc and citation processors exchange works; Crossref's answers are its kin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcgraph.entries import Affiliation, Contributor, Name, WorkEntry
from ipcgraph.findings import Finding
from ipcgraph.imports.jsonrecords import Json, Record, json_records, objects_at, text_at, texts_at
from ipcgraph.imports.ledger import Ledger
from ipcgraph.imports.personalnames import body, in_parts, is_nobody, named
from ipcgraph.imports.stateddates import from_parts
from ipcgraph.imports.works import finished
from ipcgraph.imports.worktypes import concept_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KEPT: Final = frozenset(("id", "type", "title", "author", "issued", "container-title", "DOI", "ISBN", "URL"))
_CROSSREF_KEPT: Final = _KEPT | {"subtitle", "published", "resource"}
_NAME_KEPT: Final = frozenset((
    "family", "given", "literal", "name", "suffix", "dropping-particle", "non-dropping-particle", "sequence", "ORCID",
    "affiliation", "authenticated-orcid", "isInstitution", "parse-names", "role", "comma-suffix", "static-ordering",
))  # fmt: skip


def read_csl(path: Path, name: str, *, encoding: str = "") -> Iterator[WorkEntry | Finding]:
    """The works of a file of CSL-JSON: a list, one item, or one a line."""
    for record in json_records(path, name, envelopes=("items",), encoding=encoding):
        yield from [record] if isinstance(record, Finding) else _csl(record)


def read_crossref(path: Path, name: str, *, encoding: str = "") -> Iterator[WorkEntry | Finding]:
    """The works of a saved answer of Crossref's API, of one work or a list, or of a file of its public data."""
    for record in json_records(path, name, envelopes=("message", "items"), encoding=encoding):
        yield from [record] if isinstance(record, Finding) else _crossref(record)


def _csl(record: Record) -> Iterator[WorkEntry | Finding]:
    ledger = Ledger()
    said = record.said
    ledger.others(said, _KEPT)
    yield from finished(
        _work(record, ledger, title=text_at(said, "title"), issued=_date(said, ledger, "issued")), ledger
    )


def _crossref(record: Record) -> Iterator[WorkEntry | Finding]:
    ledger = Ledger()
    said = record.said
    ledger.others(said, _CROSSREF_KEPT)
    title = ": ".join(texts_at(said, "title")[:1] + texts_at(said, "subtitle")[:1])
    for other in texts_at(said, "title")[1:] + texts_at(said, "subtitle")[1:]:
        ledger.lose("title", other, "the first counts")
    issued = _date(said, ledger, "issued") or _date(said, ledger, "published")
    # A notice says of which works it is the retraction; the work itself says by what it was updated.
    updates = objects_at(said, "updated-by")
    is_retracted = any(text_at(each, "type") in {"retraction", "withdrawal", "removal"} for each in updates)
    work = _work(record, ledger, title=title, issued=issued)
    yield from finished(work._replace(is_retracted=is_retracted), ledger)


def _work(record: Record, ledger: Ledger, *, title: str, issued: str) -> WorkEntry:
    said = record.said
    containers = texts_at(said, "container-title")
    for other in containers[1:]:
        ledger.lose("container-title", other, "the first counts")
    kind = text_at(said, "type")
    return WorkEntry(
        record.place,
        text_at(said, "id") or text_at(said, "DOI") or str(record.place.line),
        plain(title),
        contributors=tuple(_contributors(said, ledger)),
        issued=issued,
        work_type=concept_of(text_at(said, "genre") if kind == "article" else kind) or concept_of(kind),
        stated_type=kind,
        container=plain(containers[0]) if containers else "",
        doi=ledger.identifier("doi", text_at(said, "DOI"), "DOI"),
        isbn=ledger.first_identifier(
            "isbn", [part for each in texts_at(said, "ISBN") for part in each.split()], "ISBN"
        ),
        url=ledger.identifier("url", text_at(said, "URL") or text_at(said, "resource", "primary", "URL"), "URL"),
    )


def _date(said: dict[str, Json], ledger: Ledger, field: str) -> str:
    """`date-parts`, else the text under `raw` or `literal`, else the value itself where it is a text."""
    value = said.get(field)
    if not isinstance(value, dict):
        return ledger.date(text_at(said, field), field)
    if value.get("circa"):
        ledger.lose(field, value, "approximate")
        return ""
    if "date-parts" in value:
        found, why = from_parts(value["date-parts"])
        if why:
            ledger.lose(field, value, why)
        return found
    if value.get("season"):
        ledger.lose(field, value, "a season")
    return ledger.date(text_at(value, "raw") or text_at(value, "literal") or text_at(value, "date-time")[:10], field)


def _contributors(said: dict[str, Json], ledger: Ledger) -> Iterator[Contributor]:
    for text in texts_at(said, "author"):
        yield Contributor(named(text))
    for each in objects_at(said, "author"):
        name = person(each)
        if not name.text or is_nobody(name.text):
            ledger.lose("author", each, "names nobody")
            continue
        for field in each.keys() - _NAME_KEPT:
            ledger.lose(f"author.{field}", each[field])
        yield Contributor(
            name,
            orcid=ledger.identifier("orcid", text_at(each, "ORCID"), "author.ORCID"),
            affiliations=tuple(_affiliations(each, ledger)),
        )


def _affiliations(author: dict[str, Json], ledger: Ledger) -> Iterator[Affiliation]:
    for text in texts_at(author, "affiliation"):
        yield Affiliation(text)
    for each in objects_at(author, "affiliation"):
        numbers = {text_at(given, "id-type").lower(): text_at(given, "id") for given in objects_at(each, "id")}
        name = plain(text_at(each, "name")) or " ".join(texts_at(each, "name"))
        if name:
            yield Affiliation(name, ror=ledger.identifier("ror", numbers.get("ror", ""), "author.affiliation.id"))


def person(said: dict[str, Json]) -> Name:
    """The name of a person or body as CSL has it."""
    whole = text_at(said, "literal") or text_at(said, "name")
    family, given = text_at(said, "family"), text_at(said, "given")
    if not family and not given:
        return body(whole) if text_at(said, "name") or said.get("isInstitution") else named("{" + whole + "}")
    particle = " ".join(filter(None, (text_at(said, "dropping-particle"), text_at(said, "non-dropping-particle"))))
    return in_parts(plain(family), plain(given), particle=particle, suffix=text_at(said, "suffix"))
