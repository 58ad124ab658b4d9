"""Rendering on demand: documents of things, made in threads of their own, each once even if many ask at a time."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from ipcgraph.publish.addresses import Addresses
from ipcgraph.publish.reading import Reading
from ipcgraph.publish.rendering import Rendering
from ipcgraph.publish.stages import is_hub
from ipcgraph.server.service import NotReadyError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.server.documents import Document
    from ipcgraph.server.locations import Location

THREADS: Final = 2
"""One more than the interpreter can use at a time, so that a page that takes long does not stop all others."""
KEPT: Final = 2_000
"""So many things stay in the memory of each thread."""
WAITING: Final = 200
"""So many documents may wait to be made."""
HEAVY: Final = frozenset((".ttl", ".jsonld", ".nt", ".rdf"))
"""The documents of a hub that are made on demand: these are bounded."""


class HubError(NotReadyError):
    """So much points to a thing that a document of it is made in advance, by another process."""


class Renderer:
    """Makes documents of things, in THREADS threads, each with the graph open for itself."""

    def __init__(self, store: Path, facts: SiteFacts, templates: Path | None) -> None:
        self._store = store
        self._facts = facts
        self._templates = templates
        self._local = threading.local()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="rendering")
        self._waiting: dict[str, asyncio.Future[Document | None]] = {}

    async def document(
        self, location: Location, make: Callable[[Rendering, Location], Document | None]
    ) -> Document | None:
        """What `make` gives for a location; who asks for the same at the same time gets the same.

        Raises NotReadyError where too much waits, HubError where it is of a hub, whose files another process makes.
        """
        waiting = self._waiting.get(location.path)
        if waiting is None:
            if len(self._waiting) >= WAITING:
                raise NotReadyError("the server is busy; ask again in a moment")
            loop = asyncio.get_running_loop()
            waiting = loop.run_in_executor(self._threads, self._made, location, make)
            self._waiting[location.path] = waiting
            waiting.add_done_callback(lambda _: self._waiting.pop(location.path, None))
        return await asyncio.shield(waiting)

    def warm(self, location: Location, make: Callable[[Rendering, Location], Document | None]) -> None:
        """Makes a document in each thread, so that its templates are compiled before somebody waits for them."""
        barrier = threading.Barrier(THREADS)

        def one() -> None:
            barrier.wait()
            self._made(location, make)

        for each in [self._threads.submit(one) for _ in range(THREADS)]:
            each.result()

    def close(self) -> None:
        """Lets the threads end; what is being made is made."""
        self._threads.shutdown(wait=False, cancel_futures=False)

    def _made(self, location: Location, make: Callable[[Rendering, Location], Document | None]) -> Document | None:
        if not hasattr(self._local, "rendering"):
            reading = Reading.open(self._store, base=self._facts.base, kept=KEPT)
            addresses = Addresses(self._facts.address, self._facts.base)
            self._local.reading = reading
            self._local.rendering = Rendering(reading, addresses, self._facts, templates=self._templates)
        if location.suffix not in HEAVY and is_hub(self._local.reading, location.iri):
            raise HubError("so much is known of this that its pages are being made; ask again in some minutes")
        return make(self._local.rendering, location)
