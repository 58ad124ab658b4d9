"""Saved queries: read with a line for each mistake, bound without a way out of a value's place, run with near misses."""

from __future__ import annotations

import json
import random
import string
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from ipcgraph.errors import FindingsError, UsageError
from ipcgraph.headers import read_queries, read_query
from ipcgraph.parameters import CLASSES, SCHEMES, Parameter, is_kind, split
from ipcgraph.queries import Query, bind, dump_queries, load_queries, run, usage
from ipcgraph.shipped import shipped_folder
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.tables import Table
from ipcgraph.tokens import tokenize
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG, XSD

SHIPPED = read_queries([shipped_folder("queries")])
EVERY_KIND = Query(
    name="every-kind",
    title="One parameter of each kind",
    about="Each stands where its term can.",
    form="SELECT",
    parameters=(
        Parameter("person", "Person", None, "whose works"),
        Parameter("thing", "Thing", None, "anything"),
        Parameter("type", "concept:work-type", None, "the type"),
        Parameter("since", "year", "1900", "the first year"),
        Parameter("most", "integer", "10", "at most"),
        Parameter("day", "date", None, "the day"),
        Parameter("word", "string", None, "in the title"),
    ),
    text="""# $word and '$word' in comments and texts are not parameters: "
SELECT ?work (COUNT(?title) AS ?titles) WHERE {
  ?work <urn:x:creator> $person;<urn:x:type>$type ; <urn:x:$title> ?title , '$word' , '''$day "'''.
  OPTIONAL { $thing <urn:x:about> ?work . FILTER(?year<$since) FILTER(?n>=-$most||CONTAINS(?title,$word)) }
  FILTER(?issued < $day)
}
GROUP BY ?work
HAVING (COUNT(?title) > $most)
ORDER BY ?work
""",
)
GOOD = {
    "person": "person/ada", "thing": "work/2020-x", "type": "report", "day": "2020-02-29", "word": "coast",
}  # fmt: skip


# Reading.


def write(folder: Path, name: str, header: str, text: str) -> Path:
    path = folder / f"{name}.rq"
    folder.mkdir(exist_ok=True)
    path.write_text("".join(f"#+ {line}\n" for line in header.splitlines()) + text, encoding="utf-8")
    return path


HEADER = """title: Works of a person
about: >-
  All of them,
  by title.
parameters:
  person: {kind: Person, about: the author}
  since: {kind: year, default: 1900, about: first year}
example: {since: 2000}
"""
TEXT = "SELECT ?work\nWHERE { ?work <urn:x:by> $person ; <urn:x:year> ?year . FILTER(?year >= $since) }\n"


def mistakes(folder: Path, name: str, header: str, text: str) -> list[str]:
    with pytest.raises(FindingsError) as caught:
        read_query(write(folder / "queries", name, header, text), root=folder)
    return [str(finding) for finding in caught.value.report]


def test_a_saved_query_is_read(tmp_path):
    query = read_query(write(tmp_path, "person-works", HEADER, TEXT))
    assert "".join(query.pieces) == TEXT.replace("$", "")
    assert query._replace(pieces=()) == Query(
        name="person-works",
        title="Works of a person",
        about="All of them, by title.",
        form="SELECT",
        parameters=(
            Parameter("person", "Person", None, "the author"),
            Parameter("since", "year", "1900", "first year"),
        ),
        text=TEXT,
        example=(("since", "2000"),),
    )


