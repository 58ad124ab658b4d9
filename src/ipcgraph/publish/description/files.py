"""The site's description of itself: the files that harvesters look for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import RdfFormat

from ipcgraph.publish.description.catalogue import Catalogue, File
from ipcgraph.publish.description.citationfile import CITATION, citation_file
from ipcgraph.publish.description.executables import tell_queries
from ipcgraph.publish.description.rdf import Statements, write_jsonld, write_rdf, write_turtle
from ipcgraph.publish.description.robots import crawling_files
from ipcgraph.publish.description.void import tell_void

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.description.figures import Figures
    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.publish.reading import Reading
    from ipcgraph.queries import Query

VOID_FILE: Final = "void.ttl"
WELL_KNOWN: Final = ".well-known/void"
CATALOGUE: Final = ("catalogue.ttl", "catalogue.jsonld", "catalogue.nt", "catalogue.rdf")
QUERIES: Final = ("queries.ttl", "queries.jsonld")


def description_files(
    reading: Reading,
    addresses: Addresses,
    facts: SiteFacts,
    figures: Figures,
    *,
    queries: Mapping[str, Query] | None = None,
    files: Sequence[File] = (),
    pages: Iterable[str] = (),
) -> Iterator[tuple[str, str]]:
    """Path and text of each file: VoID and DCAT, the saved queries, `CITATION.cff`, `robots.txt` and the sitemap.

    `void.ttl`, which is also `/.well-known/void`, and `catalogue.*` describe catalogue, dataset and endpoint,
    `queries.*` the saved queries. `figures` are those of the published statements, `files` are files of the dataset
    besides its dumps, `pages` the paths of the pages, in order, for the sitemap; they are read once.
    """
    told = Statements()
    Catalogue(told, reading, addresses, facts).tell(figures, files=files)
    tell_void(told, reading, addresses, facts, figures)
    triples = told.triples()
    turtle = write_turtle(triples)
    yield VOID_FILE, turtle
    yield WELL_KNOWN, turtle
    yield CATALOGUE[0], turtle
    yield CATALOGUE[1], write_jsonld(triples)
    yield CATALOGUE[2], write_rdf(triples, RdfFormat.N_TRIPLES)
    yield CATALOGUE[3], write_rdf(triples, RdfFormat.RDF_XML)
    if queries:
        executables = Statements()
        tell_queries(executables, queries, root=addresses.root, base=reading.base, endpoint=facts.endpoint)
        triples = executables.triples()
        yield QUERIES[0], write_turtle(triples)
        yield QUERIES[1], write_jsonld(triples)
    yield CITATION, citation_file(reading, addresses, facts)
    yield from crawling_files(pages, addresses, facts)
