"""Graphology JSON, for Gephi Lite, sigma and Retina: the serialised form of a graphology graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from ipcgraph.exports.jsontext import json_text, remark_values, row_values, write_elements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.table import NetworkTable


def write_graphology(table: NetworkTable, look: Appearance, file: TextIO) -> None:
    """Writes what graphology's `Graph.from` reads, strict JSON, one node or edge a line.

    Nodes have `label`, `size`, `color`, `x` and `y` where they have places, and their attributes; edges have `weight`
    and theirs. The remarks are the attributes of the graph.
    """
    kind = "directed" if table.directed else "undirected"
    options = {"type": kind, "multi": _is_multiple(table), "allowSelfLoops": True}
    file.write(f'{{"options": {json_text(options)}, "attributes": {json_text(remark_values(table, look))}, "nodes": [')
    write_elements(file, _nodes(table, look))
    file.write('\n], "edges": [')
    write_elements(file, _edges(table))
    file.write("\n]}\n")


def _nodes(table: NetworkTable, look: Appearance) -> Iterator[dict[str, object]]:
    for row, node in enumerate(table.ids):
        seen: dict[str, object] = {"label": table.labels[row], "size": look.sizes[row], "color": look.colours[row]}
        if look.positions is not None:
            seen["x"], seen["y"] = look.positions[row]
        yield {"key": node, "attributes": seen | row_values(table.nodes, row)}


def _edges(table: NetworkTable) -> Iterator[dict[str, object]]:
    for row, edge in enumerate(table.edge_ids):
        ends: dict[str, object] = {"key": edge, "source": table.sources[row], "target": table.targets[row]}
        if not table.directed:
            ends["undirected"] = True
        yield ends | {"attributes": {"weight": table.weights[row]} | row_values(table.edges, row)}


def _is_multiple(table: NetworkTable) -> bool:
    """Whether two edges have the same ends: graphology refuses the second unless it is told."""
    pairs = zip(table.sources, table.targets, strict=True)
    distinct = set(pairs) if table.directed else {frozenset(pair) for pair in pairs}
    return len(distinct) < len(table.edge_ids)
