"""What programs can ask this server, as OpenAPI 3.1, and the same as a page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from ipcgraph import __version__
from ipcgraph.publish.pages.assembly import head_title
from ipcgraph.publish.pages.content import Link
from ipcgraph.server.answering import fresh_headers, key_of, not_modified
from ipcgraph.server.apischemas import network_operations, ok, parameter_of, problem_of, results_of, wrong
from ipcgraph.server.apiservices import reconcile_operations, search_operations, sparql_operations, thing_operations
from ipcgraph.server.pages import page_response, server_page
from ipcgraph.server.queryformats import by_name, offers
from ipcgraph.server.service import service_of
from ipcgraph.vocabulary import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from ipcgraph.queries import Query
    from ipcgraph.server.snapshot import Snapshot

Document: TypeAlias = dict[str, Any]
"""A part of the description, as JSON has it."""

MEDIA_TYPE: Final = "application/vnd.oai.openapi+json;version=3.1"
_WRONG: Final = {
    "400": "What was asked cannot be meant so: the sentence says what to write instead.",
    "404": "There is no such thing, query, network or file.",
    "406": "There is no such format.",
    "413": "The answer is larger than this server gives, or the request is.",
    "429": "This client has asked too much in a short time; Retry-After says when to ask again.",
    "501": "This server lacks what it would take: an optional package.",
    "503": "It took too long, or the server is busy; Retry-After says when to ask again. No answer is ever cut.",
}


def routes() -> list[BaseRoute]:
    """`/openapi.json` and the page `/api`."""
    return [
        Route("/openapi.json", _document, methods=["GET"]),
        Route("/api", _page, methods=["GET"]),
    ]


async def _document(request: Request) -> Response:
    snapshot = service_of(request).snapshot
    key = key_of(snapshot, "openapi")
    if known := not_modified(request, snapshot, key):
        return known
    described = await run_in_threadpool(describe_api, snapshot)
    text = json.dumps(described, ensure_ascii=False, indent=1) + "\n"
    return Response(text, headers={**fresh_headers(snapshot, key), "Content-Type": "application/json"})


async def _page(request: Request) -> Response:
    snapshot = service_of(request).snapshot
    key = key_of(snapshot, "api page")
    if known := not_modified(request, snapshot, key):
        return known
    text = await run_in_threadpool(api_page, snapshot)
    return page_response(text, headers=fresh_headers(snapshot, key))


def api_page(snapshot: Snapshot) -> str:
    """The description as a page."""
    described = describe_api(snapshot)
    groups: dict[str, list[Document]] = {tag["name"]: [] for tag in described["tags"]}
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            groups[operation["tags"][0]].append({"path": path, "method": method.upper(), **operation})
    return server_page(
        snapshot,
        "server-api.html",
        "api",
        title=head_title("For programs", snapshot.facts.title),
        description="What programs can ask this server: saved queries, SPARQL, networks, search, things.",
        crumbs=(Link("Home", "index.html"),),
        values={"tags": described["tags"], "groups": groups, "address": snapshot.address},
    )


def describe_api(snapshot: Snapshot) -> Document:
    """The description as OpenAPI 3.1 has it."""
    facts = snapshot.facts
    info: Document = {
        "title": facts.title,
        "version": facts.version or __version__,
        "description": _ABOUT,
        "x-made-by": f"ipcgraph {__version__}",
    }
    if facts.licence:
        info["license"] = {"name": "Licence of the data", "url": facts.licence}
    return {
        "openapi": "3.1.0",
        "info": info,
        "servers": [{"url": snapshot.address.rstrip("/")}],
        "tags": [{"name": name, "description": about} for name, about in _TAGS.items()],
        "paths": dict(_paths(snapshot)),
        "components": _COMPONENTS,
    }


def _paths(snapshot: Snapshot) -> Iterator[tuple[str, Document]]:
    yield "/query/", {"get": _list_operation()}
    for query in snapshot.queries.values():
        yield f"/query/{query.name}", {"get": query_operation(snapshot, query)}
    yield "/sparql", sparql_operations()
    yield from search_operations()
    yield from reconcile_operations()
    for path, operation in network_operations():
        answers = {**operation["responses"], **wrong("400", "404", "413", "429", "501", "503")}
        yield path, {"get": {**operation, "responses": answers}}
    for kind in KINDS:
        yield from thing_operations(snapshot, kind)
    yield (
        "/openapi.json",
        {
            "get": {
                "tags": ["Server"],
                "operationId": "openapi",
                "summary": "This description",
                "responses": {"200": ok("The description.", {"application/json": {"type": "object"}}), **wrong("429")},
            }
        },
    )
    yield (
        "/health",
        {
            "get": {
                "tags": ["Server"],
                "operationId": "health",
                "summary": "Whether this server answers, and of which build",
                "responses": {
                    "200": ok("It does.", {"application/json": {"type": "object"}}),
                    "503": ok("Not yet.", {"application/json": {"type": "object"}}),
                },
            }
        },
    )


def query_operation(snapshot: Snapshot, query: Query) -> Document:
    """The operation of a saved query."""
    formats = list(by_name(query.form))
    parameters = [parameter_of(snapshot, query, parameter) for parameter in query.parameters]
    return {
        "tags": ["Saved queries"],
        "operationId": f"query-{query.name}",
        "summary": query.title,
        "description": query.about,
        "parameters": [
            *parameters,
            {
                "name": "format",
                "in": "query",
                "description": "The format of the answer, for those who cannot send Accept; a suffix does the same: "
                f"/query/{query.name}.csv",
                "schema": {"type": "string", "enum": formats},
            },
        ],
        "responses": {
            "200": ok("The whole answer.", results_of(list(offers(query.form)))),
            **wrong("400", "404", "406", "413", "429", "503"),
        },
    }


def _list_operation() -> Document:
    query = {"type": "object", "required": ["name", "title", "href"], "properties": {"name": {"type": "string"}}}
    return {
        "tags": ["Saved queries"],
        "operationId": "queries",
        "summary": "All saved queries with their parameters and texts",
        "responses": {
            "200": ok(
                "The list.",
                {"application/json": {"type": "array", "items": query}, "text/html": {"type": "string"}},
            ),
            **wrong("406", "429"),
        },
    }


_COMPONENTS: Final = {
    "schemas": {
        "Problem": {
            "type": "object",
            "description": "What is wrong, as RFC 9457 has it.",
            "required": ["title", "status", "detail"],
            "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string", "description": "A sentence: what is wrong, and what to do instead."},
                "parameter": {"type": "string", "description": "The parameter that is at fault."},
                "line": {"type": "integer"},
                "column": {"type": "integer"},
                "alternatives": {"type": "array", "items": {"type": "object"}},
            },
        }
    },
    "responses": {
        **{status: problem_of(about) for status, about in _WRONG.items()},
        "403": problem_of("This server changes nothing."),
        "410": problem_of("It has been there, and is no more."),
        "415": problem_of("A body of this kind is not read."),
    },
}
_TAGS: Final = {
    "Saved queries": "Questions that were thought of before; each takes its parameters by name.",
    "SPARQL": "Any other question.",
    "Networks": "Networks as files for other tools, with the options of the command line.",
    "Search": "Names, titles, acronyms and identifiers, and reconciliation as OpenRefine asks for it.",
    "Things": "Linked data: everything in the graph has an address, and documents in several formats.",
    "Server": "The server itself.",
}
_ABOUT: Final = (
    "Everything here is read-only and open to programs of other hosts (CORS). An answer is whole or there is none: "
    "what would be cut is refused. ETag and If-None-Match save asking twice for what has not changed."
)
