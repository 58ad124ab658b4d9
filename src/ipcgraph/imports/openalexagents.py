"""Authors and institutions of OpenAlex in bulk: the rows on them, merged, and what is then said of each."""

from __future__ import annotations

import hashlib
import heapq
import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.identifiers import normalise, slug
from ipcgraph.vocabulary import IPCG, PREFIXES, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

AT_ONCE: Final = 64
"""So many files are merged at a time: a system lets a process have a thousand open."""

KINDS: Final = {"A": ("person", "Person", "orcid"), "I": ("organization", "Organization", "ror")}
"""The author and the institution of OpenAlex: the first part of our ids, the class, the identifier."""

_ESCAPES: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_SPECIAL: Final = re.compile(r'["\\\n\r\t]')
_ESCAPED: Final = re.compile(r"\\(.)")
_MEANT: Final = {"n": "\n", "r": "\r", "t": "\t"}
_NUMBER: Final = re.compile(r"https://openalex\.org/([AWI][0-9]+)")
_TYPE: Final = f"<{RDF}type>"
_LINES: Final = 10**10
"""More lines than one task can have."""


class Remark(NamedTuple):
    """A finding whose line is counted from the beginning of its task."""

    task: int
    line: int
    severity: str
    message: str
    fix: str


class Mention(NamedTuple):
    """What one record says of an author (kind `A`), an institution (`I`), or of itself (`W`)."""

    local: str
    kind: str
    source_id: str
    name: str
    identifier: str


class Row(NamedTuple):
    """A mention, and the number of the line where it stands."""

    local: str
    order: int
    kind: str
    source_id: str
    name: str
    identifier: str


class Agent(NamedTuple):
    """An author or institution as all records together describe them.

    `identifiers` are ORCIDs or RORs, and `orders` the numbers of the lines that state them.
    """

    local: str
    kind: str
    text: str
    """The statements, a line each."""
    name: str
    other_names: tuple[str, ...]
    identifiers: tuple[str, ...]
    openalex: str
    url: str
    orders: tuple[int, ...]


def described(rows: Iterable[Row], base: str, source: str, remarks: list[Remark]) -> Agent:
    """The author or institution that these rows, in the order of the files and at least one, are about.

    The first name counts; an author's others are alternate names. What is wrong joins the remarks.
    """
    names: dict[str, None] = {}
    identifiers: dict[str, Row] = {}
    first: Row | None = None
    for row in rows:
        first = first or row
        names[row.name] = None
        if row.identifier:
            identifiers.setdefault(row.identifier, row)
    if first is None:
        raise ValueError("an author or institution has no rows")
    kind, class_name, scheme = KINDS[first.kind]
    head = f"<{base}{first.local}> "
    name, *others = names
    parts = [f"{head}{_TYPE} <{IPCG}{class_name}> .\n{head}<{PREFIXES['foaf']}name> {literal(name)} .\n"]
    parts.append(f"{head}<{IPCG}evidence> <{source}> .\n")
    _, key, number = named_iri(kind, first.source_id)
    if number:
        parts.append(f"{head}<{IPCG}{key}> {literal(number)} .\n")
    if first.kind == "A":
        parts += (f"{head}<{IPCG}alternateName> {literal(other)} .\n" for other in others)
    good = _good(identifiers, scheme, remarks)
    parts += (f"{head}<{IPCG}{scheme}> {literal(each)} .\n" for each in good)
    by_key = {key: number}
    return Agent(
        first.local, first.kind, "".join(parts), name, tuple(others), tuple(good),
        by_key.get("openalex", ""), by_key.get("url", ""), tuple(good.values()),
    )  # fmt: skip


def _good(identifiers: dict[str, Row], scheme: str, remarks: list[Remark]) -> dict[str, int]:
    kept: dict[str, int] = {}
    for stated, row in identifiers.items():
        good = normalise(scheme, stated)
        if good:
            kept.setdefault(good, row.order)
        else:
            message = f"{stated[:80]!r} is not a good {scheme}; left out"
            fix = f"write a {scheme} with its right check digit"
            remarks.append(Remark(*place_of(row.order), "warning", message, fix))
    return kept


def repeated(local: str, order: int) -> Remark:
    """The remark on a record of a work that has a later one too."""
    message = f"the work {local} stands in these files again, later; that record is read, and this one is not"
    return Remark(*place_of(order), "warning", message, "keep one of the two records")


