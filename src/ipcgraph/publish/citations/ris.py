"""RIS: citations as reference managers exchange them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ipcgraph.publish.citations.authors import Author
    from ipcgraph.publish.citations.bibliography import Citation

# The venue of an article is not in the graph, so it is neither JOUR nor MGZN nor NEWS; M3 says what it is.
_TYPES: Final[Mapping[str, str]] = {
    "report": "RPRT",
    "working-paper": "RPRT",
    "article": "GEN",
    "research-brief": "RPRT",
    "book": "BOOK",
    "final-report": "RPRT",
    "commission-report": "RPRT",
    "": "GEN",
}


def ris(citations: Iterable[Citation]) -> Iterator[str]:
    """The records as text, one after the other, with the line ends of the format.

    A comma in AU divides family and given name: it is left out of a name whose parts are not known. DA has the month or
    the day only where they are stated.
    """
    for citation in citations:
        yield "".join(f"{tag}  - {value}\r\n" for tag, value in _lines(citation) if value) + "ER  - \r\n\r\n"


def _lines(citation: Citation) -> Iterator[tuple[str, str]]:
    year, month, day = (*citation.issued.split("-"), "", "")[:3]
    yield "TY", _TYPES[citation.kind]
    yield "ID", citation.key
    yield "TI", citation.title
    for author in citation.authors:
        yield "AU", _author(author)
    yield "PY", year
    yield "DA", f"{year}/{month}/{day}/" if month else ""
    for institution in citation.institutions:
        yield "PB", institution
    yield "M3", citation.genre
    for topic in citation.topics:
        yield "KW", topic
    yield "DO", citation.doi
    yield "SN", citation.isbn
    yield "UR", citation.url


def _author(name: Author) -> str:
    if not name.family:
        return " ".join(name.text.replace(",", " ").split())
    return ", ".join(filter(None, (name.family, name.given, name.suffix)))
