"""One document of the site while it is written: what is said of its thing, and links from it to others."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from ipcgraph.publish.pages.content import Cited, Link
from ipcgraph.publish.pages.library import Library, lines_words
from ipcgraph.statements import Term, term_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ipcgraph.publish.reading import Reading


class Sheet:
    """A document: `path` is where it lies in the site, `iri` the thing that it is about, if it is about one."""

    def __init__(self, library: Library, path: str, iri: str = "", kind: str = "") -> None:
        self.library = library
        self.path = path
        self.iri = iri
        self.kind = kind
        self.up = "../" * path.count("/")
        """What leads from the document's folder to the root of the site."""

    @property
    def reading(self) -> Reading:
        return self.library.reading

    @cached_property
    def incoming(self) -> Mapping[str, tuple[str, ...]]:
        """The IRIs of the things that point to this one, sorted, by key; by the property's IRI where it has no key."""
        found: dict[str, list[str]] = {}
        for subject, predicate in self.reading.references(self.iri):
            found.setdefault(self.reading.key(predicate) or predicate, []).append(subject)
        return {key: tuple(sorted(subjects)) for key, subjects in found.items()}

    def pointing(self, *keys: str, kinds: Iterable[str] = ()) -> tuple[str, ...]:
        """The things that point here by one of these keys, each once, sorted; of these kinds only, if any is named."""
        chosen = frozenset(kinds)
        found = {iri for key in keys for iri in self.incoming.get(key, ())}
        return tuple(sorted(iri for iri in found if not chosen or self.reading.kind(iri) in chosen))

    @cached_property
    def claims(self) -> tuple[str, ...]:
        """The claims about this thing."""
        return self.pointing("subject", kinds=("Claim",))

    def link(self, iri: str, label: str = "") -> Link:
        """A link to a thing by its name; without an address where it has no page or is this page's own."""
        path = self.library.path(iri)
        shown = label or self.reading.label(iri)
        return Link(shown, self.up + path if path and path != self.path else "")

    def links(self, iris: Iterable[str]) -> tuple[Link, ...]:
        return tuple(self.link(iri) for iri in iris)

    def term(self, term: Term) -> Link:
        """Any value as a link or as text."""
        return self.link(term.value) if isinstance(term, NamedNode) else Link(term_text(term))

    def cited(self, iri: str) -> tuple[Cited, ...]:
        """What a thing rests on: each source with its passages in the order of their lines."""
        evidence = self.library.many(iri, "evidence")
        if not evidence:
            return ()
        by_source: dict[str, list[tuple[int, int, str]]] = {}
        for each in evidence:
            source, first, last = self.library.source(each)
            passages = by_source.setdefault(source, [])
            if first:
                passages.append((first, last, each))
        return tuple(
            Cited(
                self.link(source),
                tuple(self.link(each, lines_words(first, last)) for first, last, each in sorted(passages)),
            )
            for source, passages in sorted(by_source.items())
        )
