"""Networks of a graph: each a plain networkx.Graph with documented attributes, and the measures of its nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Unpack

from ipcgraph.networks.coauthorship import Coauthorship, coauthorship, project
from ipcgraph.networks.collaboration import collaboration
from ipcgraph.networks.communities import Method, check_method
from ipcgraph.networks.growth import Growth, growth
from ipcgraph.networks.measures import MEASURES, Figures, chosen_measures, figures, measure, node_table
from ipcgraph.networks.options import KINDS, Kind, Options, OptionValues
from ipcgraph.networks.partnership import partners, partnership, subjects
from ipcgraph.networks.people import people_initiatives
from ipcgraph.networks.projection import COUNTINGS, NORMALISATIONS, Counting, Normalisation
from ipcgraph.networks.structure import Structure, structure
from ipcgraph.networks.thinning import thin
from ipcgraph.networks.topics import topics

if TYPE_CHECKING:
    from collections.abc import Callable

    import networkx as nx

    from ipcgraph.columns import Columns

__all__ = [
    "COUNTINGS",
    "KINDS",
    "MEASURES",
    "NORMALISATIONS",
    "Coauthorship",
    "Counting",
    "Figures",
    "Growth",
    "Kind",
    "Method",
    "Normalisation",
    "OptionValues",
    "Options",
    "Structure",
    "check_method",
    "chosen_measures",
    "coauthorship",
    "collaboration",
    "figures",
    "growth",
    "measure",
    "network",
    "node_table",
    "partners",
    "partnership",
    "people_initiatives",
    "project",
    "structure",
    "subjects",
    "topics",
]

_NETWORKS: Final[dict[Kind, Callable[[Columns, Options], nx.Graph[str]]]] = {
    "coauthorship": coauthorship,
    "collaboration": collaboration,
    "partnership": partnership,
    "partners": partners,
    "subjects": subjects,
    "topics": topics,
    "people-initiatives": people_initiatives,
}


def network(kind: Kind, columns: Columns, **options: Unpack[OptionValues]) -> nx.Graph[str]:
    """The network of this kind, not yet measured: see the function of its name for its attributes, Options for options.

    The graph attribute `selection` has what was asked for, `left_out` what that and the data leave out. Raises
    UsageError for a kind or a value that is not known, or an option that does not fit the kind.
    """
    chosen = Options(**options)
    chosen.check(kind)
    return thin(_NETWORKS[kind](columns, chosen), chosen)
