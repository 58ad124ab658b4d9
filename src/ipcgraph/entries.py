"""Entries: what other people's files say of a work, a person or an organization, before it is known who is who."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from ipcgraph.findings import Place


class Name(NamedTuple):
    """A name as its file has it, and in parts where the file, or its form, tells them apart."""

    text: str
    """The name whole, as a reader writes it: `Ludwig van Beethoven`."""
    family: str = ""
    """With its particle where this belongs to it: `van Beethoven`."""
    given: str = ""
    suffix: str = ""
    """`Jr.`, `III`; never a degree."""
    is_organization: bool = False
    """Whether the file says that no person is meant."""


class Affiliation(NamedTuple):
    """An organization as a work or a person names it."""

    name: str
    ror: str = ""
    openalex: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2."""


class Contributor(NamedTuple):
    """An author of one work, in the order of the work."""

    name: Name
    orcid: str = ""
    openalex: str = ""
    key: str = ""
    """What the file calls the person, where it gives persons ids of its own that hold across its works."""
    affiliations: tuple[Affiliation, ...] = ()


class Lost(NamedTuple):
    """A field of a record that the graph does not keep, or a value that could not be read."""

    field: str
    value: str
    """Shortened to 80 characters."""
    why: str = ""
    """Empty where the ontology has no place for it."""


class WorkEntry(NamedTuple):
    """A work as one record describes it; identifiers are normalised as `identifiers.normalise` does it, or empty."""

    place: Place
    key: str
    """What the file calls the record: a citation key, an id, the number of a row."""
    title: str
    contributors: tuple[Contributor, ...] = ()
    issued: str = ""
    """A date at the precision stated: `2021`, `2021-03`, `2021-03-21`."""
    work_type: str = ""
    """A concept of the scheme work-type; empty where no concept fits the stated type."""
    stated_type: str = ""
    """The type in the file's own words."""
    container: str = ""
    """The journal, the book or the series that it is in."""
    doi: str = ""
    isbn: str = ""
    openalex: str = ""
    url: str = ""
    is_retracted: bool = False
    lost: tuple[Lost, ...] = ()


class PersonEntry(NamedTuple):
    """A person as a register describes them."""

    place: Place
    key: str
    name: Name
    other_names: tuple[str, ...] = ()
    orcid: str = ""
    openalex: str = ""
    wikidata: str = ""
    isni: str = ""
    url: str = ""
    affiliations: tuple[Affiliation, ...] = ()
    lost: tuple[Lost, ...] = ()


class OrganizationEntry(NamedTuple):
    """An organization as a register describes it."""

    place: Place
    key: str
    name: str
    other_names: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    ror: str = ""
    openalex: str = ""
    wikidata: str = ""
    isni: str = ""
    url: str = ""
    country: str = ""
    lost: tuple[Lost, ...] = ()


Entry: TypeAlias = WorkEntry | PersonEntry | OrganizationEntry
