"""The sixteen faults of existing writers (networks.md): none is in any format where it could be."""

import datetime as dt
import decimal
import math
import os
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
import rdflib
from lxml import etree
from tests.network_readers import Graph, read_back, strict_json, written

from ipcgraph.exports import appearance, export, network_table
from ipcgraph.exports.pajek import write_net

SHARED = Path(os.environ.get("IPCGRAPH_SHARED", Path(__file__).parents[2] / "shared"))
SCHEMA = SHARED / "suites" / "gexf" / "specs" / "1.3" / "gexf.rng"
JSON = (".cyjs", ".graphology.json", ".vosviewer.json", ".cx2", ".jsonl")
COMPLETE = (".gexf", ".graphml", ".cyjs", ".graphology.json", ".dot", ".cx2", ".neo4j.csv", ".jsonl", ".parquet")
ALL = (*COMPLETE, ".net", ".vosviewer.json", ".vosviewer.txt")
A, B = "http://example.org/a?x=1&y=2", "http://example.org/b"


def pair(**attributes):
    """Two nodes with a link; the attributes are those of the first node."""
    graph = Graph()
    graph.add_node(A, **attributes)
    graph.add_edge(A, B)
    return graph


def back(graph, suffix, folder):
    """What a reader finds in the file, and the first node as the format has it."""
    read = read_back(written(graph, folder / f"out{suffix}")[0])
    return read, next(iter(read.nodes.values()))


def ends(read):
    return {end for source, target, _ in read.edges for end in (source, target)}


@pytest.mark.skipif(not SCHEMA.is_file(), reason="the GEXF schemas are not here")
def test_1_gexf_of_the_simplest_graph_is_valid(tmp_path):
    schema = etree.RelaxNG(etree.parse(SCHEMA))
    assert schema.validate(etree.parse(export(pair(a=1.5), tmp_path / "out.gexf")[0])), schema.error_log


VALUES: dict[str, Any] = {
    "none": None, "day": dt.date(2021, 3, 1), "time": dt.datetime(2021, 3, 1, 5, tzinfo=dt.UTC),
    "price": decimal.Decimal("2.5"), "tags": {"b", "c"}, "flag": np.bool_(True), "literal": rdflib.Literal("text"),
    "ref": rdflib.URIRef(B), "parts": ["b", "c"],
}  # fmt: skip


@pytest.mark.parametrize("suffix", ALL)
def test_2_no_value_of_python_stops_the_writer(suffix, tmp_path):
    read, node = back(pair(**VALUES), suffix, tmp_path)
    assert len(read.nodes) == 2
    if suffix in COMPLETE:
        texts = {"day": "2021-03-01", "time": "2021-03-01T05:00:00+00:00", "literal": "text", "ref": B}
        assert {name: node[name] for name in texts} == texts
        assert (float(node["price"]), int(node["day_year"]), str(node["flag"]).lower()) == (2.5, 2021, "true")
        assert node["tags"] in (["b", "c"], "b; c")
        assert not node.get("none")


@pytest.mark.parametrize("suffix", ALL)
def test_3_an_attribute_called_id_leaves_the_edges_their_nodes(suffix, tmp_path):
    read, node = back(pair(id="mine"), suffix, tmp_path)
    assert ends(read) == set(read.nodes)
    assert len(read.nodes) == 2
    if suffix in COMPLETE:
        assert node["attr_id"] == "mine"


@pytest.mark.parametrize("suffix", COMPLETE)
def test_4_an_edge_attribute_called_type_is_no_direction(suffix, tmp_path):
    graph = pair()
    graph.edges[A, B]["type"] = "coauthor"
    read, _ = back(graph, suffix, tmp_path)
    assert read.edges[0][2]["attr_type"] == "coauthor"
    assert read.directed == (suffix == ".neo4j.csv")


@pytest.mark.parametrize("suffix", COMPLETE)
def test_5_start_end_and_pid_are_attributes_like_others(suffix, tmp_path):
    _, node = back(pair(start="2020", end="2021", pid="p"), suffix, tmp_path)
    assert [node[f"attr_{name}"] for name in ("start", "end", "pid")] == ["2020", "2021", "p"]


