"""What a change of the data can affect: the things whose checks could come to something else, and what these read.

Each shape reads its focus node by routes: the steps of its paths, then those of the shapes that its values must fit,
and at the end the types of what stands there. A changed statement that is step n of a route affects whatever leads to
it by the steps before.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import BlankNode, NamedNode, Quad

from ipcgraph.engines.results import SIGNS, Described
from ipcgraph.statements import Term, term_text
from ipcgraph.vocabulary import RDF, RDFS, SH, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SUBCLASS: Final = RDFS + "subClassOf"

_INNER: Final = ("node", "not", "qualifiedValueShape")
_LISTS: Final = ("and", "or", "xone")
_COMPARED: Final = ("equals", "disjoint", "lessThan", "lessThanOrEquals")
_LOCAL: Final = """
path property targetClass targetNode targetSubjectsOf targetObjectsOf class closed ignoredProperties datatype nodeKind
minCount maxCount minLength maxLength pattern flags languageIn uniqueLang hasValue in minInclusive maxInclusive
minExclusive maxExclusive qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint message severity deactivated
name description order group defaultValue node not qualifiedValueShape and or xone equals disjoint lessThan
lessThanOrEquals
"""
"""The terms of SHACL on a shape of which it is known here what they read."""
_DEEP: Final = 20
"""Shapes in shapes; more are taken for shapes that lead back to themselves."""


class Step(NamedTuple):
    """One step of a route; a `predicate` that is empty stands for any."""

    predicate: str
    inverse: bool = False
    repeated: bool = False

    def turned(self) -> Step:
        return self._replace(inverse=not self.inverse)


class UnknownRouteError(Exception):
    """The shapes read the data in a way that cannot be followed here."""


def routes_of(shapes: Iterable[Quad]) -> frozenset[tuple[Step, ...]]:
    """All routes by which these shapes read the data; raises UnknownRouteError."""
    described = Described.of(shapes)
    found: set[tuple[Step, ...]] = {(Step(TYPE.value),)}
    for shape, said in described.values.items():
        targets = [name for name in said if name.startswith(SH + "target")]
        if not targets and RDFS + "Class" not in {term_text(each) for each in said.get(TYPE.value, ())}:
            continue
        found |= {(Step(term_text(each)),) for each in said.get(SH + "targetSubjectsOf", ())}
        found |= {(Step(term_text(each), inverse=True),) for each in said.get(SH + "targetObjectsOf", ())}
        found.update(_shape_routes(described, shape, ((),), 0))
    return frozenset(found)


def properties_read(shapes: Iterable[Quad]) -> frozenset[str] | None:
    """The properties that these shapes read, so that statements of others may be left out; None for all."""
    try:
        routes = routes_of(shapes)
    except UnknownRouteError:
        return None
    found = {step.predicate for route in routes for step in route} | {SUBCLASS}
    return None if "" in found else frozenset(found)


def _shape_routes(
    described: Described, shape: Term, heads: tuple[tuple[Step, ...], ...], depth: int
) -> Iterator[tuple[Step, ...]]:
    said = described.values.get(shape, {})
    known = set(_LOCAL.split())
    unknown = [name for name in said if name.startswith(SH) and name.removeprefix(SH) not in known]
    path = said.get(SH + "path", ())
    # A property in a property reports another focus node than that from which it is reached.
    if depth > _DEEP or unknown or len(path) > 1 or (path and SH + "property" in said):
        raise UnknownRouteError
    ends = tuple(head + tail for head in heads for tail in _path_routes(described, path[0])) if path else heads
    yield from ends
    for name in _COMPARED:
        yield from ((*head, Step(term_text(each))) for head in heads for each in said.get(SH + name, ()))
    if SH + "class" in said:
        yield from ((*end, Step(TYPE.value)) for end in ends)
    if SH + "closed" in said:
        yield from ((*end, Step("")) for end in ends)
    inner = [each for name in (*_INNER, "property") for each in said.get(SH + name, ())]
    inner += [each for name in _LISTS for head in said.get(SH + name, ()) for each in described.items(head)]
    for each in inner:
        yield from _shape_routes(described, each, ends, depth + 1)


def _path_routes(described: Described, path: Term) -> list[tuple[Step, ...]]:
    if isinstance(path, NamedNode):
        return [(Step(path.value),)]
    if not isinstance(path, BlankNode):
        raise UnknownRouteError
    if described.all(path, RDF + "first"):
        parts = [_path_routes(described, item) for item in described.items(path)]
        return [tuple(step for part in each for step in part) for each in product(*parts)]
    for inner in described.all(path, SH + "inversePath"):
        return [tuple(step.turned() for step in reversed(each)) for each in _path_routes(described, inner)]
    for inner in described.all(path, SH + "alternativePath"):
        return [each for item in described.items(inner) for each in _path_routes(described, item)]
    for name, sign in SIGNS.items():
        for inner in described.all(path, name):
            below = _path_routes(described, inner)
            if sign == "?":
                return [(), *below]
            if any(len(each) != 1 for each in below) or len(below) != 1:
                raise UnknownRouteError
            return [(below[0][0]._replace(repeated=True),)]
    raise UnknownRouteError


class Neighbours:
    """A graph as what leads from a thing, and to it."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._of: dict[Term, list[Quad]] = {}
        self._to: dict[Term, list[Quad]] = {}
        for quad in quads:
            self._of.setdefault(quad.subject, []).append(quad)
            self._to.setdefault(quad.object, []).append(quad)

    def follow(self, nodes: Iterable[Term], step: Step) -> Iterator[tuple[Quad, Term]]:
        """Each statement by which the step leads from one of these, with the thing that it leads to; once each."""
        waiting, seen = list(nodes), set[Term]()
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            for quad in (self._to if step.inverse else self._of).get(node, ()):
                if quad.predicate.value == step.predicate or not step.predicate:
                    end = quad.subject if step.inverse else quad.object
                    yield quad, end
                    if step.repeated:
                        waiting.append(end)


