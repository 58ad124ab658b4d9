"""The text of a file that is to be read: UTF-8, of a bearable size, without control characters, or a Finding."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING, Final

from ipcgraph.findings import Finding, Place, Severity
from ipcgraph.vocabulary import IPCG

if TYPE_CHECKING:
    from pathlib import Path

MAXIMUM_BYTES: Final = 64 * 1024 * 1024
"""The largest file that is read whole; larger graphs belong in N-Triples or N-Quads, which are read line by line."""

MAXIMUM_DEPTH: Final = 50
"""How deep brackets, elements, lists and mappings may stand in each other; records need about six levels."""

BOM: Final = b"\xef\xbb\xbf"

CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that no format of ours can carry: XML 1.0 and YAML refuse them, and no text means them."""


def fault(
    message: str,
    place: Place,
    fix: str = "",
    *,
    check: str = "syntax",
    severity: Severity = "error",
    focus: str = "",
    path: str = "",
) -> Finding:
    """A finding of a reader; `check` names what was looked at: `syntax` stands for `ipcg:check-syntax`."""
    return Finding(severity, message, place, fix, focus, path, shape=f"{IPCG}check-{check}")


def control_fault(text: str, place: Place, *, focus: str = "", path: str = "") -> Finding | None:
    """The finding for the first control character of a text that stands at this place, or None."""
    match = CONTROL.search(text)
    if match is None:
        return None
    message = f"the control character U+{ord(match[0]):04X} cannot stand in text"
    return fault(message, place, "delete it", check="character", focus=focus, path=path)


def read_bytes(path: Path, name: str, *, maximum: int = MAXIMUM_BYTES) -> bytes | Finding:
    """The bytes of a regular file without a byte order mark, or a finding: unreadable, or larger than `maximum`."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return fault("this is not a file", Place(name), "put a file here", check="file")
        if status.st_size > maximum:
            return _too_large(name, maximum)
        with path.open("rb") as file:
            data = file.read(maximum + 1)
    except OSError as error:
        return unreadable(error, name)
    if len(data) > maximum:
        return _too_large(name, maximum)
    return data.removeprefix(BOM)


def read_text(path: Path, name: str, *, maximum: int = MAXIMUM_BYTES) -> str | Finding:
    """The text of a UTF-8 file without a byte order mark, or the finding that tells why it cannot be read."""
    data = read_bytes(path, name, maximum=maximum)
    if isinstance(data, Finding):
        return data
    text = decode(data, name)
    if isinstance(text, Finding):
        return text
    return control_character(text, name) or text


def decode(data: bytes, name: str, *, first_line: int = 1) -> str | Finding:
    """The text of UTF-8 bytes, or the finding at the first byte that is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        line = first_line + data.count(b"\n", 0, error.start)
        place = Place(name, line, len(data[start : error.start].decode("utf-8")) + 1)
        message = f"this is not UTF-8 text: byte 0x{data[error.start]:02X} on line {line}"
        return fault(message, place, "save the file with the encoding UTF-8", check="encoding")


def control_character(text: str, name: str, *, first_line: int = 1) -> Finding | None:
    """The finding at the first control character of a text, or None; tab and line ends are none."""
    match = CONTROL.search(text)
    if match is None:
        return None
    place = Place(
        name, first_line + text.count("\n", 0, match.start()), match.start() - text.rfind("\n", 0, match.start())
    )
    return control_fault(match[0], place)


def unreadable(error: OSError, name: str) -> Finding:
    """The finding for a file or folder that the system does not let us read."""
    reason = (error.strerror or str(error)).lower()
    return fault(f"this cannot be read: {reason}", Place(name), "check that it is there and may be read", check="file")


def _too_large(name: str, maximum: int) -> Finding:
    return fault(
        f"the file is larger than {maximum // (1024 * 1024)} MiB",
        Place(name),
        "split it, or write it as N-Triples, which has no limit",
        check="size",
    )
