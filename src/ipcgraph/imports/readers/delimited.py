"""Rows of delimited text: the cells by the names of the header, as programs export it, with line ends in quotes."""

from __future__ import annotations

import csv
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from ipcgraph.findings import Finding, Place
from ipcgraph.imports.content import lines_of
from ipcgraph.sources.text import fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LONGEST_CELL = 1024 * 1024
"""Characters; a row with more is left out."""


class TableRow(NamedTuple):
    """A row of a table with a header: its cells by column, those without a text left out."""

    place: Place
    number: int
    """The row as a spreadsheet counts it, the header being the first."""
    cells: dict[str, str]
    header: tuple[str, ...]


def read_rows(
    path: Path, name: str, *, delimiter: str = "", encoding: str = "", is_quoted: bool = True, header: int = 1
) -> Iterator[TableRow | Finding]:
    """The rows of a file below its header. A row with more cells than the header is a warning; its cells are kept.

    Without a delimiter that one which parts the header into most cells. Empty rows are passed over.
    """
    findings: list[Finding] = []
    lines = _lines(path, name, encoding, findings)
    for _ in range(header - 1):
        next(lines, "")
    first = next(lines, "")
    yield from _drained(findings)
    if not first.strip():
        return
    chosen = delimiter or delimiter_of(first)
    rows = csv.reader(
        chain([first], lines),
        delimiter=chosen,
        quoting=csv.QUOTE_MINIMAL if is_quoted else csv.QUOTE_NONE,
        strict=False,
    )
    columns: tuple[str, ...] = ()
    skipped, number = header - 1, header - 1
    while True:
        before = rows.line_num + skipped
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            message = f"this row cannot be read: {error}; it is left out"
            yield fault(message, Place(name, before + 1), "look at its quotation marks", check="row")
            number += 1
            continue
        yield from _drained(findings)
        number += 1
        if not columns:
            columns = unique(row)
            continue
        if any(cell.strip() for cell in row):
            yield from table_row(columns, row, Place(name, before + 1), number)
    yield from _drained(findings)


def table_row(header: tuple[str, ...], row: Sequence[str], place: Place, number: int) -> Iterator[TableRow | Finding]:
    """A row by the names of its columns; what stands beyond the header is a warning."""
    beyond = [cell for cell in row[len(header) :] if cell.strip()]
    if beyond:
        message = f"this row has more cells than the header: {beyond[0][:40]!r} is in no column"
        yield fault(message, place, "give the column a name, or quote the delimiter", check="row", severity="warning")
    cells = {column: cell.strip() for column, cell in zip(header, row, strict=False) if cell.strip()}
    yield TableRow(place, number, cells, header)


def unique(header: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns: a second one of a name gets its number, one without a name that of its column."""
    names: dict[str, None] = {}
    for number, cell in enumerate(header, start=1):
        bare = " ".join(cell.split()) or f"column {number}"
        names[bare if bare not in names else f"{bare} ({number})"] = None
    return tuple(names)


def delimiter_of(header: str) -> str:
    """The delimiter that parts a header into most cells.

    >>> delimiter_of("Title;Year, month;Authors")
    ';'
    """
    return max(",;\t|", key=lambda mark: (len(next(csv.reader([header], delimiter=mark), [])), mark == ","))


def _lines(path: Path, name: str, encoding: str, findings: list[Finding]) -> Iterator[str]:
    """The lines as the csv module wants them; findings go where the reader takes them from."""
    csv.field_size_limit(LONGEST_CELL)
    for item in lines_of(path, name, encoding=encoding):
        if isinstance(item, Finding):
            findings.append(item)
        # Spreadsheets of some countries say their delimiter in a line before the header.
        elif not item.lower().startswith("sep="):
            # A carriage return within a line is no line end, though the csv module takes it for one.
            yield item.rstrip("\r\n").replace("\r", " ") + ("\n" if item.endswith("\n") else "")


def _drained(findings: list[Finding]) -> Iterator[Finding]:
    yield from findings
    findings.clear()
