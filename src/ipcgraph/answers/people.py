"""Lists of people, by name: all of them, and those of whom something is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ipcgraph.answers.graph import Graph, Ids, iri_cells, label_cells, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ipcgraph.tables import Table


def _people(graph: Graph) -> Table:
    return _by_name(graph, _persons(graph))


def _without_orcid(graph: Graph) -> Table:
    person = _persons(graph)
    return _by_name(graph, person[~graph.subjects("orcid", person)])


def _without_role_or_work(graph: Graph) -> Table:
    known = np.zeros(len(graph.columns.things), np.bool_)
    known[graph.columns.authorships.author] = True
    known[graph.columns.roles.holder[graph.columns.roles.holder >= 0]] = True
    person = _persons(graph)
    return _by_name(graph, person[~known[person]])


def _persons(graph: Graph) -> Ids:
    graph.check_class("Person")
    return np.flatnonzero(graph.columns.instances("Person"))


def _by_name(graph: Graph, person: Ids) -> Table:
    person = person[graph.labels.sizes(person) > 0]
    rank = graph.labels.ranks(person)
    order = np.argsort(rank, kind="stable")
    person, rank = person[order], rank[order]
    return table(("person", "name"), iri_cells(graph, person), label_cells(graph, person, rank))


ANSWERS: Final[Mapping[str, Callable[[Graph], Table]]] = {
    "people": _people,
    "people-without-orcid": _without_orcid,
    "people-without-role-or-work": _without_role_or_work,
}
