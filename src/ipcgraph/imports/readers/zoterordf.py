"""Zotero RDF: the export of Zotero with bib, z, dc and foaf; attachments, notes and tags are not kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ipcgraph.entries import Contributor, WorkEntry
from ipcgraph.findings import Finding, Place
from ipcgraph.imports.ledger import Ledger
from ipcgraph.imports.personalnames import in_parts, is_nobody, named
from ipcgraph.imports.works import finished
from ipcgraph.imports.worktypes import concept_of, plain
from ipcgraph.sources.text import fault
from ipcgraph.vocabulary import DEFAULT_BASE, PREFIXES, RDF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.imports.graphs import Graph

ZOTERO: Final = "http://www.zotero.org/namespaces/export#"
BIB: Final = "http://purl.org/net/biblio#"
DC: Final = "http://purl.org/dc/elements/1.1/"
_DCTERMS: Final = PREFIXES["dcterms"]
_FOAF: Final = PREFIXES["foaf"]
_KEPT: Final = frozenset((
    RDF + "type", ZOTERO + "itemType", DC + "title", DC + "date", DC + "identifier", BIB + "authors",
    _DCTERMS + "isPartOf",
))  # fmt: skip
_AUTHORS: Final = (BIB + "authors", ZOTERO + "presenters", ZOTERO + "programmers", ZOTERO + "bookAuthors")
_NO_WORKS: Final = frozenset(("attachment", "note", "annotation"))
_NO_ITEMS: Final = frozenset(
    (BIB + "Memo", BIB + "Journal", BIB + "Series", BIB + "Image", ZOTERO + "Collection", ZOTERO + "Attachment")
)


def zotero_entries(graph: Graph, name: str) -> Iterator[WorkEntry | Finding]:
    """The works of an export of Zotero, in the order written; attachments and notes are counted in a finding."""
    passed = 0
    containers = {each for said in graph.said for each in graph.nodes(said, _DCTERMS + "isPartOf")}
    for node in graph.said:
        kind = next(iter(graph.texts(node, ZOTERO + "itemType")), "")
        if not kind or kind in _NO_WORKS or graph.classes(node) & _NO_ITEMS:
            passed += kind in _NO_WORKS or BIB + "Memo" in graph.classes(node)
        elif node not in containers or graph.texts(node, DC + "title"):
            yield from _work(graph, node, kind)
    if passed:
        message = f"{passed:,} attachments and notes are not read"
        yield fault(message, Place(name), "keep the export if you need them", severity="warning")


def _work(graph: Graph, node: str, kind: str) -> Iterator[WorkEntry | Finding]:
    ledger = Ledger()
    inside = graph.nodes(node, _DCTERMS + "isPartOf")
    stated = graph.texts(node, DC + "identifier")
    for each in inside:
        stated += graph.texts(each, DC + "identifier")
    numbers = _numbers(stated, ledger)
    addresses = graph.any(node, DC + "identifier", RDF + "value")
    own = [node] if node.startswith("http") and not node.startswith(DEFAULT_BASE) else []
    for predicate, values in graph.said[node].items():
        if predicate not in _KEPT:
            for value in values:
                text = value.text if not value.text.startswith("_:") else "; ".join(_inner(graph, value.text))
                ledger.lose(predicate.rpartition("/")[2].rpartition("#")[2], text)
    titles = graph.texts(node, DC + "title")
    containers = [text for each in inside for text in graph.texts(each, DC + "title")]
    key = node.rpartition("#")[2] if node.rpartition("#")[2].startswith("item") else node
    yield from finished(
        WorkEntry(
            graph.place(node),
            key,
            plain(titles[0]) if titles else "",
            contributors=tuple(_contributors(graph, node, ledger)),
            issued=ledger.date(next(iter(graph.texts(node, DC + "date")), ""), "date"),
            work_type=concept_of(kind),
            stated_type=kind,
            container=plain(containers[0]) if containers else "",
            doi=numbers["doi"],
            isbn=numbers["isbn"],
            url=ledger.first_identifier("url", dict.fromkeys(addresses + own), "identifier"),
        ),
        ledger,
    )


def _numbers(stated: list[str], ledger: Ledger) -> dict[str, str]:
    """Identifiers as Zotero writes them: `DOI 10.…`, `ISBN 978…`, `ISSN …`."""
    found = {"doi": "", "isbn": ""}
    for text in stated:
        scheme, _, value = text.partition(" ")
        key = scheme.lower().rstrip(":")
        if key == "isbn":
            found["isbn"] = found["isbn"] or ledger.first_identifier(
                "isbn", re.split(r"[\s,;]+(?=97|[0-9]{9})", value), "identifier"
            )
        elif key == "doi":
            found["doi"] = found["doi"] or ledger.identifier("doi", value, "identifier")
        else:
            ledger.lose("identifier", text)
    return found


def _contributors(graph: Graph, node: str, ledger: Ledger) -> Iterator[Contributor]:
    for predicate in _AUTHORS:
        for head in graph.nodes(node, predicate):
            for each in graph.members(head):
                families = graph.texts(each, _FOAF + "surname") + graph.texts(each, _FOAF + "familyName")
                givens = graph.texts(each, _FOAF + "givenName") + graph.texts(each, _FOAF + "givenname")
                if not families or is_nobody(families[0]):
                    ledger.lose("authors", families[0] if families else each, "names nobody")
                    continue
                # A single field holds a body, or a person who has one name.
                yield Contributor(in_parts(families[0], givens[0]) if givens else named("{" + families[0] + "}"))
        if predicate != BIB + "authors" and graph.nodes(node, predicate):
            return


def _inner(graph: Graph, node: str) -> list[str]:
    """The texts of a blank node and of what it holds, for what is lost."""
    members = graph.members(node) or [node]
    return [
        value.text
        for each in members
        for values in graph.said.get(each, {}).values()
        for value in values
        if not value.is_node
    ]
