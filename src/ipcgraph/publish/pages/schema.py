"""A thing in terms of schema.org, short, for the page's own JSON-LD; the whole is in the schema profile."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from ipcgraph.publish.pages.hrefs import href
from ipcgraph.publish.pages.periods import GOES_ON

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ipcgraph.publish.pages.content import Link
    from ipcgraph.publish.pages.library import Library
    from ipcgraph.publish.pages.sheet import Sheet

AUTHORS: Final = 100
"""So many authors of a work are in its JSON-LD; the data beside the page has all."""

_TYPES: Final[Mapping[str, str]] = {
    "Center": "ResearchOrganization",
    "Person": "Person",
    "Initiative": "ResearchProject",
    "Partner": "Organization",
    "Organization": "Organization",
    "Commission": "Organization",
    "Topic": "DefinedTerm",
    "Concept": "DefinedTerm",
    "Place": "Country",
    "Role": "OrganizationRole",
    "Source": "CreativeWork",
    "Work": "CreativeWork",
}
_WORKS: Final[Mapping[str, str]] = {
    "report": "Report",
    "article": "Article",
    "research-brief": "Report",
    "book": "Book",
    "final-report": "Report",
    "commission-report": "Report",
}
_DATE: Final = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


def schema_type(library: Library, iri: str, kind: str) -> str:
    """The schema.org type of a thing, as the schema profile has it; empty where it has none of its own."""
    if kind == "Work":
        return _WORKS.get(library.one(iri, "workType").rpartition("/")[2], "CreativeWork")
    return _TYPES.get(kind, "")


def entity(sheet: Sheet, description: str) -> dict[str, object]:
    """The thing as schema.org has it; empty where its class has no counterpart."""
    library = sheet.library
    kind = schema_type(library, sheet.iri, sheet.kind)
    if not kind:
        return {}
    found: dict[str, object] = {"@id": sheet.iri, "@type": kind, "name": sheet.reading.label(sheet.iri)}
    if description:
        found["description"] = description
    if others := library.texts(sheet.iri, "alternateName"):
        found["alternateName"] = list(others)
    if same := [iri for iri in library.many(sheet.iri, "sameAs") if href(iri)]:
        found["sameAs"] = same
    if address := href(library.text(sheet.iri, "url")):
        found["url"] = address
    more = _MORE.get(sheet.kind)
    return found | more(sheet) if more else found


def page_graph(sheet: Sheet, crumbs: Sequence[Link], title: str, description: str) -> str:
    """The JSON-LD of a page, safe inside a script element: the page, its thing and the way to it."""
    library = sheet.library
    address = library.addresses.web(sheet.path) if library.site.address else ""
    thing = entity(sheet, description) if sheet.iri else {}
    page: dict[str, object] = {"@type": "WebPage", "name": title, "inLanguage": library.site.language}
    if address:
        page = {"@id": address, "url": address, **page}
    if thing:
        page["mainEntity"] = {"@id": thing["@id"]}
    if href(library.site.licence):
        page["license"] = library.site.licence
    graph = [page, thing] if thing else [page]
    if crumbs and address:
        graph.append({
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": place, "name": crumb.label, "item": _absolute(sheet, crumb)}
                for place, crumb in enumerate(crumbs, 1)
            ],
        })  # fmt: skip
    return script_text({"@context": "https://schema.org", "@graph": graph})


def script_text(value: object) -> str:
    """A value as JSON that no HTML parser can take for markup."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _absolute(sheet: Sheet, crumb: Link) -> str:
    path = crumb.href.removeprefix(sheet.up) if crumb.href else sheet.path
    return sheet.library.addresses.web(path)


def _named(sheet: Sheet, iri: str, kind: str) -> dict[str, object]:
    return {"@type": kind, "@id": iri, "name": sheet.reading.label(iri)}


def _affiliations(sheet: Sheet) -> dict[str, object]:
    """Where a person holds a role that goes on."""
    library = sheet.library
    places = {
        place
        for role in sheet.pointing("holder")
        if library.span(role).status in GOES_ON
        for place in library.many(role, "heldAt")
        if sheet.reading.kind(place) != "Initiative"
    }
    if not places:
        return {}
    return {"affiliation": [_named(sheet, iri, "Organization") for iri in library.by_label(places)]}


def _authors(sheet: Sheet) -> dict[str, object]:
    library = sheet.library
    found: dict[str, object] = {"headline": sheet.reading.label(sheet.iri)[:110]}
    if _DATE.fullmatch(issued := library.text(sheet.iri, "issued")):
        found["datePublished"] = issued
    authors = library.byline(sheet.iri)[:AUTHORS]
    if authors:
        found["author"] = [
            _named(sheet, author.iri, "Person" if sheet.reading.kind(author.iri) == "Person" else "Organization")
            if author.iri
            else {"@type": "Person", "name": author.label}
            for author in authors
        ]
    if makers := library.many(sheet.iri, "producedBy"):
        found["publisher"] = [_named(sheet, iri, "Organization") for iri in makers]
    return found


def _role(sheet: Sheet) -> dict[str, object]:
    library = sheet.library
    found: dict[str, object] = {
        "roleName": library.text(sheet.iri, "statedTitle") or library.word(sheet.iri, "roleType")
    }
    for key, name in (("start", "startDate"), ("end", "endDate")):
        if _DATE.fullmatch(stated := library.text(sheet.iri, key)):
            found[name] = stated
    return found


def _organization(sheet: Sheet) -> dict[str, object]:
    library = sheet.library
    found: dict[str, object] = {}
    if _DATE.fullmatch(founded := library.text(sheet.iri, "founded")):
        found["foundingDate"] = founded
    if parent := library.one(sheet.iri, "parent"):
        found["parentOrganization"] = _named(sheet, parent, "Organization")
    return found


def _initiative(sheet: Sheet) -> dict[str, object]:
    owners = sheet.library.many(sheet.iri, "partOf")
    of_organizations = [iri for iri in owners if sheet.reading.kind(iri) in {"Center", "Commission"}]
    return {"parentOrganization": _named(sheet, of_organizations[0], "Organization")} if of_organizations else {}


_MORE: Final[Mapping[str, Callable[[Sheet], dict[str, object]]]] = {
    "Person": _affiliations,
    "Work": _authors,
    "Center": _organization,
    "Partner": _organization,
    "Organization": _organization,
    "Commission": _organization,
    "Initiative": _initiative,
    "Role": _role,
}
