"""Mirrors: what the store that the settings name holds, as a build folder, read anew when it has another graph."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, NamedNode, Quad

from ipcgraph import __version__
from ipcgraph.bulk import load_quads
from ipcgraph.copies import FILE, copy_of, read_copy, write_copy
from ipcgraph.copying import statements
from ipcgraph.errors import IpcgraphError, ProjectError, StoreAnswerError, StoreError
from ipcgraph.headers import read_queries
from ipcgraph.manifest import (
    COLUMNS,
    LAYOUT,
    QUERIES,
    STORE,
    Manifest,
    current_build,
    identity,
    read_manifest,
    write_manifest,
)  # fmt: skip
from ipcgraph.ontology import read_ontology
from ipcgraph.queries import dump_queries
from ipcgraph.revisions import stored_revision
from ipcgraph.shipped import shipped_folder
from ipcgraph.store.connecting import DERIVED, EMPTY, connect
from ipcgraph.swapping import locked, swap_in, sweep

if TYPE_CHECKING:
    from pathlib import Path

    from ipcgraph.settings import Settings

FRESH: Final = 60.0
"""Seconds for which a mirror serves of a store that does not say which graph it holds."""
TRIES: Final = 3
"""How often a store is read whose graph changes while it is read."""


def fresh_mirror(
    settings: Settings,
    *,
    notice: Callable[[str], None],
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Path:
    """The folder of a build with the graph that the store holds now.

    That is the build that was uploaded, where this project did it, or a mirror: all statements of the store, read once
    for each revision. A store that names no revision, since no `ipcgraph build` has put its graph there, is read anew
    after a minute. Raises StoreError where the store cannot be read: what it held before is not given out as its graph.
    """
    revision = stored_revision(settings)
    if (known := _known(settings, revision)) is not None:
        return known
    with locked(settings.build_folder, notice=notice):
        sweep(settings.build_folder)
        if (known := _known(settings, revision)) is not None:
            return known
        notice(f"reading {settings.store}" + ("" if revision else ", which does not say when it has changed"))
        for _ in range(TRIES):
            made = _read(settings, revision, progress)
            now = stored_revision(settings)
            if now == revision:
                _tell_of_nothing(settings, read_manifest(made).figures, notice)
                swap_in(settings.build_folder, made.name)
                return made
            shutil.rmtree(made, ignore_errors=True)
            revision = now
    raise StoreAnswerError(f"{settings.store} has changed each of the {TRIES} times that it was read; try again later")


def follow_store(settings: Settings, notice: Callable[[str], None]) -> None:
    """Makes the graph that the store holds now the current build; nothing where it does not say which one that is."""
    if stored_revision(settings):
        fresh_mirror(settings, notice=notice)


def _tell_of_nothing(settings: Settings, figures: Mapping[str, int], notice: Callable[[str], None]) -> None:
    """Says so where what was read cannot be what the project means."""
    if not figures["statements"]:
        notice(f"{settings.stored} {EMPTY}")
    elif not figures["below"]:
        notice(f"no id in {settings.stored} begins with {settings.base}; write the base of its project")


def _known(settings: Settings, revision: str) -> Path | None:
    """The build in use, where it is a copy of this revision."""
    try:
        folder = current_build(settings)
        manifest = read_manifest(folder)
        age = time.time() - (folder / FILE).stat().st_mtime
    except (ProjectError, OSError):
        return None
    usable = (manifest.layout, manifest.version, manifest.settings) == (LAYOUT, __version__, identity(settings))
    same = read_copy(folder) == copy_of(settings, revision)
    return folder if usable and same and (revision or 0 <= age < FRESH) else None


def _read(settings: Settings, revision: str, progress: Callable[[int, int], None]) -> Path:
    """A new build folder with what the store holds."""
    folder = settings.build_folder / f"build-{os.getpid()}-{os.urandom(4).hex()}"
    numbers = {"statements": 0, "derived": 0, "below": 0}
    try:
        folder.mkdir()
        quads = _quads(settings, numbers, own=bool(revision), progress=progress)
        load_quads(quads, store=folder / STORE, columns=folder / COLUMNS)
        own = [shipped_folder("queries"), settings.root / settings.queries]
        queries = read_queries(own, root=settings.root)
        if not revision:
            # Columns answer as SPARQL does where the graph has been checked, and this one has not.
            queries = {name: query._replace(columns="") for name, query in queries.items()}
        (folder / QUERIES).write_text(json.dumps(dump_queries(queries), ensure_ascii=False), encoding="utf-8")
        write_copy(folder, copy_of(settings, revision))
        write_manifest(Manifest(__version__, identity(settings), (), {**numbers, "records": 0, "warnings": 0}), folder)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error.__cause__, StoreError):
            raise error.__cause__ from error.__cause__.__cause__  # what stopped the loading is what the store did
        if isinstance(error, OSError) and not isinstance(error, IpcgraphError):
            raise ProjectError(f"{folder} cannot be written ({error}); free some space, or set it elsewhere") from error
        raise
    return folder


def _quads(
    settings: Settings, numbers: dict[str, int], *, own: bool, progress: Callable[[int, int], None]
) -> Iterator[Quad]:
    """The quads of the store as a build has them; with the ontology, which a graph of others may lack."""
    ontology = frozenset() if own else frozenset(quad.triple for quad, _ in read_ontology().statements)
    for triple in ontology:
        yield Quad(triple.subject, triple.predicate, triple.object)
    derived = NamedNode(settings.base + DERIVED)
    with connect(settings) as store:
        graph = settings.store_graph
        for triple in statements(store, graph, named=False, base=settings.base, told=progress):
            numbers["statements"] += 1
            numbers["below"] += str(triple.subject).startswith(f"<{settings.base}")
            if triple not in ontology:
                yield Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())
        for triple in statements(store, derived.value, named=True, base=settings.base, told=lambda _a, _b: None):
            numbers["derived"] += 1
            yield Quad(triple.subject, triple.predicate, triple.object, derived)
