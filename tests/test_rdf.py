"""Statements from RDF: every one at its place, nothing fetched, nothing that cannot be cited, no reader that raises."""

import socket
import subprocess
import sys
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad
from tests.statement_writers import (
    BASE,
    Style,
    predicate,
    subject,
    write_jsonld,
    write_lines,
    write_quads,
    write_rdfxml,
    write_trig,
    write_turtle,
)

from ipcgraph.errors import UsageError
from ipcgraph.findings import Finding
from ipcgraph.media import format_named
from ipcgraph.sources.jsonld import CONTEXT
from ipcgraph.sources.rdf import read_rdf
from ipcgraph.vocabulary import RDF, XSD

SHIPPED = {
    "@context": {
        "id": "@id",
        "type": "@type",
        "xsd": XSD,
        "foaf": "http://xmlns.com/foaf/0.1/",
        "name": "foaf:name",
        "Person": "foaf:Person",
        "knows": {"@id": "foaf:knows", "@type": "@id"},
        "born": {"@id": "http://x.org/born", "@type": "xsd:date"},
    }
}
FORMATS = ["turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld"]
WRITERS = {
    "turtle": write_turtle,
    "trig": write_trig,
    "ntriples": write_lines,
    "nquads": write_quads,
    "rdfxml": write_rdfxml,
    "jsonld": write_jsonld,
}


@pytest.fixture
def read(tmp_path):
    """Statements and findings of a text or bytes in a format, read from a file."""

    def read_text(name, text, *, base=BASE):
        file = tmp_path / "graph"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        items = list(read_rdf(file, "data/graph", format_named(name), base=base, context=SHIPPED))
        return [i for i in items if not isinstance(i, Finding)], [i for i in items if isinstance(i, Finding)]

    return read_text


def at(finding):
    return finding.place.line, finding.place.column


def said(findings):
    return [(at(finding), finding.message) for finding in findings]


# Places.

TERMS = st.one_of(
    st.integers(0, 5).map(subject),
    st.integers(-99, 99).map(lambda number: Literal(str(number), datatype=NamedNode(XSD + "integer"))),
    st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=9).map(Literal),
    st.sampled_from(['"', "'", '""', "#", "[ ] . ;", "<a>", "two\nlines", "\\", "_:b", "@en", "^^"]).map(Literal),
    st.sampled_from(["Ada", "Аня"]).map(lambda text: Literal(text, language="en-gb")),
)
QUADS = st.lists(
    st.builds(Quad, st.integers(0, 2).map(subject), st.integers(0, 2).map(predicate), TERMS),
    max_size=12,
    unique=True,
)
STYLES = st.lists(st.sampled_from([" ", "\n", " # ; [ < é\n", "\t\n\n  "]), min_size=1, max_size=4).map(
    lambda gaps: Style(tuple(gaps))
)


@pytest.mark.parametrize("name", FORMATS)
def test_every_statement_of_every_format_stands_at_its_place(name, tmp_path_factory):
    file = tmp_path_factory.mktemp("places") / "graph"

    @settings(max_examples=60, derandomize=True, deadline=None, database=None)
    @given(quads=QUADS, style=STYLES)
    def check(quads, style):
        text, marks = WRITERS[name](quads, style)
        file.write_text(text, encoding="utf-8")
        items = list(read_rdf(file, "g", format_named(name), base=BASE, context=SHIPPED))
        statements = [item for item in items if not isinstance(item, Finding)]
        errors = [item for item in items if isinstance(item, Finding) and item.severity == "error"]
        assert not errors, text
        placed = {quad: (place.line, place.column) for quad, place in statements}
        assert placed == dict(zip(quads, marks, strict=True)), text

    check()


