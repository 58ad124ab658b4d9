"""Pictures for print: nodes, links, labels and legend are what the network says, and a reader can read them."""

import datetime as dt
import functools
import io
import itertools
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest
from lxml import etree
from PIL import Image, ImageFont
from tests.center_project import make_center
from tests.invented_graphs import Invented, Work, invented

import ipcgraph
from ipcgraph import cli, networks
from ipcgraph.collecting import collect_columns
from ipcgraph.errors import UsageError
from ipcgraph.exports import appearance, export, network_table
from ipcgraph.exports.appearance import OTHER, PALETTE
from ipcgraph.exports.pictures import periods, write_map, write_matrix, write_periods, write_png, write_svg
from ipcgraph.exports.pictures.lettering import read_lettering
from ipcgraph.shipped import asset

pytestmark = pytest.mark.usefixtures("made_assets")

SVG = "{http://www.w3.org/2000/svg}"
CHROMIUM = shutil.which("chromium")


def people(count, links, seed=1):
    """A measured network of people with names of all lengths, in groups, weights from 1 to 9."""
    numbers = random.Random(seed)
    graph: nx.Graph[str] = nx.Graph(
        name="Friends", counting="full: each joint work adds 1", left_out=("3 works without a person",)
    )
    syllables = ["ka", "lo", "mer", "ti", "Ü", "šan", "de", "wil", "po", "AV"]
    for number in range(count):
        name = "".join(numbers.choices(syllables, k=numbers.randint(1, 4))).capitalize()
        family = "".join(numbers.choices(syllables, k=numbers.randint(1, 8))).capitalize()
        graph.add_node(f"https://example.org/person/{number:05}", label=f"{name} {family} {number}")
    nodes = list(graph)
    groups = max(count // 15, 1)
    pairs: set[frozenset[int]] = set()
    while len(pairs) < links:
        one = numbers.randrange(count)
        other = (one + groups * numbers.randint(1, 20)) % count if numbers.random() < 0.85 else numbers.randrange(count)
        if one != other and frozenset((one, other)) not in pairs:
            pairs.add(frozenset((one, other)))
            graph.add_edge(nodes[one], nodes[other], weight=numbers.choice([1, 1, 1, 2, 3, 9]))
    if count <= 300:
        return networks.measure(graph, measures=("degree", "weighted_degree", "community"))
    for number, node in enumerate(nodes):  # finding communities takes long, and is another test's
        graph.nodes[node]["community"] = number % 12 + 1
    return networks.measure(graph, measures=("degree", "weighted_degree"))


def drawn(graph, write=write_svg, look=None):
    table = network_table(graph)
    file = io.StringIO()
    # A large network is strewn about: laying it out takes long, and is another test's.
    write(table, look or (appearance(table) if len(graph) <= 300 else strewn(table)), file)
    return file.getvalue()


def strewn(table):
    numbers = random.Random(7)
    places = tuple((numbers.gauss(0, 300), numbers.gauss(0, 200)) for _ in table.ids)
    return replace(appearance(table, layout_nodes=0), positions=places)


def parsed(svg):
    return etree.fromstring(svg.encode())


def group(root, name):
    return next(each for each in root.iter(f"{SVG}g") if each.get("class") == name)


def lines_of(element):
    """The lines of a label: its own text and that of its tspans, without its title."""
    title = element.find(f"{SVG}title")
    own = (element.text or "") if title is None else (title.tail or "")
    return [own, *("".join(span.itertext()) for span in element.iter(f"{SVG}tspan"))]


def title_of(element):
    return element.findtext(f"{SVG}title") or ""


@functools.cache
def font():
    return ImageFont.truetype(str(asset("font.ttf")), 1000)


def box_of(label):
    """The box of a label by the metrics that Pillow reads from the font."""
    size, x, y = (float(label.get(name)) for name in ("font-size", "x", "y"))
    ascent, descent = (each / 1000 * size for each in font().getmetrics())
    lines = lines_of(label)
    width = max(font().getlength(line) / 1000 * size for line in lines)
    left = x - {"middle": width / 2, "end": width}.get(label.get("text-anchor"), 0)
    below = sum(float(span.get("dy")) for span in label.iter(f"{SVG}tspan"))
    return left, y - ascent, left + width, y + descent + below


def meet(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def circles(root):
    return [each for each in group(root, "nodes") if each.tag == f"{SVG}circle"]


def notes(root):
    return root.findtext(f"{SVG}desc")


@pytest.mark.parametrize(("count", "links"), [(7, 9), (60, 120), (250, 700), (1500, 6000)])
def test_no_label_overlaps_another_and_the_note_says_how_many_there_are(count, links):
    root = parsed(drawn(people(count, links)))
    labels = list(group(root, "labels"))
    boxes = [box_of(label) for label in labels]
    assert not [pair for pair in itertools.combinations(boxes, 2) if meet(*pair)]
    assert all(box[0] >= -24 and box[2] <= 976 for box in boxes), "labels stay on the sheet"
    assert f"Drawn: {len(labels):,} of {count:,} nodes labelled" in notes(root)
    assert len(labels) >= min(count, 30) * 0.9


def test_few_labels_cover_no_node_and_the_greatest_nodes_are_labelled():
    graph = people(12, 18)
    root = parsed(drawn(graph))
    labels = {" ".join(lines_of(label)): box_of(label) for label in group(root, "labels")}
    assert set(labels) == {graph.nodes[node]["label"] for node in graph}
    for circle in circles(root):
        x, y, radius = (float(circle.get(name)) for name in ("cx", "cy", "r"))
        inside = (x - radius * 0.7, y - radius * 0.7, x + radius * 0.7, y + radius * 0.7)
        assert not [name for name, box in labels.items() if meet(inside, box)]


def test_in_a_large_network_the_greatest_node_is_labelled():
    graph = people(1500, 6000)
    best = max(graph, key=lambda node: graph.nodes[node]["weighted_degree"])
    labels = {" ".join(lines_of(label)) for label in group(parsed(drawn(graph)), "labels")}
    assert graph.nodes[best]["label"] in labels


def test_nodes_have_the_area_of_their_weighted_degree_and_the_colour_of_their_community():
    graph = people(80, 200)
    found = {title_of(circle): circle for circle in circles(parsed(drawn(graph)))}
    assert len(found) == 80
    shares = []
    for node, attributes in graph.nodes(data=True):
        degree, community = attributes["weighted_degree"], attributes["community"]
        circle = found[f"{attributes['label']}, weighted degree {degree}, community {community}"]
        assert circle.get("fill") == (PALETTE[community - 1] if community <= len(PALETTE) else OTHER), node
        if degree > 4:
            shares.append(float(circle.get("r")) ** 2 / degree)
    assert max(shares) / min(shares) < 1.05


def test_links_are_all_there_with_their_weight_and_wider_the_heavier():
    graph = people(40, 90)
    widths = {}
    for links in group(parsed(drawn(graph)), "links"):
        for link in links:
            names, _, weight = title_of(link).rpartition(": weight ")
            widths[frozenset(names.split(" – "))] = (float(weight), float(links.get("stroke-width")))
    label = nx.get_node_attributes(graph, "label")
    expected = {frozenset((label[one], label[other])): weight for one, other, weight in graph.edges(data="weight")}
    assert {ends: weight for ends, (weight, _) in widths.items()} == expected
    by_weight = dict(sorted(widths.values()))
    assert list(by_weight.values()) == sorted(by_weight.values())
    assert by_weight[9.0] == pytest.approx(3 * by_weight[1.0], rel=0.05)


def test_the_legend_names_each_community_by_its_best_known_member_with_its_colour_and_size():
    graph = people(150, 320)
    members: dict[int, list[str]] = {}
    for node, attributes in graph.nodes(data=True):
        members.setdefault(attributes["community"], []).append(node)
    expected = []
    for community in sorted(members)[: len(PALETTE)]:
        order = sorted(
            members[community], key=lambda node: (-graph.nodes[node]["weighted_degree"], graph.nodes[node]["label"])
        )
        expected.append(
            (PALETTE[community - 1], str(community), graph.nodes[order[0]]["label"], str(len(members[community])))
        )
    others = [node for number, nodes in members.items() if number > len(PALETTE) for node in nodes]
    assert others, "more communities than colours"
    legend = list(parsed(drawn(graph)).findall(f"{SVG}g")[1])
    rows = []
    for place, element in enumerate(legend):
        if element.tag == f"{SVG}circle" and element.get("fill") in PALETTE:
            rows.append((element.get("fill"), *("".join(each.itertext()) for each in legend[place + 1 : place + 4])))
    assert rows == expected
    (grey,) = (place for place, element in enumerate(legend) if element.get("fill") == OTHER)
    smaller = len(members) - len(PALETTE)
    assert "".join(legend[grey + 1].itertext()).startswith(f"{smaller} smaller communit")
    assert legend[grey + 2].text == str(len(others))


def test_large_nodes_have_the_number_of_their_community_for_readers_without_colour():
    graph = people(12, 18)
    elements = list(group(parsed(drawn(graph)), "nodes"))
    large = [
        (circle, after)
        for circle, after in itertools.pairwise(elements)
        if circle.tag == f"{SVG}circle" and float(circle.get("r")) > 6
    ]
    assert len(large) > 3
    assert all(title_of(circle).endswith(f"community {after.text}") for circle, after in large)


def shape_of(element):
    """The number of corners, and the direction of the first in degrees, both 0 for a circle."""
    points = [tuple(map(float, point.split(","))) for point in (element.get("points") or "").split()]
    if not points:
        return 0, 0
    x, y = (sum(each) / len(points) for each in zip(*points, strict=True))
    return len(points), round(math.degrees(math.atan2(points[0][1] - y, points[0][0] - x)))


def test_kinds_are_told_by_shape_and_counted_in_the_legend(tmp_path):
    settings = make_center(tmp_path)
    graph = ipcgraph.network("partnership", settings)
    root = parsed(drawn(graph))
    counts = Counter(str(attributes["kind"]) for _, attributes in graph.nodes(data=True))
    assert len(counts) > 2
    shapes: Counter[tuple[str, tuple[int, int]]] = Counter()
    for element in group(root, "nodes"):
        if element.tag in {f"{SVG}circle", f"{SVG}polygon"}:
            kind = next(each for each in counts if f", {each}," in title_of(element))
            shapes[kind, shape_of(element)] += 1
    assert {kind: number for (kind, _), number in shapes.items()} == dict(counts)
    assert len({shape for _, shape in shapes}) == len(shapes) == len(counts), "one shape a kind"
    words = {"".join(each.itertext()) for each in root.iter(f"{SVG}text")}
    assert {f"{kind}: {number}" for kind, number in counts.items()} <= words


def test_the_scales_show_numbers_that_occur():
    graph = people(60, 150)
    words = ["".join(each.itertext()) for each in parsed(drawn(graph)).findall(f"{SVG}g")[1].iter(f"{SVG}text")]
    most = max(degree for _, degree in graph.nodes(data="weighted_degree"))
    assert words[words.index("Area: weighted degree") + 1] == str(most)
    assert words[words.index("Width: weight of a link") + 1] == "9"


def test_the_picture_is_accessible_and_asks_for_nothing():
    svg = drawn(people(60, 150))
    root = parsed(svg)
    assert root.get("role") == "img"
    named = root.get("aria-labelledby").split()
    assert [root.find(f"*[@id='{name}']").tag for name in named] == [f"{SVG}title", f"{SVG}desc"]
    assert root.findtext(f"{SVG}title") == "Friends"
    assert "Counting: full: each joint work adds 1" in notes(root)
    assert "Left out: 3 works without a person" in notes(root)
    shown = " ".join("".join(each.itertext()) for each in root.iter(f"{SVG}text"))
    assert "Left out: 3 works without a person" in shown
    assert re.findall(r"https?://[^\"]*", svg) == ["http://www.w3.org/2000/svg"]
    assert not {each.tag for each in root.iter()} & {SVG + name for name in ("a", "image", "script", "style", "use")}
    assert "href" not in svg
    assert "url(" not in svg


HARD = {
    "quotes": "Ada \"the\" 'Countess' <b>&amp; Co</b> ]]>",
    "script": "</script><script>alert(1)</script>",
    "right-to-left": "עדה לאבלייס",
    "arabic": "أحمد بن موسى",
    "cjk": "陳省身 と 岡潔",
    "emoji": "Zoë 🧑🏽‍🔬👩‍👩‍👧",
    "lines": "one\ntwo\tthree\r\nfour\u2028five",
    "long": "supercalifragilistic " * 500,
    "long without blanks": "x" * 10_000,
    "control": "a\x00b\x08c\ud800d",
    "combining": "e\u0301" * 300,
    "blank": "   ",
}


@pytest.mark.parametrize("write", [write_svg, write_matrix])
def test_any_label_is_kept_on_one_line_and_shortened_to_the_room(write):
    graph: nx.Graph[str] = nx.Graph(name="Hard " * 400)
    for number, (name, label) in enumerate(HARD.items()):
        graph.add_node(name, label=label)
        graph.add_edge(name, list(HARD)[number - 1], weight=number + 1)
    svg = drawn(networks.measure(graph), write)
    root = parsed(svg)
    titles = [title_of(each) for each in root.iter() if each.tag != SVG + "svg" and title_of(each)]
    for name, label in HARD.items():
        whole = " ".join(re.sub("[\x00\x08\ud800]", "", label).split())
        assert any(title.startswith(whole or "n") for title in titles), name
    for label in root.iter(f"{SVG}text"):
        size = float(label.get("font-size"))
        assert all(font().getlength(line) / 1000 * size < 960 for line in lines_of(label)), lines_of(label)
    assert "…" in svg
    assert "<script" not in svg


def test_a_long_note_is_shortened_below_the_picture_and_whole_in_its_description():
    graph = people(7, 9)
    graph.graph["note"] = "word " * 3000 + "end"
    root = parsed(drawn(graph))
    shown = " ".join("".join(each.itertext()) for each in root.iter(f"{SVG}text"))
    assert "word end" in notes(root)
    assert "word end" not in shown
    assert "all of it is in the description" in shown


def test_widths_are_those_of_the_font():
    lettering = read_lettering()
    for text in ["Ada Lovelace", "Øyvind Müller-Straße", "AVATAR To", "Ελένη", "Юрий", "שלום"]:
        exact = font().getlength(text) / 100
        assert exact - 0.01 <= lettering.width(text, 10) <= exact * 1.1, text  # kerning brings letters nearer
    assert lettering.lacks("漢")
    assert not lettering.lacks("Ełk é")
    assert lettering.shorten("Ada Lovelace", 10, 1000) == "Ada Lovelace"
    for room in range(12, 70, 3):
        short = lettering.shorten("Ada Lovelace", 10, room)
        assert lettering.width(short, 10) <= max(room, lettering.width("A…", 10))
    text = "the quick brown fox jumps over the unbelievablylongword of the lazy dog"
    lines = lettering.wrap(text, 10, 80)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(lettering.width(line, 10) <= 80 for line in lines)


def png_of(graph):
    table = network_table(graph)
    file = io.BytesIO()
    write_png(table, appearance(table), file)
    return file.getvalue()


def test_the_png_is_the_same_scene():
    graph = people(40, 90)
    root = parsed(drawn(graph))
    image = Image.open(io.BytesIO(png_of(graph)))
    image.load()
    height = float(root.get("height"))
    assert image.size == (2500, math.ceil(height * 2.5))
    assert image.info["dpi"][0] == pytest.approx(373.5, abs=0.1)
    rows = image.convert("RGB")
    assert rows.getpixel((0, 0)) == (255, 255, 255)
    shift = [float(each) for each in re.findall(r"[\d.]+", root.find(f"{SVG}g").get("transform"))]
    halo = [box_of(label) for label in group(root, "labels")]
    checked = 0
    for circle in circles(root):
        x, y, radius = (float(circle.get(name)) for name in ("cx", "cy", "r"))
        x -= radius * 0.75
        others = [each for each in circles(root) if each is not circle]
        hidden = any(
            math.dist((x, y), (float(each.get("cx")), float(each.get("cy")))) < float(each.get("r")) + 2
            for each in others
        )
        if radius > 4 and not hidden and not any(meet((x - 4, y - 4, x + 4, y + 4), box) for box in halo):
            seen = rows.crop((px := round((x + shift[0]) * 2.5), py := round((y + shift[1]) * 2.5), px + 1, py + 1))
            assert "#" + seen.tobytes().hex().upper() == circle.get("fill")
            checked += 1
    assert checked > 15
    dark = sum(1 for value in rows.convert("L").tobytes() if value < 90)
    assert dark > 10_000, "there is text"


def test_two_runs_give_the_same_bytes(tmp_path):
    make = (
        "import sys; from pathlib import Path; from tests.test_pictures import people; "
        "from ipcgraph.exports import export; graph = people(60, 150); "
        "[export(graph, Path(sys.argv[1]) / name) for name in ('x.svg', 'x.png', 'x.matrix.svg')]"
    )
    root = Path(__file__).parents[1]
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{root}:{root / 'src'}"}
        subprocess.run([sys.executable, "-c", make, str(tmp_path / seed)], check=True, env=environment, cwd=root)
    for name in ("x.svg", "x.png", "x.matrix.svg"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def numbers_in(root):
    for element in root.iter():
        for name, value in element.attrib.items():
            if name in {"x", "y", "cx", "cy", "r", "width", "height", "stroke-width", "font-size", "points", "d"}:
                yield from re.findall(r"-?[a-z.\d]+", re.sub("[MLhZ,]", " ", value))


@pytest.mark.parametrize("write", [write_svg, write_matrix])
def test_an_empty_network_is_a_picture_that_says_so(write):
    root = parsed(drawn(networks.measure(nx.Graph(name="Nobody", left_out=("5 persons",))), write))
    shown = " ".join("".join(each.itertext()) for each in root.iter(f"{SVG}text"))
    assert "This network is empty" in shown
    assert "Left out: 5 persons" in shown


@pytest.mark.parametrize("write", [write_svg, write_matrix])
def test_strange_networks_are_drawn_with_finite_numbers(write):
    lone: nx.Graph[str] = nx.Graph()
    lone.add_node("a", label="Ada")
    linkless = nx.empty_graph(9, nx.Graph())
    odd: nx.Graph[str] = nx.Graph()
    odd.add_edge("a", "b", weight=float("nan"))
    odd.add_edge("b", "c", weight=0)
    odd.add_edge("c", "d", weight=-3.5)
    odd.add_edge("d", "e", weight=1e300)
    odd.add_edge("e", "e", weight=2)
    arrows = nx.DiGraph([("a", "b"), ("b", "a")])
    for graph in (lone, linkless, odd, arrows, networks.measure(lone), networks.measure(linkless)):
        svg = drawn(graph, write)
        found = [float(each) for each in numbers_in(parsed(svg))]
        assert found
        assert all(math.isfinite(each) and abs(each) < 10_000 for each in found)
        assert Image.open(io.BytesIO(png_of(graph))).size[0] == 2500


def test_nodes_in_one_place_or_without_places_are_drawn_on_a_spiral_and_the_note_says_so():
    graph = people(30, 60)
    look = appearance(network_table(graph))
    for positions, why in (((((5.0, 5.0),) * 30), "all have the same"), (None, "the network has none")):
        root = parsed(drawn(graph, look=replace(look, positions=positions)))
        places = {(circle.get("cx"), circle.get("cy")) for circle in circles(root)}
        assert len(places) == 30
        assert f"places are on a spiral, by community, since {why}" in notes(root)


def test_the_lightest_links_of_a_very_large_network_are_left_out_and_counted():
    graph = people(2500, 21_000)
    root = parsed(drawn(graph))
    assert "the 20,000 heaviest of 21,000 links, of one weight the shortest" in notes(root)
    number: Counter[float] = Counter()
    for links in group(root, "links"):
        number[float(links.get("stroke-width"))] += sum(path.get("d").count("M") for path in links)
    assert sum(number.values()) == 20_000
    weights = Counter(weight for _, _, weight in graph.edges(data="weight"))
    heavy = sorted(number, reverse=True)[: len(weights) - 1]
    assert [number[width] for width in heavy] == [weights[weight] for weight in sorted(weights, reverse=True)[:-1]]
    drawn_all = parsed(drawn(people(300, 800)))
    assert "heaviest" not in notes(drawn_all)


def cells(root):
    found = {}
    for rectangle in group(root, "cells").iter(f"{SVG}rect"):
        names, colon, weight = title_of(rectangle).rpartition(": ")
        if colon:
            found[tuple(names.split(" – "))] = (float(weight.replace(",", "")), rectangle)
    return found


def test_the_cells_of_a_matrix_are_the_weights_in_the_order_of_communities():
    graph = people(30, 70)
    found = cells(parsed(drawn(graph, write_matrix)))
    label = nx.get_node_attributes(graph, "label")
    expected = {}
    for one, other, weight in graph.edges(data="weight"):
        expected[label[one], label[other]] = expected[label[other], label[one]] = weight
    assert {names: weight for names, (weight, _) in found.items()} == expected
    row: dict[str, set[str]] = {}
    column: dict[str, set[str]] = {}
    for (one, other), (_, rectangle) in found.items():
        row.setdefault(one, set()).add(rectangle.get("y"))
        column.setdefault(other, set()).add(rectangle.get("x"))
    assert all(len(places) == 1 for places in [*row.values(), *column.values()]), "one row and column a node"
    order = sorted(row, key=lambda name: float(next(iter(row[name]))))
    place = {graph.nodes[node]["label"]: graph.nodes[node] for node in graph}
    keys = [(place[name]["community"], -place[name]["weighted_degree"]) for name in order]
    assert keys == sorted(keys)
    light = {weight: rectangle.get("fill") for weight, rectangle in found.values()}
    dark = [int(light[weight][1:3], 16) for weight in sorted(light)]
    assert dark == sorted(dark, reverse=True)
    assert len(set(dark)) == len(dark)


def test_a_matrix_past_eighty_nodes_shows_the_greatest_and_counts_the_rest():
    graph = people(120, 300)
    root = parsed(drawn(graph, write_matrix))
    order = sorted(graph, key=lambda node: (-graph.nodes[node]["weighted_degree"], graph.nodes[node]["label"]))
    inside = graph.subgraph(order[:80])
    assert len(cells(root)) == 2 * inside.number_of_edges()
    hidden = 300 - inside.number_of_edges()
    assert f"40 other nodes and {hidden} links with or among them are not shown" in notes(root)


@pytest.mark.parametrize("modes", [1, 2])
def test_a_matrix_past_eighty_nodes_has_no_empty_row(modes):
    """Of a hundred heads who each wrote with three hands of their own, the eighty greatest did not write together."""
    graph: nx.Graph[str] = nx.Graph(name="Teams")
    for number, hand in itertools.product(range(100), range(3)):
        graph.add_edge(f"head {number:02}", f"hand {number:02} {hand}", weight=1 + number)
    for node in graph:
        graph.nodes[node].update({"label": node} | ({"bipartite": int("hand" in node)} if modes == 2 else {}))
    root = parsed(drawn(networks.measure(graph), write_matrix))
    rows, columns = ({pair[place] for pair in cells(root)} for place in (0, 1))
    assert (len(rows), len(columns)) == ((80, 80) if modes == 1 else (27, 80))
    assert "head 99" in rows
    assert "are linked with one another" in notes(root)


def test_a_matrix_of_two_modes_has_one_in_rows_and_the_other_in_columns(tmp_path):
    graph = ipcgraph.network("partnership", make_center(tmp_path))
    found = cells(parsed(drawn(graph, write_matrix)))
    mode = {attributes["label"]: attributes["bipartite"] for _, attributes in graph.nodes(data=True)}
    assert len(found) == graph.number_of_edges()
    assert {(mode[row], mode[column]) for row, column in found} == {(0, 1)}


def test_the_numbers_of_the_map_are_those_of_the_partnership_network(tmp_path):
    graph = ipcgraph.network("partnership", make_center(tmp_path))
    expected = {
        attributes["label"]: graph.degree(node, weight="weight")
        for node, attributes in graph.nodes(data=True)
        if attributes["kind"] == "Place"
    }
    assert len(expected) > 1
    root = parsed(drawn(graph, write_map))
    found = {}
    for circle in group(root, "partners"):
        name, _, rest = title_of(circle).partition(": ")
        number, _, partners = rest.partition("; with ")
        found[name] = int(number)
        (node,) = (each for each, attributes in graph.nodes(data=True) if attributes["label"] == name)
        assert partners == ", ".join(sorted(graph.nodes[other]["label"] for other in graph[node]))
    assert found == expected
    words = {"".join(each.itertext()) for each in root.iter(f"{SVG}text")}
    assert {f"{name}: {number}" for name, number in expected.items()} <= words


def test_a_circle_stands_on_its_country_and_a_country_without_an_outline_is_named():
    graph: nx.Graph[str] = nx.Graph(name="Partnerships")
    graph.add_node("https://example.org/center/c", label="Center", kind="Center", bipartite=0)
    for slug, name in (("br", "Brazil"), ("x1", "Japan"), ("sg", "Singapore"), ("atlantis", "Atlantis")):
        graph.add_node(f"https://example.org/place/{slug}", label=name, kind="Place", bipartite=1)
        graph.add_edge("https://example.org/center/c", f"https://example.org/place/{slug}", weight=len(slug))
    root = parsed(drawn(graph, write_map))
    world = json.loads(asset("countries.json").read_text(encoding="utf-8"))
    scale = 952 / world["viewBox"][2]
    places = {title_of(circle).partition(":")[0]: circle for circle in group(root, "partners")}
    assert set(places) == {"Brazil", "Japan", "Singapore"}
    for name, code in (("Brazil", "BR"), ("Japan", "JP"), ("Singapore", "SG")):
        assert float(places[name].get("cx")) == pytest.approx(world["countries"][code]["x"] * scale, abs=0.02)
        assert float(places[name].get("cy")) == pytest.approx(world["countries"][code]["y"] * scale, abs=0.02)
    assert "Not on the map: without an outline: Atlantis (8)" in notes(root)


def test_a_map_of_a_network_without_partnerships_is_refused_and_an_older_file_kept(tmp_path):
    path = tmp_path / "x.map.svg"
    path.write_text("older", encoding="utf-8")
    with pytest.raises(UsageError, match="draw one of the network partnership"):
        export(people(7, 9), path)
    assert path.read_text(encoding="utf-8") == "older"
    assert list(tmp_path.iterdir()) == [path]


def columns_of(seed):
    return collect_columns(invented(seed).quads())


def test_each_panel_has_the_links_of_its_years_and_each_node_its_place():
    columns = columns_of(5)
    graph = networks.measure(networks.network("coauthorship", columns))
    panels = periods("coauthorship", columns, window=3)
    assert len(panels) > 2
    assert [panel.first for panel in panels[1:]] == [panel.last + 1 for panel in panels[:-1]]
    root = parsed(drawn(graph, lambda table, look, file: write_periods(table, look, panels, file)))
    label = nx.get_node_attributes(graph, "label")
    places: dict[str, set[tuple[str, str]]] = {}
    shown = [each for each in root.iter(f"{SVG}g") if each.get("class") == "panel"]
    for panel, element in zip(panels, shown, strict=True):
        of_years = networks.network("coauthorship", columns, since=panel.first, until=panel.last)
        expected = {
            frozenset((label[one], label[other])): link["weight"] for one, other, link in of_years.edges(data=True)
        }
        found = {}
        for path in element.iter(f"{SVG}path"):
            names, _, weight = title_of(path).rpartition(": weight ")
            if names:
                found[frozenset(names.split(" – "))] = float(weight)
        assert found == expected
        names = set()
        for circle in group(element, "nodes").iter(f"{SVG}circle"):
            name = title_of(circle).partition(",")[0]
            names.add(name)
            places.setdefault(name, set()).add((circle.get("cx"), circle.get("cy")))
        assert names == {label[node] for node in of_years}
        words = ["".join(each.itertext()) for each in element.iter(f"{SVG}text")]
        assert words[0] == panel.title
        assert words[1].startswith(f"{len(of_years)} node")
    assert len(places) > 3
    assert all(len(each) == 1 for each in places.values())


def test_periods_cover_all_years_in_at_most_six_windows_and_cannot_be_too_many():
    columns = columns_of(5)
    panels = periods("coauthorship", columns)
    assert 2 < len(panels) <= 6
    assert [panel.last - panel.first for panel in panels[:-1]] == [panels[0].last - panels[0].first] * (len(panels) - 1)
    with pytest.raises(UsageError, match="more than 24 windows of 1"):
        periods("coauthorship", columns, window=1, since=1900, until=2020)
    with pytest.raises(UsageError, match="0 is no length of a window"):
        periods("coauthorship", columns, window=0)
    with pytest.raises(UsageError, match="a network of partnership has no periods"):
        periods("partnership", columns)
    assert periods("coauthorship", columns, since=1900, until=1901) == ()


def test_periods_go_from_the_first_work_with_a_node_to_the_last_unless_years_are_asked_for():
    graph = Invented(organizations={"acme"})
    for year, author in ((1989, "acme"), (2018, "ada"), (2020, "bo"), (2024, "acme")):
        issued = (dt.date(year, 1, 1), dt.date(year, 12, 31))
        graph.works[f"w{year}"] = Work([author], issued, "report", None, [], {})
    graph.works["undated"] = Work(["cy"], None, "report", None, [], {})
    columns = collect_columns(graph.quads())
    panels = periods("coauthorship", columns)
    assert [panel.first for panel in panels] == [2018, 2019, 2020]
    asked = periods("coauthorship", columns, since=1985, until=2024, window=20)
    assert [(panel.first, panel.last) for panel in asked] == [(1985, 2004), (2005, 2024)]
    whole = networks.measure(networks.network("coauthorship", columns))
    shown = drawn(whole, lambda table, look, file: write_periods(table, look, panels, file))
    assert "1 node is in no panel" in shown
    assert periods("topics", columns) == ()


def test_a_picture_of_periods_without_periods_is_refused(tmp_path):
    with pytest.raises(UsageError, match="give its periods too"):
        export(people(7, 9), tmp_path / "x.periods.svg")
    assert not list(tmp_path.iterdir())


def test_the_command_writes_each_picture(tmp_path, monkeypatch, capsys):
    make_center(tmp_path)
    monkeypatch.chdir(tmp_path)
    names = ["out/c.svg", "out/c.png", "out/c.matrix.svg", "out/c.periods.svg"]
    outputs = [word for name in names for word in ("--output", name)]
    assert cli.main(["network", "coauthorship", "--window", "4", *outputs]) == 0
    assert cli.main(["network", "partnership", "--output", "out/p.map.svg"]) == 0
    said = capsys.readouterr().out
    for name in [*names, "out/p.map.svg"]:
        assert f"wrote {name}" in said
        if name.endswith(".svg"):
            parsed(Path(name).read_text(encoding="utf-8"))
    for words in (
        ["coauthorship", "--output", "out/c.map.svg"],
        ["partnership", "--output", "out/p.periods.svg"],
        ["coauthorship", "--window", "0", "--output", "out/d.periods.svg"],
    ):
        assert cli.main(["network", *words]) == 2
        assert not Path(words[-1]).exists()


def test_a_weight_above_all_leaves_a_picture_without_links(tmp_path, monkeypatch):
    make_center(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in ("x.svg", "x.matrix.svg", "x.periods.svg"):
        assert cli.main(["network", "coauthorship", "--minimum-weight", "1000", "--output", name]) == 0
        root = parsed(Path(name).read_text(encoding="utf-8"))
        assert not [each for each in root.iter(f"{SVG}g") if each.get("class") == "links"]
        assert "of a weight below 1000" in notes(root)


MEASURE = """
<!doctype html><meta charset="utf-8"><body>%s<script>
const boxes = [...document.querySelectorAll("g.labels text")].map((text) => {
  const {left, top, right, bottom} = text.getBoundingClientRect();
  return [left, top, right, bottom];
});
const asked = performance.getEntriesByType("resource").length;
document.body.innerHTML = `<pre>${JSON.stringify({boxes, asked})}</pre>`;
</script>
"""


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (Debian: apt-get install chromium)")
@pytest.mark.parametrize(("count", "links"), [(7, 9), (250, 700)])
def test_in_a_browser_no_label_overlaps_another_and_nothing_is_asked_for(tmp_path, count, links):
    svg = drawn(people(count, links))
    page = tmp_path / "page.html"
    page.write_text(MEASURE % svg.partition("?>")[2], encoding="utf-8")
    command = [
        CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", page.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    found = json.loads(done.stdout.partition("<pre>")[2].partition("</pre>")[0])
    assert found["asked"] == 0
    assert len(found["boxes"]) == svg.partition('class="labels"')[2].partition("</g>")[0].count("<text")
    overlapping = [pair for pair in itertools.combinations(found["boxes"], 2) if meet(*pair)]
    assert not overlapping


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (Debian: apt-get install chromium)")
def test_a_browser_shows_the_file_as_the_png_has_it(tmp_path):
    graph = people(40, 90)
    (tmp_path / "x.svg").write_text(drawn(graph), encoding="utf-8")
    height = int(parsed(drawn(graph)).get("height"))
    command = [
        CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={tmp_path / 'profile'}", "--hide-scrollbars", f"--window-size=1000,{height + 200}",
        f"--screenshot={tmp_path / 'shot.png'}", (tmp_path / "x.svg").as_uri(),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shot = Image.open(tmp_path / "shot.png").convert("L").crop((0, 0, 1000, height))
    own = Image.open(io.BytesIO(png_of(graph))).convert("L").resize((1000, height))
    cells_of = [each.resize((50, height // 20), Image.Resampling.BOX) for each in (shot, own)]
    apart = [abs(one - other) for one, other in zip(*(each.tobytes() for each in cells_of), strict=True)]
    assert sum(apart) / len(apart) < 3
    assert min(shot.tobytes()) < 60
