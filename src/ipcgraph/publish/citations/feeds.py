"""Feeds: the newest works of a person, an initiative or a center as Atom (RFC 4287)."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import Literal, NamedNode

from ipcgraph.publish.citations.bibliography import one_line
from ipcgraph.publish.citations.worklists import works_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.citations.bibliography import Bibliography, Citation
    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.publish.reading import Reading

SUFFIX: Final = ".atom"
MEDIA_TYPE: Final = "application/atom+xml"
ENTRIES: Final = 100
"""A feed has so many works at most; its subtitle says of how many."""
KINDS: Final = ("Person", "Initiative", "Center")
"""What has a feed, where it has works."""


class _Entry(NamedTuple):
    day: str
    work: str


def feed(bibliography: Bibliography, addresses: Addresses, facts: SiteFacts, thing: str) -> str:
    """The Atom feed of a thing's works, newest first; empty where none of them can be dated.

    The id of an entry is the IRI of the work, that of the feed the IRI of the thing with `.atom`. Atom asks for a day:
    it is the first on which the work can have come out; of a work without a date the day of the list it stands in, or
    of the release; `published` is written only where the day is stated. Nothing depends on the clock. Works that have
    none of these, and those beyond ENTRIES, are counted in the subtitle.
    """
    reading = bibliography.reading
    works = works_of(reading, thing)
    dated = [_Entry(day, work) for work in works if (day := _day(reading, work, facts.released))]
    if not dated:
        return ""
    # What is of one day keeps the order of the list.
    dated.sort(key=lambda entry: entry.day, reverse=True)
    remarks = [f"the {ENTRIES} newest of {len(works)} works"] if len(dated) > ENTRIES else []
    if len(works) > len(dated):
        remarks.append(f"works without a date left out: {len(works) - len(dated)}")
    title = f"Works: {one_line(reading.label(thing))}"
    whole = [*_head(addresses, facts, thing, title=title, remarks=remarks, updated=dated[0].day)]
    for entry in dated[:ENTRIES]:
        page = _href(addresses, thing, entry.work, ".html")
        whole += _entry(bibliography.citation(entry.work), entry.day, page, _elsewhere(reading, entry.work))
    return "\n".join([*whole, "</feed>", ""])


def has_feed(reading: Reading, works: Iterable[str], facts: SiteFacts) -> bool:
    """Whether `feed` has any of these works."""
    return any(_day(reading, work, facts.released) for work in works)


def _day(reading: Reading, work: str, released: str) -> str:
    """The day that stands for a work's date; empty where there is none."""
    lists = [term.value for term in reading.values(work, "listedIn") if isinstance(term, NamedNode)]
    listed = [_first_day(reading.value(source, key)) for source in lists for key in ("asOf", "retrieved")]
    return reading.value(work, "issuedNotBefore") or max(listed, default="") or _first_day(released)


def _first_day(date: str) -> str:
    """The first day of a year, a month or a day."""
    return date + "-01-01"[len(date) - 4 :] if len(date) in {4, 7} else date


def _head(
    addresses: Addresses, facts: SiteFacts, thing: str, *, title: str, remarks: list[str], updated: str
) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{escape(facts.language)}">'
    yield f"<id>{escape(thing + SUFFIX)}</id>"
    yield f"<title>{escape(title)}</title>"
    if remarks:
        yield f"<subtitle>{escape('; '.join(remarks))}</subtitle>"
    yield f"<updated>{updated}T00:00:00Z</updated>"
    yield f"<author><name>{escape(one_line(facts.title) or 'ipcgraph')}</name></author>"
    yield _link("self", MEDIA_TYPE, _href(addresses, thing, thing, SUFFIX))
    yield _link("alternate", "text/html", _href(addresses, thing, thing, ".html"))
    if facts.licence:
        yield f'<link rel="license" href="{escape(facts.licence)}"/>'


def _entry(citation: Citation, day: str, page: str, elsewhere: list[str]) -> Iterator[str]:
    yield "<entry>"
    yield f"<id>{escape(citation.iri)}</id>"
    yield f"<title>{escape(citation.title)}</title>"
    yield f"<updated>{day}T00:00:00Z</updated>"
    if citation.issued == day:
        yield f"<published>{day}T00:00:00Z</published>"
    names = [author.text for author in citation.authors] or citation.institutions
    yield from (f"<author><name>{escape(name)}</name></author>" for name in names if name)
    yield _link("alternate", "text/html", page)
    yield from (f'<link rel="related" href="{escape(address)}"/>' for address in elsewhere)
    if citation.genre:
        yield f'<category term="{escape(citation.genre)}"/>'
    yield from (f'<category term="{escape(topic)}"/>' for topic in citation.topics)
    if citation.summary:
        yield f"<summary>{escape(citation.summary)}</summary>"
    yield "</entry>"


def _elsewhere(reading: Reading, work: str) -> list[str]:
    """Where the work itself can be had: its DOIs and its addresses."""
    links = [term.value for term in reading.values(work, "sameAs") if isinstance(term, NamedNode)]
    addresses = [term.value for term in reading.values(work, "url") if isinstance(term, Literal)]
    return [link for link in links if link.startswith("https://doi.org/")] + addresses


def _href(addresses: Addresses, origin: str, target: str, suffix: str) -> str:
    """The web address of a document; relative to the feed where the site has none."""
    return addresses.web(target, suffix) if addresses.address else addresses.link(origin, target, suffix)


def _link(relation: str, media_type: str, href: str) -> str:
    return f'<link rel="{relation}" type="{media_type}" href="{escape(href)}"/>'
