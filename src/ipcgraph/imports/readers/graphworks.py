"""Works in RDF: VIVO's authorships and BIBO's ordered lists, Dublin Core, and our own vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcgraph.entries import Contributor, WorkEntry
from ipcgraph.findings import Finding
from ipcgraph.imports.graphs import prefixed
from ipcgraph.imports.ledger import Ledger
from ipcgraph.imports.personalnames import named
from ipcgraph.imports.readers.agents import CARD, FOAF, RELATED_BY, RELATES, VCARD, VIVO, contributor
from ipcgraph.imports.works import finished
from ipcgraph.imports.worktypes import concept_of, plain
from ipcgraph.vocabulary import CONCEPTS, IPCG, PREFIXES, RDF, RDFS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.imports.graphs import Graph

BIBO: Final = "http://purl.org/ontology/bibo/"
DCTERMS: Final = PREFIXES["dcterms"]
DC: Final = "http://purl.org/dc/elements/1.1/"

WORKS: Final = prefixed(
    [
        "ipcg:Work",
        "bibo:Document",
        "bibo:Article",
        "bibo:AcademicArticle",
        "bibo:Book",
        "bibo:EditedBook",
        "bibo:BookSection",
        "bibo:Chapter",
        "bibo:Report",
        "bibo:Thesis",
        "bibo:Manuscript",
        "bibo:Proceedings",
        "bibo:Webpage",
        "bibo:Patent",
        "bibo:Standard",
        "bibo:Manual",
        "bibo:Letter",
        "bibo:Note",
        "bibo:Slideshow",
        "bibo:AudioDocument",
        "bibo:AudioVisualDocument",
        "bibo:Film",
        "bibo:Map",
        "bibo:ReferenceSource",
        "bibo:CollectedDocument",
        "vivo:ConferencePaper",
        "vivo:ConferencePoster",
        "vivo:WorkingPaper",
        "vivo:Review",
        "vivo:EditorialArticle",
        "vivo:BlogPosting",
        "vivo:Abstract",
        "vivo:Dataset",
        "vivo:Software",
        "vivo:NewsRelease",
        "vivo:Newsletter",
        "vivo:CaseStudy",
        "vivo:Catalog",
        "vivo:ResearchProposal",
        "vivo:Translation",
        "vivo:Speech",
        "vivo:Video",
        "vivo:Database",
        "foaf:Document",
    ],
    vivo=VIVO,
    bibo=BIBO,
)
PARTS: Final = (IPCG + "evidence", IPCG + "source", IPCG + "listedIn", FOAF + "page", FOAF + "homepage")
"""Properties whose objects are no works of their own here: sources, pages."""
_KINDS: Final = {
    "AcademicArticle": "article",
    "EditorialArticle": "article",
    "Review": "article",
    "ConferencePaper": "article",
    "WorkingPaper": "working-paper",
    "BlogPosting": "article",
}
_KEPT: Final = prefixed(
    [
        "rdf:type",
        "rdfs:label",
        "dcterms:title",
        "dc:title",
        "dcterms:creator",
        "dc:creator",
        "foaf:maker",
        "bibo:authorList",
        "bibo:doi",
        "bibo:isbn10",
        "bibo:isbn13",
        "bibo:isbn",
        "bibo:uri",
        "dcterms:issued",
        "dcterms:date",
        "dc:date",
        "dcterms:type",
        "dc:type",
        "dcterms:isPartOf",
        "vivo:dateTimeValue",
        "vivo:relatedBy",
        "vivo:hasPublicationVenue",
        "vivo:freetextKeyword",
        "obo:ARG_2000028",
        "foaf:page",
        "foaf:homepage",
        "ipcg:doi",
        "ipcg:isbn",
        "ipcg:openalex",
        "ipcg:url",
        "ipcg:issued",
        "ipcg:workType",
        "ipcg:hasAuthorship",
        "ipcg:creator",
        "ipcg:issuedNotBefore",
        "ipcg:issuedNotAfter",
        "ipcg:evidence",
        "owl:sameAs",
        "schema:sameAs",
    ],
    vivo=VIVO,
    bibo=BIBO,
    dc=DC,
    obo="http://purl.obolibrary.org/obo/",
)


def work(graph: Graph, node: str) -> Iterator[WorkEntry | Finding]:
    """A work with its authors in order: of ranked authorships, of a list, else as creators stand written."""
    ledger = Ledger()
    titles = [text for key in (DCTERMS + "title", DC + "title", RDFS + "label") for text in graph.texts(node, key)]
    for other in titles[1:]:
        if other != titles[0]:
            ledger.lose("title", other, "a work has one title")
    for predicate, values in graph.said[node].items():
        if predicate not in _KEPT:
            for value in values:
                ledger.lose(predicate.rpartition("/")[2].rpartition("#")[2], value.text)
    kind = _kind(graph, node)
    venues = graph.nodes(node, VIVO + "hasPublicationVenue") + graph.nodes(node, DCTERMS + "isPartOf")
    containers = [
        text
        for venue in venues
        for key in (RDFS + "label", DCTERMS + "title", DC + "title")
        for text in graph.texts(venue, key)
    ]
    addresses = [
        each for key in (IPCG + "url", BIBO + "uri", FOAF + "page", FOAF + "homepage") for each in graph.any(node, key)
    ]
    addresses += graph.any(node, CARD, VCARD + "hasURL", VCARD + "url")
    yield from finished(
        WorkEntry(
            graph.place(node),
            node,
            plain(titles[0]) if titles else "",
            contributors=tuple(_contributors(graph, node, ledger)),
            issued=_issued(graph, node, ledger),
            work_type=_work_type(graph, node, kind),
            stated_type=kind,
            container=containers[0] if containers else "",
            doi=ledger.first_identifier("doi", graph.any(node, IPCG + "doi") + graph.any(node, BIBO + "doi"), "doi"),
            isbn=ledger.first_identifier("isbn", [each for key in _ISBN for each in graph.any(node, key)], "isbn"),
            openalex=ledger.first_identifier("openalex", graph.any(node, IPCG + "openalex"), "openalex"),
            url=ledger.first_identifier("url", dict.fromkeys(addresses), "url"),
        ),
        ledger,
    )


_ISBN: Final = (IPCG + "isbn", BIBO + "isbn13", BIBO + "isbn10", BIBO + "isbn")


def _kind(graph: Graph, node: str) -> str:
    """The narrowest class, without those that say no more than that it is a document."""
    kinds = sorted(each.rpartition("/")[2].rpartition("#")[2] for each in graph.classes(node) & WORKS)
    narrow = [kind for kind in kinds if kind not in {"Document", "Work"}] or kinds
    return next((kind for kind in narrow if kind not in {"Article", "CollectedDocument"}), narrow[0])


def _work_type(graph: Graph, node: str, kind: str) -> str:
    """The concept of our own property, else of a keyword or a Dublin Core type, else of the class."""
    ours = [each.removeprefix(CONCEPTS + "work-type/") for each in graph.nodes(node, IPCG + "workType")]
    said = [
        each for key in (VIVO + "freetextKeyword", DCTERMS + "type", DC + "type") for each in graph.texts(node, key)
    ]
    named_ones = [found for each in [*ours, *said] if (found := concept_of(each))]
    return named_ones[0] if named_ones else _KINDS.get(kind, concept_of(kind))


def _issued(graph: Graph, node: str, ledger: Ledger) -> str:
    for value in graph.nodes(node, VIVO + "dateTimeValue"):
        moment = next(iter(graph.texts(value, VIVO + "dateTime")), "")
        precision = next(iter(graph.nodes(value, VIVO + "dateTimePrecision")), "")
        length = 4 if precision.endswith("yearPrecision") else 7 if precision.endswith("yearMonthPrecision") else 10
        return ledger.date(moment[:length], "dateTimeValue")
    stated = [
        each
        for key in (IPCG + "issued", DCTERMS + "issued", DCTERMS + "date", DC + "date")
        for each in graph.texts(node, key)
    ]
    return ledger.date(stated[0], "issued") if stated else ""


def _contributors(graph: Graph, node: str, ledger: Ledger) -> Iterator[Contributor]:
    found = _authorships(graph, node)
    if not found:
        lists = graph.nodes(node, BIBO + "authorList")
        found = [(each, "") for head in lists for each in graph.members(head)]
    if not found:
        creators = [
            each for key in (DCTERMS + "creator", DC + "creator", FOAF + "maker") for each in graph.nodes(node, key)
        ]
        found = [(each, "") for each in dict.fromkeys(creators)]
        if len(found) > 1:
            ledger.lose("creator", f"{len(found):,} authors", "in no order")
    for author, as_listed in found:
        one = contributor(graph, author, as_listed=as_listed)
        if one is None:
            ledger.lose("author", author, "nothing says who it is")
        else:
            yield one
    if not found:
        texts = [
            each for key in (DCTERMS + "creator", DC + "creator", FOAF + "maker") for each in graph.texts(node, key)
        ]
        yield from (Contributor(named(each)) for each in texts)


def _authorships(graph: Graph, node: str) -> list[tuple[str, str]]:
    """The authors of authorships and the names as listed, by rank; without a rank last, as they stand written."""
    ranked: list[tuple[float, str, str]] = []
    for each in graph.nodes(node, IPCG + "hasAuthorship"):
        listed = next(iter(graph.texts(each, IPCG + "nameAsListed")), "")
        ranked += [
            (_rank(graph, each, IPCG + "position"), author, listed) for author in graph.nodes(each, IPCG + "author")
        ]
    near = graph.nodes(node, RELATED_BY) + [each for each, key in graph.pointing.get(node, ()) if key == RELATES]
    for each in dict.fromkeys(near):
        if VIVO + "Authorship" in graph.classes(each):
            people = [
                other for other in graph.nodes(each, RELATES) if other != node and not graph.classes(other) & WORKS
            ]
            if not people:  # written from the person's side only
                people = [other for other, key in graph.pointing.get(each, ()) if key == RELATED_BY and other != node]
            listed = (
                next(iter(graph.texts(each, RDFS + "label")), "") if people and not _is_told(graph, people[0]) else ""
            )
            ranked += [(_rank(graph, each, VIVO + "rank"), author, listed) for author in people[:1]]
    ranked.sort(key=lambda each: each[0])
    return [(author, listed) for _, author, listed in ranked]


def _is_told(graph: Graph, node: str) -> bool:
    return node in graph.said and bool(graph.said[node].keys() - {RDF + "type"})


def _rank(graph: Graph, node: str, predicate: str) -> float:
    text = next(iter(graph.texts(node, predicate)), "")
    return float(text) if text.isdecimal() and len(text) < 9 else float("inf")
