"""Sheets of XLSX workbooks as rows: values as a person sees them, merged cells filled, with bounds on what unfolds."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from ipcgraph.findings import Finding, Place
from ipcgraph.imports.content import RATIO, SMALLEST_BOMB
from ipcgraph.imports.extra import needing
from ipcgraph.imports.readers.delimited import TableRow, table_row, unique
from ipcgraph.sources.text import CONTROL, fault, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from python_calamine import CalamineSheet, CalamineWorkbook

MOST_CELLS: Final = 20_000_000
"""The cells of the rectangle around all values of a sheet: the library makes room for each of them."""

_CELL: Final = re.compile(rb'<c\b[^<>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^<>]*>')
_VALUE: Final = re.compile(rb"<v\b[^<>/]*>[^<]|<is\b")
_LONGEST_CELL: Final = 1 << 20
_MERGED_AT_MOST: Final = 10_000


def read_sheet(path: Path, name: str, *, sheet: str = "", header: int = 1) -> Iterator[TableRow | Finding]:
    """The rows of a sheet below its header, empty ones passed over, and findings on what a table cannot say.

    Numbers and days are written as a person would. A merged cell counts for each cell that it covers. Of a formula the
    value that was saved with it is read; one without a value is a warning.
    """
    refused, remarks = _examined(path, name)
    if refused is not None:
        yield refused
        return
    with needing("python_calamine"):
        from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        chosen = _chosen(book, sheet)
    except (CalamineError, OSError, ValueError) as error:
        yield fault(f"this workbook cannot be read: {_said(error)}", Place(name), "save it again as XLSX", check="file")
        return
    yield from remarks
    if chosen is None:
        yield fault(
            f'there is no sheet "{sheet}"', Place(name), f"there are {', '.join(book.sheet_names)[:200]}", check="file"
        )
        return
    others = [each for each in book.sheet_names if each != chosen.name]
    if others:
        message = f'only the sheet "{chosen.name}" is read, not {", ".join(others)[:200]}'
        yield fault(message, Place(name), "name another in the mapping (sheet)", check="file", severity="warning")
    yield from _rows(chosen, name, header)


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__


def _chosen(book: CalamineWorkbook, sheet: str) -> CalamineSheet | None:
    """The sheet of this name, else the first one with more than one row of values."""
    if sheet:
        return book.get_sheet_by_name(sheet) if sheet in book.sheet_names else None
    first = None
    for each in book.sheet_names:
        found = book.get_sheet_by_name(each)
        first = first or found
        if found.height > 1:
            return found
    return first


def _rows(sheet: CalamineSheet, name: str, header: int) -> Iterator[TableRow | Finding]:
    merged = sorted(sheet.merged_cell_ranges or [])
    if merged:
        message = f"{len(merged):,} merged cells; each counts for all the cells that it covers"
        yield fault(
            message, Place(name, merged[0][0][0] + 1), "part them if that is not meant", check="row", severity="warning"
        )
    if len(merged) > _MERGED_AT_MOST:
        yield fault(
            "there are too many merged cells; they are not filled",
            Place(name),
            "part them",
            check="row",
            severity="warning",
        )
        merged = []
    # The library gives the empty rows above the first value, and leaves out the empty columns to its left.
    left = sheet.start[1] if sheet.start else 0
    filled: dict[int, tuple[int, str]] = {}
    columns: tuple[str, ...] = ()
    for at, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_text(value) for value in row]
        while merged and merged[0][0][0] + 1 <= at:
            (top, first), (bottom, last) = merged.pop(0)
            value = cells[first - left] if top + 1 == at and 0 <= first - left < len(cells) else ""
            filled |= dict.fromkeys(range(first - left, min(last - left + 1, len(cells))), (bottom + 1, value))
        for column, (bottom, value) in list(filled.items()):
            if bottom < at:
                del filled[column]
            elif column >= 0 and not cells[column]:
                cells[column] = value
        if columns and any(cells):
            yield from table_row(columns, cells, Place(name, at), at)
        elif at >= header and any(cells):
            columns = unique(cells)


def _text(value: object) -> str:
    """A cell as a person reads it: whole numbers without a point, days as 2021-03-21."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time(0) else value.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return CONTROL.sub("", str(value)) if value is not None else ""


def _examined(path: Path, name: str) -> tuple[Finding | None, list[Finding]]:
    """The finding for a workbook that must not be opened, and remarks on formulas without a value.

    The library makes room for the whole rectangle between the first value and the last: two cells in far corners would
    fill the memory. So the cells are looked through first, a piece at a time.
    """
    remarks: list[Finding] = []
    try:
        with zipfile.ZipFile(path) as archive:
            bound = max(SMALLEST_BOMB, RATIO * path.stat().st_size)
            if sum(part.file_size for part in archive.infolist()) > bound:
                return fault(
                    "the file is refused: it unpacks to too much", Place(name), "unpack it yourself", check="size"
                ), []
            for part in archive.infolist():
                if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                    found = _sheet_fault(archive, part, name, remarks)
                    if found is not None:
                        return found, []
    except zipfile.BadZipFile as error:
        return fault(
            f"this is no XLSX workbook, or a damaged one: {_said(error)}", Place(name), "save it again", check="file"
        ), []
    except (EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
        return fault(
            f"this workbook is damaged or locked: {_said(error)}", Place(name), "save it again", check="file"
        ), []
    except OSError as error:
        return unreadable(error, name), []
    return None, remarks


def _sheet_fault(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, remarks: list[Finding]) -> Finding | None:
    top, bottom, left, right = 1 << 30, 0, 1 << 30, 0
    with archive.open(part) as file:
        rest, is_over = b"", False
        while not is_over:
            piece = file.read(1 << 20)
            data, is_over = rest + piece, not piece
            if b"<!DOCTYPE" in data:
                return fault(
                    "a DOCTYPE is refused: its entities could unfold anything",
                    Place(name),
                    "save it again",
                    check="doctype",
                )
            cells = list(_CELL.finditer(data))
            ends = [cell.start() for cell in cells[1:]] + [len(data)]
            # The last cell of a piece may go on in the next one.
            last = (
                len(cells) if is_over or not cells or len(data) - cells[-1].start() > _LONGEST_CELL else len(cells) - 1
            )
            rest = data[cells[last].start() :] if last < len(cells) else data[-_LONGEST_CELL // 1024 :]
            for cell, end in zip(cells[:last], ends, strict=False):
                row, column = int(cell[2]), _column(cell[1])
                if _VALUE.search(data, cell.end(), end):
                    top, bottom, left, right = min(top, row), max(bottom, row), min(left, column), max(right, column)
                elif data.find(b"<f", cell.end(), end) >= 0 and len(remarks) < 100:
                    message = f"the formula in {cell[1].decode()}{row} has no saved value; the cell is empty"
                    remarks.append(
                        fault(message, Place(name, row), "open and save the workbook", check="row", severity="warning")
                    )
    if bottom and (bottom - top + 1) * (right - left + 1) > MOST_CELLS:
        message = f"the values of a sheet stand too far apart: {bottom - top + 1:,} rows, {right - left + 1:,} columns"
        return fault(message, Place(name), "delete the stray cells, or save the table as CSV", check="size")
    return None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
