"""Parquet, for data frames and databases: a file of nodes and one of edges, each column with its type."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any, Final

from ipcgraph.errors import MissingExtraError
from ipcgraph.exports.table import Column, ColumnType

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.table import NetworkTable

_TYPES: Final[dict[ColumnType, str]] = {
    "boolean": "bool",
    "integer": "int64",
    "double": "float64",
    "string": "string",
}


def require_parquet() -> None:
    """Raises MissingExtraError where pyarrow is not installed."""
    if importlib.util.find_spec("pyarrow") is None:
        raise MissingExtraError(
            "Parquet is written by pyarrow, which is not installed: pip install 'ipcgraph[parquet]'"
        )


def write_nodes(table: NetworkTable, look: Appearance, file: BinaryIO) -> None:
    """Writes `id`, `label`, `size`, `color`, `x` and `y` where there are places, and the attributes.

    The remarks are the metadata of the schema.
    """
    columns = [
        Column("id", "string", table.ids),
        Column("label", "string", table.labels),
        Column("size", "double", look.sizes),
        Column("color", "string", look.colours),
    ]
    if look.positions is not None:
        columns.append(Column("x", "double", tuple(x for x, _ in look.positions)))
        columns.append(Column("y", "double", tuple(y for _, y in look.positions)))
    _write(table, look, (*columns, *table.nodes), file)


def write_edges(table: NetworkTable, look: Appearance, file: BinaryIO) -> None:
    """Writes `id`, `source`, `target`, `directed`, `weight` and the attributes, with the same metadata."""
    columns = (
        Column("id", "string", table.edge_ids),
        Column("source", "string", table.sources),
        Column("target", "string", table.targets),
        Column("directed", "boolean", (table.directed,) * len(table.edge_ids)),
        Column("weight", "double", table.weights),
    )
    _write(table, look, (*columns, *table.edges), file)


def _write(table: NetworkTable, look: Appearance, columns: Sequence[Column], file: BinaryIO) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    arrays: list[Any] = []
    for column in columns:
        kind = pa.list_(pa.string()) if column.type == "list" else pa.type_for_alias(_TYPES[column.type])
        arrays.append(pa.array(column.values, kind))
    rows = pa.table(arrays, names=[column.name for column in columns])
    rows = rows.replace_schema_metadata(dict(table.written_remarks(look)))
    pyarrow.parquet.write_table(rows, file, compression="zstd")
