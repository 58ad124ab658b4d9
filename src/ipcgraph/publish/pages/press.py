"""What makes the documents of a site: its templates, its menu, and what the head of every page says."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from ipcgraph.publish.pages.content import Link
from ipcgraph.publish.pages.hrefs import href
from ipcgraph.publish.pages.library import KINDS, Library
from ipcgraph.publish.pages.schema import page_graph
from ipcgraph.vocabulary import TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ipcgraph.publish.pages.environment import Templates
    from ipcgraph.publish.pages.sheet import Sheet

LISTS: Final[Mapping[str, str]] = {
    "Center": "center/index.html",
    "Person": "person/index.html",
    "Initiative": "initiative/index.html",
    "Work": "work/index.html",
    "Partner": "organization/index.partners.html",
    "Commission": "organization/index.commissions.html",
    "Organization": "organization/index.html",
    "Topic": "topic/index.html",
    "Place": "place/index.html",
    "Role": "role/index.html",
    "Partnership": "partnership/index.html",
    "Source": "source/index.html",
    "Concept": "concept/index.html",
    "Claim": "claims.html",
}
"""Where the list of each kind lies."""
MENU: Final = ("Center", "Person", "Work", "Initiative", "Partner", "Topic", "Source")
"""The lists that the head of each page leads to, as far as there are such things; one center is the front page."""


_RIGHT_TO_LEFT: Final = frozenset({"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


class Press:
    """Makes the documents of one site. `also` are other documents of the site that pages lead to: label and path."""

    def __init__(self, library: Library, templates: Templates, also: Sequence[tuple[str, str]] = ()) -> None:
        self.library = library
        self.templates = templates
        self.also = tuple(also)
        self.lists = {kind: path for kind, path in LISTS.items() if self._has(kind)}
        menu = MENU if self._several("Center") else tuple(kind for kind in MENU if kind != "Center")
        self.menu = tuple((KINDS[kind][1], self.lists[kind]) for kind in menu if kind in self.lists)

    def document(
        self,
        template: str,
        sheet: Sheet,
        *,
        title: str,
        description: str = "",
        crumbs: Sequence[Link] = (),
        values: Mapping[str, object],
    ) -> str:
        """A whole HTML document."""
        site = self.library.site
        graph = page_graph(sheet, crumbs, title, description)
        return self.templates.render(template, {
            "site": site,
            "up": sheet.up,
            "here": sheet.path,
            "menu": self.menu,
            "lists": self.lists,
            "kinds": KINDS,
            "also": self.also,
            "publisher": self._publisher(sheet),
            "licence": Link(site.licence.partition("://")[2] or site.licence, href(site.licence)),
            "title": title,
            "description": description,
            "crumbs": crumbs,
            "direction": "rtl" if site.language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr",
            "canonical": self.library.addresses.web(sheet.path) if site.address else "",
            "graph": Markup(graph),  # noqa: S704  # page_graph escapes it for a script element
            **values,
        })  # fmt: skip

    def _publisher(self, sheet: Sheet) -> Link:
        """Who publishes the site: a thing of the graph, an address, or a name."""
        name = self.library.site.publisher
        return sheet.link(name) if self.library.addresses.has(name) else Link(name, href(name))

    def _has(self, kind: str) -> bool:
        return next(self._instances(kind), "") != ""

    def _several(self, kind: str) -> bool:
        return len(tuple(islice(self._instances(kind), 2))) > 1

    def _instances(self, kind: str) -> Iterator[str]:
        """The things of a kind, as they come: nothing is sorted to see whether there are any."""
        reading = self.library.reading
        pointing = reading.references(reading.keys[kind])
        return (subject for subject, key in pointing if key == TYPE.value and subject.startswith(reading.base))


def paging(number: int, current: int, href: Mapping[int, str]) -> tuple[Link, ...]:
    """The pages of something long as links: the first, the last, and those near this one, which has no address."""
    near = sorted({1, 2, number - 1, number, *range(current - 2, current + 3)} & set(range(1, number + 1)))
    found: list[Link] = []
    before = 0
    for page in near:
        if page - before > 1:
            found.append(Link("…"))
        found.append(Link(str(page), "" if page == current else href[page]))
        before = page
    return tuple(found)
