"""Statements from RDF/XML: checked and placed by a walk with expat, then parsed by pyoxigraph. A DOCTYPE is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from pyoxigraph import RdfFormat, parse

from ipcgraph.findings import Finding, Place
from ipcgraph.sources.quads import GIVE_ID, admit, is_named, parser_fault
from ipcgraph.sources.text import MAXIMUM_DEPTH, fault, read_text
from ipcgraph.sources.wording import LineFeed, Wording, resolve
from ipcgraph.vocabulary import RDF

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ipcgraph.records import Statement

_XML: Final = "http://www.w3.org/XML/1998/namespace"
_SYNTAX: Final = frozenset(RDF + name for name in ("about", "ID", "nodeID", "resource", "parseType", "datatype"))


def read_rdfxml(path: Path, name: str, *, base: str) -> Iterator[Statement | Finding]:
    """The statements of an RDF/XML file, each at the place of its property element, and findings for what is refused.

    A DOCTYPE is refused before any entity of it is read; blank nodes and collections are refused, each at its place.
    """
    text = read_text(path, name)
    if isinstance(text, Finding):
        yield text
        return
    walk = _Walk(name, base)
    data = walk.run(text.encode())
    yield from walk.findings
    # What expat could not read is cut off: another parser must not come to a DOCTYPE that expat did not reach.
    feed = LineFeed(iter(data.splitlines(keepends=True)))
    try:
        for quad in parse(feed.file(), format=RdfFormat.RDF_XML, base_iri=base):
            if is_named(quad):
                yield admit(quad, walk.wording.place(quad))
            elif not walk.findings:  # whatever the walk does not see is still not dropped in silence
                yield fault("a blank node cannot be cited", walk.wording.place(quad), GIVE_ID, check="blank-node")
    except (SyntaxError, MemoryError) as error:
        if not walk.broken:
            yield parser_fault(error, name, "RDF/XML", line=feed.line)


class _StopError(Exception):
    """Ends the walk at something refused as a whole; never leaves this module."""


@dataclass(slots=True)
class _Element:
    """An open element: of a node where `predicate` is empty, else of a property of `subject`."""

    subject: str
    base: str
    place: Place
    predicate: str = ""
    text: list[str] = field(default_factory=list)
    is_literal: bool = True
    """Whether the element of a property has said nothing yet but text."""
    members: int = 0
    """How many rdf:li the element of a node has had."""


class _Walk:
    """A walk over the elements of RDF/XML: places, blank nodes, and what is refused as a whole.

    It knows just enough of the grammar to tell nodes from properties; whether the file is right, the parser says.
    """

    def __init__(self, name: str, base: str) -> None:
        self.name = name
        self.wording = Wording(name)
        self.findings: list[Finding] = []
        self.broken = False
        self._root = _Element("", base, Place(name))
        self._open: list[_Element] = [self._root]
        self._skipped = 0  # depth within an XML literal
        self._expat = expat.ParserCreate("UTF-8", namespace_separator=" ")
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = self._doctype
        self._expat.XmlDeclHandler = self._declaration
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._text

    def run(self, data: bytes) -> bytes:
        """The part of the data that may be parsed: all of it, or what stands before the fault."""
        try:
            self._expat.Parse(data, True)  # noqa: FBT003 (expat takes no keyword)
        except _StopError:
            self.broken = True
            return b""
        except expat.ExpatError as error:
            self.broken = True
            message = f"this is not XML: {expat.ErrorString(error.code)}"
            self.findings.append(fault(message, Place(self.name, error.lineno, error.offset + 1), "correct this line"))
            return data[: max(self._expat.ErrorByteIndex, 0)]
        return data

    def _place(self) -> Place:
        return Place(self.name, self._expat.CurrentLineNumber, self._expat.CurrentColumnNumber + 1)

    def _refuse(self, message: str, fix: str, check: str) -> None:
        self.findings.append(fault(message, self._place(), fix, check=check))

    def _doctype(self, *_declared: object) -> None:
        self._refuse("a DOCTYPE is refused: its entities could fetch or unfold anything", "delete it", "doctype")
        raise _StopError

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.upper() not in {"UTF-8", "UTF8", "US-ASCII"}:
            self._refuse(f"the file says that it is {encoding}", "save it with the encoding UTF-8", "encoding")
            raise _StopError

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) + self._skipped > MAXIMUM_DEPTH:
            self._refuse(f"elements stand more than {MAXIMUM_DEPTH} deep in each other", GIVE_ID, "size")
            raise _StopError
        if self._skipped:
            self._skipped += 1
            return
        parent = self._open[-1]
        iri = tag.replace(" ", "")
        said = {key.replace(" ", ""): value for key, value in attributes.items()}
        base = resolve(parent.base, said[_XML + "base"]) if _XML + "base" in said else parent.base
        if len(self._open) == 1 and iri == RDF + "RDF":
            self._open.append(_Element("", base, self._place()))
        elif parent is self._root or parent.predicate or not parent.subject:
            self._open.append(self._node(iri, said, base, parent))
        else:
            self._property(iri, said, base, parent)

    def _node(self, iri: str, said: dict[str, str], base: str, parent: _Element) -> _Element:
        place = self._place()
        subject = self._subject(said, base)
        if iri != RDF + "Description":
            self.wording.add(place, subject, RDF + "type", iri)
        self._attributes(said, subject, base)
        if parent.predicate:
            parent.is_literal = False
            self.wording.add(parent.place, parent.subject, parent.predicate, subject)
        return _Element(subject, base, place)

    def _subject(self, said: dict[str, str], base: str) -> str:
        if RDF + "about" in said:
            return resolve(base, said[RDF + "about"])
        if RDF + "ID" in said:
            return resolve(base, "#" + said[RDF + "ID"])
        label = said.get(RDF + "nodeID", "")
        self._refuse(f"the blank node {label or 'without rdf:about'} cannot be cited", _ABOUT, "blank-node")
        return f"_:{label}"

    def _attributes(self, said: dict[str, str], subject: str, base: str) -> None:
        for key, value in said.items():
            if key not in _SYNTAX and not key.startswith(_XML):
                self.wording.add(self._place(), subject, key, value, resolve(base, value))

    def _property(self, iri: str, said: dict[str, str], base: str, node: _Element) -> None:
        place = self._place()
        if iri == RDF + "li":
            node.members += 1
            iri = f"{RDF}_{node.members}"
        element = _Element(node.subject, base, place, iri)
        self._open.append(element)
        if RDF + "ID" in said:
            self.wording.add(place, resolve(base, "#" + said[RDF + "ID"]), RDF + "subject", node.subject)
        kind = said.get(RDF + "parseType")
        inner = {key for key in said if key not in _SYNTAX and not key.startswith(_XML)}
        if RDF + "resource" in said:
            element.is_literal = False
            target = resolve(base, said[RDF + "resource"])
            self.wording.add(place, node.subject, iri, target)
            self._attributes(said, target, base)
        elif kind == "Resource":
            self._refuse('the blank node of rdf:parseType="Resource" cannot be cited', _ABOUT, "blank-node")
            element.is_literal, element.predicate, element.subject = False, "", "_:"
        elif kind == "Collection":
            self._refuse("a collection is not read: its parts cannot be cited", "write one property each", "blank-node")
            element.is_literal = False
        elif kind is not None:
            self.wording.add(place, node.subject, iri)
            element.is_literal = False
            self._skipped = 1
        elif RDF + "nodeID" in said or inner:
            label = said.get(RDF + "nodeID", "without rdf:resource")
            self._refuse(f"the blank node {label} cannot be cited", _ABOUT, "blank-node")
            element.is_literal = False

    def _text(self, text: str) -> None:
        if not self._skipped:
            self._open[-1].text.append(text)

    def _end(self, _tag: str) -> None:
        if self._skipped > 1:
            self._skipped -= 1
            return
        self._skipped = 0
        element = self._open.pop()
        if element.predicate and element.is_literal:
            self.wording.add(element.place, element.subject, element.predicate, "".join(element.text))


_ABOUT: Final = 'give it an id of its own: rdf:about="person/ada-lovelace", for instance'
