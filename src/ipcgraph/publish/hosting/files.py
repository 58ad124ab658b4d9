"""Hosting: the rules by which Apache, nginx, Netlify and GitHub Pages serve a site as linked data."""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.publish.hosting import apache, nginx
from ipcgraph.publish.hosting.negotiation import EXACT, content_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.publish.reading import Reading

FOLDER: Final = "hosting"
"""The folder of the rules that no host finds by itself."""
MOST: Final = 2_000
"""So many odd and so many deprecated things have rules; each is a line that a server reads at a request."""


class Gone(NamedTuple):
    """A deprecated thing, whose documents say so."""

    path: str
    """Its IRI without the base."""
    successor: str
    """The IRI of what has taken its place; empty where nothing has."""
    document: str
    """The path of its documents without a suffix."""


class Rules(NamedTuple):
    """What the rules of all hosts are made from."""

    licence: str = ""
    inner: str = ""
    """What IRIs have between the address of the site and the path of the thing, as `id/`; mostly nothing."""
    odd: tuple[tuple[str, str], ...] = ()
    """The IRI without the base, and the path of the documents without a suffix, where the two differ."""
    gone: tuple[Gone, ...] = ()


def hosting_files(reading: Reading, addresses: Addresses, facts: SiteFacts) -> Iterator[tuple[str, str]]:
    """Path and text of each file that tells a host how to serve the site, and the page for 404.

    `.htaccess`, `_headers`, `_redirects` and `.nojekyll` are found by their hosts; `hosting/` has the files for nginx
    and, where things have IRIs elsewhere than the site, the redirects for the host of these. A thing whose IRI has `?`
    or `#` cannot be asked for and has no rule.
    """
    is_below = bool(addresses.address) and addresses.base.startswith(addresses.address)
    rules = Rules(
        licence=facts.licence,
        inner=addresses.base.removeprefix(addresses.address) if is_below else "",
        odd=tuple(islice(_odd(reading, addresses), MOST)),
        gone=tuple(islice(_gone(reading, addresses), MOST)),
    )
    yield ".htaccess", apache.htaccess(rules)
    yield f"{FOLDER}/nginx-maps.conf", nginx.maps(rules)
    yield f"{FOLDER}/nginx-site.conf", nginx.site(addresses, rules)
    if addresses.address and not is_below:
        yield f"{FOLDER}/iris.htaccess", apache.redirects(addresses, rules)
    yield "_headers", _headers()
    yield "_redirects", _redirects(addresses)
    yield ".nojekyll", ""
    if addresses.address:  # with which they are made like all other pages
        return
    yield "404.html", _page("There is no such page", "Nothing is known by this address.")


def _odd(reading: Reading, addresses: Addresses) -> Iterator[tuple[str, str]]:
    for iri in reading.iris():
        path = iri.removeprefix(addresses.base)
        if addresses.has(iri) and (document := addresses.document(iri, "")) != path and _can_be_asked(path):
            yield path, document


def _gone(reading: Reading, addresses: Addresses) -> Iterator[Gone]:
    for iri, successor in reading.deprecated().items():
        path = iri.removeprefix(addresses.base)
        if addresses.has(iri) and _can_be_asked(path):
            yield Gone(path, successor, addresses.document(iri, ""))


def _can_be_asked(path: str) -> bool:
    return not set("?#") & set(path)


def _headers() -> str:
    lines = [
        "# The headers of this site for Netlify. Media types of files go by their suffixes there, and no rule can be",
        "# given for a suffix; so only what is everywhere, and the files without one, stand here.",
        "/*",
        "  Access-Control-Allow-Origin: *",
        "  X-Content-Type-Options: nosniff",
    ]
    for path, media_type in EXACT.items():
        lines += [f"/{path}", f"  Content-Type: {content_type(media_type)}"]
    return "\n".join([*lines, ""])


def _redirects(addresses: Addresses) -> str:
    lines = [
        "# The redirects of this site for Netlify. It gives person/ada.html at /person/ada by itself. No rule of it",
        "# can look at what a request accepts: programs get the page there, too, and find the data by its links.",
    ]
    if addresses.address:
        where = "the redirects of hosting/iris.htaccess, on the host of the IRIs, choose the format before it"
        lines.append(f"# With IRIs on another host {where}.")
    return "\n".join([*lines, ""])


def _page(title: str, sentence: str) -> str:
    """A page that holds at any depth: it has no relative links and nothing besides itself."""
    style = "body{font:1rem/1.5 system-ui,sans-serif;max-width:38rem;margin:4rem auto;padding:0 1rem}"
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n<meta name="color-scheme" content="light dark">\n'
        f"<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n<p>{escape(sentence)}</p>\n"
        "</main>\n</body>\n</html>\n"
    )
