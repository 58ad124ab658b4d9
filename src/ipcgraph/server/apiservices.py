"""What can be asked besides queries and networks, as OpenAPI has it: SPARQL, search, reconciliation, things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ipcgraph.publish.addresses import SUFFIXES
from ipcgraph.publish.pages.search import FOUND
from ipcgraph.server.apischemas import ok, results_of, wrong
from ipcgraph.server.search.asking import FURTHEST
from ipcgraph.vocabulary import compact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.server.snapshot import Snapshot

Document: TypeAlias = dict[str, Any]

_SLUG: Final = "^[a-z0-9][a-z0-9-]*$"
_JSON: Final = {"application/json": {"type": "object"}}


def sparql_operations() -> Document:
    """The operations of the endpoint."""
    texts = ("text/csv", "text/tab-separated-values", "text/turtle", "application/n-triples", "application/rdf+xml")
    types = [
        "application/sparql-results+json", "application/sparql-results+xml", "application/json", "application/xml",
        "text/xml", "application/ld+json", "text/plain", *texts,
    ]  # fmt: skip
    text = {"type": "string", "format": "sparql", "minLength": 1}
    graphs = {"type": "array", "items": {"type": "string", "format": "uri"}}
    fields = [("default-graph-uri", graphs), ("named-graph-uri", graphs)]
    responses = {
        "200": ok("The whole answer; without a query the description of the service.", results_of(types)),
        "303": {"description": "Without a query, for browsers: the page with an editor."},
        "403": {"$ref": "#/components/responses/403"},
        **wrong("400", "406", "413", "429", "503"),
    }
    body = {
        "required": True,
        "content": {
            "application/sparql-query": {"schema": text},
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "required": ["query"], "properties": {"query": text}}
            },
        },
    }
    shared = {"tags": ["SPARQL"], "description": "SPARQL 1.1 protocol; queries only."}
    graph_parameters = [{"name": name, "in": "query", "schema": schema} for name, schema in fields]
    return {
        "get": {
            **shared,
            "operationId": "sparql",
            "summary": "The answer to any SPARQL query",
            "parameters": [{"name": "query", "in": "query", "schema": text}, *graph_parameters],
            "responses": responses,
        },
        "post": {
            **shared,
            "operationId": "sparql-post",
            "summary": "The same for longer queries",
            "requestBody": body,
            "parameters": graph_parameters,
            "responses": {**responses, "415": {"$ref": "#/components/responses/415"}},
        },
    }


def search_operations() -> Iterator[tuple[str, Document]]:
    """The search, and completion while one types."""
    text = {"type": "string", "maxLength": 1_000}
    number = {"type": "integer", "minimum": 1, "maximum": 100}
    yield (
        "/search",
        {
            "get": {
                "tags": ["Search"],
                "operationId": "search",
                "summary": "Everything that is called so, best first, and what to narrow it by",
                "parameters": [
                    _query("q", text, "a name, a title, an acronym or an identifier"),
                    _query("kind", {"type": "string", "enum": list(FOUND)}, "things of this kind only"),
                    _query("year", {"type": "integer", "minimum": 0, "maximum": 9_999}, "works of this year only"),
                    _query("page", {"type": "integer", "minimum": 1, "maximum": FURTHEST}, "which page of the answer"),
                    _query("limit", number, "things on a page"),
                    _query("format", {"type": "string", "enum": ["html", "json"]}, "a page or data"),
                ],
                "responses": {
                    "200": ok("What was found.", {**_JSON, "text/html": {"type": "string"}}),
                    **wrong("400", "406", "429", "503"),
                },
            }
        },
    )
    yield (
        "/suggest",
        {
            "get": {
                "tags": ["Search"],
                "operationId": "suggest",
                "summary": "What a text that is being typed can become",
                "parameters": [
                    _query("q", text, "what is typed so far"),
                    _query("kind", {"type": "string", "enum": list(FOUND)}, "things of this kind only"),
                    _query("limit", number, "how many"),
                ],
                "responses": {"200": ok("Suggestions.", _JSON), **wrong("400", "429", "503")},
            }
        },
    )


def reconcile_operations() -> Iterator[tuple[str, Document]]:
    """The reconciliation service: its manifest and batches of queries; its manifest names the rest."""
    # Of what a query should be nothing is demanded: one that is not so is told in its place, and the others answered.
    told = "queries by name, each an object with query, and type and limit where they are wanted"
    batch = {"type": "object", "description": told}
    parameter = {
        "name": "queries",
        "in": "query",
        "description": "a batch of queries by name",
        "content": {"application/json": {"schema": batch, "example": {"q0": {"query": "a name"}}}},
    }
    about = "Reconciliation Service API 0.2: the manifest, or the candidates for each query of a batch"
    responses = {"200": ok("The answer.", _JSON), **wrong("400", "413", "415", "429", "503")}
    shared = {"tags": ["Search"], "summary": about, "responses": responses}
    form = {"type": "object", "required": ["queries"], "properties": {"queries": {"type": "string", "minLength": 2}}}
    body = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}}
    yield (
        "/reconcile",
        {
            "get": {**shared, "operationId": "reconcile", "parameters": [parameter]},
            "post": {**shared, "operationId": "reconcile-post", "requestBody": body},
        },
    )
    for what in ("entity", "type", "property"):
        yield (
            f"/reconcile/suggest/{what}",
            {
                "get": {
                    "tags": ["Search"],
                    "operationId": f"reconcile-suggest-{what}",
                    "summary": f"What the beginning of a name can become, of each {what}",
                    "parameters": [_query("prefix", {"type": "string", "maxLength": 1_000}, "what is typed so far")],
                    "responses": {"200": ok("Suggestions.", _JSON), **wrong("400", "429", "503")},
                }
            },
        )


def _query(name: str, schema: Document, about: str) -> Document:
    return {"name": name, "in": "query", "description": about, "schema": schema}


def thing_operations(snapshot: Snapshot, kind: str) -> Iterator[tuple[str, Document]]:
    """The addresses of the things of a kind, and of their documents; none where there are none."""
    start = f"{snapshot.base}{kind}/"
    example = next((iri for name in _CLASSES.get(kind, ()) for iri in _first(snapshot, name, start)), "")
    if not example:
        return
    slug = {
        "name": "slug",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": _SLUG, "maxLength": 200},
        "example": compact(example, base=snapshot.base).partition("/")[2],
    }
    gone = {"410": {"$ref": "#/components/responses/410"}}
    yield (
        f"/{kind}/{{slug}}",
        {
            "get": {
                "tags": ["Things"],
                "operationId": kind,
                "summary": f"The document of a {kind} that Accept asks for",
                "parameters": [slug],
                "responses": {
                    "200": ok("The document.", results_of(_DOCUMENTS)),
                    "303": {"description": "Where the document is."},
                    **gone,
                    **wrong("404", "406", "429", "503"),
                },
            }
        },
    )
    suffix = {"name": "suffix", "in": "path", "required": True, "schema": {"type": "string", "enum": list(SUFFIXES)}}
    yield (
        f"/{kind}/{{slug}}{{suffix}}",
        {
            "get": {
                "tags": ["Things"],
                "operationId": f"{kind}-document",
                "summary": f"One document of a {kind}",
                "parameters": [slug, suffix],
                "responses": {
                    "200": ok("The document.", results_of(_DOCUMENTS)),
                    **gone,
                    **wrong("404", "406", "429", "503"),
                },
            }
        },
    )


def _first(snapshot: Snapshot, name: str, start: str) -> Iterator[str]:
    if name in snapshot.reading.keys:
        yield from (iri for iri in snapshot.reading.instances(name) if iri.startswith(start))


_CLASSES: Final = {
    "center": ("Center",), "initiative": ("Initiative",), "person": ("Person",), "work": ("Work",), "topic": ("Topic",),
    "organization": ("Organization", "Partner"), "role": ("Role",), "place": ("Place",), "source": ("Source",),
}  # fmt: skip
_DOCUMENTS: Final = ["text/html", "text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"]
