"""Mistakes that people make: each is found at its line, in words that ask for no knowledge of SHACL or RDF."""

from __future__ import annotations

import dataclasses
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from tests.center_project import SOURCES, make_center

from ipcgraph.building import check
from ipcgraph.passages import LOCK
from ipcgraph.reports import write_report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ipcgraph.findings import Finding, Report
    from ipcgraph.settings import Settings

JARGON = re.compile(
    r"\bsh:|\bxsd:|\bowl:|https?://|\bnode kind|cardinalit|\bdatatype|\bliteral|\bIRI\b|\bURI\b|\bshape|\bconstrain"
    r"|\bviolat|\bfocus\b|\bpredicate|\bnode\b|\btriple|\bquad\b|\bMinCount|\bcomponent\b|\blexical|(?-i:\bNone\b)|Traceback",
    re.IGNORECASE,
)
"""Words of SHACL, RDF and Python that a curator need not know."""
ALLOWED = re.compile(r"a blank node \[ \]|(of the type |\^\^)xsd:\w+|without https?://doi.org/")
"""What stands in a message as a name of what the person has written, or is told not to write."""


@dataclass(frozen=True)
class Mistake:
    """A mistake made in the test center, and what must be said of it.

    `file` is changed from `old` to `new`, or is a new file that `new` is the text of; `others` are files beside it. The finding
    stands in the line of the changed file that holds `at`, once in the file.
    """

    name: str
    file: str
    new: str
    at: str
    says: str
    fix: str
    old: str = ""
    others: Mapping[str, str] = field(default_factory=dict)
    severity: str = "error"
    evidence: str = "optional"


def yaml(name: str, file: str, old: str, new: str, at: str, says: str, fix: str, **options) -> Mistake:
    return Mistake(name, f"{file}.yaml", new, at, says, fix, old=old, **options)


def turtle(name: str, text: str, at: str, says: str, fix: str, **options) -> Mistake:
    header = "@prefix ipcg: <https://w3id.org/ipcgraph/ns#> .\n@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
    header += "@prefix dcterms: <http://purl.org/dc/terms/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    return Mistake(name, "more.ttl", header + text, at, says, fix, **options)


MAPPING = """\
type: Work
id: work/{Year}-{Title|slug}
columns:
  Title: title
  Year: issued
  Type: workType
  Authors: {key: authors, split: ";"}
  DOI: doi
set: {evidence: annals#L3}
"""
ROWS = """\
Title,Year,Type,Authors,DOI
Sand and Glass,2011,report,person/li-wei; person/lin-chen,10.5555/sand.1
Reeds,2012,article,person/ravi-menon,
"""


def csv(name: str, old: str, new: str, at: str, says: str, fix: str, **options) -> Mistake:
    assert old in ROWS
    others = {"more.mapping.yaml": MAPPING}
    return Mistake(name, "more.csv", ROWS.replace(old, new, 1), at, says, fix, others=others, **options)


PERSON = "<person/new> a ipcg:Person ; foaf:name 'New' ; ipcg:evidence <source/annals> .\n"
WORK = "<work/2001-new> a ipcg:Work ; ipcg:evidence <source/annals> ;\n  "
TYPE = "ipcg:workType <https://w3id.org/ipcgraph/vocab/work-type/report>"