def test_turtle_tells_objects_from_everything_else(read):
    statements, findings = read(
        "turtle",
        "@base <http://b.org/> . @prefix : <http://e.org/> .\n"
        "BASE <http://c.org/>\nprefix é.1-x: <http://f.org/>\n"
        ":a.b a :C ; # comment , ; .\n"
        "  :p 1, -2.5 , .5e3 ,\n"
        "  true, <x>, é.1-x:y\\,z.w ,\n"
        '  """one "two"\nthree""" ; ;\n'
        "  :q 'it''' , \"a\"@en-GB, () .\n"
        ":a :b :c:d%20.\n".replace("'it'''", "'it\\''"),
    )
    assert not findings
    assert [(quad.object.value, (place.line, place.column)) for quad, place in statements] == [
        ("http://e.org/C", (4, 8)), ("1", (5, 6)), ("-2.5", (5, 9)), (".5e3", (5, 16)), ("true", (6, 3)),
        ("http://c.org/x", (6, 9)), ("http://f.org/y,z.w", (6, 14)), ('one "two"\nthree', (7, 3)), ("it'", (9, 6)),
        ("a", (9, 15)), (RDF + "nil", (9, 26)), ("http://e.org/c:d%20", (10, 7)),
    ]  # fmt: skip


def test_rdfxml_places_attributes_types_and_nested_things(read):
    text = f"""<?xml version="1.0" encoding="utf-8"?>
<r:RDF xmlns:r="{RDF}" xmlns:e="http://e.org/" xml:base="http://other.org/">
  <e:Person r:about="ada" e:nick="A">
    <e:name>Ada
      Lovelace</e:name><e:knows>
      <e:Person r:ID="bob"><e:name xml:lang="en">Bob</e:name></e:Person>
    </e:knows>
    <e:text r:parseType="Literal"><b>x</b> y</e:text>
    <e:said r:ID="s">so</e:said>
    <r:li>first</r:li>
    <r:li>second</r:li>
  </e:Person>
</r:RDF>"""
    statements, findings = read("rdfxml", text)
    assert not findings
    placed = {(q.subject.value[17:], q.predicate.value, q.object.value): (p.line, p.column) for q, p in statements}
    assert placed == {
        ("ada", RDF + "type", "http://e.org/Person"): (3, 3),
        ("ada", "http://e.org/nick", "A"): (3, 3),
        ("ada", "http://e.org/name", "Ada\n      Lovelace"): (4, 5),
        ("ada", "http://e.org/knows", "http://other.org/#bob"): (5, 24),
        ("#bob", RDF + "type", "http://e.org/Person"): (6, 7),
        ("#bob", "http://e.org/name", "Bob"): (6, 28),
        ("ada", "http://e.org/text", next(o for s, p, o in placed if p.endswith("text"))): (8, 5),
        ("ada", "http://e.org/said", "so"): (9, 5),
        ("#s", RDF + "type", RDF + "Statement"): (9, 5),
        ("#s", RDF + "subject", "http://other.org/ada"): (9, 5),
        ("#s", RDF + "predicate", "http://e.org/said"): (9, 5),
        ("#s", RDF + "object", "so"): (9, 5),
        ("ada", RDF + "_1", "first"): (10, 5),
        ("ada", RDF + "_2", "second"): (11, 5),
    }


def test_jsonld_places_the_short_keys_of_the_shipped_context(read):
    text = (
        f'[{{"@context": ["{CONTEXT}", {{"n": "e:f/n", "e": "http://e.org/"}}],\n'
        '  "id": "person/ada", "type": ["Person", "e:Poet"],\n'
        '  "name": "Ada", "n": [1, 2.50,\n true, "x", {"@value": "y", "@language": "en"}],\n'
        '  "knows": ["person/bob", {"id": "person/cy",\n  "name": "Cy"}], "born": "1815-12-10"}]\n'
    )
    statements, findings = read("jsonld", text)
    assert not findings
    placed = {(quad.predicate.value, quad.object.value): (place.line, place.column) for quad, place in statements}
    foaf = "http://xmlns.com/foaf/0.1/"
    assert placed == {
        (RDF + "type", foaf + "Person"): (2, 32),
        (RDF + "type", "http://e.org/Poet"): (2, 42),
        (foaf + "name", "Ada"): (3, 11),
        ("http://e.org/f/n", "1"): (3, 24),
        ("http://e.org/f/n", "2.5E0"): (3, 27),
        ("http://e.org/f/n", "true"): (4, 2),
        ("http://e.org/f/n", "x"): (4, 8),
        ("http://e.org/f/n", "y"): (4, 13),
        (foaf + "knows", BASE + "person/bob"): (5, 13),
        (foaf + "knows", BASE + "person/cy"): (5, 27),
        (foaf + "name", "Cy"): (6, 11),
        ("http://x.org/born", "1815-12-10"): (6, 27),
    }


