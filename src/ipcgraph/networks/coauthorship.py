"""The co-authorship network: persons, joined by the works that they wrote together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from ipcgraph.distinct import distinct
from ipcgraph.networks.options import Options
from ipcgraph.networks.projection import (
    PAIR_LIMIT,
    Counting,
    counting_sentence,
    places,
    project_pairs,
    projected_graph,
    unlinked_groups,
)
from ipcgraph.networks.remarks import counts, named, selection_notes
from ipcgraph.networks.selection import Selection, select_members, select_works, without_a_role, work_years

if TYPE_CHECKING:
    import networkx as nx

    from ipcgraph.columns import Columns, IntArray
    from ipcgraph.networks.pairs import Years
    from ipcgraph.networks.projection import Projection
    from ipcgraph.networks.selection import Mask

CREDIT: Final = "a work of k authors, organizations among them, gives each 1/k; works of one author count 1"


@dataclass(frozen=True, slots=True, eq=False)
class Coauthorship:
    """The network as arrays: one entry a person in the first four, one entry a link in the others.

    `person` has ids of the columns, in the order of their IRIs; `unlinked` is the number of those of their works that
    have too many authors to make links. `source` and `target` are places in `person`, source
    before target, sorted by both; no pair stands twice. `joint` is the number of joint works, `weight` what
    `counting` makes of it.
    """

    person: IntArray
    works: IntArray
    unlinked: IntArray
    credit: npt.NDArray[np.float64]
    source: IntArray
    target: IntArray
    joint: IntArray
    weight: npt.NDArray[np.float64]
    counting: Counting


def project(columns: Columns, *, counting: Counting = "full", pair_limit: int = PAIR_LIMIT) -> Coauthorship:
    """The co-authorship arrays of all works; every person with a work is in them, also one who wrote alone."""
    every = np.ones(len(columns.things), np.bool_)
    found, credit = _project(columns, every, columns.instances("Person"), counting, pair_limit)
    return Coauthorship(
        person=found.member,
        works=found.groups,
        unlinked=found.unlinked,
        credit=credit,
        source=found.source,
        target=found.target,
        joint=found.joint,
        weight=found.weight,
        counting=counting,
    )


def coauthorship(columns: Columns, options: Options | None = None) -> nx.Graph[str]:
    """The co-authorship network of the chosen works: a node for each person with one, a link for each joint one.

    Nodes are the IRIs of persons, in that order, with `label`, `works` (their number) and `credit` (the sum of 1/k).
    Links have `weight` (a whole number under full counting), `works`, the number of joint ones, and `first_year` and
    `last_year` of those that are dated. Authors of a work past the pair limit have `unlinked_works`. The graph has
    `name`, `counting`, `credit`, `left_out` (sentences) and `note` (what the sources of the works leave out).
    """
    options = options or Options()
    works, members = select_works(columns, options), select_members(columns, options)
    found, credit = _project(
        columns, works.chosen, members.chosen, options.counting, options.pair_limit, years=work_years(columns)
    )
    graph = projected_graph(columns, found, name="Co-authorship", shared="works", normalise=options.normalise)
    for node, share in zip(graph, credit.tolist(), strict=True):
        graph.nodes[node]["credit"] = share
    also = "; k counts also the persons who are left out" if options.members_of and options.counting != "full" else ""
    graph.graph.update(
        counting=counting_sentence(options.counting, joint="joint work", members="persons") + also,
        credit=CREDIT,
        selection=works.rules + members.rules,
        left_out=works.left_out + _left_out(columns, works, members, options) + many_authors(columns, found, options),
        note=selection_notes(columns, columns.works.work[works.chosen[columns.works.work]]),
    )
    return graph


def project_persons(columns: Columns, works: Mask, options: Options) -> Projection:
    """The projection of the chosen works on their authors, of those persons whom the options choose."""
    members = select_members(columns, options)
    return _project(columns, works, members.chosen, options.counting, options.pair_limit)[0]


def works_with_persons(columns: Columns, options: Options) -> IntArray:
    """The works that make a node: those of persons whom the options choose; one may stand several times."""
    table = columns.authorships
    return table.work[select_members(columns, options).chosen[table.author]]


def many_authors(columns: Columns, found: Projection, options: Options) -> tuple[str, ...]:
    """The sentence on works with too many authors to make links, or none."""
    return unlinked_groups(columns, found, limit=options.pair_limit, group=("work", "works"), members="authors")


def _project(
    columns: Columns,
    works: Mask,
    members: Mask,
    counting: Counting,
    pair_limit: int,
    *,
    years: Years | None = None,
) -> tuple[Projection, npt.NDArray[np.float64]]:
    """The projection of the chosen works on the chosen persons, and each person's credit."""
    work, author = columns.authorships.work, columns.authorships.author
    chosen = works[work]
    if not chosen.all():
        work, author = work[chosen], author[chosen]
    authors_of_work = np.bincount(work, minlength=len(columns.things))
    is_person = columns.instances("Person")[author]
    if not is_person.all():
        work, author = work[is_person], author[is_person]
    kept = members[author]
    found = project_pairs(
        work,
        author,
        things=len(columns.things),
        counting=counting,
        pair_limit=pair_limit,
        kept=kept,
        years=years,
    )
    work, author = work[kept], author[kept]
    column = places(author, len(columns.things)).place[author]
    credit = np.bincount(column, weights=1.0 / authors_of_work[work], minlength=len(found.member))
    return found, credit.astype(np.float64)


def _left_out(columns: Columns, works: Selection, members: Selection, options: Options) -> tuple[str, ...]:
    """One sentence for each kind of thing that could be expected in the network and is not there."""
    table = columns.authorships
    chosen = works.chosen[table.work]
    work, author = table.work[chosen], table.author[chosen]
    person = columns.instances("Person")
    others = distinct(author[~person[author]])
    writing = distinct(author[person[author]])
    away = writing[~members.chosen[writing]]
    silent = int(person.sum()) - len(writing)
    unwritten = int(works.chosen.sum()) - len(distinct(work[person[author]]))
    none = "author of none of these works" if works.rules else "author of no work"
    sentences = named(columns, others, "author that is no person", "authors that are no persons")
    if options.members_of:
        sentences += without_a_role(columns, options, away)
        silent = int((members.chosen & person).sum()) - (len(writing) - len(away))
        none += ", though with a role there"
    return sentences + counts(
        (silent, f"person who is {none}", f"persons who are {none}"),
        (unwritten, "work without a person as author", "works without a person as author"),
    )