@pytest.mark.parametrize(
    ("header", "text", "expected"),
    [
        ("title: A\nabout: B\ntitel: C", "ASK {}", '3:1: error: "titel" is not known here; write "title"'),
        ("title: A", "ASK {}", '1:1: error: "about" is missing; add about: …'),
        ("title: A\nabout: B\nabout: C", "ASK {}", '3:1: error: "about" stands twice; keep one of the two'),
        ("title: [A]\nabout: B", "ASK {}", '1:1: error: "title" is not a text; write title: …'),
        ("- title", "ASK {}", "1:1: error: here stand keys with values; write key: value"),
        ("title: A: B", "ASK {}", "1:1: error: the lines that begin with #+ are not YAML"),
        (HEADER + "more: 1", TEXT, '9:1: error: "more" is not known here'),
        (HEADER, TEXT.replace("$since", "$until"), "10:73: error: $until is not among the parameters; declare it, or write ?until"),
        (HEADER, TEXT.replace("$since", "2000"), "1:1: error: the parameter since is not used; write $since where"),
        (HEADER, TEXT.replace("?year", "?since"), "10:49: error: ?since and $since are one to SPARQL"),
        (HEADER, TEXT.replace("?work\n", "?work $person\n"), "9:14: error: $person stands for a value; here only a variable"),
        (HEADER, TEXT.replace("?work\n", "(1 AS $person)\n"), "9:14: error: $person stands for a value; here only a variable"),
        (HEADER, TEXT.replace("FILTER", "VALUES ($since ?b) { (1 2) } FILTER"), "10:65: error: $since stands for a value"),
        (HEADER, TEXT.replace("FILTER", "BIND(1 AS $since) FILTER"), "error: $since stands for a value"),
        (HEADER, TEXT + "GROUP BY $person", "error: not SPARQL; read as far as"),
        (HEADER, TEXT.replace("WHERE", "WERE"), "error: not SPARQL; read as far as"),
        (HEADER, TEXT.replace("{ ?work", "{ \\u003Fwork"), "10:9: error: a \\ stands only in texts"),
        (HEADER, TEXT.replace("?work <", "SERVICE <urn:x:s> { } ?work <"), "10:9: error: SERVICE calls another server"),
        (HEADER, "DELETE WHERE { $person ?p $since }", "9:1: error: DELETE changes a graph"),
        (HEADER, TEXT + "#+ title: late\n", "11:1: error: this line comes too late; put all lines with #+ on top"),
        (HEADER.replace("Person", "Persn"), TEXT, '6:1: error: "Persn" is no kind of parameter; write "Person"'),
        (HEADER.replace("default: 1900", "default: MCM"), TEXT, "7:1: error: --since 'MCM' is not a year such as 2019"),
        (HEADER.replace("since: 2000", "since: 99"), TEXT, "8:1: error: --since '99' is not a year such as 2019"),
        (HEADER.replace("since: 2000", "until: 2000"), TEXT, '8:1: error: "until" is not known here'),
        (HEADER.replace("person:", "format:"), TEXT, '6:1: error: "format" cannot name a parameter; use another word'),
        (HEADER.replace("the author", "the author, the first"), TEXT, '6:1: error: "the first" is not known here; put quotes'),
    ],
)  # fmt: skip
def test_each_mistake_has_its_line(tmp_path, header, text, expected):
    found = mistakes(tmp_path, "works", header, text)
    assert any(finding.startswith("queries/works.rq:") and expected in finding for finding in found), found


def test_a_file_that_cannot_be_read_and_a_bad_name_are_findings(tmp_path):
    write(tmp_path, "Bad_Name", "title: A\nabout: B", "ASK {}")
    (tmp_path / "latin.rq").write_bytes("#+ title: é".encode("latin-1"))
    with pytest.raises(FindingsError, match="2 saved queries are not in order") as caught:
        read_queries([tmp_path])
    assert [finding.message.partition(" (")[0] for finding in caught.value.report] == [
        '"Bad_Name" is no name of a query',
        "this file cannot be read",
    ]


def test_a_later_folder_adds_and_replaces(tmp_path):
    write(tmp_path / "one", "b", "title: B of one\nabout: B", "ASK {}")
    write(tmp_path / "one", "c", "title: C of one\nabout: C", "ASK {}")
    write(tmp_path / "two", "b", "title: B of two\nabout: B", "ASK {}")
    write(tmp_path / "two", "a", "title: A of two\nabout: A", "ASK {}")
    queries = read_queries([tmp_path / "one", tmp_path / "none", tmp_path / "two"])
    assert [(name, query.title) for name, query in queries.items()] == [
        ("a", "A of two"), ("b", "B of two"), ("c", "C of one"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "form"), [("ASK {}", "ASK"), ("# SELECT\nCONSTRUCT { ?a ?b 'ASK' } WHERE { ?a ?b ?c }", "CONSTRUCT"), ("DESCRIBE <urn:a>", "DESCRIBE")]
)  # fmt: skip
def test_the_form_is_read_by_tokens(tmp_path, text, form):
    assert read_query(write(tmp_path, "a", "title: A\nabout: B", text)).form == form


