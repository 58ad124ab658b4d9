"""The bundle of a network: all its files in one folder, and a README that says how each number came about."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph import __version__
from ipcgraph.errors import MissingExtraError, ProjectError, UsageError
from ipcgraph.exports.appearance import Appearance, appearance
from ipcgraph.exports.files import PERIODS, write_files
from ipcgraph.exports.pictures import has_partnerships
from ipcgraph.exports.provenance import Provenance
from ipcgraph.exports.readme import Skipped, Written, about, readme
from ipcgraph.exports.table import NetworkTable, network_table
from ipcgraph.media import formats_for
from ipcgraph.networks import figures
from ipcgraph.networks.structure import EXPLAINED

if TYPE_CHECKING:
    from collections.abc import Iterator

    import networkx as nx

NAME: Final = "network"
"""What the names of the files begin with."""

README: Final = "README.md"
MARK: Final = "bundle.json"
"""The file by which a bundle is known as one of ours, and which lists its files."""

_MADE_BY: Final = "ipcgraph network --bundle"


class Prepared(NamedTuple):
    """A network as a table, and how it looks: what all its files are written from."""

    table: NetworkTable
    look: Appearance


class Bundle(NamedTuple):
    """A bundle that was written: its files, README.md first, and the formats that were not written, with the reason."""

    files: tuple[Path, ...]
    skipped: tuple[Skipped, ...]


def prepare(graph: nx.Graph[str]) -> Prepared:
    """The table and the appearance of a network, for several exports of it: the nodes are laid out once."""
    table = network_table(graph)
    return Prepared(table, appearance(table))


def write_bundle(
    graph: nx.Graph[str],
    folder: Path | str,
    *,
    provenance: Provenance | None = None,
    prepared: Prepared | None = None,
) -> Bundle:
    """Writes all formats, tables, pictures and a README into a folder, and gives the files.

    A format whose package or part is not installed is left out; README.md and the answer say so. Of an empty network
    there are only README.md and bundle.json, which most tools are spared.

    The folder may be missing, empty, or a bundle written before, which is replaced when all is written: stopped at any
    moment, the last one is whole. Raises UsageError for a folder that holds anything else, and OSError where it cannot
    be written. The same network, provenance and version of ipcgraph give the same bytes.
    """
    folder = Path(folder)
    check_folder(folder)
    table, look = prepared or prepare(graph)
    with _replaced(folder.resolve()) as new:
        skipped = _write_formats(table, look, new) if table.ids else ()
        files = [_listed(path) for path in sorted(new.iterdir())]
        origin = provenance or Provenance()
        (new / MARK).write_text(_mark(table, look, files, skipped, origin), encoding="utf-8", newline="\n")
        text = readme(
            table, look, _figures(graph), files=[*files, _listed(new / MARK)], skipped=skipped, provenance=origin
        )
        (new / README).write_text(text, encoding="utf-8", newline="\n")
        names = [README, MARK, *(file.name for file in files)]
    return Bundle(tuple(folder / name for name in names), tuple(skipped))


def check_folder(folder: Path) -> None:
    """Raises UsageError where the folder holds anything but a bundle of ours."""
    remedy = "name a folder that is new or empty, or a bundle written before"
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"{folder} is a file; {remedy}")
    names = {path.name for path in folder.iterdir()}
    if folder.resolve() in {Path.cwd(), *Path.cwd().parents}:
        raise UsageError(f"{folder} is the folder you are in, or above it, and would be replaced; {remedy}")
    others = sorted(names - _known(folder))
    if others:
        more = f" and {len(others) - 1:,} more" if len(others) > 1 else ""
        raise UsageError(f"{folder} holds {others[0]}{more}, which is no part of a bundle; {remedy}")


def _known(folder: Path) -> set[str]:
    """The names of the files that a bundle there has; none where there is none of ours."""
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
        if mark["made_by"] != _MADE_BY:
            return set()
        return {README, MARK, *(str(file["name"]) for file in mark["files"])}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()


def _write_formats(table: NetworkTable, look: Appearance, folder: Path) -> tuple[Skipped, ...]:
    skipped = []
    kinds = table.node_column("kind") or ()
    for each in formats_for("network"):
        if each.name == PERIODS or (each.name == "map" and not ("Place" in kinds and has_partnerships(table))):
            continue
        try:
            write_files(table, look, folder / (NAME + each.suffixes[0]), each, keep=True)
        except (MissingExtraError, ProjectError) as error:
            skipped.append(Skipped(each.title, str(error)))
    return tuple(skipped)


def _figures(graph: nx.Graph[str]) -> list[tuple[str, str]]:
    """The figures of a measured network with what they are; of another one the counts alone."""
    rows = [("nodes", f"{graph.number_of_nodes():,}"), ("links", f"{graph.number_of_edges():,}")]
    if "measures" not in graph.graph:
        return rows
    found = figures(graph)
    rows.append(("density", f"{found.density:.6f}, the share of all pairs that are linked"))
    rows.append(("components", f"{found.components:,}, parts that no link joins"))
    if found.communities is not None:
        said = graph.graph.get("community", "")
        rows.append(("communities", f"{found.communities:,}" + (f", {said}" if said else "")))
        if "structure" not in graph.graph and "modularity" in str(said):
            rows.append(("modularity", f"as above: {EXPLAINED['modularity']}"))
    if found.average_clustering is not None:
        mean = f"{found.average_clustering:.4f}, the mean of the column clustering over all nodes"
        rows.append(("average clustering", mean))
    return rows


def _mark(
    table: NetworkTable,
    look: Appearance,
    files: list[Written],
    skipped: tuple[Skipped, ...],
    provenance: Provenance,
) -> str:
    said = {
        "made_by": _MADE_BY,
        "version": __version__,
        "project": provenance.project,
        "command": provenance.command,
        "data_sha256": provenance.data,
        "licence": provenance.licence,
        "nodes": len(table.ids),
        "links": len(table.sources),
        "remarks": dict(table.written_remarks(look)),
        "files": [
            {"name": file.name, "about": about(file.name), "bytes": file.size, "sha256": file.sha256} for file in files
        ],
        "not_written": [{"format": each.name, "reason": each.reason} for each in skipped],
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _listed(path: Path) -> Written:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Written(path.name, path.stat().st_size, digest)


@contextmanager
def _replaced(folder: Path) -> Iterator[Path]:
    """A new folder beside, which takes the place of the folder at the end; a killed run leaves only what is swept next.

    Between two renames, for a moment, the folder is away: a run killed just there has left it as `.NAME.old`, and the
    next puts it back.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    new, old = (folder.with_name(f".{folder.name}.{end}") for end in ("new", "old"))
    new.mkdir(exist_ok=True)
    with _locked(new, folder):
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
        _clear(new)
        try:
            yield new
            if folder.exists():
                folder.rename(old)
            new.rename(folder)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            if old.exists() and not folder.exists():
                old.rename(folder)
            raise
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _locked(new: Path, folder: Path) -> Iterator[None]:
    """Holds the new folder against a second run: UsageError where one has it."""
    import fcntl  # not on Windows, where ipcgraph only reads

    descriptor = os.open(new, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(f"another run is writing {folder} just now; wait until it has ended") from error
        yield
    finally:
        os.close(descriptor)


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
