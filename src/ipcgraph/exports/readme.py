"""The README of a bundle: from it alone a reader can say how each number came about."""

from __future__ import annotations

import re
import shlex
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph import __version__
from ipcgraph.exports.appearance import COLOURS, SIZES
from ipcgraph.exports.glossary import Side, explained, network_explained
from ipcgraph.exports.layout import RULE
from ipcgraph.networks.structure import EXPLAINED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.provenance import Provenance
    from ipcgraph.exports.table import Column, NetworkTable

_COUNTED: Final = ("Counting", "Credit", "Links", "Years", "Normalisation")
_CHOSEN: Final = ("Only", "Left out", "Note")
_ENGINES: Final = ("networkx", "numpy", "scipy")
_FOUND: Final = {"betweenness": "Betweenness", "closeness": "Closeness", "community": "Communities"}
"""By measure, the remark that says how it was found: exact or estimated, by which engine, with which seed."""


class Written(NamedTuple):
    """A file of a bundle."""

    name: str
    size: int
    sha256: str


class Skipped(NamedTuple):
    """A format that was not written, and why."""

    name: str
    reason: str


ENDINGS: Final = {
    ".gexf": "GEXF 1.3, for Gephi and Gephi Lite",
    ".graphml": "GraphML, for igraph, networkx and most else",
    ".cyjs": "Cytoscape.js JSON",
    ".cx2": "CX2, for Cytoscape and NDEx",
    ".graphology.json": "Graphology JSON, for Gephi Lite, Retina and sigma",
    ".vosviewer.json": "JSON for VOSviewer and VOSviewer Online",
    "-map.txt": "VOSviewer's map file",
    "-network.txt": "VOSviewer's network file",
    ".net": "Pajek: the network",
    ".clu": "Pajek: the communities",
    ".vec": "Pajek: the weighted degrees",
    ".dot": "DOT, for Graphviz",
    "-neo4j-nodes.csv": "nodes for Neo4j's importer",
    "-neo4j-relationships.csv": "links for Neo4j's importer",
    "-nodes.csv": "the table of nodes, for spreadsheets and Gephi",
    "-edges.csv": "the table of links, for spreadsheets and Gephi",
    "-remarks.csv": "the notes on the network, as a table",
    "-nodes.jsonl": "nodes, one JSON object a line",
    ".jsonl": "links, one JSON object a line",
    "-nodes.parquet": "nodes, for data frames and databases",
    "-edges.parquet": "links, for data frames and databases",
    ".matrix.svg": "who is linked with whom, as a matrix",
    ".map.svg": "the partner countries on a map",
    ".svg": "the picture, for print and for editing",
    ".png": "the same picture, as pixels",
    ".html": "the network to move about in, in any browser, without the net",
    "bundle.json": "what this page says of the network and its files, for programs",
}
"""By the end of a file's name, what it is."""


def readme(
    table: NetworkTable,
    look: Appearance,
    figures: Iterable[tuple[str, str]],
    *,
    files: Sequence[Written],
    skipped: Sequence[Skipped],
    provenance: Provenance,
) -> str:
    """The text, as Markdown; `figures` are those of the whole network, name and value with what it is."""
    remarks = dict(table.remarks)
    engines = [*_ENGINES, *(["networkit"] if "networkit" in remarks.get("Communities", "") else [])]
    parts = [
        _head(table, remarks, provenance),
        _origin(provenance, engines),
        _section("How links are counted", _list((name, remarks[name]) for name in _COUNTED if name in remarks)),
        _section("What is in it and what is not", _list((name, remarks[name]) for name in _CHOSEN if name in remarks)),
    ]
    if table.ids:
        parts += [
            _section("Figures of the whole network", _figures(figures, remarks)),
            _section("Columns of nodes", _columns(table, remarks, "node")),
            _section("Columns of links", _columns(table, remarks, "link")),
            _section("Sizes, colours, places", _appearance(look)),
            _section("How to open it", _OPENING.strip()),
        ]
    parts.append(_section("Files", _files(files, skipped)))
    return "\n".join(parts)


def _head(table: NetworkTable, remarks: dict[str, str], provenance: Provenance) -> str:
    of = f" of {_text(provenance.project)}" if provenance.project else ""
    counts = f"{_counted(len(table.ids), 'node')} and {_counted(len(table.sources), 'link')}"
    direction = "A link goes from one node to the other." if table.directed else "Links have no direction."
    if not table.ids:
        direction = (
            "Neither the data nor what the options leave of it makes a node, so there is no file for other tools: most "
            "refuse an empty one. The sections below say what was asked for."
        )
    what = network_explained(remarks["Name"])
    about = " ".join(each for each in (f"A network of {counts}.", f"{what}." if what else "", direction) if each)
    return f"# {_text(remarks['Name'])}{of}\n\n{about}\n"