def test_compiled_queries_are_the_same_queries():
    queries = SHIPPED | {"every-kind": EVERY_KIND}
    again = load_queries(json.loads(json.dumps(dump_queries(queries))))
    assert again == {name: query._replace(pieces=split(query.text)) for name, query in queries.items()}
    assert bind(again["every-kind"], GOOD) == bind(EVERY_KIND, GOOD)


def test_kinds_are_classes_schemes_and_literals():
    for kind in (*CLASSES, *(f"concept:{scheme}" for scheme in SCHEMES), "year", "integer", "date", "string"):
        assert is_kind(kind)
    for kind in ("person", "concept:", "concept:none", "", "text", "Persons"):
        assert not is_kind(kind)


def test_kinds_are_those_of_the_ontology():
    folder = shipped_folder("ontology")
    quads = list(parse(path=str(folder / "ipcgraph.ttl"), format=RdfFormat.TURTLE))
    classes = {q.subject.value for q in quads if str(q.object) == "<http://www.w3.org/2002/07/owl#Class>" and isinstance(q.subject, NamedNode)}  # fmt: skip
    assert {iri for iri in CLASSES.values() if iri} <= classes
    assert {iri for iri in classes if iri.startswith(IPCG)} <= set(CLASSES.values())
    assert {path.stem for path in (folder / "schemes").glob("*.ttl")} == set(SCHEMES)


# Usage.


def test_usage_lists_the_parameters_as_the_command_line_takes_them():
    first, *others = usage(EVERY_KIND).splitlines()
    assert first == (
        "usage: ipcgraph query every-kind --person PERSON --thing ID --type WORK-TYPE [--since YYYY] [--most NUMBER] "
        "--day YYYY-MM-DD --word TEXT"
    )
    assert others == [
        "  --person PERSON   whose works",
        "  --thing ID        anything",
        "  --type WORK-TYPE  the type",
        "  --since YYYY      the first year (default: 1900)",
        "  --most NUMBER     at most (default: 10)",
        "  --day YYYY-MM-DD  the day",
        "  --word TEXT       in the title",
    ]


# Binding.


def test_values_become_terms_in_the_places_of_their_parameters():
    text = bind(EVERY_KIND, GOOD)
    assert text.splitlines()[0] == EVERY_KIND.text.splitlines()[0]
    assert (
        f"<urn:x:creator> <{DEFAULT_BASE}person/ada> ;<urn:x:type> <https://w3id.org/ipcgraph/vocab/work-type/report> ;"
        in text
    )
    assert "'$word' , '''$day \"'''" in text
    assert f'(?year< "1900"^^<{XSD}integer> ) FILTER(?n>=- "10"^^<{XSD}integer> ||CONTAINS(?title, "coast" )' in text
    assert f'?issued < "2020-02-29"^^<{XSD}date> )' in text


