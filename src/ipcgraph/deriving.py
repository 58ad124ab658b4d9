"""What follows from the data by the rules of the ontology: creators, date bounds, same-as links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import NamedNode, Quad, QueryTriples, RdfFormat, Store, parse

from ipcgraph.findings import Place
from ipcgraph.ontology import Rule
from ipcgraph.records import Statement


def derive(quads: Iterable[Quad], rules: Sequence[Rule]) -> Iterator[Statement]:
    """What the rules make of these quads: statements in the default graph that were not among them, placed at their
    rule.

    The rules run in the order given, each on what the ones before it made. Quads must be in the default graph. One
    batch of records is enough for rules with `local`; others need the whole graph.
    """
    store = Store()
    store.bulk_extend(quads)
    for number, rule in enumerate(rules, start=1):
        later = read_by(rules[number:])
        place = Place(rule.path)
        triples = store.query(rule.text)
        if not isinstance(triples, QueryTriples):
            raise TypeError(f"{rule.path} is not a CONSTRUCT query")
        # Sorted, since the order of a query without ORDER BY is the store's own; as text, which is quickest to make.
        lines = sorted(set((triples.serialize(format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True)))
        made = parse(b"".join(lines), format=RdfFormat.N_TRIPLES, lenient=True)
        fresh = [quad for quad in made if quad not in store]
        store.extend(quad for quad in fresh if quad.predicate.value in later)
        for quad in fresh:
            yield quad, place


def read_by(rules: Iterable[Rule]) -> frozenset[str]:
    """The IRIs that the rules name: a statement with any other predicate is nothing to them."""
    found: set[str] = set()
    for rule in rules:
        prefixes = dict(re.findall(r"PREFIX (\w*):\s*<([^>]*)>", rule.text))
        found.update(prefixes[p] + name for p, name in re.findall(r"\b(\w+):(\w+)", rule.text) if p in prefixes)
        found.update(re.findall(r"<([^<>\s]+)>", rule.text))
    return frozenset(found)


def derived_graph(base: str) -> NamedNode:
    """The graph in which every derived statement is repeated, so that it can be told from what is written."""
    return NamedNode(base + "graph/derived")


def repeated(derived: Iterable[Statement], base: str) -> Iterator[Quad]:
    """The quads of the derived statements: each in the default graph and in the graph of what is derived."""
    graph = derived_graph(base)
    for quad, _ in derived:
        yield quad
        yield Quad(quad.subject, quad.predicate, quad.object, graph)
