"""Statements from N-Triples and N-Quads: one line each, so that a bad line costs no other and no file is too large."""

from __future__ import annotations

import gzip
import re
import zlib
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, DefaultGraph, RdfFormat, parse

from ipcgraph.findings import Finding, Place
from ipcgraph.sources.quads import GIVE_ID, admit, graph_warning, is_named, parser_fault, triple_term_fault
from ipcgraph.sources.text import BOM, control_character, decode, fault, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyoxigraph import Quad

    from ipcgraph.records import Statement

MAXIMUM_LINE: Final = 4 * 1024 * 1024
"""The longest line that is read, in bytes."""

_OBJECT = re.compile(r"\s*(?:<[^>]*>|_:\S+)\s*<[^>]*>\s*")


def read_lines(path: Path, name: str, rdf_format: RdfFormat) -> Iterator[Statement | Finding]:
    """The statements of an N-Triples or N-Quads file, each at the place of its object, and a finding for each bad line.

    Named graphs are not kept: their statements are taken into the default graph, and one warning says so. Of a
    compressed file (`.gz`) that is damaged, what stands before the damage is read.
    """
    reader = LineReader(name, rdf_format)
    line = 0
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
            while data := file.readline(MAXIMUM_LINE + 1):
                line += 1
                if len(data) > MAXIMUM_LINE:
                    message = f"this line is longer than {MAXIMUM_LINE // (1024 * 1024)} MiB"
                    yield fault(message, Place(name, line), "write one statement a line", check="size")
                    return
                yield from reader.line(data.removeprefix(BOM) if line == 1 else data, line)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield damaged(error, name, line)
    except OSError as error:
        yield unreadable(error, name)


def damaged(error: Exception, name: str, line: int) -> Finding:
    """The finding for a compressed file that ends or goes wrong behind a line."""
    message = f"the compressed file is damaged after line {line} ({error}); what stands before is read"
    return fault(message, Place(name, max(line, 1)), "fetch it again")


class LineReader:
    """Reads line by line; remembers what is to be said once in a file."""

    def __init__(self, name: str, rdf_format: RdfFormat) -> None:
        self._name = name
        self._format = rdf_format
        self._blank: set[str] = set()
        self._has_graph = False

    def line(self, data: bytes, line: int) -> Iterator[Statement | Finding]:
        text = decode(data, self._name, first_line=line)
        refused = text if isinstance(text, Finding) else control_character(text, self._name, first_line=line)
        if isinstance(text, Finding) or refused is not None:
            if refused is not None:
                yield refused
            return
        try:
            quads = list(parse(text, format=self._format))
        except SyntaxError as error:
            said = parser_fault(error, self._name, self._format.name)
            yield fault(said.message, Place(self._name, line, error.offset or 1), said.fix)
            return
        for quad in quads:
            match = _OBJECT.match(text)
            place = Place(self._name, line, match.end() + 1 if match else 1)
            yield from self._quad(quad, place)

    def _quad(self, quad: Quad, place: Place) -> Iterator[Statement | Finding]:
        if not self._has_graph and not isinstance(quad.graph_name, DefaultGraph):
            self._has_graph = True
            yield graph_warning(place)
        if is_named(quad):
            yield admit(quad, place)
            return
        for term in (quad.subject, quad.object):
            if isinstance(term, BlankNode) and term.value not in self._blank:
                self._blank.add(term.value)
                yield fault(f"the blank node _:{term.value} cannot be cited", place, GIVE_ID, check="blank-node")
        if not isinstance(quad.object, BlankNode) and not isinstance(quad.subject, BlankNode):
            yield triple_term_fault(place)
