"""Counts over the whole graph: works by author, type and year, co-authors and their pairs, records by source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from pyoxigraph import Literal, NamedNode

from ipcgraph.answers.graph import (
    Graph,
    Ids,
    IrregularError,
    iri_cells,
    label_cells,
    number_cells,
    table,
)
from ipcgraph.answers.stated import check_undated, years
from ipcgraph.columns import NOTHING, UNKNOWN_DAY
from ipcgraph.distinct import distinct
from ipcgraph.vocabulary import IPCG

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ipcgraph.columns import IntArray
    from ipcgraph.networks.pairs import SharedGroups
    from ipcgraph.tables import Table


def _author_work_counts(graph: Graph) -> Table:
    _, author = _authorships(graph)
    works = np.bincount(author, minlength=len(graph.columns.things))
    return _by_author(graph, works, "works")


def _coauthor_counts(graph: Graph) -> Table:
    pairs = _pairs(graph)
    size = len(graph.columns.things)
    coauthors = np.bincount(pairs.source, minlength=size) + np.bincount(pairs.target, minlength=size)
    return _by_author(graph, coauthors, "coauthors")


def _by_author(graph: Graph, number: Ids, noun: str) -> Table:
    """A row for each author of whom there is a number, most first."""
    author = np.flatnonzero(number)
    author = author[graph.labels.sizes(author) > 0]
    rank = graph.labels.ranks(author)
    order = np.lexsort((author, rank, -number[author]))
    author, rank = author[order], rank[order]
    return table(
        ("author", "name", noun),
        iri_cells(graph, author),
        label_cells(graph, author, rank),
        number_cells(number[author]),
    )


def _coauthor_pairs(graph: Graph) -> Table:
    pairs = _pairs(graph)
    named = distinct(np.concatenate([pairs.source, pairs.target]))
    rank = np.zeros(len(graph.columns.things), np.int32)
    rank[named] = graph.labels.ranks(named) + 1
    rank[named[graph.labels.sizes(named) == 0]] = 0
    both = (rank[pairs.source] > 0) & (rank[pairs.target] > 0)
    one, other, joint = pairs.source[both], pairs.target[both], pairs.joint[both]
    # The first of a pair is the first by name, and of one name the first by IRI: so they are already.
    turned = rank[one] > rank[other]
    author, coauthor = np.where(turned, other, one), np.where(turned, one, other)
    order = np.lexsort((coauthor, author, rank[coauthor], rank[author], -joint))
    author, coauthor = author[order], coauthor[order]
    return table(
        ("author", "name", "coauthor", "coauthorName", "works"),
        iri_cells(graph, author),
        label_cells(graph, author, rank[author]),
        iri_cells(graph, coauthor),
        label_cells(graph, coauthor, rank[coauthor]),
        number_cells(joint[order]),
    )


def _authorships(graph: Graph) -> tuple[IntArray, IntArray]:
    """Works and authors, row by row, as far as the source that is asked for lists the works."""
    rows, listed = graph.columns.authorships, graph.listed()
    if listed is None:
        return rows.work, rows.author
    kept = listed[rows.work]
    return rows.work[kept], rows.author[kept]


def _pairs(graph: Graph) -> SharedGroups:
    from ipcgraph.networks.pairs import share

    work, author = _authorships(graph)
    # The rows are sorted by work: each new one gets the next number.
    row = np.cumsum(np.diff(work, prepend=work[:1]) != 0, dtype=np.int32)
    return share(row, author, size=len(graph.columns.things))


def _work_counts_by_type(graph: Graph) -> Table:
    works, listed = graph.columns.works, graph.listed()
    kind = works.kind[works.kind != NOTHING] if listed is None else works.kind[listed[works.work]]
    labels = graph.concept_labels(kind)
    number = np.bincount(kind[kind != NOTHING], minlength=1)
    counted: dict[Literal, int] = {}
    for concept, label in labels.items():
        counted[label] = counted.get(label, 0) + int(number[concept])
    rows = sorted(counted.items(), key=lambda row: (-row[1], row[0].value))
    return table(("type", "works"), [label for label, _ in rows], [Literal(count) for _, count in rows])


def _work_counts_by_year(graph: Graph) -> Table:
    works, listed, chosen = graph.columns.works, graph.listed(), graph.works()
    if listed is not None:
        chosen &= listed[works.work]
    check_undated(graph, works.work[chosen & (works.not_before == UNKNOWN_DAY)])
    days = works.not_before[chosen]
    # Days first: there are few of them beside a million works.
    number_of = np.bincount(days)
    day = np.flatnonzero(number_of)
    year, place = np.unique(years(day), return_inverse=True)
    number = np.zeros(len(year), np.int64)
    np.add.at(number, place, number_of[day])
    return table(
        ("year", "works"),
        # A work without a date has the year 0, which no date has: it comes first, as what is not bound does.
        [Literal(each) if each else None for each in year.tolist()],
        [Literal(each) for each in number.tolist()],
    )


def _sources(graph: Graph) -> Table:
    graph.check_class("Source")
    columns = graph.columns
    sources = np.flatnonzero(columns.instances("Source"))
    evidence, cited = columns.links["evidence"], columns.links["source"]
    if len(distinct(cited.subject)) != len(cited.subject):
        raise IrregularError("a passage of two sources")
    source_of = np.full(len(columns.things), NOTHING, np.int32)
    source_of[cited.subject] = cited.object
    direct = np.isin(evidence.object, sources)
    through = source_of[evidence.object]
    record = np.concatenate([evidence.subject[direct], evidence.subject[through != NOTHING]]).astype(np.int64)
    source = np.concatenate([evidence.object[direct], through[through != NOTHING]])
    pairs = distinct((source.astype(np.int64) << 32) | record)
    number = np.bincount(pairs >> 32, minlength=len(columns.things))
    sources = sources[np.argsort(graph.labels.ranks(sources), kind="stable")]
    return table(
        ("source", "title", "selection", "records"),
        iri_cells(graph, sources),
        label_cells(graph, sources),
        [_selection(graph, source) for source in sources.tolist()],
        number_cells(number[sources]),
    )


def _selection(graph: Graph, source: int) -> Literal | None:
    found = list(graph.store.statements(NamedNode(graph.things[source]), NamedNode(IPCG + "selection")))
    if len(found) > 1:
        raise IrregularError("selection")
    return found[0].object if found else None  # type: ignore[return-value]  # the shapes ask for a text


ANSWERS: Final[Mapping[str, Callable[[Graph], Table]]] = {
    "author-work-counts": _author_work_counts,
    "coauthor-counts": _coauthor_counts,
    "coauthor-pairs": _coauthor_pairs,
    "sources": _sources,
    "work-counts-by-type": _work_counts_by_type,
    "work-counts-by-year": _work_counts_by_year,
}
