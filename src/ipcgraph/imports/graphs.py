"""RDF of others as a graph that readers walk: what is said of each node, and at which line it is first written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.parsers import expat

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from ipcgraph.findings import Finding, Place
from ipcgraph.imports.content import text_of
from ipcgraph.sources.quads import parser_fault
from ipcgraph.sources.text import CONTROL, fault
from ipcgraph.vocabulary import DEFAULT_BASE, PREFIXES, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import Quad

DEEPEST: Final = 60
"""How deep elements may stand in each other."""

_SUBJECTS: Final = {
    RdfFormat.RDF_XML: re.compile(r"""rdf:about=["']([^"'<>]+)["']()"""),
    RdfFormat.JSON_LD: re.compile(r""""@id"\s*:\s*"([^"]+)"()"""),
}
"""Where a subject is written; each begins with fixed characters, since any other pattern is slow on a large file."""
_SUBJECT: Final = re.compile(r"\n[ \t]{0,64}(?:<([^<>\s]+)>\s|([\w.-]*:[\w.%/-]+)\s)")
_PREFIX: Final = re.compile(r"^\s*@?prefix\s+([\w.-]*:)\s*<([^<>\s]*)>", re.MULTILINE | re.IGNORECASE)

FIRST: Final = RDF + "first"
REST: Final = RDF + "rest"


class Value(NamedTuple):
    """An object of a statement: a node where `is_node`, else a text."""

    text: str
    is_node: bool
    language: str = ""


