"""Answers of saved queries from the columns of a graph: row for row what their SPARQL gives, where that takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pyoxigraph import Literal, NamedNode

    from ipcgraph.store.embedded import EmbeddedStore
    from ipcgraph.tables import Table

COUNTS: Final = (
    "author-work-counts",
    "coauthor-counts",
    "coauthor-pairs",
    "sources",
    "work-counts-by-type",
    "work-counts-by-year",
)
PEOPLE: Final = ("people", "people-without-orcid", "people-without-role-or-work")
WORKS: Final = (
    "works",
    "works-between",
    "works-by-one-author",
    "works-by-type",
    "works-in-year",
    "works-without-authors",
    "works-without-date",
    "works-without-doi",
    "works-without-summary",
)
RECORDS: Final = ("records-without-evidence",)
NAMES: Final = frozenset((*COUNTS, *PEOPLE, *RECORDS, *WORKS))
"""The saved queries that columns answer; each says so in its header, under `columns`."""

LARGE: Final = 4_000
"""So many works make a graph large: below, SPARQL has answered before numpy is imported."""
_WORKS_FILE: Final = "works-work.npy"
_BYTES: Final = 4


def is_large(columns: Path) -> bool:
    """Whether the graph of these columns has LARGE works; looks at the size of one file only."""
    try:
        return (columns / _WORKS_FILE).stat().st_size >= LARGE * _BYTES
    except OSError:
        return False


def answer(name: str, columns: Path, store: EmbeddedStore, terms: Mapping[str, NamedNode | Literal]) -> Table | None:
    """What the saved query of this name answers with these terms as parameters, read from the columns of the store.

    The columns hold what a build has accepted: one name a person, one type and at most one date a work, as the shapes
    demand. None where they can tell nevertheless that SPARQL could answer otherwise: then it is to be asked. Raises
    ProjectError where the columns cannot be read.
    """
    from ipcgraph.answers.graph import Graph, IrregularError
    from ipcgraph.columns import read_columns

    if name in COUNTS:
        from ipcgraph.answers.counts import ANSWERS
    elif name in PEOPLE:
        from ipcgraph.answers.people import ANSWERS
    elif name in RECORDS:
        from ipcgraph.answers.records import ANSWERS
    else:
        from ipcgraph.answers.works import ANSWERS
    try:
        return ANSWERS[name](Graph(read_columns(columns), store, terms))
    except IrregularError:
        return None
