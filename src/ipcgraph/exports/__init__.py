"""Exports of a network to the files that visualisation tools, databases and programs open, and to pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ipcgraph.exports.appearance import Appearance, appearance
from ipcgraph.exports.bundle import Bundle, Prepared, check_folder, prepare, write_bundle
from ipcgraph.exports.files import chosen_format, write_files
from ipcgraph.exports.pictures import Period
from ipcgraph.exports.provenance import Provenance, provenance_of
from ipcgraph.exports.table import NetworkTable, network_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import networkx as nx


__all__ = [
    "Appearance", "Bundle", "NetworkTable", "Period", "Prepared", "Provenance", "appearance", "check_targets", "export",
    "export_all", "network_table", "prepare", "provenance_of", "write_bundle",
]  # fmt: skip


def export(
    graph: nx.Graph[str], path: Path | str, *, file_format: str = "", periods: Sequence[Period] | None = None
) -> tuple[Path, ...]:
    """The files that were written, in the order of their parts.

    The format is that of the suffix unless it is named: `.gexf`, `.graphml`, `.cyjs`, `.graphology.json`, `.dot`,
    `.vosviewer.json` and `.cx2` are one file, and so are the pictures `.svg`, `.png` and `.html`. The others are
    several, named after `X` of `X.csv`, `X.net`, `X.vosviewer.txt`, `X.neo4j.csv`, `X.jsonl` and `X.parquet`:
    `X-nodes.csv`, `X.clu` and so on; where a format cannot hold an attribute or a remark, the sheets of the format CSV
    that have it are among them.

    `.matrix.svg`, `.periods.svg` and `.map.svg` are pictures too: a map of a network of partnerships only, and periods
    only where these are given, as `ipcgraph.periods` has them.

    Nodes carry the attributes they have: `measure` the network first to have degree, betweenness, community and so on,
    and size and colour by them. The same network gives the same bytes. Raises UsageError for a suffix or format that no
    network is written in, MissingExtraError for Parquet without pyarrow, and OSError where a file cannot be written.
    """
    path = Path(path)
    chosen = chosen_format(path, file_format)
    table, look = prepare(graph)
    return write_files(table, look, path, chosen, periods=periods)


def export_all(
    graph: nx.Graph[str],
    paths: Iterable[Path | str],
    *,
    periods: Sequence[Period] | None = None,
    prepared: Prepared | None = None,
) -> tuple[Path, ...]:
    """The files that `export` writes for each of these paths; the nodes are laid out once, for all of them.

    Nothing is written where one of the names is no format. What `prepare` gives can be handed on to other exports.
    """
    wanted = [(path, chosen_format(path)) for path in map(Path, paths)]
    table, look = prepared or prepare(graph)
    return tuple(file for path, chosen in wanted for file in write_files(table, look, path, chosen, periods=periods))


def check_targets(paths: Iterable[Path | str], *, bundle: Path | str | None = None) -> None:
    """Raises UsageError where one of the names is no format, or the folder of the bundle holds something else.

    For whoever wants to know that before a large network is measured.
    """
    for path in paths:
        chosen_format(Path(path))
    if bundle is not None:
        check_folder(Path(bundle))
