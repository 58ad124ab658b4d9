"""How common names, co-authors, affiliations and words are among the works at hand: what is rare tells more."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Final

from ipcgraph.identity.names import Agreement

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ipcgraph.identity.mentions import Mentions
    from ipcgraph.identity.names import PersonName


FEWEST: Final = 500
"""Fewer works and persons tell nothing of how common a name is: it is taken as if there were so many."""


class Frequencies:
    """Counts over a set of mentions, as weights."""

    def __init__(self, mentions: Mentions, names: Sequence[PersonName]) -> None:
        self._works = max(len(mentions.years), FEWEST)
        full = {(name.family, name.given) for name in names if name.family and not name.is_abbreviated}
        self._persons = max(len(full), FEWEST)
        self._families = Counter(family for family, _ in full)
        self._given = Counter(given[0] for _, given in full)
        self._letters = Counter(given[0][0] for _, given in full)
        self._lettered = Counter((family, first[0]) for family, first in {(name, given[0]) for name, given in full})
        self.keys: list[int] = []
        """The number of each name's family name and first letter: what co-authors are compared by."""
        self._key_numbers: dict[tuple[str, str], int] = {}
        for name in names:
            key = (name.family, name.given[0][0] if name.given else "")
            self.keys.append(self._key_numbers.setdefault(key, len(self._key_numbers)))
        self._key_counts = Counter(self.keys[name] for name in mentions.names)
        self._full_counts: Counter[tuple[int, tuple[str, ...]]] = Counter()
        for number, count in Counter(mentions.names).items():
            self._full_counts[self.keys[number], names[number].given] += count
        self._affiliation_counts = mentions.affiliation_counts()
        works = len(mentions.years)
        self._words = {word: 0.25 * math.log(works / count) for word, count in mentions.word_counts().items()}

    def others(self, family: str, one: tuple[str, ...], other: tuple[str, ...], found: Agreement) -> float:
        """How many other persons are expected to have names that agree as these do, given names being independent."""
        families = self._families[family] + 1
        if found is Agreement.GIVEN:
            expected = families * (self._given[one[0]] + 1) / self._persons
            return expected / 8 if len(one) > 1 and len(other) > 1 else expected
        letter = next((form[0][0] for form in (one, other) if form), "")
        expected = families * (self._letters[letter] + 1) / self._persons if letter else float(families)
        expected = max(expected, self._lettered[family, letter] - 1)
        return expected / 8 if len(one) > 1 and len(other) > 1 else expected

    def of_coauthor(self, key: int, in_full: Collection[tuple[str, ...]]) -> float:
        """What it weighs that two have this co-author in common; `in_full` are the given names equal on both sides."""
        rarest = min((self._full_counts[key, given] for given in in_full if given and len(given[0]) > 1), default=0)
        count = max(rarest or self._key_counts[key], 2)
        return min(6.0 if rarest else 5.0, 0.75 * math.log(self._works / count))

    def of_affiliation(self, number: int) -> float:
        """What it weighs that two have this affiliation in common."""
        return max(0.0, min(3.0, 0.5 * math.log(self._works / max(self._affiliation_counts[number], 2))))

    def of_word(self, number: int) -> float:
        """What it weighs that titles of two have this word in common."""
        return self._words[number]

    def key_name(self, key: int) -> str:
        """The co-author with this number, for people to read: `lovelace a`."""
        return " ".join(list(self._key_numbers)[key])
