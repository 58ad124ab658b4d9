"""Builds of large files that are stopped: killed, by a full disk, by another build; what is done is not done again."""

import fcntl
import signal
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest
from tests.center_project import make_center
from tests.test_bulk import listed, made, sized, write

from ipcgraph.building import build
from ipcgraph.errors import ProjectError
from ipcgraph.manifest import STORE, current_build

SCRIPT = Path(__file__).with_name("killing_bulk.py")


@pytest.fixture
def built(tmp_path):
    """A center that is built already, and then gets a large file."""
    settings = make_center(tmp_path / "center")
    build(settings)
    write(settings, listed())
    return settings


def stored(settings):
    return set(pyoxigraph.Store.read_only(str(current_build(settings) / STORE)))


def killed(settings, name, number):
    command = [sys.executable, SCRIPT, settings.root, name, str(number)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == -signal.SIGKILL, done.stderr


def times(settings, pattern):
    return {path: path.stat().st_mtime_ns for path in settings.build_folder.glob(pattern)}


def test_a_killed_build_goes_on_where_it_was(built, monkeypatch):
    before, quads = current_build(built), stored(built)
    killed(built, "part.json", 4)
    parts = times(built, "parts/*/part.json")
    assert len(parts) == 3
    killed(built, "loaded.new", 3)
    assert parts.items() <= times(built, "parts/*/part.json").items()
    parts = times(built, "parts/*/part.json")
    (noted,) = built.build_folder.glob("bulk-*/loaded.json")
    assert int(noted.read_text()) == 2
    killed(built, "check.new", 1)
    assert times(built, "parts/*/part.json") == parts
    assert int(noted.read_text()) >= 2
    killed(built, "manifest.json.new", 1)
    assert len(times(built, "bulk-*/check.json")) == 1
    assert current_build(built) == before
    assert stored(built) == quads

    def never(*_, **__):
        raise AssertionError("this was done already")

    monkeypatch.setattr("ipcgraph.bulk.streaming.RANGE", 5_000)
    monkeypatch.setattr("ipcgraph.bulk.streaming.make_part", never)
    monkeypatch.setattr("ipcgraph.bulk.graph.validate_file", never)
    assert build(sized(built, "0 B")).changed
    assert times(built, "parts/*/part.json") == parts
    assert not list(built.build_folder.glob("bulk-*"))
    assert len(list(built.build_folder.glob("build-*"))) <= 3
    assert stored(built) == made(sized(built, "1 TB"))[1]


@pytest.mark.parametrize("size", [20_000, 300_000])
def test_a_full_disk_leaves_the_last_good_build_and_a_clear_message(built, size):
    before, quads = current_build(built), stored(built)
    # A limit on the size of each file stands for the full disk: a write beyond it fails with an error of the system.
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size})); from ipcgraph.cli import run; run()"
    done = subprocess.run(
        [sys.executable, "-B", "-c", limited, "build"],
        cwd=built.root,
        env={"IPCGRAPH_BULK": "0 B", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode in {2, 3}, done.stderr
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert current_build(built) == before
    assert stored(built) == quads
    assert not list(built.build_folder.glob("bulk-*/store"))
    assert build(sized(built, "0 B")).changed


def test_of_two_builds_at_once_the_second_waits_or_refuses(built):
    told = []
    with (built.build_folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(ProjectError, match="--no-wait"):
            build(sized(built, "0 B"), wait=False)
        command = [sys.executable, "-m", "ipcgraph", "build", "--no-wait"]
        done = subprocess.run(command, cwd=built.root, capture_output=True, text=True, check=False, timeout=100)
        assert done.returncode == 2
        assert "another build of this project is running" in done.stderr
        waiting = subprocess.Popen(
            [sys.executable, "-m", "ipcgraph", "build"],
            cwd=built.root,
            env={"IPCGRAPH_BULK": "0 B", "PATH": "/usr/bin:/bin"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert waiting.stderr is not None
        told.append(waiting.stderr.readline())
        assert waiting.poll() is None
    assert "waiting until it ends" in told[0]
    out, err = waiting.communicate(timeout=100)
    assert waiting.returncode == 0, err
    assert "built" in out
