"""Networks of a graph: each a plain networkx.Graph with documented attributes, and the measures of its nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from ipcgraph.errors import UsageError
from ipcgraph.networks.coauthorship import COUNTINGS, Coauthorship, Counting, coauthorship, project
from ipcgraph.networks.measures import Figures, figures, measure, node_table
from ipcgraph.networks.partnership import partnership

if TYPE_CHECKING:
    import networkx as nx

    from ipcgraph.columns import Columns

Kind: TypeAlias = Literal["coauthorship", "partnership"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

__all__ = [
    "COUNTINGS",
    "KINDS",
    "Coauthorship",
    "Counting",
    "Figures",
    "Kind",
    "coauthorship",
    "figures",
    "measure",
    "network",
    "node_table",
    "partnership",
    "project",
]


def network(kind: Kind, columns: Columns, *, counting: Counting = "full") -> nx.Graph[str]:
    """The network of this kind, not yet measured: see `coauthorship` and `partnership` for its attributes.

    Raises UsageError for a kind or a way of counting that is not known, or that does not fit the kind.
    """
    if counting not in COUNTINGS:
        raise UsageError(f"links are not counted as {counting!r}; choose from {', '.join(COUNTINGS)}")
    if kind == "coauthorship":
        return coauthorship(columns, counting=counting)
    if kind != "partnership":
        raise UsageError(f"there is no network {kind!r}; choose from {', '.join(KINDS)}")
    if counting != "full":
        raise UsageError("fractional counting is for works with several authors; partnerships are counted in full")
    return partnership(columns)
