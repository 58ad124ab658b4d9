"""FAIR Signposting: the typed links from a thing's page to what belongs to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import NamedNode

from ipcgraph.publish.bibliographies import FORMATS
from ipcgraph.publish.feeds import SUFFIX as ATOM
from ipcgraph.publish.worklists import works_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.publish.reading import Reading, Thing

LINKSET: Final = ".linkset.json"
MEDIA_TYPE: Final = "application/linkset+json"
ITEMS: Final = 500
"""Of a list of works, so many are linked to one by one; the page and its data have all."""

_DATA: Final = {
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
}
_CITED: Final = {suffix: media_type for suffix, (_, media_type) in FORMATS.items() if suffix != ATOM}
_TYPES: Final[Mapping[str, str]] = {
    "Person": "Person", "Center": "ResearchOrganization", "Organization": "Organization", "Partner": "Organization",
    "Commission": "Organization", "Initiative": "ResearchProject", "Place": "Country", "Topic": "DefinedTerm",
    "Work": "CreativeWork", "report": "Report", "final-report": "Report", "commission-report": "Report",
    "research-brief": "Report", "article": "Article", "book": "Book",
}  # fmt: skip
_LISTED: Final = frozenset(("Person", "Initiative", "Center", "Topic", "Source"))


class Signpost(NamedTuple):
    """A link with its relation; the type is that of the document, or empty where it is none of ours."""

    relation: str
    href: str
    type: str = ""


def signposting(reading: Reading, addresses: Addresses, facts: SiteFacts, thing: Thing) -> tuple[Signpost, ...]:
    """The signposts of a thing's page, as FAIR Signposting has them, absolute where the site's address is known.

    `cite-as` is the DOI of a work that has just one, else the IRI of the thing; `type` says that the page is about
    something, and what that is to schema.org; `describedby` are its data and, of a work, its citations; `author` are
    the ORCIDs, else the IRIs, of a work's authors; `item` are the works of a list, and `collection` is what a work is
    part of; `license` is that of the data.
    """
    return tuple(_signposts(reading, addresses, facts, thing))


def linkset(reading: Reading, addresses: Addresses, facts: SiteFacts, thing: Thing) -> str:
    """The signposts of a thing's page as a linkset (RFC 9264), the file with the suffix LINKSET."""
    context: dict[str, object] = {"anchor": _href(addresses, thing.iri, thing.iri, ".html")}
    for each in signposting(reading, addresses, facts, thing):
        links = context.setdefault(each.relation, [])
        if isinstance(links, list):
            links.append({"href": each.href, **({"type": each.type} if each.type else {})})
    return json.dumps({"linkset": [context]}, ensure_ascii=False, indent=1) + "\n"


def _signposts(reading: Reading, addresses: Addresses, facts: SiteFacts, thing: Thing) -> Iterator[Signpost]:
    own = thing.iri
    yield Signpost("cite-as", _cited_as(reading, thing))
    yield Signpost("type", "https://schema.org/AboutPage")
    if kind := _schema_type(reading, thing):
        yield Signpost("type", f"https://schema.org/{kind}")
    documents = {**_DATA, **(_CITED if thing.kind == "Work" else {})}
    for suffix, media_type in documents.items():
        yield Signpost("describedby", _href(addresses, own, own, suffix), media_type)
    if thing.kind == "Work":
        yield from (Signpost("author", author) for author in _authors(reading, own))
        for whole in reading.values(own, "partOf"):
            if isinstance(whole, NamedNode) and addresses.has(whole.value):
                yield Signpost("collection", _href(addresses, own, whole.value, ".html"), "text/html")
    if thing.kind in _LISTED:
        for work in works_of(reading, own)[:ITEMS]:
            yield Signpost("item", _href(addresses, own, work, ".html"), "text/html")
    if facts.licence:
        yield Signpost("license", facts.licence)


def _cited_as(reading: Reading, thing: Thing) -> str:
    links = _iris(reading, thing.iri, "sameAs") if thing.kind == "Work" else []
    dois = [link for link in links if link.startswith("https://doi.org/")]
    return dois[0] if len(dois) == 1 else thing.iri


def _schema_type(reading: Reading, thing: Thing) -> str:
    kinds = _iris(reading, thing.iri, "workType") if thing.kind == "Work" else []
    word = kinds[0].rpartition("/")[2] if kinds else ""
    return _TYPES.get(word) or _TYPES.get(thing.kind, "")


def _authors(reading: Reading, work: str) -> list[str]:
    """The authors in their order, each by the ORCID that identifies it, else by its IRI."""
    entries = _iris(reading, work, "hasAuthorship")
    entries.sort(key=lambda entry: (reading.value(entry, "position").rjust(9, "0"), entry))
    authors = [author for entry in entries for author in _iris(reading, entry, "author")]
    return [
        next((link for link in _iris(reading, author, "sameAs") if link.startswith("https://orcid.org/")), author)
        for author in authors
    ]


def _iris(reading: Reading, subject: str, key: str) -> list[str]:
    return [term.value for term in reading.values(subject, key) if isinstance(term, NamedNode)]


def _href(addresses: Addresses, origin: str, target: str, suffix: str) -> str:
    return addresses.web(target, suffix) if addresses.address else addresses.link(origin, target, suffix)
