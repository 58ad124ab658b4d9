"""A project with large files, read in a stream: its parts made side by side, kept, and used again where they can be."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import pyoxigraph

from ipcgraph import __version__
from ipcgraph.bulk.partfiles import Part, read_part
from ipcgraph.bulk.parts import RANGE, Exclusion, Task, make_part, unpack, without
from ipcgraph.errors import ProjectError
from ipcgraph.findings import Finding, Place
from ipcgraph.progress import progress
from ipcgraph.rows import Keys, is_among
from ipcgraph.shipped import shipped_folder
from ipcgraph.sources import LINE_BASED, find_files, format_of_data, shown_name
from ipcgraph.sources.text import fault, unreadable

if TYPE_CHECKING:
    from ipcgraph.processes import Pool
    from ipcgraph.settings import Settings

PARTS: Final = "parts"
"""The folder, in the build folder, of the parts of large files: they are used again where a file has not changed."""
LAYOUT: Final = 1
"""The number of the layout of parts; those of another are made anew."""

_Given = TypeVar("_Given")
_REPEATED: Final = ("check-named-graph", "check-blank-node")
"""Findings that a reader gives once for a file."""


class Read(NamedTuple):
    """What was read of the large files: the parts in their order, and what is wrong in them."""

    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]
    checked: tuple[Finding, ...]
    """What our own checks found in single statements."""


def large_files(settings: Settings) -> tuple[Path, ...]:
    """The files of N-Triples and N-Quads of a project where they are so large together that they are read by parts."""
    found = [
        path
        for path in find_files(settings.data_folder, root=settings.root)
        if isinstance(path, Path) and (known := format_of_data(path)) is not None and known.rdf in LINE_BASED
    ]
    try:
        size = sum(path.stat().st_size for path in found)
    except OSError:  # the reader says which one it is
        return ()
    return tuple(found) if found and size > settings.bulk_bytes else ()


def read_parts(settings: Settings, files: Sequence[Path], pool: Pool) -> Read:
    """The parts of these files: those kept where they are of the files as they are now, and the others made."""
    folder = settings.build_folder / PARTS
    folder.mkdir(parents=True, exist_ok=True)
    findings: list[Finding] = []
    tasks: list[Task] = []
    for file in files:
        name = shown_name(file, settings.root)
        try:
            file.open("rb").close()
        except OSError as error:
            findings.append(unreadable(error, name))
            continue
        plain, found = _plain(file, name, folder)
        findings += [found] if found else []
        tasks += _tasks(file, plain, name, folder, settings.base)
    missing = [task for task in tasks if not (task.folder / "part.json").exists()]
    _run(pool, make_part, missing, "parts of large files", before=len(tasks) - len(missing))
    parts: list[Part] = []
    begun: dict[str, int] = {}
    for task in tasks:
        part = read_part(task.folder, begin=begun.get(task.name, 0))
        begun[task.name] = part.begin + part.summary.lines
        parts.append(part)
    checked = [part.finding(finding) for part in parts for finding in part.summary.checked]
    return Read(tuple(parts), (*findings, *_findings(parts)), tuple(checked))


def _run(pool: Pool, work: Callable[[_Given], Part], given: Sequence[_Given], noun: str, *, before: int = 0) -> None:
    """Makes these parts, and shows how far it is, with so many made before."""
    try:
        with progress(noun) as show:
            pool.run(work, given, lambda done: show(before + done, before + len(given)))
    except BrokenProcessPool as error:
        raise ProjectError("a process that read a part was ended; is there enough memory?") from error


def _findings(parts: Iterable[Part]) -> Iterator[Finding]:
    """The findings of reading, those given once for a file only once, and how many more there are."""
    seen: set[tuple[str, str]] = set()
    more: dict[str, int] = {}
    for part in parts:
        for finding in part.summary.findings:
            if finding.shape.endswith(_REPEATED):
                key = finding.place.path, finding.message
                if key in seen:
                    continue
                seen.add(key)
            yield part.finding(finding)
        more[part.summary.file] = more.get(part.summary.file, 0) + part.summary.more
    for file, number in more.items():
        if number:
            yield fault(f"{number:,} more findings like these are not listed", Place(file), "mend the first ones")


def without_held(settings: Settings, parts: Sequence[Part], held: Keys, pool: Pool) -> tuple[Part, ...]:
    """The same parts, those that hold some of these things made anew without them."""
    result = list(parts)
    exclusions: dict[int, Exclusion] = {}
    for number, part in enumerate(parts):
        subject = part.rows().subject
        own = held[is_among(held, subject)] if len(held) else held
        if not len(own):
            continue
        digest = hashlib.sha256(own.tobytes()).hexdigest()[:12]
        folder = part.folder.with_name(f"{part.folder.name}-{digest}")
        if not (folder / "part.json").exists():
            exclusions[number] = Exclusion(part, folder, own, settings.base)
        result[number] = part._replace(folder=folder)
    _run(pool, without, list(exclusions.values()), "parts without what is held in memory")
    return tuple(read_part(part.folder, begin=part.begin) for part in result)


def drop_others(settings: Settings, parts: Iterable[Part], files: Iterable[Path]) -> None:
    """Removes the parts that are not among these, nor what one of them was made of; `files` are those they are of."""
    kept = {part.folder.name for part in parts}
    kept |= {name.partition("-")[0] for name in kept}
    kept |= {_key(file, shown_name(file, settings.root)) for file in files if file.suffix.lower() == ".gz"}
    for path in (settings.build_folder / PARTS).iterdir():
        if path.name.partition(".")[0] in kept and path.suffix != ".new":
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def _plain(file: Path, name: str, folder: Path) -> tuple[Path, Finding | None]:
    """A file that is not compressed with the same lines, and what is wrong with the compressed one."""
    if file.suffix.lower() != ".gz":
        return file, None
    key = _key(file, name)
    target, told = folder / f"{key}.nt", folder / f"{key}.json"
    if not told.exists():
        found = unpack(file, name, target)
        told.write_text(json.dumps([found.message, found.place.line] if found else []), encoding="utf-8")
    values = json.loads(told.read_text(encoding="utf-8"))
    return target, fault(values[0], Place(name, values[1]), "fetch it again") if values else None


def _tasks(file: Path, plain: Path, name: str, folder: Path, base: str) -> Iterator[Task]:
    try:
        size = plain.stat().st_size
    except OSError:
        size = 0
    for begin in range(0, max(size, 1), RANGE):
        end = min(begin + RANGE, size)
        yield Task(plain, name, begin, end, folder / _key(file, name, begin, end, base), base)


def _key(file: Path, *more: object) -> str:
    """What a part is known by: all that it was made of."""
    status = file.stat()
    versions = LAYOUT, __version__, pyoxigraph.__version__, _ontology_signature()
    text = json.dumps([str(file), status.st_size, status.st_mtime_ns, *map(str, more), *versions])
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _ontology_signature() -> str:
    folder = shipped_folder("ontology")
    digest = hashlib.sha256()
    for file in (folder / "ipcgraph.ttl", folder / "context.jsonld", *sorted((folder / "rules").glob("*.rq"))):
        digest.update(file.read_bytes())
    return digest.hexdigest()
