"""The page of a network, in real Chromium: drawn, searched, filtered, by mouse and by keyboard, and asking nobody."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest
from tests.center_project import make_center
from tests.chromium import chromium, visit

from ipcgraph.exports import Appearance, export, network_table
from ipcgraph.exports.pictures.page import write_page
from ipcgraph.networks import measure

pytestmark = pytest.mark.usefixtures("made_assets")

BLUE, ORANGE = "#0072b2", "#e69f00"

HOSTILE = (
    "</script><script>window.hacked = 1</script>",
    '"><img src=x onerror="window.hacked = 1">',
    "<!--<script>",
    "' onfocus='window.hacked = 1' autofocus='",
    "Zoë 👩🏽‍🔬 O'Neill & Søns",
    "\u202eשלום עולם",
    "two\nlines\tand more",
    "x" * 10_000,
    "${title} $data {{ }}",
)


def two_groups():
    """Two groups of three that have nothing to do with each other; links with weights, years and works."""
    graph: nx.Graph[str] = nx.Graph(name="Harbour")
    people = ("Ana", "Łukasz Öztürk", "Cléa", "Dee", "Eve", "Fay")
    graph.add_nodes_from((f"https://example.org/{number}", {"label": name}) for number, name in enumerate(people))
    for source, target, weight, first, last in (
        (0, 1, 5, 2001, 2009), (0, 2, 2, 2010, 2012), (1, 2, 1, 2003, 2003), (3, 4, 1, 2015, 2015),
        (3, 5, 1, 2014, 2020), (4, 5, 1, 2019, 2019),
    ):  # fmt: skip
        ends = (f"https://example.org/{source}", f"https://example.org/{target}")
        graph.add_edge(*ends, weight=weight, first_year=first, last_year=last)
    return measure(graph)


@pytest.fixture(scope="module")
def launch():
    with chromium() as start:
        yield start


@pytest.fixture(scope="module")
def browser(launch):
    started = launch()
    yield started
    started.close()


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "harbour.html"
    export(two_groups(), path)
    return path


@pytest.fixture
def seen(browser, harbour):
    with visit(browser, harbour) as opened:
        yield opened


def found(seen):
    return [each.inner_text() for each in seen.page.locator("#found [role=option]").all()]


def search(seen, words):
    seen.page.locator("#search").fill(words)
    return found(seen)


def slide(seen, slider, value):
    seen.page.locator(slider).evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true })); }",
        str(value),
    )
    return seen.page.locator("#shown").inner_text()


def middle_of(seen, colour):
    """A place inside a node of this colour, on the page."""
    image = seen.pixels()
    wanted = tuple(bytes.fromhex(colour.removeprefix("#")))
    for y in range(3, image.height - 3, 2):
        for x in range(3, image.width - 3, 2):
            if all(image.getpixel((x + a, y + b)) == wanted for a in (-3, 0, 3) for b in (-3, 0, 3)):
                box = seen.page.locator("#stage").bounding_box()
                return box["x"] + x, box["y"] + y
    raise AssertionError(f"no node of the colour {colour}")


def test_the_network_is_drawn_with_both_communities(seen):
    assert seen.page.locator("#stage").is_visible()
    assert seen.page.title() == "Harbour"
    assert seen.count(BLUE) > 300
    assert seen.count(ORANGE) > 300
    assert seen.page.locator("#canvas").get_attribute("aria-label").startswith("Harbour: 6 nodes and 6 links.")


def test_search_finds_without_accents_and_shows_the_person(seen):
    assert search(seen, "lukasz OZ") == ["Łukasz Öztürk"]
    assert search(seen, "clea") == ["Cléa"]
    assert search(seen, "nobody") == ["no such name"]
    before = seen.pixels()
    search(seen, "ozturk")
    seen.page.keyboard.press("Enter")
    assert seen.page.locator("#selected h2").inner_text() == "Łukasz Öztürk"
    assert seen.page.url.endswith("#n1")
    assert seen.pixels() != before
    assert seen.page.locator("#found").is_hidden()


def test_without_a_program_names_in_tables_lead_to_rows(harbour):
    page = harbour.read_text(encoding="utf-8")
    rows = set(re.findall("<tr id=([^ >]+)", page))
    assert set(re.findall('<th scope=row><a href="#([^"]+)"', page)) == rows
    assert len(rows) == 6


def test_search_is_worked_by_keyboard_alone(seen):
    seen.page.keyboard.press("/")
    seen.page.keyboard.type("e")
    assert len(found(seen)) > 1
    second = found(seen)[1]
    seen.page.keyboard.press("ArrowDown")
    assert seen.page.locator("#found [aria-selected=true]").inner_text() == second
    seen.page.keyboard.press("Enter")
    assert seen.page.locator("#selected h2").inner_text() == second
    seen.page.keyboard.press("Escape")
    assert seen.page.locator("#selected").is_hidden()


def test_hovering_dims_all_but_the_neighbourhood_and_a_click_holds_it(seen):
    seen.page.mouse.move(*middle_of(seen, BLUE))
    assert seen.count(ORANGE) == 0
    assert seen.count(BLUE) > 300
    seen.page.mouse.move(5, 5)
    assert seen.count(ORANGE) > 300
    seen.page.mouse.click(*middle_of(seen, ORANGE))
    seen.page.mouse.move(5, 5)
    assert seen.count(BLUE) == 0
    assert seen.page.locator("#selected h2").inner_text() in {"Dee", "Eve", "Fay"}
    assert seen.page.locator("#selected h3").inner_text() == "2 neighbours"
    seen.page.keyboard.press("Escape")
    assert seen.count(BLUE) > 300


def test_a_name_in_the_table_shows_its_node_on_focus_and_pins_it(seen):
    seen.page.locator("#row-n3 th a").focus()
    seen.settle()
    assert seen.count(BLUE) == 0
    seen.page.keyboard.press("Enter")
    assert seen.page.locator("#selected h2").inner_text() == "Dee"
    assert "weight 1 · 2014–2020" in seen.page.locator("#selected").inner_text()


def test_an_address_with_a_node_opens_at_it(browser, harbour):
    with visit(browser, harbour, fragment="#n2") as seen:
        assert seen.page.locator("#selected h2").inner_text() == "Cléa"


def test_weight_and_year_filters_change_what_is_shown(seen):
    assert seen.page.locator("#shown").inner_text() == ""
    assert slide(seen, "#weight", 1) == "3 of 6 nodes, 2 of 6 links shown"
    assert slide(seen, "#weight", 2) == "2 of 6 nodes, 1 of 6 links shown"
    assert seen.count(ORANGE) == 0
    assert slide(seen, "#weight", 0) == ""
    assert slide(seen, "#year-from", 2013) == "3 of 6 nodes, 3 of 6 links shown"
    assert seen.page.locator("#year-said").inner_text() == "2013 to 2020"
    assert slide(seen, "#year-until", 2014) == "2 of 6 nodes, 1 of 6 links shown"
    # The ends of the years never cross.
    assert slide(seen, "#year-from", 2019) == "3 of 6 nodes, 2 of 6 links shown"
    assert seen.page.locator("#year-said").inner_text() == "2019"


def test_the_panel_follows_the_filters(seen):
    search(seen, "ana")
    seen.page.keyboard.press("Enter")
    assert seen.page.locator("#selected ol li").count() == 2
    slide(seen, "#weight", 2)
    assert seen.page.locator("#selected ol li").all_inner_texts() == ["Łukasz Öztürk\nweight 5 · 2001–2009"]


def test_the_legend_hides_and_shows_a_community(seen):
    button = seen.page.locator("#legend li button").first
    assert "around" in button.inner_text()
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert seen.page.locator("#shown").inner_text() == "3 of 6 nodes, 3 of 6 links shown"
    assert min(seen.count(BLUE), seen.count(ORANGE)) == 0
    seen.page.locator("#legend .all").click()
    assert seen.page.locator("#shown").inner_text() == ""


def test_keys_move_zoom_and_go_from_node_to_node(seen):
    seen.page.locator("#stage").focus()
    start = seen.pixels()
    for key in ("ArrowLeft", "ArrowUp", "+", "-"):
        before = seen.pixels()
        seen.page.keyboard.press(key)
        assert seen.pixels() != before, key
    seen.page.keyboard.press("0")
    assert seen.pixels() == start
    seen.page.keyboard.press("n")
    assert seen.page.locator("#selected h2").inner_text() == "Ana"
    seen.page.keyboard.press("n")
    assert seen.page.locator("#selected h2").inner_text() == "Łukasz Öztürk"
    seen.page.keyboard.press("p")
    assert seen.page.locator("#selected h2").inner_text() == "Ana"


def test_who_wants_no_motion_sees_none(seen):
    seen.page.locator("#stage").focus()
    before = seen.pixels()
    seen.page.keyboard.press("+")
    at_once = seen.pixels()
    assert at_once != before
    seen.page.wait_for_timeout(400)
    assert seen.pixels() == at_once


def test_light_and_dark(browser, harbour):
    with visit(browser, harbour, color_scheme="dark") as seen:
        assert seen.count("#15191e") > seen.pixels().width * seen.pixels().height / 2
        assert seen.count(BLUE) > 300
        seen.page.emulate_media(color_scheme="light")
        assert seen.count("#ffffff") > seen.pixels().width * seen.pixels().height / 2


def test_a_heading_sorts_its_table(seen):
    heading = seen.page.locator("#nodes thead th", has_text="weighted degree")
    cells = f"#nodes tbody td:nth-child({heading.evaluate('(cell) => cell.cellIndex + 1')})"
    heading.locator("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    assert [float(each) for each in seen.page.locator(cells).all_inner_texts()] == [7, 6, 3, 2, 2, 2]
    heading.locator("button").click()
    assert [float(each) for each in seen.page.locator(cells).all_inner_texts()] == [2, 2, 2, 3, 6, 7]
    names = seen.page.locator("#nodes thead th").first
    names.locator("button").click()
    assert seen.page.locator("#nodes tbody th").all_inner_texts()[-1] == "Łukasz Öztürk"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(browser, harbour, scheme):
    with visit(browser, harbour, color_scheme=scheme) as seen:
        assert seen.violations() == []
        seen.page.locator("#legend li button").first.click()
        search(seen, "e")
        assert seen.violations() == []
        seen.page.keyboard.press("Enter")
        seen.page.locator("details").evaluate_all("(all) => all.forEach((each) => (each.open = true))")
        assert seen.violations() == []


def test_without_javascript_there_are_tables_and_notes(browser, harbour):
    with visit(browser, harbour, java_script_enabled=False) as seen:
        assert seen.page.locator("noscript").inner_text().startswith("The picture needs JavaScript")
        assert seen.page.locator("#stage").is_hidden()
        rows = seen.page.locator("#links tbody tr").all_inner_texts()
        assert rows[0].split() == ["Ana", "Łukasz", "Öztürk", "5", "2001", "2009"]
        assert "Louvain" in seen.page.locator("#notes").inner_text()


def test_without_webgl_there_is_a_sentence_and_the_tables(launch, harbour):
    with launch("--disable-3d-apis") as started, visit(started, harbour) as seen:
        assert "no WebGL" in seen.page.locator("#blank").inner_text()
        assert seen.page.locator("#stage").is_hidden()
        assert seen.page.locator("#nodes tbody tr").count() == 6


def test_a_phone_is_wide_enough(browser, harbour):
    with visit(browser, harbour, viewport={"width": 360, "height": 740}) as seen:
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert seen.count(BLUE) > 100


def test_print_has_the_picture_in_the_colours_of_paper(browser, harbour):
    with visit(browser, harbour, color_scheme="dark") as seen:
        seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        seen.page.emulate_media(media="print", color_scheme="dark")
        assert seen.count(BLUE, ".paper") > 300
        assert seen.count("#ffffff", ".paper") > seen.count(BLUE, ".paper")
        seen.page.emulate_media(media="screen", color_scheme="dark")
        seen.page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert seen.page.locator(".paper").count() == 0
        assert seen.count("#15191e") > seen.count("#ffffff")


def test_hostile_names_are_only_names(browser, tmp_path):
    graph: nx.Graph[str] = nx.Graph(name=HOSTILE[0], counting=HOSTILE[1])
    for number, name in enumerate(HOSTILE):
        graph.add_node(f"javascript:alert({number})", label=name, **{f"odd {name[:9]}": name})
        graph.add_edge("javascript:alert(0)", f"javascript:alert({number})", relation=name)
    path = tmp_path / "hostile.html"
    export(measure(graph), path)
    with visit(browser, path, viewport={"width": 360, "height": 740}) as seen:
        assert seen.page.title() == HOSTILE[0]
        cells = seen.page.locator("#nodes tbody th").all_text_contents()
        assert set(cells) == set(HOSTILE)
        for words in ("script", "img", "onfocus", "zoe", "שלום", "two lines", "xxxx", "title"):
            search(seen, words)
            seen.page.keyboard.press("Enter")
            assert seen.page.locator("#selected h2").text_content() in HOSTILE, words
        assert seen.page.locator("a[href^=javascript]").count() == 0
        assert seen.page.evaluate("window.hacked") is None
        assert seen.page.locator("img, main script").count() == 0
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_policy_of_the_page_stops_any_other_script_and_any_request(browser, harbour):
    with visit(browser, harbour) as seen:
        seen.page.evaluate("""() => {
            const script = document.createElement('script');
            script.textContent = 'window.injected = 1';
            document.head.append(script);
            const image = new Image();
            image.src = 'https://example.org/beacon.png';
            document.body.append(image);
        }""")
        assert seen.page.evaluate("window.injected") is None
        refused = [error for error in seen.errors if "Content Security Policy" in error]
        assert len(refused) == 2
        seen.errors.clear()
        seen.requests.clear()


@pytest.mark.parametrize("nodes", [0, 1])
def test_a_network_of_nothing_or_of_one_is_a_page_too(browser, tmp_path, nodes):
    graph: nx.Graph[str] = nx.Graph(name="Small")
    graph.add_nodes_from(["https://example.org/only"][:nodes], label="Only")
    path = tmp_path / "small.html"
    export(measure(graph), path)
    with visit(browser, path) as seen:
        if nodes:
            assert search(seen, "only") == ["Only"]
            assert seen.page.locator("#stage").is_visible()
        else:
            assert seen.page.locator("#blank").inner_text() == "There is nothing to draw: the network has no node."
            assert "There are none." in seen.page.locator("#nodes").inner_text()


def page_of(graph, **limits):
    table = network_table(graph)
    number = len(table.ids)
    places = tuple((float(row % 40), float(row // 40)) for row in range(number))
    file = io.StringIO()
    write_page(table, Appearance((10.0,) * number, (BLUE,) * number, places, "in rows"), file, **limits)
    return file.getvalue()


def test_what_is_not_drawn_is_said_with_its_rule():
    text = page_of(two_groups(), most_nodes=3, most_links=2)
    assert "The picture has the 3 nodes of the highest weighted degree of 6." in text
    assert "It has 2 of 6 links: the heaviest and only among these nodes." in text
    held = json.loads(text.partition('<script type="application/json" id="data">')[2].partition("</script>")[0])
    assert held["nodes"]["label"] == ["Ana", "Łukasz Öztürk", "Cléa"]
    assert held["links"]["weight"] == [5, 2]


def test_a_long_table_says_what_it_does_not_list():
    graph = nx.path_graph(1200)
    text = page_of(nx.relabel_nodes(graph, str))
    assert "Listed are the 1,000 nodes of the highest weighted degree, of 1,200." in text
    assert "Listed are the 1,000 heaviest links, of 1,199." in text
    assert text.count("<tr id=row-") == 1000


def test_no_name_in_a_long_table_leads_nowhere(browser, tmp_path):
    path = tmp_path / "long.html"
    path.write_text(page_of(nx.relabel_nodes(nx.star_graph(1100), str), most_nodes=1050), encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    targets, led_to = set(re.findall(" id=([^ >]+)", text)), set(re.findall('<a href="#(row-[^"]+|n[0-9]+)"', text))
    assert len(led_to) == 1000
    assert led_to <= targets
    others = set(re.findall("<span data-node=([^>]+)>", text))
    assert others
    with visit(browser, path) as seen:
        # Those in the picture lead to it, the others are only names.
        links = set(re.findall('href="#(n[0-9]+)"', seen.page.locator("#links").inner_html()))
        assert links
        assert links < others
        first = min(links)
        seen.page.locator(f'#links a[href="#{first}"]').first.click()
        assert seen.page.url.endswith(f"#{first}")


def test_two_pages_of_one_network_are_the_same_bytes(harbour, tmp_path):
    export(two_groups(), tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == harbour.read_bytes()


def test_the_page_of_a_dated_network_filters_by_its_dates(browser, tmp_path):
    graph: nx.Graph[str] = nx.Graph(name="Partners")
    for number, (start, end) in enumerate((("2001-01-01", "2005-12-31"), ("2010-05-01", None), (None, None))):
        dates = {"start_not_before": start, "end_not_after": end}
        graph.add_edge("https://example.org/center", f"https://example.org/{number}", weight=1, **dates)
    path = tmp_path / "dated.html"
    export(graph, path)
    with visit(browser, path) as seen:
        assert slide(seen, "#year-from", 2007) == "3 of 4 nodes, 2 of 3 links shown"
        slide(seen, "#year-from", 2001)
        assert slide(seen, "#year-until", 2006) == "3 of 4 nodes, 2 of 3 links shown"


def test_the_command_line_writes_the_page(browser, tmp_path):
    project = tmp_path / "harbour"
    make_center(project)
    command = [sys.executable, "-m", "ipcgraph", "network", "coauthorship", "--output", "out.html"]
    said = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True, timeout=120).stdout
    assert "out.html" in said
    with visit(browser, Path(project / "out.html")) as seen:
        assert seen.page.locator("#nodes tbody tr").count() > 1
        assert seen.page.locator("#by-year").is_visible()


def test_communities_are_in_the_order_and_under_the_names_of_the_picture(browser, tmp_path):
    graph: nx.Graph[str] = nx.Graph(name="Equals")
    for number, name in enumerate(("Zed", "Yan", "Ana", "Fay", "Eve", "Bo")):
        graph.add_node(f"https://example.org/{number}", label=name)
    for source, target in ((0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5)):
        graph.add_edge(f"https://example.org/{source}", f"https://example.org/{target}", weight=1)
    measured = measure(graph)
    for suffix in (".html", ".svg"):
        export(measured, tmp_path / f"equals{suffix}")
    with visit(browser, tmp_path / "equals.html") as opened:
        names = [each.inner_text() for each in opened.page.locator("#legend li bdi").all()]
    assert names == ["around Ana", "around Bo"]
    picture = (tmp_path / "equals.svg").read_text(encoding="utf-8")
    legend = picture[picture.index("Community, by") :]
    assert 0 < legend.index(">Ana<") < legend.index(">Bo<")
