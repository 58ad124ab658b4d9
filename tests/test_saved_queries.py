"""The saved queries: each gives exactly its declared rows, whatever the records are called and wherever they stand.

The rows are in `expected/NAME.yaml`: `center` on the invented center, `ipc` on the data of the Industrial Performance Center. An
empty text stands for a cell without a value; `left_out` names things near the answer that must not be in it.

As a script this file writes docs/queries.md anew: `python tests/test_saved_queries.py`.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from ipcgraph.building import build, read_graph
from ipcgraph.headers import read_queries
from ipcgraph.manifest import STORE
from ipcgraph.queries import Query, bind, run
from ipcgraph.settings import Settings, find_project
from ipcgraph.shipped import shipped_folder
from ipcgraph.statements import term_text
from ipcgraph.store import Store
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.tables import Table
from ipcgraph.vocabulary import CONCEPTS, DEFAULT_BASE, PREFIXES, compact

HERE = Path(__file__).resolve().parent
CENTER = HERE / "center"
IPC = HERE.parent / "data" / "ipc"
PAGE = HERE.parent / "docs" / "queries.md"
QUERIES: Mapping[str, Query] = read_queries([shipped_folder("queries")])
COMPETENCY = {f"Q{number}" for number in range(1, 26)}
STATED_DATES = ("start", "end", "issued", "founded")


@dataclass(frozen=True)
class Case:
    """One run of a saved query with the rows that it must give, in order."""

    query: str
    columns: tuple[str, ...]
    parameters: Mapping[str, str]
    rows: tuple[tuple[str, ...], ...]
    left_out: tuple[str, ...]
    question: str
    sums: Mapping[str, str]

    def __str__(self) -> str:
        return " ".join([self.query, *self.parameters.values()])


def read_text_yaml(text: str) -> object:
    """YAML as a curator of records means it: every scalar is a text."""
    return yaml.load(text, yaml.BaseLoader)  # noqa: S506, which fears tags: this loader makes text, lists and mappings only


def read_cases(data: str) -> Iterator[Case]:
    for file in sorted((HERE / "expected").glob("*.yaml")):
        expected = read_text_yaml(file.read_text(encoding="utf-8"))
        assert isinstance(expected, dict)
        for case in expected.get(data, ()):
            yield Case(
                query=file.stem,
                columns=tuple(expected["columns"]),
                parameters=case.get("parameters", {}),
                rows=tuple(tuple(row) for row in case["rows"]),
                left_out=tuple(case.get("left_out", ())),
                question=case.get("question", ""),
                sums=case.get("sums", {}),
            )


ON_CENTER = tuple(read_cases("center"))
ON_IPC = tuple(read_cases("ipc"))


def built(root: Path, *, evidence: str = "optional") -> Store:
    """The store of a project folder, built as a user builds it."""
    (root / "ipcgraph.toml").write_text(f'evidence = "{evidence}"\n', encoding="utf-8")
    settings = find_project(root, environment={})
    return EmbeddedStore.open(build(settings).folder / STORE)


def plain(answer: object) -> tuple[tuple[str, ...], ...]:
    """The rows of an answer with short ids and plain text."""
    assert isinstance(answer, Table)
    return tuple(tuple(plain_cell(cell) for cell in row) for row in answer.rows)


def plain_cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, NamedNode):
        return compact(cell.value)
    assert isinstance(cell, Literal), f"{cell!r} is neither an IRI nor a literal"
    return cell.value


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    root = tmp_path_factory.mktemp("center")
    shutil.copytree(CENTER, root / "data")
    with built(root) as store:
        yield store


@pytest.fixture(scope="module")
def ipc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    root = tmp_path_factory.mktemp("ipc")
    shutil.copytree(IPC, root / "data")
    with built(root, evidence="required") as store:
        yield store


# What each query answers.


@pytest.mark.parametrize("case", ON_CENTER, ids=str)
def test_answer_on_the_invented_center(case: Case, center: Store):
    answer = run(QUERIES[case.query], center, case.parameters)
    assert isinstance(answer, Table)
    assert answer.columns == case.columns
    assert plain(answer) == case.rows
    assert not set(case.left_out) & {cell for row in case.rows for cell in row}


@pytest.mark.parametrize("case", ON_IPC, ids=str)
def test_answer_on_the_ipc_data(case: Case, ipc: Store):
    answer = run(QUERIES[case.query], ipc, case.parameters)
    assert isinstance(answer, Table)
    assert answer.columns == case.columns
    assert plain(answer) == case.rows
    assert not set(case.left_out) & {cell for row in case.rows for cell in row}
    for column, total in case.sums.items():
        assert sum(int(plain_cell(cell)) for cell in answer.column(column)) == int(total)


def test_every_competency_question_has_its_answer():
    answered = [case.question for case in ON_IPC if case.question]
    assert sorted(answered) == sorted(COMPETENCY)


def test_every_query_declares_rows_on_the_invented_center():
    assert {case.query for case in ON_CENTER} == set(QUERIES)
    assert len(QUERIES) >= 30
    assert [str(case) for case in (*ON_CENTER, *ON_IPC) if not case.rows] == []


def test_every_query_leaves_out_something_near():
    # Near means: the graph has it, or the query could have said it.
    known = {plain_cell(term) for quad in center_quads() for term in (quad.subject, quad.object)}
    for case in ON_CENTER:
        said = set(re.findall(r'"([^"]*)"', QUERIES[case.query].text))
        assert case.left_out, f"{case} leaves nothing out"
        assert set(case.left_out) <= known | said, f"{case} leaves out what is nowhere"


def center_quads() -> Iterator[Quad]:
    """What is stored of the invented center, the ontology with it."""
    graph = read_graph(Settings(HERE, data="center"))
    yield from (quad for quad, _ in (*graph.written, *graph.derived, *graph.ontology.statements))


def test_an_organization_that_is_no_partner_is_asked_about_as_well(tmp_path: Path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "reef.yaml").write_text(
        """\
