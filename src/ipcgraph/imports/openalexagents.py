"""Authors and institutions of OpenAlex in bulk: the rows on them, merged, and what is then said of each."""

from __future__ import annotations

import hashlib
import heapq
import re
from contextlib import ExitStack
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.identifiers import normalise, slug
from ipcgraph.vocabulary import IPCG, PREFIXES, RDF

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

AT_ONCE: Final = 64
"""So many files are merged at a time: a system lets a process have a thousand open."""

_ESCAPES: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_SPECIAL: Final = re.compile(r'["\\\n\r\t]')
_NUMBER: Final = re.compile(r"https://openalex\.org/([AWI][0-9]+)")
KINDS: Final = {"A": ("person", "Person", "orcid"), "I": ("organization", "Organization", "ror")}
_TYPE: Final = f"<{RDF}type>"


class Remark(NamedTuple):
    """A finding whose line is counted from the beginning of its task."""

    task: int
    line: int
    severity: str
    message: str
    fix: str


def merge_rows(given: tuple[Path, int, Sequence[tuple[int, int]], str, str]) -> tuple[int, list[Remark]]:
    """Writes what is said of the authors and institutions of one share, by IRI; gives the count and remarks."""
    folder, share, tasks, base, source = given
    lines = 0
    remarks: list[Remark] = []
    runs = (folder / f"rows-{task}-{run}-{share}" for task, count in tasks for run in range(count))
    paths = [path for path in runs if path.exists()]
    with (folder / f"agents-{share}").open("w", encoding="utf-8", newline="\n") as out:
        for _, rows in groupby(_sorted(paths, folder, share), key=lambda row: row.partition("\t")[0]):
            text = "".join(_described((row.rstrip("\n").split("\t") for row in rows), base, source, remarks))
            lines += text.count("\n")
            out.write(text)
    return lines, remarks


def _sorted(paths: Sequence[Path], folder: Path, share: int) -> Iterator[str]:
    """The rows of sorted files in one order; many files are merged some at a time, since so many cannot be open."""
    paths = list(paths)
    round_ = 0
    while len(paths) > AT_ONCE:
        merged = []
        for begin in range(0, len(paths), AT_ONCE):
            target = folder / f"merged-{share}-{round_}-{begin}"
            with target.open("w", encoding="utf-8", newline="\n") as out:
                out.writelines(_sorted(paths[begin : begin + AT_ONCE], folder, share))
            for path in paths[begin : begin + AT_ONCE]:
                path.unlink()
            merged.append(target)
        paths, round_ = merged, round_ + 1
    with ExitStack() as files:
        yield from heapq.merge(*(files.enter_context(path.open(encoding="utf-8", newline="\n")) for path in paths))


def _described(rows: Iterator[list[str]], base: str, source: str, remarks: list[Remark]) -> Iterator[str]:
    """The statements on one author or institution, whose rows come in the order of the files."""
    names: dict[str, None] = {}
    identifiers: dict[str, list[str]] = {}
    first: list[str] = []
    works = 0
    for row in rows:
        local, order, kind, _, name, identifier = row
        first = first or row
        if kind == "W":
            works += 1
            if works > 1:
                message = f"the work {local} stands in these files already; both records are read"
                remarks.append(
                    Remark(int(order[:6]), int(order[6:]), "warning", message, "keep one of the two records")
                )
            continue
        names[name] = None
        if identifier:
            identifiers.setdefault(identifier, row)
    local, _, kind, source_id, *_ = first
    if kind == "W":
        return
    _, class_name, scheme = KINDS[kind]
    head = f"<{base}{local}> "
    name, *others = names
    yield f'{head}{_TYPE} <{IPCG}{class_name}> .\n{head}<{PREFIXES["foaf"]}name> "{name}" .\n'
    yield f"{head}<{IPCG}evidence> <{source}> .\n"
    _, key, number = named_iri(KINDS[kind][0], source_id)
    if number:
        yield f"{head}<{IPCG}{key}> {literal(number)} .\n"
    if kind == "A":
        yield from (f'{head}<{IPCG}alternateName> "{other}" .\n' for other in others)
    kept: dict[str, None] = {}
    for stated, row in identifiers.items():
        good = normalise(scheme, stated)
        if good:
            kept[good] = None
        else:
            message = f"{stated[:80]!r} is not a good {scheme}; left out"
            fix = f"write a {scheme} with its right check digit"
            remarks.append(Remark(int(row[1][:6]), int(row[1][6:]), "warning", message, fix))
    yield from (f'{head}<{IPCG}{scheme}> "{good}" .\n' for good in kept)


def named_iri(kind: str, source_id: str, *, year: str = "") -> tuple[str, str, str]:
    """The local part of an IRI, and the key and value of the id: an OpenAlex id as such, another address as a url."""
    match = _NUMBER.fullmatch(source_id)
    words = match[1].lower() if match else slug(source_id.rstrip("/").rpartition("/")[2])
    if year and not words.startswith(year + "-"):
        words = f"{year}-{words}"
    if match:
        return f"{kind}/{words}", "openalex", match[1]
    digits = hashlib.sha256(source_id.encode()).hexdigest()[:6]
    return f"{kind}/{words}-{digits}", "url", normalise("url", source_id) or ""


def literal(text: str) -> str:
    return f'"{escaped(text)}"'


def escaped(text: str) -> str:
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text
