"""Names of persons compared: their words, initials and particles, in whatever order, and how far two of them agree."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.folding import is_unspaced, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST: Final = 12
"""Words of a name that are looked at: more are no name, and would take long to pair."""
KEPT: Final = 20_000
"""So many names are kept in memory with their words."""

PARTICLES: Final = frozenset({
    "af", "al", "ap", "av", "bar", "ben", "bin", "bint", "da", "das", "de", "degli", "dei", "del", "della", "den",
    "der", "des", "di", "do", "dos", "du", "e", "el", "ibn", "la", "las", "le", "los", "och", "op", "ten", "ter",
    "the", "till", "tot", "van", "vanden", "vander", "ver", "vom", "von", "y", "zu", "zum", "zur",
})  # fmt: skip
"""Words that belong to a family name but are often left out or written together; never the first or the last word."""
_TITLES: Final = frozenset({"dame", "dipl", "dr", "ing", "miss", "mr", "mrs", "ms", "prof", "professor", "rev", "sir"})
_SUFFIXES: Final = frozenset({"esq", "ii", "iii", "iv", "jr", "md", "phd", "sr"})
_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


class Agreement(IntEnum):
    """How two names agree, the better the higher."""

    DIFFERENT = 0
    """Some word of each has no like in the other."""
    INITIALS = 1
    """As far as they go: what one has as a word the other has as a letter, and no first name agrees in full."""
    PARTIAL = 2
    """First and last name agree in full; further names are missing in one, or are letters there."""
    SPELLING = 3
    """All words agree, but for a letter or two in one of them, or for a short form of a first name."""
    REORDERED = 4
    """The same words in another order, and no comma says which is the family's."""
    IDENTICAL = 5
    """The same words in the same order, whatever their capitals, accents, hyphens and particles."""


class Name(NamedTuple):
    """A name, taken apart. Words are folded (small letters, no accents) and in reading order, the family's last."""

    words: tuple[str, ...]
    particles: tuple[str, ...] = ()
    has_comma: bool = False
    """Whether a comma says which words are the family's."""
    family: int = 1
    """So many words at the end are the family's: stated by a comma, else one."""
    letters: tuple[str, ...] = ()
    """Words of capitals only, as `BA` in `Armstrong BA`, which can be initials."""

    @property
    def is_full(self) -> bool:
        """Whether it has a first and a last name, and not initials alone; one word of a script without spaces has both.

        >>> parse_name("Ada Lovelace").is_full, parse_name("A. Lovelace").is_full, parse_name("李伟").is_full
        (True, False, True)
        """
        full = [word for word in self.words if len(word) > 1]
        return len(full) >= 2 or (len(full) == 1 and is_unspaced(full[0][0]))

    @property
    def key(self) -> str:
        """The words in the order of the alphabet: the same for a name in any order."""
        return " ".join(sorted(self.words))


class Likeness(NamedTuple):
    """How two names agree, and how much: 1.0 is the same name, below 0.6 hardly anything speaks for it."""

    agreement: Agreement
    similarity: float
    letters: int = 0
    """Letters that differ in words that are otherwise the same."""
    initials: int = 0
    """Words that are a letter in one of them."""
    missing: int = 0
    """Words that only one of them has."""


