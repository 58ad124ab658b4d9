"""Profiles in the site: beside the page of each thing, and of the whole graph with what does not survive in them."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import NamedNode, Triple

from ipcgraph.publish.profiles.crosswalks import classes_of, reading_order
from ipcgraph.publish.profiles.files import write_loss_report
from ipcgraph.publish.profiles.graphfiles import write_statements
from ipcgraph.publish.profiles.losses import loss_report
from ipcgraph.publish.profiles.profile import (
    PROFILES,
    Profile,
    crosswalks_of,
    profile_named,
    profile_prefixes,
    profile_triples,
)
from ipcgraph.publish.profiles.skgif import write_skgif

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ipcgraph.publish.profiles.losses import LossReport
    from ipcgraph.publish.reading import Reading

FOLDER: Final = "profiles"
"""The folder of the whole-graph files in the site."""
FEW: Final = 2_000
"""A site of no more things has every profile unless its settings name some; a larger one has schema.org alone."""
FORMATS: Final[Mapping[str, str]] = {
    "schema": "jsonld",
    "vivo": "turtle",
    "skg-if": "jsonld",
    "foaf": "turtle",
    "bibo": "turtle",
}
"""The format of each profile, the one that its readers know best. `native` is what .ttl and .jsonld are."""
_SUFFIXES: Final = {"jsonld": ".jsonld", "turtle": ".ttl"}
_MEDIA_TYPES: Final = {"jsonld": "application/ld+json", "turtle": "text/turtle"}
LABELS: Final[Mapping[str, str]] = {
    "schema": "schema.org",
    "vivo": "VIVO",
    "skg-if": "SKG-IF",
    "foaf": "FOAF",
    "bibo": "BIBO",
}
"""What each profile is called in a word."""
_WHOLES: Final = ("holder", "partnerOf")
_PARTS: Final = ("hasAuthorship", "count")


class ProfileDocument(NamedTuple):
    """What a profile says of one thing, as a file beside its page."""

    label: str
    """What the profile is called."""
    suffix: str
    media_type: str
    text: str


class WholeProfile(NamedTuple):
    """The file of a profile of the whole graph, and what does not survive in it."""

    profile: Profile
    path: str
    media_type: str
    losses: str
    """The path of its loss report, a table as CSV."""


def chosen_profiles(named: Sequence[str] | None, things: int) -> tuple[str, ...]:
    """The profiles that a site of so many things has: those that its settings name, else by its size."""
    if named is None:
        return tuple(FORMATS) if things <= FEW else ("schema",)
    return tuple(name for name in FORMATS if name in named)


def profile_suffix(name: str) -> str:
    """The suffix of a thing's document in a profile.

    >>> profile_suffix("schema"), profile_suffix("vivo")
    ('.schema.jsonld', '.vivo.ttl')
    """
    return f".{name}{_SUFFIXES[FORMATS[name]]}"


class ProfileDocuments:
    """The documents of things in these profiles."""

    def __init__(self, reading: Reading, names: Sequence[str]) -> None:
        self._reading = reading
        self._names = tuple(names)

    def of(self, things: Sequence[str], *, suffix: str = "") -> dict[str, list[ProfileDocument]]:
        """The documents of each of these things, in the order of the profiles; none where none has a place for it.

        With `suffix` only those of the profile whose documents end so.

        Each holds what `ipcgraph.publish.profiles.profile.profile_of` gives. All things are asked for at once: reading
        a query takes ten times as long as answering it for one thing.
        """
        found: dict[str, list[ProfileDocument]] = {thing: [] for thing in things}
        parts = {thing: self._parts(thing) for thing in things}
        for name in self._names:
            if suffix not in {"", profile_suffix(name)}:
                continue
            texts = self._entities(things) if profile_named(name).is_json else self._statements(name, parts)
            media_type = _MEDIA_TYPES[FORMATS[name]]
            for thing, text in texts:
                found[thing].append(ProfileDocument(LABELS[name], profile_suffix(name), media_type, text))
        return found

    def _parts(self, thing: str) -> tuple[str, ...]:
        reading = self._reading
        pointing = (part for key in _WHOLES for part in reading.subjects(key, thing))
        own = (term.value for key in _PARTS for term in reading.values(thing, key) if isinstance(term, NamedNode))
        return tuple(sorted({*pointing, *own}))

    def _entities(self, things: Sequence[str]) -> Iterator[tuple[str, str]]:
        for thing in things:
            text = io.StringIO()
            if write_skgif(self._reading, text, [thing]):
                yield thing, text.getvalue()

    def _statements(self, name: str, parts: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
        known = frozenset().union(*(crosswalk.of for crosswalk in crosswalks_of(name)))
        told = [thing for thing in parts if classes_of(self._reading.store, thing) & known]
        asked = sorted({each for thing in told for each in (thing, *parts[thing])})
        said: dict[str, set[Triple]] = {}
        for triple in profile_triples(self._reading, name, asked):
            # What is said of a thing has it, a part of it, or a node named after one of them (`#…`) as its subject.
            said.setdefault(str(triple.subject)[1:-1].partition("#")[0], set()).add(triple)
        prefixes, vocabulary = profile_prefixes(name), profile_named(name).vocabulary
        for thing in told:
            triples = set[Triple]().union(*(said.get(each, ()) for each in (thing, *parts[thing])))
            if triples:
                file = io.BytesIO()
                ordered = sorted(triples, key=reading_order)
                write_statements(ordered, file, FORMATS[name], prefixes=prefixes, vocabulary=vocabulary)
                yield thing, file.getvalue().decode("utf-8")


def whole_profiles(names: Sequence[str]) -> tuple[WholeProfile, ...]:
    """The files of these profiles of the whole graph, in the order of PROFILES."""
    return tuple(
        WholeProfile(
            profile,
            f"{FOLDER}/{profile.name}{_SUFFIXES[FORMATS[profile.name]]}.gz",
            _MEDIA_TYPES[FORMATS[profile.name]],
            f"{FOLDER}/{profile.name}.losses.csv",
        )
        for profile in PROFILES
        if profile.name in names
    )


def write_whole_profiles(reading: Reading, names: Sequence[str], root: Path) -> tuple[LossReport, ...]:
    """Writes these profiles of the whole graph and their loss reports below a site's root; the reports, in order."""
    (root / FOLDER).mkdir(exist_ok=True)
    reports = []
    for whole in whole_profiles(names):
        name = whole.profile.name
        with (
            (root / whole.path).open("xb") as raw,
            gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as zipped,
            io.BufferedWriter(zipped, 1 << 16) as file,
        ):
            if whole.profile.is_json:
                text = io.TextIOWrapper(file, encoding="utf-8", newline="\n")
                write_skgif(reading, text)
                text.detach()
            else:
                write_statements(
                    profile_triples(reading, name),
                    file,
                    FORMATS[name],
                    prefixes=profile_prefixes(name),
                    vocabulary=whole.profile.vocabulary,
                )
        reports.append(loss_report(reading, name))
        write_loss_report(reports[-1], root / whole.losses, base=reading.base)
    return tuple(reports)