# What is refused.

NAMELESS = f"""<r:RDF xmlns:r="{RDF}" xmlns:e="http://e.org/">
 <r:Description>
  <e:p>x</e:p></r:Description>
 <r:Description r:about="a">
  <e:p r:nodeID="x"/><e:p r:parseType="Resource"><e:q>z</e:q></e:p>
  <e:p><r:Description r:nodeID="x"/></e:p>
  <e:p r:parseType="Collection"><r:Description r:about="b"/></e:p></r:Description></r:RDF>"""


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("turtle", "<a> <b> [ <c> 1 ; <d> <e> ] , <f> .\n_:x <b> 1 .\n<a> <b> _:x, _:y .", [(1, 9), (2, 1), (3, 14)]),
        ("turtle", "<a> <b>\n ( 1 ( 2 ) ) .\n[] <b> 3 .\n[ <b> 4 ] .", [(2, 2), (3, 1), (4, 1)]),
        ("trig", "<g> { <a> <b> _:x }\n<a> <b> <c> .", [(1, 15)]),
        ("ntriples", "_:x <http://b> _:y .\n<http://a> <http://b> _:y .", [(1, 16), (1, 16)]),
        ("nquads", "<http://a> <http://b> _:y .", [(1, 23)]),
        ("jsonld", '{"@id": "a",\n "http://b": {"http://c": 1}}', [(2, 14)]),
        ("jsonld", '[{"http://b": 1},\n {"@id": "_:x", "http://b": {"@id": "_:y"}}]', [(1, 2), (2, 10), (2, 37)]),
        ("jsonld", '{"@id": "a",\n "http://b": {"@list": [1, 2]}}', [(2, 14)]),
        ("rdfxml", NAMELESS, [(2, 2), (5, 3), (5, 22), (6, 8), (7, 3)]),
    ],
)
def test_blank_nodes_and_lists_are_refused_at_their_place(read, name, text, expected):
    statements, findings = read(name, text)
    errors = [finding for finding in findings if finding.severity == "error"]
    assert [at(finding) for finding in errors] == expected
    assert {finding.shape.rpartition("#")[2] for finding in errors} == {"check-blank-node"}
    for quad, _ in statements:
        assert isinstance(quad.subject, NamedNode)
        assert not isinstance(quad.object, BlankNode)


def test_what_stands_beside_a_blank_node_is_still_read_at_its_place(read):
    statements, _ = read("turtle", "<a> <b> [ <c> 1 , 2 ] , <f> .\n_:x <b> 1 , <g> .\n<h> <b> ( 1 [ <c> 3 ] ) , 4 .")
    assert [(quad.object.value, (place.line, place.column)) for quad, place in statements] == [
        (BASE + "f", (1, 25)),
        ("4", (3, 27)),
    ]


@pytest.mark.parametrize(
    "text", ["<a> <b> << <c> <d> <e> >> .", "<a> <b> <<( <c> <d> <e> )>> .", "<a> <b> <c> {| <d> 1 |} ."]
)
def test_statements_about_statements_are_refused(read, text):
    statements, findings = read("turtle", "<a> <b> 1 .\n" + text)
    assert findings[0].place.line == 2
    assert findings[0].message == "a statement about a statement is not read in this form"
    assert {quad.object.value for quad, _ in statements} <= {"1", BASE + "c"}
    statements, findings = read("ntriples", "<http://a> <http://b> <<( <http://c> <http://d> <http://e> )>> .\n")
    assert (statements, [at(finding) for finding in findings]) == ([], [(1, 23)])


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("trig", "<a> <b> 1 .\n<g> { <a> <b> 2 }\nGRAPH <h> { <a> <b> 3 }", 2),
        ("nquads", "<http://a> <http://b> <http://c> .\n<http://a> <http://b> <http://d> <http://g> .", 2),
        ("jsonld", '[{"@id": "a", "http://b": 1},\n {"@id": "g", "@graph": [{"@id": "a", "http://b": 2}]}]', 2),
    ],
)
def test_named_graphs_are_read_into_the_default_graph_with_one_warning(read, name, text, line):
    statements, findings = read(name, text)
    assert [(finding.severity, finding.place.line) for finding in findings] == [("warning", line)]
    assert len(statements) >= 2
    assert {quad.graph_name for quad, _ in statements} == {DefaultGraph()}


