"""Lists of works: all of them, those of a year, a span or a type, and those of which something is not known."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple, cast

import numpy as np
from pyoxigraph import Literal, NamedNode

from ipcgraph.answers.graph import Graph, Ids, IrregularError, cells, iri_cells, label_cells, table
from ipcgraph.answers.stated import check_undated, stated_cells, years
from ipcgraph.columns import NOTHING, UNKNOWN_DAY
from ipcgraph.distinct import distinct
from ipcgraph.tables import Table
from ipcgraph.vocabulary import IPCG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ipcgraph.answers.graph import Mask
    from ipcgraph.tables import Cell

_NAME: Final = NamedNode(PREFIXES["foaf"] + "name")


class _Rows(NamedTuple):
    """Some works: the id of each, with the first and the last day of its date, its type and the rank of its title."""

    work: Ids
    first: Ids
    last: Ids
    kind: Ids
    title: Ids

    def ordered(self, *keys: Ids | Mask) -> _Rows:
        """The works by these keys, the first one first, then by title and IRI."""
        order = np.lexsort((self.work, self.title, *reversed(keys)))
        return _Rows(*(column[order] for column in self))

    def kept(self, chosen: Mask) -> _Rows:
        """Those of the works that are chosen, one truth value each."""
        return _Rows(*(column[chosen] for column in self))


def _rows(graph: Graph, kept: Mask, *, typed: bool = False) -> _Rows:
    """The works of these rows that have a title; with `typed` those that have a type with a label."""
    works = graph.columns.works
    if typed:
        kept = kept & np.isin(works.kind, list(graph.concept_labels(works.kind)))
    row = np.flatnonzero(kept)
    row = row[graph.labels.sizes(works.work[row]) > 0]
    work = works.work[row]
    return _Rows(work, works.not_before[row], works.not_after[row], works.kind[row], graph.labels.ranks(work))


def _listed(graph: Graph) -> Mask:
    """The rows of works that the source that is asked for lists; it may list other things as well."""
    works, listed = graph.columns.works, graph.listed()
    return graph.works() if listed is None else graph.works() & listed[works.work]


def _table(graph: Graph, rows: _Rows, *names: str, **more: list[Cell]) -> Table:
    """The table of the works with these columns: `work`, `title`, `type`, `issued`, or one that is given."""
    made: dict[str, Callable[[], list[Cell]]] = {
        "work": lambda: iri_cells(graph, rows.work),
        "title": lambda: label_cells(graph, rows.work),
        "type": lambda: _types(graph, rows.kind),
        "issued": lambda: stated_cells(graph, rows.work, rows.first, rows.last),
    }
    return table(names, *(more[name] if name in more else made[name]() for name in names))


def _types(graph: Graph, kind: Ids) -> list[Cell]:
    labels = graph.concept_labels(kind)
    known = distinct(kind)
    return cells(kind, [labels.get(concept) for concept in known.tolist()], known)


def _works(graph: Graph) -> Table:
    rows = _rows(graph, graph.works())
    return _table(graph, rows.ordered(rows.first, rows.last), "work", "title", "type", "issued")


def _works_between(graph: Graph) -> Table:
    works = graph.columns.works
    since, until = (dt.date.fromisoformat(graph.terms[name].value).toordinal() for name in ("since", "until"))
    dated = (works.not_before != UNKNOWN_DAY) & (works.not_after != UNKNOWN_DAY)
    rows = _rows(graph, graph.works() & dated & (works.not_before <= until) & (works.not_after >= since), typed=True)
    rows = rows.ordered((rows.first < since) | (rows.last > until), rows.first, rows.last)
    possible = ((rows.first < since) | (rows.last > until)).astype(np.int64)
    answer = cells(possible, [Literal("certain"), Literal("possible")], np.arange(2))
    return _table(graph, rows, "answer", "work", "title", "type", "issued", answer=answer)


def _works_in_year(graph: Graph) -> Table:
    works = graph.columns.works
    year = int(graph.terms["year"].value)
    if not year:
        raise IrregularError("a year before the calendar of the columns")
    of_year = years(works.not_before) == year
    dated = (works.not_before != UNKNOWN_DAY) & (works.not_after != UNKNOWN_DAY)
    rows = _rows(graph, _listed(graph) & of_year & dated, typed=True)
    return _table(graph, rows.ordered(rows.first, rows.last), "work", "title", "type", "issued")


def _works_by_type(graph: Graph) -> Table:
    kind = graph.columns.find(graph.terms["type"].value)
    rows = _rows(graph, _listed(graph) & (graph.columns.works.kind == kind) & (kind != NOTHING))
    return _table(graph, rows.ordered(-rows.first, -rows.last), "work", "title", "issued")


def _works_by_one_author(graph: Graph) -> Table:
    columns = graph.columns
    author_of = np.full(len(columns.things), NOTHING, np.int32)
    author_of[columns.authorships.work] = columns.authorships.author
    rows = _rows(graph, _listed(graph) & (_authors(graph) == 1))
    rows = rows.kept(graph.labels.sizes(author_of[rows.work]) > 0)
    rows = rows.ordered(rows.first, rows.last)
    author = author_of[rows.work]
    more = {"author": iri_cells(graph, author), "name": label_cells(graph, author)}
    return _table(graph, rows, "work", "title", "author", "name", "issued", **more)


def _without_authors(graph: Graph) -> Table:
    rows = _rows(graph, graph.works() & (_authors(graph) == 0)).ordered()
    producers = _producers(graph)
    shown = [
        (*row, producer, name)
        for row in _table(graph, rows, "work", "title", "issued").rows
        for producer, name in producers.get(row[0], ((None, None),))
    ]
    shown.sort(key=lambda row: tuple("" if cell is None else cell.value for cell in (row[1], row[4], row[0], row[3])))  # type: ignore[union-attr]  # terms all
    return Table(("work", "title", "issued", "producer", "name"), tuple(shown))


def _producers(graph: Graph) -> dict[Cell, list[tuple[Cell, Cell]]]:
    """Who produced which work, with a name; few works say it."""
    found: dict[Cell, list[tuple[Cell, Cell]]] = {}
    for quad in graph.store.statements(None, NamedNode(IPCG + "producedBy")):
        producer = cast("NamedNode", quad.object)
        for named in graph.store.statements(producer, _NAME):
            found.setdefault(cast("NamedNode", quad.subject), []).append((producer, cast("Literal", named.object)))
    return found


def _authors(graph: Graph) -> Ids:
    """The number of authors of each row of works."""
    columns = graph.columns
    number = np.bincount(columns.authorships.work, minlength=len(columns.things))
    return np.asarray(number[columns.works.work], np.int64)


def _without_date(graph: Graph) -> Table:
    works = graph.columns.works
    undated = (works.not_before == UNKNOWN_DAY) & (works.not_after == UNKNOWN_DAY)
    rows = _rows(graph, graph.works() & undated, typed=True).ordered()
    check_undated(graph, rows.work)
    return _table(graph, rows, "work", "title", "type")


def _without_doi(graph: Graph) -> Table:
    rows = _rows(graph, graph.works(), typed=True)
    rows = rows.kept(~graph.subjects("doi", rows.work)).ordered()
    return _table(graph, rows, "work", "title", "type", "issued")


def _without_summary(graph: Graph) -> Table:
    rows = _rows(graph, _listed(graph))
    rows = rows.kept(~graph.subjects("summary", rows.work)).ordered()
    return _table(graph, rows, "work", "title", "basis", basis=_bases(graph, rows))


def _bases(graph: Graph, rows: _Rows) -> list[Cell]:
    """By work, the label of what its summary rests on, where that is said."""
    said: dict[str, NamedNode] = {}
    for quad in graph.store.statements(None, NamedNode(IPCG + "summaryBasis")):
        work = cast("NamedNode", quad.subject).value
        if work in said:
            raise IrregularError("summaryBasis")
        said[work] = cast("NamedNode", quad.object)
    if not said:
        return [None] * len(rows.work)
    labels = {concept: graph.label_of(concept) for concept in set(said.values())}
    return [labels[said[iri]] if iri in said else None for iri in graph.things.take(rows.work)]


ANSWERS: Final[Mapping[str, Callable[[Graph], Table]]] = {
    "works": _works,
    "works-between": _works_between,
    "works-by-one-author": _works_by_one_author,
    "works-by-type": _works_by_type,
    "works-in-year": _works_in_year,
    "works-without-authors": _without_authors,
    "works-without-date": _without_date,
    "works-without-doi": _without_doi,
    "works-without-summary": _without_summary,
}
