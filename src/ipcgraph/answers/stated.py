"""Dates as stated, told from the first and the last day that they allow."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np
from pyoxigraph import Literal, NamedNode

from ipcgraph.answers.graph import Graph, Ids, IrregularError, cells
from ipcgraph.columns import UNKNOWN_DAY
from ipcgraph.dates import DAY, MONTH, YEAR
from ipcgraph.distinct import distinct
from ipcgraph.vocabulary import IPCG

if TYPE_CHECKING:
    from ipcgraph.tables import Cell

_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
_ISSUED: Final = NamedNode(IPCG + "issued")
_FEW: Final = 1_000
"""So many works are looked up one by one; for more, all dates are read."""


def years(days: Ids) -> Ids:
    """The year of each day, 0 for UNKNOWN_DAY."""
    found = (days.astype(np.int64) - _EPOCH).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return np.where(days == UNKNOWN_DAY, 0, found)


def check_undated(graph: Graph, works: Ids) -> None:
    """Raises IrregularError where one of these works, which have no day in the columns, states a date nevertheless."""
    if len(works) > _FEW:
        states = bool(graph.subjects("issued", works).any())
    else:
        states = any(next(graph.store.statements(NamedNode(iri), _ISSUED), None) for iri in graph.things.take(works))
    if states:
        raise IrregularError("issued")


def stated_cells(graph: Graph, works: Ids, first: Ids, last: Ids) -> list[Cell]:
    """The date of each work as stated, None where it has none: a year, a month or a day by the days that it allows."""
    undated = (first == UNKNOWN_DAY) & (last == UNKNOWN_DAY)
    check_undated(graph, works[undated])
    spans = (first.astype(np.int64) << 32) | last
    known = distinct(spans)
    return cells(spans, [_stated(span >> 32, span & 0xFFFFFFFF) for span in known.tolist()], known)


def _stated(first: int, last: int) -> Literal | None:
    if first == last == UNKNOWN_DAY:
        return None
    if UNKNOWN_DAY in {first, last}:
        raise IrregularError("a date with one bound")
    begin, end = dt.date.fromordinal(first), dt.date.fromordinal(last)
    if begin == end:
        return Literal(begin.isoformat(), datatype=DAY)
    if (begin.month, begin.day, end.year, end.month, end.day) == (1, 1, begin.year, 12, 31):
        return Literal(f"{begin.year:04}", datatype=YEAR)
    if begin.day == 1 and (begin.year, begin.month) == (end.year, end.month) and end.day == _days(begin):
        return Literal(f"{begin.year:04}-{begin.month:02}", datatype=MONTH)
    raise IrregularError("bounds of no stated date")


def _days(month: dt.date) -> int:
    return calendar.monthrange(month.year, month.month)[1]