ILL_TYPED = [
    ("2021-02-30", "date"), ("2021-02-28Z", "date"), ("30.2.2021", "date"), ("2021-13", "gYearMonth"), ("91", "gYear"),
    ("2021-01-01", "gYear"), ("2021-02-30T00:00:00", "dateTime"), ("2021-02-28T25:00:00Z", "dateTime"),
    ("ten years", "duration"), ("P", "duration"), ("P1YT", "duration"), ("4.5", "integer"), ("٣", "integer"),
    ("yes", "boolean"), ("1e1000000000", "decimal"), ("four", "double"),
]  # fmt: skip
WELL_TYPED = [
    ("2024-02-29", "date"), ("2021-12", "gYearMonth"), ("1991", "gYear"), ("2021-02-28T24:00:00", "dateTime"),
    ("2021-02-28T23:59:59.5+01:00", "dateTime"), ("P10Y", "duration"), ("-P1Y2M3DT4H5M6.7S", "duration"), ("PT1S", "duration"),
    ("+007", "integer"), ("-0", "nonNegativeInteger"), ("true", "boolean"), ("1.", "decimal"), ("1e9", "double"),
    ("INF", "double"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "datatype"), ILL_TYPED)
def test_a_literal_that_is_not_of_its_datatype_is_a_finding_at_its_place(read, text, datatype):
    statements, findings = read("turtle", f'<a> <b> 1 ;\n  <c> "{text}"^^<{XSD}{datatype}> , 2 .')
    assert [quad.object.value for quad, _ in statements] == ["1", "2"]
    assert [(at(finding), finding.focus, finding.path) for finding in findings] == [((2, 7), BASE + "a", BASE + "c")]
    assert text in findings[0].message
    nt = f'<http://a> <http://b> "{text}"^^<{XSD}{datatype}> .'
    assert [at(finding) for finding in read("ntriples", nt)[1]] == [(1, 23)]


@pytest.mark.parametrize(("text", "datatype"), WELL_TYPED)
def test_a_literal_of_its_datatype_keeps_its_form(read, text, datatype):
    statements, findings = read("turtle", f'<a> <b> "{text}"^^<{XSD}{datatype}> .')
    assert ([quad.object.value for quad, _ in statements], findings) == ([text], [])


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("turtle", '<a> <b> 1 ,\n "x\\u0001" .', (2, 2)),
        ("turtle", '<a> <b> 1 ,\n "x\x0b" .', (2, 4)),
        ("ntriples", '<http://a> <http://b> "x\\u0000" .', (1, 23)),
        ("jsonld", '{"@id": "a",\n "http://b": "\\u0000"}', (2, 14)),
        ("jsonld", '{"@id": "a",\n "http://b": "\\ud800"}', (2, 14)),
        ("rdfxml", f'<r:RDF xmlns:r="{RDF}">\n\x01</r:RDF>', (2, 1)),
    ],
)
def test_control_characters_are_refused(read, name, text, place):
    statements, findings = read(name, text)
    assert at(findings[0]) == place
    assert "control character" in findings[0].message
    assert all("x" not in quad.object.value for quad, _ in statements)


# Syntax errors.


