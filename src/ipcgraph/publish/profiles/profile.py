"""Profiles: the graph, or one thing of it, in a vocabulary that others read; and back again."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from ipcgraph.errors import UsageError
from ipcgraph.ontology import read_ontology
from ipcgraph.publish.profiles.crosswalks import Crosswalk, cross, read_crosswalks, reading_order
from ipcgraph.publish.profiles.skgif import entities
from ipcgraph.publish.profiles.skgif_reading import statements
from ipcgraph.shipped import shipped_folder
from ipcgraph.spelling import suggestion
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.vocabulary import PREFIXES, RDF, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ipcgraph.publish.reading import Reading


class Profile(NamedTuple):
    """A vocabulary that the graph is written in. `vocabulary` is the namespace of its own terms."""

    name: str
    title: str
    vocabulary: str
    is_json: bool = False
    """Whether it is a form of JSON, written by a writer of its own, and no statements."""


PROFILES: Final = (
    Profile("native", "our own vocabulary, with its concepts", PREFIXES["ipcg"]),
    Profile("schema", "schema.org", PREFIXES["schema"]),
    Profile("vivo", "VIVO 1.x, with BIBO, BFO and vCard as it uses them", "http://vivoweb.org/ontology/core#"),
    Profile("skg-if", "SKG-IF 1.1", "https://w3id.org/skg-if/ontology/", is_json=True),
    Profile("foaf", "FOAF, with W3C ORG for roles and Dublin Core for works", PREFIXES["foaf"]),
    Profile("bibo", "BIBO: works with their ordered authors", "http://purl.org/ontology/bibo/"),
)
"""Every profile, in the order in which help lists them."""

IN_MEMORY: Final = 50_000
"""A profile of fewer statements is read back from memory; a store on disk takes a fifth of a second to begin."""
AT_ONCE: Final = 200_000
"""So many statements are put into that store at a time."""
CHUNK: Final = 20_000
"""So many statements of the native profile are read at a time."""

_RANK: Final = NamedNode("http://vivoweb.org/ontology/core#rank")
_INT: Final = NamedNode(XSD + "int")
_PARTS: Final = ("holder", "partnerOf")
"""The keys by which a part of a thing points to it."""


def profile_named(name: str) -> Profile:
    """The profile of this name; raises UsageError with the nearest one.

    >>> profile_named("vivo").title
    'VIVO 1.x, with BIBO, BFO and vCard as it uses them'
    """
    names = {profile.name: profile for profile in PROFILES}
    if name not in names:
        raise UsageError(f"there is no profile {name!r}; {suggestion(name, names, 'write one of ' + ', '.join(names))}")
    return names[name]


@cache
def crosswalks_of(name: str, *, back: bool = False) -> tuple[Crosswalk, ...]:
    """The CONSTRUCT queries of a profile, or those that read it back; none for a profile that needs none."""
    folder = shipped_folder("queries") / "profiles" / profile_named(name).name
    return read_crosswalks(folder / "back" if back else folder)


def profile_prefixes(name: str) -> Mapping[str, str]:
    """The prefixes that occur in a profile, sorted."""
    if name == "native":
        return {**PREFIXES, "xsd": XSD}
    found = {"rdf": RDF, "xsd": XSD}
    for crosswalk in crosswalks_of(name):
        found |= crosswalk.prefixes
    return dict(sorted(found.items()))


def profile_triples(reading: Reading, name: str, things: Iterable[str] | None = None) -> Iterator[Triple]:
    """The statements of the graph in a profile, or those of these things alone; in one order, in bounded memory.

    Raises UsageError for SKG-IF, which is JSON: `skgif.write_skgif` writes it.
    """
    profile = profile_named(name)
    if profile.is_json:
        raise UsageError(f"{profile.name} is written as JSON-LD, and has no statements before that is read")
    if name == "native":
        return _native(reading, things)
    return _retyped(cross(reading.store, crosswalks_of(name), things))


def profile_of(reading: Reading, thing: str, name: str) -> tuple[Triple, ...]:
    """What a profile says of one thing and of its parts: its roles, its partnerships, a work's authorships.

    Empty where the profile has no place for the thing. It asks each CONSTRUCT query of the thing's class and of its
    parts' classes: 1 to 2 ms, most of it for reading the queries, where a whole graph takes less than 1 ms a thing.
    Raises UsageError for SKG-IF: the JSON of one thing is `skgif.entity`.
    """
    parts = sorted({part for key in _PARTS for part in reading.subjects(key, thing)})
    return tuple(sorted(set(profile_triples(reading, name, [thing, *parts])), key=reading_order))


def read_back(reading: Reading, name: str) -> Iterator[Triple]:
    """What comes back when the graph is written in a profile and read again, in no order that means something.

    A statement can come more than once. The whole profile lies in a store of its own meanwhile; a large one in the
    system's folder for such.
    """
    if profile_named(name).is_json:
        names = concept_names()
        for found in entities(reading):
            yield from statements(found, names)
        return
    if name == "native":
        yield from profile_triples(reading, name)
        return
    triples = profile_triples(reading, name)
    first = list(islice(triples, IN_MEMORY))
    with _temporary_store() if len(first) == IN_MEMORY else EmbeddedStore.memory() as store:
        load_for_reading_back(store, chain(first, triples))
        yield from cross(store, crosswalks_of(name, back=True))


def load_for_reading_back(store: EmbeddedStore, triples: Iterable[Triple]) -> None:
    """Puts statements of a profile into a store, with the shipped concepts, which are found by their labels."""
    store.load(quad for quad, _ in read_ontology().statements)
    rest = (Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    while first := next(rest, None):  # all at once would take as much memory as a million of them
        store.load(chain((first,), islice(rest, AT_ONCE)))


def concept_names() -> dict[str, str]:
    """The IRI of each shipped concept by its label; labels of several schemes are those of the last."""
    return {
        quad.object.value: quad.subject.value
        for quad, _ in read_ontology().statements
        if quad.predicate.value == SKOS + "prefLabel" and isinstance(quad.subject, NamedNode)
        if isinstance(quad.object, Literal)
    }


def _native(reading: Reading, things: Iterable[str] | None) -> Iterator[Triple]:
    if things is None:
        lines = reading.lines()
    else:
        found = (quad for thing in things for quad in reading.store.statements(NamedNode(thing)))
        lines = iter(sorted({f"{quad.triple} ." for quad in found}))
    while chunk := "\n".join(islice(lines, CHUNK)):
        for quad in parse(chunk, format=RdfFormat.N_TRIPLES, lenient=True):
            yield quad.triple


def _retyped(triples: Iterable[Triple]) -> Iterator[Triple]:
    """With ranks as VIVO wants them: a store makes every whole number an xsd:integer."""
    for triple in triples:
        if triple.predicate == _RANK and isinstance(triple.object, Literal):
            yield Triple(triple.subject, triple.predicate, Literal(triple.object.value, datatype=_INT))
        else:
            yield triple


@contextmanager
def _temporary_store() -> Iterator[EmbeddedStore]:
    folder = Path(tempfile.mkdtemp(prefix="ipcgraph-"))
    try:
        with EmbeddedStore.create(folder / "store") as store:
            yield store
    finally:
        shutil.rmtree(folder, ignore_errors=True)
