"""Persons and organizations in RDF: VIVO with its vCards, FOAF with its accounts, and our own vocabulary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ipcgraph.entries import Affiliation, Contributor, Name, OrganizationEntry, PersonEntry
from ipcgraph.findings import Finding
from ipcgraph.identifiers import normalise
from ipcgraph.imports.graphs import prefixed
from ipcgraph.imports.ledger import Ledger
from ipcgraph.imports.personalnames import body, in_parts, named
from ipcgraph.sources.text import fault
from ipcgraph.vocabulary import IPCG, PREFIXES, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.imports.graphs import Graph

VIVO: Final = "http://vivoweb.org/ontology/core#"
VCARD: Final = "http://www.w3.org/2006/vcard/ns#"
OBO: Final = "http://purl.obolibrary.org/obo/"
FOAF: Final = PREFIXES["foaf"]
OWL: Final = PREFIXES["owl"]

PERSONS: Final = prefixed(
    [
        "foaf:Person",
        "ipcg:Person",
        "vivo:FacultyMember",
        "vivo:NonFacultyAcademic",
        "vivo:NonAcademic",
        "vivo:Postdoc",
        "vivo:Librarian",
        "vivo:Student",
        "vivo:GraduateStudent",
        "vivo:UndergraduateStudent",
        "vivo:EmeritusFaculty",
        "vivo:EmeritusProfessor",
        "vivo:EmeritusLibrarian",
        "vivo:Archivist",
        "vivo:FacultyAdministrator",
    ],
    vivo=VIVO,
)
ORGANIZATIONS: Final = prefixed(
    [
        "foaf:Organization",
        "foaf:Group",
        "org:Organization",
        "org:FormalOrganization",
        "org:OrganizationalUnit",
        "ipcg:Organization",
        "ipcg:Center",
        "ipcg:Partner",
        "ipcg:Commission",
        "vivo:University",
        "vivo:College",
        "vivo:School",
        "vivo:Department",
        "vivo:AcademicDepartment",
        "vivo:Division",
        "vivo:Center",
        "vivo:Institute",
        "vivo:Laboratory",
        "vivo:Library",
        "vivo:Museum",
        "vivo:Hospital",
        "vivo:Company",
        "vivo:PrivateCompany",
        "vivo:GovernmentAgency",
        "vivo:FundingOrganization",
        "vivo:ResearchOrganization",
        "vivo:Publisher",
        "vivo:Association",
        "vivo:Consortium",
        "vivo:Foundation",
        "vivo:Committee",
        "vivo:Team",
        "vivo:ResearchGroup",
        "vivo:ClinicalOrganization",
        "vivo:StudentOrganization",
        "vivo:ExtensionUnit",
        "vivo:CoreLaboratory",
        "vivo:ServiceProvidingLaboratory",
        "vivo:AcademicUnit",
    ],
    vivo=VIVO,
)

INITIATIVES: Final = prefixed(("ipcg:Initiative", "vivo:Program", "vivo:Project"), vivo=VIVO)
"""VIVO has a programme for an organization; here it is none, and not read."""

CARD: Final = OBO + "ARG_2000028"
RELATES: Final = VIVO + "relates"
RELATED_BY: Final = VIVO + "relatedBy"
_LABELS: Final = (FOAF + "name", RDFS + "label", SKOS + "prefLabel")
_NUMBERS: Final = ("orcid", "ror", "openalex", "wikidata", "isni")
_KEPT: Final = prefixed(
    [
        "rdf:type",
        "rdfs:label",
        "skos:prefLabel",
        "foaf:name",
        "foaf:firstName",
        "foaf:givenName",
        "foaf:givenname",
        "foaf:familyName",
        "foaf:surname",
        "foaf:lastName",
        "foaf:nick",
        "foaf:account",
        "foaf:page",
        "foaf:homepage",
        "owl:sameAs",
        "ipcg:orcid",
        "ipcg:ror",
        "ipcg:openalex",
        "ipcg:wikidata",
        "ipcg:isni",
        "ipcg:url",
        "ipcg:alternateName",
        "ipcg:acronym",
        "vivo:orcidId",
        "vivo:abbreviation",
        "vivo:relatedBy",
        "skos:altLabel",
        "skos:notation",
        "schema:sameAs",
        "obo:ARG_2000028",
        "ipcg:evidence",
        "dcterms:alternative",
    ],
    vivo=VIVO,
    obo=OBO,
)


def person(graph: Graph, node: str) -> Iterator[PersonEntry | Finding]:
    """A person; their organizations are those that positions relate, or roles of ours."""
    ledger = Ledger()
    name = name_of(graph, node)
    if not name.text:
        yield fault("this person has no name; left out", graph.place(node), "give them a name", check="no-title")
        return
    found = _numbers(graph, node, ledger)
    urls = _pages(graph, node)
    others = _others(graph, node, name.text)
    _lose(graph, node, ledger)
    url = ledger.first_identifier("url", urls, "page")
    yield PersonEntry(
        graph.place(node),
        node,
        name,
        other_names=others,
        orcid=found["orcid"],
        openalex=found["openalex"],
        wikidata=found["wikidata"],
        isni=found["isni"],
        url=url,
        affiliations=tuple(_affiliations(graph, node)),
        lost=ledger.lost,
    )


def organization(graph: Graph, node: str) -> Iterator[OrganizationEntry | Finding]:
    """An organization."""
    ledger = Ledger()
    labels = [text for predicate in _LABELS for text in graph.texts(node, predicate)]
    if not labels:
        yield fault("this organization has no name; left out", graph.place(node), "give it a name", check="no-title")
        return
    found = _numbers(graph, node, ledger)
    acronyms = (
        graph.texts(node, IPCG + "acronym")
        + graph.texts(node, VIVO + "abbreviation")
        + graph.texts(node, SKOS + "notation")
    )
    _lose(graph, node, ledger)
    url = ledger.first_identifier("url", _pages(graph, node), "page")
    yield OrganizationEntry(
        graph.place(node),
        node,
        labels[0],
        other_names=_others(graph, node, labels[0]),
        acronyms=tuple(dict.fromkeys(acronyms)),
        ror=found["ror"],
        openalex=found["openalex"],
        wikidata=found["wikidata"],
        isni=found["isni"],
        url=url,
        lost=ledger.lost,
    )


def contributor(graph: Graph, node: str, *, as_listed: str = "") -> Contributor | None:
    """An author of a work; None where nothing says who it is."""
    name = named(as_listed) if as_listed else name_of(graph, node)
    if graph.classes(node) & ORGANIZATIONS and not graph.classes(node) & PERSONS:
        name = body(name.text)
    if not name.text:
        return None
    found = _numbers(graph, node, Ledger())
    key = "" if node.startswith("_:") else node
    return Contributor(name, orcid=found["orcid"], openalex=found["openalex"], key=key)


def name_of(graph: Graph, node: str) -> Name:
    """The name of a person: from the vCard, from FOAF's parts, else the label, `Family, Given` as VIVO writes it."""
    for card in graph.nodes(node, CARD) + [
        each for each, key in graph.pointing.get(node, ()) if key == OBO + "ARG_2000029"
    ]:
        family, given = (
            graph.texts(card, VCARD + "hasName", VCARD + "familyName"),
            graph.texts(card, VCARD + "hasName", VCARD + "givenName"),
        )
        middle = graph.texts(card, VCARD + "hasName", VIVO + "middleName")
        if family:
            return in_parts(family[0], " ".join(given[:1] + middle[:1]))
    family = [text for key in ("familyName", "surname", "lastName") for text in graph.texts(node, FOAF + key)]
    given = [text for key in ("givenName", "givenname", "firstName") for text in graph.texts(node, FOAF + key)]
    labels = [text for predicate in _LABELS for text in graph.texts(node, predicate)]
    if family:
        return in_parts(family[0], given[0] if given else "", text=labels[0] if labels and "," not in labels[0] else "")
    return named(labels[0]) if labels else Name("")


