"""What a worker process takes from itself before it answers: memory, core dumps, large files."""

from __future__ import annotations

import resource
from contextlib import suppress
from pathlib import Path


def confine(*, memory: int, file_bytes: int) -> None:
    """From now on this process can take `memory` more bytes, and write files up to so many.

    What a system has no limit for stays open: the server ends a process that takes too long anyway.
    """
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, file_bytes)
    _limit(resource.RLIMIT_AS, _address_space() + memory)
    with suppress(OSError):
        # Where the whole machine runs out of memory, this process goes first.
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _limit(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(OSError, ValueError):
        resource.setrlimit(kind, (most, most))


def _address_space() -> int:
    """Bytes that are mapped now; 0 where the system does not tell."""
    with suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        return pages * resource.getpagesize()
    return 1 << 30
