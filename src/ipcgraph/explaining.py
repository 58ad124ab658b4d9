"""Why a statement is in the graph: its line or the rule that made it, and the passage that it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from pyoxigraph import Literal, NamedNode, Quad

from ipcgraph.deriving import derive, derived_graph
from ipcgraph.errors import ProjectError
from ipcgraph.findings import Place
from ipcgraph.ontology import read_ontology
from ipcgraph.parameters import CLASSES, SCHEMES, Parameter
from ipcgraph.places import read_places
from ipcgraph.queries import Query, bind
from ipcgraph.shipped import shipped_folder
from ipcgraph.spelling import nearest
from ipcgraph.store import Store
from ipcgraph.tables import Table
from ipcgraph.vocabulary import CONCEPTS, DEFAULT_BASE, IPCG, compact, expand

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
_SAID: Final = """
CONSTRUCT { $thing ?property ?value . ?value ?inner ?innerValue }
WHERE {
  $thing ?property ?value
  FILTER NOT EXISTS { GRAPH $graph { $thing ?property ?value } }
  OPTIONAL { ?value ?inner ?innerValue }
}
"""
_THINGS: Final = "SELECT DISTINCT ?thing WHERE { ?thing a ?class } ORDER BY ?thing"
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

_SAID_QUERY: Final = Query(
    name="said",
    title="What is said of a thing and its parts",
    about="What a rule could make its statements of.",
    form="CONSTRUCT",
    parameters=(
        Parameter("thing", "Thing", None, "what to look at"),
        Parameter("graph", "Thing", None, "what is derived"),
    ),
    text=_SAID,
)


@dataclass(frozen=True, slots=True)
class Explained:
    """One statement, where it comes from, and the passages or sources that it rests on."""

    subject: NamedNode
    predicate: NamedNode
    object: NamedNode | Literal
    place: Place
    """The file and line where it is written; for a derived statement the rule's file."""
    derived: bool
    evidence: tuple[str, ...]
    """IRIs of passages and sources: those of a Claim about this very statement, else those of its subject."""


_Key: TypeAlias = tuple[NamedNode, NamedNode, NamedNode | Literal, bool]
"""Subject, predicate, object, and whether a rule made the statement."""


def read_thing(text: str, *, base: str = DEFAULT_BASE) -> NamedNode:
    """The IRI of a thing as a person names it: an id, an IRI, a class, a concept or a passage as records write them.

    >>> read_thing("overview#L33").value, read_thing("role-type/director").value
    ('https://w3id.org/ipcgraph/id/source/overview/L33', 'https://w3id.org/ipcgraph/vocab/role-type/director')

    Raises UsageError where the text is none of these.
    """
    if CLASSES.get(text):
        return NamedNode(CLASSES[text])
    if text.partition("/")[0] in SCHEMES:
        return expand(CONCEPTS + text)
    passage = re.fullmatch(r"(?:source/)?([a-z0-9-]+)#(L\d+(?:-L\d+)?)", text)
    return expand(f"source/{passage[1]}/{passage[2]}" if passage else text, base=base)


def explain(
    store: Store, build: Path, thing: NamedNode, *, base: str = DEFAULT_BASE, origin: str = ""
) -> tuple[Explained, ...]:
    """Everything said of a thing, then everything that refers to it, each in the order written; none for no such thing.

    What a rule derived rests on the evidence of those statements about the same thing whose properties the rule reads.
    `origin` is the address of the store that the build was read from, if it was: then nothing is written anywhere, and
    what a rule derived is placed at the rule that makes such statements. Raises ProjectError where a statement has no
    place, which means that the build is not whole.
    """
    statements = _statements(store, thing, base)
    if origin:
        places = _places_in_store(store, statements, origin, base)
    else:
        places = read_places(build, [(subject, predicate, value) for subject, predicate, value, _ in statements])
    evidence = {key: _strongest(passages) for key, passages in statements.items()}
    rules = {place.path: _read_by(place.path) for place in places.values() if place.path.endswith(".rq")}
    explained = []
    for subject, predicate, value, derived in statements:
        place = places.get((str(subject), str(predicate), str(value)))
        if place is None:
            remedy = "run: ipcgraph build --force"
            raise ProjectError(f"nothing says where {subject} {predicate} {value} comes from; {remedy}")
        rests_on = evidence[subject, predicate, value, derived]
        if derived:
            inputs = (
                passages
                for (of, by, _, made), passages in evidence.items()
                if of == subject and not made and by.value in rules.get(place.path, ())
            )
            rests_on = set().union(*inputs) or rests_on
        explained.append(Explained(subject, predicate, value, place, derived, tuple(sorted(rests_on, key=_by_line))))
    return tuple(
        sorted(
            explained,
            key=lambda e: (
                e.subject != thing,
                str(e.subject),
                e.derived,
                e.place,
                str(e.predicate) * bool(origin),
                str(e.object),
            ),
        )
    )


