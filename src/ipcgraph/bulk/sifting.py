"""Our own checks on a large graph: numbers show where something may be wrong, and the checks look at that in words.

Each check of `checks.py` runs on a small index of just the statements in which it can find something; so a finding of a
large graph is, word by word, that of a small one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
from pyoxigraph import Literal, NamedNode

from ipcgraph import checks
from ipcgraph.bulk.gathering import NONE, Gathered
from ipcgraph.distinct import distinct
from ipcgraph.findings import Finding, Place
from ipcgraph.rows import ABOUT_OWN, NAMES_OWN, Keys, Rows, is_among, keys_of
from ipcgraph.statements import Index, left_unread
from ipcgraph.vocabulary import CONCEPTS, IPCG, TYPE, XSD

if TYPE_CHECKING:
    from ipcgraph.bulk.partfiles import Part
    from ipcgraph.ontology import Ontology
    from ipcgraph.records import Statement

LISTED: Final = 1_000
"""So many statements or records that may be wrong are looked at by each check; more are counted."""

_AUTHORSHIP: Final = IPCG + "hasAuthorship"
_POSITION: Final = IPCG + "position"
_POSITIONS: Final = 20_000
"""Positions up to this one are compared as numbers; any other is looked at in words."""


def sift(
    gathered: Gathered, ontology: Ontology, *, base: str, earlier: Collection[Finding], checked: Collection[Finding]
) -> Iterator[Finding]:
    """The findings of `checks.check` on all statements; `checked` are those of single statements, made by the parts."""
    sieve = _Sieve(gathered, ontology, base)
    typed = {finding.focus for finding in earlier if finding.path == TYPE.value}
    placed = {(finding.focus, finding.place) for finding in earlier}
    duplicates = list(sieve.duplicates())
    yield from (finding for finding in duplicates if (finding.focus, finding.place) not in placed)
    unread = left_unread(earlier)
    if unread:
        yield checks.not_looked_for(unread[0])
    else:
        yield from sieve.dangling()
    yield from sieve.unknown_words()
    yield from (finding for finding in sieve.untyped() if finding.focus not in typed)
    yield from sieve.derived_by_hand()
    yield from checked
    yield from sieve.positions({finding.focus for finding in duplicates})
    yield from sieve.cycles()


class _Sieve:
    """The parts, and what the ontology knows, by key."""

    def __init__(self, gathered: Gathered, ontology: Ontology, base: str) -> None:
        self._all, self._ontology, self._base = gathered, ontology, base
        self._subjects = gathered.subjects()
        self._words = {word for part in gathered.every() for word in part.summary.words}
        self._predicates = {iri for part in gathered.every() for iri in part.summary.predicates}
        self._typed = gathered.pairs(TYPE.value)

    def duplicates(self) -> Iterator[Finding]:
        known = _keys(set(self._ontology.classes.values()) - {checks.PASSAGE})
        subjects, classes = self._typed
        found, counts = np.unique(subjects[is_among(classes, known)], return_counts=True)
        index, more = self._records(found[counts > 1])
        yield from checks.duplicate_ids(index, self._ontology, base=self._base)
        yield from _more(more, index.statements, checks.DUPLICATE)

    def dangling(self) -> Iterator[Finding]:
        concepts = checks.known_concepts(self._ontology)
        known = concepts.union(iri.rpartition("/")[0] for iri in concepts)
        unknown = _keys(word for word in self._words if word.startswith(CONCEPTS) and word not in known)

        def chosen(_: Part, rows: Rows) -> Keys:
            own = np.flatnonzero(rows.kind & NAMES_OWN)
            lost = own[~is_among(rows.object[own], self._subjects)]
            return np.concatenate([lost, rows.naming(unknown)])

        index, more = self._statements(chosen)
        if not len(index):
            return
        folders = {quad.object.value.rpartition("/")[0] for quad, _ in index if isinstance(quad.object, NamedNode)}
        ids = self._all.iris(lambda iri: iri.rpartition("/")[0] in folders)
        yield from checks.dangling_references(index, self._ontology, base=self._base, ids=ids)
        yield from _more(more, index.statements, checks.DANGLING)

    def unknown_words(self) -> Iterator[Finding]:
        properties, described = checks.known_words(self._ontology)
        odd = [
            iri
            for iri in self._predicates - described - {TYPE.value}
            if iri.startswith(IPCG) or checks.nearest_word(iri, properties)
        ]
        words = _keys(word for word in self._words if word.startswith(IPCG) and word not in described)

        def chosen(part: Part, rows: Rows) -> Keys:
            return np.concatenate([rows.with_predicates(part.codes(*odd)), rows.naming(words)])

        index, more = self._statements(chosen)
        yield from checks.unknown_words(index, self._ontology)
        yield from _more(more, index.statements, checks.UNKNOWN)

    def untyped(self) -> Iterator[Finding]:
        known = _keys({*checks.known_types(self._ontology), *(word for word in self._words if word.startswith(IPCG))})
        subjects, classes = self._typed
        typed = distinct(subjects[is_among(classes, known)])
        renamed = distinct(self._all.pairs(checks.REPLACED_BY)[0])
        own = distinct(self._all.column(lambda _, rows: distinct(rows.subject[(rows.kind & ABOUT_OWN) > 0])))
        index, more = self._records(own[~is_among(own, typed) & ~is_among(own, renamed)])
        yield from checks.untyped_records(index, self._ontology, base=self._base)
        yield from _more(more, index.statements, checks.UNTYPED)

    def derived_by_hand(self) -> Iterator[Finding]:
        only_derived = checks.only_derived(self._ontology)
        index, more = self._statements(lambda part, rows: rows.with_predicates(part.codes(*only_derived)))
        yield from checks.derived_by_hand(index, self._ontology)
        yield from _more(more, index.statements, checks.DERIVED)

    def positions(self, besides: set[str]) -> Iterator[Finding]:
        works, nodes = self._all.pairs(_AUTHORSHIP)
        odd = misplaced(works, nodes, *self._all.pairs(_POSITION))
        more = len(odd) - LISTED
        odd = odd[:LISTED]
        index = Index.of(self._all.about(distinct(np.concatenate([odd, nodes[is_among(works, odd)]]))))
        yield from checks.author_positions(index, base=self._base, besides=besides)
        yield from _more(more, index.statements, checks.POSITIONS)

    def cycles(self) -> Iterator[Finding]:
        circular = [path for path in checks.CYCLES if is_circular(*self._all.pairs(path))]
        if circular:
            index = Index.of(self._all.pull(lambda part, rows: rows.with_predicates(part.codes(*circular))))
            yield from checks.cycles(index, base=self._base)

    def _records(self, subjects: Keys) -> tuple[Index, int]:
        """All that is said of these things, of the first of them where there are many; and how many there are more."""
        return Index.of(self._all.about(subjects[:LISTED])), len(subjects) - LISTED

    def _statements(self, choose: Callable[[Part, Rows], Keys]) -> tuple[Index, int]:
        """The statements chosen, the first of them where there are many; and how many there are more."""
        number = sum(len(distinct(choose(part, part.rows()))) for part in self._all.every())
        return Index.of(self._all.pull(choose, limit=LISTED) if number else ()), number - LISTED


def misplaced(works: Keys, nodes: Keys, placed: Keys, positions: Keys) -> Keys:
    """The works whose authorships do not stand at 1, 2, 3 …, or where that cannot be told by numbers alone.

    `works` have `nodes` as their authorships, `placed` are authorships with the keys of their positions.
    """
    values = np.arange(1, _POSITIONS + 1)
    integer = NamedNode(XSD + "integer")
    known = np.fromiter((hash(Literal(str(value), datatype=integer)) for value in values), np.int64)
    order = np.argsort(known)
    at = np.searchsorted(known[order], positions).clip(max=_POSITIONS - 1)
    value = np.where(known[order][at] == positions, values[order][at], 0)
    by_node = np.argsort(placed, kind="stable")
    placed, value = placed[by_node], value[by_node]
    first = np.searchsorted(placed, nodes, "left")
    count = np.searchsorted(placed, nodes, "right") - first
    stated = count > 0
    own = np.zeros(len(nodes), np.int64)
    own[stated] = value[first[stated]]
    odd = works[(count > 1) | (stated & (own == 0))]
    works, own = works[stated], own[stated]
    order = np.lexsort((own, works))
    works, own = works[order], own[order]
    starts = np.flatnonzero(np.concatenate([[True], works[1:] != works[:-1]])) if len(works) else NONE
    rank = np.arange(len(works)) - np.repeat(starts, np.diff(np.append(starts, len(works)))) + 1
    return distinct(np.concatenate([odd, works[own != rank]]))


def is_circular(subjects: Keys, objects: Keys) -> bool:
    """Whether these pairs hold a circle: what begins or ends a chain is taken away until nothing more goes."""
    while len(subjects):
        on = is_among(subjects, distinct(objects)) & is_among(objects, distinct(subjects))
        if on.all():
            return True
        subjects, objects = subjects[on], objects[on]
    return False


def _keys(iris: Collection[str] | Iterator[str]) -> Keys:
    return keys_of(NamedNode(iri) for iri in iris)


def _more(number: int, listed: Collection[Statement], shape: str) -> Iterator[Finding]:
    """What says that more was found than is listed."""
    if number > 0:
        place = min(chain((place for _, place in listed)), default=Place(""))
        message = f"{number:,} more like these are not listed"
        yield Finding("error", message, place, fix="correct those that are, then check again", shape=shape)
