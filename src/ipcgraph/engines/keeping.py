"""The results of the last check, kept in a folder: after a change only what it can affect is checked again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import BlankNode, Literal, Quad, RdfFormat, parse, serialize

from ipcgraph import __version__
from ipcgraph.engines.affected import Neighbours, UnknownRouteError, affected, is_followed, read_from, routes_of
from ipcgraph.engines.results import Result, terms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path

    from ipcgraph.statements import Term

FILE: Final = "results"
IGNORE: Final = ".gitignore"
LAYOUT: Final = 1
MOST_CHANGED: Final = 0.05
"""The share of statements that may be new or gone; with more of them everything is checked."""
MOST_AFFECTED: Final = 0.5
"""The share of the statements that may have to be read; with more of them everything is checked."""


class Kept(NamedTuple):
    """What a check was of, and what it found."""

    lines: frozenset[bytes]
    """The statements, in N-Triples."""
    results: tuple[Result, ...]


def results_again(
    data: Collection[Quad],
    shapes: Sequence[Quad],
    ontology: Sequence[Quad],
    *,
    folder: Path,
    engine: str,
    run: Callable[[Collection[Quad]], list[Result]],
) -> list[Result]:
    """What `run` finds in the data, from the last results as far as nothing that they rest on has changed.

    They are taken only where versions, shapes and ontology are what they were. What is found is kept for the next time;
    where it cannot be, nothing is lost but that time.
    """
    labels = _labels(shapes)
    key = _key(shapes, ontology, labels, engine)
    text = serialize((quad.triple for quad in data), format=RdfFormat.N_TRIPLES) or b""
    lines = frozenset(text.splitlines())
    before = read_kept(folder / FILE, key, {number: label for label, number in labels.items()})
    results = _again(data, shapes, ontology, lines=lines, before=before, run=run) if before is not None else None
    if results is None:
        results = run(data)
    elif before is not None and lines == before.lines:
        return results
    _write(Kept(lines, tuple(results)), folder, key, labels)
    return results


def _again(
    data: Collection[Quad],
    shapes: Sequence[Quad],
    ontology: Sequence[Quad],
    *,
    lines: frozenset[bytes],
    before: Kept,
    run: Callable[[Collection[Quad]], list[Result]],
) -> list[Result] | None:
    """The results by those of before; None where all has to be checked."""
    gone = _quads(before.lines - lines)
    changed = [*gone, *_quads(lines - before.lines)]
    if not changed:
        return list(before.results)
    if len(changed) > MOST_CHANGED * len(lines) or not is_followed(changed):
        return None
    try:
        routes = routes_of(shapes)
    except UnknownRouteError:
        return None
    nodes = affected(changed, routes, Neighbours((*data, *gone, *ontology)))
    part = list(dict.fromkeys(read_from(nodes, routes, Neighbours((*data, *ontology)))))
    if len(part) > MOST_AFFECTED * len(lines):
        return None
    again = {_focus(node) for node in nodes}
    kept = [result for result in before.results if result.focus not in again]
    return kept + [result for result in run(part) if result.focus in again]


def _quads(lines: Iterable[bytes]) -> list[Quad]:
    triples = parse(b"\n".join(lines), format=RdfFormat.N_TRIPLES)
    return [Quad(each.subject, each.predicate, each.object) for each in triples]


def _focus(node: Term) -> str:
    """A thing as `Result.focus` has it."""
    return node.value if not isinstance(node, Literal | BlankNode) and hasattr(node, "value") else str(node)


def _labels(shapes: Iterable[Quad]) -> dict[str, int]:
    """The blank nodes of the shapes, numbered: their labels differ from run to run, their order does not."""
    nodes = (node for quad in shapes for node in (quad.subject, quad.object) if isinstance(node, BlankNode))
    return {str(node): number for number, node in enumerate(dict.fromkeys(nodes))}


def _key(shapes: Sequence[Quad], ontology: Iterable[Quad], labels: dict[str, int], engine: str) -> str:
    """What must be the same for results to hold: the versions, the shapes, the ontology."""
    found = hashlib.sha256()
    for part in (str(LAYOUT), __version__, engine, *(_version(name) for name in ("pyshacl", "rdflib", "shacl"))):
        found.update(part.encode() + b"\n")
    for quad in shapes:
        terms = (labels.get(str(term), str(term)) for term in (quad.subject, quad.predicate, quad.object))
        found.update(f"{' '.join(map(str, terms))}\n".encode())
    for line in sorted(str(quad.triple) for quad in ontology):
        found.update(f"{line}\n".encode())
    return found.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def read_kept(file: Path, key: str, labels: dict[int, str]) -> Kept | None:
    """What was kept with this key; None where there is nothing, or it is damaged."""
    try:
        text = file.read_bytes()
        head, _, rest = text.partition(b"\n")
        stated, digest = head.split(b" ")
        if stated.decode() != key or digest.decode() != hashlib.sha256(rest).hexdigest():
            return None
        rows, _, lines = rest.partition(b"\n")
        values = json.loads(rows)
        terms = terms_of({text for row in values for text in (row[2], row[6]) if text})
        results = tuple(_result(row, terms, labels) for row in values)
    except (OSError, ValueError, LookupError, SyntaxError, TypeError):
        return None
    return Kept(frozenset(lines.splitlines()), results)


def _result(row: list[str], terms: dict[str, Term], labels: dict[int, str]) -> Result:
    focus, path, value, component, shape, severity, literal, constraint = row
    found = terms[literal] if literal else None
    if found is not None and not isinstance(found, Literal):
        raise ValueError(literal)
    return Result(
        focus, tuple(path), terms[value] if value else None, component, labels.get(_number(shape), shape), severity,
        found, labels.get(_number(constraint), constraint),
    )  # fmt: skip


def _number(text: str) -> int:
    return int(text.removeprefix("_:")) if text.startswith("_:") else -1


def _write(kept: Kept, folder: Path, key: str, labels: dict[str, int]) -> None:
    def named(shape: str) -> str:
        return f"_:{labels[shape]}" if shape in labels else shape

    rows = [
        (each.focus, each.path, "" if each.value is None else str(each.value), each.component, named(each.shape),
         each.severity, "" if each.literal is None else str(each.literal), named(each.constraint))
        for each in kept.results
    ]  # fmt: skip
    text = json.dumps(rows, ensure_ascii=False).encode() + b"\n" + b"\n".join(sorted(kept.lines))
    new = folder / f"{FILE}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / IGNORE).write_text("*\n", encoding="utf-8")  # a product, and no part of the project
        new.write_bytes(f"{key} {hashlib.sha256(text).hexdigest()}\n".encode() + text)
        new.replace(folder / FILE)
    except OSError:
        with contextlib.suppress(OSError):
            new.unlink()
