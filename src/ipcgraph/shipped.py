"""Where the folders and files that come with ipcgraph are: in the installed package, or in a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ipcgraph.errors import ProjectError


def shipped_folder(name: Literal["ontology", "queries"]) -> Path:
    """The folder of the shipped ontology or of the shipped saved queries.

    Raises ProjectError where neither the package nor a checkout has it.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "_shipped" / name, package.parents[1] / name):
        if folder.is_dir():
            return folder
    raise ProjectError(
        f"this installation of ipcgraph lacks its folder {name}; "
        "install it anew: pip install --force-reinstall ipcgraph"
    )


def asset(name: str) -> Path:
    """A file made by the build step in `src/assets`: `font.ttf`, `countries.json`, `network.js` and more.

    Raises ProjectError with the remedy where it was not made, as in a checkout installed without access to npm.
    """
    path = Path(__file__).resolve().parent / "_assets" / name
    if path.is_file():
        return path
    raise ProjectError(
        f"this installation of ipcgraph lacks its file {name}; in a checkout run `make assets`, "
        "otherwise install it anew: pip install --force-reinstall ipcgraph"
    )
