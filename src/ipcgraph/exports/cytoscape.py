"""Cytoscape.js JSON, for Cytoscape and for web pages: elements with data, places beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.table import Column, NetworkTable


def write_cytoscape(table: NetworkTable, look: Appearance, file: TextIO) -> None:
    """Writes the network as Cytoscape.js JSON, strict (no NaN), one element a line.

    `data` of a node has `label`, `size`, `color` and its attributes, that of an edge `weight` and its own; the remarks
    are the `data` of the whole. `name` (again the label) is what Cytoscape shows, and `value` (again the id) what
    networkx asks for.
    """
    remarks = {name.lower().replace(" ", "_"): said for name, said in (*table.remarks, ("Appearance", look.remark))}
    head = f'"directed": {_json(table.directed)}, "multigraph": false, "data": {_json(remarks)}'
    file.write(f'{{"format_version": "1.0", {head}, "elements": {{"nodes": [')
    for row, node in enumerate(table.ids):
        label = table.labels[row]
        data: dict[str, object] = {"id": node, "value": node, "name": label, "label": label}
        data |= {"size": look.sizes[row], "color": look.colours[row]}
        element: dict[str, object] = {"data": data | _values(table.nodes, row)}
        if look.positions is not None:
            # Its y axis points down, that of the other formats up.
            x, y = look.positions[row]
            element["position"] = {"x": x, "y": -y}
        file.write(f"{',' if row else ''}\n{_json(element)}")
    file.write('\n], "edges": [')
    for row, edge in enumerate(table.edge_ids):
        ends = {"id": edge, "source": table.sources[row], "target": table.targets[row], "weight": table.weights[row]}
        file.write(f"{',' if row else ''}\n{_json({'data': ends | _values(table.edges, row)})}")
    file.write("\n]}}\n")


def _values(columns: Sequence[Column], row: int) -> dict[str, object]:
    return {column.name: column.values[row] for column in columns if column.values[row] is not None}


def _json(value: object) -> str:
    # `</` is escaped so that the text can stand in a page.
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("</", "<\\/")
