"""The writers of a Report: text for people, JSON for programs, SARIF for code hosts, Turtle for SHACL tools."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from urllib.parse import quote

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse, serialize
from pyoxigraph import Literal as RdfLiteral

from ipcgraph.errors import UsageError
from ipcgraph.vocabulary import IPCG, PREFIXES, SH, TYPE, XSD, compact, expand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TextIO

    from ipcgraph.findings import Finding, Report

ReportFormat: TypeAlias = Literal["text", "json", "sarif", "turtle"]

OTHER: Final = IPCG + "check-reading"
"""The rule of a finding that names none: a file that cannot be read, or a line that is not of its format."""
SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def write_report(report: Report, file: TextIO, *, format: ReportFormat = "text", version: str = "") -> None:  # noqa: A002
    """Writes the findings in order; the same bytes for the same report.

    `version` is that of ipcgraph, which SARIF names as the tool. Raises UsageError for another format.
    """
    writers: Mapping[ReportFormat, Callable[[], str]] = {
        "text": lambda: report_text(report),
        "json": lambda: report_json(report),
        "sarif": lambda: report_sarif(report, version=version),
        "turtle": lambda: report_turtle(report),
    }
    if format not in writers:
        raise UsageError(f"there is no report as {format!r}; write text, json, sarif or turtle")
    file.write(writers[format]())


def report_text(report: Report) -> str:
    """One line a finding: `path:line:column: error: what is wrong; what to write instead`."""
    return "".join(f"{_one_line(str(finding))}\n" for finding in report)


def report_json(report: Report) -> str:
    """An object with `conforms`, the numbers of `errors` and `warnings`, and the list of `findings`."""
    document = {
        "conforms": report.conforms,
        "errors": len(report.errors),
        "warnings": len(report.warnings),
        "findings": [
            {
                "severity": finding.severity,
                "message": finding.message,
                "fix": finding.fix,
                "path": finding.place.path,
                "line": finding.place.line,
                "column": finding.place.column,
                "focus": finding.focus if _term(finding.focus) else "",
                "property": finding.path,
                "shape": _rule_iri(finding),
            }
            for finding in report
        ],
    }
    return _json(document)


def report_sarif(report: Report, *, version: str = "") -> str:
    """A SARIF 2.1.0 log with one run, as code hosts read it; paths are relative to the root of the project.

    A rule is a shape or a check, under its short name; it is described where a finding of it is in the report.
    """
    examples = {_rule_id(finding): finding for finding in reversed(report.findings)}
    rules = sorted(examples)
    driver: dict[str, object] = {"name": "ipcgraph", "rules": [_sarif_rule(rule, examples[rule]) for rule in rules]}
    if version:
        driver["semanticVersion"] = version
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(finding, rules.index(_rule_id(finding))) for finding in report],
    }
    return _json({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def report_turtle(report: Report) -> str:
    """A `sh:ValidationReport` with one `sh:ValidationResult` a finding.

    `sh:conforms` is false where there is any result, a warning too, as the SHACL recommendation has it. Our own checks
    stand as `sh:sourceConstraintComponent`, shapes as `sh:sourceShape` beside their component; `ipcg:writtenAt`
    is path, line and column.
    """
    text = serialize(_triples(report), format=RdfFormat.TURTLE, prefixes=PREFIXES)
    assert text is not None  # noqa: S101 # it is None only where a file to write to is given
    return text.decode()


def _triples(report: Report) -> Iterator[Triple]:
    node = BlankNode("report")
    conforms = RdfLiteral("false" if len(report) else "true", datatype=NamedNode(XSD + "boolean"))
    yield Triple(node, TYPE, NamedNode(SH + "ValidationReport"))
    yield Triple(node, NamedNode(SH + "conforms"), conforms)
    for number, finding in enumerate(report, start=1):
        result = BlankNode(f"result{number}")
        yield Triple(node, NamedNode(SH + "result"), result)
        yield Triple(result, TYPE, NamedNode(SH + "ValidationResult"))
        for name, value in _said(finding):
            yield Triple(result, NamedNode(name), value)


def _said(finding: Finding) -> Iterator[tuple[str, NamedNode | RdfLiteral]]:
    """What a result says, property by property."""
    yield SH + "resultSeverity", NamedNode(SH + ("Violation" if finding.severity == "error" else "Warning"))
    yield SH + "resultMessage", RdfLiteral(finding.message)
    # A result must have a focus node: where no thing is named, or by a name that cannot be, it is the file.
    yield SH + "focusNode", _term(finding.focus) or NamedNode(f"file:{quote(finding.place.path)}")
    path = _term(finding.path)
    if path:
        yield SH + "resultPath", path
    rule, is_check = NamedNode(_rule_iri(finding)), _rule_id(finding).startswith("ipcg:check-")
    component = rule if is_check else _term(finding.component)
    if component:
        yield SH + "sourceConstraintComponent", component
    if not is_check:
        yield SH + "sourceShape", rule
    yield IPCG + "writtenAt", RdfLiteral(str(finding.place))
    if finding.fix:
        yield IPCG + "remedy", RdfLiteral(finding.fix)


def _term(text: str) -> NamedNode | RdfLiteral | None:
    """The thing with this IRI, or the literal that N-Triples writes so; None where it is neither."""
    try:
        if not text.startswith('"'):
            return NamedNode(text) if text else None
        # N-Triples has no way to read a term alone.
        [quad] = parse(f"<x:s> <x:p> {text} .".encode(), format=RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError):
        return None
    return quad.object if isinstance(quad.object, RdfLiteral) else None


def _sarif_rule(rule: str, example: Finding) -> dict[str, object]:
    words = rule.rpartition(":")[2].removeprefix("check-").replace("-", " ")
    described: dict[str, object] = {"id": rule, "shortDescription": {"text": words}}
    if example.fix:
        described["help"] = {"text": example.fix}
    return described


def _sarif_result(finding: Finding, rule_index: int) -> dict[str, object]:
    place = finding.place
    text = f"{finding.message}; {finding.fix}" if finding.fix else finding.message
    location: dict[str, object] = {"artifactLocation": {"uri": quote(place.path), "uriBaseId": "%SRCROOT%"}}
    if place.line:
        location["region"] = {"startLine": place.line, "startColumn": place.column}
    else:  # in a store
        location["artifactLocation"] = {"uri": place.path}
    return {
        "ruleId": _rule_id(finding),
        "ruleIndex": rule_index,
        "level": finding.severity,
        "message": {"text": text},
        "locations": [{"physicalLocation": location}],
    }


def _rule_id(finding: Finding) -> str:
    return compact(_rule_iri(finding))


def _rule_iri(finding: Finding) -> str:
    return expand(finding.shape or OTHER).value


def _one_line(text: str) -> str:
    """The text without control characters, so that no value can break the line or steer the terminal."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
