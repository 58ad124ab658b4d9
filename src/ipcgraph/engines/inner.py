"""Shapes for the compiled engine, which looks a class up quickly only where it stands in an outer shape.

Within sh:or, sh:and, sh:xone, sh:not, sh:node and sh:qualifiedValueShape it goes through all things of the class for
each value, so that time grows with the square of the data. There `sh:class C` is written as what it means, the path
rdf:type/rdfs:subClassOf* with the value C. No result changes: of inner shapes it is told only whether they hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, NamedNode, Quad

from ipcgraph.engines.results import Described
from ipcgraph.statements import Term
from ipcgraph.vocabulary import RDF, RDFS, SH, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LISTS: Final = frozenset(SH + name for name in ("and", "or", "xone"))
_SINGLE: Final = frozenset(SH + name for name in ("node", "not", "qualifiedValueShape"))
_PROPERTY: Final = SH + "property"
_CLASS: Final = SH + "class"
_FIRST: Final = RDF + "first"
_NAME: Final = "urn:ipcgraph:inner:"


def with_inner_classes(shapes: Iterable[Quad]) -> tuple[Quad, ...]:
    """These shapes, with copies of those that stand within others, where each class is asked by its path."""
    quads = tuple(shapes)
    described = Described.of(quads)
    cells = set(_cells(described))
    inner = _inner(described, cells)
    if not any(described.all(shape, _CLASS) for shape in inner):
        return quads
    made = [_pointed(quad, inner, cells) for quad in quads]
    for shape, name in inner.items():
        for predicate, values in described.values.get(shape, {}).items():
            for value in values:
                if predicate == _CLASS:
                    made += _asked_by_path(name, value)
                elif predicate == _PROPERTY:
                    made.append(Quad(name, NamedNode(predicate), inner[value]))
                elif not predicate.startswith(SH + "target") and predicate != TYPE.value:
                    made.append(_pointed(Quad(name, NamedNode(predicate), value), inner, cells))
    return tuple(made)


def _cells(described: Described) -> Iterator[Term]:
    """The cells of the lists of shapes."""
    for said in described.values.values():
        for name in _LISTS.intersection(said):
            for head in said[name]:
                cell, seen = head, set[Term]()
                while cell not in seen and described.all(cell, _FIRST):
                    seen.add(cell)
                    yield cell
                    cell = next(iter(described.all(cell, RDF + "rest")), NamedNode(RDF + "nil"))


def _inner(described: Described, cells: set[Term]) -> dict[Term, NamedNode]:
    """The shapes that stand within others, each with the name of its copy."""
    waiting = [value for cell in cells for value in described.all(cell, _FIRST)]
    waiting += [
        value for said in described.values.values() for name in _SINGLE.intersection(said) for value in said[name]
    ]
    found: dict[Term, NamedNode] = {}
    while waiting:
        shape = waiting.pop()
        if shape not in found:
            found[shape] = NamedNode(f"{_NAME}{len(found)}")
            waiting += described.all(shape, _PROPERTY)
    return found


def _pointed(quad: Quad, inner: dict[Term, NamedNode], cells: set[Term]) -> Quad:
    """The statement with a copy in the place of an inner shape."""
    is_inner = quad.predicate.value in _SINGLE or (quad.predicate.value == _FIRST and quad.subject in cells)
    return Quad(quad.subject, quad.predicate, inner[quad.object]) if is_inner else quad


def _asked_by_path(shape: NamedNode, value: Term) -> Iterator[Quad]:
    ask, first, rest, step = BlankNode(), BlankNode(), BlankNode(), BlankNode()
    yield Quad(shape, NamedNode(_PROPERTY), ask)
    yield Quad(ask, NamedNode(SH + "path"), first)
    yield Quad(first, NamedNode(_FIRST), TYPE)
    yield Quad(first, NamedNode(RDF + "rest"), rest)
    yield Quad(rest, NamedNode(_FIRST), step)
    yield Quad(rest, NamedNode(RDF + "rest"), NamedNode(RDF + "nil"))
    yield Quad(step, NamedNode(SH + "zeroOrMorePath"), NamedNode(RDFS + "subClassOf"))
    yield Quad(ask, NamedNode(SH + "hasValue"), value)
