"""The network of topics, joined by the works and initiatives that have both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ipcgraph.distinct import distinct
from ipcgraph.networks.options import Options
from ipcgraph.networks.projection import counting_sentence, project_pairs, projected_graph, unlinked_groups
from ipcgraph.networks.remarks import counts, selection_notes
from ipcgraph.networks.selection import part_of, select_works, work_years

if TYPE_CHECKING:
    import networkx as nx

    from ipcgraph.columns import Columns, IntArray
    from ipcgraph.networks.pairs import Years
    from ipcgraph.networks.projection import Projection
    from ipcgraph.networks.selection import Mask, Selection


def topics(columns: Columns, options: Options | None = None) -> nx.Graph[str]:
    """The network of topics: a node for each topic of a work or an initiative, a link where two occur together.

    Nodes are the IRIs of topics, in that order, with `label` and `occurrences`, the number of works and initiatives
    with the topic; links have `weight`, `occurrences`, the number with both, and `first_year` and `last_year` of those
    works among them that are dated. Where works are chosen by year or type, initiatives are left out, since they have
    neither.
    """
    options = options or Options()
    works = select_works(columns, options)
    chosen = works.chosen | _chosen_initiatives(columns, options)
    found = project_topics(columns, chosen, options, years=work_years(columns))
    graph = projected_graph(columns, found, name="Topics", shared="occurrences", normalise=options.normalise)
    rules = works.rules
    if options.initiative and (chosen & ~works.chosen).any():
        rules += ("those initiatives themselves",)
    graph.graph.update(
        counting=counting_sentence(options.counting, joint="work or initiative", members="topics"),
        selection=rules,
        left_out=works.left_out
        + _left_out(columns, works, chosen, found.member)
        + many_topics(columns, found, options),
        note=selection_notes(columns, np.flatnonzero(chosen).astype(np.int32)),
    )
    return graph


def project_topics(columns: Columns, chosen: Mask, options: Options, *, years: Years | None = None) -> Projection:
    """The projection of the chosen things on their topics."""
    links = columns.links["topic"]
    kept = chosen[links.subject]
    return project_pairs(
        links.subject[kept],
        links.object[kept],
        things=len(columns.things),
        counting=options.counting,
        pair_limit=options.pair_limit,
        years=years,
    )


def things_with_topics(columns: Columns, _options: Options) -> IntArray:
    """The things that make a node, works among them; one may stand several times."""
    return columns.links["topic"].subject


def many_topics(columns: Columns, found: Projection, options: Options) -> tuple[str, ...]:
    """The sentence on works and initiatives with too many topics to make links, or none."""
    things = ("work or initiative", "works or initiatives")
    return unlinked_groups(columns, found, limit=options.pair_limit, group=things, members="topics")


def _chosen_initiatives(columns: Columns, options: Options) -> Mask:
    initiatives = columns.instances("Initiative")
    if options.since is not None or options.until is not None or options.work_types:
        return np.zeros_like(initiatives)
    return initiatives & part_of(columns, options.initiative)[0] if options.initiative else initiatives


def _left_out(columns: Columns, works: Selection, chosen: Mask, members: IntArray) -> tuple[str, ...]:
    """One sentence for each kind of thing that could be expected in the network and is not there."""
    links = columns.links["topic"]
    subjects = distinct(links.subject)
    initiatives = columns.instances("Initiative")
    works_or_initiatives = initiatives.copy()
    works_or_initiatives[columns.works.work] = True
    others = int((~works_or_initiatives[subjects]).sum())
    away = int((initiatives & ~chosen)[subjects].sum())
    bare = np.zeros_like(chosen)
    bare[subjects] = True
    unused = int(columns.instances("Topic").sum()) - int(columns.instances("Topic")[members].sum())
    return counts(
        (
            others,
            "thing with topics that is no work or initiative",
            "things with topics that are no works or initiatives",
        ),
        (away, "initiative with topics that was not chosen", "initiatives with topics that were not chosen"),
        (int((works.chosen & ~bare).sum()), "work without a topic", "works without a topic"),
        (int((initiatives & chosen & ~bare).sum()), "initiative without a topic", "initiatives without a topic"),
        (unused, "topic of none of these", "topics of none of these"),
    )
