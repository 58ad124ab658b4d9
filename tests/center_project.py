"""The invented test center as a project in a folder of its own."""

import shutil
from pathlib import Path

from ipcgraph.settings import Settings, find_project

CENTER = Path(__file__).parent / "center"
SOURCES = Path(__file__).parent / "center-sources"


def make_center(folder: Path, *, settings: str = 'name = "Harbour Institute"\n') -> Settings:
    """Copies the center's records to FOLDER/data, writes its settings, and gives them as they are found."""
    shutil.copytree(CENTER, folder / "data")
    (folder / "ipcgraph.toml").write_text(settings, encoding="utf-8")
    return find_project(folder)
