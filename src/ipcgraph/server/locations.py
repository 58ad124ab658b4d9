"""Locations: which thing, or which document of which thing, a path stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from ipcgraph.vocabulary import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.reading import Reading

LONGEST: Final = 4_000
"""Characters of a path; of longer ones nothing is asked."""

_FORBIDDEN: Final = re.compile(r"[\x00-\x1f\x7f\\]|(?:^|/)\.{1,2}(?:/|$)|//|^/")


class Location(NamedTuple):
    """What a path stands for."""

    iri: str
    """The IRI of a thing."""
    document: str
    """Where its documents lie, without a suffix."""
    suffix: str = ""
    """The suffix of the one that is asked for; empty where the thing itself is."""

    @property
    def path(self) -> str:
        return self.document + self.suffix


class _Odd(NamedTuple):
    """The things whose IRIs are no names of files: the IRI of each, by its end and by the path of its documents."""

    given: Mapping[str, str]
    things: Mapping[str, str]
    documents: Mapping[str, str]


class Locations:
    """The locations of one build.

    A thing is found at its IRI without the base, below the root of the server; also at the whole path of its IRI, so
    that a server can take the place of the host of the IRIs. `odd` gives the things whose IRIs are no names of files,
    as far as they are known by now, each with the path of its documents.
    """

    def __init__(self, reading: Reading, addresses: Addresses, odd: Callable[[], Mapping[str, str]]) -> None:
        self._reading = reading
        self._addresses = addresses
        self._give_odd = odd
        self._kept_odd = _Odd({}, {}, {})
        inner = addresses.base.removeprefix(addresses.address) if addresses.address else addresses.base
        starts = [urlsplit(addresses.base).path.lstrip("/"), "" if "://" in inner else inner]
        self._starts = tuple(dict.fromkeys(start for start in starts if start))

    def find(self, path: str) -> Location | None:
        """What a decoded path below the root stands for; None where it is no thing's."""
        if not may_be_asked(path):
            return None
        found = self._thing(path) or self._document(path)
        for start in () if found else self._starts:
            if path.startswith(start):
                found = self._thing(path[len(start) :])
                if found:
                    return found
        return found

    def is_plain(self, path: str) -> bool:
        """Whether a thing with this path, or with a document there, would be found without knowing the odd ones."""
        folder, _, name = path.rpartition("/")
        stem = f"{folder}/{name.partition('.')[0]}"
        return stem.partition("/")[0] in KINDS and self._addresses.document(self._addresses.base + stem, "") == stem

    def _thing(self, path: str) -> Location | None:
        if iri := self._odd.things.get(path):
            return Location(iri, self._addresses.document(iri, ""))
        return self._plain(path)

    def _document(self, path: str) -> Location | None:
        folder, _, name = path.rpartition("/")
        stem, dot, suffix = name.partition(".")
        document = f"{folder}/{stem}"
        if not dot:
            return None
        if iri := self._odd.documents.get(document):
            return Location(iri, document, dot + suffix)
        found = self._plain(document)
        return found._replace(suffix=dot + suffix) if found else None

    @property
    def _odd(self) -> _Odd:
        given = self._give_odd()
        if given is not self._kept_odd.given:
            things = {unquote(iri.removeprefix(self._addresses.base)): iri for iri in given}
            self._kept_odd = _Odd(given, things, {document: iri for iri, document in given.items()})
        return self._kept_odd

    def _plain(self, path: str) -> Location | None:
        """The thing whose IRI ends with a path that is also that of its documents."""
        if path.partition("/")[0] not in KINDS:
            return None
        iri = self._addresses.base + path
        if self._addresses.document(iri, "") != path or not self._reading.has_documents(iri):
            return None
        return Location(iri, path)


def may_be_asked(path: str) -> bool:
    """Whether a decoded path below the root can be one of ours: no control characters, no `..`, not too long.

    >>> may_be_asked("person/ada.ttl"), may_be_asked("person/../x"), may_be_asked("/example.org")
    (True, False, False)
    """
    return len(path) <= LONGEST and not _FORBIDDEN.search(path)
