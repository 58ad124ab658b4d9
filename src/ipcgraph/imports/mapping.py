"""Mappings of tables: what each column says of a work, a person or an organization; read, proposed, written."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.findings import Finding, Place
from ipcgraph.identifiers import normalise
from ipcgraph.imports.headings import WORDS
from ipcgraph.records import Mapping, Node, Scalar, Sequence
from ipcgraph.sources.text import fault
from ipcgraph.sources.yaml import read_yaml
from ipcgraph.spelling import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence as Listed
    from pathlib import Path

SUFFIX: Final = ".mapping.yaml"
"""A mapping stands beside its table: `works.mapping.yaml` beside `works.csv` or `works.xlsx`."""

TARGETS: Final = {
    "work": (
        "key", "title", "subtitle", "authors", "issued", "year", "month", "day", "work_type", "container", "doi",
        "isbn", "openalex", "url", "affiliations", "retracted",
    ),
    "person": (
        "key", "name", "family", "given", "suffix", "other_names", "orcid", "openalex", "wikidata", "isni", "url",
        "affiliations", "affiliation_ror",
    ),
    "organization": (
        "key", "name", "other_names", "acronyms", "ror", "openalex", "wikidata", "isni", "url", "country",
    ),
}  # fmt: skip
"""What a column can be, by the kind of entry that a row is."""

_KEYS: Final = ("entry", "columns", "ignore", "types", "sheet", "header")
_SPLIT: Final = frozenset(("authors", "affiliations", "other_names", "acronyms"))


class Column(NamedTuple):
    """What a column is, and what stands between several values in one cell; empty where the reader is to tell."""

    name: str
    target: str
    split: str = ""


class TableMapping(NamedTuple):
    """How each row of a table is an entry. Columns that stand nowhere in it are lost, and said to be."""

    entry: str
    columns: tuple[Column, ...]
    ignored: frozenset[str] = frozenset()
    """Columns that are not to be named as lost."""
    types: tuple[tuple[str, str], ...] = ()
    """The concept of work-type for what a cell of the type says."""
    sheet: str = ""
    header: int = 1
    """The row of the header."""

    def columns_of(self, target: str) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.target == target)


def propose_mapping(header: Listed[str], rows: Listed[Listed[str]] = ()) -> TableMapping:
    """The mapping that a header suggests, in any of a dozen languages, and the first rows where it says nothing.

    A row is a work where there is a column for the title, a person where there are parts of names or an ORCID, else an
    organization. A column that suggests nothing is in no place of the mapping.

    >>> [column.target for column in propose_mapping(["Titel", "Jahr", "Autoren"]).columns]
    ['title', 'year', 'authors']
    """
    meanings = _meanings()
    said = {name: meanings.get(folded(name), []) for name in header}
    entry = _entry_of(said)
    chosen: dict[str, str] = {}
    taken: set[str] = set()
    for name in header:
        target = next((each for each in said[name] if each in TARGETS[entry] and each not in taken), "")
        if target and not (target == "issued" and "issued" in taken):
            chosen[name] = target
            taken.add(target)
    for number, name in enumerate(header):
        if name not in chosen:
            target = _told_by([row[number] for row in rows[:50] if number < len(row) and row[number].strip()])
            if target in TARGETS[entry] and target not in taken:
                chosen[name] = target
                taken.add(target)
    if "title" not in taken and "name" in taken and entry == "work":
        chosen = {name: "title" if target == "name" else target for name, target in chosen.items()}
    columns = tuple(
        Column(name, chosen[name], _split_of(header, rows, name, chosen[name])) for name in header if name in chosen
    )
    return TableMapping(entry, columns)


def read_mapping(path: Path, name: str) -> TableMapping | tuple[Finding, ...]:
    """The mapping of a file in YAML, or what is wrong in it."""
    read = tuple(read_yaml(path, name))
    findings = [item for item in read if isinstance(item, Finding)]
    records = [item for item in read if isinstance(item, Mapping)]
    if findings:
        return tuple(findings)
    if len(records) != 1:
        return (
            fault(
                "a mapping file holds one mapping", Place(name), "write entry and columns, each once", check="mapping"
            ),
        )
    reader = _MappingReader(records[0])
    mapping = reader.mapping()
    return tuple(reader.findings) if reader.findings else mapping


def mapping_text(mapping: TableMapping, header: Listed[str] = ()) -> str:
    """A mapping as the YAML that `read_mapping` reads; columns of the header that it does not know as a comment.

    >>> print(mapping_text(TableMapping("work", (Column("Titel", "title"), Column("Autoren", "authors", ";")))), end="")
    entry: work
    columns:
      "Titel": title
      "Autoren": {to: authors, split: ";"}
    """
    lines = [f"entry: {mapping.entry}"]
    if mapping.sheet:
        lines.append(f"sheet: {_quoted(mapping.sheet)}")
    if mapping.header != 1:
        lines.append(f"header: {mapping.header}")
    lines.append("columns:")
    for column in mapping.columns:
        split = f"{{to: {column.target}, split: {_quoted(column.split)}}}"
        lines.append(f"  {_quoted(column.name)}: {split if column.split else column.target}")
    if mapping.types:
        lines += ["types:", *(f"  {_quoted(word)}: {concept}" for word, concept in mapping.types)]
    if mapping.ignored:
        lines.append(f"ignore: [{', '.join(_quoted(name) for name in sorted(mapping.ignored))}]")
    known = {column.name for column in mapping.columns} | mapping.ignored
    lines += [f"# not read: {_quoted(name)}" for name in header if name not in known]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def folded(text: str) -> str:
    """A name of a column without accents, case, spaces and signs.

    >>> folded("Année de publication")
    'anneedepublication'
    """
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", "", re.sub(r"\([^)]*\)$", "", plain)).casefold()


def _meanings() -> dict[str, list[str]]:
    """What each name of a column can mean, the likelier target first."""
    found: dict[str, list[str]] = {}
    for target, words in WORDS.items():
        for word in dict.fromkeys(folded(each) for each in words.split()):
            found.setdefault(word, []).append(target)
    return found


def _entry_of(said: dict[str, list[str]]) -> str:
    found = {target for targets in said.values() for target in targets}
    titles = {folded(word) for word in WORDS["title"].split()} - {"name", "publication"}
    if any(folded(name) in titles for name in said) or "authors" in found or "doi" in found:
        return "work"
    if found & {"family", "given", "orcid"}:
        return "person"
    return (
        "organization"
        if found & {"ror", "acronyms", "country"}
        else "work"
        if "title" in found and "year" in found
        else "person"
    )


def _told_by(cells: list[str]) -> str:
    """What the cells of a column without a telling name are: identifiers show what they are."""
    if len(cells) < 2:
        return ""
    for scheme in ("doi", "orcid", "isbn", "url"):
        good = sum(normalise(scheme, cell) is not None for cell in cells)
        if good > len(cells) * 0.6:
            return scheme
    years = sum(bool(re.fullmatch(r"(?:19|20)[0-9]{2}", cell.strip())) for cell in cells)
    return "year" if years > len(cells) * 0.8 else ""


def _split_of(header: Listed[str], rows: Listed[Listed[str]], name: str, target: str) -> str:
    """The mark between several values, where the rows show one."""
    if target not in _SPLIT:
        return ""
    number = list(header).index(name)
    cells = [row[number] for row in rows[:50] if number < len(row)]
    for mark in (";", "|", "\n"):
        if sum(mark in cell for cell in cells) > len(cells) * 0.1:
            return mark
    return ""


class _MappingReader:
    """Reads one mapping; collects what is wrong in it."""

    def __init__(self, written: Mapping) -> None:
        self._written = written
        self.findings: list[Finding] = []

    def mapping(self) -> TableMapping:
        for key, _ in self._written.entries:
            if key.text not in _KEYS:
                self._refuse(
                    f'a mapping has no key "{key.text}"',
                    key,
                    suggestion(key.text, _KEYS, f"write one of {', '.join(_KEYS)}"),
                )
        entry = self._text("entry")
        if entry not in TARGETS:
            place = self._written.find("entry") or self._written
            self._refuse(
                f'"{entry}" is no kind of entry' if entry else "entry is missing",
                place,
                "write entry: work, person or organization",
            )
            return TableMapping("work", ())
        header = self._text("header") or "1"
        if not (header.isdecimal() and 0 < int(header[:9]) < 10_000):
            self._refuse(
                "header is the number of a row", self._written.find("header") or self._written, "write header: 1"
            )
            header = "1"
        columns = tuple(self._columns(entry))
        types = tuple((key.text, value.text) for key, value in self._entries("types") if isinstance(value, Scalar))
        return TableMapping(entry, columns, frozenset(self._ignored()), types, self._text("sheet"), int(header))

    def _columns(self, entry: str) -> Iterator[Column]:
        for key, value in self._entries("columns"):
            target = value if isinstance(value, Scalar) else value.find("to") if isinstance(value, Mapping) else None
            split = value.text("split") if isinstance(value, Mapping) else ""
            if not isinstance(target, Scalar):
                self._refuse("a column stands for one thing", value, 'write Title: title, or {to: authors, split: ";"}')
            elif target.text not in TARGETS[entry]:
                fix = suggestion(target.text, TARGETS[entry], f"write one of {', '.join(TARGETS[entry])}")
                self._refuse(f'a column cannot be "{target.text}" of a {entry}', target, fix)
            else:
                yield Column(key.text, target.text, split or "")

    def _entries(self, key: str) -> tuple[tuple[Scalar, Node], ...]:
        value = self._written.find(key)
        if isinstance(value, Mapping):
            return value.entries
        if value is not None or key == "columns":
            self._refuse(
                f"{key} has keys and values", value or self._written, f"write each on a line of its own under {key}:"
            )
        return ()

    def _ignored(self) -> Iterator[str]:
        value = self._written.find("ignore")
        for each in value.items if isinstance(value, Sequence) else (value,) if value else ():
            if isinstance(each, Scalar):
                yield each.text

    def _text(self, key: str) -> str:
        value = self._written.find(key)
        if value is not None and not isinstance(value, Scalar):
            self._refuse(f"{key} is one text", value, f"write {key} on one line")
        return value.text if isinstance(value, Scalar) else ""

    def _refuse(self, message: str, node: Node, fix: str) -> None:
        self.findings.append(fault(message, node.place, fix, check="mapping"))
