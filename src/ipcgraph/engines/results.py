"""A validation result, alike whichever engine found it, and the paths in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from ipcgraph.errors import IpcgraphError
from ipcgraph.statements import Term, term_text
from ipcgraph.vocabulary import RDF, SH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SIGNS: Final = {SH + "zeroOrMorePath": "*", SH + "oneOrMorePath": "+", SH + "zeroOrOnePath": "?"}
"""What follows a path that is repeated, by the term of SHACL for it."""

_IMPORTS: Final = "http://www.w3.org/2002/07/owl#imports"


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result as a SHACL engine gives it.

    `path` has one item for each step from the focus node, an inverse step headed by `^`; it is empty for a node shape.
    `component`, `shape` and `severity` are IRIs; a shape without a name is `_:` and its label. Where the focus is no
    thing but a value, it is `literal`, and `focus` is this as N-Triples writes it.
    """

    focus: str
    path: tuple[str, ...]
    value: Term | None
    component: str
    shape: str
    severity: str
    literal: Literal | None = None
    constraint: str = ""
    """The constraint whose query found it, where it was a query."""

    @property
    def kind(self) -> str:
        """`MinCount`, `Datatype`, …: the name of the constraint component without its ending."""
        return self.component.removeprefix(SH).removesuffix("ConstraintComponent")


class EngineError(IpcgraphError, RuntimeError):
    """The engine stopped before its end."""


@dataclass(frozen=True, slots=True)
class Described:
    """A graph of shapes as values by subject and predicate, to read lists and paths from."""

    values: Mapping[Term, Mapping[str, tuple[Term, ...]]]

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> Described:
        values: dict[Term, dict[str, list[Term]]] = {}
        for quad in quads:
            said = values.setdefault(quad.subject, {}).setdefault(quad.predicate.value, [])
            if quad.object not in said:
                said.append(quad.object)
        return cls({s: {p: tuple(found) for p, found in said.items()} for s, said in values.items()})

    def all(self, subject: Term, predicate: str) -> tuple[Term, ...]:
        return self.values.get(subject, {}).get(predicate, ())

    def items(self, head: Term) -> Iterator[Term]:
        """The members of a list; one that comes back to itself ends there."""
        seen: set[Term] = set()
        while head not in seen and (first := self.all(head, RDF + "first")):
            seen.add(head)
            yield first[0]
            head = next(iter(self.all(head, RDF + "rest")), NamedNode(RDF + "nil"))

    def steps(self, path: Term) -> tuple[str, ...]:
        """The steps of a property path; what is neither a step nor a sequence of them is one item in SPARQL's signs."""
        if not isinstance(path, BlankNode):
            return (term_text(path),)
        if self.all(path, RDF + "first"):
            return tuple(step for item in self.items(path) for step in self.steps(item))
        for name, sign in SIGNS.items():
            for inner in self.all(path, name):
                return (f"({'/'.join(self.steps(inner))}){sign}",)
        for inner in self.all(path, SH + "inversePath"):
            return tuple(f"^{step}" for step in reversed(self.steps(inner)))
        for inner in self.all(path, SH + "alternativePath"):
            return ("|".join("/".join(self.steps(item)) for item in self.items(inner)),)
        return (term_text(path),)

    def declarations(self, constraint: Term) -> Iterator[tuple[Term, Term]]:
        """The nodes that declare a prefix for a query of a shape, each with the node that it is asked of."""
        for asked in self.all(constraint, SH + "prefixes"):
            waiting, seen = [asked], set[Term]()
            while waiting:
                node = waiting.pop()
                if node not in seen:
                    seen.add(node)
                    waiting += self.all(node, _IMPORTS)
                    yield from ((asked, each) for each in self.all(node, SH + "declare"))

    def path_nodes(self) -> frozenset[Term]:
        """The nodes without a name of which the paths consist."""
        found: set[Term] = set()
        waiting = [path for said in self.values.values() for path in said.get(SH + "path", ())]
        while waiting:
            node = waiting.pop()
            if isinstance(node, BlankNode) and node not in found:
                found.add(node)
                waiting += [value for values in self.values.get(node, {}).values() for value in values]
        return frozenset(found)


def terms_of(texts: Iterable[str]) -> dict[str, Term]:
    """The terms that these texts are in N-Triples."""
    known = sorted(texts)
    lines = "".join(f"<x:x> <x:x> {text} .\n" for text in known)
    return dict(zip(known, (each.object for each in parse(lines, format=RdfFormat.N_TRIPLES)), strict=True))
