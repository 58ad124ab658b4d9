"""Remarks that go with a network wherever it is shown: what was left out, and what its sources leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def named(columns: Columns, things: IntArray, singular: str, plural: str, *, quoted: bool = False) -> tuple[str, ...]:
    """The sentence of `listed` for these things, or none where there are none. Titles are quoted: they hold commas."""
    labels = [columns.label(thing) for thing in things.tolist()]
    if quoted:
        labels = [f"“{label}”" for label in labels]
    return (listed(labels, singular, plural),) if labels else ()


def listed(names: Sequence[str], singular: str, plural: str) -> str:
    """How many these are, and the first ten of their names.

    >>> listed(["Bo", "Ada"], "author", "authors")
    '2 authors: Ada, Bo'
    """
    more = f" and {len(names) - _NAMES:,} more" if len(names) > _NAMES else ""
    return f"{counted(len(names), singular, plural)}: {', '.join(sorted(names)[:_NAMES])}{more}"


def selection_notes(columns: Columns, things: IntArray) -> str:
    """What the sources leave out in whose lists these things stand, or nothing where no source says so."""
    listed = columns.links["listedIn"]
    return _notes(columns, listed.object[np.isin(listed.subject, things)])


def evidence_notes(columns: Columns, things: IntArray) -> str:
    """What the sources leave out that these things were read from, or nothing where no source says so."""
    evidence, source = columns.links["evidence"], columns.links["source"]
    cited = evidence.object[np.isin(evidence.subject, things)]
    # Evidence is a passage of a source, or the source itself.
    return _notes(columns, np.concatenate((cited, source.object[np.isin(source.subject, cited)])))


def _notes(columns: Columns, sources: IntArray) -> str:
    notes = (columns.selections.get(source, "") for source in np.unique(sources).tolist())
    return " ".join(note for note in notes if note)
