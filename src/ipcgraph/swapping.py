"""The build folder: one builder at a time, what was left behind swept away, a finished build swapped in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ipcgraph.errors import ProjectError
from ipcgraph.manifest import CURRENT, FILE

LOCK: Final = "lock"
IGNORE: Final = ".gitignore"


@contextmanager
def locked(folder: Path, *, wait: bool = True, notice: Callable[[str], None] | None = None) -> Iterator[None]:
    """Holds the lock of a build folder, which is made where there is none.

    Where another build holds it, this one waits, and says so; or, without `wait`, ProjectError is raised.
    """
    try:
        folder.mkdir(exist_ok=True)
        if not (folder / IGNORE).exists():
            (folder / IGNORE).write_text("*\n", encoding="utf-8")  # all of it is a product
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ProjectError(f"{folder} cannot be written: {error.strerror}; the built graph is kept there") from error
    try:
        import fcntl  # not on Windows, where ipcgraph only reads

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if _holder(descriptor) == os.getppid():
                # Python's own processes begin by reading the script of the one that started them.
                raise ProjectError("a script that builds does so under: if __name__ == '__main__'") from error
            if not wait:
                message = "another build of this project is running; wait until it ends, or build without --no-wait"
                raise ProjectError(message) from error
            if notice:
                notice("another build of this project is running: waiting until it ends")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> int:
    """The process that holds the lock, as far as it has said so."""
    said = os.pread(descriptor, 20, 0)
    return int(said) if said.isdigit() else 0


def sweep(folder: Path) -> None:
    """Removes what a killed build left, and all whole builds but the two last: one may still be being read."""
    whole = sorted(path.parent for path in folder.glob(f"build-*/{FILE}"))
    whole.sort(key=lambda build: (build / FILE).stat().st_mtime_ns)
    kept = {(folder / CURRENT).resolve(), *(build.resolve() for build in whole[-2:])}
    for path in folder.iterdir():
        if path.name.startswith("build-") and path.resolve() not in kept:
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(CURRENT + "."):
            path.unlink()


def swap_in(folder: Path, name: str) -> None:
    """Makes a finished build the current one: a rename of a link, which the system does in one step."""
    new = folder / f"{CURRENT}.{name}"
    new.symlink_to(name)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        new.replace(folder / CURRENT)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
