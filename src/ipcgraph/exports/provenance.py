"""Where a network comes from: the project, the hash of its data, the command, the licence."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ipcgraph.copies import read_copy
from ipcgraph.manifest import current_build, inputs_of, read_manifest
from ipcgraph.settings import SITE, read_section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ipcgraph.settings import Settings

_LICENCES: Final = ("LICENSE-DATA", "LICENSE-DATA.md", "LICENSE-DATA.txt")


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a bundle says of where its network comes from; what is empty is not known."""

    project: str = ""
    """The name of the center."""
    command: str = ""
    """What makes the network again, with FOLDER in place of where it is written."""
    folder: str = ""
    """The folder of the data, below the project."""
    files: int = 0
    """How many files it has."""
    data: str = ""
    """Their hash: see `data_hash`."""
    stale: bool = False
    """Whether files have changed since the graph was built from them, so that there is no hash of what it was made."""
    licence: str = ""
    """The licence of the data, as the project states it."""
    store: str = ""
    """The address of the store that the graph was read from, where it was built elsewhere."""
    revision: str = ""
    """Which graph that store held; empty where it does not say."""


def provenance_of(settings: Settings, *, command: str = "") -> Provenance:
    """The provenance of networks of the project's current build; ProjectError where there is none."""
    build = current_build(settings)
    manifest = read_manifest(build)
    if settings.store and not manifest.inputs:
        copy = read_copy(build)
        return Provenance(
            settings.name, command, licence=_licence(settings), store=settings.store,
            revision=copy.revision if copy else ""
        )  # fmt: skip
    root = settings.data_folder
    below = [Path(file) for file, _, _ in manifest.inputs if Path(file).is_relative_to(root)]
    files = [file for file in below if not file.is_symlink()]  # links are not read
    stale = manifest.inputs != inputs_of(settings)
    return Provenance(
        project=settings.name,
        command=command,
        folder=settings.data,
        files=len(files),
        data="" if stale else data_hash(files, root),
        stale=stale,
        licence=_licence(settings),
    )


def data_hash(files: Iterable[Path], root: Path) -> str:
    """The SHA-256, in hexadecimal, of the list that `sha256sum` prints of these files, their paths from the root.

    The list is sorted by the bytes of the paths. Empty where a file cannot be read.
    """
    names = sorted((file.relative_to(root).as_posix().encode("utf-8", "surrogateescape"), file) for file in files)
    whole = hashlib.sha256()
    for name, file in names:
        try:
            with file.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
        except OSError:
            return ""
        whole.update(digest.encode() + b"  " + name + b"\n")
    return whole.hexdigest()


def _licence(settings: Settings) -> str:
    """What the settings of the site say of the licence, else the first line of the file that states it, or nothing."""
    said = read_section(settings, SITE).values.get("licence")
    if isinstance(said, str) and said.strip():
        return said.strip()
    for name in _LICENCES:
        file = settings.root / name
        if file.is_file():
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
            first = next((line.strip("# ") for line in lines if line.strip("# ")), "")
            return f"{first} (see the project's file {name})"
    return ""
