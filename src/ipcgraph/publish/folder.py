"""The folder of a site: whether it is ours, and how a new site takes the place of the last one in a single step."""

from __future__ import annotations

import filecmp
import json
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.errors import ProjectError, UsageError
from ipcgraph.files import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECORD: Final = "ipcgraph-site.json"
"""The file by which a folder is known to be a site of ours."""

_NEW, _OLD = "ipcgraph-new", "ipcgraph-old"
_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class Record(NamedTuple):
    """What a site says of how it was made; it holds nothing that differs between two runs on the same data."""

    version: str
    """The version of ipcgraph that wrote it."""
    made_of: str
    """A hash of everything it was made of: graph, settings, templates, ipcgraph."""
    release: str
    """What tells this release from another: its version or date, else a hash of the graph."""
    name: str
    """What this release is called: its version, else its date; empty where it has neither."""
    since: str | None
    """What the release before it is called; None where none is known."""
    things: int
    files: int
    """How many files the folder holds, this one among them."""


def read_record(folder: Path) -> Record | None:
    """The record of the site in a folder; None where the folder is not there or empty.

    Raises UsageError where it holds anything else: a folder that we did not write, or not alone, is never touched.
    """
    try:
        if not os.path.lexists(folder) or (folder.is_dir() and not any(folder.iterdir())):
            return None
        values = json.loads(read_regular(folder / RECORD))
        if isinstance(values, dict) and values.keys() == set(Record._fields):
            return Record(**values)
    except (OSError, ValueError, RecursionError):
        pass
    raise UsageError(f"{folder} is not empty and not a site that ipcgraph wrote; give another folder, or empty it")


def write_record(record: Record, folder: Path) -> None:
    text = json.dumps(record._asdict(), indent=1, ensure_ascii=False) + "\n"
    (folder / RECORD).write_text(text, encoding="utf-8", newline="\n")


def count_files(folder: Path) -> int:
    """How many files there are in a folder and all folders in it."""
    return sum(len(files) for _, _, files in os.walk(folder))


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Holds the folder in which a site stands, so that no two runs write it at once; removes what a killed run left."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(out.parent, os.O_RDONLY)
    except OSError as error:
        raise ProjectError(f"{out.parent} cannot be written: {error.strerror}; the site would stand there") from error
    try:
        import fcntl  # not on Windows, where ipcgraph only reads

        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _sweep(out)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A new folder beside `out`, to be filled; it takes the place of `out` at the end, and goes if anything fails.

    Whoever reads `out`, or whatever stops the run, finds the last site whole or the new one.
    """
    new = out.parent / f".{out.name}.{_NEW}-{os.urandom(4).hex()}"
    try:
        new.mkdir()
        yield new
        _swap(new, out)
    finally:
        shutil.rmtree(new, ignore_errors=True)


class Writer:
    """Writes the files of a site into a new folder, none twice and none outside it.

    A file that is as it was in the last site is linked instead of written, so that it keeps its date and programs that
    upload only what is new pass over it.
    """

    def __init__(self, new: Path, last: Path | None) -> None:
        self._new = f"{new}/"
        self._last = f"{last}/" if last else ""
        self._folders = {""}

    def write(self, path: str, content: str | bytes) -> None:
        """Writes a file; `path` is below the site's root, its parts joined by `/`."""
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            if ".." in path.split("/") or path.startswith("/") or "\\" in path:
                raise ValueError(f"{path!r} is not below the site")
            os.makedirs(self._new + folder, exist_ok=True)  # noqa: PTH103  # a Path for each file takes a tenth of the time
            self._folders.add(folder)
        data = content.encode("utf-8") if isinstance(content, str) else content
        if self._last and self._link(path, data):
            return
        file = os.open(self._new + path, _NEW_FILE, 0o666)  # a file object takes half as long again
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(file, rest) :]
        finally:
            os.close(file)

    def adopt(self, folder: str) -> None:
        """Links the files that are in a folder of the new site already, where they are as they were in the last one."""
        if not self._last:
            return
        for name in sorted(os.listdir(self._new + folder)) if os.path.isdir(self._new + folder) else ():  # noqa: PTH112, PTH208  # as above
            path = f"{folder}/{name}"
            try:
                same = filecmp.cmp(self._new + path, self._last + path, shallow=False)
            except OSError:
                continue
            if same:
                waiting = f"{self._new}{path}.{os.getpid()}"
                os.rename(self._new + path, waiting)  # noqa: PTH104
                try:
                    os.link(self._last + path, self._new + path, follow_symlinks=False)
                    os.unlink(waiting)  # noqa: PTH108
                except OSError:  # a file system without links
                    os.rename(waiting, self._new + path)  # noqa: PTH104

    def _link(self, path: str, data: bytes) -> bool:
        try:
            with open(self._last + path, "rb") as file:  # noqa: PTH123
                if file.read(len(data) + 1) != data:
                    return False
            os.link(self._last + path, self._new + path, follow_symlinks=False)
        except FileExistsError:
            raise
        except OSError:  # not there, or a file system without links
            return False
        return True


def _sweep(out: Path) -> None:
    """Removes what a killed run left. Where it was killed between two renames, the last site is put back first."""
    for path in sorted(out.parent.glob(f".{out.name}.{_OLD}-*")):
        if out.exists():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.rename(out)
    for path in out.parent.glob(f".{out.name}.{_NEW}-*"):
        shutil.rmtree(path, ignore_errors=True)


def _swap(new: Path, out: Path) -> None:
    if not out.exists() or not any(out.iterdir()):
        new.rename(out)  # a rename replaces an empty folder
    elif not _exchange(new, out):
        old = out.parent / new.name.replace(_NEW, _OLD)
        out.rename(old)
        new.rename(out)
        shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Whether two folders have changed places, which only Linux can do in one step, and not on every file system."""
    import ctypes

    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of <fcntl.h> and <linux/fs.h>
    return rename is not None and rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0
