"""Saved queries over HTTP: each at an address of its own, with its parameters, in every format of answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ipcgraph.errors import QueryError, UsageError
from ipcgraph.queries import Query, dump_queries
from ipcgraph.server import openapi, querypages, sparqlpage
from ipcgraph.server.accept import best
from ipcgraph.server.answering import (
    client_of,
    fresh_headers,
    key_of,
    not_modified,
    outcome_of,
    reply,
    whole_body,
)
from ipcgraph.server.dataset import check
from ipcgraph.server.outcomes import Refused, Task
from ipcgraph.server.pages import page_response
from ipcgraph.server.pages import routes as page_routes
from ipcgraph.server.queryformats import NETWORK, PAGE, Written, by_name, by_suffix, formats_of, offers
from ipcgraph.server.querynetworks import network_answer
from ipcgraph.server.querytasks import SPREADSHEET, check_value
from ipcgraph.server.responses import accept_of, problem, root_of
from ipcgraph.server.service import service_of
from ipcgraph.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from ipcgraph.server.snapshot import Snapshot

FOLDER: Final = "query/"
FORMAT: Final = "format"
"""The one word in the address of a query that is none of its parameters."""
_LISTS: Final = ("text/html", "application/json")


def routes() -> list[BaseRoute]:
    """`/query/`, `/query/NAME`, `/openapi.json`, and the pages of queries of the static site, which lead here."""
    return [
        Route("/query", _list_elsewhere, methods=["GET"]),
        Route("/query/", _list, methods=["GET"]),
        Route("/query/{name}", _query, methods=["GET"]),
        Route("/queries/", _list_here, methods=["GET"]),
        Route("/queries/index.html", _list_here, methods=["GET"]),
        *openapi.routes(),
        *sparqlpage.routes(),
        *page_routes(),
    ]


class Call(NamedTuple):
    """A call of a saved query: in which format, with which values; `fault` is what is wrong with these."""

    query: Query
    written: Written
    values: Mapping[str, str]
    fault: str = ""
    parameter: str = ""
    """The parameter that is at fault."""


async def _list_elsewhere(request: Request) -> Response:
    return RedirectResponse(root_of(request) + FOLDER, status_code=308)


async def _list_here(request: Request) -> Response:
    """The page of queries of a static site is this one, as long as a server answers at its address."""
    return RedirectResponse(root_of(request) + FOLDER, status_code=303)


async def _list(request: Request) -> Response:
    """The saved queries, as a page or as JSON."""
    snapshot = service_of(request).snapshot
    chosen = best(accept_of(request), _LISTS)
    if request.query_params.get(FORMAT) in {"json", "html"}:
        chosen = _LISTS[request.query_params[FORMAT] == "json"]
    if chosen is None:
        return problem(request, 406, f"The list is there as {' and '.join(_LISTS)}.")
    key = key_of(snapshot, "queries", chosen)
    if known := not_modified(request, snapshot, key):
        return known
    headers = {**fresh_headers(snapshot, key), "Vary": "Accept"}
    if chosen == "application/json":
        listed = [_told(query, snapshot.address + FOLDER) for query in snapshot.queries.values()]
        text = json.dumps(listed, ensure_ascii=False, indent=1) + "\n"
        return Response(text, headers={**headers, "Content-Type": chosen})
    text = await run_in_threadpool(querypages.list_page, snapshot)
    return page_response(text, headers=headers)


def _told(query: Query, folder: str) -> dict[str, object]:
    """A query for people and programs."""
    return {
        "href": folder + query.name,
        "name": query.name,
        "title": query.title,
        "about": query.about,
        "form": query.form,
        "parameters": [parameter._asdict() for parameter in query.parameters],
        "example": dict(query.example),
        "text": query.text,
    }


async def _query(request: Request) -> Response:
    """The answer to a saved query, or the page with its form."""
    snapshot = service_of(request).snapshot
    name, dot, suffix = request.path_params["name"].partition(".")
    query = snapshot.queries.get(name)
    if query is None:
        near = nearest(name, snapshot.queries)
        links = [(f"{root_of(request)}{FOLDER}{near}", snapshot.queries[near].title)] if near else []
        links.append((root_of(request) + FOLDER, "All saved queries"))
        return problem(request, 404, f"There is no saved query {name!r}.", links=links)
    if dot and f".{suffix}".startswith(NETWORK + "."):
        call = _call(request, snapshot, query, PAGE)
        if call.fault:
            return problem(request, 400, call.fault, parameter=call.parameter)
        return await network_answer(request, snapshot, query, call.values, suffix.partition(".")[2])
    written = _written(request, query, dot + suffix)
    if isinstance(written, Response):
        return written
    call = _call(request, snapshot, query, written)
    if call.fault and written.name != PAGE.name:
        return problem(request, 400, call.fault, parameter=call.parameter)
    return await _answer(request, snapshot, call)


def _written(request: Request, query: Query, suffix: str) -> Written | Response:
    """The format that is wanted: of the suffix, of `?format=`, or of what the client accepts."""
    if suffix:
        found = by_suffix(query.form).get(suffix)
        if found is None:
            return problem(request, 404, f"No answer of {query.name} ends in {suffix!r}.", links=_links(request, query))
        return found
    named = request.query_params.getlist(FORMAT)
    if named:
        names = by_name(query.form)
        if len(named) == 1 and named[0] in names:
            return names[named[0]]
        sentence = f"format: {', '.join(named)!r} is none of {', '.join(names)}"
        return problem(request, 400, sentence, links=_links(request, query), parameter=FORMAT)
    media_types = offers(query.form)
    chosen = best(accept_of(request), tuple(media_types))
    if chosen is None:
        return problem(request, 406, f"{query.name} is not answered in such a format.", links=_links(request, query))
    return media_types[chosen]


def _links(request: Request, query: Query) -> list[tuple[str, str]]:
    asked = "&".join(each for each in request.url.query.split("&") if not each.startswith(FORMAT + "="))
    return [
        (f"{root_of(request)}{FOLDER}{query.name}{each.suffix}{'?' if asked else ''}{asked}", each.title)
        for each in formats_of(query.form)
    ]


def _call(request: Request, snapshot: Snapshot, query: Query, written: Written) -> Call:
    """The values that the address gives, looked at as far as no graph is needed for it."""
    known = {parameter.name: parameter for parameter in query.parameters}
    values: dict[str, str] = {}

    def wrong(name: str, sentence: str) -> Call:
        return Call(query, written, values, sentence, name)

    for word, value in request.query_params.multi_items():
        name = word.replace("-", "_")
        if word == FORMAT or (written.name == PAGE.name and not value):
            continue  # a form sends also the fields that nobody has filled in
        if name not in known:
            near = nearest(name, known)
            there = f"did you mean {near}?" if near else f"it takes {', '.join(known) or 'none'}"
            return wrong(word, f"{query.name} has no parameter {word!r}; {there}")
        if name in values:
            return wrong(name, f"{name} is given twice; give it once")
        values[name] = value
        try:
            check_value(known[name], value, base=snapshot.base)
        except UsageError as error:
            # A thing may be told by its name: then the graph is asked for what comes near.
            if written.name != PAGE.name or not _may_be_a_name(known[name].kind):
                return wrong(name, f"{error} ({name}: {known[name].kind}, {known[name].about})")
    for name, parameter in known.items():
        if parameter.default is None and name not in values:
            example = dict(query.example).get(name, "")
            such = f", such as {example}" if example else ""
            return wrong(name, f"{query.name} needs {name}: {parameter.about} (a {parameter.kind}{such})")
    return Call(query, written, values)


def _may_be_a_name(kind: str) -> bool:
    return kind not in {"year", "integer", "date", "string"} and not kind.startswith("concept:")


async def _answer(request: Request, snapshot: Snapshot, call: Call) -> Response:
    query, written = call.query, call.written
    key = key_of(snapshot, "query", query.name, written.name, written.media_type, sorted(call.values.items()))
    steady = _is_steady(query)
    headers = fresh_headers(snapshot, key) if steady else {"Cache-Control": "no-store"}
    if steady and (known := not_modified(request, snapshot, key)):
        return known
    if written.name == PAGE.name:
        return await _page(request, snapshot, call, headers)
    arguments = {
        "query": dump_queries({query.name: query})[0],
        "values": dict(call.values),
        "base": snapshot.base,
        "file_format": written.name,
        "media_type": written.media_type,
    }
    task = Task("querytasks.saved", snapshot.store, arguments, client_of(request))  # type: ignore[arg-type]  # plain
    outcome = await outcome_of(request, task, key, keep=steady)
    kind = "attachment" if written.name == SPREADSHEET else "inline"
    headers["Content-Disposition"] = f'{kind}; filename="{query.name}{written.suffix}"'
    headers["Link"] = f'<{root_of(request)}openapi.json>; rel="service-desc"'
    return reply(request, outcome, headers, media_type=written.content_type)


async def _page(request: Request, snapshot: Snapshot, call: Call, headers: dict[str, str]) -> Response:
    """The page of a query: its form, and the answer where all is there that it needs."""
    query, status = call.query, 200
    shown: Mapping[str, object] | None = None
    # Who comes without any value has done nothing wrong yet.
    fault = call.fault if request.query_params else ""
    if fault:
        status = 400
    if not call.fault:
        arguments = {"query": dump_queries({query.name: query})[0], "values": dict(call.values), "base": snapshot.base}
        task = Task("querytasks.saved_page", snapshot.store, arguments, client_of(request))  # type: ignore[arg-type]
        key = key_of(snapshot, "page", query.name, sorted(call.values.items()))
        outcome = await outcome_of(request, task, key, keep=_is_steady(query))
        if isinstance(outcome, Refused):
            fault, status = outcome.sentence, outcome.status
        else:
            shown = json.loads(await whole_body(outcome))
    if status != 200:
        headers = {"Cache-Control": "no-store"} | ({"Retry-After": "5"} if status == 503 else {})
    text = await run_in_threadpool(querypages.query_page, snapshot, query, call.values, shown, fault=fault)
    return page_response(text, headers={**headers, "Vary": "Accept"}, status=status)


def _is_steady(query: Query) -> bool:
    """Whether the same graph gives the same answer at any time."""
    try:
        return check(query.text, nesting=1_000).steady
    except QueryError:
        return False
