"""Cytoscape.js JSON, for Cytoscape and for web pages: elements with data, places beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from ipcgraph.exports.jsontext import json_text, remark_values, row_values, write_elements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.table import NetworkTable


def write_cytoscape(table: NetworkTable, look: Appearance, file: TextIO) -> None:
    """Writes the network as Cytoscape.js JSON, strict (no NaN), one element a line.

    `data` of a node has `label`, `size`, `color` and its attributes, that of an edge `weight` and its own; the remarks
    are the `data` of the whole. `name` (again the label) is what Cytoscape shows, and `value` (again the id) what
    networkx asks for.
    """
    remarks = json_text(remark_values(table, look))
    head = f'"directed": {json_text(table.directed)}, "multigraph": false, "data": {remarks}'
    file.write(f'{{"format_version": "1.0", {head}, "elements": {{"nodes": [')
    write_elements(file, _nodes(table, look))
    file.write('\n], "edges": [')
    write_elements(file, _edges(table))
    file.write("\n]}}\n")


def _nodes(table: NetworkTable, look: Appearance) -> Iterator[dict[str, object]]:
    for row, node in enumerate(table.ids):
        label = table.labels[row]
        data: dict[str, object] = {"id": node, "value": node, "name": label, "label": label}
        data |= {"size": look.sizes[row], "color": look.colours[row]}
        element: dict[str, object] = {"data": data | row_values(table.nodes, row)}
        if look.positions is not None:
            # Its y axis points down, that of the other formats up.
            x, y = look.positions[row]
            element["position"] = {"x": x, "y": -y}
        yield element


def _edges(table: NetworkTable) -> Iterator[dict[str, object]]:
    for row, edge in enumerate(table.edge_ids):
        ends = {"id": edge, "source": table.sources[row], "target": table.targets[row], "weight": table.weights[row]}
        yield {"data": ends | row_values(table.edges, row)}
