"""The check against the shapes: what SHACL finds in a whole graph, in plain sentences, at the line that is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeAlias
from typing import Literal as OneOf

from pyoxigraph import NamedNode, Quad

from ipcgraph.engines import EngineError, EngineName, Result, file_results, kept_results, shacl_results
from ipcgraph.engines.affected import properties_read
from ipcgraph.findings import Finding
from ipcgraph.repeats import Known
from ipcgraph.shapes import CHECK, read_shapes
from ipcgraph.statements import Index, Term, term_text
from ipcgraph.telling import SHIPPED, Teller
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG, SH

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator
    from pathlib import Path

    from ipcgraph.ontology import Ontology
    from ipcgraph.records import Statement

LookUp: TypeAlias = Callable[[frozenset[str], frozenset[Term]], Iterable["Statement"]]
"""The statements about these subjects, and those with one of these objects, in the order written; more do no harm."""

MOST: Final = 1_000
"""How many results of one demand of one shape are told one by one where a file is checked; the rest are counted."""

_TARGETS: Final = frozenset(SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"))


def validate(
    index: Index,
    derived: Iterable[Statement],
    ontology: Ontology,
    *,
    base: str = DEFAULT_BASE,
    evidence: OneOf["optional", "required"] = "optional",
    shapes: Path | None = None,
    earlier: Collection[Finding] = (),
    engine: EngineName = "auto",
    notice: Callable[[str], None] | None = None,
    kept: Path | None = None,
) -> Iterator[Finding]:
    """Yields what the shapes find in the statements and in what was derived from them, each finding once.

    `evidence="required"` makes missing evidence an error instead of a warning. `shapes` is the folder of a project's
    own shapes, which may be absent. `earlier` are the findings made before this check: what only follows from one of
    them is not reported, such as a missing value whose key is misspelt. A finding about a derived date is placed at
    the date as stated. `engine` names the SHACL engine, of which all find the same; `notice` is told where another one
    works than was to be expected. With `kept`, a folder, the results are kept there, and after a change only the things
    that it can affect are checked again.
    """
    own = yield from _own_shapes(shapes, ontology)
    data = [quad for quad, _ in chain(index, derived)]

    def run(asked: list[Quad], own: Iterable[Quad]) -> list[Result]:
        everything, shipped = [*ontology.shapes, *own], [quad for quad, _ in ontology.statements]
        if kept is not None and asked is data:
            return kept_results(data, everything, shipped, folder=kept, engine=engine, notice=notice)
        return shacl_results(asked, everything, shipped, engine=engine, notice=notice)

    try:
        results = run(data, (quad for quad, _ in own))
    except EngineError as error:
        yield _stopped(error, own, lambda shapes: run([*data], shapes))
        return
    teller = Teller.of(index, ontology, own, base=base)
    yield from teller.tell(results, known=Known.of(index, ontology, earlier), evidence=evidence)


def validate_file(
    path: Path,
    look_up: LookUp,
    ontology: Ontology,
    *,
    base: str = DEFAULT_BASE,
    evidence: OneOf["optional", "required"] = "optional",
    shapes: Path | None = None,
    earlier: Collection[Finding] = (),
    engine: EngineName = "auto",
    notice: Callable[[str], None] | None = None,
) -> Iterator[Finding]:
    """Yields what `validate` does, of a graph too large to be kept in memory.

    `path` is a file of N-Triples, not compressed, with the data, what was derived from it and the statements of the
    ontology; those of properties that are not `properties_checked` may be left out. `look_up` gives the statements of
    the data with their places; it is asked twice at most, and not where nothing is wrong. Of more than MOST results of
    one demand the rest are counted in one finding.
    """
    own = yield from _own_shapes(shapes, ontology)
    quads = [quad for quad, _ in own]
    try:
        results = file_results(path, [*ontology.shapes, *quads], engine=engine, notice=notice)
    except EngineError as error:
        ours = [*ontology.shapes]
        yield _stopped(error, own, lambda shapes: shacl_results([], [*ours, *shapes], engine="shacl"))
        return
    told, more = _first(results)
    index = _looked_up(told, look_up, earlier) if told else Index.of(())
    teller = Teller.of(index, ontology, own, base=base)
    yield from teller.tell(told, known=Known.of(index, ontology, earlier), evidence=evidence)
    for result, number in more:
        yield teller.summed(result, number, evidence=evidence)


def properties_checked(ontology: Ontology, shapes: Path | None) -> frozenset[str] | None:
    """The properties whose statements `validate_file` needs in its file, with a project's own shapes; None for all."""
    own = [item[0] for item in (read_shapes(shapes, ontology) if shapes else ()) if not isinstance(item, Finding)]
    return properties_read([*ontology.shapes, *own])


