"""Records from YAML files: lists and mappings of text with their places, and no other power of YAML.

Aliases, anchors, tags and merge keys are refused, no scalar is read as anything but text, and nesting is counted on
PyYAML's parser events, so that neither an alias bomb nor a million brackets cost anything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import yaml

from ipcgraph.findings import Finding, Place
from ipcgraph.records import Mapping, Node, Scalar, Sequence
from ipcgraph.sources.text import MAXIMUM_DEPTH, control_fault, fault, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TypeAlias

    from yaml._yaml import Mark as CMark
    from yaml.error import Mark as PythonMark

    Loader: TypeAlias = type[yaml.SafeLoader | yaml.CSafeLoader]
    Mark: TypeAlias = CMark | PythonMark

_LINE_SEPARATOR = re.compile("[\x85\u2028\u2029]")
_PARSER: Loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def read_yaml(path: Path, name: str) -> Iterator[Mapping | Finding]:
    """The records of a file, one at a time in the order written, and a finding for each thing that cannot be read.

    A file is a list of mappings, or one mapping; several documents may follow each other. What can be read around a
    fault is given: the records before a syntax error, and a record without its refused value.
    """
    text = read_text(path, name)
    if isinstance(text, Finding):
        yield text
    else:
        yield from parse_yaml(text, name)


def parse_yaml(text: str, name: str, *, parser: Loader = _PARSER) -> Iterator[Mapping | Finding]:
    """The records of a YAML text; as `read_yaml`, for text that is already in memory."""
    separator = _LINE_SEPARATOR.search(text)
    if separator:
        # YAML 1.1 ends a line here and editors do not: every later line number would be wrong for one of them.
        line = text.count("\n", 0, separator.start()) + 1
        place = Place(name, line, separator.start() - text.rfind("\n", 0, separator.start()))
        code = f"U+{ord(separator[0]):04X}"
        yield fault(f"the invisible line separator {code} cannot stand here", place, "delete it", check="character")
        return
    composer = _Composer(text, name, parser)
    try:
        for record in composer.records():
            yield from composer.take_findings()
            if record is not None:
                yield record
    except _TooDeepError as error:
        yield from composer.take_findings()
        message = f"lists and mappings stand more than {MAXIMUM_DEPTH} deep in each other"
        yield fault(message, error.place, "write a flat list of records", check="size")
    except yaml.MarkedYAMLError as error:
        yield from composer.take_findings()
        yield _syntax_fault(error, name)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        yield from composer.take_findings()
        yield fault(f"this is not YAML: {_first_line(str(error))}", Place(name), "delete what is named here")


class _TooDeepError(Exception):
    """Nesting beyond the limit, with its place; never leaves this module."""

    def __init__(self, place: Place) -> None:
        super().__init__(str(place))
        self.place = place


class _Composer:
    """Nodes from parser events. What is refused on the way is collected and taken after each record."""

    def __init__(self, text: str, name: str, parser: Loader) -> None:
        self._name = name
        self._events = yaml.parse(text, Loader=parser)
        self._findings: list[Finding] = []
        self._lines = text.split("\n")

    def take_findings(self) -> list[Finding]:
        findings, self._findings = self._findings, []
        return findings

    def records(self) -> Iterator[Mapping | None]:
        """Each record; None where only findings are to be taken."""
        for event in self._events:
            if isinstance(event, yaml.SequenceStartEvent):
                self._refuse_properties(event)
                for item in self._events:
                    if isinstance(item, yaml.SequenceEndEvent):
                        break
                    yield self._record(item)
            elif isinstance(event, yaml.ScalarEvent):
                if event.value:  # an empty document is an empty scalar
                    yield self._record(event)
            elif isinstance(event, yaml.NodeEvent):
                yield self._record(event)

    def _record(self, event: yaml.Event) -> Mapping | None:
        place = self._place(event)
        node = self._node(event, depth=1)
        if isinstance(node, Mapping):
            return node
        if node is not None:
            self._refuse("this is not a record", place, "write a list of records, each starting with - id:")
        return None

    def _node(self, event: yaml.Event, *, depth: int) -> Node | None:
        """The node that starts with this event, or None where it was refused."""
        if isinstance(event, yaml.AliasEvent):
            message = f"the alias *{event.anchor} repeats a value from elsewhere"
            self._refuse(message, self._place(event), "write the value out")
            return None
        self._refuse_properties(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if depth >= MAXIMUM_DEPTH:
            raise _TooDeepError(self._place(event))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth=depth)
        return self._mapping(event, depth=depth)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar | None:
        place = self._place(event)
        refused = control_fault(event.value, place)
        if refused is not None:
            self._findings.append(refused)
            return None
        self._warn_of_a_lost_end(event)
        return Scalar(event.value, place)

    def _warn_of_a_lost_end(self, event: yaml.ScalarEvent) -> None:
        """A warning where `#1` after a bare text is read as a comment, which is hardly what was meant; `# why` is."""
        mark = event.end_mark
        if event.style not in {None, ""} or mark is None or mark.line >= len(self._lines):
            return
        lost = re.match(r"[ \t]+(#\S.*)", self._lines[mark.line][mark.column :])
        if lost:
            message = f'"{lost[1][:40]}" is read as a comment and is no part of the value'
            place = Place(self._name, mark.line + 1, mark.column + 1)
            fix = "put the whole value in quotes, or write a blank after the #"
            self._findings.append(fault(message, place, fix, check="comment", severity="warning"))

    def _sequence(self, start: yaml.Event, *, depth: int) -> Sequence:
        items: list[Node] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            item = self._node(event, depth=depth + 1)
            if isinstance(item, Scalar) and not item.text:
                self._refuse("this list item has no value", item.place, "write a value after the -, or delete it")
            elif item is not None:
                items.append(item)
        return Sequence(tuple(items), self._place(start))

    def _mapping(self, start: yaml.Event, *, depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        lines: dict[str, int] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            place = self._place(event)
            key = self._node(event, depth=depth + 1)
            value = self._node(next(self._events), depth=depth + 1)
            if not isinstance(key, Scalar):
                if key is not None:
                    self._refuse("a key must be a word", place, "write key: value, or put the text in quotes")
            elif key.text in lines:
                message = f"the key {key.text} already stands on line {lines[key.text]}"
                self._refuse(message, place, "delete one of them", check="duplicate-key")
            else:
                lines[key.text] = place.line
                if self._is_entry(key, value) and value is not None:
                    entries[key.text] = (key, value)
        pairs = tuple(entries.values())
        return Mapping(pairs, pairs[0][0].place if pairs else self._place(start))

    def _is_entry(self, key: Scalar, value: Node | None) -> bool:
        """Whether key and value can be kept; says why not."""
        if key.text == "<<":
            self._refuse("the merge key << copies values from elsewhere", key.place, "write the keys and values out")
            return False
        if not key.text:
            self._refuse("this value has no key", key.place, "write key: value")
            return False
        if isinstance(value, Scalar) and not value.text:
            fix = "write a value after the colon, or delete the key"
            self._refuse(f"{key.text} has no value", key.place, fix, check="no-value")
            return False
        return True

    def _refuse_properties(self, event: yaml.Event) -> None:
        """Refuses an anchor or a tag; the value under it is kept as it is written."""
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor:
            self._refuse(f"the anchor &{anchor} has no use here", self._place(event), "delete it")
        if tag:
            short = tag.replace("tag:yaml.org,2002:", "!!")
            fix = "delete it: every value is read as text, then by its key"
            self._refuse(f"the tag {short} has no use here", self._place(event), fix)

    def _refuse(self, message: str, place: Place, fix: str, *, check: str = "syntax") -> None:
        self._findings.append(fault(message, place, fix, check=check))

    def _place(self, event: yaml.Event) -> Place:
        return _mark_place(event.start_mark, self._name)


_ALIGN: Final = ("this does not fit under the lines above", "align it with them, or put the whole text in quotes")
_PLAIN_WORDS: Final = (
    # (part of what PyYAML says, what is wrong, what to do); the first that fits is taken
    ("mapping values are not allowed", "a second colon stands in this value", 'put the text in quotes: "…: …"'),
    ("cannot start any token", "this character cannot start a value", 'indent with spaces, put text in quotes: "…"'),
    ("found a tab", "a tab stands where spaces must", "indent with spaces"),
    ("unknown escape", "this backslash escape is not known", "write \\\\ for a backslash, or use single quotes"),
    ("invalid Unicode character escape", "this escape is no character", "write the character itself"),
    ("undefined alias", "an alias is used", "write the value out"),
    ("expected ':'", "a key without a colon stands here", "write key: value"),
    ("sequence entries", "a list cannot start on this line", "put the - on a line of its own"),
    ("<document start>", "text stands outside of the list of records", "start it with - or a key"),
    ("expected alphabetic or numeric", "an anchor or alias stands here", "put text that starts with & or * in quotes"),
    ("expected key", *_ALIGN),
    ("expected '-' indicator", *_ALIGN),
    ("expected <block end>", *_ALIGN),
)


def _syntax_fault(error: yaml.MarkedYAMLError, name: str) -> Finding:
    """What PyYAML found, in plain words, at its line and column."""
    problem, context = error.problem or "", error.context or ""
    place, opened = _mark_place(error.problem_mark, name), _mark_place(error.context_mark, name)
    if error.problem_mark is None:
        place = opened
    if "escape" not in problem and error.context_mark is not None:
        # The parser notices at the end of the file or in the next record; the mistake is where it was opened.
        fix = f"close it before line {place.line}, column {place.column}"
        if "quoted scalar" in context:
            return fault("this quoted text is not closed", opened, fix)
        if "flow" in context:
            what = "list" if "sequence" in context else "mapping"
            return fault(f"this {what} is not closed, or a comma is missing in it", opened, fix)
        if "simple key" in context:
            place = opened
    for part, message, fix in _PLAIN_WORDS:
        if part in problem:
            return fault(message, place, fix)
    return fault(f"this is not YAML: {' '.join(filter(None, (context, problem)))}", place, "put the text in quotes")


def _mark_place(mark: Mark | None, name: str) -> Place:
    return Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
