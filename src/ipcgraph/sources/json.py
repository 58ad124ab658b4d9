"""JSON text as values that know their place: a strict scan with a depth cap, for formats that are written in JSON."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from typing import Final, Literal, TypeAlias

from ipcgraph.findings import Finding, Place
from ipcgraph.sources.text import MAXIMUM_DEPTH, control_fault, fault

Kind: TypeAlias = Literal["object", "array", "string", "number", "word"]


@dataclass(frozen=True, slots=True)
class Value:
    """One JSON value: `text` is that of a string, else what is written; `start` and `end` are its offsets.

    The values of an array are `items`, those of an object `entries` with their keys; of equal keys the first is kept.
    """

    kind: Kind
    text: str
    place: Place
    start: int
    end: int
    items: tuple[Value, ...] = ()
    entries: tuple[tuple[Value, Value], ...] = ()

    def find(self, key: str) -> Value | None:
        """The value of a key of an object, or None."""
        for name, value in self.entries:
            if name.text == key:
                return value
        return None

    @property
    def is_null(self) -> bool:
        return self.kind == "word" and self.text == "null"

    def members(self) -> tuple[Value, ...]:
        """The items of an array, or the value itself."""
        return self.items if self.kind == "array" else (self,)


def read_value(text: str, name: str) -> tuple[Value | None, tuple[Finding, ...]]:
    """The value that a JSON text holds, None where it is not JSON, and what is wrong in it."""
    scan = _Scan(text, name)
    try:
        value, end = scan.value(scan.skip(0), depth=0)
        if scan.skip(end) < len(text):
            scan.stop("nothing may follow the last bracket", scan.skip(end), "delete what follows")
    except _StopError as error:
        return None, (*scan.findings, error.finding)
    return value, tuple(scan.findings)


class _StopError(Exception):
    """Ends the scan with a finding; never leaves this module."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


_DECODER = JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null")
_SAID: Final = {
    "Unterminated string starting at": ("this text is not closed", 'close it with "'),
    "Invalid \\escape": ("this backslash escape is not known", "write \\\\ for a backslash"),
    "Invalid \\uXXXX escape": ("this escape is no character", "write the character itself"),
    "Invalid control character at": ("this text is not closed on its line", 'close it with ", write a new line as \\n'),
}


class _Scan:
    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.findings: list[Finding] = []
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, offset: int) -> Place:
        line = bisect_right(self._starts, offset)
        return Place(self.name, line, offset - self._starts[line - 1] + 1)

    def skip(self, offset: int) -> int:
        match = _SPACE.match(self.text, offset)
        return match.end() if match else offset

    def stop(self, message: str, offset: int, fix: str, *, check: str = "syntax") -> None:
        raise _StopError(fault(f"this is not JSON: {message}", self.place(offset), fix, check=check))

    def value(self, start: int, *, depth: int) -> tuple[Value, int]:
        if depth > MAXIMUM_DEPTH:
            message = f"arrays and objects stand more than {MAXIMUM_DEPTH} deep in each other"
            raise _StopError(fault(message, self.place(start), "write the things side by side", check="size"))
        first = self.text[start : start + 1]
        if first == "{":
            return self._object(start, depth)
        if first == "[":
            return self._array(start, depth)
        if first == '"':
            value = self._string(start)
            return value, value.end
        match = _PLAIN.match(self.text, start)
        if not match:
            self.stop("a value is missing", start, 'write a text in "", a number, [ or {')
        end = match.end() if match else start
        written = self.text[start:end]
        kind: Kind = "word" if written[:1].isalpha() else "number"
        return Value(kind, written, self.place(start), start, end), end

    def _string(self, start: int) -> Value:
        try:
            text, end = _DECODER.raw_decode(self.text, start)
        except JSONDecodeError as error:
            message, fix = _SAID.get(error.msg.rstrip(": "), ("this text cannot be read", 'close it with "'))
            said_of_start = error.msg.startswith("Unterminated")
            self.stop(message, start if said_of_start else error.pos, fix)
        refused = control_fault(text, self.place(start))
        if refused is not None:
            self.findings.append(refused)
        return Value("string", text, self.place(start), start, end)

    def _array(self, start: int, depth: int) -> tuple[Value, int]:
        items: list[Value] = []
        offset = self.skip(start + 1)
        while self.text[offset : offset + 1] != "]" or items:
            item, offset = self.value(offset, depth=depth + 1)
            items.append(item)
            offset = self.skip(offset)
            if self.text[offset : offset + 1] == "]":
                break
            offset = self._comma(offset, start, "]")
        return Value("array", "", self.place(start), start, offset + 1, items=tuple(items)), offset + 1

    def _object(self, start: int, depth: int) -> tuple[Value, int]:
        entries: dict[str, tuple[Value, Value]] = {}
        offset = self.skip(start + 1)
        while self.text[offset : offset + 1] != "}" or entries:
            if self.text[offset : offset + 1] != '"':
                self.stop("a key is missing", offset, 'write "key": value')
            key = self._string(offset)
            offset = self.skip(key.end)
            if self.text[offset : offset + 1] != ":":
                self.stop("a colon is missing", offset, 'write "key": value')
            value, offset = self.value(self.skip(offset + 1), depth=depth + 1)
            if key.text in entries:
                line = entries[key.text][0].place.line
                message = f"the key {key.text} already stands on line {line}"
                self.findings.append(fault(message, key.place, "delete one of them", check="duplicate-key"))
            entries.setdefault(key.text, (key, value))
            offset = self.skip(offset)
            if self.text[offset : offset + 1] == "}":
                break
            offset = self._comma(offset, start, "}")
        return Value("object", "", self.place(start), start, offset + 1, entries=tuple(entries.values())), offset + 1

    def _comma(self, offset: int, opened: int, closing: str) -> int:
        mark = self.text[offset : offset + 1]
        if not mark:
            self.stop(f"this bracket is not closed by {closing}", opened, f"add {closing}")
        if mark != ",":
            self.stop(f"a comma or {closing} is missing", offset, "write a comma between two values")
        after = self.skip(offset + 1)
        if self.text[after : after + 1] == closing:
            self.stop(f"a comma stands before {closing}", offset, "delete the comma")
        return after
