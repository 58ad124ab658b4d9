"""Pages in real Chromium: nothing said on the console, nothing asked of others, fine for every reader and every screen."""

import functools
import http.server
import json
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.center_project import make_center
from tests.chromium import browser_of_sites
from tests.published_center import opened
from tests.site_pages import write_pages

READERS = Path(__file__).with_name("readers") / "node_modules"
AXE = READERS / "axe-core" / "axe.min.js"
HTML_VALIDATE = READERS / ".bin" / "html-validate"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}

# One page of each kind of thing, and each page that is about none.
KINDS = (
    "index.html", "search.html", "person/index.html", "work/index.html", "claims.html",
    "center/harbour.html", "person/aoife-obrien.html", "work/2018-reading-the-tide-gauges.html",
    "initiative/tide-futures.html", "organization/kelp-foundation.html", "organization/saltmarsh-university.html",
    "organization/commission-on-sea-level.html", "place/pt.html", "topic/ports-and-money.html", "source/brochure.html",
    "source/brochure/L12.html", "concept/role-type/warden.html",
    "role/ngozi-okafor--warden--harbour--2020.html", "initiative/storm-surge/partnership/three-ports.html",
    "center/harbour/count/staff.html", "work/2018-reading-the-tide-gauges/authorship/jose-munoz.html",
    "work/2018-reading-the-tide-gauges/claim/issued.html",
)  # fmt: skip


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages of the invented center in the folder `graph` of a web space."""
    folder = tmp_path_factory.mktemp("web")
    with opened(make_center(folder / "project")) as reading:
        write_pages(reading, folder / "web" / "graph")
    # What the data documents beside the pages are is no matter here.
    return folder / "web" / "graph"


@pytest.fixture(scope="module")
def address(site):
    """The web address of the site, below a path of its host."""
    handler = functools.partial(_Quiet, directory=site.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/graph/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser():
    with browser_of_sites() as started:
        yield started


@contextmanager
def visit(browser, url, **context):
    """Opens a page; at the end it must have said no error and have asked nobody but its own host."""
    opened_context = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **context})
    page = opened_context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    yield page
    start = url.split("/graph/")[0] + "/graph/"
    assert said == []
    assert [each for each in asked if not each.startswith((start, "data:"))] == []
    opened_context.close()


@pytest.mark.parametrize("path", KINDS)
def test_every_kind_of_page_shuts_no_reader_out_in_light_and_in_dark(browser, address, path):
    if not AXE.is_file():
        pytest.skip("axe-core is not here: run `make readers`")
    with visit(browser, address + path) as page:
        page.evaluate(AXE.read_text("utf-8"))
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate("() => axe.run()")["violations"]
            assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found] == [], scheme


def test_no_page_scrolls_sideways_on_a_phone(browser, address):
    with visit(browser, address, viewport=PHONE) as page:
        for path in KINDS:
            page.goto(address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
            assert page.locator("h1").is_visible()


def test_pages_are_valid_html(site):
    if not HTML_VALIDATE.exists():
        pytest.skip("html-validate is not here: run `make readers`")
    configuration = site / "html-validate.json"
    # It counts `&amp;` in a title as five characters; what a title may have is tested with the other heads.
    rules = {"root": True, "extends": ["html-validate:recommended"], "rules": {"long-title": "off"}}
    configuration.write_text(json.dumps(rules), encoding="utf-8")
    files = sorted(str(file) for file in site.rglob("*.html"))
    command = [HTML_VALIDATE, "--config", configuration, "--formatter", "text", *files]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert len(files) > 180
    assert done.stdout == ""
    assert done.returncode == 0, done.stderr


def results(page):
    page.locator("#status:not(:empty)").wait_for()
    return [" ".join(text.split()) for text in page.locator("#found li").all_inner_texts()]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("muñoz", "José Muñoz Person · J. Muñoz"),
        ("jose MUNOZ", "José Muñoz Person · J. Muñoz"),
        ("dvorak", "Tomáš Dvořák Person"),
        ("asgard", "Bjørn Åsgård Person"),
        ("obrien", "Aoife O'Brien Person"),
        ("o'brien", "Aoife O'Brien Person"),
        ("kowalcyzk", "Marta Kowalczyk Person"),
        ("pembertn", "Hugh Pemberton Person"),
        ("李伟", "Li Wei Person · 李伟"),
        ("HITS", "Harbour Institute for Tidal Studies Research center · The Harbour Institute, HITS"),
        ("tide gauges", "Reading the Tide Gauges Work · Aoife O'Brien, José Muñoz · 2018"),
        ("calder", "Port Authority of Calder Partner"),
    ],
)
def test_search_finds_names_whatever_the_accents_and_with_a_wrong_letter(browser, address, typed, expected):
    with visit(browser, address + "search.html") as page:
        page.get_by_role("searchbox").fill(typed)
        page.wait_for_timeout(150)
        assert results(page)[0] == expected


def test_search_says_when_it_finds_nothing(browser, address):
    with visit(browser, address + "search.html?q=zzzzzz") as page:
        assert results(page) == []
        assert page.locator("#status").inner_text() == "Nothing found."


def test_search_leads_to_the_page_from_the_keyboard_alone(browser, address):
    with visit(browser, address + "person/aoife-obrien.html") as page:
        page.get_by_role("searchbox").focus()
        page.keyboard.type("tide futures")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=tide+futures")
        assert results(page)[0].startswith("Tide Futures")
        page.get_by_role("searchbox").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/initiative/tide-futures.html")
        assert page.locator("h1").inner_text() == "Tide Futures"


def test_the_first_stop_of_the_tabulator_skips_to_the_content(browser, address):
    with visit(browser, address + "person/aoife-obrien.html") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        assert page.locator(".skip").bounding_box()["x"] >= 0
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        page.keyboard.press("Enter")
        assert page.url.endswith("#main")
        assert outline != "none"


def test_without_javascript_the_lists_serve(browser, address):
    with visit(browser, address + "search.html", java_script_enabled=False) as page:
        assert page.get_by_text("The search needs JavaScript").is_visible()
        page.locator("main").get_by_role("link", name="People").click()
        page.get_by_role("link", name="Tomáš Dvořák").click()
        assert page.locator("h1").inner_text() == "Tomáš Dvořák"
        assert page.get_by_text("until 31 December 2012").is_visible()


def test_a_site_opened_from_a_folder_looks_and_searches_alike(browser, site):
    start = site.as_uri() + "/"
    with visit(browser, start + "search.html?q=kowalczik") as page:
        assert results(page) == ["Marta Kowalczyk Person"]
        assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"
        page.get_by_role("link", name="Marta Kowalczyk").click()
        assert page.locator("h1").inner_text() == "Marta Kowalczyk"
        page.get_by_role("link", name="Home").first.click()
        assert page.url == start + "index.html"


def test_dark_mode_and_paper_have_their_own_ground(browser, address):
    ground = "getComputedStyle(document.body).backgroundColor"
    with visit(browser, address, color_scheme="dark") as page:
        assert page.evaluate(ground) == "rgb(21, 25, 28)"
        page.emulate_media(media="print", color_scheme="light")
        assert page.evaluate(ground) == "rgb(255, 255, 255)"
        assert not page.get_by_role("searchbox").is_visible()


def test_a_page_asks_for_its_style_sheet_and_its_icon_and_for_nothing_else(browser, address):
    asked = []
    opened_context = browser.new_context()
    opened_context.on("request", lambda request: asked.append(request.url.removeprefix(address)))
    opened_context.new_page().goto(address + "person/aoife-obrien.html")
    opened_context.close()
    assert set(asked) <= {"person/aoife-obrien.html", "assets/site.css", "assets/icon.svg"}
    assert asked[0] == "person/aoife-obrien.html"
