"""The W3C tests of SHACL as graphs, shapes and the results they demand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse

from ipcgraph.engines.results import Described, Result
from ipcgraph.statements import Term, term_text
from ipcgraph.vocabulary import RDF, SH

SHARED = Path(os.environ.get("IPCGRAPH_SHARED", Path(__file__).parents[2] / "shared"))
SUITE = SHARED / "suites" / "shacl" / "data-shapes-test-suite" / "tests"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"


class Case(NamedTuple):
    """One test: `results` is None where the engine must refuse the shapes."""

    name: str
    data: tuple[Quad, ...]
    shapes: tuple[Quad, ...]
    results: tuple[Result, ...] | None


def cases(part: str) -> list[Case]:
    """The tests of core or sparql, by name."""
    return [case for file in sorted((SUITE / part).rglob("*.ttl")) for case in cases_of(file)]


def cases_of(file: Path) -> list[Case]:
    graph = read(file)
    described = Described.of(graph)
    made = []
    for entry, said in described.values.items():
        if SHT + "Validate" not in {term_text(each) for each in said.get(RDF + "type", ())}:
            continue
        [action], [result] = said[MF + "action"], said[MF + "result"]
        [data], [shapes] = described.all(action, SHT + "dataGraph"), described.all(action, SHT + "shapesGraph")
        refused = term_text(result) == SHT + "Failure"
        made.append(
            Case(
                f"{file.parent.name}/{term_text(entry).rpartition('/')[2]}",
                tuple(read(local(file, data))),
                tuple(read(local(file, shapes))),
                None if refused else tuple(results(described, result)),
            )
        )
    return made


def local(file: Path, graph: Term) -> Path:
    return file.with_name(term_text(graph).rpartition("/")[2])


def read(file: Path) -> list[Quad]:
    base = f"https://suite.example/{file.parent.name}/{file.name}"
    return list(parse(path=file, format=RdfFormat.TURTLE, base_iri=base))


def results(described: Described, report: Term):
    for each in described.all(report, SH + "result"):

        def one(name: str, each: Term = each) -> Term | None:
            return next(iter(described.all(each, SH + name)), None)

        path, focus, shape = one("resultPath"), one("focusNode"), one("sourceShape")
        assert focus is not None
        yield Result(
            focus=term_text(focus),
            path=described.steps(path) if path is not None else (),
            value=one("value"),
            component=term_text(one("sourceConstraintComponent") or NamedNode("x:none")),
            shape=term_text(shape) if shape is not None and not isinstance(shape, BlankNode) else "",
            severity=term_text(one("resultSeverity") or NamedNode("x:none")),
        )
