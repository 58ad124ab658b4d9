"""What a request accepts: the media type that it wants most of those there are (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KEPT: Final = 512
"""So many headers are remembered with what they want."""
LONGEST: Final = 400
"""Longer headers are not remembered."""

# A part ends with a comma, but not with one in quotes; nothing is tried twice, so that no header takes long.
_PART: Final = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+"|")++')
_SETTING: Final = re.compile(r';\s*+([^\s=;,"]++)\s*+(?:=\s*+("(?:[^"\\]|\\.)*+"|[^\s;,"]*+))?')
_WEIGHT: Final = re.compile(r"1(?:\.0*)?|0(?:\.[0-9]*)?")


def best(header: str | None, offers: Sequence[str]) -> str | None:
    """The media type, of those offered, that an Accept header wants most; None where it wants none of them.

    Of those wanted alike it is the first. Of the ranges that a type is in, the closest has its weight; `q=0` refuses.
    No header, or an empty one, wants any.
    Parameters other than `q` do not count. An offer may have parameters itself, which do not count either.

    >>> best("text/html;q=0.5, text/*;q=0.7, */*;q=0.1", ("text/html", "text/turtle", "image/png"))
    'text/turtle'
    >>> best("text/turtle;q=0", ("text/turtle",)) is None
    True
    """
    if header is None or not header.strip():
        return offers[0]
    whole = tuple(offers)
    return _remembered(header, whole) if len(header) <= LONGEST else _chosen(header, whole)


def _chosen(header: str, offers: tuple[str, ...]) -> str | None:
    weights: dict[str, float] = {}
    for media_range, weight in ranges(header):
        weights.setdefault(media_range, weight)
    chosen, most = None, 0.0
    for offer in offers:
        media_type = offer.partition(";")[0].strip().lower()
        wide = media_type.partition("/")[0] + "/*"
        weight = next((weights[each] for each in (media_type, wide, "*/*") if each in weights), 0.0)
        if weight > most:
            chosen, most = offer, weight
    return chosen


_remembered = lru_cache(KEPT)(_chosen)


def ranges(header: str) -> Iterator[tuple[str, float]]:
    """Each range of a header of this kind in lower case, with its weight; one whose weight is none is left out."""
    for part in _PART.findall(header):
        media_range, semicolon, rest = part.partition(";")
        weight = "1"
        for name, value in _SETTING.findall(semicolon + rest):
            if name.lower() == "q":
                weight = value
                break
        if _WEIGHT.fullmatch(weight):
            yield media_range.strip().lower(), float(weight)
