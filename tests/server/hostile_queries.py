"""Queries that would hurt a server: families of them, each in several sizes, and what each is sent as."""

from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import quote


class Hostile(NamedTuple):
    """One request; `body` goes by POST as a query alone, and without one the target by GET."""

    family: str
    size: int
    body: bytes
    target: str = ""
    accept: str = "application/sparql-results+json"

    @property
    def name(self):
        return f"{self.family}-{self.size}"


def _triples(count):
    return " . ".join(f"?s{number} ?p{number} ?o{number}" for number in range(count))


def _all(count):
    return " ".join(f"?s{number} ?p{number} ?o{number}" for number in range(count))


def _doubling(steps, expression):
    bound = "".join(f" BIND({expression.format(f'?b{step}')} AS ?b{step + 1})" for step in range(steps))
    return f"SELECT (STRLEN(?b{steps}) AS ?size) {{ BIND('aaaaaaaaaa' AS ?b0){bound} }}"


def _nested(opening, closing, inner=""):
    return lambda size: f"ASK {{ {opening * size}{inner}{closing * size} }}"


def _chain(joint, piece="1", before="ASK { FILTER(", after=") }"):
    return lambda size: before + joint.join([piece] * size) + after


def _tower(size):
    return "SELECT * { SELECT * { " * (size // 2) + "?s ?p ?o" + " } }" * (size // 2)


def _values(size):
    return f"SELECT * {{ VALUES ?x {{ {' '.join(str(number) for number in range(size))} }} ?s ?p ?o . ?a ?b ?c FILTER(?o = ?x) }}"


SIZES = (60, 99, 101, 400, 2_300, 5_000, 9_000)
TEXTS: Sequence[tuple[str, Callable[[int], str], Sequence[int]]] = (
    ("count of a product", lambda n: f"SELECT (COUNT(*) AS ?n) {{ {_triples(n)} }}", (3, 4, 5, 6, 8)),
    ("rows of a product", lambda n: f"SELECT * {{ {_triples(n)} }}", (2, 3, 4, 6)),
    ("sorted product", lambda n: f"SELECT * {{ {_triples(n)} }} ORDER BY {_all(n)}", (2, 3, 4)),
    ("distinct product", lambda n: f"SELECT DISTINCT * {{ {_triples(n)} }}", (2, 3, 4)),
    ("grouped product", lambda n: f"SELECT ?o0 (GROUP_CONCAT(?o1) AS ?all) {{ {_triples(n)} }} GROUP BY ?o0", (2, 3, 4)),
    ("all in one text", lambda n: f"SELECT (GROUP_CONCAT(CONCAT(STR(?s0), STR(?o1))) AS ?all) {{ {_triples(n)} }}", (2, 3)),
    ("distinct aggregates", lambda n: f"SELECT (COUNT(DISTINCT CONCAT(STR(?s0), STR(?o1))) AS ?n) {{ {_triples(n)} }}", (2, 3, 4)),
    ("hashes of a product", lambda n: f"SELECT (MAX(SHA512(CONCAT(STR(?s0), STR(?s1)))) AS ?n) {{ {_triples(n)} }}", (2, 3, 4)),
    ("far offset", lambda n: f"SELECT * {{ {_triples(n)} }} OFFSET 9000000000 LIMIT 1", (3, 4, 5)),
    ("huge limit", lambda n: f"SELECT * {{ {_triples(2)} }} LIMIT {'9' * n}", (18, 19, 20, 400)),
    ("nested groups", _nested("{", "}"), SIZES),
    ("nested brackets", lambda n: f"ASK {{ FILTER({'(' * n}1{')' * n}) }}", SIZES),
    ("nested blank nodes", lambda n: f"ASK {{ {'[ ?p ' * n}1{' ]' * n} }}", SIZES),
    ("nested lists", lambda n: f"ASK {{ ?s ?p {'( ' * n}1{' )' * n} }}", SIZES),
    ("nots", lambda n: f"ASK {{ FILTER({'!' * n}true) }}", SIZES),
    ("minus signs", lambda n: f"ASK {{ FILTER({'- ' * n}1) }}", SIZES),
    ("sums", _chain("+"), SIZES),
    ("products", _chain("*", "9"), SIZES),
    ("ors", _chain("||", "?x"), SIZES),
    ("ands", _chain("&&", "true"), SIZES),
    ("comparisons", _chain("=", "(1)"), (99, 400, 5_000)),
    ("optionals in each other", _nested("OPTIONAL { ?s ?p ?o ", "}"), SIZES),
    ("optionals in a row", lambda n: "SELECT * {" + "".join(f" OPTIONAL {{ ?s{i} ?p ?o }}" for i in range(n)) + " }", (4, 8, 60, 400)),
    ("unions in a row", _chain(" UNION ", "{ ?s ?p ?o }", "SELECT * { ", " }"), (60, 150, 400, 4_000)),
    ("unions in each other", lambda n: f"ASK {{ {'{ ' * n}?s ?p ?o{' } UNION { ?a ?b ?c }' * n} }}", (60, 99, 101, 2_300)),
    ("minus in each other", _nested("?s ?p ?o MINUS { ", "}"), (30, 99, 101, 2_300)),
    ("exists in each other", _nested("?s ?p ?o FILTER EXISTS { ", "}"), (3, 30, 99, 2_300)),
    ("lateral in each other", _nested("?s ?p ?o LATERAL { ", "}"), (3, 30, 99, 2_300)),
    ("graphs in each other", _nested("GRAPH ?g { ?s ?p ?o . ", "}"), (3, 30, 99, 2_300)),
    ("tower of selects", _tower, (20, 90, 200, 4_000)),
    ("doubled text", lambda n: _doubling(n, "CONCAT({0}, {0})"), (20, 28, 32, 36, 60)),
    ("text replaced by itself", lambda n: _doubling(n, "REPLACE({0}, 'a', {0})"), (2, 4, 6, 8, 10)),
    ("text that is encoded again", lambda n: _doubling(n, "ENCODE_FOR_URI(CONCAT({0}, '%', {0}))"), (20, 28, 36)),
    ("backtracking", lambda n: f"ASK {{ FILTER(REGEX('{'a' * n}!', '^(a+)+$')) }}", (30, 3_000, 50_000)),
    ("huge regular expression", lambda n: f"ASK {{ FILTER(REGEX('a', '(((a{{{n}}}){{{n}}}){{{n}}}){{{n}}}')) }}", (10, 100, 1_000)),
    ("regular expressions over all", lambda n: f"SELECT (COUNT(*) AS ?n) {{ {_triples(n)} FILTER(REGEX(CONCAT(STR(?s0), STR(?s1)), '(.*)*x(.*)*y$')) }}", (2, 3)),
    ("regular expressions of the data", lambda n: f"SELECT (COUNT(*) AS ?n) {{ {_triples(n)} FILTER(REGEX(STR(?o0), STR(?o1))) }}", (2, 3)),
    ("long path", lambda n: f"ASK {{ ?s {'/'.join(['(<urn:x:p>|!<urn:x:q>)'] * n)} ?o }}", (5, 40, 200, 1_000)),
    ("starred path", lambda n: f"SELECT (COUNT(*) AS ?n) {{ ?s {'(' * n}(!<urn:x:p>|^!<urn:x:q>)*{')*' * n} ?o . {_triples(1)} }}", (0, 2, 20, 98)),
    ("paths between all", lambda n: f"SELECT (COUNT(*) AS ?n) {{ {' . '.join(f'?x{i} (!<urn:x:p>)+ ?y{i}' for i in range(n))} }}", (1, 2, 3)),
    ("huge number", lambda n: f"SELECT (1e{n} * 1e{n} AS ?x) ('1e{n}'^^<http://www.w3.org/2001/XMLSchema#decimal> + 1 AS ?y) {{}}", (9, 400, 1_000_000_000)),
    ("long number", lambda n: f"SELECT ({'9' * n} * {'9' * n} AS ?x) (0.{'1' * n} / 3.0 AS ?y) {{}}", (18, 400, 9_000, 60_000)),
    ("long list", lambda n: f"SELECT (COUNT(*) AS ?n) {{ {_triples(2)} FILTER(?o0 IN ({', '.join(map(str, range(n)))})) }}", (100, 1_000, 2_900, 9_000)),
    ("long values", _values, (100, 1_000, 5_000, 11_000)),
    ("products of values", lambda n: "SELECT (COUNT(*) AS ?n) { " + " ".join(f"VALUES ?v{i} {{ {'1 ' * 100} }}" for i in range(n)) + " }", (3, 5, 9)),
    ("wide answer", lambda n: f"SELECT {' '.join(f'(CONCAT(STR(?s0), STR(?s1)) AS ?c{i})' for i in range(n))} {{ {_triples(2)} }}", (10, 60, 400)),
    ("many prefixes", lambda n: "".join(f"PREFIX p{i}: <urn:x:{i}> " for i in range(n)) + "ASK {}", (100, 1_000, 2_500)),
    ("everything described", lambda n: f"DESCRIBE {_all(n)} {{ {_triples(n)} }}", (1, 2, 3)),
    ("everything constructed", lambda n: f"CONSTRUCT {{ {' . '.join(f'?s{i} <urn:x:p> ?o{j}' for i in range(n) for j in range(n))} }} {{ {_triples(n)} }}", (2, 3)),
    ("long text", lambda n: f"ASK {{ FILTER('{'x' * n}' = '') }}", (1_000, 60_000, 70_000, 900_000)),
    ("long name", lambda n: f"ASK {{ <urn:{'x' * n}> ?{'v' * n} _:{'b' * (n // 3)} }}", (1_000, 20_000, 40_000)),
    ("long remark", lambda n: "ASK {} #" + "x" * n, (1_000, 65_000, 66_000, 900_000)),
    ("blanks", lambda n: "ASK" + " \n" * n + "{}", (10_000, 32_000, 40_000)),
    ("other servers", lambda n: "SELECT * { " + "SERVICE <http://127.0.0.1:9/> { " * n + "?s ?p ?o" + " }" * n + " }", (1, 2, 50)),
)  # fmt: skip
"""Family, the query of a size, the sizes. Some are cheap in small sizes: their answer has to be right and whole then."""

SINGLES: Sequence[tuple[str, Sequence[str]]] = (
    (
        "other servers, disguised",
        (
            "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
            "SELECT * { SeRvIcE<http://127.0.0.1:9/>{ ?s ?p ?o } }",
            "SELECT * { serviceSILENT<http://127.0.0.1:9/>{ ?s ?p ?o } }",
            "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
            "SELECT * { \\U00000053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
            "SELECT * { BIND(<http://127.0.0.1:9/> AS ?x) SERVICE ?x { ?s ?p ?o } }",
            "SELECT * { ?s ?p '#' . SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
            "SELECT * { FILTER(?x<?y) SERVICE<http://127.0.0.1:9/?x>{ ?s ?p ?o } }",
            "SELECT * { FILTER EXISTS { SERVICE <file:///etc/passwd> { ?s ?p ?o } } }",
            "SELECT * { FILTER(1<2>3) SERVICE <http://127.0.0.1:9/> {} }",
        ),
    ),
    (
        "other data",
        (
            "SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }",
            "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
            "SELECT * FROM NAMED <http://127.0.0.1:9/> { GRAPH ?g { ?s ?p ?o } }",
            "PREFIX f: <file:///etc/> SELECT * FROM f:passwd { ?s ?p ?o }",
            "BASE <file:///etc/> SELECT * FROM <passwd> { ?s ?p ?o }",
            "SELECT * FROM <../../../etc/passwd> { ?s ?p ?o }",
            "DESCRIBE <http://127.0.0.1:9/> FROM <http://127.0.0.1:9/>",
        ),
    ),
    (
        "updates",
        (
            "LOAD <http://127.0.0.1:9/>",
            "LOAD SILENT <file:///etc/passwd> INTO GRAPH <urn:x:g>",
            "CLEAR ALL",
            "DROP ALL",
            "INSERT DATA { <urn:x:s> <urn:x:p> <urn:x:o> }",
            "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
            "ASK {} ; CLEAR ALL",
            "ASK {} CLEAR ALL",
            "PREFIX x: <urn:x:> INSERT { x:s x:p x:o } WHERE { SERVICE <http://127.0.0.1:9/> {} }",
        ),
    ),
)

RAW = (
    b"\xef\xbb\xbfASK {}",
    b"\x00",
    b"ASK {}\x00",
    b"\xff\xfeA\x00S\x00K\x00",
    b"ASK { ?s ?p '\xc3\x28' }",
    b"ASK { ?s ?p '\xed\xa0\x80' }",
    b"ASK { ?s ?p '\xf8\x88\x80\x80\x80' }",
    b"ASK { ?s ?p '\\uD800' }",
    b"ASK { ?s ?p '\\u0000' }",
    b"ASK { <urn:x:\\u0020> ?p ?o }",
    b"\x1b[2J",
    b"",
    b"{",
    b"'" * 60_000,
    b'"""' * 20_000,
    b"<" * 60_000,
    b"#" * 60_000,
    b"\\" * 60_000,
    b"?" * 60_000,
    b":" * 60_000,
    b"a:" * 30_000,
    b"@" * 60_000,
    b"_:" * 30_000,
    b"ASK { ?s ?p 'x'@" + b"a-" * 30_000 + b" }",
    b"\xf0\x9f\x98\x80" * 15_000,
)
TARGETS = (
    "?query=%FF%FE", "?query=ASK%7B%7D%00", "?query=%ED%A0%80", "?query=%EF%BB%BFASK%7B%7D", "?query=" + "%7B" * 3_000,
    "?query=ASK%7B%7D&default-graph-uri=file%3A%2F%2F%2Fetc%2Fpasswd", "?query=ASK%7B%7D&" + "default-graph-uri=urn:x&" * 150,
    "?query=ASK%7B%7D&named-graph-uri=http%3A%2F%2F127.0.0.1%3A9%2F", "?query&query&query", "?" + "&" * 4_000 + "query=ASK%7B%7D",
    "?" + "a=b&" * 1_000 + "query=ASK%7B%7D", "?query=ASK%7B%7D&format=" + "x" * 5_000, "?update=CLEAR%20ALL",
)  # fmt: skip


def hostile_queries(*, every=True):
    """All of them; or, for a short run, one or two of each family."""
    for family, written, sizes in TEXTS:
        for size in sizes if every else (sizes[len(sizes) // 2],):
            yield Hostile(family, size, written(size).encode(), accept="*/*")
    for family, texts in SINGLES:
        for number, text in enumerate(texts):
            if every or number < 2:
                yield Hostile(family, number, text.encode(), accept="*/*")
                yield Hostile(family + ", by GET", number, b"", "?query=" + quote(text), accept="*/*")
    for number, body in enumerate(RAW):
        if every or not number % 3:
            yield Hostile("bytes that are no query", number, body)
    for number, target in enumerate(TARGETS):
        if every or not number % 3:
            yield Hostile("addresses that are no query", number, b"", target)
