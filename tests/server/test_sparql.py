"""The SPARQL endpoint: every way to ask, every format, what is refused, and where an error is."""

import csv
import io
import json
import warnings
from urllib.parse import parse_qs, quote, urlencode

import pytest
import rdflib
from lxml import etree
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results
from rdflib.compare import isomorphic
from tests.server.running import serving
from tests.server.sparql_requests import (
    CSV,
    DATA,
    DIRECT,
    FORM,
    JSON,
    JSONLD,
    NTRIPLES,
    RDFXML,
    TSV,
    TURTLE,
    XML,
    center_with_graphs,
    form,
    get,
    post,
    send,
)

from ipcgraph.vocabulary import DEFAULT_BASE

SELECT = 'SELECT ?name { ?person <http://xmlns.com/foaf/0.1/name> ?name FILTER(CONTAINS(?name, "o")) } ORDER BY ?name'
ASK = "ASK { ?person <http://xmlns.com/foaf/0.1/name> ?name }"
CONSTRUCT = "CONSTRUCT { ?person <http://xmlns.com/foaf/0.1/nick> ?name } WHERE { ?person <http://xmlns.com/foaf/0.1/name> ?name }"
DESCRIBE = f"DESCRIBE <{DEFAULT_BASE}person/aoife-obrien>"
WRONG = "SELECT ?s WHERE {\n  ?s ?p }"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(center_with_graphs(tmp_path_factory.mktemp("sparql") / "center")) as running:
        yield running


@pytest.fixture(scope="module")
def endpoint(server):
    return server.address + "sparql"


def names(reply):
    """The names that a table in any format has."""
    if reply.type in {JSON, "application/json"}:
        return [row["name"]["value"] for row in json.loads(reply.body)["results"]["bindings"]]
    if reply.type in {XML, "application/xml", "text/xml"}:
        return [
            found.text for found in etree.fromstring(reply.body).iter("{http://www.w3.org/2005/sparql-results#}literal")
        ]
    rows = list(csv.reader(io.StringIO(reply.text), delimiter="\t" if reply.type == TSV else ","))
    return [row[0].strip('"') for row in rows[1:]]


def told(reply):
    return json.loads(reply.body)["boolean"]


def test_there_is_something_to_find(endpoint):
    found = names(get(endpoint, SELECT))
    everybody = json.loads(get(endpoint, SELECT.replace('"o"', '""')).body)["results"]["bindings"]
    assert found
    assert len(found) < len(everybody)


@pytest.mark.parametrize("media_type", [JSON, XML, CSV, TSV])
def test_tables_in_every_format(endpoint, media_type):
    reply = get(endpoint, SELECT, media_type)
    assert (reply.status, reply.type) == (200, media_type)
    assert names(reply) == names(get(endpoint, SELECT))


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/json", "application/json"),
        ("application/xml", "application/xml"),
        ("text/*", CSV),
        ("text/csv;q=0.2, text/tab-separated-values;q=0.9", TSV),
        (f"{JSON};q=0, */*;q=0.1", XML),
        (f"text/turtle, {XML}", XML),
        ("application/sparql-results+json;q=0.5,application/sparql-results+xml;q=0.6", XML),
    ],
)
def test_the_header_accept_chooses(endpoint, accept, media_type):
    reply = get(endpoint, SELECT, accept)
    assert (reply.status, reply.type) == (200, media_type)
    assert names(reply) == names(get(endpoint, SELECT))
    assert "accept" in reply.headers["vary"].lower()


@pytest.mark.parametrize("accept", ["application/pdf", f"{JSON};q=0", "text/turtle", "image/*"])
@pytest.mark.parametrize("query", [SELECT, ASK])
def test_what_cannot_be_given_is_406_with_what_can(endpoint, accept, query):
    reply = get(endpoint, query, accept)
    assert reply.status == 406
    for media_type in (JSON, XML, CSV, TSV):
        assert media_type in reply.text


