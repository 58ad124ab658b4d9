"""The service: what every request is answered with: the build in use, the pool of processes, the limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipcgraph.errors import IpcgraphError

if TYPE_CHECKING:
    from starlette.requests import Request

    from ipcgraph.server.limits import Limits
    from ipcgraph.server.pool import Pool
    from ipcgraph.server.snapshot import Snapshot
    from ipcgraph.settings import Settings


class NotReadyError(IpcgraphError):
    """The build that is served is still being opened; said with 503 and Retry-After."""


class Service:
    """What requests are answered with. A handler takes `snapshot` once, so that its whole answer is of one build."""

    def __init__(self, settings: Settings, limits: Limits, pool: Pool | None = None) -> None:
        self.settings = settings
        self.limits = limits
        self.pool = pool
        self._snapshot: Snapshot | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The build in use; NotReadyError until the first one is open."""
        if self._snapshot is None:
            raise NotReadyError("the graph is being opened; ask again in a few seconds")
        return self._snapshot

    @property
    def ready(self) -> bool:
        return self._snapshot is not None

    def use(self, snapshot: Snapshot) -> None:
        """Answers further requests from this build; those that are being answered keep theirs."""
        self._snapshot = snapshot


def service_of(request: Request) -> Service:
    """The service of the application that got a request."""
    found: Service = request.app.state.service
    return found
