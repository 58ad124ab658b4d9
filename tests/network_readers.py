"""Other people's readers of network files, each giving what it found in one shape, and networks hard to write."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from ipcgraph.errors import MissingExtraError
from ipcgraph.exports import export
from ipcgraph.exports.files import chosen_format, write_files

READERS = Path(__file__).with_name("readers")
NASTY = (
    'O\'Brien "Bee" & <b>AT&T</b>',
    "</script><script>alert(1)</script>",
    "=cmd|'/c calc'!A0",
    "line one\nline two\r\nthree\ttab",
    "שלום עולם \u202eright to left",
    "🙂 emoji 𝔘𝔫𝔦",
    "control \x00\x08\x1f\x7f\ufffe end",
    "x" * 10_000,
    "a;b,c|d",
    "  spaces  ",
    "back\\slash \\N \\n at the end\\",
    "&lt;entity&gt; &#38; &amp",
    "*Edges",
    "%",
)
Graph: Any = nx.Graph


@dataclass
class Found:
    """What a reader found: nodes by their id in the file, edges as source, target and attributes, and what is said."""

    directed: bool
    nodes: dict[str, dict[str, Any]]
    edges: list[tuple[str, str, dict[str, Any]]]
    said: dict[str, Any] = field(default_factory=dict)


def strict_json(text: str) -> Any:
    """The value of JSON text; NaN and the like, which only Python reads, are refused, and so is a key that repeats."""

    def refuse(name):
        raise ValueError(name)

    def once(pairs):
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names)), names
        return dict(pairs)

    return json.loads(text, parse_constant=refuse, object_pairs_hook=once)


def written(graph: Any, path: Path) -> tuple[Path, ...]:
    """What `export` gives; where what writes the format is not installed, the test is skipped."""
    try:
        return export(graph, path)
    except MissingExtraError as error:
        pytest.skip(str(error))


def written_as(table: Any, look: Any, path: Path) -> tuple[Path, ...]:
    """The same, of a network that `prepare` has laid out already."""
    try:
        return write_files(table, look, path, chosen_format(path))
    except MissingExtraError as error:
        pytest.skip(str(error))


def read_back(path: Path) -> Found:
    """What the reader of the format finds in the file that `export` names first."""
    reader = next((read for suffix, read in READ.items() if path.name.endswith(suffix)), None)
    return reader(path) if reader else read_with_node([path])[0]


def read_with_node(paths: list[Path]) -> list[Found]:
    """What graphology, graphology-gexf, graphology-graphml, cytoscape and Graphviz find, by the suffixes."""
    if shutil.which("node") is None or not (READERS / "node_modules").is_dir():
        pytest.skip("npm's readers are not here: run `make readers`")
    command = ["node", str(READERS / "read.cjs"), *map(str, paths)]
    answer = subprocess.run(command, capture_output=True, check=True, timeout=3600)
    found = []
    for path, one in zip(paths, json.loads(answer.stdout), strict=True):
        assert "error" not in one, f"{path.name}: {one['error']}"
        edges = [(edge["source"], edge["target"], edge["attributes"]) for edge in one["edges"]]
        found.append(Found(one["directed"], one["nodes"], edges, one["said"]))
    return found


def read_graphviz(path: Path) -> Found:
    """DOT by Graphviz itself: what it read, as its JSON has it."""
    if shutil.which("neato") is None:
        pytest.skip("Graphviz is not installed")
    command = ["neato", "-n2", "-Gsplines=false", "-Tdot_json", str(path)]
    file = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=1200).stdout)
    nodes = file.get("objects", [])
    edges = [(nodes[edge["tail"]]["name"], nodes[edge["head"]]["name"], edge) for edge in file.get("edges", [])]
    return Found(file["directed"], {node["name"]: node for node in nodes}, edges, said={"comment": file["comment"]})


def read_igraph(path: Path) -> Found:
    """Pajek by igraph: vertices by their number."""
    igraph = pytest.importorskip("igraph", reason="igraph is not installed")
    graph = igraph.Graph.Read_Pajek(str(path))
    nodes = {str(vertex.index + 1): vertex.attributes() for vertex in graph.vs}
    edges = [(str(edge.source + 1), str(edge.target + 1), edge.attributes()) for edge in graph.es]
    return Found(graph.is_directed(), nodes, edges)


def read_networkx_pajek(path: Path) -> Found:
    """Pajek by networkx, which knows a vertex by its label."""
    graph: Any = nx.read_pajek(path)
    number = {label: values.get("id") for label, values in graph.nodes(data=True)}
    nodes = {number[label]: {"name": label} | values for label, values in graph.nodes(data=True)}
    edges = [(number[one], number[other], values) for one, other, values in graph.edges(data=True)]
    return Found(graph.is_directed(), nodes, edges)


def read_ndex2(path: Path) -> Found:
    """CX2 by ndex2."""
    ndex2 = pytest.importorskip("ndex2.cx2", reason="ndex2 is not installed")
    network = ndex2.CX2Network()
    network.create_from_raw_cx2(strict_json(path.read_text(encoding="utf-8")))
    assert network.get_status() == {"success": True}
    nodes = {str(one): {"x": node["x"], "y": node["y"], **node["v"]} for one, node in network.get_nodes().items()}
    edges = [(str(edge["s"]), str(edge["t"]), edge["v"]) for edge in network.get_edges().values()]
    return Found(directed=False, nodes=nodes, edges=edges, said=network.get_network_attributes())


def read_vosviewer(path: Path) -> Found:
    """VOSviewer JSON by a strict parser, its fields as the documentation of VOSviewer has them."""
    file = strict_json(path.read_text(encoding="utf-8"))
    assert set(file) == {"info", "network"}
    assert set(file["network"]) == {"items", "links"}
    nodes = {str(item["id"]): item for item in file["network"]["items"]}
    edges = [(str(link["source_id"]), str(link["target_id"]), link) for link in file["network"]["links"]]
    return Found(directed=False, nodes=nodes, edges=edges, said=file["info"])


def read_vosviewer_text(path: Path) -> Found:
    """The map and the network file, as tab-separated text with quotes."""
    stem = path.name.removesuffix("-map.txt")
    with path.open(encoding="utf-8", newline="") as file:
        nodes = {row["id"]: row for row in csv.DictReader(file, delimiter="\t")}
    edges = []
    for line in path.with_name(f"{stem}-network.txt").read_text(encoding="utf-8").splitlines():
        source, target, strength = line.split("\t")
        edges.append((source, target, {"strength": float(strength)}))
    return Found(directed=False, nodes=nodes, edges=edges)


def read_neo4j(path: Path) -> Found:
    """Neo4j's CSV by its heads: a value becomes what the type behind the colon says."""
    relationships = path.with_name(path.name.replace("-nodes", "-relationships"))
    nodes = {row.pop(":ID(Node)"): row for row in _typed_rows(path)}
    edges = [(row.pop(":START_ID(Node)"), row.pop(":END_ID(Node)"), row) for row in _typed_rows(relationships)]
    return Found(directed=True, nodes=nodes, edges=edges)


