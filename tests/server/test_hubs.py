"""Things that very much points to: their pages are made in advance, and are those of the static site all the same."""

import asyncio

import pytest
from tests.server.projects import ADDRESS, make_project

from ipcgraph import project
from ipcgraph.publish import stages
from ipcgraph.publish.configuration import read_configuration
from ipcgraph.publish.reading import Reading
from ipcgraph.server.locations import Location
from ipcgraph.server.service import NotReadyError
from ipcgraph.server.sharing import make, order_for
from ipcgraph.server.site import Site
from ipcgraph.server.snapshot import open_snapshot
from ipcgraph.server.things import thing_document


def test_the_pages_of_hubs_are_made_in_advance(tmp_path, monkeypatch):
    monkeypatch.setattr(stages, "HUB", 12)
    found = make_project(tmp_path / "center", odd=False)
    static = tmp_path / "site"
    project.site(found, static, address=ADDRESS)
    build = project.build(found).folder
    with Reading.open(build / "store", base=found.base) as reading:
        hubs = [iri.removeprefix(found.base) for iri in reading.iris() if stages.is_hub(reading, iri)]
        others = [iri.removeprefix(found.base) for iri in reading.iris() if not stages.is_hub(reading, iri)]
    assert hubs
    assert len(others) > len(hubs)
    order = order_for(found, read_configuration(found, address=ADDRESS), build)
    served = Site(order)
    snapshot = open_snapshot(found, order.configuration, build, site=served)

    def document(path, suffix):
        location = Location(found.base + path, path, suffix)
        return asyncio.run(thing_document(snapshot, location))

    assert document(others[0], ".html").plain.body == (static / f"{others[0]}.html").read_bytes()
    assert document(hubs[0], ".ttl").plain.body == (static / f"{hubs[0]}.ttl").read_bytes()
    for suffix in (".html", ".bib"):
        with pytest.raises(NotReadyError, match="pages are being made"):
            document(hubs[0], suffix)
    make(order)
    served.look()
    assert served.state == "ready"
    for path in hubs:
        for file in sorted(static.glob(f"{path}.*")):
            suffix = file.name.removeprefix(path.rpartition("/")[2])
            assert document(path, suffix).plain.body == file.read_bytes(), file
    assert document(hubs[0], ".pdf") is None
