"""The entries of very many people and works, from the columns of their build: thing by thing they would take hours."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from pyoxigraph import NamedNode

from ipcgraph.columns import NOTHING, Columns, read_columns
from ipcgraph.publish.pages.register import AUTHORS, Entry, person_entry, work_entry
from ipcgraph.statements import term_text
from ipcgraph.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ipcgraph.columns import Texts
    from ipcgraph.publish.pages.library import Library

KINDS: Final = ("Person", "Work")
"""The kinds of things that there can be so many of."""
_BLOCK: Final = 10_000
"""So many things are looked up at once."""

_COUNT: Final = "SELECT (COUNT(*) AS ?number) WHERE { ?subject <%s> ?object }"
_SEVERAL: Final = (
    "SELECT ?subject WHERE { VALUES ?key { <%s> <%s> <%s> } ?subject ?key ?name } "
    "GROUP BY ?subject HAVING (COUNT(?name) > 1)"
)


def columnar_entries(library: Library, folder: Path, kind: str) -> Iterator[tuple[Entry, str]] | None:
    """Each person, or each work, as lists show it, by IRI, with the first day that its date can mean.

    None where the graph has something that its columns do not: no columns, authors that are names only, or creators
    that no authorship makes. As for saved queries, a work has one type and at most one date, which a build has seen to.
    """
    if not folder.is_dir():
        return None
    columns = read_columns(folder)
    rows = len(columns.authorships.work)
    if _count(library, "hasAuthorship") != rows or _count(library, "creator") not in {0, rows}:
        return None
    graph = _Graph(library, columns)
    return graph.people() if kind == "Person" else graph.works()


def _count(library: Library, key: str) -> int:
    answer = library.reading.store.query(_COUNT % library.reading.keys[key])
    return int(answer.texts()[0][0]) if isinstance(answer, Table) else NOTHING


class _Graph:
    """A graph as its entries are read from it, by integer id."""

    def __init__(self, library: Library, columns: Columns) -> None:
        self._library = library
        self._columns = columns
        keys = library.reading.keys
        several = library.reading.store.query(_SEVERAL % (keys["name"], keys["title"], keys["prefLabel"]))
        # Which of several names is the one to show is for the library to say.
        named = {iri for (iri,) in several.texts()} if isinstance(several, Table) else set()
        self._several = {columns.find(iri) for iri in named}
        self._others = self._texts("alternateName")
        for iri, texts in self._texts("acronym").items():
            self._others[iri] = self._others.get(iri, ()) + texts

    def people(self) -> Iterator[tuple[Entry, str]]:
        columns = self._columns
        works = np.bincount(
            columns.authorships.author[columns.instances("Work")[columns.authorships.work]],
            minlength=len(columns.things),
        )
        for person, iri in self._instances("Person"):
            label = self._label(person, iri)
            yield person_entry(iri, label, self._others.get(iri, ()), works=int(works[person])), ""

    def works(self) -> Iterator[tuple[Entry, str]]:
        columns, library = self._columns, self._library
        stated, days = self._texts("issued"), self._texts("issuedNotBefore")
        makers = self._texts("producedBy")
        words = self._words()
        kind = np.full(len(columns.things), NOTHING, np.int32)
        kind[columns.works.work] = columns.works.kind
        rows = columns.authorships
        order = np.lexsort((rows.author, np.where(rows.position > 0, rows.position, 10**9), rows.work))
        author = rows.author[order]
        first = np.searchsorted(rows.work, np.arange(len(columns.things) + 1))
        things = cast("Texts", columns.things)
        for work, iri in self._instances("Work"):
            authors = author[first[work] : first[work + 1]].tolist()
            number, authors = len(authors), authors[:AUTHORS]
            shown = [self._label(*each) for each in zip(authors, things.take(authors), strict=True)]
            if not authors:
                shown = [library.reading.label(maker) for maker in sorted(makers.get(iri, ()))]
                number = len(shown)
            date, day = stated.get(iri, ("",))[0], days.get(iri, ("",))[0]
            yield (
                work_entry(
                    iri,
                    self._label(work, iri),
                    self._others.get(iri, ()),
                    note=words[int(kind[work])],
                    authors=shown,
                    number=number,
                    issued=(date, day),
                ),
                day,
            )

    def _instances(self, kind: str) -> Iterator[tuple[int, str]]:
        """The id and the IRI of each thing of a kind, by IRI."""
        ids = iter(np.flatnonzero(self._columns.instances(kind)).tolist())
        things, base = cast("Texts", self._columns.things), self._library.reading.base
        while block := list(islice(ids, _BLOCK)):
            for thing, iri in zip(block, things.take(block), strict=True):
                if iri.startswith(base):
                    yield thing, iri

    def _label(self, thing: int, iri: str) -> str:
        label = self._columns.labels[thing]
        return label if label and thing not in self._several else self._library.reading.label(iri)

    def _words(self) -> Mapping[int, str]:
        """What works of each type are called, by the id of the type; NOTHING has what those without one are."""
        library, works = self._library, self._columns.works
        typed, first = np.unique(works.kind, return_index=True)
        words = {NOTHING: library.kind_of("", "Work").lower()}
        for concept, place in zip(typed.tolist(), first.tolist(), strict=True):
            if concept != NOTHING:
                words[concept] = library.kind_of(self._columns.things[int(works.work[place])], "Work").lower()
        return words

    def _texts(self, key: str) -> dict[str, tuple[str, ...]]:
        """The texts that things have for a key, by IRI, in the order of their terms."""
        found: dict[str, tuple[str, ...]] = {}
        several: set[str] = set()
        made: dict[str, tuple[str]] = {}
        for quad in self._library.reading.store.statements(None, NamedNode(self._library.reading.keys[key])):
            if not isinstance(quad.subject, NamedNode):
                continue
            iri, text = quad.subject.value, term_text(quad.object)
            if iri in found:
                several.add(iri)
            # A million works have a few thousand dates: each is kept once.
            found[iri] = made.setdefault(text, (text,))
        return found | {iri: self._library.texts(iri, key) for iri in several}
