"""Titles compared: of works, and the names of organizations, initiatives and topics, word by word."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from ipcgraph.folding import words
from ipcgraph.names import letters_apart

KEPT: Final = 20_000
LONGEST: Final = 60
"""Words of a title that are looked at."""
_LEFT_OUT: Final = frozenset({
    "a", "an", "and", "at", "by", "das", "de", "der", "die", "et", "for", "in", "la", "le", "of", "on", "the", "to",
    "und", "y",
})  # fmt: skip
"""Words that weigh less where they are missing."""


@lru_cache(KEPT)
def title_words(text: str) -> tuple[str, ...]:
    """The words of a title, folded, at most LONGEST.

    >>> title_words("Tides & Travel: A Déjà-vu")
    ('tides', 'travel', 'a', 'deja', 'vu')
    """
    return tuple(words(text)[:LONGEST])


def title_key(text: str) -> str:
    """The words of a title as one text: two titles that differ in capitals, accents and punctuation have the same."""
    return " ".join(title_words(text))


def title_sense(text: str) -> str:
    """The words of a title that tell it from others, as one text: without articles and the like.

    >>> title_sense("The Tides & the Travel"), title_sense("Tides and travel"), title_sense("To be")
    ('tides travel', 'tides travel', 'be')
    """
    found = title_words(text)
    return " ".join([word for word in found if word not in _LEFT_OUT] or found)


def compare_titles(one: str, other: str) -> float:
    """How like two titles are: 1.0 for the same words in the same order, 0.0 where no word agrees.

    >>> compare_titles("The Tides of the Bay", "Tides of the bay"), compare_titles("Tides", "Currents")
    (0.96, 0.0)
    """
    first, second = title_words(one), title_words(other)
    if not first or not second:
        return 0.0
    if first == second or "".join(first) == "".join(second):
        return 1.0
    left = list(second)
    agreed = 0.0
    for word in first:
        near = [(each, _likeness(word, each)) for each in left]
        best = max(near, key=lambda pair: pair[1], default=("", 0.0))
        if best[1]:
            left.remove(best[0])
            agreed += best[1] * _weight(word)
    total = max(sum(map(_weight, first)), sum(map(_weight, second)))
    return round(min(agreed / total, 0.98), 2)


def _likeness(word: str, other: str) -> float:
    if word == other:
        return 1.0
    length = max(len(word), len(other))
    letters = letters_apart(word, other, limit=2 if length > 7 else 1) if length > 3 else None
    return 0.0 if letters is None else 1 - letters / length


def _weight(word: str) -> float:
    return 0.1 if word in _LEFT_OUT else 1.0
