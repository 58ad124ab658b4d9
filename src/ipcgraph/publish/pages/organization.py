"""The pages of a center, a partner, a commission and any other organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipcgraph.publish.pages.claims import disputes, facts, identifiers
from ipcgraph.publish.pages.content import Content, Joined, Line, Link, Listing
from ipcgraph.publish.pages.library import KINDS
from ipcgraph.publish.pages.lines import (
    listing,
    partner_line,
    partnership_line,
    roles_listing,
    thing_line,
    works_listing,
)
from ipcgraph.publish.pages.parts import counts_listing
from ipcgraph.publish.pages.periods import date_words

if TYPE_CHECKING:
    from ipcgraph.publish.pages.sheet import Sheet


def organization(sheet: Sheet) -> Content:
    """What the page of a center or any other organization shows."""
    library = sheet.library
    initiatives = below(sheet, sheet.iri)
    roles = sheet.pointing("heldAt")
    leading = tuple(role for role in roles if library.leads(library.one(role, "roleType")))
    people = tuple(role for role in roles if role not in set(leading))
    is_center = sheet.kind == "Center"
    founded = library.text(sheet.iri, "founded")
    lead = [Joined(f"Founded {date_words(founded)}", ())] if founded and sheet.kind != "Commission" else []
    if founded and sheet.kind == "Commission":
        lead = [Joined(f"Convened {date_words(founded)}", ())]
    if convened := library.many(sheet.iri, "convenedBy"):
        lead.append(Joined("by ", sheet.links(convened)))
    return Content(
        KINDS.get(sheet.kind, (sheet.kind, ""))[0],
        sheet.reading.label(sheet.iri),
        lead=tuple(lead),
        facts=facts(sheet, without=("isReplacedBy", "deprecated", "count", *(("topic",) if is_center else ()))),
        identifiers=identifiers(sheet),
        listings=(
            roles_listing(sheet, "leaders", "Who leads and led", leading),
            money(sheet, initiatives),
            listing(sheet, "initiatives", "Initiatives", tuple(initiatives)),
            roles_listing(sheet, "people", "People" if not leading else "Other people", people),
            _topics(sheet, library.many(sheet.iri, "topic") if is_center else ()),
            counts_listing(sheet),
            *_works(sheet, roles, initiatives),
            _engagements(sheet),
            listing(sheet, "bodies", "Parts of it", sheet.pointing("parent")),
            _affiliated(sheet),
        ),
        disputes=disputes(sheet),
        cited=sheet.cited(sheet.iri),
    )


def below(sheet: Sheet, top: str) -> tuple[str, ...]:
    """The initiatives that are part of a thing, directly or through others, each once."""
    found: list[str] = []
    waiting = [top]
    while waiting:
        for part in sheet.reading.subjects("partOf", waiting.pop()):
            if part not in found and part != top and sheet.reading.kind(part) == "Initiative":
                found.append(part)
                waiting.append(part)
    return sheet.library.by_label(tuple(found))


def money(sheet: Sheet, initiatives: tuple[str, ...]) -> Listing:
    """Partners and money, first of the thing itself, then of each of its initiatives under its name."""
    library = sheet.library
    own = library.by_label(sheet.pointing("partnerOf"))
    of_part = {
        partnership: initiative
        for initiative in initiatives
        for partnership in library.by_label(sheet.reading.subjects("partnerOf", initiative))
        if partnership not in own
    }
    if not of_part:
        return Listing("partners", "Partners and money", own, lambda iri: partner_line(sheet, iri))
    itself = Link(sheet.reading.label(sheet.iri))

    def line(partnership: str) -> Line:
        initiative = of_part.get(partnership)
        found = partner_line(sheet, partnership)
        # The heading says what it is for.
        joined = tuple(each for each in found.joined if each.word != "for")
        return found._replace(joined=joined, group=sheet.link(initiative) if initiative else itself)

    return Listing("partners", "Partners and money", (*own, *of_part), line)


def _works(sheet: Sheet, roles: tuple[str, ...], initiatives: tuple[str, ...]) -> tuple[Listing, ...]:
    library = sheet.library
    of_initiatives = {
        work
        for part in (sheet.iri, *initiatives)
        for work in sheet.reading.subjects("partOf", part)
        if sheet.reading.kind(work) == "Work"
    }
    holders = {library.one(role, "holder") for role in roles} - {""}
    by_people = {work for person in holders for work in library.works_by(person)}
    own = {*library.works_by(sheet.iri), *sheet.pointing("producedBy")}
    return (
        works_listing(sheet, tuple(own | of_initiatives), title="Works"),
        works_listing(
            sheet,
            tuple(by_people - own - of_initiatives) if sheet.kind == "Center" else (),
            name="works-of-people",
            title="Works by its people",
            note="Works of everyone who holds or held a role here; some may have been written elsewhere.",
        ),
        works_listing(sheet, sheet.pointing("featuredIn"), name="featured", title="Featured here"),
    )


def _topics(sheet: Sheet, topics: tuple[str, ...]) -> Listing:
    return Listing("topics", "Research areas", sheet.library.by_label(topics), lambda iri: Line(sheet.link(iri)))


def _engagements(sheet: Sheet) -> Listing:
    """What an organization takes part in as a partner."""
    found = sheet.library.by_label(sheet.pointing("partner"))
    return Listing("engagements", "Partnerships", found, lambda iri: partnership_line(sheet, iri))


def _affiliated(sheet: Sheet) -> Listing:
    """The works on which an author names the organization as affiliation."""
    works = {work for part in sheet.pointing("affiliation") for work in sheet.reading.subjects("hasAuthorship", part)}
    found = works_listing(sheet, tuple(works), name="affiliated", title="Named as affiliation by authors of")
    return found._replace(line=lambda work: thing_line(sheet, work))
