"""VoID: what the dataset holds, in figures, and how it links to others."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from ipcgraph.publish.description.figures import REGISTERS, SAME_AS
from ipcgraph.publish.description.rdf import DCTERMS, FOAF, VOID, Statements, iri
from ipcgraph.vocabulary import PREFIXES, compact

if TYPE_CHECKING:
    from ipcgraph.publish.addresses import Addresses
    from ipcgraph.publish.description.figures import Figures
    from ipcgraph.publish.facts import Dump, SiteFacts
    from ipcgraph.publish.reading import Reading

EXAMPLES: Final = ("Center", "Person", "Initiative", "Work", "Role", "Partnership", "Partner")
"""The kinds of which the first thing is named as an example."""


def tell_void(told: Statements, reading: Reading, addresses: Addresses, facts: SiteFacts, figures: Figures) -> None:
    """Says of the dataset what VoID has words for; the figures are those of the published statements."""
    dataset = addresses.dataset
    told.type(dataset, VOID + "Dataset")
    told.tell(dataset, FOAF + "homepage", iri(addresses.root))
    told.tell(dataset, VOID + "uriSpace", reading.base)
    told.tell(dataset, VOID + "triples", figures.statements)
    told.tell(dataset, VOID + "entities", figures.things)
    told.tell(dataset, VOID + "distinctSubjects", figures.subjects)
    told.tell(dataset, VOID + "distinctObjects", figures.objects)
    told.tell(dataset, VOID + "classes", len(figures.classes))
    told.tell(dataset, VOID + "properties", len(figures.properties))
    told.tell(dataset, VOID + "vocabulary", *map(NamedNode, _vocabularies(figures)))
    examples = (next(reading.instances(kind), "") for kind in EXAMPLES)
    told.tell(dataset, VOID + "exampleResource", *(iri(example) for example in examples))
    told.tell(dataset, VOID + "rootResource", *map(NamedNode, reading.instances("Center")))
    told.tell(dataset, VOID + "sparqlEndpoint", iri(facts.endpoint))
    # What changed is no dump of the dataset.
    told.tell(dataset, VOID + "dataDump", *(iri(addresses.root + dump.path) for dump in whole_dumps(facts)))
    _tell_partitions(told, addresses, figures)
    _tell_links(told, addresses, figures)


def whole_dumps(facts: SiteFacts) -> list[Dump]:
    """The dumps that hold the whole graph."""
    return [dump for dump in facts.dumps if not is_change(dump)]


def is_change(dump: Dump) -> bool:
    """Whether a dump holds what changed since the last release."""
    return re.search(r"/(?:added|removed)\.", dump.path) is not None


def _tell_partitions(told: Statements, addresses: Addresses, figures: Figures) -> None:
    for name, number in figures.classes.items():
        part = f"{addresses.root}#class-{_local(name)}"
        told.tell(addresses.dataset, VOID + "classPartition", NamedNode(part))
        told.tell(part, VOID + "class", NamedNode(name))
        told.tell(part, VOID + "entities", number)
    for name, counted in figures.properties.items():
        part = f"{addresses.root}#property-{_local(name)}"
        told.tell(addresses.dataset, VOID + "propertyPartition", NamedNode(part))
        told.tell(part, VOID + "property", NamedNode(name))
        told.tell(part, VOID + "triples", counted.statements)
        told.tell(part, VOID + "distinctSubjects", counted.subjects)
        told.tell(part, VOID + "distinctObjects", counted.objects)


def _tell_links(told: Statements, addresses: Addresses, figures: Figures) -> None:
    """Says how many things are the same as one in another register, register by register."""
    for start, number in figures.links.items():
        name = REGISTERS.get(start) or urlsplit(start).netloc or start
        links = f"{addresses.root}#links-{_local(start)}"
        register = f"{addresses.root}#register-{_local(start)}"
        told.type(links, VOID + "Linkset")
        told.tell(links, DCTERMS + "title", f"Links to {name}")
        told.tell(links, VOID + "subjectsTarget", NamedNode(addresses.dataset))
        told.tell(links, VOID + "objectsTarget", NamedNode(register))
        told.tell(links, VOID + "linkPredicate", NamedNode(SAME_AS))
        told.tell(links, VOID + "triples", number)
        told.tell(addresses.dataset, VOID + "subset", NamedNode(links))
        told.type(register, VOID + "Dataset")
        told.tell(register, DCTERMS + "title", name)
        told.tell(register, VOID + "uriSpace", start)


def _vocabularies(figures: Figures) -> list[str]:
    """The namespaces of the classes and properties, as their own documents name them."""
    used = {*figures.classes, *figures.properties}
    return sorted({name[: max(name.rfind("#"), name.rfind("/")) + 1] for name in used} - {""})


def _local(name: str) -> str:
    """A piece of an IRI for a class, a property or a register; no two are the same."""
    short = compact(name)
    plain = re.sub(r"[^A-Za-z0-9]+", "-", short).strip("-")
    is_prefixed = re.fullmatch(r"[a-z]+:[A-Za-z0-9]+", short) and short.partition(":")[0] in PREFIXES
    return plain if is_prefixed else f"{plain[:40]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
