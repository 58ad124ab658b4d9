"""The SHACL engine: pySHACL run over quads, its report read back as plain results."""

from __future__ import annotations

import logging
import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from ipcgraph.errors import IpcgraphError
from ipcgraph.statements import Term, term_text
from ipcgraph.vocabulary import RDF, SH, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import rdflib
    from rdflib.term import Node


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result as a SHACL engine gives it.

    `path` has one item for each step from the focus node, an inverse step headed by `^`; it is empty for a node shape.
    `component`, `shape` and `severity` are IRIs; a shape without a name is `_:` and its label.
    """

    focus: str
    path: tuple[str, ...]
    value: Term | None
    component: str
    shape: str
    severity: str


class EngineError(IpcgraphError, RuntimeError):
    """The engine stopped before its end; `culprits` are the ill-typed literals that may have made it stop."""

    def __init__(self, message: str, culprits: tuple[Literal, ...]) -> None:
        super().__init__(message)
        self.culprits = culprits


def shacl_results(data: Iterable[Quad], shapes: Iterable[Quad], ontology: Iterable[Quad]) -> list[Result]:
    """What violates the shapes, in no particular order; graph names are not looked at.

    The ontology is made part of the data graph as a whole: pySHACL's own `ont_graph` would copy the class tree only
    and leave out what the schemes say of their concepts. Nothing is fetched, and no SPARQL or script of a shape runs.
    Raises EngineError where pySHACL fails, as it does on comparing a literal that is not of its datatype.
    """
    import rdflib
    from pyshacl import validate
    from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError

    failures = (ConstraintLoadError, ReportableRuntimeError)
    terms = _Terms({})
    with _strict_literals():
        graph, shapes_graph = rdflib.Graph(bind_namespaces="none"), rdflib.Graph(bind_namespaces="none")
        graph.addN(terms.triple(quad, graph) for part in (ontology, data) for quad in part)
        shapes_graph.addN(terms.triple(quad, shapes_graph) for quad in shapes)
        try:
            _, report, text = validate(graph, shacl_graph=shapes_graph, inplace=True, inference="none", advanced=False)
        except (TypeError, DeprecationWarning, re.error, RecursionError, *failures) as error:
            raise EngineError(f"the check against the shapes stopped ({error})", terms.ill_typed()) from error
    if not isinstance(report, rdflib.Graph):
        raise EngineError(f"the check against the shapes stopped ({text.strip()})", terms.ill_typed())
    return list(_results(report))


@dataclass(frozen=True, slots=True)
class _Terms:
    """The rdflib terms made so far: most occur many times, and a typed literal is slow to make."""

    made: dict[Term, Node]

    def triple(self, quad: Quad, graph: rdflib.Graph) -> tuple[Node, Node, Node, rdflib.Graph]:
        return self.term(quad.subject), self.term(quad.predicate), self.term(quad.object), graph

    def term(self, term: Term) -> Node:
        made = self.made.get(term)
        if made is None:
            made = self.made[term] = _to_rdflib(term)
        return made

    def ill_typed(self) -> tuple[Literal, ...]:
        return tuple(t for t, made in self.made.items() if isinstance(t, Literal) and getattr(made, "ill_typed", False))


def _to_rdflib(term: Term) -> Node:
    import rdflib

    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if not isinstance(term, Literal):
        raise EngineError(f"the graph holds a statement about a statement, {term}", ())
    # A plain string has no datatype here, as in a graph that rdflib has read: with one it would equal no other.
    datatype = None if term.language or term.datatype.value == XSD + "string" else term.datatype.value
    return rdflib.Literal(
        term.value, lang=term.language, datatype=rdflib.URIRef(datatype) if datatype else None, normalize=False
    )


def _from_rdflib(node: Node) -> Term:
    import rdflib

    if isinstance(node, rdflib.Literal):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), datatype=NamedNode(str(node.datatype))) if node.datatype else Literal(str(node))
    return BlankNode(str(node)) if isinstance(node, rdflib.BNode) else NamedNode(str(node))


def _results(report: rdflib.Graph) -> Iterator[Result]:
    from rdflib import URIRef

    def text(result: Node, name: str) -> str:
        node = report.value(result, URIRef(SH + name))
        return term_text(_from_rdflib(node)) if node is not None else ""

    for result in report.objects(None, URIRef(SH + "result")):
        path, value = report.value(result, URIRef(SH + "resultPath")), report.value(result, URIRef(SH + "value"))
        yield Result(
            focus=text(result, "focusNode"),
            path=_steps(report, path) if path is not None else (),
            value=_from_rdflib(value) if value is not None else None,
            component=text(result, "sourceConstraintComponent"),
            shape=text(result, "sourceShape"),
            severity=text(result, "resultSeverity"),
        )


def _steps(graph: rdflib.Graph, path: Node) -> tuple[str, ...]:
    """The steps of a property path; what is neither a step nor a sequence of steps is one item in SPARQL's signs."""
    from rdflib import BNode, URIRef

    if not isinstance(path, BNode):
        return (str(path),)
    if (path, URIRef(RDF + "first"), None) in graph:
        return tuple(step for item in graph.items(path) for step in _steps(graph, item))
    for name, sign in (("zeroOrMorePath", "*"), ("oneOrMorePath", "+"), ("zeroOrOnePath", "?")):
        for inner in graph.objects(path, URIRef(SH + name)):
            return (f"({'/'.join(_steps(graph, inner))}){sign}",)
    for inner in graph.objects(path, URIRef(SH + "inversePath")):
        return tuple(f"^{step}" for step in reversed(_steps(graph, inner)))
    for inner in graph.objects(path, URIRef(SH + "alternativePath")):
        return ("|".join("/".join(_steps(graph, item)) for item in graph.items(inner)),)
    return (str(path),)


@contextmanager
def _strict_literals() -> Iterator[None]:
    """Keeps rdflib from logging a traceback for each ill-typed literal, and from comparing one in silence."""
    logger = logging.getLogger("rdflib.term")
    before, logger.disabled = logger.disabled, True
    try:
        with warnings.catch_warnings():
            # With this warning rdflib takes what cannot be compared for being in order.
            warnings.filterwarnings("error", "NotImplemented should not be used", DeprecationWarning)
            yield
    finally:
        logger.disabled = before
