"""The facts of a site: what its pages and its description say of it as a whole."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ipcgraph.networks.options import Kind
    from ipcgraph.publish.reading import Thing

NOTHING: Final[Mapping[str, int]] = MappingProxyType({})


class Dump(NamedTuple):
    """One file with the whole graph, or with what changed in it."""

    path: str
    """Its path in the site."""
    media_type: str
    """What is in it once it is unpacked; each is packed with gzip."""
    size: int
    """Bytes, packed."""
    sha256: str
    """In hexadecimal."""


class Changes(NamedTuple):
    """What has changed since the last release, for readers: parts and passages are counted among the things, too."""

    since: str
    """The version or the date of that release; empty where it had none."""
    added: int
    """Statements that are new."""
    removed: int
    """Statements that are no more."""
    new: tuple[Thing, ...]
    """The first new things of each kind, by IRI."""
    gone: tuple[Thing, ...]
    """The first things of each kind that are no more, by IRI, as the last release called them."""
    counts: Mapping[str, tuple[int, int, int]]
    """By kind: how many things are new, how many are told otherwise, and how many are gone."""


class SiteFacts(NamedTuple):
    """What is the same on every page of a site. Texts are as the settings have them: not escaped for HTML."""

    title: str
    """What the site is called, by default the name of the project."""
    address: str
    """The web address of the site's root, ending with `/`; empty where the settings have none."""
    base: str
    """The start of the IRIs of its things."""
    licence: str = ""
    """The IRI of the licence of the data, http or https; empty where the settings have none."""
    publisher: str = ""
    """The IRI of the thing, or the name, of who publishes it; empty where the settings have none."""
    language: str = "en"
    """The language of the pages, as a BCP 47 tag."""
    logo: str = ""
    """The path in the site of the logo; empty where there is none."""
    colours: tuple[str, ...] = ()
    """The main colour and the one beside it, as `#1a2b3c`; none where the settings have none."""
    about: str = ""
    """A sentence or two on what the site is."""
    released: str = ""
    """The date of the release, as `2024-05-31`; empty where nothing says one. Never the day of the run."""
    version: str = ""
    """The version of the data: the settings' own, else the date of the release."""
    counts: Mapping[str, int] = NOTHING
    """How many things there are of each kind, by the name of the kind."""
    statements: int = 0
    """How many statements are published; 0 until the dumps are written, so on the pages of things."""
    dumps: tuple[Dump, ...] = ()
    """The dumps; none until they are written."""
    changes: Changes | None = None
    """What has changed since the last release; None where no earlier one is known, and until the dumps are written."""
    profiles: tuple[str, ...] = ()
    """The profiles that the graph and its things are published in, besides our own vocabulary."""
    networks: tuple[Kind, ...] = ()
    """The networks that the site shows; none until the graph is looked at."""
    endpoint: str = ""
    """The address of a SPARQL endpoint with the same data; empty where there is none."""
    query_limit: int = 500_000
    """Of a graph with more statements the page of queries runs none."""