@pytest.mark.parametrize(
    ("name", "text", "place", "words"),
    [
        ("turtle", "<a> <b> 1 .\n<a> <b> .\n", (2, 9), "is not a valid RDF object"),
        ("turtle", '<a> <b> "é", x:y .\n', (1, 14), "the prefix x: has not been declared"),
        ("turtle", "<a> <b> 1 .\n<a> b <c> .\n", (2, 5), "b is not a valid predicate"),
        ("trig", "<a> <b> 1 .\n<g> { <a> <b> <c> \n", (3, 1), "this is not TriG"),
        ("jsonld", '{"@id": "a",\n "http://b": 1,}', (2, 15), "a comma stands before }"),
        ("jsonld", '{"@id": "a"\n "http://b": 1}', (2, 2), "a comma or } is missing"),
        ("jsonld", '{"@id": "a",\n "http://b": [1}', (2, 16), "a comma or ] is missing"),
        ("jsonld", '{"@id": "a",\n "http://b": "x}', (2, 14), "this text is not closed"),
        ("jsonld", '{"@id": "a",\n "http://b": {"@id": "c"}', (1, 1), "this bracket is not closed by }"),
        ("jsonld", '{"@id": "a",\n "http://b": nul}', (2, 14), "a value is missing"),
        ("jsonld", '{"@id": "a",\n "http://b": 1}\n]', (3, 1), "nothing may follow"),
        ("jsonld", '{"@id": "a",\n "@id": "b"}', (2, 2), "the key @id already stands on line 1"),
        ("jsonld", "", (1, 1), "a value is missing"),
        ("rdfxml", "", (1, 1), "no element found"),
        ("rdfxml", f'<r:RDF xmlns:r="{RDF}">\n<a></b></r:RDF>', (2, 6), "mismatched tag"),
        ("rdfxml", f'<r:RDF xmlns:r="{RDF}">\n  <x:y/></r:RDF>', (2, 3), "unbound prefix"),
        ("rdfxml", f'<r:RDF xmlns:r="{RDF}">\n&aacute;</r:RDF>', (2, 1), "undefined entity"),
        ("rdfxml", f'<r:RDF xmlns:r="{RDF}">\n<r:Description r:about="a b"/>\n</r:RDF>', (2, 1), "IRI"),
    ],
)
def test_a_syntax_error_carries_line_and_column(read, name, text, place, words):
    checks = ("check-syntax", "check-duplicate-key")
    [finding] = [finding for finding in read(name, text)[1] if finding.shape.endswith(checks)]
    assert words in finding.message
    assert at(finding) == place
    assert "Parser error" not in finding.message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("turtle", "<a> <b> 1 .\n<a> <b> 2 .\n<a> <b> .\n"),
        (
            "rdfxml",
            f'<r:RDF xmlns:r="{RDF}" xmlns:e="{BASE}"><r:Description r:about="a">\n<e:b>1</e:b><e:b>2</e:b>\n</x>',
        ),
    ],
)
def test_a_syntax_error_hides_nothing_that_stands_before_it(read, name, text):
    statements, findings = read(name, text)
    assert [quad.object.value for quad, _ in statements] == ["1", "2"]
    assert [finding.place.line for finding in findings] == [3]


def test_a_bad_line_of_ntriples_costs_no_other(read):
    good = '<http://a> <http://b> "{}" .\n'
    text = (good.format(1) + "<http://a> <b> .\n" + good.format(2) + "nonsense\n").encode()
    text += b'<http://a> <http://b> "\xe9" .\n' + b'<http://a> <http://b> "\x07" .\n' + good.format(3).encode()
    statements, findings = read("ntriples", text)
    assert [(quad.object.value, place.line) for quad, place in statements] == [("1", 1), ("2", 3), ("3", 7)]
    assert [at(finding) for finding in findings] == [(2, 12), (4, 1), (5, 24), (6, 24)]


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_not_utf_8_is_named_with_its_line(read, name):
    text, _ = WRITERS[name]([Quad(subject(0), predicate(0), Literal("Jos"))], Style(("\n",)))
    data = text.encode().replace(b"Jos", b"Jos\xe9")
    _, [finding, *_] = read(name, data)
    assert finding.message.startswith("this is not UTF-8 text: byte 0xE9 on line ")
    assert finding.place.line == data[: data.index(b"\xe9")].count(b"\n") + 1


