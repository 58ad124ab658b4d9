"""The content of a file to import: unpacked with a bound, decoded from any encoding, line by line or whole."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import re
import stat
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final, NamedTuple, cast

from ipcgraph.errors import UsageError
from ipcgraph.findings import Finding, Place
from ipcgraph.imports.extra import needing
from ipcgraph.sources.text import CONTROL, fault, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST_WHOLE: Final = 128 * 1024 * 1024
"""Bytes that a file may have, unpacked, whose format can only be read whole (JSON documents, XML, Turtle)."""
LONGEST_LINE: Final = 16 * 1024 * 1024
SMALLEST_BOMB: Final = 8 * 1024 * 1024
"""What a compressed file may always unpack to; past it, no more than RATIO times its size."""
RATIO: Final = 100
SAMPLE: Final = 256 * 1024
"""Bytes at the beginning of a file from which its format and its encoding are told."""

_GZIP: Final = b"\x1f\x8b"
_PACKED: Final = {
    b"PK\x03\x04": "a ZIP archive",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"\x28\xb5\x2f\xfd": "packed with Zstandard",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Office document (.xls, .doc)",
}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED: Final = re.compile(
    rb"""^%+\s*(?:!BIB\s+)?[Ee]ncoding\s*[:=]\s*([\w.:-]+)|^<\?xml[^>]*\bencoding=["']([\w.:-]+)|<meta\s[^>]*\bcharset=["']?\s*([\w.:-]+)""",
    re.MULTILINE | re.IGNORECASE,
)
_TRIED: Final = ("cp1252", "gb18030", "big5", "cp932", "euc_kr", "cp1251", "koi8_r", "cp1250", "cp1253", "cp1254")
_TITLES: Final = {
    "cp1252": "Windows-1252 (Latin-1)",
    "latin-1": "Latin-1",
    "iso8859-1": "Latin-1",
    "gb18030": "GB 18030 (GBK)",
    "gbk": "GBK",
    "cp932": "Shift JIS",
    "euc_kr": "EUC-KR",
    "big5": "Big5",
}


class Start(NamedTuple):
    """How a file begins, unpacked: enough of it to tell what it is."""

    data: bytes
    text: str
    encoding: str
    """A codec's name; `utf-8` also where a later line may turn out not to be."""
    is_guessed: bool
    is_whole: bool


class TooMuchError(OSError):
    """A file that unpacks to more than any honest one would, or a line that does not end."""


