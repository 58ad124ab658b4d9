"""Signposts: the relations of FAIR Signposting, and the linkset that says the same."""

import json

import pytest
from tests.published_center import BASE, center

from ipcgraph.publish.addresses import Addresses
from ipcgraph.publish.facts import SiteFacts
from ipcgraph.publish.pages.library import Library
from ipcgraph.publish.pages.signposts import linkset, signposting

ADDRESS = "https://harbour.example/graph/"
FACTS = SiteFacts("Harbour", ADDRESS, BASE, licence="https://creativecommons.org/licenses/by/4.0/")


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    with center(tmp_path_factory.mktemp("signposts")) as reading:
        yield reading


def posts(reading, path, facts=FACTS):
    found: dict[str, list[str]] = {}
    for post in signposting(Library(reading, Addresses(facts.address, BASE), facts), reading.thing(BASE + path)):
        found.setdefault(post.relation, []).append(post.href)
    return found


def test_a_work_is_cited_by_its_doi_and_names_authors_data_and_what_it_is_part_of(harbour):
    found = posts(harbour, "work/2018-reading-the-tide-gauges")
    assert found["cite-as"] == ["https://doi.org/10.5555/harbour.2018.1"]
    assert found["author"] == ["https://orcid.org/0000-0000-1000-1008", "https://orcid.org/0000-0000-1000-2000"]
    assert found["collection"] == [ADDRESS + "initiative/tide-futures.html"]
    assert found["type"] == ["https://schema.org/AboutPage", "https://schema.org/Report"]
    assert ADDRESS + "work/2018-reading-the-tide-gauges.ttl" in found["describedby"]
    assert ADDRESS + "work/2018-reading-the-tide-gauges.bib" in found["describedby"]
    assert found["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
    assert "item" not in found


def test_authors_without_an_orcid_are_named_by_their_iri_in_order(harbour):
    found = posts(harbour, "work/2022-salt-in-the-wells")
    assert found["cite-as"] == [BASE + "work/2022-salt-in-the-wells"]
    assert found["author"] == [
        "https://orcid.org/0000-0000-1000-3003", "https://orcid.org/0000-0000-1000-1008", "https://orcid.org/0000-0000-1000-4006",
    ]  # fmt: skip
    assert posts(harbour, "work/2024-birds-of-the-estuary")["author"] == [
        BASE + "person/ravi-menon", "https://orcid.org/0000-0000-1000-4006",
    ]  # fmt: skip


def test_a_person_an_initiative_and_a_center_have_their_works_as_items(harbour):
    assert posts(harbour, "person/lin-chen")["item"] == [
        ADDRESS + "work/2019-the-price-of-a-metre.html", ADDRESS + "work/undated-notes-from-the-third-pier.html",
    ]  # fmt: skip
    assert len(posts(harbour, "center/harbour")["item"]) == 7
    assert posts(harbour, "person/lin-chen")["type"][-1] == "https://schema.org/Person"
    role = next(thing for thing in harbour.things() if thing.kind == "Role").iri.removeprefix(BASE)
    assert "item" not in posts(harbour, role)


def test_the_linkset_says_the_same(harbour):
    thing = harbour.thing(BASE + "work/2018-reading-the-tide-gauges")
    library = Library(harbour, Addresses(ADDRESS, BASE), FACTS)
    (context,) = json.loads(linkset(library, thing))["linkset"]
    assert context.pop("anchor") == ADDRESS + "work/2018-reading-the-tide-gauges.html"
    told = {(relation, link["href"], link.get("type", "")) for relation, links in context.items() for link in links}
    assert told == {tuple(post) for post in signposting(library, thing)}


def test_without_an_address_links_are_relative(harbour):
    found = posts(harbour, "person/lin-chen", FACTS._replace(address=""))
    assert "lin-chen.ttl" in found["describedby"]
    assert "../work/2019-the-price-of-a-metre.html" in found["item"]