def _numbers(graph: Graph, node: str, ledger: Ledger) -> dict[str, str]:
    """The identifiers by scheme, from our own keys, VIVO's, accounts, and `owl:sameAs`."""
    found = {scheme: ledger.first_identifier(scheme, graph.any(node, IPCG + scheme), scheme) for scheme in _NUMBERS}
    found["orcid"] = found["orcid"] or ledger.first_identifier("orcid", graph.any(node, VIVO + "orcidId"), "orcidId")
    stated = graph.any(node, OWL + "sameAs") + graph.any(node, PREFIXES["schema"] + "sameAs")
    for account in graph.nodes(node, FOAF + "account"):
        home = " ".join(graph.any(account, FOAF + "accountServiceHomepage"))
        for text in graph.any(account, FOAF + "accountName"):
            stated.append(f"{home.rstrip('/')}/{text}")
    for text in stated:
        scheme = next((each for each in _NUMBERS if each in text.lower()), "")
        good = normalise(scheme, text) if scheme else None
        if good and found[scheme] in {"", good}:
            found[scheme] = good
        else:
            ledger.lose("sameAs", text)
    return found


def _pages(graph: Graph, node: str) -> list[str]:
    found = [each for key in (IPCG + "url", FOAF + "page", FOAF + "homepage") for each in graph.any(node, key)]
    return list(dict.fromkeys(found + graph.any(node, CARD, VCARD + "hasURL", VCARD + "url")))


