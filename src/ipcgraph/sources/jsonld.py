"""Statements from JSON-LD: checked and placed by a walk over the JSON, parsed by pyoxigraph; nothing is fetched."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, RdfFormat, parse

from ipcgraph.findings import Finding, Place
from ipcgraph.sources.json import Value, read_value
from ipcgraph.sources.quads import GIVE_ID, admit, graph_warning, is_named, parser_fault
from ipcgraph.sources.terms import KEYWORDS, Terms, plain
from ipcgraph.sources.text import fault, read_text
from ipcgraph.sources.wording import LineFeed, Wording
from ipcgraph.spelling import suggestion
from ipcgraph.vocabulary import RDF

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pyoxigraph import Quad

    from ipcgraph.records import Statement

CONTEXT: Final = "https://w3id.org/ipcgraph/context.jsonld"
"""The IRI that stands for the shipped context; it is never fetched."""

_CONTAINERS: Final = ("", "@set", "@list", "@language")


def read_jsonld(path: Path, name: str, *, base: str, context: Mapping[str, object]) -> Iterator[Statement | Finding]:
    """The statements of a JSON-LD file, each at the place of its value, and findings for what is refused.

    `context` is the shipped context, which a file names by `CONTEXT`; a context may also be written in the file. Any
    other is refused, never fetched. A key that no context knows is a finding, where JSON-LD would drop it in silence.
    """
    text = read_text(path, name)
    if isinstance(text, Finding):
        yield text
        return
    document, findings = read_value(text, name)
    yield from findings
    if document is None:
        return
    walk = _Walk(name, context)
    for value in document.members():
        walk.node(value, Terms(base), is_top=True)
    yield from walk.findings
    if walk.stopped:
        return
    feed = LineFeed(iter(_with_context(text, walk.named_contexts, context).encode().splitlines(keepends=True)))
    try:
        for quad in parse(feed.file(), format=RdfFormat.JSON_LD, base_iri=base):
            if not is_named(quad):
                if not walk.findings:  # whatever the walk does not see is still not dropped in silence
                    yield fault("a blank node cannot be cited", walk.wording.place(quad), GIVE_ID, check="blank-node")
            elif not walk.has_refused(quad):
                yield admit(quad, walk.wording.place(quad))
    except (SyntaxError, MemoryError) as error:
        if not findings and not walk.findings:  # else it is about what has been said
            yield parser_fault(error, name, "JSON-LD", line=feed.line)


def _with_context(text: str, named: list[Value], context: Mapping[str, object]) -> str:
    """The text with the shipped context written where it is named; on the same line, so that lines stay."""
    written = json.dumps(context.get("@context", context))
    ends = [0, *(value.end for value in named)]
    starts = [*(value.start for value in named), len(text)]
    return written.join(text[end:start] for end, start in zip(ends, starts, strict=True))


def _double(value: Value) -> str:
    """A number with a fraction as JSON-LD writes it: 1.50 is 1.5E0."""
    if value.kind != "number" or not value.text.strip("-0123456789"):
        return value.text
    mantissa, exponent = f"{float(value.text):.15E}".split("E") if abs(float(value.text)) < float("inf") else ("", "0")
    mantissa = mantissa.rstrip("0")
    return f"{mantissa}{'0' if mantissa.endswith('.') else ''}E{int(exponent)}"


@dataclass(slots=True)
class _Walk:
    """A walk over nodes and their values: places, blank nodes, unknown keys, contexts that are not ours.

    It knows just enough of JSON-LD to tell nodes from values; what they state, the parser says.
    """

    name: str
    context: Mapping[str, object]
    wording: Wording = field(init=False)
    findings: list[Finding] = field(default_factory=list)
    named_contexts: list[Value] = field(default_factory=list)
    stopped: bool = False
    """Whether the file names a context that is not here, so that nothing in it can be read."""
    _refused: set[str] = field(default_factory=set)
    """The properties and types that are refused here, though the parser makes IRIs of them."""

    def __post_init__(self) -> None:
        self.wording = Wording(self.name)

    def has_refused(self, quad: Quad) -> bool:
        """Whether the property of a quad, or its type, has been refused."""
        predicate = quad.predicate.value
        return predicate in self._refused or (
            predicate == RDF + "type" and isinstance(quad.object, NamedNode) and quad.object.value in self._refused
        )

    def node(self, value: Value, terms: Terms, *, is_top: bool = False) -> str:
        """Walks over a node; gives its IRI, or an empty text where it has none."""
        if value.kind == "array":
            for item in value.items:
                self.node(item, terms)
            return ""
        if value.kind != "object":
            self._refuse("this is not a thing with an id", value.place, 'write {"id": "person/ada-lovelace", …}')
            return ""
        return self._thing(value, self._local(value, terms), is_top=is_top)

    def _thing(self, value: Value, terms: Terms, *, is_top: bool = False) -> str:
        keys = {key.text: terms.expand(key.text) for key, _ in value.entries}
        keywords = set(keys.values())
        subject = self._subject(value, terms, keys)
        is_container = is_top and keywords <= {"@context", "@graph"}
        if "@id" not in keywords and not is_container:
            self._refuse("this thing has no id, so that it cannot be cited", value.place, GIVE_ID, "blank-node")
        if "@graph" in keywords and "@id" in keywords:
            self.findings.append(graph_warning(value.place))
        for key, item in value.entries:
            self._entry(key, item, subject, terms)
        return subject

    def _subject(self, value: Value, terms: Terms, keys: Mapping[str, str]) -> str:
        for key, item in value.entries:
            if keys[key.text] == "@id":
                return self._reference(item, terms)
        return ""

    def _reference(self, value: Value, terms: Terms) -> str:
        """The IRI that a value of `@id` stands for; refuses a blank node and what is no IRI."""
        if value.text.startswith("_:"):
            self._refuse(f"the blank node {value.text} cannot be cited", value.place, GIVE_ID, "blank-node")
            return value.text
        iri = terms.reference(value.text) if value.kind == "string" else ""
        if not iri:
            message = f"{value.text or 'this'} is not an id"
            self._refuse(message, value.place, "write person/ada-lovelace, for instance, or a whole IRI")
        return iri

    def _entry(self, key: Value, value: Value, subject: str, terms: Terms) -> None:
        term = terms.term(key.text)
        if key.text == "@context":
            return
        if term is None:
            self._unknown(key, terms)
        elif not key.text.startswith("@") and ":" in key.text and not terms.is_declared(key.text):
            prefix = key.text.partition(":")[0]
            self._refused.add(key.text)
            self._refuse(f"the prefix {prefix} is not declared", key.place, "add it to @context", "unknown-key")
        elif term.iri == "@type":
            self._types(value, subject, terms)
        elif term.iri in {"@graph", "@included"}:
            self.node(value, terms)
        elif term.iri == "@reverse":
            for _, item in value.entries:
                self.node(item, terms)
        elif term.iri == "@nest":
            for member in value.members():
                for inner_key, inner in member.entries:
                    self._entry(inner_key, inner, subject, terms)
        elif term.iri not in KEYWORDS:
            self._values(key, value, subject, terms)

    def _unknown(self, key: Value, terms: Terms) -> None:
        known = KEYWORDS if key.text.startswith("@") else terms.known
        fix = suggestion(key.text, known, "write a key of the context, or a whole IRI")
        if not terms.known:
            fix = f'add "@context": "{CONTEXT}"'
        self._refuse(f"the key {key.text} is not known", key.place, fix, "unknown-key")

    def _types(self, value: Value, subject: str, terms: Terms) -> None:
        for item in value.members():
            iri = terms.expand(item.text)
            if item.text.startswith("_:"):
                self._refuse(f"the blank node {item.text} cannot be cited", item.place, GIVE_ID, "blank-node")
            elif item.kind != "string" or not iri:
                fix = suggestion(item.text, terms.known, "write a class, such as Person")
                self._refused.add(terms.reference(item.text))
                self._refuse(f"there is no type {item.text}".rstrip(), item.place, fix, "unknown-type")
            self.wording.add(item.place, subject, RDF + "type", iri, terms.reference(item.text))

    def _values(self, key: Value, value: Value, subject: str, terms: Terms) -> None:
        term = terms.known.get(key.text)
        predicate = terms.expand(key.text)
        if term is not None and term.container not in _CONTAINERS:
            self._refuse(
                f"the container {term.container} is not read", key.place, "write a list [ ] of things", "context"
            )
            return
        if term is not None and term.container == "@list":
            self._refuse_list(value.place)
            return
        is_by_language = term is not None and term.container == "@language" and value.kind == "object"
        members = [each for _, item in value.entries for each in item.members()] if is_by_language else value.members()
        for item in members:
            self._value(key, item, subject, predicate, terms)

    def _value(self, key: Value, value: Value, subject: str, predicate: str, terms: Terms) -> None:
        if value.is_null:
            self._refuse(f"{key.text} has no value", key.place, "write a value, or delete the key", "no-value")
        elif value.kind == "array":
            self._refuse_list(value.place)
        elif value.kind == "object":
            self._object(key, value, subject, predicate, terms)
        else:
            term = terms.known.get(key.text)
            coercion = term.coercion if term else ""
            if value.kind == "string" and coercion == "@id":
                self.wording.add(value.place, subject, predicate, self._reference(value, terms))
            else:
                iris = (terms.expand(value.text), terms.reference(value.text)) if coercion == "@vocab" else ()
                self.wording.add(value.place, subject, predicate, value.text, _double(value), *iris)

    def _object(self, key: Value, value: Value, subject: str, predicate: str, terms: Terms) -> None:
        inner = self._local(value, terms)
        named = {inner.expand(each.text): item for each, item in value.entries}
        if "@list" in named:
            self._refuse_list(value.place)
        elif "@set" in named:
            for item in named["@set"].members():
                self._value(key, item, subject, predicate, inner)
        elif "@value" in named:
            if named["@value"].is_null:
                self._refuse(f"{key.text} has no value", key.place, "write a value, or delete the key", "no-value")
            for each, _ in value.entries:
                if inner.term(each.text) is None:
                    self._unknown(each, inner)
            self.wording.add(value.place, subject, predicate, named["@value"].text)
        else:
            self.wording.add(value.place, subject, predicate, self._thing(value, inner))

    def _refuse_list(self, place: Place) -> None:
        fix = "write the values in one [ ], without @list"
        self._refuse("a list in order is not read: its parts cannot be cited", place, fix, "blank-node")

    def _local(self, value: Value, terms: Terms) -> Terms:
        """The terms within an object: those around it and those of its own context."""
        written = value.find("@context")
        for item in written.members() if written else ():
            if item.is_null:
                terms = Terms(terms.base)
            elif item.kind == "object":
                terms = self._inline(item, terms)
            elif item.kind == "string" and item.text == CONTEXT:
                self.named_contexts.append(item)
                shipped = self.context.get("@context", self.context)
                terms = terms.extend(shipped if isinstance(shipped, dict) else {})
            else:
                self.stopped = True
                message = f"the context {item.text} is not here, and nothing is fetched".replace("  ", " ")
                self._refuse(message, item.place, f'write "{CONTEXT}", or the context itself', "context")
        return terms

    def _inline(self, context: Value, terms: Terms) -> Terms:
        imported = context.find("@import")
        if imported is not None:
            self.stopped = True
            message = f"the context {imported.text} is not here, and nothing is fetched"
            self._refuse(message, imported.place, "write its terms here", "context")
        for _, definition in context.entries:
            if definition.find("@context") is not None:
                self.stopped = True
                fix = "write its terms in the outer context"
                self._refuse("a context within a term is not read", definition.place, fix, "context")
        definitions = plain(context)
        return terms.extend(definitions) if isinstance(definitions, dict) else terms

    def _refuse(self, message: str, place: Place, fix: str, check: str = "syntax") -> None:
        self.findings.append(fault(message, place, fix, check=check))
