"""The files of a network as they are asked for: what a path ends in, which format it is of, how it is sent."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.media import format_named, formats_for
from ipcgraph.tables import TABLE_FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping

BUNDLE: Final = ".zip"
TABLE, GROWTH, REMARKS = "-table", "-growth", "-remarks.csv"
PERIODS: Final = "periods"

_SENT_AS: Final = {
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".cyjs": "application/json",
    ".cx2": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".zip": "application/zip",
    ".dot": "text/vnd.graphviz; charset=utf-8",
    ".gv": "text/vnd.graphviz; charset=utf-8",
    ".net": "text/plain; charset=utf-8",
    ".clu": "text/plain; charset=utf-8",
    ".vec": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
}
"""By the end of a name, what browsers and tools know; else the media type of the format."""

_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "csv": ("-nodes.csv", "-edges.csv", REMARKS),
    "pajek": (".net", ".clu", ".vec"),
    "vosviewer-text": ("-map.txt", "-network.txt"),
    "neo4j": ("-neo4j-nodes.csv", "-neo4j-relationships.csv"),
    "jsonlines": (".jsonl", "-nodes.jsonl"),
    "parquet": ("-nodes.parquet", "-edges.parquet"),
}
"""The formats of several files, with those that no other format has; a test holds them to what is written."""


class NetworkFile(NamedTuple):
    """One file that can be asked for. `sort` is file, packed, bundle, table or growth."""

    sort: str
    file_format: str
    ending: str
    """What stands behind the name of the network."""
    media_type: str


@lru_cache(1)
def network_files() -> Mapping[str, NetworkFile]:
    """By what a path ends in, the file that is meant: of each format, its parts, all of them packed, and tables."""
    found: dict[str, NetworkFile] = {}

    def add(sort: str, file_format: str, ending: str) -> None:
        last = ending[ending.rindex(".") :]
        known = _SENT_AS.get(last) or format_named(file_format).media_type
        found[ending] = NetworkFile(sort, file_format, ending, known)

    for each in formats_for("network"):
        for ending in _PARTS.get(each.name, each.suffixes):
            add("file", each.name, ending)
        if each.name in _PARTS:
            add("packed", each.name, each.suffixes[0] + BUNDLE)
    for name in TABLE_FORMATS:
        suffix = format_named(name).suffixes[0]
        add("table", name, TABLE + suffix)
        add("growth", name, GROWTH + suffix)
    found[BUNDLE] = NetworkFile("bundle", "", BUNDLE, "application/zip")
    return found


def elsewhere() -> Mapping[str, str]:
    """The suffixes of formats that are several files and none of this name, and what there is of all of them."""
    found = {}
    for each in formats_for("network"):
        suffix = each.suffixes[0]
        if each.name in _PARTS and suffix not in _PARTS[each.name]:
            found[suffix] = suffix + BUNDLE
    return found


def titles() -> Mapping[str, str]:
    """What each ending is called, for those who choose; takes long to import, so that only workers ask."""
    from ipcgraph.exports.readme import about

    files = {each.ending: about(each.ending) for each in network_files().values() if each.sort == "file"}
    packed = {
        each.ending: f"{format_named(each.file_format).title}: all files"
        for each in network_files().values()
        if each.sort == "packed"
    }
    more = {".periods.svg": "the network by periods, side by side", TABLE + ".csv": "the nodes with their measures"}
    return {ending: text[:1].upper() + text[1:] for ending, text in (files | more | packed).items()}
