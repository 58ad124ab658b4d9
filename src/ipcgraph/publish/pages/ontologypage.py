"""The ontology's own documents: pages with every term at its anchor, and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import RdfFormat, parse

from ipcgraph.files import read_regular
from ipcgraph.publish.description.rdf import write_jsonld, write_rdf
from ipcgraph.publish.pages.assembly import head_title
from ipcgraph.publish.pages.content import Link
from ipcgraph.publish.pages.hrefs import href
from ipcgraph.publish.pages.look import STATIC
from ipcgraph.publish.pages.ontologyterms import CLASSES, KINDS, LINKS, VALUES, Term, Terms, read_terms
from ipcgraph.publish.pages.sheet import Sheet
from ipcgraph.vocabulary import IPCG

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ipcgraph.ontology import Ontology
    from ipcgraph.publish.pages.press import Press

FOLDER: Final = "ontology"
PAGE: Final = f"{FOLDER}/{CLASSES}"
PAGES: Final[Mapping[str, str]] = {
    CLASSES: "Classes, and all terms in short",
    LINKS: "Properties that lead to things",
    VALUES: "Properties with texts, dates and numbers",
    KINDS: "Kinds and types",
}
"""The pages of the ontology, the first of which has an anchor for every term of its namespace, with their titles."""
STYLE: Final = "assets/terms.css"
_TITLE: Final = "The vocabulary"


class Part(NamedTuple):
    """Terms under a heading; where they are told of elsewhere, only in short, with the file that tells of them."""

    anchor: str
    title: str
    terms: tuple[Term, ...]
    elsewhere: str = ""


def ontology_files(press: Press, ontology: Ontology) -> Iterator[tuple[str, str]]:
    """Path and text of each: the pages, the files of the ontology as they are, and each Turtle file in other formats.

    The shapes are Turtle only, since their lists would come out with names that change.
    """
    yield from ontology_pages(press, read_terms(ontology))
    yield STYLE, (STATIC / "terms.css").read_text(encoding="utf-8")
    for file in sorted(ontology.folder.rglob("*")):
        if file.suffix in {".ttl", ".jsonld"}:
            path = f"{FOLDER}/{file.relative_to(ontology.folder).as_posix()}"
            text = read_regular(file).decode("utf-8")
            yield path, text
            if file.suffix == ".ttl" and file.stem != "shapes":
                triples = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
                start = path.removesuffix(".ttl")
                yield start + ".jsonld", write_jsonld(triples)
                for suffix, kind in ((".nt", RdfFormat.N_TRIPLES), (".rdf", RdfFormat.RDF_XML)):
                    yield start + suffix, write_rdf(triples, kind)


def ontology_pages(press: Press, terms: Terms) -> Iterator[tuple[str, str]]:
    """Path and text of each page of the ontology: classes, properties and concepts with their definitions.

    Whoever follows the IRI of a class or a property comes to the first page, since servers never see what is behind
    the `#`: so that page has the anchors of all of them.
    """
    for file, title in PAGES.items():
        sheet = Sheet(press.library, f"{FOLDER}/{file}")
        crumbs = [Link("Home", sheet.up + "index.html")]
        if file != CLASSES:
            crumbs.append(Link(_TITLE, CLASSES))
        text = press.document(
            "ontology.html",
            sheet,
            title=head_title(terms.title if file == CLASSES else title, press.library.site.title),
            description=terms.about if file == CLASSES else f"{title}: {terms.title}.",
            crumbs=crumbs,
            values={
                "terms": terms,
                "parts": _parts(file, terms),
                "name": _TITLE,
                "heading": terms.title if file == CLASSES else title,
                "about": terms.about if file == CLASSES else "",
                "file": file,
                "pages": tuple((label, path) for path, label in PAGES.items()),
                "namespace": IPCG,
                "licence_of_terms": Link(terms.licence, href(terms.licence)),
            },
        )
        yield sheet.path, text


def _parts(file: str, terms: Terms) -> tuple[Part, ...]:
    if file == LINKS:
        return (Part("links", "Properties", terms.links),)
    if file == VALUES:
        return (Part("values", "Properties", terms.values),)
    if file == KINDS:
        return (Part("schemes", "Kinds and types", terms.schemes),)
    return (
        Part("classes", "Classes", terms.classes),
        Part("datatypes", "Datatypes", terms.datatypes),
        Part("links", PAGES[LINKS], terms.links, LINKS),
        Part("values", PAGES[VALUES], terms.values, VALUES),
        Part("schemes", PAGES[KINDS], terms.schemes, KINDS),
    )
