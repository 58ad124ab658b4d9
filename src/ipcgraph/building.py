"""Files to a graph that can be asked: read, expand, derive, check, load, swap in."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from ipcgraph import __version__, checks, passages
from ipcgraph.bulk import load_quads
from ipcgraph.decisions import read_decisions
from ipcgraph.deriving import derive, repeated
from ipcgraph.errors import FindingsError, IpcgraphError, ProjectError, StoreError, UsageError
from ipcgraph.findings import Finding, Place, Report
from ipcgraph.headers import read_queries
from ipcgraph.manifest import (
    COLUMNS,
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
from ipcgraph.swapping import locked, swap_in, sweep
from ipcgraph.unifying import unify
from ipcgraph.validation import validate

if TYPE_CHECKING:
    from ipcgraph.bulk.graph import LargeGraph
    from ipcgraph.engines import EngineName

Inputs: TypeAlias = tuple[tuple[str, int, int], ...]
"""Every file that a build reads, with its size and time of change."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph read from files, before it is stored."""

    ontology: Ontology
    base: str
    written: Index
    """What the files of the project state."""
    derived: tuple[Statement, ...]
    """What the rules make of it, each statement placed at its rule."""
    findings: tuple[Finding, ...]
    """What could not be read or expanded."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is stated at all."""
        return not len(self.written)

    def passages(self) -> Index:
        """The statements on passages, their sources, and what rests on them: all that is stated."""
        return self.written

    def build(self, folder: Path) -> None:
        """Puts the store, the columns and the places into a build folder."""
        settled = (quad for quad, _ in (*self.ontology.statements, *self.written))
        quads = [*settled, *repeated(self.derived, self.base)]
        load_quads(quads, store=folder / STORE, columns=folder / COLUMNS)
        write_places((*self.written, *self.derived, *self.ontology.statements), folder)

    def figures(self) -> dict[str, int]:
        """The numbers of records, statements and derived statements, each counted once."""
        return {
            "records": sum(1 for subject in self.written.subjects if self.written.classes(subject)),
            "statements": len({quad for quad, _ in self.written}),
            "derived": len(self.derived),
        }

    def start(self) -> None:
        """Nothing can be begun before the checks."""

    def discard(self) -> None:
        """Nothing was begun."""

    def clear(self) -> None:
        """Nothing is left to be removed."""


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
    return Graph(ontology, settings.base, Index.of(statements), derived, tuple(findings))


def check(
    settings: Settings,
    *,
    sources: Path | None = None,
    accept: bool = False,
    engine: EngineName = "auto",
    notice: Callable[[str], None] | None = None,
) -> Report:
    """All that is wrong, or doubtful, in the files of a project.

    With `sources`, the folder of the source texts, the hash of each cited passage is compared too; with `accept` the
    hashes found are written to `passages.lock` first. `engine` names the SHACL engine; `notice` is told what is done
    besides what was asked. Raises UsageError for `accept` without `sources`.
    """
    if sources is not None and not sources.is_dir():
        raise UsageError(f"there is no folder {sources}")
    if accept and sources is None:
        raise UsageError("the hashes of passages come from the source texts; add --sources FOLDER")
    told: tuple[Finding, ...] = ()
    path = settings.data_folder / passages.LOCK
    if accept and sources is not None:
        with _read(settings, sources=True, notice=notice) as graph:
            # What an unread file cites is not known: nothing recorded is dropped then.
            complete = not any(finding.severity == "error" for finding in graph.findings)
            name = shown_name(path, settings.root)
            cited = graph.passages()
            told = passages.accept(cited, sources, path, name=name, base=settings.base, complete=complete)
    with _read(settings, sources=sources is not None, notice=notice) as graph:
        findings = [*told, *check_graph(graph, settings, engine=engine, notice=notice), *_saved_queries(settings)[1]]
        if sources is not None:
            lock = passages.read_lock(path)
            findings += passages.check_sources(graph.passages(), lock, sources, base=settings.base)
    return Report.of(findings)