def affected(changed: Iterable[Quad], routes: Iterable[tuple[Step, ...]], graph: Neighbours) -> set[Term]:
    """The things that a change of these statements can affect; `graph` holds those of before and after."""
    changes: dict[str, list[Quad]] = {}
    for quad in changed:
        changes.setdefault(quad.predicate.value, []).append(quad)
        changes.setdefault("", []).append(quad)
    starts: dict[tuple[Step, ...], set[Term]] = {}
    for route in routes:
        for number, step in enumerate(route):
            near = {quad.object if step.inverse else quad.subject for quad in changes.get(step.predicate, ())}
            if near:
                # Where a step is repeated, what leads to the statement by the same step is affected too.
                before = route[: number + 1] if step.repeated else route[:number]
                starts.setdefault(before, set()).update(near)
    found: set[Term] = set()
    for before, near in starts.items():
        nodes = near
        for step in reversed(before):
            back = {end for _, end in graph.follow(nodes, step.turned())}
            nodes = nodes | back if step.repeated else back
        found |= nodes
    return found


def read_from(nodes: Iterable[Term], routes: Iterable[tuple[Step, ...]], graph: Neighbours) -> Iterator[Quad]:
    """The statements that the checks of these things read, some more than once."""
    by_step: dict[Step, list[tuple[Step, ...]]] = {}
    for route in routes:
        if route:
            by_step.setdefault(route[0], []).append(route[1:])
    start = set(nodes)
    for step, rest in by_step.items():
        reached = set(start) if step.repeated else set[Term]()
        for quad, end in graph.follow(start, step):
            yield quad
            reached.add(end)
        if reached:
            yield from read_from(reached, rest, graph)


def is_followed(quads: Sequence[Quad]) -> bool:
    """Whether a change of these statements can be followed: not where classes change, nor things without a name."""
    return not any(
        quad.predicate.value == SUBCLASS or isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)
        for quad in quads
    )
