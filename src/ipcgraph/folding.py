"""Texts without accents and capitals, and their words: the same here and in the search of the pages."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LETTERS: Final = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n",
    "’": "", "'": "", "ʼ": "",
})  # fmt: skip
"""Letters that no decomposition takes apart; an apostrophe joins what it stands between."""

_ASCII_WORD: Final = re.compile("[a-z0-9]+")

# Scripts that are written without spaces: each of their characters is a word.
_UNSPACED: Final = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0x20000, 0x3FFFF),
)


def folded(text: str) -> str:
    """The text in small letters without accents.

    >>> folded("Tomáš Dvořák"), folded("Bjørn Åsgård")
    ('tomas dvorak', 'bjorn asgard')
    """
    if text.isascii():  # most texts are, and this is ten times as fast
        return text.lower().replace("'", "")
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in plain if unicodedata.category(letter)[0] != "M").translate(_LETTERS)


def words(text: str) -> list[str]:
    """The words of a text, folded: letters and digits that stand together; a sign such as an emoji is a word by itself.

    >>> words("Salt in the Wells: “Fresh” Water"), words("O'Brien 李伟 🌊")
    (['salt', 'in', 'the', 'wells', 'fresh', 'water'], ['obrien', '李', '伟', '🌊'])
    """
    if text.isascii():
        return _ASCII_WORD.findall(folded(text))
    found: list[str] = []
    letters: list[str] = []
    for letter in folded(text):
        if letter.isalnum() and not is_unspaced(letter):
            letters.append(letter)
            continue
        if letters:
            found.append("".join(letters))
            letters = []
        if letter.isalnum() or unicodedata.category(letter) == "So":
            found.append(letter)
    if letters:
        found.append("".join(letters))
    return found


def is_unspaced(letter: str) -> bool:
    """Whether a letter belongs to a script that is written without spaces between words."""
    code = ord(letter)
    return code >= _UNSPACED[0][0] and any(first <= code <= last for first, last in _UNSPACED)


def initial(text: str) -> str:
    """The letter under which a name stands in a list: of our alphabet, else `#`.

    >>> initial("Élise"), initial("李伟"), initial("42")
    ('E', '#', '#')
    """
    first = folded(text).lstrip()[:1].upper()
    return first if "A" <= first <= "Z" else "#"
