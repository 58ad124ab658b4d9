"""A copy of this repository's project to measure on, so that its own graph is left alone."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]


def copy_project(folder: Path) -> Path:
    """Copies settings and data to a folder, and gives it; the saved queries are those that come with ipcgraph."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "data", folder / "data")
    return folder
