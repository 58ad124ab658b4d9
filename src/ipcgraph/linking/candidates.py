"""Candidates: what a service says of somebody or something that may be ours, whatever the service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from ipcgraph.identifiers import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ipcgraph.linking.subjects import Subject


class Candidate(NamedTuple):
    """A thing of a service."""

    id: str
    """As the service names it."""
    names: tuple[str, ...]
    identifiers: tuple[tuple[str, str], ...] = ()
    """Each with its scheme, normalised."""
    kind: str = ""
    """`Person`, `Organization`, `Thing` for what is neither, empty where the service does not say."""
    dois: tuple[str, ...] = ()
    """Of works of the subject: those of which the service says that the candidate has written them."""
    works: tuple[str, ...] = ()
    """Titles."""
    coauthors: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    """Codes and names."""
    founded: int = 0
    """The year; 0 where it is not known, as those that follow."""
    born: int = 0
    died: int = 0
    service: str = ""
    """What the service says of the match itself, in words."""

    def values(self, scheme: str) -> tuple[str, ...]:
        """Its identifiers of a scheme."""
        return tuple(value for key, value in self.identifiers if key == scheme)


class Register(Protocol):
    """A service that can be asked for candidates; `remarks` are what the user has to know of its answers."""

    remarks: list[str]
    batch: int
    """So many subjects are asked about at a time."""

    def find(self, subjects: Sequence[Subject], scheme: str) -> Mapping[str, Sequence[Candidate]]:
        """The candidates for some subjects, by the subjects' ids; StoreError where the service does not answer."""
        ...


_REGISTERS: Final = (
    ("orcid", r"https?://orcid\.org/(.+)"),
    ("ror", r"https?://ror\.org/(.+)"),
    ("isni", r"https?://(?:www\.)?isni\.org/(?:isni/)?(.+)"),
    ("wikidata", r"https?://(?:www\.)?wikidata\.org/(?:entity|wiki)/(Q.+)"),
    ("openalex", r"https?://(?:api\.)?(?:sem)?openalex\.org/(?:[a-z]+/)?([A-Z].+)"),
)


def identifier_in(text: str) -> tuple[str, str] | None:
    """The identifier that a web address names, with its scheme; None where it names none.

    >>> identifier_in("https://semopenalex.org/author/A5023888391"), identifier_in("https://example.org/")
    (('openalex', 'A5023888391'), None)
    """
    for scheme, pattern in _REGISTERS:
        found = re.fullmatch(pattern, text)
        value = normalise(scheme, found[1]) if found else None
        if value:
            return scheme, value
    return None


def web_address(scheme: str, value: str) -> str:
    """Where a person can look an identifier up.

    >>> web_address("wikidata", "Q49108")
    'https://www.wikidata.org/wiki/Q49108'
    """
    begins = {
        "wikidata": "https://www.wikidata.org/wiki/", "ror": "https://ror.org/", "openalex": "https://openalex.org/",
        "orcid": "https://orcid.org/", "isni": "https://isni.org/isni/",
    }  # fmt: skip
    return begins.get(scheme, "") + value


def first_year(texts: Iterable[str]) -> int:
    """The first of the years with which dates begin; 0 where none does.

    >>> first_year(["1951-01-01T00:00:00Z", "1950"]), first_year(["unknown"])
    (1950, 0)
    """
    return min((int(text[:4]) for text in texts if text[:4].isdecimal() and len(text) >= 4), default=0)
