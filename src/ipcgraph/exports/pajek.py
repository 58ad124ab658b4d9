"""Pajek: the network (.net), a partition of its communities (.clu) and a vector of its weighted degrees (.vec)."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.table import NetworkTable, Value


def write_net(table: NetworkTable, look: Appearance, file: TextIO) -> None:
    """Writes the vertices, numbered from 1 in the order of the nodes, with labels and places; and the weighted edges.

    A label stands on one line, without double quotes or backslashes, which readers of Pajek cannot read; of nodes with
    one label, the later ones have their id behind it. Nothing else fits into the format: the sheets beside it have it.
    """
    file.write(f"*Vertices {len(table.ids)}\n")
    vertices = enumerate(zip(_labels(table), _places(look), strict=True), start=1)
    file.writelines(f'{row} "{label}"{place}\n' for row, (label, place) in vertices)
    number = {node: row + 1 for row, node in enumerate(table.ids)}
    file.write("*Arcs\n" if table.directed else "*Edges\n")
    edges = zip(table.sources, table.targets, table.weights, strict=True)
    file.writelines(f"{number[source]} {number[target]} {weight}\n" for source, target, weight in edges)


def write_clu(table: NetworkTable, _look: Appearance, file: TextIO) -> None:
    """Writes the community of each vertex, 0 where it has none."""
    _write_vertices(file, [str(value or 0) for value in _column(table, "community")])


def write_vec(table: NetworkTable, _look: Appearance, file: TextIO) -> None:
    """Writes the weighted degree of each vertex, 0 where the network is not measured."""
    _write_vertices(file, [str(float(value or 0)) for value in _column(table, "weighted_degree")])


def _write_vertices(file: TextIO, values: Sequence[str]) -> None:
    file.write(f"*Vertices {len(values)}\n")
    file.writelines(f"{value}\n" for value in values)


def _column(table: NetworkTable, name: str) -> list[int | float | None]:
    values: Sequence[Value] = table.node_column(name) or (None,) * len(table.ids)
    return [value if isinstance(value, int | float) else None for value in values]


def _labels(table: NetworkTable) -> Iterator[str]:
    taken: set[str] = set()
    for node, label in zip(table.ids, table.labels, strict=True):
        candidate = " ".join(label.replace('"', "'").replace("\\", "/").split()) or node
        while candidate in taken:
            candidate = f"{candidate} ({node})"
        taken.add(candidate)
        yield candidate


def _places(look: Appearance) -> Iterator[str]:
    """The places between 0 and 1, from the upper left corner, as Pajek has them; nothing where there are none."""
    if look.positions is None:
        yield from repeat("", len(look.sizes))
        return
    across, up = (_scaled([position[axis] for position in look.positions]) for axis in (0, 1))
    yield from (f" {x:.6f} {1 - y:.6f} 0.500000" for x, y in zip(across, up, strict=True))


def _scaled(values: Sequence[float]) -> list[float]:
    low, high = min(values, default=0.0), max(values, default=0.0)
    return [0.5 if low == high else (value - low) / (high - low) for value in values]
