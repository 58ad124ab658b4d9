"""The ontology's own pages: every term at its anchor, links that lead somewhere, and its files."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import rdflib
from lxml import html
from pyoxigraph import RdfFormat, parse
from tests.published_center import BASE, center

from ipcgraph.ontology import read_ontology
from ipcgraph.publish.addresses import Addresses
from ipcgraph.publish.facts import SiteFacts
from ipcgraph.publish.pages import Pages
from ipcgraph.publish.pages.look import static_files
from ipcgraph.publish.pages.ontologypage import ontology_files
from ipcgraph.publish.pages.ontologyterms import anchor, read_terms
from ipcgraph.vocabulary import CONCEPTS, IPCG

READERS = Path(__file__).with_name("readers") / "node_modules"
AXE = READERS / "axe-core" / "axe.min.js"
HTML_VALIDATE = READERS / ".bin" / "html-validate"
ONTOLOGY = read_ontology()
FACTS = SiteFacts("Harbour <i>Institute</i>", "https://harbour.example/graph/", BASE)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    with center(tmp_path_factory.mktemp("ontology")) as reading:
        pages = Pages(reading, Addresses(FACTS.address, BASE), FACTS)
        return dict(ontology_files(pages.press, ONTOLOGY))


@pytest.fixture(scope="module")
def pages(files):
    return {path: html.fromstring(text) for path, text in files.items() if path.endswith(".html")}


def test_every_term_of_the_files_has_one_anchor_where_its_iri_leads(pages):
    ids = {path: page.xpath("//@id") for path, page in pages.items()}
    assert all(len(each) == len(set(each)) for each in ids.values())
    graph = rdflib.Graph()
    for file in (ONTOLOGY.folder / "ipcgraph.ttl", *sorted((ONTOLOGY.folder / "schemes").glob("*.ttl"))):
        graph.parse(file)
    terms = {str(term) for term in graph.subjects(rdflib.RDF.type) if isinstance(term, rdflib.URIRef)}
    terms = {term for term in terms if term.startswith((IPCG, CONCEPTS))}
    assert len(terms) > 130
    # Of `…/ns#holder` a server sees `…/ns` alone, so the page there has the anchors; concepts have IRIs of their own.
    where = {term: "kinds" if term.startswith(CONCEPTS) else "index" for term in terms}
    assert {term for term in terms if anchor(term) not in ids[f"ontology/{where[term]}.html"]} == set()
    assert "Person" in ids["ontology/index.html"]
    assert "vocab-role-type--director" in ids["ontology/kinds.html"]


def test_no_link_of_the_pages_is_broken(pages, files):
    ids = {path: set(page.xpath("//@id")) for path, page in pages.items()}
    followed = 0
    for path, page in pages.items():
        for link in page.xpath("//main//a/@href"):
            if re.match("https?://|[.][.]/", link):
                continue
            file, _, part = link.partition("#")
            target = f"ontology/{file}" if file else path
            assert target in files, (path, link)
            assert not part or part in ids[target], (path, link)
            followed += bool(part)
        assert page.xpath("//link[@href='../assets/terms.css']")
    assert followed > 300
    assert "assets/terms.css" in files


def test_in_short_each_property_leads_to_all_that_is_said_of_it(pages):
    short = pages["ontology/index.html"].get_element_by_id("holder")
    assert short.text_content().strip().startswith("holder")
    [link] = short.xpath(".//a/@href")
    assert link == "properties-links.html#holder"
    assert "exactly one" in pages["ontology/properties-links.html"].get_element_by_id("holder").text_content()


def test_a_class_and_a_property_say_what_the_ontology_says(pages):
    person = pages["ontology/index.html"].get_element_by_id("Person").text_content()
    assert "A human being who held a role, wrote a work or convened a commission." in person
    assert "foaf:Person" in person
    assert "schema:Person" in person
    holder = pages["ontology/properties-links.html"].get_element_by_id("holder").text_content()
    assert all(each in holder for each in ("ipcg:Role", "ipcg:Person", "The person who holds the role."))
    assert "exactly one" in holder
    assert (
        "derived by rules, never"
        in pages["ontology/properties-values.html"].get_element_by_id("issuedNotAfter").text_content()
    )
    leader = pages["ontology/kinds.html"].get_element_by_id("vocab-role-type--executive-director").text_content()
    assert "role-type/leader" in leader


def test_terms_are_all_there_and_in_the_order_of_the_file():
    terms = read_terms(ONTOLOGY)
    assert [term.name for term in terms.classes][:3] == ["ipcg:Center", "ipcg:Initiative", "ipcg:Person"]
    assert {term.iri for term in terms.classes} == set(ONTOLOGY.classes.values())
    properties = {term.iri for term in (*terms.links, *terms.values)}
    assert {known.iri for known in ONTOLOGY.properties.values()} - properties == set()
    assert not {term.iri for term in terms.links} & {term.iri for term in terms.values}
    assert sum(len(scheme.concepts) for scheme in terms.schemes) == sum(map(len, ONTOLOGY.concepts.values()))
    assert all(term.definition for term in (*terms.classes, *terms.links, *terms.values, *terms.schemes))


def test_the_files_are_the_ontology_and_json_ld_says_what_turtle_says(files):
    for path, text in files.items():
        if path.endswith(".ttl"):
            assert text == (ONTOLOGY.folder / path.removeprefix("ontology/")).read_text(encoding="utf-8")
        if path.endswith(".ttl") and (other := path.replace(".ttl", ".jsonld")) in files:
            turtle = {str(quad) for quad in parse(text, format=RdfFormat.TURTLE)}
            assert turtle == {str(quad) for quad in parse(files[other], format=RdfFormat.JSON_LD)}
    assert {"ontology/ipcgraph.jsonld", "ontology/context.jsonld", "ontology/schemes/role-type.jsonld"} <= files.keys()


def test_the_pages_are_valid_html(files, tmp_path):
    if not HTML_VALIDATE.exists():
        pytest.skip("html-validate is not here: run `make readers`")
    (tmp_path / "html-validate.json").write_text(
        # It counts `&lt;` in a title as four characters.
        '{"root": true, "extends": ["html-validate:recommended"], "rules": {"long-title": "off"}}',
        encoding="utf-8",
    )
    for path in (path for path in files if path.endswith(".html")):
        (tmp_path / Path(path).name).write_text(files[path], encoding="utf-8")
    command = [
        HTML_VALIDATE,
        "--config",
        tmp_path / "html-validate.json",
        "--formatter",
        "text",
        *sorted(tmp_path.glob("*.html")),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_pages_shut_no_reader_out(files, tmp_path):
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None or not AXE.is_file():
        pytest.skip("Chromium or axe-core is not here: run `make readers`")
    from playwright.sync_api import sync_playwright

    for path, text in {**files, **dict(static_files(FACTS.colours))}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for path in sorted(path for path in files if path.endswith(".html")):
            shown = browser.new_page(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
            shown.goto((tmp_path / path).as_uri())
            assert shown.evaluate("document.documentElement.scrollWidth") <= 360, path
            shown.evaluate(AXE.read_text(encoding="utf-8"))
            for scheme in ("light", "dark"):
                shown.emulate_media(color_scheme=scheme)
                found = shown.evaluate("() => axe.run()")["violations"]
                assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found] == [], path
        browser.close()


def test_the_title_of_the_site_is_escaped(files):
    assert "<i>Institute" not in files["ontology/index.html"]
