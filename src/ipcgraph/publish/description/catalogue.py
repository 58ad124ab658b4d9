"""DCAT 3: the catalogue of the site, its dataset with the files to fetch, its versions, and a SPARQL endpoint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import Literal, NamedNode

from ipcgraph.identifiers import slug
from ipcgraph.publish.description.rdf import DCAT, DCTERMS, FOAF, SD, SPDX, VOID, Statements, day, iri, whole_number
from ipcgraph.publish.description.void import is_change, whole_dumps
from ipcgraph.vocabulary import IPCG, PREFIXES, RDFS, XSD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.description.figures import Figures
    from ipcgraph.publish.facts import Dump, SiteFacts
    from ipcgraph.publish.reading import Reading

_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_LANGUAGES: Final = "http://id.loc.gov/vocabulary/iso639-1/"
_NAMES: Final = {
    "application/n-quads": "N-Quads", "application/n-triples": "N-Triples", "text/turtle": "Turtle",
    "application/ld+json": "JSON-LD",
}  # fmt: skip
_COUNTED: Final = (
    ("Work", "works"), ("Person", "people"), ("Initiative", "initiatives"), ("Role", "roles"),
    ("Partnership", "partnerships"), ("Partner", "partners"),
)  # fmt: skip
_SHA256: Final = SPDX + "checksumAlgorithm_sha256"


class Catalogue:
    """What the catalogue says; each part is told once, to the same Statements.

    Every term that DCAT-AP 3 asks to be of a class is said to be of it, since a harvester fetches nothing to find out.
    Dates are those of the release; nothing depends on the clock.
    """

    def __init__(self, told: Statements, reading: Reading, addresses: Addresses, facts: SiteFacts) -> None:
        self._told, self._reading, self._addresses, self._facts = told, reading, addresses, facts
        self._root = addresses.root
        self._catalogue = self._root + "#catalogue"
        self._publisher = self._tell_publisher()
        self._licence = iri(facts.licence)
        self._language = self._tell_language()

    def tell(self, figures: Figures, *, files: Sequence[File] = ()) -> None:
        """Says everything: catalogue, dataset, its dumps and other files, what changed, the endpoint."""
        title = f"{self._facts.title}: knowledge graph" if self._facts.title else "Knowledge graph"
        about = self._facts.about or _summary(self._facts.title, figures)
        self._tell_catalogue(title, about)
        self._tell_dataset(title, about)
        for dump in whole_dumps(self._facts):
            self._tell_dump(self._addresses.dataset, dump, f"{_NAMES.get(dump.media_type, dump.media_type)}, gzip")
        for file in files:
            self._tell_file(file)
        self._tell_changes()
        self._tell_service(figures)
        if self._licence:
            self._told.type(self._licence.value, DCTERMS + "LicenseDocument")
        self._told.type(self._root, FOAF + "Document", RDFS + "Resource")

    def _tell_publisher(self) -> NamedNode:
        """Who publishes: a thing of the graph, any other IRI, or a name; without one what the site is called."""
        given = self._facts.publisher
        known = iri(given) if re.match("https?://", given) else None
        agent = known or NamedNode(self._root + "#publisher")
        name = self._reading.label(given) if known and self._reading.kind(given) else "" if known else given
        self._told.type(agent.value, FOAF + "Agent")
        self._told.tell(agent.value, FOAF + "name", name or self._facts.title or "ipcgraph")
        return agent

    def _tell_language(self) -> NamedNode | None:
        code = self._facts.language.partition("-")[0].lower()
        if not re.fullmatch("[a-z]{2}", code):
            return None
        self._told.type(_LANGUAGES + code, DCTERMS + "LinguisticSystem")
        return NamedNode(_LANGUAGES + code)

    def _tell_common(self, subject: str, title: str, about: str) -> None:
        told = self._told
        told.tell(subject, DCTERMS + "title", _english(title))
        # Only what the settings say of the site is in its own language.
        own = Literal(about, language=self._facts.language) if about == self._facts.about else _english(about)
        told.tell(subject, DCTERMS + "description", own)
        told.tell(subject, DCTERMS + "publisher", self._publisher)
        told.tell(subject, DCTERMS + "license", self._licence)
        told.tell(subject, DCTERMS + "language", self._language)
        told.tell(subject, DCTERMS + "modified", day(self._facts.released))

    def _tell_catalogue(self, title: str, about: str) -> None:
        self._told.type(self._catalogue, DCAT + "Catalog")
        self._tell_common(self._catalogue, title, about)
        self._told.tell(self._catalogue, FOAF + "homepage", NamedNode(self._root))
        self._told.tell(self._catalogue, DCAT + "dataset", NamedNode(self._addresses.dataset))

    def _tell_dataset(self, title: str, about: str) -> None:
        told, dataset, facts = self._told, self._addresses.dataset, self._facts
        told.type(dataset, DCAT + "Dataset")
        self._tell_common(dataset, title, about)
        told.tell(dataset, DCTERMS + "issued", day(facts.released))
        told.tell(dataset, DCTERMS + "identifier", dataset)
        told.tell(dataset, DCAT + "landingPage", NamedNode(self._root))
        told.tell(dataset, DCAT + "version", facts.version)
        told.tell(dataset, PREFIXES["owl"] + "versionInfo", facts.version)
        told.tell(dataset, DCTERMS + "conformsTo", NamedNode(IPCG.rstrip("#")))
        told.type(IPCG.rstrip("#"), DCTERMS + "Standard")
        if facts.changes and facts.changes.since:
            before = f"{self._root}#version-{slug(facts.changes.since)}"
            told.tell(dataset, DCAT + "previousVersion", NamedNode(before))
            told.type(before, DCAT + "Resource")
            told.tell(before, DCTERMS + "title", _english(title))
            told.tell(before, DCAT + "version", facts.changes.since)

    def _tell_dump(self, dataset: str, dump: Dump, title: str) -> None:
        told = self._told
        distribution = self._distribution(dataset, dump.path, title, dump.media_type)
        told.tell(distribution, DCAT + "compressFormat", self._media_type("application/gzip"))
        told.tell(distribution, DCAT + "byteSize", whole_number(dump.size))
        checksum = distribution + "-sum"
        told.tell(distribution, SPDX + "checksum", NamedNode(checksum))
        told.type(checksum, SPDX + "Checksum")
        told.tell(checksum, SPDX + "algorithm", NamedNode(_SHA256))
        told.tell(checksum, SPDX + "checksumValue", Literal(dump.sha256, datatype=NamedNode(XSD + "hexBinary")))
        told.type(_SHA256, SPDX + "ChecksumAlgorithm")

    def _tell_file(self, file: File) -> None:
        distribution = self._distribution(self._addresses.dataset, file.path, file.title, file.media_type)
        if file.packed:
            self._told.tell(distribution, DCAT + "compressFormat", self._media_type("application/gzip"))
        if file.standard:
            self._told.tell(distribution, DCTERMS + "conformsTo", iri(file.standard))
            self._told.type(file.standard, DCTERMS + "Standard")

    def _distribution(self, dataset: str, path: str, title: str, media_type: str) -> str:
        """A file of a dataset, as far as all files have it in common."""
        told, url = self._told, NamedNode(self._root + path)
        distribution = f"{self._root}#file-{re.sub('[^A-Za-z0-9]+', '-', path)}"
        told.tell(dataset, DCAT + "distribution", NamedNode(distribution))
        told.type(distribution, DCAT + "Distribution")
        told.tell(distribution, DCTERMS + "title", _english(title))
        told.tell(distribution, DCAT + "accessURL", url)
        told.tell(distribution, DCAT + "downloadURL", url)
        told.tell(distribution, DCAT + "mediaType", self._media_type(media_type))
        told.tell(distribution, DCTERMS + "license", self._licence)
        told.tell(distribution, DCTERMS + "issued", day(self._facts.released))
        told.type(url.value, RDFS + "Resource")
        return distribution

    def _media_type(self, name: str) -> NamedNode:
        self._told.type(_MEDIA_TYPES + name, DCTERMS + "MediaType")
        return NamedNode(_MEDIA_TYPES + name)

    def _tell_changes(self) -> None:
        """What changed since the last release, a dataset of its own beside the whole."""
        told, changes = self._told, self._facts.changes
        dumps = [dump for dump in self._facts.dumps if is_change(dump)]
        if not changes or not dumps:
            return
        subject, since = self._root + "#changes", changes.since or "the last release"
        told.type(subject, DCAT + "Dataset")
        about = f"The statements added ({changes.added}) and removed ({changes.removed}) since {since}."
        self._tell_common(subject, f"Changes since {since}", about)
        told.tell(subject, DCTERMS + "relation", NamedNode(self._addresses.dataset))
        told.type(self._addresses.dataset, RDFS + "Resource")
        told.tell(self._catalogue, DCAT + "dataset", NamedNode(subject))
        for dump in dumps:
            self._tell_dump(subject, dump, "Added" if "/added." in dump.path else "Removed")

    def _tell_service(self, figures: Figures) -> None:
        """The SPARQL endpoint, where one is named."""
        told, endpoint = self._told, iri(self._facts.endpoint)
        if endpoint is None:
            return
        service, dataset = self._root + "#sparql", self._addresses.dataset
        told.type(service, DCAT + "DataService", SD + "Service")
        self._tell_common(service, f"{self._facts.title}: SPARQL".removeprefix(": "), "SPARQL queries of the dataset.")
        told.tell(service, DCAT + "endpointURL", endpoint)
        told.type(endpoint.value, RDFS + "Resource")
        told.tell(service, DCAT + "servesDataset", NamedNode(dataset))
        told.tell(service, DCTERMS + "conformsTo", NamedNode("https://www.w3.org/TR/sparql11-protocol/"))
        told.type("https://www.w3.org/TR/sparql11-protocol/", DCTERMS + "Standard")
        told.tell(self._catalogue, DCAT + "service", NamedNode(service))
        told.tell(service, SD + "endpoint", endpoint)
        told.tell(service, SD + "supportedLanguage", NamedNode(SD + "SPARQL11Query"))
        told.tell(service, SD + "defaultDataset", NamedNode(service + "-dataset"))
        told.type(service + "-dataset", SD + "Dataset")
        told.tell(service + "-dataset", SD + "defaultGraph", NamedNode(service + "-graph"))
        told.type(service + "-graph", SD + "Graph")
        told.tell(service + "-graph", VOID + "triples", figures.statements)


class File(NamedTuple):
    """A file of the dataset besides its dumps."""

    path: str
    title: str
    media_type: str
    standard: str = ""
    """The IRI of the specification that it follows."""
    packed: bool = False
    """Whether it is packed with gzip."""


def _english(text: str) -> Literal:
    return Literal(text, language="en")


def _summary(title: str, figures: Figures) -> str:
    counts = [f"{number} {word}" for kind, word in _COUNTED if (number := figures.classes.get(IPCG + kind, 0))]
    what = ", ".join(counts) or f"{figures.things} things"
    return (
        f"{what[:1].upper()}{what[1:]} of {title or 'a research center'}, with their dates and sources, as linked data."
    )
