"""The data documents of a thing: its description as Turtle, JSON-LD, N-Triples and RDF/XML, the same in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from ipcgraph.publish.addresses import SUFFIXES
from ipcgraph.publish.documents.descriptions import Description
from ipcgraph.publish.documents.jsonld import JsonLd
from ipcgraph.publish.documents.rdfxml import rdf_xml
from ipcgraph.publish.documents.turtle import ntriples, turtle
from ipcgraph.vocabulary import PREFIXES, RDFS, TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.documents.nodes import Node
    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.statements import Term

VOID: Final = "http://rdfs.org/ns/void#"

_DOCUMENT: Final = NamedNode(PREFIXES["foaf"] + "Document")
_HTML: Final = SUFFIXES[0]


class Documents:
    """The data documents of the things of one site."""

    def __init__(self, addresses: Addresses, facts: SiteFacts) -> None:
        self._addresses = addresses
        self._licence = NamedNode(facts.licence) if facts.licence else None
        self._dataset = NamedNode(addresses.dataset)
        self._writers: Mapping[str, Callable[[Sequence[Node]], str]] = {
            ".ttl": turtle,
            ".jsonld": JsonLd().text,
            ".nt": ntriples,
            ".rdf": rdf_xml,
        }

    def documents(self, description: Description) -> Iterator[tuple[str, str]]:
        """The suffix and the text of each data document, all with the same triples.

        What the document says of itself comes last: what it is about, its licence, the dataset that it is a part of,
        and what it leaves out. It is named as the page of the thing, of which the others are formats.
        """
        nodes = (*description.nodes, self._document(description))
        yield from ((suffix, write(nodes)) for suffix, write in self._writers.items())

    def document(self, description: Description, suffix: str) -> str:
        """The text of the data document with this suffix."""
        return self._writers[suffix]((*description.nodes, self._document(description)))

    def _document(self, description: Description) -> Node:
        page = self._addresses.root + self._addresses.document(description.thing, _HTML)
        said: list[tuple[str, tuple[Term, ...]]] = [(TYPE.value, (_DOCUMENT,))]
        if self._licence:
            said.append((PREFIXES["dcterms"] + "license", (self._licence,)))
        said.append((VOID + "inDataset", (self._dataset,)))
        if description.remarks:
            said.append((RDFS + "comment", tuple(Literal(remark, language="en") for remark in description.remarks)))
        said.append((PREFIXES["foaf"] + "primaryTopic", (NamedNode(description.thing),)))
        return page, tuple(said)
