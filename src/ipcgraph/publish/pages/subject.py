"""The pages of what others are about or from: a topic, a country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipcgraph.publish.pages.claims import disputes, facts, identifiers
from ipcgraph.publish.pages.content import Content, Listing
from ipcgraph.publish.pages.library import KINDS, capitalized
from ipcgraph.publish.pages.lines import listing, partner_line, works_listing

if TYPE_CHECKING:
    from ipcgraph.publish.pages.sheet import Sheet


def topic(sheet: Sheet) -> Content:
    """What the page of a topic shows."""
    named = sheet.pointing("topic")
    works = sheet.pointing("topic", kinds=("Work",))
    centers = sheet.pointing("topic", kinds=("Center",))
    initiatives = sheet.pointing("topic", kinds=("Initiative",))
    rest = tuple(sorted(set(named).difference(works, centers, initiatives)))
    return Content(
        KINDS["Topic"][0],
        capitalized(sheet.reading.label(sheet.iri)),
        facts=facts(sheet),
        identifiers=identifiers(sheet),
        listings=(
            listing(sheet, "centers", "Research centers", centers),
            listing(sheet, "initiatives", "Initiatives", initiatives),
            works_listing(sheet, works),
            listing(sheet, "others", "Others on it", rest),
            listing(sheet, "narrower", "Narrower topics", sheet.pointing("broader")),
        ),
        disputes=disputes(sheet),
        cited=sheet.cited(sheet.iri),
    )


def place(sheet: Sheet) -> Content:
    """What the page of a country shows."""
    partnerships = sheet.library.by_label(sheet.pointing("partnerCountry"))
    return Content(
        KINDS["Place"][0],
        sheet.reading.label(sheet.iri),
        facts=facts(sheet),
        identifiers=identifiers(sheet),
        listings=(
            Listing("partnerships", "Partnerships here", partnerships, lambda iri: partner_line(sheet, iri)),
            listing(sheet, "others", "Also named by", sheet.pointing("topic")),
        ),
        disputes=disputes(sheet),
        cited=sheet.cited(sheet.iri),
    )
