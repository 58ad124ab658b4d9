"""The wheel alone, in an empty virtual environment, builds and answers from another folder."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest
from tests.center_project import make_center

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The `ipcgraph` command of an environment into which only the wheel was installed."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, timeout=300)
    (wheel,) = folder.glob("ipcgraph-*.whl")
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    target = [*pip, "--python", str(environment / "bin" / "python"), "install", str(wheel)]
    subprocess.run(target, check=True, timeout=300)
    return environment / "bin" / "ipcgraph"


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
    assert "ipcgraph" in run("--version").stdout
