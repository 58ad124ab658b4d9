"""How the nodes of an exported network look: place, size and colour, the same in every format and every run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipcgraph.exports.table import NetworkTable

LAYOUT_NODES: Final = 500
"""Up to so many nodes are given places; past it a tool lays the network out better, and faster."""

SEED: Final = 42
_SPREAD: Final = 500.0
_SMALLEST, _LARGEST = 10.0, 60.0

PALETTE: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
"""The colours of the seven largest communities (Okabe and Ito: told apart by readers with any colour vision)."""

OTHER: Final = "#999999"
"""The colour of all smaller communities, and of nodes without one."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """One entry a node: diameter, colour as `#RRGGBB`, and places, or None for all of them; `remark` says which."""

    sizes: tuple[float, ...]
    colours: tuple[str, ...]
    positions: tuple[tuple[float, float], ...] | None
    remark: str


def appearance(table: NetworkTable, *, layout_nodes: int = LAYOUT_NODES) -> Appearance:
    """The appearance of a network: size by weighted degree, colour by community, places by a spring layout with a seed.

    A network that is not measured has nodes of one size and colour.
    """
    laid_out = len(table.ids) <= layout_nodes
    return Appearance(
        sizes=_sizes(table.node_column("weighted_degree") or ()) or (_SMALLEST,) * len(table.ids),
        colours=tuple(_colour(value) for value in table.node_column("community") or (None,) * len(table.ids)),
        positions=_positions(table) if laid_out else None,
        remark=f"size by weighted degree, colour by community; {_places_remark(laid_out, layout_nodes)}",
    )


def _places_remark(laid_out: bool, layout_nodes: int) -> str:  # noqa: FBT001
    if laid_out:
        return f"places by a spring layout, seed {SEED}"
    return f"no places, since there are more than {layout_nodes:,} nodes: lay it out in the tool"


def _sizes(values: Sequence[object]) -> tuple[float, ...]:
    """Diameters whose area grows with the value."""
    numbers = [float(value) if isinstance(value, int | float) else 0.0 for value in values]
    largest = max(numbers, default=0.0) or 1.0
    return tuple(
        round(_SMALLEST + (_LARGEST - _SMALLEST) * math.sqrt(max(number, 0.0) / largest), 2) for number in numbers
    )


def _colour(community: object) -> str:
    known = isinstance(community, int) and 1 <= community <= len(PALETTE)
    return PALETTE[community - 1] if known and isinstance(community, int) else OTHER


def _positions(table: NetworkTable) -> tuple[tuple[float, float], ...]:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(table.ids)
    graph.add_edges_from(zip(table.sources, table.targets, strict=True))
    places = nx.spring_layout(graph, seed=SEED, iterations=100, scale=_SPREAD)
    return tuple((round(float(places[node][0]), 3), round(float(places[node][1]), 3)) for node in table.ids)
