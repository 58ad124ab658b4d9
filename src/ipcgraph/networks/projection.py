"""The projection of a two-mode network: members, joined by the groups that they share, as arrays and as a graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypeVar, get_args

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy import sparse

if TYPE_CHECKING:
    from ipcgraph.columns import Columns, IntArray

_Number = TypeVar("_Number", np.int32, np.float64)

Counting: TypeAlias = Literal["full", "fractional", "vosviewer"]
COUNTINGS: Final[tuple[Counting, ...]] = get_args(Counting)

Normalisation: TypeAlias = Literal["association", "jaccard", "salton"]
NORMALISATIONS: Final[dict[Normalisation, str]] = {
    "association": "association strength, 2m*w/(s*t): w the weight of the link, s and t the sums of weights at its "
    "ends, m the sum over the network",
    "jaccard": "Jaccard, c/(n+p-c): c what both ends share, n and p what each has",
    "salton": "Salton, c/sqrt(n*p): c what both ends share, n and p what each has",
}
"""What each normalisation says of itself in the terminal and in every file."""


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """The network as arrays: one entry a member in the first two, one entry a link in the others.

    `member` has ids of the columns, ascending; `groups` is the number of groups of each. `source` and `target` are
    places in `member`, source before target, sorted by both; no pair stands twice. `joint` is the number of groups
    that both share, `weight` what `counting` makes of it.
    """

    member: IntArray
    groups: IntArray
    source: IntArray
    target: IntArray
    joint: IntArray
    weight: npt.NDArray[np.float64]
    counting: Counting


def project_pairs(
    group: IntArray,
    member: IntArray,
    *,
    things: int,
    counting: Counting = "full",
    kept: npt.NDArray[np.bool_] | None = None,
) -> Projection:
    """The members of these groups, joined by shared ones: the pairs of each group, equal ones added up by scipy.sparse.

    `group` and `member` are ids below `things`, sorted by both, no pair twice. That is the part above the diagonal of
    the product of the group-member matrix with itself, without the rest of it. With `kept` (one truth value a row) only
    those rows are in the network, while the k of a counting still counts all members of a group. Under `fractional` the
    sum of a member's weights is the number of groups shared with others (Newman, Physical Review E 64, 016132, 2001).
    """
    groups = places(group, things)
    row = groups.place[group]
    members_of_group = np.bincount(row, minlength=len(groups.member))
    if kept is not None and not kept.all():
        row, member = row[kept], member[kept]
    members = places(member, things)
    size = len(members.member)
    column = members.place[member]
    left, right = _pairs(row, np.bincount(row, minlength=len(groups.member)))
    ends = (column[left], column[right])
    joint = _summed(np.ones(len(left), np.int32), ends, size)
    weight = joint.data.astype(np.float64)
    if counting != "full":
        divisor = members_of_group[row[left]] - (1 if counting == "fractional" else 0)
        weight = _summed(1.0 / divisor, ends, size).data
    return Projection(
        member=members.member,
        groups=np.bincount(column, minlength=size).astype(np.int32),
        source=np.repeat(np.arange(size, dtype=np.int32), np.diff(joint.indptr)),
        target=joint.indices.astype(np.int32, copy=False),
        joint=joint.data,
        weight=weight,
        counting=counting,
    )


def normalised(projection: Projection, how: Normalisation) -> npt.NDArray[np.float64]:
    """One value a link, as NORMALISATIONS defines it; the network is meant whole, before links are left out.

    Association strength is that of van Eck and Waltman (JASIST 60, 1635, 2009), Salton's the cosine.
    """
    source, target = projection.source, projection.target
    if how == "association":
        size = len(projection.member)
        strength = np.bincount(source, weights=projection.weight, minlength=size)
        strength += np.bincount(target, weights=projection.weight, minlength=size)
        total = float(projection.weight.sum())
        return np.asarray(2 * total * projection.weight / (strength[source] * strength[target]), np.float64)
    joint = projection.joint.astype(np.float64)
    one, other = projection.groups[source].astype(np.float64), projection.groups[target].astype(np.float64)
    return np.asarray(joint / (one + other - joint) if how == "jaccard" else joint / np.sqrt(one * other), np.float64)


def projected_graph(
    columns: Columns, projection: Projection, *, name: str, shared: str, normalise: Normalisation | None = None
) -> nx.Graph[str]:
    """The graph of a projection: nodes are IRIs, in that order, with `label` and the number of their groups.

    That number, and on a link the number of those that both ends share, is in the attribute `shared` names. A link has
    `weight` (a whole number under full counting) and, where asked for, its normalised weight under the name of it.
    """
    graph: nx.Graph[str] = nx.Graph(name=name)
    iris = [columns.things[thing] for thing in projection.member.tolist()]
    for thing, iri, groups in zip(projection.member.tolist(), iris, projection.groups.tolist(), strict=True):
        graph.add_node(iri, **{"label": columns.label(thing), shared: groups})
    weights = (projection.joint if projection.counting == "full" else projection.weight).tolist()
    for source, target, weight, joint in zip(
        projection.source.tolist(), projection.target.tolist(), weights, projection.joint.tolist(), strict=True
    ):
        graph.add_edge(iris[source], iris[target], **{"weight": weight, shared: joint})
    if normalise:
        values = normalised(projection, normalise).tolist()
        for (*_, link), value in zip(graph.edges(data=True), values, strict=True):
            link[normalise] = value
        graph.graph["normalisation"] = NORMALISATIONS[normalise]
    return graph


def counting_sentence(counting: Counting, *, joint: str, members: str) -> str:
    """What a way of counting says of itself in the terminal and in every file.

    >>> counting_sentence("vosviewer", joint="joint work", members="persons")
    'vosviewer: a joint work of k persons adds 1/k to the weight of a link'
    """
    if counting == "full":
        return f"full: each {joint} adds 1 to the weight of a link"
    if counting == "fractional":
        return f"fractional: a {joint} of k {members} adds 1/(k-1) to the weight of a link (Newman 2001)"
    return f"vosviewer: a {joint} of k {members} adds 1/k to the weight of a link"


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The distinct ids that occur, ascending, and by id the place among them."""

    member: IntArray
    place: IntArray


def places(ids: IntArray, things: int) -> Places:
    """Where each of these ids, all below `things`, stands among the distinct ones."""
    occurs = np.zeros(things, np.bool_)
    occurs[ids] = True
    place = np.cumsum(occurs, dtype=np.int32) - np.int32(1)
    return Places(member=np.flatnonzero(occurs).astype(np.int32), place=place)


def _pairs(
    row: IntArray, members_of_group: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The places of both rows of each pair of one group, the member of the lesser id first.

    Rows are sorted by group, then member: each makes a pair with every later one of its group.
    """
    place = np.arange(len(row))
    later = np.cumsum(members_of_group)[row] - place - 1
    left = np.repeat(place, later)
    first = np.cumsum(later) - later
    right = np.arange(len(left)) - np.repeat(first - place - 1, later)
    return left, right


def _summed(values: npt.NDArray[_Number], ends: tuple[IntArray, IntArray], size: int) -> sparse.csr_array[_Number]:
    """The values as a matrix of members, those of the same pair added up; rows and their columns in order."""
    return sparse.coo_array((values, ends), shape=(size, size)).tocsr()
