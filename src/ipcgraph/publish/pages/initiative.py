"""The page of an initiative: who runs it, with whom, with whose money, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipcgraph.publish.pages.claims import disputes, facts, identifiers
from ipcgraph.publish.pages.content import Content, Joined
from ipcgraph.publish.pages.lines import listing, roles_listing, works_listing
from ipcgraph.publish.pages.organization import below, money
from ipcgraph.publish.pages.parts import counts_listing
from ipcgraph.publish.pages.periods import date_words

if TYPE_CHECKING:
    from ipcgraph.publish.pages.sheet import Sheet


def initiative(sheet: Sheet) -> Content:
    """What the page of an initiative shows."""
    library = sheet.library
    parts = below(sheet, sheet.iri)
    roles = sheet.pointing("heldAt")
    leading = tuple(role for role in roles if library.leads(library.one(role, "roleType")))
    span = library.span(sheet.iri)
    lead = []
    if whole := library.many(sheet.iri, "partOf"):
        lead.append(Joined("Part of ", sheet.links(whole)))
    if span.start or span.end or span.status or span.duration:
        lead.append(Joined(span.words if span.dated or span.duration else span.status, ()))
    if issued := library.text(sheet.iri, "issued"):
        lead.append(Joined(f"listed {date_words(issued)}", ()))
    works = {
        work
        for part in (sheet.iri, *parts)
        for work in sheet.reading.subjects("partOf", part)
        if sheet.reading.kind(work) == "Work"
    }
    return Content(
        library.kind_of(sheet.iri, "Initiative"),
        sheet.reading.label(sheet.iri),
        lead=tuple(lead),
        facts=facts(sheet, without=("isReplacedBy", "deprecated", "count", "initiativeKind", "partOf", "issued")),
        identifiers=identifiers(sheet),
        listings=(
            roles_listing(sheet, "leaders", "Who leads and led", leading),
            roles_listing(sheet, "people", "People", tuple(role for role in roles if role not in set(leading))),
            money(sheet, parts),
            listing(sheet, "initiatives", "Parts of it", parts),
            counts_listing(sheet),
            works_listing(sheet, tuple(works)),
        ),
        disputes=disputes(sheet),
        cited=sheet.cited(sheet.iri),
    )
