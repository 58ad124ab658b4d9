"""The page of a person: roles over time, works by year, co-authors, partnerships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipcgraph.publish.pages.claims import disputes, facts, identifiers
from ipcgraph.publish.pages.coauthors import coauthors_listing, joint_works, picture
from ipcgraph.publish.pages.content import Content, Joined, Listing
from ipcgraph.publish.pages.lines import (
    listing,
    newest_roles_first,
    partner_line,
    role_title,
    roles_listing,
    works_listing,
)
from ipcgraph.publish.pages.periods import GOES_ON

if TYPE_CHECKING:
    from ipcgraph.publish.pages.sheet import Sheet


def person(sheet: Sheet) -> Content:
    """What the page of a person shows."""
    roles = sheet.pointing("holder")
    works = sheet.library.works_by(sheet.iri)
    joint = joint_works(sheet, works)
    listings = (
        roles_listing(sheet, "roles", "Roles", roles),
        works_listing(sheet, works),
        coauthors_listing(sheet, joint),
        _partnerships(sheet),
        listing(sheet, "convened", "Convened", sheet.pointing("convenedBy")),
        listing(sheet, "others", "Also named by", sheet.pointing("parent", "partOf")),
    )
    lead = _lead(sheet, roles)
    return Content(
        "Person",
        sheet.reading.label(sheet.iri),
        lead=lead,
        facts=facts(sheet, without=("isReplacedBy", "deprecated")),
        identifiers=identifiers(sheet),
        listings=listings,
        disputes=disputes(sheet),
        picture=picture(sheet, works, joint),
        cited=sheet.cited(sheet.iri),
        description=_description(sheet, lead, len(works)),
    )


def _lead(sheet: Sheet, roles: tuple[str, ...]) -> tuple[Joined, ...]:
    """What the person is now, as of the sources: the roles that go on, those that lead first, three at most."""
    library = sheet.library
    going_on = [role for role in newest_roles_first(sheet, roles) if library.span(role).status in GOES_ON]

    def rank(role: str) -> tuple[bool, bool]:
        at_center = any(sheet.reading.kind(place) == "Center" for place in library.many(role, "heldAt"))
        return not library.leads(library.one(role, "roleType")), not at_center

    going_on.sort(key=rank)
    return tuple(_held(sheet, role) for role in going_on[:3])


def _held(sheet: Sheet, role: str) -> Joined:
    contexts = sheet.links(sheet.library.many(role, "heldAt"))
    title = role_title(sheet, role)
    return Joined(f"{title}, " if contexts else title, contexts)


def _partnerships(sheet: Sheet) -> Listing:
    found = sheet.library.by_label(sheet.pointing("partnerOf", "partner"))
    return Listing("partnerships", "Partnerships", found, lambda iri: partner_line(sheet, iri))


def _description(sheet: Sheet, lead: tuple[Joined, ...], works: int) -> str:
    said = [f"{part.word}{', '.join(link.label for link in part.links)}" for part in lead]
    if works:
        said.append(f"{works} work{'s' * (works != 1)}")
    return f"{sheet.reading.label(sheet.iri)}: {'; '.join(said)}." if said else ""
