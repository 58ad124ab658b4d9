"""Tables and graphs as text: every value comes back from other people's readers, and nothing in it moves a terminal."""

from __future__ import annotations

import csv
import io
import json

import pytest
import rdflib
import rdflib.query
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

from ipcgraph.errors import QueryError, UsageError
from ipcgraph.tables import TABLE_FORMATS, Table, Term, write_answer, write_boolean, write_graph, write_table
from ipcgraph.vocabulary import IPCG, XSD

BASE = "https://w3id.org/ipcgraph/id/"
NASTY = [
    "", " ", "  two  ", "\n", "\r\n ", " \t", "a,b", 'a"b', "a\tb", "a\nb", "a\r\nb", "a\rb", "'", "\\", "\\n", "<b>&amp;</b>", "]]>", "|", "O'Brien",
    "AT&T", 'a" } #', "é", "e\u0301", "日本", "\U0001f600", "\u2028", "\x85", "\u202e", "\ufeff", "?x", "=1+1", "-", "true", "1",
]  # fmt: skip
TERMS: list[Term] = [
    NamedNode("http://example.org/a,b?c=d&e=f#g"),
    NamedNode(BASE + "person/ada"),
    Literal("1", datatype=NamedNode(XSD + "integer")),
    Literal("-007", datatype=NamedNode(XSD + "integer")),
    Literal("-+1", datatype=NamedNode(XSD + "integer")),
    Literal("1.50", datatype=NamedNode(XSD + "decimal")),
    Literal(".", datatype=NamedNode(XSD + "decimal")),
    Literal("1.5e3", datatype=NamedNode(XSD + "double")),
    Literal("2021", datatype=NamedNode(XSD + "gYear")),
    Literal("a\nb", datatype=NamedNode("http://example.org/type?a&b")),
    Literal("chat", language="fr-ca"),
    BlankNode("b1"),
    *map(Literal, NASTY),
]
NASTY_TABLE = Table(("first", "second"), tuple((term, None if n % 3 else term) for n, term in enumerate(TERMS)))
READERS = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML, "tsv": QueryResultsFormat.TSV}


def written(table: Table, file_format: str) -> str:
    file = io.StringIO(newline="")
    write_table(table, file, file_format)
    return file.getvalue()


def read_back(text: str, file_format: str) -> Table:
    answer = parse_query_results(text.encode(), format=READERS[file_format])
    assert isinstance(answer, QuerySolutions)
    return Table.of(answer)


@pytest.mark.parametrize("file_format", READERS)
def test_every_term_comes_back_from_oxigraphs_reader(file_format):
    assert read_back(written(NASTY_TABLE, file_format), file_format) == NASTY_TABLE


@pytest.mark.parametrize("file_format", ["json", "xml"])
def test_every_term_comes_back_from_rdflibs_reader(file_format):
    source = io.BytesIO(written(NASTY_TABLE, file_format).encode())
    result = rdflib.query.Result.parse(source, format=file_format)
    assert [str(variable) for variable in result.vars or ()] == ["first", "second"]
    for read, row in zip(result.bindings, NASTY_TABLE.rows, strict=True):
        for variable, term in zip(result.vars or (), row, strict=True):
            assert (variable in read) == (term is not None)
            if isinstance(term, Literal):
                # rdflib rewrites numbers as it reads them; it has the type and, of texts, every character.
                read_term = read[variable]
                assert isinstance(read_term, rdflib.Literal)
                plain = term.datatype.value == XSD + "string" or term.language
                assert read_term.language == term.language
                assert str(read_term.datatype) == ("None" if plain else term.datatype.value)
                assert str(read_term) == term.value or not plain


def test_csv_has_lexical_forms_and_crlf():
    text = written(NASTY_TABLE, "csv")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert rows[0] == ["first", "second"]
    lexical = [str(term) if isinstance(term, BlankNode) else term.value for term in TERMS]
    assert [row[0] for row in rows[1:]] == lexical
    assert text.startswith("first,second\r\n")
    assert text.endswith("\r\n1,1\r\n")


