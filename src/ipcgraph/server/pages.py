"""Pages that only a server has: made with the templates of the site, with files of their own beside them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from starlette.responses import Response
from starlette.routing import Route

from ipcgraph.errors import ProjectError
from ipcgraph.ontology import read_ontology
from ipcgraph.publish.pages.hrefs import href
from ipcgraph.publish.pages.look import STATIC
from ipcgraph.publish.pages.ontologypage import FOLDER as ONTOLOGY
from ipcgraph.publish.pages.ontologyterms import read_terms
from ipcgraph.publish.pages.sheet import Sheet
from ipcgraph.server.responses import has_already, problem
from ipcgraph.shipped import asset
from ipcgraph.vocabulary import compact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from ipcgraph.publish.pages.content import Link
    from ipcgraph.publish.pages.ontologyterms import Term
    from ipcgraph.server.snapshot import Snapshot

ASSETS: Final = "assets/server/"
STYLE, SCRIPT, FIELDS, LICENCES = "pages.css", "server.js", "server-fields.js", "licences.txt"
_TYPES: Final = {
    suffix: f"{media_type}; charset=utf-8"
    for suffix, media_type in ((".css", "text/css"), (".js", "text/javascript"), (".txt", "text/plain"))
}
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'"
)
"""What these pages may do: everything from their own host, nothing in line."""

_NUMBERS: Final = frozenset(("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger", "gYear"))


def routes() -> list[BaseRoute]:
    """The files that these pages are made with."""
    return [Route(f"/{ASSETS}{{name}}", _asset, methods=["GET"])]


class ShownCell(NamedTuple):
    """A cell of an answer as a page shows it."""

    text: str
    href: str = ""
    number: bool = False
    short: bool = False
    language: str = ""


def page_response(text: str, *, headers: Mapping[str, str], status: int = 200) -> Response:
    """A page as it goes to the browser."""
    told = {**headers, "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}
    return Response(text, status_code=status, headers=told)


def server_page(
    snapshot: Snapshot,
    template: str,
    path: str,
    *,
    title: str,
    crumbs: Sequence[Link],
    values: Mapping[str, object],
    description: str = "",
) -> str:
    """A whole HTML document for the page at this path below the root; one that ends in `/` is the page of a folder."""
    sheet = Sheet(snapshot.rendering.press.library, path)
    told = {
        "policy": POLICY,
        "assets": ASSETS,
        "script": SCRIPT,
        "fields_script": FIELDS,
        "scripted": scripts(),
        **values,
    }
    return snapshot.rendering.press.document(
        template, sheet, title=title, description=description, crumbs=crumbs, values=told
    )


def shown_cell(snapshot: Snapshot, up: str, cell: Sequence[object] | None) -> ShownCell:
    """A cell, from what `querytasks` says of it; `up` leads to the root."""
    if not cell:
        return ShownCell("")
    kind, text = str(cell[0]), str(cell[1])
    if kind == "iri":
        return ShownCell(compact(text, base=snapshot.base), address_of(snapshot, up, text, known=bool(cell[2])))
    if kind == "text":
        return ShownCell(text, number=cell[2] in _NUMBERS, short=len(text) <= 12, language=str(cell[3]))
    return ShownCell(text)


def address_of(snapshot: Snapshot, up: str, iri: str, *, known: bool) -> str:
    """Where an IRI leads to from a page: to the page of a thing or of a term, else to itself; empty where it cannot."""
    if known:
        return up + snapshot.addresses.document(iri)
    page = term_pages().get(iri)
    return up + page if page else href(iri)


def terms_told() -> Iterator[Term]:
    """The terms of the ontology, schemes and their concepts among them."""
    terms = read_terms(read_ontology())
    yield from (*terms.classes, *terms.links, *terms.values, *terms.datatypes)
    for scheme in terms.schemes:
        yield from (scheme, *scheme.concepts)


@lru_cache(1)
def term_pages() -> Mapping[str, str]:
    """The page of each term of the ontology, by IRI."""
    return {term.iri: f"{ONTOLOGY}/{term.page}#{term.anchor}" for term in terms_told()}


@lru_cache(1)
def scripts() -> bool:
    """Whether this installation has the scripts of these pages; without them each is as good, but for the editor."""
    try:
        return all(asset(name).is_file() for name in (SCRIPT, FIELDS))
    except ProjectError:
        return False


def _contents(name: str) -> bytes:
    if name == STYLE:
        return b"\n".join((STATIC / part).read_bytes() for part in ("queries.css", "server.css"))
    if name == LICENCES:
        return b"\n".join(asset(f"{each}.licences.txt").read_bytes() for each in (SCRIPT,))
    return asset(name).read_bytes()


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in {STYLE, SCRIPT, FIELDS, LICENCES}:
        return problem(request, 404, "There is no such file.")
    try:
        content = _kept(name)
    except ProjectError as error:
        return problem(request, 404, str(error))
    etag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Content-Type": _TYPES[name[name.rindex(".") :]]}
    if has_already(request, etag=etag, changed=float("inf")):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers)


_kept = lru_cache(8)(_contents)
