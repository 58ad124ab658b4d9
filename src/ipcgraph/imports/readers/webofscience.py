"""Web of Science: exports as tab-delimited text and as plain text, with the same two-letter tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ipcgraph.entries import Affiliation, Contributor, Name, WorkEntry
from ipcgraph.findings import Finding
from ipcgraph.imports.ledger import Ledger
from ipcgraph.imports.personalnames import body, is_nobody, named
from ipcgraph.imports.readers.delimited import read_rows
from ipcgraph.imports.readers.tagged import WEB_OF_SCIENCE, TaggedRecord, read_tagged
from ipcgraph.imports.works import finished
from ipcgraph.imports.worktypes import concept_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LISTS: Final = ("AU", "AF", "BA", "BF", "CA", "BE", "RI", "OI", "C3", "EM")
_KEPT: Final = frozenset(
    ("PT", "AU", "AF", "CA", "TI", "SO", "DT", "PY", "PD", "DI", "BN", "UT", "C1", "OI", "ER", "FN", "VR")
)
_ADDRESS: Final = re.compile(r"(?:\[([^\]]*)\]\s*)?([^\[]+)")


def read_web_of_science(path: Path, name: str, *, encoding: str = "") -> Iterator[WorkEntry | Finding]:
    """The works of an export of Web of Science in plain text (a tag a line)."""
    for item in read_tagged(path, name, WEB_OF_SCIENCE, encoding=encoding):
        if isinstance(item, Finding):
            yield item
        else:
            yield from _work(item)


def read_web_of_science_table(path: Path, name: str, *, encoding: str = "") -> Iterator[WorkEntry | Finding]:
    """The works of an export of Web of Science as tab-delimited text (a tag a column)."""
    for row in read_rows(path, name, delimiter="\t", encoding=encoding, is_quoted=False):
        if isinstance(row, Finding):
            yield row
            continue
        values = {tag: [value] for tag, value in row.cells.items() if value}
        for tag in _LISTS:
            if tag in values:
                values[tag] = [part.strip() for part in values[tag][0].split(";") if part.strip()]
        if "C1" in values:
            values["C1"] = [part.strip() for part in re.split(r";\s*(?=\[)", values["C1"][0])]
        yield from _work(TaggedRecord(row.place, values))


def _work(record: TaggedRecord) -> Iterator[WorkEntry | Finding]:
    ledger = Ledger()
    title, kind = record.first("TI")[1], record.first("DT")[1]
    for tag, values in record.values.items():
        if tag not in _KEPT:
            for value in values:
                ledger.lose(tag, value)
    if not kind:
        kind = {"J": "Article", "B": "Book", "S": "", "P": "Patent"}.get(record.first("PT")[1], "")
    types = [part.strip() for part in kind.split(";")]
    yield from finished(
        WorkEntry(
            record.place,
            record.first("UT")[1] or str(record.place.line),
            plain(title),
            contributors=tuple(_contributors(record, ledger)),
            issued=_issued(record, ledger),
            work_type=next((found for each in types if (found := concept_of(each))), ""),
            stated_type=kind,
            container=plain(record.first("SO")[1]),
            doi=ledger.first_identifier("doi", record.all("DI"), "DI"),
            isbn=ledger.first_identifier("isbn", re.split(r"[;\s]+(?=97|[0-9])", " ".join(record.all("BN"))), "BN"),
            is_retracted="retracted publication" in kind.lower(),
        ),
        ledger,
    )


def _issued(record: TaggedRecord, ledger: Ledger) -> str:
    year, rest = record.first("PY")[1], record.first("PD")[1]
    if year and rest:
        found = ledger.date(f"{rest} {year}", "PD")
        return found or ledger.date(year, "PY")
    if rest:
        ledger.lose("PD", rest, "without a year")
    return ledger.date(year, "PY")


def _contributors(record: TaggedRecord, ledger: Ledger) -> Iterator[Contributor]:
    """Full names (AF) where there are as many as short ones (AU), with the addresses and ORCIDs that name them."""
    short, full = record.all("AU"), record.all("AF")
    stated = full if full and len(full) >= len(short) else short
    if stated is short:
        for each in full:
            ledger.lose("AF", each, "another number of names than AU")
    where = _addresses(record, ledger)
    orcids = _orcids(record, ledger)
    for at, each in enumerate(stated):
        if is_nobody(each):
            ledger.lose("AF", each, "names nobody")
            continue
        name = _name(each)
        keys = {_key(each), _key(short[at]) if at < len(short) else ""} - {""}
        orcid = next((orcids.pop(key) for key in sorted(keys) if key in orcids), "")
        yield Contributor(name, orcid=orcid, affiliations=tuple(where.get("", ())) + _of(where, keys))
    for key, orcid in orcids.items():
        ledger.lose("OI", f"{key}/{orcid}", "names no author of this list")
    yield from (Contributor(body(each)) for each in record.all("CA"))


def _name(stated: str) -> Name:
    return named(stated) if "," in stated else named(stated, family_first=True)


def _of(where: dict[str, list[Affiliation]], keys: set[str]) -> tuple[Affiliation, ...]:
    return tuple(dict.fromkeys(each for key in sorted(keys) for each in where.get(key, ())))


def _addresses(record: TaggedRecord, ledger: Ledger) -> dict[str, list[Affiliation]]:
    """The organizations of each author, by their name; of all where the only address names nobody."""
    found: dict[str, list[Affiliation]] = {}
    stated = record.all("C1")
    for address in stated:
        match = _ADDRESS.match(address)
        if match is None:
            ledger.lose("C1", address, "not an address")
            continue
        place = Affiliation(match[2].strip(" .;").split(",")[0])
        if "," in match[2]:
            ledger.lose("C1", match[2].strip(" .;"), "only the organization is kept")
        if match[1] is None and len(stated) > 1:
            ledger.lose("C1", address, "of no author in particular")
            continue
        for author in (match[1] or "").split(";"):
            found.setdefault(_key(author), []).append(place)
    return found


def _orcids(record: TaggedRecord, ledger: Ledger) -> dict[str, str]:
    found = {}
    for each in (part for value in record.all("OI") for part in value.split(";")):
        name, _, number = each.strip().rpartition("/")
        good = ledger.identifier("orcid", number, "OI")
        if good and name:
            found[_key(name)] = good
    return found


def _key(name: str) -> str:
    return " ".join(name.lower().replace(".", " ").split())