class Graph:
    """The statements of one file, by subject and property, in the order written."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.said: dict[str, dict[str, list[Value]]] = {}
        self.pointing: dict[str, list[tuple[str, str]]] = {}
        """For each node the subjects and properties that point to it."""
        self._lines: dict[str, int] = {}

    def add(self, quad: Quad) -> None:
        subject, predicate, value = _term(quad.subject), quad.predicate.value, quad.object
        if isinstance(value, NamedNode | BlankNode):
            found = Value(_term(value), is_node=True)
            self.pointing.setdefault(found.text, []).append((subject, predicate))
        elif isinstance(value, Literal):
            found = Value(CONTROL.sub("", value.value), is_node=False, language=value.language or "")
        else:
            return
        self.said.setdefault(subject, {}).setdefault(predicate, []).append(found)

    def find_lines(self, text: str, rdf_format: RdfFormat) -> None:
        """Notes where each subject is first written."""
        text = "\n" + text
        prefixes = dict(_PREFIX.findall(text[:100_000]))
        line = at = 0
        for match in _SUBJECTS.get(rdf_format, _SUBJECT).finditer(text):
            start = match.start(1 if match[1] else 2)
            line += text.count("\n", at, start)
            at = start
            iri = match[1]
            if not iri:
                prefix, _, local = match[2].partition(":")
                iri = prefixes.get(prefix + ":", "?") + local
            self._lines.setdefault(iri, line)

    def place(self, node: str) -> Place:
        return Place(self._name, self._lines.get(node, self._lines.get(node.rpartition("/")[2], 1)))

    def values(self, node: str, *path: str) -> list[Value]:
        """What stands at the end of a path of properties."""
        found = [Value(node, is_node=True)]
        for predicate in path:
            found = [
                value for each in found if each.is_node for value in self.said.get(each.text, {}).get(predicate, ())
            ]
        return found

    def texts(self, node: str, *path: str) -> list[str]:
        """The texts at the end of a path, each once, those without a language or in English first."""
        found = [value for value in self.values(node, *path) if not value.is_node and value.text.strip()]
        found.sort(key=lambda value: value.language not in {"", "en", "en-US", "en-GB"})
        return list(dict.fromkeys(" ".join(value.text.split()) for value in found))

    def nodes(self, node: str, *path: str) -> list[str]:
        """The nodes at the end of a path, each once."""
        return list(dict.fromkeys(value.text for value in self.values(node, *path) if value.is_node))

    def any(self, node: str, *path: str) -> list[str]:
        """The texts and IRIs at the end of a path."""
        return [value.text.strip() for value in self.values(node, *path) if value.text.strip()]

    def classes(self, node: str) -> set[str]:
        return set(self.nodes(node, RDF + "type"))

    def members(self, node: str) -> list[str]:
        """The nodes of a list or of a container, in order; a circle ends it."""
        found: list[str] = []
        seen: set[str] = set()
        while node in self.said and node not in seen and FIRST in self.said[node]:
            seen.add(node)
            found += self.nodes(node, FIRST)
            node = next(iter(self.nodes(node, REST)), "")
        if found or node not in self.said:
            return found
        numbered = [
            (int(key[len(RDF) + 1 :]), key)
            for key in self.said[node]
            if re.fullmatch(re.escape(RDF) + "_[0-9]{1,6}", key)
        ]
        return [each for _, key in sorted(numbered) for each in self.nodes(node, key)]


def read_graph(path: Path, name: str, rdf_format: RdfFormat, *, encoding: str = "") -> Iterator[Graph | Finding]:
    """Findings on a file of RDF, then its graph as the last item; what stands before a fault is in it.

    A DOCTYPE is refused before anything of it is read; nothing is ever fetched. Blank nodes are kept.
    """
    text = ""
    for item in text_of(path, name, encoding=encoding):
        if isinstance(item, Finding):
            yield item
        else:
            text = item
    if not text:
        return
    graph = Graph(name)
    if rdf_format == RdfFormat.RDF_XML:
        refused = _xml_fault(text, name)
        if refused is not None:
            yield refused
            if refused.shape.endswith(("doctype", "size")):
                return
    line_by_line = rdf_format in {RdfFormat.N_TRIPLES, RdfFormat.N_QUADS}
    for found in _by_lines(text, name, rdf_format) if line_by_line else _parsed(text, name, rdf_format):
        if isinstance(found, Finding):
            yield found
        else:
            graph.add(found)
    graph.find_lines(text, rdf_format)
    yield graph


def _parsed(text: str, name: str, rdf_format: RdfFormat, *, line: int = 1) -> Iterator[Quad | Finding]:
    try:
        yield from parse(text, format=rdf_format, base_iri=DEFAULT_BASE, lenient=True, rename_blank_nodes=False)
    except (SyntaxError, MemoryError) as error:
        found = parser_fault(error, name, rdf_format.name, line=line)
        yield fault(found.message + "; what stands before is read", found.place, found.fix) if line == 1 else found


def _by_lines(text: str, name: str, rdf_format: RdfFormat) -> Iterator[Quad | Finding]:
    """N-Triples and N-Quads: a bad line costs no other."""
    try:
        yield from list(parse(text, format=rdf_format, lenient=True))
    except (SyntaxError, MemoryError):
        for number, line in enumerate(text.split("\n"), start=1):
            try:
                yield from list(parse(line, format=rdf_format, lenient=True))
            except (SyntaxError, MemoryError) as error:
                said = parser_fault(error, name, rdf_format.name)
                yield fault(said.message + "; the line is left out", Place(name, number), said.fix)


def _xml_fault(text: str, name: str) -> Finding | None:
    """What is wrong with a text as XML: a DOCTYPE, too deep, not well-formed."""
    found: list[Finding] = []
    depth = 0

    class _StopError(Exception):
        pass

    def place() -> Place:
        return Place(name, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def doctype(*_declared: object) -> None:
        message = "a DOCTYPE is refused: its entities could fetch or unfold anything"
        found.append(fault(message, place(), "delete it", check="doctype"))
        raise _StopError

    def begin(_tag: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            found.append(fault(f"elements stand more than {DEEPEST} deep in each other", place(), check="size"))
            raise _StopError

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("UTF-8")
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003  # expat takes no keyword
    except _StopError:
        return found[0]
    except expat.ExpatError as error:
        message = f"this is not XML: {expat.ErrorString(error.code)}; what stands before is read"
        return fault(message, Place(name, error.lineno, error.offset + 1), "correct this line")
    return None


def prefixed(names: Iterable[str], **more: str) -> frozenset[str]:
    """IRIs from names with prefixes, such as `foaf:name`.

    >>> sorted(prefixed(["foaf:name"]))
    ['http://xmlns.com/foaf/0.1/name']
    """
    known = {**PREFIXES, **more}
    return frozenset(known[prefix] + local for prefix, _, local in (name.partition(":") for name in names))


def _term(term: object) -> str:
    return (
        term.value if isinstance(term, NamedNode) else f"_:{term.value}" if isinstance(term, BlankNode) else str(term)
    )
