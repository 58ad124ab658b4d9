"""FAIR Signposting: the typed links from a thing's page to what belongs to it, in its head and as a linkset."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.publish.citations.feeds import SUFFIX as ATOM
from ipcgraph.publish.citations.files import FORMATS
from ipcgraph.publish.citations.worklists import works_of
from ipcgraph.publish.documents.jsonld import indented
from ipcgraph.publish.pages.hrefs import href
from ipcgraph.publish.pages.schema import schema_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.publish.documents.jsonld import Json
    from ipcgraph.publish.pages.library import Library
    from ipcgraph.publish.reading import Thing

LINKSET: Final = ".linkset.json"
MEDIA_TYPE: Final = "application/linkset+json"
KINDS: Final = frozenset((
    "Person", "Center", "Initiative", "Work", "Organization", "Partner", "Commission", "Topic", "Source",
))  # fmt: skip
"""What has a linkset: the things that have authors or works. The head of a page says all there is of any other."""
AUTHORS: Final = 20
"""So many authors of a work are linked to in the head of its page; the linkset has all."""
ITEMS: Final = 500
"""Of a list of works, so many are linked to one by one; the page and its data have all."""
DATA: Final = (
    ("Turtle", ".ttl", "text/turtle"),
    ("JSON-LD", ".jsonld", "application/ld+json"),
    ("N-Triples", ".nt", "application/n-triples"),
    ("RDF/XML", ".rdf", "application/rdf+xml"),
)
"""Name, suffix and media type of the data beside each page."""

_CITED: Final = {suffix: media_type for suffix, (_, media_type) in FORMATS.items() if suffix != ATOM}


class Signpost(NamedTuple):
    """A link with its relation; the type is that of the document, or empty where it is none of ours."""

    relation: str
    href: str
    type: str = ""


def head_signposts(library: Library, thing: Thing) -> tuple[Signpost, ...]:
    """The signposts that stand in the head of a thing's page, besides its data, its licence and its linkset.

    `cite-as` is the DOI of a work that has just one, else the IRI of the thing; `type` says that the page is about
    something, and what that is to schema.org; `author` are the ORCIDs, else the IRIs, of a work's first authors;
    `collection` is what a work is part of, relative as all links between pages are.
    """
    addresses = library.addresses
    return tuple(
        post._replace(href=addresses.link(thing.iri, post.href)) if post.relation == "collection" else post
        for post in _own(library, thing, AUTHORS)
    )


def signposting(library: Library, thing: Thing) -> tuple[Signpost, ...]:
    """All signposts of a thing's page, absolute where the site's address is known.

    Those of its head, with all authors; `describedby` are its data and, of a work, its citations; `item` are the works
    of a list; `license` is that of the data.
    """
    return tuple(_signposts(library, thing))


def linkset(library: Library, thing: Thing) -> str:
    """The signposts of a thing's page as a linkset (RFC 9264), the file with the suffix LINKSET."""
    context: dict[str, Json] = {"anchor": _link(library, thing.iri, thing.iri, ".html")}
    for each in signposting(library, thing):
        links = context.setdefault(each.relation, [])
        if isinstance(links, list):
            links.append({"href": each.href, **({"type": each.type} if each.type else {})})
    return indented({"linkset": [context]}) + "\n"


def _signposts(library: Library, thing: Thing) -> Iterator[Signpost]:
    for post in _own(library, thing, None):
        whole = post.relation == "collection"
        yield post._replace(href=_link(library, thing.iri, post.href, ".html")) if whole else post
    documents = {suffix: media_type for _, suffix, media_type in DATA} | (_CITED if thing.kind == "Work" else {})
    for suffix, media_type in documents.items():
        yield Signpost("describedby", _link(library, thing.iri, thing.iri, suffix), media_type)
    if thing.kind in KINDS and thing.kind != "Work":
        for work in works_of(library.reading, thing.iri)[:ITEMS]:
            yield Signpost("item", _link(library, thing.iri, work, ".html"), "text/html")
    if licence := href(library.site.licence):
        yield Signpost("license", licence)


def _own(library: Library, thing: Thing, authors: int | None) -> Iterator[Signpost]:
    """What all signposts of a thing have in common; a collection is told by its IRI, which is to become a link."""
    if cited := href(_cited_as(library, thing)):
        yield Signpost("cite-as", cited)
    yield Signpost("type", "https://schema.org/AboutPage")
    if kind := schema_type(library, thing.iri, thing.kind):
        yield Signpost("type", f"https://schema.org/{kind}")
    if thing.kind == "Work":
        for author in islice(library.byline(thing.iri), authors):
            if address := href(_orcid(library, author.iri)):
                yield Signpost("author", address)
        for whole in library.many(thing.iri, "partOf"):
            if library.path(whole):
                yield Signpost("collection", whole, "text/html")
    for successor in library.many(thing.iri, "isReplacedBy"):
        if address := href(successor):
            yield Signpost("successor-version", address)


def _cited_as(library: Library, thing: Thing) -> str:
    same = library.many(thing.iri, "sameAs") if thing.kind == "Work" else ()
    dois = [iri for iri in same if iri.startswith("https://doi.org/")]
    return dois[0] if len(dois) == 1 else thing.iri


def _orcid(library: Library, author: str) -> str:
    """The ORCID that identifies an author, else its IRI."""
    return next((iri for iri in library.many(author, "sameAs") if iri.startswith("https://orcid.org/")), author)


def _link(library: Library, origin: str, target: str, suffix: str) -> str:
    addresses = library.addresses
    return addresses.web(target, suffix) if addresses.address else addresses.link(origin, target, suffix)
