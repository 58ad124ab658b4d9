"""The network of people and initiatives, of two modes: who holds a role in which, and who wrote a work of which."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import networkx as nx
import numpy as np

from ipcgraph.columns import NOTHING, UNKNOWN_DAY
from ipcgraph.networks.options import Options
from ipcgraph.networks.remarks import counted, counts, named, selection_notes
from ipcgraph.networks.selection import select_members, without_a_role
from ipcgraph.networks.standing import CERTAIN, EXCLUDED, POSSIBLE, RULE, roles_on

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from ipcgraph.columns import Columns

COUNTING: Final = "full: each role and each work adds 1 to the weight of a link"

AUTHOR: Final = "author"
"""The relation of a person to the initiative that a work of theirs is part of."""


@dataclass(slots=True)
class _Tie:
    """What ties one person to one initiative."""

    relations: set[str] = field(default_factory=set)
    standings: set[str] = field(default_factory=set)
    roles: int = 0
    works: int = 0


@dataclass(slots=True)
class _Ties:
    """The ties by person and initiative, the ids of all roles and works in them, and what does not hold on the day."""

    pairs: dict[tuple[int, int], _Tie] = field(default_factory=dict)
    works: set[int] = field(default_factory=set)
    excluded: int = 0
    unwritten: set[int] = field(default_factory=set)


def people_initiatives(columns: Columns, options: Options | None = None) -> nx.Graph[str]:
    """Persons, linked with the initiatives in which they hold a role or of which a work of theirs is part.

    Nodes are IRIs, in that order, with `label`, `kind` and `bipartite` (0 for persons, 1 for initiatives). A link has
    `relation` (the types of the roles, and `author`, joined by `; `), `roles` and `works`, how many of each, and their
    sum as `weight`. A work counts for the initiatives that it names itself. On a day (`as_of`) the roles that are
    excluded then, and the works that were certainly not issued yet, are left out, and a link has `standing`.
    """
    options = options or Options()
    found = _Ties()
    _add_roles(columns, options, found)
    _add_works(columns, options, found)
    members = select_members(columns, options)
    away = {person for person, _ in found.pairs if not members.chosen[person]}
    pairs = {pair: tie for pair, tie in found.pairs.items() if pair[0] not in away}
    graph: nx.Graph[str] = nx.Graph(name="People and initiatives", counting=COUNTING)
    initiatives = {initiative for _, initiative in pairs}
    for thing in sorted({thing for pair in pairs for thing in pair}):
        mode = int(thing in initiatives)
        kind = "Initiative" if mode else "Person"
        graph.add_node(columns.things[thing], label=columns.label(thing), kind=kind, bipartite=mode)
    for (person, initiative), tie in sorted(pairs.items()):
        graph.add_edge(columns.things[person], columns.things[initiative], **_link(tie))
    rules = (f"roles and works on {options.as_of}: {RULE}",) if options.as_of is not None else ()
    sentences = without_a_role(columns, options, np.array(sorted(away), np.int32)) if options.members_of else ()
    nodes = {thing for pair in pairs for thing in pair} | away
    graph.graph.update(
        selection=rules + members.rules,
        left_out=sentences + _left_out(columns, options, found, nodes),
        note=selection_notes(columns, np.array(sorted(found.works), np.int32)),
    )
    return graph


def _add_roles(columns: Columns, options: Options, found: _Ties) -> None:
    table = columns.roles
    here = columns.instances("Initiative")[table.context] & (table.context != NOTHING)
    words = roles_on(columns, options.as_of).tolist() if options.as_of is not None else [""] * len(table.role)
    for row in np.flatnonzero(here).tolist():
        holder, kind = int(table.holder[row]), int(table.kind[row])
        if holder == NOTHING:
            continue
        if words[row] == EXCLUDED:
            found.excluded += 1
            continue
        tie = found.pairs.setdefault((holder, int(table.context[row])), _Tie())
        tie.relations.add(columns.label(kind) if kind != NOTHING else "role")
        tie.standings.add(words[row])
        tie.roles += 1


def _add_works(columns: Columns, options: Options, found: _Ties) -> None:
    issued = {work: _issued(bounds, options.as_of) for work, bounds in _bounds(columns)}
    initiatives, person = columns.instances("Initiative"), columns.instances("Person")
    links, table = columns.links["partOf"], columns.authorships
    for work, initiative in zip(links.subject.tolist(), links.object.tolist(), strict=True):
        if work not in issued or not initiatives[initiative]:
            continue
        first, last = np.searchsorted(table.work, [work, work + 1]).tolist()
        authors = [author for author in table.author[first:last].tolist() if person[author]]
        if issued[work] == EXCLUDED:
            found.unwritten.add(work)
            continue
        if authors:
            found.works.add(work)
        for author in authors:
            tie = found.pairs.setdefault((author, initiative), _Tie())
            tie.relations.add(AUTHOR)
            tie.standings.add(issued[work])
            tie.works += 1


def _bounds(columns: Columns) -> Iterator[tuple[int, tuple[int, int]]]:
    table = columns.works
    days = zip(table.not_before.tolist(), table.not_after.tolist(), strict=True)
    yield from zip(table.work.tolist(), days, strict=True)


def _issued(bounds: tuple[int, int], day: dt.date | None) -> str:
    """Whether a work was issued by a day; nothing where no day is asked about."""
    if day is None:
        return ""
    first, last = bounds
    if first != UNKNOWN_DAY and day.toordinal() < first:
        return EXCLUDED
    return CERTAIN if last != UNKNOWN_DAY and last <= day.toordinal() else POSSIBLE


def _link(tie: _Tie) -> dict[str, object]:
    best = min(tie.standings)
    standing = {"standing": best} if best else {}
    relation = "; ".join(sorted(tie.relations))
    return {"relation": relation, "weight": tie.roles + tie.works, "roles": tie.roles, "works": tie.works, **standing}


def _left_out(columns: Columns, options: Options, found: _Ties, nodes: set[int]) -> tuple[str, ...]:
    """One sentence for each kind of thing that could be expected in the network and is not there."""
    roles, initiatives = columns.roles, columns.instances("Initiative")
    elsewhere = int((roles.context == NOTHING).sum()) + int(
        (~initiatives[roles.context[roles.context != NOTHING]]).sum()
    )
    then = f" on {options.as_of}" if options.as_of is not None else ""
    of_none = len(set(columns.works.work.tolist()) - _works_of_initiatives(columns))

    def absent(name: str) -> int:
        return len(set(np.flatnonzero(columns.instances(name)).tolist()) - nodes)

    sentences: tuple[str, ...] = ()
    if found.excluded:
        sentences += (f"{counted(found.excluded, 'role', 'roles')} not begun or already ended{then}",)
    unwritten = np.array(sorted(found.unwritten), np.int32)
    sentences += named(columns, unwritten, f"work not issued{then}", f"works not issued{then}", quoted=True)
    return sentences + counts(
        (elsewhere, "role that is not in an initiative", "roles that are not in an initiative"),
        (of_none, "work that is part of no initiative", "works that are part of no initiative"),
        (absent("Initiative"), f"initiative without a person{then}", f"initiatives without a person{then}"),
        (absent("Person"), f"person without an initiative{then}", f"persons without an initiative{then}"),
    )


def _works_of_initiatives(columns: Columns) -> set[int]:
    links = columns.links["partOf"]
    return set(links.subject[columns.instances("Initiative")[links.object]].tolist())
