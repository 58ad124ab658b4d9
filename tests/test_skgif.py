"""SKG-IF 1.1: the file expands with the context of SKG-IF, faults and all, to the IRIs that are meant."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from rdflib import RDF, Dataset, Graph, Literal, Namespace, URIRef
from tests.center_project import make_center

from ipcgraph.project import export_profile
from ipcgraph.publish.profiles.profile import concept_names
from ipcgraph.publish.profiles.skgif import CONTEXT
from ipcgraph.publish.profiles.skgif_reading import statements
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG

ROOT = Path(__file__).resolve().parents[1]
SUITE = Path(os.environ.get("IPCGRAPH_SHARED", ROOT.parent / "shared")) / "suites" / "vocabularies"
SHIPPED = SUITE / "skg-if-1.1.0-context.json"
needs_context = pytest.mark.skipif(
    not SHIPPED.is_file(), reason="the context of SKG-IF is not here: set IPCGRAPH_SHARED to the folder that has it"
)
FABIO = Namespace("http://purl.org/spar/fabio/")
PRO = Namespace("http://purl.org/spar/pro/")
DATACITE = Namespace("http://purl.org/spar/datacite/")
FRAPO = Namespace("http://purl.org/cerif/frapo/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
ID = Namespace(DEFAULT_BASE)


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    folder = tmp_path_factory.mktemp("skgif")
    settings = make_center(folder / "center")
    export_profile("skg-if", settings, folder / "graph.jsonld")
    return json.loads((folder / "graph.jsonld").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def expanded(document):
    """The document as RDF, expanded by PyLD with the context of the suite; no other address may be asked for."""
    from pyld import jsonld

    def load(address, _options):
        assert address == CONTEXT
        context = json.loads(SHIPPED.read_text(encoding="utf-8"))
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": address, "document": context}

    options = {"documentLoader": load, "format": "application/n-quads"}
    return Graph().parse(data=jsonld.to_rdf(document, options), format="nt")


@needs_context
def test_every_field_is_a_term_of_the_context(document):
    known = json.loads(SHIPPED.read_text(encoding="utf-8"))["@context"]

    def fields(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                yield key
                yield from fields(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from fields(inner)

    used = set(fields(document["@graph"]))
    assert used <= set(known)
    assert {"contributions", "manifestations", "funding_agency", "dates", "declared_affiliations"} <= used
    schemes = {each["scheme"] for entity in document["@graph"] for each in entity.get("identifiers", ())}
    assert schemes == {"doi", "isbn", "orcid", "ror", "url"}
    assert schemes <= set(known)


@needs_context
def test_it_expands_to_the_terms_that_are_meant(expanded):
    work = ID["work/2022-kelp-and-the-coast"]
    authorship = ID["work/2022-kelp-and-the-coast/authorship/ines-sa"]
    assert set(expanded.objects(work, RDF.type)) == {FABIO.Work, FABIO.ScholarlyWork}
    assert (work, PRO.isRelatedToRoleInTime, authorship) in expanded
    assert (authorship, PRO.isHeldBy, ID["person/ines-sa"]) in expanded
    assert (authorship, PRO.withRole, PRO.author) in expanded
    assert (authorship, PRO.relatesToOrganization, ID["organization/saltmarsh-university"]) in expanded
    rank = expanded.value(authorship, URIRef("http://purl.org/co/index"))
    assert rank == Literal("1", datatype=URIRef("http://www.w3.org/2001/XMLSchema#positiveInteger"))
    manifestation = expanded.value(
        ID["work/2020-leap-day-surges"], URIRef("http://purl.org/vocab/frbr/core#realization")
    )
    assert (manifestation, RDF.type, FABIO.Article) in expanded
    issued = expanded.value(manifestation, URIRef("http://purl.org/dc/terms/issued"))
    assert str(issued) == "2020-02-29T00:00:00"
    assert (ID["person/greta-holm"], RDF.type, FOAF.Person) in expanded
    assert (ID["center/harbour"], RDF.type, FRAPO.ResearchInstitute) in expanded


@needs_context
def test_grants_have_funders_and_identifiers_have_schemes(expanded):
    grant = ID["center/harbour/partnership/grant--kelp-foundation--1996"]
    assert (grant, RDF.type, FRAPO.Grant) in expanded
    assert (grant, FRAPO.hasFundingAgency, ID["organization/kelp-foundation"]) in expanded
    assert (grant, FRAPO.supports, ID["center/harbour"]) in expanded
    node = expanded.value(ID["person/greta-holm"], DATACITE.hasIdentifier)
    assert expanded.value(node, DATACITE.usesIdentifierScheme) == DATACITE.orcid
    value = URIRef("http://www.essepuntato.it/2010/06/literalreification/hasLiteralValue")
    assert str(expanded.value(node, value)) == "0000-0000-1000-804X"


@needs_context
def test_nothing_expands_to_a_faulty_iri(expanded):
    iris = {str(term) for triple in expanded for term in triple if isinstance(term, URIRef)}
    assert len(iris) > 100
    for iri in iris:
        assert iri.startswith(("http://", "https://")), iri
        assert "dctemrs" not in iri
        assert not iri.startswith("https://www.w3.org/ns/org#")
    # A name that the context does not know would be read as an IRI below the base.
    ours = {iri.removeprefix(DEFAULT_BASE).partition("/")[0] for iri in iris if iri.startswith(DEFAULT_BASE)}
    assert ours == {"center", "initiative", "organization", "person", "role", "topic", "work"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib's own readers of JSON-LD
@needs_context
def test_rdflib_reads_the_same_with_the_context_written_in(document, expanded):
    inline = {
        **document,
        "@context": [json.loads(SHIPPED.read_text(encoding="utf-8"))["@context"], document["@context"][1]],
    }
    read = Dataset().parse(data=json.dumps(inline), format="json-ld").default_graph
    assert {t for t in read if isinstance(t[0], URIRef) and isinstance(t[2], URIRef)} == {
        t for t in expanded if isinstance(t[0], URIRef) and isinstance(t[2], URIRef)
    }
    assert len(read) == len(expanded)


def test_a_date_that_is_not_stated_to_the_day_is_not_made_up(document):
    entities = {entity["local_identifier"]: entity for entity in document["@graph"]}
    year_only = entities[ID["work/2018-reading-the-tide-gauges"].toPython()]
    assert "dates" not in year_only["manifestations"][0]
    periods = [each["period"] for each in entities[str(ID["person/aoife-obrien"])]["affiliations"] if "period" in each]
    assert periods == [{"start": "2018-09-01T00:00:00", "end": "2019-06-30T23:59:59"}]


def test_initiatives_places_and_sources_have_no_entity(document):
    kinds = {entity["entity_type"] for entity in document["@graph"]}
    assert kinds == {"person", "organisation", "product", "topic", "grant"}


def test_a_file_of_others_is_read_without_a_fault():
    names = concept_names()
    person = {
        "local_identifier": "https://x.org/1",
        "entity_type": "person",
        "given_name": "Ada",
        "family_name": "Byron",
    }
    assert {str(t.object) for t in statements(person, names)} == {f"<{IPCG}Person>", '"Ada Byron"'}
    work = {
        "local_identifier": "https://x.org/w",
        "entity_type": "product",
        "titles": {"en": ["A"], "none": "B"},
        "contributions": [{"by": "https://x.org/1", "rank": 1, "role": "author"}, "odd"],
        "manifestations": [{"type": {"class": "http://purl.org/spar/fabio/Book"}}],
        "identifiers": [{"scheme": "doi", "value": "10.1/x"}, {"scheme": "omid", "value": "br/1"}, 7],
    }
    read = {(t.predicate.value.rpartition("/")[2].rpartition("#")[2], str(t.object)) for t in statements(work, names)}
    book = "<https://w3id.org/ipcgraph/vocab/work-type/book>"
    assert {("title", '"A"'), ("title", '"B"'), ("workType", book), ("doi", '"10.1/x"')} <= read
    assert list(statements({"entity_type": "venue", "local_identifier": "https://x.org/v"}, names)) == []
    assert list(statements({"entity_type": "person"}, names)) == []


def test_entities_have_what_they_must_and_name_only_entities_of_the_file(document):
    entities = {entity["local_identifier"]: entity for entity in document["@graph"]}
    assert len(entities) == len(document["@graph"]) > 20
    needed = {
        "person": "name",
        "organisation": "name",
        "product": "titles",
        "topic": "labels",
        "grant": "funding_agency",
    }

    def named(value):
        """Every IRI of ours that a value names."""
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from () if key == "local_identifier" else named(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from named(inner)
        elif isinstance(value, str) and value.startswith(DEFAULT_BASE):
            yield value

    for iri, entity in entities.items():
        assert entity.get(needed[entity["entity_type"]]), iri
        for each in entity.get("identifiers", ()):
            assert each["scheme"], iri
            assert each["value"], iri
        for each in entity.get("contributions", ()):
            assert each["by"], iri
            assert each["role"] in {"author", "publisher"}, iri
        # An initiative is no entity there, and a grant may support one; a role and an authorship have their own IRIs.
        kinds = {entities[each]["entity_type"] for each in named(entity) if each in entities}
        assert kinds <= {"person", "organisation", "topic", "product"}, iri
        lost = {each for each in named(entity) if each not in entities}
        assert all(
            each.startswith((DEFAULT_BASE + "initiative/", DEFAULT_BASE + "role/", iri + "/")) for each in lost
        ), lost
    places = [each["rank"] for each in entities[str(ID["work/2018-reading-the-tide-gauges"])]["contributions"]]
    assert places == list(range(1, len(places) + 1))
