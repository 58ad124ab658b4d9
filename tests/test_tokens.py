"""The token pass: it reads a query as the engine does, or refuses it; what it lets through does not end the process."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from contextlib import suppress

import pytest
from pyoxigraph import Store

from ipcgraph.errors import QueryError
from ipcgraph.queries import check_query
from ipcgraph.tokens import MAX_NESTING, MAX_STEPS, check_nesting, query_form, syntax_error, tokenize


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokenize(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'a # b' # c \"d\"\n$e", [("text", "'a # b'"), ("variable", "$e")]),
        ('"""a "" b\n\\""""', [("text", '"""a "" b\n\\""""')]),
        ("''''a'''", [("text", "''''a'''")]),
        ('"a"@en-GB "" \'\'', [("text", '"a"'), ("language", "@en-GB"), ("text", '""'), ("text", "''")]),
        ('"1"^^xsd:int', [("text", '"1"'), ("mark", "^^"), ("name", "xsd:int")]),
        ("<http://a/#b?c='>", [("iri", "<http://a/#b?c='>")]),
        ("?a<?b && ?c>?d", [*kinds("?a < ?b && ?c > ?d")]),
        ("e:a.b.?x", [("name", "e:a.b"), ("mark", "."), ("variable", "?x")]),
        (r"e:a\'b\#c%2F e: :x", [("name", r"e:a\'b\#c%2F"), ("name", "e:"), ("name", ":x")]),
        ("?x+1.5e3-.5", [*kinds("?x + 1.5e3 - .5")]),
        ("foaf:knows?/^a*", [("name", "foaf:knows"), ("mark", "?"), ("mark", "/"), ("mark", "^"), *kinds("a *")]),
        ("_:b.1 .", [("label", "_:b.1"), ("mark", ".")]),
        ("?été ?x·y", [("variable", "?été"), ("variable", "?x·y")]),
    ],
)
def test_tokens(text, expected):
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("ASK {\n  ?a \\u0070 ?b }", (2, 6), "stands only in texts"),
        ("ASK { ?a <http://a/\\u0062> ?b }", (1, 20), "stands only in texts"),
        ('ASK { ?a ?b "open }', (1, 13), "not closed"),
        ('ASK { ?a ?b "\\q" }', (1, 13), "escape"),
        ("ASK { 'a\nb' }", (1, 7), "not closed"),
        ("ASK { ?a\u00a0?b }", (1, 9), "not part of SPARQL"),
        ("ASK { FILTER(?a<?b&&?c>?d) }", (1, 16), "put a blank after it"),
    ],
)
def test_what_is_no_token_is_refused_with_its_place(text, place, reason):
    with pytest.raises(QueryError, match=reason) as caught:
        tokenize(text)
    assert (caught.value.line, caught.value.column) == place
    assert str(caught.value).startswith(f"line {place[0]}, column {place[1]}: ")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("# ASK\nPREFIX ask: <http://construct/> BASE <urn:x:select> select * {}", "SELECT"),
        ("DESCRIBE <urn:x:ask>", "DESCRIBE"),
        ("PREFIX select: <urn:x:> ASK { select:ask ?p 'CONSTRUCT' }", "ASK"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { { SELECT * { ?s ?p ?o } } }", "CONSTRUCT"),
    ],
)
def test_the_form_is_the_first_word_after_the_prologue(text, form):
    assert query_form(text, tokenize(text)) == form


def test_what_is_no_query_has_no_form():
    for text in ("", "# only a comment", "INSERT DATA { <urn:a> <urn:b> 1 }", "x:y {}", "?x"):
        with pytest.raises(QueryError):
            query_form(text, tokenize(text))


# What reaches out.


class Listener:
    """A port of loopback that counts who calls."""

    def __init__(self) -> None:
        self.calls = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"
        threading.Thread(target=self.count, daemon=True).start()

    def count(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()


@pytest.fixture
def listener():
    listening = Listener()
    yield listening
    listening.socket.close()


CALLS = [
    "ASK { SERVICE <URL> {} }",
    "ASK { service silent<URL>{} }",
    "ASK { SERVICESILENT<URL>{} }",
    "ASK { # '\n SERVICE#'\n<URL> {} }",
    "ASK { <urn:x> ?p true OPTIONAL { SERVICE <URL> {} } }",
    "ASK { { SELECT * { SERVICE <URL> {} } } }",
    "ASK { FILTER(0<1)SERVICE<URL>{} }",
    # Two readings of `<`: by one of them the call stands in an IRI, or in a text.
    "ASK { FILTER(0<1)SERVICE#>\n<URL>{} }",
    "ASK { FILTER(0<1&&'>'!='') SERVICE <URL> {} BIND('' AS ?z) }",
    "ASK { FILTER(0 <1||EXISTS{}||'>'='') SERVICE <URL> {} BIND(''AS?z) }",
]


@pytest.mark.parametrize("text", CALLS)
def test_a_call_of_another_server_is_refused_however_it_is_written(text, listener):
    text = text.replace("URL", listener.url)
    with pytest.raises(QueryError, match=r"SERVICE calls another server|may begin an IRI"):
        check_query(text)
    assert listener.calls == 0
    # Not refused for nothing: Oxigraph by itself would call.
    with suppress(OSError):
        Store().query(text)
    assert listener.calls == 1


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?service ?p 'SERVICE <http://a/> {}' }",
        "PREFIX service: <http://load/from> ASK { service:SERVICE ?load $from } # SERVICE",
        'ASK { ?a ?b """\nLOAD <x> INSERT """@en-service }',
        "SELECT * { ?a <http://a/b> ?c . FILTER(?a < ?c) FILTER(?c > 1) FILTER(?a IN (<http://a/x>, <http://a/y>)) }",
        "SELECT * { VALUES (?a ?b) { (<http://a/x#1> <http://a/y#2>) (UNDEF <http://a/(z)>) } }",
    ],
)
def test_words_in_names_texts_and_comments_are_fine(text):
    check_query(text)
    Store().query(text)


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://a/>",
        "INSERT DATA { <urn:a> <urn:b> 1 }",
        "PREFIX a: <urn:a> DELETE WHERE { ?s ?p ?o }",
        "ASK {} ; CLEAR ALL",
        "WITH <urn:g> DELETE { ?s ?p ?o } WHERE {}",
    ],
)
def test_updates_are_refused(text):
    with pytest.raises(QueryError, match="changes a graph"):
        check_query(text)


@pytest.mark.parametrize("text", ["SELECT * FROM <http://a/> {}", "ASK FROM NAMED <file:///etc/hosts> {}"])
def test_other_datasets_are_refused(text):
    with pytest.raises(QueryError, match="FROM names another dataset"):
        check_query(text)


# What is too deep or too long.

FAMILIES = {
    "groups": ("SELECT * ", "{", "", "}"),
    "brackets": ("SELECT (", "(", "1", ")"),
    "not": ("SELECT (", "!", "1", ""),
    "or": ("SELECT (1", "||1", "", ""),
    "plus": ("SELECT (1", "+1", "", ""),
    "union": ("SELECT * {{}", "UNION{}", "", ""),
    "minus": ("SELECT * {", "MINUS{?a ?b ?c}", "", ""),
    "subqueries": ("SELECT * {", "{SELECT * {}}", "", ""),
    "projection": ("SELECT ", "(1 AS ?vNUMBER)", " {}", ""),
    "bind": ("SELECT * {", "BIND(1 AS ?vNUMBER)", "", ""),
    "having": ("SELECT ?a {} GROUP BY ?a HAVING ", "(?a=1)", "", ""),
    "anonymous": ("ASK {", "[ ?p ", "1", "]"),
}


def grown(family: str, size: int) -> str:
    before, part, middle, after = FAMILIES[family]
    body = "".join(part.replace("NUMBER", str(number)) for number in range(size)) + middle + after * size
    ends = {"SELECT (": " AS ?x) {}", "SELECT * {": "}", "ASK {": " ?p 1 }"}
    return before + body + next((end for start, end in ends.items() if before.startswith(start)), "")


def allowed(family: str, size: int) -> bool:
    try:
        check_nesting(grown(family, size))
    except QueryError:
        return False
    return True


@pytest.mark.parametrize("family", FAMILIES)
def test_what_could_end_the_process_is_refused(family):
    with pytest.raises(QueryError, match="more than"):
        check_nesting(grown(family, MAX_STEPS + 1))
    assert allowed(family, 20)


def test_what_is_let_through_does_not_end_the_process():
    """The longest query of each family that is allowed, in a process of its own."""
    longest = [
        grown(family, max(size for size in range(20, MAX_STEPS + 1, 10) if allowed(family, size)))
        for family in FAMILIES
    ]
    program = (
        "import sys, pyoxigraph\n"
        "for text in sys.stdin.read().split('\\0'):\n"
        "    try:\n        pyoxigraph.Store().query(text)\n"
        "    except SyntaxError:\n        pass\n"
        "print('alive')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input="\0".join(longest),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "alive\n")


def test_brackets_in_texts_are_not_nesting():
    check_nesting("ASK { FILTER(?a = '" + "(" * (MAX_NESTING + 1) + "') }")


def test_a_query_of_more_than_64_kib_is_refused():
    with pytest.raises(QueryError, match="longer than 64 KiB"):
        check_query("ASK { ?a ?b '" + "é" * 33_000 + "' }")
    check_query("ASK { ?a ?b '" + "x" * 60_000 + "' }")


@pytest.mark.parametrize(
    "text", ["a." * 32_000, "<a" * 30_000, "'" * 60_001, "e:" + ".a" * 30_000, "a-" * 30_000, "_:" + "." * 60_000]
)
def test_the_token_pass_takes_no_longer_than_the_text_is_long(text):
    """Each of these takes minutes where a pattern goes back over what it has read; here the test ends."""
    try:
        tokenize(text)
    except QueryError as error:
        assert error.line == 1  # noqa: PT017  # either way will do


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("SELECT * {\n  BIND(1 AS ?x) FILTR(1) }", (2, 25), "not SPARQL; read as far as 'BIND(1 AS ?x) FILTR(1)'"),
        ("SELECT * {\n\n", (3, 1), "not SPARQL; read as far as 'SELECT * {'"),
        ("SELECT * {\n  ?été ?b 'é' .\n  FILTER }", (3, 11), "not SPARQL; read as far as 'FILTER }'"),
        ("SELECT ?x { ?x foaf:name 1 }", (1, 25), "Prefix not found; read as far as 'SELECT ?x { ?x foaf:name'"),
        ("SELECT (1 AS ?x) {\n?x a 1 }", (2, 9), "The SELECT overrides an existing variable using an expression"),
    ],
)
def test_the_engines_complaint_becomes_a_place_and_what_stands_before_it(text, place, reason):
    with pytest.raises(SyntaxError) as caught:
        Store().query(text)
    error = syntax_error(text, str(caught.value))
    assert (error.line, error.column) == place
    assert error.reason.startswith(reason)
