"""The partnership network, of two modes: who has partners, and the organizations and countries that are partners."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import networkx as nx
import numpy as np

from ipcgraph.columns import NOTHING, UNKNOWN_DAY, Columns
from ipcgraph.networks.remarks import counts, selection_notes
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
    start_not_before: int
    start_not_after: int
    end_not_before: int
    end_not_after: int


def partnership(columns: Columns) -> nx.Graph[str]:
    """The partnership network: centers, initiatives, commissions and persons, linked with their partners and countries.

    Nodes are IRIs, in that order, with `label`, `kind` (the name of their class) and `bipartite` (0 for one that has
    partners, 1 for one that only is a partner). A link has `relation` (the kinds of partnership, joined by `; `),
    `weight` (how many partnerships it stands for) and, where known, the dates `start_not_before`, `start_not_after`,
    `end_not_before` and `end_not_after`. A partnership with partners and countries gives a link to each of both.
    """
    ties, owners = _ties(columns)
    graph: nx.Graph[str] = nx.Graph(name="Partnerships", counting=COUNTING)
    nodes = sorted({thing for pair in ties for thing in pair})
    for thing in nodes:
        graph.add_node(
            columns.things[thing],
            label=columns.label(thing),
            kind=_kind(columns, thing),
            bipartite=0 if thing in owners else 1,
        )
    for (source, target), tied in sorted(ties.items()):
        graph.add_edge(columns.things[source], columns.things[target], **_link(tied))
    graph.graph["left_out"] = _left_out(columns, set(nodes))
    if any(len(tied) > 1 for tied in ties.values()):
        graph.graph["merged"] = MERGED
    graph.graph["note"] = selection_notes(columns, np.array(nodes, np.int32))
    return graph


def _kind(columns: Columns, thing: int) -> str:
    code = int(columns.class_of[thing])
    return columns.classes[code].removeprefix(IPCG) if code != NOTHING else "unknown"


def _ties(columns: Columns) -> tuple[dict[tuple[int, int], list[_Tie]], set[int]]:
    """By pair of things (the lesser id first) the partnerships that tie the two, and the ids of those who have them."""
    owners_of, others_of = _ends(columns, "partnerOf"), _ends(columns, "partner", "partnerCountry")
    ties: dict[tuple[int, int], list[_Tie]] = {}
    owners: set[int] = set()
    for thing, tie in _rows(columns):
        pairs = {(owner, other) for owner in owners_of.get(thing, ()) for other in others_of.get(thing, ())}
        pairs = {(owner, other) for owner, other in pairs if owner != other}
        owners |= {owner for owner, _ in pairs}
        for pair in {(min(pair), max(pair)) for pair in pairs}:
            ties.setdefault(pair, []).append(tie)
    return ties, owners


def _rows(columns: Columns) -> Iterator[tuple[int, _Tie]]:
    table = columns.partnerships
    bounds = (table.start_not_before, table.start_not_after, table.end_not_before, table.end_not_after)
    for thing, kind, *days in zip(
        table.partnership.tolist(), table.kind.tolist(), *(bound.tolist() for bound in bounds), strict=True
    ):
        yield thing, _Tie(columns.label(kind) if kind != NOTHING else "", *days)


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
    return {"relation": relation, "weight": len(ties), **dates}


def _first(days: Sequence[int]) -> int:
    return min((day for day in days if day != UNKNOWN_DAY), default=UNKNOWN_DAY)


def _last(days: Sequence[int]) -> int:
    return UNKNOWN_DAY if UNKNOWN_DAY in days else max(days)


def _left_out(columns: Columns, nodes: set[int]) -> tuple[str, ...]:
    """One sentence for each kind of thing that could be expected in the network and is not there."""
    owners, others = _ends(columns, "partnerOf"), _ends(columns, "partner", "partnerCountry")
    partnerships = columns.partnerships.partnership.tolist()
    half = sum(1 for thing in partnerships if thing not in owners or thing not in others)
    own = sum(1 for thing in partnerships if set(owners.get(thing, ())) & set(others.get(thing, ())))

    def absent(name: str) -> int:
        return len(set(np.flatnonzero(columns.instances(name)).tolist()) - nodes)

    return counts(
        (absent("Center"), "center without a partnership", "centers without a partnership"),
        (absent("Initiative"), "initiative without a partnership", "initiatives without a partnership"),
        (absent("Commission"), "commission without a partnership", "commissions without a partnership"),
        (half, "partnership with one side only", "partnerships with one side only"),
        (own, "partnership of a thing with itself", "partnerships of a thing with itself"),
    )
