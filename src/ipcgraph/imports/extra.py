"""The extra `import`: libraries that readers need, and the command that installs them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ipcgraph.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterator

INSTALL: Final = "pip install 'ipcgraph[import]'"


@contextmanager
def needing(library: str) -> Iterator[None]:
    """Turns the ImportError of a library that is not installed into the MissingExtraError with its command."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"{library} is needed to read this file; run: {INSTALL}") from error
