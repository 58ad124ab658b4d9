"""Where a task writes its answer: memory, and past a size a file without a name; too much is refused, never cut."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO, Final
from xml.parsers.expat import ExpatError, ParserCreate

from ipcgraph.server.frames import INLINE
from ipcgraph.server.outcomes import Refused, RefusedError

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

_UNITS: Final = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"), (1, "bytes"))


class Output:
    """A file to be written; `limit` is in bytes.

    With `well_formed` each piece goes through a parser of XML, too: a term can hold what XML has no place for.
    """

    def __init__(self, limit: int, *, well_formed: bool = False) -> None:
        self.size = 0
        self.file: BinaryIO | None = None
        self._limit = limit
        self._pieces: list[bytes] = []
        self._parser: XMLParserType | None = None
        if well_formed:
            self.expect_xml()

    def write(self, piece: bytes) -> int:
        """Takes a piece; raises RefusedError where the answer becomes too large, or no XML."""
        self.size += len(piece)
        if self.size > self._limit:
            shown = amount(self._limit)
            sentence = f"the answer is larger than the {shown} that this server gives; ask for less, or add a LIMIT"
            raise RefusedError(Refused(413, sentence))
        self._parse(piece)
        if self.file is None and self.size > INLINE:
            self.file = TemporaryFile()  # noqa: SIM115  # `close` closes it
            self.file.writelines(self._pieces)
            self._pieces.clear()
        if self.file is None:
            self._pieces.append(bytes(piece))
        else:
            self.file.write(piece)
        return len(piece)

    def expect_xml(self) -> None:
        """From now on each piece goes through the parser."""
        self._parser = ParserCreate(namespace_separator=" ")

    def flush(self) -> None:
        """Does nothing; writers expect it."""

    def end(self) -> bytes:
        """What goes through the socket: everything, or nothing where it is in the file, which is whole then.

        The file stands at its start, for whoever gets its descriptor.
        """
        if self._parser:
            self._parse(b"", last=True)
        if self.file is not None:
            self.file.seek(0)
        return b"".join(self._pieces)

    def close(self) -> None:
        """Lets go of the file."""
        if self.file is not None:
            self.file.close()

    def _parse(self, piece: bytes, *, last: bool = False) -> None:
        if self._parser is None:
            return
        try:
            self._parser.Parse(piece, last)
        except ExpatError as error:
            sentence = f"the answer holds what XML has no place for ({error}); ask for another format"
            raise RefusedError(Refused(406, sentence)) from error


def amount(size: int) -> str:
    """A number of bytes for a reader.

    >>> amount(64 << 20), amount(1500)
    ('64 MiB', '1.5 KiB')
    """
    unit, name = next((unit, name) for unit, name in _UNITS if size >= unit or unit == 1)
    return f"{round(size / unit, 1):g} {name}"
