"""How a network of works grows: its figures for each year, and for all works up to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from ipcgraph.columns import UNKNOWN_DAY
from ipcgraph.errors import UsageError
from ipcgraph.networks.arrays import Arrays, components
from ipcgraph.networks.coauthorship import project_persons
from ipcgraph.networks.collaboration import project_affiliations
from ipcgraph.networks.options import FLAGS, Kind, Options
from ipcgraph.networks.remarks import counts, named, selection_notes
from ipcgraph.networks.selection import select_members, select_works
from ipcgraph.networks.topics import project_topics
from ipcgraph.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ipcgraph.columns import Columns
    from ipcgraph.networks.projection import Projection
    from ipcgraph.networks.selection import Mask

COLUMNS: Final = {
    "year": "the year",
    "works": "works issued in it",
    "nodes": "nodes of the network of these works",
    "edges": "its links",
    "density": "the share of all pairs that are linked",
    "components": "its connected components",
    "giant_share": "the share of nodes in the largest of them",
    "new_nodes": "nodes that no chosen work of an earlier year has",
    "all_works": "chosen works issued in this year or earlier",
    "all_nodes": "nodes of the network of all these",
    "all_edges": "its links",
    "all_giant_share": "the share of nodes in its largest component",
}
"""By column of the table, what it has."""

_PROJECTIONS: Final[dict[Kind, Callable[[Columns, Mask, Options], Projection]]] = {
    "coauthorship": project_persons,
    "collaboration": project_affiliations,
    "topics": project_topics,
}
_UNFIT: Final = ("counting", "normalise", "minimum_weight", "largest_component")


@dataclass(frozen=True, slots=True)
class Growth:
    """One row a year, with COLUMNS; `remarks` are name and text, on what was chosen and left out."""

    table: Table
    remarks: tuple[tuple[str, str], ...]


def growth(kind: Kind, columns: Columns, options: Options) -> Growth:
    """The growth of a network of works, a row for each year from the first to the last with a work.

    Each year's works are projected again. A work counts in a year if its date is certainly in it, and up to a year if
    it is certainly not later; one without a date is in no row. Raises UsageError for a network that is not made of
    works, and for options on which no figure depends.
    """
    options.check(kind)
    if kind not in _PROJECTIONS:
        raise UsageError(f"a network of {kind} has no growth by year; choose from {', '.join(_PROJECTIONS)}")
    for name in _UNFIT:
        if getattr(options, name) != getattr(Options(), name):
            flag = FLAGS.get(name, "--" + name.replace("_", "-"))
            raise UsageError(f"{flag} changes no figure of a growth by year; leave it out")
    chosen = select_works(columns, options)
    rows = tuple(_rows(kind, columns, options, chosen.chosen))
    rules = (*chosen.rules, *select_members(columns, options).rules)
    left_out = (*chosen.left_out, *_undatable(columns, chosen.chosen))
    said = {
        "Only": "; ".join(rules),
        "Left out": "; ".join(left_out) or "nothing",
        "Note": selection_notes(columns, np.flatnonzero(chosen.chosen).astype(np.int32)),
    }
    if not rows:
        said = {"Empty": "no work that the options leave has a date", **said}
    return Growth(Table(tuple(COLUMNS), rows), tuple((name, text) for name, text in said.items() if text))


def _rows(kind: Kind, columns: Columns, options: Options, works: Mask) -> Iterator[tuple[int | float, ...]]:
    """One row a year, in the order of COLUMNS: the figures of the year, then those of all up to it."""
    first, last = _years(columns, works)
    known = 0
    for year in range(first, last + 1):
        of_year = _figures(kind, columns, replace(options, since=year, until=year))
        so_far = _figures(kind, columns, replace(options, since=options.since, until=year))
        in_year, nodes, edges, parts, giant = of_year
        density = 2 * edges / (nodes * (nodes - 1)) if nodes > 1 else 0.0
        all_works, all_nodes, all_edges, _, all_giant = so_far
        new = all_nodes - known
        yield year, in_year, nodes, edges, density, parts, giant, new, all_works, all_nodes, all_edges, all_giant
        known = all_nodes


def _figures(kind: Kind, columns: Columns, options: Options) -> tuple[int, int, int, int, float]:
    """Works, nodes, links, components and giant share of the network of these works."""
    works = select_works(columns, options).chosen
    found = _PROJECTIONS[kind](columns, works, options)
    size = len(found.member)
    number = components(Arrays(size, found.source, found.target, found.weight))
    giant = float((number == 1).sum() / size) if size else 0.0
    return int(works.sum()), size, len(found.source), int(number.max(initial=0)), giant


def _years(columns: Columns, chosen: Mask) -> tuple[int, int]:
    """The first year in which a chosen work can have been issued, and the last; an empty range where none is dated."""
    table = columns.works
    dated = chosen[table.work] & (table.not_before != UNKNOWN_DAY) & (table.not_after != UNKNOWN_DAY)
    if not dated.any():
        return 1, 0
    days = int(table.not_before[dated].min()), int(table.not_after[dated].max())
    return dt.date.fromordinal(days[0]).year, dt.date.fromordinal(days[1]).year


def _undatable(columns: Columns, chosen: Mask) -> tuple[str, ...]:
    """One sentence on the works of no year, where no window has left them out yet, and one on those of two years."""
    table = columns.works
    of_these = chosen[table.work]
    dated = (table.not_before != UNKNOWN_DAY) & (table.not_after != UNKNOWN_DAY)
    days = zip(table.not_before[of_these & dated].tolist(), table.not_after[of_these & dated].tolist(), strict=True)
    across = sum(dt.date.fromordinal(one).year != dt.date.fromordinal(other).year for one, other in days)
    undated = named(columns, table.work[of_these & ~dated], "work without a date", "works without a date", quoted=True)
    return undated + counts(
        (
            across,
            "work of no one year, counted up to its last one only",
            "works of no one year, counted up to their last one only",
        ),
    )
