"""Statements from RDF in any of its formats: the readers of Turtle, N-Triples, RDF/XML and JSON-LD behind one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat

from ipcgraph.errors import UsageError
from ipcgraph.sources.jsonld import read_jsonld
from ipcgraph.sources.ntriples import read_lines
from ipcgraph.sources.rdfxml import read_rdfxml
from ipcgraph.sources.turtle import read_turtle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ipcgraph.findings import Finding
    from ipcgraph.media import Format
    from ipcgraph.records import Statement


def read_rdf(
    path: Path, name: str, rdf_format: Format, *, base: str, context: Mapping[str, object]
) -> Iterator[Statement | Finding]:
    """The statements of a file in the default graph, each at its place, and a finding for what cannot be read.

    `name` is the file as places show it, `base` what relative IRIs are taken from, `context` the shipped JSON-LD
    context. Blank nodes, lists and literals that are not of their datatype are refused; nothing is ever fetched.
    Raises UsageError where the format is none of RDF.
    """
    if rdf_format.rdf in {RdfFormat.TURTLE, RdfFormat.TRIG}:
        return read_turtle(path, name, rdf_format.rdf, base=base)
    if rdf_format.rdf in {RdfFormat.N_TRIPLES, RdfFormat.N_QUADS}:
        return read_lines(path, name, rdf_format.rdf)
    if rdf_format.rdf == RdfFormat.RDF_XML:
        return read_rdfxml(path, name, base=base)
    if rdf_format.rdf == RdfFormat.JSON_LD:
        return read_jsonld(path, name, base=base, context=context)
    raise UsageError(f"{rdf_format.title} holds no statements; RDF is read from Turtle, TriG, N-Triples and others")