def test_csv_is_what_oxigraph_writes():
    store = Store()
    query = 'SELECT ?a ?b { VALUES (?a ?b) { ("x,y" <urn:x:1>) ("q\\"" 1.5) (UNDEF "é"@fr) } }'
    answer = store.query(query)
    assert isinstance(answer, QuerySolutions)
    expected = answer.serialize(format=QueryResultsFormat.CSV)
    again = store.query(query)
    assert isinstance(again, QuerySolutions)
    assert written(Table.of(again), "csv").encode() == expected


def test_an_empty_text_in_an_only_column_is_not_an_empty_line():
    table = Table(("only",), ((Literal(""),), (None,), (Literal("x"),)))
    assert written(table, "csv") == 'only\r\n""\r\n\r\nx\r\n'
    assert read_back(written(table, "tsv"), "tsv") == table


@pytest.mark.parametrize("file_format", READERS)
def test_a_table_without_columns_or_rows_is_still_one(file_format):
    for table in (Table((), ((),)), Table(("a", "b"), ())):
        assert read_back(written(table, file_format), file_format) == table


def test_plain_values_are_typed_terms_in_the_result_formats():
    table = Table(("name", "works", "share", "none"), (("Ada", 3, 0.5, None), ("", -1, float("inf"), None)))
    expected = (
        (Literal("Ada"), Literal(3), Literal(0.5), None),
        (Literal(""), Literal(-1), Literal("INF", datatype=NamedNode(XSD + "double")), None),
    )
    for file_format in READERS:
        assert read_back(written(table, file_format), file_format).rows == expected
    assert json.loads(written(table, "json"))["results"]["bindings"][0]["works"]["datatype"] == XSD + "integer"


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1b", "\ufffe"])
def test_xml_refuses_what_it_cannot_carry(character):
    table = Table(("a",), ((Literal("x" + character),),))
    with pytest.raises(UsageError, match=f"U\\+{ord(character):04X}, which XML cannot carry; write the answer as json"):
        written(table, "xml")
    assert read_back(written(table, "json"), "json") == table


@pytest.mark.parametrize("answer", [True, False])
def test_a_truth_value_in_every_format(answer):
    def text(file_format: str) -> str:
        file = io.StringIO(newline="")
        write_boolean(answer, file, file_format)
        return file.getvalue()

    for file_format in ("json", "xml"):
        read = parse_query_results(text(file_format).encode(), format=READERS[file_format])
        assert isinstance(read, QueryBoolean)
        assert bool(read) is answer
        assert rdflib.query.Result.parse(io.BytesIO(text(file_format).encode()), format=file_format).askAnswer is answer
    word = str(answer).lower()
    assert [text(f) for f in ("table", "csv", "tsv", "markdown")] == [
        word + "\n",
        word + "\r\n",
        word + "\n",
        word + "\n",
    ]


def test_the_terminal_table_lines_up_by_width_on_the_screen():
    table = Table(
        ("name", "works"),
        ((Literal("日本"), 3), (Literal("Zoë"), 12), (Literal("Zoe\u0308"), None), (NamedNode(BASE + "person/ada"), 1)),
    )
    assert written(table, "table").splitlines() == [
        "name        works",
        "----------  -----",
        "日本            3",
        "Zoë            12",
        "Zoe\u0308",
        "person/ada      1",
        "4 rows",
    ]


def test_no_control_character_reaches_the_terminal():
    table = Table(("a", "b"), ((Literal("\x1b[2Jx\r\n\t\x9b\u2028"), NamedNode("http://example.org/\u202ecod")),))
    text = written(table, "table")
    assert "\\x1b[2Jx\\r\\n\\t\\x9b\\u2028" in text
    assert "http://example.org/\\u202ecod" in text
    assert len(text.splitlines()) == 4
    assert all(character == "\n" or character.isprintable() for character in text)


def test_nothing_is_cut_in_the_terminal_table():
    long = "x" * 5_000
    assert long in written(Table(("a",), ((Literal(long),),)), "table")


def test_one_row_and_no_row_are_counted():
    assert written(Table(("a",), ((1,),)), "table").splitlines() == ["a", "-", "1", "1 row"]
    assert written(Table(("a",), ()), "table").splitlines() == ["a", "-", "0 rows"]
    assert written(Table(("a",), ((1,),) * 1_200), "table").splitlines()[-1] == "1,200 rows"


