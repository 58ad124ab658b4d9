"""Pages of records that mean harm or are merely odd: nothing of theirs runs, leaves its place or is lost."""

import json
import re

import pytest
from pyoxigraph import Literal, NamedNode, Quad
from tests.published_center import graph, named, statement, thing, typed, work
from tests.site_pages import pages_of, parsed, words, write_pages

from ipcgraph.publish.pages.hrefs import href
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG, PREFIXES, TYPE

HOSTILE = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)' x='",
    "<!--<script>",
    "]]><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "../../../etc/passwd",
    "\u202egnirts desrever \u2066open",
    "שלום עולם",
    "😀🌊",
    "x" * 300,
    "tab\tand\nline\u2028end",
    "&lt;b&gt; &amp; &#39;",
)
IRIS = (
    "javascript:alert(1)", "data:text/html,%3Cscript%3E", "vbscript:x", "file:///etc/passwd",
    "https://example.org/\u202egnp.exe", "http:evil", "https:///path", "ftp://example.org/x", "JavaScript:alert(1)",
)  # fmt: skip
LIVE = re.compile(r"^on", re.IGNORECASE)


def hostile_graph():
    """Each hostile text as a name, a title, a summary, a stated title, a topic, an amount and an identifier."""
    for place, text in enumerate(HOSTILE):
        yield from named(f"person/p{place}", "Person", text)
        yield statement(f"person/p{place}", "summary", text)
        yield statement(f"person/p{place}", "alternateName", text)
        yield statement(f"person/p{place}", "orcid", text)
        yield statement(f"person/p{place}", "url", text)
        yield from named(f"organization/o{place}", "Partner", text)
        yield typed(f"role/r{place}", "Role")
        yield statement(f"role/r{place}", "holder", thing(f"person/p{place}"))
        yield statement(f"role/r{place}", "heldAt", thing(f"organization/o{place}"))
        yield statement(f"role/r{place}", "statedTitle", text)
        yield statement(f"role/r{place}", "statedDuration", text)
        yield from work(
            f"2020-w{place}", text, [(f"person/p{place}", text), (f"person/p{(place + 1) % len(HOSTILE)}", text)]
        )
        yield statement(f"work/2020-w{place}", "creator", thing(f"person/p{place}"))
        yield statement(f"work/2020-w{place}", "issued", text)
        yield typed(f"topic/t{place}", "Topic")
        yield statement(f"topic/t{place}", "prefLabel", text)
        yield statement(f"work/2020-w{place}", "topic", thing(f"topic/t{place}"))
        yield typed(f"claim/c{place}", "Claim")
        yield statement(f"claim/c{place}", "subject", thing(f"work/2020-w{place}"))
        yield statement(f"claim/c{place}", "predicate", NamedNode(PREFIXES["dcterms"] + "title"))
        yield statement(f"claim/c{place}", "object", text)
        yield statement(f"claim/c{place}", "basis", NamedNode("https://w3id.org/ipcgraph/vocab/basis/disputed"))
    for place, iri in enumerate(IRIS):
        yield Quad(thing(f"person/p{place}"), NamedNode("https://schema.org/sameAs"), NamedNode(iri))
        yield Quad(thing(f"person/p{place}"), NamedNode("https://example.org/see"), NamedNode(iri))
    # IRIs that only just can be, and names that differ in case, accents or length alone.
    for slug in ("Ada", "ada", "äda", "a" * 300, "../up", "..%2Fup", "a//b", "con", "index", "%3Cb%3E"):
        subject = NamedNode(f"{DEFAULT_BASE}person/{slug}")
        yield Quad(subject, TYPE, NamedNode(IPCG + "Person"))
        yield Quad(subject, NamedNode(PREFIXES["foaf"] + "name"), Literal(f"Odd {slug}"))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile") / "site"
    with graph(hostile_graph()) as reading:
        facts = {
            "title": HOSTILE[0], "about": HOSTILE[1], "publisher": HOSTILE[0], "version": HOSTILE[1],
            "licence": "javascript:alert(1)", "endpoint": "javascript:alert(1)", "colours": ("red;}</style>", "#12345"),
        }  # fmt: skip
        return folder, write_pages(reading, folder, **facts)


def test_no_page_has_a_live_script_an_event_or_an_address_that_is_not_allowed(site):
    _, written = site
    pages = {path: parsed(text) for path, text in written.items() if path.endswith(".html")}
    assert len(pages) > 100
    for path, page in pages.items():
        scripts = [script.get("type") or script.get("src") for script in page.iter("script")]
        own = ["assets/search.js"] if path == "search.html" else []
        assert scripts == ["application/ld+json", *own], path
        for element in page.iter():
            if not isinstance(element.tag, str):
                continue
            assert element.tag not in {"img", "iframe", "object", "embed", "style", "base"}, path
            assert not [name for name in element.attrib if LIVE.match(name) or name == "style"], path
            for name in ("href", "src", "action"):
                value = element.get(name, "")
                assert re.match(r"https?://[^\x00-\x20<>\"\u202a-\u202e]+$|[#./a-z0-9_?=A-Z-]*$", value), (path, value)
        policy = page.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')[0]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_every_hostile_text_is_shown_as_it_is(site):
    _, written = site
    for place, text in enumerate(HOSTILE):
        page = parsed(written[f"person/p{place}.html"])
        assert words(page.find(".//h1")) == " ".join(text.split())
        # What turns the direction of writing stays within its own element.
        assert page.find(".//h1").get("dir") == "auto"
        assert [each for each in page.iter("bdi") if " ".join((each.text or "").split()) == " ".join(text.split())]
        assert "\u202e" not in page.findtext(".//title")
        schema = json.loads(page.xpath('//script[@type="application/ld+json"]')[0].text)
        assert schema["@graph"][1]["name"] == text


def test_nothing_is_written_outside_the_site_and_no_two_things_share_a_page(site):
    folder, written = site
    root = folder.resolve()
    assert all((folder / path).resolve().is_relative_to(root) for path in written)
    assert not [path for path in folder.parent.iterdir() if path != folder]
    odd = (
        [path for path, text in written.items() if "Odd " in (parsed(text).findtext(".//h1") or "")] if written else []
    )
    assert len(odd) == 10
    assert len({path.lower() for path in odd}) == 10


def test_the_index_of_the_search_is_data_alone(site):
    _, written = site
    files = {path: text for path, text in written.items() if path.startswith("search/")}
    assert len(files) >= 3
    for text in files.values():
        assert re.fullmatch(r'ipcgraphSearch\("[a-z]\d+",(.*)\)\n', text)
        json.loads(text[text.index(",") + 1 : -2])


@pytest.mark.parametrize("iri", IRIS)
def test_only_web_and_mail_addresses_are_linked(iri):
    assert href(iri) == ""


@pytest.mark.parametrize(
    "iri", ["https://example.org/a", "HTTP://example.org", "mailto:a@example.org", "https://müller.example/ä"]
)
def test_addresses_that_are_fine_stay_as_they_are(iri):
    assert href(iri) == iri


def test_colours_that_are_none_are_left_out(site):
    _, written = site
    assert "red;" not in written["assets/site.css"]
    assert written["assets/site.css"].count("--own-accent:") == 0


def test_a_template_in_the_data_is_text():
    with graph(named("person/x", "Person", "{{ 7 * 7 }}")) as reading:
        page = pages_of(reading).page(reading.thing(f"{DEFAULT_BASE}person/x"))
    assert "{{ 7 * 7 }}" in page
    assert ">49<" not in page
