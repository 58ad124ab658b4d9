"""Operations: whether the server is ready, and its figures for Prometheus."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from ipcgraph import __version__
from ipcgraph.server.figures import MEDIA_TYPE
from ipcgraph.server.service import service_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from ipcgraph.server.figures import Figures

_FRESH = {"Cache-Control": "no-store"}


def routes() -> list[BaseRoute]:
    """`/health` and `/metrics`."""
    return [Route("/health", _health, methods=["GET"]), Route("/metrics", _metrics, methods=["GET"])]


async def _health(request: Request) -> Response:
    """Whether questions are answered, and of which build; 503 while it is being opened."""
    service = service_of(request)
    told: dict[str, object] = {"status": "ready" if service.ready else "starting", "version": __version__}
    if service.ready:
        snapshot = service.snapshot
        told |= {"build": snapshot.build.name, "tag": snapshot.tag, "site": snapshot.site.state}
    text = json.dumps(told) + "\n"
    return Response(text, 200 if service.ready else 503, _FRESH, "application/json")


async def _metrics(request: Request) -> Response:
    figures: Figures = request.app.state.figures
    return Response(figures.text(service_of(request)), 200, {**_FRESH, "Content-Type": MEDIA_TYPE})
