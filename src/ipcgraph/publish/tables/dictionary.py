"""The data dictionary of the sheets: CSVW metadata for machines, and a page in Markdown for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from ipcgraph.publish.tables.sheets import CSVW_TYPES, OTHER, THINGS
from ipcgraph.vocabulary import TYPE, compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.publish.tables.files import WrittenSheet
    from ipcgraph.publish.tables.sheets import SheetColumn

_SAID: Final = {
    "iri": "IRI", "string": "text", "any": "text", "integer": "whole number", "date": "day",
    "stated-date": "year, month or day as stated", "duration": "length of time (ISO 8601)", "boolean": "true or false",
}  # fmt: skip
_INTRODUCTION: Final = """\
Each table is a file in UTF-8 with a head; a cell without a value is empty. Things are named by their IRIs. A column
that points to `things` has ids of that table, which says what kind of thing each is. A property of which a thing can
have several values is a table of its own, with a row for each value.

A text that a spreadsheet would take for a formula has an apostrophe before it in the CSV files.
"""


def csvw_metadata(sheets: Iterable[WrittenSheet], facts: SiteFacts) -> str:
    """The JSON that describes CSV files on the web (W3C CSVW): types, keys, and how rows become the graph again."""
    about = {
        "dc:title": facts.title,
        "dc:license": {"@id": facts.licence} if facts.licence else None,
        "dc:issued": facts.released,
        "schema:version": facts.version,
    }
    group = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        **{key: value for key, value in about.items() if value},
        "tables": [_table(written) for written in sheets],
    }
    return json.dumps(group, ensure_ascii=False, indent=1) + "\n"


def _table(written: WrittenSheet) -> dict[str, object]:
    sheet = written.sheet
    subject = sheet.columns[0].name
    columns = [_column(column, subject=subject) for column in sheet.columns]
    if sheet.kind:
        # A virtual column: that the row's thing is of its class, for those who turn the tables into RDF.
        columns.append({"virtual": True, "name": "class", "propertyUrl": TYPE.value, "valueUrl": sheet.kind})
    schema: dict[str, object] = {"aboutUrl": f"{{+{subject}}}", "columns": columns}
    if sheet.key:
        schema["primaryKey"] = list(sheet.key)
    if sheet.name == THINGS:
        schema["rowTitles"] = ["label"]
    keys = [
        {"columnReference": name, "reference": {"resource": f"{THINGS}.csv", "columnReference": "id"}}
        for name in written.pointing
    ]
    if keys:
        schema["foreignKeys"] = keys
    return {"url": f"{sheet.name}.csv", "dc:description": sheet.about, "tableSchema": schema}


def _column(column: SheetColumn, *, subject: str) -> dict[str, object]:
    described: dict[str, object] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.about,
        "datatype": CSVW_TYPES[column.datatype],
    }
    if column.name == subject:
        described["required"] = True
    if column.property and column.datatype != "any":
        described["propertyUrl"] = column.property
        if column.datatype == "iri":
            described["valueUrl"] = f"{{+{column.name}}}"
    else:
        described["suppressOutput"] = True
    return described


def data_dictionary(
    sheets: Sequence[WrittenSheet], facts: SiteFacts, *, suffixes: Sequence[str] = (".csv",), blank: int = 0
) -> str:
    """The page that says what each table and each column is; `blank` statements are said to be left out."""
    return "\n".join(_page(sheets, facts, suffixes, blank)) + "\n"


def _page(sheets: Sequence[WrittenSheet], facts: SiteFacts, suffixes: Sequence[str], blank: int) -> Iterator[str]:
    yield f"# The tables of {_plain(facts.title)}\n"
    if facts.version:
        yield f"Version {_plain(facts.version)}.\n"
    if facts.licence:
        yield f"Licence: <{facts.licence}>\n"
    yield _INTRODUCTION
    if ".parquet" in suffixes:
        yield "The same tables are there as Parquet, with types, and with texts as they are.\n"
    if blank:
        yield f"Left out, since no table can hold them: statements about things without an IRI ({blank}).\n"
    yield "| table | rows | what a row is |\n|---|--:|---|"
    for written in sheets:
        name = written.sheet.name
        yield f"| [{name}](#{name}) | {written.rows} | {_plain(written.sheet.about)} |"
    for written in sheets:
        yield ""
        yield from _section(written, suffixes)


def _section(written: WrittenSheet, suffixes: Sequence[str]) -> Iterator[str]:
    sheet = written.sheet
    yield f"## {sheet.name}\n"
    yield f"{_plain(sheet.about)}\n"
    yield "Files: " + ", ".join(f"[{sheet.name}{suffix}]({sheet.name}{suffix})" for suffix in suffixes) + "\n"
    yield "| column | what it is | type | property | points to |\n|---|---|---|---|---|"
    for column in sheet.columns:
        iri = f"`{compact(column.property)}`" if column.property else ""
        key = " (key)" if column.name in sheet.key and sheet.name != OTHER else ""
        points = THINGS if column.name in written.pointing else ""
        yield f"| {column.name}{key} | {_plain(column.about)} | {_SAID[column.datatype]} | {iri} | {points} |"


def _plain(text: str) -> str:
    """The text for a cell of Markdown: in one line, and nothing in it is a mark of a table or a tag."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
