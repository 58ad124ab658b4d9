"""Mentions: every authorship of a set of works, in columns, with what can be weighed as evidence of who is meant."""

from __future__ import annotations

from array import array
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ipcgraph.identity.names import Orientations, PersonName, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Author(NamedTuple):
    """One author of a work, as the work lists them."""

    text: str
    family: str = ""
    given: str = ""
    identities: tuple[str, ...] = ()
    """What identifies the person, each with its scheme: `orcid:0000-…`, `known:person/ada`, `file:A1`."""
    affiliations: tuple[str, ...] = ()


class Mentions:
    """The authorships of works, added one work after the other; a mention is the number of an authorship.

    Texts are kept once and stand as numbers in arrays, so that a million works with three million authors fit into a
    fraction of a gigabyte.
    """

    def __init__(self) -> None:
        self.starts = array("L", [0])
        """The first mention of each work, and the number of all mentions at the end."""
        self.years = array("h")
        """The year of each work; 0 where it has none."""
        self.names = array("L")
        """The number of each mention's name as written."""
        self.works = array("L")
        """The work of each mention."""
        self.identities: dict[int, tuple[str, ...]] = {}
        self.affiliations: dict[int, tuple[int, ...]] = {}
        self.texts: list[tuple[str, str, str]] = []
        """The names as written: whole, family, given."""
        self._words = array("L")
        self._word_starts = array("L", [0])
        self._text_numbers: dict[tuple[str, str, str], int] = {}
        self._word_numbers: dict[str, int] = {}
        self._affiliation_numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.names)

    def add(self, title: str, year: int, authors: Iterable[Author]) -> None:
        """Takes a work in: its title, its year or 0, its authors in order."""
        work = len(self.years)
        for author in authors:
            mention = len(self.names)
            self.names.append(self._text_numbers.setdefault(author[:3], len(self._text_numbers)))
            if len(self._text_numbers) > len(self.texts):
                self.texts.append(author[:3])
            self.works.append(work)
            if author.identities:
                self.identities[mention] = author.identities
            if author.affiliations:
                numbers = self._affiliation_numbers
                self.affiliations[mention] = tuple(
                    sorted({numbers.setdefault(folded(each), len(numbers)) for each in author.affiliations})
                )
        self.starts.append(len(self.names))
        self.years.append(min(max(year, 0), 9999))
        numbers = self._word_numbers
        self._words.extend(
            sorted({numbers.setdefault(word, len(numbers)) for word in folded(title).split() if len(word) > 3})
        )
        self._word_starts.append(len(self._words))

    def words(self, work: int) -> Sequence[int]:
        """The numbers of the words of a work's title, of four letters or more."""
        return self._words[self._word_starts[work] : self._word_starts[work + 1]]

    def of_work(self, work: int) -> range:
        """The mentions of a work."""
        return range(self.starts[work], self.starts[work + 1])

    def word(self, number: int) -> str:
        """The word with this number."""
        return list(self._word_numbers)[number]

    def affiliation(self, number: int) -> str:
        """The affiliation with this number, folded."""
        return list(self._affiliation_numbers)[number]

    def word_counts(self) -> Counter[int]:
        """In how many titles each word stands."""
        return Counter(self._words)

    def affiliation_counts(self) -> Counter[int]:
        """How many mentions have each affiliation."""
        return Counter(number for numbers in self.affiliations.values() for number in numbers)

    def read_names(self) -> list[PersonName]:
        """The parts of each name as written, in the order that the names as a whole make likeliest."""
        orientations = Orientations()
        for text, family, given in self.texts:
            orientations.learn(text, family, given)
        return [orientations.read(text, family, given) for text, family, given in self.texts]
