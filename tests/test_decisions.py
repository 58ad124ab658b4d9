"""Decisions: two ids that mean one thing, or one that means two, and a build that follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcgraph.building import build, read_graph
from ipcgraph.decisions import Decision, decision_text, read_decisions, write_decisions
from ipcgraph.errors import FindingsError, UsageError
from ipcgraph.manifest import STORE
from ipcgraph.settings import Settings, find_project
from ipcgraph.store.embedded import EmbeddedStore

RECORDS = """\
- {id: source/list, type: Source, title: A list}
- {id: person/ada-lovelace, type: Person, name: Ada Lovelace, evidence: source/list}
- {id: person/a-lovelace, type: Person, name: A. Lovelace, orcid: 0000-0002-1825-0097, evidence: source/list}
- {id: person/mary-somerville, type: Person, name: Mary Somerville, evidence: source/list}
- id: work/1843-notes
  type: Work
  title: Notes
  workType: article
  issued: 1843
  authors: [person/ada-lovelace]
  evidence: source/list
- id: work/1844-letters
  type: Work
  title: Letters
  workType: article
  issued: 1844
  authors: [person/a-lovelace, person/mary-somerville]
  evidence: source/list
- id: work/1843-notes-preprint
  type: Work
  title: Notes on the engine
  workType: working-paper
  issued: 1842
  doi: 10.1000/notes
  authors: [person/ada-lovelace]
  evidence: source/list
