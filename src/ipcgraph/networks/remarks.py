"""Remarks that go with a network wherever it is shown: what was left out, and what its sources leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from ipcgraph.columns import Columns, IntArray

_NAMES: Final = 10
"""So many names stand in one remark; the rest is counted."""


def counted(number: int, singular: str, plural: str) -> str:
    """`1 work`, `2 works`.

    >>> counted(2, "work", "works")
    '2 works'
    """
    return f"{number:,} {singular if number == 1 else plural}"


def counts(*things: tuple[int, str, str]) -> tuple[str, ...]:
    """One sentence for each of these, as `counted` has it, of which there is any."""
    return tuple(counted(*each) for each in things if each[0])


def named(columns: Columns, things: IntArray, singular: str, plural: str) -> tuple[str, ...]:
    """One sentence with the number of these things and the names of the first ten, or none where there are none."""
    number = len(things)
    if not number:
        return ()
    names = sorted(columns.label(thing) for thing in things.tolist())
    more = f" and {number - _NAMES:,} more" if number > _NAMES else ""
    return (f"{counted(number, singular, plural)}: {', '.join(names[:_NAMES])}{more}",)


def selection_notes(columns: Columns, things: IntArray) -> str:
    """What the sources leave out in whose lists these things stand, or nothing where no source says so."""
    listed = columns.links["listedIn"]
    sources = np.unique(listed.object[np.isin(listed.subject, things)])
    notes = (columns.selections.get(source, "") for source in sources.tolist())
    return " ".join(note for note in notes if note)
