"""Files to a graph that can be asked: read, expand, derive, check, load, swap in."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import Quad

from ipcgraph import __version__, checks, passages
from ipcgraph.bulk import load_quads
from ipcgraph.decisions import read_decisions
from ipcgraph.deriving import derive, repeated
from ipcgraph.errors import FindingsError, IpcgraphError, ProjectError, UsageError
from ipcgraph.findings import Finding, Place, Report
from ipcgraph.headers import read_queries
from ipcgraph.manifest import (
    COLUMNS,
    CURRENT,
    FILE,
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
from ipcgraph.queries import Query, dump_queries
from ipcgraph.records import Statement
from ipcgraph.settings import Settings, compile_settings
from ipcgraph.shipped import shipped_folder
from ipcgraph.sources import shown_name
from ipcgraph.sources.folder import read_folder
from ipcgraph.statements import Index
from ipcgraph.unifying import unify
from ipcgraph.validation import validate

LOCK: Final = "lock"
IGNORE: Final = ".gitignore"


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
    path = settings.data_folder / passages.LOCK
    lock = passages.read_lock(path)
    findings += passages.lock_faults(path, shown_name(path, settings.root))
    statements: list[Statement] = []
    for item in read_folder(settings.data_folder, ontology, root=settings.root, base=settings.base):
        if isinstance(item, Finding):
            findings.append(item)
        else:
            statements.append(item)
    decided, faults = read_decisions(settings.decisions_file)
    statements, against = unify(statements, decided, base=settings.base)
    findings += (*faults, *against)
    statements += passages.hash_statements(Index.of(statements), lock, base=settings.base)
    derived = tuple(derive((quad for quad, _ in statements), ontology.rules))
    return Graph(ontology, Index.of(statements), derived, tuple(findings))


def check(settings: Settings, *, sources: Path | None = None, accept: bool = False) -> Report:
    """All that is wrong, or doubtful, in the files of a project.

    With `sources`, the folder of the source texts, the hash of each cited passage is compared too; with `accept` the
    hashes found are written to `passages.lock` first. Raises UsageError for `accept` without `sources`.
    """
    told: tuple[Finding, ...] = ()
    path = settings.data_folder / passages.LOCK
    if sources is not None and not sources.is_dir():
        raise UsageError(f"there is no folder {sources}")
    if accept:
        if sources is None:
            raise UsageError("the hashes of passages come from the source texts; add --sources FOLDER")
        graph = read_graph(settings)
        # What an unread file cites is not known: nothing recorded is dropped then.
        complete = not any(finding.severity == "error" for finding in graph.findings)
        name = shown_name(path, settings.root)
        told = passages.accept(graph.written, sources, path, name=name, base=settings.base, complete=complete)
    graph = read_graph(settings)
    findings = [*told, *check_graph(graph, settings), *_saved_queries(settings)[1]]
    if sources is not None:
        lock = passages.read_lock(path)
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
    queries, faults = _saved_queries(settings)
    report = Report.of((*check_graph(graph, settings), *faults))
    if not report.conforms:
        number = len(report.errors)
        raise FindingsError(f"{number} error{'s' * (number != 1)}; nothing was built", report)
    name = f"build-{os.getpid()}-{os.urandom(4).hex()}"
    folder = settings.build_folder / name
    try:
        folder.mkdir()
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
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError) and not isinstance(error, IpcgraphError):
            raise ProjectError(f"{folder} cannot be written ({error}); the last good build is still in use") from error
        raise
    return Build(folder, manifest, changed=True, report=report)


def _saved_queries(settings: Settings) -> tuple[Mapping[str, Query], tuple[Finding, ...]]:
    """The shipped queries and the project's own, and what is wrong in the files of these."""
    folders = [shipped_folder("queries"), settings.root / settings.queries]
    try:
        return read_queries(folders, root=settings.root), ()
    except FindingsError as error:
        return {}, error.report.findings


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
        if not (folder / IGNORE).exists():
            (folder / IGNORE).write_text("*\n", encoding="utf-8")  # all of it is a product
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ProjectError(f"{folder} cannot be written: {error.strerror}; the built graph is kept there") from error
    try:
        import fcntl  # not on Windows, where ipcgraph only reads

        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sweep(folder: Path) -> None:
    """Removes what a killed build left, and all whole builds but the two last: one may still be being read."""
    whole = sorted(path.parent for path in folder.glob(f"build-*/{FILE}"))
    whole.sort(key=lambda build: (build / FILE).stat().st_mtime_ns)
    kept = {(folder / CURRENT).resolve(), *(build.resolve() for build in whole[-2:])}
    for path in folder.iterdir():
        if path.name.startswith("build-") and path.resolve() not in kept:
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(CURRENT + "."):
            path.unlink()


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
