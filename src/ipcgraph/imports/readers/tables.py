"""Tables of a curator's own, as CSV or XLSX: each row an entry, by a mapping file or by what the header suggests."""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from ipcgraph.entries import Affiliation, Contributor, Entry, Name, OrganizationEntry, PersonEntry, WorkEntry
from ipcgraph.findings import Finding, Place
from ipcgraph.imports.ledger import Ledger
from ipcgraph.imports.mapping import SUFFIX, TableMapping, propose_mapping, read_mapping
from ipcgraph.imports.personalnames import in_parts, is_nobody, listed, named
from ipcgraph.imports.readers.delimited import TableRow, read_rows
from ipcgraph.imports.readers.spreadsheets import read_sheet
from ipcgraph.imports.works import finished
from ipcgraph.imports.worktypes import concept_of, plain
from ipcgraph.sources.text import fault
from ipcgraph.spelling import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LOOKED_AT: Final = 50
"""So many rows are looked at for a proposal."""
_YES: Final = frozenset(("true", "yes", "ja", "oui", "si", "sí", "1", "x", "retracted"))


def read_csv_table(
    path: Path, name: str, *, encoding: str = "", mapping: TableMapping | None = None
) -> Iterator[Entry | Finding]:
    """The entries of a CSV file by its mapping: the one given, the file beside it, or a proposal, which is told."""
    chosen = mapping or _beside(path, name)
    if chosen is not None and not isinstance(chosen, TableMapping):
        yield from chosen
        return
    rows = read_rows(path, name, encoding=encoding, header=chosen.header if chosen else 1)
    yield from _entries(rows, name, chosen)


def read_xlsx_table(
    path: Path,
    name: str,
    *,
    encoding: str = "",  # noqa: ARG001  # all readers are called alike
    mapping: TableMapping | None = None,
) -> Iterator[Entry | Finding]:
    """The entries of a sheet of an XLSX workbook, as of a CSV file: the one that the mapping names, else the first."""
    chosen = mapping or _beside(path, name)
    if chosen is not None and not isinstance(chosen, TableMapping):
        yield from chosen
        return
    rows = read_sheet(path, name, sheet=chosen.sheet if chosen else "", header=chosen.header if chosen else 1)
    yield from _entries(rows, name, chosen)


def _beside(path: Path, name: str) -> TableMapping | tuple[Finding, ...] | None:
    stem = path.name.removesuffix(".gz")
    file = path.with_name(stem.rpartition(".")[0] + SUFFIX)
    if not file.is_file():
        return None
    shown = name[: len(name) - len(path.name)] + file.name if name.endswith(path.name) else file.name
    return read_mapping(file, shown)


def _entries(rows: Iterator[TableRow | Finding], name: str, mapping: TableMapping | None) -> Iterator[Entry | Finding]:
    first = list(islice(rows, LOOKED_AT))
    told = [row for row in first if isinstance(row, TableRow)]
    if not told:
        yield from (row for row in first if isinstance(row, Finding))
        if not any(isinstance(row, Finding) and row.severity == "error" for row in first):
            yield fault(
                "this table has no rows below its header", Place(name), "save it again with its rows", check="row"
            )
        return
    header = told[0].header
    if mapping is None:
        mapping = propose_mapping(header, [[row.cells.get(column, "") for column in header] for row in told])
        yield _proposed(mapping, name, told[0])
    yield from _missing(mapping, header, name)
    if not mapping.columns or not _is_enough(mapping):
        message = f"no column of this table is the {'title' if mapping.entry == 'work' else 'name'} of its rows"
        yield fault(
            message,
            Place(name, told[0].number),
            "write a mapping beside it that says what its columns are",
            check="mapping",
        )
        return
    make = {"work": _work, "person": _person, "organization": _organization}[mapping.entry]
    for row in chain(first, rows):
        yield from [row] if isinstance(row, Finding) else make(row, mapping)


def _is_enough(mapping: TableMapping) -> bool:
    targets = {column.target for column in mapping.columns}
    return bool(
        targets & {"title", "doi", "isbn", "openalex"} if mapping.entry == "work" else targets & {"name", "family"}
    )


def _proposed(mapping: TableMapping, name: str, row: TableRow) -> Finding:
    read = ", ".join(f"{column.name} as {column.target}" for column in mapping.columns)
    known = {each.name for each in mapping.columns}
    unread = [column for column in row.header if column not in known]
    message = f"each row is read as a {mapping.entry}: {read or 'no column'}"
    if unread:
        message += f"; not read: {', '.join(unread)[:200]}"
    stem = name.removesuffix(".gz").rpartition("/")[2].rpartition(".")[0]
    return fault(
        message, Place(name), f"write {stem}{SUFFIX} beside it to say otherwise", check="mapping", severity="warning"
    )


def _missing(mapping: TableMapping, header: Iterable[str], name: str) -> Iterator[Finding]:
    for column in mapping.columns:
        if column.name not in header:
            yield fault(
                f'there is no column "{column.name}" in this table',
                Place(name, mapping.header),
                suggestion(column.name, header, "correct the mapping"),
                check="column",
            )


