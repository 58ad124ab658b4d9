"""Files to a graph that can be asked: read, expand, derive, check, load, swap in."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import Quad

from ipcgraph import __version__, checks, passages
from ipcgraph.bulk import load_quads
from ipcgraph.deriving import derive, repeated
from ipcgraph.errors import FindingsError, ProjectError
from ipcgraph.findings import Finding, Place, Report
from ipcgraph.headers import read_queries
from ipcgraph.manifest import (
    COLUMNS,
    CURRENT,
    QUERIES,
    STORE,
    Build,
    Manifest,
    identity,
    inputs_of,
    up_to_date,
    write_manifest,
)  # fmt: skip
from ipcgraph.ontology import Ontology, read_ontology
from ipcgraph.places import write_places
from ipcgraph.queries import dump_queries
from ipcgraph.records import Statement
from ipcgraph.settings import Settings, compile_settings
from ipcgraph.shipped import shipped_folder
from ipcgraph.sources.folder import read_folder
from ipcgraph.statements import Index
from ipcgraph.validation import validate

LOCK: Final = "lock"


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph read from files, before it is stored."""

    ontology: Ontology
    written: Index
    """What the files of the project state."""
    derived: tuple[Statement, ...]
    """What the rules make of it, each statement placed at its rule."""
    findings: tuple[Finding, ...]
    """What could not be read or expanded."""


def read_graph(settings: Settings) -> Graph:
    """Everything that the files of a project state, and what follows from it."""
    ontology = read_ontology()
    findings: list[Finding] = []
    lock = passages.read_lock(settings.data_folder / passages.LOCK)
    statements: list[Statement] = []
    for item in read_folder(settings.data_folder, ontology, root=settings.root, base=settings.base):
        if isinstance(item, Finding):
            findings.append(item)
        else:
            statements.append(item)
    statements += passages.hash_statements(Index.of(statements), lock, base=settings.base)
    derived = tuple(derive((quad for quad, _ in statements), ontology.rules))
    return Graph(ontology, Index.of(statements), derived, tuple(findings))


def check(settings: Settings, *, sources: Path | None = None, accept: bool = False) -> Report:
    """All that is wrong, or doubtful, in the files of a project.

    With `sources`, the folder of the source texts, the hash of each cited passage is compared too; with `accept` the
    hashes found are written to `passages.lock` first. Raises ProjectError where there is nothing to check.
    """
    if accept:
        if sources is None:
            raise ProjectError("the hashes of passages come from the source texts; add --sources FOLDER")
        graph = read_graph(settings)
        passages.accept(graph.written, sources, settings.data_folder / passages.LOCK, base=settings.base)
    graph = read_graph(settings)
    findings = list(check_graph(graph, settings))
    if sources is not None:
        lock = passages.read_lock(settings.data_folder / passages.LOCK)
        findings += passages.check_sources(graph.written, lock, sources, base=settings.base)
    return Report.of(findings)


def check_graph(graph: Graph, settings: Settings) -> Iterator[Finding]:
    """The findings of a graph: those of reading it, then our own checks, then SHACL."""
    yield from graph.findings
    if not len(graph.written) and not graph.findings:
        yield Finding(
            "error",
            "this folder holds no records",
            Place(settings.data),
            fix="write a record, or set data to the folder that has them",
        )
        return
    ours = list(checks.check(graph.written, graph.ontology, base=settings.base, earlier=graph.findings))
    yield from ours
    yield from validate(
        graph.written,
        graph.derived,
        graph.ontology,
        base=settings.base,
        evidence=settings.evidence,
        shapes=settings.root / settings.shapes,
        earlier=(*graph.findings, *ours),
    )


def build(settings: Settings, *, force: bool = False) -> Build:
    """Builds the graph of a project and swaps it in; does nothing where no file has changed, unless `force` is set.

    The new graph is made in a folder of its own and becomes the current one in a single step, so that whoever asks
    meanwhile, or whatever stops the build, finds the last good one whole. Raises FindingsError, with the report,
    where the data has errors, and ProjectError where the project's folder cannot be written.
    """
    inputs = inputs_of(settings)
    if not force and (done := up_to_date(settings, inputs)):
        return done
    with _locked(settings.build_folder):
        _sweep(settings.build_folder)
        # Another build may have done the work while this one waited for the lock.
        if not force and (done := up_to_date(settings, inputs)):
            return done
        return _build(settings, inputs)


def _build(settings: Settings, inputs: tuple[tuple[str, int, int], ...]) -> Build:
    graph = read_graph(settings)
    queries = read_queries([shipped_folder("queries"), settings.root / settings.queries], root=settings.root)
    report = Report.of(check_graph(graph, settings))
    if not report.conforms:
        raise FindingsError(f"{len(report.errors)} errors; nothing was built", report)
    name = f"build-{os.getpid()}-{os.urandom(4).hex()}"
    folder = settings.build_folder / name
    folder.mkdir()
    try:
        quads = [*_stored(graph), *repeated(graph.derived, settings.base)]
        load_quads(quads, store=folder / STORE, columns=folder / COLUMNS)
        write_places((*graph.written, *graph.derived, *graph.ontology.statements), folder)
        (folder / QUERIES).write_text(json.dumps(dump_queries(queries), ensure_ascii=False), encoding="utf-8")
        manifest = Manifest(
            __version__, identity(settings), inputs, {
                "records": sum(1 for subject in graph.written.subjects if graph.written.classes(subject)),
                "statements": len({quad for quad, _ in graph.written}),
                "derived": len(graph.derived),
                "warnings": len(report.warnings),
            },
        )  # fmt: skip
        write_manifest(manifest, folder)
        compile_settings(settings)
        _swap_in(settings.build_folder, name)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Build(folder, manifest, changed=True, report=report)


def _stored(graph: Graph) -> Iterator[Quad]:
    for quad, _ in graph.ontology.statements:
        yield quad
    for quad, _ in graph.written:
        yield quad


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Holds the lock of a build folder: a second build waits for the first and then finds its work done."""
    try:
        folder.mkdir(exist_ok=True)
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ProjectError(f"{folder} cannot be written: {error.strerror}; the built graph is kept there") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sweep(folder: Path) -> None:
    """Removes what a killed build left, and builds no longer in use."""
    current = os.path.realpath(folder / CURRENT)
    for entry in os.scandir(folder):
        if entry.name.startswith("build-") and entry.path != current and os.path.realpath(entry.path) != current:
            shutil.rmtree(entry.path, ignore_errors=True)
        elif entry.name.startswith(CURRENT + "."):
            Path(entry.path).unlink()


def _swap_in(folder: Path, name: str) -> None:
    """Makes a finished build the current one: a rename of a link, which the system does in one step."""
    new = folder / f"{CURRENT}.{name}"
    new.symlink_to(name)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        new.replace(folder / CURRENT)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
