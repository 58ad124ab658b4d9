"""Records in JSON: one object, an array, lines, or the envelope of an API's answer, each record at its line."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from ipcgraph.findings import Finding, Place
from ipcgraph.imports.content import LONGEST_LINE, lines_of, start_of, text_of
from ipcgraph.sources.text import CONTROL, fault

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping
    from pathlib import Path

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

DEEPEST: Final = 60
"""How deep brackets may stand in each other; the records of every register are far below it."""

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_BETWEEN: Final = re.compile(r"[ \t\r\n,]*")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_DECODER: Final = json.JSONDecoder(strict=False)


class Record(NamedTuple):
    """A JSON object and where it begins."""

    place: Place
    said: dict[str, Json]


class _UnreadableError(ValueError):
    """Text that is no JSON value; `position` is where it ends to be one."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


def json_records(
    path: Path, name: str, *, envelopes: Iterable[str] = (), encoding: str = ""
) -> Iterator[Record | Finding]:
    """The records of a file in order, however they are strung together, and a finding for each that cannot be read.

    `envelopes` are the keys under which an API's answer holds its records (`message`, `items`, `results`): an object
    with such a key gives what stands there. What follows a record that cannot be read is read on, where its
    beginning can be told.
    """
    start = start_of(path, name, encoding=encoding)
    if isinstance(start, Finding):
        yield start
        return
    keys = tuple(envelopes)
    if _is_lines(start.text):
        yield from _by_lines(path, name, keys, encoding)
        return
    for item in text_of(path, name, encoding=encoding):
        if isinstance(item, Finding):
            yield item
        else:
            yield from _Document(item, name, keys).records()


def records_in(
    text: str, name: str, *, envelopes: Iterable[str] = (), first_line: int = 1
) -> Iterator[Record | Finding]:
    """The records of a JSON text that stands in a file from this line on."""
    for item in _Document(text, name, tuple(envelopes)).records():
        place = Place(name, item.place.line + first_line - 1, item.place.column)
        yield item._replace(place=place) if isinstance(item, Record) else dataclasses.replace(item, place=place)


def _is_lines(text: str) -> bool:
    """Whether a file has one object a line: the first line is one whole, or is not yet over where the sample ends."""
    first, end, _ = text.lstrip().partition("\n")
    if not first.startswith("{"):
        return False
    if not end:
        return len(first) > 1000
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        # A bad first line among good ones: the next line begins an object at the margin, too.
        rest = text.lstrip()[len(first) :].lstrip("\r\n")
        return first.rstrip().endswith("}") and rest.startswith("{")
    return True


def _by_lines(path: Path, name: str, keys: tuple[str, ...], encoding: str) -> Iterator[Record | Finding]:
    number = 0
    for item in lines_of(path, name, encoding=encoding):
        if isinstance(item, Finding):
            yield item
            continue
        number += 1
        line = item.strip().rstrip(",")
        if not line or line in {"[", "]"}:
            continue
        place = Place(name, number)
        try:
            value = _whole_value(line)
        except _UnreadableError as error:
            at = Place(name, number, error.position + 1)
            yield fault(f"this line is not JSON: {error}; the record is left out", at, "write one JSON object a line")
            continue
        yield from _unwrapped(value, place, keys)


def _whole_value(line: str) -> Json:
    """The value that a line is."""
    if len(line) > LONGEST_LINE:
        raise _UnreadableError(f"the line is longer than {LONGEST_LINE >> 20} MiB", 0)
    value, end = _value(line, 0)
    if line[end:].strip():
        raise _UnreadableError("something follows the object on its line", end)
    return value


def _unwrapped(value: Json, place: Place, keys: tuple[str, ...]) -> Iterator[Record | Finding]:
    """A value as records: what stands in its envelope, or itself."""
    if isinstance(value, list):
        for each in value:
            yield from _unwrapped(each, place, keys)
        return
    if not isinstance(value, dict):
        shown = json.dumps(value, ensure_ascii=False)[:40]
        yield fault(f"{shown} is no record", place, "write objects in braces")
        return
    for key in keys:
        if isinstance(value.get(key), dict | list):
            yield from _unwrapped(value[key], place, keys)
            return
    yield Record(place, value)


