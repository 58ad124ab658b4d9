"""The writers of a Report: what programs, code hosts and SHACL tools read back."""

from __future__ import annotations

import io
import json

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SH

from ipcgraph.errors import UsageError
from ipcgraph.findings import Finding, Place, Report
from ipcgraph.reports import ReportFormat, write_report
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG, PREFIXES

WORK = DEFAULT_BASE + "work/a"
TITLE = PREFIXES["dcterms"] + "title"
REPORT = Report.of(
    [
        Finding("error", 'no "title"', Place("data/b c.yaml", 12, 3), fix="write it", focus=WORK, path=TITLE, shape=IPCG + "WorkShape-title"),
        Finding("warning", "no evidence", Place("data/a.yaml", 2), focus=WORK, shape="ipcg:check-dangling-reference"),
        Finding("error", "not YAML", Place("data/é.yaml", 7, 1), fix="indent\nit \x1b[31m"),
    ]
)  # fmt: skip


def written(report: Report, format: ReportFormat, **options) -> str:  # noqa: A002
    file = io.StringIO()
    write_report(report, file, format=format, **options)
    again = io.StringIO()
    write_report(Report.of(reversed(report.findings)), again, format=format, **options)
    assert again.getvalue() == file.getvalue()
    return file.getvalue()


def test_text_has_one_line_a_finding_and_no_control_characters():
    assert written(REPORT, "text").split("\n") == [
        "data/a.yaml:2:1: warning: no evidence",
        'data/b c.yaml:12:3: error: no "title"; write it',
        "data/é.yaml:7:1: error: not YAML; indent\\nit \\x1b[31m",
        "",
    ]
    assert written(Report(), "text") == ""


def test_json_has_every_part_of_a_finding():
    document = json.loads(written(REPORT, "json"))
    assert (document["conforms"], document["errors"], document["warnings"]) == (False, 2, 1)
    assert document["findings"][1] == {
        "severity": "error",
        "message": 'no "title"',
        "fix": "write it",
        "path": "data/b c.yaml",
        "line": 12,
        "column": 3,
        "focus": WORK,
        "property": TITLE,
        "shape": IPCG + "WorkShape-title",
    }
    assert [finding["shape"] for finding in document["findings"]][::2] == [
        IPCG + "check-dangling-reference",
        IPCG + "check-reading",
    ]


def test_sarif_is_what_a_code_host_takes():
    log = json.loads(written(REPORT, "sarif", version="1.2.3"))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    [run] = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("ipcgraph", "1.2.3")
    ids = [rule["id"] for rule in driver["rules"]]
    assert ids == ["ipcg:WorkShape-title", "ipcg:check-dangling-reference", "ipcg:check-reading"]
    assert all(rule["shortDescription"]["text"] for rule in driver["rules"])
    for result in run["results"]:
        assert set(result) == {"ruleId", "ruleIndex", "level", "message", "locations"}
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"none", "note", "warning", "error"}
        [location] = result["locations"]
        region = location["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert region["startColumn"] >= 1
    artifacts = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in run["results"]]
    assert [artifact["uri"] for artifact in artifacts] == ["data/a.yaml", "data/b%20c.yaml", "data/%C3%A9.yaml"]
    assert {artifact["uriBaseId"] for artifact in artifacts} == {"%SRCROOT%"}
    assert [result["message"]["text"] for result in run["results"]][1] == 'no "title"; write it'


def test_sarif_of_no_findings_is_a_run_with_no_results():
    [run] = json.loads(written(Report(), "sarif"))["runs"]
    assert run["results"] == []
    assert run["tool"]["driver"] == {"name": "ipcgraph", "rules": []}


def test_turtle_is_a_validation_report_that_other_readers_take():
    graph = Graph().parse(data=written(REPORT, "turtle"), format="turtle")
    [node] = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(node, SH.conforms) == Literal(False)
    results = list(graph.objects(node, SH.result))
    assert len(results) == 3
    for result in results:
        assert (result, RDF.type, SH.ValidationResult) in graph
        assert len(list(graph.objects(result, SH.focusNode))) == 1
        assert len(list(graph.objects(result, SH.resultSeverity))) == 1
    [result] = graph.subjects(SH.sourceShape, URIRef(IPCG + "WorkShape-title"))
    assert graph.value(result, SH.resultPath) == URIRef(TITLE)
    assert graph.value(result, SH.focusNode) == URIRef(WORK)
    assert graph.value(result, SH.resultSeverity) == SH.Violation
    assert graph.value(result, SH.resultMessage) == Literal('no "title"')
    assert graph.value(result, URIRef(IPCG + "writtenAt")) == Literal("data/b c.yaml:12:3")
    assert (None, SH.sourceConstraintComponent, URIRef(IPCG + "check-dangling-reference")) in graph


def test_turtle_names_the_component_of_a_shape_beside_it():
    component = str(SH.MinCountConstraintComponent)
    finding = Finding(
        "error", "no title", Place("a.yaml"), focus=WORK, shape=IPCG + "WorkShape-title", component=component
    )
    graph = Graph().parse(data=written(Report.of([finding, *REPORT]), "turtle"), format="turtle")
    [result] = graph.subjects(SH.sourceConstraintComponent, SH.MinCountConstraintComponent)
    assert graph.value(result, SH.sourceShape) == URIRef(IPCG + "WorkShape-title")


@pytest.mark.parametrize(
    ("focus", "node", "shown"),
    [
        (DEFAULT_BASE + "person/zz yy", URIRef("file:data/a.yaml"), ""),
        ("_:b0", URIRef("file:data/a.yaml"), ""),
        ("Ada", URIRef("file:data/a.yaml"), ""),
        ('"Ada"', Literal("Ada"), '"Ada"'),
        ('"Zo\\u00EB \\"x\\""@en', Literal('Zoë "x"', lang="en"), '"Zo\\u00EB \\"x\\""@en'),
        ('"broken', URIRef("file:data/a.yaml"), ""),
        (DEFAULT_BASE + "person/Éva", URIRef(DEFAULT_BASE + "person/Éva"), DEFAULT_BASE + "person/Éva"),
    ],
)
def test_a_focus_that_is_no_iri_spoils_no_report(focus, node, shown):
    report = Report.of([Finding("error", "odd", Place("data/a.yaml"), focus=focus, path="no iri", shape=IPCG + "S")])
    graph = Graph().parse(data=written(report, "turtle"), format="turtle")
    assert list(graph.objects(None, SH.focusNode)) == [node]
    assert list(graph.objects(None, SH.resultPath)) == []
    [finding] = json.loads(written(report, "json"))["findings"]
    assert finding["focus"] == shown
    assert len(json.loads(written(report, "sarif"))["runs"][0]["results"]) == 1


def test_turtle_of_no_findings_conforms():
    graph = Graph().parse(data=written(Report(), "turtle"), format="turtle")
    assert list(graph.objects(None, SH.conforms)) == [Literal(True)]


def test_a_format_that_is_none_is_not_taken():
    with pytest.raises(UsageError, match="text, json, sarif or turtle"):
        write_report(Report(), io.StringIO(), format="html")  # type: ignore[arg-type]
