"""The search page: a form, what was found, and what to narrow it by; it needs no script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.publish.pages.assembly import head_title, plain
from ipcgraph.publish.pages.content import Link
from ipcgraph.publish.pages.library import KINDS
from ipcgraph.publish.pages.press import paging
from ipcgraph.publish.pages.sheet import Sheet
from ipcgraph.server.search.asking import FURTHEST, LONGEST
from ipcgraph.server.search.matching import note_on
from ipcgraph.vocabulary import compact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.publish.pages.press import Press
    from ipcgraph.server.search.asking import Request
    from ipcgraph.server.search.finding import Found
    from ipcgraph.server.search.index import Hit

PATH: Final = "search"
OTHERS: Final = 3
"""So many other names of a thing are told."""


class Choice(NamedTuple):
    """A value that the answer can be narrowed to, and where that leads."""

    label: str
    href: str
    number: int
    chosen: bool


class Facet(NamedTuple):
    """A way to narrow an answer."""

    label: str
    values: tuple[Choice, ...]
    open: bool
    """Whether a long list of values is shown at once."""


class Line(NamedTuple):
    """A thing that was found."""

    link: Link
    kind: str
    description: str
    others: str


def search_page(press: Press, request: Request, found: Found) -> str:
    """The page of a search as a whole HTML document."""
    sheet = Sheet(press.library, PATH)
    site = press.library.site.title
    text = request.asked.text.strip()
    number = min(-(-found.total // request.limit), FURTHEST // request.limit)
    near = {1, 2, number - 1, number, *range(request.page - 2, request.page + 3)}
    hrefs = {page: request.address(page=page) for page in near if 1 <= page <= number}
    asked = request.asked
    chosen = {"kind": ",".join(asked.kinds), "year": str(asked.year or ""), "within": asked.within}
    return press.document(
        "find.html",
        sheet,
        title=head_title(f"Search: {plain(text)}" if text else "Search", site),
        description=f"Search over everything in {plain(site, 60)}.",
        crumbs=(Link("Home", "index.html"),),
        values={
            "text": request.asked.text,
            "longest": LONGEST,
            "chosen": [(name, value) for name, value in chosen.items() if value],
            "outcome": _outcome(found, text),
            "hint": f"{_HINTS.get(found.how, '') if found.total else _NONE if text else ''} {note_on(text)}".strip(),
            "facets": [facet for facet in _facets(press, request, found) if facet.values],
            "lines": [_line(press, hit) for hit in found.hits],
            "first": (request.page - 1) * request.limit + 1,
            "pages": paging(number, request.page, hrefs) if number > 1 else (),
            "data": f"{request.address(page=request.page)}&format=json",
        },
    )


_HINTS: Final = {
    "spelling": "Words that differ in a letter or two count as well.",
    "some": "Nothing has all of the words; this has some of them.",
    "identifier": "By identifier.",
}
_NONE: Final = "Fewer words may find more; accents and capitals do not matter."


def _outcome(found: Found, text: str) -> str:
    if not text:
        return f"{found.total:,} things can be found."
    if not found.total:
        return "Nothing was found."
    return f"{found.total:,} found." if found.total > 1 else "One found."


def _facets(press: Press, request: Request, found: Found) -> Iterator[Facet]:
    asked, library = request.asked, press.library
    # What is chosen is always there, to be taken away, even where it leaves nothing.
    kinds = sorted(
        (dict.fromkeys(asked.kinds, 0) | dict(found.facets.kinds)).items(), key=lambda each: (-each[1], each[0])
    )
    yield Facet(
        "Kind",
        tuple(
            Choice(KINDS[kind][1], request.address(kind="" if kind in asked.kinds else kind), n, kind in asked.kinds)
            for kind, n in kinds
        ),
        open=True,
    )
    places = dict.fromkeys([asked.within] if asked.within else [], 0) | dict(found.facets.within)
    within = sorted(places.items(), key=lambda each: (-each[1], each[0]))
    base = library.site.base
    yield Facet(
        "Part of",
        tuple(
            Choice(
                library.reading.label(place),
                request.address(within="" if place == asked.within else compact(place, base=base)),
                n,
                place == asked.within,
            )
            for place, n in within
        ),
        open=bool(asked.within),
    )
    years = sorted(
        (dict.fromkeys([asked.year] if asked.year else [], 0) | dict(found.facets.years)).items(), reverse=True
    )
    yield Facet(
        "Year",
        tuple(
            Choice(str(year), request.address(year="" if year == asked.year else str(year)), n, year == asked.year)
            for year, n in years
        ),
        open=bool(asked.year),
    )


def _line(press: Press, hit: Hit) -> Line:
    entry = hit.entry
    path = press.library.addresses.document(entry.iri)
    others = [plain(name, 80) for name in entry.others[:OTHERS]]
    more = f" and {len(entry.others) - OTHERS} more" if len(entry.others) > OTHERS else ""
    return Line(Link(entry.label, path), KINDS[entry.kind][0], plain(entry.description, 300), ", ".join(others) + more)
