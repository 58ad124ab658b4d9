"""Linking: identifiers proposed by a register, accepted on an identifier in common, asked about else, taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.registers import Reply, Request, Served, answering, sparql_endpoint

from ipcgraph import cli, curation, federation
from ipcgraph.building import build, check
from ipcgraph.decisions import read_decisions
from ipcgraph.errors import FindingsError, StoreError, UsageError
from ipcgraph.manifest import STORE
from ipcgraph.settings import Settings, find_project
from ipcgraph.store.embedded import EmbeddedStore

RECORDS = """\
# What stands here is the curators' own.
- {id: source/list, type: Source, title: The list of the institute}
- {id: person/ines-tavares, type: Person, name: Inês Tavares, orcid: 0000-0002-1825-0097, evidence: source/list}
- {id: person/jonas-brandt, type: Person, name: Jonas Brandt,   evidence: source/list}   # as printed
- {id: person/chidi-okoye, type: Person, name: Chidi Okoye, evidence: source/list}
- {id: person/j-smith, type: Person, name: J. Smith, evidence: source/list}
- {id: person/wei-wang, type: Person, name: Wei Wang, wikidata: Q900, evidence: source/list}
- {id: place/no, type: Place, name: Norway, countryCode: "NO"}
- {id: organization/tidal-board, type: Partner, name: Tidal Board, evidence: source/list}
- {id: organization/harbour-museum, type: Organization, name: Harbour Museum, ror: 042nb2s44, evidence: source/list}
- id: center/coast
  type: Center
  name: Center of the Coast
  founded: 1998
  evidence: source/list
  partnerships:
    - {kind: research-partner, with: [organization/tidal-board], countries: [place/no], evidence: source/list}
- id: work/2019-tides
  type: Work
  title: Tides of the northern harbours
  workType: article
  issued: 2019
  doi: 10.1000/tides
  authors: [person/ines-tavares, person/jonas-brandt, person/j-smith]
  evidence: source/list
