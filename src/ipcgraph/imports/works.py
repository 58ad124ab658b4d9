"""A work as its reader hands it over: what is lost put in, and what has neither title nor identifier refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipcgraph.imports.worktypes import is_retraction_mark
from ipcgraph.sources.text import fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.entries import WorkEntry
    from ipcgraph.findings import Finding
    from ipcgraph.imports.ledger import Ledger


def finished(work: WorkEntry, ledger: Ledger) -> Iterator[WorkEntry | Finding]:
    """The work with what its record loses; retracted also where its title begins so.

    A work without a title is given where an identifier says which one it is, with a warning; else it is left out, and
    an error says so.
    """
    if not work.title:
        known = work.doi or work.isbn or work.openalex
        what = f"no title, only {known}" if known else "neither a title nor an identifier; it is left out"
        fix = "fetch it by its identifier" if known else "give it a title"
        yield fault(
            f"this record has {what}", work.place, fix, check="no-title", severity="warning" if known else "error"
        )
        if not known:
            return
    is_retracted = work.is_retracted or is_retraction_mark(work.title)
    yield work._replace(lost=work.lost + ledger.lost, is_retracted=is_retracted)
