"""Feeds: the rules of RFC 4287 by lxml, and what feedparser reads."""

import re

import feedparser
import pytest
from lxml import etree
from tests.published_center import BASE, NASTY, center, date, graph, named, statement, thing, typed, work

from ipcgraph.publish.addresses import Addresses
from ipcgraph.publish.citations.bibliography import Bibliography
from ipcgraph.publish.citations.feeds import ENTRIES, feed
from ipcgraph.publish.facts import SiteFacts

ADDRESS = "https://harbour.example/graph/"
FACTS = SiteFacts("Harbour Institute", ADDRESS, BASE, licence="https://creativecommons.org/licenses/by/4.0/")
ATOM = "{http://www.w3.org/2005/Atom}"
INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    with center(tmp_path_factory.mktemp("feeds")) as reading:
        yield reading


def written(reading, path, *, facts=FACTS):
    return feed(Bibliography(reading), Addresses(facts.address, facts.base), facts, BASE + path)


def checked(text):
    """The feed as a tree, after the rules of RFC 4287 that are musts."""
    tree = etree.fromstring(text.encode())
    assert tree.tag == ATOM + "feed"
    for node in (tree, *tree.findall(ATOM + "entry")):
        for name in ("id", "title", "updated"):
            assert len(node.findall(ATOM + name)) == 1, name
        assert re.match("https?://", node.findtext(ATOM + "id"))
        assert re.fullmatch(INSTANT, node.findtext(ATOM + "updated"))
        assert len(node.findall(ATOM + "published")) <= 1
        assert len(node.findall(ATOM + "summary")) <= 1
        alternates = [(e.get("type"), e.get("hreflang")) for e in node.findall(ATOM + "link[@rel='alternate']")]
        assert alternates
        assert len(set(alternates)) == len(alternates)
        for author in node.findall(ATOM + "author"):
            assert len(author.findall(ATOM + "name")) == 1
            assert author.findtext(ATOM + "name").strip()
    # A feed must have an author unless all its entries have.
    assert tree.findall(ATOM + "author")
    assert len(tree.findall(ATOM + "link[@rel='self']")) == 1
    ids = [entry.findtext(ATOM + "id") for entry in tree.findall(ATOM + "entry")]
    assert len(set(ids)) == len(ids)
    return tree


def test_the_works_of_a_person_newest_first(harbour):
    text = written(harbour, "person/aoife-obrien")
    checked(text)
    read = feedparser.parse(text)
    assert not read.bozo
    assert read.version == "atom10"
    assert (read.feed.title, read.feed.id) == ("Works: Aoife O'Brien", BASE + "person/aoife-obrien.atom")
    assert [(entry.id.removeprefix(BASE + "work/"), entry.updated[:10]) for entry in read.entries] == [
        ("2022-salt-in-the-wells", "2022-05-01"),
        ("2022-who-pays-for-sea-walls", "2022-05-01"),
        ("2020-leap-day-surges", "2020-02-29"),
        ("2018-reading-the-tide-gauges", "2018-01-01"),
    ]
    assert read.feed.updated == "2022-05-01T00:00:00Z"
    # A day is published only where it is stated, not where it is the first of a month or year.
    assert ["published" in entry for entry in read.entries] == [False, True, True, False]
    assert [author.name for author in read.entries[0].authors] == ["Zoë D'Angelo", "Aoife O'Brien", "Lin Chen"]
    assert read.entries[3].summary == "How a century of gauge readings was kept."
    links = {link.rel: link.href for link in read.entries[3].links}
    assert links == {
        "alternate": ADDRESS + "work/2018-reading-the-tide-gauges.html",
        "related": "https://doi.org/10.5555/harbour.2018.1",
    }
    assert [tag.term for tag in read.entries[3].tags] == ["report", "tides and gauges"]
    assert {link.rel: link.href for link in read.feed.links} == {
        "self": ADDRESS + "person/aoife-obrien.atom",
        "alternate": ADDRESS + "person/aoife-obrien.html",
        "license": "https://creativecommons.org/licenses/by/4.0/",
    }


def test_a_center_and_an_initiative_have_feeds_and_a_person_without_works_none(harbour):
    assert len(checked(written(harbour, "center/harbour")).findall(ATOM + "entry")) == 7
    assert len(checked(written(harbour, "initiative/storm-surge")).findall(ATOM + "entry")) == 2
    assert written(harbour, "person/hugh-pemberton") == ""
    assert written(harbour, "place/br") == ""


def test_an_undated_work_has_the_day_of_its_list_or_of_the_release_or_is_counted():
    person, notes = (
        named("person/a", "Person", "A"),
        list(work("notes", "Notes", ["person/a"], listedIn=thing("source/list"))),
    )
    listed = [typed("source/list", "Source"), statement("source/list", "asOf", date("2021-05", "gYearMonth"))]
    with graph(person, notes, listed) as reading:
        assert "<updated>2021-05-01T" in written(reading, "person/a")
    with graph(person, notes) as reading:
        assert written(reading, "person/a") == ""
        assert "<updated>2024-01-31T" in written(reading, "person/a", facts=FACTS._replace(released="2024-01-31"))
    dated = work("dated", "Dated", ["person/a"], issuedNotBefore=date("2020-01-01", "date"))
    with graph(person, notes, dated) as reading:
        tree = checked(written(reading, "person/a"))
        assert tree.findtext(ATOM + "subtitle") == "works without a date left out: 1"


def test_a_long_list_is_cut_and_says_so():
    bounds = {"issuedNotBefore": date("2020-01-01", "date"), "issuedNotAfter": date("2020-12-31", "date")}
    many = [statement for n in range(ENTRIES + 5) for statement in work(f"w{n:03}", f"W{n:03}", ["person/a"], **bounds)]
    with graph(named("person/a", "Person", "A"), many) as reading:
        tree = checked(written(reading, "person/a"))
    assert len(tree.findall(ATOM + "entry")) == ENTRIES
    assert tree.findtext(ATOM + "subtitle") == f"the {ENTRIES} newest of {ENTRIES + 5} works"


@pytest.mark.parametrize("odd", NASTY)
def test_odd_texts_are_well_formed_and_come_back(odd):
    day = date("2020-01-01", "date")
    odd_work = work("odd", odd, ["person/odd"], issuedNotBefore=day, summary=odd, url="https://example.org/?a=1&b=%22")
    with graph(named("person/odd", "Person", odd), odd_work) as reading:
        tree = checked(written(reading, "person/odd", facts=FACTS._replace(title=odd)))
    plain = " ".join(re.sub(r"[\x00-\x1f\u2028\u202e]+", " ", odd).split())
    assert tree.findtext(f"{ATOM}entry/{ATOM}title") == plain
    assert tree.findtext(f"{ATOM}entry/{ATOM}author/{ATOM}name") == plain
    assert tree.findtext(f"{ATOM}author/{ATOM}name") == plain


def test_without_an_address_links_are_relative(harbour):
    text = written(harbour, "person/lin-chen", facts=FACTS._replace(address=""))
    hrefs = [link.get("href") for link in checked(text).iter(ATOM + "link")]
    assert "lin-chen.atom" in hrefs
    assert "../work/2019-the-price-of-a-metre.html" in hrefs
