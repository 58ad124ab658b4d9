"""The IPC data: each fact of the two texts is in the graph with its evidence, and nothing is that they do not say."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from pyoxigraph import NamedNode

from ipcgraph.building import Graph, check, read_graph
from ipcgraph.settings import Settings, find_project
from ipcgraph.statements import term_text
from ipcgraph.vocabulary import TYPE, compact, expand

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("IPCGRAPH_SHARED", ROOT.parent / "shared"))
SOURCES = {
    "publications": SHARED / "sources" / "000_51e0e73174efd32c.txt",
    "overview": SHARED / "sources" / "001_382d86a80c36f9a3.txt",
}
needs_sources = pytest.mark.skipif(not SOURCES["overview"].is_file(), reason="the source texts are not here")

NEEDS_NO_EVIDENCE = ("Topic", "Place")
REGISTER = "source/ror-records"
PRINTED = (
    "name",
    "title",
    "prefLabel",
    "acronym",
    "alternateName",
    "statedTitle",
    "statedDuration",
    "asStated",
    "countOf",
)
DESCRIPTIVE = frozenset({
    "Manufacturing in response to the COVID-19 pandemic",
    "Improving the capabilities of the US manufacturing workforce",
    "Automation in the healthcare industry",
    "Global research network (Work of the Future)",
    "Collaborative innovation networks in Brazil",
    "Advisory board of the Work of the Future Task Force",
    "Final report of the Work of the Future Task Force",
})  # fmt: skip
"""The names and titles that are ours, since the sources describe these things without naming them."""


def read_list(name: str) -> list[dict]:
    text = (Path(__file__).parent / "ipc" / name).read_text(encoding="utf-8")
    records = yaml.load(text, yaml.BaseLoader)  # noqa: S506, which fears tags: this loader makes text, lists and mappings only
    assert isinstance(records, list)
    return records


FACTS = read_list("facts.yaml")
NOT_STATED = read_list("not-stated.yaml")


@dataclass(frozen=True)
class Lines:
    """Some lines of one of the two texts."""

    source: str
    first: int
    last: int

    @classmethod
    def read(cls, text: str) -> Lines:
        match = re.fullmatch(r"(publications|overview)#L(\d+)(?:-L(\d+))?", text)
        assert match, text
        return cls(match[1], int(match[2]), int(match[3] or match[2]))

    def covers(self, other: Lines) -> bool:
        return self.source == other.source and self.first <= other.first and other.last <= self.last

    def text(self) -> str:
        lines = SOURCES[self.source].read_text(encoding="utf-8").split("\n")
        return "\n".join(lines[self.first - 1 : self.last])


@dataclass(frozen=True)
class Said:
    """One statement that a fact is mapped to: of a summary, `value` is a part."""

    subject: str
    key: str
    value: str
    lines: tuple[Lines, ...]


def as_list(value: object) -> list:
    return value if isinstance(value, list) else [value]


def said_by(fact: dict) -> Iterator[Said]:
    for state in fact.get("states", ()):
        lines = tuple(Lines.read(text) for text in as_list(state.get("at", fact.get("at", []))))
        assert lines, f"fact {fact['fact']} names no lines"
        for key, value in state.items():
            if key not in {"subject", "at"}:
                yield from (Said(state["subject"], key, one, lines) for one in as_list(value))


@pytest.fixture(scope="module")
def settings() -> Settings:
    return find_project(ROOT)


@pytest.fixture(scope="module")
def graph(settings: Settings) -> Graph:
    return read_graph(settings)


def iri_of(graph: Graph, key: str) -> str:
    if key == "type":
        return TYPE.value
    return graph.ontology.properties[key].iri if key in graph.ontology.properties else expand(key).value


def as_stored(graph: Graph, settings: Settings, key: str, value: str) -> str:
    """A value of a key as the text of the term that the graph has for it."""
    if key == "type":
        return graph.ontology.classes[value]
    prop = graph.ontology.properties[key]
    if prop.kind == "concept":
        return graph.ontology.concepts[prop.scheme][value]
    return settings.base + value if prop.kind == "reference" else value


def evidence_of(graph: Graph, settings: Settings, subject: str, path: str, value: str) -> set[str]:
    """The IRIs of what a statement rests on: the evidence of its Claims and that of its subject, or of its work."""
    written = graph.written
    rdf_subject, rdf_predicate, rdf_object = (iri_of(graph, key) for key in ("subject", "predicate", "object"))
    evidence = iri_of(graph, "evidence")
    found = set(written.texts(subject, evidence))
    for quad, _ in written.naming(NamedNode(subject)):
        holder = term_text(quad.subject)
        if quad.predicate.value == iri_of(graph, "hasAuthorship"):
            found.update(written.texts(holder, evidence))
        if (
            quad.predicate.value == rdf_subject
            and written.texts(holder, rdf_predicate) == (path,)
            and written.texts(holder, rdf_object) == (value,)
        ):
            found.update(written.texts(holder, evidence))
    return found


def passages(graph: Graph, settings: Settings, iris: set[str]) -> list[Lines]:
    """The lines of those of these IRIs that are passages."""
    found = []
    for iri in iris:
        source = graph.written.texts(iri, iri_of(graph, "source"))
        if source:
            (first,) = graph.written.texts(iri, iri_of(graph, "firstLine"))
            (last,) = graph.written.texts(iri, iri_of(graph, "lastLine"))
            found.append(Lines(source[0].rpartition("/")[2], int(first), int(last)))
    return found


def class_name(graph: Graph, subject: str) -> str:
    (iri,) = graph.written.classes(subject)
    return iri.rpartition("#")[2].rpartition("/")[2]


# The facts are in the graph.


def test_every_fact_is_mapped_once_or_left_out_for_a_reason():
    assert [int(fact["fact"]) for fact in FACTS] == list(range(1, 110))
    assert [fact["fact"] for fact in FACTS if not fact.get("states") and not fact.get("omitted")] == []
    assert [fact["fact"] for fact in FACTS if "states" not in fact] == ["109"]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact['fact']}: {fact['about']}")
def test_fact_is_in_the_graph_and_its_evidence_covers_its_lines(fact: dict, graph: Graph, settings: Settings):
    for said in said_by(fact):
        subject, path = settings.base + said.subject, iri_of(graph, said.key)
        stored = graph.written.texts(subject, path)
        if said.key == "summary":
            assert len(stored) == 1, said
            assert said.value in stored[0]
            value = stored[0]
        else:
            value = as_stored(graph, settings, said.key, said.value)
            assert value in stored, said
        if class_name(graph, subject) in NEEDS_NO_EVIDENCE:
            continue
        cited = passages(graph, settings, evidence_of(graph, settings, subject, path, value))
        uncovered = [lines for lines in said.lines if not any(passage.covers(lines) for passage in cited)]
        assert uncovered == [], said


@needs_sources
def test_names_titles_and_amounts_stand_as_printed():
    printed = [
        said for fact in FACTS for said in said_by(fact) if said.key in PRINTED and said.value not in DESCRIPTIVE
    ]
    assert len(printed) > 50
    for said in printed:
        for lines in said.lines:
            assert said.value in lines.text(), said


# Nothing else is in the graph.


def test_graph_states_nothing_that_no_fact_holds(graph: Graph, settings: Settings):
    mapped = {
        (said.subject, said.key, "" if said.key == "summary" else as_stored(graph, settings, said.key, said.value))
        for fact in FACTS
        for said in said_by(fact)
    }
    keys = {prop.iri: key for key, prop in graph.ontology.properties.items()}
    unheld = []
    for quad, place in graph.written:
        subject, value = term_text(quad.subject), term_text(quad.object)
        if quad.predicate == TYPE or class_name(graph, subject) in {"Source", "Passage", "Claim"}:
            continue
        key = keys[quad.predicate.value]
        if key in {"evidence", "summaryBasis"}:
            continue
        if evidence_of(graph, settings, subject, quad.predicate.value, value) >= {settings.base + REGISTER}:
            continue
        if (compact(subject, base=settings.base), key, "" if key == "summary" else value) not in mapped:
            unheld.append(f"{place} {key} {value}")
    assert unheld == []


def test_only_identifiers_rest_on_the_register(graph: Graph, settings: Settings):
    register = NamedNode(settings.base + REGISTER)
    claims = [term_text(quad.subject) for quad, _ in graph.written.naming(register)]
    predicates = {path for claim in claims for path in graph.written.texts(claim, iri_of(graph, "predicate"))}
    assert predicates == {iri_of(graph, key) for key in ("ror", "isni", "wikidata")}


def fits(graph: Graph, settings: Settings, pattern: dict[str, str]) -> list[str]:
    """The statements, written or derived, that a pattern of not-stated.yaml fits."""
    assert pattern
    assert pattern.keys() <= {"subject", "class", "property", "value"}
    found = []
    for quad, place in (*graph.written, *graph.derived):
        if "subject" in pattern and term_text(quad.subject) != settings.base + pattern["subject"]:
            continue
        if "class" in pattern and class_name(graph, term_text(quad.subject)) != pattern["class"]:
            continue
        if "property" in pattern and quad.predicate.value != iri_of(graph, pattern["property"]):
            continue
        if "value" in pattern and term_text(quad.object) not in {pattern["value"], settings.base + pattern["value"]}:
            continue
        found.append(f"{place} {quad}")
    return found


@pytest.mark.parametrize("entry", NOT_STATED, ids=lambda entry: entry["what"])
def test_what_neither_text_says_is_not_in_the_graph(entry: dict, graph: Graph, settings: Settings):
    for pattern in entry["never"]:
        assert fits(graph, settings, pattern) == []
        # A misspelt pattern would fit nothing either: what it names must exist.
        if len(pattern) > 1 and "subject" in pattern:
            assert settings.base + pattern["subject"] in graph.written
        if "class" in pattern:
            assert fits(graph, settings, {"class": pattern["class"]})
        if "property" in pattern and ":" not in pattern["property"]:
            assert pattern["property"] in graph.ontology.properties


def test_pattern_of_what_is_stated_fits(graph: Graph, settings: Settings):
    assert len(fits(graph, settings, {"subject": "center/ipc", "property": "founded", "value": "1991"})) == 1
    assert len(fits(graph, settings, {"class": "Initiative", "property": "partOf", "value": "center/ipc"})) == 3


# Figures.


def subjects_of(graph: Graph, name: str) -> list[str]:
    return sorted(
        {term_text(quad.subject) for quad, _ in graph.written.naming(NamedNode(graph.ontology.classes[name]))}
    )


def test_numbers_of_things(graph: Graph):
    figures = {
        "Center": 1,
        "Person": 11,
        "Partner": 8,
        "Initiative": 8,
        "Commission": 3,
        "Topic": 3,
        "Place": 3,
        "Work": 12,
    }
    assert {name: len(subjects_of(graph, name)) for name in figures} == figures


def test_fifteen_roles_beside_two_listed_contacts(graph: Graph):
    contact = graph.ontology.concepts["role-type"]["listed-contact"]
    types = [graph.written.texts(role, iri_of(graph, "roleType")) for role in subjects_of(graph, "Role")]
    assert len(types) == 17
    assert types.count((contact,)) == 2


def test_only_the_interim_role_is_dated(graph: Graph, settings: Settings):
    dated = [role for role in subjects_of(graph, "Role") if graph.written.texts(role, iri_of(graph, "start"))]
    assert dated == [settings.base + "role/ben-armstrong--interim-executive-director--ipc--2021-04-01"]


def test_ten_listed_works_with_seventeen_authorships(graph: Graph):
    listed = [work for work in subjects_of(graph, "Work") if graph.written.texts(work, iri_of(graph, "listedIn"))]
    authorships = [node for work in listed for node in graph.written.texts(work, iri_of(graph, "hasAuthorship"))]
    assert (len(listed), len(authorships), len(set(authorships))) == (10, 17, 17)
    assert len(subjects_of(graph, "Authorship")) == 17


# How it is written.


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower())


def runs_of(text: str, length: int) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


@needs_sources
def test_summaries_are_in_our_own_words(graph: Graph):
    sources = set().union(*(runs_of(path.read_text(encoding="utf-8"), 7) for path in SOURCES.values()))
    summaries = [
        (term_text(quad.subject), term_text(quad.object))
        for quad, _ in graph.written
        if quad.predicate.value == iri_of(graph, "summary")
    ]
    assert len(summaries) > 20
    copied = {(subject, " ".join(run)) for subject, text in summaries for run in runs_of(text, 7) & sources}
    assert copied == set()


def test_a_person_is_written_in_one_place(graph: Graph):
    for name in ("Person", "Work", "Role"):
        for subject in subjects_of(graph, name):
            assert len({place.path for quad, place in graph.written.about(subject)}) == 1, subject


@needs_sources
def test_data_has_no_finding_and_the_cited_lines_are_as_they_were(settings: Settings):
    assert list(check(settings, sources=SHARED / "sources")) == []