@pytest.mark.parametrize(
    ("kind", "value", "term"),
    [
        ("Person", "person/ada", f"<{DEFAULT_BASE}person/ada>"),
        ("Person", "<http://example.org/a>", "<http://example.org/a>"),
        ("Person", "foaf:Person", "<http://xmlns.com/foaf/0.1/Person>"),
        ("concept:role-type", "director", "<https://w3id.org/ipcgraph/vocab/role-type/director>"),
        ("concept:role-type", "role-type/director", "<https://w3id.org/ipcgraph/vocab/role-type/director>"),
        ("concept:role-type", "concept/role-type/dean", f"<{DEFAULT_BASE}concept/role-type/dean>"),
        ("concept:role-type", "http://example.org/dean", "<http://example.org/dean>"),
        ("year", "2019", f'"2019"^^<{XSD}integer>'),
        ("integer", "-007", f'"-7"^^<{XSD}integer>'),
        ("date", "2020-02-29", f'"2020-02-29"^^<{XSD}date>'),
        ("string", "O'Brien & \"AT&T\" \\ \n", '"O\'Brien & \\"AT&T\\" \\\\ \\n"'),
        ("string", Literal("chat", language="fr"), '"chat"@fr'),
        ("year", Literal(2019), f'"2019"^^<{XSD}integer>'),
        ("Thing", NamedNode("http://example.org/a"), "<http://example.org/a>"),
    ],
)  # fmt: skip
def test_a_value_is_read_by_the_kind_of_its_parameter(kind, value, term):
    query = Query("a", "A", "A", "ASK", (Parameter("value", kind, None, ""),), "ASK { ?a ?b $value }")
    assert bind(query, {"value": value}) == f"ASK {{ ?a ?b {term} }}"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("Person", ""), ("Person", "person/a b"), ("Person", "person/{a}"), ("Person", "<a> <b>"), ("Person", "x\n"),
        ("concept:role-type", ""), ("concept:role-type", "dir ector"), ("concept:role-type", "a>b"),
        ("year", "19"), ("year", "2019 "), ("year", "２０１９"), ("year", "2019-01"), ("year", "-2019"),
        ("integer", "1.5"), ("integer", "1e3"), ("integer", ""), ("integer", "9" * 19), ("integer", "0x1"),
        ("date", "2021-02-30"), ("date", "2021-2-3"), ("date", "20210203"), ("date", "2021"), ("date", "today"), ("date", "0000-01-01"),
        ("string", "\udcff"), ("string", ""),
        ("Person", BlankNode("a")), ("Person", Literal("a")), ("year", NamedNode("urn:a")), ("year", Literal("a")),
        ("date", Literal("2021-01-01")), ("string", Literal(1)),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused_with_the_usage(kind, value):
    query = Query("a", "A", "A", "ASK", (Parameter("value", kind, None, "what"),), "ASK { ?a ?b $value }")
    with pytest.raises(UsageError, match=r"(?s)value.*\nusage: ipcgraph query a --value"):
        bind(query, {"value": value})


def test_missing_and_unknown_parameters_show_the_usage():
    with pytest.raises(UsageError, match=r"every-kind needs --day\nusage: ipcgraph query every-kind --person"):
        bind(EVERY_KIND, {name: value for name, value in GOOD.items() if name != "day"})
    with pytest.raises(UsageError, match=r"every-kind takes no --persn; did you mean --person\?\nusage: "):
        bind(EVERY_KIND, GOOD | {"persn": "person/ada"})


# No value changes the shape of a query.

PIECES = (
    "O'Brien", "AT&T", 'a" } #', "{", "}", "\\u0022", "\\u003E", "\\", "\\\\", "\n", "\r", "\t", '"', "'", '"""', "'''", "#",
    "<", ">", "<!--", "-->", "//", "/*", "*/", ";", ".", "|", "^^", "@en", "?x", "$person", "$since", " ", "\u00a0", "\u2028",
    "\u202e", "\0", "\x7f", "é", "日本", "\U0001f600", "http://", "person/", "https://w3id.org/ipcgraph/id/", "urn:x:", "ipcg:",
    "%20", "%", "2020", "-02-29", "UNION", "SERVICE", "} UNION { ?s ?p ?o", "> } ; DROP ALL #", '" . } SELECT * WHERE { ?a ?b "',
    "`", "~", "[", "]", "(", ")", "=", "&&", "||", "\ud800",
)  # fmt: skip


STRICT = {"year", "integer", "date"}


def hostile(generator: random.Random) -> str:
    if generator.random() < 0.2:
        return "".join(generator.choices(string.printable, k=generator.randint(0, 12)))
    return "".join(generator.choices(PIECES, k=generator.randint(1, 5)))


def shape(text: str) -> list[str]:
    """The kinds of the tokens, and the tokens themselves where they are no values; a literal is one `term`."""
    tokens = tokenize(text)
    kinds: list[str] = []
    for index, token in enumerate(tokens):
        if token.kind in {"iri", "text"}:
            if index and tokens[index - 1].text == "^^":
                kinds[-2:] = ["term"]
            else:
                kinds.append("term")
        elif token.kind == "language":
            kinds[-1] = "term"
        else:
            kinds.append("term" if token.kind == "variable" and token.text[0] == "$" else token.text)
    return kinds


