"""The pages of the server in real Chromium: for every reader and every screen, with scripts and without, all of one host."""

import json
import subprocess
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from tests.chromium import AXE, READERS, browser_of_sites
from tests.server.api_center import address, values_for

from ipcgraph.project import asked

HTML_VALIDATE = READERS / ".bin" / "html-validate"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
PAIRS = "PREFIX ipcg: <https://w3id.org/ipcgraph/ns#>\nSELECT ?a ?b { ?w ipcg:creator ?a, ?b }"
PAGES = (
    "query/",
    "query/people",
    "query/coauthor-counts",
    "query/work-counts-by-year",
    "query/person-coauthors",
    "query/person-coauthors?person=person/aoife-obrien",
    "query/person-coauthors?person=person/nobody",
    "query/roles-of-type?type=director",
    "query/works-between?since=2010-01-01&until=2020-12-31",
    "query/is-there?person=person/aoife-obrien",
    "query/told-of?person=person/aoife-obrien",
    "query/coauthor-pairs",
    "network/",
    "network/coauthorship",
    "network/coauthorship?from=2100",
    "network/partnership?minimum-weight=x",
    "sparql/",
    "sparql/?example=coauthor-pairs",
    f"sparql/?query={quote(PAIRS)}",
    f"sparql/?query={quote(PAIRS)}&view=network",
    "sparql/?query=SELECT%20%2A%20WHERE%20%7B",
    "api",
)


@pytest.fixture(scope="module")
def browser(made_assets):
    with browser_of_sites() as started:
        yield started


@contextmanager
def visit(browser, server, path, **context):
    """Opens a page; at the end it must have said no error and have asked nobody but its own host."""
    opened = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **context})
    page = opened.new_page()
    page.set_default_timeout(60_000)
    said, requests = [], []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(f"dialog: {dialog.message}"))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(server.address + path)
    yield page
    # A page that says what is wrong is not 200, which Chromium counts as an error of its own.
    assert [each for each in said if "Failed to load resource" not in each] == []
    assert [each for each in requests if not each.startswith((server.address, "data:"))] == []
    opened.close()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_shuts_no_reader_out_on_any_screen(center, browser, path):
    if not AXE.is_file():
        pytest.skip("axe-core is not here: run `make readers`")
    server, _ = center
    with visit(browser, server, path) as page:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(AXE.read_text("utf-8"))
            # The page in the frame is tested where it is made.
            found = page.evaluate("() => axe.run({ exclude: ['iframe'] })")["violations"]
            assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found] == [], scheme
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert page.locator("h1").is_visible()


def test_pages_are_valid_html_and_do_nothing_in_line(center, tmp_path):
    if not HTML_VALIDATE.exists():
        pytest.skip("html-validate is not here: run `make readers`")
    server, _ = center
    for number, path in enumerate(PAGES):
        got = server.ask(path, "text/html")
        assert got.type == "text/html", path
        policy = got.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "script-src 'self';" in policy, (path, got.status, got.body[:600])
        text = got.body.decode()
        assert " style=" not in text
        assert " onclick=" not in text
        (tmp_path / f"{number}.html").write_text(text, encoding="utf-8")
    rules = {"root": True, "extends": ["html-validate:recommended"], "rules": {"long-title": "off"}}
    (tmp_path / "rules.json").write_text(json.dumps(rules), encoding="utf-8")
    files = sorted(str(file) for file in tmp_path.glob("*.html"))
    command = [HTML_VALIDATE, "--config", tmp_path / "rules.json", "--formatter", "text", *files]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.stdout == ""
    assert done.returncode == 0, done.stderr


def test_every_query_has_a_page_with_what_it_answers(center):
    server, project = center
    for name, query in asked(project).queries().items():
        if name in {"everything", "large", "now"}:
            continue
        values = values_for(query)
        got = server.ask(address(f"query/{name}", **values), "text/html")
        text = got.body.decode()
        assert got.status == 200, (name, text)
        assert '<h2 id="answer-title">Answer</h2>' in text, name
        assert f'action="{name}"' in text or not query.parameters


def test_a_form_asks_without_any_script(center, browser):
    server, _ = center
    with visit(browser, server, "query/person-coauthors", java_script_enabled=False) as page:
        assert page.get_by_role("heading", name="Answer").count() == 0
        page.get_by_label("Person: whose co-authors").fill("person/aoife-obrien")
        page.get_by_role("button", name="Ask").click()
        rows = page.locator(".answer tbody tr")
        rows.first.wait_for()
        assert rows.count() > 1
        assert "person=person%2Faoife-obrien" in page.url
        first = page.locator(".answer tbody a").first
        assert first.get_attribute("href").startswith("../person/")
        assert page.locator(".bars li").count() == rows.count()


