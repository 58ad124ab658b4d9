"""Statements from Turtle and TriG: parsed by pyoxigraph, each placed by a walk over the tokens of the same text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from pyoxigraph import RdfFormat, parse

from ipcgraph.findings import Finding, Place
from ipcgraph.sources.quads import GIVE_ID, admit, graph_warning, is_named, parser_fault, triple_term_fault
from ipcgraph.sources.text import MAXIMUM_DEPTH, fault, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ipcgraph.records import Statement

# A name's last character is no dot; what of ASCII may not stand in a name is left out, everything else may.
_NAME = r"[^\x00-,./;<=>?@\[\\\]^`{|}~]"
_TOKEN = re.compile(
    rf"""
    (?P<space>[\ \t\r\n]+|\#[^\r\n]*)
  | (?P<triple><<|\{{\||~)
  | (?P<iri><[^<>\s]*>)
  | (?P<string>\"\"\"(?:[^\"\\]++|\\.|\"{{1,2}}+(?!\"))*+\"\"\"|\'\'\'(?:[^'\\]++|\\.|'{{1,2}}+(?!'))*+\'\'\'
              |\"(?:[^\"\\\r\n]++|\\.)*+\"|'(?:[^'\\\r\n]++|\\.)*+')
  | (?P<at>@[A-Za-z]+(?:-+[A-Za-z0-9]+)*)
  | (?P<datatype>\^\^)
  | (?P<blank>_:(?:{_NAME}|\.+(?={_NAME}))+)
  | (?P<number>[+-]?(?:[0-9]+\.[0-9]*[eE][+-]?[0-9]+|\.?[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)(?!{_NAME}))
  | (?P<name>(?:{_NAME}(?<!:)(?:{_NAME}(?<!:)|\.+(?={_NAME}))*)?:(?:{_NAME}|\\.|\.+(?={_NAME}|\\))*)
  | (?P<word>[A-Za-z]+)
  | (?P<mark>[.;,\[\](){{}}])
    """,
    re.VERBOSE | re.DOTALL,
)
_DIRECTIVES: Final = {"prefix": 2, "base": 1, "version": 1}
"""The directives with the number of tokens that follow them."""


def read_turtle(path: Path, name: str, rdf_format: RdfFormat, *, base: str) -> Iterator[Statement | Finding]:
    """The statements of a Turtle or TriG file, each at the place of its object, and findings for what is refused.

    Relative IRIs are taken from `base`. Blank nodes and lists are refused, each at its place; named graphs are not
    kept. Reading stops at the first syntax error; what stands before it is given.
    """
    text = read_text(path, name)
    if isinstance(text, Finding):
        yield text
        return
    walk = _Walk(text, name)
    objects = walk.objects()
    place = Place(name)
    try:
        for quad in parse(text, format=rdf_format, base_iri=base):
            if not is_named(quad):
                continue  # the walk has a finding for it
            for item in objects:
                if isinstance(item, Place):
                    place = item
                    break
                yield item
            if walk.stopped:
                return
            yield admit(quad, place)
    except (SyntaxError, MemoryError) as error:
        yield parser_fault(error, name, rdf_format.name, line=place.line)
    else:
        yield from (item for item in objects if isinstance(item, Finding))


class _Slot(Enum):
    """What the next term of a statement is."""

    SUBJECT = auto()
    PREDICATE = auto()
    OBJECT = auto()


@dataclass(slots=True)
class _Frame:
    """An open statement, bracket or list; `blank` where its subject is a blank node."""

    slot: _Slot = _Slot.SUBJECT
    blank: bool = False


@dataclass(slots=True)
class _Walk:
    """A walk over the tokens of a Turtle or TriG text, in step with the parser's quads.

    It knows just enough of the grammar to tell objects from the rest; whether the text is right, the parser says.
    """

    text: str
    name: str
    stopped: bool = False
    """Whether the text holds something that is refused as a whole."""
    _frames: list[_Frame] = field(default_factory=lambda: [_Frame()])
    _told: set[str] = field(default_factory=set)
    """What is said once in a file: labels of blank nodes, and `{` for named graphs."""
    _line: int = 1
    _line_start: int = 0

    def objects(self) -> Iterator[Place | Finding]:
        """The place of each object between two things that are no blank nodes; a finding at each blank node."""
        skip = 0
        for kind, token, place in self._tokens():
            frame = self._frames[-1]
            if skip:
                skip -= 1
            elif kind == "triple":
                self.stopped = True
                yield triple_term_fault(place)
                return
            elif kind == "datatype":
                skip = 1
            elif kind in {"at", "word"} and token.lstrip("@").lower() in _DIRECTIVES and frame.slot is _Slot.SUBJECT:
                skip = _DIRECTIVES[token.lstrip("@").lower()]
            elif kind == "mark":
                yield from self._mark(token, place)
                if self.stopped:
                    return
            elif kind == "blank":
                yield from self._blank_node(token, place)
            elif kind != "at" and not (kind == "word" and token.lower() == "graph"):
                if frame.slot is _Slot.OBJECT and not frame.blank:
                    yield place
                self._advance(blank=False)

    def _tokens(self) -> Iterator[tuple[str, str, Place]]:
        position = 0
        while match := _TOKEN.match(self.text, position):
            kind, token = match.lastgroup or "", match[0]
            if kind != "space":
                if nil := _EMPTY_LIST.match(self.text, position):
                    match, kind = nil, "name"  # rdf:nil, an IRI like any other
                yield kind, token, Place(self.name, self._line, position - self._line_start + 1)
                token = match[0]
            breaks = token.count("\n")
            if breaks:
                self._line += breaks
                self._line_start = position + token.rindex("\n") + 1
            position = match.end()

    def _mark(self, mark: str, place: Place) -> Iterator[Finding]:
        frame = self._frames[-1]
        if mark == ";":
            frame.slot = _Slot.PREDICATE
        elif mark == ".":
            frame.slot, frame.blank = _Slot.SUBJECT, False
        elif mark in "[(":
            yield from self._open(mark, place)
        elif mark in "])":
            if len(self._frames) > 1:
                self._frames.pop()
        elif mark == "{":
            if frame.slot is not _Slot.SUBJECT and "{" not in self._told:
                self._told.add("{")
                yield graph_warning(place)
            frame.slot, frame.blank = _Slot.SUBJECT, False
        elif mark == "}":
            frame.slot, frame.blank = _Slot.SUBJECT, False

    def _open(self, mark: str, place: Place) -> Iterator[Finding]:
        if len(self._frames) > MAXIMUM_DEPTH:
            self.stopped = True
            yield fault(f"brackets stand more than {MAXIMUM_DEPTH} deep in each other", place, GIVE_ID, check="size")
            return
        if mark == "[":
            yield fault("a blank node [ ] cannot be cited", place, GIVE_ID, check="blank-node")
        elif not any(frame.slot is _Slot.OBJECT and frame.blank for frame in self._frames[1:]):
            fix = "write the values one by one, with commas between them"
            yield fault("a list ( ) is not read: its parts cannot be cited", place, fix, check="blank-node")
        self._advance(blank=True)
        self._frames.append(_Frame(_Slot.PREDICATE if mark == "[" else _Slot.OBJECT, blank=True))

    def _blank_node(self, token: str, place: Place) -> Iterator[Finding]:
        if token not in self._told:
            self._told.add(token)
            yield fault(f"the blank node {token} cannot be cited", place, GIVE_ID, check="blank-node")
        self._advance(blank=True)

    def _advance(self, *, blank: bool) -> None:
        """Past a term: a subject is followed by a predicate, a predicate by objects."""
        frame = self._frames[-1]
        if frame.slot is _Slot.SUBJECT:
            frame.slot, frame.blank = _Slot.PREDICATE, blank
        elif frame.slot is _Slot.PREDICATE:
            frame.slot = _Slot.OBJECT


_EMPTY_LIST = re.compile(r"\((?:[ \t\r\n]+|#[^\r\n]*)*\)")