def test_an_xml_file_that_says_it_is_not_utf_8_is_refused(read):
    statements, findings = read("rdfxml", f'<?xml version="1.0" encoding="ISO-8859-1"?>\n<r:RDF xmlns:r="{RDF}"/>')
    assert (statements, [finding.message for finding in findings]) == ([], ["the file says that it is ISO-8859-1"])


@pytest.mark.parametrize("name", FORMATS)
def test_a_missing_file_is_a_finding(tmp_path, name):
    items = list(read_rdf(tmp_path / "none", "none", format_named(name), base=BASE, context=SHIPPED))
    assert [str(item) for item in items] == [
        "none:1:1: error: this cannot be read: no such file or directory; check that it is there and may be read"
    ]


def test_a_format_without_statements_is_a_wrong_call(tmp_path):
    with pytest.raises(UsageError, match="GEXF holds no statements"):
        read_rdf(tmp_path / "none", "none", format_named("gexf"), base=BASE, context=SHIPPED)


# Keys of JSON-LD.


@pytest.mark.parametrize(
    ("entry", "place", "message", "fix"),
    [
        ('"nmae": "Ada"', (2, 2), "the key nmae is not known", 'did you mean "name"?'),
        ('"@nmae": "Ada"', (2, 2), "the key @nmae is not known", ""),
        ('"dc:title": "Ada"', (2, 2), "the prefix dc is not declared", "add it to @context"),
        ('"type": "Persn"', (2, 10), "there is no type Persn", 'did you mean "Person"?'),
        ('"name": null', (2, 2), "name has no value", "write a value, or delete the key"),
        ('"knows": "person/a b"', (2, 11), "person/a b is not an id", ""),
        ('"name": {"@value": "x", "@lang": "en"}', (2, 26), "the key @lang is not known", 'did you mean "@language"?'),
    ],
)
def test_what_jsonld_would_drop_in_silence_is_a_finding(read, entry, place, message, fix):
    text = f'{{"@context": "{CONTEXT}", "id": "person/ada",\n {entry},\n "born": "1815-12-10"}}'
    statements, findings = read("jsonld", text)
    assert said(findings) == [(place, message)]
    assert findings[0].fix
    assert findings[0].fix.startswith(fix)
    assert {quad.object.value for quad, _ in statements} <= {"1815-12-10", "x"}


def test_without_a_context_the_finding_says_which_one_to_write(read):
    _, findings = read("jsonld", '{"@id": "person/ada", "name": "Ada"}')
    assert [finding.fix for finding in findings] == [f'add "@context": "{CONTEXT}"']


# Nothing is fetched, and nothing unfolds.


