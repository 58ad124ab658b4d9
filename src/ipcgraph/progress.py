"""How far long work has come: a line on the terminal that is written over, and gone at the end."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE: Final = 1.0
"""Seconds before the line is shown."""
PAUSE: Final = 0.1
"""Seconds between two lines."""


@contextmanager
def progress(noun: str) -> Iterator[Callable[[int, int], None]]:
    """Takes how many are done, of how many; shows it on standard error where that is a terminal, after a second."""
    shown = 0
    next_time = time.monotonic() + PATIENCE

    def show(done: int, all_of_them: int) -> None:
        nonlocal shown, next_time
        now = time.monotonic()
        if now < next_time or not sys.stderr.isatty():
            return
        line = f"{done:,} of {all_of_them:,} {noun}"
        sys.stderr.write(f"\r{line:<{shown}}")
        sys.stderr.flush()
        shown, next_time = max(shown, len(line)), now + PAUSE

    try:
        yield show
    finally:
        if shown:
            sys.stderr.write(f"\r{'':<{shown}}\r")
