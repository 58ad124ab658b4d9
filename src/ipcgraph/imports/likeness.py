"""Which known work an imported one is: by identifier, else by title, year and authors."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.folding import words
from ipcgraph.identity.names import Agreement, PersonName, agreement, folded
from ipcgraph.titles import title_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from ipcgraph.entries import WorkEntry
    from ipcgraph.imports.known import Known

_LONG: Final = 4
"""A title of so many words is hardly that of two works by the same authors in one year."""
_SCHEMES: Final = ("doi", "openalex")
_GENERIC: Final = frozenset({"introduction", "editorial", "preface", "foreword", "letter", "conclusion", "erratum"})


class Like(NamedTuple):
    """A work that an imported one is, or may be."""

    work: str
    """Its id."""
    how: str
    """What says so, as in `by its DOI`."""
    is_certain: bool
    why: tuple[str, ...] = ()


class Compared(NamedTuple):
    """What works are compared by."""

    title: str
    year: str
    authors: tuple[frozenset[str], ...]
    """The words of each author's name, without initials."""
    identifiers: frozenset[tuple[str, str]]
    isbn: str


class Works:
    """The works to compare with: those of the graph, and each imported one once it has an id."""

    def __init__(self, known: Known, merged: Collection[str] = ()) -> None:
        """`merged` are the works that others have been decided to be: the graph has no longer all that these said."""
        self._merged = {work: _sources(known, work) for work in merged if known.kinds.get(work) == "Work"}
        self._identified: dict[tuple[str, str], str] = {}
        self._titled: defaultdict[str, list[str]] = defaultdict(list)
        self._compared: dict[str, Compared] = {}
        self._read: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        """The works of the graph that were read from a file, by their Source and all that it says of them."""
        for work in known.of_kind("Work"):
            said = known.texts[work]
            names = [each.name or known.text(each.author, "name") for each in known.authors.get(work, ())]
            for source in sorted(_sources(known, work)):
                whole = _whole(source, known.text(work, "title"), known.text(work, "issued"), names)
                self._read[whole].append(work)
            titles = (*said.get("title", ()), *said.get("alternateName", ()))
            identifiers = frozenset((scheme, value.lower()) for scheme in _SCHEMES for value in said.get(scheme, ()))
            for title in titles:
                compared = Compared(
                    title_key(title), known.text(work, "issued")[:4], _authors(names), identifiers,
                    known.text(work, "isbn"),
                )  # fmt: skip
                self._take_in(work, compared)

    def take_in(self, work: str, entry: WorkEntry) -> None:
        """Makes an imported work one that later ones are compared with."""
        self._take_in(work, _of_entry(entry))

    def _take_in(self, work: str, compared: Compared) -> None:
        self._titled[compared.title].append(work)
        self._compared.setdefault(work, compared)
        for identifier in compared.identifiers:
            self._identified.setdefault(identifier, work)

    def like(self, entry: WorkEntry, source: str) -> Like | None:
        """The work that an entry is, or may be; None for one that is new.

        Certain are an identifier in common; an ISBN and the title; the title, the year and the authors, one by one,
        where nothing speaks against it; and a record that was read from a file of this name (`source`) before. A title
        that agrees otherwise, by common authors, is a question: a preprint and its article, editions, a work listed
        twice with different identifiers.
        """
        mine = _of_entry(entry)
        for scheme, value in sorted(mine.identifiers):
            work = self._identified.get((scheme, value))
            if work:
                return Like(work, f"by its {_spoken(scheme)}", is_certain=True)
        again = self._again(entry, source, mine)
        if again:
            return Like(again, "by title, in the same file", is_certain=True)
        found = [like for work in self._titled.get(mine.title, ()) if (like := self._by_title(work, mine, source))]
        return max(found, key=lambda like: like.is_certain, default=None)

    def _again(self, entry: WorkEntry, source: str, mine: Compared) -> str:
        """The work that this very record has become in an earlier import; of several alike each is given once."""
        names = [each.name.text for each in entry.contributors]
        read = self._read.get(_whole(source, entry.title or entry.doi or entry.key, entry.issued, names), [])
        for work in read:
            if not _apart(mine, self._compared[work]):
                read.remove(work)
                return work
        return ""

    def _by_title(self, work: str, mine: Compared, source: str) -> Like | None:
        theirs = self._compared[work]
        if source in self._merged.get(work, ()):
            return Like(work, "by title, in the same file, and a decision", is_certain=True)
        if mine.isbn and mine.isbn == theirs.isbn:
            return Like(work, "by its ISBN and title", is_certain=True)
        common = frozenset[str]().union(*mine.authors) & frozenset[str]().union(*theirs.authors)
        if mine.authors and theirs.authors and not common:
            return None
        apart = _apart(mine, theirs)
        length = len(mine.title.split())
        same_year = mine.year == theirs.year
        same_authors = _are_same(mine.authors, theirs.authors)
        if same_year and not apart and same_authors and (length >= _LONG or mine.title not in _GENERIC):
            return Like(work, "by title, year and authors", is_certain=True)
        if not common or length < 2:
            return None
        why = ["the titles agree", f"names in common: {', '.join(sorted(common))}"]
        if not same_year:
            why.append(f"the years differ: {mine.year or 'none'} and {theirs.year or 'none'}")
        why += [f"both have a {_spoken(scheme)}, and not the same" for scheme in sorted(apart)]
        return Like(work, "by title", is_certain=False, why=tuple(why))


