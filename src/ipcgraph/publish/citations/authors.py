"""The names of authors in their parts: family and given name only where the name, or another form of it, tells."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Author(NamedTuple):
    """The name of an author. `family` and `given` are empty where nothing says which part is which."""

    text: str
    """The whole name, in the order in which it is written."""
    family: str = ""
    given: str = ""
    suffix: str = ""
    """`Jr.` and the like."""
    institution: bool = False


_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.-?)+|[^\W\d_]")
"""`J.`, `J.-P.`, `J.A.` or a letter by itself."""
_SUFFIX: Final = re.compile(r"(?:Jr|Sr)\.?|II|III|IV", re.IGNORECASE)


def author_name(name: str, others: Iterable[str] = ()) -> Author:
    """A person's name in its parts, as far as they are certain.

    They are where the name, or one of its other forms, has a comma (`Muñoz, José`); where another form shortens the
    given names (`J. Muñoz`); where an initial stands before the last word (`Richard K. Lester`); and where a small word
    does (`Vincent van Gogh`). Of `Ben Armstrong`, `Li Wei` and `Gabriel García Márquez` alone nobody can tell.

    >>> author_name("Richard K. Lester")
    Author(text='Richard K. Lester', family='Lester', given='Richard K.', suffix='', institution=False)
    >>> author_name("Li Wei").family, author_name("Li Wei", ["Li, W."]).family
    ('', 'Li')
    """
    name, suffix = _without_suffix(name)
    parts = _at_comma(name)
    if parts is not None:
        return Author(" ".join((*parts[::-1], suffix)).strip(), *parts, suffix)
    words = name.split()
    family = next((found for other in others if (found := _family_by(other, words))), ()) or _family_within(words)
    whole = " ".join(filter(None, (name, suffix)))
    if not family:
        return Author(whole)
    count = len(family)
    given = words[:-count] if tuple(words[-count:]) == family else words[count:]
    return Author(whole, " ".join(family), " ".join(given), suffix)


def is_short_for(short: str, name: str) -> bool:
    """Whether a name is another with given names as initials: `B. Armstrong` for `Ben Armstrong`."""
    return bool(_family_by(short, name.split()))


def _without_suffix(name: str) -> tuple[str, str]:
    head, separator, last = name.rpartition(",") if "," in name else name.rpartition(" ")
    last = last.strip()
    # A roman numeral counts after two words only: `Li II` may be a given name.
    certain = separator and _SUFFIX.fullmatch(last) and (last[0] in "JjSs" or len(head.split()) > 1)
    return (head.strip(), last) if certain else (name.strip(), "")


def _at_comma(name: str) -> tuple[str, str] | None:
    family, _, given = (part.strip() for part in name.partition(","))
    return (family, given) if family and given and "," not in given else None


def _family_by(other: str, words: Sequence[str]) -> tuple[str, ...]:
    """The words of a name that are its family name by another form of the same name; none where that does not tell."""
    parts = _at_comma(_without_suffix(other)[0])
    if parts is not None:
        return _matched(parts[0].split(), parts[1].split(), words)
    listed = other.split()
    for count in range(1, len(listed)):
        first, last = listed[:count], listed[count:]
        # With `M. Luisa Fernández` nobody knows where the family name begins.
        if all(map(_INITIALS.fullmatch, first)) and _is_one_name(last):
            return _matched(last, first, words)
        if all(map(_INITIALS.fullmatch, last)) and _is_one_name(first):
            return _matched(first, last, words)
    return ()


def _matched(family: Sequence[str], given: Sequence[str], words: Sequence[str]) -> tuple[str, ...]:
    """The family name as the name writes it, where it begins or ends with it and the rest fits the given names."""
    count = len(family)
    for found, rest in ((words[-count:], words[:-count]), (words[:count], words[count:])):
        if rest and [_folded(word) for word in found] == [_folded(word) for word in family] and _fits(given, rest):
            return tuple(found)
    return ()


def _fits(given: Sequence[str], rest: Sequence[str]) -> bool:
    """Whether given names, or their initials, are those of these words; some may be left out at the end."""
    letters = [letter for word in given for letter in (word.replace("-", "").split(".") if "." in word else [word])]
    short = [_folded(letter) for letter in letters if letter]
    full = [_folded(part) for word in rest for part in word.split("-")]
    return len(short) <= len(full) and all(
        name == part or (len(part) == 1 and name.startswith(part)) for part, name in zip(short, full, strict=False)
    )


def _family_within(words: Sequence[str]) -> tuple[str, ...]:
    """The family name of a name by its own initials or small words."""
    initials = [place for place, word in enumerate(words) if _INITIALS.fullmatch(word)]
    if initials and len(initials) < len(words):
        # `J. Muñoz`, `Richard K. Lester`, `Mary J. van Berg`.
        rest = words[initials[-1] + 1 :]
        if rest and _is_one_name(rest):
            return tuple(rest)
        if not rest and initials[0] == 1:
            return (words[0],)
        return ()
    small = next((place for place, word in enumerate(words) if word.islower() and place), 0)
    rest = words[small:]
    return tuple(rest) if small and _is_one_name(rest) else ()


def _is_one_name(words: Sequence[str]) -> bool:
    """Whether these are small words and one that is not: `Lester`, `van der Berg`."""
    last = words[-1]
    return all(word.islower() for word in words[:-1]) and not last.islower() and not _INITIALS.fullmatch(last)


def _folded(word: str) -> str:
    """The word for comparison: `Muñoz` and `MUNOZ` are the same."""
    plain = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold().strip(".")