"""
SAME = Decision(
    "person/ada-lovelace", "person/a-lovelace", "same", (), "Grace Hopper", "2026-05-31", "0.97", ("wrote",)
)
LED = "PREFIX ipcg: <https://w3id.org/ipcgraph/ns#> SELECT ?work WHERE { ?work ipcg:creator $who } ORDER BY ?work"


@pytest.fixture
def project(tmp_path: Path) -> Settings:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "all.yaml").write_text(RECORDS, encoding="utf-8")
    (tmp_path / "ipcgraph.toml").write_text('name = "Engine"\n', encoding="utf-8")
    return find_project(tmp_path)


def dump(settings: Settings) -> list[str]:
    with EmbeddedStore.open(build(settings).folder / STORE) as store:
        return sorted(map(str, store.dump()))


def statements(settings: Settings) -> set[str]:
    return {str(quad.triple).replace(settings.base, "") for quad, _ in read_graph(settings).written}


def works_of(settings: Settings, person: str) -> list[str]:
    with EmbeddedStore.open(build(settings).folder / STORE) as store:
        answer = store.query(LED.replace("$who", f"<{settings.base}{person}>"))
    return [str(cell).rpartition("/")[2][:-1] for (cell,) in answer.rows]  # type: ignore[union-attr]


def test_what_is_the_same_is_one_and_undone_is_what_it_was(project: Settings) -> None:
    before = dump(project)
    assert works_of(project, "person/ada-lovelace") == ["1843-notes", "1843-notes-preprint"]
    write_decisions(project.decisions_file, [SAME])
    assert works_of(project, "person/ada-lovelace") == ["1843-notes", "1843-notes-preprint", "1844-letters"]
    said = statements(project)
    assert '<person/ada-lovelace> <https://w3id.org/ipcgraph/ns#alternateName> "A. Lovelace"' in said
    assert '<person/ada-lovelace> <https://w3id.org/ipcgraph/ns#orcid> "0000-0002-1825-0097"' in said
    assert "<person/a-lovelace> <http://purl.org/dc/terms/isReplacedBy> <person/ada-lovelace>" in said
    assert not [line for line in said if line.startswith("<person/a-lovelace> <http://xmlns.com/foaf")]
    write_decisions(project.decisions_file, [], without=[SAME])
    assert not project.decisions_file.exists()
    assert dump(project) == before


def test_a_work_that_is_another_keeps_its_own_authors_and_says_what_differs(project: Settings) -> None:
    same = SAME._replace(one="work/1843-notes", other="work/1843-notes-preprint")
    write_decisions(project.decisions_file, [same])
    said = statements(project)
    assert '<work/1843-notes> <https://w3id.org/ipcgraph/ns#doi> "10.1000/notes"' in said
    assert '<work/1843-notes> <https://w3id.org/ipcgraph/ns#alternateName> "Notes on the engine"' in said
    assert not [line for line in said if "1843-notes-preprint/authorship" in line]
    found = [str(finding) for finding in read_graph(project).findings]
    assert len(found) == 2
    assert (
        "data/all.yaml:22:13: warning: work/1843-notes-preprint and work/1843-notes are one, but differ in" in found[0]
    )
    assert build(project).changed


def test_works_of_one_person_go_to_another(project: Settings) -> None:
    parted = SAME._replace(
        one="person/mary-somerville",
        other="person/mary-somerville-2",
        verdict="different",
        works=("work/1844-letters",),
    )
    write_decisions(project.decisions_file, [parted])
    assert works_of(project, "person/mary-somerville") == []
    assert works_of(project, "person/mary-somerville-2") == ["1844-letters"]
    assert '<person/mary-somerville-2> <http://xmlns.com/foaf/0.1/name> "Mary Somerville"' in statements(project)


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (SAME._replace(other="person/a-lovelance"), 'no record with the id person/a-lovelance; did you mean "person/a'),
        (SAME._replace(one="person/mary-somerville"), "person/mary-somerville is two authors of work/1844-letters"),
        (SAME._replace(other="work/1843-notes"), "a decision is about two persons, two works or two organizations"),
        (SAME._replace(other=SAME.one), "with two different ids of one kind"),
        (SAME._replace(verdict="perhaps"), '"perhaps" is no verdict; write same, different or open'),  # type: ignore[arg-type]
        (SAME._replace(by=""), "a decision says who took it and when"),
        (SAME._replace(date="yesterday"), "a name and a day such as 2026-05-31"),
        (SAME._replace(works=("work/1844-letters",)), "works are parted between two persons that are different"),
    ],
)
def test_a_decision_that_cannot_be_followed_is_an_error_at_its_line(
    project: Settings, decision: Decision, message: str
) -> None:
    project.decisions_file.write_text("# By hand.\n\n" + decision_text(decision), encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        build(project)
    (finding,) = caught.value.report.errors
    assert message in str(finding)
    assert finding.place.path == "decisions.yaml" or "two authors" in message


def test_the_same_and_different_cannot_both_be(project: Settings) -> None:
    other = "person/mary-somerville"
    chain = [
        SAME._replace(one="person/ada-lovelace", other=other),
        Decision("person/ada-lovelace", other, "different", ("work/1843-notes",), "Grace", "2026-05-31"),
    ]
    project.decisions_file.write_text("".join(map(decision_text, chain)), encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        build(project)
    assert "are different here, and the same by other decisions" in str(caught.value.report.errors[0])


def test_an_unknown_key_is_named_with_the_right_one(tmp_path: Path) -> None:
    file = tmp_path / "decisions.yaml"
    file.write_text("- {one: person/a, othr: person/b, verdict: open}\n", encoding="utf-8")
    decisions, findings = read_decisions(file)
    assert not decisions
    assert str(findings[0]) == 'decisions.yaml:1:19: error: a decision has no key "othr"; did you mean "other"?'
    with pytest.raises(UsageError, match="nothing was written"):
        write_decisions(file, [SAME])


def test_writing_replaces_in_place_and_keeps_what_people_wrote(tmp_path: Path) -> None:
    file = tmp_path / "decisions.yaml"
    questions = [SAME._replace(other=f"person/a-{n}", verdict="open", by="", date="") for n in range(3)]
    write_decisions(file, questions)
    text = file.read_text(encoding="utf-8")
    noted = text.replace(
        "- one: person/ada-lovelace\n  other: person/a-1",
        "# Asked her.\n- one: person/ada-lovelace\n  other: person/a-1",
    )
    file.write_text(noted, encoding="utf-8")
    write_decisions(file, [questions[2]._replace(verdict="same", by="G", date="2026-05-31")])
    assert "# Asked her." in file.read_text(encoding="utf-8")
    assert [decision.verdict for decision in read_decisions(file)[0]] == ["open", "open", "same"]
    write_decisions(file, [questions[2]])
    assert file.read_text(encoding="utf-8") == noted
    read = read_decisions(file)[0]
    assert [each._replace(place=SAME.place) for each in read] == questions


def test_writing_keeps_line_ends_and_the_comments_after_a_decision(tmp_path: Path) -> None:
    file = tmp_path / "decisions.yaml"
    question = SAME._replace(verdict="open", by="", date="")
    text = f"# Mine.\n{decision_text(question).rstrip()}\n# The end.\n".replace("\n", "\r\n")
    file.write_bytes(text.encode())
    write_decisions(file, [SAME])
    written = file.read_bytes()
    assert written.endswith(b"# The end.\r\n")
    assert written.count(b"\n") == written.count(b"\r\n") == text.count("\n") + 2
    write_decisions(file, [question])
    assert file.read_bytes() == text.encode()


def test_decisions_on_one_line_are_not_changed_in_parts(tmp_path: Path) -> None:
    file = tmp_path / "decisions.yaml"
    text = (
        "[{one: person/ada-lovelace, other: person/a-lovelace, verdict: open}, "
        "{one: person/ada-lovelace, other: person/mary-somerville, verdict: open}]\n"
    )
    file.write_text(text, encoding="utf-8")
    assert len(read_decisions(file)[0]) == 2
    with pytest.raises(UsageError, match="write each decision on lines of its own"):
        write_decisions(file, [SAME])
    assert file.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (SAME._replace(date="2026-13-40"), "a decision says who took it and when"),
        (SAME._replace(by=" "), "a decision says who took it and when"),
        (SAME._replace(score="high"), '"high" is no score'),
        (SAME._replace(score="7"), '"7" is no score'),
    ],
)
def test_a_day_and_a_score_are_what_they_are(tmp_path: Path, changed: Decision, message: str) -> None:
    file = tmp_path / "decisions.yaml"
    file.write_text(decision_text(changed), encoding="utf-8")
    decisions, findings = read_decisions(file)
    assert not decisions
    assert [message in finding.message for finding in findings] == [True]
