"""What holds on a day: whether a role or a partnership is certain, possible or excluded then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import numpy.typing as npt

from ipcgraph.columns import NOTHING, UNKNOWN_DAY

if TYPE_CHECKING:
    import datetime as dt

    from ipcgraph.columns import Columns, IntArray

CERTAIN, POSSIBLE, EXCLUDED = "certain", "possible", "excluded"

RULE: Final = "certain where every reading of the dates has them then, possible where some reading has"


class Bounded(Protocol):
    """A table with the bounds of a start and an end."""

    @property
    def start_not_before(self) -> IntArray: ...
    @property
    def start_not_after(self) -> IntArray: ...
    @property
    def end_not_before(self) -> IntArray: ...
    @property
    def end_not_after(self) -> IntArray: ...


def standing(table: Bounded, day: dt.date, *, begun: IntArray | None = None) -> npt.NDArray[np.str_]:
    """One word a row: CERTAIN, POSSIBLE or EXCLUDED on this day.

    Certain if startNotAfter <= day <= endNotBefore; excluded if the day is before startNotBefore, after endNotAfter or
    before `begun`, the first day of the context; else possible. A bound that is not known excludes nothing.
    """
    number = day.toordinal()
    certain = (table.start_not_after != UNKNOWN_DAY) & (table.start_not_after <= number)
    certain &= (table.end_not_before != UNKNOWN_DAY) & (number <= table.end_not_before)
    excluded = (table.start_not_before != UNKNOWN_DAY) & (number < table.start_not_before)
    excluded |= (table.end_not_after != UNKNOWN_DAY) & (number > table.end_not_after)
    if begun is not None:
        excluded |= (begun != UNKNOWN_DAY) & (number < begun)
    return np.where(excluded, EXCLUDED, np.where(certain, CERTAIN, POSSIBLE))


def roles_on(columns: Columns, day: dt.date) -> npt.NDArray[np.str_]:
    """One word a role, as `standing` has it; a role does not stand before its context has begun."""
    context = columns.roles.context
    begun = np.where(context == NOTHING, UNKNOWN_DAY, columns.begun[context])
    return standing(columns.roles, day, begun=np.asarray(begun, np.int32))
