"""The pages of a site: one for every thing, a front page, lists, search, from templates that a project can replace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.publish.pages.assembly import crumbs, further_path, head_title, notes, section
from ipcgraph.publish.pages.content import Content, Link, Listing
from ipcgraph.publish.pages.engagement import partnership, role
from ipcgraph.publish.pages.environment import OWN, Templates
from ipcgraph.publish.pages.front import front_page
from ipcgraph.publish.pages.initiative import initiative
from ipcgraph.publish.pages.library import KINDS, Library
from ipcgraph.publish.pages.lists import SHORT, list_pages
from ipcgraph.publish.pages.look import static_files
from ipcgraph.publish.pages.news import change_pages
from ipcgraph.publish.pages.organization import organization
from ipcgraph.publish.pages.parts import authorship, claim, concept, count, former, part
from ipcgraph.publish.pages.person import person
from ipcgraph.publish.pages.press import Press
from ipcgraph.publish.pages.register import Register
from ipcgraph.publish.pages.search import search_files
from ipcgraph.publish.pages.sheet import Sheet
from ipcgraph.publish.pages.signposts import DATA, head_signposts
from ipcgraph.publish.pages.source import passage, source
from ipcgraph.publish.pages.subject import place, topic
from ipcgraph.publish.pages.work import work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.publish.reading import Reading, Thing

_MAKERS: Final[Mapping[str, Callable[[Sheet], Content]]] = {
    "Person": person,
    "Center": organization,
    "Partner": organization,
    "Organization": organization,
    "Commission": organization,
    "Initiative": initiative,
    "Work": work,
    "Role": role,
    "Partnership": partnership,
    "Topic": topic,
    "Place": place,
    "Source": source,
    "Passage": passage,
    "Authorship": authorship,
    "Count": count,
    "Claim": claim,
    "Concept": concept,
}
"""What makes the content of the page of each class of thing."""


class Beside(NamedTuple):
    """A document beside a thing's page and data: what its format is called, its suffix, its media type."""

    name: str
    suffix: str
    media_type: str


class Pages:
    """The pages of one site.

    `own` is the folder of the project's own templates, `also` names other documents of the site that pages lead to, by
    label and path. Every page is made by look-ups in the graph's indexes alone, and is the same in every run.
    """

    def __init__(
        self,
        reading: Reading,
        addresses: Addresses,
        site: SiteFacts,
        *,
        own: Path | None = None,
        also: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.library = Library(reading, addresses, site)
        self.press = Press(self.library, Templates(own), also)
        self._made: tuple[Sheet, Content] | None = None

    def documents(self, thing: Thing) -> Iterator[tuple[str, str]]:
        """The page of a thing, then the further pages of its long lists: path in the site and text."""
        yield self.library.addresses.document(thing.iri), self.page(thing)
        yield from self.further(thing)

    def page(self, thing: Thing, *, beside: Sequence[Beside] = ()) -> str:
        """The page of a thing as a whole HTML document; lists that are too long for it go on in `further`.

        `beside` are the documents of the thing besides its data: citations, a feed, a linkset.
        """
        sheet = self._sheet(thing)
        content = notes(sheet, _content(sheet))
        self._made = (sheet, content)
        addresses = self.library.addresses
        return self.press.document(
            f"{thing.kind.lower()}.html" if thing.kind in _MAKERS else "thing.html",
            sheet,
            title=head_title(content.title, self.library.site.title),
            description=content.description,
            crumbs=crumbs(sheet, self.press.lists),
            values={
                "page": content,
                "sections": tuple(section(sheet, listing) for listing in content.listings if listing.keys),
                "data": tuple((name, sheet.up + addresses.document(thing.iri, end), kind) for name, end, kind in DATA),
                "beside": tuple(
                    (name, sheet.up + addresses.document(thing.iri, end), kind) for name, end, kind in beside
                ),
                "iri": thing.iri,
                "signposts": head_signposts(self.library, thing),
            },
        )

    def further(self, thing: Thing) -> Iterator[tuple[str, str]]:
        """The further pages of a thing's long lists: path in the site and text. Most things have none."""
        # Who asks for the further pages has as a rule just asked for the first.
        first, content = self._made if self._made and self._made[0].iri == thing.iri else (self._sheet(thing), None)
        content = content or _content(first)
        long = [listing for listing in content.listings if len(listing.keys) > listing.size]
        for listing in long:
            for number in range(2, -(-len(listing.keys) // listing.size) + 1):
                yield self._further(first, listing, number)

    def further_page(self, thing: Thing, path: str) -> str | None:
        """The further page that lies at this path; None where `further` has none."""
        first = self._sheet(thing)
        for listing in _content(first).listings:
            number = _number_of(path)
            pages = -(-len(listing.keys) // listing.size)
            if 1 < number <= pages and path == further_path(first, listing.name, number):
                return self._further(first, listing, number)[1]
        return None

    def _further(self, first: Sheet, listing: Listing, number: int) -> tuple[str, str]:
        # Lines link from the first page's folder, in which the further ones lie too.
        sheet = Sheet(self.library, further_path(first, listing.name, number), first.iri, first.kind)
        name = self.library.reading.label(first.iri)
        made = section(first, listing, number)
        kind = KINDS.get(first.kind, (first.kind, ""))[0]
        title = head_title(f"{listing.title}, page {number}: {name}", self.library.site.title)
        way = (*crumbs(first, self.press.lists), Link(name, first.up + first.path))
        values = {"kind": kind, "name": name, "section": made}
        return sheet.path, self.press.document("further.html", sheet, title=title, crumbs=way, values=values)

    def look(self) -> Iterator[tuple[str, str]]:
        """What every page is shown with: path in the site and text."""
        return static_files(self.library.site.colours)

    def front(self) -> Iterator[tuple[str, str]]:
        """The front page, and the page of what has changed: path in the site and text."""
        yield from front_page(self.press)
        yield from change_pages(self.press)

    def short_lists(self) -> Iterator[tuple[str, str]]:
        """The lists of the kinds of which there are no more than SHORT things."""
        with Register(self.library) as register:
            yield from list_pages(self.press, register, [kind for kind in self.press.lists if self._is_short(kind)])

    def long_lists(self, columns: Path | None = None) -> Iterator[tuple[str, str]]:
        """The other lists, and the search over all things: faster with the folder of the graph's columns."""
        with Register(self.library, columns) as register:
            yield from list_pages(self.press, register, [kind for kind in self.press.lists if not self._is_short(kind)])
            yield from search_files(self.press, register)

    def _is_short(self, kind: str) -> bool:
        return self.library.site.counts.get(kind, 0) <= SHORT

    def _sheet(self, thing: Thing) -> Sheet:
        return Sheet(self.library, self.library.addresses.document(thing.iri), thing.iri, thing.kind)


def _number_of(path: str) -> int:
    """The number of a further page, as its path says it; 0 where it says none."""
    number = path.removesuffix(".html").rpartition(".")[2]
    return int(number) if number.isdecimal() and len(number) < 10 else 0


def _content(sheet: Sheet) -> Content:
    if not sheet.kind and sheet.reading.is_deprecated(sheet.iri):
        return former(sheet)
    make = _MAKERS.get(sheet.kind)
    return make(sheet) if make else part(sheet, title=sheet.reading.label(sheet.iri))


__all__ = ["OWN", "Beside", "Pages"]