def check_graph(
    graph: Graph | LargeGraph,
    settings: Settings,
    *,
    engine: EngineName = "auto",
    notice: Callable[[str], None] | None = None,
) -> Iterator[Finding]:
    """The findings of a graph: those of reading it, then our own checks, then SHACL."""
    yield from graph.findings
    if graph.is_empty and not graph.findings:
        fix = "write a record, or set data to the folder that has them"
        yield Finding("error", "this folder holds no records", Place(settings.data), fix=fix)
        return
    if not isinstance(graph, Graph):
        yield from graph.check(engine=engine, notice=notice)
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
        engine=engine,
        notice=notice,
        kept=settings.build_folder / "checked",
    )


@contextmanager
def _read(
    settings: Settings,
    *,
    sources: bool = False,
    notice: Callable[[str], None] | None = None,
    inputs: Inputs | None = None,
    anew: bool = False,
) -> Iterator[Graph | LargeGraph]:
    """The graph of a project's files, read by parts where they are large; the lock is held where `inputs` are given."""
    from ipcgraph.bulk.streaming import large_files

    files = large_files(settings)
    if not files:
        yield read_graph(settings)
        return
    from ipcgraph.bulk.graph import read_large
    from ipcgraph.processes import pool_of

    with pool_of() as pool, nullcontext() if inputs else locked(settings.build_folder, notice=notice):
        try:
            graph = read_large(settings, files, inputs or inputs_of(settings), pool, sources=sources, anew=anew)
            with closing(graph):
                try:
                    yield graph
                except (OSError, StoreError):
                    graph.discard()  # most likely the disk is full: what is loaded would keep it so
                    raise
        except OSError as error:
            if isinstance(error, IpcgraphError):
                raise
            raise _unwritable(settings.build_folder, error) from error


def build(
    settings: Settings,
    *,
    force: bool = False,
    engine: EngineName = "auto",
    wait: bool = True,
    notice: Callable[[str], None] | None = None,
) -> Build:
    """Builds the graph of a project and swaps it in; does nothing where no file has changed, unless `force` is set.

    The new graph is made in a folder of its own and becomes the current one in a single step, so that whoever asks
    meanwhile, or whatever stops the build, finds the last good one whole. Raises FindingsError, with the report,
    where the data has errors, and ProjectError where the project's folder cannot be written, or where another build
    is running and this one is not to `wait`.
    """
    inputs = inputs_of(settings)
    if not force and (done := up_to_date(settings, inputs)):
        return done
    with locked(settings.build_folder, wait=wait, notice=notice):
        sweep(settings.build_folder)
        # Another build may have done the work while this one waited for the lock.
        if not force and (done := up_to_date(settings, inputs)):
            return done
        with _read(settings, notice=notice, inputs=inputs, anew=force) as graph:
            return _build(graph, settings, inputs, engine=engine, notice=notice)


def _build(
    graph: Graph | LargeGraph,
    settings: Settings,
    inputs: Inputs,
    *,
    engine: EngineName,
    notice: Callable[[str], None] | None,
) -> Build:
    queries, faults = _saved_queries(settings)
    graph.start()
    report = Report.of((*check_graph(graph, settings, engine=engine, notice=notice), *faults))
    if not report.conforms:
        graph.discard()
        number = len(report.errors)
        raise FindingsError(f"{number} error{'s' * (number != 1)}; nothing was built", report)
    name = f"build-{os.getpid()}-{os.urandom(4).hex()}"
    folder = settings.build_folder / name
    try:
        folder.mkdir()
        graph.build(folder)
        (folder / QUERIES).write_text(json.dumps(dump_queries(queries), ensure_ascii=False), encoding="utf-8")
        figures = {**graph.figures(), "warnings": len(report.warnings)}
        manifest = Manifest(__version__, identity(settings), inputs, figures)
        write_manifest(manifest, folder)
        compile_settings(settings)
        swap_in(settings.build_folder, name)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError) and not isinstance(error, IpcgraphError):
            raise _unwritable(folder, error) from error
        raise
    graph.clear()
    return Build(folder, manifest, changed=True, report=report)


def _unwritable(folder: Path, error: OSError) -> ProjectError:
    return ProjectError(f"{folder} cannot be written ({error}); the last good build is still in use")


def _saved_queries(settings: Settings) -> tuple[Mapping[str, Query], tuple[Finding, ...]]:
    """The shipped queries and the project's own, and what is wrong in the files of these."""
    folders = [shipped_folder("queries"), settings.root / settings.queries]
    try:
        return read_queries(folders, root=settings.root), ()
    except FindingsError as error:
        return {}, error.report.findings