def test_markdown_keeps_text_text():
    table = Table(("name", "share"), ((Literal("a|b <script>\n[x](javascript:1) *y* `z` \\ A&B"), 0.25),))
    lines = written(table, "markdown").splitlines()
    assert lines[:2] == ["| name | share |", "| --- | ---: |"]
    assert lines[2] == (
        r"| a\|b &lt;script&gt;<br>\[x\](javascript:1) \*y\* \`z\` \\ A&amp;B | 0.2500 |"
    )  # fmt: skip


def test_floats_are_rounded_for_reading_only():
    table = Table(("share",), ((1 / 3,),))
    assert "0.3333\n" in written(table, "table")
    assert "0.3333333333333333" in written(table, "csv")


@pytest.mark.parametrize("file_format", TABLE_FORMATS)
def test_the_same_table_gives_the_same_text(file_format):
    assert written(NASTY_TABLE, file_format) == written(NASTY_TABLE, file_format)


def test_an_unknown_format_names_those_there_are():
    with pytest.raises(UsageError, match="not written as 'yaml'; choose from table, csv"):
        written(NASTY_TABLE, "yaml")
    with pytest.raises(UsageError, match="a graph is not written as 'csv'; choose from turtle, ntriples"):
        write_answer([], io.StringIO(), "csv")
    with pytest.raises(UsageError, match="not written as 'turtle'"):
        write_answer(True, io.StringIO(), "turtle")


def test_a_table_that_cannot_be_is_refused():
    with pytest.raises(UsageError, match="no column names"):
        Table(("a", "a"), ())
    with pytest.raises(UsageError, match="no column names"):
        Table(("a b",), ())
    with pytest.raises(UsageError, match="has not 2 cells"):
        Table(("a", "b"), ((1,),))
    with pytest.raises(UsageError, match="no column 'c'; there are a, b"):
        Table(("a", "b"), ()).column("c")


def test_terms_that_sparql_results_cannot_carry_are_refused():
    for text in ("SELECT (TRIPLE(<urn:a>, <urn:b>, 1) AS ?t) {}", 'SELECT ("a"@en--ltr AS ?t) {}'):
        answer = Store().query(text)
        assert isinstance(answer, QuerySolutions)
        with pytest.raises(QueryError, match=r"RDF 1\.2"):
            Table.of(answer)


def graph_text(triples: list[Triple], file_format: str) -> str:
    file = io.StringIO(newline="")
    write_graph(triples, file, file_format)
    return file.getvalue()


def test_a_graph_comes_back_sorted_with_the_prefixes_that_occur():
    ada, name = NamedNode(BASE + "person/ada"), NamedNode("http://xmlns.com/foaf/0.1/name")
    triples = [Triple(ada, name, Literal(text)) for text in NASTY if text]
    triples.append(Triple(ada, NamedNode(IPCG + "min"), Literal(1)))
    for file_format, rdf_format in (("turtle", RdfFormat.TURTLE), ("ntriples", RdfFormat.N_TRIPLES)):
        text = graph_text(triples, file_format)
        assert {quad.triple for quad in parse(text.encode(), format=rdf_format)} == set(triples)
        assert text == graph_text(list(reversed(triples)), file_format)
    turtle = graph_text(triples, "turtle")
    assert {line.split()[1] for line in turtle.splitlines() if line.startswith("@prefix")} == {"ipcg:", "foaf:", "xsd:"}
    assert len(rdflib.Graph().parse(data=turtle, format="turtle")) == len(triples)
    lines = graph_text(triples, "ntriples").split("\n")[:-1]
    assert lines == sorted(lines)


def test_blank_nodes_have_the_same_names_in_every_run():
    def triples() -> list[Triple]:
        one, two = BlankNode(), BlankNode()
        link = NamedNode("urn:x:link")
        return [
            Triple(one, link, two),
            Triple(two, NamedNode("urn:x:a"), Literal("b")),
            Triple(one, link, Literal("c")),
        ]

    assert graph_text(triples(), "ntriples") == graph_text(triples(), "ntriples")