MISTAKES = [
    # Keys, types and ids.
    yaml("misspelt key", "people", "orcid: 0000-0000-1000-1008", "orcdi: 0000-0000-1000-1008",
         "orcdi", 'A Person has no key "orcdi"', 'did you mean "orcid"?'),
    yaml("misspelt key in a short form", "people", "statedDuration: more than eight", "statdDuration: more than eight",
         "statdDuration", 'A Role has no key "statdDuration"', 'did you mean "statedDuration"?'),
    yaml("key of another class", "works", "title: A Manual of Mud", "title: A Manual of Mud\n  countryCode: PT",
         "countryCode", "countryCode", "Place"),
    yaml("misspelt type", "topics", "id: topic/birds, type: Topic", "id: topic/birds, type: Topc",
         "Topc", 'there is no type "Topc"', 'did you mean "Topic"?'),
    yaml("no type", "topics", "id: topic/birds, type: Topic", "id: topic/birds",
         "topic/birds", "has no type", "write type:"),
    yaml("no id", "topics", "id: topic/birds, type: Topic", "type: Topic",
         "prefLabel: birds", "has no id", "topic/"),
    yaml("id of another kind", "topics", "id: topic/birds", "id: place/birds",
         "place/birds", "the id of a Topic begins with topic/", "write topic/birds"),
    yaml("id with capitals", "topics", "id: topic/birds", "id: topic/Birds",
         "topic/Birds", "is not an id", "write topic/birds"),
    yaml("id with a space", "topics", "id: topic/birds", "id: topic/bi rds",
         "topic/bi rds", "is not an id", "write topic/bi-rds"),
    yaml("id with an accent", "topics", "id: topic/birds", "id: topic/bîrds",
         "topic/bîrds", "is not an id", "write topic/birds"),
    yaml("id without a name", "topics", "id: topic/birds", "id: topic/",
         "topic/,", "is not an id", "write topic/"),
    yaml("id that is an address", "topics", "id: topic/birds", "id: https://example.org/birds",
         "example.org/birds", "is not an id", "write topic/birds"),
    yaml("a record replaced by one that is nowhere", "topics", "- {id: topic/birds",
         "- {id: topic/bird, isReplacedBy: topic/brids, deprecated: true}\n- {id: topic/birds",
         "topic/brids", "there is no record with the id topic/brids", "did you mean topic/birds?"),
    yaml("a replaced record that is not said to be out of use", "topics", "- {id: topic/birds",
         "- {id: topic/bird, isReplacedBy: topic/birds}\n- {id: topic/birds",
         "isReplacedBy: topic/birds", "deprecated", "write deprecated: true"),
    yaml("one id twice in a file", "places", "id: place/cl", "id: place/pt",
         "Chile", "the id place/pt is already used in data/places.yaml:", "another id"),
    yaml("one id in two files", "topics", "- {id: topic/birds", "- {id: place/no, type: Place, name: Norge, countryCode: NN}\n- {id: topic/birds",
         "Norge", "the id place/no is already used in data/places.yaml:", "another id"),
    yaml("one author twice", "works", "authors: [person/lin-chen]", "authors: [person/lin-chen, person/lin-chen]",
         "authors: [person/lin-chen, person/lin-chen]", "this author is listed twice", "delete one"),
    # References.
    yaml("a person who is nowhere", "works", "authors: [person/zoe-dangelo]", "authors: [person/zoe-dangello]",
         "zoe-dangello", "there is no record with the id person/zoe-dangello", "did you mean person/zoe-dangelo?"),
    yaml("a context that is nowhere", "people", "role: president,", "role: president, at: center/nowhere,",
         "center/nowhere", "there is no record with the id center/nowhere", "write a record"),
    yaml("a person where an organization stands", "people", "role: president,", "role: president, at: person/li-wei,",
         "person/li-wei, ", "heldAt", "id"),
    yaml("a topic as author", "works", "authors: [person/zoe-dangelo]", "authors: [topic/birds]",
         "authors: [topic/birds]", "one author, a Person or an Organization; found topic/birds (Topic)", "write the id of the author"),
    yaml("a name instead of an id", "works", "authors: [person/zoe-dangelo]", "authors: [Zoe D'Angelo]",
         "authors: [Zoe D'Angelo]", "is not an id", "write person/zoe-d-angelo"),
    yaml("a word that the scheme lacks", "works", "workType: book", "workType: bok",
         "bok", '"bok" is no work type', 'did you mean "book"?'),
    yaml("part of itself in a circle", "initiatives", "status: current\n  partOf: center/harbour", "status: current\n  partOf: initiative/silt-mapping",
         "status: current\n  partOf: initiative/silt-mapping", "initiative/tide-futures is part of initiative/silt-mapping", "delete one of these"),
    # Values.
    yaml("a day that does not exist", "works", "issued: 2021-06-15", "issued: 2021-02-30",
         "2021-02-30", '"2021-02-30" is not a date', "a day that exists"),
    yaml("a date in words", "works", "issued: 2021-06-15", "issued: June 2021",
         "June 2021", '"June 2021" is not a date', "2021-04"),
    yaml("an end before the start", "people", "start: 2018-09-01, end: 2019-06-30", "start: 2018-09-01, end: 2018-06",
         "end: 2018-06", 'the end comes before the start; found start "2018-09-01" and end "2018-06"', "correct start or end"),
    yaml("a number in words", "people", "position: 2", "position: second",
         "position: second", '"second" is not a whole number', "digits"),
    yaml("a duration in words", "people", "minDuration: P8Y", "minDuration: 8 years",
         "8 years", '"8 years" is not a length of time', "P10Y for ten years"),
    yaml("an ORCID with a wrong digit", "people", "orcid: 0000-0000-1000-1008", "orcid: 0000-0000-1000-1009",
         "1000-1009", '"0000-0000-1000-1009" is not an ORCID', "one looks like"),
    yaml("one DOI on two works", "works", "doi: 10.5555/harbour.2020.(2)", "doi: 10.5555/harbour.2018.1",
         "person/bjorn-asgard]\n  summary: Four surges that fell on leap days.\n  summaryBasis: truncated-source\n  doi:",
         "two records have the same doi", "correct"),
    yaml("a country code in small letters", "places", "countryCode: CL", "countryCode: cl",
         "countryCode: cl", 'two capital letters; found "cl"', "write countryCode: BR"),
    yaml("no value", "works", "title: A Manual of Mud", "title:",
         "title:\n", "title has no value", "write a value"),
    yaml("no title", "works", "  title: A Manual of Mud\n", "",
         "work/2021-a-manual-of-mud", "exactly one title, a text; found none", "write title:"),
    yaml("two titles", "works", "title: A Manual of Mud", "title:\n    - A Manual of Mud\n    - Mud",
         "- Mud", 'exactly one title, a text; found "A Manual of Mud" and "Mud"', "once"),
    yaml("a number where nothing can be read", "organizations", "asStated: 1-, reading: illegible", "asStated: 1-, min: 1, reading: illegible",
         "min: 1, reading: illegible", "an illegible Count has neither min nor max", "leave min and max out"),
    yaml("an exact number with two values", "organizations", "min: 7, max: 7", "min: 7, max: 8",
         "min: 7, max: 8", "an exact Count", "another reading"),
    yaml("a date bound written by hand", "works", "issued: 2021-06-15", "issuedNotBefore: 2021-06-15",
         "issuedNotBefore", '"issuedNotBefore" is worked out from "issued"', 'write "issued" instead'),
    # Partners and evidence.
    yaml("a partner without a partnership", "center",
         "    - {kind: research-partner, with: [organization/old-pier-company], start: 2001, end: 2009, status: former, evidence: brochure#L24}\n", "",
         "organizations.yaml: organization/old-pier-company", "Partner", "artner"),
    yaml("a partnership with nobody", "initiatives", "with: [organization/coastal-bank], ", "",
         "kind: sponsorship", "a Partnership names at least one partner or country", "write with:"),
    yaml("no evidence", "people", "  name: Zoë D'Angelo\n  orcid: 0000-0000-1000-3003\n  evidence: brochure#L13\n",
         "  name: Zoë D'Angelo\n  orcid: 0000-0000-1000-3003\n",
         "id: person/zoe-dangelo", "nothing is said of where this comes from", "write evidence:", severity="warning"),
    yaml("no evidence where it is required", "people", "  name: Zoë D'Angelo\n  orcid: 0000-0000-1000-3003\n  evidence: brochure#L13\n",
         "  name: Zoë D'Angelo\n  orcid: 0000-0000-1000-3003\n",
         "id: person/zoe-dangelo", "nothing is said of where this comes from", "write evidence:", evidence="required"),
    yaml("evidence that names no lines", "people", "evidence: brochure#L11\n  roles", "evidence: brochure line 11\n  roles",
         "brochure line 11", '"brochure line 11" names no passage', "#L33"),
    yaml("evidence that runs backwards", "works", "evidence: annals#L3-L6", "evidence: annals#L6-L3",
         "annals#L6-L3", "run backwards", "first line first"),
    yaml("evidence in a source that is nowhere", "works", "evidence: annals#L3-L6", "evidence: anals#L3-L6",
         "anals#L3-L6", "there is no record with the id source/anals", "did you mean source/annals?"),
    # YAML itself.
    yaml("a key twice", "works", "  title: A Manual of Mud\n", "  title: A Manual of Mud\n  title: Mud\n",
         "title: Mud", "the key title already stands on line", "delete one"),
    yaml("an alias", "works", "title: A Manual of Mud", "title: *mud",
         "*mud", "mud", "write the value out"),
    yaml("a colon in a text", "works", "title: A Manual of Mud", "title: Mud: A Manual",
         "Mud: A Manual", "a second colon stands in this value", "put the text in quotes"),
    yaml("a tab", "works", "  title: A Manual of Mud", "\ttitle: A Manual of Mud",
         "\ttitle: A Manual of Mud", "tab", "spaces"),
    yaml("a quotation mark that is not closed", "organizations", "name: Saltmarsh University", 'name: "Saltmarsh University',
         '"Saltmarsh University', "not closed", "close it"),
    # Turtle.
    turtle("a full stop too few", "<person/new> a ipcg:Person ;\n  foaf:name 'New'\n<person/other> a ipcg:Person .\n",
           "<person/other>", "this is not Turtle: a dot is expected", "correct this line"),
    turtle("a prefix that is not declared", "<person/new> a ipcg:Person ;\n  schema:name 'New' .\n",
           "schema:name", "the prefix schema: has not been declared", "correct this line"),
    turtle("a misspelt property", PERSON + WORK + TYPE.replace("workType", "workTipe") + " ; dcterms:title 'New' .\n",
           "workTipe", "there is no property ipcg:workTipe", "did you mean ipcg:workType?"),
    turtle("a misspelt property of another vocabulary", "<person/new> a ipcg:Person ; ipcg:evidence <source/annals> ;\n  foaf:nmae 'New' .\n",
           "nmae", "foaf:nmae is not read by ipcgraph", "did you mean foaf:name?", severity="warning"),
    turtle("a misspelt class", "<person/new> foaf:name 'New' .\n<person/new> a ipcg:Persn .\n",
           "Persn", "there is no ipcg:Persn", "did you mean ipcg:Person?"),
    turtle("no class", "<person/new>\n  foaf:name 'New' .\n",
           "foaf:name", "person/new has no type", "Person"),
    turtle("a class of another vocabulary", "<person/new> foaf:name 'New' ; \n  a foaf:Person .\n",
           "a foaf:Person", "has no type that ipcgraph knows; found foaf:Person", "ipcg:Person"),
    turtle("a person who is nowhere (Turtle)", WORK + TYPE + " ; dcterms:title 'New' ;\n  ipcg:hasAuthorship <work/2001-new/authorship/a> .\n"
           "<work/2001-new/authorship/a> a ipcg:Authorship ; ipcg:position 1 ;\n  ipcg:author <person/li-wey> .\n",
           "li-wey", "there is no record with the id person/li-wey", "did you mean person/li-wei?"),
    turtle("authors with a gap", WORK + TYPE + " ; dcterms:title 'New' ;\n  ipcg:hasAuthorship <work/2001-new/authorship/a> .\n"
           "<work/2001-new/authorship/a> a ipcg:Authorship ; ipcg:author <person/li-wei> ;\n  ipcg:position 2 .\n",
           "ipcg:position 2", "position 2 of work/2001-new is its author number 1", "number the authors 1, 2, 3"),
    turtle("a day that does not exist (Turtle)", WORK + TYPE + " ; dcterms:title 'New' ;\n  ipcg:issued '2021-02-30'^^xsd:date .\n",
           "2021-02-30", '"2021-02-30" is not a date', "for instance"),
    turtle("a date as text", WORK + TYPE + " ; dcterms:title 'New' ;\n  ipcg:issued '2021' .\n",
           "'2021'", 'issued is at most one date: a year, a month or a day; found the text "2021"', 'in Turtle write a year as "2021"^^xsd:gYear'),
    turtle("a bound written by hand (Turtle)", WORK + TYPE + " ; dcterms:title 'New' ;\n  ipcg:issuedNotBefore '2021-02-03'^^xsd:date .\n",
           "issuedNotBefore", "issuedNotBefore is worked out and never written by hand", "write issued"),
    turtle("a word that the scheme lacks (Turtle)", WORK + "dcterms:title 'New' ;\n  " + TYPE.replace("report", "reprot") + " .\n",
           "reprot", "there is no word work-type/reprot", "did you mean work-type/report?"),
    turtle("no title (Turtle)", PERSON + WORK + TYPE + " .\n",
           "<work/2001-new> a ipcg:Work", "exactly one title", "write title"),
    turtle("a thing without a name of its own", "<work/2018-reading-the-tide-gauges>\n  ipcg:hasAuthorship [ a ipcg:Authorship ; ipcg:position 3 ] .\n",
           "hasAuthorship [", "a blank node [ ] cannot be cited", "give it an id"),
    turtle("an id that a YAML file has", "\n<person/li-wei> a ipcg:Person ; foaf:name 'Li Wei' ; ipcg:evidence <source/annals> .\n",
           "people.yaml: - id: person/li-wei\n", "the id person/li-wei is already used in data/more.ttl:6:", "another id"),
    # CSV.
    csv("a column that the mapping does not know", "Title,Year,Type,Authors,DOI", "Title,Year,Type,Authors,DIO",
        "DIO", 'does not know the column "DIO"', 'did you mean "DOI"?'),
    csv("a cell too many", "Reeds,2012", "Reeds, and Rushes,2012",
        "Rushes", "this row has 6 cells, the header has 5", "one cell for each column"),
    csv("a day that does not exist (CSV)", "Glass,2011", "Glass,2011-02-29",
        "2011-02-29", '"2011-02-29" is not a date', "a day that exists"),
    csv("a word that the scheme lacks (CSV)", "article", "artical",
        "artical", '"artical" is no work type', 'did you mean "article"?'),
    csv("a person who is nowhere (CSV)", "person/ravi-menon", "person/ravi-memon",
        "ravi-memon", "there is no record with the id person/ravi-memon", "did you mean person/ravi-menon?"),
    csv("no id in a row", "Reeds,2012", ",2012",
        ",2012", '"Title" is empty, so that this row has no id', "write a value in this cell"),
    csv("one DOI on two works (CSV)", "person/ravi-menon,", "person/ravi-menon,10.5555/sand.1",
        "Reeds", "two records have the same doi", "correct"),
    csv("a row twice", "Reeds,2012,article,person/ravi-menon,\n", "Reeds,2012,article,person/ravi-menon,\nReeds,2012,report,person/li-wei,\n",
        "Reeds,2012,report", "the id work/2012-reeds is already used in data/more.csv:3", "another id"),
    Mistake("a key that no record has, in a mapping", "more.mapping.yaml", MAPPING.replace("Type: workType", "Type: workTyp"),
            "workTyp", 'there is no key "workTyp"', 'did you mean "workType"?', others={"more.csv": ROWS}),
    Mistake("CSV without a mapping", "more.csv", ROWS, "Title,Year", "this CSV file has no mapping", "more.mapping.yaml"),
]  # fmt: skip