def _of_entry(entry: WorkEntry) -> Compared:
    identifiers = frozenset(
        (scheme, value.lower()) for scheme, value in (("doi", entry.doi), ("openalex", entry.openalex)) if value
    )
    names = (each.name.text for each in entry.contributors)
    return Compared(title_key(entry.title), entry.issued[:4], _authors(names), identifiers, entry.isbn)


def _sources(known: Known, work: str) -> set[str]:
    """The ids of the Sources that a work of the graph rests on."""
    said = known.texts[work]
    return {each.removeprefix(known.base) for key in ("evidence", "listedIn") for each in said.get(key, ())}


def _apart(one: Compared, other: Compared) -> set[str]:
    """The schemes in which both have an identifier; where it is not the same, they are hardly one."""
    return {scheme for scheme, _ in one.identifiers} & {scheme for scheme, _ in other.identifiers}


def _whole(source: str, title: str, issued: str, names: Iterable[str]) -> tuple[str, ...]:
    return source, " ".join(title.split()), issued[:4], *dict.fromkeys(folded(name) or name for name in names)


def paired(ours: Sequence[PersonName], theirs: Sequence[PersonName]) -> dict[int, int]:
    """Which authors of two records of one work are the same: for each of theirs the number of ours.

    By family name: in the same position, or where only one author of either record has it; never where given names
    conflict.
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(ours):
        places[name.family].append(number)
    counts = Counter(name.family for name in theirs)
    pairs: dict[int, int] = {}
    for number, name in enumerate(theirs):
        near = places.get(name.family, []) if name.family else []
        is_alone = len(near) == 1 and counts[name.family] == 1
        found = near[0] if is_alone else number if number in near else None
        if found is not None and agreement(ours[found].given, name.given) is not Agreement.CONFLICT:
            pairs[number] = found
    return pairs


def _authors(names: Iterable[str]) -> tuple[frozenset[str], ...]:
    """The words of names, of the first hundred: a work of thousands is known by fewer."""
    return tuple(
        frozenset(word for word in words(name) if len(word) > 1 or not word.isascii()) for name in islice(names, 100)
    )


def _are_same(ours: tuple[frozenset[str], ...], theirs: tuple[frozenset[str], ...]) -> bool:
    """Whether as many authors, in the same order, have a word of their names in common each."""
    return bool(ours) and len(ours) == len(theirs) and all(one & other for one, other in zip(ours, theirs, strict=True))


def _spoken(scheme: str) -> str:
    return {"doi": "DOI", "openalex": "OpenAlex id"}.get(scheme, scheme)
