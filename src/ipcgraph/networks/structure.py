"""The figures of a whole network that say how it is built: its giant component, its paths, who is linked with whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from ipcgraph.networks.arrays import Arrays, arrays_of, components
from ipcgraph.networks.cohesion import transitivity
from ipcgraph.networks.communities import find_communities, modularity
from ipcgraph.networks.distances import DISTANCE_NODES, distances

if TYPE_CHECKING:
    import networkx as nx

EXPLAINED: Final[dict[str, str]] = {
    "giant share": "the share of all nodes that are in the largest component",
    "transitivity": "the share of paths of two links that are closed by a third",
    "diameter": "the greatest distance in the largest component, each link counting 1",
    "mean path": "the mean distance of two nodes of the largest component, each link counting 1",
    "degree centralisation": "how far the degrees are from those of a star, 1, and of equals, 0 (Freeman 1978)",
    "assortativity": "the correlation of the degrees at both ends of a link (Newman 2002)",
    "modularity": "how much more of the weight lies inside the communities than links at random would put there",
}
"""By figure, what it is."""


@dataclass(frozen=True, slots=True)
class Structure:
    """The figures that EXPLAINED explains; None where a figure is not defined, as a correlation of equal degrees."""

    giant_share: float
    transitivity: float
    diameter: int | None
    mean_path: float | None
    degree_centralisation: float | None
    assortativity: float | None
    modularity: float | None
    remark: str
    """What is said of figures that were not computed, or nothing."""

    def remarks(self) -> tuple[tuple[str, str], ...]:
        """Name and text of each figure, the text with what it is; then what was not computed, if anything."""
        figures = (
            (name, f"{_number(getattr(self, name.replace(' ', '_')))}, {what}") for name, what in EXPLAINED.items()
        )
        return (*figures, *((("not computed", self.remark),) if self.remark else ()))


def structure(graph: nx.Graph[str], *, distance_nodes: int = DISTANCE_NODES) -> Structure:
    """The structure of a network; an empty one has a giant share of 0.

    Diameter and mean path are exact where the largest component has up to `distance_nodes` nodes, and past that None,
    with a remark. Modularity is that of the measured communities, else of those that Louvain's method finds.
    """
    arrays = arrays_of(graph)
    number = components(arrays)
    giant = _part(arrays, number == 1)
    near = giant.size <= distance_nodes
    far = distances(giant) if near and giant.size > 1 else None
    return Structure(
        giant_share=giant.size / arrays.size if arrays.size else 0.0,
        transitivity=transitivity(arrays),
        diameter=int(far.farthest.max()) if far else None,
        mean_path=float(far.total.sum() / (giant.size * (giant.size - 1))) if far else None,
        degree_centralisation=_centralisation(arrays),
        assortativity=_assortativity(arrays),
        modularity=_modularity(graph, arrays),
        remark="" if near else f"no diameter and no mean path past {distance_nodes:,} nodes of the largest component",
    )


def _number(value: float | None) -> str:
    return "none" if value is None else str(value) if isinstance(value, int) else f"{value:.4f}"


def _part(arrays: Arrays, inside: npt.NDArray[np.bool_]) -> Arrays:
    """The nodes of a part that no link leaves."""
    place = np.cumsum(inside, dtype=np.int32) - np.int32(1)
    kept = inside[arrays.source]
    return Arrays(int(inside.sum()), place[arrays.source[kept]], place[arrays.target[kept]], arrays.weight[kept])


def _degrees(arrays: Arrays) -> npt.NDArray[np.int64]:
    ends = np.concatenate([arrays.source, arrays.target])
    return np.bincount(ends, minlength=arrays.size)


def _centralisation(arrays: Arrays) -> float | None:
    """The sum of what each degree lacks to the greatest, to that of a star of as many nodes; needs three nodes."""
    if arrays.size < 3:
        return None
    degrees = _degrees(arrays)
    return float((degrees.max() - degrees).sum() / ((arrays.size - 1) * (arrays.size - 2)))


def _assortativity(arrays: Arrays) -> float | None:
    """Pearson's correlation of the degrees at both ends, each link taken both ways."""
    degrees = _degrees(arrays).astype(np.float64)
    one = np.concatenate([degrees[arrays.source], degrees[arrays.target]])
    other = np.concatenate([degrees[arrays.target], degrees[arrays.source]])
    if not len(one) or one.min() == one.max():
        return None
    centred = one - one.mean()
    return float((centred * (other - other.mean())).sum() / (centred * centred).sum())


def _modularity(graph: nx.Graph[str], arrays: Arrays) -> float | None:
    measured = [number for _, number in graph.nodes(data="community")]
    found = find_communities(arrays) if None in measured else np.array(measured, np.int64)
    return modularity(arrays, found)
