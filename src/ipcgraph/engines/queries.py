"""The queries of shapes (`sh:sparql`) run over all focus nodes at once on Oxigraph, where that finds the same.

SHACL has the query run once for each focus node, with `$this` bound before. Here the focus nodes of a shape stand in a
graph of their own, and every group of the query that says `$this` is joined with them: the same solutions in one run. A
query for which that is not so is left to the reference: one that counts, cuts or nests another query, for example.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store

from ipcgraph.engines.results import Described, Result
from ipcgraph.errors import QueryError
from ipcgraph.statements import Term, term_text
from ipcgraph.tokens import MAX_LENGTH, check_nesting, check_words, query_form, refusal, tokenize
from ipcgraph.vocabulary import RDF, RDFS, SH, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SPARQL: Final = SH + "SPARQLConstraintComponent"
TARGETS: Final = frozenset(SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"))

_FOCUS: Final = NamedNode("urn:ipcgraph:focus")
"""The graph of the focus nodes, and the property from a shape to each."""
_ONE_BY_ONE: Final = """
GROUP HAVING LIMIT OFFSET ORDER VALUES MINUS GRAPH REDUCED COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT RAND UUID STRUUID
NOW BNODE SERVICE
"""
"""Words of a query that need it to be run for each focus node by itself, or that Oxigraph answers in its own way."""
_INNER: Final = frozenset(
    (
        RDF + "first",
        RDF + "rest",
        *(SH + name for name in ("property", "node", "and", "or", "xone", "not", "qualifiedValueShape")),
    )
)
"""What leads from a shape to a shape in it."""
_PREBOUND: Final = frozenset(("currentShape", "shapesGraph", "failure"))
"""Variables that have a meaning of their own in SHACL, and are left to the reference."""


class SetQuery(NamedTuple):
    """A query of a shape, rewritten for all focus nodes of a target at once."""

    root: Term
    """The shape that has the targets."""
    shape: Term
    """The shape that has the query: the same, or a property of it."""
    constraint: Term
    path: tuple[str, ...]
    text: str


class Plan(NamedTuple):
    """Which shapes run where."""

    core: tuple[Quad, ...]
    """Without queries, for any engine."""
    queries: tuple[SetQuery, ...]
    reference: tuple[Quad, ...]
    """The shapes whose queries need the reference; empty where none do."""
    left: tuple[str, ...]
    """The names of these shapes."""


def plan(shapes: Sequence[Quad]) -> Plan:
    """Parts shapes by what can run them."""
    described = Described.of(shapes)
    circles = _circles(described)
    if not circles and not any(quad.predicate.value == SH + "sparql" for quad in shapes):
        return Plan(tuple(shapes), (), (), ())
    roots = [shape for shape, said in described.values.items() if TARGETS.intersection(said) or _is_class(said)]
    queries: list[SetQuery] = []
    left: list[Term] = []
    for root in roots:
        reached = _reached(described, root)
        asked = [node for node in reached if described.all(node, SH + "sparql")]
        rewritten = [query for node in asked for query in _set_queries(described, root, node)]
        if None in rewritten or not circles.isdisjoint(reached):
            left.append(root)
        else:
            queries += [query for query in rewritten if query is not None]
    core = (q for q in shapes if q.predicate.value != SH + "sparql" and not (q.subject in left and _targets(q)))
    kept = (q for q in shapes if q.subject in left or not _targets(q)) if left else ()
    return Plan(tuple(core), tuple(queries), tuple(kept), tuple(sorted(term_text(root) for root in left)))


def query_results(store: Store, shapes: Sequence[Quad], queries: Sequence[SetQuery]) -> Iterator[Result]:
    """What the queries of these shapes find in the default graph of a store, each once.

    The focus nodes are added to the store, in a graph of their own.
    """
    described = Described.of(shapes)
    for number, root in enumerate(dict.fromkeys(query.root for query in queries)):
        marks = (Quad(_mark(number), _FOCUS, node, _FOCUS) for node in _focus_nodes(store, described, root))
        store.bulk_extend(marks)
        for query in queries:
            if query.root == root:
                text = query.text.replace(_PLACE, str(_mark(number)))
                yield from dict.fromkeys(_read(described, query, store.query(text)))


_PLACE: Final = "<urn:ipcgraph:root>"
"""Stands in a rewritten query for the mark of the shape."""


def _mark(number: int) -> NamedNode:
    return NamedNode(f"urn:ipcgraph:root:{number}")


def _read(described: Described, query: SetQuery, solutions: object) -> Iterator[Result]:
    if not isinstance(solutions, QuerySolutions):
        raise TypeError("a query of a shape is a SELECT")
    names = {variable.value for variable in solutions.variables}
    severity = next(iter(described.all(query.shape, SH + "severity")), NamedNode(SH + "Violation"))
    for solution in solutions:
        focus = solution["this"]
        value = solution["value"] if "value" in names else None
        path = solution["path"] if "path" in names else None
        if focus is None:
            continue
        literal = focus if isinstance(focus, Literal) else None
        yield Result(
            focus=str(literal) if literal is not None else term_text(focus),
            path=(path.value,) if isinstance(path, NamedNode) else query.path,
            value=value if value is not None or query.path else focus,
            component=SPARQL,
            shape=term_text(query.shape),
            severity=term_text(severity),
            literal=literal,
            constraint=term_text(query.constraint),
        )


def _focus_nodes(store: Store, described: Described, root: Term) -> Iterator[Term]:
    """The focus nodes of a shape by its targets."""
    classes = [*described.all(root, SH + "targetClass")]
    if _is_class(described.values.get(root, {})):
        classes.append(root)
    seen: set[Term] = set()
    while classes:
        one = classes.pop()
        if one not in seen:
            seen.add(one)
            yield from (quad.subject for quad in store.quads_for_pattern(None, TYPE, one, None))
            below = store.quads_for_pattern(None, NamedNode(RDFS + "subClassOf"), one, None)
            classes += [quad.subject for quad in below]
    yield from described.all(root, SH + "targetNode")
    for predicate in described.all(root, SH + "targetSubjectsOf"):
        yield from (quad.subject for quad in store.quads_for_pattern(None, NamedNode(term_text(predicate)), None, None))
    for predicate in described.all(root, SH + "targetObjectsOf"):
        yield from (quad.object for quad in store.quads_for_pattern(None, NamedNode(term_text(predicate)), None, None))


def _is_class(said: object) -> bool:
    """Whether a shape is a class too, whose instances are then its targets."""
    types = {term_text(term) for term in said.get(RDF + "type", ())} if isinstance(said, dict) else set()
    return bool(types & {SH + "NodeShape", SH + "PropertyShape"}) and RDFS + "Class" in types


def _targets(quad: Quad) -> bool:
    is_class = quad.predicate == TYPE and term_text(quad.object) == RDFS + "Class"
    return quad.predicate.value in TARGETS or is_class


def _reached(described: Described, root: Term, *, without: Term | None = None) -> dict[Term, None]:
    """The shapes, and parts of shapes, that a shape leads to; `without` the direct property of it."""
    found: dict[Term, None] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node in found or node not in described.values:
            continue
        found[node] = None
        for predicate, values in described.values[node].items():
            if predicate not in TARGETS:
                direct = node == root and predicate == SH + "property"
                waiting += [value for value in values if not (direct and value == without)]
    return found


def _circles(described: Described) -> set[Term]:
    """The shapes that lead back to themselves, of which SHACL does not say what they mean."""
    inner = {
        shape: [value for name, values in said.items() if name in _INNER for value in values]
        for shape, said in described.values.items()
    }
    found: set[Term] = set()
    for start, first in inner.items():
        waiting, seen = list(first), set[Term]()
        while waiting:
            node = waiting.pop()
            if node == start:
                found.add(start)
                break
            if node not in seen:
                seen.add(node)
                waiting += inner.get(node, ())
    return found


def _set_queries(described: Described, root: Term, shape: Term) -> Iterator[SetQuery | None]:
    """The queries of a shape, each rewritten or None."""
    is_own = shape == root
    is_property = shape in described.all(root, SH + "property") and not described.all(root, SH + "path")
    only_so = is_own or shape not in _reached(described, root, without=shape)
    for constraint in described.all(shape, SH + "sparql"):
        if any(_is_off(described, node) for node in (root, shape, constraint)):
            continue
        if not ((is_own or is_property) and only_so):
            yield None
            continue
        path = described.all(shape, SH + "path")
        text = set_query(described, constraint, path[0] if path else None)
        steps = described.steps(path[0]) if path else ()
        yield SetQuery(root, shape, constraint, steps, text) if text else None


def _is_off(described: Described, node: Term) -> bool:
    return any(term_text(value) in {"true", "1"} for value in described.all(node, SH + "deactivated"))


def set_query(described: Described, constraint: Term, path: Term | None) -> str:
    """The query of a constraint for all focus nodes at once; empty where it has to be run for each.

    It is one that `check_constraint` takes.
    """
    [text] = [term_text(value) for value in described.all(constraint, SH + "select")] or [""]
    tokens = tokenize(text)
    words = [token.text.upper() for token in tokens if token.kind == "word"]
    variables = {token.text[1:] for token in tokens if token.kind == "variable"}
    if set(_ONE_BY_ONE.split()).intersection(words) or words.count("SELECT") != 1 or "this" not in variables:
        return ""
    if _PREBOUND & variables or ("PATH" in variables and path is None) or _binds_this(tokens):
        return ""
    opened: list[int] = []
    inserted: dict[int, str] = {}
    join = f" GRAPH {_FOCUS} {{ {_PLACE} {_FOCUS} ?this }} . "
    for token in tokens:
        if token.text == "{":
            opened.append(token.start + 1)
        elif token.text == "}" and opened:
            opened.pop()
        elif token.kind == "variable" and token.text[1:] == "this":
            inserted |= dict.fromkeys(opened, join)
        elif token.kind == "variable" and token.text[1:] == "PATH" and path is not None:
            inserted[token.start] = sparql_path(described, path)
    pieces, at = [_prologue(described, constraint)], 0
    for position in sorted(inserted):
        pieces += [text[at:position], inserted[position]]
        at = position + (len("$PATH") if text[position : position + 5] in {"$PATH", "?PATH"} else 0)
    return "".join([*pieces, text[at:]])


def check_constraint(described: Described, constraint: Term) -> None:
    """Refuses, with a QueryError, a query of a shape that ipcgraph does not run, as `queries.check_query` does."""
    texts = [term_text(value) for value in described.all(constraint, SH + "select")]
    if len(texts) != 1:
        raise QueryError("sh:sparql has one sh:select")
    [text] = texts
    if len(text.encode("utf-8", "surrogatepass")) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH // 1024} KiB; ask for less at once")
    tokens = tokenize(text)
    check_words(text, tokens)
    if query_form(text, tokens) != "SELECT":
        raise refusal(text, 0, "a query of a shape is a SELECT")
    check_nesting(text)
    if "this" not in {token.text[1:] for token in tokens if token.kind == "variable"}:
        raise refusal(text, 0, "the query says nothing of $this, the thing that is checked")
    trial = text
    for token in sorted((t for t in tokens if t.text in {"$PATH", "?PATH"}), key=lambda t: -t.start):
        trial = f"{trial[: token.start]}<x:path>{trial[token.start + 5 :]}"
    try:
        Store().query(_prologue(described, constraint) + trial)
    except SyntaxError as error:
        raise QueryError(f"not SPARQL: {error}") from error


def _binds_this(tokens: Sequence[object]) -> bool:
    """Whether the query gives `$this` a value of its own, which SHACL does not allow."""
    texts = [getattr(token, "text", "") for token in tokens]
    return any(a.upper() == "AS" and b[1:] == "this" for a, b in pairwise(texts))


def _prologue(described: Described, constraint: Term) -> str:
    """The prefixes that a constraint declares, with those of what is imported."""
    declared = {
        term_text(prefix): term_text(namespace)
        for _, each in described.declarations(constraint)
        for prefix in described.all(each, SH + "prefix")
        for namespace in described.all(each, SH + "namespace")
    }
    return "".join(f"PREFIX {prefix}: {NamedNode(iri)}\n" for prefix, iri in sorted(declared.items()))


def sparql_path(described: Described, path: Term) -> str:
    """A property path as SPARQL writes it, in brackets where it is more than an IRI."""
    from ipcgraph.engines.results import SIGNS

    if not isinstance(path, BlankNode):
        return str(path)
    if described.all(path, RDF + "first"):
        return f"({'/'.join(sparql_path(described, item) for item in described.items(path))})"
    for inner in described.all(path, SH + "inversePath"):
        return f"(^{sparql_path(described, inner)})"
    for inner in described.all(path, SH + "alternativePath"):
        return f"({'|'.join(sparql_path(described, item) for item in described.items(inner))})"
    for name, sign in SIGNS.items():
        for inner in described.all(path, name):
            return f"({sparql_path(described, inner)}{sign})"
    return str(path)


def store_of(quads: Iterable[Quad]) -> Store:
    """A store in memory of these quads, all in the default graph."""
    store = Store()
    store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    return store


def store_of_file(path: str, folder: str) -> Store:
    """A store on disk, in a folder, of a file of N-Triples."""
    store = Store(folder)
    store.bulk_load(path=path, format=RdfFormat.N_TRIPLES)
    return store
