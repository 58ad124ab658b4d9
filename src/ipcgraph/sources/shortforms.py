"""The short forms of a record: keys whose values are records of their own, and how these are joined to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ShortForm:
    """A key whose values are records of their own: `roles` of a Person, `counts` of anything."""

    type: str
    parents: tuple[str, ...]
    renamed: Mapping[str, str]
    forward: str = ""
    """The property from the parent to the nested record, if it points this way."""
    backward: str = ""
    """The property from the nested record to the parent, if it points that way."""
    scalar: str = ""
    """The key that a bare value stands for, if one may stand for the whole record."""


SHORT_FORMS: Final[Mapping[str, ShortForm]] = {
    "authors": ShortForm("Authorship", ("Work",), {"person": "author"}, forward="hasAuthorship", scalar="author"),
    "roles": ShortForm("Role", ("Person",), {"role": "roleType", "at": "heldAt"}, backward="holder"),
    "partnerships": ShortForm(
        "Partnership",
        ("Center", "Commission", "Initiative", "Person"),
        {"kind": "partnershipKind", "with": "partner", "countries": "partnerCountry"},
        backward="partnerOf",
    ),
    "counts": ShortForm("Count", (), {"of": "countOf"}, forward="count"),
}
