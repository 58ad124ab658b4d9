"""Profiles in negotiation: which vocabulary a request wants a thing in (Content Negotiation by Profile, W3C)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ipcgraph.publish.profiles.documents import profile_suffix
from ipcgraph.publish.profiles.profile import PROFILES
from ipcgraph.server.accept import ranges

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

NATIVE: Final = PROFILES[0].name
"""Our own vocabulary, in which each thing has all documents without a profile."""
ADDRESSES: Final[Mapping[str, str]] = MappingProxyType({each.name: each.vocabulary for each in PROFILES})
"""The IRI that stands for each profile: the namespace of its terms."""
TITLES: Final[Mapping[str, str]] = MappingProxyType({each.name: each.title for each in PROFILES})
"""What each profile is, for people."""
KEYS: Final = ("profile", "_profile")
"""The keys with which an address names a profile."""


def asked_profile(request: Request, published: Sequence[str]) -> str | None:
    """The profile that a request wants: that of its address, else of Accept-Profile, else our own; None where unknown.

    A profile is named by its name (`schema`) or its IRI. Of Accept-Profile what we do not have is passed over.
    """
    for key in KEYS:
        if key in request.query_params:
            return _named(request.query_params[key], published)
    weights = dict[str, float]()
    for header in request.headers.getlist("accept-profile"):
        for written, weight in ranges(header):
            if found := _named(written, published):
                weights.setdefault(found, weight)
    chosen = max(weights, key=lambda name: weights[name], default=NATIVE)
    return chosen if weights.get(chosen, 1.0) else NATIVE


def suffix_of(profile: str) -> str:
    """The suffix of a thing's document in a profile."""
    return profile_suffix(profile)


def profile_of(suffix: str, published: Sequence[str]) -> str:
    """The profile of the documents with this suffix, `native` for those of our own vocabulary; empty for a page."""
    for name in published:
        if suffix == profile_suffix(name):
            return name
    return NATIVE if suffix in {".ttl", ".jsonld", ".nt", ".rdf"} else ""


def _named(written: str, published: Sequence[str]) -> str | None:
    text = written.strip().removeprefix("<").removesuffix(">").strip('"')
    for name in (NATIVE, *published):
        # http and https name the same vocabulary, with and without what stands before the first term.
        if text == name or _plain(text) == _plain(ADDRESSES[name]):
            return name
    return None


def _plain(iri: str) -> str:
    return iri.partition("://")[2].rstrip("/#")