def plain_values(query: Query) -> dict[str, str]:
    samples = {"year": "2000", "integer": "7", "date": "2000-01-01", "string": "plain"}
    return {p.name: samples.get(p.kind, "report" if p.scheme else "person/ada") for p in query.parameters}


def bound_with_hostile_values(count: int, seed: int) -> list[tuple[Query, str]]:
    """Queries bound to generated values; those refused are left out, and are UsageErrors without exception."""
    generator = random.Random(seed)
    queries = [query for query in (*SHIPPED.values(), EVERY_KIND) if query.parameters]
    bound = []
    for number in range(count):
        query = queries[number % len(queries)]
        parameter = generator.choice(query.parameters)
        try:
            text = bind(query, plain_values(query) | {parameter.name: hostile(generator)})
        except UsageError:
            continue
        bound.append((query, text))
    return bound


def test_ten_thousand_values_leave_the_tokens_of_every_query_as_they_are():
    shapes = {query.name: shape(query.text) for query in (*SHIPPED.values(), EVERY_KIND)}
    bound = bound_with_hostile_values(10_000, seed=2)
    for query, text in bound:
        assert shape(text) == shapes[query.name], text
    # Not refused wholesale: every query that takes more than dates and numbers has been bound.
    free = {q.name for q in (*SHIPPED.values(), EVERY_KIND) if any(p.kind not in STRICT for p in q.parameters)}
    assert {query.name for query, _ in bound} >= free
    assert len(bound) > 1_000
    assert any("SERVICE" in text for query, text in bound if query is EVERY_KIND)


def algebra_shape(text: str) -> object:
    """The algebra of rdflib, an engine of other people's, with every term written as `term`."""
    from rdflib.plugins.sparql import prepareQuery
    from rdflib.plugins.sparql.parserutils import CompValue
    from rdflib.term import BNode, Literal, URIRef, Variable

    def skeleton(part: object) -> object:
        if isinstance(part, CompValue):
            # The sets of variables are named `_vars`; they have no order.
            return part.name, *((key, skeleton(value)) for key, value in sorted(part.items()) if key != "_vars")
        if isinstance(part, (list, tuple)):
            skeletons = [skeleton(item) for item in part]
            # rdflib orders triples by their terms.
            return sorted(map(repr, skeletons)) if isinstance(part, list) else skeletons
        if isinstance(part, Variable):
            return str(part)
        return "term" if isinstance(part, (URIRef, Literal, BNode)) else repr(type(part))

    return skeleton(prepareQuery(text).algebra)


def test_rdflibs_algebra_keeps_its_shape():
    bound = bound_with_hostile_values(10_000, seed=3)
    sample = random.Random(4).sample([pair for pair in bound if pair[0].name != "every-kind"], 140)
    sample += [pair for pair in bound if pair[0].name == "every-kind"][:60]
    expected = {query.name: algebra_shape(bind(query, plain_values(query))) for query, _ in sample}
    for query, text in sample:
        assert algebra_shape(text) == expected[query.name], text


def test_the_shape_tests_can_fail():
    """Pasted as text, as bind() never does, a value changes both shapes."""
    text = "ASK { ?a ?b $value }"
    pasted = text.replace("$value", '"x" . ?c ?d "y"')
    assert shape(pasted) != shape(text)
    assert algebra_shape(pasted) != algebra_shape('ASK { ?a ?b "x" }')


# Running.


