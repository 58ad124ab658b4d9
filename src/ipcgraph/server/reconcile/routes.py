"""The addresses of reconciliation: manifest, queries, suggestions, previews and data extension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from ipcgraph.errors import UsageError
from ipcgraph.server.reconcile.answers import (
    FEATURES,
    candidate_json,
    property_json,
    suggested_entities,
    suggested_kinds,
    suggested_properties,
)
from ipcgraph.server.reconcile.batch import LONGEST, read_batch
from ipcgraph.server.reconcile.candidates import Graph, find_candidates
from ipcgraph.server.reconcile.evidence import Witness
from ipcgraph.server.reconcile.extension import extended, read_extension
from ipcgraph.server.reconcile.manifest import PATH, kind_json, manifest
from ipcgraph.server.reconcile.preview import flyout, preview_page
from ipcgraph.server.reconcile.properties import KEYS, TYPES, properties_of
from ipcgraph.server.responses import POLICY, has_already, http_date, problem
from ipcgraph.server.search.answers import encoded
from ipcgraph.server.search.asking import kinds_of, number_of, searched
from ipcgraph.server.search.routes import sentence, tag_of
from ipcgraph.server.service import service_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from ipcgraph.server.reconcile.batch import Query
    from ipcgraph.server.snapshot import Snapshot

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
FRAMED: Final = f"{POLICY}; frame-ancestors *"
"""The Content-Security-Policy of a preview: any page may show it in a frame."""
FURTHEST: Final = 1_000
"""Suggestions after so many are not given: more letters find what is so far down."""


class TooLargeError(UsageError):
    """More was sent than is read."""


def routes() -> list[BaseRoute]:
    """Everything below /reconcile."""
    here = f"/{PATH}"
    return [
        Route(here, _reconcile, methods=["GET", "POST"]),
        Route(f"{here}/", _reconcile, methods=["GET", "POST"]),
        Route(f"{here}/suggest/entity", _looking(_suggest_entity), methods=["GET"]),
        Route(f"{here}/suggest/type", _looking(_suggest_type), methods=["GET"]),
        Route(f"{here}/suggest/property", _looking(_suggest_property), methods=["GET"]),
        Route(f"{here}/flyout/entity", _looking(_flyout_entity), methods=["GET"]),
        Route(f"{here}/flyout/type", _looking(_flyout_type), methods=["GET"]),
        Route(f"{here}/flyout/property", _looking(_flyout_property), methods=["GET"]),
        Route(f"{here}/properties", _looking(_propose), methods=["GET"]),
        Route(f"{here}/feature", _looking(_feature), methods=["GET"]),
        Route(f"{here}/preview", _preview, methods=["GET"]),
        Route(f"{here}/view", _view, methods=["GET"]),
    ]


def graph_of(snapshot: Snapshot) -> Graph:
    """The graph of a build as reconciliation asks it."""
    return Graph(snapshot.search.index, snapshot.reading, snapshot.base, snapshot.address)


async def _reconcile(request: Request) -> Response:
    snapshot = service_of(request).snapshot
    try:
        values = await _values(request)
    except UsageError as error:
        return problem(request, 413 if isinstance(error, TooLargeError) else 400, sentence(error))
    if values is None:
        return problem(request, 415, f"What is sent here is a form ({FORM}) with queries or extend.")
    if "callback" in values:
        return problem(request, 400, "JSONP is not answered: every page may read this directly (CORS).")
    try:
        if "queries" in values:
            return Response(await _answers(request, snapshot, values["queries"]), media_type=JSON)
        if "extend" in values:
            extension = read_extension(values["extend"])
            found = await run_in_threadpool(extended, graph_of(snapshot), extension)
            return Response(encoded(found), media_type=JSON)
    except UsageError as error:
        return problem(request, 400, sentence(error))
    if request.method == "POST":
        return problem(request, 400, "The form has neither queries nor extend.")
    return await _told(request, snapshot, _manifest)


async def _values(request: Request) -> Mapping[str, str] | None:
    """The values of the query string and of the form that is sent; None where something else is sent."""
    found = dict(request.query_params)
    if request.method != "POST":
        return found
    kind = request.headers.get("content-type", FORM).partition(";")[0].strip().lower()
    if kind != FORM:
        return None
    limit = service_of(request).limits.body_bytes
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLargeError(f"this is more than {limit:,} bytes; send a smaller batch")
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=100, errors="strict")
    except ValueError as error:
        raise UsageError(f"the form cannot be read ({type(error).__name__})") from error
    return found | dict(pairs)


async def _answers(request: Request, snapshot: Snapshot, text: str) -> bytes:
    """The answer to a batch, one query after the other, so that others get their turn between them."""
    graph = graph_of(snapshot)
    answers: dict[str, object] = {}
    for name, query in read_batch(text).items():
        if isinstance(query, UsageError):
            answers[name] = {"result": [], "error": sentence(query)}
        elif await request.is_disconnected():
            break
        else:
            answers[name] = await run_in_threadpool(_answer, graph, query)
    return encoded(answers)


def _answer(graph: Graph, query: Query) -> dict[str, object]:
    found: dict[str, object] = {"result": [candidate_json(graph, each) for each in find_candidates(graph, query)]}
    strange = Witness(graph, query.conditions).strange
    if strange:
        named = ", ".join(dict.fromkeys(key[:60] for key in strange))
        found["warning"] = f"Nothing is compared by: {named}; /{PATH}/properties lists what is."
    return found


def _manifest(request: Request, snapshot: Snapshot) -> object:
    del request
    facts = snapshot.facts
    return manifest(graph_of(snapshot), facts.title, snapshot.address + facts.logo if facts.logo else "")


def _looking(answer: Callable[[Request, Snapshot], object]) -> Callable[[Request], object]:
    """The handler of an address whose answer is a look-up."""

    async def handler(request: Request) -> Response:
        if "callback" in request.query_params:
            return problem(request, 400, "JSONP is not answered: every page may read this directly (CORS).")
        return await _told(request, service_of(request).snapshot, answer)

    return handler


async def _told(request: Request, snapshot: Snapshot, answer: Callable[[Request, Snapshot], object]) -> Response:
    etag = tag_of(request, snapshot, JSON)
    if has_already(request, etag=etag, changed=snapshot.changed):
        return Response(status_code=304, headers={"ETag": etag})
    try:
        found = await run_in_threadpool(answer, request, snapshot)
    except UsageError as error:
        return problem(request, 400, sentence(error))
    if found is None:
        return problem(request, 404, "Nothing is known by this id.")
    headers = {"ETag": etag, "Last-Modified": http_date(snapshot.changed)}
    return Response(encoded(found), headers=headers, media_type=JSON)


def _suggest_entity(request: Request, snapshot: Snapshot) -> object:
    values = request.query_params
    kind = values.get("type", "")
    kinds = kinds_of(kind) if kind else ()
    cursor = number_of(values, "cursor", 1, FURTHEST) if values.get("cursor") not in {None, "", "0"} else 0
    return {"result": suggested_entities(graph_of(snapshot), _prefix(request), kinds=kinds, cursor=cursor)}


def _suggest_type(request: Request, snapshot: Snapshot) -> object:
    return {"result": [kind_json(kind, whole=True) for kind in suggested_kinds(graph_of(snapshot), _prefix(request))]}


def _suggest_property(request: Request, _: Snapshot) -> object:
    return {"result": [property_json(each) for each in suggested_properties(_prefix(request))]}


def _prefix(request: Request) -> str:
    return searched(request.query_params.get("prefix", ""))


def _propose(request: Request, _: Snapshot) -> object:
    values = request.query_params
    kind = values.get("type", "")
    if kind:
        kinds_of(kind)
    limit = number_of(values, "limit", len(KEYS), 1_000)
    found: dict[str, object] = {"properties": [property_json(each) for each in properties_of(kind)][:limit]}
    return found | ({"type": kind} if kind else {}) | ({"limit": limit} if values.get("limit") else {})


def _flyout_entity(request: Request, snapshot: Snapshot) -> object:
    iri = _known(request, snapshot)
    name = request.query_params.get("id", "")
    return {"id": name, "html": flyout(snapshot.rendering.press, iri)} if iri else None


def _flyout_type(request: Request, snapshot: Snapshot) -> object:
    name = request.query_params.get("id", "")
    number = graph_of(snapshot).names.number(name) if any(kind.key == name for kind in TYPES) else 0
    return {"id": name, "html": f"<p>{number:,} in this graph</p>"} if number else None


def _flyout_property(request: Request, _: Snapshot) -> object:
    found = KEYS.get(request.query_params.get("id", ""))
    return {"id": found.key, "html": f"<p>{found.about}</p>"} if found else None


def _feature(request: Request, _: Snapshot) -> object:
    name = request.query_params.get("id", "")
    about = FEATURES.get(name) or (FEATURES["evidence"] if name in KEYS else None)
    return {"id": name, "description": about} if about else None


async def _preview(request: Request) -> Response:
    snapshot = service_of(request).snapshot
    iri = _known(request, snapshot)
    if not iri:
        return problem(request, 404, "Nothing is known by this id.", headers={"Content-Security-Policy": FRAMED})
    etag = tag_of(request, snapshot, "text/html")
    if has_already(request, etag=etag, changed=snapshot.changed):
        return Response(status_code=304, headers={"ETag": etag})
    page = await run_in_threadpool(preview_page, snapshot.rendering.press, iri)
    headers = {"ETag": etag, "Last-Modified": http_date(snapshot.changed), "Content-Security-Policy": FRAMED}
    return Response(page, headers=headers, media_type="text/html")


async def _view(request: Request) -> Response:
    snapshot = service_of(request).snapshot
    iri = _known(request, snapshot)
    if not iri:
        return problem(request, 404, "Nothing is known by this id.")
    return Response(status_code=303, headers={"Location": snapshot.addresses.web(iri)})


def _known(request: Request, snapshot: Snapshot) -> str:
    """The IRI of the thing that `id` names; empty where there is none."""
    return graph_of(snapshot).find(request.query_params.get("id", "")[:LONGEST])
