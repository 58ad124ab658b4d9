"""BibTeX and BibLaTeX: entries of a bibliography, read a few at a time; a bad entry costs no other."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.entries import Contributor, Name, WorkEntry
from ipcgraph.findings import Finding, Place
from ipcgraph.imports.content import lines_of
from ipcgraph.imports.extra import needing
from ipcgraph.imports.ledger import Ledger
from ipcgraph.imports.personalnames import body, in_parts, is_nobody, named, without_braces
from ipcgraph.imports.readers.latex import plain_latex, unescaped
from ipcgraph.imports.works import finished
from ipcgraph.imports.worktypes import concept_of
from ipcgraph.sources.text import fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bibtexparser.model import Block, Entry

CHUNK: Final = 96 * 1024
"""So many characters are parsed at a time, up to where the next entry begins."""
LONGEST_ENTRY: Final = 8 * 1024 * 1024
"""Text in which no entry begins for so long is parsed as it stands; an entry that is longer is cut."""

_START: Final = re.compile(r"\s*@\s*\w+\s*[{(]")
_AND: Final = re.compile(r"\s+and\s+", re.IGNORECASE)
_TOKEN: Final = re.compile(r'\{|"|[^\s#{}"]+|[#}]')
_EXTENDED: Final = re.compile(r"\b(family|given|prefix|suffix)\s*=\s*(\{[^{}]*\}|\"[^\"]*\"|[^,]*)")
_CONTAINERS: Final = ("journaltitle", "journal", "booktitle", "maintitle", "series", "eventtitle")
_PARENTS: Final = frozenset(
    [
        "proceedings",
        "mvproceedings",
        "book",
        "mvbook",
        "collection",
        "mvcollection",
        "reference",
        "mvreference",
        "periodical",
    ]
)
_KEPT: Final = frozenset(
    [
        "title",
        "subtitle",
        "author",
        "date",
        "year",
        "month",
        "day",
        "doi",
        "isbn",
        "url",
        "crossref",
        "xdata",
        "ids",
        "sortname",
        "sortkey",
    ]
)
"""Fields that an entry keeps or that only serve the typesetting; of containers the first that is there."""


class _Parent(NamedTuple):
    """What entries take over from the one that their crossref names."""

    title: str
    date: str
    isbn: str


def read_bibtex(path: Path, name: str, *, encoding: str = "") -> Iterator[WorkEntry | Finding]:
    """The works of a BibTeX or BibLaTeX file in order; those that wait for their parent (crossref) come last.

    An entry that cannot be parsed is a finding at its line, and the next one is read. Strings and months are resolved.
    Editors are no authors: they are lost, with their names.
    """
    bibliography = _Bibliography(name)
    for item in _chunks(path, name, encoding):
        if isinstance(item, Finding):
            yield item
        else:
            yield from bibliography.entries(*item)
    yield from bibliography.rest()


def _chunks(path: Path, name: str, encoding: str) -> Iterator[tuple[str, int] | Finding]:
    """Parts of the text that end before an entry begins, each with the number of lines before it."""
    parts: list[str] = []
    size = number = before = 0
    for item in lines_of(path, name, encoding=encoding):
        if isinstance(item, Finding):
            yield item
            continue
        if size > CHUNK and (_START.match(item) or size > LONGEST_ENTRY):
            yield "".join(parts), before
            parts, size, before = [], 0, number
        parts.append(item)
        size += len(item)
        number += 1
    if parts:
        yield "".join(parts), before


class _Bibliography:
    """What entries of one file need of each other: strings, parents, keys."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._strings: dict[str, str] = {}
        self._keys: dict[str, int] = {}
        self._parents: dict[str, _Parent] = {}
        self._waiting: list[tuple[Place, str, str, dict[str, str], Ledger]] = []
        self._names: dict[str, Name] = {}
        self._outside: list[int] = []

    def entries(self, text: str, before: int) -> Iterator[WorkEntry | Finding]:
        """The works of a part of the file that begins after so many lines."""
        with needing("bibtexparser"):
            from bibtexparser.entrypoint import parse_string
            from bibtexparser.model import Entry, ImplicitComment, ParsingFailedBlock, String

        logger = logging.getLogger("bibtexparser")
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())  # it would print what is a finding here
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        for block in parse_string(text, parse_stack=[]).blocks:
            line = before + (block.start_line or 0) + 1
            if isinstance(block, Entry):
                yield from self._entry(block, line)
            elif isinstance(block, String):
                self._strings[block.key.lower()] = self._resolved(block.value)
            elif isinstance(block, ParsingFailedBlock):
                yield from self._failed(block, line)
            elif isinstance(block, ImplicitComment) and not block.comment.startswith("%"):
                self._outside.append(line)

    def rest(self) -> Iterator[WorkEntry | Finding]:
        """The works whose parents may have come after them, and what is to be said once a file."""
        for place, key, kind, own, ledger in self._waiting:
            fields = own
            parent = self._parents.get(own["crossref"].strip().lower())
            if parent is None:
                ledger.lose("crossref", own["crossref"], "no entry has this key")
            else:
                inherited = {"booktitle": parent.title, "date": parent.date}
                fields = {**{field: value for field, value in inherited.items() if value}, **own}
                if "year" in fields and "date" in fields and fields["date"] == parent.date:
                    del fields["date"]
            yield from self._work(place, key, kind, fields, ledger)
        if self._outside:
            message = f"text outside of entries is not read, at {len(self._outside):,} places, here the first time"
            yield fault(
                message, Place(self._name, self._outside[0]), "look whether an entry lacks its @", severity="warning"
            )

    def _failed(self, block: Block, line: int) -> Iterator[WorkEntry | Finding]:
        from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry, ParsingFailedBlock

        assert isinstance(block, ParsingFailedBlock)  # noqa: S101  # its type depends on the extra
        inner = block.ignore_error_block
        if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock) and isinstance(inner, Entry):
            yield from self._entry(inner, line)
            return
        said = " ".join(str(block.error).split()).rstrip(". ")
        said = said[:1].lower() + said[1:]
        said = f": {said}" if said else ""
        yield fault(f"this entry cannot be parsed{said}", Place(self._name, line), "balance its braces and commas")

    def _entry(self, entry: Entry, line: int) -> Iterator[WorkEntry | Finding]:
        place = Place(self._name, line)
        first = self._keys.setdefault(entry.key, line)
        if first != line:
            message = f'the key "{entry.key[:60]}" stands twice, first on line {first}; both entries are read'
            yield fault(message, place, "give one of them another key", severity="warning")
        ledger = Ledger()
        fields: dict[str, str] = {}
        for field in entry.fields:
            key, value = field.key.lower(), self._resolved(field.value)
            if key in fields:
                ledger.lose(key, value, "the field stands twice; the first counts")
            else:
                fields[key] = value
        kind = entry.entry_type.lower()
        if kind == "xdata" or (kind == "set" and "title" not in fields):
            yield fault(f"an @{kind} is no work of its own; left out", place, severity="warning")
            return
        if kind in _PARENTS:
            date = self._stated_date(fields, Ledger())
            self._parents[entry.key.lower()] = _Parent(fields.get("title", ""), date, fields.get("isbn", ""))
        if "crossref" in fields:
            self._waiting.append((place, entry.key, kind, fields, ledger))
        else:
            yield from self._work(place, entry.key, kind, fields, ledger)

    def _work(
        self, place: Place, key: str, kind: str, fields: dict[str, str], ledger: Ledger
    ) -> Iterator[WorkEntry | Finding]:
        title = plain_latex(fields.get("title", ""))
        if fields.get("subtitle"):
            title = f"{title}: {plain_latex(fields['subtitle'])}"
        container = next((field for field in _CONTAINERS if fields.get(field, "").strip()), "")
        ledger.others(fields, {*_KEPT, container, *self._address(fields)[:1]})
        if "xdata" in fields:
            ledger.lose("xdata", fields["xdata"], "fields of @xdata are not taken over")
        yield from finished(
            WorkEntry(
                place,
                key,
                title,
                contributors=tuple(self._contributors(fields.get("author", ""), ledger)),
                issued=self._stated_date(fields, ledger),
                work_type=concept_of(fields.get("entrysubtype", "") or kind) or concept_of(kind),
                stated_type=kind,
                container=plain_latex(fields.get(container, "")),
                doi=ledger.identifier("doi", unescaped(fields.get("doi", ""))),
                isbn=ledger.first_identifier(
                    "isbn", re.split(r"[,;]\s*|\s+(?=97[89])", unescaped(fields.get("isbn", "")))
                ),
                url=ledger.identifier("url", self._address(fields)[1]),
            ),
            ledger,
        )

    @staticmethod
    def _address(fields: dict[str, str]) -> tuple[str, str]:
        """The field that has the address of a work, and the address."""
        if fields.get("url"):
            return "url", unescaped(fields["url"])
        for field in ("howpublished", "note"):
            if match := re.search(r"\\url\s*\{\s*(https?://[^\s{}]+)\s*\}", fields.get(field, "")):
                whole = re.fullmatch(r"\s*\\url\s*\{[^{}]*\}\s*", fields[field])
                return field if whole else "url", unescaped(match[1])
        return "url", ""

    @staticmethod
    def _stated_date(fields: dict[str, str], ledger: Ledger) -> str:
        if fields.get("date", "").strip():
            if fields.get("year") and not fields["date"].startswith(without_braces(fields["year"]).strip()):
                ledger.lose("year", fields["year"], "date counts")
            return ledger.date(unescaped(fields["date"]), "date")
        year = plain_latex(fields.get("year", ""))
        month, day = (plain_latex(fields.get(field, "")) for field in ("month", "day"))
        if not month or not re.fullmatch("[0-9]{4}", year):
            if month or day:
                ledger.lose("month", f"{month} {day}".strip(), "without a plain year")
            return ledger.date(year, "year")
        if re.fullmatch("[0-9]{1,2}", month):
            return ledger.date(f"{year}-{month}" + (f"-{day}" if re.fullmatch("[0-9]{1,2}", day) else ""), "month")
        found = ledger.date(f"{month} {day} {year}" if day else f"{month} {year}", "month")
        return found or year

    def _contributors(self, text: str, ledger: Ledger) -> Iterator[Contributor]:
        for stated in _names(text):
            if is_nobody(stated):
                ledger.lose("author", stated, "names nobody")
                continue
            name = self._names.get(stated)
            if name is None:
                name = self._names[stated] = _name(stated)
                if len(self._names) > 50_000:
                    self._names.clear()
            yield Contributor(name)

    def _resolved(self, raw: str) -> str:
        """The text of a value as written: without its braces or quotes, strings put in, parts joined at `#`."""
        raw = raw.strip()
        if "#" not in raw:
            if raw[:1] in {"{", '"'} and len(raw) > 1:
                return raw[1:-1]
            return raw if raw.isdecimal() else self._strings.get(raw.lower(), raw)
        parts, position = [], 0
        while match := _TOKEN.search(raw, position):
            token, position = match[0], match.end()
            if token in {"{", '"'}:
                end = _end(raw, match.start())
                parts.append(raw[position:end])
                position = end + 1
            elif token not in {"#", "}"}:
                parts.append(self._strings.get(token.lower(), token))
        return "".join(parts)


