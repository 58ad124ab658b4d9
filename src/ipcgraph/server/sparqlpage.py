"""The page for queries of one's own: an editor, saved queries as examples, and the answer as a table or a network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple, cast
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ipcgraph.errors import QueryError, UsageError
from ipcgraph.publish.pages.assembly import head_title
from ipcgraph.publish.pages.content import Link
from ipcgraph.queries import bind
from ipcgraph.server.answering import (
    client_of,
    fresh_headers,
    key_of,
    network_task,
    not_modified,
    outcome_of,
    whole_body,
)
from ipcgraph.server.apischemas import example_of
from ipcgraph.server.dataset import check
from ipcgraph.server.networks import file_reply
from ipcgraph.server.outcomes import Refused, Task
from ipcgraph.server.pages import page_response, server_page, terms_told
from ipcgraph.server.queryformats import GRAPHS, TABLES
from ipcgraph.server.querynetworks import answer_file
from ipcgraph.server.querypages import answer_of
from ipcgraph.server.responses import problem, root_of
from ipcgraph.server.service import service_of
from ipcgraph.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from ipcgraph.queries import Query
    from ipcgraph.server.snapshot import Snapshot

FOLDER: Final = "sparql/"
COMPLETION: Final = "completion.json"
LONGEST_LINK: Final = 6_000
"""Characters of a query that an address holds; longer ones are sent, and have no link."""
START: Final = """\
PREFIX ipcg: <https://w3id.org/ipcgraph/ns#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>

