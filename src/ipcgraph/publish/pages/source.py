"""The pages of a source and of a passage of it: what rests on them. The text of a source is never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipcgraph.publish.pages.claims import disputes, facts, identifiers
from ipcgraph.publish.pages.content import Content, Joined, Line, Link, Listing
from ipcgraph.publish.pages.library import KINDS, lines_words
from ipcgraph.publish.pages.lines import works_listing

if TYPE_CHECKING:
    from ipcgraph.publish.pages.sheet import Sheet


def source(sheet: Sheet) -> Content:
    """What the page of a source shows."""
    library = sheet.library
    passages = sorted(sheet.pointing("source", kinds=("Passage",)), key=library.source)

    def passage_line(iri: str) -> Line:
        _, first, last = library.source(iri)
        resting = len(sheet.reading.subjects("evidence", iri))
        return Line(sheet.link(iri, lines_words(first, last)), note=str(resting))

    return Content(
        KINDS["Source"][0],
        sheet.reading.label(sheet.iri),
        facts=facts(sheet),
        identifiers=identifiers(sheet),
        listings=(
            Listing(
                "passages",
                "Passages",
                tuple(passages),
                passage_line,
                note="The lines that something rests on, with the number of things that do.",
                size=200,
            ),
            works_listing(sheet, sheet.pointing("listedIn", kinds=("Work",)), name="works", title="Works listed in it"),
            resting_listing(sheet, "What rests on it as a whole"),
        ),
        disputes=disputes(sheet),
        cited=sheet.cited(sheet.iri),
    )


def passage(sheet: Sheet) -> Content:
    """What the page of a passage shows."""
    library = sheet.library
    whole, first, last = library.source(sheet.iri)
    words = f"Lines {first}–{last}" if last != first else f"Line {first}"
    lead = (Joined("of ", (sheet.link(whole),)),) if first else ()
    return Content(
        KINDS["Passage"][0],
        words if first else sheet.reading.label(sheet.iri),
        lead=lead,
        facts=facts(sheet, without=("source", "firstLine", "lastLine")),
        identifiers=identifiers(sheet),
        listings=(resting_listing(sheet, "What rests on it"), _neighbours(sheet, whole, first, last)),
        disputes=disputes(sheet),
        cited=sheet.cited(sheet.iri),
        description=f"{sheet.reading.label(sheet.iri)}: what rests on it.",
    )


def resting_listing(sheet: Sheet, title: str) -> Listing:
    """Everything that names this as its evidence, by kind."""
    order = {kind: place for place, kind in enumerate(KINDS)}
    kind_of = sheet.reading.kind
    found = sorted(
        sheet.library.by_label(sheet.pointing("evidence")), key=lambda iri: order.get(kind_of(iri), len(order))
    )

    def line(iri: str) -> Line:
        kind = kind_of(iri)
        return Line(sheet.link(iri), group=Link(KINDS.get(kind, (kind, kind))[1]))

    return Listing("resting", title, tuple(found), line, size=150)


def _neighbours(sheet: Sheet, whole: str, first: int, last: int) -> Listing:
    """Other passages that share lines with this one."""
    library = sheet.library
    found = []
    if first:
        for other in sheet.reading.subjects("source", whole):
            _, begin, end = library.source(other)
            if other != sheet.iri and begin <= last and end >= first:
                found.append(other)
    found.sort(key=library.source)
    return Listing(
        "overlapping",
        "Passages that share lines with it",
        tuple(found),
        lambda iri: Line(sheet.link(iri, lines_words(*library.source(iri)[1:]))),
    )
