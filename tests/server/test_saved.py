"""Saved queries over HTTP: the same answers as on the command line, in every format; what is wrong is said."""

import csv
import io
import json
import socket
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode
from tests.server.api_center import address, served_center, values_for

from ipcgraph.manifest import STORE, current_build
from ipcgraph.project import asked
from ipcgraph.queries import run
from ipcgraph.server.querytasks import harmless
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.tables import GRAPH_FORMATS, TABLE_FORMATS, Table, write_answer, write_table

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
SUFFIXES = {"json": ".srj", "xml": ".srx", "csv": ".csv", "tsv": ".tsv", "table": ".txt", "markdown": ".md"}
LARGE = frozenset(("everything", "large", "now"))
"""Queries of the tests that are there to be refused, or answer otherwise each time."""


def written(answer, file_format):
    text = io.StringIO(newline="")
    write_answer(answer, text, file_format)
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def queries(center):
    return {name: query for name, query in asked(center[1]).queries().items() if name not in LARGE}


def test_every_query_answers_in_every_format_as_on_the_command_line(center, queries):
    server, project = center
    with EmbeddedStore.open(current_build(project) / STORE) as store:
        for name, query in queries.items():
            values = values_for(query)
            expected = run(query, store, values)
            formats = TABLE_FORMATS if query.form in {"SELECT", "ASK"} else GRAPH_FORMATS
            for file_format in formats:
                got = server.ask(address(f"query/{name}", **values, format=file_format))
                assert (got.status, got.body) == (200, written(expected, file_format)), (
                    name,
                    file_format,
                    got.body[:300],
                )
    assert len(queries) > 60


@pytest.mark.parametrize("file_format", SUFFIXES)
def test_a_suffix_asks_for_a_format_as_the_word_does(center, file_format):
    server, _ = center
    by_suffix = server.ask(f"query/people{SUFFIXES[file_format]}")
    assert by_suffix == server.ask(f"query/people?format={file_format}")._replace(headers=by_suffix.headers)
    assert by_suffix.headers["content-disposition"] == f'inline; filename="people{SUFFIXES[file_format]}"'


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("*/*", JSON),
        (JSON, JSON),
        ("application/json", "application/json"),
        (XML, XML),
        ("application/xml", "application/xml"),
        (CSV, CSV),
        (TSV, TSV),
        ("text/markdown", "text/markdown"),
        ("text/plain", "text/plain"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        (f"{CSV};q=0.2, {TSV};q=0.9", TSV),
        (f"{JSON};q=0, */*;q=0.1", XML),
        (f"{JSON};q=0", "application/problem+json"),
        ("application/pdf", "text/plain"),
    ],
)
def test_a_client_gets_what_it_accepts(center, accept, expected):
    got = center[0].ask("query/people", accept)
    if expected.startswith("application/problem") or accept == "application/pdf":
        assert got.status == 406
        assert b"people.csv" in got.body
    else:
        assert (got.status, got.type) == (200, expected)
    assert got.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    "path", ["query/people.csv", "query/people", "query/", "query/person-works?person=person/nobody"]
)
def test_head_says_what_get_says(center, path):
    got, head = center[0].ask(path), center[0].ask(path, method="HEAD")
    assert (head.status, head.body) == (got.status, b"")
    differing = {name for name in got.headers if got.headers[name] != head.headers.get(name)}
    assert differing <= {"date"}


def test_who_has_an_answer_is_told_so(center):
    server, _ = center
    seen = set()
    for path in (
        "query/people.csv",
        "query/people.tsv",
        "query/works.csv",
        "query/",
        "openapi.json",
        "query/people.html",
    ):
        tag = server.ask(path).headers["etag"]
        again = server.ask(path, headers={"If-None-Match": tag})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
        assert server.ask(path, headers={"If-None-Match": '"other"'}).status == 200
        seen.add(tag)
    assert len(seen) == 6


def test_an_answer_that_holds_but_once_is_not_kept(center):
    first, second = (center[0].ask("query/now.csv") for _ in range(2))
    assert first.body != second.body
    assert "etag" not in first.headers
    assert first.headers["cache-control"] == "no-store"


