"""The places of the statements of a built graph: side files of the store, so that they stay out of the RDF.

Those of curated records stand in a small database. Those of large files are rows by the key of their subject: the files
of the parts that a build was made of, as they are.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from pyoxigraph import Literal, NamedNode, Quad, Store

from ipcgraph.errors import ProjectError, StoreError
from ipcgraph.findings import Place
from ipcgraph.records import Statement
from ipcgraph.vocabulary import RDF, XSD

if TYPE_CHECKING:
    import numpy as np

FILE: Final = "places.sqlite"
FOLDER: Final = "places"
"""The folder of the places of large files; absent where there are none."""

Key: TypeAlias = tuple[str, str, str]
"""Subject, predicate and object of a statement in N-Triples form, as the store keeps them."""
Spoken: TypeAlias = tuple[NamedNode, NamedNode, NamedNode | Literal]
"""Subject, predicate and object of a statement, as the store keeps them."""

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
AS_WRITTEN: Final = frozenset((XSD + "string", XSD + "gYear", XSD + "gYearMonth", XSD + "date", RDF + "langString"))
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


class PlacedRows(NamedTuple):
    """Rows whose places are kept: the folder and name of their files, and what their numbers stand for."""

    folder: Path
    name: str
    file: str
    begin: int
    """The number of lines of the file that stand before the first of these."""
    predicates: tuple[str, ...]
    rules: tuple[str, ...]
    """The files of rules that `line` counts in, for what is derived; else none."""
    variants: Mapping[str, tuple[int, ...]]
    """For the stored form of a literal, the keys of the forms in which it is written, where these differ."""


_LOOKED_AT: Final = ("subject", "object", "predicate", "line", "column")


def link_places(placed: Iterable[PlacedRows], folder: Path) -> None:
    """Keeps the places of large files in a build folder; their rows are linked, which takes no room on the disk."""
    from ipcgraph.rows import files_of

    target = folder / FOLDER
    target.mkdir()
    entries = []
    for number, rows in enumerate(placed):
        entries.append({**rows._asdict(), "folder": "", "name": f"{number:05}"})
        files = zip(
            files_of(rows.folder, rows.name, _LOOKED_AT), files_of(target, f"{number:05}", _LOOKED_AT), strict=True
        )
        for source, link in files:
            try:
                os.link(source, link)
            except OSError:  # another file system, or one without links
                shutil.copyfile(source, link)
    (target / "rows.json").write_text(json.dumps(entries), encoding="utf-8")


def read_places(folder: Path, statements: Iterable[Spoken]) -> dict[Key, Place]:
    """The places of these statements of a built graph, of those that have one.

    A statement that stands in several places has the first. Raises ProjectError where the side files cannot be read.
    """
    wanted = {(str(s), str(p), str(o)): (s, p, o) for s, p, o in statements}
    subjects = dict.fromkeys(subject for subject, _, _ in wanted.values())
    file = folder / FILE
    found: dict[Key, Place] = {}
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
            for subject in subjects:
                for predicate, value, path, line, column in connection.execute(_ABOUT, (str(subject),)):
                    key = (str(subject), predicate, value)
                    if key in wanted:
                        found.setdefault(key, Place(path, line, column))
        if (folder / FOLDER).is_dir():
            missing = {key: spoken for key, spoken in wanted.items() if key not in found}
            for placed in _placed(folder / FOLDER):
                _find_rows(placed, missing, found)
    except (sqlite3.Error, OSError, ValueError, KeyError, TypeError) as error:
        raise ProjectError(f"the places in {folder} cannot be read ({error}); run: ipcgraph build --force") from error
    return found


def _placed(folder: Path) -> Iterator[PlacedRows]:
    for entry in json.loads((folder / "rows.json").read_text(encoding="utf-8")):
        yield PlacedRows(**{**entry, "folder": folder})


def _find_rows(placed: PlacedRows, missing: dict[Key, Spoken], found: dict[Key, Place]) -> None:
    """Adds the places that these rows have; of a statement in several rows the first."""
    import numpy as np  # takes longer to import than a small graph to be explained

    arrays = dict(zip(_LOOKED_AT, _open(placed), strict=True))
    subjects = arrays["subject"]
    keys = list(missing)
    given = np.fromiter((hash(missing[key][0]) for key in keys), np.int64, len(keys))
    first, last = np.searchsorted(subjects, given, "left"), np.searchsorted(subjects, given, "right")
    codes = {predicate: code for code, predicate in enumerate(placed.predicates)}
    for number in np.flatnonzero(last > first).tolist():
        key = keys[number]
        _, predicate, value = missing[key]
        forms = [hash(value), *placed.variants.get(key[2], ())]
        about = slice(first[number], last[number])
        same = (arrays["predicate"][about] == codes.get(predicate.value, -1)) & np.isin(arrays["object"][about], forms)
        for row in (np.flatnonzero(same)[:1] + first[number]).tolist():
            line, column = int(arrays["line"][row]), int(arrays["column"][row])
            place = Place(placed.rules[line]) if placed.rules else Place(placed.file, placed.begin + line, column)
            found.setdefault(key, place)


def _open(placed: PlacedRows) -> Iterator[np.ndarray]:
    import numpy as np

    from ipcgraph.rows import files_of

    for file in files_of(placed.folder, placed.name, _LOOKED_AT):
        yield np.asarray(np.load(file, mmap_mode="r", allow_pickle=False))


class _StoredForm:
    """The objects of quads as the store keeps them: `007` is `7`, `P96M` is `P8Y`. Places are found by it."""

    def __init__(self) -> None:
        self._store = Store()
        self._made: dict[Literal, str] = {}

    def text(self, quad: Quad) -> str:
        """The object of a quad in N-Triples form."""
        value = quad.object
        if not isinstance(value, Literal) or value.datatype.value in AS_WRITTEN:
            return str(value)
        if value not in self._made:
            self._store.add(quad)
            self._made[value] = str(next(iter(self._store)).object)
            self._store.clear()
        return self._made[value]
