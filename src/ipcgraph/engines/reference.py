"""The reference: pySHACL run over quads, its report read back as plain results."""

from __future__ import annotations

import logging
import math
import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, Variable, parse

from ipcgraph.engines.lexical import is_ill_typed
from ipcgraph.engines.paths import straightened
from ipcgraph.engines.results import Described, EngineError, Result
from ipcgraph.statements import Term, term_text
from ipcgraph.vocabulary import SH, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import rdflib
    from rdflib.term import Node

_LEFT: Final = Variable("left")
_RIGHT: Final = Variable("right")
_COMPARE: Final = """
SELECT ?left ?right (?left < ?right AS ?less) (?left = ?right AS ?equal) (?left > ?right AS ?greater) {}
"""
_SIGNS: Final = {"<": "less", "=": "equal", ">": "greater"}
_TRUE: Final = str(Literal("true", datatype=NamedNode(XSD + "boolean")))


def reference_results(data: Iterable[Quad], shapes: Iterable[Quad], ontology: Iterable[Quad]) -> list[Result]:
    """What violates the shapes as pySHACL finds it, in no particular order; graph names are not looked at.

    The ontology is made part of the data graph as a whole: pySHACL's own `ont_graph` would copy the class tree only
    and leave out what the schemes say of their concepts. Nothing is fetched, and no script of a shape runs; a query in
    a shape does. A literal that is not of its datatype compares with nothing. Raises EngineError where pySHACL fails.
    """
    import rdflib
    from pyparsing import ParseException
    from pyshacl import validate
    from pyshacl.errors import ConstraintLoadWarning, ShapeRecursionWarning

    # pySHACL's own exceptions are RuntimeErrors; for many a malformed shape it has none and fails on what it meets.
    failures = (RuntimeError, TypeError, ValueError, LookupError, AttributeError, re.error, ParseException)
    warned = (DeprecationWarning, ConstraintLoadWarning, ShapeRecursionWarning)
    terms, shapes = _Terms({}), tuple(shapes)
    with _strict_literals():
        graph, shapes_graph = rdflib.Graph(bind_namespaces="none"), rdflib.Graph(bind_namespaces="none")
        graph.addN(terms.triple(quad, graph) for part in (ontology, data) for quad in part)
        shapes_graph.addN(terms.triple(quad, shapes_graph) for quad in _prepared(shapes))
        try:
            _, report, text = validate(graph, shacl_graph=shapes_graph, inplace=True, inference="none", advanced=False)
        except (*failures, *warned) as error:
            raise EngineError(f"the check against the shapes stopped ({_first_line(error)})") from error
    if not isinstance(report, rdflib.Graph):
        raise EngineError(f"the check against the shapes stopped ({text.strip()})")
    return list(_results(report))


def _prepared(shapes: Iterable[Quad]) -> Iterator[Quad]:
    """The shapes as pySHACL reads them right.

    To it `sh:uniqueLang 1` is as good as `true`, and it does not follow owl:imports to the prefixes of a query.
    """
    quads = straightened(shapes)
    yield from (q for q in quads if q.predicate.value != SH + "uniqueLang" or term_text(q.object) == "true")
    if any(quad.predicate.value == SH + "prefixes" for quad in quads):
        described = Described.of(quads)
        for node in described.values:
            for asked, declaration in described.declarations(node):
                if isinstance(asked, NamedNode | BlankNode):
                    yield Quad(asked, NamedNode(SH + "declare"), declaration)


def malformed_shapes(shapes: Iterable[Quad]) -> list[Result]:
    """What in these shapes breaks the rules of SHACL, found by the W3C's shapes of shapes; raises EngineError."""
    import pyshacl

    rules = Path(pyshacl.__file__).with_name("assets") / "shacl-shacl.ttl"
    return reference_results(shapes, parse(path=rules, format=RdfFormat.TURTLE), ())


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


def _to_rdflib(term: Term) -> Node:
    import rdflib

    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if not isinstance(term, Literal):
        raise EngineError(f"the graph holds a statement about a statement, {term}")
    # A plain string has no datatype here, as in a graph that rdflib has read: with one it would equal no other.
    datatype = None if term.language or term.datatype.value == XSD + "string" else term.datatype.value
    made = _comparing_literal()(
        term.value, lang=term.language, datatype=rdflib.URIRef(datatype) if datatype else None, normalize=False
    )
    if not made.ill_typed and is_ill_typed(term):
        # rdflib reads more than XML Schema allows: blanks, underscores and digits of any script in a number.
        made._ill_typed, made._value = True, None  # noqa: SLF001
    return made


