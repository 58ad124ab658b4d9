"""A list of names as people keep them: persons of a graph, and others, each written wrong in one of some ways."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Person(NamedTuple):
    """Someone who can be on the list."""

    iri: str
    name: str
    coauthors: tuple[str, ...]
    works: tuple[str, ...]


class Row(NamedTuple):
    """A row of the list: what is written, by what damage, and who is meant; a person that is not in the graph is ''."""

    text: str
    damage: str
    iri: str
    coauthor: str
    work: str


def stripped(text: str) -> str:
    """A text without its accents."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def misspelt(word: str, chance: random.Random) -> str:
    """A word with a letter left out, doubled, replaced, or swapped with the next; never the first letter."""
    place = chance.randrange(1, len(word) - 1)
    how = chance.randrange(4)
    if how == 0:
        return word[:place] + word[place + 1 :]
    if how == 1:
        return word[:place] + word[place] + word[place:]
    if how == 2:
        return word[:place] + chance.choice(LETTERS.replace(word[place].lower(), "")) + word[place + 1 :]
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def one_typo(words: list[str], chance: random.Random) -> str:
    place = max(range(len(words)), key=lambda index: (len(words[index]), chance.random()))
    return " ".join([*words[:place], misspelt(words[place], chance), *words[place + 1 :]])


def two_typos(words: list[str], chance: random.Random) -> str:
    return one_typo(one_typo(words, chance).split(), chance)


def comma(words: list[str], _: random.Random) -> str:
    return f"{words[-1]}, {' '.join(words[:-1])}"


def swapped(words: list[str], _: random.Random) -> str:
    return " ".join([words[-1], *words[:-1]])


def initials(words: list[str], _: random.Random) -> str:
    return " ".join([*(f"{word[0]}." for word in words[:-1]), words[-1]])


def initials_behind(words: list[str], _: random.Random) -> str:
    return f"{words[-1]} {''.join(word[0] for word in words[:-1])}"


DAMAGES: Mapping[str, Callable[[list[str], random.Random], str]] = {
    "as it is": lambda words, _: " ".join(words),
    "accents left out": lambda words, _: stripped(" ".join(words)),
    "capitals only": lambda words, _: stripped(" ".join(words)).upper(),
    "last name first, comma": comma,
    "last name first, no comma": swapped,
    "middle names left out": lambda words, _: f"{words[0]} {words[-1]}",
    "one letter wrong": one_typo,
    "two letters wrong": two_typos,
    "comma, accents, one letter": lambda words, chance: stripped(comma(one_typo(words, chance).split(), chance)),
    "initials, last name": initials,
    "last name, initials": initials_behind,
}
"""What is done to a name. Middle names are left out only where there are some, accents only where there are some."""
FITTING: Mapping[str, Callable[[str], bool]] = {
    "accents left out": lambda name: stripped(name) != name,
    "middle names left out": lambda name: len(name.split()) > 2,
}


def damaged(persons: Sequence[Person], absent: Sequence[Person], *, rows: int, seed: int = 7) -> list[Row]:
    """A list of so many rows, 15 of 100 of them about persons of `absent`, with each damage equally often."""
    chance = random.Random(seed)
    found: list[Row] = []
    names = list(DAMAGES)
    taken: set[str] = set()
    while len(found) < rows:
        damage = names[len(found) % len(names)]
        is_absent = len(found) % 20 in {6, 13, 19}
        person = chance.choice(absent if is_absent else persons)
        words = person.name.split()
        fits = len(words) >= 2 and max(map(len, words)) >= 5 and FITTING.get(damage, bool)(person.name)
        if person.iri in taken or not fits:
            continue
        taken.add(person.iri)
        text = DAMAGES[damage](words, chance)
        coauthor = chance.choice(person.coauthors) if person.coauthors else ""
        work = chance.choice(person.works) if person.works else ""
        found.append(Row(text, damage, "" if is_absent else person.iri, coauthor, work))
    return found
