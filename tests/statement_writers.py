"""Writers of RDF that know where they put each object: the oracle for the places of the readers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import Literal, NamedNode, Quad

from ipcgraph.vocabulary import RDF, XSD

BASE = "http://base.org/id/"
PROPERTY = "http://vocabulary.org/ns#"


@dataclass
class Page:
    """A text that grows; `mark` says where its next character will stand."""

    parts: list[str] = field(default_factory=list)
    line: int = 1
    column: int = 1

    def write(self, text: str) -> None:
        self.parts.append(text)
        breaks = text.count("\n")
        self.line += breaks
        self.column = len(text) - text.rindex("\n") if breaks else self.column + len(text)

    @property
    def mark(self) -> tuple[int, int]:
        return self.line, self.column

    @property
    def text(self) -> str:
        return "".join(self.parts)


@dataclass(frozen=True)
class Style:
    """How statements are laid out: `gaps` are taken in turn wherever a format leaves room."""

    gaps: tuple[str, ...]

    def gap(self, number: int) -> str:
        return self.gaps[number % len(self.gaps)]


def subject(number: int) -> NamedNode:
    return NamedNode(f"{BASE}thing/{number}")


def predicate(number: int) -> NamedNode:
    return NamedNode(f"{PROPERTY}p{number}")


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\\/", "/")


def turtle_term(term: object, form: int) -> str:
    """A term in one of the ways that Turtle has for it."""
    if isinstance(term, NamedNode):
        short = term.value.removeprefix(BASE)
        return (f"<{term.value}>", f"<{short}>", "b:" + short.replace("/", "\\/"))[form % 3]
    assert isinstance(term, Literal)
    if term.language:
        return f"{quoted(term.value)}@{term.language}"
    if term.datatype.value == XSD + "integer":
        return (term.value, f'"{term.value}"^^<{XSD}integer>', f"'{term.value}' ^^ x:integer")[form % 3]
    body = term.value.replace("\\", "\\\\")
    long = '"""' + body.replace('"', '\\"') + '"""'
    return (quoted(term.value), long, "'''" + body.replace("'", "\\'") + "'''")[form % 3]


def write_turtle(quads: list[Quad], style: Style, *, graphs: bool = False) -> tuple[str, list[tuple[int, int]]]:
    page, marks = Page(), []
    page.write(f"@prefix b: <{BASE}> .{style.gap(0)}PREFIX x: <{XSD}>\n# é \" < ' [\n")
    previous: Quad | None = None
    for number, quad in enumerate(quads):
        gap = style.gap(number)
        wraps = graphs and number % 3 == 1
        if previous is not None:
            same = previous.subject == quad.subject and not wraps and number % 3 != 2
            if same and previous.predicate == quad.predicate:
                page.write(gap + "," + style.gap(number + 1))
            else:
                page.write(gap + (";" + style.gap(number + 1) if same else "."))
                page.write(f"}}{gap}" if graphs and (number - 1) % 3 == 1 else "")
        else:
            same = False
        if not same:
            page.write(f"\n{f'GRAPH b:g{gap}{{' if wraps else ''}{turtle_term(quad.subject, number)} ")
        if not (same and previous is not None and previous.predicate == quad.predicate):
            page.write(f"<{quad.predicate.value}>{style.gap(number + 2)} ")
        marks.append(page.mark)
        page.write(turtle_term(quad.object, number))
        page.write(" ")
        previous = quad
    page.write("." if quads else "")
    page.write("}" if graphs and quads and (len(quads) - 1) % 3 == 1 else "")
    return page.text, marks


def write_trig(quads: list[Quad], style: Style) -> tuple[str, list[tuple[int, int]]]:
    return write_turtle(quads, style, graphs=True)


def write_lines(quads: list[Quad], style: Style) -> tuple[str, list[tuple[int, int]]]:
    page, marks = Page(), []
    for number, quad in enumerate(quads):
        page.write("# a comment\n\n" if number % 4 == 1 else "")
        page.write(f"{'  ' * (number % 2)}{quad.subject} {quad.predicate}\t")
        marks.append(page.mark)
        page.write(f"{quad.object} . # é\n")
    return page.text, marks


def write_quads(quads: list[Quad], style: Style) -> tuple[str, list[tuple[int, int]]]:
    text, marks = write_lines(quads, style)
    return text.replace(" . # é\n", f" <{BASE}g> .\n"), marks


def write_rdfxml(quads: list[Quad], style: Style) -> tuple[str, list[tuple[int, int]]]:
    """One node for each statement; the place is that of the property element."""
    page, marks = Page(), []
    page.write(f'<?xml version="1.0"?>\n<r:RDF xmlns:r="{RDF}"\n xmlns:p="{PROPERTY}">')
    for number, quad in enumerate(quads):
        space = "\n  " * (number % 3)
        assert isinstance(quad.subject, NamedNode)
        page.write(f"{space}<r:Description r:about={quoteattr(quad.subject.value.removeprefix(BASE))}>{space}")
        marks.append(page.mark)
        name = "p:" + quad.predicate.value.removeprefix(PROPERTY)
        if isinstance(quad.object, NamedNode) and number % 2:
            page.write(f"<{name}\n r:resource={quoteattr(quad.object.value)}/>")
        elif isinstance(quad.object, NamedNode):
            page.write(f"<{name}>\n<r:Description r:about={quoteattr(quad.object.value)}/>\n</{name}>")
        else:
            assert isinstance(quad.object, Literal)
            kind = f'r:datatype="{quad.object.datatype.value}"'
            if quad.object.language:
                kind = f'xml:lang="{quad.object.language}"'
            page.write(f"<{name} {kind}>{escape(quad.object.value)}</{name}>")
        page.write(f"</r:Description>{space}")
    page.write("</r:RDF>")
    return page.text, marks


def write_jsonld(quads: list[Quad], style: Style) -> tuple[str, list[tuple[int, int]]]:
    page, marks = Page(), []
    page.write('{"@context": {"p": "' + PROPERTY + '", "p0": {"@id": "p:p0"}},\n "@graph": [')
    for number, quad in enumerate(quads):
        space = " \n\t"[: number % 4]
        assert isinstance(quad.subject, NamedNode)
        page.write(("," if number else "") + f'{space}{{"@id": {quoted(quad.subject.value.removeprefix(BASE))},{space}')
        key = "p:" + quad.predicate.value.removeprefix(PROPERTY)
        page.write(f"{quoted('p0' if key == 'p:p0' and number % 2 else key)}:{space}{'[' * (number % 2)}")
        marks.append(page.mark)
        if isinstance(quad.object, NamedNode):
            page.write('{"@id": ' + quoted(quad.object.value) + "}")
        else:
            assert isinstance(quad.object, Literal)
            value, datatype = quoted(quad.object.value), quad.object.datatype.value
            if quad.object.language:
                page.write(f'{{"@value": {value}, "@language": "{quad.object.language}"}}')
            elif datatype == XSD + "integer" and number % 2:
                page.write(quad.object.value)
            else:
                page.write(f'{{"@type": "{datatype}",\n "@value": {value}}}')
        page.write(f"{']' * (number % 2)}}}")
    page.write("]}")
    return page.text, marks
