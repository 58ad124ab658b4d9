"""How the id of a record looks: a kind of thing and slugs, and the lines of a source where it names a passage."""

from __future__ import annotations

import re

from ipcgraph.vocabulary import KINDS

_SLUG = re.compile(r"[a-z0-9]+(?:-{1,2}[a-z0-9]+)*")
_LINES = re.compile(r"L[1-9][0-9]*(?:-L[1-9][0-9]*)?")


def is_id(text: str) -> bool:
    """Whether a text is an id: a kind of thing and slugs behind it; after a source, the lines of a passage may stand.

    >>> [is_id(text) for text in ("person/ada", "source/register/L3-L4", "person/-", "person/Ada", "ada")]
    [True, True, False, False, False]
    """
    kind, *parts = text.split("/")
    if kind == "source" and len(parts) > 1 and _LINES.fullmatch(parts[-1]):
        parts.pop()
    return kind in KINDS and bool(parts) and all(_SLUG.fullmatch(part) for part in parts)