def center_store() -> EmbeddedStore:
    turtle = f"""
    @base <{DEFAULT_BASE}> . @prefix ipcg: <{IPCG}> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix role-type: <https://w3id.org/ipcgraph/vocab/role-type/> .
    ipcg:Partner rdfs:subClassOf ipcg:Organization .
    <person/ada-lovelace> a ipcg:Person ; foaf:name "Ada Lovelace" ; <urn:x:role> role-type:director .
    <person/grace-hopper> a ipcg:Person ; foaf:name "Grace Hopper" ; <urn:x:role> <concept/role-type/admiral> .
    <person/li> a ipcg:Person ; foaf:name "Zoë D'Angelo" .
    <organization/lovelace-fund> a ipcg:Partner ; foaf:name "Lovelace Fund" .
    role-type:director skos:inScheme <https://w3id.org/ipcgraph/vocab/role-type> ; skos:prefLabel "director" .
    <concept/role-type/admiral> skos:inScheme <https://w3id.org/ipcgraph/vocab/role-type> ; skos:prefLabel "admiral" .
    <https://w3id.org/ipcgraph/vocab/work-type/report> skos:inScheme <https://w3id.org/ipcgraph/vocab/work-type> .
    """
    store = EmbeddedStore.memory()
    store.load(Quad(q.subject, q.predicate, q.object) for q in parse(turtle.encode(), format=RdfFormat.TURTLE))
    return store


NAME_OF = "SELECT ?name { $it <http://xmlns.com/foaf/0.1/name> ?name }"


def question(kind: str, text: str = NAME_OF, default: str | None = None) -> Query:
    return Query("name-of", "Name", "Name", "SELECT", (Parameter("it", kind, default, "which"),), text)


@pytest.mark.parametrize("kind", ["Partner", "Organization", "Thing"])
def test_a_thing_is_found_by_its_class_or_one_above_it(kind):
    with center_store() as store:
        answer = run(question(kind), store, {"it": "organization/lovelace-fund"})
    assert answer == Table(("name",), ((Literal("Lovelace Fund"),),))


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("Person", "person/ada-lovelac", "there is no such Person; did you mean person/ada-lovelace?"),
        ("Person", "lovelace", "there is no such Person; did you mean person/ada-lovelace?"),
        ("Person", "person/zoe-dangelo", "there is no such Person; did you mean person/li?"),
        ("Person", "organization/lovelace-fund", "there is no such Person; did you mean person/ada-lovelace?"),
        (
            "Thing",
            "lovelace",
            "there is no such Thing; did you mean person/ada-lovelace or organization/lovelace-fund?",
        ),
        ("Person", "person/qqqq", "there is no such Person; none has an id or a name near it"),
        ("Work", "work/2020-x", "there is no such Work; the graph has none at all"),
        ("concept:role-type", "directr", "no such concept of the scheme role-type; did you mean role-type/director?"),
        ("concept:role-type", "report", "no such concept of the scheme role-type; none has an id or a name near it"),
    ],
)
def test_a_thing_that_is_not_there_brings_near_misses_and_the_usage(kind, value, said):
    with center_store() as store, pytest.raises(UsageError) as caught:
        run(question(kind), store, {"it": value})
    assert said in str(caught.value)
    assert str(caught.value).startswith("--it ")
    assert "\nusage: ipcgraph query name-of --it" in str(caught.value)


@pytest.mark.parametrize(
    ("value", "person"),
    [
        ("director", "ada-lovelace"), ("role-type/director", "ada-lovelace"), ("admiral", "grace-hopper"),
        ("concept/role-type/admiral", "grace-hopper"),
    ],
)  # fmt: skip
def test_a_bare_word_is_a_shipped_concept_or_one_of_the_centers_own(value, person):
    with center_store() as store:
        answer = run(question("concept:role-type", "SELECT ?who { ?who <urn:x:role> $it }"), store, {"it": value})
    assert answer == Table(("who",), ((NamedNode(f"{DEFAULT_BASE}person/{person}"),),))


def test_a_default_is_not_looked_up():
    query = question(
        "Source", "SELECT ?name { ?a <http://xmlns.com/foaf/0.1/name> ?name FILTER($it != ?a) }", "owl:Thing"
    )
    with center_store() as store:
        for values in ({}, {"it": "owl:Thing"}):
            answer = run(query, store, values)
            assert isinstance(answer, Table)
            assert len(answer) == 4


def test_another_base_is_another_thing():
    with center_store() as store:
        assert run(question("Person"), store, {"it": "person/li"}, base=DEFAULT_BASE) != Table(("name",), ())
        with pytest.raises(UsageError, match="there is no such Person"):
            run(question("Person"), store, {"it": "person/li"}, base="http://example.org/")
