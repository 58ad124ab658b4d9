"""How a network of works grows: its figures for each year or window of years, and for all works up to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from ipcgraph.errors import UsageError
from ipcgraph.networks.arrays import Arrays, components
from ipcgraph.networks.coauthorship import many_authors, project_persons, works_with_persons
from ipcgraph.networks.collaboration import many_organizations, project_affiliations, works_with_affiliations
from ipcgraph.networks.options import WRITTEN, Kind, Options
from ipcgraph.networks.pairs import UNKNOWN_YEAR
from ipcgraph.networks.remarks import counts, named, selection_notes
from ipcgraph.networks.selection import select_members, select_works, work_years
from ipcgraph.networks.topics import many_topics, project_topics, things_with_topics
from ipcgraph.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ipcgraph.columns import Columns, IntArray
    from ipcgraph.networks.projection import Projection
    from ipcgraph.networks.selection import Mask

COLUMNS: Final = {
    "year": "the year; with --window, two columns stand in its place",
    "from": "the first year of the window",
    "until": "the last year of the window",
    "works": "works issued in it",
    "nodes": "nodes of the network of these works",
    "edges": "its links",
    "density": "the share of all pairs that are linked",
    "components": "its connected components",
    "giant_share": "the share of nodes in the largest of them",
    "new_nodes": "nodes that no chosen work of an earlier year or window has",
    "all_works": "chosen works issued in this year or window, or earlier",
    "all_nodes": "nodes of the network of all these",
    "all_edges": "its links",
    "all_giant_share": "the share of nodes in its largest component",
}
"""By column of the table, what it has."""

_BY_YEAR: Final = tuple(name for name in COLUMNS if name not in {"from", "until"})
_BY_WINDOW: Final = tuple(name for name in COLUMNS if name != "year")

_Project: TypeAlias = "Callable[[Columns, Mask, Options], Projection]"
_Named: TypeAlias = "Callable[[Columns, Projection, Options], tuple[str, ...]]"
_Making: TypeAlias = "Callable[[Columns, Options], IntArray]"

_PROJECTIONS: Final[dict[Kind, tuple[_Project, _Named, _Making]]] = {
    "coauthorship": (project_persons, many_authors, works_with_persons),
    "collaboration": (project_affiliations, many_organizations, works_with_affiliations),
    "topics": (project_topics, many_topics, things_with_topics),
}
"""By network, its projection, what is said of works with too many members to make links, and what makes nodes."""

LONGEST: Final = 9_999
"""The last year there is, and the longest window."""

_UNFIT: Final = ("counting", "normalise", "minimum_weight", "largest_component")


@dataclass(frozen=True, slots=True)
class Growth:
    """One row a year or window, with those of COLUMNS that fit; `remarks` are name and text, on what was chosen."""

    table: Table
    remarks: tuple[tuple[str, str], ...]


def growth(kind: Kind, columns: Columns, options: Options, *, window: int = 1) -> Growth:
    """The growth of a network of works: a row for each year, or each so many years, of its span.

    The works of each are projected again. A work counts in a year or window if its date is certainly in it, and up to
    one if it is certainly not later; a work without a date is in no row. Windows follow each other without overlap,
    from the first year that the options name, else from that of the first work with a node; the last may be longer than
    what there is. Works before the first row or after the last make no node, and are counted in `remarks`. Raises
    UsageError for a network that is not made of works, and for options on which no figure depends.
    """
    options.check(kind)
    if kind not in _PROJECTIONS:
        raise UsageError(f"a network of {kind} has no growth by year; choose from {', '.join(_PROJECTIONS)}")
    if not 1 <= window <= LONGEST:
        raise UsageError(f"{window} is no length of a window; write a number of years from 1 to {LONGEST:,}")
    for name in _UNFIT:
        if getattr(options, name) != getattr(Options(), name):
            flag = WRITTEN[name]
            raise UsageError(f"{flag} changes no figure of a growth by year; leave it out")
    chosen = select_works(columns, options)
    windows = _windows(kind, columns, options, window)
    rows = tuple(_rows(kind, columns, options, windows))
    rules = (*chosen.rules, *select_members(columns, options).rules)
    left_out = (*chosen.left_out, *_undatable(columns, chosen.chosen, windows))
    project, name_large, _ = _PROJECTIONS[kind]
    left_out += name_large(columns, project(columns, chosen.chosen & _dated(columns), options), options)
    said = {
        "Only": "; ".join(rules),
        "Left out": "; ".join(left_out) or "nothing",
        "Note": selection_notes(columns, np.flatnonzero(chosen.chosen).astype(np.int32)),
    }
    if not rows:
        said = {"Empty": "no work that the options leave has a date and makes a node", **said}
    table = Table(_BY_YEAR, tuple(row[1:] for row in rows)) if window == 1 else Table(_BY_WINDOW, rows)
    return Growth(table, tuple((name, text) for name, text in said.items() if text))


def _rows(
    kind: Kind, columns: Columns, options: Options, windows: Sequence[tuple[int, int]]
) -> Iterator[tuple[int | float, ...]]:
    """One row a window, in the order of _BY_WINDOW: its figures, then those of all up to it."""
    known = 0
    for first, last in windows:
        inside, nodes, edges, parts, giant = _figures(kind, columns, replace(options, since=first, until=last))
        so_far = _figures(kind, columns, replace(options, since=options.since, until=last))
        density = 2 * edges / (nodes * (nodes - 1)) if nodes > 1 else 0.0
        all_works, all_nodes, all_edges, _, all_giant = so_far
        new = all_nodes - known
        yield first, last, inside, nodes, edges, density, parts, giant, new, all_works, all_nodes, all_edges, all_giant
        known = all_nodes


def _figures(kind: Kind, columns: Columns, options: Options) -> tuple[int, int, int, int, float]:
    """Works, nodes, links, components and giant share of the network of these works."""
    works = select_works(columns, options).chosen
    found = _PROJECTIONS[kind][0](columns, works, options)
    size = len(found.member)
    number = components(Arrays(size, found.source, found.target, found.weight))
    giant = float((number == 1).sum() / size) if size else 0.0
    return int(works.sum()), size, len(found.source), int(number.max(initial=0)), giant


def _dated(columns: Columns) -> Mask:
    """One truth value a thing: whether it is a work with a date."""
    return np.asarray(work_years(columns).first != UNKNOWN_YEAR)


def span(kind: Kind, columns: Columns, options: Options) -> tuple[int, int] | None:
    """The first and the last year of a chosen work that makes a node of the network; None where none is dated."""
    making = np.zeros(len(columns.things), np.bool_)
    making[_PROJECTIONS[kind][2](columns, options)] = True
    years, dated = work_years(columns), making & select_works(columns, options).chosen & _dated(columns)
    return (int(years.first[dated].min()), int(years.last[dated].max())) if dated.any() else None


def _windows(kind: Kind, columns: Columns, options: Options, length: int) -> tuple[tuple[int, int], ...]:
    """First and last year of each window, over the span of the network; none where it has none."""
    found = span(kind, columns, options)
    if found is None:
        return ()
    first, last = found
    if length > 1 and options.since is not None:
        first = options.since
    until = options.until or max(last, LONGEST)
    return tuple((year, min(year + length - 1, until)) for year in range(first, last + 1, length))


def _undatable(columns: Columns, chosen: Mask, windows: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """Sentences on works of no date, where no window has left them out yet, on those of two rows, and of no row."""
    years, dated = work_years(columns), _dated(columns)
    works = columns.works.work[chosen[columns.works.work]]
    starts = np.array([first for first, _ in windows], np.int64)
    inside = works[dated[works]]
    places = [np.searchsorted(starts, of[inside], side="right") for of in (years.first, years.last)]
    across = int((places[0] != places[1]).sum())
    outside = len(inside)
    if windows:
        before, after = years.last[inside] < windows[0][0], years.first[inside] > windows[-1][1]
        outside = int((before | after).sum())
    rule = "before the first row or after the last, where none makes a node" if windows else "that makes no node"
    undated = named(columns, works[~dated[works]], "work without a date", "works without a date", quoted=True)
    row = "year" if all(first == last for first, last in windows) else "window"
    return undated + counts(
        (
            across,
            f"work of no one {row}, counted up to its last one only",
            f"works of no one {row}, counted up to their last one only",
        ),
        (
            outside,
            f"work {rule}",
            f"works {rule if windows else 'that make no node'}",
        ),
    )
