"""The pairs of members that share a group, found in parts of bounded number, and what is summed up over equal ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.columns import IntArray

AT_ONCE: Final = 8_000_000
"""So many pairs are in memory at once, about 200 MB of them at most, unless a single member of a group makes more."""

_NEAR: Final = 65_536
"""So many pairs are numbered at once."""

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
    joint = _Counted(np.zeros(0, np.int64), np.zeros(0, np.int32))
    for numbers in _numbers(row, column, at_once):
        joint = _merged(joint, _counted(numbers))
    source, target = _ends(joint.number)
    return SharedGroups(
        source=source,
        target=target,
        joint=joint.count,
        weight=joint.count.astype(np.float64) if value is None else _weight(row, column, value, size, at_once=at_once),
        years=_years(row, column, joint.number, years, at_once=at_once) if years else None,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """Pairs as numbers, in order, each once, and how often each stood there."""

    number: npt.NDArray[np.int64]
    count: IntArray


def _counted(numbers: npt.NDArray[np.int64]) -> _Counted:
    """How often each number stands there. They are sorted in place, which takes far less time than to make a matrix.

    The distinct ones are moved together in place too: fresh memory costs a large network as much time as the sums.
    """
    numbers.sort()
    first, filled = np.empty(len(numbers), np.int32), 0
    for start in range(0, len(numbers), _NEAR):
        part = numbers[start : start + _NEAR]
        new = np.ones(len(part), np.bool_)
        np.not_equal(part[1:], part[:-1], out=new[1:])
        new[0] = not filled or part[0] != numbers[filled - 1]
        places = np.flatnonzero(new)
        after = filled + len(places)
        numbers[filled:after], first[filled:after] = part[places], places + start
        filled = after
    return _Counted(numbers[:filled], np.diff(first[:filled], append=np.int32(len(numbers))))


def _merged(one: _Counted, other: _Counted) -> _Counted:
    """The numbers of both."""
    if not len(one.number):
        return other
    number = np.concatenate([one.number, other.number])
    # Stable, for that notices that each half is in order already.
    order = np.argsort(number, kind="stable")
    number, count = number[order], np.concatenate([one.count, other.count])[order]
    first = np.flatnonzero(np.diff(number, prepend=-1))
    return _Counted(number[first], np.add.reduceat(count, first, dtype=np.int32))


def _number(source: IntArray, target: IntArray) -> npt.NDArray[np.int64]:
    """The number of each pair: source, then target, with 32 bits each, so that numbers are in the order of links."""
    number = source.astype(np.int64)
    number <<= 32
    number |= target
    return number


def _ends(number: npt.NDArray[np.int64]) -> tuple[IntArray, IntArray]:
    """The source and the target of each pair that has this number."""
    source, target = np.empty(len(number), np.int32), np.empty(len(number), np.int32)
    np.right_shift(number, 32, out=source, casting="unsafe")
    np.bitwise_and(number, 0xFFFFFFFF, out=target, casting="unsafe")
    return source, target


def _numbers(row: IntArray, column: IntArray, at_once: int) -> Iterator[npt.NDArray[np.int64]]:
    """The number of each pair of one group; so many at once."""
    later = _later(row)
    made = np.cumsum(later, dtype=np.int64)
    for first, after in _spans(made, at_once):
        numbers = np.empty(int(later[first:after].sum()), np.int64)
        filled = 0
        # By parts that are still in the processor's cache at the next step.
        for start, end in _spans(made[:after], _NEAR, first):
            left, right = _rows(later, start, end)
            numbers[filled : filled + len(left)] = _number(column[left], column[right])
            filled += len(left)
        yield numbers


def _pairs(row: IntArray, at_once: int) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """The places of both rows of each pair of one group, the member of the lesser id first; so many at once."""
    later = _later(row)
    for first, after in _spans(np.cumsum(later, dtype=np.int64), at_once):
        yield _rows(later, first, after)


def _later(row: IntArray) -> IntArray:
    """How many pairs each row makes: rows are sorted by group, then member, and each makes one with every later one."""
    ends = np.ones(len(row), np.bool_)
    np.not_equal(row[1:], row[:-1], out=ends[:-1])
    last = np.flatnonzero(ends)
    later = np.repeat(last.astype(np.int32), np.diff(last, prepend=-1))
    later -= np.arange(len(row), dtype=np.int32)
    return later


def _spans(made: npt.NDArray[np.int64], at_once: int, first: int = 0) -> Iterator[tuple[int, int]]:
    """From one row to another, so that they make so many pairs, or are a single row; `made` is up to each row."""
    while first < len(made):
        before = int(made[first - 1]) if first else 0
        after = max(int(np.searchsorted(made, before + at_once, side="right")), first + 1)
        yield first, after
        first = after


def _rows(later: IntArray, first: int, after: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The places of both rows of each pair that these rows make."""
    number, place = later[first:after].astype(np.int64), np.arange(first, after)
    left = np.repeat(place, number)
    start = np.cumsum(number) - number
    return left, np.arange(len(left)) - np.repeat(start - place - 1, number)


def _weight(
    row: IntArray, column: IntArray, value: npt.NDArray[np.float64], size: int, *, at_once: int
) -> npt.NDArray[np.float64]:
    """The sum of the values of the groups of each link, in the order of links: by scipy, in the order of the groups."""
    weight = sparse.csr_array((size, size), dtype=np.float64)
    for left, right in _pairs(row, max(at_once // 2, 1)):
        part = sparse.coo_array((value[row[left]], (column[left], column[right])), shape=(size, size)).tocsr()
        weight = sparse.csr_array(weight + part) if weight.nnz else part
    return np.asarray(weight.data, np.float64)


def _years(row: IntArray, column: IntArray, number: npt.NDArray[np.int64], years: Years, *, at_once: int) -> Years:
    """The first and the last year of the groups that each link, given by its number and in order, stands for."""
    dated = years.first[row] != UNKNOWN_YEAR
    row, column = row[dated], column[dated]
    latest = np.int32(np.iinfo(np.int32).max)
    first, last = np.full(len(number), latest), np.full(len(number), UNKNOWN_YEAR, np.int32)
    for left, right in _pairs(row, max(at_once // 2, 1)):
        link = np.searchsorted(number, _number(column[left], column[right]))
        np.minimum.at(first, link, years.first[row[left]])
        np.maximum.at(last, link, years.last[row[left]])
    return Years(np.where(first == latest, np.int32(UNKNOWN_YEAR), first), last)
