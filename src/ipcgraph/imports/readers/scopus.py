"""Scopus: its export as CSV, with the columns of any of its versions since 2014."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ipcgraph.entries import Affiliation, Contributor, Name, WorkEntry
from ipcgraph.findings import Finding
from ipcgraph.imports.ledger import Ledger
from ipcgraph.imports.personalnames import is_nobody, named
from ipcgraph.imports.readers.delimited import TableRow, read_rows
from ipcgraph.imports.works import finished
from ipcgraph.imports.worktypes import concept_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KEPT: Final = frozenset((
    "Authors", "Author full names", "Author(s) ID", "Title", "Year", "Source title", "DOI", "Link", "Document Type",
    "EID", "ISBN", "Authors with affiliations",
))  # fmt: skip
_WITH_ID: Final = re.compile(r"(.*?)\s*\(([0-9]{5,})\)\s*")


def read_scopus(path: Path, name: str, *, encoding: str = "") -> Iterator[WorkEntry | Finding]:
    """The works of an export of Scopus; the key of a contributor is the number that Scopus gives the author."""
    for row in read_rows(path, name, encoding=encoding):
        yield from [row] if isinstance(row, Finding) else _work(row)


def _work(row: TableRow) -> Iterator[WorkEntry | Finding]:
    ledger = Ledger()
    cells = row.cells
    ledger.others(cells, _KEPT)
    kind = cells.get("Document Type", "")
    yield from finished(
        WorkEntry(
            row.place,
            cells.get("EID", "") or str(row.number),
            plain(cells.get("Title", "")),
            contributors=tuple(_contributors(cells, ledger)),
            issued=ledger.date(cells.get("Year", ""), "Year"),
            work_type=concept_of(kind),
            stated_type=kind,
            container=plain(cells.get("Source title", "")),
            doi=ledger.identifier("doi", cells.get("DOI", ""), "DOI"),
            isbn=ledger.first_identifier("isbn", re.split(r"[;,\s]+", cells.get("ISBN", "")), "ISBN"),
            url=ledger.identifier("url", cells.get("Link", ""), "Link"),
            is_retracted=kind.strip().lower() == "retracted",
        ),
        ledger,
    )


def _contributors(cells: dict[str, str], ledger: Ledger) -> Iterator[Contributor]:
    """Full names with their numbers where the export has them, else the short ones with the numbers beside them."""
    full = [each.strip() for each in cells.get("Author full names", "").split(";") if each.strip()]
    short = _short(cells.get("Authors", ""))
    numbers = [each.strip() for each in cells.get("Author(s) ID", "").split(";") if each.strip()]
    where = _affiliations(cells.get("Authors with affiliations", ""), ledger)
    stated = full or short
    for at, each in enumerate(stated):
        if is_nobody(each):
            ledger.lose("Authors", each, "names nobody")
            continue
        match = _WITH_ID.fullmatch(each)
        bare = match[1] if match else each
        number = match[2] if match else numbers[at] if len(numbers) == len(stated) else ""
        places = where[at][1] if at < len(where) and len(where) == len(stated) else ()
        yield Contributor(_name(bare), key=number and f"scopus:{number}", affiliations=places)
    if where and len(where) != len(stated):
        ledger.lose("Authors with affiliations", cells["Authors with affiliations"], "another number of authors")


def _name(stated: str) -> Name:
    return named(stated, family_first="," not in stated)


def _short(text: str) -> list[str]:
    """`Smith J.; Doe A.` of today, `Smith, J., Doe, A.` of former years."""
    if ";" in text or "., " not in text:
        return [each.strip() for each in text.split(";") if each.strip()]
    return [each.strip() for each in re.split(r"(?<=\.),\s+", text) if each.strip()]


def _affiliations(text: str, ledger: Ledger) -> list[tuple[str, tuple[Affiliation, ...]]]:
    """For each author the organization of the address: the part that names an institution, else the first."""
    found: list[tuple[str, tuple[Affiliation, ...]]] = []
    for each in text.split(";"):
        parts = [part.strip() for part in each.split(",")]
        if not parts or not parts[0]:
            continue
        # `Smith J., Department, University, City, Country`; of former years `Smith, J., Department, …`.
        begin = 2 if len(parts) > 1 and re.fullmatch(r"(?:[^\W\d_]\.[- ]?)+", parts[1]) else 1
        address = parts[begin:]
        if not address:
            found.append((parts[0], ()))
            continue
        named_one = next(
            (
                part
                for part in address
                if re.search(r"universit|institut|college|school|academ|hospital", part, re.IGNORECASE)
            ),
            "",
        )
        found.append((parts[0], (Affiliation(named_one or address[0]),)))
        if len(address) > 1:
            ledger.lose("Authors with affiliations", ", ".join(address), "only the organization is kept")
    return found
