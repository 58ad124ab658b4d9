"""The links of a whole site: every one that leads nowhere, in its pages, its data, its dumps and what lists them."""

from __future__ import annotations

import gzip
import json
import posixpath
import re
import zlib
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser
from typing import IO, TYPE_CHECKING, Final, NamedTuple, cast
from urllib.parse import unquote, urlsplit

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ipcgraph.media import format_of_file
from ipcgraph.publish.addresses import SUFFIXES, Addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SCHEMES: Final = frozenset({"http", "https", "mailto"})
"""Where a link may lead outside the site."""

_LINKS: Final = frozenset({"href", "src", "action", "formaction", "poster", "data", "cite", "xlink:href", "background"})
_NO_ICON: Final = "data:,"
"""What a page has as its icon to keep a browser from asking for one."""
_LISTED: Final = re.compile(r"<(?:loc|id)>([^<]*)</|<link [^>]*href=\"([^\"]*)\"")
_STYLE: Final = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")


_UNREADABLE: Final = (OSError, EOFError, ValueError, SyntaxError, RecursionError, zlib.error)
"""What reading a file that is damaged, or is not what its suffix says, raises."""


class Broken(NamedTuple):
    """A link that does not lead where it should."""

    path: str
    """The file that it is in, below the site's root."""
    link: str
    """The link, or the IRI, as it stands there."""
    reason: str


def broken_links(folder: Path, *, base: str, address: str = "") -> Iterator[Broken]:
    """The broken links of a site in a folder, file by file in order.

    In a page, a feed, a linkset or a sitemap each link must lead to a file below the root (with an anchor: to an
    element of that name) or begin with http, https or mailto; in a data document and in the page's own JSON-LD, each
    IRI that begins with `base` must have its page and its data. A file that cannot be read, packed or not, is told as
    such, by its name. Web links to other hosts are not tried, nor anchors
    within a page that has a script of its own. `address` is the web address of the root, by which
    whole web addresses of the site are known.
    """
    checker = _Checker(folder, Addresses(address, base))
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        path = file.relative_to(folder).as_posix()
        for link, reason in checker.check(path, file):
            yield Broken(path, link, reason)


