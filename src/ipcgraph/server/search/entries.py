"""The entries of the search: what is found of every thing, read from a build by whole columns."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from pyoxigraph import Literal, NamedNode

from ipcgraph.columns import NOTHING, Columns
from ipcgraph.identifiers import SCHEMES
from ipcgraph.names import parse_name
from ipcgraph.publish.pages.search import FOUND
from ipcgraph.publish.reading import NAMES, Reading
from ipcgraph.titles import title_key, title_sense

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

AUTHORS: Final = 4
"""So many authors of a work are told."""
JOINT: Final = 100
"""The authors of a work with more of them are no evidence for each other: they would be millions of pairs."""
PLACES: Final = ("Center", "Initiative")
"""The kinds of the things that a search can be kept to: what is part of them, or who held a role there."""


class Entry(NamedTuple):
    """A thing as the search knows it."""

    iri: str
    kind: str
    label: str
    others: tuple[str, ...] = ()
    """What else it is called: in other languages, by other names, as works print it."""
    acronyms: tuple[str, ...] = ()
    description: str = ""
    """A line that tells it from its namesakes."""
    identifiers: tuple[tuple[str, str], ...] = ()
    """Scheme and normal form of each."""
    year: int = 0
    """Of a work that it was issued; 0 where it has none."""
    within: tuple[str, ...] = ()
    """The IRIs of the centers and initiatives that it belongs to, directly or not."""
    works: int = 0
    """Of a person, how many works."""
    evidence: tuple[tuple[str, str], ...] = ()
    """What speaks for it beside its names, as EVIDENCE names it: sort and key of each."""


EVIDENCE: Final = ("coauthor", "affiliation", "work", "author")
"""The sorts of evidence: of a person the co-authors, organizations and works; of a work the authors."""


def read_entries(reading: Reading, columns: Columns) -> Iterator[Entry]:
    """Every thing that the search finds, in the order in which equally good answers are shown.

    By kind, as FOUND has them; persons by their number of works, works by year, the newest first; all else by name.
    """
    graph = _Graph(reading, columns)
    for kind in FOUND:
        # Only what they are sorted by is held of all: the entries of a million works would take gigabytes.
        for *_, iri in sorted(graph.rank(iri, kind) for iri in reading.instances(kind)):
            yield graph.entry(iri, kind)


class _Graph:
    """A graph as its entries ask it: texts by key in whole columns, relations by integer id."""

    def __init__(self, reading: Reading, columns: Columns) -> None:
        self._reading = reading
        self._columns = columns
        # By `find` each look-up would be a search in a file; here everything is looked up, some of it twice.
        self._ids = {iri: place for place, iri in enumerate(columns.things)}
        self._names = self._texts(*NAMES)
        self._others = self._texts("alternateName")
        self._acronyms = self._texts("acronym")
        self._identifiers: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for scheme in SCHEMES:
            for iri, values in self._texts(scheme).items():
                self._identifiers[iri] += [(scheme, value) for value, _ in values]
        self._listed = self._listed_names()
        works = columns.authorships
        self._of_author = _groups(works.author, works.work)
        self._of_work = _groups(works.work, works.author, works.position)
        self._affiliations = _groups(columns.affiliations.author, columns.affiliations.organization)
        self._roles = _groups(columns.roles.holder, columns.roles.context)
        part_of = columns.links["partOf"]
        self._parts = _groups(part_of.subject, part_of.object)
        # As stated, since the bounds are derived, and not every graph has been through the rules.
        issued = self._texts("issued").items()
        years = {work: dates[0][0][:4] for work, dates in issued}
        self._year = {self._ids.get(work, NOTHING): int(year) for work, year in years.items() if year.isdecimal()}
        self._keys: dict[int, str] = {}

    def rank(self, iri: str, kind: str) -> tuple[int, int, str, str]:
        """What the entries of a kind are sorted by; the last is the IRI itself."""
        thing = self._ids.get(iri, NOTHING) if kind in {"Person", "Work"} else NOTHING
        works = len(self._of_author.get(thing, ())) if kind == "Person" else 0
        year = self._year.get(thing, 0) if kind == "Work" else 0
        return -works, -year, title_key(self._label(iri)), iri

    def _label(self, iri: str) -> str:
        names = self._names.get(iri)
        return names[0][0] if names else self._reading.name(iri)

    def entry(self, iri: str, kind: str) -> Entry:
        names = self._names.get(iri, [])
        label = self._label(iri)
        others = [name for name, _ in (*names, *self._others.get(iri, ()))] + sorted(self._listed.get(iri, ()))
        thing = self._ids.get(iri, NOTHING)
        entry = Entry(
            iri,
            kind,
            label,
            tuple(dict.fromkeys(name for name in others if name != label)),
            tuple(name for name, _ in self._acronyms.get(iri, ())),
            identifiers=tuple(sorted(self._identifiers.get(iri, ()))),
            within=self._within(thing),
        )
        if kind == "Person":
            return self._person(entry, thing)
        return self._work(entry, thing) if kind == "Work" else entry._replace(description=self._about(entry, thing))

    def _person(self, entry: Entry, thing: int) -> Entry:
        works = self._of_author.get(thing, ())
        places = dict.fromkeys((*self._roles.get(thing, ()), *self._affiliations.get(thing, ())))
        places.pop(NOTHING, None)
        coauthors = {
            author
            for work in works
            if len(self._of_work[work]) <= JOINT
            for author in self._of_work[work]
            if author != thing
        }
        years = sorted(year for work in works if (year := self._year.get(work, 0)))
        span = f"{years[0]}–{years[-1]}" if years and years[0] != years[-1] else str(years[0]) if years else ""
        number = f"{len(works):,} work{'s' * (len(works) != 1)}" if works else ""
        where = ", ".join(self._columns.label(place) for place in list(places)[:3])
        evidence = [("coauthor", self._name_key(author)) for author in coauthors]
        evidence += [("work", self._title_sense(work)) for work in works]
        for place in places:
            name = self._columns.things[place]
            texts = (*self._names.get(name, ()), *self._others.get(name, ()), *self._acronyms.get(name, ()))
            evidence += [("affiliation", title_sense(text)) for text, _ in texts]
        return entry._replace(
            description=" · ".join(filter(None, (where, ", ".join(filter(None, (number, span)))))),
            works=len(works),
            evidence=tuple(sorted(set(evidence))),
        )

    def _work(self, entry: Entry, thing: int) -> Entry:
        authors = self._of_work.get(thing, ())
        named = ", ".join(self._columns.label(author) for author in authors[:AUTHORS])
        more = f" and {len(authors) - AUTHORS} more" if len(authors) > AUTHORS else ""
        year = self._year.get(thing, 0)
        return entry._replace(
            description=" · ".join(filter(None, (named + more, str(year) if year else ""))),
            year=year,
            evidence=tuple(sorted({("author", self._name_key(author)) for author in authors})),
        )

    def _about(self, entry: Entry, thing: int) -> str:
        parents = [self._reading.name(parent.value) for parent in self._related(entry.iri, "parent")]
        parents += [self._columns.label(part) for part in self._parts.get(thing, ())]
        return " · ".join(dict.fromkeys((*entry.acronyms, *parents)))

    def _related(self, iri: str, key: str) -> list[NamedNode]:
        return [term for term in self._reading.values(iri, key) if isinstance(term, NamedNode)]

    def _within(self, thing: int) -> tuple[str, ...]:
        """The centers and initiatives that a thing is part of, at any depth, or has held a role at."""
        found: dict[int, None] = {}
        waiting = [*self._parts.get(thing, ()), *self._roles.get(thing, ())]
        while waiting:
            place = waiting.pop()
            if place != NOTHING and place not in found:
                found[place] = None
                waiting += self._parts.get(place, ())
        classes = self._columns.classes
        places = [place for place in found if classes[self._columns.class_of[place]].endswith(_PLACES)]
        return tuple(sorted(self._columns.things[place] for place in places))

    def _name_key(self, person: int) -> str:
        if person not in self._keys:
            self._keys[person] = parse_name(self._columns.label(person)).key
        return self._keys[person]

    def _title_sense(self, work: int) -> str:
        if work not in self._keys:
            self._keys[work] = title_sense(self._columns.label(work))
        return self._keys[work]

    def _texts(self, *keys: str) -> Mapping[str, list[tuple[str, str]]]:
        """By thing, its texts for these keys with their languages; that by which it is called comes first."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for key in keys:
            for quad in self._reading.store.statements(None, NamedNode(self._reading.keys[key])):
                if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                    found[quad.subject.value].append((quad.object.value, quad.object.language or ""))
        for texts in found.values():
            if len(texts) > 1:
                texts.sort(key=lambda text: (text[1] != "en", bool(text[1]), text))
        return found

    def _listed_names(self) -> Mapping[str, set[str]]:
        """By person, the names that works print."""
        found: dict[str, set[str]] = defaultdict(set)
        for authorship, names in self._texts("nameAsListed").items():
            for author in self._related(authorship, "author"):
                found[author.value].update(name for name, _ in names)
        return found


_PLACES: Final = tuple("#" + kind for kind in PLACES)


def _groups(by: np.ndarray, values: np.ndarray, order: np.ndarray | None = None) -> Mapping[int, tuple[int, ...]]:
    """The values of each id in `by`, in the order that is given, else in their own."""
    places = np.lexsort((values if order is None else order, by))
    ids, found = by[places], values[places].tolist()
    edges = [0, *(np.flatnonzero(np.diff(ids)) + 1).tolist(), len(found)] if len(found) else []
    return {int(ids[start]): tuple(found[start:end]) for start, end in pairwise(edges)}