def test_a_form_says_what_is_wrong_and_keeps_what_was_written(center, browser):
    server, _ = center
    with visit(browser, server, "query/person-coauthors?person=aoife", java_script_enabled=False) as page:
        assert "person/aoife-obrien" in page.get_by_role("alert").inner_text()
        assert page.get_by_label("Person: whose co-authors").input_value() == "aoife"


def test_concepts_and_things_are_there_to_choose_from(center, browser):
    server, _ = center
    with visit(browser, server, "query/roles-of-type", java_script_enabled=False) as page:
        page.get_by_label("Type").select_option(label="director")
        page.get_by_role("button", name="Ask").click()
        page.locator(".answer tbody tr").first.wait_for()
        assert "type=director" in page.url
    with visit(browser, server, "query/person-coauthors", java_script_enabled=False) as page:
        offered = page.locator("datalist option").evaluate_all("all => all.map((each) => [each.value, each.text])")
        assert ["person/jose-munoz", "José Muñoz"] in offered


def test_what_is_typed_is_completed_by_the_search_where_things_are_of_any_class(center, browser):
    server, _ = center
    with visit(browser, server, "query/evidence-of") as page:
        field = page.get_by_label("Thing")
        field.press_sequentially("munoz")
        offered = page.locator("datalist option[value='person/jose-munoz']")
        offered.wait_for(state="attached")
        assert "José Muñoz" in offered.get_attribute("label")
        field.fill("person/jose-munoz")
        page.get_by_role("button", name="Ask").click()
        page.get_by_role("heading", name="Answer").wait_for()


def test_a_count_by_year_is_a_chart_and_a_table(center, browser):
    server, _ = center
    rows = json.loads(server.ask("query/work-counts-by-year.json").body)["results"]["bindings"]
    dated = [row for row in rows if "year" in row]
    with visit(browser, server, "query/work-counts-by-year") as page:
        drawn = page.locator(".chart .years rect")
        assert drawn.count() == len(dated) > 3
        titles = drawn.locator("title").all_text_contents()
        assert titles == [f"{row['year']['value']}: {row['works']['value']}" for row in dated]
        heights = [each.bounding_box()["height"] for each in drawn.all()]
        values = [int(row["works"]["value"]) for row in dated]
        assert [round(height / max(heights), 2) for height in heights] == [round(v / max(values), 2) for v in values]
        assert page.get_by_role("img", name="Works by year").count() == 1
        assert page.locator(".answer tbody tr").count() == len(rows)


def test_a_page_takes_along_link_formats_and_query(center, browser):
    server, _ = center
    with visit(browser, server, "query/person-works?person=person/aoife-obrien") as page:
        links = {a.inner_text(): a.get_attribute("href") for a in page.locator(".downloads a").all()}
        assert links["CSV"] == "person-works.csv?person=person%2Faoife-obrien"
        assert page.request.get(f"{server.address}query/{links['CSV']}").text().startswith("work,")
        command = page.get_by_text("curl").inner_text()
        assert command == f"curl '{server.address}query/person-works.csv?person=person%2Faoife-obrien'"
        page.get_by_text("SPARQL", exact=True).click()
        page.get_by_role("link", name="Change it in the editor").click()
        page.get_by_role("heading", name="SPARQL").wait_for()
        assert "person/aoife-obrien" in page.get_by_role("textbox", name="SPARQL query").inner_text()
        assert page.locator(".answer tbody tr").count() > 0


def editor(page):
    found = page.get_by_role("textbox", name="SPARQL query")
    found.wait_for()
    return found


def write(page, text):
    editor(page).click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def test_the_editor_completes_words_of_the_vocabulary_and_writes_their_prefix(center, browser):
    server, _ = center
    with visit(browser, server, "sparql/") as page:
        write(page, "SELECT ?p { ?p a ")
        page.keyboard.type("ipcg:Pers")
        page.get_by_role("option", name="ipcg:Person").first.click()
        page.keyboard.type(" }")
        page.keyboard.press("ControlOrMeta+Enter")
        page.get_by_role("heading", name="Answer").wait_for()
        assert "PREFIX ipcg: <https://w3id.org/ipcgraph/ns#>" in editor(page).inner_text()
        assert page.locator(".answer tbody tr").count() > 10
        assert page.locator(".answer tbody a").first.get_attribute("href").startswith("../person/")


