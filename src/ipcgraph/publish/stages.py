"""The stages in which a server has the files of a site made that are of no thing: first what readers come to first."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from ipcgraph.manifest import COLUMNS
from ipcgraph.publish.networkviews import FOLDER as NETWORKS
from ipcgraph.publish.profiles.documents import FOLDER as PROFILES
from ipcgraph.publish.reading import Reading
from ipcgraph.publish.rendering import TABLES
from ipcgraph.publish.site import earlier_release, failing, set_up, site_facts, sorted_file, templates_of, thing_facts
from ipcgraph.publish.workers import LONG_LISTS, LOOK, OPENING, SHORT_LISTS, SITE, Setup, Task, Worker

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ipcgraph.publish.configuration import Configuration
    from ipcgraph.settings import Settings

HUBS: Final = "hubs"
STAGES: Final = (LOOK, OPENING, SHORT_LISTS, LONG_LISTS, SITE, HUBS, NETWORKS, TABLES, PROFILES)
"""In the order in which they are made. All together have the files of a new site, but for the things that are no hubs;
those of the OPENING, which cannot tell yet of the dumps, are in SITE again."""
HUB: Final = 1_000
"""Of a thing that more statements point to, pages and lists take long to make."""


def write_stage(
    stage: str,
    settings: Settings,
    store: Path,
    folder: Path,
    configuration: Configuration,
    *,
    counts: Mapping[str, int],
) -> None:
    """Writes the files of one of STAGES into an empty folder; `counts` has the number of things of each kind.

    Of a million works each but the first three takes minutes. Raises ProjectError where a file cannot be written.
    """
    with Reading.open(store, base=settings.base) as reading, failing():
        if stage == SITE:
            with sorted_file(reading.lines()) as (lines, graph):
                facts = site_facts(settings, configuration, reading, counts=counts)
                earlier = earlier_release(settings, configuration, folder, None, graph)
                setup = set_up(
                    settings, configuration, reading, lines, store=store, new=folder, earlier=earlier, facts=facts
                )
                Worker(setup).perform(Task(part=SITE))
            return
        facts = thing_facts(settings, configuration, reading, store.with_name(COLUMNS), counts=counts)
        if stage == OPENING:
            facts = facts._replace(changes=None)  # which are not looked at yet
        task = Task(part=stage)
        if stage == HUBS:
            task = Task(tuple(iri for iri in reading.iris() if is_hub(reading, iri)))
        Worker(Setup(store, facts, templates_of(settings, configuration), folder, None)).perform(task)


def is_hub(reading: Reading, iri: str) -> bool:
    """Whether more than HUB statements point to a thing."""
    return next(islice(reading.references(iri), HUB, None), None) is not None
