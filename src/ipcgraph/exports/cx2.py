"""CX2, for Cytoscape and NDEx: declared attributes, places, and the style that shows size, colour and label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TextIO

from ipcgraph.exports.jsontext import json_text, remark_values, row_values, write_elements
from ipcgraph.exports.table import Column, ColumnType, NetworkTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ipcgraph.exports.appearance import Appearance

_TYPES: Final[dict[ColumnType, str]] = {
    "boolean": "boolean",
    "integer": "long",
    "double": "double",
    "string": "string",
    "list": "list_of_string",
}
_STYLE: Final = {
    "NODE_LABEL": ("name", "string"),
    "NODE_BACKGROUND_COLOR": ("color", "string"),
    "NODE_WIDTH": ("size", "double"),
    "NODE_HEIGHT": ("size", "double"),
}
"""What of a node is shown by which attribute."""


def write_cx2(table: NetworkTable, look: Appearance, file: TextIO) -> None:
    """Writes CX2, strict JSON, one node or edge a line; the remarks are the attributes of the network.

    Nodes have the integers of their ids; `name` is the label, which Cytoscape shows.
    """
    remarks = remark_values(table, look)
    nodes = (*_seen(table, look), *table.nodes)
    edges = (Column("weight", "double", table.weights), *table.edges)
    declared = {
        "networkAttributes": {name: {"d": "string"} for name in remarks},
        "nodes": _declared(nodes),
        "edges": _declared(edges),
    }
    aspects: Mapping[str, tuple[int, Iterable[object]]] = {
        "attributeDeclarations": (1, [declared]),
        "networkAttributes": (1, [remarks]),
        "nodes": (len(table.ids), _nodes(table, nodes, look)),
        "edges": (len(table.edge_ids), _edges(table, edges)),
        "visualProperties": (1, [_style(directed=table.directed)]),
    }
    counted = [{"name": name, "elementCount": count} for name, (count, _) in aspects.items()]
    file.write(f'[{{"CXVersion": "2.0", "hasFragments": false}},\n{{"metaData": {json_text(counted)}}}')
    for name, (_, elements) in aspects.items():
        file.write(f',\n{{"{name}": [')
        write_elements(file, elements)
        file.write("\n]}")
    file.write(',\n{"status": [{"success": true}]}]\n')


def _seen(table: NetworkTable, look: Appearance) -> Iterator[Column]:
    yield Column("name", "string", table.labels)
    yield Column("size", "double", look.sizes)
    yield Column("color", "string", look.colours)


def _declared(columns: Sequence[Column]) -> dict[str, object]:
    return {column.name: {"d": _TYPES[column.type]} for column in columns}


def _nodes(table: NetworkTable, columns: Sequence[Column], look: Appearance) -> Iterator[dict[str, object]]:
    for row in range(len(table.ids)):
        node: dict[str, object] = {"id": row}
        if look.positions is not None:
            # Its y axis points down, ours up.
            x, y = look.positions[row]
            node |= {"x": x, "y": -y}
        yield node | {"v": row_values(columns, row)}


def _edges(table: NetworkTable, columns: Sequence[Column]) -> Iterator[dict[str, object]]:
    number = {node: row for row, node in enumerate(table.ids)}
    for row, (source, target) in enumerate(zip(table.sources, table.targets, strict=True)):
        yield {"id": row, "s": number[source], "t": number[target], "v": row_values(columns, row)}


def _style(*, directed: bool) -> dict[str, object]:
    shown = {
        name: {"type": "PASSTHROUGH", "definition": {"attribute": attribute, "type": kind}}
        for name, (attribute, kind) in _STYLE.items()
    }
    arrow = {"EDGE_TARGET_ARROW_SHAPE": "triangle" if directed else "none"}
    return {"default": {"node": {"NODE_SHAPE": "ellipse"}, "edge": arrow}, "nodeMapping": shown}
