"""A page put together: the sections of one page of its listings, the way to it, what its head says."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from ipcgraph.publish.pages.content import Content, Fact, Group, Line, Link, Listing, Section, Value
from ipcgraph.publish.pages.library import KINDS, capitalized
from ipcgraph.publish.pages.periods import Axis, axis, bar
from ipcgraph.publish.pages.press import paging

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ipcgraph.publish.pages.sheet import Sheet

_NEVER_SHOWN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


def plain(text: str, limit: int = 0) -> str:
    r"""A text fit for a title or a preview: without control characters and turns of direction, cut with an ellipsis.

    >>> plain("a\u202eb"), plain("one two three", 9)
    ('ab', 'one two…')
    """
    text = _NEVER_SHOWN.sub("", text).strip()
    if not limit or len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.") + "…"


def section(sheet: Sheet, listing: Listing, page: int = 1) -> Section:
    """One page of a listing with its lines made."""
    start = (page - 1) * listing.size
    lines = [listing.line(key) for key in listing.keys[start : start + listing.size]]
    along: Axis | None = None
    shades: tuple[str, ...] = ()
    if listing.timeline:
        lines, along, shades = _timed(lines, sheet.library.site.released)
    groups = tuple(Group(heading, tuple(each)) for heading, each in groupby(lines, key=_heading))
    number = -(-len(listing.keys) // listing.size)
    pages: tuple[Link, ...] = ()
    if number > 1:
        pages = paging(
            number, page, {each: sheet.up + further_path(sheet, listing.name, each) for each in range(1, number + 1)}
        )
    return Section(
        listing.name,
        listing.title,
        groups,
        len(listing.keys),
        page,
        pages,
        listing.note,
        along,
        shades,
        start + 1,
        start + len(lines),
    )


def _timed(lines: list[Line], today: str) -> tuple[list[Line], Axis | None, tuple[str, ...]]:
    """Lines with their bars, the axis that they have in common, and what is to be explained.

    Where few lines have a date the bars of the others would say nothing: these few get the axis themselves.
    """
    along = axis(tuple(line.span for line in lines), today=today)
    if along is None:
        return lines, None, ()
    dated = sum(line.span.dated for line in lines)
    common = 2 * dated >= len(lines)
    timed = []
    for line in lines:
        shown = common or line.span.dated
        timed.append(
            line._replace(bar=bar(line.span, along) if shown else None, axis=None if common or not shown else along)
        )
    used = {piece.certainty for line in timed if line.bar for piece in line.bar.pieces}
    return timed, along if common else None, tuple(name for name in _SHADES if name in used)


_SHADES: Final = ("certain", "current", "possible", "open")


def further_path(sheet: Sheet, name: str, page: int) -> str:
    """Where the n-th page of a thing's listing lies; the first is on the thing's own page."""
    addresses = sheet.library.addresses
    return addresses.document(sheet.iri, ".html" if page == 1 else f".{name}.{page}.html")


def _heading(line: Line) -> Link:
    return line.group


def crumbs(sheet: Sheet, lists: Mapping[str, str]) -> tuple[Link, ...]:
    """The way from the front page to the sheet's thing, without the thing itself."""
    found = [Link("Home", sheet.up + "index.html")]
    chain = _owners(sheet)
    first = chain[-1] if chain else ""
    kind = sheet.reading.kind(first) if first else sheet.kind
    if kind in lists:
        found.append(Link(KINDS[kind][1], sheet.up + lists[kind]))
    found += [sheet.link(owner) for owner in reversed(chain)]
    return tuple(found)


_OWNED: Final[Mapping[str, tuple[str, ...]]] = {
    "Role": ("holder",),
    "Partnership": ("partnerOf",),
    "Passage": ("source",),
    "Claim": ("subject",),
    "Initiative": ("partOf",),
    "Commission": ("parent",),
    "Organization": ("parent",),
}
_OWNING: Final[Mapping[str, str]] = {"Authorship": "hasAuthorship", "Count": "count"}


def _owners(sheet: Sheet) -> list[str]:
    """What a thing is part of, the nearest first; a part of several is shown under the first only."""
    found: list[str] = []
    iri = sheet.iri
    while len(found) < 5:
        kind = sheet.reading.kind(iri)
        if kind in _OWNING:
            owners = sheet.reading.subjects(_OWNING[kind], iri)
        else:
            owners = tuple(owner for key in _OWNED.get(kind, ()) for owner in sheet.library.many(iri, key))
        if not owners or owners[0] in found or owners[0] == sheet.iri:
            break
        iri = owners[0]
        found.append(iri)
    return found


def notes(sheet: Sheet, content: Content) -> Content:
    """The content with what every kind of page has: its summary with a word on it, what replaces and is replaced."""
    library = sheet.library
    summary = library.text(sheet.iri, "summary")
    basis = library.one(sheet.iri, "summaryBasis").rpartition("/")[2]
    replaced = library.many(sheet.iri, "isReplacedBy")
    former = tuple(Value(link) for link in sheet.links(sheet.pointing("isReplacedBy")))
    description = content.description or summary or f"{content.kind}: {content.title}."
    return content._replace(
        summary=summary,
        summary_note=_SUMMARY_NOTES.get(basis, ""),
        facts=(*content.facts, Fact("In place of", former)) if former else content.facts,
        replaced=sheet.links(replaced),
        withdrawn=library.reading.is_deprecated(sheet.iri),
        description=plain(description, 300),
    )


_SUMMARY_NOTES: Final[Mapping[str, str]] = {
    "truncated-source": "The source cuts its own description off.",
    "fragment": "The source has a piece of a description only.",
    "none-in-source": "The source gives no description.",
}


def head_title(name: str, site: str) -> str:
    """The title of a page, at most 70 characters: cut where it is longer, since the page itself shows the name whole.

    >>> head_title("Reading the Tide Gauges", "Harbour Institute")
    'Reading the Tide Gauges · Harbour Institute'
    """
    end = plain(site, 28)
    shown = plain(capitalized(name), 67 - len(end))
    return f"{shown} · {end}" if shown and end else shown or end or "Untitled"
