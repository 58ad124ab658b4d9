"""The SHACL engine: pySHACL run over quads, its report read back as plain results."""

from __future__ import annotations

import logging
import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

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

    @property
    def kind(self) -> str:
        """`MinCount`, `Datatype`, …: the name of the constraint component without its ending."""
        return self.component.removeprefix(SH).removesuffix("ConstraintComponent")


class EngineError(IpcgraphError, RuntimeError):
    """The engine stopped before its end; `culprits` are the ill-typed literals that may have made it stop."""

    def __init__(self, message: str, culprits: tuple[Literal, ...]) -> None:
        super().__init__(message)
        self.culprits = culprits


def shacl_results(data: Iterable[Quad], shapes: Iterable[Quad], ontology: Iterable[Quad]) -> list[Result]:
    """What violates the shapes, in no particular order; graph names are not looked at.

    The ontology is made part of the data graph as a whole: pySHACL's own `ont_graph` would copy the class tree only
    and leave out what the schemes say of their concepts. Nothing is fetched, and no script of a shape runs; the shapes
    are to be SHACL Core, since pySHACL does run SPARQL (`ipcgraph.shapes` refuses it in those of a project). Raises
    EngineError where pySHACL fails, as it does on comparing a literal that is not of its datatype.
    """
    import rdflib
    from pyparsing import ParseException
    from pyshacl import validate
    from pyshacl.errors import ConstraintLoadWarning, ShapeRecursionWarning

    # pySHACL's own exceptions are RuntimeErrors; for many a malformed shape it has none and fails on what it meets.
    failures = (RuntimeError, TypeError, ValueError, LookupError, AttributeError, re.error, ParseException)
    warned = (DeprecationWarning, ConstraintLoadWarning, ShapeRecursionWarning)
    terms = _Terms({})
    with _strict_literals():
        graph, shapes_graph = rdflib.Graph(bind_namespaces="none"), rdflib.Graph(bind_namespaces="none")
        graph.addN(terms.triple(quad, graph) for part in (ontology, data) for quad in part)
        shapes_graph.addN(terms.triple(quad, shapes_graph) for quad in shapes)
        try:
            _, report, text = validate(graph, shacl_graph=shapes_graph, inplace=True, inference="none", advanced=False)
        except (*failures, *warned) as error:
            raise EngineError(
                f"the check against the shapes stopped ({_first_line(error)})", terms.ill_typed()
            ) from error
    if not isinstance(report, rdflib.Graph):
        raise EngineError(f"the check against the shapes stopped ({text.strip()})", terms.ill_typed())
    return list(_results(report))


def malformed_shapes(shapes: Iterable[Quad]) -> list[Result]:
    """What in these shapes breaks the rules of SHACL, found by the W3C's shapes of shapes; raises EngineError."""
    import pyshacl

    rules = Path(pyshacl.__file__).with_name("assets") / "shacl-shacl.ttl"
    return shacl_results(shapes, parse(path=rules, format=RdfFormat.TURTLE), ())


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


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
    import rdflib
    from rdflib import URIRef

    def text(result: Node, name: str) -> str:
        node = report.value(result, URIRef(SH + name))
        return term_text(_from_rdflib(node)) if node is not None else ""

    for result in report.objects(None, URIRef(SH + "result")):
        path, value = report.value(result, URIRef(SH + "resultPath")), report.value(result, URIRef(SH + "value"))
        focus = _from_rdflib(report.value(result, URIRef(SH + "focusNode")) or rdflib.BNode())
        literal = focus if isinstance(focus, Literal) else None
        yield Result(
            focus=str(literal) if literal is not None else term_text(focus),
            path=_steps(report, path) if path is not None else (),
            value=_from_rdflib(value) if value is not None else None,
            component=text(result, "sourceConstraintComponent"),
            shape=text(result, "sourceShape"),
            severity=text(result, "resultSeverity"),
            literal=literal,
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
            # A shape that leads back to itself has no meaning in SHACL; pySHACL backs out of it with a warning.
            warnings.filterwarnings("error", category=RuntimeWarning, module="pyshacl")
            yield
    finally:
        logger.disabled = before
