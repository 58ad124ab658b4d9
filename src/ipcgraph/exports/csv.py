"""CSV for Gephi and spreadsheets: a file of nodes, one of edges, and one of remarks."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, TextIO

from ipcgraph.exports.table import as_text
from ipcgraph.tables import without_formula

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.table import NetworkTable, Value


def write_nodes(table: NetworkTable, _look: Appearance, file: TextIO) -> None:
    """Writes one row a node: `Id`, `Label`, then its attributes. Lists are joined by `; `."""
    head = ("Id", "Label", *(column.name for column in table.nodes))
    write_rows(file, head, zip(table.ids, table.labels, *(column.values for column in table.nodes), strict=True))


def write_edges(table: NetworkTable, _look: Appearance, file: TextIO) -> None:
    """Writes one row an edge: `Source`, `Target`, `Type`, `Id`, `Weight`, then its attributes.

    `Type` is always written: Gephi takes a row without it for directed.
    """
    head = ("Source", "Target", "Type", "Id", "Weight", *(column.name for column in table.edges))
    kinds = ("Directed" if table.directed else "Undirected",) * len(table.sources)
    columns = (column.values for column in table.edges)
    rows = zip(table.sources, table.targets, kinds, table.edge_ids, table.weights, *columns, strict=True)
    write_rows(file, head, rows)


def write_remarks(table: NetworkTable, _look: Appearance, file: TextIO) -> None:
    """Writes what is to be known of the network, one row a remark: `Name`, `Text`."""
    write_rows(file, ("Name", "Text"), table.remarks)


def write_rows(file: TextIO, head: Iterable[str], rows: Iterable[Iterable[Value]]) -> None:
    """Writes rows under their head; None is an empty cell."""
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Value) -> str:
    """A value as text; a number is none that a spreadsheet would run."""
    text = as_text(value)
    return without_formula(text) if isinstance(value, str | tuple) else text