@pytest.mark.parametrize("media_type", [JSON, XML, CSV, TSV])
def test_yes_and_no_in_every_format(endpoint, media_type):
    for query, answer in ((ASK, True), ("ASK { ?s <urn:x:nothing> ?o }", False)):
        reply = get(endpoint, query, media_type)
        assert (reply.status, reply.type) == (200, media_type)
        if media_type in {JSON, XML}:
            read = parse_query_results(reply.body, format=QueryResultsFormat.from_media_type(media_type))
            assert bool(read) is answer
        else:
            assert reply.text.strip() == str(answer).lower()


@pytest.mark.parametrize("media_type", [TURTLE, NTRIPLES, JSONLD, RDFXML])
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
def test_graphs_in_every_format_are_read_alike_by_rdflib(endpoint, media_type, query):
    reply = get(endpoint, query, media_type)
    assert (reply.status, reply.type) == (200, media_type)
    read, expected = rdflib.Graph(), rdflib.Graph()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own reader of JSON-LD uses what rdflib gives up
        read.parse(data=reply.body, format=media_type)
    expected.parse(data=get(endpoint, query, NTRIPLES).body, format="nt")
    assert len(expected) > 2
    assert isomorphic(read, expected)


def test_a_graph_is_turtle_where_nothing_else_is_wanted(endpoint):
    for accept in (None, "*/*", "text/*"):
        assert get(endpoint, CONSTRUCT, accept).type == TURTLE
    assert get(endpoint, CONSTRUCT, "application/pdf").status == 406
    assert get(endpoint, CONSTRUCT, "text/csv").status == 406


def test_the_same_query_gives_the_same_bytes(endpoint):
    for query, media_type in ((CONSTRUCT, TURTLE), (DESCRIBE, JSONLD), (SELECT, XML)):
        # A blank more is another query for the cache.
        assert len({get(endpoint, query + " " * number, media_type).body for number in range(6)}) == 1


def test_turtle_has_the_prefixes_sorted(endpoint):
    lines = get(endpoint, CONSTRUCT, TURTLE).text.splitlines()
    prefixes = [line for line in lines if line.startswith("@prefix")]
    assert prefixes == sorted(prefixes)
    assert lines[: len(prefixes)] == prefixes
    assert "foaf:nick" in lines[len(prefixes) + 1] or "foaf:nick" in lines[len(prefixes)]


def test_an_empty_graph_is_a_whole_answer(endpoint):
    for media_type in (TURTLE, NTRIPLES, JSONLD, RDFXML):
        reply = get(endpoint, "CONSTRUCT { ?s ?p ?o } WHERE { ?s <urn:x:no> ?o . ?s ?p ?o }", media_type)
        assert reply.status == 200
        assert not list(parse(reply.body, RdfFormat.from_media_type(media_type)))


@pytest.mark.parametrize("charset", ["", "; charset=UTF-8", ";charset=utf-8", '; charset="UTF-8"'])
def test_every_way_to_ask_gives_the_same(endpoint, charset):
    query = SELECT + " # żółć"
    expected = names(get(endpoint, query))
    asked = {
        "form": send(endpoint, "POST", Accept=JSON, **form({"query": query}, FORM + charset)),
        "direct": send(endpoint, "POST", Accept=JSON, body=query.encode(), Content_Type=DIRECT + charset),
        "form, media type in capitals": send(
            endpoint, "POST", Accept=JSON, **form({"query": query}, FORM.upper() + charset)
        ),
    }
    for reply in asked.values():
        assert (reply.status, reply.type) == (200, JSON)
        assert names(reply) == expected


def test_text_is_decoded_once(endpoint):
    query = 'SELECT ("50%25 + 1 & 2=ż 😀" AS ?name) {}'
    for reply in (
        get(endpoint, query),
        post(endpoint, query),
        send(endpoint, "POST", Accept=JSON, **form({"query": query})),
    ):
        assert names(reply) == ["50%25 + 1 & 2=ż 😀"]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("json", "application/json"), ("csv", CSV), ("tsv", TSV), ("xml", "application/xml"), (CSV, CSV), ("pdf", "")],
)
def test_a_link_can_name_the_format(endpoint, name, media_type):
    reply = get(endpoint, SELECT, BROWSER, more=f"&format={name}")
    assert (reply.status, reply.type) == (200, media_type) if media_type else reply.status == 406


