"""The SHACL engines: what violates shapes, found by pySHACL, the reference, or, in much data, by the compiled `shacl`.

Both give the same results. Below LARGE statements pySHACL is quick enough, and everybody has it; above it the compiled
engine takes over where it is installed. Queries of shapes run set-wise on Oxigraph beside the compiled engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias
from typing import Literal as OneOf

from ipcgraph.engines.compiled import compiled_results, is_installed
from ipcgraph.engines.reference import malformed_shapes, reference_results
from ipcgraph.engines.results import EngineError, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from pyoxigraph import Quad

__all__ = [
    "LARGE", "EngineError", "EngineName", "Result", "file_results", "kept_results",
    "malformed_shapes", "shacl_results",
]  # fmt: skip

EngineName: TypeAlias = OneOf["auto", "pyshacl", "shacl"]

LARGE: Final = 10_000
"""Statements from which on `auto` takes the compiled engine: what pySHACL checks in a few seconds it does itself."""

_ABSENT: Final = (
    "the compiled SHACL engine is not installed, and pySHACL takes long for so much; run: pip install 'ipcgraph[fast]'"
)
_BY_REFERENCE: Final = "these shapes ask what only pySHACL answers faithfully, which takes long: {}"


def shacl_results(
    data: Collection[Quad],
    shapes: Sequence[Quad],
    ontology: Sequence[Quad] = (),
    *,
    engine: EngineName = "auto",
    notice: Callable[[str], None] | None = None,
) -> list[Result]:
    """What violates the shapes, in no particular order; graph names are not looked at.

    `notice` is told in a sentence where another engine does the work, or part of it, than was to be expected. Raises
    EngineError where the engine fails.
    """
    if engine == "pyshacl" or (engine == "auto" and len(data) < LARGE):
        return reference_results(data, shapes, ontology)
    if not is_installed():
        _tell(notice, _ABSENT)
        return reference_results(data, shapes, ontology)
    from ipcgraph.engines.queries import plan, query_results, store_of

    parts = plan(shapes)
    results = compiled_results(data, parts.core, ontology)
    if parts.queries:
        results += query_results(store_of([*ontology, *data]), shapes, parts.queries)
    if parts.reference:
        _tell(notice, _BY_REFERENCE.format(", ".join(parts.left)))
        results += reference_results(data, parts.reference, ontology)
    return results


def kept_results(
    data: Collection[Quad],
    shapes: Sequence[Quad],
    ontology: Sequence[Quad] = (),
    *,
    folder: Path,
    engine: EngineName = "auto",
    notice: Callable[[str], None] | None = None,
) -> list[Result]:
    """What `shacl_results` finds; the results are kept in the folder and taken from there as far as they hold."""
    from ipcgraph.engines.keeping import results_again

    def run(part: Collection[Quad]) -> list[Result]:
        return shacl_results(part, shapes, ontology, engine=engine, notice=notice)

    return results_again(data, shapes, ontology, folder=folder, engine=engine, run=run)


def file_results(
    path: Path,
    shapes: Sequence[Quad],
    *,
    engine: EngineName = "auto",
    notice: Callable[[str], None] | None = None,
) -> list[Result]:
    """What in a file of N-Triples, which holds the ontology too, violates the shapes; raises EngineError.

    The compiled engine reads the file where it is installed, at any size; else, and for `engine="pyshacl"`, all of it
    is read into memory.
    """
    import tempfile

    from pyoxigraph import Quad, RdfFormat, parse

    from ipcgraph.engines import compiled
    from ipcgraph.engines.queries import plan, query_results, store_of_file

    def read() -> list[Quad]:
        return [Quad(t.subject, t.predicate, t.object) for t in parse(path=path, format=RdfFormat.N_TRIPLES)]

    if engine == "pyshacl" or not is_installed():
        if engine != "pyshacl":
            _tell(notice, _ABSENT)
        return reference_results(read(), shapes, ())
    parts = plan(shapes)
    results = compiled.file_results(path, parts.core)
    if parts.queries:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".queries-") as folder:
            results += query_results(store_of_file(str(path), folder), shapes, parts.queries)
    if parts.reference:
        _tell(notice, _BY_REFERENCE.format(", ".join(parts.left)))
        results += reference_results(read(), parts.reference, ())
    return results


def _tell(notice: Callable[[str], None] | None, sentence: str) -> None:
    if notice is not None:
        notice(sentence)