class _Document:
    """A JSON text read value by value, so that a fault costs as few records as can be."""

    def __init__(self, text: str, name: str, keys: tuple[str, ...]) -> None:
        self._text, self._name, self._keys = text, name, keys
        self._line, self._counted = 1, 0

    def records(self) -> Iterator[Record | Finding]:
        position = self._skip(0)
        while position < len(self._text):
            try:
                position = yield from self._at(position, depth=0)
            except _UnreadableError as error:
                yield self._fault(error)
                return
            position = _past(_BETWEEN, self._text, position)

    def _at(self, position: int, *, depth: int) -> Generator[Record | Finding, None, int]:
        """The records of the value here; gives the position after it."""
        mark = self._text[position : position + 1]
        if mark == "[":
            return (yield from self._array(position + 1))
        if mark == "{" and self._keys and depth < 3:
            inner = self._envelope(position)
            if inner is not None:
                yield from self._at(inner, depth=depth + 1)
                return len(self._text)  # what follows an envelope's records says nothing of them
        place = self._place(position)
        value, end = _value(self._text, position)
        yield from _unwrapped(value, place, self._keys)
        return end

    def _array(self, position: int) -> Generator[Record | Finding, None, int]:
        indent: str | None = None
        while True:
            position = _past(_BETWEEN, self._text, position)
            if position >= len(self._text):
                raise _UnreadableError("the text ends before its array is closed", len(self._text))
            if self._text[position] == "]":
                return position + 1
            if indent is None:
                indent = self._text[self._text.rfind("\n", 0, position) + 1 : position]
            try:
                place = self._place(position)
                value, end = _value(self._text, position)
            except _UnreadableError as error:
                again = self._next(position + 1, indent)
                if again is None:
                    raise
                yield self._fault(error)
                position = again
                continue
            yield from _unwrapped(value, place, self._keys)
            position = end

    def _next(self, position: int, indent: str) -> int | None:
        """Where the next record of an array begins: a brace on a new line, as far in as the first one."""
        if indent.strip():
            return None
        found = self._text.find(f"\n{indent}{{", position)
        return found + 1 + len(indent) if found >= 0 else None

    def _envelope(self, position: int) -> int | None:
        """Where the value under a key of an envelope begins, in the object that begins here."""
        text, position = self._text, position + 1
        while True:
            position = _past(_BETWEEN, text, position)
            key = _STRING.match(text, position)
            if key is None:
                return None
            position = self._skip(key.end())
            if text[position : position + 1] != ":":
                return None
            position = self._skip(position + 1)
            if key[0][1:-1] in self._keys and text[position : position + 1] in {"{", "["}:
                return position
            try:
                _, position = _value(text, position)
            except _UnreadableError:
                return None

    def _skip(self, position: int) -> int:
        return _past(_SPACE, self._text, position)

    def _place(self, position: int) -> Place:
        """Called in rising order, so that no line is counted twice."""
        if position < self._counted:
            self._line, self._counted = 1, 0
        self._line += self._text.count("\n", self._counted, position)
        self._counted = position
        return Place(self._name, self._line, position - self._text.rfind("\n", 0, position))

    def _fault(self, error: _UnreadableError) -> Finding:
        message = f"this is not JSON: {error}; the record is left out"
        return fault(message, self._place(error.position), "correct it, or fetch the file again")


def _past(pattern: re.Pattern[str], text: str, position: int) -> int:
    """The position after what a pattern matches here, which may be nothing."""
    match = pattern.match(text, position)
    return match.end() if match else position


def _value(text: str, position: int) -> tuple[Json, int]:
    """The value that begins here, without characters that no format of ours can carry, and where it ends."""
    try:
        value, end = _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as error:
        raise _UnreadableError(error.msg[:1].lower() + error.msg[1:], min(error.pos, len(text))) from error
    except RecursionError as error:
        raise _UnreadableError("it is nested too deeply", position) from error
    except ValueError as error:  # Python reads no whole number of more than 4,300 digits
        raise _UnreadableError("a number in it is too long", position) from error
    if end - position > 2 * DEEPEST and _is_deep(value):
        raise _UnreadableError(f"it is nested more than {DEEPEST} deep", position)
    return (_cleaned(value) if "\\u" in text[position:end] else value), end


def _is_deep(value: Json) -> bool:
    """Whether lists and objects stand deeper in each other than DEEPEST; level by level: no depth is too much."""
    level: list[Json] = [value]
    for _ in range(DEEPEST):
        below: list[Json] = []
        for each in level:
            inner = each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
            below += [one for one in inner if isinstance(one, dict | list)]
        if not below:
            return False
        level = below
    return True


def _cleaned(value: Json) -> Json:
    if isinstance(value, str):
        return CONTROL.sub("", value)
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {CONTROL.sub("", key): _cleaned(each) for key, each in value.items()}
    return value


# What readers ask of a record.


def text_at(said: Mapping[str, Json], *path: str) -> str:
    """The text, or the number as text, at the end of a path of keys; empty where none stands there.

    >>> text_at({"person": {"age": 36}}, "person", "age")
    '36'
    """
    value: Json = dict(said)
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def objects_at(said: Mapping[str, Json], *path: str) -> list[dict[str, Json]]:
    """The objects of the list, or the one object, at the end of a path of keys."""
    return [each for each in _listed(said, path) if isinstance(each, dict)]


def texts_at(said: Mapping[str, Json], *path: str) -> list[str]:
    """The texts of the list, or the one text, at the end of a path of keys; empty ones are left out."""
    return [" ".join(each.split()) for each in _listed(said, path) if isinstance(each, str) and each.strip()]


def _listed(said: Mapping[str, Json], path: tuple[str, ...]) -> list[Json]:
    value: Json = dict(said)
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
