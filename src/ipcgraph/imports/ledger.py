"""The ledger of one record: what becomes of each of its fields, so that nothing is dropped in silence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from ipcgraph.entries import Lost
from ipcgraph.identifiers import normalise
from ipcgraph.imports.stateddates import read_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SHORT: Final = 80
_EMPTY: Final[tuple[object, ...]] = (None, "", [], {}, False)


class Ledger:
    """Collects what a record says and an entry does not keep; `lost` gives it in the order of the record."""

    def __init__(self) -> None:
        self._lost: dict[Lost, None] = {}

    def lose(self, field: str, value: object, why: str = "") -> None:
        """Notes a field whose value is not kept; an empty one says nothing and is not noted."""
        text = shortened(value)
        if text:
            self._lost[Lost(field, text, why)] = None

    def identifier(self, scheme: str, stated: str, field: str = "") -> str:
        """The identifier as it is normally written, or empty; one with a wrong form or check digit is lost."""
        if not stated:
            return ""
        good = normalise(scheme, stated)
        if good is None:
            self.lose(field or scheme, stated, f"not a good {scheme}")
        return good or ""

    def first_identifier(self, scheme: str, stated: Iterable[str], field: str = "") -> str:
        """The first good identifier of several; the others are lost where they are other ones."""
        found = ""
        for each in stated:
            good = self.identifier(scheme, each, field)
            if found and good and good != found:
                self.lose(field or scheme, each, f"a record has one {scheme}")
            found = found or good
        return found

    def date(self, stated: str, field: str) -> str:
        """The date as far as it is certain; what is not is lost."""
        found, rest = read_date(stated)
        if rest:
            self.lose(field, stated, rest)
        return found

    def others(self, said: Mapping[str, object], kept: Iterable[str]) -> None:
        """Notes every field of a record that is not one of those kept."""
        known = frozenset(kept)
        for field, value in said.items():
            if field not in known and value not in _EMPTY:
                self.lose(field, value)

    @property
    def lost(self) -> tuple[Lost, ...]:
        return tuple(self._lost)


def shortened(value: object) -> str:
    """A value as one line of at most 80 characters."""
    if isinstance(value, str):
        text = value
    elif value in _EMPTY:
        return ""
    else:
        text = _json(value)
    # A long text is cut before it is split: an abstract can be a megabyte.
    text = " ".join(text[: 4 * SHORT].split())
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def _json(value: object) -> str:
    """The beginning of a value as JSON; a list is cut first, since it may have a thousand references."""
    if isinstance(value, list) and len(value) > 1:
        return f"{len(value):,} of them: {json.dumps(value[0], ensure_ascii=False, default=str)}"
    return json.dumps(value, ensure_ascii=False, default=str)
