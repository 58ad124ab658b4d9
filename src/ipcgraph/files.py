"""Files read with care: only regular ones, none of a size that would fill the memory."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

LARGEST: Final = 64 * 1024 * 1024
"""Bytes that a file of settings, queries, shapes or hashes may have."""


def read_regular(path: Path) -> bytes:
    """The content of a file; OSError where it is none (a pipe would never end), too large or not readable."""
    with open(path, "rb", opener=_without_waiting) as file:  # Path.open takes no opener
        if not path.is_file():
            raise OSError(errno.EINVAL, "this is not a file", str(path))
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise OSError(errno.EFBIG, f"it is larger than {LARGEST >> 20} MiB", str(path))
    return content


def files_in(folder: Path, suffix: str) -> tuple[Path, ...]:
    """The files of a folder with this suffix, by name; none where it is not there. OSError where it may not be read."""
    try:
        names = os.listdir(folder)  # noqa: PTH208  # Path.glob passes over what it may not read
    except (FileNotFoundError, NotADirectoryError):
        return ()
    return tuple(folder / name for name in sorted(names) if name.endswith(suffix))


def _without_waiting(path: str, flags: int) -> int:
    # A pipe without a writer would keep the opening waiting.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
