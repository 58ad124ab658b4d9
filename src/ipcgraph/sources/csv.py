"""Records from CSV files, by a mapping that stands beside each: `works.csv` and `works.mapping.yaml` (docs/csv.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ipcgraph.findings import Finding, Place
from ipcgraph.records import Mapping, Node, Scalar, Sequence
from ipcgraph.sources.cells import DELIMITERS, Cell, Row, find_delimiter, read_rows
from ipcgraph.sources.templates import Template
from ipcgraph.sources.text import fault, read_text
from ipcgraph.sources.yaml import read_yaml
from ipcgraph.spelling import nearest, suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

PART: Final = "value"
"""The placeholder for one part of a cell that is split."""

_KEYS: Final = ("type", "id", "delimiter", "columns", "set", "ignore")
_COLUMN_KEYS: Final = ("key", "split", "each")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column says: its values for `key`, split at `split` if that is not empty, each put into `each`."""

    name: Scalar
    key: str
    split: str
    each: Node


@dataclass(frozen=True, slots=True)
class CsvMapping:
    """How each row of a CSV file becomes a record. Texts are templates; `constants` are keys with their values."""

    name: str
    type: Scalar
    id: Scalar
    delimiter: str
    columns: tuple[Column, ...]
    constants: tuple[tuple[Scalar, Node], ...]
    ignored: frozenset[str]

    def used(self) -> dict[str, Place]:
        """The columns that the mapping needs, each with the place where it is first named."""
        places = {column.name.text: column.name.place for column in self.columns}
        nodes = [(self.id, ""), *((value, "") for _, value in self.constants)]
        nodes += [(column.each, PART) for column in self.columns]
        for node, part in nodes:
            for template in _templates(node):
                for name in template.columns:
                    if name != part:
                        places.setdefault(name, template.scalar.place)
        return places


def read_csv(path: Path, name: str, mapping: CsvMapping) -> Iterator[Mapping | Finding]:
    """The records of a CSV file, one for each row, and a finding for each thing that cannot be read.

    Each value stands at the place of its cell; an empty cell gives no key. A row with too few or too many cells is left
    out with a finding; where a column of the mapping is missing, no row is read.
    """
    text = read_text(path, name)
    if isinstance(text, Finding):
        yield text
        return
    rows = read_rows(text, name, mapping.delimiter or find_delimiter(text))
    header = next(rows, None)
    if header is None:
        return
    if isinstance(header, Finding):
        yield header
        return
    findings = tuple(_header_faults(header, mapping, name))
    yield from findings
    names = [cell.text for cell in header]
    if len(set(names)) < len(names) or not mapping.used().keys() <= set(names):
        return
    for row in rows:
        yield from (row,) if isinstance(row, Finding) else _record(row, names, mapping)


def read_mapping(path: Path, name: str, *, keys: Collection[str] = ()) -> CsvMapping | tuple[Finding, ...]:
    """The mapping that a file holds, or what is wrong in it.

    With `keys`, those that a record may have, a key that is none of them is a finding here, at its line, and not once
    for each row.
    """
    read = tuple(read_yaml(path, name))
    findings = [item for item in read if isinstance(item, Finding)]
    records = [item for item in read if isinstance(item, Mapping)]
    if len(records) != 1 or findings:
        if not findings:
            fix = "write type, id and columns, each once"
            findings.append(fault("a mapping file holds one mapping", Place(name), fix, check="mapping"))
        return tuple(findings)
    reader = _MappingReader(name, tuple(keys))
    mapping = reader.mapping(records[0])
    return mapping if not reader.findings else tuple(reader.findings)


# Rows to records.