class _Checker:
    def __init__(self, folder: Path, addresses: Addresses) -> None:
        self._folder = folder
        self._addresses = addresses
        self._page = lru_cache(256)(self._read_page)
        self._resolves = lru_cache(100_000)(self._has_documents)

    def check(self, path: str, file: Path) -> Iterator[tuple[str, str]]:
        """The broken links of one file, each with the reason; its own name where it cannot be read."""
        try:
            yield from self._broken(path, file)
        except _UNREADABLE as error:
            yield file.name, f"it cannot be read ({error})"

    def _broken(self, path: str, file: Path) -> Iterator[tuple[str, str]]:
        if path.endswith((".html", ".svg")):
            page = self._page(path)
            for link in page.links:
                if reason := self._why_broken(path, link):
                    yield link, reason
            yield from self._iris(page.iris)
            yield from ((file.name, f"it cannot be read ({fault})") for fault in page.faults)
        elif path.endswith(".css"):
            for one, other in _STYLE.findall(file.read_text(encoding="utf-8")):
                if reason := self._why_broken(path, one or other):
                    yield one or other, reason
        elif path.endswith((".atom", ".linkset.json")) or file.name.startswith("sitemap"):
            yield from self._listings(path, file)
        elif not path.endswith("removed.nt.gz"):  # whose things are no more
            known = format_of_file(path.removesuffix(".gz"))
            if known and known.rdf:
                yield from self._data(file, known.rdf)

    def _listings(self, path: str, file: Path) -> Iterator[tuple[str, str]]:
        """The broken links of a feed, a linkset or a sitemap; the ids in a feed are IRIs of things."""
        for link in _listed(file):
            if self._addresses.has(link):
                if not self._resolves(link.removesuffix(".atom")):
                    yield link, "it has no documents here"
            elif reason := self._why_broken(path, link):
                yield link, reason

    def _data(self, file: Path, rdf: RdfFormat) -> Iterator[tuple[str, str]]:
        opened = gzip.open if file.suffix == ".gz" else open
        if file.suffix == ".gz" and not file.stat().st_size:
            raise EOFError("it is empty")  # which gzip reads as nothing packed
        with cast("IO[bytes]", opened(file, "rb")) as content:
            if rdf == RdfFormat.JSON_LD and (strings := _of_another_context(content)):
                yield from self._iris(strings)
                return
            yield from self._iris(
                term.value if isinstance(term, NamedNode) else term.datatype.value
                for quad in parse(content, format=rdf)
                for term in (quad.subject, quad.predicate, quad.object)
                if isinstance(term, NamedNode | Literal)
            )

    def _iris(self, iris: Iterable[str]) -> Iterator[tuple[str, str]]:
        for iri in dict.fromkeys(iris):
            if iri.startswith((self._addresses.base, self._addresses.root)) and not self._resolves(iri):
                yield iri, "it has no documents here"

    def _has_documents(self, iri: str) -> bool:
        """Whether an IRI of the site is that of a file, or of a thing with its page and all its data."""
        if iri.startswith(self._addresses.root):
            path = unquote(iri[len(self._addresses.root) :].partition("#")[0])
            if not self._missing(path):
                return True
        # A node that a profile names after a thing (`#interval`) is in the documents of the thing.
        return any(
            self._addresses.has(each)
            and all((self._folder / self._addresses.document(each, suffix)).is_file() for suffix in SUFFIXES)
            for each in dict.fromkeys((iri, iri.partition("#")[0]))
        )

    def _why_broken(self, path: str, link: str) -> str:
        """Why a link in this file is broken; empty where it is not."""
        link = link.strip()
        try:
            parts = urlsplit(link)
        except ValueError as error:
            return f"it is no address ({error})"
        root = self._addresses.address
        if root and link.startswith(root):
            target = parts.path[len(urlsplit(root).path) :]
        elif parts.scheme or parts.netloc:
            return "" if parts.scheme in SCHEMES else "it is neither http, https nor mailto"
        elif parts.path.startswith("/"):
            start = urlsplit(root).path if root else "/"
            if not parts.path.startswith(start):
                return "it leads out of the site"
            target = parts.path[len(start) :]
        else:
            target = posixpath.join(posixpath.dirname(path), parts.path) if parts.path else path
        if not parts.path and not parts.netloc and self._page(path).has_script:
            return ""
        target = posixpath.normpath(unquote(target)) + ("/" if target.endswith("/") else "") if target else ""
        if target.startswith(".."):
            return "it leads out of the site"
        if missing := self._missing(target.removeprefix("./")):
            return missing
        return self._anchor(target.removeprefix("./") or "index.html", unquote(parts.fragment))

    def _missing(self, target: str) -> str:
        file = target + "index.html" if not target or target.endswith("/") else target
        return "" if (self._folder / file).is_file() else f"there is no file {file}"

    def _anchor(self, target: str, fragment: str) -> str:
        if not fragment or not target.endswith(".html") or fragment in self._page(target).anchors:
            return ""
        return f"there is no element {fragment} in {target}"

    def _read_page(self, path: str) -> _Page:
        page = _Page()
        page.feed((self._folder / path).read_text(encoding="utf-8", errors="replace"))
        page.close()
        return page


class _Page(HTMLParser):
    """The links and anchors of a page, and the strings of its JSON-LD."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = {"top"}
        self.iris: list[str] = []
        self.faults: list[str] = []
        """What is wrong with its JSON-LD."""
        self.has_script = False
        """Whether it has a script of its own in it, which may give anchors a meaning."""
        self._json_ld = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.links += [
            value
            for name, value in given.items()
            if name in _LINKS
            if not (name == "data" and tag != "object")
            if value != _NO_ICON
        ]
        self.links += [each.split()[0] for each in given.get("srcset", "").split(",") if each.strip()]
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.links.append(given.get("content", "").partition("=")[2])
        self.anchors.update(filter(None, (given.get("id"), given.get("name") if tag == "a" else None)))
        self._json_ld = tag == "script" and given.get("type") == "application/ld+json"
        self.has_script |= tag == "script" and "src" not in given and given.get("type", "module") == "module"

    def handle_data(self, data: str) -> None:
        if self._json_ld:
            try:
                self.iris += _strings(json.loads(data))
            except (ValueError, RecursionError) as error:
                self.faults.append(str(error))

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._json_ld = False


def _listed(file: Path) -> Iterator[str]:
    """The links of a feed, a sitemap or a linkset."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".json":
        try:
            for context in json.loads(text)["linkset"]:
                yield context.pop("anchor")
                yield from (link["href"] for links in context.values() for link in links)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("it is no linkset") from error
        return
    for one, other in _LISTED.findall(text):
        yield unescape(one or other)


def _of_another_context(content: IO[bytes]) -> list[str]:
    """The strings of JSON-LD whose context lies elsewhere, which nothing here can fetch; none of any other."""
    value = json.load(content)
    content.seek(0)
    contexts = value.get("@context") if isinstance(value, dict) else None
    named = isinstance(contexts, str) or (
        isinstance(contexts, list) and any(isinstance(each, str) for each in contexts)
    )
    return list(_strings(value.get("@graph", []))) if named else []


def _strings(value: object) -> Iterator[str]:
    """All strings in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
