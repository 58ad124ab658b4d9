"""Why a statement is in the graph: its line or the rule that made it, and the passage that it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode

from ipcgraph.deriving import derived_graph
from ipcgraph.errors import ProjectError
from ipcgraph.findings import Place
from ipcgraph.places import read_places
from ipcgraph.queries import Parameter, Query, bind
from ipcgraph.store import Store
from ipcgraph.tables import Table, Term
from ipcgraph.vocabulary import DEFAULT_BASE, compact

_STATEMENTS: Final = """
PREFIX ipcg: <https://w3id.org/ipcgraph/ns#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?subject ?predicate ?object ?derived ?evidence ?strength WHERE {
  { BIND($thing AS ?subject) $thing ?predicate ?object }
  UNION
  { BIND($thing AS ?object) ?subject ?predicate $thing }
  BIND(EXISTS { GRAPH $graph { ?subject ?predicate ?object } } AS ?derived)
  OPTIONAL {
    {
      ?claim rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ; ipcg:evidence ?evidence .
      BIND(3 AS ?strength)
    } UNION {
      ?subject ipcg:evidence ?evidence
      BIND(2 AS ?strength)
    } UNION {
      ?work ipcg:hasAuthorship ?subject ; ipcg:evidence ?evidence
      BIND(1 AS ?strength)
    }
  }
}
"""
_QUERY: Final = Query(
    name="explain",
    title="Statements about a thing",
    about="What is said of a thing and what refers to it, with the evidence of each.",
    form="SELECT",
    parameters=(
        Parameter("thing", "Thing", None, "what to explain"),
        Parameter("graph", "Thing", None, "what is derived"),
    ),
    text=_STATEMENTS,
)


@dataclass(frozen=True, slots=True)
class Explained:
    """One statement, where it comes from, and the passages or sources that it rests on."""

    subject: Term
    predicate: NamedNode
    object: Term
    place: Place
    """The file and line where it is written; for a derived statement the rule's file."""
    derived: bool
    evidence: tuple[str, ...]
    """IRIs of passages and sources: those of a Claim about this very statement, else those of its subject."""


def explain(store: Store, build: Path, thing: NamedNode, *, base: str = DEFAULT_BASE) -> tuple[Explained, ...]:
    """Everything said of a thing, then everything that refers to it, each in the order written.

    Raises ProjectError where a statement has no place, which means that the build is not whole.
    """
    answer = store.query(bind(_QUERY, {"thing": thing, "graph": derived_graph(base)}, base=base))
    if not isinstance(answer, Table):
        raise TypeError("a SELECT query gives a table")
    evidence: dict[tuple[Term, Term, Term, bool], dict[int, set[str]]] = {}
    for subject, predicate, value, derived, passage, strength in answer.rows:
        known = evidence.setdefault((subject, predicate, value, _true(derived)), {})  # type: ignore[arg-type]
        if isinstance(passage, NamedNode) and isinstance(strength, Literal):
            known.setdefault(int(strength.value), set()).add(passage.value)
    places = {subject: read_places(build, subject) for subject, *_ in evidence if isinstance(subject, NamedNode)}
    explained = []
    for (subject, predicate, value, derived), passages in evidence.items():
        if not isinstance(subject, NamedNode) or not isinstance(predicate, NamedNode):
            continue
        place = places[subject].get((str(predicate), str(value)))
        if place is None:
            remedy = "run: ipcgraph build --force"
            raise ProjectError(f"nothing says where {subject} {predicate} {value} comes from; {remedy}")
        strongest = sorted(passages[max(passages)], key=_by_line) if passages else ()
        explained.append(Explained(subject, predicate, value, place, derived, tuple(strongest)))
    return tuple(
        sorted(explained, key=lambda e: (e.subject != thing, str(e.subject), e.derived, e.place, str(e.object)))
    )


def explanation_table(explained: Iterable[Explained], *, base: str = DEFAULT_BASE) -> Table:
    """The explanation as a table: subject, property, value, where it is written or derived, what it rests on."""
    rows = (
        (
            e.subject,
            compact(e.predicate.value, base=base).removeprefix("ipcg:"),
            e.object,
            f"derived by {e.place.path}" if e.derived else str(e.place),
            ", ".join(compact(passage, base=base) for passage in e.evidence),
        )
        for e in explained
    )
    return Table(("subject", "property", "value", "written", "evidence"), tuple(rows))


def _true(cell: object) -> bool:
    return isinstance(cell, Literal) and cell.value == "true"


def _by_line(iri: str) -> tuple[str, int]:
    """Passages in the order of their source's lines."""
    source, _, lines = iri.rpartition("/L")
    first = lines.partition("-")[0]
    return (source, int(first)) if source and first.isdigit() else (iri, 0)
