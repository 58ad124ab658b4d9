"""The partnership network, of two modes: who has partners, and the organizations and countries that are partners."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import networkx as nx
import numpy as np

from ipcgraph.columns import NOTHING, UNKNOWN_DAY, Columns
from ipcgraph.networks.options import Options
from ipcgraph.networks.projection import counting_sentence, project_pairs, projected_graph, unlinked_groups
from ipcgraph.networks.remarks import counted, counts, evidence_notes
from ipcgraph.networks.standing import EXCLUDED, RULE, standing
from ipcgraph.vocabulary import IPCG

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COUNTING: Final = "full: each partnership adds 1 to the weight of a link"

MERGED: Final = (
    "a link of several partnerships names every kind, starts with the first that starts, and ends only where all do"
)
"""What is said of links that stand for more than one partnership."""


@dataclass(frozen=True, slots=True)
class _Tie:
    """One partnership between one who has it and one partner or country; days as in the columns."""

    relation: str
    standing: str
    start_not_before: int
    start_not_after: int
    end_not_before: int
    end_not_after: int


def partnership(columns: Columns, options: Options | None = None) -> nx.Graph[str]:
    """The partnership network: centers, initiatives, commissions and persons, linked with their partners and countries.

    Nodes are IRIs, in that order, with `label`, `kind` (the name of their class) and `bipartite` (0 for one that has
    partners, 1 for one that only is a partner). A link has `relation` (the kinds of partnership, joined by `; `),
    `weight` (how many partnerships it stands for) and, where known, the dates `start_not_before`, `start_not_after`,
    `end_not_before` and `end_not_after`. A partnership with partners and countries gives a link to each of both.
    On a day (`as_of`) those that are excluded then are left out, and a link has `standing`, the best of its own.
    """
    options = options or Options()
    found = _ties(columns, options)
    graph: nx.Graph[str] = nx.Graph(name="Partnerships", counting=COUNTING)
    nodes = sorted({thing for pair in found.ties for thing in pair})
    owners = {owner for owner, _ in found.pairs}
    for thing in nodes:
        graph.add_node(
            columns.things[thing],
            label=columns.label(thing),
            kind=_kind(columns, thing),
            bipartite=0 if thing in owners else 1,
        )
    for (source, target), tied in sorted(found.ties.items()):
        graph.add_edge(columns.things[source], columns.things[target], **_link(tied))
    if any(len(tied) > 1 for tied in found.ties.values()):
        graph.graph["merged"] = MERGED
    graph.graph.update(_remarks(columns, found, nodes, options))
    return graph


def partners(columns: Columns, options: Options | None = None) -> nx.Graph[str]:
    """The organizations and countries that are partners, linked where they are partners of the same.

    Nodes are IRIs, in that order, with `label`, `kind` and `subjects`, how many have it as partner; a link has `weight`
    and `subjects`, how many have both.
    """
    return _shared(columns, options or Options(), name="Partners by what they take part in", side=1, shared="subjects")


def subjects(columns: Columns, options: Options | None = None) -> nx.Graph[str]:
    """The centers, initiatives, commissions and persons that have partners, linked where they have the same.

    Nodes are IRIs, in that order, with `label`, `kind` and `partners`, how many partners and countries each has; a link
    has `weight` and `partners`, how many both have.
    """
    return _shared(columns, options or Options(), name="Initiatives by partners", side=0, shared="partners")


def _shared(columns: Columns, options: Options, *, name: str, side: int, shared: str) -> nx.Graph[str]:
    """One side of the partnerships, linked by what both share of the other side."""
    found = _ties(columns, options)
    pairs = np.array(sorted((pair[1 - side], pair[side]) for pair in found.pairs), np.int32).reshape(-1, 2)
    projection = project_pairs(
        pairs[:, 0],
        pairs[:, 1],
        things=len(columns.things),
        counting=options.counting,
        pair_limit=options.pair_limit,
    )
    graph = projected_graph(columns, projection, name=name, shared=shared, normalise=options.normalise)
    for node, thing in zip(graph, projection.member.tolist(), strict=True):
        graph.nodes[node]["kind"] = _kind(columns, thing)
    joint, members = ("shared partner", "subjects") if side == 0 else ("shared subject", "partners")
    graph.graph["counting"] = counting_sentence(options.counting, joint=joint, members=members)
    graph.graph.update(_remarks(columns, found, sorted({thing for pair in found.ties for thing in pair}), options))
    group = (joint.removeprefix("shared "), shared)
    too_large = unlinked_groups(columns, projection, limit=options.pair_limit, group=group, members=members)
    graph.graph["left_out"] += too_large
    return graph


def _remarks(columns: Columns, found: _Ties, nodes: Sequence[int], options: Options) -> dict[str, object]:
    """The graph attributes that say what was chosen and left out, and what the sources say of their selection."""
    rules = (f"partnerships on {options.as_of}: {RULE}",) if options.as_of is not None else ()
    return {
        "selection": rules,
        "left_out": _left_out(columns, set(nodes), found, options),
        "note": evidence_notes(columns, columns.partnerships.partnership),
    }


@dataclass(frozen=True, slots=True)
class _Ties:
    """Who is tied with whom, and how much was left out of it.

    `ties` has by pair of things (the lesser id first) the partnerships that tie the two; `pairs` who has partners, and
    the partner. `excluded` is the number of partnerships that do not hold on the day, `unbegun` that of ties
    whose owner had not begun by then.
    """

    ties: dict[tuple[int, int], list[_Tie]]
    pairs: set[tuple[int, int]]
    excluded: int
    unbegun: int


def _kind(columns: Columns, thing: int) -> str:
    code = int(columns.class_of[thing])
    return columns.classes[code].removeprefix(IPCG) if code != NOTHING else "unknown"


def _ties(columns: Columns, options: Options) -> _Ties:
    owners_of, others_of = _ends(columns, "partnerOf"), _ends(columns, "partner", "partnerCountry")
    day = options.as_of.toordinal() if options.as_of is not None else None
    begun = columns.begun.tolist()
    ties: dict[tuple[int, int], list[_Tie]] = {}
    kept: set[tuple[int, int]] = set()
    excluded = unbegun = 0
    for thing, tie in _rows(columns, options):
        pairs = {(owner, other) for owner in owners_of.get(thing, ()) for other in others_of.get(thing, ())}
        pairs = {(owner, other) for owner, other in pairs if owner != other}
        if tie.standing == EXCLUDED:
            excluded += 1
            continue
        if day is not None:
            early = {pair for pair in pairs if day < begun[pair[0]]}
            unbegun += len(early)
            pairs -= early
        kept |= pairs
        for pair in {(min(pair), max(pair)) for pair in pairs}:
            ties.setdefault(pair, []).append(tie)
    return _Ties(ties, kept, excluded, unbegun)


def _rows(columns: Columns, options: Options) -> Iterator[tuple[int, _Tie]]:
    table = columns.partnerships
    bounds = (table.start_not_before, table.start_not_after, table.end_not_before, table.end_not_after)
    words = [""] * len(table.partnership) if options.as_of is None else standing(table, options.as_of).tolist()
    for thing, kind, word, *days in zip(
        table.partnership.tolist(), table.kind.tolist(), words, *(bound.tolist() for bound in bounds), strict=True
    ):
        yield thing, _Tie(columns.label(kind) if kind != NOTHING else "", word, *days)


def _ends(columns: Columns, *keys: str) -> dict[int, list[int]]:
    """By partnership, the things that these properties name."""
    found: dict[int, list[int]] = {}
    for key in keys:
        links = columns.links[key]
        for subject, thing in zip(links.subject.tolist(), links.object.tolist(), strict=True):
            found.setdefault(subject, []).append(thing)
    return found


def _link(ties: Sequence[_Tie]) -> dict[str, object]:
    """The attributes of a link that stands for these partnerships; a date that is not known is not there."""
    days = {
        "start_not_before": _first([tie.start_not_before for tie in ties]),
        "start_not_after": _first([tie.start_not_after for tie in ties]),
        # Without a stated end the bound only says that it lasted to its first day: that is no end.
        "end_not_before": _last([t.end_not_before if t.end_not_after != UNKNOWN_DAY else UNKNOWN_DAY for t in ties]),
        "end_not_after": _last([tie.end_not_after for tie in ties]),
    }
    dates = {name: dt.date.fromordinal(day) for name, day in days.items() if day != UNKNOWN_DAY}
    relation = "; ".join(sorted({tie.relation for tie in ties if tie.relation}))
    # All have a word or none has; of several the best: `certain` comes before `possible`, and there is no other here.
    standing_then = {"standing": min(tie.standing for tie in ties)} if ties[0].standing else {}
    return {"relation": relation, "weight": len(ties), **standing_then, **dates}


def _first(days: Sequence[int]) -> int:
    return min((day for day in days if day != UNKNOWN_DAY), default=UNKNOWN_DAY)


def _last(days: Sequence[int]) -> int:
    return UNKNOWN_DAY if UNKNOWN_DAY in days else max(days)


def _left_out(columns: Columns, nodes: set[int], found: _Ties, options: Options) -> tuple[str, ...]:
    """One sentence for each kind of thing that could be expected in the network and is not there."""
    owners, others = _ends(columns, "partnerOf"), _ends(columns, "partner", "partnerCountry")
    partnerships = columns.partnerships.partnership.tolist()
    half = sum(1 for thing in partnerships if thing not in owners or thing not in others)
    own = sum(1 for thing in partnerships if set(owners.get(thing, ())) & set(others.get(thing, ())))
    then = f" on {options.as_of}" if options.as_of is not None else ""

    def absent(name: str) -> int:
        return len(set(np.flatnonzero(columns.instances(name)).tolist()) - nodes)

    sentences: tuple[str, ...] = ()
    if found.excluded:
        sentences += (f"{counted(found.excluded, 'partnership', 'partnerships')} not begun or already ended{then}",)
    if found.unbegun:
        sentences += (f"{counted(found.unbegun, 'tie', 'ties')} of something not yet begun or founded{then}",)
    return sentences + counts(
        (absent("Center"), f"center without a partnership{then}", f"centers without a partnership{then}"),
        (absent("Initiative"), f"initiative without a partnership{then}", f"initiatives without a partnership{then}"),
        (absent("Commission"), f"commission without a partnership{then}", f"commissions without a partnership{then}"),
        (absent("Person"), f"person without a partnership{then}", f"persons without a partnership{then}"),
        (absent("Organization"), f"organization without a partnership{then}", f"organizations without one{then}"),
        (half, "partnership with one side only", "partnerships with one side only"),
        (own, "partnership of a thing with itself", "partnerships of a thing with itself"),
    )
