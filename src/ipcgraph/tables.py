"""A Table, what a SELECT query answers, and the writers of answers: tables, yes or no, graphs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final, NamedTuple, Self, TextIO, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, RdfFormat, Triple, serialize

from ipcgraph.errors import QueryError, UsageError
from ipcgraph.vocabulary import DEFAULT_BASE, PREFIXES, XSD, compact

Term: TypeAlias = NamedNode | BlankNode | Literal
Cell: TypeAlias = Term | str | int | float | None
"""What stands in a table: a term, a plain value of Python, or None where nothing is bound."""


class _Content(NamedTuple):
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Table(_Content):
    """Rows under named columns, in the order of the query; a value that does not change.

    >>> Table(("name", "works"), (("Ada", 3),)).column("works")
    (3,)
    """

    __slots__ = ()

    def __new__(cls, columns: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> Self:
        """Checks that each column has a name of its own and each row a cell for each column; else UsageError."""
        if len(set(columns)) != len(columns) or not all(("_" + column).isidentifier() for column in columns):
            raise UsageError(f"{columns} are no column names; each is one word, and stands once")
        if set(map(len, rows)) - {len(columns)}:
            raise UsageError(f"a row of this table has not {len(columns)} cells, one for each column")
        return super().__new__(cls, columns, rows)

    @classmethod
    def of(cls, solutions: QuerySolutions) -> Table:
        """The table of a pyoxigraph answer.

        Raises QueryError on an RDF 1.2 term (a quoted triple, text with a direction): SPARQL 1.1 has no place for it.
        """
        columns = tuple(variable.value for variable in solutions.variables)
        rows = [tuple(solution) for solution in solutions]
        # By sets first: it is faster than to look at each cell more closely.
        kinds = set(map(type, chain.from_iterable(rows)))
        directed = {cell.direction for cell in chain.from_iterable(rows) if type(cell) is Literal}
        if Triple in kinds or directed - {None}:
            for cell in chain.from_iterable(rows):
                if isinstance(cell, Triple) or (isinstance(cell, Literal) and cell.direction is not None):
                    raise QueryError(f"{cell} is a term of RDF 1.2, which no result format carries; select its parts")
        return cls(columns, tuple(rows))

    def texts(self) -> tuple[tuple[str, ...], ...]:
        """The rows as text: an IRI, the text of a literal, a plain value as Python writes it, nothing for None."""
        return tuple(tuple("" if c is None else str(getattr(c, "value", c)) for c in row) for row in self.rows)

    def column(self, name: str) -> tuple[Cell, ...]:
        """The cells of one column, top to bottom; UsageError where there is no such column."""
        if name not in self.columns:
            raise UsageError(f"no column {name!r}; there are {', '.join(self.columns)}")
        index = self.columns.index(name)
        return tuple(row[index] for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def without_formula(text: str) -> str:
    """A text for a spreadsheet: one that it would run as a formula gets an apostrophe before it.

    >>> without_formula("=1+1"), without_formula("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


Answer: TypeAlias = Table | bool | list[Triple]
"""What a query gives: SELECT a table, ASK a truth value, CONSTRUCT and DESCRIBE triples."""

TABLE_FORMATS: Final = ("table", "csv", "tsv", "json", "xml", "markdown")
ROW_FORMATS: Final = ("csv", "tsv", "json", "xml")
"""Those of TABLE_FORMATS that can be written row by row: nothing in them depends on the rows to come."""
GRAPH_FORMATS: Final = ("turtle", "ntriples")


def write_answer(answer: Answer, file: TextIO, file_format: str = "", *, base: str = DEFAULT_BASE) -> None:
    """Write any answer; without a format a table for a terminal, or Turtle for a graph.

    Raises UsageError where the format does not fit the answer.
    """
    if isinstance(answer, Table):
        write_table(answer, file, file_format or "table", base=base)
    elif isinstance(answer, bool):
        write_boolean(answer, file, file_format or "table")
    else:
        write_graph(answer, file, file_format or "turtle")


def write_table(table: Table, file: TextIO, file_format: str = "table", *, base: str = DEFAULT_BASE) -> None:
    """Write a table; `csv`, `tsv`, `json` and `xml` are exactly the SPARQL 1.1 result formats.

    `table` and `markdown` are for reading: ids in short form, a Python float with four decimals (the other formats have
    all digits), and every control character made visible. Nothing is cut.

    >>> import sys
    >>> write_table(Table(("name", "works"), (("Ada", 3), ("Grace", 12))), sys.stdout)
    name   works
    -----  -----
    Ada        3
    Grace     12
    2 rows
    """
    if file_format == "table":
        file.writelines(_lines(table, base))
    elif file_format == "markdown":
        file.writelines(_markdown(table, base))
    elif file_format in _WRITERS:
        file.writelines(_WRITERS[file_format](table.columns, (tuple(map(_term, row)) for row in table.rows)))
    else:
        raise UsageError(f"a table is not written as {file_format!r}; choose from {', '.join(TABLE_FORMATS)}")


def write_rows(columns: tuple[str, ...], rows: Iterable[tuple[Cell, ...]], file: TextIO, file_format: str) -> None:
    """Write rows as they come as `csv`, `tsv`, `json` or `xml`: the same bytes as of a table, none of which is kept."""
    file.writelines(_WRITERS[file_format](columns, (tuple(map(_term, row)) for row in rows)))


def write_boolean(answer: bool, file: TextIO, file_format: str = "table") -> None:  # noqa: FBT001
    """Write the answer of an ASK query.

    W3C has no CSV, TSV or Markdown form of it: there it is `true` or `false` alone on a line, as Oxigraph and Jena do.
    """
    word = "true" if answer else "false"
    if file_format == "json":
        file.write(f'{{"head": {{}}, "boolean": {word}}}\n')
    elif file_format == "xml":
        file.write(f"{_XML_HEAD}<head></head><boolean>{word}</boolean></sparql>\n")
    elif file_format in TABLE_FORMATS:
        file.write(word + ("\r\n" if file_format == "csv" else "\n"))
    else:
        raise UsageError(f"a yes or no is not written as {file_format!r}; choose from {', '.join(TABLE_FORMATS)}")


def write_graph(triples: Iterable[Triple], file: TextIO, file_format: str = "turtle") -> None:
    """Write triples, sorted; blank nodes are numbered in the order written, prefixes are those that occur."""
    if file_format not in GRAPH_FORMATS:
        raise UsageError(f"a graph is not written as {file_format!r}; choose from {', '.join(GRAPH_FORMATS)}")
    ordered = _relabelled(triples)
    parts = [part for triple in ordered for part in triple]
    iris = {part.value for part in parts if isinstance(part, NamedNode)}
    iris |= {part.datatype.value for part in parts if isinstance(part, Literal)} - {XSD + "string"}
    used = {prefix: name for prefix, name in PREFIXES.items() if any(iri.startswith(name) for iri in iris)}
    rdf_format, prefixes = (RdfFormat.TURTLE, used) if file_format == "turtle" else (RdfFormat.N_TRIPLES, None)
    # Without an output, serialize() gives bytes.
    file.write((serialize(ordered, format=rdf_format, prefixes=prefixes) or b"").decode())


def _relabelled(triples: Iterable[Triple]) -> list[Triple]:
    """The triples sorted, with blank nodes named b0, b1 …: the labels an engine gives differ from run to run."""

    def masked(triple: Triple) -> list[str]:
        return ["_" if isinstance(part, BlankNode) else str(part) for part in triple]

    labels: dict[str, BlankNode] = {}
    renamed = []
    for triple in sorted(set(triples), key=lambda t: (masked(t), str(t))):
        parts = [
            labels.setdefault(part.value, BlankNode(f"b{len(labels)}")) if isinstance(part, BlankNode) else part
            for part in triple
        ]
        renamed.append(Triple(*parts))  # type: ignore[arg-type]  # a relabelled part stays what it was
    return sorted(renamed, key=masked)


# The SPARQL 1.1 result formats.

_Rows: TypeAlias = Iterable[tuple[Term | None, ...]]
_BARE: Final = {
    XSD + "integer": r"[+-]?[0-9]+",
    XSD + "decimal": r"[+-]?[0-9]*\.[0-9]+",
}
"""The numbers that Turtle writes without quotes: patterns, compiled when first used, since an import pays for each."""
_NUMERIC: Final = {
    XSD + name for name in ("integer", "decimal", "double", "float", "nonNegativeInteger", "int", "long")
}
_XML_HEAD: Final = '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'


def _term(cell: Cell) -> Term | None:
    return Literal(cell) if isinstance(cell, str | int | float) else cell


def _csv(columns: tuple[str, ...], rows: _Rows) -> Iterator[str]:
    yield ",".join(columns) + "\r\n"
    for row in rows:
        yield ",".join(_csv_field(term, alone=len(row) == 1) for term in row) + "\r\n"


def _csv_field(term: Term | None, *, alone: bool) -> str:
    text = "" if term is None else _lexical(term)
    # An empty text in an only column is quoted: many readers take an empty line for no row.
    if any(mark in text for mark in '",\r\n') or (alone and term is not None and not text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _tsv(columns: tuple[str, ...], rows: _Rows) -> Iterator[str]:
    yield "\t".join("?" + column for column in columns) + "\n"
    for row in rows:
        yield "\t".join("" if term is None else _turtle(term) for term in row) + "\n"


def _turtle(term: Term) -> str:
    """A term as the TSV format has it: integers and decimals bare, all else as in N-Triples."""
    if isinstance(term, Literal) and (form := _BARE.get(term.datatype.value)) and re.fullmatch(form, term.value):
        return term.value
    return str(term)


def _json(columns: tuple[str, ...], rows: _Rows) -> Iterator[str]:
    from json import dumps

    yield f'{{"head": {{"vars": {dumps(columns)}}}, "results": {{"bindings": ['
    between = "\n"
    for row in rows:
        bound = {name: _json_term(term) for name, term in zip(columns, row, strict=True) if term is not None}
        yield between + dumps(bound, ensure_ascii=False)
        between = ",\n"
    yield "\n]}}\n"


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    described = {"type": "literal", "value": term.value}
    if term.language:
        described["xml:lang"] = term.language
    elif term.datatype.value != XSD + "string":
        described["datatype"] = term.datatype.value
    return described


def _xml(columns: tuple[str, ...], rows: _Rows) -> Iterator[str]:
    yield _XML_HEAD + "\n<head>" + "".join(f'<variable name="{name}"/>' for name in columns) + "</head>\n<results>\n"
    for row in rows:
        bound = (
            f'<binding name="{name}">{_xml_term(term)}</binding>'
            for name, term in zip(columns, row, strict=True)
            if term is not None
        )
        yield "<result>" + "".join(bound) + "</result>\n"
    yield "</results>\n</sparql>\n"


def _xml_term(term: Term) -> str:
    text = _xml_text(term.value)
    if isinstance(term, NamedNode):
        return f"<uri>{text}</uri>"
    if isinstance(term, BlankNode):
        return f"<bnode>{text}</bnode>"
    if term.language:
        return f'<literal xml:lang="{term.language}">{text}</literal>'
    if term.datatype.value == XSD + "string":
        return f"<literal>{text}</literal>"
    return f'<literal datatype="{_xml_text(term.datatype.value)}">{text}</literal>'


_XML_ESCAPES: Final = {
    ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", 9: "&#9;", 10: "&#10;", 13: "&#13;",
}  # fmt: skip


def _xml_text(text: str) -> str:
    for character in text:
        if (character < " " and character not in "\t\n\r") or character in "\ufffe\uffff":
            raise UsageError(f"a value holds U+{ord(character):04X}, which XML cannot carry; write the answer as json")
    escaped = text.translate(_XML_ESCAPES)
    # Some readers, Oxigraph's among them, strip blanks at the ends of a value.
    core = escaped.strip(" ")
    if core == escaped:
        return escaped
    start = escaped.index(core) if core else len(escaped)
    return "&#32;" * start + core + "&#32;" * (len(escaped) - start - len(core))


_WRITERS: Final[dict[str, Callable[[tuple[str, ...], _Rows], Iterator[str]]]] = {
    "csv": _csv, "tsv": _tsv, "json": _json, "xml": _xml,
}  # fmt: skip


# For reading: the terminal and Markdown.


def _lines(table: Table, base: str) -> Iterator[str]:
    shown = [[_visible(_short(cell, base)) for cell in row] for row in table.rows]
    right = _numeric_columns(table)
    widths = [max(map(_width, cells)) for cells in zip(table.columns, *shown, strict=True)]
    for cells in (table.columns, ["-" * width for width in widths], *shown):
        padded = [
            " " * (width - _width(cell)) + cell if number else cell + " " * (width - _width(cell))
            for cell, width, number in zip(cells, widths, right, strict=True)
        ]
        yield "  ".join(padded).rstrip(" ") + "\n"
    yield f"{len(shown):,} row{'' if len(shown) == 1 else 's'}\n"


_MARKDOWN_ESCAPES: Final = str.maketrans(
    {mark: "\\" + mark for mark in "\\|`*_[]~"} | {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
)


def _markdown(table: Table, base: str) -> Iterator[str]:
    def row(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cells) + " |\n"

    yield row(name.translate(_MARKDOWN_ESCAPES) for name in table.columns)
    yield row("---:" if number else "---" for number in _numeric_columns(table))
    for cells in table.rows:
        texts = (_short(cell, base).replace("\r\n", "\n").split("\n") for cell in cells)
        yield row("<br>".join(_visible(line).translate(_MARKDOWN_ESCAPES) for line in lines) for lines in texts)


def _lexical(term: Term) -> str:
    return str(term) if isinstance(term, BlankNode) else term.value


def _short(cell: Cell, base: str) -> str:
    if isinstance(cell, float):
        return f"{cell:.4f}"
    if isinstance(cell, NamedNode):
        return compact(cell.value, base=base)
    term = _term(cell)
    return "" if term is None else _lexical(term)


def _numeric_columns(table: Table) -> list[bool]:
    """Which columns hold numbers only, and so are written to the right."""
    columns = zip(*table.rows, strict=True) if table.rows else [()] * len(table.columns)
    terms = ([_term(cell) for cell in cells if cell is not None] for cells in columns)
    return [
        bool(cells) and all(isinstance(c, Literal) and c.datatype.value in _NUMERIC for c in cells) for cells in terms
    ]


# U+202A … U+202E and U+2066 … U+2069 turn the reading direction of all that follows.
_TURNING: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)))


def _visible(text: str) -> str:
    """The text with control characters written out as Python does (ESC as x1b): data must not move cursor or eye."""
    if text.isprintable():
        return text
    from unicodedata import category

    def shown(character: str) -> str:
        if character in _TURNING or category(character) in {"Cc", "Cs", "Zl", "Zp"}:
            return ascii(character)[1:-1]
        return character

    return "".join(map(shown, text))


def _width(text: str) -> int:
    """How many cells of a terminal the text takes: wide East Asian characters two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    def cells(character: str) -> int:
        # Jamo vowels and finals (U+1160 … U+11FF) join the syllable before them.
        if category(character) in {"Mn", "Me", "Cf"} or "\u1160" <= character <= "\u11ff":
            return 0
        return 2 if east_asian_width(character) in {"W", "F"} else 1

    return sum(map(cells, text))