@pytest.fixture(scope="module")
def center(tmp_path_factory) -> Settings:
    """The test center, made once; each test puts back what it changes."""
    settings = make_center(tmp_path_factory.mktemp("center"))
    check(settings, sources=SOURCES, accept=True)
    return settings


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_found_at_its_line_in_plain_words(center, mistake):
    report, text = make(center, mistake)
    assert report.findings
    for finding in report:
        assert_plain(finding)
    expected = f"data/{place_of(center, mistake, text)}"
    found = [f"{f.place.path}:{f.place.line}: {f.severity}: {f.message}; {f.fix}" for f in report]
    here = [f for f in report if f"{f.place.path}:{f.place.line}" == expected]
    assert here, f"nothing is said of {expected}, but:\n" + "\n".join(found)
    matching = [f for f in here if mistake.says in f.message and mistake.fix in f.fix]
    assert matching, "\n".join(found)
    assert {f.severity for f in matching} == {mistake.severity}


@pytest.mark.parametrize(
    "name", ["no value", "evidence in a source that is nowhere", "a record replaced by one that is nowhere"]
)
def test_one_mistake_is_one_finding(center, name):
    [mistake] = [mistake for mistake in MISTAKES if mistake.name == name]
    clean = {finding.message for finding in check(center)}
    report, _ = make(center, mistake)
    [finding] = [finding for finding in report if finding.message not in clean]
    assert mistake.says in finding.message