@lru_cache(KEPT)
def parse_name(text: str) -> Name:
    """The name in a text: `Ada Lovelace`, `Lovelace, Ada`, `LOVELACE A.`, `Dr. Ada King-Noel, Jr.`.

    >>> parse_name("van der Waals, Johannes D.")
    Name(words=('johannes', 'd', 'waals'), particles=('van', 'der'), has_comma=True, family=1, letters=())
    >>> parse_name("Müller-Lüdenscheidt, H").words, parse_name("李伟").words
    (('h', 'muller', 'ludenscheidt'), ('李伟',))
    """
    text = _BRACKETS.sub(" ", text)
    parts = [found for part in re.split("[,،，]", text) if (found := [*_words(part)])]
    parts = [part for part in parts if not all(word in _SUFFIXES for word in part)] or parts
    parts = [[word for word in part if word not in _SUFFIXES] or part for part in parts]
    has_comma = len(parts) > 1
    family = parts[0] if has_comma else []
    given = [word for part in (parts[1:] if has_comma else parts) for word in part]
    if len(given) > 1 - has_comma and given and given[0] in _TITLES and len(given) + len(family) > 2:
        given = given[1:]
    every = (given + family)[:LONGEST]
    inner = [place for place, word in enumerate(every) if word in PARTICLES and 0 < place < len(every) - 1]
    kept = tuple(word for place, word in enumerate(every) if place not in inner)
    stated = sum(place not in inner for place in range(len(given), len(every))) if has_comma else 1
    capitals = () if text.isupper() else tuple(each.lower() for each in re.findall(r"\b[A-Z]{2,3}\b", text))
    return Name(
        kept, tuple(every[place] for place in inner), has_comma, min(max(stated, 1), max(len(kept), 1)),
        tuple(word for word in capitals if word in kept),
    )  # fmt: skip


def _words(text: str) -> Iterator[str]:
    """The words of a text; what is written without spaces between its words is one."""
    run = ""
    for word in words(text):
        if len(word) == 1 and is_unspaced(word):
            run += word
            continue
        if run:
            yield run
            run = ""
        yield word
    if run:
        yield run


def compare_names(one: str | Name, other: str | Name) -> Likeness:
    """How far two names agree; which of them is first does not matter.

    >>> compare_names("Lovelace, Ada", "Ada Lovelace").agreement.name
    'IDENTICAL'
    >>> compare_names("A. Lovelace", "Ada Lovelace").agreement.name
    'INITIALS'
    >>> compare_names("Ada Lovelcae", "Ada Lovelace")
    Likeness(agreement=<Agreement.SPELLING: 3>, similarity=0.94, letters=1, initials=0, missing=0)
    """
    first = parse_name(one) if isinstance(one, str) else one
    second = parse_name(other) if isinstance(other, str) else other
    if not first.words or not second.words:
        return _NOTHING
    # In one order always: whichever is first, the answer is the same.
    first, second = sorted((first, second))
    pairs = ((left, right) for left in _readings(first) for right in _readings(second))
    return max(_compared(left, right) for left, right in pairs)


_NOTHING: Final = Likeness(Agreement.DIFFERENT, 0.0)


def _readings(name: Name) -> Iterator[Name]:
    """The name, and the name with words of capitals taken as initials: `Armstrong BA` as `Armstrong B A`."""
    yield name
    if name.letters and len(name.words) > 1:
        apart = tuple(part for word in name.words for part in (word if word in name.letters else (word,)))
        yield name._replace(words=apart, letters=())


def _compared(one: Name, other: Name) -> Likeness:
    dropped = _PARTICLE if one.particles != other.particles else 0.0
    if one.words == other.words and not one.is_full:
        initials = sum(len(word) == 1 for word in one.words)
        return Likeness(Agreement.INITIALS, 0.9 - dropped, initials=initials)
    if one.words == other.words:
        return Likeness(Agreement.IDENTICAL, 1.0 - dropped)
    if "".join((*one.particles, *one.words)) == "".join((*other.particles, *other.words)) or (
        "".join(one.words) == "".join(other.words)
    ):
        return Likeness(Agreement.IDENTICAL, 0.99)
    if one.is_full and sorted(one.words) == sorted(other.words):
        return Likeness(Agreement.REORDERED, 0.96 - dropped)
    found = _paired(one, other)
    joined = _rejoined(one, other)
    return max(found, joined) if joined else found


_PARTICLE: Final = 0.01


