"""CSL-JSON: citations as Zotero, Pandoc and citeproc read them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ipcgraph.publish.citations.authors import Author
    from ipcgraph.publish.citations.bibliography import Citation

_TYPES: Final[Mapping[str, str]] = {
    "report": "report",
    "working-paper": "report",
    "article": "article",
    "research-brief": "report",
    "book": "book",
    "final-report": "report",
    "commission-report": "report",
    "": "document",
}


def csl_json(citations: Iterable[Citation]) -> Iterator[str]:
    """The pieces of one JSON array, an item each.

    A name is `literal` where its parts are not known, and for institutions; a date has as many parts as are stated.
    """
    between = "[\n"
    for citation in citations:
        yield between + json.dumps(_item(citation), ensure_ascii=False)
        between = ",\n"
    yield "\n]\n" if between != "[\n" else "[]\n"


def _item(citation: Citation) -> dict[str, object]:
    issued = {"date-parts": [[int(part) for part in citation.issued.split("-")]]} if citation.issued else None
    item = {
        "id": citation.key,
        "type": _TYPES[citation.kind],
        "title": citation.title,
        "author": [_name(author) for author in citation.authors],
        "issued": issued,
        "publisher": ", ".join(citation.institutions),
        "genre": "" if citation.kind in {"article", "book"} else citation.genre,
        "keyword": ", ".join(citation.topics),
        "DOI": citation.doi,
        "ISBN": citation.isbn,
        "URL": citation.url,
    }
    return {key: value for key, value in item.items() if value}


def _name(author: Author) -> dict[str, str]:
    if not author.family:
        return {"literal": author.text}
    parts = {"family": author.family, "given": author.given, "suffix": author.suffix}
    return {key: value for key, value in parts.items() if value}
