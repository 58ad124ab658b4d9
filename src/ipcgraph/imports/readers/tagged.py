"""Tagged text: RIS and the plain text of Web of Science, a tag begins each line, a record ends with its tag."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.findings import Finding, Place
from ipcgraph.imports.content import lines_of
from ipcgraph.sources.text import fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class Grammar(NamedTuple):
    """How a tagged format is written."""

    title: str
    line: re.Pattern[str]
    """A line that begins a value: its tag and the value."""
    first: str
    last: str
    outside: frozenset[str]
    """Tags that stand before the first record or after the last one."""
    is_list: frozenset[str]
    """Tags each further line of which is a value of its own."""


RIS: Final = Grammar(
    "RIS", re.compile(r"\s{0,3}([A-Z][A-Z0-9])\s{1,2}-(?: +(.*))?$"), "TY", "ER", frozenset(), frozenset()
)
"""Programs differ in the spaces around the dash."""
WEB_OF_SCIENCE: Final = Grammar(
    "Web of Science plain text",
    re.compile(r"([A-Z][A-Z0-9])(?: (.*))?$"),
    "PT",
    "ER",
    frozenset(("FN", "VR", "EF")),
    frozenset(("AU", "AF", "BA", "BF", "CA", "BE", "ED", "C1", "C3", "CR", "RI", "OI")),
)


class TaggedRecord(NamedTuple):
    """The values of one record by tag, each list in the order written."""

    place: Place
    values: dict[str, list[str]]

    def first(self, *tags: str) -> tuple[str, str]:
        """The first tag of these that has a value, and the value; empty texts where none has."""
        for tag in tags:
            for value in self.values.get(tag, ()):
                if value:
                    return tag, value
        return "", ""

    def all(self, *tags: str) -> list[str]:
        return [value for tag in tags for value in self.values.get(tag, ()) if value]


def read_tagged(path: Path, name: str, grammar: Grammar, *, encoding: str = "") -> Iterator[TaggedRecord | Finding]:
    """The records of a tagged file, and findings: text outside of one, a record not closed, no record at all.

    A record that its end tag does not close ends where the next one begins, or the file.
    """
    record: TaggedRecord | None = None
    tag = ""
    outside: list[int] = []
    count = number = 0
    for item in lines_of(path, name, encoding=encoding):
        if isinstance(item, Finding):
            yield item
            continue
        number += 1
        line = item.rstrip()
        match = grammar.line.match(line)
        if match and match[1] in {grammar.first, grammar.last} | grammar.outside:
            if record is not None:
                yield from _closed(record, grammar, is_whole=match[1] == grammar.last)
                count += 1
            elif match[1] == grammar.last:
                outside.append(number)
            is_new = match[1] == grammar.first
            tag = grammar.first
            record = TaggedRecord(Place(name, number), {tag: [(match[2] or "").strip()]}) if is_new else None
        elif record is None:
            if line.strip() and not _is_counter(line):
                outside.append(number)
        elif match:
            tag = match[1]
            record.values.setdefault(tag, []).append((match[2] or "").strip())
        elif line.strip():
            _continue(record.values.setdefault(tag, []), line.strip(), as_value=tag in grammar.is_list)
    if record is not None:
        yield from _closed(record, grammar, is_whole=False)
        count += 1
    yield from _told(name, grammar, outside, count)


def _continue(values: list[str], text: str, *, as_value: bool) -> None:
    """A line without a tag belongs to the value before it."""
    if as_value or not values:
        values.append(text)
    else:
        values[-1] = f"{values[-1]} {text}".strip()


def _is_counter(line: str) -> bool:
    """Some programs number their records."""
    return bool(re.fullmatch(r"\s*[0-9]{1,9}[.)]?\s*", line))


def _closed(record: TaggedRecord, grammar: Grammar, *, is_whole: bool) -> Iterator[TaggedRecord | Finding]:
    if not is_whole:
        message = f"this record of {grammar.title} is not closed; it is read as far as it goes"
        yield fault(message, record.place, f"end it with {grammar.last}", severity="warning")
    yield record


def _told(name: str, grammar: Grammar, outside: Sequence[int], count: int) -> Iterator[Finding]:
    if not count:
        message = f"there is no record of {grammar.title} in this file"
        yield fault(message, Place(name), f"each begins with {grammar.first}; or name the format that it has")
    elif outside:
        message = f"{len(outside):,} lines outside of records are not read, here the first"
        yield fault(message, Place(name, outside[0]), "look whether a record lacks its beginning", severity="warning")
