"""Answers from columns: row for row what SPARQL gives, on graphs of every sort and with every value of a parameter."""

from __future__ import annotations

import io
import random
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from pyoxigraph import Literal, NamedNode, Quad
from tests.center_project import make_center
from tests.work_quads import NAME, TITLE, described, key, thing, written

from ipcgraph import answers, parameters
from ipcgraph.building import build
from ipcgraph.bulk import load_quads
from ipcgraph.cli import main
from ipcgraph.columns import Texts, write_texts
from ipcgraph.deriving import derive
from ipcgraph.errors import FindingsError, UsageError
from ipcgraph.headers import read_queries, read_query
from ipcgraph.manifest import COLUMNS, STORE
from ipcgraph.ontology import read_ontology
from ipcgraph.parameters import term_for
from ipcgraph.queries import dump_queries, load_queries, run
from ipcgraph.server.querytasks import saved
from ipcgraph.server.tasks import Opened
from ipcgraph.settings import find_project
from ipcgraph.shipped import shipped_folder
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.tables import TABLE_FORMATS, Answer, Table, write_answer
from ipcgraph.vocabulary import CONCEPTS, DEFAULT_BASE, PREFIXES, RDFS, TYPE, XSD

IPC = Path(__file__).parents[1] / "data" / "ipc"
QUERIES = {name: query for name, query in read_queries([shipped_folder("queries")]).items() if query.columns}
ONTOLOGY = read_ontology()
NAMES = (
    "Ada",
    "Ada",
    "Ada Ångström",
    "Ada Ångströ",
    "Żaneta",
    "zaneta",
    "李 明",
    "李 明\u0000",
    "\U0001f600",
    "O'Neil, Bo",
    "=A",
)
"""Names that are alike for long, of several alphabets, and such as a careless comparison gets wrong."""


class Graph:
    """A graph with its store and its columns."""

    def __init__(self, folder: Path) -> None:
        self.columns = folder / COLUMNS
        self.store = EmbeddedStore.open(folder / STORE)

    def values(self, key: str) -> list[str]:
        """The different values of a key in the graph, at most twelve: texts of dates, IRIs of things."""
        found = (quad.object for quad in self.store.statements(None, NamedNode(key)))
        return sorted({term.value for term in found if isinstance(term, NamedNode | Literal)})[:12]


def loaded(quads: list[Quad], folder: Path) -> Graph:
    """The graph of these quads, with the ontology and with what the rules make of them."""
    made = [quad for quad, _ in derive(quads, ONTOLOGY.rules)]
    known = [quad for quad, _ in ONTOLOGY.statements]
    load_quads([*known, *quads, *made], store=folder / STORE, columns=folder / COLUMNS)
    return Graph(folder)


