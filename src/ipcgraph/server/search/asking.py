"""What a request asks of the search, read from its query string; whatever is wrong is said in a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from ipcgraph.errors import UsageError
from ipcgraph.publish.pages.search import FOUND
from ipcgraph.server.search.matching import Asked
from ipcgraph.spelling import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST: Final = 1_000
"""Characters of a text that is searched for."""
PAGE: Final = 20
"""Things on one page, as long as nothing else is asked for."""
LARGEST: Final = 100
"""Things on one page at most."""
FURTHEST: Final = 10_000
"""Pages that begin after so many things are not shown: what is so far down is found by narrower words."""
NARROWER: Final[Mapping[str, tuple[str, ...]]] = {
    "Organization": ("Organization", "Partner", "Center", "Commission"),
    "Thing": (),
}
"""The kinds that stand for several, where a kind is that of a parameter or a type."""


class Request(NamedTuple):
    """A search as a request asks for it."""

    asked: Asked
    page: int = 1
    limit: int = PAGE

    def address(self, *, page: int = 1, **other: str) -> str:
        """The relative address of this search with something else in it; an empty text takes a condition away."""
        asked = self.asked
        values = {
            "q": asked.text,
            "kind": ",".join(asked.kinds),
            "year": str(asked.year or ""),
            "within": asked.within,
            "limit": str(self.limit) if self.limit != PAGE else "",
            **other,
        }
        if page > 1:
            values["page"] = str(page)
        return "search?" + urlencode({name: value for name, value in values.items() if value or name == "q"})


def given_once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The values of a query string by name. Raises UsageError where a name is given twice."""
    values: dict[str, str] = {}
    for name, value in pairs:
        if name in values:
            raise UsageError(f"{_shown(name)} is given more than once; write it once")
        values[name] = value
    return values


def read_request(values: Mapping[str, str], *, base: str) -> Request:
    """The search that a query string asks for. Raises UsageError with what is wrong and what to write."""
    text = searched(values.get("q", ""))
    page, limit = (
        _number(values, name, default, most)
        for name, default, most in (("page", 1, FURTHEST), ("limit", PAGE, LARGEST))
    )
    if (page - 1) * limit >= FURTHEST:
        raise UsageError(f"page {page} is too far down; add a word, or choose a kind or a year")
    year = values.get("year", "")
    if year and not re.fullmatch("[0-9]{1,4}", year):
        raise UsageError(f"year is {_shown(year)}; write a year such as 2019")
    within = values.get("within", "")
    if within:
        within = _place(within, base)
    kinds = tuple(dict.fromkeys(_kind(kind) for kind in values.get("kind", "").split(",") if kind.strip()))
    return Request(Asked(text, kinds, int(year or 0), within), page, limit)


def searched(text: str) -> str:
    """A text that can be searched for. Raises UsageError where it is too long."""
    if len(text) > LONGEST:
        raise UsageError(f"this text has {len(text):,} characters; write {LONGEST:,} at most")
    return text


def kinds_of(name: str) -> tuple[str, ...]:
    """The kinds that a kind of parameter or a type stands for, none where it is any. Raises UsageError for no kind."""
    if name in NARROWER:
        return NARROWER[name]
    return (_kind(name),)


def number_of(values: Mapping[str, str], name: str, default: int, most: int) -> int:
    """A whole number from 1 that a query string has; UsageError for anything else."""
    return _number(values, name, default, most)


def _kind(name: str) -> str:
    name = name.strip()
    if name not in FOUND:
        raise UsageError(f"there is no kind {_shown(name)}; {suggestion(name, FOUND, 'kinds: ' + ', '.join(FOUND))}")
    return name


def _place(text: str, base: str) -> str:
    """The IRI of a center or an initiative, from that or from its id."""
    iri = text if "://" in text else base + text
    try:
        return NamedNode(iri).value
    except ValueError as error:
        raise UsageError(f"within is {_shown(text)}; write an id such as center/ipc") from error


def _number(values: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = values.get(name, "") or str(default)
    if not re.fullmatch("[0-9]{1,9}", text) or not 1 <= int(text) <= most:
        raise UsageError(f"{name} is {_shown(text)}; write a whole number from 1 to {most:,}")
    return int(text)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")
