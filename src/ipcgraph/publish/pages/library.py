"""What every page asks of the graph and of the site: short looks at things, kept for a while in bounded memory."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import NamedNode

from ipcgraph.publish.citations.worklists import newest_first
from ipcgraph.publish.pages.periods import Span, duration_words
from ipcgraph.statements import term_text
from ipcgraph.vocabulary import CONCEPTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.publish.reading import Reading

LEADER: Final = CONCEPTS + "role-type/leader"

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "Center": ("Research center", "Centers"),
    "Person": ("Person", "People"),
    "Initiative": ("Initiative", "Initiatives"),
    "Work": ("Work", "Works"),
    "Partner": ("Partner", "Partners"),
    "Commission": ("Commission", "Commissions"),
    "Organization": ("Organization", "Organizations"),
    "Topic": ("Topic", "Topics"),
    "Place": ("Country", "Countries"),
    "Role": ("Role", "Roles"),
    "Partnership": ("Partnership", "Partnerships"),
    "Source": ("Source", "Sources"),
    "Concept": ("Concept", "Concepts"),
    "Claim": ("Claim", "Claims"),
    "Count": ("Amount", "Amounts"),
    "Authorship": ("Authorship", "Authorships"),
    "Passage": ("Passage", "Passages"),
}
"""What the things of each class are called: one of them, and several."""


class Author(NamedTuple):
    """One author of a work, with the name as the work prints it where that differs."""

    iri: str
    label: str
    position: int
    listed: str
    authorship: str


class Library:
    """A graph and a site as pages ask them. Its memory is bounded; nothing it gives is escaped for HTML."""

    def __init__(self, reading: Reading, addresses: Addresses, site: SiteFacts) -> None:
        self.reading = reading
        self.addresses = addresses
        self.site = site
        self.path = lru_cache(reading.kept)(self._path)
        self.byline = lru_cache(reading.kept)(self._byline)
        self.leads = lru_cache(1000)(self._leads)
        self.source = lru_cache(reading.kept)(self._source)

    def text(self, iri: str, key: str) -> str:
        """The first value for a key as text, empty where there is none; of no thing, too, as all looks here."""
        return self.reading.value(iri, key) if iri else ""

    def texts(self, iri: str, key: str) -> tuple[str, ...]:
        return tuple(term_text(term) for term in self.reading.values(iri, key)) if iri else ()

    def one(self, iri: str, key: str) -> str:
        """The IRI that is the first value for a key, empty where there is none."""
        return next(iter(self.many(iri, key)), "")

    def many(self, iri: str, key: str) -> tuple[str, ...]:
        if not iri:
            return ()
        return tuple(term.value for term in self.reading.values(iri, key) if isinstance(term, NamedNode))

    def word(self, iri: str, key: str) -> str:
        """What a concept that is the value of a key is called: `research stream`."""
        concept = self.one(iri, key)
        return self.reading.label(concept) if concept else ""

    def span(self, iri: str) -> Span:
        """When something held, as far as it is stated."""
        length = self.text(iri, "statedDuration")
        if not length:
            least, most = self.text(iri, "minDuration"), self.text(iri, "maxDuration")
            length = f"at least {duration_words(least)}" if least else f"at most {duration_words(most)}" if most else ""
        return Span(
            start=self.text(iri, "start"),
            end=self.text(iri, "end"),
            start_bounds=(self.text(iri, "startNotBefore"), self.text(iri, "startNotAfter")),
            end_bounds=(self.text(iri, "endNotBefore"), self.text(iri, "endNotAfter")),
            status=self.one(iri, "status").rpartition("/")[2],
            duration=length,
            stated=True,
        )

    def issued(self, iri: str) -> tuple[str, str]:
        """The date of a work as stated, and the first day that it can mean, which sorts; both empty where undated."""
        return self.text(iri, "issued"), self.text(iri, "issuedNotBefore")

    def newest_first(self, works: Iterable[str]) -> tuple[str, ...]:
        """Works by their date, the newest first, those of one date by title; undated ones last."""
        return tuple(newest_first(self.reading, works))

    def works_by(self, author: str) -> tuple[str, ...]:
        """The works of an author, by IRI: as the rules derive them, else by the authorships, where no rule has run."""
        creator = self.reading.subjects("creator", author)
        if creator:
            return tuple(work for work in creator if self.reading.kind(work) == "Work")
        parts = self.reading.subjects("author", author)
        return tuple(sorted({work for part in parts for work in self.reading.subjects("hasAuthorship", part)}))

    def authors(self, work: str) -> frozenset[str]:
        """The IRIs of the authors of a work: as the rules derive them, else, or where some are names only, its byline.

        To look at each authorship takes ten times as long.
        """
        creators = self.many(work, "creator")
        if len(creators) == len(self.many(work, "hasAuthorship")):
            return frozenset(creators)
        return frozenset(author.iri for author in self.byline(work)) - {""}

    def by_label(self, iris: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(iris, key=lambda iri: (self.reading.label(iri).casefold(), iri)))

    def kind_of(self, iri: str, kind: str) -> str:
        """What a thing of this class is, in a word or two: its work type, its kind of initiative, else its class."""
        own = {"Work": "workType", "Initiative": "initiativeKind"}.get(kind)
        word = self.word(iri, own) if own else ""
        return capitalized(word) or KINDS.get(kind, (kind, kind))[0]

    # Looks that are kept.

    def _path(self, iri: str) -> str:
        """The path of a thing's page in the site; empty for what has no page."""
        known = self.addresses.has(iri) and self.reading.has_documents(iri)
        return self.addresses.document(iri) if known else ""

    def _byline(self, work: str) -> tuple[Author, ...]:
        """The authors of a work in order."""
        authors = []
        for authorship in self.many(work, "hasAuthorship"):
            author = self.one(authorship, "author")
            position = self.text(authorship, "position")
            authors.append(
                Author(
                    author,
                    self.reading.label(author) if author else self.text(authorship, "nameAsListed"),
                    int(position) if position.isdigit() else 0,
                    self.text(authorship, "nameAsListed"),
                    authorship,
                )
            )
        return tuple(sorted(authors, key=lambda author: (author.position or 10**9, author.authorship)))

    def _leads(self, role_type: str) -> bool:
        """Whether a role type is leader or narrower."""
        seen: set[str] = set()
        waiting = [role_type]
        while waiting:
            concept = waiting.pop()
            if concept == LEADER:
                return True
            if concept not in seen:
                seen.add(concept)
                waiting.extend(self.many(concept, "broader"))
        return False

    def _source(self, evidence: str) -> tuple[str, int, int]:
        """The source that a passage is of with its first and last line, or the source itself with 0 and 0."""
        source = self.one(evidence, "source")
        if not source:
            return evidence, 0, 0
        first, last = (self.text(evidence, key) for key in ("firstLine", "lastLine"))
        return source, int(first) if first.isdigit() else 0, int(last) if last.isdigit() else 0


def lines_words(first: int, last: int) -> str:
    """Lines of a source in short.

    >>> lines_words(29, 30), lines_words(33, 33)
    ('L29–L30', 'L33')
    """
    return f"L{first}–L{last}" if last and last != first else f"L{first}"


def capitalized(text: str) -> str:
    """The text with a capital at its start; the rest stays."""
    return text[:1].upper() + text[1:]
