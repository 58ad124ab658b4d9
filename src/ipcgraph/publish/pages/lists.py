"""The lists of a site: all things of one kind, by letter or by year, over as many pages as it takes."""

from __future__ import annotations

from itertools import groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.publish.pages.assembly import head_title, plain
from ipcgraph.publish.pages.content import Joined, Line, Link
from ipcgraph.publish.pages.library import KINDS
from ipcgraph.publish.pages.press import paging
from ipcgraph.publish.pages.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ipcgraph.publish.pages.press import Press
    from ipcgraph.publish.pages.register import Entry, Register

WORKS: Final = 120
NAMES: Final = 300
"""So many lines are on one page of a list, so that it stays below 60 KB."""
SHORT: Final = 3_000
"""A list of so many things is made in a second or two."""


class Jump(NamedTuple):
    """A heading of a list: its name, the page on which it begins, and its anchor there."""

    heading: str
    page: int
    anchor: str


class _Place(NamedTuple):
    """Where one page stands in its list."""

    path: str
    page: int
    total: int
    size: int
    jumps: tuple[Jump, ...]


def list_pages(press: Press, register: Register, kinds: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The lists of the things of these kinds: path and text."""
    for kind in kinds:
        path = press.lists[kind]
        size = WORKS if kind == "Work" else NAMES
        # Twice over the list rather than all of it in memory: the first page already leads to every heading.
        total, jumps = _outline(register.entries(kind), size)
        entries = register.entries(kind)
        for page in range(1, -(-total // size) + 1):
            yield _list_page(press, kind, list(islice(entries, size)), _Place(path, page, total, size, jumps))


def _outline(entries: Iterator[Entry], size: int) -> tuple[int, tuple[Jump, ...]]:
    """The number of entries, and the headings with the pages on which they begin."""
    jumps: list[Jump] = []
    total = 0
    for entry in entries:
        if not jumps or jumps[-1].heading != entry.heading:
            jumps.append(Jump(entry.heading, total // size + 1, f"h{len(jumps) + 1}"))
        total += 1
    return total, tuple(jumps)


def list_path(path: str, page: int) -> str:
    """Where the n-th page of a list lies.

    >>> list_path("person/index.html", 2)
    'person/index.2.html'
    """
    return path if page == 1 else f"{path.removesuffix('.html')}.{page}.html"


def _list_page(press: Press, kind: str, entries: list[Entry], place: _Place) -> tuple[str, str]:
    path = list_path(place.path, place.page)
    sheet = Sheet(press.library, path)
    number = -(-place.total // place.size)
    hrefs = {each: sheet.up + list_path(place.path, each) for each in range(1, number + 1)}
    anchors = {jump.heading: jump.anchor for jump in place.jumps}
    groups = [
        (heading, anchors[heading], [_line(sheet, entry) for entry in group])
        for heading, group in groupby(entries, key=attrgetter("heading"))
    ]
    plural = KINDS[kind][1]
    name = plural if place.page == 1 else f"{plural}, page {place.page}"
    first = (place.page - 1) * place.size + 1
    site = plain(press.library.site.title, 60)
    return path, press.document(
        "list.html",
        sheet,
        title=head_title(name, press.library.site.title),
        description=f"{plural} of {site}: {place.total}.",
        crumbs=(Link("Home", sheet.up + "index.html"),),
        values={
            "name": plural,
            "kind": kind,
            "total": place.total,
            "first": first,
            "last": first + len(entries) - 1,
            "groups": groups,
            "headed": kind == "Work" or (kind != "Claim" and place.total > 12),
            "jumps": tuple(Link(jump.heading, f"{hrefs[jump.page]}#{jump.anchor}") for jump in place.jumps),
            "pages": paging(number, place.page, hrefs) if number > 1 else (),
        },
    )


def _line(sheet: Sheet, entry: Entry) -> Line:
    """A thing in a list: shorter than on the pages of others, and with one link only."""
    note = f"{entry.works} work{'s' * (entry.works != 1)}" if entry.works else entry.note
    authors = tuple(Link(author) for author in entry.authors)
    return Line(
        Link(entry.label, sheet.up + sheet.library.addresses.document(entry.iri)),
        note=note or ", ".join(entry.others),
        joined=(Joined("by", authors, entry.more),) if authors else (),
        when=entry.when,
        machine=entry.machine,
        mark=entry.mark,
    )
