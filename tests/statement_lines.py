"""Statements for tests: one line of Turtle each, placed at its line."""

from __future__ import annotations

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from ipcgraph.findings import Place
from ipcgraph.records import Statement
from ipcgraph.statements import Index
from ipcgraph.vocabulary import DEFAULT_BASE, PREFIXES

HEADER = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items()) + (
    f"BASE <{DEFAULT_BASE}>\nPREFIX word: <https://w3id.org/ipcgraph/vocab/>\n"
)


def lines(text: str, path: str = "data/graph.ttl") -> list[Statement]:
    """The statements of a text, each at the line it stands in (the first line with text is line 1), column 1."""
    return [
        (quad, Place(path, number))
        for number, line in enumerate(text.strip().splitlines(), start=1)
        for quad in quads(line)
    ]


def quads(text: str) -> list[Quad]:
    return list(parse(HEADER + text, RdfFormat.TURTLE))


def index(text: str, path: str = "data/graph.ttl") -> Index:
    return Index.of(lines(text, path))


def iri(short: str) -> NamedNode:
    return NamedNode(DEFAULT_BASE + short)
