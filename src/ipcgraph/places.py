"""The places of the statements of a built graph: a side file of the store, so that they stay out of the RDF."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Store

from ipcgraph.errors import ProjectError, StoreError
from ipcgraph.findings import Place
from ipcgraph.records import Statement
from ipcgraph.vocabulary import RDF, XSD

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
_AS_WRITTEN: Final = frozenset((XSD + "string", XSD + "gYear", XSD + "gYearMonth", XSD + "date", RDF + "langString"))
"""Datatypes whose literals the store keeps as they are written; of any other it may keep a canonical form."""


def write_places(statements: Iterable[Statement], folder: Path) -> int:
    """Writes the place of each statement into a build folder; gives their number. Raises StoreError where it cannot."""
    files: dict[str, int] = {}
    stored = _StoredForm()
    number = 0

    def rows() -> Iterator[tuple[str, str, str, int, int, int]]:
        nonlocal number
        for quad, place in statements:
            number += 1
            file = files.setdefault(place.path, len(files))
            yield str(quad.subject), str(quad.predicate), stored.text(quad), file, place.line, place.column

    try:
        with closing(sqlite3.connect(folder / FILE)) as connection, connection:
            # The file is made once, in a folder that is thrown away if anything fails: no journal is needed.
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.executescript(_CREATE)
            connection.executemany("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?)", rows())
            connection.executemany("INSERT INTO file VALUES (?, ?)", [(code, path) for path, code in files.items()])
            connection.execute(_INDEX)
    except sqlite3.Error as error:
        raise StoreError(f"{folder / FILE} cannot be written ({error})") from error
    return number


def read_places(folder: Path, subjects: Iterable[NamedNode]) -> dict[tuple[str, str, str], Place]:
    """The places of everything said of these things, by subject, predicate and object, all in N-Triples form.

    A statement that stands in several places has the first. Raises ProjectError where the side file cannot be read.
    """
    file = folder / FILE
    found: dict[tuple[str, str, str], Place] = {}
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
            for subject in subjects:
                for predicate, value, path, line, column in connection.execute(_ABOUT, (str(subject),)):
                    found.setdefault((str(subject), predicate, value), Place(path, line, column))
    except sqlite3.Error as error:
        raise ProjectError(f"{file} cannot be read ({error}); run: ipcgraph build --force") from error
    return found


class _StoredForm:
    """The objects of quads as the store keeps them: `007` is `7`, `P96M` is `P8Y`. Places are found by it."""

    def __init__(self) -> None:
        self._store = Store()
        self._made: dict[Literal, str] = {}

    def text(self, quad: Quad) -> str:
        """The object of a quad in N-Triples form."""
        value = quad.object
        if not isinstance(value, Literal) or value.datatype.value in _AS_WRITTEN:
            return str(value)
        if value not in self._made:
            self._store.add(quad)
            self._made[value] = str(next(iter(self._store)).object)
            self._store.clear()
        return self._made[value]
