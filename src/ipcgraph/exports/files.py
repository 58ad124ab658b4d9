"""The files of each format: which functions write them, and what their names end in."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ipcgraph.errors import UsageError
from ipcgraph.exports import csv, jsonlines, neo4j, pajek, parquet, vosviewer
from ipcgraph.exports.cx2 import write_cx2
from ipcgraph.exports.cytoscape import write_cytoscape
from ipcgraph.exports.dot import write_dot
from ipcgraph.exports.gexf import write_gexf
from ipcgraph.exports.graphml import write_graphml
from ipcgraph.exports.graphology import write_graphology
from ipcgraph.exports.pictures import Period, write_map, write_matrix, write_periods, write_png, write_svg
from ipcgraph.exports.pictures.page import write_page
from ipcgraph.media import Format, format_named, format_of_file, formats_for
from ipcgraph.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO, TextIO, TypeAlias

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.table import NetworkTable

    WriteText: TypeAlias = Callable[[NetworkTable, Appearance, TextIO], None]
    WriteBytes: TypeAlias = Callable[[NetworkTable, Appearance, BinaryIO], None]

_SHEETS: Final[dict[str, WriteText]] = {
    "-nodes.csv": csv.write_nodes,
    "-edges.csv": csv.write_edges,
    "-remarks.csv": csv.write_remarks,
}

TEXTS: Final[dict[str, dict[str, WriteText]]] = {
    "gexf": {"": write_gexf},
    "graphml": {"": write_graphml},
    "cytoscape": {"": write_cytoscape},
    "graphology": {"": write_graphology},
    "dot": {"": write_dot},
    "vosviewer": {"": vosviewer.write_vosviewer},
    "cx2": {"": write_cx2},
    "svg": {"": write_svg},
    "matrix": {"": write_matrix},
    "map": {"": write_map},
    "html": {"": write_page},
    "csv": _SHEETS,
    "pajek": {".net": pajek.write_net, ".clu": pajek.write_clu, ".vec": pajek.write_vec} | _SHEETS,
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
"""By format, what the names of its files end in, in place of the suffix; nothing where the name stays as it is."""

BINARIES: Final[dict[str, dict[str, WriteBytes]]] = {
    "png": {"": write_png},
    "parquet": {"-nodes.parquet": parquet.write_nodes, "-edges.parquet": parquet.write_edges},
}
"""Likewise, of the formats that are no text."""


PERIODS: Final = "periods"
"""The format that is written of a network and of its periods."""


def chosen_format(path: Path, file_format: str = "") -> Format:
    """The format that is named, or else that of the suffix; raises UsageError where no network is written in it."""
    chosen = format_named(file_format) if file_format else format_of_file(path)
    known = formats_for("network")
    if chosen is None or chosen not in known:
        if file_format:
            names = ", ".join(each.name for each in known)
            raise UsageError(f"no network is written in the format {file_format!r}; choose from {names}")
        near = nearest(path.suffix, (suffix for each in known for suffix in each.suffixes))
        remedy = f"did you mean {near}? " if near else ""
        suffixes = ", ".join(each.suffixes[0] for each in known)
        raise UsageError(f"no network is written as {path.name!r}: {remedy}its end says the format, one of {suffixes}")
    return chosen


def write_files(
    table: NetworkTable,
    look: Appearance,
    path: Path,
    chosen: Format,
    *,
    periods: Sequence[Period] | None = None,
    keep: bool = False,
) -> tuple[Path, ...]:
    """Writes the files of one format, and gives them in their order; `path` has the name and the suffix.

    The picture of periods needs these. With `keep` a file that is there already stays: several formats have the same
    sheets. A file takes the place of an older one when it is whole.
    """
    if chosen.name == "parquet":
        parquet.require_parquet()
    written: list[Path] = []
    if chosen.name == PERIODS:
        if periods is None:
            raise UsageError(
                f"{path.name} shows a network by period: give its periods too, as ipcgraph.periods has them"
            )
        written.append(path)
        with _replaced(path) as new, new.open("w", encoding="utf-8", newline="") as text:
            write_periods(table, look, periods, text)
    for end, write in TEXTS.get(chosen.name, {}).items():
        written.append(_part(path, chosen, end))
        if keep and written[-1].exists():
            continue
        # No line break is translated: CSV has its own, all others `\n`, on every system.
        with _replaced(written[-1]) as new, new.open("w", encoding="utf-8", newline="") as text:
            write(table, look, text)
    for end, write_bytes in BINARIES.get(chosen.name, {}).items():
        written.append(_part(path, chosen, end))
        with _replaced(written[-1]) as new, new.open("wb") as file:
            write_bytes(table, look, file)
    return tuple(written)


@contextmanager
def _replaced(path: Path) -> Iterator[Path]:
    """A file beside the path, which takes its place when it is whole; else what was there stays as it was."""
    path = Path(os.path.realpath(path))  # a link stays one; `resolve` would break off at one that leads in circles
    if path.exists() and not path.is_file():  # such as a pipe
        yield path
        return
    new = path.with_name(f".{path.name}.new")
    try:
        yield new
        new.replace(path)
    except OSError as error:
        if error.filename == str(new):  # the user asked for the other name
            raise type(error)(error.errno, error.strerror, str(path)) from error
        raise
    finally:
        if new.exists():
            new.unlink()


def _part(path: Path, chosen: Format, end: str) -> Path:
    """The file whose name has this end in place of the suffix of the format, or of the last one it has."""
    if not end:
        return path
    suffix = next((each for each in chosen.suffixes if path.name.lower().endswith(each)), path.suffix)
    return path.with_name(path.name[: len(path.name) - len(suffix)] + end)
