"""What worker processes do with saved queries: answers in every format, and what a page shows of an answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO, cast

from pyoxigraph import BlankNode, Literal, NamedNode

from ipcgraph.errors import UsageError
from ipcgraph.manifest import COLUMNS
from ipcgraph.parameters import Parameter, existing_term, join, split, term_for
from ipcgraph.queries import Query, ask, check_query, load_queries, near_in
from ipcgraph.server.outcomes import Refused, RefusedError
from ipcgraph.tables import Table, without_formula, write_answer
from ipcgraph.vocabulary import TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ipcgraph.server.output import Output
    from ipcgraph.server.tasks import Opened
    from ipcgraph.store.embedded import EmbeddedStore
    from ipcgraph.tables import Answer, Cell

SHOWN: Final = 1_000
"""So many rows, or lines of Turtle, a page shows; the files beside it have all."""
SPREADSHEET: Final = "spreadsheet"
"""CSV for spreadsheets, which would run some texts as formulas: those have an apostrophe before them."""

_PIECE: Final = 1 << 16
_NUMBERS: Final = frozenset(("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger"))


class _Asked(Parameter):
    """A parameter as it is called in a web address: without the hyphens of the command line."""

    __slots__ = ()

    @property
    def option(self) -> str:
        return self.name


def saved(
    opened: Opened,
    output: Output,
    *,
    store: str,
    query: Mapping[str, object],
    values: Mapping[str, str],
    base: str,
    file_format: str,
    media_type: str,
) -> str:
    """Writes the answer to a saved query, as `dump_queries` has it, in a format of tables or graphs.

    Refused is with 400 a value that its parameter cannot have, with 404 a thing that is not in the graph.
    """
    asked = load_queries([query])[str(query["name"])]
    embedded = opened.embedded(store)
    answer = _answer(asked, _terms(asked, values, embedded, store, base=base), embedded, store)
    file = _Text(output)
    if file_format == SPREADSHEET:
        file.write("\ufeff")  # without it spreadsheets take UTF-8 for something older
        safe = harmless(answer) if isinstance(answer, Table) else answer
        write_answer(safe, cast("TextIO", file), "csv", base=base)
    else:
        write_answer(answer, cast("TextIO", file), file_format, base=base)
    file.close()
    return media_type


def saved_page(
    opened: Opened, output: Output, *, store: str, query: Mapping[str, object], values: Mapping[str, str], base: str
) -> str:
    """Writes what a page shows of the answer, as JSON: the first rows with what is known of each cell, and the rest.

    `text` is the query with its values in their places.
    """
    asked = load_queries([query])[str(query["name"])]
    embedded = opened.embedded(store)
    terms = _terms(asked, values, embedded, store, base=base)
    text = join(asked.pieces or split(asked.text), terms)
    shown = {"text": text, **_shown(_answer(asked, terms, embedded, store), embedded, base)}
    output.write(json.dumps(shown, ensure_ascii=False).encode())
    return "application/json"


def sparql_page(opened: Opened, output: Output, *, store: str, text: str, base: str) -> str:
    """Writes what a page shows of the answer to any query, as `saved_page` does."""
    check_query(text)
    embedded = opened.embedded(store)
    shown = {"text": text, **_shown(embedded.query(text), embedded, base)}
    output.write(json.dumps(shown, ensure_ascii=False).encode())
    return "application/json"


def bound(query: Query, values: Mapping[str, str], embedded: EmbeddedStore, store: str, *, base: str) -> str:
    """The SPARQL text of a query with these values, each of them looked up in the store, which is in that folder."""
    return join(query.pieces or split(query.text), _terms(query, values, embedded, store, base=base))


def _answer(query: Query, terms: Mapping[str, NamedNode | Literal], embedded: EmbeddedStore, store: str) -> Answer:
    """From the columns beside the store, where the query has an answer there and the graph is large."""
    return ask(query, embedded, terms, columns=_columns(store))


def _columns(store: str) -> Path:
    return Path(store).parent / COLUMNS


def _terms(
    query: Query, values: Mapping[str, str], embedded: EmbeddedStore, store: str, *, base: str
) -> dict[str, NamedNode | Literal]:
    terms: dict[str, NamedNode | Literal] = {}
    near = near_in(_columns(store))
    for parameter in (_Asked(*each) for each in query.parameters):
        value = values.get(parameter.name, parameter.default)
        if value is None:
            raise UsageError(f"{query.name} needs {parameter.name}: {parameter.about}")
        try:
            terms[parameter.name] = existing_term(parameter, value, embedded, base=base, near=near)
        except UsageError as error:
            # What could be the name of a thing, but is none in this graph, is not found; all else is wrong.
            raise RefusedError(Refused(404 if _fits(parameter, value, base) else 400, str(error))) from error
    return terms


def check_value(parameter: Parameter, value: str, *, base: str) -> None:
    """Raises UsageError where no graph could have this value, whatever is in it."""
    term_for(_Asked(*parameter), value, base=base)


def _fits(parameter: Parameter, value: str, base: str) -> bool:
    try:
        term_for(parameter, value, base=base)
    except UsageError:
        return False
    return True


def harmless(table: Table) -> Table:
    """The table with an apostrophe before each text and IRI that a spreadsheet would run as a formula.

    >>> harmless(Table(("name",), (("=1+1",),))).rows
    (("'=1+1",),)
    """
    return Table(table.columns, tuple(tuple(map(_harmless, row)) for row in table.rows))


def _harmless(cell: Cell) -> Cell:
    text = cell if isinstance(cell, str) else cell.value if isinstance(cell, NamedNode | Literal) else ""
    safe = without_formula(text)
    return cell if safe == text or _is_number(cell, text) else safe


def _is_number(cell: Cell, text: str) -> bool:
    """Whether it is a number by its datatype and by its text: `"-1+cmd"^^xsd:integer` is one by the first only."""
    if not isinstance(cell, Literal) or cell.datatype.value.rpartition("#")[2] not in _NUMBERS:
        return False
    try:
        float(text)
    except ValueError:
        return False
    return text.isprintable()


class _Text:
    """A text file over the output, as far as writers of answers use one."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._parts: list[str] = []
        self._size = 0

    def write(self, text: str) -> int:
        self._parts.append(text)
        self._size += len(text)
        if self._size > _PIECE:
            self.close()
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def close(self) -> None:
        """Hands on what waits."""
        self._output.write("".join(self._parts).encode())
        self._parts.clear()
        self._size = 0


