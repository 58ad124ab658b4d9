"""The README's commands print what the README shows.

As a script this file writes what they print into it: `python tests/test_readme.py`.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
BLOCK = re.compile(r"(?s)(?<=```console\n)\$ (?P<command>[^\n]+)\n(?P<shown>.*?)(?=```\n)")


def blocks():
    return [(match["command"], match["shown"]) for match in BLOCK.finditer(README.read_text(encoding="utf-8"))]


def printed(command, folder=ROOT):
    """What a shell shows of a command, stderr too, with the environment's `ipcgraph`."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )  # fmt: skip
    return re.sub(r" +(?=\n)", "", done.stdout + done.stderr)


@pytest.mark.parametrize(("command", "shown"), blocks(), ids=[command for command, _ in blocks()])
def test_a_command_prints_what_the_readme_shows(command, shown):
    printed("ipcgraph build")
    assert printed(command) == shown


def test_the_readme_shows_commands():
    assert len(blocks()) >= 5


def test_the_python_example_runs():
    (example,) = re.findall(r"(?s)```python\n(.*?)```", README.read_text(encoding="utf-8"))
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert "Suzanne Berger 2" in done.stdout


def test_a_center_of_ones_own_is_made_as_the_readme_says(tmp_path):
    section = README.read_text(encoding="utf-8").partition("## Your own center\n")[2].partition("\n## ")[0]
    [settings], [records], [shown] = (
        re.findall(rf"(?s)```{kind}\n(.*?)```", section) for kind in ("toml", "yaml", "text")
    )
    (tmp_path / "data").mkdir()
    (tmp_path / "ipcgraph.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "data" / "center.yaml").write_text(records, encoding="utf-8")
    commands = re.findall(r"(?m)^\$ (.+)$", shown)
    assert len(commands) == 2
    assert "".join(f"$ {command}\n{printed(command + ' 2>&1', tmp_path)}" for command in commands) == shown
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "annual-report.txt").write_text(
        "Harbour Institute\n\nAda Example, director\n", encoding="utf-8"
    )
    assert "nothing is wrong" in printed("ipcgraph check --sources texts --accept", tmp_path)
    assert (tmp_path / ".ipcgraph" / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_links_in_the_documents_lead_to_files():
    for page in [README, *ROOT.glob("docs/*.md"), ROOT / "data/README.md", ROOT / "ontology/README.md"]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"


if __name__ == "__main__":
    printed("ipcgraph build")
    text = README.read_text(encoding="utf-8")
    README.write_text(BLOCK.sub(lambda m: f"$ {m['command']}\n{printed(m['command'])}", text), encoding="utf-8")