def nearest_thing(store: Store, thing: NamedNode, *, base: str = DEFAULT_BASE) -> str:
    """The id of the thing that a misspelt one most likely means, or an empty text."""
    answer = store.query(_THINGS)
    known = [cell.value for (cell,) in answer.rows if isinstance(cell, NamedNode)] if isinstance(answer, Table) else []
    return nearest(compact(thing.value, base=base), (compact(iri, base=base) for iri in known if iri.startswith(base)))


def explanation_table(explained: Iterable[Explained], thing: NamedNode, *, base: str = DEFAULT_BASE) -> Table:
    """The explanation as a table: property, where it is written or which rule made it, what it rests on, value.

    A statement that refers to the thing is told from its side: `is partner of` with the other thing as the value.
    """
    rows = []
    for each in explained:
        key = compact(each.predicate.value, base=base).rpartition(":")[2]
        own = each.subject == thing
        rows.append((
            key if own else f"is {key} of",
            f"derived by {each.place.path}" if each.derived else str(each.place),
            ", ".join(compact(passage, base=base) for passage in each.evidence),
            each.object if own else each.subject,
        ))  # fmt: skip
    return Table(("property", "written", "evidence", "value"), tuple(rows))


def _statements(store: Store, thing: NamedNode, base: str) -> dict[_Key, dict[int, set[str]]]:
    """The statements that the thing is part of, each with its passages by how directly they belong to it."""
    answer = store.query(bind(_QUERY, {"thing": thing, "graph": derived_graph(base)}, base=base))
    if not isinstance(answer, Table):
        raise TypeError("a SELECT query gives a table")
    statements: dict[_Key, dict[int, set[str]]] = {}
    for subject, predicate, value, derived, passage, strength in answer.rows:
        if not isinstance(subject, NamedNode) or not isinstance(predicate, NamedNode):
            continue
        if not isinstance(value, NamedNode | Literal):
            continue
        passages = statements.setdefault((subject, predicate, value, _true(derived)), {})
        if isinstance(passage, NamedNode) and isinstance(strength, Literal):
            passages.setdefault(int(strength.value), set()).add(passage.value)
    return statements


def _places_in_store(
    store: Store, statements: Iterable[_Key], origin: str, base: str
) -> dict[tuple[str, str, str], Place]:
    """Where the statements of a store come from: the store, or the rule that makes them of what is said there."""
    statements = list(statements)
    made: dict[tuple[str, str, str], Place] = {}
    for subject in sorted({subject for subject, *_, derived in statements if derived}, key=str):
        said = store.query(bind(_SAID_QUERY, {"thing": subject, "graph": derived_graph(base)}, base=base))
        quads = [Quad(*triple) for triple in said] if isinstance(said, list) else []
        for quad, place in derive(quads, read_ontology().rules):
            made.setdefault((str(quad.subject), str(quad.predicate), str(quad.object)), place)
    places = {}
    for subject, predicate, value, derived in statements:
        key = (str(subject), str(predicate), str(value))
        here = Place(origin, line=0, column=0)
        places[key] = made.get(key, here) if derived else here
    return places


def _strongest(passages: dict[int, set[str]]) -> set[str]:
    return passages[max(passages)] if passages else set()


def _read_by(rule: str) -> frozenset[str]:
    """The IRIs of the properties that a rule names."""
    text = (shipped_folder("ontology").parent / rule).read_text(encoding="utf-8")
    return frozenset(IPCG + name for name in re.findall(r"ipcg:([A-Za-z]+)", text))


def _true(cell: object) -> bool:
    return isinstance(cell, Literal) and cell.value == "true"


def _by_line(iri: str) -> tuple[str, int]:
    """Passages in the order of their source's lines."""
    source, _, lines = iri.rpartition("/L")
    first = lines.partition("-")[0]
    return (source, int(first)) if source and first.isdigit() else (iri, 0)
