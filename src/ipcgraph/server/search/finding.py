"""A search: a page of what a text finds in its closest meaning that finds anything, and what to narrow it by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tantivy import Query

from ipcgraph.server.search.index import Facets, Hit, SearchIndex
from ipcgraph.server.search.matching import Asked, closely, everything, looked_up, nearly, partly

if TYPE_CHECKING:
    from collections.abc import Iterator

ENOUGH: Final = 5
"""Where fewer things have the words as they are written, those are added whose words differ in a letter or two."""


class Found(NamedTuple):
    """A page of what a search found."""

    hits: tuple[Hit, ...]
    total: int
    """How many there are on all pages."""
    facets: Facets
    how: str
    """`identifier`, `words`, `spelling` (a letter or two may differ), `some` (not all of the words) or `all`."""


def find(index: SearchIndex, asked: Asked, *, base: str, address: str = "", limit: int = 20, offset: int = 0) -> Found:
    """A page of what a text finds; of everything, where it is empty. Any text is words; no sign is a command."""
    if not asked.text.strip():
        query = everything(index.schema, asked)
        total, hits = index.counted_hits(query, limit=limit, offset=offset)
        return Found(hits, total, index.facets(query), "all")
    chosen: tuple[Query, str] | None = None
    most, hits = 0, ()
    for query, how in _meanings(index, asked, base=base, address=address):
        number, some = index.counted_hits(query, limit=limit, offset=offset)
        if number > most:
            chosen, most, hits = (query, how), number, some
        if number >= (ENOUGH if how == "words" else 1):
            break
    if chosen is None:
        return Found((), 0, Facets({}, {}, {}), "words")
    return Found(hits, most, index.facets(chosen[0]), chosen[1])


def _meanings(index: SearchIndex, asked: Asked, *, base: str, address: str) -> Iterator[tuple[Query, str]]:
    """What a text can mean, the closest first."""
    schema = index.schema
    for query, how in (
        (looked_up(schema, asked, base=base, address=address), "identifier"),
        (closely(schema, asked), "words"),
        (nearly(schema, asked), "spelling"),
        (partly(schema, asked), "some"),
    ):
        if query is not None:
            yield query, how


def complete(index: SearchIndex, asked: Asked, *, base: str, address: str = "", limit: int = 10) -> tuple[Hit, ...]:
    """The things that a text which is being typed can become, the likeliest first."""
    if not asked.text.strip():
        return index.hits(everything(index.schema, asked), limit=limit)
    found: dict[str, Hit] = {}
    for query, how in _meanings(index, asked, base=base, address=address):
        if how == "some":
            break
        for hit in index.hits(query, limit=limit):
            found.setdefault(hit.entry.iri, hit)
        if len(found) >= limit:
            break
    return tuple(found.values())[:limit]
