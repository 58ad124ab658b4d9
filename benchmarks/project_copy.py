"""A copy of this repository's project to measure on, so that its own graph is left alone."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]


def copy_project(folder: Path) -> Path:
    """Copies settings, data and queries to a folder, and gives it."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in ("data", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    return folder
