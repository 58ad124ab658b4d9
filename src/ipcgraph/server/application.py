"""The application: the routes of all areas, and what is said where something fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Match

from ipcgraph.errors import IpcgraphError, StoreError, UsageError
from ipcgraph.server import networks, operations, saved, sparql, things
from ipcgraph.server.clients import Allowance, Proxies
from ipcgraph.server.figures import Figures
from ipcgraph.server.gate import Gate
from ipcgraph.server.reconcile import routes as reconcile
from ipcgraph.server.responses import problem
from ipcgraph.server.search import routes as search
from ipcgraph.server.service import NotReadyError, service_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from ipcgraph.server.requestlog import RequestLog
    from ipcgraph.server.service import Service


def application(
    service: Service,
    *,
    root: str = "/",
    proxies: Proxies | None = None,
    figures: Figures | None = None,
    log: RequestLog | None = None,
) -> Gate:
    """The application that answers for a service; `root` is the path of its root as clients see it."""
    figures = figures or Figures()
    limits = service.limits
    made = Starlette(
        routes=_routes(),
        exception_handlers={
            404: _missing,
            405: _refused,
            NotReadyError: _not_ready,
            UsageError: _wrong,
            IpcgraphError: _failed,
            Exception: _failed,
        },
    )
    made.router.redirect_slashes = False  # it would take the host from the request
    made.state.service = service
    made.state.figures = figures
    return Gate(
        made,
        service,
        root=root,
        proxies=proxies or Proxies(limits.trusted_proxies),
        requests=Allowance(limits.requests_per_minute),
        queries=Allowance(limits.queries_per_minute),
        figures=figures,
        log=log,
    )


def _routes() -> list[BaseRoute]:
    """The routes of all areas; those of things come last, since they answer whatever no other area does."""
    areas = (operations, sparql, saved, networks, search, reconcile, things)
    return [route for area in areas for route in area.routes()]


_ALL: Final = ("GET", "HEAD", "POST")


async def _refused(request: Request, error: Exception) -> Response:
    """405 with the methods that there are; OPTIONS is answered with them (and what a page of another host may do)."""
    headers = dict(getattr(error, "headers", None) or {})
    allowed = _allowed(request)
    headers["Allow"] = ", ".join([*allowed, "OPTIONS"])
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={**headers, **request.scope.get("ipcgraph.preflight", {})})
    return problem(request, 405, f"{request.method} is not for this address.", headers=headers)


def _allowed(request: Request) -> list[str]:
    found = []
    for method in _ALL:
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
            found.append(method)
    return found


async def _missing(request: Request, error: Exception) -> Response:
    del error
    service = service_of(request)
    if not service.ready:
        return problem(request, 404, "Nothing is known by this address.")
    return await things.missing(request, service.snapshot)


async def _not_ready(request: Request, error: Exception) -> Response:
    return problem(request, 503, f"{_sentence(error)}", headers={"Retry-After": "2"})


async def _wrong(request: Request, error: Exception) -> Response:
    return problem(request, 400, f"{error}")


async def _failed(request: Request, error: Exception) -> Response:
    status = 503 if isinstance(error, StoreError) else 500
    headers = {"Retry-After": "10"} if status == 503 else {}
    return problem(request, status, "This cannot be answered now; the server's log says why.", headers=headers)


def _sentence(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:] + "."
