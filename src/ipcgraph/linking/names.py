"""The names under which something is looked for where only whole names are found: its own, and common variants."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from ipcgraph.folding import is_unspaced
from ipcgraph.names import parse_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipcgraph.linking.subjects import Subject

MOST: Final = 12
"""So many names of one thing are looked for."""


def name_variants(subject: Subject) -> tuple[str, ...]:
    """The names to look for, the likeliest first: in reading order, without middle names and initials, without accents.

    Names of which only initials and a family name are known are not among them: they would find anybody.

    >>> from ipcgraph.linking.subjects import Subject
    >>> name_variants(Subject("person/x", "Person", ("Muñoz, José B.",)))
    ('José B. Muñoz', 'José Muñoz', 'Jose B. Munoz', 'Jose Munoz')
    """
    found = dict.fromkeys(_variants(subject))
    plain = dict.fromkeys(_without_accents(name) for name in found)
    return tuple(found | plain)[:MOST]


def _variants(subject: Subject) -> Iterator[str]:
    if subject.kind == "Organization":
        for name in subject.names:
            yield name
            yield name.removeprefix("The ")
        return
    read = [_read(name) for name in subject.names if parse_name(name).is_full]
    for words in read:
        if not _is_initial(words[0]) and not _is_initial(words[-1]):
            yield " ".join(words)
    for words in read:
        inner = [word for word in words[1:-1] if not _is_initial(word) and word.islower()]  # particles: van der
        if len(words) > 1 and not _is_initial(words[0]) and not _is_initial(words[-1]):
            yield " ".join([words[0], *inner, words[-1]])


def _read(name: str) -> list[str]:
    """The words of a name in reading order: `Lovelace, Ada` as Ada Lovelace."""
    family, comma, given = name.partition(",")
    return (f"{given} {family}" if comma else name).split() or [name]


def _is_initial(word: str) -> bool:
    """Whether a word stands for another: `A.`, `JR.`; a letter of a script without spaces is a word."""
    bare = word.rstrip(".")
    return (len(bare) <= 1 or bare != word) and not (bare and is_unspaced(bare[0]))


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if unicodedata.category(sign) != "Mn"))
