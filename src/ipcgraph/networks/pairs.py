"""The pairs of members that share a group, found in parts of bounded number, and what is summed up over equal ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.columns import IntArray

_Number = TypeVar("_Number", np.int32, np.float64)

AT_ONCE: Final = 4_000_000
"""So many pairs are in memory at once, about 200 MB of them, unless a single member of a group makes more."""

UNKNOWN_YEAR: Final = 0
"""The year that stands where no group of a link has one."""


@dataclass(frozen=True, slots=True, eq=False)
class Years:
    """The first and the last year in which something can have been, or UNKNOWN_YEAR in both: one entry a thing."""

    first: IntArray
    last: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class SharedGroups:
    """One entry a link: its ends, source before target, sorted by both; how many groups they share; the weight.

    `years` are the first and the last of the groups that are shared, where years were given.
    """

    source: IntArray
    target: IntArray
    joint: IntArray
    weight: npt.NDArray[np.float64]
    years: Years | None


def share(
    row: IntArray,
    column: IntArray,
    *,
    size: int,
    value: npt.NDArray[np.float64] | None = None,
    years: Years | None = None,
    at_once: int = AT_ONCE,
) -> SharedGroups:
    """What members, numbered by `column` up to `size`, share of the groups that `row` numbers; sorted by both.

    `value` has by group what it adds to the weight of each of its links, 1 unless given; `years` are those by group.
    """
    nowhere = np.zeros(0, np.int32)
    joint = _summed(nowhere, (nowhere, nowhere), size)
    weight = _summed(np.zeros(0), (nowhere, nowhere), size)
    for left, right in _pairs(row, at_once):
        ends = (column[left], column[right])
        joint = _plus(joint, _summed(np.ones(len(left), np.int32), ends, size))
        if value is not None:
            weight = _plus(weight, _summed(value[row[left]], ends, size))
    source = np.repeat(np.arange(size, dtype=np.int32), np.diff(joint.indptr))
    target = joint.indices.astype(np.int32, copy=False)
    return SharedGroups(
        source=source,
        target=target,
        joint=joint.data,
        weight=joint.data.astype(np.float64) if value is None else weight.data,
        years=_years(row, column, (source, target), years, at_once=at_once) if years else None,
    )


def _pairs(row: IntArray, at_once: int) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """The places of both rows of each pair of one group, the member of the lesser id first; so many at once.

    Rows are sorted by group, then member: each makes a pair with every later one of its group.
    """
    place = np.arange(len(row))
    later = np.cumsum(np.bincount(row))[row] - place - 1
    made = np.cumsum(later)
    first = 0
    while first < len(row):
        before = int(made[first - 1]) if first else 0
        after = max(int(np.searchsorted(made, before + at_once, side="right")), first + 1)
        number = later[first:after]
        left = np.repeat(place[first:after], number)
        start = np.cumsum(number) - number
        yield left, np.arange(len(left)) - np.repeat(start - place[first:after] - 1, number)
        first = after


def _summed(values: npt.NDArray[_Number], ends: tuple[IntArray, IntArray], size: int) -> sparse.csr_array[_Number]:
    """The values as a matrix of members, those of the same pair added up; rows and their columns in order."""
    return sparse.coo_array((values, ends), shape=(size, size)).tocsr()


def _plus(one: sparse.csr_array[_Number], other: sparse.csr_array[_Number]) -> sparse.csr_array[_Number]:
    return sparse.csr_array(one + other) if one.nnz else other


def _years(row: IntArray, column: IntArray, links: tuple[IntArray, IntArray], years: Years, *, at_once: int) -> Years:
    """The first and the last year of the groups that each link, given by its ends and in order, stands for."""
    size = int(column.max(initial=0)) + 1
    numbers = links[0].astype(np.int64) * size + links[1]
    dated = years.first[row] != UNKNOWN_YEAR
    row, column = row[dated], column[dated]
    latest = np.int32(np.iinfo(np.int32).max)
    first, last = np.full(len(numbers), latest), np.full(len(numbers), UNKNOWN_YEAR, np.int32)
    for left, right in _pairs(row, at_once):
        link = np.searchsorted(numbers, column[left].astype(np.int64) * size + column[right])
        np.minimum.at(first, link, years.first[row[left]])
        np.maximum.at(last, link, years.last[row[left]])
    return Years(np.where(first == latest, np.int32(UNKNOWN_YEAR), first), last)
