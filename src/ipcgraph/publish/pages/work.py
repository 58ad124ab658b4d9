"""The page of a work: its authors in order, its date and type, what it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcgraph.publish.pages.claims import disputes, facts, identifiers
from ipcgraph.publish.pages.content import Content, Joined, Line, Link, Listing
from ipcgraph.publish.pages.lines import listing
from ipcgraph.publish.pages.parts import counts_listing
from ipcgraph.publish.pages.periods import date_words

if TYPE_CHECKING:
    from ipcgraph.publish.pages.library import Author
    from ipcgraph.publish.pages.sheet import Sheet

LEAD: Final = 12
"""So many authors stand under the title; all are in the list."""


def work(sheet: Sheet) -> Content:
    """What the page of a work shows."""
    library = sheet.library
    authors = library.byline(sheet.iri)
    stated, _ = library.issued(sheet.iri)
    kind = library.kind_of(sheet.iri, "Work")
    makers = sheet.links(library.many(sheet.iri, "producedBy"))
    lead = []
    if authors:
        shown = tuple(sheet.link(author.iri, author.label) for author in authors[:LEAD])
        lead.append(Joined("by ", shown, len(authors) - len(shown)))
    elif makers:
        lead.append(Joined("by ", makers))
    if stated:
        lead.append(Joined(date_words(stated), ()))
    title = sheet.reading.label(sheet.iri)
    names = ", ".join(author.label for author in authors[:5]) or ", ".join(maker.label for maker in makers)
    parts = [f"{kind} by {names}" if names else kind]
    parts += ["and others"] if len(authors) > 5 else []
    parts += [date_words(stated)] if stated else []
    return Content(
        kind,
        title,
        lead=tuple(lead),
        facts=facts(sheet, without=("isReplacedBy", "deprecated", "count", "workType")),
        identifiers=identifiers(sheet),
        listings=(
            _authors(sheet, authors),
            counts_listing(sheet),
            listing(sheet, "recommended", "Recommended", sheet.pointing("recommendedBy")),
        ),
        disputes=disputes(sheet),
        cited=sheet.cited(sheet.iri),
        description=f"{title}. {', '.join(parts)}.",
    )


def _authors(sheet: Sheet, authors: tuple[Author, ...]) -> Listing:
    by_part = {author.authorship: author for author in authors}

    def line(authorship: str) -> Line:
        author = by_part[authorship]
        affiliations = sheet.library.many(authorship, "affiliation")
        listed = f"listed as {author.listed}" if author.listed and author.listed != author.label else ""
        return Line(
            sheet.link(author.iri, author.label) if author.iri else Link(author.label),
            note=listed,
            joined=(Joined("at", sheet.links(affiliations)),) if affiliations else (),
            number=sheet.link(authorship, str(author.position or "–")),
        )

    return Listing("authors", "Authors", tuple(by_part), line, size=100)
