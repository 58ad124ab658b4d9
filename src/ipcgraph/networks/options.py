"""The options of a network: which works, people and days it is made of, and how its links are counted."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypedDict, get_args

from ipcgraph.errors import UsageError
from ipcgraph.networkoptions import OPTIONS
from ipcgraph.networks.projection import COUNTINGS, NORMALISATIONS, PAIR_LIMIT, Counting, Normalisation
from ipcgraph.spelling import nearest

if TYPE_CHECKING:
    import datetime as dt

Kind: TypeAlias = Literal[
    "coauthorship", "collaboration", "partnership", "partners", "subjects", "topics", "people-initiatives"
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

TAKEN: Final[dict[str, tuple[Kind, ...]]] = {
    option.name: tuple(kind for kind in KINDS if kind in option.networks) for option in OPTIONS
}
"""By option, the networks that take it; `as_of` goes with `members_of` too."""

WRITTEN: Final = {option.name: "--" + option.written for option in OPTIONS}
"""How the command line calls each option."""


class OptionValues(TypedDict, total=False):
    """The options by name, as `network` takes them; Options says what each means."""

    counting: Counting
    pair_limit: int
    since: int | None
    until: int | None
    work_types: tuple[str, ...]
    initiative: str
    members_of: str
    as_of: dt.date | None
    normalise: Normalisation | None
    minimum_weight: float | None
    largest_component: bool


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one network; those that are not given leave nothing out."""

    counting: Counting = "full"
    """What a shared work or partner adds to the weight of a link."""
    pair_limit: int = PAIR_LIMIT
    """A work or partner with more members in the network than this makes no links; it counts as one of theirs."""
    since: int | None = None
    """The first year: the network is made of the works whose date is certainly in it or later."""
    until: int | None = None
    """The last year, likewise."""
    work_types: tuple[str, ...] = ()
    """Only works of one of these types, by slug or IRI."""
    initiative: str = ""
    """Only works that are part of this initiative (an IRI), or of one that is part of it."""
    members_of: str = ""
    """Only persons with a role at this center, organization or initiative (an IRI)."""
    as_of: dt.date | None = None
    """Only roles and partnerships that certainly or possibly hold on this day."""
    normalise: Normalisation | None = None
    """A further attribute of links: their weight, set against what their ends have."""
    minimum_weight: float | None = None
    """Only links of this weight or more."""
    largest_component: bool = False
    """Only the nodes of the largest component."""

    def check(self, kind: Kind) -> None:
        """Raises UsageError where the network takes no such option, or a value cannot be meant so."""
        if kind not in KINDS:
            near = nearest(kind, KINDS)
            remedy = f"did you mean {near!r}?" if near else f"choose from {', '.join(KINDS)}"
            raise UsageError(f"there is no network {kind!r}; {remedy}")
        if self.counting not in COUNTINGS:
            raise UsageError(f"links are not counted as {self.counting!r}; choose from {', '.join(COUNTINGS)}")
        if self.normalise is not None and self.normalise not in NORMALISATIONS:
            raise UsageError(f"no normalisation is called {self.normalise!r}; choose from {', '.join(NORMALISATIONS)}")
        self._check_kind(kind)
        if self.pair_limit < 1:
            raise UsageError(f"{self.pair_limit} is no limit of pairs; write a number of authors from 1")
        for year in (self.since, self.until):
            if year is not None and not 1 <= year <= 9999:
                raise UsageError(f"{year} is no year; write one from 1 to 9999")
        if self.since is not None and self.until is not None and self.since > self.until:
            raise UsageError(f"the years from {self.since} until {self.until} are none; write the earlier year first")
        weight = self.minimum_weight
        if weight is not None and not (math.isfinite(weight) and weight >= 0):
            raise UsageError(f"{weight} is no weight; write a number from 0")

    def _check_kind(self, kind: Kind) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value == field.default or kind in TAKEN[field.name]:
                continue
            if field.name == "counting":
                raise UsageError(f"{value} counting is for what several share; a network of {kind} is counted in full")
            if field.name == "as_of" and self.members_of and kind in TAKEN["members_of"]:
                continue
            flag = WRITTEN[field.name]
            taking = ", ".join(TAKEN[field.name])
            also = "; with --members-of also of coauthorship" if field.name == "as_of" else ""
            raise UsageError(f"{flag} is no option of {kind}; it is one of {taking}{also}")
