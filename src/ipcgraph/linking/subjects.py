"""Subjects: the people and organizations that lack an identifier, with all that can be compared with others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import NamedNode

from ipcgraph.identifiers import SCHEMES
from ipcgraph.statements import term_text
from ipcgraph.vocabulary import IPCG, PREFIXES, TYPE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pyoxigraph import BlankNode

    from ipcgraph.store.embedded import EmbeddedStore

KINDS: Final = {
    "Person": ("Person",),
    "Organization": ("Organization", "Center", "Partner", "Commission"),
}
"""The two kinds that are linked, with their classes."""
LINKED: Final = {
    "wikidata": ("Person", "Organization"),
    "ror": ("Organization",),
    "openalex": ("Person", "Organization"),
}
"""The schemes, with the kinds of things that have such an identifier."""
MOST: Final = 20
"""So many works of a person are told to a service, the newest: one in common is enough."""
_IDENTIFIERS: Final = ("orcid", "ror", "isni", "wikidata", "openalex")


class Work(NamedTuple):
    """A work of a person, as far as it can be recognised."""

    id: str
    title: str
    year: int
    """0 where the work has none."""
    doi: str


class Subject(NamedTuple):
    """A person or an organization of the graph, and what is known of it."""

    id: str
    kind: str
    """`Person` or `Organization`."""
    names: tuple[str, ...]
    """Its name first, then other names, and names as works print them."""
    acronyms: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    """Those it has, each with its scheme."""
    works: tuple[Work, ...] = ()
    """Of a person, the newest first, MOST at most."""
    coauthors: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    """Of an organization: the codes and names of the country in which it is a partner."""
    years: tuple[int, ...] = ()
    """Of a person the years of works and roles; of an organization that in which it was founded."""


class Subjects:
    """The subjects of a store."""

    def __init__(self, store: EmbeddedStore, base: str) -> None:
        self._store, self.base = store, base

    def ids(self, kind: str) -> tuple[str, ...]:
        """The ids of all people or organizations, sorted."""
        found = {
            quad.subject.value
            for name in KINDS[kind]
            for quad in self._store.statements(None, TYPE, NamedNode(IPCG + name))
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(self.base)
        }
        return tuple(sorted(iri.removeprefix(self.base) for iri in found))

    def kind(self, record: str) -> str:
        """`Person` or `Organization`, as a thing is; empty where it is neither, or there is none."""
        classes = {quad.object for quad in self._store.statements(self._node(record), TYPE)}
        return next((kind for kind, names in KINDS.items() if classes & {NamedNode(IPCG + name) for name in names}), "")

    def is_taken(self, record: str) -> bool:
        """Whether anything is said of an id."""
        return next(self._store.statements(self._node(record)), None) is not None

    def lacking(self, scheme: str, ids: Collection[str]) -> Iterator[str]:
        """Those of some ids whose things have no identifier of a scheme."""
        return (each for each in ids if not self._texts(self._node(each), scheme))

    def holder(self, scheme: str, value: str) -> str:
        """The id of the thing that has an identifier; empty where none has."""
        for each in self._subjects(scheme, value):
            if each.value.startswith(self.base):
                return each.value.removeprefix(self.base)
        return ""

    def read(self, record: str, kind: str) -> Subject:
        """What is known of a thing."""
        node = self._node(record)
        identifiers = tuple((key, value) for key in _IDENTIFIERS for value in self._texts(node, key))
        names = [*self._texts(node, "foaf:name"), *self._texts(node, "alternateName")]
        if kind == "Organization":
            years = tuple(_year(value) for value in self._texts(node, "founded") if _year(value))
            acronyms = tuple(self._texts(node, "acronym"))
            return Subject(
                record, kind, _once(names), acronyms, identifiers, countries=self._countries(node), years=years
            )
        authorships = self._subjects("author", node)
        names += [name for part in authorships for name in self._texts(part, "nameAsListed")]
        works = sorted(
            (self._work(work) for work in self._subjects("creator", node)), key=lambda work: (-work.year, work)
        )
        roles = self._subjects("holder", node)
        places = [place for role in roles for place in self._nodes(role, "heldAt")]
        places += [place for part in authorships for place in self._nodes(part, "affiliation")]
        active = sorted(
            {work.year for work in works} | {_year(start) for role in roles for start in self._texts(role, "start")}
        )
        return Subject(
            record, kind, _once(names), (), identifiers, tuple(works[:MOST]), self._coauthors(node, works[:MOST]),
            _once(name for place in places for name in self._texts(place, "foaf:name")), (),
            tuple(year for year in active if year),
        )  # fmt: skip

    def _work(self, work: NamedNode) -> Work:
        title = next(iter(self._texts(work, "dcterms:title")), "")
        year = _year(next(iter(self._texts(work, "issued")), ""))
        return Work(work.value.removeprefix(self.base), title, year, next(iter(self._texts(work, "doi")), ""))

    def _coauthors(self, person: NamedNode, works: Collection[Work]) -> tuple[str, ...]:
        others = {
            author for work in works for author in self._nodes(self._node(work.id), "creator") if author != person
        }
        return tuple(sorted({name for other in others for name in self._texts(other, "foaf:name")}))

    def _countries(self, organization: NamedNode) -> tuple[str, ...]:
        """The country of a partner: that of a partnership in which it is the only one, of one country only."""
        found: list[str] = []
        for partnership in self._subjects("partner", organization):
            countries = self._nodes(partnership, "partnerCountry")
            if len(countries) == 1 and len(self._nodes(partnership, "partner")) == 1:
                found += [*self._texts(countries[0], "countryCode"), *self._texts(countries[0], "foaf:name")]
        return _once(found)

    def _node(self, record: str) -> NamedNode:
        return NamedNode(self.base + record)

    def _texts(self, subject: NamedNode, key: str) -> list[str]:
        return sorted(term_text(quad.object) for quad in self._store.statements(subject, _property(key)))

    def _nodes(self, subject: NamedNode, key: str) -> list[NamedNode]:
        found = (quad.object for quad in self._store.statements(subject, _property(key)))
        return sorted((each for each in found if isinstance(each, NamedNode)), key=lambda node: node.value)

    def _subjects(self, key: str, value: NamedNode | str) -> list[NamedNode]:
        from pyoxigraph import Literal

        term = Literal(value) if isinstance(value, str) else value
        found: Iterator[NamedNode | BlankNode | object] = (
            quad.subject for quad in self._store.statements(None, _property(key), term)
        )
        return sorted((each for each in found if isinstance(each, NamedNode)), key=lambda node: node.value)


def _property(key: str) -> NamedNode:
    prefix, colon, name = key.partition(":")
    return NamedNode(PREFIXES[prefix] + name if colon else IPCG + key)


def _year(text: str) -> int:
    return int(text[:4]) if text[:4].isdecimal() else 0


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def is_of_kind(scheme: str, value: str, kind: str) -> bool:
    """Whether an identifier can be that of a thing of a kind: OpenAlex names authors A… and institutions I….

    >>> is_of_kind("openalex", "A5023888391", "Person"), is_of_kind("openalex", "W1", "Person")
    (True, False)
    """
    if scheme not in SCHEMES or kind not in LINKED.get(scheme, ()):
        return False
    return scheme != "openalex" or value[:1] == ("A" if kind == "Person" else "I")
