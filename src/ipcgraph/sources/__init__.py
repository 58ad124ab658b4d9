"""Reading: which files of a folder are data, and the reader of each by its suffix."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import RdfFormat

from ipcgraph.findings import Finding, Place
from ipcgraph.media import FORMATS, Format, format_of_file
from ipcgraph.sources.text import fault, unreadable

if TYPE_CHECKING:
    from ipcgraph import records
    from ipcgraph.records import Statement

MAPPING_SUFFIX: Final = ".mapping.yaml"
"""What the name of the file ends with that says how a CSV file of the same name is read."""

LINE_BASED: Final = (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)
"""The formats that have one statement a line."""

_CSV_SUFFIXES: Final = (".csv", ".tsv")
_NOT_DATA: Final = frozenset({"README", "LICENSE"})
"""The names, without their suffix, of files that lie beside data."""
_LOCK: Final = "passages.lock"
_HINTS: Final = {
    ".json": "name it .jsonld if it is JSON-LD",
    ".xlsx": "save it as CSV, with a mapping beside it",
    ".xls": "save it as CSV, with a mapping beside it",
    ".ods": "save it as CSV, with a mapping beside it",
    ".n3": "save it as Turtle",
    ".xml": "name it .rdf if it is RDF/XML",
}


def find_files(folder: Path, *, root: Path) -> Iterator[Path | Finding]:
    """The data files of a folder and the folders in it, sorted by name, and a finding for what cannot be read.

    Hidden files, README and LICENSE files of any suffix, `passages.lock` and the mappings of CSV files are passed over.
    Links are not followed and files of an unknown kind are not read; each gives a warning. `root` is what findings name
    files from.
    """
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        name = shown_name(path, root)
        try:
            mode = path.stat().st_mode if path == folder else path.lstat().st_mode
            if stat.S_ISDIR(mode):
                inside = [each for each in path.iterdir() if not each.name.startswith(".")]
                waiting.extend(sorted(inside, reverse=True))
                continue
        except OSError as error:
            yield unreadable(error, name)
            continue
        if path.stem in _NOT_DATA or path.name == _LOCK:
            continue
        if stat.S_ISLNK(mode):
            yield _passed_over("links are not followed", name, "put the file itself here")
        elif not stat.S_ISREG(mode):
            yield _passed_over("this is not a file", name, "put a file here")
        elif path.name.endswith(MAPPING_SUFFIX):
            if not any(path.with_name(_bare(path) + suffix).exists() for suffix in _CSV_SUFFIXES):
                message = f"no {_bare(path)}.csv stands beside this mapping"
                yield _passed_over(message, name, "name the two alike, or delete the mapping")
        elif format_of_data(path) is None:
            suffixes = ", ".join(
                suffix for each in FORMATS if each.roles & {"records", "graph"} for suffix in each.suffixes
            )
            fix = _HINTS.get(path.suffix.lower(), f"write one of {suffixes}, or move it out of this folder")
            yield _passed_over(f"files of the kind {path.suffix or path.name} are not read", name, fix)
        else:
            yield path


def read_file(
    path: Path, name: str, *, base: str, context: Mapping[str, object], keys: Collection[str] = ()
) -> Iterator[records.Mapping | Statement | Finding]:
    """What a data file holds: records (YAML, CSV) or statements (RDF), and a finding for what cannot be read.

    `name` is the file as places show it, `base` what relative IRIs are taken from, `context` the shipped JSON-LD
    context, `keys` those that a record may have (a CSV mapping is checked against them).
    """
    known = format_of_data(path)
    if known is None:
        yield fault("files of this kind are not read", Place(name), check="file")
    elif known.name == "yaml":
        from ipcgraph.sources.yaml import read_yaml

        yield from read_yaml(path, name)
    elif known.rdf is not None:
        from ipcgraph.sources.rdf import read_rdf

        yield from read_rdf(path, name, known, base=base, context=context)
    else:
        yield from _read_csv(path, name, keys)


def _read_csv(path: Path, name: str, keys: Collection[str]) -> Iterator[records.Mapping | Finding]:
    from ipcgraph.sources.csv import read_csv, read_mapping

    beside = path.with_name(path.stem + MAPPING_SUFFIX)
    if not beside.exists():
        fix = f"write {beside.name} beside it: which column stands for which key"
        yield fault("this CSV file has no mapping", Place(name), fix, check="mapping")
        return
    beside_name = name[: len(name) - len(path.name)] + beside.name
    mapping = read_mapping(beside, beside_name, keys=keys)
    yield from mapping if isinstance(mapping, tuple) else read_csv(path, name, mapping)


def shown_name(path: Path, root: Path) -> str:
    """A path as findings show it: from the root with `/`, or whole where it lies elsewhere.

    >>> shown_name(Path("/center/data/people.yaml"), Path("/center"))
    'data/people.yaml'
    """
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return os.fsencode(shown.as_posix()).decode("utf-8", "replace")  # a file name need not be text


def _bare(mapping: Path) -> str:
    return mapping.name.removesuffix(MAPPING_SUFFIX)


def format_of_data(path: Path) -> Format | None:
    """The format of a data file by its name, or None where it is no data: line-based RDF may be compressed."""
    is_packed = path.suffix.lower() == ".gz"
    known = format_of_file(path.with_suffix("") if is_packed else path)
    if known is None or not known.roles & {"records", "graph"}:
        return None
    return known if not is_packed or known.rdf in LINE_BASED else None


def _passed_over(message: str, name: str, fix: str) -> Finding:
    return fault(message, Place(name), fix, check="file", severity="warning")
