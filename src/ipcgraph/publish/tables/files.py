"""Files of sheets: the graph written as CSV and Parquet tables, row by row, each with what describes it."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pyoxigraph import Literal, NamedNode

from ipcgraph.errors import MissingExtraError
from ipcgraph.publish.tables.dictionary import csvw_metadata, data_dictionary
from ipcgraph.publish.tables.sheets import ANY_IRI, LINK, OTHER, THINGS, Sheet, SheetColumn, sheet_name, sheets_of
from ipcgraph.tables import without_formula
from ipcgraph.vocabulary import SKOS, TYPE, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ipcgraph.ontology import Ontology
    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.publish.reading import Reading
    from ipcgraph.statements import Term

METADATA: Final = "csv-metadata.json"
DICTIONARY: Final = "dictionary.md"
_ROWS: Final = 20_000
"""So many rows of a Parquet file are held in memory at a time."""
_TEXT: Final = XSD + "string"
_DATATYPES: Final = {
    "string": {_TEXT},
    "integer": {XSD + "integer"},
    "date": {XSD + "date"},
    "stated-date": {XSD + "gYear", XSD + "gYearMonth", XSD + "date"},
    "duration": {XSD + "duration"},
    "boolean": {XSD + "boolean"},
}
_ARROW: Final = {"integer": "int64", "date": "date32", "boolean": "bool"}


class WrittenSheet(NamedTuple):
    """A sheet that has rows, and the columns whose values all are ids of `things`."""

    sheet: Sheet
    rows: int
    pointing: tuple[str, ...]


def write_sheets(
    reading: Reading, ontology: Ontology, folder: Path, *, facts: SiteFacts, parquet: bool = False
) -> tuple[WrittenSheet, ...]:
    """Writes the graph as sheets into a folder, which is made; the sheets that have rows, by name.

    Each is `{name}.csv`, with `parquet` also `{name}.parquet`; `csv-metadata.json` describes them for machines (CSVW),
    `dictionary.md` for people. One pass over the things, in bounded memory. A text in CSV that a spreadsheet would run
    as a formula has an apostrophe before it; in Parquet it has not. Raises MissingExtraError for Parquet without
    pyarrow, OSError where a file cannot be written.
    """
    if parquet:
        _require_parquet()
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        writing = _Writing(reading, ontology, folder, files, parquet=parquet)
        for iri in _ids(reading):
            writing.thing(iri)
        written = tuple(writing.written())
    suffixes = (".csv", ".parquet") if parquet else (".csv",)
    (folder / METADATA).write_text(csvw_metadata(written, facts), encoding="utf-8", newline="\n")
    dictionary = data_dictionary(written, facts, suffixes=suffixes, blank=writing.blank)
    (folder / DICTIONARY).write_text(dictionary, encoding="utf-8", newline="\n")
    return written


def _require_parquet() -> None:
    if importlib.util.find_spec("pyarrow") is None:
        raise MissingExtraError(
            "Parquet is written by pyarrow, which is not installed: pip install 'ipcgraph[parquet]'"
        )


def _ids(reading: Reading) -> Iterator[str]:
    """The IRIs that have a row in `things`: those of the site, and before or after them the shipped concepts."""
    shipped = sorted(
        iri
        for iri, key in reading.references(SKOS + "Concept")
        if key == TYPE.value and not iri.startswith(reading.base)
    )
    yield from (iri for iri in shipped if iri < reading.base)
    yield from reading.iris()
    yield from (iri for iri in shipped if iri > reading.base)


class _Writing:
    """One pass: the files that are open, and where the values of each property go."""

    def __init__(self, reading: Reading, ontology: Ontology, folder: Path, files: ExitStack, *, parquet: bool) -> None:
        self._reading, self._folder, self._files, self._parquet = reading, folder, files, parquet
        self._sheets = sheets_of(ontology)
        self._kinds = {name: self._sheets[sheet_name(name)] for name in ontology.classes}
        self._links = {
            sheet.columns[1].property: sheet for name, sheet in self._sheets.items() if name.startswith(LINK)
        }
        self._open: dict[str, _File] = {}
        self.blank = 0
        """How many statements have a blank node as value; they have no place in a table."""

    def thing(self, iri: str) -> None:
        """Writes the rows of one thing."""
        reading = self._reading
        kind = reading.kind(iri)
        said = dict(reading.statements(iri))
        types = said.pop(TYPE.value, ())
        row: list[Term | str | None] = [iri, kind, reading.label(iri)]
        self._row(THINGS, [*row, *self._taken(said, self._sheets[THINGS].columns[3:])])
        sheet = self._kinds.get(kind)
        if sheet:
            self._row(sheet.name, [iri, *self._taken(said, sheet.columns[1:])])
        self._links_of(iri, said)
        if not iri.startswith(reading.base):
            return  # what else is said of shipped concepts is the ontology's own
        rest = {TYPE.value: [each for each in types if not sheet or _text(each) != sheet.kind], **said}
        for predicate, values in rest.items():
            for value in values:
                if isinstance(value, NamedNode | Literal):
                    self._row(OTHER, [iri, predicate, *_described(value)])
                else:
                    self.blank += 1

    def _taken(self, said: dict[str, Any], columns: Sequence[SheetColumn]) -> Iterator[Term | str | None]:
        """The value for each column, taken away from what is said; what does not fit stays."""
        described: tuple[str, ...] = ()
        for column in columns:
            if not column.property and described:
                yield described[0] or None
                described = described[1:]
                continue
            values = said.get(column.property, ())
            value = next((each for each in values if column.datatype == "any" or _fits(each, column.datatype)), None)
            if value is not None:
                said[column.property] = [each for each in values if each is not value]
                described = _described(value)[1:] if column.datatype == "any" else ()
            yield value

    def _links_of(self, iri: str, said: dict[str, Any]) -> None:
        for predicate in [each for each in said if each in self._links]:
            sheet = self._links[predicate]
            datatype = sheet.columns[1].datatype
            for value in said[predicate]:
                if _fits(value, datatype):
                    self._row(sheet.name, [iri, value])
            said[predicate] = [value for value in said[predicate] if not _fits(value, datatype)]

    def _row(self, name: str, values: Sequence[Term | str | None]) -> None:
        file = self._open.get(name)
        if file is None:
            file = self._open[name] = _File(self._sheets[name], self._folder, self._files, parquet=self._parquet)
        texts = [value if value is None or isinstance(value, str) else _text(value) for value in values]
        file.write(texts)
        for column, text in zip(file.sheet.columns, texts, strict=True):
            if column.points and text is not None and column.name not in file.astray and not self._is_thing(text):
                file.astray.add(column.name)

    def _is_thing(self, iri: str) -> bool:
        kind = self._reading.kind(iri)
        return bool(kind) and (iri.startswith(self._reading.base) or kind == "Concept")

    def written(self) -> Iterator[WrittenSheet]:
        """The sheets that have rows, their files complete."""
        for name in self._sheets:
            file = self._open.get(name)
            if file:
                file.finish()
                pointing = (c.name for c in file.sheet.columns if c.points and c.name not in file.astray)
                yield WrittenSheet(file.sheet, file.rows, tuple(pointing))


class _File:
    """The files of one sheet."""

    def __init__(self, sheet: Sheet, folder: Path, files: ExitStack, *, parquet: bool) -> None:
        self.sheet, self.rows, self.astray = sheet, 0, set[str]()
        text = files.enter_context((folder / f"{sheet.name}.csv").open("w", encoding="utf-8", newline=""))
        self._csv = csv.writer(text, lineterminator="\r\n")
        self._csv.writerow(column.name for column in sheet.columns)
        self._parquet = _Parquet(sheet, folder, files) if parquet else None

    def write(self, texts: list[str | None]) -> None:
        self.rows += 1
        cells = zip(self.sheet.columns, texts, strict=True)
        self._csv.writerow(_cell(text, column.datatype) for column, text in cells)
        if self._parquet:
            self._parquet.write(texts)

    def finish(self) -> None:
        if self._parquet:
            self._parquet.flush()


def _cell(text: str | None, datatype: str) -> str:
    return without_formula(text) if text and datatype in {"string", "iri"} else text or ""


class _Parquet:
    """The Parquet file of one sheet, written some thousand rows at a time."""

    def __init__(self, sheet: Sheet, folder: Path, files: ExitStack) -> None:
        import pyarrow as pa
        import pyarrow.parquet

        fields = [
            pa.field(
                column.name,
                pa.type_for_alias(_ARROW.get(column.datatype, "string")),
                metadata={"about": column.about, "property": column.property},
            )
            for column in sheet.columns
        ]
        self._sheet = sheet
        self._schema = pa.schema(fields, metadata={"about": sheet.about})
        self._rows = 0
        self._start()
        path = folder / f"{sheet.name}.parquet"
        self._writer: Any = files.enter_context(pyarrow.parquet.ParquetWriter(path, self._schema, compression="zstd"))

    def _start(self) -> None:
        import pyarrow as pa

        # From lists pyarrow makes arrays only after it has looked for pandas, which takes half a second to load.
        self._builders = [pa.lib.StringBuilder() for _ in self._sheet.columns]
        self._rows = 0

    def write(self, texts: Sequence[str | None]) -> None:
        self._rows += 1
        for builder, text in zip(self._builders, texts, strict=True):
            builder.append(text)
        if self._rows >= _ROWS:
            self.flush()

    def flush(self) -> None:
        import pyarrow as pa

        if self._rows:
            built = (builder.finish() for builder in self._builders)
            fields = zip(built, self._schema, strict=True)
            arrays = [array if array.type == field.type else array.cast(field.type) for array, field in fields]
            self._writer.write_table(pa.table(arrays, schema=self._schema))
            self._start()


def _fits(value: Term, datatype: str) -> bool:
    """Whether a value can stand in a column of this datatype, and nothing of it is lost there."""
    if datatype == "iri":
        return isinstance(value, NamedNode)
    if not isinstance(value, Literal) or value.language or value.datatype.value not in _DATATYPES[datatype]:
        return False
    if datatype == "date":
        return bool(re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value.value)) and _is_day(value.value)
    return datatype != "integer" or -(2**63) <= int(value.value) < 2**63


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _text(value: Term) -> str:
    return str(getattr(value, "value", value))


def _described(value: Term) -> tuple[str, str, str]:
    """Text, datatype and language of any value."""
    if isinstance(value, Literal):
        return value.value, value.datatype.value, value.language or ""
    return _text(value), ANY_IRI, ""
