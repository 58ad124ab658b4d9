"""The page of queries in real Chromium: answers as `ipcgraph query` gives them, and what readers may do wrong."""

import functools
import http.server
import json
import shutil
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode
from tests.center_project import make_center
from tests.chromium import AXE, READERS, browser_of_sites
from tests.test_saved_queries import ON_IPC, QUERIES

from ipcgraph.errors import ProjectError, SettingsError, UsageError
from ipcgraph.project import fresh_build
from ipcgraph.publish.configuration import read_configuration
from ipcgraph.publish.site import write_site
from ipcgraph.queries import run
from ipcgraph.settings import find_project
from ipcgraph.shipped import asset
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.tables import Table

ROOT = Path(__file__).parents[1]
PAGE = "queries/index.html"
WIDE, PHONE = {"width": 1200, "height": 900}, {"width": 360, "height": 740}
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HOSTILE = (
    '" } INSERT DATA { <urn:x:a> <urn:x:b> "c" } #', "'", '"', "\\", "\\u0022", '"""', "}} UNION {{ ?s ?p ?o",
    "> ?p ?o . <urn:x:y", "\n# } SELECT * { ?s ?p ?o }", "$text", "?thing", "{0}", "<script>alert(1)</script>", "\\\\u0022", "é\u202e😀",
)  # fmt: skip

# Values for queries that have no case on this data, beside those of their examples.
PERSON, CENTER_ID, HEALTH = (
    {"person": "person/ben-armstrong"},
    {"center": "center/ipc"},
    "initiative/automation-in-the-healthcare-industry",
)
VALUES = {
    **dict.fromkeys(("center-initiatives", "center-leaders", "center-origins", "center-partners"), CENTER_ID),
    **dict.fromkeys(("person-coauthors", "person-roles", "person-works"), PERSON),
    "counts-of": {"thing": "center/ipc"},
    "evidence-of": {"thing": "person/ben-armstrong"},
    "find": {"text": "armstrong"},
    "initiative-leaders-on": {"initiative": HEALTH},
    "joint-works": {**PERSON, "other": "person/julie-shah"},
    "network-members": {"network": "initiative/ipc-global-research-network"},
    "partner-engagements": {"partner": "organization/alfred-p-sloan-foundation"},
    "partners-of": {"subject": "center/ipc"},
    "resting-on-lines": {"source": "source/overview"},
    "roles-at": {"context": "center/ipc"},
    "works-of-initiative": {"initiative": HEALTH},
    "works-of-organization": {"organization": "center/ipc"},
    "works-on-topic": {"topic": "topic/advanced-manufacturing"},
}
CASES = [(case.query, case.parameters) for case in ON_IPC]
CASES += [
    (name, {**dict(query.example), **VALUES.get(name, {})})
    for name, query in QUERIES.items()
    if name not in dict(CASES)
]


@pytest.fixture(scope="module", autouse=True)
def _made():
    try:
        asset("queries.js")
    except ProjectError as error:
        pytest.skip(str(error))


def written(project, out, **environment):
    """The site of a project, written as the command line does."""
    build = fresh_build(project)
    configuration = read_configuration(project, environment={f"IPCGRAPH_SITE_{k}": v for k, v in environment.items()})
    write_site(project, build / "store", out, configuration)
    return build


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def table(store, name, values):
    """What `ipcgraph query` answers."""
    answer = run(QUERIES[name], store, values)
    assert isinstance(answer, Table)
    return answer


class _Unpacking(_Quiet):
    """A server that has browsers unpack what ends in .gz, as some are set up."""

    def end_headers(self):
        if self.path.endswith(".gz"):
            self.send_header("Content-Encoding", "gzip")
        super().end_headers()


@contextmanager
def served(folder, handling=_Quiet):
    handler = functools.partial(handling, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture(scope="module")
def ipc(tmp_path_factory):
    """The site of the Industrial Performance Center in a folder of a web space, and its build."""
    folder = tmp_path_factory.mktemp("ipc")
    shutil.copytree(ROOT / "data", folder / "project" / "data")
    shutil.copy(ROOT / "pyproject.toml", folder / "project")
    project = find_project(folder / "project")
    return folder / "web" / "graph", written(project, folder / "web" / "graph")


@pytest.fixture(scope="module")
def address(ipc):
    with served(ipc[0].parent) as root:
        yield root + "graph/"


@pytest.fixture(scope="module")
def browser():
    with browser_of_sites() as started:
        yield started


@contextmanager
def visit(browser, url, **context):
    """Opens a page; at the end it must have said nothing on the console and have asked nobody but its own site."""
    opened = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **context})
    page = opened.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    opened.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    page.asked = asked
    yield page
    assert said == []
    start = url.split("queries/")[0]
    assert [each for each in asked if not each.startswith((start, "data:", "blob:"))] == []
    opened.close()


