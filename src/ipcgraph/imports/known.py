"""What a project's graph knows already: what imported records are held against."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import NamedNode

from ipcgraph.folding import folded
from ipcgraph.statements import term_text
from ipcgraph.titles import title_key
from ipcgraph.vocabulary import IPCG, PREFIXES, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.store.embedded import EmbeddedStore

IDENTIFIERS: Final = ("doi", "isbn", "openalex", "orcid", "ror", "wikidata", "isni")
"""The keys of identifiers that say of two records that they are one; an ISBN does so of books with one title."""
_KEYS: Final = {
    PREFIXES["foaf"] + "name": "name",
    PREFIXES["dcterms"] + "title": "title",
    PREFIXES["skos"] + "prefLabel": "prefLabel",
    PREFIXES["dcterms"] + "isReplacedBy": "isReplacedBy",
    **{IPCG + key: key for key in IDENTIFIERS},
    **{IPCG + key: key for key in ("alternateName", "acronym", "url", "issued", "workType", "evidence", "countryCode")},
    **{IPCG + key: key for key in ("fileName", "listedIn")},
}
_HAS_AUTHORSHIP, _AUTHOR, _POSITION, _LISTED = (
    NamedNode(IPCG + key) for key in ("hasAuthorship", "author", "position", "nameAsListed")
)
_CLASSES: Final = ("Work", "Person", "Organization", "Center", "Partner", "Commission", "Source", "Concept")


class Listed(NamedTuple):
    """An author of a known work."""

    position: int
    author: str
    """The id of a person or an organization."""
    name: str
    """As the work lists it; empty where that is the author's name."""


class Known:
    """The records of a graph by id, without its base; empty until something is read into it."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.kinds: dict[str, str] = {}
        """The class of each record: `Work`, `Person` …"""
        self.texts: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
        """What is said of each record, by key, as text."""
        self.authors: dict[str, list[Listed]] = {}
        """The authors of each work in order."""
        self.identified: dict[tuple[str, str], list[str]] = {}
        """The records that have an identifier, by scheme and value."""
        self.titled: defaultdict[str, list[str]] = defaultdict(list)
        """The works that have a title, by its key: see `titles.title_key`."""
        self.named: defaultdict[str, list[str]] = defaultdict(list)
        """The organizations that have a name, an acronym or another name, folded."""

    @classmethod
    def read(cls, store: EmbeddedStore, base: str) -> Known:
        """Everything that a built graph says of works, persons, organizations and sources."""
        known = cls(base)
        for name in _CLASSES:
            for quad in store.statements(None, TYPE, NamedNode(IPCG + name)):
                if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(base):
                    known.kinds[quad.subject.value.removeprefix(base)] = name
        for iri, key in _KEYS.items():
            for quad in store.statements(None, NamedNode(iri)):
                if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(base):
                    record = quad.subject.value.removeprefix(base)
                    known.texts[record].setdefault(key, []).append(term_text(quad.object))
        known._read_authors(store)
        known._index()
        return known

    def _read_authors(self, store: EmbeddedStore) -> None:
        said: dict[str, dict[str, str]] = defaultdict(dict)
        for property_, key in ((_AUTHOR, "author"), (_POSITION, "position"), (_LISTED, "name")):
            for quad in store.statements(None, property_):
                said[str(quad.subject)][key] = term_text(quad.object)
        for quad in store.statements(None, _HAS_AUTHORSHIP):
            one = said[str(quad.object)]
            if isinstance(quad.subject, NamedNode) and "author" in one:
                work = quad.subject.value.removeprefix(self.base)
                position = int(one["position"]) if one.get("position", "").isdigit() else 0
                listed = Listed(position, one["author"].removeprefix(self.base), one.get("name", ""))
                self.authors.setdefault(work, []).append(listed)
        for authors in self.authors.values():
            authors.sort()

    def _index(self) -> None:
        for record, said in sorted(self.texts.items()):
            for values in said.values():
                values.sort()
            for scheme in IDENTIFIERS:
                for value in said.get(scheme, ()):
                    self.identified.setdefault((scheme, value.lower()), []).append(record)
            kind = self.kinds.get(record)
            if kind == "Work":
                for title in (*said.get("title", ()), *said.get("alternateName", ())):
                    self.titled[title_key(title)].append(record)
            elif kind in {"Organization", "Center", "Partner", "Commission"}:
                for name in (*said.get("name", ()), *said.get("alternateName", ()), *said.get("acronym", ())):
                    self.named[folded(name)].append(record)

    def of_kind(self, kind: str) -> Iterator[str]:
        """The ids of the records of a class, sorted."""
        return (record for record in sorted(self.kinds) if self.kinds[record] == kind)

    def text(self, record: str, key: str) -> str:
        """The first value of a key, or empty."""
        return next(iter(self.texts.get(record, {}).get(key, ())), "")

    def with_identifier(self, scheme: str, value: str) -> str:
        """The id of the record that has this identifier, or empty."""
        return next(iter(self.identified.get((scheme, value.lower()), ())), "") if value else ""

    def is_taken(self, record: str) -> bool:
        """Whether an id is in use, or was."""
        return record in self.kinds or record in self.texts
