"""Explanations: each statement about a thing with its line or rule, and the passages that it rests on."""

from typing import Any

import pytest
from tests.center_project import make_center

from ipcgraph import project
from ipcgraph.building import build
from ipcgraph.errors import UsageError
from ipcgraph.explaining import explanation_table
from ipcgraph.vocabulary import IPCG, PREFIXES, compact, expand


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    made = make_center(tmp_path_factory.mktemp("explained"))
    build(made)
    return made


def by_property(settings, thing):
    """The explanation by the last word of the property: object or subject in short form, place, evidence."""
    found: dict[str, list[Any]] = {}
    for each in project.explain(thing, settings):
        other = each.object if each.subject == expand(thing) else each.subject
        evidence = tuple(compact(passage) for passage in each.evidence)
        found.setdefault(compact(each.predicate.value).rpartition(":")[2], []).append(
            (compact(other.value), each, evidence)
        )
    return found


def lines_of(settings, place):
    return (settings.root / place.path).read_text(encoding="utf-8").splitlines()[place.line - 1]


def test_a_statement_stands_in_the_line_that_is_named(settings):
    explained = by_property(settings, "person/aoife-obrien")
    ((name, statement, evidence),) = explained["name"]
    assert name == "Aoife O'Brien"
    assert lines_of(settings, statement.place)[statement.place.column - 1 :].startswith("Aoife O'Brien")
    assert evidence == ("source/brochure/L11",)
    assert not statement.derived


def test_a_value_with_evidence_of_its_own_rests_on_that(settings):
    explained = by_property(settings, "person/jose-munoz")
    ((_, _, orcid),) = explained["orcid"]
    ((_, _, wikidata),) = explained["wikidata"]
    assert orcid == ("source/registers",)
    assert wikidata == ("source/brochure/L10",)


def test_a_derived_statement_names_its_rule_and_rests_on_what_the_rule_read(settings):
    explained = by_property(settings, "person/jose-munoz")
    links = {link: (each, evidence) for link, each, evidence in explained["sameAs"]}
    each, evidence = links["https://orcid.org/0000-0000-1000-2000"]
    assert each.derived
    assert each.place.path == "ontology/rules/same-as.rq"
    assert "source/registers" in evidence


def test_an_authorship_rests_on_what_its_work_rests_on(settings):
    work = next(value for value, each, _ in by_property(settings, "person/aoife-obrien")["creator"])
    authorship = f"{work}/authorship/aoife-obrien"
    ((_, _, of_work), *_) = by_property(settings, work)["title"]
    ((_, each, evidence),) = by_property(settings, authorship)["position"]
    assert evidence == of_work
    assert evidence
    assert each.place.path == "data/works.yaml"


def test_what_refers_to_a_thing_is_told_too(settings):
    explained = project.explain("organization/commission-on-sea-level", settings)
    table = explanation_table(explained, expand("organization/commission-on-sea-level"))
    rows = [(row[0], getattr(row[3], "value", row[3])) for row in table.rows]
    assert any(kind == "is heldAt of" and "greta-holm" in str(value) for kind, value in rows)


def test_shipped_concepts_are_explained_by_the_shipped_file(settings):
    (first, *_) = project.explain("https://w3id.org/ipcgraph/vocab/role-type/director", settings)
    assert first.place.path == "ontology/schemes/role-type.ttl"


def test_a_passage_and_a_concept_are_named_as_records_name_them(settings):
    passage = project.explain("brochure#L11", settings)
    assert passage == project.explain("source/brochure/L11", settings)
    assert any(each.predicate.value == IPCG + "evidence" for each in passage)
    assert project.explain("role-type/director", settings)


def test_nothing_said_is_an_error_with_the_nearest_id(settings):
    with pytest.raises(UsageError, match="did you mean person/aoife-obrien"):
        project.explain("person/aoife-o-brien", settings)


def test_terms_of_the_ontology_are_explained(settings):
    explained = project.explain("Center", settings)
    assert explained == project.explain("ipcg:Center", settings)
    assert all(
        each.place.path == "ontology/ipcgraph.ttl" for each in explained if each.subject.value == IPCG + "Center"
    )
    assert any(each.predicate.value == PREFIXES["rdfs"] + "subClassOf" for each in explained)


@pytest.mark.parametrize(
    ("key", "written", "stored"),
    [("minDuration", "P96M", "P8Y"), ("maxDuration", "P400D", "P400D"), ("start", "2001", "2001")],
)
def test_a_value_that_the_store_writes_otherwise_still_has_its_line(tmp_path, key, written, stored):
    settings = make_center(tmp_path)
    role = f"- {{id: role/x, type: Role, holder: person/aoife-obrien, roleType: director, {key}: {written}, evidence: brochure#L1}}\n"
    (settings.data_folder / "roles.yaml").write_text(role, encoding="utf-8")
    ((value, each, _),) = by_property(settings, "role/x")[key]
    assert value == stored
    assert (each.place.path, each.place.line) == ("data/roles.yaml", 1)