def _typed_rows(path: Path) -> list[dict[str, Any]]:
    types: dict[str, Any] = {
        "string": str,
        "long": int,
        "double": float,
        "boolean": {"true": True, "false": False}.__getitem__,
        "string[]": lambda text: text.split(";"),
    }
    rows = []
    with path.open(encoding="utf-8", newline="") as file:
        for raw in csv.DictReader(file):
            row: dict[str, Any] = {}
            for head, text in raw.items():
                name, _, kind = head.partition(":")
                if kind in types and text:
                    row[name] = types[kind](text)
                elif kind not in types:
                    row[":" + kind] = text
            rows.append(row)
    return rows


def read_jsonlines(path: Path) -> Found:
    """Edges and nodes by a strict parser, one line at a time."""
    nodes = path.with_name(f"{path.stem}-nodes.jsonl")
    edges = [strict_json(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
    rows = [strict_json(line) for line in nodes.read_text(encoding="utf-8").split("\n")[:-1]]
    directed = any(edge["directed"] for edge in edges)
    return Found(directed, {row["id"]: row for row in rows}, [(each["source"], each["target"], each) for each in edges])


def read_parquet(path: Path) -> Found:
    """Parquet by pyarrow; what is null is not there."""
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    nodes = parquet.read_table(path)
    edges = parquet.read_table(path.with_name(path.name.replace("-nodes", "-edges"))).to_pylist()
    said = {name.decode(): text.decode() for name, text in (nodes.schema.metadata or {}).items()}
    rows = [{name: value for name, value in row.items() if value is not None} for row in nodes.to_pylist()]
    directed = any(edge["directed"] for edge in edges)
    ends = [(each["source"], each["target"], {k: v for k, v in each.items() if v is not None}) for each in edges]
    return Found(directed, {row["id"]: row for row in rows}, ends, said)


def undotted(text: str) -> str:
    """A value of DOT as it was before it was written: backslashes single, `\\n` a line break."""
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text)


READ: dict[str, Any] = {
    ".net": read_igraph,
    ".cx2": read_ndex2,
    ".vosviewer.json": read_vosviewer,
    "-map.txt": read_vosviewer_text,
    "-neo4j-nodes.csv": read_neo4j,
    ".jsonl": read_jsonlines,
    "-nodes.parquet": read_parquet,
}
"""The readers that are Python's, by the end of the name of the file that they are given."""
