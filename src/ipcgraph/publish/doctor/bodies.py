"""What answers hold: whether a body is of the type that it says, its statements, its links."""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin

from pyoxigraph import QueryBoolean, QueryResultsFormat, RdfFormat, parse, parse_query_results

from ipcgraph.media import format_of_media_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyoxigraph import Quad

HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_INSIDES: Final = rb"(?:<|&lt;)(?:coroutine object |(?:function|bound method) \w+ at 0x)"
PROGRAM: Final = re.compile(_INSIDES + rb"|Traceback \(most recent call last\)")
"""What a program prints that has forgotten to make a page."""

_RESULTS: Final = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
_ALIASES: Final = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
}


class Unreadable(Exception):  # noqa: N818  # it is a finding, no failure of ours
    """A body that is not of its type."""


def rdf_format(media_type: str) -> RdfFormat | None:
    """The RDF format of a media type, or None."""
    known = format_of_media_type(media_type)
    return known.rdf if known else None


def statements(body: bytes, rdf: RdfFormat, *, base: str = "") -> list[Quad]:
    """The statements of a body; Unreadable where it is not of this format."""
    _check_xml(body, rdf)
    try:
        return list(parse(body, format=rdf, base_iri=base or None))
    except (SyntaxError, ValueError, RecursionError) as error:
        if rdf == RdfFormat.JSON_LD and _has_remote_context(body):
            return []
        raise Unreadable(_short(error)) from error


def check_results(body: bytes, media_type: str) -> bool | list[str] | None:
    """What the results of a query say: a boolean, or the first column; Unreadable where they are not of this type.

    None where nothing is known of the type.
    """
    media_type = _ALIASES.get(media_type, media_type)
    if media_type == "text/csv":
        try:
            rows = list(csv.reader(io.StringIO(body.decode("utf-8"), newline=""), strict=True))
        except (csv.Error, UnicodeDecodeError) as error:
            raise Unreadable(_short(error)) from error
        if (
            not rows
            or len({len(row) for row in rows if row}) > 1
            or any(cell.startswith(("<", "{")) for cell in rows[0])
        ):
            raise Unreadable("there is no header with the names of the columns")
        return [row[0] for row in rows[1:] if row]
    if media_type not in _RESULTS:
        return None
    if media_type.endswith("xml") and (b"<!" in body.replace(b"<!--", b"") or b"\0" in body):
        raise Unreadable("it has a document type")
    try:
        results = parse_query_results(body, format=_RESULTS[media_type])
        if isinstance(results, QueryBoolean):
            return bool(results)
        return [getattr(row[0], "value", "") for row in results]
    except (SyntaxError, ValueError, RecursionError, AttributeError) as error:
        raise Unreadable(_short(error)) from error


def unpacked(body: bytes, *, largest: int) -> bytes:
    """A body without its gzip; Unreadable where it is none, or more than `largest` bytes come out."""
    try:
        unpacking = zlib.decompressobj(wbits=31)
        data = unpacking.decompress(body, largest)
    except zlib.error as error:
        raise Unreadable(_short(error)) from error
    if unpacking.unconsumed_tail or not unpacking.eof:
        raise Unreadable(f"it is cut off, or larger than {largest:,} bytes when unpacked")
    return data


class Link(NamedTuple):
    """A link of a page, as a whole address."""

    url: str
    relation: str
    type: str
    is_asset: bool
    """Whether a browser fetches it by itself."""


def page_links(body: bytes, url: str) -> list[Link]:
    """The links of a page that lead anywhere by http or https, each once."""
    page = _Page(url)
    page.feed(body.decode("utf-8", "replace"))
    page.close()
    return list(dict.fromkeys(page.links))


def header_links(value: str, url: str) -> list[Link]:
    """The links of a Link header.

    >>> header_links('<a.ttl>; rel="alternate"; type="text/turtle"', "http://x.example/a")[0].url
    'http://x.example/a.ttl'
    """
    found: list[Link] = []
    for target, parameters in re.findall(r'<([^>]*)>((?:\s*;\s*[\w*]+\s*=\s*(?:"[^"]*"|[^\s,;"]+))*)', value):
        given = dict(re.findall(r'([\w*]+)\s*=\s*"?([^",;]*)"?', parameters))
        found += _link(url, target, given.get("rel", ""), given.get("type", ""), is_asset=False)
    return found


class _Page(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.links: list[Link] = []
        self._url = url

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        relation = given.get("rel", "").lower()
        if tag == "base" and given.get("href"):
            self._url = urljoin(self._url, given["href"])
        elif tag in {"a", "area", "form"}:
            self._add(given.get("href") or given.get("action", ""), relation, given.get("type", ""), is_asset=False)
        elif tag == "link":
            loads = bool({"stylesheet", "icon", "preload", "modulepreload", "manifest"} & set(relation.split()))
            self._add(given.get("href", ""), relation, given.get("type", ""), is_asset=loads)
        elif tag in {"script", "img", "iframe", "audio", "video", "source", "embed", "track", "object", "input"}:
            self._add(given.get("src") or given.get("data", ""), "", "", is_asset=True)

    def _add(self, target: str, relation: str, media_type: str, *, is_asset: bool) -> None:
        self.links += _link(self._url, target, relation, media_type, is_asset=is_asset)


def _link(url: str, target: str, relation: str, media_type: str, *, is_asset: bool) -> Sequence[Link]:
    try:
        whole = urljoin(url, target.strip()) if target.strip() else ""
    except ValueError:
        return ()
    return (Link(whole, relation, media_type, is_asset),) if whole.startswith(("http://", "https://")) else ()


def locations(sitemap: bytes) -> Iterator[str]:
    """The addresses of a sitemap."""
    for text in re.findall(rb"<loc>\s*([^<\s]+)\s*</loc>", sitemap):
        yield text.decode("utf-8", "replace").replace("&amp;", "&")


def _check_xml(body: bytes, rdf: RdfFormat) -> None:
    # The parser would expand entities without end, and take the process with it.
    if rdf == RdfFormat.RDF_XML and (b"<!DOCTYPE" in body.upper() or b"\0" in body):
        raise Unreadable("it has a document type, which is not read")


def _has_remote_context(body: bytes) -> bool:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return False
    nodes = document if isinstance(document, list) else [document]
    contexts = [node.get("@context") for node in nodes if isinstance(node, dict)]
    return any(
        isinstance(each, str) or (isinstance(each, list) and any(isinstance(x, str) for x in each)) for each in contexts
    )


def _short(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 200 else text[:199] + "…"