def _own_shapes(folder: Path | None, ontology: Ontology) -> Generator[Finding, None, list[Statement]]:
    """Yields the findings about a project's own shapes; gives their statements."""
    own: list[Statement] = []
    for item in read_shapes(folder, ontology) if folder else ():
        if isinstance(item, Finding):
            yield item
        else:
            own.append(item)
    return own


def _first(results: list[Result]) -> tuple[list[Result], list[tuple[Result, int]]]:
    """The results to be told one by one, and an example of each demand that has more, with their number."""
    seen: Counter[tuple[str, str]] = Counter()
    told: list[Result] = []
    examples: dict[tuple[str, str], Result] = {}
    for result in sorted(results, key=lambda each: (each.focus, each.path, str(each.value))):
        demand = result.shape, result.component
        seen[demand] += 1
        if seen[demand] <= MOST:
            told.append(result)
        else:
            examples.setdefault(demand, result)
    return told, [(result, seen[demand] - MOST) for demand, result in sorted(examples.items())]


def _looked_up(results: list[Result], look_up: LookUp, earlier: Iterable[Finding]) -> Index:
    """The statements from which these results are told: about their things, and about what these name."""
    subjects = {finding.focus for finding in earlier} | {result.focus for result in results}
    subjects |= {term_text(result.value) for result in results if isinstance(result.value, NamedNode)}
    literals = frozenset(result.literal for result in results if result.literal is not None)
    first = list(look_up(frozenset(subjects), literals))
    index = Index.of(first)
    shared = {
        quad.object
        for result in results
        if len(result.path) == 2 and result.path[1] == f"^{result.path[0]}"
        for quad, _ in index.values(result.focus, result.path[0])
    }
    named = {
        term_text(quad.object)
        for result in results
        for path in {*result.path[:1], IPCG + "source"}
        for quad, _ in index.values(result.focus, path)
        if isinstance(quad.object, NamedNode)
    } - subjects
    if not shared and not named:
        return index
    return Index.of(dict.fromkeys((*first, *look_up(frozenset(named), frozenset(shared)))))


def _stopped(error: EngineError, own: list[Statement], run: Callable[[list[Quad]], object]) -> Finding:
    """Where the engine stops: at the first of the project's own shapes that it stops at, else in the shipped ones.

    Each shape that has a target is tried alone, with all that the others say but their targets.
    """
    message, fix = str(error).rstrip("."), "correct the other findings first"
    targets = [statement for statement in own if statement[0].predicate.value in _TARGETS]
    rest = [quad for quad, _ in own if quad.predicate.value not in _TARGETS]
    for subject, place in {quad.subject: place for quad, place in reversed(targets)}.items():
        mine = [quad for quad, _ in targets if quad.subject == subject]
        try:
            run([*rest, *mine])
        except EngineError:
            starts = [at for quad, at in own if quad.subject == subject]
            focus = subject.value if isinstance(subject, NamedNode) else ""
            fix = "correct this shape as the SHACL recommendation writes it"
            return Finding("error", message, min([*starts, place]), fix=fix, focus=focus, shape=CHECK)
    place = own[0][1] if own else SHIPPED
    return Finding("error", message, place, fix=fix, shape=CHECK)