def test_the_list_is_a_page_and_data(center):
    server, _ = center
    listed = json.loads(server.ask("query/", "application/json").body)
    assert {each["name"] for each in listed} >= {"people", "echo"}
    echo = next(each for each in listed if each["name"] == "echo")
    assert echo["parameters"] == [{"name": "text", "kind": "string", "default": None, "about": "any text"}]
    assert echo["href"] == f"{server.address}query/echo"
    page = server.ask("query/", "text/html").body.decode()
    assert 'href="person-coauthors"' in page
    moved = server.ask("query")
    assert (moved.status, moved.headers["location"]) == (308, "/query/")
    assert server.ask("queries/index.html").headers["location"] == "/query/"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("query/person-coauthor", 404, ["person-coauthors"]),
        ("query/zzzz", 404, ["no saved query", "/query/"]),
        ("query/people.pdf", 404, ["people.csv"]),
        ("query/people?format=pdf", 400, ["format", "csv"]),
        ("query/people?format=csv&format=tsv", 400, ["format"]),
        ("query/person-coauthors", 400, ["needs person", "whose co-authors", "Person"]),
        ("query/person-coauthors?persn=person/x", 400, ["persn", "did you mean person"]),
        ("query/people?x=1", 400, ["no parameter", "none"]),
        ("query/person-coauthors?person=person/a&person=person/b", 400, ["person is given twice"]),
        ("query/person-coauthors?person=", 400, ["person is empty"]),
        ("query/person-coauthors?person=a b", 400, ["person", "id of a Person", "person/ada-lovelace"]),
        ("query/person-coauthors?person=person/aoife", 404, ["no such Person", "person/aoife-obrien"]),
        ("query/person-coauthors?person=center/harbour", 404, ["no such Person"]),
        ("query/works-in-year?year=19", 400, ["year", "a year such as 2019"]),
        ("query/sums?one=1.5&day=2020-01-01", 400, ["one", "a whole number", "integer"]),
        ("query/sums?one=1&day=2020-02-30", 400, ["day", "a day of the calendar"]),
        ("query/roles-of-type?type=no-such-type", 404, ["no such concept of the scheme role-type"]),
        ("query/people.network.gexf", 400, ["two columns of things"]),
        ("query/people.network.exe", 404, ["network"]),
    ],
)
def test_what_is_wrong_is_said_with_its_remedy(center, path, status, words):
    got = center[0].ask(quote(path, safe="/?=&"))
    assert (got.status, got.type) == (status, "application/problem+json")
    told = json.loads(got.body)
    assert told["status"] == status
    assert [word for word in words if word not in got.body.decode()] == []
    assert "Traceback" not in got.body.decode()


def test_a_problem_names_the_parameter(center):
    told = json.loads(center[0].ask("query/works-in-year?year=x").body)
    assert told["parameter"] == "year"


VALUES = (
    "O'Brien", "AT&T", "<iri>", '" } UNION { ?s ?p ?o } #', "\\", '"""', "$text", "?said", "é\u202e😀", "a\nb", "\x00",
    "=1+1", "<script>alert(1)</script>", "%25", "+", "\\u0022",
)  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
def test_no_value_changes_a_query(center, value):
    got = center[0].ask(address("query/echo", text=value, format="json"))
    said = json.loads(got.body)["results"]["bindings"]
    assert [row["said"]["value"] for row in said] == [value]


def test_values_are_terms_of_their_kinds(center):
    got = center[0].ask("query/sums.tsv?one=-7&day=2020-02-29&year=2024")
    assert got.body.decode() == '?sum\t?on\n2017\t"2020-02-29"^^<http://www.w3.org/2001/XMLSchema#date>\n'
    assert center[0].ask("query/sums.tsv?one=1&day=2020-02-29").body.decode().startswith("?sum\t?on\n2001\t")


def test_a_hyphen_is_as_good_as_an_underscore(center):
    server, _ = center
    assert server.ask("query/is-there.json?person=person/aoife-obrien").body == b'{"head": {}, "boolean": true}\n'