def _rejoined(one: Name, other: Name) -> Likeness | None:
    """The names compared with two neighbouring words of one written as one: `Jean Pierre` and `Jeanpierre`."""
    if abs(len(one.words) - len(other.words)) != 1 or min(len(one.words), len(other.words)) < 2:
        return None
    long, short = (one, other) if len(one.words) > len(other.words) else (other, one)
    for place in range(len(long.words) - 1):
        whole = long.words[place] + long.words[place + 1]
        if whole in short.words and 1 not in map(len, long.words[place : place + 2]):
            joined = (*long.words[:place], whole, *long.words[place + 2 :])
            found = _compared(long._replace(words=joined), short)
            return found._replace(similarity=round(found.similarity - 0.01, 2))
    return None


class _Pair(NamedTuple):
    """A word of one name and the word of the other that is meant by it."""

    likeness: float
    letters: int = 0
    """Letters in which they differ."""
    initial: bool = False
    """Whether one of them is a letter."""
    short: bool = False
    """Whether one of them begins the other, as Ben does Benjamin."""
    left: int = 0
    right: int = 0


def _paired(one: Name, other: Name) -> Likeness:
    """The names with each word paired with the one it is most like, whatever the order."""
    possible = [
        pair._replace(left=left, right=right)
        for left, word in enumerate(one.words)
        for right, against in enumerate(other.words)
        if (pair := _pair(word, against))
    ]
    shift = len(one.words) - len(other.words)
    # Of pairs that are equally alike, those in the same place, counted from the end, where the family's name stands.
    possible.sort(key=lambda pair: (-pair.likeness, abs(pair.left - pair.right - shift), pair.left, pair.right))
    taken: list[_Pair] = []
    for pair in possible:
        if all(pair.left != each.left and pair.right != each.right for each in taken):
            taken.append(pair)
    missing = len(one.words) + len(other.words) - 2 * len(taken)
    return _judged(one, other, taken, missing)


def _judged(one: Name, other: Name, taken: Sequence[_Pair], missing: int) -> Likeness:
    letters = sum(pair.letters for pair in taken)
    initials = sum(pair.initial for pair in taken)
    full = [pair for pair in taken if not pair.initial]
    less = 0.03 * letters + 0.05 * any(pair.short for pair in taken) + _PARTICLE * (one.particles != other.particles)
    both_lack = len(taken) < min(len(one.words), len(other.words))
    agreement = Agreement.DIFFERENT
    if both_lack or not full:
        return Likeness(agreement, _remote(one, other, taken), letters, initials, missing)
    is_crossed = any(
        (pair.left - other_pair.left) * (pair.right - other_pair.right) < 0 for pair in taken for other_pair in taken
    )
    less += 0.03 * is_crossed
    if len(full) >= 2 and not (missing or initials):
        agreement, best = Agreement.SPELLING, 0.97
    elif (
        len(full) >= 2
        and _spans(one, other, full)
        and min(pair.likeness for pair in full) > _SURE
        and not _begins_with_letter(one, other, taken)
    ):
        agreement, best = Agreement.PARTIAL, 0.93 - 0.03 * (missing + initials)
    elif initials and _family_agrees(one, other, full):
        agreement, best = Agreement.INITIALS, 0.82 - 0.03 * missing
    else:
        best = 0.5
    return Likeness(agreement, round(max(best - less, 0.3), 2), letters, initials, missing)


def _begins_with_letter(one: Name, other: Name, taken: Sequence[_Pair]) -> bool:
    """Whether what stands at an end of a name, where the first name does, is only a letter, and a word in the other."""
    return any(
        pair.initial and len(name.words[place]) == 1 and place in {0, len(name.words) - 1}
        for pair in taken
        for name, place in ((one, pair.left), (other, pair.right))
    )


