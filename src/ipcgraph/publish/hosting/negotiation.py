"""Negotiation: which document of a thing a request gets, told in regular expressions for servers that know no more."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.media import FORMATS
from ipcgraph.publish.addresses import SUFFIXES
from ipcgraph.publish.citations.files import FORMATS as CITED

if TYPE_CHECKING:
    from collections.abc import Mapping


class Offer(NamedTuple):
    """One of the documents that each thing has."""

    name: str
    """The suffix without its dot."""
    media_type: str


OFFERS: Final = tuple(
    Offer(suffix[1:], next((each.media_type for each in FORMATS if suffix in each.suffixes), "text/html"))
    for suffix in SUFFIXES
)
"""The documents of a thing. Of two that a request wants alike it gets the first; so `*/*` gets the page."""

DESCRIPTION: Final = "catalogue"
"""The description of the dataset, without a suffix; it has all of OFFERS but the page, which is the front page."""

_OTHERS: Final = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/vnd.microsoft.icon",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".cff": "application/yaml",
    ".gz": "application/gzip",
    ".linkset.json": "application/linkset+json",
}
TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {suffix: each.media_type for each in FORMATS for suffix in each.suffixes if "/x-" not in each.media_type}
    | {suffix: media_type for suffix, (_, media_type) in CITED.items()}
    | _OTHERS
)
"""The media type of each suffix that a file of a site can have; those of two parts go before their last part alone."""

EXACT: Final[Mapping[str, str]] = MappingProxyType(
    {".well-known/void": "text/turtle", "dumps/SHA256SUMS": "text/plain"}
)
"""The media type of each file that has no suffix."""

# JSON is always UTF-8, and its types know no such parameter; N-Triples and N-Quads neither. XML says it itself, too.
_UTF8: Final = re.compile(r"text/.*|application/(?:.*\+)?xml|application/x-(?:bibtex|research-info-systems)")


def has_charset(media_type: str) -> bool:
    """Whether a media type is told with `charset=utf-8`.

    >>> has_charset("text/turtle"), has_charset("application/ld+json")
    (True, False)
    """
    return _UTF8.fullmatch(media_type) is not None


def content_type(media_type: str) -> str:
    """The value of Content-Type for a file of this type.

    >>> content_type("text/turtle")
    'text/turtle; charset=utf-8'
    """
    return f"{media_type}; charset=utf-8" if has_charset(media_type) else media_type


# A media range ends with a comma or the end; before its weight it may have parameters, and these commas in quotes.
# Nothing is tried twice (`*+`), so that no header, however odd, takes long.
_PARAMETERS: Final = r'\s*+(?:;(?!\s*q\s*=)(?:[^,;"]|"[^"]*+")*+)*+'


def listed(media_range: str) -> str:
    """The expression that finds a media range in an Accept header; letters are to be taken in any case.

    >>> bool(re.search(listed("text/*"), "image/png,text/*;q=0.2", re.IGNORECASE))
    True
    """
    return rf"(?:^|,)\s*{re.escape(media_range)}{_PARAMETERS}(?:[,;]|$)"


def weighed(media_range: str, group: str = "") -> str:
    """The expression that finds a media range with its weight, `q=`, and takes the weight as a group.

    Zeros at the end are left out, so that of two weights the greater one is the greater text; no weight at all is `1`.

    >>> re.search(weighed("text/*"), "image/png,text/*;level=1; q=0.250")[1]
    '0.25'
    >>> re.search(weighed("text/*"), "text/*;q=0.000, */*")[1]
    '0'
    """
    name = f"?<{group}>" if group else ""
    return (
        rf"(?:^|,)\s*{re.escape(media_range)}{_PARAMETERS}"
        rf";\s*q\s*=\s*({name}1|0(?:\.\d*?)??)\.?0*\s*(?:[,;]|$)"
    )


def ranges(media_type: str) -> tuple[str, str]:
    """The media ranges that a type belongs to besides `*/*`, the wider one first.

    >>> ranges("text/turtle")
    ('text/*', 'text/turtle')
    """
    return media_type.partition("/")[0] + "/*", media_type
