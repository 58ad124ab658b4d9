"""Exports: what networkx's readers, the GEXF schema and a strict JSON parser make of the files, odd labels included."""

import csv
import datetime as dt
import decimal
import json
import math
import os
import re
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
import rdflib
from lxml import etree
from tests.network_readers import NASTY
from tests.work_quads import IPC_WORKS, described, key, partnership, thing, written

from ipcgraph import networks
from ipcgraph.cli import main
from ipcgraph.collecting import collect_columns
from ipcgraph.errors import UsageError
from ipcgraph.exports import export, network_table
from ipcgraph.exports.appearance import LAYOUT_NODES, OTHER, PALETTE, appearance
from ipcgraph.exports.files import write_files
from ipcgraph.media import formats_for
from ipcgraph.networks.measures import EXPLAINED

# Any: the stubs of networkx do not know what attributes our nodes and links have.
network: Any = networks.network
measure: Any = networks.measure
Graph: Any = nx.Graph
SHARED = Path(os.environ.get("IPCGRAPH_SHARED", Path(__file__).parents[2] / "shared"))
SCHEMA = SHARED / "suites" / "gexf" / "specs" / "1.3" / "gexf.rng"
SUFFIXES = (".gexf", ".graphml", ".cyjs", ".csv")


def people(columns_of=IPC_WORKS):
    return measure(network("coauthorship", collect_columns(written(columns_of))))


@pytest.fixture(scope="module")
def partners():
    quads = [
        *described("center/harbour", "Center"),
        *described("organization/kelp", "Partner"),
        *described("place/no", "Place", "Norway"),
        *partnership(
            "one",
            kind="grant",
            of=["center/harbour"],
            partners=["organization/kelp"],
            bounds={"startNotBefore": "1996-01-01", "startNotAfter": "1996-12-31"},
        ),
        *partnership("two", kind="network-member", of=["center/harbour"], countries=["place/no"]),
    ]
    return measure(network("partnership", collect_columns(quads)))


def read_cytoscape(path):
    """The graph of a Cytoscape.js file, by networkx's reader, nodes by id; NaN and the like are refused."""

    def refuse(name):
        raise ValueError(name)

    return nx.cytoscape_graph(
        {"multigraph": False, "directed": False} | json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    )


