"""The answers of the search as JSON: what was found, what to narrow it by, and where the next page is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ipcgraph.publish.pages.library import KINDS
from ipcgraph.server.search.matching import note_on
from ipcgraph.vocabulary import compact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.server.search.asking import Request
    from ipcgraph.server.search.finding import Found
    from ipcgraph.server.search.index import Hit


def found_json(request: Request, found: Found, *, base: str, addresses: Addresses, name: Callable[[str], str]) -> bytes:
    """A page of a search; `name` gives what a center or an initiative is called."""
    pages = -(-found.total // request.limit)
    facets = {
        "kind": _counted(found.facets.kinds, lambda kind: KINDS[kind][1]),
        "year": [{"id": str(year), "name": str(year), "count": n} for year, n in sorted(found.facets.years.items())],
        "within": [each | {"id": compact(str(each["id"]), base=base)} for each in _counted(found.facets.within, name)],
    }
    body: dict[str, object] = {
        "query": request.asked.text,
        "how": found.how,
        "total": found.total,
        "page": request.page,
        "pages": pages,
        "results": [result(hit, base=base, addresses=addresses) for hit in found.hits],
        "facets": facets,
    }
    if note := note_on(request.asked.text):
        body["note"] = note
    root = addresses.address
    if request.page < pages:
        body["next"] = f"{root}{request.address(page=request.page + 1)}&format=json"
    if 1 < request.page <= pages:
        body["previous"] = f"{root}{request.address(page=request.page - 1)}&format=json"
    return encoded(body)


def suggestions_json(text: str, hits: Iterable[Hit], *, base: str) -> bytes:
    """What a text that is being typed can become."""
    found = [
        {
            "id": compact(hit.entry.iri, base=base),
            "iri": hit.entry.iri,
            "name": hit.entry.label,
            "kind": hit.entry.kind,
            "description": hit.entry.description,
        }
        for hit in hits
    ]
    return encoded({"query": text, "suggestions": found})


def result(hit: Hit, *, base: str, addresses: Addresses) -> dict[str, object]:
    """One thing that was found."""
    entry = hit.entry
    found: dict[str, object] = {
        "id": compact(entry.iri, base=base),
        "iri": entry.iri,
        "kind": entry.kind,
        "name": entry.label,
        "description": entry.description,
        "page": addresses.web(entry.iri),
    }
    if entry.year:
        found["year"] = entry.year
    if entry.others:
        found["otherNames"] = list(entry.others)
    if entry.acronyms:
        found["acronyms"] = list(entry.acronyms)
    if entry.identifiers:
        found["identifiers"] = [{"scheme": scheme, "value": value} for scheme, value in entry.identifiers]
    return found


def encoded(body: object) -> bytes:
    """A value as JSON in UTF-8; no tag of HTML stands in it, whoever takes it for a page."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c").encode() + b"\n"


def _counted(counts: Mapping[str, int], name: Callable[[str], str]) -> list[dict[str, object]]:
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [{"id": key, "name": name(key), "count": count} for key, count in ordered]
