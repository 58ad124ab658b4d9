"""Boxes of different sizes put side by side in rows, the largest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHAPE: Final = 1.5
"""How much wider than high the whole is to be, where its widest box leaves a choice."""

_LOWEST: Final = 0.2
"""What part of the height of a row's first box the others have at least."""


def packed(widths: Sequence[float], heights: Sequence[float], *, gap: float) -> npt.NDArray[np.float64]:
    """One row of two coordinates a box, that of its middle; boxes are taken in their order, rows go downward.

    A row ends where the next box would make it wider than the widest box and than a page of all of them, or where that
    is much lower than the first of the row. The boxes of a row stand on its middle line.

    >>> packed([4, 1, 1], [4, 1, 1], gap=1.0).tolist()
    [[2.0, -2.0], [5.5, -2.0], [0.5, -5.5]]
    """
    middles = np.zeros((len(widths), 2))
    low = 0.0
    for row in _rows(widths, heights, gap):
        half = max(heights[number] for number in row) / 2
        right = 0.0
        for number in row:
            middles[number] = right + widths[number] / 2, low - half
            right += widths[number] + gap
        low -= 2 * half + gap
    return middles


def _rows(widths: Sequence[float], heights: Sequence[float], gap: float) -> list[list[int]]:
    """The numbers of the boxes of each row."""
    area = sum((width + gap) * (height + gap) for width, height in zip(widths, heights, strict=True))
    page = max(max(widths, default=0.0), float(np.sqrt(area * _SHAPE)))
    rows: list[list[int]] = []
    right, high = 0.0, np.inf
    for number, width in enumerate(widths):
        if not rows or right + width > page or heights[number] < high * _LOWEST:
            rows.append([])
            right, high = 0.0, heights[number]
        rows[-1].append(number)
        right += width + gap
    return rows
