"""Data extension: the values of some properties for things that a client has matched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.errors import UsageError
from ipcgraph.publish.pages.library import KINDS
from ipcgraph.server.reconcile.batch import LONGEST, read_json
from ipcgraph.server.reconcile.properties import property_named, values_of
from ipcgraph.vocabulary import compact

if TYPE_CHECKING:
    from ipcgraph.server.reconcile.candidates import Graph
    from ipcgraph.server.reconcile.properties import Property, Value

MOST_IDS: Final = 500
MOST_PROPERTIES: Final = 40
MOST_VALUES: Final = 50_000
"""Values in one answer: where there would be more, fewer ids or a limit are asked for."""


class Wanted(NamedTuple):
    """A property to fetch, and at most how many values of it; 0 is all."""

    property: Property
    limit: int


class Extension(NamedTuple):
    """What a client wants to have of which things, by the ids as it writes them."""

    ids: tuple[str, ...]
    wanted: tuple[Wanted, ...]


def read_extension(text: str) -> Extension:
    """What a client wants to have. Raises UsageError where it is wrong, or too much."""
    body = read_json(text, "extend")
    if not isinstance(body, dict) or not isinstance(body.get("ids"), list):
        raise UsageError('extend is not as {"ids": ["person/ada"], "properties": [{"id": "orcid"}]}')
    ids, named = body["ids"], body.get("properties")
    if not isinstance(named, list):
        raise UsageError("properties is no list")
    if len(ids) > MOST_IDS or len(named) > MOST_PROPERTIES:
        raise UsageError(f"this is too much at a time; send {MOST_IDS} ids and {MOST_PROPERTIES} properties at most")
    if not all(isinstance(each, str) and len(each) <= LONGEST for each in ids):
        raise UsageError("an id is no text, or longer than any of ours")
    return Extension(tuple(dict.fromkeys(ids)), tuple(_wanted(each) for each in named))


def _wanted(body: object) -> Wanted:
    key = body.get("id") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(key, str):
        raise UsageError('a property is not as {"id": "orcid"}')
    known = property_named(key)
    if known is None:
        raise UsageError(f"there is no property {key[:60]!r}; /reconcile/properties lists them")
    settings = body.get("settings") or {}
    limit = settings.get("limit", 0) if isinstance(settings, dict) else None
    if isinstance(limit, bool) or not re.fullmatch(r"[0-9]{1,6}(?:\.0+)?", str(limit).strip() or "0"):
        raise UsageError(f"the limit of {known.key} is no whole number")
    return Wanted(known, int(float(str(limit).strip() or "0")))


def extended(graph: Graph, extension: Extension) -> dict[str, object]:
    """The answer: what each property is called, and the values of each thing; none for what is not known."""
    rows: dict[str, dict[str, list[dict[str, object]]]] = {}
    number = 0
    for name in extension.ids:
        iri = graph.find(name)
        row = rows[name] = {}
        for wanted in extension.wanted:
            values = values_of(graph.reading, iri, wanted.property) if iri else ()
            chosen = values[: wanted.limit] if wanted.limit else values
            number += len(chosen)
            if number > MOST_VALUES:
                raise UsageError(f"these are more than {MOST_VALUES:,} values; ask for fewer ids, or set a limit")
            row[wanted.property.key] = [_value_json(graph, wanted.property, value) for value in chosen]
    return {"meta": [_meta(wanted.property) for wanted in extension.wanted], "rows": rows}


def _meta(wanted: Property) -> dict[str, object]:
    target = {"type": {"id": wanted.target, "name": KINDS[wanted.target][0]}} if wanted.target else {}
    return {"id": wanted.key, "name": wanted.name, **target}


def _value_json(graph: Graph, wanted: Property, value: Value) -> dict[str, object]:
    if value.iri and value.iri.startswith(graph.base):
        return {"id": compact(value.iri, base=graph.base), "name": value.text}
    if wanted.key == "year":
        return {"int": int(value.text)}
    # Dates are told as they are stated, since a year is no day.
    return {"str": value.text}