def _others(graph: Graph, node: str, name: str) -> tuple[str, ...]:
    keys = (*_LABELS, IPCG + "alternateName", FOAF + "nick", SKOS + "altLabel", PREFIXES["dcterms"] + "alternative")
    found = [text for key in keys for text in graph.texts(node, key)]
    found += graph.texts(node, CARD, VCARD + "hasNickname", VCARD + "nickName")
    turned = {name, *(named(text).text for text in [name])}
    return tuple(dict.fromkeys(text for text in found if text not in turned and named(text).text not in turned))


def _affiliations(graph: Graph, node: str) -> Iterator[Affiliation]:
    """The organizations of VIVO's positions, of memberships of ORG, and of roles of ours, each once."""
    found: dict[str, None] = {}
    positions = graph.nodes(node, RELATED_BY) + [each for each, key in graph.pointing.get(node, ()) if key == RELATES]
    for each in positions:
        if not any(re.search(r"Authorship|Editorship|Grant|Advis|Award", kind) for kind in graph.classes(each)):
            found |= dict.fromkeys(
                other for other in graph.nodes(each, RELATES) if graph.classes(other) & ORGANIZATIONS
            )
    for each, key in graph.pointing.get(node, ()):
        if key in {IPCG + "holder", PREFIXES["org"] + "member"}:
            held = graph.nodes(each, IPCG + "heldAt") + graph.nodes(each, PREFIXES["org"] + "organization")
            found |= dict.fromkeys(other for other in held if graph.classes(other) & ORGANIZATIONS)
    for each in found:
        labels = [text for predicate in _LABELS for text in graph.texts(each, predicate)]
        numbers = _numbers(graph, each, Ledger())
        if labels:
            yield Affiliation(labels[0], ror=numbers["ror"], openalex=numbers["openalex"])


def _lose(graph: Graph, node: str, ledger: Ledger) -> None:
    for predicate, values in graph.said[node].items():
        if predicate not in _KEPT and not predicate.startswith(RDF + "_"):
            for value in values:
                ledger.lose(predicate.rpartition("/")[2].rpartition("#")[2], value.text)
