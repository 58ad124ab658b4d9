"""The pages of a role and of a partnership: one engagement, its sides and its dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipcgraph.publish.pages.claims import disputes, facts, identifiers
from ipcgraph.publish.pages.content import Content, Joined, Line, Listing
from ipcgraph.publish.pages.library import capitalized
from ipcgraph.publish.pages.lines import held_role, role_title
from ipcgraph.publish.pages.parts import counts_listing

if TYPE_CHECKING:
    from ipcgraph.publish.pages.sheet import Sheet


def role(sheet: Sheet) -> Content:
    """What the page of a role shows."""
    library = sheet.library
    holders = sheet.links(library.many(sheet.iri, "holder"))
    contexts = sheet.links(library.many(sheet.iri, "heldAt"))
    lead = [Joined("held by ", holders)] if holders else []
    if contexts:
        lead.append(Joined("at ", contexts))
    name = ", ".join(link.label for link in holders)
    same = [each for person in library.many(sheet.iri, "holder") for each in sheet.reading.subjects("holder", person)]
    others = tuple(dict.fromkeys(each for each in same if each != sheet.iri))
    return Content(
        "Role",
        role_title(sheet, sheet.iri),
        lead=tuple(lead),
        facts=facts(sheet, without=("holder", "heldAt", "statedTitle", "isReplacedBy", "deprecated")),
        identifiers=identifiers(sheet),
        listings=(
            _when(sheet),
            Listing("other-roles", f"Other roles of {name}", others, lambda iri: held_role(sheet, iri)),
        ),
        disputes=disputes(sheet),
        cited=sheet.cited(sheet.iri),
        description=f"{sheet.reading.label(sheet.iri)}; {library.span(sheet.iri).words}.",
    )


def partnership(sheet: Sheet) -> Content:
    """What the page of a partnership shows."""
    library = sheet.library
    lead = [
        Joined(word, sheet.links(library.many(sheet.iri, key)))
        for word, key in (("with ", "partner"), ("in ", "partnerCountry"), ("for ", "partnerOf"))
        if library.many(sheet.iri, key)
    ]
    return Content(
        "Partnership",
        capitalized(library.word(sheet.iri, "partnershipKind")) or sheet.reading.label(sheet.iri),
        lead=tuple(lead),
        facts=facts(sheet, without=("partner", "partnerOf", "partnerCountry", "count", "isReplacedBy", "deprecated")),
        identifiers=identifiers(sheet),
        listings=(_when(sheet), counts_listing(sheet)),
        disputes=disputes(sheet),
        cited=sheet.cited(sheet.iri),
        description=f"{capitalized(sheet.reading.label(sheet.iri))}.",
    )


def _when(sheet: Sheet) -> Listing:
    """Its dates, as a timeline of one."""
    span = sheet.library.span(sheet.iri)
    known = (sheet.iri,) if span.dated or span.duration or span.status else ()

    def line(iri: str) -> Line:
        return Line(sheet.link(iri, span.words), span=span)

    return Listing("time", "When", known, line, timeline=True)
