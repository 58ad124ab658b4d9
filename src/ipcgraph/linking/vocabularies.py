"""The words in which SPARQL endpoints speak of people and organizations: Wikidata, OpenAlex, schema.org and ours.

All of them are asked for at once, so that no endpoint has to be told apart from another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipcgraph.vocabulary import IPCG, PREFIXES, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_WDT: Final = "http://www.wikidata.org/prop/direct/"
_WD: Final = "http://www.wikidata.org/entity/"
_DBO: Final = "https://dbpedia.org/ontology/"
_SOA: Final = "https://semopenalex.org/ontology/"
_FOAF: Final = PREFIXES["foaf"]
_SCHEMA: Final = ("https://schema.org/", "http://schema.org/")


def _schema(*names: str) -> tuple[str, ...]:
    return tuple(begin + name for name in names for begin in _SCHEMA)


PROPERTIES: Final[Mapping[str, tuple[str, ...]]] = {
    "name": (
        _FOAF + "name", RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel", IPCG + "alternateName", IPCG + "acronym",
        _DBO + "alternativeName", "https://dbpedia.org/property/acronym", *_schema("name", "alternateName"),
    ),
    "kind": (RDF + "type", _WDT + "P31"),
    "orcid": (IPCG + "orcid", _WDT + "P496", _DBO + "orcidId"),
    "ror": (IPCG + "ror", _WDT + "P6782", _SOA + "ror"),
    "isni": (IPCG + "isni", _WDT + "P213"),
    "wikidata": (IPCG + "wikidata",),
    "openalex": (IPCG + "openalex", _WDT + "P10283"),
    "same": (PREFIXES["owl"] + "sameAs", SKOS + "exactMatch", *_schema("sameAs", "identifier")),
    "country": (
        _WDT + "P17", "https://dbpedia.org/property/countryCode", "http://www.geonames.org/ontology#countryCode",
        *_schema("addressCountry"),
    ),
    "code": (_WDT + "P297", IPCG + "countryCode"),
    "founded": (IPCG + "founded", _WDT + "P571", *_schema("foundingDate")),
    "born": (_WDT + "P569", *_schema("birthDate")),
    "died": (_WDT + "P570", *_schema("deathDate")),
    "affiliation": (_WDT + "P108", _WDT + "P1416", PREFIXES["org"] + "memberOf", *_schema("affiliation", "worksFor")),
    "doi": (IPCG + "doi", _WDT + "P356", "http://purl.org/spar/datacite/doi", PREFIXES["dcterms"] + "identifier"),
    "creator": (IPCG + "creator", _WDT + "P50", PREFIXES["dcterms"] + "creator", *_schema("author", "creator")),
}  # fmt: skip
"""The properties that say something of one sort; a name is what people read, `same` is another IRI of the thing."""
MEANING: Final[Mapping[str, str]] = {iri: key for key, iris in PROPERTIES.items() for iri in iris}
LANGUAGES: Final = ("", "en", "mul")
"""The languages in which names are looked for and read; the empty one is that of a text without a language."""

_CLASSES: Final[Mapping[str, str]] = {
    _FOAF + "Person": "Person",
    IPCG + "Person": "Person",
    _WD + "Q5": "Person",
    _SOA + "Author": "Person",
    **dict.fromkeys(_schema("Person"), "Person"),
    **{IPCG + name: "Organization" for name in ("Organization", "Center", "Partner", "Commission")},
    _FOAF + "Organization": "Organization",
    PREFIXES["org"] + "Organization": "Organization",
    _SOA + "Institution": "Organization",
    **dict.fromkeys(_schema("Organization", "ResearchOrganization", "CollegeOrUniversity"), "Organization"),
}
_OF_ORGANIZATIONS: Final = frozenset({"ror", "country", "founded"})
"""What only organizations have: Wikidata has hundreds of classes of them."""


def kind_of(classes: frozenset[str], keys: frozenset[str]) -> str:
    """`Person` or `Organization` by the classes of a thing and by what is said of it; `Thing` where it is neither."""
    kinds = {_CLASSES[each] for each in classes if each in _CLASSES}
    if kinds:
        return "Person" if "Person" in kinds else "Organization"
    if not classes:
        return ""
    return "Organization" if keys & _OF_ORGANIZATIONS else "Thing"


def forms(scheme: str, value: str) -> Iterator[tuple[str, bool]]:
    """How endpoints write an identifier: texts, and IRIs (then True)."""
    addresses = {
        "orcid": ("https://orcid.org/",),
        "ror": ("https://ror.org/",),
        "isni": ("https://isni.org/isni/",),
        "wikidata": (_WD,),
        "openalex": ("https://openalex.org/",),
        "doi": ("https://doi.org/",),
    }[scheme]
    yield value, False
    if scheme == "doi":
        yield value.upper(), False  # as Wikidata has them
    if scheme == "isni":
        yield " ".join(value[at : at + 4] for at in range(0, 16, 4)), False
    for begin in addresses:
        yield begin + value, False
        yield begin + value, True
