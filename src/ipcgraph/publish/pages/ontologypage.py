"""The ontology's own documents: a page with every term at its anchor, and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import RdfFormat, parse

from ipcgraph.files import read_regular
from ipcgraph.publish.description.rdf import write_jsonld
from ipcgraph.publish.pages.content import Link
from ipcgraph.publish.pages.hrefs import href
from ipcgraph.publish.pages.look import STATIC
from ipcgraph.publish.pages.ontologyterms import read_terms
from ipcgraph.publish.pages.sheet import Sheet
from ipcgraph.vocabulary import IPCG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.ontology import Ontology
    from ipcgraph.publish.pages.press import Press

FOLDER: Final = "ontology"
PAGE: Final = f"{FOLDER}/index.html"
STYLE: Final = "assets/terms.css"
_TITLE: Final = "The vocabulary"


def ontology_files(press: Press, ontology: Ontology) -> Iterator[tuple[str, str]]:
    """Path and text of each: the page, the files of the ontology as they are, and each Turtle file as JSON-LD.

    The shapes are not among the JSON-LD, since their lists would come out with names that change.
    """
    yield PAGE, ontology_page(press, ontology)
    yield STYLE, (STATIC / "terms.css").read_text(encoding="utf-8")
    for file in sorted(ontology.folder.rglob("*")):
        if file.suffix in {".ttl", ".jsonld"}:
            path = f"{FOLDER}/{file.relative_to(ontology.folder).as_posix()}"
            text = read_regular(file).decode("utf-8")
            yield path, text
            if file.suffix == ".ttl" and file.stem != "shapes":
                triples = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
                yield path.removesuffix(".ttl") + ".jsonld", write_jsonld(triples)


def ontology_page(press: Press, ontology: Ontology) -> str:
    """The page of the ontology: classes, properties and concepts, each with its definition at its anchor."""
    sheet = Sheet(press.library, PAGE)
    terms = read_terms(ontology)
    return press.document(
        "ontology.html",
        sheet,
        title=f"{terms.title} · {press.library.site.title}",
        description=terms.about,
        crumbs=(Link("Home", sheet.up + "index.html"),),
        values={
            "terms": terms,
            "name": _TITLE,
            "namespace": IPCG,
            "licence_of_terms": Link(terms.licence, href(terms.licence)),
        },
    )
