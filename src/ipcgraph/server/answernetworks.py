"""The network of an answer: two columns of things are its nodes, each row a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from ipcgraph.errors import UsageError
from ipcgraph.server.outcomes import Refused, RefusedError
from ipcgraph.tables import Table
from ipcgraph.vocabulary import IPCG, PREFIXES, SKOS, TYPE, compact

if TYPE_CHECKING:
    from collections.abc import Callable

    import networkx as nx

    from ipcgraph.store.embedded import EmbeddedStore
    from ipcgraph.tables import Answer, Cell

MOST_LINKS: Final = 200_000
_ALONE, _SAME = "with one of the two only, which make no link", "that would link a thing to itself"
_NAMES: Final = tuple(
    NamedNode(each) for each in (PREFIXES["foaf"] + "name", PREFIXES["dcterms"] + "title", SKOS + "prefLabel")
)


def network_of_answer(
    answer: Answer, store: EmbeddedStore, *, title: str, base: str, columns_of: Callable[[Table], list[int]]
) -> nx.Graph[str]:
    """The network of an answer: the things of its first two columns of things; a link is a row with both.

    The weight of a link is how many rows it has, or the sum of the first column of numbers. A row with one thing only
    makes a node; one with the same thing twice makes no link; both are counted under what is left out. Refused is an
    answer without two such columns, and one with more than MOST_LINKS rows.
    """
    import networkx as nx

    if not isinstance(answer, Table):
        raise UsageError("a network is made of the answer to a SELECT query; this is none")
    found = columns_of(answer)
    if len(found) < 2:
        raise UsageError("a network is made of an answer with two columns of things (IRIs); this has not both")
    if len(answer) > MOST_LINKS:
        sentence = (
            f"the answer has {len(answer):,} rows, more than the {MOST_LINKS:,} a network is made of; add a LIMIT"
        )
        raise RefusedError(Refused(413, sentence))
    first, second = found[:2]
    number = next((index for index in range(len(answer.columns)) if _is_number_column(answer, index)), None)
    names = f"{answer.columns[first]} and {answer.columns[second]}"
    graph: nx.Graph[str] = nx.Graph(name=title or f"Answer: {names}")
    alone = same = 0
    for row in answer.rows:
        ends = [cell.value for cell in (row[first], row[second]) if isinstance(cell, NamedNode)]
        graph.add_nodes_from(ends)
        if len(ends) < 2:
            alone += 1
        elif ends[0] == ends[1]:
            same += 1
        else:
            weight = 1.0 if number is None else _number(row[number])
            known = graph.edges[ends[0], ends[1]]["weight"] if graph.has_edge(*ends) else 0.0
            graph.add_edge(*ends, weight=known + weight)
    for node in graph:
        graph.nodes[node]["label"] = _label(store, node, base)
        if kind := _kind(store, node):
            graph.nodes[node]["kind"] = kind
    graph.graph["counting"] = (
        f"a link is a row of the answer with {answer.columns[first]} and {answer.columns[second]}, "
        + (f"its weight the sum of {answer.columns[number]}" if number is not None else "its weight the number of rows")
    )
    graph.graph["left_out"] = tuple(
        f"{count:,} row{'' if count == 1 else 's'} {what}"
        for count, what in (
            (alone, "with one of the two only, which make no link"),
            (same, "that link a thing to itself"),
        )
        if count
    )
    return graph


def _is_number_column(table: Table, index: int) -> bool:
    cells = [row[index] for row in table.rows if row[index] is not None]
    return (
        bool(cells) and all(_number(cell) > 0 for cell in cells) and not table.columns[index].lower().endswith("year")
    )


def _number(cell: Cell) -> float:
    if not isinstance(cell, Literal) or cell.datatype.value.rpartition("#")[2] not in _NUMERIC:
        return 0.0
    try:
        return float(cell.value)
    except ValueError:
        return 0.0


_NUMERIC: Final = frozenset(("integer", "decimal", "double", "float"))


def _label(store: EmbeddedStore, iri: str, base: str) -> str:
    """The name of a thing, of several the one that comes first; else its id."""
    for key in _NAMES:
        names = sorted(
            ((quad.object.language or "en") != "en", quad.object.value)
            for quad in store.statements(NamedNode(iri), key)
            if isinstance(quad.object, Literal)
        )
        if names:
            return names[0][1]
    return compact(iri, base=base)


def _kind(store: EmbeddedStore, iri: str) -> str:
    """The local name of the class of a thing, of our own ontology."""
    kinds = sorted(
        quad.object.value for quad in store.statements(NamedNode(iri), TYPE) if isinstance(quad.object, NamedNode)
    )
    return next((kind[len(IPCG) :] for kind in kinds if kind.startswith(IPCG)), "")
