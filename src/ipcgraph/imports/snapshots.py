"""A snapshot of OpenAlex, or any folder of works in its form, taken into a project as a whole."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph import __version__
from ipcgraph.errors import FindingsError, IpcgraphError, ProjectError, UsageError
from ipcgraph.exports.parquet import require_parquet
from ipcgraph.findings import Finding, Place, Report
from ipcgraph.identifiers import slug
from ipcgraph.imports.openalexbulk import Converted, Tell, convert
from ipcgraph.imports.openalexranges import RANGE, findings_of, tasks_of
from ipcgraph.imports.openalexsteps import DATA, TABLES
from ipcgraph.imports.readers.openalex import listed_parts, snapshot_parts
from ipcgraph.imports.writing import FOLDER
from ipcgraph.networks.projection import PAIR_LIMIT
from ipcgraph.sources.text import fault
from ipcgraph.sources.writing import yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipcgraph.imports.openalexranges import Task
    from ipcgraph.settings import Settings

STAGES: Final = "import-openalex"
"""Where unfinished imports are kept, in the build folder."""
NAME: Final = "openalex"
"""What the folder of an import is called where no other is given."""
SPARK: Final = "spark"
TABLES_FOLDER: Final = "out/openalex"
"""Where tables are written by Spark, in the project, where no other folder is given."""

_IMPORTED: Final = ".imported.json"
_SOURCE: Final = "source.yaml"
_WORKS: Final = ("data/jsonl/works", "data/works", "jsonl/works", "works")
"""Where a snapshot has its works: since 2026, and before."""
_FOLDER: Final = f"the folder that has {_WORKS[0]} or {_WORKS[1]}"
_SUFFIXES: Final = (".gz", ".jsonl", ".json", ".ndjson")
_UPDATED: Final = re.compile(r"updated_date=(\d{4}-\d{2}-\d{2})")


class Snapshot(NamedTuple):
    """The part files of a snapshot that have works, each with its name in findings, and what is missing of it."""

    parts: tuple[tuple[Path, str], ...]
    title: str
    findings: tuple[Finding, ...]


class SnapshotImport(NamedTuple):
    """What the import of a snapshot has come to; all numbers are 0 where nothing had changed since the last one."""

    folder: Path
    tables: Path | None
    changed: bool
    works: int = 0
    persons: int = 0
    organizations: int = 0
    statements: int = 0
    coauthors: int = 0
    """Links in the table of co-authors."""
    findings: tuple[Finding, ...] = ()


def import_snapshot(
    path: Path,
    settings: Settings,
    *,
    into: Path | None = None,
    tables: Path | None = None,
    engine: str = "",
    processes: int = 1,
    tell: Tell | None = None,
) -> SnapshotImport:
    """Writes the works of a snapshot into the project's data, as N-Quads in parts beside a `source.yaml`.

    Nothing is matched with the records of the project, and nothing is checked: the next build does. With `tables` nodes
    and edges are written as Parquet into that folder too. `engine` is "" for this machine, with so many `processes`, or
    `spark:MASTER`. The folder of an earlier import is replaced as a whole, at the end; until then all is kept in the
    build folder, and what is done there is not done again after a kill. Where neither the snapshot nor what is asked
    has changed nothing is done.

    A part that is damaged is a finding, and the rest is read; the same import tries it again then. Raises FindingsError
    where not one work can be read, and leaves all as it is; UsageError where there is no such snapshot, or a
    folder is not ours to write; ProjectError where it cannot be written; MissingExtraError where a library is missing.
    """
    snapshot = find_snapshot(path)
    folder = _folder(into, settings)
    if tables is not None:
        require_parquet()
        _own(tables)
    source = f"source/{slug(folder.name)}"
    tasks = tasks_of(
        (part for part, _ in snapshot.parts), base=settings.base, source=settings.base + source, size=RANGE
    )
    key = _key(snapshot, tasks)
    wanted = [folder] if tables is None else [folder, tables]
    for each in wanted:
        shutil.rmtree(_beside(each)[1], ignore_errors=True)
    stage = settings.build_folder / STAGES / f"{slug(folder.name)}-{_hash(str(folder))[:8]}"
    if all(_imported(each).get("key") == key and _imported(each).get("complete") for each in wanted):
        shutil.rmtree(stage, ignore_errors=True)
        return SnapshotImport(folder, tables, changed=False)
    with _staged(stage, [key, engine, tables is not None]):
        done = _converted(tasks, stage, tables=tables is not None, engine=engine, processes=processes, tell=tell)
        findings = [*snapshot.findings, *findings_of(tasks, done.tallies, done.remarks, dict(snapshot.parts))]
        findings += _unlinked(done.unlinked, snapshot)
        if not done.works:
            shutil.rmtree(stage)
            raise FindingsError("no work could be read; nothing was written", Report.of(findings))
        said = {"key": key, "complete": not any(finding.severity == "error" for finding in findings)}
        _place(stage / DATA, folder, said, source=source, title=snapshot.title)
        if tables is not None:
            _place(stage / TABLES, tables, said)
        shutil.rmtree(stage)
    return SnapshotImport(
        folder, tables, changed=True, works=done.works, persons=sum(each.persons for each in done.merged),
        organizations=sum(each.organizations for each in done.merged), statements=done.statements,
        coauthors=done.coauthors, findings=tuple(findings),
    )  # fmt: skip


def _converted(
    tasks: Sequence[Task], stage: Path, *, tables: bool, engine: str, processes: int, tell: Tell | None
) -> Converted:
    """What both engines give."""
    if engine:
        from ipcgraph.imports.spark import MASTER, convert_with_spark

        master = engine.partition(":")[2] or MASTER
        return convert_with_spark(tasks, stage, master=master, tables=tables, pair_limit=PAIR_LIMIT, tell=tell)
    return convert(tasks, stage, processes=processes, tables=tables, pair_limit=PAIR_LIMIT, tell=tell)


def find_snapshot(path: Path) -> Snapshot:
    """The parts with works of a snapshot: in one of its layouts over the years, of any folder, or a single file.

    Where there is a manifest only the parts that it lists are taken: others are left of an earlier snapshot, and their
    works stand in a newer part too. Raises UsageError where nothing is there.
    """
    if path.is_file():
        return Snapshot(((path, str(path)),), f"OpenAlex works of {path.name}", ())
    if not path.is_dir():
        raise UsageError(f"there is no snapshot {path}; give {_FOLDER}, or a file of JSON lines")
    works = next((path / below for below in _WORKS if (path / below).is_dir()), path)
    parts: list[tuple[Path, str]] = []
    findings: list[Finding] = []
    for item in snapshot_parts(works, str(works)):
        if isinstance(item, Finding):
            findings.append(item)
        elif item[0].name.endswith(_SUFFIXES):
            parts.append(item)
    listed = listed_parts(works)
    stale = [name for part, name in parts if listed and (part.parent.name, part.name) not in listed]
    if stale:
        message = f"{len(stale):,} parts are not in the manifest, {stale[0]} first; they are not read"
        fix = "delete what an earlier snapshot left, or the manifest where they belong to this one"
        findings.append(fault(message, Place(str(works)), fix, check="file", severity="warning"))
        parts = [item for item in parts if item[1] not in set(stale)]
    if not parts:
        raise UsageError(f"there is no part file in {works}; give {_FOLDER}")
    dates = [match[1] for _, name in parts if (match := _UPDATED.search(name))]
    title = f"OpenAlex, works updated to {max(dates)}" if dates else f"OpenAlex works of {path.resolve().name}"
    return Snapshot(tuple(parts), title, tuple(findings))


def _unlinked(count: int, snapshot: Snapshot) -> Iterator[Finding]:
    if count:
        works = "work has" if count == 1 else "works have"
        message = f"{count:,} {works} more than {PAIR_LIMIT:,} authors and make no links in the table of co-authors"
        fix = "join the table of authorships with itself where you need them"
        yield fault(message, Place(snapshot.parts[0][1]), fix, check="size", severity="warning")


def _key(snapshot: Snapshot, tasks: Sequence[Task]) -> str:
    """What an import was made from: another key, another import."""
    parts = []
    for part, name in snapshot.parts:
        try:
            status = part.stat()
        except OSError:
            parts.append((name, -1, -1))
        else:
            parts.append((name, status.st_size, status.st_mtime_ns))
    said = [__version__, snapshot.title, tasks[0].base, tasks[0].source, RANGE, parts]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


# Where it goes.


def _folder(into: Path | None, settings: Settings) -> Path:
    data = settings.data_folder.resolve()
    folder = (into if into is not None else data / FOLDER / NAME).resolve()
    if not folder.is_relative_to(data) or folder == data:
        raise UsageError(f"{folder} is no folder in {data}, the folder of the project's data; give one in it")
    _own(folder)
    return folder


def _own(folder: Path) -> None:
    """Raises UsageError for a folder that is not ours to replace."""
    if folder.exists() and not (folder / _IMPORTED).is_file() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError(f"{folder} is there, and no import of a snapshot made it; give a folder of another name")


def _imported(folder: Path) -> dict[str, object]:
    try:
        said = json.loads((folder / _IMPORTED).read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _write_source(new: Path, folder: Path, source: str, title: str) -> str:
    """Writes the record of the source, and gives the hash of it; where a curator changed the last one it stays."""
    text = "# What the works in this folder rest on.\n" + yaml_text([{"id": source, "type": "Source", "title": title}])
    try:
        there = (folder / _SOURCE).read_text(encoding="utf-8")
    except (OSError, ValueError):
        there = ""
    is_changed = there and _hash(there) != _imported(folder).get(_SOURCE)
    (new / _SOURCE).write_text(there if is_changed else text, encoding="utf-8", newline="\n")
    return _hash(text)


def _place(new: Path, folder: Path, said: dict[str, object], *, source: str = "", title: str = "") -> None:
    """Puts a folder that is whole in its place; the one of an earlier import goes. Killed at any point it can go on."""
    beside, old = _beside(folder)
    if new.is_dir() and any(new.iterdir()):  # else a run that was killed has moved it already
        if source:
            said = {**said, _SOURCE: _write_source(new, folder, source, title)}
        (new / _IMPORTED).write_text(json.dumps(said), encoding="utf-8")
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(beside, ignore_errors=True)
        _move(new, beside)
    if beside.exists():
        if folder.exists():
            folder.rename(old)
        beside.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _beside(folder: Path) -> tuple[Path, Path]:
    """Where a new folder waits and an old one goes: hidden, for the data is read by its visible files."""
    return folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")


def _move(new: Path, target: Path) -> None:
    try:
        new.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy = target.with_suffix(".copy")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(new, copy)
        copy.rename(target)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def _staged(stage: Path, key: Sequence[object]) -> Iterator[None]:
    """Holds the folder of an unfinished import, emptied unless it is of the same one."""
    marker = stage / "of.json"
    said = json.dumps(key)
    try:
        stage.mkdir(parents=True, exist_ok=True)
        lock = os.open(stage.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ProjectError(f"{stage} cannot be written: {error.strerror}") from error
    try:
        _hold(lock, stage)
        if not marker.is_file() or marker.read_text(encoding="utf-8") != said:
            shutil.rmtree(stage)
            stage.mkdir()
            marker.write_text(said, encoding="utf-8")
        yield
    except BrokenProcessPool as error:
        message = "a process of the import was ended from outside, for want of memory perhaps"
        raise ProjectError(f"{message}; {_again(stage)}, with fewer --processes") from error
    except OSError as error:
        if isinstance(error, IpcgraphError):
            raise
        raise ProjectError(f"the import cannot be written ({error}); {_again(stage)}") from error
    finally:
        os.close(lock)


def _again(stage: Path) -> str:
    return f"what is done is kept in {stage}: run the same command again"


def _hold(lock: int, stage: Path) -> None:
    import fcntl  # not on Windows, where ipcgraph only reads

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(f"another import into the same folder is at work in {stage}; wait for its end") from None
