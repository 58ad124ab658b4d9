"""The projection of a two-mode network: members, joined by the groups that they share, as arrays and as a graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

import networkx as nx
import numpy as np
import numpy.typing as npt

from ipcgraph.networks.pairs import UNKNOWN_YEAR, Years, share
from ipcgraph.networks.remarks import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.columns import Columns, IntArray

PAIR_LIMIT: Final = 1_000
"""A work of so many authors makes half a million links, which tools still open; one of 3,000 would make 4.5 million."""

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

YEARS: Final = (
    "first_year and last_year of a link are the first and the last year in which one of its works may have been issued"
)
"""What is said of the years of links, where there are any."""


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """The network as arrays: one entry a member in the first three, one entry a link in the others but the last two.

    `member` has ids of the columns, ascending; `groups` is the number of groups of each, `unlinked` that of those of
    them which have too many members to make links. `source` and `target` are places in `member`, source before target,
    sorted by both; no pair stands twice. `joint` is the number of groups that both share, `weight` what `counting`
    makes of it; `years` has the first and the last year of these groups, where years were asked for. `large` has the
    ids of the groups that make no links, `large_size` how many members each has.
    """

    member: IntArray
    groups: IntArray
    unlinked: IntArray
    source: IntArray
    target: IntArray
    joint: IntArray
    weight: npt.NDArray[np.float64]
    years: Years | None
    counting: Counting
    large: IntArray
    large_size: IntArray


def project_pairs(
    group: IntArray,
    member: IntArray,
    *,
    things: int,
    counting: Counting = "full",
    pair_limit: int = PAIR_LIMIT,
    kept: npt.NDArray[np.bool_] | None = None,
    years: Years | None = None,
) -> Projection:
    """The members of these groups, joined by shared ones: the pairs of each group, equal ones added up by scipy.sparse.

    `group` and `member` are ids below `things`, sorted by both, no pair twice. That is the part above the diagonal of
    the product of the group-member matrix with itself, without the rest of it. With `kept` (one truth value a row) only
    those rows are in the network, while the k of a counting still counts all members of a group. A group with more than
    `pair_limit` members in the network counts as one of theirs, but makes no links. Under `fractional` the sum of a
    member's weights is the number of linked groups shared with others (Newman, Physical Review E 64, 016132, 2001).
    `years` has one entry a thing.
    """
    groups, row, members_of_group = _grouped(group)
    present = members_of_group
    if kept is not None and not kept.all():
        row, member = row[kept], member[kept]
        present = np.bincount(row, minlength=len(groups))
    members = places(member, things)
    size = len(members.member)
    column = members.place[member]
    all_of_member = np.bincount(column, minlength=size).astype(np.int32)
    large = np.flatnonzero(present > pair_limit)
    if len(large):
        linking = (present <= pair_limit)[row]
        row, column = row[linking], column[linking]
    if years is not None:
        years = Years(years.first[groups], years.last[groups])
    links = share(row, column, size=size, value=_value(counting, members_of_group), years=years)
    return Projection(
        member=members.member,
        groups=all_of_member,
        unlinked=all_of_member - np.bincount(column, minlength=size).astype(np.int32),
        source=links.source,
        target=links.target,
        joint=links.joint,
        weight=links.weight,
        years=links.years,
        counting=counting,
        large=groups[large],
        large_size=present[large].astype(np.int32),
    )


def _grouped(group: IntArray) -> tuple[IntArray, IntArray, npt.NDArray[np.int64]]:
    """The distinct ids of groups, which come in order, the place of each among them, and how often it is there."""
    new = np.ones(len(group), np.bool_)
    np.not_equal(group[1:], group[:-1], out=new[1:])
    first = np.flatnonzero(new)
    row = np.cumsum(new, dtype=np.int32)
    row -= 1
    return group[first], row, np.diff(first, append=len(group))


def _value(counting: Counting, members_of_group: npt.NDArray[np.int64]) -> npt.NDArray[np.float64] | None:
    """What each group adds to the weight of its links; None where that is 1."""
    if counting == "full":
        return None
    # A group of one makes no link: what it would add is never asked for.
    return np.asarray(1.0 / np.maximum(members_of_group - (1 if counting == "fractional" else 0), 1), np.float64)


def normalised(projection: Projection, how: Normalisation) -> npt.NDArray[np.float64]:
    """One value a link, as NORMALISATIONS defines it; the network is meant whole, before links are left out.

    Groups with too many members to make links count nowhere in it.
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
    linked = (projection.groups - projection.unlinked).astype(np.float64)
    one, other = linked[source], linked[target]
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
    members = zip(projection.member.tolist(), projection.groups.tolist(), strict=True)
    graph.add_nodes_from(
        (iri, {"label": columns.label(thing), shared: groups})
        for iri, (thing, groups) in zip(iris, members, strict=True)
    )
    for place in np.flatnonzero(projection.unlinked).tolist():
        graph.nodes[iris[place]][f"unlinked_{shared}"] = int(projection.unlinked[place])
    graph.add_edges_from(
        (iris[source], iris[target], link)
        for source, target, link in zip(
            projection.source.tolist(), projection.target.tolist(), _links(projection, shared, normalise), strict=True
        )
    )
    if normalise:
        graph.graph["normalisation"] = NORMALISATIONS[normalise]
    if projection.years is not None and (projection.years.first != UNKNOWN_YEAR).any():
        graph.graph["years"] = YEARS
    return graph


def _links(projection: Projection, shared: str, normalise: Normalisation | None) -> Iterator[dict[str, int | float]]:
    """The attributes of each link, in order."""
    full = projection.counting == "full"
    values: dict[str, list[int] | list[float]] = {
        "weight": projection.joint.tolist() if full else projection.weight.tolist(),
        shared: projection.joint.tolist(),
    }
    if normalise:
        values[normalise] = normalised(projection, normalise).tolist()
    years = projection.years
    first = years.first.tolist() if years else [UNKNOWN_YEAR] * len(projection.source)
    last = years.last.tolist() if years else first
    for *row, since, until in zip(*values.values(), first, last, strict=True):
        link = dict(zip(values, row, strict=True))
        if since != UNKNOWN_YEAR:
            link |= {"first_year": since, "last_year": until}
        yield link


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


def unlinked_groups(
    columns: Columns, projection: Projection, *, limit: int, group: tuple[str, str], members: str
) -> tuple[str, ...]:
    """The sentence that names the groups of more members than the limit, or none where there are none.

    `group` is what a group is called, one and several; each goes with the number of its members and its pairs.
    """
    sizes = projection.large_size.tolist()
    if not sizes:
        return ()
    names = [
        f"“{columns.label(thing)}” ({size:,} {members}, {counted(size * (size - 1) // 2, 'pair', 'pairs')})"
        for thing, size in zip(projection.large.tolist(), sizes, strict=True)
    ]
    several = len(names) > 1
    found = listed(names, *(f"{group[each]} with more than {limit:,} {members} in the network" for each in (0, 1)))
    remedy = f"--pair-limit {max(sizes)} keeps them"
    return (f"the links of {found} ({'they count' if several else 'it counts'} for each of the {members}; {remedy})",)


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
