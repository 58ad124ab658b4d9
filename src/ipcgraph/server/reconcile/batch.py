"""A batch of reconciliation queries, read from what a client sends: one that is wrong does not spoil the others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.errors import UsageError
from ipcgraph.publish.pages.search import FOUND
from ipcgraph.server.search.asking import NARROWER

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_QUERIES: Final = 200
"""Queries in one batch."""
LONGEST: Final = 1_000
"""Characters of a name, or of a value."""
MOST_VALUES: Final = 50
"""Values that one query compares by."""
LIMIT: Final = 5
"""Candidates, as long as no other number is asked for."""
LARGEST: Final = 50
"""Candidates at most."""


class Condition(NamedTuple):
    """A value that the thing which is meant has for a property, as far as the client knows."""

    key: str
    """As the client writes it."""
    text: str
    id: str = ""
    """The id of the thing, where the client has matched the value already."""


class Query(NamedTuple):
    """One thing that a client looks for."""

    text: str
    kinds: tuple[str, ...] = ()
    """Of these kinds only; of any, where there is none."""
    conditions: tuple[Condition, ...] = ()
    limit: int = LIMIT
    preferred: tuple[str, ...] = ()
    """Things of these kinds rather than others."""
    impossible: bool = False
    """Whether it asks for things of several kinds at once, of which there are none."""


def read_batch(text: str) -> Mapping[str, Query | UsageError]:
    """Each query of a batch by the name that the client gave it, or what is wrong with it.

    Raises UsageError where it is no batch at all, or too large.
    """
    body = read_json(text, "queries")
    if not isinstance(body, dict):
        raise UsageError('queries is no JSON object; write {"q0": {"query": "a name"}}')
    if len(body) > MOST_QUERIES:
        raise UsageError(f"there are {len(body):,} queries; send {MOST_QUERIES} at a time")
    return {name: _read(query) for name, query in body.items()}


def read_json(text: str, name: str) -> object:
    """The JSON in a text; UsageError where it is none."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is no JSON ({_first(str(error))})") from error


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _first(text: str) -> str:
    return text if len(text) < 100 else text[:99] + "…"


def _read(body: object) -> Query | UsageError:
    try:
        return _query(body)
    except UsageError as error:
        return error


def _query(body: object) -> Query:
    if not isinstance(body, dict):
        raise UsageError('this query is no JSON object; write {"query": "a name"}')
    text = body.get("query", "")
    if not isinstance(text, str):
        raise UsageError("query is no text")
    if len(text) > LONGEST:
        raise UsageError(f"query has {len(text):,} characters; write {LONGEST:,} at most")
    conditions = _conditions(body.get("properties") or [])
    if not text.strip() and not conditions:
        raise UsageError("there is neither a query nor a property to compare by")
    strictness = str(body.get("type_strict") or "any")
    kinds, impossible = _kinds(body.get("type"), strictness)
    found = Query(text.strip(), (), conditions, _limit(body.get("limit")), impossible=impossible)
    return found._replace(preferred=kinds) if strictness == "should" else found._replace(kinds=kinds)


def _limit(value: object) -> int:
    if value is None:
        return LIMIT
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 1:
        raise UsageError("limit is no whole number from 1")
    return min(int(min(value, LARGEST)), LARGEST)


def _kinds(value: object, strictness: str) -> tuple[tuple[str, ...], bool]:
    """The kinds that are asked for, and whether nothing can be of all of them."""
    if strictness not in {"any", "should", "all"}:
        raise UsageError("type_strict is none of: any, should, all")
    named = [] if value is None or value == "" else value if isinstance(value, list) else [value]
    if len(named) > MOST_VALUES:
        raise UsageError(f"there are {len(named)} types; write {MOST_VALUES} at most")
    found = [_kind(each) for each in named]
    if strictness == "all" and found:
        common = [kind for kind in found[0] if all(kind in each for each in found)]
        return tuple(common), not common
    return tuple(dict.fromkeys(kind for each in found for kind in each)), False


def _kind(value: object) -> tuple[str, ...]:
    name = value.get("id") if isinstance(value, dict) else value
    if not isinstance(name, str):
        raise UsageError("a type is neither a text nor an object with an id")
    plain = name.rpartition("#")[2].rpartition("/")[2]
    if plain in FOUND:
        return NARROWER.get(plain, (plain,))
    raise UsageError(f"there is no type {_first(name)!r}; types: {', '.join(FOUND)}")


def _conditions(body: object) -> tuple[Condition, ...]:
    if not isinstance(body, list):
        raise UsageError("properties is no list")
    found: list[Condition] = []
    for each in body:
        key = each.get("pid") if isinstance(each, dict) else None
        if not isinstance(key, str) or "v" not in each:
            raise UsageError('a property is not as {"pid": "orcid", "v": "0000-0002-1825-0097"}')
        values = each["v"] if isinstance(each["v"], list) else [each["v"]]
        found += [condition for value in values if (condition := _condition(key, value))]
    if len(found) > MOST_VALUES:
        raise UsageError(f"there are {len(found)} values to compare by; write {MOST_VALUES} at most")
    return tuple(found)


def _condition(key: str, value: object) -> Condition | None:
    """A value to compare by; None for an empty one, which says nothing."""
    if isinstance(value, dict):
        text, name = value.get("id"), value.get("name", "")
        if not isinstance(text, str) or not isinstance(name, str):
            raise UsageError(f"a value of {_first(key)} is an object without an id")
        found = Condition(key, name or text, text)
    elif isinstance(value, str | int | float):
        found = Condition(key, str(value).strip())
    elif value is None:
        return None
    else:
        raise UsageError(f"a value of {_first(key)} is neither a text nor a number")
    if len(found.text) > LONGEST or len(found.id) > LONGEST:
        raise UsageError(f"a value of {_first(key)} has more than {LONGEST:,} characters")
    return found if found.text else None
