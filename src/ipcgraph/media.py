"""The formats that are read and written, in one table for reading, export and negotiation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from pyoxigraph import QueryResultsFormat, RdfFormat

from ipcgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

Role: TypeAlias = Literal["records", "graph", "table", "network", "report"]
"""What a format can carry: records to be expanded, statements, the answer of a query, a network, findings."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format. `suffixes` begins with the one that is written; all are lower case with their dot, some with two.

    A media type that begins with `x-` is our own: nobody has registered one for that format.

    `rdf` and `results` are pyoxigraph's own names where it reads and writes the format, else None.
    """

    name: str
    title: str
    media_type: str
    suffixes: tuple[str, ...]
    roles: frozenset[Role]
    rdf: RdfFormat | None = None
    results: QueryResultsFormat | None = None


def _format(
    name: str,
    title: str,
    media_type: str,
    suffixes: str,
    *roles: Role,
    rdf: RdfFormat | None = None,
    results: QueryResultsFormat | None = None,
) -> Format:
    return Format(name, title, media_type, tuple(suffixes.split()), frozenset(roles), rdf, results)


_RESULTS: Final = "application/sparql-results+"

FORMATS: Final = (
    _format("yaml", "YAML records", "application/yaml", ".yaml .yml", "records"),
    _format("turtle", "Turtle", "text/turtle", ".ttl", "graph", "report", rdf=RdfFormat.TURTLE),
    _format("trig", "TriG", "application/trig", ".trig", "graph", rdf=RdfFormat.TRIG),
    _format("ntriples", "N-Triples", "application/n-triples", ".nt", "graph", rdf=RdfFormat.N_TRIPLES),
    _format("nquads", "N-Quads", "application/n-quads", ".nq", "graph", rdf=RdfFormat.N_QUADS),
    _format("rdfxml", "RDF/XML", "application/rdf+xml", ".rdf .owl", "graph", rdf=RdfFormat.RDF_XML),
    _format("jsonld", "JSON-LD", "application/ld+json", ".jsonld", "graph", rdf=RdfFormat.JSON_LD),
    _format("table", "text table", "text/plain", ".txt", "table"),
    _format("csv", "CSV", "text/csv", ".csv", "records", "table", "network", results=QueryResultsFormat.CSV),
    _format("tsv", "TSV", "text/tab-separated-values", ".tsv", "records", "table", results=QueryResultsFormat.TSV),
    _format("json", "SPARQL JSON", _RESULTS + "json", ".srj", "table", results=QueryResultsFormat.JSON),
    _format("xml", "SPARQL XML", _RESULTS + "xml", ".srx", "table", results=QueryResultsFormat.XML),
    _format("markdown", "Markdown table", "text/markdown", ".md", "table"),
    _format("gexf", "GEXF", "application/gexf+xml", ".gexf", "network"),
    _format("graphml", "GraphML", "application/graphml+xml", ".graphml", "network"),
    _format("cytoscape", "Cytoscape.js JSON", "application/json", ".cyjs", "network"),
    _format("graphology", "Graphology JSON", "application/x-graphology+json", ".graphology.json", "network"),
    _format("dot", "DOT", "text/vnd.graphviz", ".dot .gv", "network"),
    _format("pajek", "Pajek", "application/x-pajek", ".net", "network"),
    _format("vosviewer", "VOSviewer JSON", "application/x-vosviewer+json", ".vosviewer.json", "network"),
    _format("vosviewer-text", "VOSviewer map and network", "text/x-vosviewer", ".vosviewer.txt", "network"),
    _format("cx2", "CX2", "application/x-cx2+json", ".cx2", "network"),
    _format("neo4j", "CSV for Neo4j's importer", "text/x-neo4j-csv", ".neo4j.csv", "network"),
    _format("jsonlines", "JSON Lines", "application/jsonl", ".jsonl", "network"),
    _format("parquet", "Parquet", "application/vnd.apache.parquet", ".parquet", "network"),
    _format("svg", "SVG picture", "image/svg+xml", ".svg", "network"),
    _format("png", "PNG picture", "image/png", ".png", "network"),
    _format("matrix", "matrix as SVG", "image/x-matrix+svg", ".matrix.svg", "network"),
    _format("periods", "periods side by side as SVG", "image/x-periods+svg", ".periods.svg", "network"),
    _format("map", "map of partner countries as SVG", "image/x-map+svg", ".map.svg", "network"),
    _format("html", "page with the network", "text/html", ".html", "network"),
    _format("sarif", "SARIF", "application/sarif+json", ".sarif", "report"),
)
"""Every format, each name, suffix and media type once; in the order in which help lists them."""

_BY_NAME: Final[Mapping[str, Format]] = MappingProxyType({each.name: each for each in FORMATS})
_BY_SUFFIX: Final[Mapping[str, Format]] = MappingProxyType(
    {suffix: each for each in FORMATS for suffix in each.suffixes}
)
_BY_MEDIA_TYPE: Final[Mapping[str, Format]] = MappingProxyType({each.media_type: each for each in FORMATS})


def format_named(name: str) -> Format:
    """The format of this name; raises UsageError with the names there are.

    >>> format_named("turtle").media_type
    'text/turtle'
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    raise UsageError(f"there is no format {name!r}; write one of {', '.join(_BY_NAME)}")


def format_of_file(path: PurePath | str) -> Format | None:
    """The format that the suffix of a file name stands for, in any case, or None.

    A suffix of two parts goes before its last part alone.

    >>> format_of_file("data/people.TTL").name
    'turtle'
    >>> format_of_file("out/people.neo4j.csv").name, format_of_file("out/people.csv").name
    ('neo4j', 'csv')
    """
    parts = PurePath(path).suffixes
    return _BY_SUFFIX.get("".join(parts[-2:]).lower()) or _BY_SUFFIX.get("".join(parts[-1:]).lower())


def format_of_media_type(media_type: str) -> Format | None:
    """The format of a media type, whose parameters do not count, or None.

    >>> format_of_media_type("text/csv; charset=utf-8").name
    'csv'
    """
    return _BY_MEDIA_TYPE.get(media_type.partition(";")[0].strip().lower())


def formats_for(role: Role) -> tuple[Format, ...]:
    """The formats that can carry this, in the order of the table.

    >>> [each.name for each in formats_for("table")]
    ['table', 'csv', 'tsv', 'json', 'xml', 'markdown']
    """
    return tuple(each for each in FORMATS if role in each.roles)
