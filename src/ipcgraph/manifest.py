"""The manifest of a built graph: what it was made from, so that a change is seen without reading a file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph import __version__
from ipcgraph.errors import ProjectError
from ipcgraph.files import read_regular
from ipcgraph.settings import Settings
from ipcgraph.shipped import shipped_folder

if TYPE_CHECKING:
    from ipcgraph.findings import Report

LAYOUT: Final = 4
"""The number of the build folder's layout; a build of another layout is made anew."""
CURRENT: Final = "current"
"""The link, in the build folder, to the build in use. The next three stand in each build."""
STORE: Final = "store"
COLUMNS: Final = "columns"
QUERIES: Final = "queries.json"
FILE: Final = "manifest.json"


class Manifest(NamedTuple):
    """What a build was made from and holds."""

    version: str
    """The version of ipcgraph that built it."""
    settings: tuple[str, str, str]
    """Name, base and evidence of the project when it was built."""
    inputs: tuple[tuple[str, int, int], ...]
    """Every file read: its path, size in bytes and time of change in nanoseconds."""
    figures: dict[str, int]
    """Counts for people: records, statements, derived, warnings."""
    layout: int = LAYOUT


class Build(NamedTuple):
    """What a build did: `changed` is false where the files were as they had been built before."""

    folder: Path
    manifest: Manifest
    changed: bool = False
    report: Report | None = None
    """Its findings, all of them warnings; None where nothing was done."""
    uploaded: bool = False
    """Whether it was then put into the store that the settings name."""


def current_build(settings: Settings) -> Path:
    """The folder of the build in use.

    Raises ProjectError where the project has not been built.
    """
    folder = settings.build_folder / CURRENT
    if not (folder / FILE).is_file():
        raise ProjectError(f"{settings.root} has no built graph; run: ipcgraph build")
    return folder.resolve()


def read_manifest(build: Path) -> Manifest:
    """The manifest of a build; raises ProjectError where it cannot be read."""
    try:
        values = json.loads(read_regular(build / FILE))
        return Manifest(
            values["version"], tuple(values["settings"]), tuple(map(tuple, values["inputs"])), values["figures"],
            values["layout"]
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ProjectError(f"{build / FILE} cannot be read ({error}); run: ipcgraph build --force") from error


def write_manifest(manifest: Manifest, build: Path) -> None:
    """Writes the manifest as the last file of a build, and waits until it is on the disk."""
    values = {
        "layout": manifest.layout,
        "version": manifest.version,
        "settings": manifest.settings,
        "figures": manifest.figures,
        "inputs": manifest.inputs,
    }
    temporary = build / (FILE + ".new")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(values, file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(build / FILE)


def up_to_date(settings: Settings, inputs: tuple[tuple[str, int, int], ...]) -> Build | None:
    """The build in use where it was made from just these files with these settings, else None."""
    try:
        folder = current_build(settings)
        manifest = read_manifest(folder)
    except ProjectError:
        return None
    made = (manifest.layout, manifest.version, manifest.settings, manifest.inputs)
    return Build(folder, manifest) if made == (LAYOUT, __version__, identity(settings), inputs) else None


def identity(settings: Settings) -> tuple[str, str, str]:
    """The settings that a built graph depends on: name, base and evidence."""
    return settings.name, settings.base, settings.evidence


def inputs_of(settings: Settings) -> tuple[tuple[str, int, int], ...]:
    """Every file that a build of this project reads, with size and time of change, sorted by path.

    The ontology and the saved queries that come with ipcgraph are among them, since a checkout's can change.
    """
    own = [settings.data_folder, settings.root / settings.queries, settings.root / settings.shapes]
    folders = [*own, shipped_folder("ontology"), shipped_folder("queries")]
    files = {str(settings.file)} if settings.file else set()
    files |= {str(settings.decisions_file)} if settings.decisions_file.exists() else set()
    for folder in dict.fromkeys(folders):
        files.update(_walk(str(folder)))
    found = []
    for file in sorted(files):
        try:
            status = Path(file).stat()
        except OSError:
            found.append((file, -1, -1))
        else:
            found.append((file, status.st_size, status.st_mtime_ns))
    return tuple(found)


def _walk(folder: str) -> Iterator[str]:
    """Every file below a folder; one that cannot be read stands for itself, so that a change of its rights is seen."""
    waiting = [folder]
    while waiting:
        inner = waiting.pop()
        try:
            entries = list(os.scandir(inner))
        except FileNotFoundError:
            continue
        except OSError:
            yield inner
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            else:
                yield entry.path
