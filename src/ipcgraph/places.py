"""The places of the statements of a built graph: a side file of the store, so that they stay out of the RDF."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Store

from ipcgraph.errors import ProjectError
from ipcgraph.findings import Place
from ipcgraph.records import Statement
from ipcgraph.vocabulary import XSD

FILE: Final = "places.sqlite"

_CREATE: Final = """
CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
CREATE TABLE place (
  subject TEXT NOT NULL, predicate TEXT NOT NULL, object TEXT NOT NULL, file INTEGER NOT NULL REFERENCES file, line
  INTEGER NOT NULL, "column" INTEGER NOT NULL
);
"""
_INDEX: Final = "CREATE INDEX subject ON place (subject, predicate)"
_ABOUT: Final = """
SELECT place.predicate, place.object, file.path, place.line, place."column" FROM place JOIN file ON file.id = place.file
WHERE place.subject = ? ORDER BY place.rowid
"""
_CANONICAL: Final = frozenset(
    XSD + name
    for name in (
        "boolean", "byte", "decimal", "double", "float", "int", "integer", "long", "negativeInteger",
        "nonNegativeInteger", "nonPositiveInteger", "positiveInteger", "short", "unsignedByte", "unsignedInt",
        "unsignedLong", "unsignedShort",
    )
)  # fmt: skip


def write_places(statements: Iterable[Statement], folder: Path) -> int:
    """Writes the place of each statement into a build folder and gives their number."""
    files: dict[str, int] = {}
    number = 0

    def rows() -> Iterator[tuple[str, str, str, int, int, int]]:
        nonlocal number
        for quad, place in statements:
            number += 1
            file = files.setdefault(place.path, len(files))
            yield str(quad.subject), str(quad.predicate), stored_text(quad), file, place.line, place.column

    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        # The file is made once, in a folder that is thrown away if anything fails: no journal is needed.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(_CREATE)
        connection.executemany("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?)", rows())
        connection.executemany("INSERT INTO file VALUES (?, ?)", [(number, path) for path, number in files.items()])
        connection.execute(_INDEX)
    return number


def read_places(folder: Path, subject: NamedNode) -> dict[tuple[str, str], Place]:
    """The places of everything said of a thing: by predicate and object, both in N-Triples form.

    A statement that stands in several places has the first. Raises ProjectError where the side file is missing.
    """
    file = folder / FILE
    if not file.is_file():
        raise ProjectError(f"{file} is missing; run: ipcgraph build --force")
    found: dict[tuple[str, str], Place] = {}
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        for predicate, value, path, line, column in connection.execute(_ABOUT, (str(subject),)):
            found.setdefault((predicate, value), Place(path, line, column))
    return found


def stored_text(quad: Quad) -> str:
    """The object of a quad in N-Triples form as the store keeps it: `007` is `7`, and likewise all numbers."""
    value = quad.object
    if not isinstance(value, Literal) or value.datatype.value not in _CANONICAL:
        return str(value)
    if value.value.isdigit() and not value.value.startswith("0"):
        return str(value)  # canonical as it is: most numbers are
    store = Store()
    store.add(quad)
    return str(next(iter(store)).object)
