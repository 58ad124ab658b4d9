"""Reloading: the server follows the project's builds, and what is asked meanwhile is answered all the same."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Final

from anyio import to_thread
from pyoxigraph import NamedNode

from ipcgraph.errors import IpcgraphError
from ipcgraph.manifest import current_build
from ipcgraph.publish.workers import OPENING
from ipcgraph.server.locations import Location
from ipcgraph.server.sharing import order_for
from ipcgraph.server.site import Site
from ipcgraph.server.snapshot import open_snapshot
from ipcgraph.server.things import warm
from ipcgraph.vocabulary import IPCG, TYPE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ipcgraph.publish.configuration import Configuration
    from ipcgraph.server.figures import Figures
    from ipcgraph.server.service import Service
    from ipcgraph.server.snapshot import Snapshot

PAUSE: Final = 1.0
"""Seconds between two looks at which build is the current one."""
STORE_PAUSE: Final = 10.0
"""Seconds between two questions to the store that the settings name, which graph it holds."""


class Follower:
    """Opens builds and puts them into use."""

    def __init__(
        self, service: Service, configuration: Configuration, figures: Figures, notice: Callable[[str], None]
    ) -> None:
        self._service = service
        self._configuration = configuration
        self._figures = figures
        self._notice = notice
        self._tried: Path | None = None
        self._trouble = ""
        self._sites: list[Site] = []
        self.woken = asyncio.Event()

    async def begin(self, build: Path) -> None:
        """Opens the first build; raises what is wrong with it."""
        self._tried = build
        await self._use(build)

    async def follow(self) -> None:
        """Looks each PAUSE, and when woken, whether there is a new build; never ends by itself."""
        asked = asyncio.get_running_loop().time()
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.woken.wait(), PAUSE)
            woken = self.woken.is_set()
            self.woken.clear()
            now = asyncio.get_running_loop().time()
            if self._service.settings.store and (woken or now >= asked + STORE_PAUSE):
                asked = now
                await self._ask_store()
            snapshot = self._service.snapshot
            before, opened = snapshot.site.state, snapshot.site.has(OPENING)
            await to_thread.run_sync(snapshot.site.look)
            if snapshot.site.state != before:
                self._notice(f"the site's lists, dumps and other files: {snapshot.site.state}")
            elif snapshot.site.has(OPENING) and not opened:
                self._notice("the front page is there; lists, dumps and other files are being made")
            with suppress(IpcgraphError):
                await self._look(current_build(self._service.settings))

    async def _ask_store(self) -> None:
        """Reads the store anew where it holds another graph; while it cannot be asked, the last one goes on."""
        from ipcgraph.mirroring import follow_store

        try:
            await to_thread.run_sync(follow_store, self._service.settings, self._notice, abandon_on_cancel=True)
        except (IpcgraphError, OSError) as error:
            if str(error) != self._trouble:
                self._notice(f"the last graph goes on: {error}")
            self._trouble = str(error)
        else:
            if self._trouble:
                self._notice(f"{self._service.settings.store} answers again")
            self._trouble = ""

    def close(self) -> None:
        """Ends the processes that make files."""
        for site in self._sites:
            site.close()
        if self._service.ready:
            self._service.snapshot.search.close()

    async def _look(self, build: Path) -> None:
        if build == self._tried:
            return
        self._tried = build
        try:
            await self._use(build)
        except (IpcgraphError, OSError) as error:
            self._figures.failed_reloads += 1
            self._notice(f"{build.name} cannot be served ({error}); the last build goes on")
        else:
            self._figures.reloads += 1
            self._notice(f"serving {build.name}")

    async def _use(self, build: Path) -> None:
        service = self._service
        before = service.snapshot if service.ready else None
        site = Site(order_for(service.settings, self._configuration, build), before.site if before else None)
        self._sites.append(site)
        site.begin()
        room = service.limits.cache_bytes
        snapshot = await to_thread.run_sync(
            lambda: open_snapshot(service.settings, self._configuration, build, site=site, room=room)
        )
        snapshot.search.begin()
        if before is not None:
            # The last build goes on until names are found in the new one, too.
            with suppress(IpcgraphError):
                await to_thread.run_sync(snapshot.search.wait, abandon_on_cancel=True)
        if before is None and service.pool is not None:
            await service.pool.start(snapshot.store)
        await to_thread.run_sync(_warm, snapshot)
        service.use(snapshot)
        if before is not None:
            if service.pool is not None:
                service.pool.follow(snapshot.store)
            before.site.close()
            before.search.close()
            self._sites.remove(before.site)


def _warm(snapshot: Snapshot) -> None:
    """Makes the page of one thing, so that nobody has to wait until all is compiled."""
    store = snapshot.reading.store
    # A work, where there is one: the page of a center takes long where it lists a million of them.
    quads = chain(store.statements(None, TYPE, NamedNode(IPCG + "Work")), store.statements(None, TYPE))
    subjects = (quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode))
    first = next((iri for iri in subjects if snapshot.addresses.has(iri)), "")
    if first:
        location = Location(first, snapshot.addresses.document(first, ""), ".html")
        warm(snapshot, location)
