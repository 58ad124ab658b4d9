"""Things of a large graph that an id or a name may have meant: neighbours by id, and names that hold the text."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

import numpy as np
from pyoxigraph import Literal, NamedNode

from ipcgraph.columns import read_columns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ipcgraph.columns import Columns
    from ipcgraph.tables import Cell

AROUND: Final = 500
"""So many things before and after the place that the id would have are looked at."""
NAMED: Final = 200
"""So many things whose names hold the text are looked at."""
_BELOW: Final = {"Organization": ("Organization", "Center", "Commission", "Partner")}


def near_things(columns: Path, kind: str, iri: str, text: str) -> tuple[tuple[Cell, ...], ...]:
    """Things of a kind, each with its name, among which those like an id or a text are; not all that there are.

    Their slugs begin as the id does, or their names hold the text: that takes a moment, where to compare the id with
    a million others takes minutes.
    """
    known = read_columns(columns)
    suited = np.ones(len(known.things), np.bool_) if kind == "Thing" else known.instances(*_BELOW.get(kind, (kind,)))
    found = dict.fromkeys(place for place in (*_around(known, iri), *_named(known, text)) if suited[place])
    return tuple((NamedNode(known.things[place]), Literal(known.labels[place])) for place in found)


def _around(columns: Columns, iri: str) -> Iterator[int]:
    """The neighbours of an id in the order of ids, the nearest first."""
    place = bisect_left(columns.things, iri)
    for step in range(AROUND):
        for other in (place - 1 - step, place + step):
            if 0 <= other < len(columns.things):
                yield other


def _named(columns: Columns, text: str) -> Iterator[int]:
    wanted = text.casefold().strip()
    if len(wanted) < 3:
        return
    pattern = re.compile(re.escape(wanted), re.IGNORECASE)
    found = 0
    for place, label in enumerate(columns.labels):
        if pattern.search(label):
            yield place
            found += 1
            if found == NAMED:
                return