- {id: organization/reef-society, type: Organization, name: Reef Society}
- id: center/reef
  type: Center
  name: Reef Centre
  partnerships:
    - {kind: grant, with: [organization/reef-society], start: 2001}
""",
        encoding="utf-8",
    )
    with built(tmp_path) as store:
        answer = run(QUERIES["partner-engagements"], store, {"partner": "organization/reef-society"})
    assert plain(answer) == (("center/reef", "Reef Centre", "grant", "2001", "", ""),)


def test_a_work_without_date_and_figures_has_no_row(center: Store):
    assert plain(run(QUERIES["work-figures"], center, {"work": "work/undated-notes-from-the-third-pier"})) == ()


# Whatever the records are called, and wherever they stand.


def written_anew(folder: Path, root: Path, *, order: int, renamed: Mapping[str, str]) -> None:
    """Copies the records of a folder in another order, in other files, and under other names."""
    records: list[object] = []
    for file in sorted(folder.glob("*.yaml")):
        content = read_text_yaml(file.read_text(encoding="utf-8"))
        assert isinstance(content, list)
        records += content
    records = [rename(record, renamed) for record in records]
    random.Random(order).shuffle(records)
    (root / "data" / "deeper").mkdir(parents=True)
    for number, name in enumerate(("z.yaml", "a.yaml", "deeper/m.yaml")):
        text = yaml.safe_dump(records[number::3], allow_unicode=True, sort_keys=False)
        (root / "data" / name).write_text(text, encoding="utf-8")


def other_names(folder: Path) -> dict[str, str]:
    """For each id of a record (`person/ada`), the id with its letters in reverse: it sorts elsewhere, and says nothing."""
    names = {}
    for file in folder.glob("*.yaml"):
        content = read_text_yaml(file.read_text(encoding="utf-8"))
        assert isinstance(content, list)
        for record in content:
            name = record.get("id", "")
            if name and "/claim/" not in name:
                kind, _, slug = name.rpartition("/")
                names[name] = f"{kind}/{slug[::-1]}"
    assert len(set(names.values())) == len(names)
    return names


def rename(value: object, names: Mapping[str, str]) -> object:
    """A record, row or text with other ids, also in evidence and in the names of nested records."""
    if isinstance(value, dict):
        return {key: rename(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(rename(item, names) for item in value)
    assert isinstance(value, str)
    cited, mark, lines = value.partition("#")
    if mark and f"source/{cited}" in names:
        return names[f"source/{cited}"].removeprefix("source/") + mark + lines
    for length in (3, 2):
        start = "/".join(value.split("/")[:length])
        if start in names:
            return names[start] + "/".join(["", *value.split("/")[length:]]).rstrip("/")
    return value


def rename_row(row: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    """A row of the answer with other ids; a composed name (`…/partnership/grant--kelp-foundation`) is renamed part by part."""
    slugs = {old.rpartition("/")[2]: new.rpartition("/")[2] for old, new in names.items()}
    cells = []
    for cell in row:
        renamed = str(rename(cell, names))
        if "--" in renamed and "/" in renamed:
            stem, _, last = renamed.rpartition("/")
            renamed = stem + "/" + "--".join(slugs.get(part, part) for part in last.split("--"))
        cells.append(renamed)
    return tuple(cells)


def test_the_order_of_records_changes_no_answer(tmp_path: Path):
    written_anew(CENTER, tmp_path, order=7, renamed={})
    with built(tmp_path) as store:
        for case in ON_CENTER:
            assert plain(run(QUERIES[case.query], store, case.parameters)) == case.rows, str(case)


def test_the_names_of_records_change_no_answer(tmp_path: Path):
    names = other_names(CENTER)
    written_anew(CENTER, tmp_path, order=8, renamed=names)
    with built(tmp_path) as store:
        for case in ON_CENTER:
            parameters = {key: str(rename(value, names)) for key, value in case.parameters.items()}
            answer = plain(run(QUERIES[case.query], store, parameters))
            # Only things of one name, or nameless ones, are sorted by their ids.
            assert sorted(answer) == sorted(rename_row(row, names) for row in case.rows), str(case)


# Any SPARQL 1.1 engine.


def test_rdflib_gives_the_same_answers():
    import rdflib

    triples = dict.fromkeys(quad.triple for quad in center_quads())
    text = serialize(triples, format=RdfFormat.N_TRIPLES)
    assert text
    graph = rdflib.Graph()
    graph.parse(data=text.decode(), format="nt")
    for case in ON_CENTER:
        answer = graph.query(bind(QUERIES[case.query], case.parameters))
        cells = [[binding.get(rdflib.Variable(column)) for column in case.columns] for binding in answer.bindings]
        rows = tuple(tuple("" if cell is None else compact(str(cell)) for cell in row) for row in cells)
        assert rows == case.rows, str(case)


# How the queries are written.


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_no_query_knows_an_instance(query: Query):
    text = source_text(query)
    assert DEFAULT_BASE not in text
    iris = re.findall(r"<([^<>\s]+:[^<>\s]+)>", text)
    assert iris
    assert [iri for iri in iris if not iri.startswith((CONCEPTS, *PREFIXES.values()))] == []
    for line in re.findall(r"^#\+ example: (.*)$", text, re.MULTILINE):
        assert "/" not in line


def test_no_query_speaks_of_the_ipc():
    graph = read_graph(Settings(HERE.parent, data="data/ipc"))
    labels = {PREFIXES["foaf"] + "name", PREFIXES["dcterms"] + "title", PREFIXES["ipcg"] + "acronym"}
    named = [
        (term_text(quad.subject), term_text(quad.object)) for quad, _ in graph.written if quad.predicate.value in labels
    ]
    surnames = {name.split()[-1] for thing, name in named if thing.startswith(DEFAULT_BASE + "person/")}
    words = surnames | {name for _, name in named}
    assert {"IPC", "MIT", "Armstrong", "Industrial Performance Center"} <= words
    for query in QUERIES.values():
        text = source_text(query)
        assert [word for word in words if re.search(rf"\b{re.escape(word)}\b", text)] == []


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_classes_are_asked_with_what_is_below_them(query: Query):
    assert re.findall(r"(?:\ba|rdf:type)\s+ipcg:\w+", query.text) == []


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_answers_are_whole_and_sorted(query: Query):
    assert re.search(r"\b(LIMIT|OFFSET)\b", query.text) is None
    assert re.search(r"\bORDER BY\b", query.text)


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_stated_dates_are_shown_and_never_compared(query: Query):
    stated = re.findall(rf"ipcg:(?:{'|'.join(STATED_DATES)})\s+\?(\w+)", query.text)
    weighed = " ".join(re.findall(r"(?:FILTER\(|BIND\(|ORDER BY|&&|\|\|)[^\n]*", query.text))
    assert [name for name in stated if re.search(rf"\?{name}\b", weighed)] == []


def source_text(query: Query) -> str:
    return (shipped_folder("queries") / f"{query.name}.rq").read_text(encoding="utf-8")


# The page that lists them.


def listing() -> str:
    """docs/queries.md: every query with its command and its parameters."""
    lines = [
        "# Saved queries",
        "",
        f"What can be asked of every graph: {len(QUERIES)} questions. Each is a file in `queries/`; `ipcgraph query NAME` runs it.",
        "[find](#find) looks a name up and gives the id to ask with; [people](#people), [works](#works), [initiatives](#initiatives),",
        "[organizations](#organizations), [topics](#topics), [places](#places) and [sources](#sources) list every id there is.",
        "[project.md](project.md#queries-of-your-own) tells how to write one of your own.",
        "",
        "| query | question | parameters |",
        "|---|---|---|",
    ]
    lines += [
        f"| [{q.name}](#{q.name}) | {q.title} | {' '.join(p.name for p in q.parameters)} |" for q in QUERIES.values()
    ]
    for query in QUERIES.values():
        calls = [f"{p.option} {p.placeholder}" for p in query.parameters]
        options = [c if p.default is None else f"[{c}]" for c, p in zip(calls, query.parameters, strict=True)]
        lines += ["", f"## {query.name}", "", f"**{query.title}.** {query.about}", ""]
        lines += ["```", " ".join(["ipcgraph query", query.name, *options]), "```"]
        lines += [""] * bool(query.parameters)
        lines += [f"- `{p.name}`: {p.about}" for p in query.parameters]
        lines += ["", "Of a large graph answered [from its columns](scale.md#asking)."] * bool(query.columns)
    return "\n".join(lines) + "\n"


def test_the_page_lists_every_query():
    assert PAGE.read_text(encoding="utf-8") == listing()


if __name__ == "__main__":
    PAGE.write_text(listing(), encoding="utf-8")
