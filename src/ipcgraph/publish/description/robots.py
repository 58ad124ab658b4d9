"""What crawlers ask a site for first: `robots.txt` and the sitemap, in parts where it is long."""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.facts import SiteFacts

ROBOTS: Final = "robots.txt"
SITEMAP: Final = "sitemap.xml"
MOST: Final = 50_000
"""So many addresses may stand in one sitemap (sitemaps.org); a longer one is an index of parts."""
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


def crawling_files(
    pages: Iterable[str], addresses: Addresses, facts: SiteFacts, *, most: int = MOST
) -> Iterator[tuple[str, str]]:
    """Path and text of `robots.txt` and, where the address of the site is known, of its sitemap.

    `pages` are the paths of the pages in the site, in their order; they are read once and never held together. A date
    is given only where a release has one. Crawlers read `robots.txt` at the root of a host only: a site in a folder of
    one has it for whoever runs the host.
    """
    lines = ["User-agent: *", "Allow: /"]
    if not addresses.address:
        yield ROBOTS, "\n".join([*lines, ""])
        return
    # The web address of a sitemap must be a whole one.
    yield ROBOTS, "\n".join([*lines, "", f"Sitemap: {addresses.web(SITEMAP)}", ""])
    waiting = iter(pages)
    first, more = list(islice(waiting, most)), list(islice(waiting, most))
    if not more:
        yield SITEMAP, _sitemap(first, addresses, facts)
        return
    names: list[str] = []
    while first:
        names.append(f"sitemap-{len(names) + 1}.xml")
        yield names[-1], _sitemap(first, addresses, facts)
        first, more = more, list(islice(waiting, most))
    body = "".join(f"<sitemap><loc>{escape(addresses.web(name))}</loc></sitemap>\n" for name in names)
    yield SITEMAP, _document("sitemapindex", body)


def _sitemap(pages: Iterable[str], addresses: Addresses, facts: SiteFacts) -> str:
    date = f"<lastmod>{escape(facts.released)}</lastmod>" if facts.released else ""
    return _document(
        "urlset", "".join(f"<url><loc>{escape(addresses.web(page))}</loc>{date}</url>\n" for page in pages)
    )


def _document(root: str, body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{body}</{root}>\n'
