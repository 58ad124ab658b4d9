"""CSV for Neo4j's importer: a file of nodes and one of relationships, each column with its type in the head."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TextIO

from ipcgraph.exports.csv import write_rows
from ipcgraph.exports.table import Column, ColumnType, NetworkTable, Value, as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipcgraph.exports.appearance import Appearance

_TYPES: Final[dict[ColumnType, str]] = {
    "boolean": "boolean",
    "integer": "long",
    "double": "double",
    "string": "string",
    "list": "string[]",
}
_DELIMITER: Final = ";"
"""What stands between the items of a list and between labels, unless the importer is told otherwise."""

LABEL: Final = "Node"
"""The label of every node; one with a `kind` has that too."""

RELATIONSHIP: Final = "LINKED"
"""The type of every relationship."""


def write_nodes(table: NetworkTable, _look: Appearance, file: TextIO) -> None:
    """Writes `id:ID(Node)`, `name`, the attributes with their types, `:LABEL`."""
    columns = [_importable(column) for column in table.nodes]
    kinds = table.node_column("kind") or (None,) * len(table.ids)
    head = ("id:ID(Node)", "name:string", *(_head(column) for column in columns), ":LABEL")
    labels = (_DELIMITER.join((LABEL, *_label(kind))) for kind in kinds)
    write_rows(file, head, zip(table.ids, table.labels, *(column.values for column in columns), labels, strict=True))


def write_relationships(table: NetworkTable, _look: Appearance, file: TextIO) -> None:
    """Writes `:START_ID(Node)`, `:END_ID(Node)`, `weight:double`, the attributes with their types, `:TYPE`.

    Neo4j knows no link without a direction: of one of ours the node that comes first is the start.
    """
    columns = [_importable(column) for column in table.edges]
    types = (RELATIONSHIP,) * len(table.edge_ids)
    head = (":START_ID(Node)", ":END_ID(Node)", "weight:double", *(_head(column) for column in columns), ":TYPE")
    values = (column.values for column in columns)
    write_rows(file, head, zip(table.sources, table.targets, table.weights, *values, types, strict=True))


def _head(column: Column) -> str:
    return f"{column.name}:{_TYPES[column.type]}"


def _label(kind: Value) -> tuple[str, ...]:
    """The kind as a label of its own, or none."""
    text = as_text(kind).replace(_DELIMITER, " ").strip()
    return (text,) if text else ()


def _importable(column: Column) -> Column:
    """A list as its items between `;`, or as text joined by `; ` where an item has that character itself."""
    if column.type != "list":
        return column
    parted = [value if isinstance(value, tuple) else None for value in column.values]
    if any(_DELIMITER in item for value in parted for item in value or ()):
        return Column(column.name, "string", tuple(_joined(value, "; ") for value in parted))
    return Column(column.name, "list", tuple(_joined(value, _DELIMITER) for value in parted))


def _joined(items: Sequence[str] | None, delimiter: str) -> str | None:
    return None if items is None else delimiter.join(items)
