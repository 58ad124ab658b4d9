"""What publishing asks of a built graph: its things, their labels and values, by look-ups in the store's indexes."""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from pyoxigraph import Literal, NamedNode

from ipcgraph.errors import UsageError
from ipcgraph.files import read_regular
from ipcgraph.ontology import read_ontology
from ipcgraph.publish.labels import part_label
from ipcgraph.publish.sorting import sorted_lines
from ipcgraph.shipped import shipped_folder
from ipcgraph.spelling import suggestion
from ipcgraph.statements import Term, term_text
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.vocabulary import IPCG, TYPE, compact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

KEPT: Final = 20_000
"""So many things stay in memory with what is said of them, and so many labels; the longest unused go first."""

NAMES: Final = ("name", "title", "prefLabel")
"""The keys of what a thing is called."""
_TRUE: Final = frozenset({"true", "1"})


class Thing(NamedTuple):
    """A thing that the site has documents for."""

    iri: str
    kind: str
    """The local name of its class: `Person`, `Work`, `Authorship`, `Passage`, `Claim` …"""
    label: str


class Reading:
    """A built graph, as publishing asks it.

    Every answer comes from look-ups in an index, never from a query, and memory is bounded however large the graph is.
    Answers are in the same order in every run: things and IRIs by their characters, values as N-Triples writes them.
    Several processes can each `open` the same store.
    """

    def __init__(self, store: EmbeddedStore, *, base: str, kept: int = KEPT) -> None:
        self.base = base
        self.kept = kept
        self._store = store
        context = json.loads(read_regular(shipped_folder("ontology") / "context.jsonld"))["@context"]
        self.keys: Mapping[str, str] = {
            key: str(term["@id"] if isinstance(term, dict) else term)
            for key, term in context.items()
            if isinstance(term, dict) or (isinstance(term, str) and "://" in term and key != "xsd")
        }
        """The IRI of each key and of each class name that a record can have."""
        self._short = {iri: key for key, iri in self.keys.items()}
        self._nodes = {key: NamedNode(iri) for key, iri in self.keys.items()}
        self._described = lru_cache(kept)(self._look_up)
        self._pointing = lru_cache(kept)(self._find)
        self._labels = lru_cache(kept)(self._compose)
        self._kinds = lru_cache(kept)(self._classify)

    @classmethod
    def open(cls, store: Path, *, base: str, kept: int = KEPT) -> Self:
        """The reading of the store in this folder, to be closed; StoreError where there is none.

        `kept` is how many things, and how many labels, stay in memory.
        """
        return cls(EmbeddedStore.open(store), base=base, kept=kept)

    @property
    def store(self) -> EmbeddedStore:
        """The store that is read."""
        return self._store

    def close(self) -> None:
        self._described.cache_clear()
        self._pointing.cache_clear()
        self._labels.cache_clear()
        self._kinds.cache_clear()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def kinds(self) -> Iterator[tuple[str, str]]:
        """The IRI of every thing of the site with its kind, sorted by IRI.

        These are the IRIs under the base that have a class, and with an empty kind those of records that only say where
        a thing has gone: whoever has kept such an IRI is to find it.
        """
        typed = (f"{iri}\t{kind}" for iri, kind in self.typed())
        former = (f"{iri}\t" for iri in self.deprecated() if iri.startswith(self.base))
        lines = sorted_lines(chain(typed, former))
        for iri, group in groupby((line.split("\t") for line in lines), key=itemgetter(0)):
            yield iri, self.class_name([kind for _, kind in group if kind])

    def typed(self) -> Iterator[tuple[str, str]]:
        """The IRIs of each thing under the base and of each of its classes, in no order."""
        base = self.base
        for quad in self._store.statements(None, TYPE):
            node, kind = quad.subject, quad.object
            if isinstance(node, NamedNode) and isinstance(kind, NamedNode) and node.value.startswith(base):
                yield node.value, kind.value

    def deprecated(self) -> Mapping[str, str]:
        """The IRI of each record that is no more, sorted, and of what has taken its place; empty where nothing has.

        Of several successors it is the first.
        """
        found: dict[str, str] = {}
        for quad in self._store.statements(None, self._nodes["deprecated"]):
            if isinstance(quad.subject, NamedNode) and term_text(quad.object) in _TRUE:
                found[quad.subject.value] = ""
        for quad in self._store.statements(None, self._nodes["isReplacedBy"]):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                iri, successor = quad.subject.value, quad.object.value
                found[iri] = min(found.get(iri) or successor, successor)
        return dict(sorted(found.items()))

    def is_deprecated(self, iri: str) -> bool:
        """Whether a record is no more."""
        return bool(self.values(iri, "isReplacedBy")) or self.value(iri, "deprecated") in _TRUE

    def has_documents(self, iri: str) -> bool:
        """Whether an IRI under the base is that of a thing of the site."""
        return bool(self.kind(iri)) or self.is_deprecated(iri)

    def iris(self) -> Iterator[str]:
        """The IRI of every thing of the site, sorted."""
        return (iri for iri, _ in self.kinds())

    def things(self) -> Iterator[Thing]:
        """Every thing of the site, sorted by IRI."""
        return (Thing(iri, kind, self.label(iri)) for iri, kind in self.kinds())

    def instances(self, *kinds: str) -> Iterator[str]:
        """The IRIs of the things of these kinds, sorted; UsageError for a name that is no class of the ontology."""
        nodes = [self._node(kind) for kind in kinds]
        found = (quad.subject for node in nodes for quad in self._store.statements(None, TYPE, node))
        base = self.base
        return sorted_lines(node.value for node in found if isinstance(node, NamedNode) and node.value.startswith(base))

    def lines(self) -> Iterator[str]:
        """The statements of the graph as lines of N-Triples without line ends, sorted: all that is published of it.

        The shipped ontology and its schemes are left out, since they have documents of their own; so is the graph of
        what is derived, whose statements are among the others and whose properties the ontology marks as derived.
        """
        shipped = {f"{quad.triple} ." for quad, _ in read_ontology().statements}
        return sorted_lines(line for line in self._store.lines() if line not in shipped)

    def thing(self, iri: str) -> Thing:
        """The thing with this IRI; its kind is empty where nothing says what it is."""
        return Thing(iri, self.kind(iri), self.label(iri))

    def kind(self, iri: str) -> str:
        """The local name of the thing's class, of our own ontology where it has several; empty where it has none."""
        return self._kinds(iri)

    def class_name(self, classes: Sequence[str]) -> str:
        """The local name of the class that goes first among these IRIs, which are sorted; empty where there is none."""
        chosen = next((name for name in classes if name.startswith(IPCG)), classes[0] if classes else "")
        return self._short.get(chosen) or chosen.rpartition("#")[2].rpartition("/")[2]

    def label(self, iri: str) -> str:
        """What a reader calls the thing, never empty; not escaped for HTML.

        A thing is called by its name; a part (a role, an authorship, a count …) by what it joins, as in `Ada Lovelace:
        director, Harbour Institute`; a record that only says where a thing has gone by its id.
        """
        return self._labels(iri)

    def name(self, iri: str) -> str:
        """The name, title or preferred label of a thing, in English or without a language where it has several.

        Else the last part of its IRI under the base, and any other IRI as it is.
        """
        for key in NAMES:
            names = [term for term in self._values(iri, self.keys[key]) if isinstance(term, Literal)]
            if names:
                names.sort(key=lambda name: (name.language != "en", name.language is not None))
                return names[0].value or iri
        short = compact(iri, base=self.base)
        return iri if short == iri else short.rstrip("/").rpartition("/")[2] or iri

    def values(self, subject: str, key: str) -> tuple[Term, ...]:
        """What a thing has for a key of the ontology, as `holder`; UsageError for no such key."""
        return self._values(subject, self._node(key).value)

    def value(self, subject: str, key: str) -> str:
        """The text of the first value, empty where there is none."""
        found = self.values(subject, key)
        return term_text(found[0]) if found else ""

    def texts(self, key: str) -> Iterator[tuple[str, str]]:
        """The IRI and the text of every value that any thing under the base has for a key, in no order."""
        for quad in self._store.statements(None, self._node(key)):
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(self.base):
                yield quad.subject.value, term_text(quad.object)

    def subjects(self, key: str, value: str) -> tuple[str, ...]:
        """The IRIs of the things that have this IRI for a key."""
        return self._pointing(key, value)

    def statements(self, subject: str) -> Mapping[str, tuple[Term, ...]]:
        """Everything said of a thing: the IRI of each property, sorted, with its values, sorted."""
        return self._described(subject)

    def references(self, value: str) -> Iterator[tuple[str, str]]:
        """Subject and property, as IRIs, of each statement that points to a thing; in no order that means something."""
        for quad in self._store.statements(None, None, NamedNode(value)):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject.value, quad.predicate.value

    def key(self, iri: str) -> str:
        """The key that stands for the IRI of a property, or the class name for that of a class; else empty."""
        return self._short.get(iri, "")

    def _find(self, key: str, value: str) -> tuple[str, ...]:
        quads = self._store.statements(None, self._node(key), NamedNode(value))
        return tuple(sorted(quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)))

    def _classify(self, iri: str) -> str:
        # Of many a thing only its kind is asked, and this takes a seventh of the time of looking up all of it.
        quads = self._store.statements(NamedNode(iri), TYPE)
        return self.class_name(sorted(quad.object.value for quad in quads if isinstance(quad.object, NamedNode)))

    def _compose(self, iri: str) -> str:
        kind = self.kind(iri)
        if not kind and self.is_deprecated(iri):
            return compact(iri, base=self.base)
        return part_label(self, kind, iri) or self.name(iri)

    def _values(self, subject: str, predicate: str) -> tuple[Term, ...]:
        return self._described(subject).get(predicate, ())

    def _look_up(self, subject: str) -> dict[str, tuple[Term, ...]]:
        found: dict[str, list[Term]] = {}
        for quad in self._store.statements(NamedNode(subject)):
            found.setdefault(quad.predicate.value, []).append(quad.object)
        return {
            predicate: (values[0],) if len(values) == 1 else tuple(sorted(values, key=str))
            for predicate, values in sorted(found.items())
        }

    def _node(self, key: str) -> NamedNode:
        if key in self._nodes:
            return self._nodes[key]
        remedy = suggestion(key, self._nodes, "write a key of ontology/context.jsonld")
        raise UsageError(f"the ontology has no key {key!r}; {remedy}")
