"""Places of the nodes of a connected network by forces: links pull their ends together, nodes push each other away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import fft, sparse
from scipy.sparse import csgraph

Integers: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

_COARSEST: Final = 60
"""A network of so many nodes is laid out at once; a larger one starts from the places of a coarser one."""

_EXACT: Final = 1_000
"""Up to so many nodes all pairs push each other away; beyond, what pushes is the density on a grid."""

_STEPS: Final = 80
_FIRST_STEPS: Final = 200
_STILL: Final = 0.01
"""Where no node moves further than this, a step before the last is the last; links are about 1 long."""
_COOLING: Final = 0.9
_CELLS: Final = 512
_MATCHING_ROUNDS: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """A connected network: its number of nodes, ends and pull of each link, and how many nodes each node stands for."""

    size: int
    source: Integers
    target: Integers
    pull: Floats
    mass: Floats


def settle(links: Links, numbers: np.random.Generator) -> Floats:
    """One row of two coordinates a node, centred on 0, on no particular scale.

    The method is that of Walshaw (2003) and Hu (2005), who lay out coarser and coarser networks first, with the forces
    of ForceAtlas2 (Jacomy and others 2014): a link pulls in proportion to its length, two nodes push each other away by
    one over their distance. In networks of more than 1,000 nodes they push by way of a grid: the field of their density
    is found by Fourier transforms, so that a step takes time in proportion to nodes and links.
    """
    if links.size <= _COARSEST:
        places = _spread(links, numbers)
        return _centred(_moved(places, links, steps=_FIRST_STEPS, step=1.0))
    group, coarser = _coarsened(links, numbers)
    if coarser.size > 0.95 * links.size:  # nothing is left to be joined, as in a star of stars
        places = _spread(links, numbers)
    else:
        scale = np.sqrt(links.size / coarser.size)
        places = settle(coarser, numbers)[group] * scale + numbers.standard_normal((links.size, 2)) * 0.3
    return _centred(_moved(places, links, steps=_STEPS, step=0.3))


def _centred(places: Floats) -> Floats:
    return np.asarray(places - places.mean(axis=0), np.float64)


def _spread(links: Links, numbers: np.random.Generator) -> Floats:
    """A first picture: by the distances in the network where it is small (classical scaling), else at random."""
    noise = numbers.standard_normal((links.size, 2))
    if links.size > _COARSEST:
        return np.asarray(noise * np.sqrt(links.size), np.float64)
    matrix = sparse.coo_array((np.ones(len(links.source)), (links.source, links.target)), shape=(links.size,) * 2)
    distance = csgraph.shortest_path(matrix.tocsr(), directed=False, unweighted=True)
    square = distance**2
    inner = -0.5 * (square - square.mean(0) - square.mean(1)[:, None] + square.mean())
    values, vectors = np.linalg.eigh(inner)
    first = np.argsort(-values, kind="stable")[:2]
    vector = vectors[:, first] if links.size > 1 else np.zeros((1, 2))
    # The sign of an eigenvector is that of its largest entry, so that it is the same on every machine.
    sign = np.sign(vector[np.abs(vector).argmax(axis=0), np.arange(vector.shape[1])])
    return np.asarray(vector * np.where(sign, sign, 1.0) * np.sqrt(np.maximum(values[first], 0.0)) + noise * 0.05)


def _coarsened(links: Links, numbers: np.random.Generator) -> tuple[Integers, Links]:
    """The group of each node, and the network of the groups: each node with the neighbour it is tied to most.

    Pairs are matched that are each other's strongest tie; what is left over joins the group of its strongest neighbour.
    """
    one, other = links.source, links.target
    tie = links.pull / np.sqrt(links.mass[one] * links.mass[other])
    order = np.lexsort((numbers.permutation(len(one)), tie))
    rank = np.empty(len(one), np.int64)
    rank[order] = np.arange(len(one))
    group = np.full(links.size, -1, np.int64)
    for _ in range(_MATCHING_ROUNDS):
        free = group < 0
        live = free[one] & free[other]
        best = _strongest(links.size, one[live], other[live], rank[live])
        mutual = (best[one[live]] == rank[live]) & (best[other[live]] == rank[live])
        group[one[live][mutual]] = one[live][mutual]
        group[other[live][mutual]] = one[live][mutual]
    left = np.flatnonzero(group < 0)
    strongest = order[_strongest(links.size, one, other, rank)[left]]
    neighbour = np.where(one[strongest] == left, other[strongest], one[strongest])
    group[left] = np.where(group[neighbour] >= 0, group[neighbour], left)
    _, number = np.unique(group, return_inverse=True)
    return number.astype(np.int64), _joined(links, number.astype(np.int64))


def _strongest(size: int, one: Integers, other: Integers, rank: Integers) -> Integers:
    """The greatest rank among the links of each node, -1 where it has none."""
    best = np.full(size, -1, np.int64)
    np.maximum.at(best, one, rank)
    np.maximum.at(best, other, rank)
    return best


def _joined(links: Links, group: Integers) -> Links:
    """The network of the groups: what several links between two of them pull is added up."""
    size = int(group.max()) + 1
    one, other = group[links.source], group[links.target]
    between = one != other
    low, high = np.minimum(one, other)[between], np.maximum(one, other)[between]
    pair, place = np.unique(low * size + high, return_inverse=True)
    return Links(
        size=size,
        source=pair // size,
        target=pair % size,
        pull=np.bincount(place, links.pull[between], len(pair)).astype(np.float64),
        mass=np.bincount(group, links.mass, size).astype(np.float64),
    )


def _moved(places: Floats, links: Links, *, steps: int, step: float) -> Floats:
    """The places after so many steps of the forces; the longest step grows while they calm down, and else shrinks."""
    # So that the whole comes out about as wide as the root of the number of nodes, for which the steps are made.
    pull = links.pull * (links.size / links.pull.sum() if len(links.pull) else 1.0)
    mass = links.mass / links.mass.mean()
    push = _push_of_pairs if links.size <= _EXACT else _Grid(_cells(links.size)).push
    last, calmer = np.inf, 0
    for _ in range(steps):
        force = push(places, mass) * mass[:, None]
        for axis in (0, 1):
            drawn = pull * (places[links.source, axis] - places[links.target, axis])
            force[:, axis] -= np.bincount(links.source, drawn, links.size)
            force[:, axis] += np.bincount(links.target, drawn, links.size)
        length = np.sqrt((force**2).sum(axis=1))
        way = np.minimum(step, length)
        places = places + force * (way / np.maximum(length, 1e-12))[:, None]
        if way.max() < _STILL:
            break
        now = float((length**2).sum())
        calmer = calmer + 1 if now < last else 0
        if now >= last:
            step *= _COOLING
        elif calmer >= 5:
            step, calmer = step / _COOLING, 0
        last = now
    return places


def _push_of_pairs(places: Floats, mass: Floats) -> Floats:
    """What each node is pushed by all others, one over the distance each."""
    across, up = (places[:, axis, None] - places[None, :, axis] for axis in (0, 1))
    share = mass[None, :] / np.maximum(across**2 + up**2, 1e-4)
    return np.stack([(across * share).sum(axis=1), (up * share).sum(axis=1)], axis=1)


def _cells(size: int) -> int:
    """Cells along a side of the grid: some more than there are nodes in all of it, up to a limit."""
    return min(_CELLS, 1 << int(np.ceil(np.log2(2 * np.sqrt(size)))))


class _Grid:
    """A square grid, and on it the push of one node on all cells, as a Fourier transform."""

    def __init__(self, cells: int) -> None:
        self._cells = cells
        away = fft.fftfreq(2 * cells, 1 / (2 * cells)).astype(np.float32)
        # Nodes that are closer than half a cell push as if they were half a cell apart.
        square = np.maximum(away[None, :] ** 2 + away[:, None] ** 2, np.float32(0.25))
        self._push = (fft.rfft2(away[None, :] / square), fft.rfft2(away[:, None] / square))

    def push(self, places: Floats, mass: Floats) -> Floats:
        """What each node is pushed, its mass and what it feels spread over the four cells around it."""
        cells = self._cells
        low = places.min(axis=0)
        width = max(float((places.max(axis=0) - low).max()), 1e-9) * 1.0001 / (cells - 2)
        cell, part = np.divmod((places - low) / width, 1.0)
        first = (cell[:, 1] * cells + cell[:, 0]).astype(np.int64)
        across, up = part[:, 0], part[:, 1]
        corners = (
            (first, (1 - across) * (1 - up)), (first + 1, across * (1 - up)),
            (first + cells, (1 - across) * up), (first + cells + 1, across * up),
        )  # fmt: skip
        where = np.concatenate([corner for corner, _ in corners])
        density = np.bincount(where, np.concatenate([mass * share for _, share in corners]), cells * cells)
        doubled = (2 * cells, 2 * cells)  # empty cells around, so that no side is next to the other
        waves = fft.rfft2(density.reshape(cells, cells).astype(np.float32), doubled, workers=2)
        pushed = np.empty_like(places)
        for axis, push in enumerate(self._push):
            field = fft.irfft2(waves * push, doubled, workers=2)[:cells, :cells].ravel()
            pushed[:, axis] = sum(share * field[corner] for corner, share in corners)
        return pushed / width
