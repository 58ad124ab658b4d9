"""What is said of a thing in a word or two, each value with its own evidence, and what is inferred or disputed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from ipcgraph.publish.pages.content import Cited, Dispute, Fact, Link, Value
from ipcgraph.publish.pages.hrefs import REGISTERS, href, register_link
from ipcgraph.publish.pages.library import capitalized
from ipcgraph.publish.pages.periods import date_words, duration_words
from ipcgraph.vocabulary import CONCEPTS, DEFAULT_BASE, XSD, compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ipcgraph.publish.pages.sheet import Sheet
    from ipcgraph.statements import Term

STATED: Final = CONCEPTS + "basis/stated"
_DATES: Final = frozenset(XSD + name for name in ("gYear", "gYearMonth", "date"))

LABELS: Final[Mapping[str, str]] = {
    "acronym": "Short form",
    "alternateName": "Also called",
    "asOf": "As of",
    "asStated": "As stated",
    "author": "Author",
    "basis": "Basis",
    "broader": "Wider concept",
    "convenedBy": "Convened by",
    "count": "Figures",
    "countOf": "Of what",
    "countryCode": "Country code",
    "dateBasis": "Where the date is from",
    "deprecated": "Deprecated",
    "featuredIn": "Featured in",
    "fileName": "File",
    "firstLine": "First line",
    "heldAt": "At",
    "holder": "Held by",
    "inScheme": "Among",
    "initiativeKind": "Kind",
    "isReplacedBy": "Replaced by",
    "lastLine": "Last line",
    "listedIn": "Listed in",
    "max": "At most",
    "min": "At least",
    "nameAsListed": "Name as listed",
    "parent": "Part of",
    "partOf": "Part of",
    "partner": "With",
    "partnerCountry": "Countries",
    "partnerOf": "For",
    "partnershipKind": "Kind",
    "position": "Place in the list",
    "predicate": "Property",
    "producedBy": "Produced by",
    "recommendedBy": "Recommended by",
    "roleType": "Role",
    "sameAs": "Same as",
    "selection": "What it leaves out",
    "statedTitle": "Title as stated",
    "subject": "About",
    "textHash": "SHA-256 of the lines",
    "workType": "Type",
}
"""What the label of a fact is, where it is not the key itself in words."""

HIDDEN: Final = frozenset({
    "name", "title", "prefLabel", "summary", "summaryBasis", "evidence", "sameAs", "creator", "hasAuthorship",
    "statedDuration", "minDuration", "maxDuration", "start", "end", "status", *REGISTERS,
    "startNotBefore", "startNotAfter", "endNotBefore", "endNotAfter",
    "issuedNotBefore", "issuedNotAfter", "foundedNotBefore", "foundedNotAfter",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
})  # fmt: skip
"""The keys that pages show in another way than as a fact, or that rules derive."""


def label_of(key: str, base: str = DEFAULT_BASE) -> str:
    """What the label of a key or of a foreign property is.

    >>> label_of("alternateName"), label_of("countryCode"), label_of("http://xmlns.com/foaf/0.1/nick")
    ('Also called', 'Country code', 'foaf:nick')
    """
    if key in LABELS:
        return LABELS[key]
    if "/" in key or ":" in key:
        return compact(key, base=base)
    return capitalized("".join(f" {letter.lower()}" if letter.isupper() else letter for letter in key))


def value_of(sheet: Sheet, term: Term, cited: tuple[Cited, ...] = (), mark: str = "") -> Value:
    """A value as a reader reads it."""
    if isinstance(term, Literal):
        kind = term.datatype.value
        if kind in _DATES:
            return Value(Link(date_words(term.value)), term.value, mark, cited)
        if kind == XSD + "duration":
            return Value(Link(duration_words(term.value)), "", mark, cited)
    link = sheet.term(term)
    if (
        isinstance(term, NamedNode)
        and not link.href
        and not sheet.library.path(term.value)
        and link.label == term.value
    ):
        link = Link(term.value, href(term.value))
    return Value(link, "", mark, cited)


def facts(sheet: Sheet, *, without: Iterable[str] = ()) -> tuple[Fact, ...]:
    """Everything said of the thing that no other part of its page shows, so that nothing is left out."""
    hidden = HIDDEN.union(without)
    evidence = claimed_evidence(sheet)
    found = []
    for predicate, terms in sheet.reading.statements(sheet.iri).items():
        key = sheet.reading.key(predicate) or predicate
        if key in hidden:
            continue
        values = tuple(
            value_of(sheet, term, evidence.get((predicate, str(term)), ()), _mark(sheet, predicate)) for term in terms
        )
        found.append((_ORDER.get(key, 99), Fact(label_of(key, sheet.reading.base), values)))
    return tuple(fact for _, fact in sorted(found, key=lambda pair: (pair[0], pair[1].label)))


_ORDER: Final = {
    key: place
    for place, key in enumerate((
        "acronym", "alternateName", "workType", "initiativeKind", "issued", "dateBasis", "founded", "parent", "partOf",
        "recommendedBy", "convenedBy", "producedBy", "listedIn", "featuredIn", "holder", "roleType", "statedTitle",
        "heldAt", "partnershipKind", "partner", "partnerCountry", "partnerOf", "topic", "asStated", "countOf",
        "reading", "min", "max",
    ))
}  # fmt: skip


def identifiers(sheet: Sheet) -> tuple[Fact, ...]:
    """What other registers call the thing, with links to them."""
    evidence = claimed_evidence(sheet)
    same = sheet.library.many(sheet.iri, "sameAs")
    found = []
    used = set()
    for key, (label, _) in REGISTERS.items():
        predicate = sheet.reading.keys[key]
        values = []
        for term in sheet.reading.values(sheet.iri, key):
            if isinstance(term, Literal):
                link = register_link(key, term.value, same)
                used.add(link.href)
                values.append(Value(link, cited=evidence.get((predicate, str(term)), ())))
        if values:
            found.append(Fact(label, tuple(values)))
    others = tuple(Value(Link(iri, href(iri))) for iri in same if href(iri) not in used)
    return (*found, Fact("Same as", others)) if others else tuple(found)


def claimed_evidence(sheet: Sheet) -> Mapping[tuple[str, str], tuple[Cited, ...]]:
    """The evidence of single statements about the thing, by predicate and object, from the claims that are stated."""
    found = {}
    for claim in sheet.claims:
        if sheet.library.one(claim, "basis") in {STATED, ""}:
            predicate = sheet.library.one(claim, "predicate")
            for term in sheet.reading.values(claim, "object"):
                found[predicate, str(term)] = sheet.cited(claim)
    return found


def disputes(sheet: Sheet) -> tuple[Dispute, ...]:
    """Claims about the thing, or that name it, which the graph does not assert: what is claimed and what is stated."""
    found = []
    for claim in (*sheet.claims, *sheet.pointing("object", kinds=("Claim",))):
        basis = sheet.library.one(claim, "basis")
        if basis in {STATED, ""}:
            continue
        subject = sheet.library.one(claim, "subject")
        predicate = sheet.library.one(claim, "predicate")
        key = sheet.reading.key(predicate) or predicate
        own = subject == sheet.iri
        label = label_of(key, sheet.reading.base)
        term = next(iter(sheet.reading.values(claim, "object")), None)
        if term is None:
            continue
        cited = sheet.cited(claim)
        claimed = value_of(sheet, term, cited) if own else Value(sheet.link(subject), cited=cited)
        stated = sheet.reading.statements(subject).get(predicate, ()) if own else ()
        found.append(
            Dispute(
                label if own else f"{label} (said of the other)",
                sheet.reading.label(basis),
                basis.rpartition("/")[2],
                claimed,
                sheet.link(claim, "this claim"),
                tuple(value_of(sheet, other, sheet.cited(subject)) for other in stated if other != term),
            )
        )
    return tuple(found)


def _mark(sheet: Sheet, predicate: str) -> str:
    """The warning that belongs to the values of a property: that a claim disputes them."""
    for claim in sheet.claims:
        if (
            sheet.library.one(claim, "basis").endswith("/disputed")
            and sheet.library.one(claim, "predicate") == predicate
        ):
            return "disputed"
    return ""
