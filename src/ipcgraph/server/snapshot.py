"""A snapshot: one build of the graph, opened to be served; a new build is a new snapshot."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ipcgraph.errors import ProjectError
from ipcgraph.files import read_regular
from ipcgraph.manifest import COLUMNS, FILE, QUERIES, STORE
from ipcgraph.publish.addresses import Addresses
from ipcgraph.publish.reading import Reading
from ipcgraph.publish.rendering import Rendering
from ipcgraph.queries import load_queries
from ipcgraph.server.documents import Shelf
from ipcgraph.server.locations import Locations
from ipcgraph.server.rendering import KEPT, Renderer
from ipcgraph.server.search.holding import Search
from ipcgraph.server.sharing import order_for
from ipcgraph.server.site import Site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ipcgraph.publish.configuration import Configuration
    from ipcgraph.publish.facts import SiteFacts
    from ipcgraph.queries import Query
    from ipcgraph.settings import Settings


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One build in use. It is never changed: a reload makes another one, and requests keep the one they began with."""

    build: Path
    """The folder of the build."""
    store: Path
    columns: Path
    base: str
    """The start of the IRIs of things."""
    address: str
    """The public web address of the root of this server; ends with `/`."""
    reading: Reading
    """The graph, read-only; for one thread at a time."""
    facts: SiteFacts
    addresses: Addresses
    rendering: Rendering
    """For the thread that the reading is for."""
    queries: Mapping[str, Query]
    site: Site
    """The files of the site that are of no thing; they may be still in the making."""
    locations: Locations
    """Which thing, or which document, a path stands for."""
    renderer: Renderer
    """What makes documents of things."""
    shelf: Shelf
    """The documents that are kept in memory."""
    tag: str
    """A short hash of build, settings and ipcgraph: another one says that any answer may be another."""
    changed: float
    """When the build was made, in seconds since 1970: Last-Modified of what is served."""
    search: Search
    """What names and identifiers find; its index is made at the first question, where there is none yet."""

    @property
    def root(self) -> str:
        """The path of the public address, beginning and ending with `/`."""
        return urlsplit(self.address).path or "/"


def open_snapshot(
    settings: Settings, configuration: Configuration, build: Path, *, site: Site | None = None, room: int = 0
) -> Snapshot:
    """Opens a build to be served at the address that the configuration names.

    `site` has its files that are of no thing; `room` is how many bytes of documents stay in memory. Raises StoreError
    or ProjectError where the build cannot be read.
    """
    site = site or Site(order_for(settings, configuration, build))
    store = build / STORE
    facts = site.facts()
    reading = Reading.open(store, base=settings.base, kept=KEPT)
    addresses = Addresses(facts.address, facts.base)
    folder = settings.root / configuration.templates
    templates = folder if folder.is_dir() else None
    tag = hashlib.sha256(f"{site.order.folder}\n{facts!r}".encode()).hexdigest()[:12]
    return Snapshot(
        build=build,
        store=store,
        columns=build / COLUMNS,
        base=settings.base,
        address=facts.address,
        reading=reading,
        facts=facts,
        addresses=addresses,
        rendering=Rendering(reading, addresses, facts, templates=templates),
        queries=_queries(build / QUERIES),
        site=site,
        locations=Locations(reading, addresses, lambda: site.odd),
        renderer=Renderer(store, facts, templates),
        shelf=Shelf(room),
        tag=tag,
        changed=(build / FILE).stat().st_mtime,
        search=Search(build, store, build / COLUMNS, base=settings.base),
    )


def _queries(file: Path) -> Mapping[str, Query]:
    try:
        return load_queries(json.loads(read_regular(file)))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ProjectError(f"{file} cannot be read ({error}); run: ipcgraph build --force") from error
