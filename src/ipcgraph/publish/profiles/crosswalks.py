"""Crosswalks: CONSTRUCT queries that say in one vocabulary what a graph says in another, batch by batch."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import NamedNode, Quad, Triple

from ipcgraph.errors import ProjectError
from ipcgraph.files import files_in, read_regular
from ipcgraph.publish.sorting import sorted_lines
from ipcgraph.vocabulary import TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from ipcgraph.store.embedded import EmbeddedStore

BATCH: Final = 250
"""So many things are asked for at a time: reading a query takes longer than answering it for one thing."""

_HEADER: Final = re.compile(r"^#\+ (\w+): *(.*)$", re.MULTILINE)
_PREFIX: Final = re.compile(r"^PREFIX ([\w-]+): <([^>]*)>$", re.MULTILINE)
# Where a query chooses a class.
_CHOICE: Final = re.compile(r"^.*\b(?:IF|BIND)\(.*$", re.MULTILINE)
_ALL_THINGS: Final = "VALUES ?thing { UNDEF }"


class Crosswalk(NamedTuple):
    """One CONSTRUCT query of a crosswalk: what it makes of a thing of these classes.

    Its `text` has `VALUES ?thing { UNDEF }`: as it stands it is SPARQL that says it of all things, and with IRIs
    in the place of UNDEF of those things only. What it says of a thing it says alone: two things never share a
    statement. `prefixes` are those that can occur in what it makes.
    """

    name: str
    title: str
    about: str
    of: frozenset[str]
    text: str
    prefixes: Mapping[str, str]

    def ask(self, things: Iterable[str]) -> str:
        """The query for these IRIs only."""
        return self.text.replace(_ALL_THINGS, f"VALUES ?thing {{ {' '.join(f'<{thing}>' for thing in things)} }}")


def read_crosswalks(folder: Path) -> tuple[Crosswalk, ...]:
    """The crosswalk of a folder: its queries, by name; ProjectError where one is not in order."""
    return tuple(_read(file) for file in files_in(folder, ".rq"))


def cross(
    store: EmbeddedStore, crosswalks: Iterable[Crosswalk], things: Iterable[str] | None = None
) -> Iterator[Triple]:
    """What these crosswalks say of things of the store: each statement once, grouped by thing, always in one order.

    Without `things`, of every thing that has one of their classes, by IRI; else of these, in the order given. Only one
    batch of things and what is said of them is in memory at a time. Where two things are said to have one statement in
    common, it comes twice.
    """
    chosen = tuple(crosswalks)
    rest = iter(_things(store, chosen) if things is None else things)
    while batch := tuple(islice(rest, BATCH)):
        classes = {thing: classes_of(store, thing) for thing in batch}
        made: set[Triple] = set()
        for crosswalk in chosen:
            asked = [thing for thing in batch if classes[thing] & crosswalk.of]
            if asked:
                made.update(_triples(store, crosswalk.ask(asked)))
        yield from sorted(made, key=reading_order)


def classes_of(store: EmbeddedStore, thing: str) -> frozenset[str]:
    """The IRIs of the classes that a thing is said to be of."""
    found = (quad.object for quad in store.statements(NamedNode(thing), TYPE))
    return frozenset(term.value for term in found if isinstance(term, NamedNode))


def reading_order(triple: Triple | Quad) -> tuple[str, bool, str, str]:
    """A key to sort statements by: what a thing is comes first; its own parts (`#…`) follow it."""
    predicate = triple.predicate
    return str(triple.subject)[:-1], predicate != TYPE, predicate.value, str(triple.object)


def _things(store: EmbeddedStore, crosswalks: Iterable[Crosswalk]) -> Iterator[str]:
    classes = sorted(frozenset().union(*(crosswalk.of for crosswalk in crosswalks)))
    found = (quad.subject for name in classes for quad in store.statements(None, TYPE, NamedNode(name)))
    return sorted_lines(subject.value for subject in found if isinstance(subject, NamedNode))


def _triples(store: EmbeddedStore, text: str) -> list[Triple]:
    answer = store.query(text)
    if not isinstance(answer, list):
        raise TypeError("a crosswalk is not a CONSTRUCT query")
    return answer


def _read(file: Path) -> Crosswalk:
    try:
        text = read_regular(file).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{file} cannot be read ({error}); install ipcgraph anew") from error
    header, prefixes = dict(_HEADER.findall(text)), dict(_PREFIX.findall(text))
    try:
        of = frozenset(prefixes[prefix] + name for prefix, _, name in _names(header["of"]))
    except KeyError as error:
        raise ProjectError(f"{file} lacks {error}; install ipcgraph anew") from error
    if _ALL_THINGS not in text:
        raise ProjectError(f"{file} lacks {_ALL_THINGS!r}; install ipcgraph anew")
    made = text.partition("CONSTRUCT")[2].partition("WHERE")[0] + "\n".join(_CHOICE.findall(text))
    used = {prefix: name for prefix, name in prefixes.items() if re.search(rf"\b{re.escape(prefix)}:", made)}
    return Crosswalk(file.stem, header.get("title", ""), header.get("about", ""), of, text, used)


def _names(listed: str) -> Iterator[tuple[str, str, str]]:
    return (name.strip().partition(":") for name in listed.split(","))