def _origin(provenance: Provenance, engines: Iterable[str]) -> str:
    made = f"Made by ipcgraph {__version__} with {', '.join(f'{name} {version(name)}' for name in engines)}"
    said = [f"{made}."]
    if provenance.command:
        said[0] = f"{made}; this makes it again, in the project's folder:"
        said.append(f"```console\n{provenance.command}\n```")
    if provenance.store:
        held = f", which holds the graph of revision `{provenance.revision}`" if provenance.revision else ""
        said.append(f"Data: read from the store {provenance.store}{held}.")
    elif provenance.stale:
        said.append(
            "Files of the data have changed since the graph was built, and could not be built again: the network is of "
            "the last good build, and no hash can be given of its data."
        )
    elif provenance.data:
        said.append(
            f"Data: {_counted(provenance.files, 'file')} in `{provenance.folder}/`, SHA-256 of their hashes "
            f"`{provenance.data}`. With these versions the same data gives the same files, but for places, which "
            "another processor may round otherwise. This shows whether you have the same data:"
        )
        said.append(
            f"```console\n(cd {shlex.quote(provenance.folder)} && find * -type f ! -path '*/.*' -print0 "
            "| LC_ALL=C sort -z | xargs -0 sha256sum) | sha256sum\n```"
        )
    licence = _text(provenance.licence) if provenance.licence else "the project states none; ask who publishes it"
    said.append(f"Licence of the data: {licence}.")
    return _section("How it was made", "\n\n".join(said))


def _appearance(look: Appearance) -> str:
    said = [("In short", look.remark), ("Sizes", SIZES), ("Colours", COLOURS)]
    if look.positions is not None:
        said.append(("Places", RULE))
    return _list(said)


def _figures(figures: Iterable[tuple[str, str]], remarks: dict[str, str]) -> str:
    """The figures given, and those of the structure where they were asked for, each with what it is."""
    rows = [*figures, *((name, remarks[name]) for name in (*EXPLAINED, "not computed") if name in remarks)]
    return _table(("figure", "value and meaning"), rows)


def _columns(table: NetworkTable, remarks: dict[str, str], side: Side) -> str:
    """One row a column: its name, its type and what it is; for a measure also how it was found."""
    rows = [("label", "string", explained("label", "node"))] if side == "node" else []
    if side == "link":
        rows = [("weight", "double", explained("weight", "link"))]
    for column in table.nodes if side == "node" else table.edges:
        said = explained(column.name, side)
        found = remarks.get(_FOUND.get(column.name, "")) if side == "node" else None
        rows.append((column.name, column.type, said + (f"; here {found}" if found else "") + _empty(column)))
    intro = (
        "Nodes are n0, n1, … in most files, in the order of their IRIs; in VOSviewer and Pajek they count from 1. "
        "Measures have networkx's definitions and are exact, unless their row says otherwise."
        if side == "node"
        else "`source` and `target` are the ids of the two nodes."
    )
    return f"{intro}\n\n{_table(('column', 'type', 'what it is'), rows)}"


def _empty(column: Column) -> str:
    lacking = sum(1 for value in column.values if value is None)
    return f"; {lacking:,} of {len(column.values):,} have none" if lacking else ""


def _files(files: Sequence[Written], skipped: Sequence[Skipped]) -> str:
    rows = [(f"`{file.name}`", about(file.name), f"{file.size:,}", f"`{file.sha256}`") for file in files]
    listed = _table(("file", "what it is", "bytes", "SHA-256"), rows, raw=True)
    missing = _list((f"not written: {each.name}", each.reason) for each in skipped)
    return f"{listed}\n\n{missing}" if skipped else listed


def about(name: str) -> str:
    """What a file of a bundle is."""
    return next((said for end, said in ENDINGS.items() if name.endswith(end)), "")


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body or 'Nothing is said of it.'}\n"


def _list(rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- **{_text(name)}**: {_text(said)}" for name, said in rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, raw: bool = False) -> str:
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    lines += [" | ".join(cell if raw else _text(cell) for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def _text(text: str) -> str:
    """Text from the data, so that Markdown shows it as it is and it ends no table, list or page."""
    plain = " ".join(text.split()).translate(_HTML)
    # A line below between two letters means nothing in Markdown, and most names of columns have one.
    return re.sub(r"[\\|*`\[\]~]|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", plain)


_HTML: Final = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;"})


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


_OPENING: Final = """
| tool | what to do |
|---|---|
| any browser | open `network.html` |
| Gephi | *File, Open* `network.gexf`: places, sizes, colours and all columns are there. Or *Import spreadsheet* `network-nodes.csv`, then `network-edges.csv` into the same workspace |
| Gephi Lite | *Open* `network.gexf` or `network.graphology.json` |
| Cytoscape | *File, Import, Network from File* `network.cx2`, or `network.cyjs` |
| VOSviewer | *Open*: `network.vosviewer.json`, or as VOSviewer files `network-map.txt` and `network-network.txt` together |
| Pajek | read `network.net` as network, `network.clu` as partition, `network.vec` as vector |
| Graphviz | `neato -n -Tsvg network.dot -o drawing.svg` |
| spreadsheets | open `network-nodes.csv` and `network-edges.csv` as UTF-8, with commas; a text that would run as a formula has an apostrophe before it |
| R | `nodes <- read.csv("network-nodes.csv"); edges <- read.csv("network-edges.csv")`, then `igraph::graph_from_data_frame(edges, directed = FALSE, vertices = nodes)` |
| Python | `networkx.read_graphml("network.graphml")`, or `pandas.read_csv("network-nodes.csv")` |
"""  # noqa: E501  # a row of a table is one line