@pytest.mark.parametrize("format", ["text", "json", "sarif", "turtle"])
def test_a_mistake_in_an_id_can_be_reported_in_every_format(center, format):  # noqa: A002
    for name in ("id with a space", "id with an accent", "id with capitals"):
        [mistake] = [mistake for mistake in MISTAKES if mistake.name == name]
        wrong = dataclasses.replace(mistake, old=f"{mistake.old}, type: Topic", new=f"{mistake.new}, type: Topc")
        report, _ = make(center, wrong)
        file = io.StringIO()
        write_report(report, file, format=format)
        assert "topic" in file.getvalue()


def test_the_center_has_no_mistake_of_its_own(center):
    assert [str(finding) for finding in check(center, sources=SOURCES).errors] == []


def test_every_format_has_its_mistakes():
    suffixes = [mistake.file.rpartition(".")[2] for mistake in MISTAKES]
    assert len(MISTAKES) >= 30
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES)
    assert min(suffixes.count(suffix) for suffix in ("yaml", "ttl", "csv")) >= 8


def test_jargon_is_recognised():
    assert JARGON.search("MinCountConstraintComponent")
    assert JARGON.search("Value is not of datatype xsd:date")
    assert not JARGON.search("A Person has no key orcdi; did you mean orcid?")


