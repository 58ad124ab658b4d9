"""The pages of a graph written to a folder and read back, for the tests of pages."""

from contextlib import contextmanager

import lxml.html

from ipcgraph.publish.addresses import Addresses
from ipcgraph.publish.facts import SiteFacts
from ipcgraph.publish.pages import Pages
from ipcgraph.publish.reading import Reading
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.vocabulary import DEFAULT_BASE

ADDRESS = "https://harbour.example/graph/"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def pages_of(reading, *, own=None, **facts):
    """The pages of a graph, of a site with an address and a licence unless the facts say otherwise."""
    said = {"title": "Harbour Institute", "address": ADDRESS, "licence": LICENCE, "released": "2024-05-31", **facts}
    site = SiteFacts(base=reading.base, **said)
    return Pages(reading, Addresses(site.address, reading.base), site, own=own)


def write_pages(reading, folder, *, own=None, **facts):
    """Writes every page of a graph, and all else that pages need, into a folder; gives the text by path."""
    pages = pages_of(reading, own=own, **facts)
    written = {}
    for thing in reading.things():
        written.update(pages.documents(thing))
    for part in (pages.look, pages.front, pages.short_lists, pages.long_lists):
        written.update(part())
    for path, text in written.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return written


def parsed(text):
    """A page as lxml reads it; the root element."""
    return lxml.html.document_fromstring(text.encode("utf-8"), parser=lxml.html.HTMLParser(encoding="utf-8"))


def words(element):
    """The text of an element as it is read: each white space is one blank."""
    return " ".join(element.text_content().split())


@contextmanager
def reading_of(quads):
    """The reading of a graph in memory."""
    with EmbeddedStore.memory() as store:
        store.load(quads)
        yield Reading(store, base=DEFAULT_BASE)