class _Bounded(io.RawIOBase):
    """Unpacked bytes with a bound on how many; raises TooMuchError past it."""

    def __init__(self, file: gzip.GzipFile, bound: int) -> None:
        super().__init__()
        self._file, self._left, self._bound = file, bound, bound

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        # One piece at a time: what is read before the damage in a file is not to be lost with it.
        data = self._file.read1(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise TooMuchError(f"it unpacks to more than {self._bound >> 20} MiB, {RATIO} times its size")
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def opened(path: Path) -> Iterator[io.BufferedReader]:
    """The bytes of a regular file, unpacked where it is gzipped whatever its suffix; OSError where it cannot be read.

    Reading past the bound of a compressed file raises TooMuchError; damage raises EOFError, zlib.error or OSError.
    """
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError("it is not a file")
        is_packed = file.read(2) == _GZIP
        file.seek(0)
        if not is_packed:
            yield file
            return
        with gzip.open(file) as unpacked:
            bound = max(SMALLEST_BOMB, RATIO * status.st_size)
            yield io.BufferedReader(cast("io.RawIOBase", _Bounded(unpacked, bound)), 1 << 16)


def start_of(path: Path, name: str, *, encoding: str = "") -> Start | Finding:
    """How a file begins, or the finding for one that is empty, not readable, or packed in a way that is not read."""
    data = b""
    try:
        with opened(path) as file:
            while len(data) < SAMPLE and (piece := file.read1(SAMPLE - len(data))):
                data += piece
            is_whole = len(data) < SAMPLE
    except (OSError, EOFError, zlib.error) as error:
        if not data:
            return broken(error, name)
        is_whole = False  # its reader comes to the damage, too, and tells the line
    if not data.strip():
        return fault("the file is empty", Place(name), "save it again with its records", check="file")
    for magic, title in _PACKED.items():
        if data.startswith(magic) and not (magic == b"PK\x03\x04" and is_spreadsheet(data)):
            return fault(f"this file is {title}", Place(name), "unpack it, or save it in a format that is read")
    chosen, is_guessed = _encoding(data, encoding, is_whole=is_whole)
    text = codecs.getincrementaldecoder(chosen)("replace").decode(data, final=is_whole)
    return Start(data, text.removeprefix("\ufeff"), chosen, is_guessed, is_whole)


def is_spreadsheet(data: bytes) -> bool:
    """Whether a ZIP archive begins as an Office Open XML workbook or an OpenDocument spreadsheet does."""
    return data.startswith(b"PK\x03\x04") and any(
        part in data[:8192] for part in (b"[Content_Types].xml", b"xl/", b"_rels/", b"opendocument.spreadsheet")
    )


def _encoding(data: bytes, asked: str, *, is_whole: bool) -> tuple[str, bool]:
    """The codec of a file, and whether it is a guess; raises UsageError where an unknown one is asked for."""
    if asked:
        try:
            return codecs.lookup(asked).name, False
        except LookupError as error:
            raise UsageError(
                f"there is no encoding {asked!r}; write utf-8, latin-1, gbk or utf-16, for instance"
            ) from error
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return codec, False
    wide = _wide(data)
    if wide:
        return wide, False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=is_whole)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8", False
    declared = _declared(data)
    if declared:
        return declared, False
    return guess(data), True


def _wide(data: bytes) -> str:
    """UTF-16 without a mark shows by its NULs: every other byte of Latin text."""
    head = data[:4096]
    if len(head) < 4:
        return ""
    even, odd = head[::2].count(0) / len(head[::2]), head[1::2].count(0) / len(head[1::2])
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.1 else ""


def _declared(data: bytes) -> str:
    match = _DECLARED.search(data[:4096])
    named = next((group for group in match.groups() if group), b"").decode("ascii", "replace") if match else ""
    try:
        codec = codecs.lookup(named).name if named else ""
        data.decode(codec or "utf-8", "replace")
    except (LookupError, UnicodeError):
        return ""
    # What says that it is UTF-8 and is not is guessed; browsers read Latin-1 as its superset too.
    return {"utf-8": "", "ascii": "", "iso8859-1": "cp1252"}.get(codec, codec)


def guess(data: bytes) -> str:
    """The likeliest codec of bytes that are not UTF-8: of western European texts that is Windows-1252."""
    with needing("charset_normalizer"):
        from charset_normalizer import from_bytes

    # Only lines that tell something: a long file in ASCII with one accent is told by that line.
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:20_000]
    found = [match.encoding for match in from_bytes(telling, cp_isolation=list(_TRIED), threshold=0.5)]
    if not found:
        return "cp1252"
    return "cp1252" if found[0] in {"cp1250", "cp1254"} and "cp1252" in found else found[0]


def lines_of(path: Path, name: str, *, encoding: str = "") -> Iterator[str | Finding]:
    """The lines of a file with their ends, in order, and findings for what was mended on the way or cannot be read.

    A line that is not of the file's encoding is read in the likeliest other one; control characters are left out. A
    warning each says at which line it was first so. An error ends the reading; the lines before it were given.
    """
    start = start_of(path, name, encoding=encoding)
    if isinstance(start, Finding):
        yield start
        return
    mended = _Mended(name, start)
    if start.is_guessed:
        yield mended.guessed(1, start.encoding)
    number = 0
    try:
        with opened(path) as file:
            raw = _raw_lines(file, start.encoding, has_line_feeds=b"\n" in start.data or b"\r" not in start.data)
            for number, line in enumerate(raw, start=1):
                yield from mended.line(line, number)
    except (OSError, EOFError, zlib.error, UnicodeError) as error:
        yield broken(error, name, line=number)


