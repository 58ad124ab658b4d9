"""Paths of shapes with every inverse at its own step, which all engines follow alike.

pySHACL follows the inverse of a sequence in the wrong order: `^(p/r)` is to be read as `^r/^p`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, NamedNode, Quad

from ipcgraph.engines.results import SIGNS, Described
from ipcgraph.statements import Term
from ipcgraph.vocabulary import RDF, SH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_INVERSE: Final = SH + "inversePath"
_ALTERNATIVE: Final = SH + "alternativePath"


def straightened(shapes: Iterable[Quad]) -> tuple[Quad, ...]:
    """These shapes, where the inverse of what is no property is written as the inverses of its steps."""
    quads = tuple(shapes)
    if not any(quad.predicate.value == _INVERSE and isinstance(quad.object, BlankNode) for quad in quads):
        return quads
    described = Described.of(quads)
    made: list[Quad] = []
    for quad in quads:
        if quad.predicate.value == SH + "path" and _is_turned(described, quad.object):
            path, parts = _straight(described, quad.object, turned=False)
            made += [Quad(quad.subject, quad.predicate, path), *parts]
        else:
            made.append(quad)
    return tuple(made)


def _is_turned(described: Described, path: Term) -> bool:
    """Whether a path holds the inverse of something that is no property."""
    waiting, seen = [path], set[Term]()
    while waiting:
        node = waiting.pop()
        if isinstance(node, BlankNode) and node not in seen:
            seen.add(node)
            if any(isinstance(inner, BlankNode) for inner in described.all(node, _INVERSE)):
                return True
            waiting += [value for values in described.values.get(node, {}).values() for value in values]
    return False


def _straight(described: Described, path: Term, *, turned: bool) -> tuple[Term, list[Quad]]:
    """The path, turned or not, and the quads that describe it."""
    node = BlankNode()
    if not isinstance(path, BlankNode):
        return (node, [Quad(node, NamedNode(_INVERSE), path)]) if turned else (path, [])
    if described.all(path, RDF + "first"):
        items = list(described.items(path))
        return _listed(described, reversed(items) if turned else items, turned=turned)
    for inner in described.all(path, _INVERSE):
        return _straight(described, inner, turned=not turned)
    for name in (_ALTERNATIVE, *SIGNS):
        for inner in described.all(path, name):
            if name == _ALTERNATIVE:
                below, parts = _listed(described, described.items(inner), turned=turned)
            else:
                below, parts = _straight(described, inner, turned=turned)
            return node, [Quad(node, NamedNode(name), below), *parts]
    return path, []


def _listed(described: Described, items: Iterable[Term], *, turned: bool) -> tuple[Term, list[Quad]]:
    made = [_straight(described, item, turned=turned) for item in items]
    heads: list[NamedNode | BlankNode] = [*(BlankNode() for _ in made), NamedNode(RDF + "nil")]
    return heads[0], [quad for number, (item, parts) in enumerate(made) for quad in _cell(heads, number, item, parts)]


def _cell(heads: list[NamedNode | BlankNode], number: int, item: Term, parts: list[Quad]) -> Iterator[Quad]:
    yield Quad(heads[number], NamedNode(RDF + "first"), item)
    yield Quad(heads[number], NamedNode(RDF + "rest"), heads[number + 1])
    yield from parts