def test_the_editor_marks_where_a_query_is_wrong(center, browser):
    server, _ = center
    with visit(browser, server, "sparql/") as page:
        write(page, "SELECT ?p\nWHERE { ?p ?q }")
        page.get_by_role("button", name="Run").click()
        page.get_by_role("alert").wait_for()
        assert page.get_by_role("alert").inner_text().startswith("Line 2, column ")
        editor(page)
        assert page.locator("#editor .cm-lintRange-error, #editor .cm-lintPoint-error").count() == 1


def test_saved_queries_are_examples(center, browser):
    server, _ = center
    with visit(browser, server, "sparql/") as page:
        editor(page)
        page.get_by_label("Begin with a saved query").select_option("person-works")
        page.wait_for_url("**/sparql/?example=person-works")
        assert "/person/" in editor(page).inner_text()
        page.get_by_role("button", name="Run").click()
        page.get_by_role("heading", name="Answer").wait_for()


def test_an_answer_with_two_columns_of_things_is_a_network(center, browser):
    server, _ = center
    with visit(browser, server, f"sparql/?query={quote(PAIRS)}") as page:
        page.get_by_role("link", name="Network", exact=True).click()
        frame = page.frame_locator("iframe.view")
        frame.locator("#canvas canvas").first.wait_for()
        assert frame.locator("h1").inner_text() == "Answer: a and b"
        assert "nodes" in frame.locator("header p").inner_text()
        assert page.get_by_role("link", name="GEXF").get_attribute("href").startswith("network.gexf?query=")
        page.get_by_role("link", name="Table", exact=True).click()
        page.locator(".answer tbody tr").first.wait_for()


def test_the_page_for_queries_works_without_any_script(center, browser):
    server, _ = center
    with visit(browser, server, "sparql/", java_script_enabled=False) as page:
        page.get_by_label("Query", exact=True).fill(PAIRS)
        page.get_by_role("button", name="Run").click()
        page.locator(".answer tbody tr").first.wait_for()
        assert page.locator(".answer tbody tr").count() > 3


def test_a_long_query_is_sent_instead(center, browser):
    server, _ = center
    long = "# a long remark " * 500 + "\nSELECT ?s { ?s a ?c } LIMIT 3"
    assert len(long) > 6_000
    with visit(browser, server, "sparql/") as page:
        write(page, long)
        page.get_by_role("button", name="Run").click()
        page.get_by_role("heading", name="Answer").wait_for()
        assert page.locator(".answer tbody tr").count() == 3
        assert "query=" not in page.url
        assert page.get_by_text("too long for a link").is_visible()


def test_the_picture_of_a_network_can_be_moved_about_in(center, browser):
    server, _ = center
    with visit(browser, server, "network/coauthorship") as page:
        frame = page.frame_locator("iframe.view")
        frame.locator("#canvas canvas").first.wait_for()
        frame.get_by_role("combobox", name="Find").fill("okafor")
        frame.locator("#found li").first.click()
        frame.locator("#selected h2").wait_for()
        assert "Okafor" in frame.locator("#selected h2").inner_text()
        page.get_by_label("Only works issued in this year or later").fill("2015")
        page.get_by_role("button", name="Make the network").click()
        page.wait_for_url("**/network/coauthorship?*from=2015*")
        assert page.get_by_text("Only: works issued from 2015").is_visible()
        tool = page.get_by_role("link", name="Gephi Lite", exact=True).get_attribute("href")
        assert tool.endswith("coauthorship.gexf%3Ffrom%3D2015")


HOSTILE = (
    '"><script>document.title="x"</script>',
    "';alert(1)//",
    "javascript:alert(1)",
    "{{7*7}}",
    "<img src=x onerror=alert(1)>",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_is_asked_becomes_part_of_a_page(center, browser, text):
    server, _ = center
    for path in (
        "query/echo?text=",
        "query/person-works?person=",
        "sparql/?query=",
        "network/coauthorship?from=",
        "sparql/?example=",
    ):
        with visit(browser, server, path + quote(text)) as page:
            assert page.locator("img").count() == 0
            assert page.title() != "x"
            assert "49" not in page.locator("main").inner_text().split()
            scripts = page.locator("script[src]").evaluate_all("all => all.map((each) => each.src)")
            assert all(each.startswith(server.address) for each in scripts)
