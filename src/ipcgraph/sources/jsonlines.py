"""JSON Lines: one object a line, read strictly, without the characters that no format of ours can carry."""

from __future__ import annotations

import json
import re
from typing import IO, TYPE_CHECKING, Final

from ipcgraph.sources.text import CONTROL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAXIMUM_LINE: Final = 16 * 1024 * 1024
"""The longest line that is read, in bytes: a record of a work with thousands of authors is far below it."""

_ESCAPED_CONTROL: Final = re.compile(r"\\u(?:d[89a-f]|00[01789]|fff[ef])", re.IGNORECASE)
"""An escape that may stand for a control character or for half of a character."""

_TOO_DEEP: Final = "this line is nested too deeply"


class UnreadableRecordError(ValueError):
    """A record that is left out; the message is that of its finding, `fix` its remedy."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


def read_lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file, none longer than can be read; a longer one ends the reading."""
    while line := file.readline(MAXIMUM_LINE + 1):
        if len(line) > MAXIMUM_LINE:
            raise OSError(f"a line is longer than {MAXIMUM_LINE // (1024 * 1024)} MiB")
        yield line


def parse(line: bytes) -> tuple[Mapping[str, object], bool]:
    """The object on a line, and whether characters were taken out of it that no format of ours can carry.

    Raises UnreadableRecordError where there is none, JSONDecodeError where the line is not JSON.
    """
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UnreadableRecordError("this line is not UTF-8", "save the file as UTF-8") from error
    except RecursionError as error:
        raise UnreadableRecordError(_TOO_DEEP, "write one flat record a line") from error
    except json.JSONDecodeError:
        raise
    except ValueError as error:  # Python reads no whole number of more than 4,300 digits
        raise UnreadableRecordError("a number in this line is too long", "write it in quotes") from error
    if not isinstance(record, dict):
        raise UnreadableRecordError("this line is no JSON object", "write one work a line, in braces")
    if line.isascii() and b"\\u" not in line and b"\x7f" not in line:
        return record, False
    text = line.decode("utf-8")
    if not CONTROL.search(text) and not _ESCAPED_CONTROL.search(text):
        return record, False
    cleaned = {CONTROL.sub("", key): _cleaned(value) for key, value in record.items()}
    return cleaned, cleaned != record


def _cleaned(value: object) -> object:
    """A JSON value without control characters in any text or key of it."""
    try:
        if isinstance(value, str):
            return CONTROL.sub("", value)
        if isinstance(value, list):
            return [_cleaned(item) for item in value]
        if isinstance(value, dict):
            return {CONTROL.sub("", key): _cleaned(item) for key, item in value.items()}
    except RecursionError as error:
        raise UnreadableRecordError(_TOO_DEEP, "write one flat record a line") from error
    return value


def objects(record: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    """The objects in the list under a key; none where the key is not there."""
    values = record.get(key)
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise UnreadableRecordError(f"{key} is no list of objects", "write a list in brackets")
    return values


def text_of(record: Mapping[str, object], key: str) -> str:
    """The text under a key, or "" where it is not there."""
    value = record.get(key)
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    raise UnreadableRecordError(f"{key} is no text", "write it in quotes")


def required(record: Mapping[str, object], key: str) -> str:
    """The text under a key that every record has."""
    text = text_of(record, key)
    if not text:
        raise UnreadableRecordError(f"a record has no {key}", f"give it a {key}")
    return text