@cache
def _comparing_literal() -> type[rdflib.Literal]:
    """The Literal of rdflib with the comparisons of SPARQL: where two have no order none holds, and nothing fails.

    Its own fail on a literal that is not of its datatype, and give an order to some that have none.
    """
    import rdflib

    class ComparingLiteral(rdflib.Literal):
        def __lt__(self, other: object) -> bool:
            return _sign(self, other) == "<"

        def __le__(self, other: object) -> bool:
            return _sign(self, other) in {"<", "="}

        def __gt__(self, other: object) -> bool:
            return _sign(self, other) == ">"

        def __ge__(self, other: object) -> bool:
            return _sign(self, other) in {">", "="}

        def eq(self, other: object) -> bool:
            # pySHACL asks this first where a value has a bound, and takes a TypeError for what cannot be compared.
            if sign := _sign(self, other):
                return sign == "="
            raise TypeError

    return ComparingLiteral


def _sign(one: rdflib.Literal, other: object) -> str:
    """`<`, `=` or `>`; empty where the two have no order."""
    import rdflib

    if not isinstance(other, rdflib.Literal) or not (kind := _ordered(one)) or kind != _ordered(other):
        return ""
    if kind in {"text", "number"}:
        left, right = (one.value, other.value) if kind == "number" else (str(one), str(other))
        return "<" if left < right else "=" if left == right else ">" if left > right else ""
    # The order of dates and times with and without a zone is Oxigraph's.
    solutions = Store().query(_COMPARE, substitutions={_LEFT: _from_rdflib(one), _RIGHT: _from_rdflib(other)})
    if not isinstance(solutions, QuerySolutions):
        raise TypeError("the comparison is a SELECT")
    [solution] = solutions
    return next((sign for sign in "<=>" if str(solution[_SIGNS[sign]]) == _TRUE), "")


def _ordered(literal: rdflib.Literal) -> str:
    """With what a literal can be compared: the word is the same for both; empty for nothing."""
    value, datatype = literal.value, str(literal.datatype or XSD + "string").removeprefix(XSD)
    if literal.ill_typed:
        return ""
    if literal.language or datatype in {"string", "anyURI"}:
        return "text"
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return "" if math.isnan(value) else "number"
    return datatype if datatype in {"boolean", "date", "dateTime", "duration", "time"} else ""


def _from_rdflib(node: Node) -> Term:
    import rdflib

    if isinstance(node, rdflib.Literal):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), datatype=NamedNode(str(node.datatype))) if node.datatype else Literal(str(node))
    return BlankNode(str(node)) if isinstance(node, rdflib.BNode) else NamedNode(str(node))


def _subject(node: Node) -> NamedNode | BlankNode:
    import rdflib

    return BlankNode(str(node)) if isinstance(node, rdflib.BNode) else NamedNode(str(node))


def _results(report: rdflib.Graph) -> Iterator[Result]:
    import rdflib
    from rdflib import URIRef

    def text(result: Node, name: str) -> str:
        node = report.value(result, URIRef(SH + name))
        return term_text(_from_rdflib(node)) if node is not None else ""

    paths = Described.of(
        Quad(_subject(s), NamedNode(str(p)), _from_rdflib(o))
        for s, p, o in report
        if not str(p).startswith(SH) or str(p).endswith("Path")
    )
    for result in report.objects(None, URIRef(SH + "result")):
        path, value = report.value(result, URIRef(SH + "resultPath")), report.value(result, URIRef(SH + "value"))
        node = report.value(result, URIRef(SH + "focusNode"))
        focus = _from_rdflib(node if node is not None else rdflib.BNode())
        literal = focus if isinstance(focus, Literal) else None
        yield Result(
            focus=str(literal) if literal is not None else term_text(focus),
            path=paths.steps(_from_rdflib(path)) if path is not None else (),
            value=_from_rdflib(value) if value is not None else None,
            component=text(result, "sourceConstraintComponent"),
            shape=text(result, "sourceShape"),
            severity=text(result, "resultSeverity"),
            literal=literal,
            constraint=text(result, "sourceConstraint"),
        )


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
            # It tells of an ill-typed truth value.
            warnings.filterwarnings("ignore", category=UserWarning, module="rdflib")
            yield
    finally:
        logger.disabled = before
