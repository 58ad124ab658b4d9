"""How the nodes of an exported network look: place, size and colour, the same in every format and every run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipcgraph.exports.table import NetworkTable

LAYOUT_NODES: Final = 100_000
"""Up to so many nodes are given places; past it no picture of the whole tells anything."""

_SMALLEST, _LARGEST = 10.0, 60.0

PALETTE: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
"""The colours of the seven largest communities (Okabe and Ito: told apart by readers with any colour vision)."""

OTHER: Final = "#999999"
"""The colour of all smaller communities, and of nodes without one."""


SIZES: Final = (
    f"the area of a node grows with its weighted degree; diameters go from {_SMALLEST:g} to {_LARGEST:g}, the unit of "
    "places; in a network without measures all are the least (the column size in files)"
)
COLOURS: Final = (
    f"the seven largest communities have the colours {', '.join(PALETTE)}, in that order; all other nodes are {OTHER} "
    "(the column color in files)"
)
"""What is to be known of both, in full."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """One entry a node: diameter, colour as `#RRGGBB`, and places, or None for all of them; `remark` says which."""

    sizes: tuple[float, ...]
    colours: tuple[str, ...]
    positions: tuple[tuple[float, float], ...] | None
    remark: str


def appearance(table: NetworkTable, *, layout_nodes: int = LAYOUT_NODES) -> Appearance:
    """The appearance of a network: size by weighted degree, colour by community, places as `lay_out` finds them.

    A network that is not measured has nodes of one size and colour.
    """
    from ipcgraph.exports.layout import lay_out

    sizes = _sizes(table.node_column("weighted_degree") or ()) or (_SMALLEST,) * len(table.ids)
    laid_out = len(table.ids) <= layout_nodes
    layout = lay_out(table, sizes) if laid_out else None
    none = f"no places, since there are more than {layout_nodes:,} nodes: lay out a part of it"
    return Appearance(
        sizes=sizes,
        colours=tuple(_colour(value) for value in table.node_column("community") or (None,) * len(table.ids)),
        positions=layout.positions if layout else None,
        remark=f"size by weighted degree, colour by community; {layout.remark if layout else none}",
    )


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