def text_of(path: Path, name: str, *, encoding: str = "") -> Iterator[str | Finding]:
    """The findings about a file, then its text as the last item; without text where it cannot be read.

    A text that ends early because the file is damaged is given as far as it goes, after the finding that says so.
    """
    parts: list[str] = []
    size = 0
    for item in lines_of(path, name, encoding=encoding):
        if isinstance(item, Finding):
            yield item
            continue
        parts.append(item)
        size += len(item)
        if size > LARGEST_WHOLE:
            message = f"the file is larger than {LARGEST_WHOLE >> 20} MiB, which this format cannot have to be read"
            yield fault(message, Place(name), "split it, or save it as JSON Lines or N-Triples", check="size")
            return
    if parts:
        yield "".join(parts)


def broken(error: Exception, name: str, *, line: int = 0) -> Finding:
    """The finding for a file that cannot be read, or not to its end; `line` is the last one that was read."""
    place = Place(name, max(line, 1))
    if isinstance(error, TooMuchError):
        return fault(f"the file is refused: {error}", place, "unpack it yourself if it is meant", check="size")
    if isinstance(error, UnicodeError):
        return fault(f"the text ends within a character after line {line}", place, "fetch it again", check="encoding")
    if isinstance(error, EOFError | zlib.error | gzip.BadGzipFile):
        message = f"the compressed file is damaged after line {line} ({str(error).rstrip('.').lower()})"
        return fault(message, place, "fetch it again; what stands before is read", check="file")
    if isinstance(error, OSError):
        return unreadable(error, name)
    raise error


def _raw_lines(file: IO[bytes], encoding: str, *, has_line_feeds: bool) -> Iterator[bytes | str]:
    """Lines as bytes where a line feed is one byte, as text where it is not (UTF-16, UTF-32)."""
    if encoding.startswith(("utf-16", "utf-32", "utf_16", "utf_32")):
        with io.TextIOWrapper(file, encoding, errors="replace", newline="") as text:
            while line := text.readline(LONGEST_LINE):
                yield line.removeprefix("\ufeff")
        return
    if not has_line_feeds:
        # Latin-1 gives back every byte as it was; the line ends are those of old Macintosh programs.
        with io.TextIOWrapper(file, "latin-1", newline=None) as text:
            yield from (line.encode("latin-1") for line in text)
        return
    first = True
    while data := file.readline(LARGEST_WHOLE):
        if len(data) == LARGEST_WHOLE:
            raise TooMuchError("a line does not end")
        yield data.removeprefix(codecs.BOM_UTF8) if first else data
        first = False


class _Mended:
    """Decodes line by line; says once a file what it had to mend."""

    def __init__(self, name: str, start: Start) -> None:
        self._name, self._codec = name, start.encoding.removesuffix("-sig")
        self._other = ""
        self._told = False

    def line(self, line: bytes | str, number: int) -> Iterator[str | Finding]:
        if isinstance(line, bytes):
            if line.isascii():
                text = line.decode("ascii")
            else:
                try:
                    text = line.decode(self._codec)
                except UnicodeDecodeError:
                    if not self._other:
                        self._other = guess(line) if self._codec.startswith("utf") else "latin-1"
                        yield self.guessed(number, self._other)
                    text = line.decode(self._other, "replace")
        else:
            text = line
        if (text.isascii() and text.isprintable()) or not CONTROL.search(text):
            yield text
            return
        if not self._told:
            self._told = True
            message = "the file holds control characters, here the first time; they are left out"
            yield fault(message, Place(self._name, number), "remove them", check="character", severity="warning")
        yield CONTROL.sub("", text)

    def guessed(self, number: int, codec: str) -> Finding:
        title = _TITLES.get(codec, codec)
        return fault(
            f"this is not UTF-8; it is read as {title}, which is a guess",
            Place(self._name, number),
            "look at the accents, and say another encoding if they are wrong",
            check="encoding",
            severity="warning",
        )
