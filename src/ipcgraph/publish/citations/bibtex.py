"""BibTeX: citations as LaTeX and reference managers read them, in UTF-8."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ipcgraph.publish.citations.authors import Author
    from ipcgraph.publish.citations.bibliography import Citation

_ENTRIES: Final[Mapping[str, str]] = {
    "report": "techreport",
    "working-paper": "techreport",
    "article": "article",
    "research-brief": "techreport",
    "book": "book",
    "final-report": "techreport",
    "commission-report": "techreport",
    "": "misc",
}
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# BibTeX counts braces even behind a backslash: one by itself is written as a command. Letters with accents stay as they
# are: LaTeX has read UTF-8 by default since 2018, biber and reference managers do. So do < > and |, for which many
# readers know no command.
_ESCAPES: Final = str.maketrans({
    "\\": r"{\textbackslash}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}", "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
})  # fmt: skip


def bibtex(citations: Iterable[Citation]) -> Iterator[str]:
    """The entries as text, one after the other.

    Titles stand in double braces, so that no style changes their capitals; institutions in double braces as authors. A
    person whose family name is not certain is written in the order of the name, which BibTeX reads in its own way. The
    date is year and month, and `date` where the day is stated.
    """
    for citation in citations:
        fields = "".join(f",\n  {name} = {value}" for name, value in _fields(citation) if value)
        yield f"@{_ENTRIES[citation.kind]}{{{citation.key}{fields}\n}}\n\n"


def escape(text: str) -> str:
    r"""The text as LaTeX prints it.

    >>> escape("R&D at 5% in Malmö")
    'R\\&D at 5\\% in Malmö'
    """
    return text.translate(_ESCAPES)


def _fields(citation: Citation) -> Iterator[tuple[str, str]]:
    year, _, rest = citation.issued.partition("-")
    month = rest[:2]
    entry = _ENTRIES[citation.kind]
    institutions = " and ".join(f"{{{escape(name)}}}" for name in citation.institutions)
    yield "author", _braced(" and ".join(map(_author, citation.authors)))
    yield "title", _braced(_braced(escape(citation.title)))
    yield (
        "institution" if entry == "techreport" else "publisher" if entry == "book" else "organization",
        _braced(institutions),
    )
    # Without a type the styles print "Technical Report".
    yield (
        "type",
        _braced(escape(citation.genre[:1].upper() + citation.genre[1:])) if entry in {"techreport", "misc"} else "",
    )
    yield "year", _braced(year)
    yield "month", _MONTHS[int(month) - 1] if month else ""
    yield "date", _braced(citation.issued) if len(rest) > 2 else ""
    yield "keywords", _braced(", ".join(escape(topic).replace(",", ";") for topic in citation.topics))
    # These three are read letter by letter: what would end them is written as in a web address.
    yield "doi", _braced(_verbatim(citation.doi))
    yield "isbn", _braced(_verbatim(citation.isbn))
    yield "url", _braced(_verbatim(citation.url))


def _braced(text: str) -> str:
    return f"{{{text}}}" if text else ""


def _verbatim(text: str) -> str:
    return re.sub(r"[{}\\]", lambda found: f"%{ord(found[0]):02X}", text)


def _author(name: Author) -> str:
    if name.institution or (not name.family and re.search(r",|\band\b", name.text, re.IGNORECASE)):
        return f"{{{escape(name.text)}}}"
    if not name.family:
        return escape(name.text)
    return ", ".join(_part(part) for part in (name.family, name.suffix, name.given) if part)


def _part(text: str) -> str:
    """A part of a name, in braces where it holds what separates names."""
    return f"{{{escape(text)}}}" if re.search(r",|\band\b", text, re.IGNORECASE) else escape(text)
