"""One change of a project's records at a time, and none that stays half done, wherever it is killed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ipcgraph import curation
from ipcgraph.building import check
from ipcgraph.decisions import read_decisions
from ipcgraph.journal import changing
from ipcgraph.settings import Settings, find_project

RECORDS = """\
- {id: source/list, type: Source, title: The list of the institute}
- {id: person/ines-tavares, type: Person, name: Inês Tavares, evidence: source/list}
- {id: person/jonas-brandt, type: Person, name: Jonas Brandt, evidence: source/list}
- {id: person/i-tavares, type: Person, name: I. Tavares, evidence: source/list}
- {id: work/2019-tides, type: Work, title: Tides of the northern harbours, workType: article, issued: 2019, authors: [person/ines-tavares, person/jonas-brandt], evidence: source/list}
"""
BIBTEX = """\
@article{tb20, title={Salt marshes as archives of storms}, author={Tavares, In{\\^e}s and Brandt, Jonas and Okoye, Chidi},
  year={2020}, doi={10.1000/marshes}}
"""
KILLED = """
import os, signal, sys
from pathlib import Path
project, file, point = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
seen = 0
def hook(event, arguments):
    global seen
    told = str(arguments[:1])
    if event in {"os.rename", "os.remove"} and ("import.journal" in told or "/imports/" in told or "decisions.yaml" in told):
        seen += 1
        if seen == point:
            os.kill(os.getpid(), signal.SIGKILL)
from ipcgraph import curation
from ipcgraph.settings import find_project
sys.addaudithook(hook)
curation.import_files([file], find_project(project), write=True)
"""
POINTS = 5
"""The note, the file's name, the decisions, the end of the note; at the fifth nothing is killed any more."""


def make_project(folder: Path) -> Settings:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "all.yaml").write_text(RECORDS, encoding="utf-8")
    (folder / "ipcgraph.toml").write_text("", encoding="utf-8")
    (folder / "given.bib").write_text(BIBTEX, encoding="utf-8")
    return find_project(folder)


def files(settings: Settings) -> dict[str, bytes]:
    return {
        str(path.relative_to(settings.root)): path.read_bytes()
        for path in settings.root.rglob("*")
        if path.is_file() and ".ipcgraph" not in path.parts
    }


def test_an_import_that_is_killed_anywhere_is_whole_after_the_next(tmp_path: Path) -> None:
    whole = make_project(tmp_path / "whole")
    curation.import_files([whole.root / "given.bib"], whole, write=True)
    wanted = files(whole)
    assert {"data/imports/given.yaml", "decisions.yaml"} <= wanted.keys()
    states = []
    for point in range(1, POINTS + 1):
        settings = make_project(tmp_path / str(point))
        file = settings.root / "given.bib"
        ended = subprocess.run([sys.executable, "-c", KILLED, str(settings.root), str(file), str(point)], check=False)
        assert ended.returncode == (0 if point == POINTS else -9), point
        states.append(sorted(files(settings).keys() & {"data/imports/given.yaml", "decisions.yaml"}))
        said: list[str] = []
        again = curation.import_files([file], settings, write=True, notice=said.append)
        assert again.plan.is_empty == (point > 1)
        assert any("was killed while it wrote" in each for each in said) == (1 < point < POINTS)
        assert files(settings) == wanted, point
        assert not (settings.build_folder / "import.journal").exists()
        assert check(settings).conforms
    # Each state that a kill can leave was met.
    assert states == [[], [], ["data/imports/given.yaml"], *[["data/imports/given.yaml", "decisions.yaml"]] * 2]


def test_a_decision_waits_for_another_process_and_says_so(tmp_path: Path) -> None:
    settings = make_project(tmp_path / "project")
    words = ["people", "--same", "person/ines-tavares", "person/i-tavares", "--by", "Grace Hopper"]
    command = [sys.executable, "-m", "ipcgraph", "--project", str(settings.root), *words]
    with changing(settings):
        waiting = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert waiting.stderr is not None
        assert "another process is changing the records" in waiting.stderr.readline()
        assert not settings.decisions_file.exists()
    _, said = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, said
    assert [each.verdict for each in read_decisions(settings.decisions_file)[0]] == ["same"]


def test_decisions_of_several_processes_at_once_are_all_kept(tmp_path: Path) -> None:
    settings = make_project(tmp_path / "project")
    pairs = [
        ("person/ines-tavares", "person/i-tavares"), ("person/jonas-brandt", "person/i-tavares"),
        ("person/jonas-brandt", "wikidata:Q42"),
    ]  # fmt: skip
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "ipcgraph", "--project", str(settings.root), "people", "--different", *pair, "--by", "A"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for pair in pairs
    ]  # fmt: skip
    assert [each.wait(timeout=120) for each in started] == [0, 0, 0]
    found = {(each.one, each.other) for each in read_decisions(settings.decisions_file)[0]}
    assert found == set(pairs)


@pytest.mark.parametrize("content", ["", "{}", json.dumps({"files": [], "decisions": [1]})])
def test_a_note_that_cannot_be_read_is_said(tmp_path: Path, content: str) -> None:
    settings = make_project(tmp_path / "project")
    settings.build_folder.mkdir()
    (settings.build_folder / "import.journal").write_text(content, encoding="utf-8")
    from ipcgraph.errors import ProjectError

    with pytest.raises(ProjectError, match="delete it, and import again"):
        curation.import_files([settings.root / "given.bib"], settings, write=True)