class Shared(NamedTuple):
    """An identifier that is left out at `local`, for `keeper` has it already."""

    scheme: str
    value: str
    keeper: str
    local: str
    order: int

    def line(self, base: str) -> str:
        """The statement that is left out."""
        return f"<{base}{self.local}> <{IPCG}{self.scheme}> {literal(self.value)} ."

    @property
    def remark(self) -> Remark:
        message = f"the {self.scheme} {self.value} of {self.local} is that of {self.keeper} already; left out"
        return Remark(*place_of(self.order), "warning", message, "decide whether the two are one")


def identifier_lines(agent: Agent) -> Iterator[str]:
    """What `shared_identifiers` compares."""
    for identifier, order in zip(agent.identifiers, agent.orders, strict=True):
        yield f"{agent.kind}\t{identifier}\t{agent.local}\t{order}\n"


def shared_dois(rows: Sequence[Row]) -> list[Shared]:
    """What several works have of one DOI, whose rows these are: all but the first, which keeps it."""
    keeper = rows[0].source_id
    doi = rows[0].local.removeprefix("=")
    return [Shared("doi", doi, keeper, row.source_id, row.order) for row in rows if row.source_id != keeper]


def shared_identifiers(paths: Sequence[Path]) -> list[Shared]:
    """The identifiers that several persons or organizations have, of files of sorted lines: all but the first."""
    found: list[Shared] = []
    keeper = ("", "", "")
    for line in _merged(paths):
        kind, identifier, local, order = line.rstrip("\n").split("\t")
        if (kind, identifier) == keeper[:2]:
            found.append(Shared(KINDS[kind][2], identifier, keeper[2], local, int(order)))
        else:
            keeper = (kind, identifier, local)
    return found


def order_of(task: int, line: int) -> int:
    """The number of a line of a task, so that numbers are in the order of the files."""
    return task * _LINES + line


def place_of(order: int) -> tuple[int, int]:
    """The task and the line of such a number."""
    return divmod(order, _LINES)


def row_line(order: int, said: Mention) -> str:
    """A mention as a line of a file; lines sort by what they are about, then by their order."""
    local, kind, source_id, name, identifier = said
    return f"{local}\t{order:016d}\t{kind}\t{escaped(source_id)}\t{escaped(name)}\t{escaped(identifier)}\n"


def read_row(line: str) -> Row:
    """The row of such a line."""
    local, order, kind, *texts = line.rstrip("\n").split("\t")
    return Row(local, int(order), kind, *map(unescaped, texts))


def sorted_lines(paths: Sequence[Path], name: Path) -> Iterator[str]:
    """The lines of sorted files in one order.

    Many files are merged some at a time, since so many cannot be open; the files between are called after `name`. The
    files given stay: where this is killed it can begin again.
    """
    made: list[Path] = []
    round_ = 0
    paths = list(paths)
    while len(paths) > AT_ONCE:
        merged = []
        for begin in range(0, len(paths), AT_ONCE):
            target = name.with_name(f"{name.name}-{round_}-{begin}")
            with target.open("w", encoding="utf-8", newline="\n") as out:
                out.writelines(_merged(paths[begin : begin + AT_ONCE]))
            merged.append(target)
        for path in made:
            path.unlink()
        made = paths = merged
        round_ += 1
    yield from _merged(paths)
    for path in made:
        path.unlink()


def _merged(paths: Sequence[Path]) -> Iterator[str]:
    with ExitStack() as files:
        yield from heapq.merge(*(files.enter_context(path.open(encoding="utf-8", newline="\n")) for path in paths))


def named_iri(kind: str, source_id: str, *, year: str = "") -> tuple[str, str, str]:
    """The local part of an IRI, and the key and value of the id: an OpenAlex id as such, another address as a url."""
    match = _NUMBER.fullmatch(source_id)
    words = match[1].lower() if match else slug(source_id.rstrip("/").rpartition("/")[2])
    if year and not words.startswith(year + "-"):
        words = f"{year}-{words}"
    if match:
        return f"{kind}/{words}", "openalex", match[1]
    digits = hashlib.sha256(source_id.encode()).hexdigest()[:6]
    return f"{kind}/{words}-{digits}", "url", normalise("url", source_id) or ""


def literal(text: str) -> str:
    r"""A text as N-Triples has it.

    >>> print(literal('a "b"'))
    "a \"b\""
    """
    return f'"{escaped(text)}"'


def escaped(text: str) -> str:
    r"""A text without what ends a line, a column or a literal.

    >>> escaped("a\tb")
    'a\\tb'
    """
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def unescaped(text: str) -> str:
    """The text that was escaped."""
    return _ESCAPED.sub(lambda match: _MEANT.get(match[1], match[1]), text) if "\\" in text else text
