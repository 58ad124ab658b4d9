"""What speaks for a candidate beside its name: identifiers, co-authors, affiliations, works, years and other values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.identifiers import normalise
from ipcgraph.names import Agreement, compare_names, parse_name
from ipcgraph.server.reconcile.properties import IDENTIFIERS, KEYS, property_named, values_of
from ipcgraph.server.search.entries import EVIDENCE
from ipcgraph.server.search.matching import having
from ipcgraph.titles import compare_titles, title_sense
from ipcgraph.vocabulary import compact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ipcgraph.server.reconcile.batch import Condition
    from ipcgraph.server.reconcile.candidates import Graph
    from ipcgraph.server.search.entries import Entry

ALIKE: Final = 0.9
"""Titles that are so alike are the same."""
CLOSELY: Final = 3
"""So many things are gone through for what the index does not find."""
FEW: Final = 60
"""The works of a person with more of them are not gone through."""
_PERSONS: Final = frozenset({"coauthor", "author"})


class Evidence(NamedTuple):
    """What a client's conditions say of one thing: the keys of the properties."""

    identified: bool = False
    """Whether it has an identifier that was asked for."""
    agreed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """It has values, and none of them is the one asked for; there may be more than the graph knows."""
    contradicted: tuple[str, ...] = ()
    """It has another value where there can be one only: another ORCID, another year."""
    unknown: tuple[str, ...] = ()
    """The graph has no value to compare with."""


class Witness:
    """The conditions of a query, to be put to its candidates."""

    def __init__(self, graph: Graph, conditions: Sequence[Condition]) -> None:
        self._graph = graph
        self._by_key: dict[str, list[Condition]] = {}
        self.strange: list[str] = []
        """The properties that nobody knows: nothing is compared by them."""
        for condition in conditions:
            known = property_named(condition.key)
            if known is None:
                self.strange.append(condition.key)
            else:
                self._by_key.setdefault(known.key, []).append(condition)

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The identifiers that are asked for, as the index has them."""
        found = []
        for key in IDENTIFIERS & self._by_key.keys():
            normal = (normalise(key, condition.id or condition.text) for condition in self._by_key[key])
            found += [f"{key}:{value}" for value in normal if value]
        return tuple(sorted(found))

    def evidence(self, entries: Sequence[Entry], identified: set[str]) -> Mapping[str, Evidence]:
        """What the conditions say of each of some things, by IRI; `identified` are those found by an identifier.

        The things come with the likeliest first: only these are gone through for initials and parts of names.
        """
        by_sort = {str(sort): self._having(sort, entries) for sort in EVIDENCE if sort in self._by_key}
        found: dict[str, Evidence] = {}
        for place, entry in enumerate(entries):
            found[entry.iri] = self._of(
                entry, identified=entry.iri in identified, by_sort=by_sort, closely=place < CLOSELY
            )
        return found

    def _having(self, sort: str, entries: Sequence[Entry]) -> frozenset[str]:
        """The IRIs of those that have a co-author, an affiliation … of this name, also with a letter or two wrong."""
        names = self._graph.names
        iris = [entry.iri for entry in entries]
        found: set[str] = set()
        for condition in self._by_key[sort]:
            text = self._text(condition)
            key = parse_name(text).key if sort in _PERSONS else title_sense(text)
            if key and iris:
                hits = names.hits(having(names.schema, iris, sort, key), limit=len(iris))
                found.update(hit.entry.iri for hit in hits)
        return frozenset(found)

    def _text(self, condition: Condition) -> str:
        """What the value is called: the name in the graph of a thing that the client has matched already."""
        iri = self._graph.find(condition.id)
        return self._graph.reading.name(iri) if iri else condition.text

    def _of(self, entry: Entry, *, identified: bool, by_sort: Mapping[str, frozenset[str]], closely: bool) -> Evidence:
        sides: dict[str, list[str]] = {"agreed": [], "missing": [], "contradicted": [], "unknown": []}
        for key, conditions in self._by_key.items():
            if key in IDENTIFIERS:
                side = _identifier_side(entry, key, conditions)
            elif key in by_sort:
                side = "agreed" if entry.iri in by_sort[key] else self._lacking(entry, key, closely=closely)
            elif key in {"year", "issued"} and entry.year:
                side = _year_side(entry, conditions)
            else:
                side = self._value_side(entry, key, conditions)
            sides[side].append(key)
        told = {name: tuple(keys) for name, keys in sides.items()}
        is_identified = identified and not set(told["contradicted"]) & IDENTIFIERS
        return Evidence(is_identified, **told)

    def _lacking(self, entry: Entry, key: str, *, closely: bool) -> str:
        """What it says that the index knows no such co-author, work … of a thing."""
        if not closely or entry.works > FEW:
            return "missing" if entry.works and key != "affiliation" else "unknown"
        values = values_of(self._graph.reading, entry.iri, KEYS[key])
        compare = _same_person if key in _PERSONS else _same_title
        wanted = [self._text(condition) for condition in self._by_key[key]]
        if any(compare(text, value.text) for text in wanted for value in values):
            return "agreed"
        return "missing" if values else "unknown"

    def _value_side(self, entry: Entry, key: str, conditions: Sequence[Condition]) -> str:
        values = values_of(self._graph.reading, entry.iri, KEYS[key])
        if not values:
            return "unknown"
        for condition in conditions:
            ids = {condition.id, condition.text} - {""}
            for value in values:
                short = compact(value.iri, base=self._graph.base) if value.iri else ""
                if ids & {value.iri, short, value.text, short.rpartition("/")[2]}:
                    return "agreed"
                if compare_titles(condition.text, value.text) >= ALIKE:
                    return "agreed"
        return "missing"


def _same_person(one: str, other: str) -> bool:
    # That one of many co-authors has these initials says little: a name must agree in full.
    return compare_names(one, other).agreement >= Agreement.PARTIAL


def _same_title(one: str, other: str) -> bool:
    return compare_titles(one, other) >= ALIKE


def _identifier_side(entry: Entry, key: str, conditions: Sequence[Condition]) -> str:
    own = {value for scheme, value in entry.identifiers if scheme == key}
    asked = {normalise(key, condition.id or condition.text) for condition in conditions} - {None}
    if not own or not asked:
        return "unknown"
    if own & asked:
        return "agreed"
    # One thing has many web addresses.
    return "missing" if key == "url" else "contradicted"


def _year_side(entry: Entry, conditions: Sequence[Condition]) -> str:
    years = {int(text[:4]) for condition in conditions if (text := condition.text)[:4].isdecimal()}
    if not years:
        return "unknown"
    if entry.year in years:
        return "agreed"
    return "missing" if any(abs(entry.year - year) == 1 for year in years) else "contradicted"