class _Cells:
    """The cells of one row by what they are; what is not asked for is lost."""

    def __init__(self, row: TableRow, mapping: TableMapping) -> None:
        self.ledger = Ledger()
        self._row, self._mapping = row, mapping
        known = {column.name for column in mapping.columns} | mapping.ignored
        self.ledger.others(row.cells, known)

    def all(self, target: str) -> list[str]:
        """The values of all columns of a target, parted where the mapping or the cell says so."""
        found = []
        for column in self._mapping.columns_of(target):
            cell = self._row.cells.get(column.name, "")
            parts = (
                cell.split(column.split)
                if column.split
                else listed(cell)
                if target == "authors"
                else re.split(r";|\n", cell)
            )
            found += [" ".join(part.split()) for part in parts if part.strip()]
        return found

    def one(self, target: str) -> str:
        found = [" ".join(self._row.cells.get(column.name, "").split()) for column in self._mapping.columns_of(target)]
        values = [each for each in found if each]
        for other in values[1:]:
            self.ledger.lose(target, other, "the first column counts")
        return values[0] if values else ""

    def number(self, scheme: str, target: str = "") -> str:
        return self.ledger.identifier(scheme, self.one(target or scheme), target or scheme)


def _work(row: TableRow, mapping: TableMapping) -> Iterator[Entry | Finding]:
    cells = _Cells(row, mapping)
    ledger = cells.ledger
    title, subtitle = plain(cells.one("title")), plain(cells.one("subtitle"))
    kind = cells.one("work_type")
    concept = next((found for word, found in mapping.types if word.casefold() == kind.casefold()), concept_of(kind))
    yield from finished(
        WorkEntry(
            row.place,
            cells.one("key") or str(row.number),
            f"{title}: {subtitle}" if title and subtitle else title,
            contributors=tuple(_contributors(cells)),
            issued=_issued(cells),
            work_type=concept,
            stated_type=kind,
            container=plain(cells.one("container")),
            doi=cells.number("doi"),
            isbn=ledger.first_identifier("isbn", re.split(r"[;,\s]+(?=97|[0-9]{9})", cells.one("isbn")), "isbn"),
            openalex=cells.number("openalex"),
            url=cells.number("url"),
            is_retracted=cells.one("retracted").casefold() in _YES,
        ),
        ledger,
    )


def _issued(cells: _Cells) -> str:
    """The date, else year, month and day of columns of their own."""
    ledger = cells.ledger
    found = ledger.date(cells.one("issued"), "issued")
    year, month, day = (cells.one(target) for target in ("year", "month", "day"))
    if found or not year:
        if year and not found.startswith(year[:4]):
            ledger.lose("year", year, "the date counts")
        return found
    if not month:
        return ledger.date(year, "year")
    parts = f"{year}-{month}" + (f"-{day}" if day else "") if month.isdecimal() else f"{day} {month} {year}".strip()
    return ledger.date(parts, "month") or ledger.date(year, "year")


def _contributors(cells: _Cells) -> Iterator[Contributor]:
    places = tuple(Affiliation(each) for each in cells.all("affiliations"))
    people = []
    for each in cells.all("authors"):
        if is_nobody(each):
            cells.ledger.lose("authors", each, "names nobody")
        else:
            people.append(Contributor(named(each)))
    if len(people) == 1:
        people[0] = people[0]._replace(affiliations=places)
    else:
        for place in places:
            cells.ledger.lose("affiliations", place.name, "of no author in particular")
    yield from people


def _person(row: TableRow, mapping: TableMapping) -> Iterator[Entry | Finding]:
    cells = _Cells(row, mapping)
    whole, family, given = cells.one("name"), cells.one("family"), cells.one("given")
    name = (
        in_parts(family, given, suffix=cells.one("suffix"), text=whole if "," not in whole else "")
        if family
        else named(whole)
    )
    if not (whole or family or given):
        yield fault("this row names nobody; left out", row.place, "write a name", check="no-title")
        return
    ror = cells.number("ror", "affiliation_ror")
    places = cells.all("affiliations")
    entry = PersonEntry(
        row.place,
        cells.one("key") or str(row.number),
        name if name.text else Name(given, family=given),
        other_names=tuple(cells.all("other_names")),
        orcid=cells.number("orcid"),
        openalex=cells.number("openalex"),
        wikidata=cells.number("wikidata"),
        isni=cells.number("isni"),
        url=cells.number("url"),
        affiliations=tuple(Affiliation(each, ror=ror if len(places) == 1 else "") for each in places),
    )
    yield entry._replace(lost=cells.ledger.lost)


def _organization(row: TableRow, mapping: TableMapping) -> Iterator[Entry | Finding]:
    cells = _Cells(row, mapping)
    name, country = cells.one("name"), cells.one("country")
    if not name:
        yield fault("this row names no organization; left out", row.place, "write a name", check="no-title")
        return
    if country and not re.fullmatch("[A-Za-z]{2}", country):
        cells.ledger.lose("country", country, "not a code of two letters")
        country = ""
    entry = OrganizationEntry(
        row.place,
        cells.one("key") or str(row.number),
        name,
        other_names=tuple(cells.all("other_names")),
        acronyms=tuple(cells.all("acronyms")),
        ror=cells.number("ror"),
        openalex=cells.number("openalex"),
        wikidata=cells.number("wikidata"),
        isni=cells.number("isni"),
        url=cells.number("url"),
        country=country.upper(),
    )
    yield entry._replace(lost=cells.ledger.lost)
