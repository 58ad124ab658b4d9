"""The collaboration network: organizations, joined by the works for which their people wrote together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ipcgraph.distinct import distinct
from ipcgraph.networks.options import Options
from ipcgraph.networks.projection import counting_sentence, project_pairs, projected_graph, unlinked_groups
from ipcgraph.networks.remarks import counted, counts, named, selection_notes
from ipcgraph.networks.selection import select_works, work_years

if TYPE_CHECKING:
    import networkx as nx

    from ipcgraph.columns import Columns, IntArray
    from ipcgraph.networks.pairs import Years
    from ipcgraph.networks.projection import Projection
    from ipcgraph.networks.selection import Mask, Selection


def collaboration(columns: Columns, options: Options | None = None) -> nx.Graph[str]:
    """The collaboration network of the chosen works: a node for each organization that an author is affiliated with.

    Nodes are the IRIs of organizations, in that order, with `label` and `works`; a link joins two that are affiliations
    of one work, whether of two authors or of one. Links have `weight`, `works`, the number of joint ones, and
    `first_year` and `last_year` of those that are dated.
    """
    options = options or Options()
    works = select_works(columns, options)
    found = project_affiliations(columns, works.chosen, options, years=work_years(columns))
    graph = projected_graph(columns, found, name="Collaboration", shared="works", normalise=options.normalise)
    graph.graph.update(
        counting=counting_sentence(options.counting, joint="joint work", members="organizations"),
        selection=works.rules,
        left_out=works.left_out + _left_out(columns, works, found.member) + many_organizations(columns, found, options),
        note=selection_notes(columns, columns.works.work[works.chosen[columns.works.work]]),
    )
    return graph


def project_affiliations(columns: Columns, works: Mask, options: Options, *, years: Years | None = None) -> Projection:
    """The projection of the chosen works on the organizations that their authors are affiliated with."""
    table = columns.affiliations
    chosen = works[table.work]
    pairs = np.stack([table.work[chosen], table.organization[chosen]], axis=1)
    work, organization = np.unique(pairs, axis=0).T
    return project_pairs(
        work,
        organization,
        things=len(columns.things),
        counting=options.counting,
        pair_limit=options.pair_limit,
        years=years,
    )


def works_with_affiliations(columns: Columns, _options: Options) -> IntArray:
    """The works that make a node; one may stand several times."""
    return columns.affiliations.work


def many_organizations(columns: Columns, found: Projection, options: Options) -> tuple[str, ...]:
    """The sentence on works with too many organizations to make links, or none."""
    return unlinked_groups(columns, found, limit=options.pair_limit, group=("work", "works"), members="organizations")


def _left_out(columns: Columns, works: Selection, members: IntArray) -> tuple[str, ...]:
    """One sentence for each kind of thing that could be expected in the network and is not there."""
    written, affiliated = columns.authorships, columns.affiliations
    without = int(works.chosen.sum()) - len(distinct(affiliated.work[works.chosen[affiliated.work]]))
    # One number for each pair of work and author, to compare the pairs of both tables.
    size = len(columns.things)
    every = written.work.astype(np.int64) * size + written.author
    stated = affiliated.work.astype(np.int64) * size + affiliated.author
    person = columns.instances("Person")[written.author] & works.chosen[written.work]
    unstated = int((person & ~np.isin(every, stated)).sum())
    authors = distinct(written.author[works.chosen[written.work] & ~columns.instances("Person")[written.author]])
    authors = np.setdiff1d(authors, members)
    sentences = named(columns, authors, "author that is no person", "authors that are no persons")
    sentences += counts((without, "work without an affiliation", "works without an affiliation"))
    if unstated:
        sentences += (f"{counted(unstated, 'authorship', 'authorships')} of a person without an affiliation",)
    return sentences
