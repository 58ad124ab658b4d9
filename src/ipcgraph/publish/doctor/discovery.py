"""What there is on a site: its description, its documents, and the IRIs of each kind of thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from pyoxigraph import Literal, NamedNode

from ipcgraph.publish.description.rdf import DCAT, DCTERMS, FOAF, SD, VOID
from ipcgraph.publish.doctor.bodies import HTML, Unreadable, header_links, locations, page_links, rdf_format, statements
from ipcgraph.publish.doctor.diagnosis import Ask, Fault
from ipcgraph.vocabulary import TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Quad

    from ipcgraph.publish.doctor.fetching import Answer, Fetcher

RDF_TYPES: Final = "text/turtle, application/ld+json;q=0.9, application/n-triples;q=0.8, application/rdf+xml;q=0.7"
ANY: Final = f"text/html, {RDF_TYPES}, */*;q=0.1"
SAMPLED: Final = 40
"""So many data documents are read to find things of each kind."""
LICENCES: Final = (DCTERMS + "license", DCTERMS + "rights", "http://creativecommons.org/ns#license",
                    "https://schema.org/license", "http://schema.org/license")  # fmt: skip


def said_by(description: list[Quad], *names: str) -> list[str]:
    """What a description says by these properties, but for what it says of the datasets of others that it links to."""
    others = {quad.object for quad in description if quad.predicate.value == VOID + "objectsTarget"}
    found = (
        quad.object.value
        for quad in description
        if quad.predicate.value in names and quad.subject not in others and isinstance(quad.object, NamedNode | Literal)
    )
    return list(dict.fromkeys(found))


class Found:
    """What is known of a site; it grows while the site is read."""

    def __init__(self) -> None:
        self.description: list[Quad] = []
        """The statements of VoID and DCAT."""
        self.described_at: Ask | None = None
        self.things: dict[str, set[str]] = {}
        """The IRIs of things by the IRI of their class, as data documents name them."""
        self.pages: dict[str, Answer] = {}
        """The pages that were read, by address."""
        self.data: dict[str, Answer] = {}
        """The data documents that were read, by address."""
        self.faults: list[Fault] = []

    def values(self, *names: str) -> list[str]:
        """What the description says of its own datasets by these properties, each value once and in order."""
        return said_by(self.description, *names)


class Place:
    """Where a site is: the address that was named, and what its IRIs and addresses become there.

    A site may be looked at on another host than its own (a staging host, loopback): addresses that begin as its own
    are then taken to be below the named address.
    """

    def __init__(self, target: str, fetcher: Fetcher) -> None:
        parts = urlsplit(target)
        self.origin = f"{parts.scheme}://{parts.netloc}/"
        self.root = target if target.endswith("/") else target.rpartition("/")[0] + "/" if parts.path else target + "/"
        self._fetcher = fetcher
        self._moved: list[str] = []

    def learn(self, found: Found) -> None:
        """Takes in by which addresses the site calls itself and its things."""
        starts = [
            *found.values(FOAF + "homepage", DCAT + "landingPage"),
            *found.values(VOID + "uriSpace"),
        ]
        self._moved = [start for start in starts if start.endswith(("/", "#")) and not self._fetcher.is_ours(start)]

    def here(self, iri: str) -> str:
        """The address at which an IRI is asked for; empty where that would be another host."""
        if self._fetcher.is_ours(iri):
            return iri
        for start in self._moved:
            if iri.startswith(start):
                return self.root + iri[len(start) :]
        return ""


def discover(fetcher: Fetcher, place: Place, target: str) -> Found:
    """Reads the front page, the description, the sitemap and some of the data; keeps to the named host."""
    found = Found()
    _read(fetcher, found, target)
    # The description goes first: it says what the addresses of the others mean here.
    links = _alternates(found)
    guesses = (urljoin(place.origin, ".well-known/void"), place.root + ".well-known/void", place.root + "void.ttl")
    for url in dict.fromkeys((*guesses, *links)):
        if not _describes(found):
            _read_description(fetcher, found, url)
    if not _describes(found):
        message = "there is no VoID or DCAT at /.well-known/void or where pages link to"
        found.faults.append(Fault("no-description", target, message, Ask(guesses[0], "text/turtle").curl()))
    place.learn(found)
    examples = found.values(VOID + "exampleResource", VOID + "rootResource")
    waiting = [place.here(iri) for iri in (*examples, *_sitemap(fetcher, place), *links)]
    waiting += [link.url for page in list(found.pages.values()) for link in page_links(page.body, page.ask.url)
                if not link.is_asset]  # fmt: skip
    for url in [url for url in dict.fromkeys(waiting) if url and fetcher.is_ours(url)][:SAMPLED]:
        _read(fetcher, found, url)
    return found


def sort_things(found: Found, place: Place, fetcher: Fetcher) -> dict[str, list[str]]:
    """The IRIs of things by kind, those that can be asked here; the first of each kind comes first.

    A kind is the local name of the class; a class of the description itself is none.
    """
    spaces = found.values(VOID + "uriSpace")
    kinds: dict[str, list[str]] = {}
    for name, iris in sorted(found.things.items()):
        if name.startswith((VOID, DCAT, SD, "http://www.w3.org/2002/07/owl#", "http://www.w3.org/ns/shacl#")):
            continue
        kept = [
            iri for iri in sorted(iris, key=lambda iri: (iri.count("/"), iri))
            if "#" not in iri and place.here(iri) and (any(map(iri.startswith, spaces)) or not spaces)
            and fetcher.is_ours(place.here(iri))
        ]  # fmt: skip
        if kept:
            kinds.setdefault(name.rpartition("#")[2].rpartition("/")[2] or name, []).extend(kept)
    return {kind: list(dict.fromkeys(iris)) for kind, iris in kinds.items()}


def _read(fetcher: Fetcher, found: Found, url: str) -> Answer:
    """Reads an address, and the data that its page names as its own."""
    answer = fetcher.follow(Ask(url, ANY))
    _take(found, answer)
    if answer.type in HTML and 0 < answer.status < 400:
        links = (
            *page_links(answer.body, answer.ask.url),
            *header_links(answer.headers.get("link", ""), answer.ask.url),
        )
        for link in links:
            if (
                rdf_format(link.type)
                and {"alternate", "describedby"} & set(link.relation.split())
                and fetcher.is_ours(link.url)
            ):
                _take(found, fetcher.follow(Ask(link.url, RDF_TYPES)))
                break
    return answer


def _take(found: Found, answer: Answer) -> None:
    if not 200 <= answer.status < 300:
        return
    rdf = rdf_format(answer.type)
    if answer.type in HTML:
        found.pages[answer.ask.url] = answer
    elif rdf:
        found.data[answer.ask.url] = answer
        try:
            said = statements(answer.body, rdf, base=answer.ask.url)
        except Unreadable:
            return
        for quad in said:
            if quad.predicate == TYPE and isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                found.things.setdefault(quad.object.value, set()).add(quad.subject.value)


def _read_description(fetcher: Fetcher, found: Found, url: str) -> None:
    if not fetcher.is_ours(url):
        return
    ask = Ask(url, "text/turtle")
    answer = fetcher.follow(ask)
    rdf = rdf_format(answer.type)
    if answer.status != 200 or not rdf:
        return
    try:
        said = statements(answer.body, rdf, base=answer.ask.url)
    except Unreadable as error:
        found.faults.append(Fault("body-not-its-type", url, f"it is not {answer.type}: {error}", ask.curl(follow=True)))
        return
    classes = {quad.object.value for quad in said if quad.predicate == TYPE and isinstance(quad.object, NamedNode)}
    if classes & {VOID + "Dataset", DCAT + "Dataset"}:
        found.description, found.described_at = said, answer.ask
        _take(found, answer)


def _describes(found: Found) -> bool:
    return bool(found.description)


def _alternates(found: Found) -> list[str]:
    pages = list(found.pages.values())
    return [
        link.url
        for page in pages
        for link in (*page_links(page.body, page.ask.url), *header_links(page.headers.get("link", ""), page.ask.url))
        if rdf_format(link.type)
    ]


def _sitemap(fetcher: Fetcher, place: Place) -> Iterator[str]:
    """Addresses of the sitemap, some of each first part of their path, so that all kinds are among them."""
    answer = fetcher.follow(Ask(place.root + "sitemap.xml"))
    if answer.status != 200:
        return
    found = list(locations(answer.body))
    if found and b"<sitemapindex" in answer.body[:500]:
        part = place.here(found[0])
        found = list(locations(fetcher.follow(Ask(part)).body)) if part else []
    seen: dict[str, int] = {}
    for url in found:
        here = place.here(url)
        kind = here[len(place.root) :].partition("/")[0]
        # Of each kind one that stands by itself, and one part below another thing.
        key = f"{kind} {min(here.count('/'), 8)}"
        seen[key] = seen.get(key, 0) + 1
        if here and seen[key] <= 2:
            yield here
