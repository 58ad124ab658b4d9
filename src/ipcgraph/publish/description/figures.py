"""Figures of a graph: its statements, things, classes, properties and links elsewhere, counted in one pass."""

from __future__ import annotations

import re
from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import Literal

from ipcgraph.parameters import join, split
from ipcgraph.tables import Table
from ipcgraph.vocabulary import PREFIXES, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    import numpy.typing as npt

    from ipcgraph.store import Store

REGISTERS: Final[Mapping[str, str]] = MappingProxyType({
    "https://doi.org/": "DOI",
    "https://orcid.org/": "ORCID",
    "https://ror.org/": "ROR",
    "http://www.wikidata.org/entity/": "Wikidata",
    "https://isni.org/isni/": "ISNI",
    "https://openalex.org/": "OpenAlex",
})  # fmt: skip
"""The registers whose identifiers the rule `same-as` turns into links, by the start of their IRIs."""

SAME_AS: Final = PREFIXES["schema"] + "sameAs"

_TYPE: Final = str(TYPE)
_SAME_AS: Final = f"<{SAME_AS}>"
_RECENT: Final = 20_000
"""So many hashes are kept as Python's numbers before they are packed."""


RECOUNT: Final = """
PREFIX schema: <https://schema.org/>
SELECT ?figure ?of ?number ?subjects ?objects WHERE {
  { SELECT ("all" AS ?figure) (COUNT(*) AS ?number) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
    { ?s ?p ?o } }
  UNION
  { SELECT ("things" AS ?figure) (COUNT(DISTINCT ?s) AS ?number) { ?s a ?class . FILTER(STRSTARTS(STR(?s), $base)) } }
  UNION
  { SELECT ("class" AS ?figure) (?class AS ?of) (COUNT(DISTINCT ?s) AS ?number) { ?s a ?class } GROUP BY ?class }
  UNION
  { SELECT ("property" AS ?figure) (?p AS ?of) (COUNT(*) AS ?number)
      (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
    { ?s ?p ?o } GROUP BY ?p }
  UNION
  { SELECT ("links" AS ?figure) (?register AS ?of) (COUNT(*) AS ?number)
    { ?s schema:sameAs ?o
      BIND("https://(?:(?:doi|orcid|ror|openalex)[.]org|isni[.]org/isni)/" AS ?known)
      BIND(CONCAT("^(", ?known, "|http://www[.]wikidata[.]org/entity/|[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*/?).*$") AS ?all)
      BIND(REPLACE(STR(?o), ?all, "$1", "s") AS ?register) }
    GROUP BY ?register }
}
"""
"""The same figures asked of a store in SPARQL, so that each can be checked by another engine; `$base` is a text."""


class PropertyFigures(NamedTuple):
    """How often a property occurs, and with how many different subjects and values."""

    statements: int
    subjects: int
    objects: int


class Figures(NamedTuple):
    """What a graph holds. Classes, properties and links are sorted by IRI."""

    statements: int
    things: int
    """The IRIs under the base that have a class."""
    subjects: int
    objects: int
    classes: Mapping[str, int]
    """How many things are of each class, by its IRI."""
    properties: Mapping[str, PropertyFigures]
    links: Mapping[str, int]
    """How many `schema:sameAs` lead to each register, by the start of its IRIs; of an unknown one, its host."""


def figures(lines: Iterable[str], *, base: str) -> Figures:
    """The figures of a graph, given as the lines of its N-Triples, each once, in any order.

    Different terms are told apart by 64 bits of their hash, eight bytes each in memory: with ten million of them the
    chance that two fall together is one in three hundred thousand.
    """
    counting = _Counting(base)
    for line in lines:
        counting.count(line)
    return counting.figures()


def recount(store: Store, *, base: str) -> Figures:
    """The figures of a store's default graph, counted by its own SPARQL engine; slower, and a check of `figures`."""
    answer = store.query(join(split(RECOUNT), {"base": Literal(base)}))
    rows = answer.texts() if isinstance(answer, Table) else ()
    number = {(figure, of): tuple(int(each or 0) for each in numbers) for figure, of, *numbers in rows}

    def of(figure: str) -> dict[str, tuple[int, ...]]:
        return {name: numbers for (kind, name), numbers in sorted(number.items()) if kind == figure}

    statements, subjects, objects = number["all", ""]
    return Figures(
        statements=statements,
        things=number["things", ""][0],
        subjects=subjects,
        objects=objects,
        classes=MappingProxyType({name: counted[0] for name, counted in of("class").items()}),
        properties=MappingProxyType({name: PropertyFigures(*counted) for name, counted in of("property").items()}),
        links=MappingProxyType({name: counted[0] for name, counted in of("links").items()}),
    )


class _Counting:
    def __init__(self, base: str) -> None:
        self._base = "<" + base
        self._things, self._subjects, self._objects = _Distinct(), _Distinct(), _Distinct()
        self._classes: Counter[str] = Counter()
        self._links: Counter[str] = Counter()
        self._properties: dict[str, tuple[_Distinct, _Distinct]] = {}
        self._statements: Counter[str] = Counter()

    def count(self, line: str) -> None:
        subject, predicate, rest = line.split(" ", 2)
        value = rest.rstrip().removesuffix(".").rstrip()
        subject_hash, value_hash = hash(subject), hash(value)
        if predicate not in self._properties:
            self._properties[predicate] = _Distinct(), _Distinct()
        subjects, objects = self._properties[predicate]
        self._statements[predicate] += 1
        subjects.add(subject_hash)
        objects.add(value_hash)
        self._subjects.add(subject_hash)
        self._objects.add(value_hash)
        if predicate == _TYPE:
            self._classes[value] += 1
            if subject.startswith(self._base):
                self._things.add(subject_hash)
        elif predicate == _SAME_AS:
            self._links[_register(value[1:-1])] += 1

    def figures(self) -> Figures:
        properties = {
            predicate[1:-1]: PropertyFigures(self._statements[predicate], len(subjects), len(objects))
            for predicate, (subjects, objects) in sorted(self._properties.items())
        }
        return Figures(
            statements=self._statements.total(),
            things=len(self._things),
            subjects=len(self._subjects),
            objects=len(self._objects),
            classes=MappingProxyType({name[1:-1]: number for name, number in sorted(self._classes.items())}),
            properties=MappingProxyType(properties),
            links=MappingProxyType(dict(sorted(self._links.items()))),
        )


def _register(iri: str) -> str:
    for start in REGISTERS:
        if iri.startswith(start):
            return start
    host = re.match(r"[a-z][a-z0-9+.-]*://[^/?#]*/?", iri, re.IGNORECASE)
    return host[0] if host else iri.partition(":")[0] + ":"


class _Distinct:
    """A set of hashes, packed as soon as there are many."""

    def __init__(self) -> None:
        self._recent: set[int] = set()
        self._packed: npt.NDArray[np.int64] | None = None
        self._limit = _RECENT

    def add(self, value: int) -> None:
        self._recent.add(value)
        if len(self._recent) >= self._limit:
            self._pack()

    def _pack(self) -> None:
        import numpy as np

        from ipcgraph.distinct import distinct

        recent = np.fromiter(self._recent, np.int64, len(self._recent))
        self._packed = distinct(recent if self._packed is None else np.concatenate([self._packed, recent]))
        self._recent.clear()
        # The larger the set, the more rarely it is packed, so that the whole stays linear.
        self._limit = max(_RECENT, len(self._packed) // 4)

    def __len__(self) -> int:
        if self._packed is None:
            return len(self._recent)
        self._pack()
        return len(self._packed)
