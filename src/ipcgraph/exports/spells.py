"""Spells: from when until when each link of a dated network may have held."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipcgraph.exports.table import Column, Value

FIRST, LAST = "start_not_before", "end_not_after"
"""The columns of the first and of the last day."""

RULE: Final = (
    "a link holds from the first to the last day on which it may have held (start_not_before, end_not_after), "
    "without an end where that is not known; undated links and all nodes hold always"
)


@dataclass(frozen=True, slots=True)
class Spell:
    """The first and the last day, both included, as ISO text, or empty where that side is open."""

    start: str
    end: str


def spells(columns: Sequence[Column]) -> tuple[Spell | None, ...]:
    """One spell for each row of these columns, None where neither day is known; nothing at all where no row has one.

    A day that is no date, or an end before its start, is not known.
    """
    values = {column.name: column.values for column in columns}
    rows = max(map(len, values.values()), default=0)
    nothing: tuple[Value, ...] = (None,) * rows
    found = tuple(map(_spell, values.get(FIRST, nothing), values.get(LAST, nothing)))
    return found if any(found) else ()


def _spell(first: Value, last: Value) -> Spell | None:
    start, end = _day(first), _day(last)
    if start and end and end < start:
        return None
    return Spell(start, end) if start or end else None


def _day(value: Value) -> str:
    """A whole date as ISO text, or nothing."""
    try:
        return dt.date.fromisoformat(value).isoformat() if isinstance(value, str) else ""
    except ValueError:
        return ""
