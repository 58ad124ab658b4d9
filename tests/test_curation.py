"""Import as a curator meets it: six formats about the same people, a review, a second run, questions, fetching."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from ipcgraph import cli, curation
from ipcgraph.building import build
from ipcgraph.decisions import read_decisions
from ipcgraph.errors import FindingsError, StoreError, UsageError
from ipcgraph.imports.fetching import fetch
from ipcgraph.imports.plan import Plan
from ipcgraph.manifest import STORE
from ipcgraph.settings import Settings, find_project
from ipcgraph.store.embedded import EmbeddedStore

RECORDS = """\
- {id: source/list, type: Source, title: The list of the institute}
- {id: person/ines-tavares, type: Person, name: Inês Tavares, orcid: 0000-0002-1825-0097, evidence: source/list}
- {id: person/jonas-brandt, type: Person, name: Jonas Brandt, evidence: source/list}
- id: work/2019-tides-of-the-northern-harbours
  type: Work
  title: Tides of the northern harbours
  workType: article
  issued: 2019
  authors: [person/ines-tavares, person/jonas-brandt]
  evidence: source/list
"""
BIBTEX = """\
@article{tb19, title={Tides of the Northern Harbours}, author={Tavares, In{\\^e}s and Brandt, Jonas}, year={2019},
  doi={10.1000/tides}, journal={Journal of Harbours}}
@article{tb20, title={Salt marshes as archives of storms}, author={Tavares, I. and Brandt, Jonas and Okoye, Chidi},
  year={2020}, doi={10.1000/marshes}}