def _remote(one: Name, other: Name, taken: Sequence[_Pair]) -> float:
    """How like names are that do not agree: by the share of their letters, so that the nearest of them come first."""
    alike = sum(pair.likeness * len(one.words[pair.left]) for pair in taken)
    lefts = [word for place, word in enumerate(one.words) if all(pair.left != place for pair in taken)]
    rights = [word for place, word in enumerate(other.words) if all(pair.right != place for pair in taken)]
    for word in lefts:
        found = [letters for each in rights if (letters := letters_apart(word, each, limit=_FAR)) is not None]
        if found and len(word) > _FAR + 1:
            alike += len(word) - 1.5 * min(found)
    total = max(sum(map(len, one.words)), sum(map(len, other.words)))
    return round(min(0.55, 0.75 * alike / total), 2)


_SURE: Final = 0.75
"""Words that are less like each other do not agree where names are missing, too."""
_FAR: Final = 3
"""So many letters may be wrong in a word that is only to be shown as something near."""


def _spans(one: Name, other: Name, full: Sequence[_Pair]) -> bool:
    """Whether a first and a last name are among the words that agree in full."""
    lefts, rights = {pair.left for pair in full}, {pair.right for pair in full}
    return _has_ends(lefts, len(one.words)) and _has_ends(rights, len(other.words))


def _has_ends(places: set[int], number: int) -> bool:
    # A name in another order has the family's word first; then, too, one of the two is at an end.
    return bool(places & {0, number - 1}) and len(places) >= 2


def _family_agrees(one: Name, other: Name, full: Sequence[_Pair]) -> bool:
    """Whether a word that agrees in full can be the family's in both: the last, or the first before initials."""
    return any(_can_be_family(one, pair.left) and _can_be_family(other, pair.right) for pair in full)


def _can_be_family(name: Name, place: int) -> bool:
    if place >= len(name.words) - name.family:
        return True
    # Before initials at the end: `King Lovelace A`.
    return not name.has_comma and len(name.words[place]) > 1 and len(name.words[-1]) == 1


@lru_cache(KEPT)
def _pair(word: str, other: str) -> _Pair | None:
    """Two words as a pair, None where they are nothing like each other."""
    if word == other:
        return _Pair(1.0, initial=len(word) == 1 and not is_unspaced(word))
    if is_unspaced(word[0]) or is_unspaced(other[0]):
        return None
    if min(len(word), len(other)) == 1:
        return _Pair(0.4, initial=True) if word[0] == other[0] else None
    if _transcribed(word) == _transcribed(other):
        return _Pair(0.99)
    letters = letters_apart(word, other, limit=_limit(word, other))
    if letters is not None:
        return _Pair(1 - letters / max(len(word), len(other)), letters=letters)
    short, long = sorted((word, other), key=len)
    return _Pair(0.6, short=True) if len(short) >= 3 and long.startswith(short) else None


def _limit(word: str, other: str) -> int:
    """So many letters may differ between two words that are to be one, by the longer of them."""
    length = max(len(word), len(other))
    return 2 if length > 7 else 1 if length > 2 else 0


def _transcribed(word: str) -> str:
    """A word without what is left of umlauts that are written with an e: `mueller` as `muller`."""
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u").replace("aa", "a")


def letters_apart(one: str, other: str, *, limit: int) -> int | None:
    """How many letters are wrong, missing, too many or swapped with their neighbour; None where more than the limit.

    The distance of optimal string alignment (Damerau 1964; Boytsov 2011 on the restriction).

    >>> letters_apart("armstrong", "amrstrong", limit=2), letters_apart("ada", "bob", limit=2)
    (1, None)
    """
    if abs(len(one) - len(other)) > limit:
        return None
    older: list[int] = []
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        older, before, row = before, row, [place]
        for at, against in enumerate(other, start=1):
            steps = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != against))
            if place > 1 and at > 1 and letter == other[at - 2] and one[place - 2] == against:
                steps = min(steps, older[at - 2] + 1)
            row.append(steps)
        if min(row) > limit:
            return None
    return row[-1] if row[-1] <= limit else None
