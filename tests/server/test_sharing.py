"""The files of a served site that are of no thing, in the order in which they come."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.center_project import make_center
from tests.server.running import serving

from ipcgraph.publish import site as writing
from ipcgraph.publish.configuration import read_configuration
from ipcgraph.server.sharing import make, order_for
from ipcgraph.server.site import Site

LOOK = ("assets/icon.svg", "assets/search.js", "assets/site.css")


def test_pages_have_their_look_before_the_other_files_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ipcgraph.building import build

    settings = make_center(tmp_path)
    order = order_for(settings, read_configuration(settings), build(settings).folder)
    whole = writing.write_shared

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "write_shared", stopped)
    with pytest.raises(KeyboardInterrupt):
        make(order)
    early = Site(order)
    assert early.state == "being made"
    assert sorted(early.paths) == list(LOOK)
    assert not early.has_files
    found = {path: early.find(path) for path in LOOK}
    texts = {path: place[0].read_bytes() for path, place in found.items() if place}
    monkeypatch.setattr(writing, "write_shared", whole)
    make(order)
    done = Site(order)
    assert done.state == "ready"
    assert done.has_files
    assert len(done.paths) > len(LOOK)
    assert texts == {path: place[0].read_bytes() for path in LOOK if (place := done.find(path))}


def test_a_page_that_is_being_made_is_never_said_to_be_unknown(tmp_path: Path) -> None:
    seen = set()
    with serving(make_center(tmp_path), ready=False) as running:
        while "ready" not in running.said():
            seen.add(running.ask("").status)
            time.sleep(0.02)
        assert running.ask("").status == 200
        time.sleep(1)  # the process that made the files ends after it has said so
    assert 503 in seen
    assert seen <= {200, 503}
    assert "Fatal Python error" not in running.said()