@pytest.mark.parametrize("suffix", COMPLETE)
def test_6_a_column_has_the_type_of_all_its_values(suffix, tmp_path):
    graph = pair(whole=1, mixed=1)
    graph.nodes[B].update(whole=2.5, mixed="x")
    read, _ = back(graph, suffix, tmp_path)
    one, other = read.nodes.values()
    assert [float(one["whole"]), float(other["whole"])] == [1.0, 2.5]
    assert [one["mixed"], other["mixed"]] == ["1", "x"]


@pytest.mark.parametrize("suffix", ALL)
def test_7_control_characters_do_not_break_the_file(suffix, tmp_path):
    read, node = back(pair(label="a\x00b\x08c\x1fd\ufffee\ud800f", said="a\x0bb"), suffix, tmp_path)
    assert len(read.nodes) == 2
    assert "abcdef" in {node.get("label"), node.get("name")}
    if suffix in COMPLETE:
        assert node["said"] == "ab"


@pytest.mark.parametrize("suffix", [".gexf", ".graphml", ".cyjs", ".graphology.json", ".dot", ".cx2", ".jsonl"])
def test_8_a_dict_is_json_and_viz_stays_on_nodes(suffix, tmp_path):
    graph = pair(nested={"a": 1})
    graph.edges[A, B]["viz"] = {"thickness": 2}
    read, node = back(graph, suffix, tmp_path)
    assert strict_json(node["nested"]) == {"a": 1}
    assert strict_json(read.edges[0][2]["attr_viz"]) == {"thickness": 2}


def test_9_graphml_is_written_without_lxml(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "lxml", None)
    found: Any = nx.read_graphml(export(pair(**VALUES), tmp_path / "out.graphml")[0])
    assert found.nodes["n0"]["day"] == "2021-03-01"


@pytest.mark.parametrize(("suffix", "path", "name"), [
    (".graphml", ".//{*}key", "attr.name"), (".gexf", ".//{*}attribute", "title"),
])  # fmt: skip
def test_10_each_attribute_is_declared_once(suffix, path, name, tmp_path):
    graph = pair(mixed=1, Works=1)
    graph.nodes[B].update(mixed=2.5, works=2)
    graph.add_node("x:c", mixed="x")
    names = [key.get(name).lower() for key in etree.parse(export(graph, tmp_path / f"out{suffix}")[0]).iterfind(path)]
    assert len(names) == len(set(names)) > 3


def test_11_igraph_reads_our_graphml_with_ids_numbers_and_edges(tmp_path):
    igraph = pytest.importorskip("igraph", reason="igraph is not installed")
    multiple: Any = nx.MultiGraph([(A, B), (A, B), (B, "x:c")])
    multiple.nodes[A].update(id="mine", works=2)
    graph = igraph.Graph.Read_GraphML(str(export(multiple, tmp_path / "out.graphml")[0]))
    assert graph.vs["id"] == ["n0", "n1", "n2"]
    assert (graph.vs["attr_id"][0], graph.vs["works"][0]) == ("mine", 2)
    assert math.isnan(graph.vs["works"][1])  # igraph has no other way to say that nothing is known
    assert (graph.ecount(), graph.count_multiple()) == (3, [2, 2, 1])
    edges = etree.parse(tmp_path / "out.graphml").iterfind(".//{*}edge")
    assert [edge.get("id") for edge in edges] == ["e0", "e1", "e2"]


@pytest.mark.parametrize("suffix", [".gexf", ".graphml", ".cyjs", ".graphology.json", ".dot", ".jsonl", ".net"])
def test_11_two_links_of_one_pair_are_two(suffix, tmp_path):
    multiple: Any = nx.MultiGraph([(A, B), (A, B)])
    path = export(multiple, tmp_path / f"out{suffix}")[0]
    if suffix in {".gexf", ".graphml"}:
        found: Any = nx.read_gexf(path) if suffix == ".gexf" else nx.read_graphml(path)
        assert found.number_of_edges() == 2
    else:
        assert len(read_back(path).edges) == 2


