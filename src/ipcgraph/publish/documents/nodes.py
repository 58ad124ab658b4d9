"""Nodes: a subject with what is said of it, in the order in which documents write it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, TypeAlias

from pyoxigraph import RdfFormat, parse

from ipcgraph.statements import term_text
from ipcgraph.vocabulary import PREFIXES, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ipcgraph.statements import Term

Node: TypeAlias = "tuple[str, tuple[tuple[str, tuple[Term, ...]], ...]]"
"""A subject with what is said of it: the IRI of each property with its values; class and names first."""

NAMES: Final = (PREFIXES["foaf"] + "name", PREFIXES["dcterms"] + "title", PREFIXES["skos"] + "prefLabel")
"""The properties by which things are called."""
LINES: Final = 20_000
"""So many lines are turned into nodes at a time."""

_FIRST: Final = {iri: place for place, iri in enumerate((TYPE.value, *NAMES))}


def node(subject: str, said: Mapping[str, tuple[Term, ...]]) -> Node:
    """The node of a subject; the values stay in the order given."""
    return subject, tuple(sorted(said.items(), key=_place))


def nodes_of_lines(lines: Iterable[str]) -> Iterator[Node]:
    """The nodes of N-Triples, line by line without line ends, where all lines of a subject follow each other."""
    waiting: list[str] = []
    for _, group in groupby(lines, key=_subject):
        waiting += group
        if len(waiting) >= LINES:
            yield from _nodes(waiting)
            waiting.clear()
    yield from _nodes(waiting)


def _nodes(lines: Iterable[str]) -> Iterator[Node]:
    quads = parse("\n".join(lines), format=RdfFormat.N_TRIPLES)
    for subject, group in groupby(quads, key=lambda quad: quad.subject):
        said: dict[str, list[Term]] = {}
        for quad in group:
            said.setdefault(quad.predicate.value, []).append(quad.object)
        yield node(term_text(subject), {predicate: tuple(values) for predicate, values in said.items()})


def _subject(line: str) -> str:
    return line[: line.index(" ")]


def _place(item: tuple[str, Iterable[Term]]) -> tuple[int, str]:
    return _FIRST.get(item[0], len(_FIRST)), item[0]
