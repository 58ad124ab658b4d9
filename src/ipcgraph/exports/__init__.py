"""Exports of a network to the files that visualisation tools open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ipcgraph.errors import UsageError
from ipcgraph.exports import csv
from ipcgraph.exports.appearance import Appearance, appearance
from ipcgraph.exports.cytoscape import write_cytoscape
from ipcgraph.exports.gexf import write_gexf
from ipcgraph.exports.graphml import write_graphml
from ipcgraph.exports.table import NetworkTable, network_table
from ipcgraph.media import format_named, format_of_file, formats_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    import networkx as nx

__all__ = ["Appearance", "NetworkTable", "appearance", "export", "network_table"]

_WRITERS: Final[dict[str, Callable[[NetworkTable, Appearance, TextIO], None]]] = {
    "gexf": write_gexf,
    "graphml": write_graphml,
    "cytoscape": write_cytoscape,
}
_SHEETS: Final[dict[str, Callable[[NetworkTable, TextIO], None]]] = {
    "nodes": csv.write_nodes,
    "edges": csv.write_edges,
    "remarks": csv.write_remarks,
}


def export(graph: nx.Graph[str], path: Path | str, *, file_format: str = "") -> tuple[Path, ...]:
    """The files that were written: one, or for CSV three, `X-nodes.csv`, `X-edges.csv` and `X-remarks.csv` of `X.csv`.

    The format is that of the suffix unless it is named. Nodes carry the attributes they have: `measure` the network
    first to have degree, betweenness, community and so on, and size and colour by them. The same network gives the
    same bytes. Raises UsageError for a suffix or format that no network is written in, and OSError where the file
    cannot be written.
    """
    path = Path(path)
    chosen = format_named(file_format) if file_format else format_of_file(path)
    names = [each.name for each in formats_for("network")]
    if chosen is None or chosen.name not in names:
        wanted = f"the format {chosen.name!r}" if chosen else f"a file called {path.name!r}"
        suffixes = ", ".join(each.suffixes[0] for each in formats_for("network"))
        raise UsageError(
            f"no network is written as {wanted}; end the name in {suffixes}, or name a format: {', '.join(names)}"
        )
    table = network_table(graph)
    if chosen.name == "csv":
        return tuple(_write_sheet(table, path, name) for name in _SHEETS)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        _WRITERS[chosen.name](table, appearance(table), file)
    return (path,)


def _write_sheet(table: NetworkTable, path: Path, name: str) -> Path:
    sheet = path.with_name(f"{path.stem}-{name}.csv")
    with sheet.open("w", encoding="utf-8", newline="") as file:
        _SHEETS[name](table, file)
    return sheet