def read_sheets(path):
    """The graph of the sheets of nodes and edges, by the columns that Gephi looks for."""
    graph = Graph()
    with path.with_name(f"{path.stem}-nodes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            graph.add_node(row.pop("Id"), label=row.pop("Label"), **row)
    with path.with_name(f"{path.stem}-edges.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert row["Type"] == "Undirected"
            graph.add_edge(row["Source"], row["Target"], weight=float(row["Weight"]), **row)
    return graph


READERS: dict[str, Any] = {
    ".gexf": nx.read_gexf,
    ".graphml": nx.read_graphml,
    ".cyjs": read_cytoscape,
    ".csv": read_sheets,
}


def read_back(graph, suffix, folder):
    """The graph after it was written and read by someone else's reader, its nodes renamed to their IRIs."""
    path = folder / f"network{suffix}"
    export(graph, path)
    found = READERS[suffix](path)
    return nx.relabel_nodes(found, {node: found.nodes[node]["iri"] for node in found})


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_nodes_edges_weights_labels_and_measures_are_read_back(suffix, tmp_path):
    graph = people()
    found = read_back(graph, suffix, tmp_path)
    assert set(found) == set(graph)
    assert {frozenset(ends) for ends in found.edges} == {frozenset(ends) for ends in graph.edges}
    for one, other, weight in graph.edges(data="weight"):
        assert float(found.edges[one, other]["weight"]) == weight
    for node, attributes in graph.nodes(data=True):
        assert found.nodes[node]["label"] == attributes["label"]
        for name in ("works", "credit", "degree", "weighted_degree", "betweenness", "clustering", "community"):
            assert float(found.nodes[node][name]) == attributes[name], name


@pytest.mark.parametrize("suffix", [".gexf", ".graphml", ".cyjs"])
def test_numbers_keep_their_type(suffix, tmp_path):
    found = read_back(people(), suffix, tmp_path)
    for _, attributes in found.nodes(data=True):
        assert type(attributes["works"]) is int
        assert type(attributes["credit"]) is float


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_relations_and_dates_are_read_back(suffix, tmp_path, partners):
    found = read_back(partners, suffix, tmp_path)
    harbour, kelp, norway = sorted(partners)
    link = found.edges[harbour, kelp]
    assert (link["relation"], link["start_not_before"]) == ("grant", "1996-01-01")
    assert int(link["start_not_before_year"]) == 1996
    assert not found.edges[harbour, norway].get("start_not_before")
    assert found.nodes[norway]["kind"] == "Place"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_two_runs_give_the_same_bytes(suffix, tmp_path):
    works = {f"w{number}": [f"p{number % 7}", f"p{number % 5}", f"p{number % 3}"] for number in range(30)}
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first = export(people(works), tmp_path / "one" / f"network{suffix}")
    second = export(people(dict(reversed(works.items()))), tmp_path / "two" / f"network{suffix}")
    assert [path.name for path in first] == [path.name for path in second]
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("label", NASTY, ids=range(len(NASTY)))
def test_odd_labels_survive(suffix, label, tmp_path):
    graph = Graph()
    graph.add_edge("http://example.org/a?x=1&y=2", "http://example.org/b", relation=label)
    graph.nodes["http://example.org/a?x=1&y=2"].update(label=label, said=label)
    found = read_back(graph, suffix, tmp_path)
    expected = label.translate({0: None, 8: None, 0x1F: None, 0xFFFE: None})
    if suffix == ".csv" and label.startswith("="):
        expected = "'" + expected
    assert found.nodes["http://example.org/a?x=1&y=2"]["label"] == expected
    assert found.nodes["http://example.org/a?x=1&y=2"]["said"] == expected
    assert found.edges["http://example.org/a?x=1&y=2", "http://example.org/b"]["relation"] == expected


def odd_values():
    """One graph that holds each value and name on which writers are known to fail."""
    graph = Graph(name="Odd", left_out=("a </b>", "c"), note="N & M")
    graph.add_node(
        "http://example.org/a",
        none=None, day=dt.date(2021, 3, 1), time=dt.datetime(2021, 3, 1, 5, tzinfo=dt.UTC),
        price=decimal.Decimal("2.5"), flag=np.bool_(True), number=np.int64(7), part=np.float64(0.5), tags=["b", "a"],
        group={"y", "x"}, literal=rdflib.Literal("lit"), ref=rdflib.URIRef("http://example.org/r"), nested={"k": [1]},
        mixed=1, whole=1, nothing=math.nan, endless=math.inf, huge=2**70, id="mine", parent="p", source="s", target="t",
        value=3, start="2020", end="2021", pid="q", viz="v", x=1, color="red", size=2, type="T", weight=9,
    )  # fmt: skip
    graph.nodes["http://example.org/a"]["a b/c"] = "spaced"
    graph.nodes["http://example.org/a"]["a_b_c"] = "plain"
    graph.nodes["http://example.org/a"]["http://purl.org/x#y"] = "iri"
    graph.add_node("http://example.org/b", mixed="two", whole=2.5, Works=1, works=2)
    graph.add_edge(
        "http://example.org/a", "http://example.org/b",
        type="coauthor", id="mine", source="s", target="t", weight=np.float64(2), label="L", key="k", start=1, none=None,
    )  # fmt: skip
    return graph


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_odd_values_and_reserved_names_are_written_so_that_they_are_read_back(suffix, tmp_path):
    found = read_back(odd_values(), suffix, tmp_path)
    assert set(found) == {"http://example.org/a", "http://example.org/b"}
    node = found.nodes["http://example.org/a"]
    other = found.nodes["http://example.org/b"]
    texts = {
        "day": "2021-03-01", "time": "2021-03-01T05:00:00+00:00", "literal": "lit", "ref": "http://example.org/r",
        "nested": '{"k": [1]}', "mixed": "1", "huge": str(2**70), "attr_id": "mine", "attr_parent": "p", "attr_source": "s",
        "attr_target": "t", "attr_start": "2020", "attr_end": "2021", "attr_pid": "q", "attr_color": "red",
        "attr_type": "T", "a_b_c": "spaced", "a_b_c_2": "plain", "http___purl.org_x_y": "iri",
    }  # fmt: skip
    assert {name: str(node[name]) for name in texts} == texts
    numbers = {
        "price": 2.5,
        "number": 7,
        "part": 0.5,
        "whole": 1,
        "attr_x": 1,
        "attr_size": 2,
        "attr_weight": 9,
        "day_year": 2021,
    }
    assert {name: float(node[name]) for name in numbers} == numbers
    assert {str(node["flag"]).lower(), str(other["mixed"]), float(other["whole"])} == {"true", "two", 2.5}
    assert float(other["Works"]) + 2 * float(other["works_2"]) == 5
    assert not any(node.get(name) for name in ("none", "nothing", "endless"))
    edge = found.edges["http://example.org/a", "http://example.org/b"]
    assert (edge["attr_type"], edge["attr_source"], edge["attr_key"], float(edge["weight"])) == (
        "coauthor",
        "s",
        "k",
        2.0,
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_lists_are_written_as_the_format_has_them(suffix, tmp_path):
    node = read_back(odd_values(), suffix, tmp_path).nodes["http://example.org/a"]
    expected = {".gexf": ('["b", "a"]', '["x", "y"]'), ".cyjs": (["b", "a"], ["x", "y"])}
    assert (node["tags"], node["group"]) == expected.get(suffix, ("b; a", "x; y"))


def dated():
    """Links with both days, one, none, and days that mean nothing."""
    graph = Graph()
    days = [
        (dt.date(1996, 1, 1), dt.date(1999, 12, 31)),
        (dt.date(1996, 1, 1), None),
        (None, dt.date(1999, 12, 31)),
        (None, None),
        (dt.date(2000, 1, 1), dt.date(1999, 12, 31)),
    ]
    for number, (first, last) in enumerate(days):
        graph.add_edge("x:hub", f"x:{number}", start_not_before=first, end_not_after=last)
    return graph


def graphs():
    yield "dated", dated()
    yield "measured", people()
    yield "odd", odd_values()
    yield "empty", Graph()
    yield "directed", nx.DiGraph([("x:a", "x:b")])
    nasty = Graph()
    nasty.add_nodes_from((f"x:{number}", {"label": label, "l": [label]}) for number, label in enumerate(NASTY))
    yield "nasty", nasty


@pytest.mark.skipif(not SCHEMA.is_file(), reason="the GEXF schemas are not here")
@pytest.mark.parametrize(("name", "graph"), list(graphs()))
def test_gexf_is_valid_against_the_official_schema(name, graph, tmp_path):
    schema = etree.RelaxNG(etree.parse(SCHEMA))
    (path,) = export(graph, tmp_path / f"{name}.gexf")
    document = etree.parse(path)
    assert schema.validate(document), schema.error_log
    document.getroot().set("name", "not in the schema")
    assert not schema.validate(document)


@pytest.mark.parametrize("suffix", [".gexf", ".graphml", ".cyjs"])
@pytest.mark.parametrize(("name", "graph"), list(graphs()))
def test_every_network_is_read_back_whole(suffix, name, graph, tmp_path):
    found = read_back(graph, suffix, tmp_path)
    assert (set(found), found.number_of_edges()) == (set(graph), graph.number_of_edges())


def test_links_with_dates_have_spells_in_gexf(tmp_path):
    found = read_back(dated(), ".gexf", tmp_path)
    assert found.graph["mode"] == "dynamic"
    assert found.edges["x:hub", "x:0"]["spells"] == [("1996-01-01", "1999-12-31")]
    assert found.edges["x:hub", "x:0"]["end_not_after"] == "1999-12-31"
    edges = etree.parse(tmp_path / "network.gexf").iterfind(".//{*}edge")
    assert [[dict(spell.attrib) for spell in edge.iterfind(".//{*}spell")] for edge in edges] == [
        [{"start": "1996-01-01", "end": "1999-12-31"}], [{"start": "1996-01-01"}], [{"end": "1999-12-31"}], [], [],
    ]  # fmt: skip
    assert "Spells: a link holds from the first to the last day" in remarks_of(".gexf", tmp_path)


def test_a_network_without_dates_is_static_in_gexf(tmp_path):
    (path,) = export(people(), tmp_path / "network.gexf")
    text = path.read_text(encoding="utf-8")
    assert "dynamic" not in text
    assert "spell" not in text.lower()


def test_what_is_no_date_makes_no_spell(tmp_path):
    graph = Graph()
    graph.add_edge("x:a", "x:b", start_not_before="about 1996", end_not_after=1999)
    (path,) = export(graph, tmp_path / "network.gexf")
    assert "spell" not in path.read_text(encoding="utf-8").lower()


def test_gexf_gives_size_colour_and_place_of_each_node(tmp_path):
    graph = people()
    found = read_back(graph, ".gexf", tmp_path)
    look: Any = appearance(network_table(graph))
    for row, node in enumerate(graph):
        seen = found.nodes[node]["viz"]
        assert seen["size"] == look.sizes[row]
        assert "#{r:02X}{g:02X}{b:02X}".format(**seen["color"]) == look.colours[row]
        assert (seen["position"]["x"], seen["position"]["y"]) == look.positions[row]


def test_graphml_and_cytoscape_place_and_colour_alike(tmp_path):
    graph = people()
    look: Any = appearance(network_table(graph))
    graphml = read_back(graph, ".graphml", tmp_path)
    export(graph, tmp_path / "network.cyjs")
    nodes = json.loads((tmp_path / "network.cyjs").read_text(encoding="utf-8"))["elements"]["nodes"]
    for row, node in enumerate(graph):
        x, y = look.positions[row]
        assert [graphml.nodes[node][name] for name in ("x", "y", "color")] == [x, y, look.colours[row]]
        assert nodes[row]["position"] == {"x": x, "y": -y}
        assert nodes[row]["data"]["color"] == look.colours[row]


def test_size_grows_with_weighted_degree_and_colour_is_that_of_the_community():
    graph = people()
    look: Any = appearance(network_table(graph))
    by_degree = sorted(zip((graph.nodes[node]["weighted_degree"] for node in graph), look.sizes, strict=True))
    assert [size for _, size in by_degree] == sorted(look.sizes)
    assert [look.colours[row] for row in range(len(graph))] == [
        PALETTE[graph.nodes[node]["community"] - 1] for node in graph
    ]


def test_communities_past_the_palette_are_grey():
    graph = Graph()
    graph.add_nodes_from((f"x:{number}", {"community": number}) for number in range(1, 10))
    assert appearance(network_table(graph)).colours == (*PALETTE, OTHER, OTHER)


def test_a_network_too_large_to_be_laid_out_has_no_places_and_says_so(tmp_path):
    table = network_table(people())
    look = appearance(table, layout_nodes=len(table.ids) - 1)
    assert look.positions is None
    for chosen in formats_for("network"):
        if chosen.name not in {"periods", "map"}:
            write_files(table, look, tmp_path / f"out{chosen.suffixes[0]}", chosen)
    text = (tmp_path / "out.gexf").read_text(encoding="utf-8")
    assert "viz:position" not in text
    assert "no places, since there are more than" in text
    assert appearance(table, layout_nodes=len(table.ids)).positions is not None
    assert LAYOUT_NODES >= 50_000


def remarks_of(suffix, folder):
    """What the file says of the network besides nodes and edges."""
    path = folder / f"network{suffix}"
    if suffix == ".csv":
        return (folder / "network-remarks.csv").read_text(encoding="utf-8")
    if suffix == ".gexf":
        return etree.parse(path).findtext(".//{http://gexf.net/1.3}description")
    return "\n".join(map(str, READERS[suffix](path).graph.values()))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_file_says_how_it_was_counted_and_what_is_left_out(suffix, tmp_path):
    quads = [
        *written({"w": ["ada", "acme"]}, organizations={"acme"}),
        *described("source/annals", "Source", "Annals"),
        *described("person/silent", "Person"),
    ]
    columns = collect_columns([*quads, *selection("source/annals", 'Only "A" & <B>.', "work/w")])
    graph = measure(network("coauthorship", columns, counting="fractional"), measures=["all"])
    export(graph, tmp_path / f"network{suffix}")
    said = remarks_of(suffix, tmp_path).replace('""', '"')
    for part in (
        "Newman 2001",
        "1 author that is no person: acme",
        "1 person who is author of no work",
        'Annals: Only "A" & <B>.',
        "exact",
        *(f"{name}: {about}" for name, about in EXPLAINED.items()),
    ):
        assert part in said


def selection(source, note, work):
    yield rdf(source, "selection", note)
    yield rdf(work, "listedIn", source)


def rdf(subject, name, value):
    from pyoxigraph import Literal, Quad

    return Quad(thing(subject), key(name), thing(value) if value.startswith("source/") else Literal(value))


def test_cells_that_a_spreadsheet_would_run_are_disarmed_and_numbers_are_not(tmp_path):
    graph = Graph()
    graph.add_nodes_from((f"x:{number}", {"label": f"{sign}1+1"}) for number, sign in enumerate("=+-@\t"))
    graph.nodes["x:0"]["change"] = -2.5
    export(graph, tmp_path / "network.csv")
    with (tmp_path / "network-nodes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["Label"].startswith("'") for row in rows)
    assert rows[0]["change"] == "-2.5"


def test_the_page_that_holds_a_network_cannot_be_left(tmp_path):
    graph = Graph()
    graph.add_node("x:a", label="</script>")
    (path,) = export(graph, tmp_path / "network.cyjs")
    assert "</script" not in path.read_text(encoding="utf-8")


def test_the_files_written_are_named(tmp_path):
    names = [path.name for path in export(people(), tmp_path / "out.csv")]
    assert names == ["out-nodes.csv", "out-edges.csv", "out-remarks.csv"]
    assert export(people(), tmp_path / "out.txt", file_format="graphml") == (tmp_path / "out.txt",)
    assert nx.read_graphml(tmp_path / "out.txt").number_of_nodes() == 6


@pytest.mark.parametrize(
    ("name", "file_format"), [("out.pdf", ""), ("out", ""), ("out.ttl", ""), ("out.gexf", "turtle")]
)
def test_a_format_that_carries_no_network_is_refused(name, file_format, tmp_path):
    with pytest.raises(UsageError, match=r"\.gexf, \.graphml, \.cyjs|csv, gexf, graphml"):
        export(people(), tmp_path / name, file_format=file_format)
    assert list(tmp_path.iterdir()) == []


def test_help_and_the_docs_list_the_formats_of_the_table(capsys):
    known = formats_for("network")
    with pytest.raises(SystemExit):
        main(["network", "--help"])
    about = capsys.readouterr().out.rpartition("--output FILE")[2].partition("--bundle")[0]
    assert re.findall(r"(?<= )\.[a-z0-9.]+", about.replace("\n", " ")) == [each.suffixes[0] for each in known]
    page = (Path(__file__).parents[1] / "docs" / "formats.md").read_text(encoding="utf-8")
    described = {
        name: tuple(re.findall(r"`(.*?)`", suffixes))
        for suffixes, name in re.findall(r"(?m)^\| (`\..*?) \| `(.*?)` \|", page)
    }
    assert described == {each.name: each.suffixes for each in known}
