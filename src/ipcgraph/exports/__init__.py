"""Exports of a network to the files that visualisation tools, databases and programs open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ipcgraph.errors import UsageError
from ipcgraph.exports import csv, jsonlines, neo4j, pajek, parquet, vosviewer
from ipcgraph.exports.appearance import Appearance, appearance
from ipcgraph.exports.cx2 import write_cx2
from ipcgraph.exports.cytoscape import write_cytoscape
from ipcgraph.exports.dot import write_dot
from ipcgraph.exports.gexf import write_gexf
from ipcgraph.exports.graphml import write_graphml
from ipcgraph.exports.graphology import write_graphology
from ipcgraph.exports.table import NetworkTable, network_table
from ipcgraph.media import Format, format_named, format_of_file, formats_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO, TextIO

    import networkx as nx

__all__ = ["Appearance", "NetworkTable", "appearance", "export", "network_table"]

_WRITERS: Final[dict[str, Callable[[NetworkTable, Appearance, TextIO], None]]] = {
    "gexf": write_gexf,
    "graphml": write_graphml,
    "cytoscape": write_cytoscape,
    "graphology": write_graphology,
    "dot": write_dot,
    "vosviewer": vosviewer.write_vosviewer,
    "cx2": write_cx2,
}
"""The formats of one file."""

_PARTS: Final[dict[str, dict[str, Callable[[NetworkTable, Appearance, TextIO], None]]]] = {
    "csv": {"-nodes.csv": csv.write_nodes, "-edges.csv": csv.write_edges, "-remarks.csv": csv.write_remarks},
    "pajek": {
        ".net": pajek.write_net,
        ".clu": pajek.write_clu,
        ".vec": pajek.write_vec,
        "-nodes.csv": csv.write_nodes,
        "-edges.csv": csv.write_edges,
        "-remarks.csv": csv.write_remarks,
    },
    "vosviewer-text": {
        "-map.txt": vosviewer.write_map,
        "-network.txt": vosviewer.write_network,
        "-edges.csv": csv.write_edges,
        "-remarks.csv": csv.write_remarks,
    },
    "neo4j": {
        "-neo4j-nodes.csv": neo4j.write_nodes,
        "-neo4j-relationships.csv": neo4j.write_relationships,
        "-remarks.csv": csv.write_remarks,
    },
    "jsonlines": {
        ".jsonl": jsonlines.write_edges,
        "-nodes.jsonl": jsonlines.write_nodes,
        "-remarks.csv": csv.write_remarks,
    },
}
"""The formats of several files: what their names end in, in place of the suffix."""

_BINARY_PARTS: Final[dict[str, dict[str, Callable[[NetworkTable, Appearance, BinaryIO], None]]]] = {
    "parquet": {"-nodes.parquet": parquet.write_nodes, "-edges.parquet": parquet.write_edges},
}


def export(graph: nx.Graph[str], path: Path | str, *, file_format: str = "") -> tuple[Path, ...]:
    """The files that were written, in the order of their parts.

    The format is that of the suffix unless it is named: `.gexf`, `.graphml`, `.cyjs`, `.graphology.json`, `.dot`,
    `.vosviewer.json` and `.cx2` are one file. The others are several, named after `X` of `X.csv`, `X.net`,
    `X.vosviewer.txt`, `X.neo4j.csv`, `X.jsonl` and `X.parquet`: `X-nodes.csv`, `X.clu` and so on; where a format cannot
    hold an attribute or a remark, the sheets of the format CSV that have it are among them.

    Nodes carry the attributes they have: `measure` the network first to have degree, betweenness, community and so on,
    and size and colour by them. The same network gives the same bytes. Raises UsageError for a suffix or format that no
    network is written in, MissingExtraError for Parquet without pyarrow, and OSError where a file cannot be written.
    """
    path = Path(path)
    chosen = format_named(file_format) if file_format else format_of_file(path)
    known = formats_for("network")
    if chosen is None or chosen not in known:
        wanted = f"the format {chosen.name!r}" if chosen else f"a file called {path.name!r}"
        suffixes = ", ".join(each.suffixes[0] for each in known)
        names = ", ".join(each.name for each in known)
        raise UsageError(f"no network is written as {wanted}; end the name in {suffixes}, or name a format: {names}")
    if chosen.name in _BINARY_PARTS:
        parquet.require_parquet()
    table = network_table(graph)
    look = appearance(table)
    if chosen.name in _WRITERS:
        return (_write(_WRITERS[chosen.name], table, look, path),)
    stem = _stem(path, chosen)
    if chosen.name in _BINARY_PARTS:
        parts = _BINARY_PARTS[chosen.name].items()
        return tuple(_write_binary(write, table, look, path.with_name(stem + end)) for end, write in parts)
    return tuple(_write(write, table, look, path.with_name(stem + end)) for end, write in _PARTS[chosen.name].items())


def _stem(path: Path, chosen: Format) -> str:
    """The name without the suffix of the format, or without its last suffix where it has another."""
    suffix = next((each for each in chosen.suffixes if path.name.lower().endswith(each)), path.suffix)
    return path.name[: len(path.name) - len(suffix)]


def _write(
    write: Callable[[NetworkTable, Appearance, TextIO], None], table: NetworkTable, look: Appearance, path: Path
) -> Path:
    # No line break is translated: CSV has its own, all others `\n`, on every system.
    with path.open("w", encoding="utf-8", newline="") as file:
        write(table, look, file)
    return path


def _write_binary(
    write: Callable[[NetworkTable, Appearance, BinaryIO], None], table: NetworkTable, look: Appearance, path: Path
) -> Path:
    with path.open("wb") as file:
        write(table, look, file)
    return path