def test_a_syntax_error_has_the_line_and_column_of_the_query_that_was_sent(endpoint):
    for query in (WRONG, "# żółć 😀\n" + WRONG, "PREFIX x: <urn:x:>\n\n" + WRONG):
        line = query.count("\n") + 1
        for reply in (get(endpoint, query, "application/json"), post(endpoint, query, "application/json")):
            assert reply.status == 400
            said = json.loads(reply.body)
            assert (said["line"], said["column"]) == (line, 9)
            assert f"line {line}, column 9" in said["detail"]
    assert json.loads(get(endpoint, 'SELECT ("żółć😀" AS ?x) { FOO }', "application/json").body)["column"] == 26


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SELECT * { ?s ?p ", "}"),
        ("SELECT * { ", "FOO }"),
        ("SELECT * { ?s ?p ?o ", "?q }"),
        ("SELECT * {\n ?s a ?b ;\n ", "FILTR(?x) }\n\n\nORDER BY ?long ?text"),
        ("SELECT * WHERE { ?s ?p ?o . } LIMIT ", "x "),
        ("SELECT * { ?s ", "foo:bar 1 }"),
        ("SELECT ?x { } ", "}"),
        ("SELECT ?x WHERE { ?s ?p ?o FILTER(?x > ", "}"),
        ("PREFIX x: <urn:x:>\n# żółć 😀\nSELECT ?x { x:a x:b 'żółć 😀', x:c\n  ", "?d }"),
        ("SELECT * { ?s ?p '''a\nb''' ", "?x }"),
        ("SELECT * { ?s ?p ?o", ""),
        ("SELECT", ""),
        ("SELECT * { ?s ?p 'a'@en, 'b'^^<urn:x:t>, -1 , 1.5e3 .", ". }"),
        ("SELECT (COALESCE(1,", ") AS ?x) {}"),
        ("SELECT * { ?s ?p ?o ", "\\x }"),
        ("ASK { ?s ?p ", '"abc }'),
    ],
)
def test_an_error_is_where_what_cannot_stand_there_begins(endpoint, before, after):
    said = json.loads(get(endpoint, before + after, "application/json").body)
    assert (said["line"], said["column"]) == (before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)


