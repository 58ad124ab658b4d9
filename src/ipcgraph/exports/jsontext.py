"""JSON text of a network: strict, and safe inside a page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TextIO

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.table import Column, NetworkTable


def json_text(value: object) -> str:
    r"""The value as JSON in one line, without NaN; `</` is escaped so that the text can stand in a page.

    >>> json_text({"label": "</script>"})
    '{"label": "<\\/script>"}'
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("</", "<\\/")


def row_values(columns: Sequence[Column], row: int) -> dict[str, object]:
    """The values of one node or edge by name; what has none is not there."""
    return {column.name: column.values[row] for column in columns if column.values[row] is not None}


def remark_values(table: NetworkTable, look: Appearance) -> dict[str, object]:
    """The remarks by name, as attributes of the whole network."""
    return {name.lower().replace(" ", "_"): said for name, said in table.written_remarks(look)}


def write_elements(file: TextIO, elements: Iterable[object]) -> None:
    """Writes the elements of an array, one a line, without its brackets."""
    file.writelines(f"{',' if number else ''}\n{json_text(element)}" for number, element in enumerate(elements))
