"""Records that cite no source, of every class that should."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np
from pyoxigraph import Literal, NamedNode

from ipcgraph.answers.graph import Graph, iri_cells, label_cells, table
from ipcgraph.vocabulary import IPCG, TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ipcgraph.tables import Cell, Table

_ORGANIZATIONS: Final = ("Center", "Commission", "Partner")
_CLASSES: Final = ("Initiative", "Organization", *_ORGANIZATIONS, "Partnership", "Person", "Role", "Work")
_COUNT: Final = NamedNode(IPCG + "Count")
_COUNTED: Final = NamedNode(IPCG + "countOf")
_EVIDENCE: Final = NamedNode(IPCG + "evidence")


def _without_evidence(graph: Graph) -> Table:
    for name in (*_CLASSES, "Count"):
        graph.check_class(name, known=_ORGANIZATIONS if name == "Organization" else ())
    columns = graph.columns
    bare = np.ones(len(columns.things), np.bool_)
    bare[columns.links["evidence"].subject] = False
    records: list[Cell] = []
    types: list[Cell] = []
    labels: list[Cell] = []
    # By the names of classes, and so in the order of their IRIs.
    for name in sorted((*_CLASSES, "Count")):
        if name == "Count":
            rows = sorted(_bare_counts(graph), key=lambda row: (row[1] is not None, str(row[1] or ""), row[0].value))
            records += [record for record, _ in rows]
            labels += [label for _, label in rows]
        else:
            record = np.flatnonzero(columns.instances(name) & bare)
            rank = graph.labels.ranks(record)
            record = record[np.argsort(rank, kind="stable")]
            records += iri_cells(graph, record)
            named = zip(label_cells(graph, record), graph.labels.sizes(record).tolist(), strict=True)
            labels += [label if size else None for label, size in named]
        types += [NamedNode(IPCG + name)] * (len(records) - len(types))
    return table(("record", "type", "label"), records, types, labels)


def _bare_counts(graph: Graph) -> Iterator[tuple[NamedNode, Literal | None]]:
    """Each count without evidence, with each thing that it says it counts; no column holds counts, and they are few."""
    for quad in graph.store.statements(None, TYPE, _COUNT):
        count = cast("NamedNode", quad.subject)
        if next(graph.store.statements(count, _EVIDENCE), None) is None:
            counted: list[Literal | None] = [
                cast("Literal", each.object) for each in graph.store.statements(count, _COUNTED)
            ]
            yield from ((count, label) for label in counted or [None])


ANSWERS: Final[Mapping[str, Callable[[Graph], Table]]] = {"records-without-evidence": _without_evidence}