def _end(raw: str, start: int) -> int:
    """Where the braces or quotes that begin here are closed."""
    depth, closing = 0, "}" if raw[start] == "{" else '"'
    for at in range(start + 1, len(raw)):
        if raw[at] == closing and not depth:
            return at
        depth += (raw[at] == "{") - (raw[at] == "}")
    return len(raw)


def _names(text: str) -> list[str]:
    """The names of a list, parted by `and` outside of braces."""
    if "{" not in text:
        return [name for name in _AND.split(text.strip()) if name.strip(" ,")]
    names, depth, start = [], 0, 0
    for match in re.finditer(r"[{}]|\s+and\s+", text, re.IGNORECASE):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
        elif depth <= 0:
            names.append(text[start : match.start()])
            start = match.end()
    names.append(text[start:])
    return [name.strip() for name in names if name.strip(" ,{}")]


def _name(stated: str) -> Name:
    if "=" in stated and (parts := {key: value.strip(' {}"') for key, value in _EXTENDED.findall(stated)}).get(
        "family"
    ):
        return in_parts(
            plain_latex(parts["family"]),
            plain_latex(parts.get("given", "")),
            particle=plain_latex(parts.get("prefix", "")),
            suffix=plain_latex(parts.get("suffix", "")),
        )
    name = named(stated if "\\" not in stated and "~" not in stated else _decoded(stated))
    return name if name.text else body(plain_latex(stated))


def _decoded(stated: str) -> str:
    """A name without its LaTeX, in braces still where all of it is in braces: then it is a body."""
    stated = stated.strip()
    if stated.startswith("{") and _end(stated, 0) == len(stated) - 1:
        return "{" + plain_latex(stated[1:-1]) + "}"
    return plain_latex(stated)