def test_csv_for_spreadsheets_runs_nothing_and_the_standard_form_is_kept_apart(center):
    server, _ = center
    exact = server.ask("query/formulas.csv")
    safe = server.ask("query/formulas.spreadsheet.csv")
    plain = list(csv.reader(io.StringIO(exact.body.decode(), newline="")))
    kept = list(csv.reader(io.StringIO(safe.body.decode("utf-8-sig"), newline="")))
    assert [row[0] for row in plain[1:]] == ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "x", "-1", "mailto:a@example.org"]
    assert [row[0] for row in kept[1:]] == [
        "'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx", "x", "-1", "mailto:a@example.org",
    ]  # fmt: skip
    assert safe.body.startswith(b"\xef\xbb\xbf")
    assert safe.headers["content-disposition"].startswith("attachment")
    assert server.ask("query/formulas", CSV).body == exact.body


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), min_size=1, max_size=5), st.integers())
def test_no_cell_of_the_safe_form_begins_as_a_formula(texts, number):
    row = (*texts, *(Literal(each) for each in texts), Literal(f"{number}", datatype=NamedNode("urn:x:y")), number)
    table = harmless(Table(tuple(f"c{index}" for index in range(len(row))), (row,)))
    text = io.StringIO(newline="")
    write_table(table, text, "csv")
    cells = next(iter(list(csv.reader(io.StringIO(text.getvalue(), newline="")))[1:]))
    assert [cell for cell in cells[:-1] if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert cells[-1] == str(number)


def test_an_answer_that_takes_too_long_or_is_too_large_is_refused_whole():
    with served_center(settings='\n[server]\nquery_seconds = 4\nanswer_bytes = "100 KiB"\n') as (server, _):
        slow = server.ask("query/everything.csv")
        assert (slow.status, slow.type) == (503, "application/problem+json")
        assert "more time" in json.loads(slow.body)["detail"]
        large = server.ask("query/large.csv")
        assert large.status == 413
        assert "100 KiB" in json.loads(large.body)["detail"]
        page = server.ask("query/everything", "text/html")
        assert page.status == 503
        assert "more time" in page.body.decode()
        assert server.ask("query/people.csv").status == 200


def test_large_answers_come_whole(center):
    got = center[0].ask("query/large.srj")
    assert got.status == 200
    rows = json.loads(got.body)["results"]["bindings"]
    assert len(rows) == 30_000
    assert int(got.headers["content-length"]) == len(got.body)
    page = center[0].ask("query/large", "text/html").body.decode()
    assert "30,000 rows. The first 1,000 are shown here; the files below have all of them." in page
    assert page.count("<tr>") == 1_001


def test_xml_is_xml_for_whoever_asks(center):
    for path in ("query/people.xml", "query/people?format=xml"):
        root = ET.fromstring(center[0].ask(path).body)  # noqa: S314  # of our own server
        assert root.tag.endswith("sparql")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(("people", "echo", "person-works", "works-in-year", "told-of", "x", "..", "%2e%2e%2f", "")),
    suffix=st.sampled_from(("", ".csv", ".html", ".network.gexf", ".json", ".x")),
    values=st.lists(
        st.tuples(st.sampled_from(("text", "person", "year", "format", "source", "é", "<b>")), st.text(max_size=30)),
        max_size=3,
    ),
    accept=st.sampled_from((None, "text/html", "*/*", "text/csv;q=x", ",,;", '"', "text/html;q=0")),
)
def test_nothing_in_an_address_breaks_the_server_or_comes_back_as_markup(center, name, suffix, values, accept):
    server, _ = center
    asked = "&".join(
        f"{quote(word)}={quote(text, errors='replace')}" for word, text in [*values, ("z", "<script>x</script>")]
    )
    got = server.ask(f"query/{quote(name, safe='%.')}{suffix}?{asked}", accept)
    assert got.status < 500
    assert b"Traceback" not in got.body
    assert b"<script>x" not in got.body
    if got.status in {301, 302, 303, 307, 308}:
        assert got.headers["location"].startswith("/")


def test_many_who_ask_the_same_at_once_are_all_answered_though_the_first_leaves(center):
    server, _ = center
    path = "query/large.tsv"
    with socket.create_connection(("127.0.0.1", server.port)) as first:
        first.sendall(f"GET /{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.05)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: server.ask(path), range(6)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