def _header_faults(header: Row, mapping: CsvMapping, name: str) -> Iterator[Finding]:
    first: dict[str, Cell] = {}
    used = mapping.used()
    missing = [column for column in used if column not in {cell.text for cell in header}]
    for cell in header:
        if cell.text in first:
            message = f'the column "{cell.text}" stands twice in the header'
            yield fault(message, cell.place, "give each column a name of its own", check="column")
        elif cell.text not in used and cell.text not in mapping.ignored:
            fix = suggestion(cell.text, missing, f"add it to columns or to ignore in {mapping.name}")
            near = nearest(cell.text, missing)
            missing = [column for column in missing if column != near]
            yield fault(f'the mapping does not know the column "{cell.text}"', cell.place, fix, check="column")
        first.setdefault(cell.text, cell)
    for column in missing:
        if column == PART:
            message = f"{{{PART}}} stands for one value of a cell, which only each has, and there is no such column"
            yield fault(message, used[PART], "write the name of a column in braces", check="mapping")
            continue
        fix = f"add it to the header, or take it out of {mapping.name}"
        yield fault(f'the column "{column}" is missing', Place(name), fix, check="column")


def _record(row: Row, names: list[str], mapping: CsvMapping) -> Iterator[Mapping | Finding]:
    place = row[0].place
    if len(row) != len(names):
        message = f"this row has {len(row)} cells, the header has {len(names)}"
        yield fault(message, place, 'write one cell for each column; put text with a delimiter in ""', check="row")
        return
    cells = dict(zip(names, row, strict=True))
    subject = Template(mapping.id).fill(cells, place)
    if subject is None:
        empty = next(column for column in Template(mapping.id).columns if not cells[column].text)
        message = f'"{empty}" is empty, so that this row has no id'
        yield fault(message, cells[empty].place, "write a value in this cell", check="no-value")
        return
    entries: list[tuple[Scalar, Node]] = [(Scalar("id", subject.place), subject)]
    values: dict[str, list[Node]] = {"type": [Scalar(mapping.type.text, place)]}
    for column in mapping.columns:
        found = list(_values(column, cells))
        if found:
            values.setdefault(column.key, []).extend(found)
    for key, node in mapping.constants:
        filled = _fill(node, cells, place)
        if filled is not None:
            values[key.text] = [filled]
    listed = {column.key for column in mapping.columns if column.split}
    for key_text, nodes in values.items():
        is_list = key_text in listed or len(nodes) > 1
        value = Sequence(tuple(nodes), nodes[0].place) if is_list else nodes[0]
        entries.append((Scalar(key_text, nodes[0].place), value))
    yield Mapping(tuple(entries), place)


def _values(column: Column, cells: dict[str, Cell]) -> Iterator[Node]:
    cell = cells[column.name.text]
    for part in cell.text.split(column.split) if column.split else [cell.text]:
        text = part.strip()
        if text:
            node = _fill(column.each, {**cells, PART: Cell(text, cell.place)}, cell.place)
            if node is not None:
                yield node


def _fill(node: Node, cells: dict[str, Cell], place: Place) -> Node | None:
    """A node of the mapping with the cells of a row in it; what an empty cell leaves without a value is left out."""
    if isinstance(node, Scalar):
        return Template(node).fill(cells, place)
    if isinstance(node, Sequence):
        items = tuple(item for item in (_fill(each, cells, place) for each in node.items) if item is not None)
        return Sequence(items, items[0].place) if items else None
    filled = [(key, _fill(value, cells, place)) for key, value in node.entries]
    entries = tuple((Scalar(key.text, value.place), value) for key, value in filled if value is not None)
    return Mapping(entries, entries[0][0].place) if entries else None


def _templates(node: Node) -> Iterator[Template]:
    if isinstance(node, Scalar):
        yield Template(node)
    else:
        nodes = node.items if isinstance(node, Sequence) else (value for _, value in node.entries)
        for each in nodes:
            yield from _templates(each)


# The mapping file.


