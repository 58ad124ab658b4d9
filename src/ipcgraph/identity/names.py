"""Names of persons in parts that can be compared: family name, given names, and how much two names agree."""

from __future__ import annotations

import math
import re
from collections import Counter
from enum import IntEnum
from functools import lru_cache
from typing import Final, NamedTuple

from ipcgraph.folding import is_unspaced, words
from ipcgraph.names import PARTICLES

SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md", "dr", "prof"})

_INITIALS: Final = re.compile(r"(.*\w[^\W\d_a-z]*[a-z].*) ([A-Z]{2,3})")
"""`Tolkien JRR`: initials in one word after a name that is not in capitals."""


class PersonName(NamedTuple):
    """A name in parts that can be compared: folded, so without accents, case and punctuation."""

    family: str
    """Its last word, without particles: what the names of one person have in common, however they are written."""
    given: tuple[str, ...]
    """Given names and initials in order."""
    whole: str
    """All words in the order family, given."""

    @property
    def is_abbreviated(self) -> bool:
        """Whether the first given name is an initial, or there is none."""
        return not self.given or is_initial(self.given[0])


def is_initial(word: str) -> bool:
    """Whether a folded word is an initial: one letter, in a script whose names have several."""
    return len(word) == 1 and not is_unspaced(word)


class Agreement(IntEnum):
    """How far two names with the same family name can be those of one person."""

    CONFLICT = 0
    """They cannot."""
    INITIALS = 1
    """Nothing speaks against it, but one of them is abbreviated or has no given name."""
    GIVEN = 2
    """Their first given names are equal in full."""


@lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """The words of a text without accents, case and punctuation, parted by one space.

    >>> folded("Ñuñez-O’Brien,  JOSÉ")
    'nunez obrien jose'
    """
    return " ".join(words(text))


class Orientations:
    """Which of the words of names are family names, learnt from names whose parts are told apart.

    `Wei Wang` and `Wang Wei` are read alike where the other names show `Wang` as a family name more often.
    """

    def __init__(self) -> None:
        self._families: Counter[str] = Counter()
        self._given: Counter[str] = Counter()

    def learn(self, text: str, family: str = "", given: str = "") -> None:
        """Takes a name into account: in parts where they are given, else as it is usually written, family name last."""
        name = read_name(text, family, given)
        if name.given and name.family:
            weight = 5 if family or "," in text else 1
            self._families[name.family] += weight
            if not name.is_abbreviated:
                self._given[name.given[0]] += weight

    def read(self, text: str, family: str = "", given: str = "") -> PersonName:
        """The parts of a name; where nothing tells them apart, in the order that other names make likelier."""
        name = read_name(text, family, given)
        if "," in text or len(name.given) != 1 or name.is_abbreviated or is_initial(name.family):
            return name
        turned = PersonName(name.given[0], (name.family,), f"{name.given[0]} {name.family}")
        own = 5 if family else 1
        # Parts that a file gives may be a reader's guess at a name without a comma: they have to be much less likely.
        less = math.log(9 if family else 3)
        return turned if self._fits(turned, 0) > self._fits(name, own) + less else name

    def _fits(self, name: PersonName, own: int) -> float:
        """How well the other names know these parts; `own` is what this name has itself brought in."""
        family, given = self._families[name.family] - own, self._given[name.given[0]] - own
        return math.log(max(family, 0) + 0.2) + math.log(max(given, 0) + 0.2)


def read_name(text: str, family: str = "", given: str = "") -> PersonName:
    """The parts of a name: those given, else by its comma, else with the family name last.

    >>> read_name("van der Berg, Jan P.")
    PersonName(family='berg', given=('jan', 'p'), whole='berg jan p')
    >>> read_name("Berg J P"), read_name("Plato").given
    (PersonName(family='berg', given=('j', 'p'), whole='berg j p'), ())
    """
    if not family and "," in text:
        parts = [part for part in text.split(",") if folded(part) not in SUFFIXES]
        text, family, given = parts[0], parts[0] if len(parts) > 1 else "", " ".join(parts[1:])
    initials = _INITIALS.fullmatch(text) if not family else None
    if initials:
        family, given = initials[1], " ".join(initials[2])
    if family:
        last, first = _without(folded(family)), _without_suffix(folded(given))
    else:
        every = _without_suffix(folded(text))
        if len(every) > 1 and all(is_unspaced(char) for word in every for char in word):
            last, first = every[:1], ["".join(every[1:])]  # family name first
        elif len(every) > 1 and is_initial(every[-1]) and not is_initial(every[0]):
            # `Berg J P`: initials at the end say that the family name goes first
            ends = next(at for at in range(len(every) - 1, -1, -1) if not is_initial(every[at]))
            last, first = every[: ends + 1], every[ends + 1 :]
        else:
            last, first = every[-1:], [word for word in every[:-1] if word not in PARTICLES or every.index(word) == 0]
        last = _without(" ".join(last))
    name = last[-1] if last else ""
    return PersonName(name, tuple(first), " ".join((name, *first)))


def _without_suffix(text: str) -> list[str]:
    words = text.split()
    while len(words) > 2 and words[-1] in SUFFIXES:
        words.pop()
    return words


def _without(text: str) -> list[str]:
    """The words of a family name without its particles, unless nothing else is left."""
    words = text.split()
    return [word for word in words if word not in PARTICLES] or words


@lru_cache(maxsize=500_000)
def agreement(one: tuple[str, ...], other: tuple[str, ...]) -> Agreement:
    """How far the given names of two persons with one family name agree.

    >>> agreement(("wei",), ("w",)).name, agreement(("john", "a"), ("john", "b")).name
    ('INITIALS', 'CONFLICT')
    >>> agreement(("jean", "pierre"), ("jeanpierre",)).name
    'GIVEN'
    """
    if not one or not other:
        return Agreement.INITIALS
    if "".join(one) == "".join(other):
        return Agreement.INITIALS if is_initial(one[0]) else Agreement.GIVEN
    for mine, theirs in zip(one, other, strict=False):
        shorter = min(len(mine), len(theirs))
        if mine[:1] != theirs[:1] or (shorter > 1 and mine != theirs):
            return Agreement.CONFLICT if not _is_run_together(one, other) else Agreement.INITIALS
    return Agreement.INITIALS if is_initial(one[0]) or is_initial(other[0]) else Agreement.GIVEN


def _is_run_together(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one side writes several initials, or names, in one word: `JR` for `John Ronald`."""
    for short, long in ((one, other), (other, one)):
        if len(short) == 1 and 1 < len(short[0]) <= len(long) and [word[0] for word in long] == list(short[0]):
            return True
    return False