@pytest.fixture
def listener():
    """A server on loopback that accepts and remembers; the address, and what came."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)
    came: list[object] = []
    stop = threading.Event()

    def accept():
        while not stop.is_set():
            try:
                connection, address = server.accept()
            except TimeoutError:
                continue
            came.append(address)
            connection.close()

    thread = threading.Thread(target=accept)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", came
    time.sleep(0.1)
    stop.set()
    thread.join()
    server.close()


def test_the_listener_hears_a_request(listener):
    address, came = listener
    host, _, port = address.removeprefix("http://").partition(":")
    socket.create_connection((host, int(port))).close()
    time.sleep(0.2)
    assert came


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{{"@context": "{0}/c",\n "@id": "a", "name": "x"}}', (1, 14)),
        ('{{"@id": "a",\n "@context": [{{"n": "http://n.org/"}}, "{0}/c"]}}', (2, 39)),
        ('{{"@context": {{"@import":\n "{0}/c"}}, "@id": "a"}}', (2, 2)),
        ('[{{"@id": "a", "http://b":\n {{"@context": "{0}/c", "@id": "b"}}}}]', (2, 15)),
        ('{{"@context": {{"n": {{"@id": "http://n.org/",\n "@context": "{0}/c"}}}}, "@id": "a", "n": 1}}', (1, 20)),
        ('{{"@context": "file:///etc/passwd", "@id": "a"}}', (1, 14)),
        ('{{"@context": "context.jsonld", "@id": "a"}}', (1, 14)),
        ('{{"@context": 5, "@id": "a"}}', (1, 14)),
    ],
)
def test_a_context_that_is_not_here_is_refused_and_never_fetched(read, listener, text, place):
    address, came = listener
    statements, findings = read("jsonld", text.format(address))
    assert statements == []
    assert [at(finding) for finding in findings if finding.shape.endswith("check-context")] == [place]
    time.sleep(0.15)
    assert came == []


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE r:RDF [<!ENTITY a "{0}">]>',
        '<!DOCTYPE r:RDF SYSTEM "{0}/x.dtd">',
        '<!DOCTYPE r:RDF [<!ENTITY x SYSTEM "{0}/x">]>',
        '<!DOCTYPE r:RDF [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE r:RDF [<!ENTITY % x SYSTEM "{0}/x"> %x;]>',
        "<!DOCTYPE r:RDF>",
        "<!-- c -->\n<?pi?>\n<!DOCTYPE r:RDF [] >",
    ],
)
def test_a_doctype_is_refused_and_never_fetched(read, listener, doctype):
    address, came = listener
    head = '<?xml version="1.0"?>\n' + doctype.format(address)
    body = f'<r:RDF xmlns:r="{RDF}" xmlns:e="http://e.org/"><r:Description r:about="a"><e:p>&x;</e:p></r:Description></r:RDF>'
    statements, findings = read("rdfxml", head + body)
    assert statements == []
    line = head.count("\n") + 1
    assert [(finding.place.line, finding.fix) for finding in findings] == [(line, "delete it")]
    time.sleep(0.15)
    assert came == []


def test_an_entity_bomb_behind_a_fault_that_expat_sees_first_never_reaches_the_parser(read):
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 30))
    bomb = f'<!DOCTYPE r:RDF [<!ENTITY a0 "boom">{entities}]><r:RDF xmlns:r="{RDF}">&a29;</r:RDF>'
    for fault in ("<?xml version='1.0'?><?xml version='1.0'?>", "text", "<a/>", "&b;", " <?xml version='1.0'?>"):
        started = time.monotonic()
        statements, findings = read("rdfxml", fault + bomb)
        assert statements == []
        assert findings
        assert time.monotonic() - started < 5
    assert read("rdfxml", bomb)[1][0].message.startswith("a DOCTYPE is refused")


@pytest.mark.parametrize(
    ("name", "opening"),
    [
        ("turtle", "<a> <b> [ <b> "),
        ("turtle", "("),
        ("trig", "<a> <b> ( "),
        ("jsonld", '{"@id": "a", "http://b": '),
        ("jsonld", "["),
        ("rdfxml", "<a xmlns='http://e.org/'>"),
        ("rdfxml", f'<r:Description xmlns:r="{RDF}"><p xmlns="http://e.org/">'),
        ("ntriples", "<<( "),
    ],
)
def test_a_million_levels_are_findings_in_a_process_that_lives(tmp_path, name, opening):
    file = tmp_path / "deep"
    first, _, rest = opening.partition("<b> ")
    text = (
        first + "<b> " + (rest or "[ <b> ") * 1_000_000 if name in {"turtle", "trig"} and rest else opening * 1_000_000
    )
    file.write_text(text, encoding="utf-8")
    program = (
        "import sys\nfrom pathlib import Path\nfrom ipcgraph.media import format_named\n"
        "from ipcgraph.sources.rdf import read_rdf\n"
        f"items = list(read_rdf(Path(sys.argv[1]), 'deep', format_named({name!r}), base='http://b.org/', context={{}}))\n"
        "print(len(items), {type(item).__name__ for item in items})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    count, kinds = done.stdout.split(maxsplit=1)
    assert (1 <= int(count) <= 60, kinds.strip()) == (True, "{'Finding'}")


@pytest.mark.parametrize("megabytes", [1, 20])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("turtle", '<a> <b> 1 .\n<a> <b> "{}" .'),
        ("ntriples", '<http://a> <http://b> "1" .\n<http://a> <http://b> "{}" .'),
        ("jsonld", '{{"@id": "a",\n "http://b.org/": "{}"}}'),
        (
            "rdfxml",
            "<r:RDF xmlns:r='"
            + RDF
            + "' xmlns:e='e:'><r:Description r:about='a'>\n<e:p>{}</e:p></r:Description></r:RDF>",
        ),
    ],
)
def test_a_long_value_is_read_or_refused_but_ends_no_process(read, name, text, megabytes):
    statements, findings = read(name, text.format("x" * (megabytes * 1_000_000)))
    lengths = [len(quad.object.value) for quad, _ in statements if len(quad.object.value) > 1]
    if megabytes == 1 or name == "rdfxml":
        assert (lengths, findings) == ([megabytes * 1_000_000], [])
    else:
        assert lengths == []
        assert [finding.shape.rpartition("#")[2] for finding in findings] == ["check-size"]


PIECES = {
    "turtle": ["<a>", " ", "\n", "<b>", "_:x", "[", "]", "(", ")", ".", ";", ",", '"', '"""', "'", "@en", "^^", "1", "a",
               "@prefix", "PREFIX", "p:", "<http://x>", "#", "{", "}", "<<", ">>", "true", "\\", "é", "\x00", "<http://a b>"],
    "jsonld": ["{", "}", "[", "]", ",", ":", '"', '"@id"', '"@context"', '"@type"', '"@graph"', '"@value"', '"@list"', "null",
               "1", "1e999", '"http://a"', '"a b"', "\n", '"@reverse"', '"@nest"', '"@import"', '"_:x"', "\\u0000", '{"@id": "a"',
               '"name"', f'"{CONTEXT}"', '"@base"', '"@set"', '"@container"'],
    "rdfxml": [f'<r:RDF xmlns:r="{RDF}" xmlns:e="http://e/">', "</r:RDF>", '<r:Description r:about="a">', "</r:Description>",
               "<e:p>", "</e:p>", '<e:p r:resource="b"/>', "<!DOCTYPE x>", "&amp;", "&x;", "<", ">", "x", "<?xml version='1.0'?>",
               "<r:li>", '<e:p r:parseType="Literal">', "<![CDATA[", "]]>", "<!--", "-->", ' r:ID="é"', "\x00"],
    "ntriples": ["<http://a>", " ", "\n", "_:x", ".", '"x"', "@en", "^^", "#", "<a>", '"', "\\", "<<(", ")>>", "\x00", "é"],
}  # fmt: skip
PIECES["trig"], PIECES["nquads"] = PIECES["turtle"], PIECES["ntriples"]


@pytest.mark.parametrize("name", FORMATS)
def test_no_text_makes_a_reader_raise(name, tmp_path_factory):
    file = tmp_path_factory.mktemp("fuzz") / "graph"
    pieces = st.lists(st.sampled_from(PIECES[name]) | st.text(max_size=2), max_size=25).map("".join)
    mutated = st.builds(
        lambda quads, cut, piece: cut_in(WRITERS[name](quads, Style((" ",)))[0], cut, piece),
        QUADS,
        st.integers(0, 400),
        st.sampled_from([*PIECES[name], ""]),
    )

    @settings(max_examples=150, derandomize=True, deadline=None, database=None)
    @given(text=pieces | mutated)
    def check(text):
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        for item in read_rdf(file, "g", format_named(name), base=BASE, context=SHIPPED):
            place = item.place if isinstance(item, Finding) else item[1]
            assert 1 <= place.line <= text.count("\n") + text.count("\r") + 2
            if not isinstance(item, Finding):
                assert isinstance(item[0].subject, NamedNode)
                assert isinstance(item[0].object, NamedNode | Literal)

    check()


def cut_in(text, cut, piece):
    return text[:cut] + piece + text[cut + 3 :]
