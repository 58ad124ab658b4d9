"""Evidence that two authors are one person: what is weighed, how heavy it is, and how it is told.

Each fact adds the logarithm of how much likelier it is for one person than for two of the same name, after Fellegi and
Sunter (1969), A theory for record linkage; common names, co-authors, affiliations and words weigh less than rare ones.
The factors were set on the labelled works of `benchmarks/bench_identity.py`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.identity.names import Agreement, agreement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ipcgraph.identity.frequencies import Frequencies

AUTOMATIC: Final = 4.5
"""Two of this score and more are linked without a question."""
QUESTION: Final = 2.5
"""Two of this score and more are asked about."""
MARGIN: Final = 2.0
"""By so much the best candidate for an abbreviated name must be better than the second."""
_FEW: Final = 0.5
_COMMON: Final = 1.6
"""Where more than a few others are expected to have the name, it speaks against more than their number says: the count
is one of names, and many of them have several bearers already."""
_SEVERAL: Final = (1.0, 0.6, 0.4, 0.25)
"""How much the first, second … co-author in common counts; further ones count as the last."""


class Facts(NamedTuple):
    """What one mention of an author says of them."""

    mention: int
    work: int
    form: tuple[str, ...]
    """The given names as this work has them."""
    year: int
    """0 where the work has none."""
    coauthors: Sequence[tuple[int, tuple[str, ...]]]
    """The number of each co-author's name, by family and first letter, with their given names."""
    affiliations: Sequence[int]
    words: Sequence[int]
    """The words of the title."""
    identities: Sequence[str]


class Profile:
    """What is known of one author so far: of one mention, or of several that are one person."""

    __slots__ = ("affiliations", "coauthors", "first", "forms", "identities", "last", "mentions", "words", "works")

    def __init__(self, facts: Facts) -> None:
        self.mentions = [facts.mention]
        self.works = {facts.work}
        self.forms = {facts.form}
        self.first = self.last = facts.year
        self.coauthors: dict[int, set[tuple[str, ...]]] = {}
        for key, given in facts.coauthors:
            self.coauthors.setdefault(key, set()).add(given)
        self.affiliations = set(facts.affiliations)
        self.words = set(facts.words)
        self.identities = set(facts.identities)

    def take_in(self, other: Profile) -> None:
        """Makes the other's mentions this person's."""
        self.mentions += other.mentions
        self.works |= other.works
        self.forms |= other.forms
        years = [year for year in (self.first, self.last, other.first, other.last) if year]
        self.first, self.last = (min(years), max(years)) if years else (0, 0)
        for key, givens in other.coauthors.items():
            self.coauthors.setdefault(key, set()).update(givens)
        self.affiliations |= other.affiliations
        self.words |= other.words
        self.identities |= other.identities

    def agreement(self, other: Profile) -> Agreement:
        """The best agreement of any two forms of the names, and a conflict where any two conflict."""
        best = Agreement.CONFLICT
        for mine in self.forms:
            for theirs in other.forms:
                found = agreement(mine, theirs)
                if found is Agreement.CONFLICT:
                    return found
                best = max(best, found)
        return best


class Weighed(NamedTuple):
    """The evidence that two are one: its sum, and the facts in it."""

    score: float
    agreement: Agreement
    coauthors: tuple[int, ...] = ()
    """The numbers of the co-authors in common, the rarest first."""
    affiliations: tuple[int, ...] = ()
    words: tuple[int, ...] = ()
    weight: float = 0.0
    """What co-authors and affiliations alone weigh."""
    others: float = 0.0
    """How many other persons are expected to have a name that agrees as well."""


def weigh(one: Profile, other: Profile, family: str, known: Frequencies) -> Weighed | None:
    """The evidence that two authors with one family name are one person; None where they cannot be."""
    found = one.agreement(other)
    if found is Agreement.CONFLICT or one.works & other.works or _identified_apart(one, other):
        return None
    others = known.others(family, _longest(one.forms), _longest(other.forms), found)
    score = -math.log(others + 0.01) * (_COMMON if others > _FEW else 1.0)
    coauthors = _coauthors(one, other, known)
    weights = [weight for weight, _ in coauthors]
    company = sum(weight * _SEVERAL[min(at, len(_SEVERAL) - 1)] for at, weight in enumerate(weights[:12]))
    shared = one.affiliations & other.affiliations
    company += min(4.0, sum(known.of_affiliation(each) for each in shared))
    if not shared and not coauthors and one.coauthors and other.coauthors:
        score -= 1.0
    words = sorted(one.words & other.words, key=known.of_word, reverse=True)
    subject = sum(map(known.of_word, words[:8])) / (1 + math.log1p(min(len(one.words), len(other.words)) / 8))
    score += company + min(2.5, subject) + _years(one, other)
    telling = tuple(word for word in words[:8] if known.of_word(word) > _RARE)
    return Weighed(score, found, tuple(key for _, key in coauthors), tuple(sorted(shared)), telling, company, others)


_RARE: Final = 1.0
"""What a word of a title must weigh to be told as evidence."""


def _coauthors(one: Profile, other: Profile, known: Frequencies) -> list[tuple[float, int]]:
    """The co-authors in common with their weights, the heaviest first."""
    fewer, more = sorted((one.coauthors, other.coauthors), key=len)
    found = []
    for key, givens in fewer.items():
        theirs = more.get(key)
        if theirs is None:
            continue
        best = max(agreement(mine, each) for mine in givens for each in theirs)
        if best is not Agreement.CONFLICT:
            found.append((known.of_coauthor(key, givens & theirs), key))
    return sorted(found, key=lambda each: (-each[0], each[1]))


def _years(one: Profile, other: Profile) -> float:
    """What speaks against two whose works are many years apart."""
    if not one.first or not other.first:
        return 0.0
    gap = max(one.first - other.last, other.first - one.last, 0)
    return -min(3.0, 0.15 * max(0, gap - 10))


def _identified_apart(one: Profile, other: Profile) -> bool:
    """Whether an ORCID of each says that they are two."""
    mine = {each for each in one.identities if each.startswith("orcid:")}
    theirs = {each for each in other.identities if each.startswith("orcid:")}
    return bool(mine and theirs and not mine & theirs)


def _longest(forms: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return max(forms, key=lambda form: (sum(map(len, form)), form))
