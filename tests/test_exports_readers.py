"""Exports: what other people's readers make of each file is what the network was, odd labels and values included."""

import itertools
import math
import re
from typing import Any

import networkx as nx
import pytest
from tests.network_readers import (
    NASTY,
    Found,
    Graph,
    read_back,
    read_igraph,
    read_networkx_pajek,
    read_with_node,
    strict_json,
    undotted,
    written,
)
from tests.test_exports import dated, odd_values, people

from ipcgraph.errors import MissingExtraError
from ipcgraph.exports import export, network_table
from ipcgraph.exports.appearance import appearance
from ipcgraph.exports.table import as_text, clean

WITH_NODE = (".gexf", ".graphml", ".cyjs", ".graphology.json", ".dot")
SUFFIXES = (
    *WITH_NODE,
    *(".net", ".cx2", ".vosviewer.json", ".vosviewer.txt", ".neo4j.csv", ".jsonl", ".parquet"),
)
COMPLETE = tuple(suffix for suffix in SUFFIXES if suffix not in {".net", ".vosviewer.json", ".vosviewer.txt"})
"""Those that hold every attribute."""

JOINED = (".graphml", ".dot", ".neo4j.csv")
"""Those whose lists are text, joined by `; `, where an item has a semicolon."""

PLACED = (
    ".gexf",
    ".graphml",
    ".cyjs",
    ".graphology.json",
    ".dot",
    ".net",
    ".cx2",
    ".vosviewer.json",
    ".jsonl",
    ".parquet",
)
COLOURED = (".gexf", ".graphml", ".cyjs", ".graphology.json", ".dot", ".cx2", ".jsonl", ".parquet")


def nasty():
    graph = Graph(name="Nasty", note="N & M </script>")
    for number, label in enumerate(NASTY):
        graph.add_node(f"http://example.org/{number}?a=b&c", label=label, said=label, parts=[label, "b"])
    nodes = list(graph)
    for one, other in itertools.pairwise(nodes):
        graph.add_edge(one, other, relation=graph.nodes[one]["label"], weight=0.5)
    return graph


def isolates():
    graph = people()
    graph.add_nodes_from((f"http://example.org/{number}", {"label": "Alone"}) for number in range(3))
    return graph


def loops():
    graph: Any = nx.DiGraph([("x:a", "x:b"), ("x:b", "x:a"), ("x:c", "x:c")])
    return graph


