"""Citations: works as reference managers know them."""

from __future__ import annotations

import hashlib
import re
from array import array
from bisect import bisect_left
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import Literal, NamedNode

from ipcgraph.identifiers import slug
from ipcgraph.publish.citations.authors import Author, author_name, is_short_for
from ipcgraph.vocabulary import CONCEPTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ipcgraph.publish.reading import Reading

TYPES: Final = ("report", "working-paper", "article", "research-brief", "book", "final-report", "commission-report")
"""The work types that come with ipcgraph."""

_NEVER_PRINTED: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+"
)
"""Control characters, line ends and what turns the direction of a text: a citation is one line of text."""


class Citation(NamedTuple):
    """A work as it is cited. What the graph does not say is empty; nothing is made up."""

    iri: str
    key: str
    """What it is cited by: the end of its IRI, so that it stays the same."""
    kind: str
    """One of TYPES, that of the shipped concept above a center's own; empty where there is none."""
    genre: str
    """What its work type is called, as in `research brief`."""
    title: str
    authors: tuple[Author, ...]
    institutions: tuple[str, ...]
    """The organizations that put it out as their own."""
    issued: str
    """The date at the precision in which it is stated: `2022`, `2022-03` or `2022-03-21`."""
    topics: tuple[str, ...]
    doi: str
    isbn: str
    url: str
    summary: str
    """What our own words say of it: no abstract of the work's."""


class Bibliography:
    """The works of a graph as they are cited; what was asked before is kept, within bounds."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.citation = lru_cache(reading.kept)(self._citation)
        self._forms = lru_cache(reading.kept)(self._other_forms)

    def citations(self, works: Iterable[str]) -> Iterator[Citation]:
        """Works as they are cited, one after the other."""
        return map(self.citation, works)

    def _citation(self, work: str) -> Citation:
        """A work as it is cited; with the first where it has several DOIs, ISBNs or addresses."""
        reading = self.reading
        kind, genre = _kind(reading, work)
        return Citation(
            iri=work,
            key=citation_key(work, base=reading.base),
            kind=kind,
            genre=genre,
            title=one_line(reading.label(work)),
            authors=tuple(self._authors(work)),
            institutions=tuple(_labels(reading, work, "producedBy")),
            issued=reading.value(work, "issued"),
            topics=tuple(_labels(reading, work, "topic")),
            doi=reading.value(work, "doi"),
            isbn=reading.value(work, "isbn"),
            url=reading.value(work, "url"),
            summary=one_line(reading.value(work, "summary")),
        )

    def _authors(self, work: str) -> Iterator[Author]:
        """The authors in the order printed; who has no position stands last."""
        reading = self.reading
        authorships = [term.value for term in reading.values(work, "hasAuthorship") if isinstance(term, NamedNode)]
        for authorship in sorted(authorships, key=lambda iri: (_position(reading, iri), iri)):
            for author in reading.values(authorship, "author"):
                if isinstance(author, NamedNode):
                    yield self._author(author.value, one_line(reading.value(authorship, "nameAsListed")))

    def _author(self, author: str, listed: str) -> Author:
        """The author under the name that the work prints; in full where it prints the same name with initials."""
        name = one_line(self.reading.label(author))
        if self.reading.kind(author) in _ORGANIZATIONS:
            return Author(listed or name, institution=True)
        printed = listed if listed and not is_short_for(listed, name) else name
        return author_name(printed, (name, *self._forms(author)))

    def _other_forms(self, person: str) -> tuple[str, ...]:
        """The other names of a person, and those that works print."""
        reading = self.reading
        authorships = filter(self._has_name, reading.subjects("author", person))
        listed = (reading.value(authorship, "nameAsListed") for authorship in authorships)
        others = (term.value for term in reading.values(person, "alternateName") if isinstance(term, Literal))
        return tuple(sorted(filter(None, {one_line(form) for form in (*listed, *others)})))

    def _has_name(self, authorship: str) -> bool:
        """Whether an authorship has the name as listed; of very few that have none it is said, too."""
        found = bisect_left(self._named, number := hash(authorship))
        return found < len(self._named) and self._named[found] == number

    @cached_property
    def _named(self) -> array[int]:
        """The hashes of the authorships that have the name as listed, sorted: to look at every one takes far longer."""
        reading = self.reading
        quads = reading.store.statements(None, NamedNode(reading.keys["nameAsListed"]))
        return array("q", sorted(hash(quad.subject.value) for quad in quads if isinstance(quad.subject, NamedNode)))


def citation_key(work: str, *, base: str) -> str:
    """What a work is cited by: what follows `work/` in its IRI, with `:` for `/`.

    An IRI that has no such end, or one that TeX could not read, gives its last words and a part of its hash.

    >>> citation_key("https://example.org/id/work/2022-the-missing-robots", base="https://example.org/id/")
    '2022-the-missing-robots'
    """
    path = work.removeprefix(base + "work/")
    if path != work and re.fullmatch("[a-z0-9-]+(?:/[a-z0-9-]+)*", path):
        return path.replace("/", ":")
    digest = hashlib.sha256(work.encode()).hexdigest()[:10]
    words = slug(work.rstrip("/").rpartition("/")[2].rpartition("#")[2], limit=60)
    return f"{words}:{digest}"


_ORGANIZATIONS: Final = frozenset(("Organization", "Partner", "Commission", "Center"))


def _position(reading: Reading, authorship: str) -> float:
    text = reading.value(authorship, "position")
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else float("inf")


def _kind(reading: Reading, work: str) -> tuple[str, str]:
    """The shipped work type at or above the work's own, and what its own is called."""
    for stated in reading.values(work, "workType"):
        if isinstance(stated, NamedNode):
            return _shipped(reading, stated.value), one_line(reading.label(stated.value))
    return "", ""


def _shipped(reading: Reading, concept: str) -> str:
    seen, waiting = {concept}, [concept]
    while waiting:
        scheme, _, word = waiting[0].removeprefix(CONCEPTS).partition("/")
        if scheme == "work-type" and word in TYPES:
            return word
        wider = [term.value for term in reading.values(waiting.pop(0), "broader") if isinstance(term, NamedNode)]
        waiting += [iri for iri in wider if iri not in seen]
        seen.update(wider)
    return ""


def _labels(reading: Reading, thing: str, key: str) -> list[str]:
    return [one_line(reading.label(term.value)) for term in reading.values(thing, key) if isinstance(term, NamedNode)]


def one_line(text: str) -> str:
    """The text without control characters and line ends, and with one space where there were several."""
    return " ".join(_NEVER_PRINTED.sub(" ", text).split())
