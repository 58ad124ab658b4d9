"""The lines of lists: a work with its authors, a role with its dates, a partnership with its sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcgraph.publish.pages.content import Joined, Line, Link, Listing
from ipcgraph.publish.pages.library import capitalized
from ipcgraph.publish.pages.periods import GOES_ON, Span, date_words

if TYPE_CHECKING:
    from ipcgraph.publish.pages.sheet import Sheet

AUTHORS: Final = 12
"""So many authors of a work stand on a line; the rest are on the work's own page, and the line says how many."""
SIDES: Final = 12
"""So many partners or countries stand on a line."""


def work_line(sheet: Sheet, work: str) -> Line:
    """A work: its title, its authors in order, its type and date, under its year."""
    library = sheet.library
    stated, _ = library.issued(work)
    authors = library.byline(work)
    names = tuple(
        Link(author.label) if author.iri == sheet.iri else sheet.link(author.iri, author.label)
        for author in authors[:AUTHORS]
    )
    joined = [Joined("by", names, len(authors) - len(names))] if names else []
    if not names and (makers := library.many(work, "producedBy")):
        joined.append(Joined("by", sheet.links(makers)))
    return Line(
        sheet.link(work),
        note=library.kind_of(work, "Work").lower(),
        joined=tuple(joined),
        when=date_words(stated),
        machine=stated,
        cited=sheet.cited(work),
        group=Link(stated[:4] or "Without a date"),
    )


def works_listing(
    sheet: Sheet, works: tuple[str, ...], *, name: str = "works", title: str = "Works", note: str = ""
) -> Listing:
    """Works by year, the newest first."""
    return Listing(name, title, sheet.library.newest_first(works), lambda work: work_line(sheet, work), note, size=30)


def role_title(sheet: Sheet, role: str) -> str:
    """What a role is called: the title as stated, else its type."""
    return capitalized(sheet.library.text(role, "statedTitle") or sheet.library.word(role, "roleType") or "Role")


def held_role(sheet: Sheet, role: str) -> Line:
    """A role on the page of its holder: what, where and when."""
    contexts = sheet.library.many(role, "heldAt")
    span = sheet.library.span(role)
    return Line(
        sheet.link(role, role_title(sheet, role)),
        joined=(Joined("at", sheet.links(contexts)),) if contexts else (),
        when=span.words,
        span=span,
        cited=sheet.cited(role),
    )


def holders_role(sheet: Sheet, role: str) -> Line:
    """A role on the page of where it is held: who, what and when."""
    span = sheet.library.span(role)
    holder = sheet.library.one(role, "holder")
    return Line(
        sheet.link(holder) if holder else sheet.link(role),
        joined=(Joined("", (sheet.link(role, role_title(sheet, role)),)),),
        when=span.words,
        span=span,
        cited=sheet.cited(role),
    )


def role_line(sheet: Sheet, role: str) -> Line:
    """A role on any other page: who, what, where and when."""
    line = holders_role(sheet, role)
    contexts = sheet.library.many(role, "heldAt")
    return line._replace(joined=(*line.joined, Joined("at", sheet.links(contexts)))) if contexts else line


def newest_roles_first(sheet: Sheet, roles: tuple[str, ...]) -> tuple[str, ...]:
    """Roles as a curriculum has them: those that go on first, then by when they began, the latest first."""

    def rank(role: str) -> tuple[int, str, str]:
        span = sheet.library.span(role)
        day = span.start_bounds[0] or span.end_bounds[1]
        goes_on = span.status in GOES_ON
        order = 4 if goes_on and not span.end else 3 if day else 2 if span.status == "former" else 1
        return order, day, ""

    return tuple(sorted(sheet.library.by_label(roles), key=rank, reverse=True))


def partnership_line(sheet: Sheet, partnership: str) -> Line:
    """A partnership: its kind, with whom, for what; a side that is this page's own thing is left out."""
    library = sheet.library
    sides = [
        Joined(word, sheet.links(side[:SIDES]), len(side[SIDES:]))
        for word, key in (("with", "partner"), ("in", "partnerCountry"), ("for", "partnerOf"))
        if (side := library.many(partnership, key)) and side != (sheet.iri,)
    ]
    span = library.span(partnership)
    return Line(
        sheet.link(partnership, capitalized(library.word(partnership, "partnershipKind")) or "Partnership"),
        joined=tuple(sides),
        when=span.words if span.start or span.end or span.status or span.duration else "",
        span=span,
        about=library.text(partnership, "summary"),
        cited=sheet.cited(partnership),
    )


def partner_line(sheet: Sheet, partnership: str) -> Line:
    """A partnership told from the partners, or from the countries where no partner is named: who, then what kind."""
    line = partnership_line(sheet, partnership)
    named = "with" if sheet.library.many(partnership, "partner") else "in"
    first = next((each for each in line.joined if each.word == named), None)
    if first is None:
        return line
    others = Joined("with", first.links[1:], first.more)
    rest = (each for each in line.joined if each is not first)
    joined = (*((others,) if others.links else ()), Joined("", (line.main,)), *rest)
    return line._replace(main=first.links[0], joined=joined)


def thing_line(sheet: Sheet, iri: str) -> Line:
    """Any thing: its name, what it is, when it was."""
    library = sheet.library
    kind = sheet.reading.kind(iri)
    if kind == "Work":
        return work_line(sheet, iri)
    if kind == "Partnership":
        return partnership_line(sheet, iri)
    if kind == "Role":
        return role_line(sheet, iri)
    span = library.span(iri) if kind == "Initiative" else Span()
    return Line(
        sheet.link(iri),
        note=library.kind_of(iri, kind).lower(),
        when=span.words if span.dated else span.status,
        span=span,
        cited=sheet.cited(iri),
    )


def listing(sheet: Sheet, name: str, title: str, iris: tuple[str, ...], *, note: str = "") -> Listing:
    """Things of any kind by name."""
    return Listing(name, title, sheet.library.by_label(iris), lambda iri: thing_line(sheet, iri), note)


def roles_listing(sheet: Sheet, name: str, title: str, roles: tuple[str, ...]) -> Listing:
    """Roles with their timeline: on a person's page by what they are, elsewhere by who holds them."""
    make = held_role if sheet.kind == "Person" else holders_role
    return Listing(
        name, title, newest_roles_first(sheet, roles), lambda role: make(sheet, role), timeline=True
    )  # fmt: skip
