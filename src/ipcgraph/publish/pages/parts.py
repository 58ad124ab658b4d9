"""The pages of parts: an authorship, an amount, a claim, a concept; and the list of amounts of a thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipcgraph.publish.pages.claims import disputes, facts, identifiers, label_of, value_of
from ipcgraph.publish.pages.content import Content, Fact, Joined, Line, Listing, Value
from ipcgraph.publish.pages.library import KINDS
from ipcgraph.publish.pages.lines import listing
from ipcgraph.vocabulary import compact

if TYPE_CHECKING:
    from ipcgraph.publish.pages.sheet import Sheet


def counts_listing(sheet: Sheet) -> Listing:
    """The amounts stated of a thing, each in the words of its source."""

    def line(count: str) -> Line:
        library = sheet.library
        stated = f"{library.text(count, 'asStated')} {library.text(count, 'countOf')}".strip()
        return Line(
            sheet.link(count, stated),
            note=_reading(sheet, count),
            mark="disputed" if library.one(count, "reading").endswith("/disputed") else "",
            cited=sheet.cited(count),
        )

    return Listing("amounts", "Amounts, as stated", sheet.library.many(sheet.iri, "count"), line)


def _reading(sheet: Sheet, count: str) -> str:
    """How an amount is read, where the words themselves do not say it."""
    library = sheet.library
    least, most = library.text(count, "min"), library.text(count, "max")
    if library.one(count, "reading").endswith("/illegible"):
        return "illegible in the source"
    if least and most:
        read = least if least == most else f"{least} to {most}"
        return "" if read == library.text(count, "asStated") else f"read as {read}"
    return f"read as at least {least}" if least else f"read as at most {most}" if most else ""


def count(sheet: Sheet) -> Content:
    """What the page of an amount shows."""
    owners = sheet.links(sheet.pointing("count"))
    stated = f"{sheet.library.text(sheet.iri, 'asStated')} {sheet.library.text(sheet.iri, 'countOf')}".strip()
    return part(sheet, title=stated or sheet.reading.label(sheet.iri), lead=(Joined("Stated of ", owners),))


def authorship(sheet: Sheet) -> Content:
    """What the page of an authorship shows."""
    library = sheet.library
    works = sheet.links(sheet.pointing("hasAuthorship"))
    author = library.one(sheet.iri, "author")
    name = sheet.reading.label(author) if author else library.text(sheet.iri, "nameAsListed")
    place = library.text(sheet.iri, "position")
    found = part(
        sheet,
        title=f"{name}, author {place}".strip() if name else sheet.reading.label(sheet.iri),
        lead=(Joined("of ", works),),
    )
    # An authorship rests on what its work rests on.
    evidence = found.cited or tuple(each for work in sheet.pointing("hasAuthorship")[:1] for each in sheet.cited(work))
    return found._replace(cited=evidence)


def claim(sheet: Sheet) -> Content:
    """What the page of a claim shows: who says what of what, and what the graph says instead."""
    library = sheet.library
    subject, predicate = library.one(sheet.iri, "subject"), library.one(sheet.iri, "predicate")
    label = label_of(sheet.reading.key(predicate) or predicate, sheet.reading.base)
    terms = sheet.reading.values(sheet.iri, "object")
    claimed = tuple(value_of(sheet, term) for term in terms)
    stated = sheet.reading.statements(subject).get(predicate, ()) if subject else ()
    others = tuple(value_of(sheet, term, sheet.cited(subject)) for term in stated if term not in terms)
    basis = library.one(sheet.iri, "basis")
    rows = [
        Fact("About", (Value(sheet.link(subject)),) if subject else ()),
        Fact(label, claimed),
        Fact("Basis", (Value(sheet.link(basis)),) if basis else ()),
        Fact("The graph states", others),
    ]
    return Content(
        "Claim",
        f"{sheet.reading.label(subject)}: {label.lower()}" if subject else sheet.reading.label(sheet.iri),
        lead=(Joined(_BASES.get(basis.rpartition("/")[2], ""), ()),),
        facts=(
            *(fact for fact in rows if fact.values),
            *facts(sheet, without=("subject", "predicate", "object", "basis")),
        ),
        cited=sheet.cited(sheet.iri),
    )


_BASES = {
    "stated": "A source states it.",
    "inferred-by-curator": "A curator believes it; no source states it, and the graph does not assert it.",
    "disputed": "A source states it, and another source or a curator disagrees; the graph does not assert it.",
}


def concept(sheet: Sheet) -> Content:
    """What the page of a center's own concept shows."""
    used = sheet.pointing(
        "roleType", "workType", "partnershipKind", "initiativeKind", "status", "dateBasis", "summaryBasis", "reading"
    )
    narrower = sheet.pointing("broader")
    found = part(sheet, title=sheet.reading.label(sheet.iri))
    return found._replace(
        listings=(
            listing(sheet, "narrower", "Narrower concepts", narrower),
            listing(sheet, "uses", "Where it is used", used),
        )
    )


def former(sheet: Sheet) -> Content:
    """What the page of a record shows that only says where a thing has gone."""
    found = part(sheet, title=compact(sheet.iri, base=sheet.reading.base))
    return found._replace(kind="Former record", facts=facts(sheet, without=("deprecated", "isReplacedBy")))


def part(sheet: Sheet, *, title: str, lead: tuple[Joined, ...] = ()) -> Content:
    """What the page of anything shows that has no page of its own kind."""
    return Content(
        KINDS.get(sheet.kind, (sheet.kind or "Thing", ""))[0],
        title,
        lead=tuple(each for each in lead if each.links),
        facts=facts(sheet),
        identifiers=identifiers(sheet),
        disputes=disputes(sheet),
        cited=sheet.cited(sheet.iri),
    )