- {id: work/2020-songs, type: Work, title: Songs of the sea, workType: book, issued: 2020, authors: [person/chidi-okoye], evidence: source/list}
"""
SAMPLE = """\
@prefix wd: <http://www.wikidata.org/entity/> . @prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
wd:Q101 wdt:P31 wd:Q5 ; rdfs:label "Inês Tavares"@mul, "Инеш Тавареш"@ru ; wdt:P496 "0000-0002-1825-0097" .
wd:Q111 wdt:P31 wd:Q5 ; rdfs:label "Inês Tavares"@en ; wdt:P496 "0000-0001-5109-3700" .
wd:Q102 wdt:P31 wd:Q5 ; rdfs:label "Jonas Brandt"@en ; wdt:P569 "1970-01-01T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
wd:Q103 wdt:P31 wd:Q5 ; rdfs:label "Jonas Brandt"@en ; wdt:P569 "1790-01-01T00:00:00Z" ; wdt:P570 "1850-01-01T00:00:00Z" .
wd:Q112 wdt:P31 wd:Q5 ; rdfs:label "John Smith"@en .
wd:Q2 wdt:P356 "10.1000/TIDES" ; wdt:P50 wd:Q101, wd:Q102, wd:Q112 .
wd:Q104 wdt:P31 wd:Q5 ; rdfs:label "Chidi Okoye"@en .
wd:Q105 wdt:P31 wd:Q3305213 ; rdfs:label "Chidi Okoye"@en .
wd:Q106 wdt:P31 wd:Q33506 ; rdfs:label "Museum at the Harbour"@en ; skos:altLabel "Harbour Museum"@en ; wdt:P6782 "042nb2s44" ; wdt:P17 wd:Q20 .
wd:Q107 wdt:P31 wd:Q43229 ; rdfs:label "Tidal Board"@en ; wdt:P17 wd:Q20 .
wd:Q108 wdt:P31 wd:Q43229 ; rdfs:label "Tidal Board"@en ; wdt:P17 wd:Q30 .
wd:Q109 wdt:P31 wd:Q31855 ; rdfs:label "Center of the Coast"@en ; wdt:P571 "1998-01-01T00:00:00Z" .
wd:Q900 wdt:P31 wd:Q5 ; rdfs:label "Wei Wang"@en .
wd:Q20 rdfs:label "Norway"@en ; wdt:P297 "NO" .
wd:Q30 rdfs:label "United States"@en ; wdt:P297 "US" .
"""


@pytest.fixture
def project(tmp_path: Path) -> Settings:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "all.yaml").write_text(RECORDS, encoding="utf-8")
    (tmp_path / "ipcgraph.toml").write_text('evidence = "required"\n', encoding="utf-8")
    return find_project(tmp_path)


@pytest.fixture(scope="module")
def wikidata_sample():
    with sparql_endpoint(SAMPLE) as served:
        yield served


def identifiers(settings: Settings, scheme: str = "wikidata") -> dict[str, str]:
    """The identifiers in the graph, by the ids of the things."""
    text = f"SELECT ?thing ?value {{ ?thing <https://w3id.org/ipcgraph/ns#{scheme}> ?value }} ORDER BY ?thing"
    with EmbeddedStore.open(build(settings).folder / STORE) as store:
        rows = store.query(text).rows  # type: ignore[union-attr]
    return {row[0].value.removeprefix(settings.base): row[1].value for row in rows}  # type: ignore[union-attr]


def files(settings: Settings) -> dict[str, bytes]:
    """All files of a project but those of builds."""
    return {
        str(path.relative_to(settings.root)): path.read_bytes()
        for path in settings.root.rglob("*")
        if path.is_file() and ".ipcgraph" not in path.parts
    }


def test_an_identifier_in_common_links_and_what_is_only_likely_is_asked(
    project: Settings, wikidata_sample: Served
) -> None:
    done = federation.link("wikidata", project, wikidata_sample.address)
    accepted = {each.one: each for each in done.accepted}
    assert {one: each.other for one, each in accepted.items()} == {
        "person/ines-tavares": "wikidata:Q101",
        "person/jonas-brandt": "wikidata:Q102",
        "organization/harbour-museum": "wikidata:Q106",
    }
    assert "the same orcid: 0000-0002-1825-0097" in accepted["person/ines-tavares"].why
    assert "author of the same work, by its DOI: 10.1000/tides" in accepted["person/jonas-brandt"].why
    assert accepted["organization/harbour-museum"].why[0] == "the names agree: Harbour Museum"
    questions = {(each.one, each.other): each for each in done.questions}
    # Initials are a question, whatever work is shared; namesakes who painted or died long ago are none.
    assert set(questions) == {
        ("center/coast", "wikidata:Q109"),
        ("organization/tidal-board", "wikidata:Q107"),
        ("person/chidi-okoye", "wikidata:Q104"),
        ("person/j-smith", "wikidata:Q112"),
    }
    assert "the same country: Norway" in " ".join(questions["organization/tidal-board", "wikidata:Q107"].why)
    assert "founded in the same year: 1998" in questions["center/coast", "wikidata:Q109"].why
    assert float(questions["person/chidi-okoye", "wikidata:Q104"].score) == 0.5
    assert identifiers(project) == {
        "organization/harbour-museum": "Q106",
        "person/ines-tavares": "Q101",
        "person/jonas-brandt": "Q102",
        "person/wei-wang": "Q900",
    }
    assert check(project).findings == ()


def test_the_curators_files_stay_as_they_are_and_a_second_run_changes_nothing(
    project: Settings, wikidata_sample: Served
) -> None:
    federation.link("wikidata", project, wikidata_sample.address)
    written = files(project)
    assert written["data/all.yaml"] == RECORDS.encode()
    assert sorted(written) == ["data/all.yaml", "data/imports/links.yaml", "decisions.yaml", "ipcgraph.toml"]
    before = len(wikidata_sample.asked)
    again = federation.link("wikidata", project, wikidata_sample.address)
    assert (again.asked, again.accepted, again.questions, again.files) == (0, (), (), ())
    assert len(wikidata_sample.asked) == before  # all have their identifier, or a question that is open
    assert "4 not asked about, since questions are open" in again.remarks[0]
    assert files(project) == written


def test_what_is_decided_against_is_not_proposed_again(project: Settings, wikidata_sample: Served) -> None:
    federation.link("wikidata", project, wikidata_sample.address)
    curation.decide(project, "person/chidi-okoye", "wikidata:Q104", "different", by="Grace Hopper")
    written = files(project)
    again = federation.link("wikidata", project, wikidata_sample.address)
    assert (again.asked, again.accepted, again.questions) == (1, (), ())
    assert files(project) == written


def test_a_question_is_answered_and_taken_back_to_the_byte(project: Settings, wikidata_sample: Served) -> None:
    federation.link("wikidata", project, wikidata_sample.address)
    written = files(project)
    curation.decide(project, "person/chidi-okoye", "wikidata:Q104", "same", by="Grace Hopper", why="She told me.")
    assert identifiers(project)["person/chidi-okoye"] == "Q104"
    # What one has is not what another has.
    with pytest.raises(UsageError, match=r"wikidata:Q104 is that of person/chidi-okoye; if the two are one"):
        curation.decide(project, "person/j-smith", "wikidata:Q104", "same", by="Grace Hopper")
    curation.undo(project, "person/chidi-okoye", "wikidata:Q104")
    assert files(project) == written


def test_evidence_is_taken_back_like_any_other_decision(project: Settings, wikidata_sample: Served) -> None:
    federation.link("wikidata", project, wikidata_sample.address, things=["person/ines-tavares"])
    assert identifiers(project)["person/ines-tavares"] == "Q101"
    curation.undo(project, "person/ines-tavares", "wikidata:Q101")
    assert "person/ines-tavares" not in identifiers(project)
    assert not (project.data_folder / "imports" / "links.yaml").exists()
    (decision,) = read_decisions(project.decisions_file)[0]
    assert decision.verdict == "open"


def test_the_command_shows_asks_and_explains(
    project: Settings, wikidata_sample: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["s\n", "d\n", "l\n", "q\n"])
    monkeypatch.setattr("sys.stdin.readline", lambda: next(answers, ""))
    words = ["--project", str(project.root), "link", "wikidata", "--endpoint", wikidata_sample.address]
    assert cli.main([*words, "--decide", "--by", "Grace Hopper"]) == 0
    told = capsys.readouterr()
    assert "& person/ines-tavares is wikidata:Q101 the names agree: Inês Tavares" in told.out
    assert "? organization/tidal-board is wikidata:Q107? (score 0.70)" in told.out
    assert "7 asked about; 3 linked by evidence; 4 to decide" in told.out
    assert "is wikidata:Q112 an identifier of person/j-smith?" in told.out
    assert "https://www.wikidata.org/wiki/Q112" in told.out
    assert "2 of 4 settled" in told.err
    assert cli.main(["--project", str(project.root), "explain", "person/ines-tavares"]) == 0
    told = capsys.readouterr()
    assert "wikidata:Q101 is an identifier of person/ines-tavares, as ipcgraph decided on" in told.err
    assert "data/imports/links.yaml" in told.out


def test_a_claim_that_a_killed_run_did_not_write_is_written_by_the_next(
    project: Settings, wikidata_sample: Served
) -> None:
    federation.link("wikidata", project, wikidata_sample.address)
    claims = project.data_folder / "imports" / "links.yaml"
    written = claims.read_bytes()
    claims.unlink()
    assert federation.link("wikidata", project, wikidata_sample.address, kind="Organization").files == (claims,)
    assert sorted(claims.read_bytes().split()) == sorted(written.split())


def test_one_identifier_for_two_records_asks_whether_they_are_one(project: Settings, wikidata_sample: Served) -> None:
    twin = "- {id: person/ines-tavares-2, type: Person, name: Inês Tavares, isni: '0000000121707484', evidence: source/list}\n"
    twin += "- {id: person/ines-tavares-3, type: Person, name: Ines Tavares, evidence: source/list}\n"
    (project.data_folder / "more.yaml").write_text(twin.replace("121707484", "121032683"), encoding="utf-8")
    with sparql_endpoint(SAMPLE + '\nwd:Q101 wdt:P213 "0000 0001 2103 2683" .\n') as served:
        done = federation.link("wikidata", project, served.address, kind="Person")
    (asked,) = [each for each in done.questions if each.identifier is None]
    assert (asked.one, asked.other) == ("person/ines-tavares", "person/ines-tavares-2")
    assert asked.why[0] == "evidence gives both the wikidata Q101"
    assert "person/ines-tavares" not in identifiers(project)


@pytest.mark.parametrize(("scheme", "value"), [("ror", "0vszmqc74"), ("openalex", "I63966007")])
def test_rors_and_openalex_ids_come_from_whatever_vocabulary_an_endpoint_speaks(
    project: Settings, scheme: str, value: str
) -> None:
    sample = """
    @prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix soa: <https://semopenalex.org/ontology/> .
    <https://semopenalex.org/institution/I63966007> a soa:Institution ; foaf:name "Tidal Board" ;
      soa:ror "https://ror.org/0vszmqc74" ; <https://dbpedia.org/property/countryCode> "NO" .
    <https://semopenalex.org/work/W7> <http://purl.org/spar/datacite/doi> "https://doi.org/10.1000/tides" ;
      <http://purl.org/dc/terms/creator> <https://semopenalex.org/author/A5> .
    <https://semopenalex.org/author/A5> a soa:Author ; foaf:name "Jonas Brandt" .
    """
    with sparql_endpoint(sample) as served:
        done = federation.link(scheme, project, served.address)
    assert [(each.one, each.other) for each in done.questions] == [("organization/tidal-board", f"{scheme}:{value}")]
    expected = [("person/jonas-brandt", "openalex:A5")] if scheme == "openalex" else []
    assert [(each.one, each.other) for each in done.accepted] == expected


def test_an_endpoint_of_another_engine_gives_the_same(project: Settings, wikidata_sample: Served) -> None:
    whole = federation.link("wikidata", project, wikidata_sample.address)
    for name in ("decisions.yaml", "data/imports/links.yaml"):
        (project.root / name).unlink()
    with sparql_endpoint(SAMPLE, engine="rdflib") as served:
        other = federation.link("wikidata", project, served.address)
    said = [
        [(each.one, each.other, each.score, each.why) for each in (*done.accepted, *done.questions)]
        for done in (whole, other)
    ]
    assert said[0] == said[1]


def test_many_namesakes_are_no_candidates_and_that_is_said(project: Settings) -> None:
    many = "".join(f'wd:Q5{n:03} wdt:P31 wd:Q5 ; rdfs:label "Chidi Okoye"@en .\n' for n in range(30))
    with sparql_endpoint(SAMPLE + many) as served:
        done = federation.link("wikidata", project, served.address, things=["person/chidi-okoye"])
    assert (done.accepted, done.questions) == ((), ())
    assert "32 things are called 'Chidi Okoye' there: none is taken by its name" in done.remarks


def test_an_answer_that_is_full_is_asked_for_in_halves(
    project: Settings, wikidata_sample: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = federation.link("wikidata", project, wikidata_sample.address)
    for name in ("decisions.yaml", "data/imports/links.yaml"):
        (project.root / name).unlink()
    monkeypatch.setattr("ipcgraph.linking.sparql.ROWS", 6)
    halved = federation.link("wikidata", project, wikidata_sample.address)
    assert (halved.accepted, halved.questions) == (whole.accepted, whole.questions)


# Reconciliation.


MANIFEST = {
    "versions": ["0.2"], "name": "Sample", "identifierSpace": "http://www.wikidata.org/entity/",
    "schemaSpace": "http://www.wikidata.org/prop/direct/", "extend": {}, "batchSize": 3,
}  # fmt: skip
THINGS = {
    "Q101": ("Inês Tavares", "Q5", {"P496": [{"str": "0000-0002-1825-0097"}]}),
    "Q104": ("Chidi Okoye", "Q5", {"P108": [{"id": "Q1", "name": "Somewhere else"}]}),
    "Q107": ("Tidal Board", "Q43229", {"P17": [{"id": "Q20", "name": "Norway"}], "P571": [{"date": "1901-01-01"}]}),
}


def reconcile(request: Request) -> Reply:
    """A service after the specification, over THINGS, which answers by the words of names."""
    if "queries" in request.fields:
        found = {}
        for name, query in json.loads(request.fields["queries"]).items():
            assert query["type"] in {"Q5", "Q43229"}
            found[name] = {"result": [
                {"id": item, "name": label, "score": 100, "match": label == query["query"], "type": [{"id": kind, "name": ""}]}
                for item, (label, kind, _) in THINGS.items()
                if kind == query["type"] and set(label.split()) & set(query["query"].split())
            ]}  # fmt: skip
        return json_reply(found)
    if "extend" in request.fields:
        asked = json.loads(request.fields["extend"])
        pids = {each["id"] for each in asked["properties"]}
        rows = {item: {pid: THINGS[item][2].get(pid, []) for pid in pids} for item in asked["ids"]}
        return json_reply({"meta": [], "rows": rows})
    return json_reply(MANIFEST)


def json_reply(value: object) -> Reply:
    return 200, {"Content-Type": "application/json"}, json.dumps(value).encode()


def test_a_reconciliation_service_is_known_by_its_manifest_and_asked_in_batches(project: Settings) -> None:
    with answering(reconcile) as served:
        done = federation.link("wikidata", project, served.address)
    assert [(each.one, each.other) for each in done.accepted] == [("person/ines-tavares", "wikidata:Q101")]
    asked = {each.one: each for each in done.questions}
    assert {one: each.other for one, each in asked.items()} == {
        "person/chidi-okoye": "wikidata:Q104",
        "organization/tidal-board": "wikidata:Q107",
    }
    assert "the service is certain of it" in asked["person/chidi-okoye"].why
    assert "the same country: Norway" in asked["organization/tidal-board"].why
    batches = [json.loads(each.fields["queries"]) for each in served.asked if "queries" in each.fields]
    assert [len(batch) for batch in batches] == [3, 3, 1]
    tavares = next(query for batch in batches for query in batch.values() if query["query"] == "Inês Tavares")
    assert {"pid": "P496", "v": "0000-0002-1825-0097"} in tavares["properties"]


def test_what_a_service_calls_things_cannot_harm_a_terminal_or_a_file(project: Settings) -> None:
    hostile = "Chidi Okoye\u001b[2J\u2028- one: person/x\u202e"

    def reply(request: Request) -> Reply:
        if "queries" not in request.fields:
            return reconcile(request)
        results = [{"id": "Q104", "name": hostile, "score": 100, "match": True, "type": ["Q5"]}]
        return json_reply({name: {"result": results} for name in json.loads(request.fields["queries"])})

    with answering(reply) as served:
        done = federation.link("wikidata", project, served.address, things=["person/chidi-okoye"])
    assert all(text.isprintable() for each in done.questions for text in each.why)
    assert [each.one for each in read_decisions(project.decisions_file)[0]] == [each.one for each in done.questions]


def test_a_service_that_is_busy_is_asked_again_and_one_that_fails_keeps_what_was_found(project: Settings) -> None:
    state = {"asked": 0}

    def moody(request: Request) -> Reply:
        if "queries" in request.fields:
            state["asked"] += 1
            if state["asked"] == 1:
                return 503, {"Retry-After": "0"}, b""
            if state["asked"] > 3:
                return 500, {}, b""
        return reconcile(request)

    with answering(moody) as served:
        done = federation.link("wikidata", project, served.address)
        assert isinstance(done.failure, StoreError)
        assert "answered 500" in str(done.failure)
        assert done.asked == 6
        assert identifiers(project)["person/ines-tavares"] == "Q101"
        words = ["--project", str(project.root), "link", "wikidata", "--endpoint", served.address]
        assert cli.main(words) == 3


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ((200, {"Content-Type": "text/html"}, b"<html>"), "answers with something that is not JSON"),
        ((200, {}, b"[]"), "answers no manifest"),
        ((302, {"Location": "http://127.0.0.2:9/"}, b""), "sends on to http://127.0.0.2:9/"),
        ((401, {}, b""), "answered 401"),
        ((503, {"Retry-After": "86400"}, b""), "wait 86400 seconds"),
        ((200, {"Content-Length": "100"}, b"{}"), "was cut off"),
    ],
)
def test_a_service_that_is_none_is_said(project: Settings, reply: Reply, message: str) -> None:
    with answering(lambda _: reply) as served, pytest.raises(StoreError, match=message):
        federation.link("wikidata", project, served.address, service="reconciliation")
    assert not project.decisions_file.exists()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ([], "no JSON object"),
        ({}, "no result for the query q0"),
        ({"q0": {"result": [{"name": "x"}]}}, "a candidate without id"),
        ({"q0": {"result": ["x"]}}, "a candidate that is no JSON object"),
        ({"q0": {"result": [], "error": "too much"}}, "an error about a query: 'too much'"),
    ],
)
def test_an_answer_that_is_none_is_refused(project: Settings, answer: object, message: str) -> None:
    def reply(request: Request) -> Reply:
        return json_reply(answer) if request.fields else json_reply(MANIFEST)

    with answering(reply) as served, pytest.raises(StoreError, match=message):
        federation.link("wikidata", project, served.address)
    assert not project.decisions_file.exists()


def test_a_service_that_hangs_is_left_in_time(project: Settings) -> None:
    import time

    def slow(_: Request) -> Reply:
        time.sleep(3)
        return json_reply(MANIFEST)

    with answering(slow) as served:
        started = time.monotonic()
        with pytest.raises(StoreError, match=r"gave no answer within 0\.2 s"):
            federation.link("wikidata", project, served.address, timeout=0.2)
        assert time.monotonic() - started < 2.5


def test_no_other_host_is_asked_than_the_one_that_was_named(project: Settings) -> None:
    with answering(lambda _: json_reply({"properties": []})) as other:
        extend = {"propose_properties": {"service_url": other.address, "service_path": "/properties"}}
        types = [{"id": "Person", "name": "person"}]
        manifest = {"identifierSpace": "https://example.org/", "extend": extend, "defaultTypes": types}
        with (
            answering(lambda _: json_reply(manifest)) as served,
            pytest.raises(UsageError, match="tells no wikidata ids"),
        ):
            federation.link("wikidata", project, served.address)
        assert other.asked == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["wikidate"], "did you mean 'wikidata'"),
        (["ror", "--kind", "Person"], "a Person has no ror id"),
        (["wikidata", "person/ines-tavarez"], "did you mean"),
        (["wikidata", "--service", "sparql", "--endpoint", "ftp://x"], "http:// or https://"),
        (["wikidata", "--endpoint", "nowhere"], "http:// or https://"),
    ],
)
def test_bad_calls_say_what_to_write(
    project: Settings, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    given = words if "--endpoint" in words else [*words, "--endpoint", "http://127.0.0.1:9/"]
    try:
        code = cli.main(["--project", str(project.root), "link", *given])
    except SystemExit as ended:
        code = int(str(ended.code))
    assert code == 2
    assert message in capsys.readouterr().err


def test_nobody_at_the_address_is_said_and_nothing_written(
    project: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(project)
    words = ["--project", str(project.root), "link", "wikidata", "--endpoint", "http://ada:secret@127.0.0.1:9/"]
    assert cli.main(words) == 3
    told = capsys.readouterr()
    assert "http://127.0.0.1:9/ cannot be reached" in told.err
    assert "secret" not in told.err + told.out
    assert files(project) == before


def test_what_would_be_an_error_in_the_project_is_not_written(project: Settings, wikidata_sample: Served) -> None:
    build(project)
    (project.data_folder / "wrong.yaml").write_text("- {id: person/x, type: Person}\n", encoding="utf-8")
    before = files(project)
    with pytest.raises(FindingsError, match="nothing was written"):
        federation.link("wikidata", project, wikidata_sample.address)
    assert files(project) == before


def test_a_file_of_links_that_a_person_has_edited_keeps_what_they_wrote(
    project: Settings, wikidata_sample: Served
) -> None:
    federation.link("wikidata", project, wikidata_sample.address, things=["person/ines-tavares"])
    claims = project.data_folder / "imports" / "links.yaml"
    edited = claims.read_text(encoding="utf-8").replace("\n\n- id: person", "\n# checked by hand\n\n- id: person")
    claims.write_bytes(edited.replace("\n", "\r\n").encode())
    before = claims.read_bytes()
    curation.decide(project, "person/chidi-okoye", "wikidata:Q104", "same", by="Grace Hopper")
    assert claims.read_bytes().startswith(before.rstrip())
    assert b"rests" not in claims.read_bytes()
    curation.undo(project, "person/chidi-okoye", "wikidata:Q104")
    assert claims.read_bytes() == before


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        ("{one: person/x, other: 'ror:042nb2s44', verdict: open}", "a decision is not about the ror of a person"),
        ("{one: work/x, other: 'wikidata:Q1', verdict: open}", "a decision is not about the wikidata of a work"),
        ("{one: person/x, other: 'wikidata:Q0', verdict: open}", '"Q0" is no wikidata'),
        ("{one: person/x, other: 'openalex:W1', verdict: open}", "W1 is no person of OpenAlex"),
        ("{one: center/x, other: 'openalex:A1', verdict: open}", "A1 is no center of OpenAlex"),
        (
            "{one: person/x, other: 'orcid:https://orcid.org/0000-0002-1825-0097', verdict: open}",
            "orcid:0000-0002-1825-0097",
        ),
    ],
)
def test_a_decision_about_what_is_no_identifier_is_a_finding(tmp_path: Path, decision: str, message: str) -> None:
    file = tmp_path / "decisions.yaml"
    file.write_text(f"- {decision}\n", encoding="utf-8")
    (finding,) = read_decisions(file)[1]
    assert message in str(finding)
