"""The co-authorship network: persons, joined by the works that they wrote together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypeVar

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy import sparse

from ipcgraph.networks.remarks import counts, named, selection_notes

if TYPE_CHECKING:
    from ipcgraph.columns import Columns, IntArray

_Number = TypeVar("_Number", np.int32, np.float64)

Counting: TypeAlias = Literal["full", "fractional"]

COUNTINGS: Final[dict[Counting, str]] = {
    "full": "full: each joint work adds 1 to the weight of a link",
    "fractional": "fractional: a joint work of k persons adds 1/(k-1) to the weight of a link (Newman 2001)",
}
"""What each way of counting says of itself in the terminal and in every file."""

CREDIT: Final = "a work of k authors, organizations among them, gives each 1/k; works of one author count 1"


@dataclass(frozen=True, slots=True, eq=False)
class Coauthorship:
    """The network as arrays: one entry a person in the first three, one entry a link in the others.

    `person` has ids of the columns, in the order of their IRIs. `source` and `target` are places in `person`, source
    before target, sorted by both; no pair stands twice. `joint` is the number of joint works, `weight` what
    `counting` makes of it.
    """

    person: IntArray
    works: IntArray
    credit: npt.NDArray[np.float64]
    source: IntArray
    target: IntArray
    joint: IntArray
    weight: npt.NDArray[np.float64]
    counting: Counting


def project(columns: Columns, *, counting: Counting = "full") -> Coauthorship:
    """The co-authorship arrays of all works: the pairs of persons of each work, equal pairs added up by scipy.sparse.

    That is the part above the diagonal of the product of the work-person matrix with itself, without the rest of it.
    Every person with a work is in the network, also one who wrote alone. The sum of a person's fractional weights is
    the number of works written with others (Newman, Physical Review E 64, 016132, 2001).
    """
    work, author = columns.authorships.work, columns.authorships.author
    works = _places(work, len(columns.things))
    authors_of_work = np.bincount(works.place[work], minlength=len(works.member))
    is_person = columns.instances("Person")[author]
    if not is_person.all():
        work, author = work[is_person], author[is_person]
    people = _places(author, len(columns.things))
    size = len(people.member)
    row, column = works.place[work], people.place[author]
    persons_of_work = np.bincount(row, minlength=len(works.member))
    left, right = _pairs(row, persons_of_work)
    ends = (column[left], column[right])
    joint = _summed(np.ones(len(left), np.int32), ends, size)
    weight = joint.data.astype(np.float64)
    if counting == "fractional":
        weight = _summed(1.0 / (persons_of_work[row[left]] - 1), ends, size).data
    return Coauthorship(
        person=people.member,
        works=np.bincount(column, minlength=size).astype(np.int32),
        credit=np.bincount(column, weights=1.0 / authors_of_work[row], minlength=size).astype(np.float64),
        source=np.repeat(np.arange(size, dtype=np.int32), np.diff(joint.indptr)),
        target=joint.indices.astype(np.int32, copy=False),
        joint=joint.data,
        weight=weight,
        counting=counting,
    )


def coauthorship(columns: Columns, *, counting: Counting = "full") -> nx.Graph[str]:
    """The co-authorship network of all works: a node for each person with a work, a link for a pair with a joint one.

    Nodes are the IRIs of persons, in that order, with `label`, `works` (their number) and `credit` (the sum of 1/k).
    Links have `weight` (a whole number under full counting) and `works`, the number of joint ones. The graph has
    `name`, `counting`, `credit`, `left_out` (sentences) and `note` (what the sources of the works leave out).
    """
    arrays = project(columns, counting=counting)
    graph: nx.Graph[str] = nx.Graph(
        name="Co-authorship",
        counting=COUNTINGS[counting],
        credit=CREDIT,
        left_out=_left_out(columns, arrays),
        note=selection_notes(columns, columns.works.work),
    )
    people = [columns.things[thing] for thing in arrays.person.tolist()]
    for thing, iri, works, credit in zip(
        arrays.person.tolist(), people, arrays.works.tolist(), arrays.credit.tolist(), strict=True
    ):
        graph.add_node(iri, label=columns.label(thing), works=works, credit=credit)
    weights = (arrays.joint if counting == "full" else arrays.weight).tolist()
    for source, target, weight, joint in zip(
        arrays.source.tolist(), arrays.target.tolist(), weights, arrays.joint.tolist(), strict=True
    ):
        graph.add_edge(people[source], people[target], weight=weight, works=joint)
    return graph


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """The distinct ids that occur, ascending, and by id the place among them."""

    member: IntArray
    place: IntArray


def _places(ids: IntArray, size: int) -> _Places:
    occurs = np.zeros(size, np.bool_)
    occurs[ids] = True
    place = np.cumsum(occurs, dtype=np.int32) - np.int32(1)
    return _Places(member=np.flatnonzero(occurs).astype(np.int32), place=place)


def _pairs(
    row: IntArray, persons_of_work: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The places of both authorships of each pair of one work, the person of the lesser id first.

    Authorships are sorted by work, then author: each makes a pair with every later one of its work.
    """
    place = np.arange(len(row))
    later = np.cumsum(persons_of_work)[row] - place - 1
    left = np.repeat(place, later)
    first = np.cumsum(later) - later
    right = np.arange(len(left)) - np.repeat(first - place - 1, later)
    return left, right


def _summed(values: npt.NDArray[_Number], ends: tuple[IntArray, IntArray], size: int) -> sparse.csr_array[_Number]:
    """The values as a matrix of persons, those of the same pair added up; rows and their columns in order."""
    return sparse.coo_array((values, ends), shape=(size, size)).tocsr()


def _left_out(columns: Columns, arrays: Coauthorship) -> tuple[str, ...]:
    """One sentence for each kind of thing that could be expected in the network and is not there."""
    author = columns.authorships.author
    others = np.unique(author[~columns.instances("Person")[author]])
    person = columns.instances("Person")
    silent = np.flatnonzero(person).size - int(person[arrays.person].sum())
    written = np.unique(columns.authorships.work[person[author]])
    works = len(columns.works.work) - len(written)
    return named(columns, others, "author that is no person", "authors that are no persons") + counts(
        (silent, "person who is author of no work", "persons who are author of no work"),
        (works, "work without a person as author", "works without a person as author"),
    )
