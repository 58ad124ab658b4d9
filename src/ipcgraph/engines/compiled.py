"""The compiled engine: PyPI `shacl` run over a file of N-Triples, its results read back as those of the reference.

It writes terms as texts and gives nodes without a name labels of its own. So shapes without a name get one for the run,
and a blank node of the data is told again by a shape that reports the label of each.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from ipcgraph.engines.inner import with_inner_classes
from ipcgraph.engines.paths import straightened
from ipcgraph.engines.results import Described, EngineError, Result, terms_of
from ipcgraph.statements import Term, term_text
from ipcgraph.vocabulary import SH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import shacl

_SHAPE: Final = "urn:ipcgraph:shape:"
"""Before the label of a shape without a name, for the run."""
_LABEL: Final = "urn:ipcgraph:label"
"""The property from a label, as an IRI, to its blank node of the data, for the run."""
_LABELS: Final = "urn:ipcgraph:labels"
"""The shape that reports them: none of these nodes is a literal."""
_LABELLING: Final = f"""
<{_LABELS}-all> <{SH}targetSubjectsOf> <{_LABEL}> .
<{_LABELS}-all> <{SH}property> <{_LABELS}> .
<{_LABELS}> <{SH}path> <{_LABEL}> .
<{_LABELS}> <{SH}nodeKind> <{SH}Literal> .
"""


def is_installed() -> bool:
    """Whether this engine is there."""
    return find_spec("shacl") is not None


def runnable_shapes(shapes: Iterable[Quad]) -> shacl.Shapes:
    """The shapes as the engine runs them; raises EngineError where these are no shapes."""
    return _run_of(shapes).shapes


def compiled_results(data: Iterable[Quad], shapes: Iterable[Quad], ontology: Iterable[Quad]) -> list[Result]:
    """What violates the shapes, in no particular order, as `reference_results` finds it; raises EngineError."""
    text = serialize((quad.triple for part in (ontology, data) for quad in part), format=RdfFormat.N_TRIPLES) or b""
    run = _run_of(shapes)
    try:
        report = run.shapes.validate_text((text + _marks(_labels(text))).decode(), "ntriples")
    except ValueError as error:
        raise _stopped(error) from error
    return list(run.read(report.results))


def file_results(path: Path, shapes: Sequence[Quad]) -> list[Result]:
    """What in a file of N-Triples, which holds the ontology too, violates the shapes; raises EngineError.

    The engine reads the file itself, in a process of its own, so that its memory, about 150 bytes a statement, is
    given back at the end. Where a result is about a blank node, a copy of the file is read a second time.
    """
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(_file_results, path, tuple(shapes)).result()
        except BrokenProcessPool as error:
            raise EngineError("the check against the shapes was ended by the system; it may lack memory") from error


def _file_results(path: Path, shapes: Sequence[Quad]) -> list[Result]:
    run = _run_of(shapes)
    try:
        found = run.shapes.validate_file(str(path)).results
        if any("_:" in (each.focus_node[:2], (each.value or "")[:2]) for each in found):
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".labels-", suffix=".nt") as copy:
                with path.open("rb") as lines:
                    shutil.copyfileobj(lines, copy)
                    lines.seek(0)
                    copy.write(b"\n" + _marks({label for line in lines for label in _labels(line)}))
                copy.flush()
                found = run.shapes.validate_file(copy.name).results
    except (OSError, ValueError) as error:
        raise _stopped(error) from error
    return list(run.read(found))


def _stopped(error: OSError | ValueError) -> EngineError:
    return EngineError(f"the check against the shapes stopped ({str(error).partition(chr(10))[0]})")


def _labels(text: bytes) -> set[bytes]:
    """The labels of the blank nodes in lines of N-Triples; a text that holds such a label may give more."""
    return set(re.findall(rb"(?:^|[> ])_:([^ ]+)", text, re.MULTILINE)) if b"_:" in text else set()


def _marks(labels: Iterable[bytes]) -> bytes:
    """A statement for each of these blank nodes that says its label: about the label, so that no node says more."""
    name = _LABEL.encode()
    return b"".join(b"<%s:%s> <%s> _:%s .\n" % (name, label, name, label) for label in sorted(labels))


class _Run(NamedTuple):
    """Shapes ready to be run, and what is needed to read the results back."""

    shapes: shacl.Shapes
    paths: Mapping[str, tuple[str, ...]]
    """The steps of the path of each shape."""

    def read(self, results: Sequence[shacl.Result]) -> Iterator[Result]:
        """The results as others tell them; those of the shape that reports labels are read, and left out."""
        terms = terms_of({text for each in results for text in (each.focus_node, each.value) if text})
        labels = {
            each.value: BlankNode(each.focus_node.removeprefix(f"<{_LABEL}:").removesuffix(">"))
            for each in results
            if each.source_shape == f"<{_LABELS}>" and each.value
        }
        terms |= labels
        for each in results:
            path = self._steps(each)
            if path == (_LABEL,):
                continue
            focus = terms[each.focus_node]
            literal = focus if isinstance(focus, Literal) else None
            yield Result(
                focus=str(literal) if literal is not None else term_text(focus),
                path=path,
                value=terms[each.value] if each.value else None,
                component=each.component_iri,
                shape=_shape(each.source_shape or ""),
                severity=each.severity_iri,
                literal=literal,
            )

    def _steps(self, result: shacl.Result) -> tuple[str, ...]:
        """The path is that of the shape; only a closed one names the property that it does not allow."""
        if not result.path:
            return ()
        if result.component_iri == SH + "ClosedConstraintComponent":
            return (result.path.strip("<>"),)
        return self.paths.get(_shape(result.source_shape or ""), (result.path.strip("<>"),))


def _run_of(shapes: Iterable[Quad]) -> _Run:
    """Raises EngineError where these are no shapes."""
    import shacl

    quads = straightened(shapes)
    described = Described.of(quads)
    ready = with_inner_classes(quads)
    kept = Described.of(ready).path_nodes()

    def named(term: Term) -> Term:
        return NamedNode(_SHAPE + term.value) if isinstance(term, BlankNode) and term not in kept else term

    triples = (Triple(named(q.subject), q.predicate, named(q.object)) for q in ready)  # type: ignore[arg-type]
    text = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    try:
        compiled = shacl.Shapes.from_text(text.decode() + _LABELLING, "ntriples")
    except ValueError as error:
        raise _stopped(error) from error
    paths = {term_text(subject): described.steps(said[SH + "path"][0])
             for subject, said in described.values.items() if SH + "path" in said}  # fmt: skip
    return _Run(compiled, paths)


def _shape(text: str) -> str:
    """The IRI of a shape, or `_:` and its label."""
    iri = text.strip("<>")
    return f"_:{iri.removeprefix(_SHAPE)}" if iri.startswith(_SHAPE) else iri