def make(center: Settings, mistake: Mistake) -> tuple[Report, str]:
    """The report of the center with the mistake in it, and the text of the changed file; the center is put back."""
    file = center.data_folder / mistake.file
    before = file.read_text(encoding="utf-8") if file.exists() else None
    assert (before is None) == (not mistake.old)
    text = mistake.new if before is None else before.replace(mistake.old, mistake.new, 1)
    assert text != before
    written: dict[Path, str | None] = {file: before}
    try:
        file.write_text(text, encoding="utf-8")
        for name, other in mistake.others.items():
            written[center.data_folder / name] = None
            (center.data_folder / name).write_text(other, encoding="utf-8")
        settings = center
        if mistake.evidence == "required":
            settings = center._replace(evidence="required")
        return check(settings), text
    finally:
        for path, content in written.items():
            if content is None:
                path.unlink()
            else:
                path.write_text(content, encoding="utf-8")


def place_of(center: Settings, mistake: Mistake, text: str) -> str:
    """File and line where the finding is expected: the last line of what `at` stands for."""
    file, at = mistake.file, mistake.at
    if ".yaml: " in at:
        file, _, at = at.partition(": ")
        text = (center.data_folder / file).read_text(encoding="utf-8")
    assert text.count(at) == 1, f"{at!r} stands {text.count(at)} times in {file}"
    line = text[: text.index(at) + len(at.rstrip("\n"))].count("\n") + 1
    return f"{file}:{line}"


def assert_plain(finding: Finding) -> None:
    words = ALLOWED.sub("", f"{finding.message} {finding.fix}")
    # What a person wrote is shown as it is.
    words = re.sub(r'"[^"]*"', "", words)
    assert not JARGON.search(words), str(finding)
    assert finding.message
    assert finding.fix, str(finding)
    assert not finding.message.endswith(".")


def test_the_lock_is_beside_the_data(center):
    assert (center.data_folder / LOCK).is_file()
