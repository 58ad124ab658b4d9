"""The rules, each on a few statements in memory, with exactly what it derives."""

from __future__ import annotations

import datetime as dt

import pytest
from pyoxigraph import NamedNode, QueryTriples, RdfFormat, Store, parse

from ipcgraph.ontology import Rule, read_ontology

RULES = {rule.name: rule for rule in read_ontology().rules}
PREFIXES = """
@prefix : <https://example.org/id/> .
@prefix ipcg: <https://w3id.org/ipcgraph/ns#> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def derived(name: str, turtle: str) -> set[str]:
    """What a rule derives from these statements, as N-Triples."""
    store = Store()
    store.load((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE)
    result = store.query(RULES[name].text)
    assert isinstance(result, QueryTriples)
    return {str(triple) for triple in result}


def triples(turtle: str) -> set[str]:
    return {str(quad.triple) for quad in parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE)}


def test_all_rules_are_tested_here() -> None:
    assert set(RULES) == {"creator", "date-bounds", "open-end", "same-as"}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_says_what_it_is_about_and_needs_one_record_only(rule: Rule) -> None:
    assert rule.local
    assert rule.about.endswith(".")
    assert rule.text.startswith("#+ title: ")
    assert rule.path == f"ontology/rules/{rule.name}.rq"


def test_every_author_is_a_creator() -> None:
    data = """
        :report ipcg:hasAuthorship :one, :two .
        :one ipcg:author :ada ; ipcg:position 1 .
        :two ipcg:author :bo ; ipcg:position 2 .
        :role ipcg:holder :cleo .
    """
    assert derived("creator", data) == triples(":report ipcg:creator :ada, :bo .")


@pytest.mark.parametrize(
    ("stated", "first", "last"),
    [
        ('"1991"^^xsd:gYear', "1991-01-01", "1991-12-31"),
        ('"2020"^^xsd:gYear', "2020-01-01", "2020-12-31"),
        ('"2020-02"^^xsd:gYearMonth', "2020-02-01", "2020-02-29"),
        ('"2021-02"^^xsd:gYearMonth', "2021-02-01", "2021-02-28"),
        ('"1900-02"^^xsd:gYearMonth', "1900-02-01", "1900-02-28"),
        ('"2000-02"^^xsd:gYearMonth', "2000-02-01", "2000-02-29"),
        ('"2020-04"^^xsd:gYearMonth', "2020-04-01", "2020-04-30"),
        ('"2020-12"^^xsd:gYearMonth', "2020-12-01", "2020-12-31"),
        ('"2020-02-29"^^xsd:date', "2020-02-29", "2020-02-29"),
        ('"0001-12"^^xsd:gYearMonth', "0001-12-01", "0001-12-31"),
    ],
)
def test_a_stated_date_has_a_first_and_a_last_day(stated: str, first: str, last: str) -> None:
    for key in ("founded", "start", "end", "issued"):
        assert derived("date-bounds", f":thing ipcg:{key} {stated} .") == triples(
            f':thing ipcg:{key}NotBefore "{first}"^^xsd:date ; ipcg:{key}NotAfter "{last}"^^xsd:date .'
        )


def test_the_last_day_of_every_month_is_that_of_the_calendar() -> None:
    months = [(year, month) for year in (1899, 1900, 2000, 2019, 2020, 2100) for month in range(1, 13)]
    stated = " ".join(
        f':m{year}-{month} ipcg:issued "{year:04}-{month:02}"^^xsd:gYearMonth .' for year, month in months
    )
    expected = ""
    for year, month in months:
        after = dt.date(year + month // 12, month % 12 + 1, 1)
        expected += f':m{year}-{month} ipcg:issuedNotBefore "{dt.date(year, month, 1)}"^^xsd:date .'
        expected += f':m{year}-{month} ipcg:issuedNotAfter "{after - dt.timedelta(days=1)}"^^xsd:date .'
    assert derived("date-bounds", stated) == triples(expected)


@pytest.mark.parametrize(
    "statement",
    [
        'ipcg:start "2021-02-30"^^xsd:date',
        'ipcg:start "2021-13"^^xsd:gYearMonth',
        'ipcg:start "2021"',
        'ipcg:start "2021-04-01"',
        'ipcg:start "2021-04-01T00:00:00"^^xsd:dateTime',
        'ipcg:minDuration "P10Y"^^xsd:duration',
        'ipcg:asOf "2021"^^xsd:gYear',
        "ipcg:status <https://w3id.org/ipcgraph/vocab/status/former>",
    ],
)
def test_what_is_no_stated_date_has_no_bounds(statement: str) -> None:
    assert derived("date-bounds", f":role {statement} .") == set()
    assert derived("open-end", f":role {statement} .") == set()


def test_without_an_end_it_is_certain_on_the_first_day_that_the_start_allows() -> None:
    data = """
        :by-year ipcg:start "2015"^^xsd:gYear .
        :by-month ipcg:start "2015-12"^^xsd:gYearMonth .
        :by-day ipcg:start "2021-04-01"^^xsd:date ; ipcg:status <https://w3id.org/ipcgraph/vocab/status/former> .
        :ended ipcg:start "2015"^^xsd:gYear ; ipcg:end "2020-11"^^xsd:gYearMonth .
        :only-ended ipcg:end "2020"^^xsd:gYear .
    """
    assert derived("open-end", data) == triples("""
        :by-year ipcg:endNotBefore "2015-01-01"^^xsd:date .
        :by-month ipcg:endNotBefore "2015-12-01"^^xsd:date .
        :by-day ipcg:endNotBefore "2021-04-01"^^xsd:date .
    """)


def test_identifiers_give_the_iris_of_their_registers() -> None:
    data = """
        :report ipcg:doi "10.1162/daed_a_01910" ; ipcg:openalex "W2741809807" ; ipcg:isbn "9780262031929" .
        :ada ipcg:orcid "0000-0002-1694-233X" ; ipcg:url "https://ada.example/" .
        :mit ipcg:ror "042nb2s44" ; ipcg:wikidata "Q49108" ; ipcg:isni "0000000123412786" .
    """
    assert derived("same-as", data) == triples("""
        :report schema:sameAs <https://doi.org/10.1162/daed_a_01910>, <https://openalex.org/W2741809807> .
        :ada schema:sameAs <https://orcid.org/0000-0002-1694-233X> .
        :mit schema:sameAs <https://ror.org/042nb2s44>, <http://www.wikidata.org/entity/Q49108>,
            <https://isni.org/isni/0000000123412786> .
    """)


@pytest.mark.parametrize(
    ("doi", "path"),
    [
        (
            "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o",
            "10.1002/(sici)1097-4571(199806)49:8%3C693::aid-asi4%3E3.0.co;2-o",
        ),
        ("10.1000/a%20b", "10.1000/a%2520b"),
        ("10.1000/a#b?c", "10.1000/a%23b%3Fc"),
        ("10.1000/[1]{2}|3^4`5", "10.1000/%5B1%5D%7B2%7D%7C3%5E4%605"),
        (r"10.1000/a\\b\"c", "10.1000/a%5Cb%22c"),
        ("10.1000/tür+$1&2=3", "10.1000/tür+$1&2=3"),
    ],
)
def test_what_an_iri_forbids_is_percent_encoded(doi: str, path: str) -> None:
    assert derived("same-as", f':report ipcg:doi "{doi}" .') == triples(
        f":report schema:sameAs <https://doi.org/{path}> ."
    )


def test_every_printable_character_of_a_doi_gives_an_iri() -> None:
    for character in map(chr, range(0x20, 0x7F)):
        escaped = {"\\": "\\\\", '"': '\\"'}.get(character, character)
        (made,) = derived("same-as", f':report ipcg:doi "10.1000/a{escaped}b" .')
        assert NamedNode(made.rpartition("<")[2].removesuffix(">")).value.startswith("https://doi.org/10.1000/a")
