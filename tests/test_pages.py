"""Pages: each says what a reader wants to know of its thing, on what it rests, and leads to the rest."""

import json
import re
from itertools import pairwise

import pytest
from tests.center_project import make_center
from tests.published_center import date, graph, named, opened, statement, thing, typed, work
from tests.site_pages import ADDRESS, LICENCE, pages_of, parsed, words, write_pages

from ipcgraph.publish.facts import Changes
from ipcgraph.publish.pages import Beside
from ipcgraph.publish.pages.periods import Span, axis, bar
from ipcgraph.publish.reading import Thing
from ipcgraph.vocabulary import CONCEPTS, DEFAULT_BASE


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages of the invented center by path."""
    folder = tmp_path_factory.mktemp("site")
    with opened(make_center(folder / "project")) as reading:
        yield write_pages(reading, folder / "site")


def section(page, name):
    """A section of a page by the id of its heading."""
    return page.xpath(f'//*[@aria-labelledby="{name}"]')[0]


def lines(page, name):
    return [words(item) for item in section(page, name).xpath(".//li")]


def test_a_person_has_roles_with_dates_as_stated_and_the_passages_they_rest_on(site):
    page = parsed(site["person/tomas-dvorak.html"])
    assert words(page.find(".//h1")) == "Tomáš Dvořák"
    assert lines(page, "roles") == [
        "Postdoctoral associate in harbour noise 2013 – June 2014 The Harbour Institute for Tidal Studies L15",
        (
            "Director at Harbour Institute for Tidal Studies until 31 December 2012, for “at most three years”; "
            "start not stated The Harbour Institute for Tidal Studies L12"
        ),
        "Member at Commission on the Coast dates not stated The Harbour Institute for Tidal Studies L3",
    ]
    passage = section(page, "roles").xpath('.//a[bdi="L15"]/@href')
    assert passage == ["../source/brochure/L15.html"]


def test_a_person_has_works_by_year_with_all_authors_in_order(site):
    page = parsed(site["person/aoife-obrien.html"])
    works = section(page, "works")
    assert [words(year) for year in works.xpath(".//h3")] == ["2022", "2020", "2018"]
    assert lines(page, "works")[2].startswith(
        "Leap-Day Surges by José Muñoz, Aoife O'Brien, Bjørn Åsgård article 29 February 2020"
    )
    assert lines(page, "coauthors") == [
        "José Muñoz 2 joint works", "Zoë D'Angelo 2 joint works", "Bjørn Åsgård 1 joint work", "Lin Chen 1 joint work",
    ]  # fmt: skip
    assert "4 co-authors" in words(page.find(".//figcaption"))


def test_a_center_tells_who_led_it_with_whom_it_works_and_who_pays(site):
    page = parsed(site["center/harbour.html"])
    led = lines(page, "leaders")
    assert led[0].startswith("Aoife O'Brien Executive director since July 2019")
    assert len(led) == 7
    assert not [line for line in led if "Affiliate" in line]
    money = section(page, "partners")
    assert [words(heading) for heading in money.xpath(".//h3")] == [
        "Harbour Institute for Tidal Studies", "Delta Network", "Silt mapping", "Storm surge",
    ]  # fmt: skip
    assert any(
        line.startswith("National Tide Fund Research funding January 2020 – December 2023")
        for line in lines(page, "partners")
    )
    # The other center's partner is not here.
    assert "Weir Trust" not in words(money)


def test_a_disputed_date_is_shown_with_both_sides(site):
    page = parsed(site["work/2018-reading-the-tide-gauges.html"])
    (said,) = lines(page, "disputes")
    assert said.startswith("disputed Issued: December 2017 Annals of the Harbour Institute L3 The graph states: 2018")
    assert "2018 disputed" in words(section(page, "facts"))


def test_an_inference_is_told_from_what_sources_state(site):
    page = parsed(site["initiative/delta-network.html"])
    (said,) = lines(page, "disputes")
    assert said.startswith("inferred by curator Part of: Tide Futures The Harbour Institute for Tidal Studies L21–L23")
    assert "A curator believes it; no source states it." in said
    # Where the graph says what it is part of, the inference is not among it.
    assert words(page.xpath('//p[@class="lead"]')[0]) == "Part of Harbour Institute for Tidal Studies"
    # Who is thought to be the same person is told on both pages.
    for path in ("person/lin-chen.html", "person/lin-chen-hydrologist.html"):
        assert "disputed" in words(section(parsed(site[path]), "disputes"))


def test_a_passage_names_what_rests_on_it_and_never_its_text(site):
    page = parsed(site["source/brochure/L12.html"])
    assert words(page.find(".//h1")) == "Line 12"
    resting = section(page, "resting")
    assert [words(heading) for heading in resting.xpath(".//h3")] == ["People", "Roles"]
    assert "Greta Holm" in words(resting)
    assert "warden of the tide house from 2020" not in site["source/brochure/L12.html"]


def test_a_country_a_topic_and_a_source_lead_to_what_they_are_named_by(site):
    assert any("Instituto da Ilha" in line for line in lines(parsed(site["place/pt.html"]), "partnerships"))
    topic = parsed(site["topic/ports-and-money.html"])
    assert [line.split(" by ")[0] for line in lines(topic, "works")] == [
        "Who Pays for Sea Walls?",
        "The Price of a Metre",
    ]
    assert len(lines(parsed(site["source/annals.html"]), "works")) == 10


def test_amounts_are_in_the_words_of_the_source(site):
    assert lines(parsed(site["organization/commission-on-sea-level.html"]), "amounts") == [
        "1- hearings illegible in the source The Harbour Institute for Tidal Studies L28",
        "no more than nine members read as at most 9 The Harbour Institute for Tidal Studies L28",
        "7 research briefs The Harbour Institute for Tidal Studies L29",
        "4 working papers The Harbour Institute for Tidal Studies L29",
    ]


def test_identifiers_lead_to_their_registers(site):
    person = parsed(site["person/jose-munoz.html"])
    hrefs = section(person, "facts").xpath(".//a/@href")
    assert "https://orcid.org/0000-0000-1000-2000" in hrefs
    assert "http://www.wikidata.org/entity/Q999999901" in hrefs
    surges = parsed(site["work/2020-leap-day-surges.html"])
    assert section(surges, "facts").xpath('.//a[starts-with(@href, "https://doi.org/")]/text()|.//a/bdi/text()')


def test_the_way_to_a_thing_goes_by_what_it_is_part_of(site):
    def way(path):
        return [words(step) for step in parsed(site[path]).xpath('//nav[@aria-label="Where this is"]//li')]

    assert way("initiative/silt-mapping.html") == [
        "Home",
        "Centers",
        "Harbour Institute for Tidal Studies",
        "Tide Futures",
    ]
    assert way("source/brochure/L12.html") == ["Home", "Sources", "The Harbour Institute for Tidal Studies"]
    assert way("work/2018-reading-the-tide-gauges/authorship/jose-munoz.html") == [
        "Home",
        "Works",
        "Reading the Tide Gauges",
    ]


def test_every_link_within_the_site_leads_to_a_page_of_it(site):
    data = re.compile(r"\.(?:ttl|jsonld|nt|rdf)$")
    for path, text in site.items():
        if not path.endswith(".html"):
            continue
        here = path.split("/")[:-1]
        for href in parsed(text).xpath("//@href"):
            if re.match(r"[a-z]+:|#", href) or data.search(href):
                continue
            steps = list(here)
            target, _, anchor = href.partition("#")
            for step in target.split("/"):
                steps = steps[:-1] if step == ".." else [*steps, step]
            found = "/".join(steps)
            assert found in site, f"{path} leads to {href}"
            if anchor:
                assert f'id="{anchor}"' in site[found]


def test_the_head_of_a_page_says_what_it_is_where_it_is_and_where_its_data_is(site):
    page = parsed(site["person/jose-munoz.html"])
    assert page.findtext(".//title") == "José Muñoz · Harbour Institute"
    assert page.get("lang") == "en"
    named_links = {(link.get("rel"), link.get("type")): link.get("href") for link in page.iter("link")}
    assert named_links["canonical", None] == f"{ADDRESS}person/jose-munoz.html"
    assert named_links["cite-as", None] == f"{DEFAULT_BASE}person/jose-munoz"
    assert named_links["license", None] == LICENCE
    assert named_links["alternate describedby", "text/turtle"] == "../person/jose-munoz.ttl"
    metas = {meta.get("property") or meta.get("name"): meta.get("content") for meta in page.iter("meta")}
    assert metas["og:url"] == f"{ADDRESS}person/jose-munoz.html"
    assert metas["og:type"] == "profile"
    assert "Muñoz" in metas["description"]
    assert all(len(parsed(text).findtext(".//title")) <= 70 for path, text in site.items() if path.endswith(".html"))


def test_the_schema_org_description_names_the_thing_its_authors_and_the_way_to_it(site):
    page = parsed(site["work/2022-salt-in-the-wells.html"])
    graph_of = {
        node["@type"]: node
        for node in json.loads(page.xpath('//script[@type="application/ld+json"]')[0].text)["@graph"]
    }
    article = graph_of["Article"]  # as the schema profile has it
    assert article["@id"] == f"{DEFAULT_BASE}work/2022-salt-in-the-wells"
    assert article["datePublished"] == "2022-05"
    assert [author["name"] for author in article["author"]] == ["Zoë D'Angelo", "Aoife O'Brien", "Lin Chen"]
    assert graph_of["WebPage"]["mainEntity"] == {"@id": article["@id"]}
    assert [step["item"] for step in graph_of["BreadcrumbList"]["itemListElement"]] == [
        f"{ADDRESS}index.html",
        f"{ADDRESS}work/index.html",
    ]


def test_headings_go_down_one_step_at_a_time_and_every_page_has_one_first(site):
    for path, text in site.items():
        if path.endswith(".html"):
            levels = [int(heading.tag[1]) for heading in parsed(text).iter("h1", "h2", "h3", "h4")]
            assert levels[0] == 1, path
            assert levels.count(1) == 1, path
            assert all(after - before <= 1 for before, after in pairwise(levels)), (path, levels)


def test_the_front_page_of_several_centers_leads_to_each(site):
    page = parsed(site["index.html"])
    assert lines(page, "centers")[1].startswith("Harbour Institute for Tidal Studies founded April 1996 Studies tides")
    assert words(page.xpath('//nav[@aria-label="Lists"]//li')[0]) == "Centers"
    figures = [words(item) for item in page.xpath('//nav[@aria-label="Figures"]//li')]
    assert figures == ["15 People", "15 Works", "6 Initiatives", "9 Partners", "4 Topics", "4 Sources"]
    assert words(page.xpath('//*[@aria-labelledby="recent"]//li')[0]).startswith("Birds of the Estuary")


def test_lists_of_works_are_by_year_and_undated_ones_stand_last(site):
    page = parsed(site["work/index.html"])
    years = [words(heading) for heading in page.xpath("//h2")]
    assert years == ["2024", "2023", "2022", "2021", "2020", "2019", "2018", "1995", "Without a date"]
    assert len(page.xpath("//main//ul/li")) == 15


def test_pages_are_the_same_in_every_run(tmp_path, site):
    with opened(make_center(tmp_path / "project")) as reading:
        again = write_pages(reading, tmp_path / "site")
    assert again == site
    assert list(again) == list(site)


def prolific(number):
    """A person with so many works, each with one of 40 co-authors, in 30 years."""
    yield from named("person/busy", "Person", "Busy Author")
    for other in range(40):
        yield from named(f"person/other-{other}", "Person", f"Other Author {other}")
    for place in range(number):
        yield from work(
            f"{1990 + place % 30}-a-rather-long-title-{place}",
            f"A rather long title of some work or other, the {place}th of all that were written on it",
            ["person/busy", f"person/other-{place % 40}"],
            issued=date(str(1990 + place % 30)),
        )
        yield statement(f"work/{1990 + place % 30}-a-rather-long-title-{place}", "creator", thing("person/busy"))


def test_a_person_with_300_works_has_all_of_them_over_pages_below_60_kb(tmp_path):
    with graph(prolific(300)) as reading:
        written = write_pages(reading, tmp_path)
    pages = [written["person/busy.html"], *(written[f"person/busy.works.{page}.html"] for page in range(2, 11))]
    assert "person/busy.works.11.html" not in written
    titles = [
        words(line)
        for page in pages
        for line in parsed(page).xpath('//ul[contains(@class, "works")]//span[@class="name"]')
    ]
    assert len(set(titles)) == len(titles) == 300
    assert max(len(text.encode()) for path, text in written.items() if path.endswith(".html")) < 60_000
    first = parsed(pages[0])
    assert first.xpath('//nav[@class="pages"]//a/@href')[-1].endswith("busy.works.10.html")
    assert "12 of 40 co-authors" in words(first.find(".//figcaption"))
    assert len(lines(first, "coauthors")) == 40


def test_a_work_with_3000_authors_shows_all_of_them_over_pages(tmp_path):
    people = [f"person/author-{place}" for place in range(3000)]
    quads = [quad for place, person in enumerate(people) for quad in named(person, "Person", f"Author {place}")]
    with graph(quads, work("2020-big", "Big", people)) as reading:
        pages = pages_of(reading)
        big = reading.thing(f"{DEFAULT_BASE}work/2020-big")
        documents = dict(pages.documents(big))
        assert len(documents) == 30
        assert max(len(text.encode()) for text in documents.values()) < 60_000
        numbers = [words(item) for text in documents.values() for item in parsed(text).xpath('//span[@class="number"]')]
        assert numbers == [str(place) for place in range(1, 3001)]
        assert "and 2988 more" in words(parsed(documents["work/2020-big.html"]).xpath('//p[@class="lead"]')[0])


def test_what_changed_is_told_on_a_page_and_in_a_sentence_on_the_front_page(tmp_path):
    with opened(make_center(tmp_path / "project")) as reading:
        new = tuple(
            map(reading.thing, [f"{DEFAULT_BASE}person/grace-pell", f"{DEFAULT_BASE}work/2019-the-price-of-a-metre"])
        )
        gone = (Thing(f"{DEFAULT_BASE}person/nobody", "Person", "No Body"),)
        changes = Changes(
            "2023-05-31", 7, 2, new, gone, {"Person": (1, 0, 1), "Work": (70, 3, 0), "Authorship": (9, 0, 0)}
        )
        written = dict(pages_of(reading, changes=changes).front())
    sentence = "Since 2023-05-31: 71 things new, 3 changed, 1 gone; 7 statements added, 2 removed."
    assert sentence in words(section(parsed(written["index.html"]), "changed"))
    page = parsed(written["changes.html"])
    assert words(section(page, "new")) == "New People Grace Pell Works: the first 1 of 70 The Price of a Metre"
    assert section(page, "new").xpath(".//a/@href") == ["person/grace-pell.html", "work/2019-the-price-of-a-metre.html"]
    assert words(section(page, "gone")) == "Gone People No Body"
    assert section(page, "gone").xpath(".//a") == []


def test_statements_of_other_vocabularies_are_shown_too():
    known = statement("person/ada", "http://purl.org/dc/terms/extent", "very tall")
    with graph(named("person/ada", "Person", "Ada"), [known]) as reading:
        page = pages_of(reading).page(reading.thing(f"{DEFAULT_BASE}person/ada"))
    assert "dcterms:extent very tall" in words(section(parsed(page), "facts"))


def test_a_class_that_nobody_knows_has_a_page_all_the_same():
    with graph([typed("thing/x", "Gadget"), statement("thing/x", "name", "The Gadget")]) as reading:
        page = parsed(pages_of(reading).page(reading.thing(f"{DEFAULT_BASE}thing/x")))
    assert words(page.find(".//h1")) == "The Gadget"


def test_a_replaced_record_leads_to_what_replaces_it():
    moved = statement("person/old", "isReplacedBy", thing("person/new"))
    with graph(named("person/old", "Person", "Old"), named("person/new", "Person", "New"), [moved]) as reading:
        page = parsed(pages_of(reading).page(reading.thing(f"{DEFAULT_BASE}person/old")))
    assert words(page.xpath('//p[@class="warning"]')[0]) == "This record is replaced by New."


@pytest.mark.parametrize(
    ("span", "certainties", "dot"),
    [
        # A year is certain for no day of itself, as a start and as an end.
        (Span("2020", "2022", ("2020-01-01", "2020-12-31"), ("2022-01-01", "2022-12-31")), ["possible", "certain", "possible"], False),
        (Span("2022", "2022", ("2022-01-01", "2022-12-31"), ("2022-01-01", "2022-12-31")), ["possible"], False),
        (Span("2021-04-01", "", ("2021-04-01", "2021-04-01"), ("2021-04-01", "")), ["open"], True),
        (Span("2021-04-01", "", ("2021-04-01", "2021-04-01"), ("2021-04-01", ""), "current"), ["current"], False),
        (Span("", "2012-12-31", ("", ""), ("2012-12-31", "2012-12-31")), ["open", "possible"], False),
        (Span(status="former"), ["unknown"], False),
    ],
)  # fmt: skip
def test_a_bar_shows_what_is_certain_possible_and_not_stated(span, certainties, dot):
    along = axis(
        (span, Span("2000", "2024", ("2000-01-01", "2000-12-31"), ("2024-01-01", "2024-12-31"))), today="2024-05-31"
    )
    assert along is not None
    drawn = bar(span, along)
    assert [piece.certainty for piece in drawn.pieces] == certainties
    assert (drawn.dot is not None) is dot
    assert all(piece.x >= 0 and piece.x + piece.width <= 100.01 for piece in drawn.pieces)


def test_a_center_s_own_role_type_below_leader_counts_among_those_who_led(site):
    assert any(
        line.startswith("Ngozi Okafor Warden of the tide house")
        for line in lines(parsed(site["center/harbour.html"]), "leaders")
    )
    assert CONCEPTS not in site["center/harbour.html"]


def test_other_documents_of_a_thing_are_linked_to_by_what_they_are(tmp_path):
    beside = (
        Beside("BibTeX", ".bib", "application/x-bibtex"),
        Beside("Linkset", ".linkset.json", "application/linkset+json"),
    )
    with opened(make_center(tmp_path / "project")) as reading:
        work_of = reading.thing(f"{DEFAULT_BASE}work/2018-reading-the-tide-gauges")
        page = parsed(pages_of(reading).page(work_of, beside=beside))
    start = "../work/2018-reading-the-tide-gauges"
    assert page.xpath('//link[@rel="linkset"]/@href') == [f"{start}.linkset.json"]
    assert f"{start}.bib" in section(page, "data").xpath(".//a/@href")
    assert page.xpath('//link[@rel="cite-as"]/@href') == ["https://doi.org/10.5555/harbour.2018.1"]
    assert page.xpath('//link[@rel="author"]/@href') == [
        "https://orcid.org/0000-0000-1000-1008", "https://orcid.org/0000-0000-1000-2000",
    ]  # fmt: skip
    assert page.xpath('//link[@rel="collection"]/@href') == ["../initiative/tide-futures.html"]
