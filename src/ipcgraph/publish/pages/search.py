"""The search of a site: an index in small files, of which a reader's browser loads the few that a word needs."""

from __future__ import annotations

import json
from itertools import groupby
from operator import itemgetter
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from ipcgraph.folding import words
from ipcgraph.publish.pages.assembly import head_title, plain
from ipcgraph.publish.pages.content import Link
from ipcgraph.publish.pages.library import KINDS
from ipcgraph.publish.pages.sheet import Sheet
from ipcgraph.publish.sorting import sorted_lines

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from ipcgraph.publish.pages.library import Library
    from ipcgraph.publish.pages.press import Press
    from ipcgraph.publish.pages.register import Entry, Register

FOUND: Final = (
    "Center",
    "Person",
    "Initiative",
    "Partner",
    "Commission",
    "Organization",
    "Topic",
    "Place",
    "Work",
    "Source",
    "Concept",
)
"""The kinds of things that are found, those that come first in an answer first."""
BLOCK: Final = 100
"""So many things are in one file of names."""
SHARD: Final = 30_000
"""A file of words has so many characters at most."""
ALONE: Final = 3_000
"""A word with a longer list of things than this many characters has a file for the list."""
LONGEST: Final = 40
"""Letters of a word that are looked at."""


class Word(NamedTuple):
    """A word of the index, how many things have it, and their numbers as text."""

    text: str
    total: int
    things: str


class Shards(NamedTuple):
    """Words in files: the first word of each file, in order, and the text of each."""

    beginnings: tuple[str, ...]
    files: tuple[str, ...]


def search_files(press: Press, register: Register) -> Iterator[tuple[str, str]]:
    """The search page and its index: path and text.

    The index is made of scripts that each call `ipcgraphSearch`, since a page that is opened from a folder may load
    scripts but no data. Things are numbered in the order in which equally good answers are shown.
    """
    library = press.library
    sheet = Sheet(library, "search.html")
    site = plain(library.site.title, 60)
    yield (
        sheet.path,
        press.document(
            "search.html",
            sheet,
            title=head_title("Search", library.site.title),
            description=f"Search over everything in {site}.",
            crumbs=(Link("Home", "index.html"),),
            values={},
        ),
    )
    with TemporaryFile("w+", encoding="utf-8", newline="\n") as found:
        number = yield from _names(library, register, found)
        found.seek(0)
        index = list(_words(line.rstrip("\n") for line in found))
    lists: list[str] = []
    begun = shards((word.text, _line(word, lists)) for word in index)
    # The ends of words find what is misspelt in its first letters; where all words are in one file nobody needs them.
    ended = shards((word.text[::-1], word.text) for word in index) if len(begun.files) > 1 else Shards((), ())
    for letter, files in (("p", lists), ("s", begun.files), ("e", ended.files)):
        for place, text in enumerate(files):
            yield _file(letter, place, text)
    yield (
        "search/index.js",
        _call("i", 0, {
            "things": number,
            "block": BLOCK,
            "kinds": [KINDS[kind][0] for kind in FOUND],
            "begin": begun.beginnings,
            "end": ended.beginnings,
        }),
    )  # fmt: skip


def _names(library: Library, register: Register, found: IO[str]) -> Generator[tuple[str, str], None, int]:
    """The files of names, and their number at the end; writes each word with the number of its thing as a line."""
    number = 0
    block: list[list[object]] = []
    for place, kind in enumerate(FOUND):
        for entry in register.ranked(kind):
            block.append(_shown(library, entry, place))
            known = dict.fromkeys(word[:LONGEST] for text in (entry.label, *entry.others) for word in words(text))
            found.writelines(f"{word}\t{number:08d}\n" for word in known)
            number += 1
            if len(block) == BLOCK:
                yield _file("d", number // BLOCK - 1, block)
                block = []
    if block:
        yield _file("d", number // BLOCK, block)
    return number


def _shown(library: Library, entry: Entry, place: int) -> list[object]:
    """A thing in an answer: name, place of the kind, more on it, path of the page."""
    names = ", ".join(entry.authors[:3]) + (" and others" if len(entry.authors) > 3 else "")
    year = entry.machine[:4]
    note = entry.note if not entry.authors and not entry.machine else ""
    more = " · ".join(filter(None, (names, year, note, ", ".join(entry.others))))
    return [entry.label, place, more, library.addresses.document(entry.iri)]


def _words(lines: Iterable[str]) -> Iterator[Word]:
    """The words in order, each with the numbers of its things as differences, written to the base of 36."""
    pairs = (line.split("\t") for line in sorted_lines(lines))
    for text, group in groupby(pairs, key=itemgetter(0)):
        numbers = [int(number) for _, number in group]
        steps = (now - before for before, now in zip((0, *numbers), numbers, strict=False))
        yield Word(text, len(numbers), ".".join(map(_base36, steps)))


def _line(word: Word, lists: list[str]) -> str:
    """A word as a line of its file; a long list of things gets a file of its own."""
    things = word.things
    if len(things) > ALONE:
        lists.append(things)
        things = f"@{len(lists) - 1}"
    return f"{word.text} {word.total} {things}"


def shards(lines: Iterable[tuple[str, str]]) -> Shards:
    r"""Words with their lines, in order, cut into files of SHARD characters at the most.

    >>> shards([("tide", "tide 1 0"), ("tides", "tides 2 0.1")])
    Shards(beginnings=('tide',), files=('tide 1 0\ntides 2 0.1',))
    """
    beginnings: list[str] = []
    files: list[list[str]] = []
    size = 0
    for word, line in sorted(lines, key=lambda pair: pair[0].encode("utf-16-be")):  # the order of JavaScript
        size += len(line) + 1
        if not files or size > SHARD:
            beginnings.append(word)
            files.append([])
            size = len(line) + 1
        files[-1].append(line)
    return Shards(tuple(beginnings), tuple("\n".join(file) for file in files))


def _file(letter: str, place: int, value: object) -> tuple[str, str]:
    return f"search/{letter}{place}.js", _call(letter, place, value)


def _call(letter: str, place: int, value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # Line separators of Unicode end a line of older scripts.
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'ipcgraphSearch("{letter}{place}",{text})\n'


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
        if not number:
            return digits