class _MappingReader:
    """Reads one mapping file; collects what is wrong in it."""

    def __init__(self, name: str, keys: tuple[str, ...]) -> None:
        self.name = name
        self.keys = keys
        self.findings: list[Finding] = []

    def mapping(self, written: Mapping) -> CsvMapping:
        self._known(written, _KEYS)
        columns = tuple(self._columns(written))
        constants = self._entries(written, "set")
        for key, value in constants:
            self._key(key)
            self._check(value)
            if key.text in {"id", "type"} or any(column.key == key.text for column in columns):
                self._refuse(f'"{key.text}" is written twice: here and above', key.place, "delete one of them")
        subject = self._text(written, "id", "write id: work/{Year}-{Title|slug}, for instance")
        self._check(subject)
        delimiter = self._optional_text(written, "delimiter")
        if delimiter and delimiter not in DELIMITERS:
            place = (written.find("delimiter") or written).place
            self._refuse(f'"{delimiter}" is no delimiter', place, 'write ",", ";", "|" or "\\t"')
        return CsvMapping(
            self.name,
            self._text(written, "type", "write type: Work, for instance"),
            subject,
            delimiter,
            columns,
            constants,
            frozenset(self._ignored(written)),
        )

    def _columns(self, written: Mapping) -> Iterator[Column]:
        for name, value in self._entries(written, "columns"):
            if isinstance(value, Scalar):
                self._column_key(value)
                yield Column(name, value.text, "", Scalar("{" + PART + "}", value.place))
            elif isinstance(value, Mapping):
                self._known(value, _COLUMN_KEYS)
                key = self._text(value, "key", "write key: authors, for instance")
                self._column_key(key)
                each = value.find("each") or Scalar("{" + PART + "}", value.place)
                self._check(each)
                yield Column(name, key.text, self._optional_text(value, "split"), each)
            else:
                self._refuse("a column stands for one key", value.place, 'write Title: title, or {key: …, split: ";"}')

    def _ignored(self, written: Mapping) -> Iterator[str]:
        value = written.find("ignore")
        for item in value.items if isinstance(value, Sequence) else (value,) if value else ():
            if isinstance(item, Scalar):
                yield item.text
            else:
                self._refuse("ignore is a list of columns", item.place, "write ignore: [Notes], for instance")

    def _entries(self, written: Mapping, key: str) -> tuple[tuple[Scalar, Node], ...]:
        value = written.find(key)
        if value is None or isinstance(value, Mapping):
            return value.entries if value else ()
        self._refuse(f"{key} has keys and values", value.place, f"write each on a line of its own under {key}:")
        return ()

    def _text(self, written: Mapping, key: str, fix: str) -> Scalar:
        value = written.find(key)
        if isinstance(value, Scalar):
            return value
        self._refuse(f"{key} is missing" if value is None else f"{key} is one text", (value or written).place, fix)
        return Scalar("", (value or written).place)

    def _known(self, written: Mapping, keys: tuple[str, ...]) -> None:
        for key, _ in written.entries:
            if key.text not in keys:
                fix = suggestion(key.text, keys, f"write one of {', '.join(keys)}")
                self._refuse(f'a mapping has no key "{key.text}"', key.place, fix)

    def _optional_text(self, written: Mapping, key: str) -> str:
        value = written.find(key)
        if value is None or isinstance(value, Scalar):
            return value.text if value else ""
        self._refuse(f"{key} is one text", value.place, f'write {key}: ";", for instance')
        return ""

    def _column_key(self, key: Scalar) -> None:
        self._key(key)
        if key.text in {"id", "type"}:
            fix = f"write {key.text}: above columns, and leave this one out"
            self._refuse(f"no column can be the {key.text} of its row", key.place, fix)

    def _key(self, key: Scalar) -> None:
        if self.keys and key.text not in self.keys and key.text not in {"id", "type"}:
            fix = suggestion(key.text, self.keys, "write a key that records have")
            self.findings.append(fault(f'there is no key "{key.text}"', key.place, fix, check="unknown-key"))

    def _check(self, node: Node) -> None:
        for template in _templates(node):
            if template.mistake:
                self._refuse(template.mistake, template.scalar.place, "write {Column}, {Column|slug}, or {{ and }}")

    def _refuse(self, message: str, place: Place, fix: str) -> None:
        self.findings.append(fault(message, place, fix, check="mapping"))