SELECT ?person ?name
WHERE {
  ?person a ipcg:Person ;
    foaf:name ?name .
}
ORDER BY ?name
LIMIT 20
"""
"""The query that the editor begins with."""
_FORMATS: Final = ("json", "xml", "csv", "tsv", "turtle", "ntriples")
"""Formats that the endpoint takes by name."""


class Asked(NamedTuple):
    """What the page is asked: a query, whether it is to be run, and how its answer is to be shown."""

    text: str
    runs: bool
    view: str = ""
    example: str = ""
    sent: bool = False
    """Whether it came in the body of the request, so that there is no link to it."""


def routes() -> list[BaseRoute]:
    """`/sparql/`, the words that the editor completes, and the network of an answer."""
    return [
        Route(f"/{FOLDER}", _page, methods=["GET", "POST"]),
        Route(f"/{FOLDER}{COMPLETION}", _completion, methods=["GET"]),
        Route(f"/{FOLDER}network{{ending}}", _network, methods=["GET"]),
    ]


async def _page(request: Request) -> Response:
    snapshot = service_of(request).snapshot
    asked = await _asked(request, snapshot)
    if isinstance(asked, Response):
        return asked
    shown: Mapping[str, object] | None = None
    refused: Refused | None = None
    if asked.runs:
        arguments = {"text": asked.text, "base": snapshot.base}
        task = Task("querytasks.sparql_page", snapshot.store, arguments, client_of(request))
        key = key_of(snapshot, "sparql page", asked.text)
        outcome = await outcome_of(request, task, key, keep=_is_steady(asked.text))
        if isinstance(outcome, Refused):
            refused = outcome
        else:
            shown = json.loads(await whole_body(outcome))
    text = await run_in_threadpool(sparql_page, snapshot, asked, shown, refused)
    status = refused.status if refused else 200
    retry = {"Retry-After": str(refused.retry_after or 5)} if refused and status == 503 else {}
    return page_response(text, headers={"Cache-Control": "no-cache", **retry}, status=status)


async def _asked(request: Request, snapshot: Snapshot) -> Asked | Response:
    """What the page is asked, by its address or by a form that was sent."""
    given = dict(request.query_params)
    if request.method == "POST":
        most = service_of(request).limits.body_bytes
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > most:
                return problem(request, 413, f"More than {most:,} bytes were sent.")
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            return problem(request, 415, "This page takes what a form sends: application/x-www-form-urlencoded.")
        given |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    text = given.get("query", "").replace("\r\n", "\n")
    example = given.get("example", "")
    if not text and example in snapshot.queries:
        return Asked(example_text(snapshot, snapshot.queries[example]), runs=False, example=example)
    view = "network" if given.get("view") == "network" else ""
    sent = request.method == "POST" and len(text) > LONGEST_LINK
    if request.method == "POST" and text and not sent:
        # Then the answer has an address that can be shared.
        return RedirectResponse(f"{root_of(request)}{FOLDER}?{urlencode({'query': text})}", status_code=303)
    return Asked(text or START, runs=bool(text.strip()), view=view, sent=sent)


def example_text(snapshot: Snapshot, query: Query) -> str:
    """The text of a saved query with an example in the place of each parameter, as far as there are any."""
    values = {
        parameter.name: example_of(snapshot, query, parameter) or (parameter.default or "")
        for parameter in query.parameters
    }
    try:
        return bind(query, {name: value for name, value in values.items() if value}, base=snapshot.base)
    except UsageError:
        return query.text


def sparql_page(snapshot: Snapshot, asked: Asked, shown: Mapping[str, object] | None, refused: Refused | None) -> str:
    """The page with this query in its editor, and its answer where it was run."""
    up = "../"
    linked = urlencode({"query": asked.text})
    entities = cast("Sequence[int]", shown.get("entities", ()) if shown else ())
    is_graph = bool(shown and "lines" in shown)
    formats = GRAPHS if is_graph else TABLES
    fault = ""
    if refused:
        place = f"Line {refused.line}, column {refused.column}: " if refused.line else ""
        fault = place + refused.sentence
    examples = sorted(snapshot.queries.values(), key=lambda query: (query.title.casefold(), query.name))
    return server_page(
        snapshot,
        "server-sparql.html",
        FOLDER,
        title=head_title("SPARQL", snapshot.facts.title),
        description="An editor for questions of one's own to the graph, in SPARQL.",
        crumbs=(Link("Home", f"{up}index.html"), Link("Questions", f"{up}query/")),
        values={
            "canonical": snapshot.address + FOLDER,
            "text": asked.text.rstrip() + "\n",
            "example": asked.example,
            "about": snapshot.queries[asked.example].about if asked.example else "",
            "examples": examples,
            "prefixes": PREFIXES,
            "fault": fault,
            "line": refused.line if refused else 0,
            "column": refused.column if refused else 0,
            "answer": answer_of(snapshot, up, shown) if shown else None,
            "view": asked.view if len(entities) > 1 and not asked.sent else "",
            "has_network": len(entities) > 1 and not asked.sent,
            "linked": linked,
            "links": not asked.sent,
            "downloads": tuple(
                Link(each.title, f"{up}sparql?{linked}&format={each.name}") for each in formats if each.name in _FORMATS
            ),
            "completion": COMPLETION,
            "most": LONGEST_LINK,
        },
    )


async def _completion(request: Request) -> Response:
    """The words that the editor completes: prefixes, and the terms of the ontology."""
    snapshot = service_of(request).snapshot
    key = key_of(snapshot, "completion")
    if known := not_modified(request, snapshot, key):
        return known
    told = await run_in_threadpool(lambda: [{"name": t.name, "iri": t.iri, "label": t.label} for t in terms_told()])
    text = json.dumps({"prefixes": PREFIXES, "terms": told}, ensure_ascii=False, separators=(",", ":"))
    return Response(text, headers={**fresh_headers(snapshot, key), "Content-Type": "application/json"})


async def _network(request: Request) -> Response:
    """The network of an answer, as a page or as a file."""
    snapshot = service_of(request).snapshot
    wanted = answer_file(request.path_params["ending"])
    text = request.query_params.get("query", "")
    if wanted is None:
        return problem(request, 404, "No network of an answer ends so.")
    if not text:
        return problem(request, 400, "There is no query; send one as the field query.")
    if len(text.encode("utf-8", "surrogatepass")) > service_of(request).limits.query_bytes:
        return problem(request, 413, "The query is longer than this server takes.")
    key = key_of(snapshot, "sparql network", wanted.ending, text)
    steady = _is_steady(text)
    if steady and (known := not_modified(request, snapshot, key)):
        return known
    arguments = {"ending": wanted.ending, "title": "", "base": snapshot.base, "text": text}
    task = network_task("networktasks.query_network", snapshot, arguments, client_of(request))
    outcome = await outcome_of(request, task, key, keep=steady)
    headers = fresh_headers(snapshot, key) if steady else {"Cache-Control": "no-store"}
    return file_reply(request, outcome, wanted, headers, name="network")


def _is_steady(text: str) -> bool:
    """Whether the same graph gives the same answer at any time; what is no query gives none."""
    try:
        return check(text, nesting=100).steady
    except QueryError:
        return True