NETWORKS: dict[str, Any] = {
    "people": people,
    "odd": odd_values,
    "nasty": nasty,
    "empty": Graph,
    "one": lambda: nx.path_graph(1),
    "isolates": isolates,
    "directed": loops,
    "dated": dated,
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What the reader of a format finds in the file of a network; npm's readers are started once for all files."""
    folder = tmp_path_factory.mktemp("exports")
    with_node: dict[Any, Found] = {}

    def file(suffix, name):
        return written(NETWORKS[name](), folder / f"{name}{suffix}")[0]

    def read(suffix, name) -> Found:
        if suffix not in WITH_NODE:
            return read_back(file(suffix, name))
        if not with_node:
            keys = list(itertools.product(WITH_NODE, NETWORKS))
            with_node.update(zip(keys, read_with_node([file(*key) for key in keys]), strict=True))
        return with_node[suffix, name]

    return read


def ids_of(suffix, table):
    """What the nodes are called in the format, in the order of the table."""
    first = {".net": 1, ".vosviewer.json": 1, ".vosviewer.txt": 1, ".cx2": 0}.get(suffix)
    return list(table.ids) if first is None else [str(first + row) for row in range(len(table.ids))]


def label_of(suffix, node):
    if suffix == ".dot":
        return undotted(node["label"]).replace("&amp;", "&")
    return node["name"] if suffix in {".cx2", ".net", ".neo4j.csv"} else node["label"]


def expected_label(suffix, label):
    if suffix == ".dot":
        return re.sub(r"\r\n|\r", "\n", label).replace("\t", " ")
    if suffix == ".net":
        return " ".join(label.replace('"', "'").replace("\\", "/").split())
    if suffix == ".vosviewer.txt":
        return " ".join(label.replace('"', "'").split())
    if suffix == ".neo4j.csv" and label.startswith("="):
        return "'" + label
    return label


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", [name for name in NETWORKS if name != "isolates"])
def test_every_node_and_its_label_is_read_back(suffix, name, found):
    table = network_table(NETWORKS[name]())
    read = found(suffix, name).nodes
    assert list(read) == ids_of(suffix, table)
    labels = [label_of(suffix, node) for node in read.values()]
    assert labels == [expected_label(suffix, label) for label in table.labels]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", [name for name in NETWORKS if name != "directed"])
def test_every_edge_and_its_weight_is_read_back(suffix, name, found):
    table = network_table(NETWORKS[name]())
    called = dict(zip(table.ids, ids_of(suffix, table), strict=True))
    weights = {
        frozenset((called[source], called[target])): weight
        for source, target, weight in zip(table.sources, table.targets, table.weights, strict=True)
    }
    read = found(suffix, name)
    key = "strength" if suffix.startswith(".vosviewer") else "weight"
    assert {frozenset(ends): float(values[key]) for *ends, values in read.edges} == weights
    assert len(read.edges) == len(table.edge_ids)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_isolates_are_kept_and_namesakes_told_apart(suffix, found):
    table = network_table(isolates())
    read = found(suffix, "isolates").nodes
    assert list(read) == ids_of(suffix, table)
    labels = [label_of(suffix, node) for node in read.values()]
    assert labels[-3:] == ["Alone", "Alone (n7)", "Alone (n8)"] if suffix == ".net" else ["Alone"] * 3


@pytest.mark.parametrize("suffix", [each for each in SUFFIXES if not each.startswith(".vosviewer") and each != ".cx2"])
def test_direction_and_loops_are_read_back(suffix, found):
    read = found(suffix, "directed")
    ends = [(source, target) for source, target, _ in read.edges]
    names = ("1", "2", "3") if suffix == ".net" else ("n0", "n1", "n2")
    assert read.directed
    assert sorted(ends) == [(names[0], names[1]), (names[1], names[0]), (names[2], names[2])]


@pytest.mark.parametrize("suffix", [".vosviewer.json", ".vosviewer.txt"])
def test_vosviewer_has_one_link_for_both_directions(suffix, found):
    read = found(suffix, "directed")
    assert [(one, other, values["strength"]) for one, other, values in read.edges] == [("1", "2", 2.0), ("3", "3", 1.0)]


def values_of(suffix, columns, row):
    """The attributes of the row as the format has them."""
    known: dict[str, Any] = {}
    for column in columns:
        value: Any = column.values[row]
        if value is None:
            continue
        if column.type == "list":
            separate = suffix not in JOINED or (suffix == ".neo4j.csv" and not semicolon(column))
            value = list(value) if separate else as_text(value)
        if suffix == ".dot":
            value = as_text(value)
        if suffix == ".neo4j.csv" and isinstance(value, str) and value.startswith("="):
            value = "'" + value
        known[column.name] = value
    return known


def semicolon(column):
    return any(";" in item for value in column.values for item in value or ())


@pytest.mark.parametrize("suffix", COMPLETE)
@pytest.mark.parametrize("name", ["people", "odd", "nasty", "dated"])
def test_every_attribute_is_read_back_with_its_type(suffix, name, found):
    table = network_table(NETWORKS[name]())
    read = found(suffix, name)
    for row, node in enumerate(read.nodes.values()):
        assert_holds(suffix, node, values_of(suffix, table.nodes, row))
    for row, (_, _, values) in enumerate(read.edges):
        assert_holds(suffix, values, values_of(suffix, table.edges, row))


def assert_holds(suffix, read, expected):
    if suffix == ".dot":
        read = {name: undotted(text) for name, text in read.items() if isinstance(text, str)}
        read |= {"group": read.get("attr_group"), "id": None}
    seen = {name: read.get(name) for name in expected}
    assert seen == expected
    for name, value in expected.items():
        # JavaScript has one kind of number: whole ones come back without a point.
        assert type(seen[name]) is type(value) or (suffix in WITH_NODE and isinstance(value, float)), name


@pytest.mark.parametrize("suffix", PLACED)
def test_places_are_read_back(suffix, found):
    look: Any = appearance(network_table(people()))
    places = [place_of(suffix, node) for node in found(suffix, "people").nodes.values()]
    if suffix == ".net":
        places = unscaled(places, look.positions)
    for place, position in zip(places, look.positions, strict=True):
        assert place == pytest.approx(position, abs=2e-3)


def place_of(suffix, node):
    if suffix == ".dot":
        x, y = node["pos"].split(",")
        return float(x), float(y)
    return node["x"], -node["y"] if suffix in {".cyjs", ".cx2", ".net"} else node["y"]


def unscaled(places, positions):
    """Pajek's places between 0 and 1, on the scale of ours."""
    axes = []
    for axis in (0, 1):
        values = [position[axis] for position in positions]
        least, width = min(values), max(values) - min(values)
        low = min(place[axis] for place in places)
        axes.append([least + (place[axis] - low) * width for place in places])
    return list(zip(*axes, strict=True))


@pytest.mark.parametrize("suffix", COLOURED)
def test_sizes_and_colours_are_read_back(suffix, found):
    look = appearance(network_table(people()))
    for node, size, colour in zip(found(suffix, "people").nodes.values(), look.sizes, look.colours, strict=True):
        seen = node["fillcolor" if suffix == ".dot" else "color"]
        parts = re.findall(r"\d+", seen) if seen.startswith("rgb") else ()
        assert ("#" + "".join(f"{int(part):02X}" for part in parts) if parts else seen) == colour
        width = float(node["width"]) * 72 if suffix == ".dot" else node["size"]
        assert width == pytest.approx(size, abs=0.01)


@pytest.mark.parametrize("suffix", [".vosviewer.json", ".vosviewer.txt"])
def test_vosviewer_has_communities_weights_scores_and_the_iri(suffix, found):
    graph = people()
    for (iri, values), item in zip(graph.nodes(data=True), found(suffix, "people").nodes.values(), strict=True):
        if suffix == ".vosviewer.json":
            item |= {f"weight<{name}>": number for name, number in item["weights"].items()}
            item |= {f"score<{name}>": number for name, number in item["scores"].items()}
        assert (item["url"], item["description"]) == (iri, iri)
        seen = {name: float(item[name]) for name in item if name == "cluster" or "<" in name}
        assert seen == {
            "cluster": values["community"],
            "weight<Documents>": values["works"],
            "weight<Links>": values["degree"],
            "weight<Total link strength>": values["weighted_degree"],
            **{f"score<{name}>": values[name] for name in ("betweenness", "clustering", "component", "credit")},
        }


def test_vosviewer_descriptions_are_safe_html_and_say_what_is_lost(found):
    read = found(".vosviewer.json", "nasty")
    told = next(item["description"] for item in read.nodes.values() if "script" in item["label"])
    assert "&lt;/script&gt;&lt;script&gt;" in told
    assert "<script" not in told
    assert read.said["title"] == "Nasty"
    assert "Not in this file: of links relation" in read.said["description"]
    assert "N &amp; M &lt;/script&gt;" in read.said["description"]


def test_networkx_reads_the_same_pajek_file_as_igraph(found, tmp_path):
    for name, make in NETWORKS.items():
        (path, *_) = export(make(), tmp_path / f"{name}.net")
        one, other = read_igraph(path), read_networkx_pajek(path)
        assert {key: node["name"] for key, node in one.nodes.items()} == {
            key: node["name"] for key, node in other.nodes.items()
        }
        assert sorted(each[:2] for each in one.edges) == sorted(each[:2] for each in other.edges)


def test_pajek_has_communities_and_weighted_degrees_and_sheets_beside_it(tmp_path):
    graph = people()
    files = export(graph, tmp_path / "out.net")
    assert [path.name for path in files] == [
        "out.net", "out.clu", "out.vec", "out-nodes.csv", "out-edges.csv", "out-remarks.csv",
    ]  # fmt: skip
    for path, name in zip(files[1:3], ("community", "weighted_degree"), strict=True):
        head, *values = path.read_text(encoding="utf-8").splitlines()
        assert head == f"*Vertices {len(graph)}"
        assert [float(value) for value in values] == [graph.nodes[node][name] for node in graph]
    sheets = export(graph, tmp_path / "sheets.csv")
    assert [path.read_bytes() for path in files[3:]] == [path.read_bytes() for path in sheets]


def test_graphviz_draws_labels_as_they_are(found):
    drawing = found(".dot", "nasty").said["svg"]
    for text in (
        "O&#39;Brien &quot;Bee&quot; &amp; &lt;b&gt;AT&amp;T&lt;/b&gt;",
        "&amp;lt;entity&amp;gt; &amp;#38;",
        "שלום",
        "🙂",
    ):
        assert text in drawing
    assert "back\\slash \\N \\n at the end\\" in drawing


@pytest.mark.parametrize("suffix", [".cyjs", ".graphology.json", ".vosviewer.json", ".cx2", ".jsonl"])
def test_json_is_strict_and_cannot_leave_the_page_that_holds_it(suffix, tmp_path):
    graph = nasty()
    for node in graph:
        graph.nodes[node]["part"] = math.nan
    for path in export(graph, tmp_path / f"out{suffix}"):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".csv":
            assert "</script" not in text
            for line in text.splitlines() if path.suffix == ".jsonl" else [text]:
                strict_json(line)


@pytest.mark.parametrize("suffix", [each for each in SUFFIXES if each not in {".gexf", ".graphml", ".cyjs"}])
@pytest.mark.parametrize("name", NETWORKS)
def test_two_runs_give_the_same_bytes(suffix, name, tmp_path):
    (tmp_path / "other").mkdir()
    first = written(NETWORKS[name](), tmp_path / f"out{suffix}")
    second = written(NETWORKS[name](), tmp_path / "other" / f"out{suffix}")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_was_counted_and_left_out_is_said(suffix, found, tmp_path):
    graph = people()
    files = written(graph, tmp_path / f"out{suffix}")
    remarks = [path for path in files if path.name == "out-remarks.csv"] or files[:1]
    text = remarks[0].read_bytes().decode("utf-8", "replace")
    assert clean(graph.graph["counting"]) in text
    assert "Left out" in text or "left_out" in text


def test_neo4j_gets_types_labels_and_lists(tmp_path):
    graph = Graph()
    graph.add_node("x:a", label="A", kind="Partner", tags=["b", "c"], also=["b;c"], flag=True, works=2)
    graph.add_edge("x:a", "x:b", weight=2)
    nodes, relationships, _ = export(graph, tmp_path / "out.neo4j.csv")
    assert nodes.read_text(encoding="utf-8").splitlines() == [
        "id:ID(Node),name:string,iri:string,also:string,flag:boolean,kind:string,tags:string[],works:long,:LABEL",
        "n0,A,x:a,b;c,true,Partner,b;c,2,Node;Partner",
        "n1,x:b,x:b,,,,,,Node",
    ]
    assert relationships.read_text(encoding="utf-8").splitlines() == [
        ":START_ID(Node),:END_ID(Node),weight:double,:TYPE",
        "n0,n1,2.0,LINKED",
    ]


def test_parquet_without_pyarrow_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'ipcgraph\[parquet\]'"):
        export(people(), tmp_path / "out.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_two_part_suffix_leaves_the_stem(tmp_path):
    assert [path.name for path in export(people(), tmp_path / "a.b.VOSviewer.txt")] == [
        "a.b-map.txt", "a.b-network.txt", "a.b-edges.csv", "a.b-remarks.csv",
    ]  # fmt: skip
    assert [path.name for path in export(people(), tmp_path / "a.b", file_format="jsonlines")] == [
        "a.jsonl", "a-nodes.jsonl", "a-remarks.csv",
    ]  # fmt: skip
    assert export(people(), tmp_path / "x.graphology.json") == (tmp_path / "x.graphology.json",)
