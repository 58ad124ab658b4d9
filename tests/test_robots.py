"""robots.txt as Python's own reader has it, and sitemaps by the rules of sitemaps.org."""

from urllib.robotparser import RobotFileParser

from lxml import etree

from ipcgraph.publish.addresses import Addresses
from ipcgraph.publish.description.robots import MOST, crawling_files
from ipcgraph.publish.facts import SiteFacts

ADDRESS = "https://harbour.example/graph/"
BASE = "https://w3id.org/ipcgraph/id/"
FACTS = SiteFacts("Harbour", ADDRESS, BASE, released="2024-05-31")
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def written(pages, *, facts=FACTS, **options):
    return dict(crawling_files(pages, Addresses(facts.address, BASE), facts, **options))


def locations(text):
    tree = etree.fromstring(text.encode())
    return [each.text for each in tree.iter(NAMESPACE + "loc")]


def test_one_sitemap_with_every_page_and_the_day_of_the_release():
    files = written(["index.html", "person/ada.html", "odd/a&b.html"])
    assert set(files) == {"robots.txt", "sitemap.xml"}
    assert locations(files["sitemap.xml"]) == [
        ADDRESS + "index.html",
        ADDRESS + "person/ada.html",
        ADDRESS + "odd/a&b.html",
    ]
    tree = etree.fromstring(files["sitemap.xml"].encode())
    assert [each.text for each in tree.iter(NAMESPACE + "lastmod")] == ["2024-05-31"] * 3
    robots = RobotFileParser()
    robots.parse(files["robots.txt"].splitlines())
    assert robots.can_fetch("anyone", ADDRESS + "person/ada.html")
    assert robots.site_maps() == [ADDRESS + "sitemap.xml"]


def test_a_long_sitemap_is_an_index_of_parts():
    files = written((f"p/{number}.html" for number in range(25)), most=10)
    assert locations(files["sitemap.xml"]) == [f"{ADDRESS}sitemap-{number}.xml" for number in (1, 2, 3)]
    assert etree.fromstring(files["sitemap.xml"].encode()).tag == NAMESPACE + "sitemapindex"
    parts = [locations(files[f"sitemap-{number}.xml"]) for number in (1, 2, 3)]
    assert [len(part) for part in parts] == [10, 10, 5]
    assert [page for part in parts for page in part] == [f"{ADDRESS}p/{number}.html" for number in range(25)]
    assert set(written((f"{number}.html" for number in range(10)), most=10)) == {"robots.txt", "sitemap.xml"}


def test_a_full_sitemap_is_within_the_limits():
    files = written(f"work/{'x' * 60}-{number}.html" for number in range(MOST + 1))
    assert len(files["sitemap-1.xml"]) < 50 * 1024 * 1024
    assert len(locations(files["sitemap-1.xml"])) == MOST
    assert len(locations(files["sitemap-2.xml"])) == 1


def test_without_an_address_there_is_no_sitemap_and_without_a_release_no_date():
    files = written(["index.html"], facts=FACTS._replace(address=""))
    assert set(files) == {"robots.txt"}
    assert "Sitemap" not in files["robots.txt"]
    assert "lastmod" not in written(["index.html"], facts=FACTS._replace(released=""))["sitemap.xml"]
