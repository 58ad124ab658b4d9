"""The files of a served site that are of no thing, in the order in which they come."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from tests.center_project import make_center
from tests.server.running import serving

from ipcgraph.publish import stages as writing
from ipcgraph.publish.configuration import read_configuration
from ipcgraph.server.sharing import make, order_for
from ipcgraph.server.site import Site

LOOK = ("assets/icon.svg", "assets/search.js", "assets/site.css")


def test_pages_have_their_look_before_the_other_files_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ipcgraph.building import build

    settings = make_center(tmp_path)
    order = order_for(settings, read_configuration(settings), build(settings).folder)
    whole = writing.write_stage
    begun = []

    def stopped(stage: str, *given: Any, **named: Any) -> None:
        # Another stage is reached in each run: what the one before has made is there, and no more.
        begun.append(stage)
        if begun.count(stage) == 1:
            raise KeyboardInterrupt
        whole(stage, *given, **named)

    monkeypatch.setattr(writing, "write_stage", stopped)
    seen: dict[str, bytes] = {}
    for place, _ in enumerate(writing.STAGES):
        with pytest.raises(KeyboardInterrupt):
            make(order)
        early = Site(order)
        assert early.state == "being made"
        assert not early.has_files
        assert early.knows_things
        assert [stage for stage in writing.STAGES if early.has(stage)] == list(writing.STAGES[:place])
        texts = texts_of(early)
        if place == 1:
            assert sorted(texts) == list(LOOK)
        changed = [path for path in seen if seen[path] != texts[path]]
        assert all(path == "index.html" or path.startswith("quer") for path in changed)
        seen = texts
    make(order)
    done = Site(order)
    assert done.state == "ready"
    assert done.has_files
    assert {path: text for path, text in texts_of(done).items() if path in seen} == seen
    assert b"graph.nq.gz" in seen["index.html"]


def texts_of(site: Site) -> dict[str, bytes]:
    found = {path: site.find(path) for path in site.files}
    return {path: place[0].read_bytes() for path, place in found.items() if place}


def test_the_front_page_of_the_build_before_stays_until_the_new_one_tells_of_its_dumps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ipcgraph.building import build

    settings = make_center(tmp_path)
    configuration = read_configuration(settings)
    first = order_for(settings, configuration, build(settings).folder)
    make(first)
    before = Site(first)
    people = settings.data_folder / "people.yaml"
    people.write_text(people.read_text().replace("Hugh Pemberton", "Hubert Pemberton"))
    second = order_for(settings, configuration, build(settings).folder)
    whole = writing.write_stage

    def stopped(stage: str, *given: Any, **named: Any) -> None:
        if stage == "site":
            raise KeyboardInterrupt
        whole(stage, *given, **named)

    monkeypatch.setattr(writing, "write_stage", stopped)
    with pytest.raises(KeyboardInterrupt):
        make(second)
    between = texts_of(Site(second, before))
    assert between["index.html"] == texts_of(before)["index.html"]
    assert b"Hubert" in between["person/index.html"]
    assert b"Hubert" not in texts_of(before)["person/index.html"]
    assert between["dumps/graph.nq.gz"] == texts_of(before)["dumps/graph.nq.gz"]
    monkeypatch.setattr(writing, "write_stage", whole)
    make(second)
    after = texts_of(Site(second, before))
    assert after["dumps/graph.nq.gz"] != between["dumps/graph.nq.gz"]
    assert after == texts_of(Site(second))


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