def test_12_pajek_loses_nothing_and_invents_nothing(tmp_path):
    graph = pair(id="mine", parent="p", pid="q", label='a "b"\nc', community=2, weighted_degree=1.0, flag=True)
    files = export(graph, tmp_path / "out.net")
    read = read_back(files[0])
    assert [node["name"] for node in read.nodes.values()] == ["a 'b' c", B]
    assert "ellipse" not in files[0].read_text(encoding="utf-8")
    assert [path.read_text(encoding="utf-8").splitlines()[1:] for path in files[1:3]] == [["2", "0"], ["1.0", "0.0"]]
    assert "mine" in (tmp_path / "out-nodes.csv").read_text(encoding="utf-8")
    table = network_table(graph)
    with (tmp_path / "placeless.net").open("w", encoding="utf-8") as file:
        write_net(table, appearance(table, layout_nodes=0), file)
    placeless = read_back(tmp_path / "placeless.net")
    assert len(placeless.nodes) == 2
    assert not any(node.get("x") for node in placeless.nodes.values())


def test_13_dot_keeps_each_node_apart_and_takes_any_name(tmp_path):
    graph = pair(name="N", none=None, label="L")
    graph.nodes[A].update({"a b/c": "spaced", "http://purl.org/x#y": "iri", "comment": "c", "attr_comment": "d"})
    read, node = back(graph, ".dot", tmp_path)
    assert list(read.nodes) == ["n0", "n1"]
    assert (node["name"], node["attr_name"], node["label"], node["iri"]) == ("n0", "N", "L", A)
    assert (node["a_b_c"], node["http___purl.org_x_y"]) == ("spaced", "iri")
    assert (node["attr_attr_comment"], node["attr_comment"]) == ("c", "d")
    assert "comment" not in node
    assert None not in node.values()
    assert "None" not in node.values()


@pytest.mark.parametrize("suffix", JSON)
def test_14_json_is_strict_and_keeps_id_value_and_parent(suffix, tmp_path):
    graph = pair(
        id="mine", value=3, parent="p", nothing=math.nan, endless=math.inf, day=dt.date(2021, 3, 1), n=np.int64(7)
    )
    read, node = back(graph, suffix, tmp_path)
    assert ends(read) == set(read.nodes)
    for path in (path for path in export(graph, tmp_path / f"again{suffix}") if path.suffix != ".csv"):
        text = path.read_text(encoding="utf-8")
        for line in text.splitlines() if path.suffix == ".jsonl" else [text]:
            strict_json(line)
    if suffix != ".vosviewer.json":
        assert (node["attr_id"], node["attr_value"], node["attr_parent"], node["n"]) == ("mine", 3, "p", 7)
        assert not {"nothing", "endless"} & {name for name, value in node.items() if value is not None}


@pytest.mark.parametrize("suffix", [*COMPLETE, ".net", ".vosviewer.json"])
def test_15_edge_attributes_called_source_and_target_do_not_move_the_edge(suffix, tmp_path):
    graph = pair()
    graph.edges[A, B].update(source="s", target="t", id="mine", key="k")
    read, _ = back(graph, suffix, tmp_path)
    assert ends(read) == set(read.nodes)
    if suffix in COMPLETE:
        values = read.edges[0][2]
        assert [values[f"attr_{name}"] for name in ("source", "target", "id", "key")] == ["s", "t", "mine", "k"]


@pytest.mark.parametrize("suffix", ALL)
def test_16_names_that_are_iris_and_numbers_of_numpy_are_written(suffix, tmp_path):
    graph = pair(**{"http://purl.org/x#y": np.float64(0.5), "n": np.int32(3)})
    read, node = back(graph, suffix, tmp_path)
    assert len(read.nodes) == 2
    if suffix in COMPLETE:
        assert (float(node["http___purl.org_x_y"]), int(node["n"])) == (0.5, 3)
