"""Which graph of which store a build folder is a copy of: noted in the folder itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.files import read_regular

if TYPE_CHECKING:
    from pathlib import Path

    from ipcgraph.settings import Settings

FILE: Final = "remote.json"
"""In a build folder: which graph of which store it is the same as."""


class Copy(NamedTuple):
    """The graph of a store of which a build folder is a copy."""

    store: str
    graph: str
    revision: str


def copy_of(settings: Settings, revision: str) -> Copy:
    """The graph that the settings name, at a revision."""
    return Copy(settings.store, settings.store_graph, revision)


def write_copy(build: Path, copy: Copy) -> None:
    """Notes in a build folder which graph of which store it is the same as."""
    new = build / (FILE + ".new")
    new.write_text(json.dumps(copy._asdict()) + "\n", encoding="utf-8")
    new.replace(build / FILE)


def read_copy(build: Path) -> Copy | None:
    """What `write_copy` noted, or None."""
    try:
        return Copy(**json.loads(read_regular(build / FILE)))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
