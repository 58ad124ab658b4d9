"""The pages of queries: one that runs them in the reader's browser, on the dump of the site, and one a saved query."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.errors import ProjectError
from ipcgraph.parameters import CANDIDATES, CLASSES, EXISTS
from ipcgraph.publish.dumps import FOLDER as DUMPS
from ipcgraph.publish.dumps import NQUADS
from ipcgraph.publish.pages.assembly import head_title, plain
from ipcgraph.publish.pages.content import Link
from ipcgraph.publish.pages.hrefs import href
from ipcgraph.publish.pages.look import STATIC
from ipcgraph.publish.pages.ontologypage import FOLDER as ONTOLOGY
from ipcgraph.publish.pages.ontologyterms import read_terms
from ipcgraph.publish.pages.sheet import Sheet
from ipcgraph.queries import dump_queries
from ipcgraph.shipped import asset
from ipcgraph.vocabulary import CONCEPTS, KINDS, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ipcgraph.ontology import Ontology
    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.publish.pages.ontologyterms import Terms
    from ipcgraph.publish.pages.press import Press
    from ipcgraph.queries import Query

FOLDER: Final = "queries"
PAGE: Final = f"{FOLDER}/index.html"
SAVED: Final = f"{FOLDER}/saved.json"
"""What the scripts of the page know of the site: its queries, names, and where its data lies."""
VOCABULARY: Final = f"{FOLDER}/vocabulary.nt"
"""The vocabulary that every store has, and no dump: saved queries follow its classes and name its concepts."""
SCRIPT, WORKER, ENGINE = "assets/queries.js", "assets/queries-worker.js", "assets/oxigraph.wasm.gz"
STYLE, LICENCES = "assets/queries.css", "assets/queries.licences.txt"

TEXTS: Final = f"{FOLDER}/saved"
"""The folder of the pages of single queries."""

_START: Final = """\
PREFIX ipcg: <https://w3id.org/ipcgraph/ns#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>

SELECT ?thing ?name
WHERE {
  ?thing a ipcg:Person ;
    foaf:name ?name .
}
ORDER BY ?name
LIMIT 20
"""
"""The query that the editor begins with."""


class Parts(NamedTuple):
    """What is made from npm and published with the page, as bytes by path."""

    files: Mapping[str, bytes]
    size: int
    """Bytes that a browser loads before it can answer, without the dump."""


def query_files(
    press: Press, ontology: Ontology, queries: Mapping[str, Query], *, limit: int
) -> Iterator[tuple[str, str | bytes]]:
    """Path and content of each file: the pages, their style, and what it takes to answer.

    Of a graph of more than `limit` statements, of one without dumps, and where nothing was built from npm, the page
    tells the saved queries and runs none.
    """
    site = press.library.site
    dump = next((each for each in site.dumps if each.path == f"{DUMPS}/{NQUADS}"), None)
    parts = _parts() if dump and site.statements <= limit else Parts({}, 0)
    yield STYLE, (STATIC / "queries.css").read_text(encoding="utf-8")
    if dump and parts.files:
        yield from parts.files.items()
        yield SAVED, _saved(site, queries, read_terms(ontology), dump.path)
        yield VOCABULARY, "".join(sorted({f"{quad.triple} .\n" for quad, _ in ontology.statements}))
    runs = bool(dump and parts.files)
    for query in queries.values():
        yield _query_page(press, query, runs=runs)
    sheet = Sheet(press.library, PAGE)
    yield (
        PAGE,
        press.document(
            "queries.html",
            sheet,
            title=head_title("Queries", site.title),
            description=f"Questions to the data of {plain(site.title, 60)}, answered in the browser.",
            crumbs=(Link("Home", sheet.up + "index.html"),),
            values={
                "queries": sorted(queries.values(), key=lambda query: (query.title, query.name)),
                "page_of": page_of_query,
                "runs": runs,
                "too_large": site.statements > limit,
                "limit": limit,
                "dump": dump,
                "megabytes": f"{(parts.size + (dump.size if dump else 0)) / 1e6:.1f}",
                "endpoint": href(site.endpoint),
                "script": SCRIPT,
                "worker": WORKER,
                "licences": LICENCES,
            },
        ),
    )


def page_of_query(name: str) -> str:
    """The path of the page of a saved query.

    >>> page_of_query("person-works")
    'queries/saved/person-works.html'
    """
    return f"{TEXTS}/{name}.html"


def _query_page(press: Press, query: Query, *, runs: bool) -> tuple[str, str]:
    """The page of one saved query: what it asks, and its text."""
    sheet = Sheet(press.library, page_of_query(query.name))
    return sheet.path, press.document(
        "query.html",
        sheet,
        title=head_title(query.title, press.library.site.title),
        description=plain(query.about, 300),
        crumbs=(Link("Home", sheet.up + "index.html"), Link("Queries", sheet.up + PAGE)),
        values={
            "query": query,
            "runs": runs,
            "runner": PAGE,
            "command": _command(query),
        },
    )


def _command(query: Query) -> str:
    """How a command line asks a query: with the values of its example, and names in capitals for what it must have."""
    given = dict(query.example)
    for parameter in query.parameters:
        if parameter.default is None:
            given.setdefault(parameter.name, parameter.name.upper())
    options = (f"--{name.replace('_', '-')} {shlex.quote(value)}" for name, value in given.items())
    return " ".join(("ipcgraph query", query.name, *options))


def _parts() -> Parts:
    """The scripts, the engine and their licences; none where they were not built."""
    try:
        files = {path: asset(path.rpartition("/")[2]).read_bytes() for path in (SCRIPT, WORKER, ENGINE)}
        licences = [asset(f"{name}.licences.txt").read_bytes() for name in ("queries.js", "queries-worker.js")]
    except ProjectError:
        return Parts({}, 0)
    return Parts(files | {LICENCES: b"\n".join(licences)}, sum(map(len, files.values())))


def _saved(site: SiteFacts, queries: Mapping[str, Query], terms: Terms, dump: str) -> str:
    told = [
        *terms.classes,
        *terms.links,
        *terms.values,
        *terms.datatypes,
        *(each for scheme in terms.schemes for each in (scheme, *scheme.concepts)),
    ]
    known = {
        "base": site.base,
        "concepts": CONCEPTS,
        "prefixes": PREFIXES,
        "kinds": KINDS,
        "classes": CLASSES,
        "exists": EXISTS,
        "candidates": CANDIDATES,
        "start": _START,
        "statements": site.statements,
        "dump": dump,
        "engine": ENGINE,
        "vocabulary": VOCABULARY,
        "queries": dump_queries(queries),
        "terms": [
            {"name": each.name, "iri": each.iri, "label": each.label, "page": f"{ONTOLOGY}/{each.page}#{each.anchor}"}
            for each in told
        ],
    }
    return json.dumps(known, ensure_ascii=False, separators=(",", ":")) + "\n"
