"""The ontology's own page: every term at its anchor, links that lead somewhere, and its files."""

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
def page(files):
    return html.fromstring(files["ontology/index.html"])


def test_every_term_of_the_files_has_one_anchor(page):
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    graph = rdflib.Graph()
    for file in (ONTOLOGY.folder / "ipcgraph.ttl", *sorted((ONTOLOGY.folder / "schemes").glob("*.ttl"))):
        graph.parse(file)
    terms = {str(term) for term in graph.subjects(rdflib.RDF.type) if isinstance(term, rdflib.URIRef)}
    terms = {term for term in terms if term.startswith((IPCG, CONCEPTS))}
    assert len(terms) > 130
    assert {term for term in terms if anchor(term) not in ids} == set()
    assert "Person" in ids
    assert "vocab-role-type--director" in ids


def test_no_link_within_the_page_is_broken(page, files):
    ids = set(page.xpath("//@id"))
    inner = {link[1:] for link in page.xpath("//main//a/@href") if link.startswith("#")}
    assert len(inner) > 100
    assert inner <= ids
    outer = [link for link in page.xpath("//main//a/@href") if not re.match("#|https?://|[.][.]/", link)]
    assert {f"ontology/{link}" for link in outer} <= files.keys()
    assert page.xpath("//link[@href='../assets/terms.css']")
    assert "assets/terms.css" in files


def test_a_class_and_a_property_say_what_the_ontology_says(page):
    person = page.get_element_by_id("Person").text_content()
    assert "A human being who held a role, wrote a work or convened a commission." in person
    assert "foaf:Person" in person
    assert "schema:Person" in person
    holder = page.get_element_by_id("holder").text_content()
    assert all(each in holder for each in ("ipcg:Role", "ipcg:Person", "The person who holds the role."))
    assert "exactly one" in holder
    assert "derived by rules, never" in page.get_element_by_id("issuedNotAfter").text_content()
    leader = page.get_element_by_id("vocab-role-type--executive-director").text_content()
    assert "role-type/leader" in leader


def test_terms_are_all_there_and_in_the_order_of_the_file():
    terms = read_terms(ONTOLOGY)
    assert [term.name for term in terms.classes][:3] == ["ipcg:Center", "ipcg:Initiative", "ipcg:Person"]
    assert {term.iri for term in terms.classes} == set(ONTOLOGY.classes.values())
    assert {known.iri for known in ONTOLOGY.properties.values()} - {term.iri for term in terms.properties} == set()
    assert sum(len(scheme.concepts) for scheme in terms.schemes) == sum(map(len, ONTOLOGY.concepts.values()))
    assert all(term.definition for term in (*terms.classes, *terms.properties, *terms.schemes))


def test_the_files_are_the_ontology_and_json_ld_says_what_turtle_says(files):
    for path, text in files.items():
        if path.endswith(".ttl"):
            assert text == (ONTOLOGY.folder / path.removeprefix("ontology/")).read_text(encoding="utf-8")
        if path.endswith(".ttl") and (other := path.replace(".ttl", ".jsonld")) in files:
            turtle = {str(quad) for quad in parse(text, format=RdfFormat.TURTLE)}
            assert turtle == {str(quad) for quad in parse(files[other], format=RdfFormat.JSON_LD)}
    assert {"ontology/ipcgraph.jsonld", "ontology/context.jsonld", "ontology/schemes/role-type.jsonld"} <= files.keys()


def test_the_page_is_valid_html(files, tmp_path):
    if not HTML_VALIDATE.exists():
        pytest.skip("html-validate is not here: run `make readers`")
    (tmp_path / "html-validate.json").write_text(
        '{"root": true, "extends": ["html-validate:recommended"]}', encoding="utf-8"
    )
    (tmp_path / "index.html").write_text(files["ontology/index.html"], encoding="utf-8")
    command = [
        HTML_VALIDATE,
        "--config",
        tmp_path / "html-validate.json",
        "--formatter",
        "text",
        tmp_path / "index.html",
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_page_shuts_no_reader_out(files, page, tmp_path):
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None or not AXE.is_file():
        pytest.skip("Chromium or axe-core is not here: run `make readers`")
    from playwright.sync_api import sync_playwright

    for path, text in {**files, **dict(static_files(FACTS))}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        shown = browser.new_page(viewport={"width": 360, "height": 740})
        shown.goto((tmp_path / "ontology" / "index.html").as_uri())
        assert shown.evaluate("document.documentElement.scrollWidth") <= 360
        shown.evaluate(AXE.read_text(encoding="utf-8"))
        for scheme in ("light", "dark"):
            shown.emulate_media(color_scheme=scheme)
            found = shown.evaluate("() => axe.run()")["violations"]
            assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found] == [], scheme
        browser.close()


def test_the_title_of_the_site_is_escaped(files):
    assert "<i>Institute" not in files["ontology/index.html"]