@pytest.fixture
def page(browser, address):
    with visit(browser, address + PAGE) as opened:
        yield opened


def write(page, text):
    """Puts a text into the editor as a reader does who pastes it."""
    page.get_by_role("textbox", name="SPARQL query").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.evaluate(
        """(text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const editor = document.querySelector("#editor").shadowRoot.activeElement;
            editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def editor_text(page):
    """All that is in the editor; of a long text the editor draws what is seen only, so it is asked of a link."""
    page.get_by_role("button", name="Link to this query").click()
    fragment = urlsplit(page.url).fragment
    pairs = dict(pair.split("=", 1) for pair in fragment.split("&"))
    return unquote(pairs["query"].replace("+", " "))


def ask(page, text):
    write(page, text)
    page.locator("#run").click()
    return told(page)


def told(page):
    """What the page says once there is an answer, or a fault."""
    page.locator("#answer[aria-busy=false]").wait_for(state="attached")
    return page.locator("#status").inner_text() + page.locator("#fault").inner_text()


def rows(page):
    return [
        [cell.strip() for cell in row.locator("td").all_inner_texts()] for row in page.locator("#answer tbody tr").all()
    ]


def saved_as(page, name):
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    return Path(download.value.path()).read_text("utf-8"), download.value.suggested_filename


def term(cell):
    if cell is None:
        return None
    if cell["type"] == "uri":
        return NamedNode(cell["value"])
    if "xml:lang" in cell:
        return Literal(cell["value"], language=cell["xml:lang"])
    return (
        Literal(cell["value"], datatype=NamedNode(cell["datatype"])) if "datatype" in cell else Literal(cell["value"])
    )


def choose(page, name, values):
    page.get_by_label("Saved query").select_option(name)
    for key, value in values.items():
        page.locator(f"#parameters input[name={key}]").fill(value)


def fill_in(page, name, values):
    """Runs a saved query by its form; one without parameters by the editor."""
    choose(page, name, values)
    if QUERIES[name].parameters:
        page.get_by_role("button", name="Fill in and run").click()
    else:
        page.locator("#run").click()


def test_every_saved_query_gives_the_rows_of_the_command_line(ipc, page):
    """All of them on the page in turn, each with the values it is tested with: the same terms in the same order."""
    answered: dict[str, int] = {}
    with EmbeddedStore.open(ipc[1] / "store") as store:
        for name, values in CASES:
            fill_in(page, name, values)
            assert "row" in told(page), name
            expected = table(store, name, values)
            text, file = saved_as(page, "JSON")
            found = json.loads(text)
            assert tuple(found["head"]["vars"]) == expected.columns
            got = [tuple(term(row.get(column)) for column in expected.columns) for row in found["results"]["bindings"]]
            assert got == [tuple(row) for row in expected.rows], (name, values)
            assert file == f"{name}.srj"
            assert page.locator("#answer tbody tr").count() == len(expected.rows)
            answered[name] = answered.get(name, 0) + len(expected.rows)
    assert set(answered) == set(QUERIES)
    assert sum(1 for rows in answered.values() if rows) > 50


def test_cells_lead_to_pages_that_are_there(ipc, page):
    for name, values in (
        ("person-works", {"person": "person/ben-armstrong"}),
        ("sources", {}),
        ("center-leaders", {"center": "center/ipc"}),
    ):
        fill_in(page, name, values)
        told(page)
        links = page.locator("#answer a").evaluate_all("all => all.map(each => each.href)")
        own = [urlsplit(each).path.removeprefix("/graph/") for each in links if "127.0.0.1" in each]
        assert own
        assert [path for path in own if not (ipc[0] / path).is_file()] == []
    ask(page, "SELECT ?t { VALUES ?t { <https://w3id.org/ipcgraph/ns#Person> } }")
    assert page.locator("#answer a").get_attribute("href").endswith("ontology/index.html#Person")
    ask(page, "SELECT ?t { VALUES ?t { <https://w3id.org/ipcgraph/ns#holder> } }")
    assert page.locator("#answer a").get_attribute("href").endswith("ontology/properties-links.html#holder")


def test_no_value_changes_a_query(ipc, page):
    """A text from outside is one literal; an id that is none is refused."""
    with EmbeddedStore.open(ipc[1] / "store") as store:
        for value in HOSTILE:
            fill_in(page, "find", {"text": value})
            assert "row" in told(page), value
            # A field of one line has no line ends, and blanks at the ends are cut off.
            expected = table(store, "find", {"text": value.replace("\n", "").strip()})
            assert page.locator("#answer tbody tr").count() == len(expected.rows), value
            fill_in(page, "person-works", {"person": value})
            assert "is not the id of a person" in told(page) or "there is no such person" in told(page), value
            assert page.locator("#answer table").count() == 0


@pytest.mark.parametrize(
    ("name", "values", "sentence"),
    [
        ("works-in-year", {"year": "20x9"}, "“20x9” for “year” is not a year such as 2019"),
        (
            "works-on-date",
            {"date": "2019-02-30"},
            "“2019-02-30” for “date” is not a day of the calendar, as 2019-02-28",
        ),
        ("person-works", {"person": "person/nobody"}, "“person/nobody”: there is no such person in this graph"),
        ("person-works", {"person": "organization/mit"}, "there is no such person in this graph"),
        ("roles-of-type", {"type": "nonsense"}, "there is no such concept of the scheme role-type in this graph"),
    ],
)
def test_wrong_values_are_refused_as_the_command_line_does(ipc, page, name, values, sentence):
    with EmbeddedStore.open(ipc[1] / "store") as store, pytest.raises(UsageError):
        run(QUERIES[name], store, values)
    fill_in(page, name, values)
    assert sentence in told(page)


def test_names_lead_to_ids(page):
    choose(page, "person-works", {"person": "armstr"})
    page.wait_for_function("() => document.querySelectorAll('#parameters option').length === 1")
    offered = page.locator("#parameters option")
    assert offered.get_attribute("value") == "person/ben-armstrong"
    assert offered.get_attribute("label") == "Ben Armstrong"


def test_a_runaway_query_is_stopped_and_the_next_one_is_answered(page):
    write(page, RUNAWAY)
    page.locator("#run").click()
    page.wait_for_function("() => document.querySelector('#status').textContent === 'Running …'")
    page.get_by_role("button", name="Stop").click()
    assert told(page) == "Stopped."
    assert "The answer is yes" in ask(page, "ASK { ?s ?p ?o }")


def test_a_runaway_query_ends_at_its_time_limit(page):
    page.evaluate("document.querySelector('#limit').append(new Option('1', '1'))")
    page.get_by_label("Time limit").select_option("1")
    assert ask(page, RUNAWAY) == "Stopped after 1 seconds. Ask for less, or allow more time."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "SELECT ?s\nWHERE { ?s foaf:name ?n }",
            "Line 2, column 21: Prefix not found; read as far as “WHERE { ?s foaf:name”",
        ),
        ("SELECT * {\n  ?s ?p ", "Line 2, column"),
        ("INSERT DATA { <urn:x:a> <urn:x:b> 1 }", "Line 1, column"),
        ("SELECT * { SERVICE <https://example.org/sparql> { ?s ?p ?o } }", "is not supported"),
    ],
)
def test_faults_are_told_with_line_and_column(page, text, sentence):
    assert sentence in ask(page, text)
    assert page.locator("#answer").inner_text() == ""
    if "Line" in sentence:
        assert page.locator(".cm-lintRange-error").count() == 1


def test_a_query_that_is_too_deep_breaks_nothing(page):
    assert "too deep or too large" in ask(page, "ASK { " + "{ " * 6000 + "}" * 6000 + " }") or "Line" in told(page)
    assert "The answer is yes" in ask(page, "ASK { ?s ?p ?o }")


def test_triples_come_as_turtle_with_prefixes(page):
    from pyoxigraph import RdfFormat, parse

    sentence = ask(
        page,
        "PREFIX ipcg: <https://w3id.org/ipcgraph/ns#>\nCONSTRUCT { ?p a ipcg:Person ; ipcg:note 1, 'a' } { ?p a ipcg:Person }",
    )
    count = int(sentence.split()[0])
    turtle, name = saved_as(page, "Turtle")
    assert name == "query.ttl"
    assert "@prefix ipcg: <https://w3id.org/ipcgraph/ns#> ." in turtle
    assert "a ipcg:Person" in turtle
    lines = saved_as(page, "N-Triples")[0]
    read = {quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)}
    assert read == {quad.triple for quad in parse(lines, format=RdfFormat.N_TRIPLES)}
    assert len(read) == count
    assert page.locator("#answer pre").inner_text().strip() == turtle.strip()


def test_every_description_of_the_graph_reads_back_from_turtle(page):
    from pyoxigraph import RdfFormat, parse

    ask(page, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")
    turtle, lines = saved_as(page, "Turtle")[0], saved_as(page, "N-Triples")[0]

    def plain(quads):
        return {tuple("_" if isinstance(each, BlankNode) else str(each) for each in quad.triple) for quad in quads}

    assert plain(parse(turtle, format=RdfFormat.TURTLE)) == plain(parse(lines, format=RdfFormat.N_TRIPLES))


def test_long_answers_are_shown_in_part_and_saved_whole(page):
    sentence = ask(page, "SELECT * { ?s ?p ?o }")
    total = int(sentence.split()[0].replace(",", ""))
    assert total > 1000
    assert "The first 1,000 are shown; the files below have all." in sentence
    assert page.locator("#answer tbody tr").count() == 1000
    assert saved_as(page, "TSV")[0].count("\n") == total + 1
    assert saved_as(page, "CSV")[0].splitlines()[0] == "o,p,s"


def test_a_link_holds_query_form_and_answer(browser, address, page):
    fill_in(page, "person-works", {"person": "person/ben-armstrong"})
    told(page)
    expected = rows(page)
    page.get_by_role("button", name="Link to this query").click()
    with visit(browser, page.url) as other:
        other.wait_for_selector("#answer table")
        assert rows(other) == expected
        assert other.locator("#parameters input").input_value() == "person/ben-armstrong"
        assert other.get_by_label("Saved query").input_value() == "person-works"
    with visit(
        browser, address + PAGE + "#query=" + quote("SELECT ('<img src=x onerror=alert(1)>' AS ?x) { }")
    ) as other:
        other.wait_for_selector("#answer table")
        assert rows(other) == [["<img src=x onerror=alert(1)>"]]
    with visit(browser, address + PAGE + "#query-person-works") as other:
        other.wait_for_selector("#parameters input")  # the queries are fetched before one can be chosen
        assert other.get_by_label("Saved query").input_value() == "person-works"


def test_only_addresses_of_the_web_and_of_mail_become_links(page):
    ask(
        page,
        "SELECT ?x { VALUES ?x { <javascript:alert(1)> <data:text/html,x> <https://example.org/> <mailto:a@example.org> } }",
    )
    assert page.locator("#answer a").evaluate_all("all => all.map(each => each.href)") == [
        "https://example.org/",
        "mailto:a@example.org",
    ]
    assert len(rows(page)) == 4


def test_what_is_typed_over_a_selection_replaces_it(page):
    page.get_by_role("textbox", name="SPARQL query").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("ASK {}")
    assert editor_text(page) == "ASK {}"
    page.keyboard.press("Control+z")


def test_terms_are_completed_with_their_prefix(page):
    write(page, "ASK { ?s skos:prefL")
    page.keyboard.press("Control+End")
    page.keyboard.press("Control+Space")
    page.locator(".cm-tooltip-autocomplete li").first.wait_for()
    page.wait_for_timeout(150)  # the editor takes no choice sooner, so that nobody takes one unseen
    page.keyboard.press("Enter")
    assert editor_text(page) == "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\nASK { ?s skos:prefLabel"


def test_nothing_large_is_loaded_before_it_is_asked_for(page, address):
    loaded = {each.removeprefix(address) for each in page.asked}
    assert not {each for each in loaded if "wasm" in each or "dumps" in each or "worker" in each}
    ask(page, "ASK {}")
    assert "assets/oxigraph.wasm.gz" in {each.removeprefix(address) for each in page.asked}


def test_the_page_is_run_from_the_keyboard_alone(page):
    page.get_by_role("textbox", name="SPARQL query").focus()
    page.keyboard.press("Control+Enter")
    assert "rows in" in told(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "run"


def test_the_page_shuts_no_reader_out(page):
    if not AXE.is_file():
        pytest.skip("axe-core is not here: run `make readers`")
    page.evaluate(AXE.read_text("utf-8"))

    def violations():
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate("() => axe.run()")["violations"]
            yield from ((scheme, each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found)

    assert list(violations()) == []
    fill_in(page, "person-works", {"person": "person/ben-armstrong"})
    told(page)
    assert list(violations()) == []
    ask(page, "SELECT * { ?s foaf:name ")
    assert list(violations()) == []


def test_the_page_does_not_scroll_sideways_on_a_phone(browser, address):
    with visit(browser, address + PAGE, viewport=PHONE) as page:
        fill_in(page, "person-works", {"person": "person/ben-armstrong"})
        told(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_without_javascript_the_page_tells_what_can_be_asked(browser, address):
    with visit(browser, address + PAGE, java_script_enabled=False) as page:
        assert page.get_by_text("Running queries needs JavaScript").is_visible()
        assert not page.locator("#panel").is_visible()
        assert page.locator(".saved li").count() == len(QUERIES)
        page.get_by_role("link", name="Works of a person", exact=True).click()
        assert page.locator("h1").inner_text() == "Works of a person"
        assert page.locator("pre").inner_text().strip() == QUERIES["person-works"].text.strip()
        assert page.get_by_text("ipcgraph query person-works --person PERSON").is_visible()


def test_every_saved_query_has_a_page_that_leads_to_where_it_is_asked(browser, address):
    with visit(browser, address + PAGE) as page:
        links = page.locator(".saved a").evaluate_all("all => all.map(each => each.getAttribute('href'))")
        assert [urlsplit(each).path for each in links] != []
        assert {Path(each).stem for each in links} == set(QUERIES)
        page.get_by_role("link", name="Works of a person", exact=True).click()
        page.get_by_role("link", name="Ask this in your browser").click()
        page.wait_for_function("() => document.querySelector('#saved')?.value === 'person-works'")


def test_from_a_folder_the_page_says_what_it_takes(browser, ipc):
    with visit(browser, (ipc[0] / PAGE).as_uri()) as page:
        assert "python -m http.server" in page.locator("#without").inner_text()
        assert not page.locator("#panel").is_visible()


def test_the_page_is_valid_html_with_a_policy_of_its_own(ipc, tmp_path):
    page = ipc[0] / PAGE
    assert "'wasm-unsafe-eval'" in page.read_text("utf-8")
    others = [file for file in ipc[0].rglob("*.html") if file != page and "wasm" in file.read_text("utf-8")]
    assert others == []
    checker = READERS / ".bin" / "html-validate"
    if not checker.exists():
        pytest.skip("html-validate is not here: run `make readers`")
    configuration = tmp_path / "html-validate.json"
    rules = {"root": True, "extends": ["html-validate:recommended"], "rules": {"long-title": "off"}}
    configuration.write_text(json.dumps(rules), encoding="utf-8")
    done = subprocess.run(
        [checker, "--config", configuration, page], check=False, capture_output=True, text=True, timeout=300
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_servers_may_unpack_what_is_packed(browser, ipc):
    with served(ipc[0].parent, _Unpacking) as root, visit(browser, root + "graph/" + PAGE) as page:
        assert "The answer is yes" in ask(page, "ASK { ?person a <https://w3id.org/ipcgraph/ns#Person> }")


def test_what_cannot_be_loaded_is_told_and_tried_again(browser, ipc, tmp_path):
    shutil.copytree(ipc[0], tmp_path / "graph")
    dump = tmp_path / "graph" / "dumps" / "graph.nq.gz"
    hidden = dump.rename(tmp_path / "elsewhere")
    with served(tmp_path) as root:
        opened = browser.new_page()
        opened.goto(root + "graph/" + PAGE)
        assert "graph.nq.gz cannot be loaded (404)" in ask(opened, "ASK {}")
        hidden.rename(dump)
        assert "The answer is yes" in ask(opened, "ASK {}")
        opened.close()


@pytest.mark.parametrize("wrong", ["-1", "many", "", "1e6"])
def test_a_limit_that_is_no_number_is_refused(ipc, wrong):
    project = find_project(ipc[0].parents[1] / "project")
    with pytest.raises(SettingsError, match=r"IPCGRAPH_SITE_QUERY_LIMIT: query_limit is .*write a whole number"):
        read_configuration(project, environment={"IPCGRAPH_SITE_QUERY_LIMIT": wrong})


@pytest.mark.parametrize(
    ("endpoint", "place"), [("", "the whole graph"), ("https://example.org/sparql", "SPARQL endpoint")]
)
def test_of_a_larger_graph_nothing_is_loaded(browser, tmp_path, endpoint, place):
    settings = {"QUERY_LIMIT": "100", "ENDPOINT": endpoint} if endpoint else {"QUERY_LIMIT": "100"}
    written(make_center(tmp_path / "project"), tmp_path / "web", **settings)
    assert not (tmp_path / "web" / "assets" / "oxigraph.wasm.gz").exists()
    assert "wasm" not in (tmp_path / "web" / PAGE).read_text("utf-8")
    with served(tmp_path / "web") as root, visit(browser, root + PAGE) as page:
        assert "more than the 100 that this page would load" in page.locator(".warning").inner_text()
        assert page.locator(".warning").get_by_role("link", name=place).is_visible()
        assert page.locator(".saved li").count() == len(QUERIES)
