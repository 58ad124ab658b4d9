"""GraphML, for igraph, Gephi, yEd and most else: one typed key an attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TextIO

from ipcgraph.exports.markup import attribute, text
from ipcgraph.exports.table import Column, ColumnType, NetworkTable, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipcgraph.exports.appearance import Appearance

_TYPES: Final[dict[ColumnType, str]] = {
    "boolean": "boolean",
    "integer": "long",
    "double": "double",
    "string": "string",
    "list": "string",
}


def write_graphml(table: NetworkTable, look: Appearance, file: TextIO) -> None:
    """Writes the network as GraphML. Lists are joined by `; `; the remarks are attributes of the graph.

    Label, size, place and colour are the node attributes that Gephi reads as such: `label`, `size`, `x`, `y`, `color`.
    """
    file.writelines(f"{line}\n" for line in _lines(table, look))


def _lines(table: NetworkTable, look: Appearance) -> Iterator[str]:
    remarks = table.written_remarks(look)
    graph = tuple(Column(name.lower().replace(" ", "_"), "string", (said,)) for name, said in remarks)
    nodes = (*_looks(table, look), *table.nodes)
    edges = (Column("weight", "double", table.weights), *table.edges)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    for element, columns in (("graph", graph), ("node", nodes), ("edge", edges)):
        for number, column in enumerate(columns):
            name, kind = attribute(column.name), _TYPES[column.type]
            yield f'<key id="{element}{number}" for="{element}" attr.name={name} attr.type="{kind}"/>'
    yield f'<graph id="network" edgedefault="{"directed" if table.directed else "undirected"}">'
    yield _data("graph", graph, 0)
    for row, node in enumerate(table.ids):
        yield f"<node id={attribute(node)}>{_data('node', nodes, row)}</node>"
    for row, (edge, source, target) in enumerate(zip(table.edge_ids, table.sources, table.targets, strict=True)):
        data = _data("edge", edges, row)
        yield f"<edge id={attribute(edge)} source={attribute(source)} target={attribute(target)}>{data}</edge>"
    yield "</graph>"
    yield "</graphml>"


def _looks(table: NetworkTable, look: Appearance) -> Iterator[Column]:
    yield Column("label", "string", table.labels)
    yield Column("size", "double", look.sizes)
    if look.positions is not None:
        yield Column("x", "double", tuple(x for x, _ in look.positions))
        yield Column("y", "double", tuple(y for _, y in look.positions))
    yield Column("color", "string", look.colours)


def _data(element: str, columns: Sequence[Column], row: int) -> str:
    """The values of one graph, node or edge; what has none is not written."""
    return "".join(
        f'<data key="{element}{number}">{text(as_text(column.values[row]))}</data>'
        for number, column in enumerate(columns)
        if column.values[row] is not None
    )
