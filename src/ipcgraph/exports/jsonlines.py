"""JSON Lines, for programs: one JSON object a line, edges in one file and nodes in another."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from ipcgraph.exports.jsontext import json_text, row_values

if TYPE_CHECKING:
    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.table import NetworkTable


def write_edges(table: NetworkTable, _look: Appearance, file: TextIO) -> None:
    """Writes one edge a line: `id`, `source`, `target`, the IRIs of both ends, `weight` and its attributes."""
    iris = dict(zip(table.ids, table.node_column("iri") or table.ids, strict=True))
    for row, (edge, source, target) in enumerate(zip(table.edge_ids, table.sources, table.targets, strict=True)):
        ends = {"id": edge, "source": source, "target": target, "directed": table.directed}
        known = {"source_iri": iris[source], "target_iri": iris[target], "weight": table.weights[row]}
        file.write(json_text(ends | known | row_values(table.edges, row)) + "\n")


def write_nodes(table: NetworkTable, look: Appearance, file: TextIO) -> None:
    """Writes one node a line: `id`, `label`, `size`, `color`, `x` and `y` where it has a place, and its attributes."""
    for row, node in enumerate(table.ids):
        seen: dict[str, object] = {"id": node, "label": table.labels[row]}
        seen |= {"size": look.sizes[row], "color": look.colours[row]}
        if look.positions is not None:
            seen["x"], seen["y"] = look.positions[row]
        file.write(json_text(seen | row_values(table.nodes, row)) + "\n")
