"""What thins a network out: a least weight of links, and the largest component alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from ipcgraph.networks.arrays import arrays_of, components
from ipcgraph.networks.remarks import counted, listed

if TYPE_CHECKING:
    from ipcgraph.networks.options import Options


def thin(graph: nx.Graph[str], options: Options) -> nx.Graph[str]:
    """The network without light links, then without all but its largest component, as the options ask; else itself.

    Both are rules in `selection` and counted in `left_out`. Nodes whose links are all too light stay as isolated ones.
    Of two components of one size the one with the earlier node counts as the larger.
    """
    rules: tuple[str, ...] = tuple(graph.graph.get("selection", ()))
    left_out: tuple[str, ...] = tuple(graph.graph.get("left_out", ()))
    if options.minimum_weight is not None:
        least = f"{options.minimum_weight:g}"
        weights = nx.get_edge_attributes(graph, "weight")
        light = [link for link, weight in weights.items() if weight < options.minimum_weight]
        rules += (f"links of a weight of {least} or more",)
        graph.remove_edges_from(light)
        if light:
            left_out += (f"{counted(len(light), 'link', 'links')} of a weight below {least}",)
    if options.largest_component:
        rules += ("the largest component",)
        number = components(arrays_of(graph))
        nodes = np.array(list(graph), dtype=object)
        outside = nodes[number != 1].tolist()
        if outside:
            labels = [str(graph.nodes[node]["label"]) for node in outside]
            of = f"the largest of {number.max():,} components"
            left_out += (listed(labels, f"node outside {of}", f"nodes outside {of}"),)
            graph.remove_nodes_from(outside)
    graph.graph.update(selection=rules, left_out=left_out)
    return graph
