"""The names of things: namespaces, prefixes, and the short and long form of an IRI."""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import NamedNode

from ipcgraph.errors import UsageError

IPCG: Final = "https://w3id.org/ipcgraph/ns#"
CONCEPTS: Final = "https://w3id.org/ipcgraph/vocab/"
DEFAULT_BASE: Final = "https://w3id.org/ipcgraph/id/"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SH: Final = "http://www.w3.org/ns/shacl#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"

PREFIXES: Final = {
    "ipcg": IPCG,
    "rdf": RDF,
    "rdfs": RDFS,
    "xsd": XSD,
    "owl": "http://www.w3.org/2002/07/owl#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "skos": SKOS,
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
    "sh": SH,
}

KINDS: Final = (
    "center", "initiative", "person", "work", "organization", "role", "partnership", "topic", "place", "source",
    "concept",
)  # fmt: skip
"""The first path segment of every instance IRI: `{base}{kind}/{slug}`."""

TYPE: Final = NamedNode(RDF + "type")

_PREFIXED = re.compile(r"([a-z]+):([A-Za-z][A-Za-z0-9_-]*)")


def expand(text: str, *, base: str = DEFAULT_BASE) -> NamedNode:
    """The IRI that a short form stands for.

    `person/ada` is taken from the base, `ipcg:Work` from the prefixes, `<…>` and whole IRIs as they are.
    Raises UsageError where the text is no IRI in any of these forms.

    >>> expand("person/ada").value
    'https://w3id.org/ipcgraph/id/person/ada'
    >>> expand("ipcg:Work").value
    'https://w3id.org/ipcgraph/ns#Work'
    """
    text = text.removeprefix("<").removesuffix(">") if text.startswith("<") else text
    prefixed = _PREFIXED.fullmatch(text)
    if prefixed and prefixed[1] in PREFIXES:
        iri = PREFIXES[prefixed[1]] + prefixed[2]
    elif re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
        iri = text
    else:
        iri = base + text
    try:
        return NamedNode(iri)
    except ValueError as error:
        message = f"{text!r} is not an IRI ({error}); write an id such as person/ada-lovelace or a whole IRI"
        raise UsageError(message) from error


def compact(iri: str, *, base: str = DEFAULT_BASE) -> str:
    """The short form of an IRI: without the base, or with a prefix, else the IRI itself.

    >>> compact("https://w3id.org/ipcgraph/id/person/ada")
    'person/ada'
    >>> compact("https://w3id.org/ipcgraph/vocab/role-type/director")
    'role-type/director'
    >>> compact("http://xmlns.com/foaf/0.1/name")
    'foaf:name'
    """
    if iri.startswith(base):
        return iri[len(base) :]
    if iri.startswith(CONCEPTS):
        return iri[len(CONCEPTS) :]
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
