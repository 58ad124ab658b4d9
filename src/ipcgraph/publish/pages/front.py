"""The front page: the center with its figures, who leads it, with whom it works and who pays, what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.publish.description.void import whole_dumps
from ipcgraph.publish.hosting.negotiation import DESCRIPTION
from ipcgraph.publish.networkviews import TITLES, page_of
from ipcgraph.publish.pages.assembly import plain, section
from ipcgraph.publish.pages.content import Line, Link, Listing
from ipcgraph.publish.pages.downloads import NETWORKS_PAGE
from ipcgraph.publish.pages.library import KINDS
from ipcgraph.publish.pages.lines import work_line
from ipcgraph.publish.pages.news import PATH as CHANGES
from ipcgraph.publish.pages.news import sentence
from ipcgraph.publish.pages.organization import organization
from ipcgraph.publish.pages.periods import date_words
from ipcgraph.publish.pages.sheet import Sheet
from ipcgraph.publish.pages.signposts import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.publish.pages.content import Section
    from ipcgraph.publish.pages.press import Press

RECENT: Final = 6
"""So many of the newest works are on the front page."""
FIGURES: Final = ("Person", "Work", "Initiative", "Partner", "Topic", "Source")
_FRONT: Final = {"leaders": 12, "partners": 12, "topics": 30}
"""The parts of a center's page that the front page has too, and how many lines of each at most."""


class Figure(NamedTuple):
    """How many there are, and where the list of them is."""

    number: int
    label: str
    href: str


def front_page(press: Press) -> Iterator[tuple[str, str]]:
    """The front page: path and text."""
    library = press.library
    site = library.site
    centers = tuple(library.reading.instances("Center"))
    # With one center the front page introduces it; with more, or none, it introduces the site.
    center = centers[0] if len(centers) == 1 else ""
    sheet = Sheet(library, "index.html", center, "Center" if center else "")
    name = library.reading.label(center) if center else site.title
    about = library.text(center, "summary") if center else ""
    founded = library.text(center, "founded") if center else ""
    listings = {listing.name: listing for listing in organization(sheet).listings} if center else {}
    sections = [
        _short(sheet, listings[part], size) for part, size in _FRONT.items() if part in listings and listings[part].keys
    ]
    if len(centers) > 1:
        every = Listing("centers", "Research centers", centers, lambda iri: _introduced(sheet, iri), size=len(centers))
        sections.insert(0, section(sheet, every))
    yield (
        sheet.path,
        press.document(
            "index.html",
            sheet,
            title=plain(site.title, 70) or "Untitled",
            description=plain(site.about or about or f"{site.title}: people, works, initiatives and partners.", 300),
            values={
                "name": name,
                "center": _center_link(sheet, center),
                "founded": date_words(founded),
                "about": site.about or about,
                "figures": _figures(press),
                "sections": tuple(each for each in sections if each.name != "topics"),
                "topics": next((each for each in sections if each.name == "topics"), None),
                "recent": _recent(sheet),
                "dumps": whole_dumps(site),
                "catalogue": tuple((f"{DESCRIPTION}{suffix}", name, media_type) for name, suffix, media_type in DATA),
                "changes": sentence(site.changes) if site.changes else "",
                "changes_page": CHANGES,
                "networks": tuple(Link(TITLES[kind][0], page_of(kind) or NETWORKS_PAGE) for kind in site.networks),
                "networks_page": NETWORKS_PAGE,
            },
        ),
    )


def _introduced(sheet: Sheet, center: str) -> Line:
    """One of several centers: its name, when it was founded, and what it does."""
    founded = date_words(sheet.library.text(center, "founded"))
    when = f"founded {founded}" if founded else ""
    return Line(sheet.link(center), when=when, about=sheet.library.text(center, "summary"), cited=sheet.cited(center))


def _center_link(sheet: Sheet, center: str) -> Link:
    # Sheet.link gives no address for the page's own thing, which here has a page of its own all the same.
    return Link(sheet.reading.label(center), sheet.library.path(center)) if center else Link("")


def _short(sheet: Sheet, listing: Listing, size: int) -> Section:
    """The first lines of a part of the center's page; what follows is there, and the page says so."""
    made = section(sheet, listing._replace(keys=listing.keys[:size], size=size))
    return made._replace(total=len(listing.keys), pages=())


def _figures(press: Press) -> tuple[Figure, ...]:
    library = press.library
    counts = library.site.counts
    return tuple(
        Figure(
            counts[kind] if kind in counts else sum(1 for _ in library.reading.instances(kind)),
            KINDS[kind][1],
            press.lists[kind],
        )
        for kind in FIGURES
        if kind in press.lists
    )


def _recent(sheet: Sheet) -> tuple[Line, ...]:
    """The newest works of the graph."""
    library = sheet.library
    newest: list[tuple[str, str]] = []
    # Every date of the graph by one pass over them, since a million works take minutes to look at one by one.
    for iri, day in library.reading.texts("issuedNotBefore"):
        is_newer = len(newest) < RECENT or (day, iri) > newest[0]
        if is_newer and library.reading.kind(iri) == "Work" and library.issued(iri)[1] == day:
            newest = sorted([*newest, (day, iri)])[-RECENT:]
    return tuple(work_line(sheet, iri)._replace(group=Link("")) for _, iri in reversed(newest))