def many_works(seed: int, number: int) -> list[Quad]:
    """Works that have, or lack, everything that an answer can show, by authors with names that are hard to sort."""
    chance = random.Random(seed)
    people = [f"p{place}" for place in range(max(number // 3, 5))]
    groups = [f"g{place}" for place in range(3)]
    works = {
        f"w{place}": chance.sample([*people, *groups], chance.choice((0, 1, 1, 2, 3, 5))) for place in range(number)
    }
    quads = [quad for quad in written(works, organizations=groups) if quad.predicate not in {NAME, TITLE}]
    quads += [Quad(thing(f"person/{author}"), NAME, Literal(chance.choice(NAMES))) for author in (*people, *groups)]
    for source in ("annals", "list"):
        quads += [
            Quad(thing(f"source/{source}"), TYPE, key("Source")),
            Quad(thing(f"source/{source}"), TITLE, Literal("Annals")),
        ]
    quads.append(Quad(thing("source/list"), key("selection"), Literal("Reports only.")))
    quads.append(Quad(thing("source/list/passage/1"), key("source"), thing("source/list")))
    for work in works:
        quads += described_work(thing(f"work/{work}"), chance)
    for place, (name, cited) in enumerate((("Ångström", False), ("Ada", True), ("Ada", False))):
        quads += described(f"initiative/i{place}", "Initiative", name)
        count = thing(f"count/{place}")
        quads += [Quad(count, TYPE, key("Count")), Quad(count, key("countOf"), Literal(name))]
        quads += [Quad(thing(f"role/{place}"), TYPE, key("Role")), Quad(thing(f"center/{place}"), TYPE, key("Center"))]
        if cited:
            quads += [Quad(count, key("evidence"), thing("source/list"))]
            quads += [Quad(thing(f"role/{place}"), key("evidence"), thing("source/annals"))]
    for place in range(3):
        quads += described(f"person/silent-{place}", "Person", chance.choice(NAMES))
        quads.append(Quad(thing(f"role/{place}"), key("holder"), thing(f"person/silent-{chance.randrange(3)}")))
        quads.append(Quad(thing(f"person/p{place}"), key("orcid"), Literal(f"0000-0000-0000-000{place}")))
    return quads


def described_work(work: NamedNode, chance: random.Random) -> Iterator[Quad]:
    yield Quad(work, TITLE, Literal(chance.choice(NAMES)))
    kind = chance.choice(("article", "article", "report", "book"))
    yield Quad(work, key("workType"), NamedNode(f"{CONCEPTS}work-type/{kind}"))
    stated = chance.choice(("", "2019", "2020", "2020-02", "2020-12", "2020-02-01", "2020-02-29", "2021-01-01"))
    if stated:
        sort = {4: "gYear", 7: "gYearMonth", 10: "date"}[len(stated)]
        yield Quad(work, key("issued"), Literal(stated, datatype=NamedNode(XSD + sort)))
    for source in ("annals", "list"):
        if chance.random() < 0.5:
            yield Quad(work, key("listedIn"), thing(f"source/{source}"))
            cited = f"source/{source}" if chance.random() < 0.5 else "source/list/passage/1"
            yield Quad(work, key("evidence"), thing(cited))
    if chance.random() < 0.5:
        yield Quad(work, key("doi"), Literal("10.5/" + work.value[-3:]))
    if chance.random() < 0.5:
        yield Quad(work, key("summary"), Literal("Of tides."))
    elif chance.random() < 0.5:
        yield Quad(work, key("summaryBasis"), NamedNode(CONCEPTS + "summary-basis/written-for-this-graph"))
    for producer in chance.sample(("g0", "g1"), chance.choice((0, 0, 1, 2))):
        yield Quad(work, key("producedBy"), thing(f"person/{producer}"))


@pytest.fixture(scope="module", params=["invented", "center", "ipc"])
def graph(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "invented":
        return loaded(many_works(7, 400), folder)
    if request.param == "center":
        settings = make_center(folder)
    else:
        shutil.copytree(IPC, folder / "data")
        (folder / "ipcgraph.toml").write_text("", encoding="utf-8")
        settings = find_project(folder, environment={})
    return Graph(build(settings).folder)


def calls(name: str, graph: Graph) -> Iterator[dict[str, str]]:
    """Values for the parameters of a query: every source, type and year of the graph, and spans between its days."""
    names = [parameter.name for parameter in QUERIES[name].parameters]
    listing = [{}, *({"source": source} for source in graph.values(PREFIXES["ipcg"] + "listedIn"))]
    if "type" in names:
        kinds = graph.values(PREFIXES["ipcg"] + "workType")
        yield from ({"type": kind, **source} for kind in kinds for source in listing)
    elif "year" in names:
        years = {stated[:4] for stated in graph.values(PREFIXES["ipcg"] + "issued")} | {"1066"}
        yield from ({"year": year, **source} for year in sorted(years) for source in listing)
    elif "since" in names:
        days = [day for day in graph.values(PREFIXES["ipcg"] + "issuedNotBefore") if day > "0001"]
        yield from ({"since": one, "until": other} for one in days for other in days)
    else:
        yield from listing if "source" in names else [{}]


@pytest.mark.parametrize("name", QUERIES)
def test_columns_answer_as_sparql_does(name: str, graph: Graph):
    rows = 0
    for values in calls(name, graph):
        expected = run(QUERIES[name], graph.store, values)
        given_by = from_columns(name, graph, values)
        assert given_by == expected, values
        assert isinstance(expected, Table)
        rows += len(expected)
    assert rows or graph.columns.parent.name != "invented0"


def from_columns(name: str, graph: Graph, values: Mapping[str, str]) -> Table | None:
    """The answer that the columns give, however small the graph."""
    query = QUERIES[name]
    terms = {each.name: term_for(each, values.get(each.name, each.default or "")) for each in query.parameters}
    return answers.answer(name, graph.columns, graph.store, terms)


@pytest.mark.parametrize("seed", range(12))
def test_columns_answer_as_sparql_does_on_any_small_graph(seed: int, tmp_path: Path):
    graph = loaded(many_works(seed, 14), tmp_path)
    for name, query in QUERIES.items():
        for values in calls(name, graph):
            assert from_columns(name, graph, values) == run(query, graph.store, values), (name, values)


def test_every_answer_has_its_query_and_every_query_its_own():
    assert {query.columns for query in QUERIES.values()} == answers.NAMES == set(QUERIES)


# Which graphs are answered so.


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return loaded(many_works(3, answers.LARGE), tmp_path_factory.mktemp("large"))


def test_a_large_graph_is_answered_from_its_columns_with_the_same_bytes(large: Graph, monkeypatch: pytest.MonkeyPatch):
    query = QUERIES["coauthor-pairs"]
    expected = written_out(run(query, large.store, {"source": "source/list"}))
    asked: list[str] = []
    sparql = EmbeddedStore.query

    def overheard(store: EmbeddedStore, text: str) -> Answer:
        asked.append(text)
        return sparql(store, text)

    monkeypatch.setattr(EmbeddedStore, "query", overheard)
    found = run(query, large.store, {"source": "source/list"}, columns=large.columns)
    assert written_out(found) == expected
    assert not any("?coauthor" in text for text in asked)
    assert answers.is_large(large.columns)


def written_out(answer: object) -> dict[str, str]:
    found = {}
    for name in TABLE_FORMATS:
        if name != "xml":  # which cannot carry one of the names
            file = io.StringIO()
            assert isinstance(answer, Table)
            write_answer(answer, file, name)
            found[name] = file.getvalue()
    return found


def test_the_server_answers_with_the_same_bytes(large: Graph):
    query = QUERIES["works-in-year"]
    output = io.BytesIO()
    saved(
        Opened(),
        output,  # type: ignore[arg-type]  # a task asks no more of it than write
        store=str(large.columns.parent / STORE),
        query=dump_queries({query.name: query})[0],
        values={"year": "2020"},
        base=DEFAULT_BASE,
        file_format="tsv",
        media_type="text/tab-separated-values",
    )
    expected = written_out(run(query, large.store, {"year": "2020"}))["tsv"]
    assert output.getvalue().decode() == expected
    assert len(expected.splitlines()) > 1000


def test_a_small_graph_is_asked_by_sparql(graph: Graph):
    assert not answers.is_large(graph.columns)
    assert not answers.is_large(graph.columns / "nothing")


def test_a_query_that_does_not_say_so_is_asked_by_sparql(large: Graph, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(answers, "answer", lambda *_: pytest.fail("asked from columns"))
    query = QUERIES["work-counts-by-type"]._replace(columns="")
    assert len(run(query, large.store, {}, columns=large.columns)) == 3  # type: ignore[arg-type]  # a table


ODD = {
    "a class below Work": [Quad(thing("class/thesis"), NamedNode(RDFS + "subClassOf"), key("Work"))],
    "two labels of a type": [
        Quad(NamedNode(CONCEPTS + "work-type/article"), NamedNode(PREFIXES["skos"] + "prefLabel"), Literal("Aufsatz"))
    ],
    "a date before the calendar": [
        Quad(thing("work/w1"), key("issued"), Literal("0000", datatype=NamedNode(XSD + "gYear"))),
        Quad(thing("work/w1"), key("issuedNotBefore"), Literal("0000-01-01", datatype=NamedNode(XSD + "date"))),
    ],
}


@pytest.mark.parametrize("odd", ODD)
def test_what_columns_cannot_tell_is_left_to_sparql(odd: str, tmp_path: Path):
    plain = [quad for quad in many_works(5, 30) if quad.predicate != key("issued") or quad.subject != thing("work/w1")]
    graph = loaded([*plain, *ODD[odd]], tmp_path)
    found = {name: from_columns(name, graph, next(calls(name, graph))) for name in QUERIES}
    assert found["works"] is None
    for name, answer in found.items():
        assert answer in (None, run(QUERIES[name], graph.store, next(calls(name, graph)))), name


# Ids that are not there.


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("person/p7777", "did you mean person/p777"),
        ("person/silent-9", "person/silent-0"),
        ("Ångström", "did you mean person/"),
        ("work/w7", "there is no such Person"),
    ],
)
def test_near_misses_of_a_large_graph_are_found_without_comparing_every_name(
    value: str, said: str, large: Graph, monkeypatch: pytest.MonkeyPatch
):
    person_works = read_query(shipped_folder("queries") / "person-works.rq")
    monkeypatch.setattr(parameters, "_known", lambda *_: pytest.fail("every name is read"))
    with pytest.raises(UsageError) as caught:
        run(person_works, large.store, {"person": value}, columns=large.columns)
    assert said in str(caught.value)


# Headers, and what is compiled of them.


def test_a_project_cannot_say_that_columns_answer_its_query(tmp_path: Path):
    shipped = (shipped_folder("queries") / "people.rq").read_text(encoding="utf-8")
    (tmp_path / "people.rq").write_text(shipped, encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        read_query(tmp_path / "people.rq")
    assert "columns answer only queries that come with ipcgraph; leave this line out" in str(
        caught.value.report.errors[0]
    )


def test_compiled_queries_keep_their_columns():
    again = load_queries(dump_queries(QUERIES))
    assert {name: query.columns for name, query in again.items()} == {name: name for name in QUERIES}


# The order of texts.


@given(some.lists(some.text(some.characters(codec="utf-8"), max_size=20), max_size=30), some.integers(0, 12))
def test_texts_are_ranked_by_code_point(tmp_path_factory: pytest.TempPathFactory, texts: list[str], same: int):
    texts = [text if place % 2 else "Institute of"[:same] + text for place, text in enumerate(texts)]
    folder = tmp_path_factory.mktemp("texts")
    write_texts(texts, folder, "t")
    found = Texts.open(folder, "t").ranks(np.arange(len(texts))).tolist()
    assert found == [sorted(texts).index(text) for text in texts]


# On the command line.


def test_the_command_line_answers_from_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
):
    make_center(tmp_path)
    arguments = ["--project", str(tmp_path), "query", "coauthor-counts", "--format", "csv"]
    assert main(arguments) == 0
    expected = capsysbinary.readouterr().out
    asked: list[str] = []
    from_columns = answers.answer

    def overheard(name: str, columns: Path, store: EmbeddedStore, terms: Mapping[str, NamedNode | Literal]) -> object:
        asked.append(name)
        return from_columns(name, columns, store, terms)

    monkeypatch.setattr(answers, "LARGE", 1)
    monkeypatch.setattr(answers, "answer", overheard)
    assert main(arguments) == 0
    assert capsysbinary.readouterr().out == expected
    assert asked == ["coauthor-counts"]
    assert len(expected.splitlines()) > 2
