"""The candidates of a query: who or what is meant, how much speaks for each, and whether one of them is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import NamedNode

from ipcgraph.names import Agreement, Likeness, compare_names, parse_name
from ipcgraph.server.reconcile.evidence import Evidence, Witness
from ipcgraph.server.search.index import identifiers_in
from ipcgraph.server.search.matching import candidates, identified
from ipcgraph.titles import compare_titles, title_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ipcgraph.publish.reading import Reading
    from ipcgraph.server.reconcile.batch import Query
    from ipcgraph.server.search.entries import Entry
    from ipcgraph.server.search.index import SearchIndex

LOOKED_AT: Final = 100
"""So many things with names that are something like the one asked for are compared with it in full."""
COMPARED: Final = 20
"""So many of these, those with the likest names, are asked for what else speaks for them."""
LEAST: Final = 40.0
"""Candidates with a lower score are not told: hardly anything speaks for them."""
NEAR: Final = 15.0
"""A candidate whose score is so little below the first one's is near it: then neither is certain."""
CHANCE: Final = 0.25
"""A name that so many persons are expected to share by chance says too little by itself."""


class Graph(NamedTuple):
    """What candidates are looked for in."""

    names: SearchIndex
    reading: Reading
    base: str
    address: str = ""

    def find(self, name: str) -> str:
        """The IRI of the thing that an id names, short or whole; empty where there is none."""
        iri = name if name.startswith(self.base) else self.base + name
        try:
            NamedNode(iri)
        except ValueError:
            return ""
        return iri if name and self.reading.kind(iri) else ""


class Candidate(NamedTuple):
    """A thing that can be meant, and all that the score is made of."""

    entry: Entry
    score: float
    """From 0 to 100."""
    likeness: Likeness | None
    """How the names agree; None where no name was asked for."""
    evidence: Evidence
    match: bool = False
    """Whether it is certain, by the rules that docs/search.md states."""
    chance: float | None = None
    """How many others are expected to share the whole name by chance; None where this was not asked."""
    is_alone: bool = True
    """Whether no other candidate is near."""


def find_candidates(graph: Graph, query: Query) -> tuple[Candidate, ...]:
    """What a query can mean, the likeliest first; those equally likely in the order of the index."""
    if query.impossible:
        return ()
    witness = Witness(graph, query.conditions)
    named = identifiers_in(query.text, base=graph.base, address=graph.address)
    certain = _entries(graph, query, (*named, *witness.identifiers))
    found = {entry.iri: entry for entry in certain}
    text = query.text
    if named and certain:
        text = ""  # what was asked for is an identifier, and no name
    like = candidates(graph.names.schema, text, query.kinds) if text else None
    if like is not None:
        found |= {hit.entry.iri: hit.entry for hit in graph.names.hits(like, limit=LOOKED_AT)}
    alike = {iri: _likeness(entry, text) if text else None for iri, entry in found.items()}
    looked = sorted(found.values(), key=lambda entry: _order(entry, alike[entry.iri], certain))[:COMPARED]
    told = witness.evidence(looked, {each.iri for each in certain})
    rated = [_rated(entry, alike[entry.iri], told[entry.iri], query) for entry in looked]
    kept = sorted(
        (each for each in rated if each.score >= LEAST or each.evidence.identified), key=lambda each: -each.score
    )
    return _decided(graph, text, kept)[: query.limit]


def _order(entry: Entry, likeness: Likeness | None, certain: Sequence[Entry]) -> tuple[bool, float]:
    return entry not in certain, -likeness.similarity if likeness else 0.0


def _entries(graph: Graph, query: Query, forms: Sequence[str]) -> tuple[Entry, ...]:
    if not forms:
        return ()
    found = identified(graph.names.schema, forms, query.kinds)
    return tuple(hit.entry for hit in graph.names.hits(found, limit=LOOKED_AT))


def _rated(entry: Entry, likeness: Likeness | None, evidence: Evidence, query: Query) -> Candidate:
    """A thing with its score: what its best name comes to, raised by what speaks for it, lowered by what does not."""
    # Without a name all rests on the rest.
    score = 100 * likeness.similarity if likeness else 100.0 if evidence.identified else 50.0
    for _ in evidence.agreed:
        score += (100 - score) * 0.4
    score *= 0.85 ** len(evidence.missing) * 0.6 ** len(evidence.contradicted)
    if evidence.identified and not evidence.contradicted:
        score = 100.0 if likeness is None or likeness.agreement else max(score, 60.0)
    if query.preferred and entry.kind not in query.preferred:
        score *= 0.9
    return Candidate(entry, round(score, 1), likeness, evidence)


def _likeness(entry: Entry, text: str) -> Likeness:
    """How a text and the best of a thing's names agree."""
    if entry.kind == "Person":
        asked = parse_name(text)
        return max(compare_names(asked, name) for name in (entry.label, *entry.others))
    best = max(compare_titles(text, name) for name in (entry.label, *entry.others))
    if best == 1.0:
        return Likeness(Agreement.IDENTICAL, 1.0)
    if entry.acronyms and max(compare_titles(text, name) for name in entry.acronyms) == 1.0:
        return Likeness(Agreement.INITIALS, max(0.9, best))
    agreement = Agreement.SPELLING if best >= 0.9 else Agreement.PARTIAL if best >= 0.7 else Agreement.DIFFERENT
    return Likeness(agreement, round(0.96 * best, 3))


def _decided(graph: Graph, text: str, rated: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The candidates with the first one marked where it is certain."""
    if not rated:
        return ()
    first, *rest = rated
    is_alone = not any(each.score > first.score - NEAR for each in rest)
    chance = _chance(graph, text) if text and first.entry.kind == "Person" else None
    match = _is_certain(first, text, chance, rest) if is_alone or first.evidence.identified else False
    return (
        first._replace(is_alone=is_alone, chance=chance, match=match),
        *(each._replace(is_alone=False) for each in rest),
    )


def _is_certain(first: Candidate, text: str, chance: float | None, rest: Iterable[Candidate]) -> bool:
    """Whether the first candidate is meant: by an identifier, or by its whole name and something that speaks for it."""
    evidence = first.evidence
    if evidence.contradicted:
        return False
    if evidence.identified:
        alone = not any(each.evidence.identified for each in rest)
        return alone and (first.likeness is None or first.likeness.agreement > Agreement.DIFFERENT)
    if first.likeness is None or evidence.missing:
        return False
    agreement = first.likeness.agreement
    if agreement == Agreement.INITIALS:
        return False
    if evidence.agreed:
        return agreement >= Agreement.SPELLING or (agreement == Agreement.PARTIAL and not first.likeness.letters)
    if first.entry.kind == "Person":
        is_whole = agreement >= Agreement.REORDERED and parse_name(text).is_full
        return is_whole and chance is not None and chance < CHANCE
    return agreement == Agreement.IDENTICAL and _is_telling(first.entry.kind, text)


def _is_telling(kind: str, text: str) -> bool:
    """Whether a title or name is long enough to be no other's by chance."""
    words = title_words(text)
    if kind in {"Work", "Source"}:
        return len(words) >= 3 and sum(map(len, words)) >= 15
    return sum(map(len, words)) >= 5


def _chance(graph: Graph, text: str) -> float:
    """How many persons of a graph this size are expected to have all words of a name, if names were drawn by chance."""
    index = graph.names
    persons = max(index.number("Person"), 1)
    expected = float(persons)
    for word in parse_name(text).words:
        if len(word) > 1:
            expected *= max(index.frequency(word, "Person"), 1) / persons
    return expected