def test_an_error_is_told_in_the_form_that_is_wanted(endpoint):
    assert get(endpoint, WRONG, "application/json").type == "application/problem+json"
    for accept in ("text/plain, text/csv;q=0.1", JSON, XML):
        reply = get(endpoint, WRONG, accept)
        assert reply.type == "text/plain"
        assert "line 2, column 9" in reply.text
    page = send(endpoint, "POST", Accept=BROWSER, **form({"query": WRONG + "<script>alert(1)</script>"}))
    assert page.type == "text/html"
    assert "<script" not in page.text.lower()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { serviceSILENT<http://127.0.0.1:9/>{ ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * FROM <http://127.0.0.1:9/data> { ?s ?p ?o }",
        "SELECT * FROM NAMED <http://127.0.0.1:9/data> { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        "PREFIX x: <http://127.0.0.1:9/> SELECT * FROM x:data { ?s ?p ?o }",
        "BASE <http://127.0.0.1:9/> SELECT * FROM <data> { ?s ?p ?o }",
        "SELECT * FROMNAMED <http://127.0.0.1:9/data> { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_nothing_outside_of_the_dataset_is_read(endpoint, query):
    reply = get(endpoint, query, "application/json")
    assert reply.status == 400
    assert json.loads(reply.body)["detail"]


def test_a_dataset_without_a_query_is_no_request_for_the_description(endpoint):
    assert send(f"{endpoint}?named-graph-uri=x").status == 400


UPDATES = (
    "CLEAR ALL",
    "INSERT DATA { <urn:x:s> <urn:x:p> <urn:x:o> }",
    "DELETE WHERE { ?s ?p ?o }",
    "LOAD <http://127.0.0.1:9/>",
    "PREFIX x: <urn:x:> DROP SILENT ALL",
    "WITH <urn:x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
)


@pytest.mark.parametrize("update", UPDATES)
def test_updates_are_refused_in_every_form(endpoint, update):
    before = get(endpoint, "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } # 1").body
    refused = [
        send(f"{endpoint}?update={quote(update)}"),
        send(f"{endpoint}?update={quote(update)}", "POST", body=b""),
        send(endpoint, "POST", **form({"update": update})),
        send(endpoint, "POST", **form({"update": update, "query": SELECT})),
        send(endpoint, "POST", body=update.encode(), Content_Type="application/sparql-update"),
        send(endpoint, "POST", body=update.encode(), Content_Type="application/sparql-update; charset=utf-8"),
        get(endpoint, update),
        post(endpoint, update),
        send(endpoint, "POST", **form({"query": update})),
    ]
    assert {reply.status for reply in refused} == {403}
    assert before == get(endpoint, "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } # 2").body


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(endpoint, method):
    for address in (endpoint, f"{endpoint}?default", f"{endpoint}?graph=urn:x:g", f"{endpoint}?query={quote(ASK)}"):
        reply = send(address, method, body=b"<urn:x:s> <urn:x:p> <urn:x:o> .", Content_Type=TURTLE)
        assert reply.status == 405
        assert "POST" in reply.headers["allow"]


def test_the_dataset_of_the_request_goes_before_that_of_the_query(endpoint):
    one, two, three = (f"{DATA}data{number}.rdf" for number in (1, 2, 3))

    def asks(query, *more):
        fields = urlencode(more)
        replies = [
            get(endpoint, query, more="&" + fields),
            send(f"{endpoint}?{fields}", "POST", Accept=JSON, **form({"query": query})),
        ]
        replies.append(send(endpoint, "POST", Accept=JSON, **form([("query", query), *more])))
        replies.append(send(f"{endpoint}?{fields}", "POST", body=query.encode(), Content_Type=DIRECT, Accept=JSON))
        assert {reply.status for reply in replies} == {200}
        answers = {told(reply) for reply in replies}
        assert len(answers) == 1
        return answers.pop()

    default, named = "default-graph-uri", "named-graph-uri"
    for_one, for_two = f"ASK {{ <{one}> a ?kind }}", f"ASK {{ <{two}> a ?kind }}"
    assert asks(for_one, (default, one))
    assert not asks(for_one, (default, two))
    assert asks(f"ASK {{ <{one}> a ?kind . <{two}> a ?k }}", (default, one), (default, two))
    assert not asks(ASK, (default, one)), "the store's own default graph is not asked then"
    assert not asks(ASK, (default, "urn:x:nowhere"))
    assert not asks(f"ASK {{ GRAPH ?g {{ <{one}> a ?kind }} }}", (default, one)), "no named graphs are named"
    assert asks(f"ASK {{ GRAPH ?g {{ <{one}> a ?kind }} }}", (named, one))
    assert not asks(f"ASK {{ GRAPH ?g {{ <{three}> a ?kind }} }}", (named, one), (named, two))
    assert not asks(ASK, (named, one)), "the default graph is empty then"
    # A FROM of the query does not count beside a dataset of the request, even of a graph that is not here.
    assert asks(f"ASK FROM <{two}> {{ <{one}> a ?kind }}", (default, one))
    assert not asks(f"ASK FROM <{two}> {{ <{two}> a ?kind }}", (default, one))
    assert not asks(f"ASK FROM <urn:x:nowhere> {{ <{two}> a ?kind }}", (named, two))
    assert told(get(endpoint, for_two.replace("ASK", f"ASK FROM <{two}>")))
    assert told(get(endpoint, f"PREFIX d: <{DATA}> ASK FROM NAMED d:data1.rdf {{ GRAPH d:data1.rdf {{ ?s ?p ?o }} }}"))
    assert not told(get(endpoint, f"ASK FROM NAMED <{one}> {{ GRAPH <{two}> {{ ?s ?p ?o }} }}"))


def test_statements_that_follow_by_rules_are_a_graph_of_their_own(endpoint):
    count = "SELECT (COUNT(*) AS ?name) { GRAPH <%s> { ?s ?p ?o } %s }"
    graph = DEFAULT_BASE + "graph/derived"
    (derived,) = names(get(endpoint, count % (graph, "")))
    assert int(derived) > 0
    assert names(get(endpoint, count % (graph, "?s ?p ?o"))) == [derived]


@pytest.mark.parametrize(
    ("path", "more", "statuses"),
    [
        ("?query=ASK%7B%7D&query=ASK%7B%7D", {}, {400}),
        ("?query=%FF", {}, {400}),
        ("?query=%ED%A0%80", {}, {400}),
        ("?query=ASK%00%7B%7D", {}, {400}),
        ("?query=%EF%BB%BFASK%7B%7D", {}, {400}),
        ("?query=", {}, {400}),
        ("?query=ASK%7B%7D&default-graph-uri=not%20an%20iri", {}, {400}),
        ("?query=ASK%7B%7D&default-graph-uri=", {}, {400}),
        ("?" + "a=b&" * 300 + "query=ASK%7B%7D", {}, {400}),
        ("", {"method": "POST", "body": b"ASK {}", "Content_Type": "text/plain"}, {415}),
        ("", {"method": "POST", "body": b"BASE <urn:DROP> # DROP\nASK { DROP:x ?y ?z }", "Content_Type": "text/plain"}, {415}),
        ("", {"method": "POST", "body": b"PREFIX x: <urn:x> clear all", "Content_Type": "text/plain"}, {403}),
        ("", {"method": "POST", "body": b"INSERT DATA { <urn:a> <urn:b> 1 }"}, {403}),
        ("", {"method": "POST", "body": b"query=ASK%7B%7D"}, {415}),
        ("", {"method": "POST", "body": b"", "Content_Type": FORM}, {400}),
        ("", {"method": "POST", "body": b"queery=ASK%7B%7D", "Content_Type": FORM}, {400}),
        ("?query=ASK%7B%7D", {"method": "POST", "body": b"query=ASK%7B%7D", "Content_Type": FORM}, {400}),
        ("", {"method": "POST", "body": "ASK {}".encode("utf-16"), "Content_Type": DIRECT + "; charset=UTF-16"}, {415}),
        ("", {"method": "POST", "body": "ASK {}".encode("utf-16"), "Content_Type": DIRECT}, {400}),
        ("", {"method": "POST", "body": b"\xff\xfe", "Content_Type": DIRECT}, {400}),
        ("", {"method": "POST", "body": b"ASK {} #" + b"x" * 70_000, "Content_Type": DIRECT}, {413}),
        ("", {"method": "POST", "body": b"ASK {} #" + b"x" * 1_100_000, "Content_Type": DIRECT}, {413}),
    ],
)  # fmt: skip
def test_what_is_no_request_is_told_so(endpoint, path, more, statuses):
    reply = send(endpoint + path, more.get("method", "GET"), body=more.get("body"), Accept="application/json",
                 **{name: value for name, value in more.items() if name not in {"method", "body"}})  # fmt: skip
    assert reply.status in statuses
    assert json.loads(reply.body)["detail"]
    assert "Traceback" not in reply.text


def test_head_has_the_headers_of_get(endpoint):
    asked = [(SELECT, JSON), (CONSTRUCT, RDFXML), (WRONG, JSON), (ASK, "application/pdf")]
    for query, accept in asked:
        got, head = (get(endpoint, query, accept, method=method) for method in ("GET", "HEAD"))
        assert head.body == b""
        assert head.status == got.status
        ours = [{k: v for k, v in reply.headers.items() if k != "date"} for reply in (got, head)]
        assert ours[0] == ours[1]
    got, head = send(endpoint, Accept=TURTLE), send(endpoint, "HEAD", Accept=TURTLE)
    assert (head.status, head.headers["content-length"]) == (200, got.headers["content-length"])


def test_who_has_the_answer_is_told_so(endpoint):
    first = get(endpoint, SELECT)
    etag = first.headers["etag"]
    again = get(endpoint, SELECT, If_None_Match=etag)
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert get(endpoint, SELECT, If_None_Match='"another"').status == 200
    assert get(endpoint, SELECT, If_None_Match=f'"another", W/{etag}').status == 304
    assert get(endpoint, SELECT, XML, If_None_Match=etag).status == 200
    assert get(endpoint, SELECT + " LIMIT 1", If_None_Match=etag).status == 200
    assert get(endpoint, SELECT, If_None_Match=etag, more="&default-graph-uri=urn:x:g").status == 200


def test_what_differs_each_time_is_not_kept(endpoint):
    for query in ("SELECT (RAND() AS ?name) {}", "SELECT (STRUUID() AS ?name) {}", "SELECT (now() AS ?name) {}"):
        first, second = get(endpoint, query), get(endpoint, query)
        assert names(first) != names(second)
        assert "etag" not in first.headers


def test_programs_in_pages_of_others_may_ask(endpoint):
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    before = send(endpoint, "OPTIONS", Access_Control_Request_Headers="content-type", **asked)
    assert before.status in {200, 204}
    assert before.headers["access-control-allow-origin"] == "*"
    assert "POST" in before.headers["access-control-allow-methods"]
    assert "content-type" in before.headers["access-control-allow-headers"].lower()
    for reply in (get(endpoint, SELECT), get(endpoint, WRONG), post(endpoint, SELECT), send(endpoint)):
        assert reply.headers["access-control-allow-origin"] == "*"
    assert "etag" in get(endpoint, SELECT).headers["access-control-expose-headers"].lower()


def test_a_reader_is_led_to_the_page_with_the_editor(endpoint):
    for method in ("GET", "HEAD"):
        reply = send(endpoint, method, Accept=BROWSER)
        assert (reply.status, reply.headers["location"]) == (303, "/sparql/")
        reply = get(endpoint, SELECT, BROWSER, method=method)
        assert reply.status == 303
        path, _, fields = reply.headers["location"].partition("?")
        assert (path, parse_qs(fields)) == ("/sparql/", {"query": [SELECT]})
    # What the page could not show so is given as it is asked for.
    assert get(endpoint, SELECT, BROWSER, more="&format=csv").type == CSV
    assert get(endpoint, ASK, BROWSER, more="&default-graph-uri=urn:x:g").type == "application/xml"


def test_relative_names_are_those_of_things(endpoint):
    reply = get(endpoint, "SELECT ?name { <person/aoife-obrien> <http://xmlns.com/foaf/0.1/name> ?name }")
    assert names(reply) == ["Aoife O'Brien"]
    assert told(get(endpoint, "ASK FROM <graph/derived> { ?s ?p ?o }"))


def test_an_answer_that_xml_cannot_carry_is_refused_there_only(endpoint):
    query = 'SELECT ("a\\u0001b" AS ?name) {}'
    assert get(endpoint, query, XML).status == 406
    assert names(get(endpoint, query, JSON)) == ["a\x01b"]
    query = 'CONSTRUCT { <urn:x:s> <http://x.example/9> "c" } WHERE {}'
    assert get(endpoint, query, RDFXML).status == 406
    assert get(endpoint, query, JSONLD).status == 200


def test_a_large_answer_comes_whole(endpoint):
    query = "SELECT ?a ?b ?c ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 30000"
    reply = get(endpoint, query, CSV)
    assert reply.status == 200
    assert int(reply.headers["content-length"]) == len(reply.body) > 1_000_000
    assert len(list(csv.reader(io.StringIO(reply.text)))) == 30_001
    assert get(endpoint, query, CSV, method="HEAD").headers["content-length"] == str(len(reply.body))