"""
RIS = """\
TY  - JOUR
TI  - Storm records in salt marshes of the north
AU  - Brandt, J.
AU  - Okoye, Chidi
PY  - 2021
DO  - 10.1000/records
ER  -
"""
CSL = [
    {
        "id": "c1", "type": "report", "title": "Harbour cities and their storms", "DOI": "10.1000/cities",
        "issued": {"date-parts": [[2022, 5]]},
        "author": [{"family": "Okoye", "given": "Chidi"}, {"family": "Tavares", "given": "Inês"}],
    }
]  # fmt: skip
CROSSREF = {
    "message": {
        "DOI": "10.1000/gauges", "type": "journal-article", "title": ["Gauges of storms in harbour cities"],
        "is-referenced-by-count": 0, "issued": {"date-parts": [[2023]]},
        "author": [
            {"family": "Tavares", "given": "Ines", "ORCID": "https://orcid.org/0000-0002-1825-0097", "sequence": "first"},
            {"family": "Brandt", "given": "Jonas", "sequence": "additional"},
        ],
    }
}  # fmt: skip
OPENALEX = {
    "id": "https://openalex.org/W100", "doi": "https://doi.org/10.1000/salt", "title": "Salt marshes and storms",
    "display_name": "Salt marshes and storms", "publication_year": 2024, "publication_date": "2024-02-03",
    "type": "article",
    "authorships": [
        {"author_position": "first", "raw_author_name": "Chidi Okoye", "institutions": [],
         "author": {"id": "https://openalex.org/A7", "display_name": "Chidi Okoye", "orcid": None}},
        {"author_position": "last", "raw_author_name": "Jonas Brandt", "institutions": [],
         "author": {"id": "https://openalex.org/A8", "display_name": "Jonas Brandt", "orcid": None}},
    ],
}  # fmt: skip
CSV = "Title,Year,Authors\nStorms of the northern harbours,2018,Tavares Ines; Jonas Brandt\n"


@pytest.fixture
def project(tmp_path: Path) -> Settings:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "all.yaml").write_text(RECORDS, encoding="utf-8")
    (tmp_path / "ipcgraph.toml").write_text('name = "Harbours"\n', encoding="utf-8")
    return find_project(tmp_path)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "a.bib").write_text(BIBTEX, encoding="utf-8")
    (folder / "b.ris").write_text(RIS, encoding="utf-8")
    (folder / "c.json").write_text(json.dumps(CSL), encoding="utf-8")
    (folder / "d.json").write_text(json.dumps(CROSSREF), encoding="utf-8")
    (folder / "e.jsonl").write_text(json.dumps(OPENALEX) + "\n", encoding="utf-8")
    (folder / "f.csv").write_text(CSV, encoding="utf-8")
    return folder


def persons(settings: Settings) -> dict[str, int]:
    """The persons of the graph, as it is decided, with the number of their works."""
    text = """PREFIX ipcg: <https://w3id.org/ipcgraph/ns#> PREFIX foaf: <http://xmlns.com/foaf/0.1/>
    SELECT ?name (COUNT(DISTINCT ?work) AS ?works) WHERE { ?person a ipcg:Person ; foaf:name ?name .
      OPTIONAL { ?work ipcg:creator ?person } } GROUP BY ?person ?name ORDER BY ?person"""
    with EmbeddedStore.open(build(settings).folder / STORE) as store:
        answer = store.query(text)
    return {row[0].value: int(row[1].value) for row in answer.rows}  # type: ignore[union-attr]


def test_six_formats_about_the_same_people_become_one_node_a_person(project: Settings, mixed: Path) -> None:
    done = curation.import_files([mixed], project, write=True)
    plan = done.plan
    assert sum(plan.read.values()) == 7
    assert [match.id for match in plan.matches] == ["work/2019-tides-of-the-northern-harbours"]
    for question in curation.questions(project):
        curation.decide(project, question.decision.one, question.decision.other, "same", by="Grace Hopper")
    found = persons(project)
    assert found == {"Chidi Okoye": 4, "Inês Tavares": 5, "Jonas Brandt": 6}
    # Every record that went in can be found.
    with EmbeddedStore.open(build(project).folder / STORE) as store:
        text = " ".join(map(str, store.dump()))
    for doi in ("tides", "marshes", "records", "cities", "gauges", "salt"):
        assert f'"10.1000/{doi}"' in text
    assert "Storms of the northern harbours" in text


def test_nothing_is_written_without_yes_and_a_second_run_adds_nothing(
    project: Settings, mixed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(project.root.rglob("*.yaml"))
    assert cli.main(["--project", str(project.root), "import", str(mixed)]) == 0
    told = capsys.readouterr()
    assert sorted(project.root.rglob("*.yaml")) == before
    assert "nothing is written yet; add --yes" in told.err
    assert "+ work/2020-salt-marshes-as-archives-of-storms" in told.out
    assert "~ work/2019-tides-of-the-northern-harbours" in told.out
    assert "doi: 10.1000/tides" in told.out
    assert "= work/2019-tides-of-the-northern-harbours" in told.out
    assert "by title, year and authors" in told.out
    assert "container (1)" in told.out
    assert cli.main(["--project", str(project.root), "import", "--yes", str(mixed)]) == 0
    written = {path: path.read_bytes() for path in project.root.rglob("*.yaml")}
    capsys.readouterr()
    assert cli.main(["--project", str(project.root), "import", "--yes", str(mixed)]) == 0
    assert "nothing to write" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in project.root.rglob("*.yaml")} == written


def planned(settings: Settings, tmp_path: Path, bibtex: str) -> Plan:
    file = tmp_path / "given.bib"
    file.write_text(bibtex, encoding="utf-8")
    return curation.import_files([file], settings).plan


def test_a_curators_value_stays_and_the_difference_is_told_with_both_sources(project: Settings, tmp_path: Path) -> None:
    plan = planned(
        project, tmp_path,
        "@report{x, title={Tides of the northern harbours}, author={Tavares, Inês and Brandt, Jonas and Okoye, Chidi},"
        " year={2019}, doi={10.1000/tides}}\n",
    )  # fmt: skip
    assert [match.how for match in plan.matches] == []
    (asked,) = [decision for decision in plan.decisions if decision.one.startswith("work/")]
    assert asked.verdict == "open"
    assert asked.why[0] == "the titles agree"
    build(project)
    (project.data_folder / "doi.yaml").write_text(
        "- {id: c/claim/doi, type: Claim}\n".replace("c/claim", "work/2019-tides-of-the-northern-harbours/claim").replace(
            "}", ", subject: work/2019-tides-of-the-northern-harbours, predicate: doi, object: 10.1000/tides, "
            "basis: stated, evidence: source/list}"
        ),
        encoding="utf-8",
    )  # fmt: skip
    plan = planned(
        project, tmp_path,
        "@report{x, title={Tides in harbours}, author={Tavares, Inês}, year={2020}, doi={10.1000/tides}}\n",
    )  # fmt: skip
    assert plan.is_empty
    told = [str(finding) for finding in plan.findings]
    assert len(told) == 4
    assert (
        "given.bib:1:1: warning: work/2019-tides-of-the-northern-harbours has the issued '2019' here (source/list)"
        in (told[1])
    )
    assert "and '2020' in this file; ours stays" in told[1]


@pytest.mark.parametrize(
    ("author", "why"),
    [
        ("Tavares, I.", "initials alone"),
        ("Tavares, Inês", "a name alone"),
        ("Brandt, J.", "initials alone"),
        ("Tavares, Isabel", "another given name"),
    ],
)
def test_nobody_is_merged_on_a_name_or_on_initials_alone(
    project: Settings, tmp_path: Path, author: str, why: str
) -> None:
    plan = planned(project, tmp_path, f"@article{{x, title={{Poems}}, author={{{author}}}, year={{1999}}}}\n")
    assert [decision for decision in plan.decisions if decision.verdict == "same"] == [], why
    assert [draft.id for draft in plan.drafts if draft.record["type"] == "Person"] != []


def test_authors_of_one_work_stay_two_whatever_they_are_called(project: Settings, tmp_path: Path) -> None:
    plan = planned(
        project, tmp_path, "@article{x, title={Twins}, author={Brandt, Jonas and Brandt, Jonas}, year={2019}}\n"
    )
    added = [draft.id for draft in plan.drafts if draft.record["type"] == "Person"]
    assert added == ["person/jonas-brandt-2", "person/jonas-brandt-3"]


def test_an_orcid_is_certain_and_another_orcid_keeps_apart(project: Settings, tmp_path: Path) -> None:
    works = [
        CROSSREF["message"],
        {**CROSSREF["message"], "DOI": "10.1000/other", "title": ["Other gauges of harbour cities"], "author": [
            {"family": "Tavares", "given": "Inês", "ORCID": "https://orcid.org/0000-0001-5109-3700"},
            {"family": "Brandt", "given": "Jonas"}]},
    ]  # fmt: skip
    file = tmp_path / "given.json"
    file.write_text(json.dumps({"message": {"items": works}}), encoding="utf-8")
    plan = curation.import_files([file], project).plan
    authors = {draft.id: draft.record["authors"] for draft in plan.drafts if draft.record["type"] == "Work"}
    assert authors["work/2023-gauges-of-storms-in-harbour-cities"][0] == {  # type: ignore[index]
        "person": "person/ines-tavares", "nameAsListed": "Ines Tavares",
    }  # fmt: skip
    other = authors["work/2023-other-gauges-of-harbour-cities"][0]  # type: ignore[index]
    assert other == "person/ines-tavares-2"
    assert not [each for each in plan.decisions if "person/ines-tavares-2" in {each.one, each.other}]


def test_what_would_be_an_error_in_the_project_leaves_nothing_behind(project: Settings, tmp_path: Path) -> None:
    (project.data_folder / "wrong.yaml").write_text("- {id: person/x, type: Person}\n", encoding="utf-8")
    file = tmp_path / "given.bib"
    file.write_text(BIBTEX, encoding="utf-8")
    with pytest.raises(FindingsError):
        curation.import_files([file], project, write=True)
    assert not (project.data_folder / "imports" / "given.yaml").exists()
    assert not project.decisions_file.exists()


def test_a_first_import_needs_no_record(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "ipcgraph.toml").write_text("", encoding="utf-8")
    file = tmp_path / "first.bib"
    file.write_text(BIBTEX, encoding="utf-8")
    settings = find_project(tmp_path)
    done = curation.import_files([file], settings, write=True)
    assert done.written is not None
    assert done.written.files == (tmp_path / "data" / "imports" / "first.yaml",)
    assert build(settings).changed


def test_many_records_are_written_as_triples_beside_their_source(
    project: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipcgraph.imports.writing.MANY", 3)
    file = tmp_path / "given.bib"
    file.write_text(BIBTEX, encoding="utf-8")
    done = curation.import_files([file], project, write=True)
    assert done.written is not None
    assert [path.name for path in done.written.files] == ["given.yaml", "given.nt"]
    assert "Salt marshes" not in (project.data_folder / "imports" / "given.yaml").read_text(encoding="utf-8")
    assert persons(project)["Chidi Okoye"] == 1


def test_questions_are_settled_one_by_one_and_taken_back(
    project: Settings, mixed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = mixed / "g.bib"
    for year, title in ((2001, "Poems"), (2002, "Songs")):
        old = alone.read_text(encoding="utf-8") if alone.exists() else ""
        alone.write_text(
            f"{old}@book{{g{year}, title={{{title}}}, author={{Okoye, Chidi}}, year={{{year}}}}}\n", encoding="utf-8"
        )
    curation.import_files([mixed], project, write=True)
    asked = curation.questions(project)
    assert asked
    before = project.decisions_file.read_bytes()
    dumped = persons(project)
    answers = iter(["what\n", "s\n", *["l\n"] * 20])
    monkeypatch.setattr("sys.stdin.readline", lambda: next(answers, ""))
    arguments = ["--project", str(project.root), "people"]
    assert cli.main([*arguments, "--decide", "--by", "Grace Hopper"]) == 0
    out, err = capsys.readouterr()
    assert "write s, d, l or q" in out
    assert f"1 of {len(asked)} settled" in err
    first = asked[0].decision
    (settled,) = [each for each in read_decisions(project.decisions_file)[0] if each.by == "Grace Hopper"]
    assert (settled.one, settled.other, settled.verdict) == (first.one, first.other, "same")
    assert cli.main(["--project", str(project.root), "explain", first.one]) == 0
    assert f"{first.other} is the same as {first.one}, as Grace Hopper decided on" in capsys.readouterr().err
    assert cli.main([*arguments, "--undo", first.one, first.other]) == 0
    assert project.decisions_file.read_bytes() == before
    assert persons(project) == dumped


def test_a_decision_that_cannot_be_is_refused_and_not_written(project: Settings) -> None:
    with pytest.raises(UsageError, match="they cannot be one person"):
        curation.decide(project, "person/ines-tavares", "person/jonas-brandt", "same", by="Grace Hopper")
    assert not project.decisions_file.exists()
    with pytest.raises(UsageError, match=r"there is no record person/ines-tavarez; did you mean"):
        curation.decide(project, "person/ines-tavarez", "person/jonas-brandt", "same", by="Grace Hopper")
    with pytest.raises(UsageError, match="nothing has been decided about person/a and person/b"):
        curation.undo(project, "person/a", "person/b")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import"], "nothing to import; give files"),
        (["import", "nowhere.bib"], "there is no file nowhere.bib"),
        (["import", "--into", "..", "--yes", "FILE"], "the folder of the project's data; give one in it"),
        (["import", "--format", "bibtax", "FILE"], 'did you mean "bibtex"?'),
        (["import", "--fetch", "doi:10.1000/x"], "add --contact with your address for mail"),
        (["import", "--fetch", "isbn:1", "--contact", "a@example.org"], "'isbn:1' cannot be fetched"),
        (["import", "--service", "crosref=http://127.0.0.1", "FILE"], 'did you mean "crossref"?'),
    ],
)
def test_bad_calls_say_what_to_write(
    project: Settings, mixed: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    given = [str(mixed / "a.bib") if each == "FILE" else each for each in arguments]
    assert cli.main(["--project", str(project.root), *given]) == 2
    assert message in capsys.readouterr().err


class Replayed(BaseHTTPRequestHandler):
    """A service that answers what it was given, and keeps what it was asked."""

    answers: ClassVar[dict[str, list[tuple[int, dict[str, str], bytes]]]] = {}
    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["User-Agent"]))
        waiting = self.answers.get(self.path, [])
        status, headers, body = (waiting.pop(0) if len(waiting) > 1 else waiting[0]) if waiting else (404, {}, b"{}")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    Replayed.answers.clear()
    Replayed.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Replayed)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_record_is_fetched_once_politely_and_kept(
    project: Settings, service: str, capsys: pytest.CaptureFixture[str]
) -> None:
    body = json.dumps(CROSSREF).encode()
    path = "/works/10.1000%2Fgauges"
    Replayed.answers[path] = [(429, {"Retry-After": "0"}, b""), (503, {"Retry-After": "0"}, b""), (200, {}, body)]
    arguments = [
        "--project", str(project.root), "import", "--fetch", "doi:10.1000/gauges", "--contact", "grace@example.org",
        "--service", f"crossref={service}",
    ]  # fmt: skip
    assert cli.main(arguments) == 0
    assert "+ work/2023-gauges-of-storms-in-harbour-cities" in capsys.readouterr().out
    assert [asked for asked, _ in Replayed.asked] == [path] * 3
    assert all(agent.startswith("ipcgraph/") and "mailto:grace@example.org" in agent for _, agent in Replayed.asked)
    assert cli.main(arguments) == 0
    assert len(Replayed.asked) == 3


def services(address: str) -> dict[str, str]:
    return dict.fromkeys(("crossref", "datacite", "orcid", "ror", "openalex"), address)


def test_a_record_that_crossref_lacks_is_asked_of_datacite(tmp_path: Path, service: str) -> None:
    Replayed.answers["/dois/10.1000%2Fdata"] = [(200, {}, b'{"data": {}}')]
    found = fetch("doi:10.1000/data", tmp_path, contact="a@example.org", services=services(service))
    assert found.file_format == "datacite"
    with pytest.raises(StoreError, match=r"no service has doi:10\.1000/none"):
        fetch("doi:10.1000/none", tmp_path, contact="a@example.org", services=services(service))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((200, {}, b"<html>"), "something that is not JSON"),
        ((403, {}, b"no"), "answers 403"),
        ((503, {"Retry-After": "86400"}, b""), "wants 86400 seconds"),
        ((500, {}, b""), "answers 500"),
    ],
)
def test_a_service_that_fails_is_named_and_nothing_is_kept(
    tmp_path: Path, service: str, answer: tuple[int, dict[str, str], bytes], message: str
) -> None:
    Replayed.answers["/v3.0/0000-0002-1825-0097/record"] = [answer]
    waits: list[float] = []
    with pytest.raises(StoreError, match=message):
        fetch(
            "orcid:0000-0002-1825-0097",
            tmp_path,
            contact="a@example.org",
            services=services(service),
            wait=waits.append,
        )
    assert list(tmp_path.iterdir()) == []
    assert waits == ([1.0, 2.0, 4.0] if answer[0] == 500 else [])


def test_nobody_at_the_address_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        fetch(
            "ror:042nb2s44", tmp_path, contact="a@example.org", services=services("http://127.0.0.1:9"),
            wait=lambda _: None,
        )  # fmt: skip


def test_what_has_no_identifier_and_no_author_is_added_once(project: Settings, tmp_path: Path) -> None:
    file = tmp_path / "plain.bib"
    alike = "@misc{NUMBER, title={Notice}, year={2020}}\n"
    short = "@article{s, title={On tides}, author={X, A. B.}, year={2021}}\n@misc{p, title={!!! ???}, author={Y, Z.}}\n"
    file.write_text(alike.replace("NUMBER", "a") + alike.replace("NUMBER", "b") + short, encoding="utf-8")
    person = tmp_path / "people.jsonld"
    people = [{"@type": "Person", "@id": f"https://example.org/{n}", "name": "Wei Wang"} for n in "ab"]
    person.write_text(json.dumps({"@context": "https://schema.org/", "@graph": people}), encoding="utf-8")
    first = curation.import_files([file, person], project, write=True).plan
    assert [draft.record["type"] for draft in first.drafts].count("Work") == 4
    assert [draft.record.get("name") for draft in first.drafts].count("Wei Wang") == 2
    again = curation.import_files([file, person], project, write=True).plan
    assert again.is_empty
    assert len({match.id for match in again.matches}) == len(again.matches) == 6
    file.write_text(file.read_text(encoding="utf-8") + alike.replace("NUMBER", "c"), encoding="utf-8")
    third = curation.import_files([file], project).plan
    assert [draft.record["title"] for draft in third.drafts] == ["Notice"]


def test_a_second_record_of_a_work_brings_identifiers_names_and_authors(project: Settings, tmp_path: Path) -> None:
    file = tmp_path / "a.bib"
    file.write_text(
        "@article{a, title={Dunes}, author={Okoye, C. and Lind, Eva}, doi={10.1000/dunes}}\n", encoding="utf-8"
    )
    fuller = {
        "DOI": "10.1000/dunes", "type": "journal-article", "title": ["Dunes"], "issued": {"date-parts": [[2020, 3]]},
        "author": [
            {"family": "Okoye", "given": "Chidi", "ORCID": "https://orcid.org/0000-0001-5109-3700"},
            {"family": "Lind", "given": "Eva"}, {"family": "Amadi", "given": "Ruth"},
        ],
    }  # fmt: skip
    other = tmp_path / "b.json"
    other.write_text(json.dumps({"status": "ok", "message-type": "work", "message": fuller}), encoding="utf-8")
    records = {draft.id: draft.record for draft in curation.import_files([file, other], project).plan.drafts}
    assert records["person/chidi-okoye"]["orcid"] == "0000-0001-5109-3700"
    work = records["work/undated-dunes"]
    assert work["authors"] == ["person/chidi-okoye", "person/eva-lind", "person/ruth-amadi"]
    assert (work["issued"], work["listedIn"]) == ("2020-03", ["source/a-bib", "source/b-json"])


def test_authors_of_a_known_work_get_their_identifiers_and_a_holder_is_asked_about(
    project: Settings, tmp_path: Path
) -> None:
    work = {
        "id": "https://openalex.org/W4100000001", "title": "Tides of the northern harbours", "publication_year": 2019,
        "type": "article",
        "authorships": [
            {"author": {"id": "https://openalex.org/A5000000001", "display_name": "Inês Tavares"}},
            {"author": {"id": "https://openalex.org/A5000000002", "display_name": "Jonas Brandt",
                        "orcid": "https://orcid.org/0000-0001-5109-3700"}},
        ],
    }  # fmt: skip
    file = tmp_path / "works.jsonl"
    file.write_text(json.dumps(work) + "\n", encoding="utf-8")
    plan = curation.import_files([file], project, write=True).plan
    changes = {(change.id, change.key): change.value for change in plan.changes}
    assert changes["person/ines-tavares", "openalex"] == "A5000000001"
    assert changes["person/jonas-brandt", "orcid"] == "0000-0001-5109-3700"
    assert curation.import_files([file], project).plan.is_empty
    (project.data_folder / "more.yaml").write_text(
        "- {id: person/j-b, type: Person, name: J. B., openalex: A5000000009, evidence: source/list}\n",
        encoding="utf-8",
    )
    mine = json.dumps(work).replace("A5000000002", "A5000000009").replace("0000-0001-5109-3700", "")
    file.write_text(mine + "\n", encoding="utf-8")
    decisions = curation.import_files([file], project).plan.decisions
    assert [(each.one, each.other, each.verdict) for each in decisions] == [
        ("person/j-b", "person/jonas-brandt", "open")
    ]


def test_another_file_of_the_name_of_a_source_is_a_source_of_its_own(project: Settings, tmp_path: Path) -> None:
    (project.data_folder / "own.yaml").write_text(
        "- {id: source/export-bib, type: Source, title: Minutes on paper}\n", encoding="utf-8"
    )
    for folder, title in (("north", "Ferries of the north"), ("south", "Ferries of the south")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "export.bib").write_text(
            f"@article{{a, title={{{title}}}, author={{Lind, Eva}}, year={{2020}}}}\n", encoding="utf-8"
        )
    files = [tmp_path / folder / "export.bib" for folder in ("north", "south")]
    done = curation.import_files(files, project, write=True)
    rests = [draft.record["evidence"] for draft in done.plan.drafts if draft.record["type"] == "Work"]
    assert rests == ["source/north-export-bib", "source/south-export-bib"]
    assert curation.import_files(files, project).plan.is_empty


def test_a_decision_is_looked_at_before_it_is_written(project: Settings) -> None:
    with pytest.raises(UsageError, match="two different ids of one kind"):
        curation.decide(project, "person/ines-tavares", "person/ines-tavares", "same", by="Grace Hopper")
    assert not project.decisions_file.exists()


def test_a_question_about_works_and_one_with_a_reason_is_open_again_when_taken_back(
    project: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "a.bib"
    preprint = "@misc{a, title={Tides of the northern harbours}, author={Tavares, In{\\^e}s}, year={2018}}\n"
    file.write_text(preprint, encoding="utf-8")
    curation.import_files([file], project, write=True)
    before = project.decisions_file.read_bytes()
    (question,) = (each.decision for each in curation.questions(project) if each.decision.one.startswith("work/"))
    curation.decide(project, question.one, question.other, "same", by="Grace Hopper", why="She said so: both.")
    assert b"Grace Hopper: She said so: both." in project.decisions_file.read_bytes()
    curation.undo(project, question.one, question.other)
    assert project.decisions_file.read_bytes() == before
    curation.decide(project, question.one, question.other, "same", by="Grace Hopper")
    assert curation.import_files([file], project).plan.is_empty