def _shown(answer: Answer, store: EmbeddedStore, base: str) -> dict[str, object]:
    if isinstance(answer, bool):
        return {"truth": answer}
    if not isinstance(answer, Table):
        lines = sorted({f"{triple} ." for triple in answer})
        return {"lines": lines[:SHOWN], "total": len(lines)}
    pages: dict[str, bool] = {}

    def shown(cell: Cell) -> object:
        if isinstance(cell, NamedNode):
            if cell.value not in pages:
                known = cell.value.startswith(base) and next(store.statements(cell, TYPE), None) is not None
                pages[cell.value] = known
            return ["iri", cell.value, pages[cell.value]]
        if isinstance(cell, Literal):
            return ["text", cell.value, cell.datatype.value.rpartition("#")[2], cell.language or ""]
        return ["node", str(cell)] if isinstance(cell, BlankNode) else None

    rows = [list(map(shown, row)) for row in answer.rows[:SHOWN]]
    return {
        "columns": answer.columns,
        "rows": rows,
        "total": len(answer),
        "entities": entity_columns(answer),
    }


def entity_columns(table: Table) -> list[int]:
    """The columns that have IRIs and nothing else, but for empty cells: those that a network can be made of."""
    found = []
    for index in range(len(table.columns)):
        cells = [row[index] for row in table.rows if row[index] is not None]
        if cells and all(isinstance(cell, NamedNode) for cell in cells):
            found.append(index)
    return found
