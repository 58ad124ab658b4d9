"""The shapes: each constraint finds its violation, and does not once it is deleted; what is valid passes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pyshacl
import pytest
from pyoxigraph import Quad, RdfFormat, parse
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ipcgraph.engines.compiled import compiled_results
from ipcgraph.ontology import Property, read_ontology, read_statements
from ipcgraph.shapes import misspelt_terms

ONTOLOGY = read_ontology()
FOLDER = Path(__file__).parent / "shapes"
SH = Namespace("http://www.w3.org/ns/shacl#")
IPCG = Namespace("https://w3id.org/ipcgraph/ns#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
PARAMETERS = """
class datatype nodeKind minCount maxCount minExclusive minInclusive maxExclusive maxInclusive minLength maxLength pattern
languageIn uniqueLang equals disjoint lessThan lessThanOrEquals not and or xone node qualifiedValueShape
qualifiedMinCount qualifiedMaxCount closed ignoredProperties hasValue in
"""
VALUES = {SH[name] for name in PARAMETERS.split()}
"""The constraint parameters of SHACL Core, section 4."""
TARGETS = {SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode}
REST = {
    SH.path,
    SH.message,
    SH.severity,
    SH.property,
    SH.inversePath,
    SH.alternativePath,
    RDF.type,
    RDF.first,
    RDF.rest,
}
KEY_SHAPE = str(IPCG) + "KeyShape-"


@dataclass(frozen=True)
class Constraint:
    """One statement of shapes.ttl that can be deleted; `value` only where the same shape has several."""

    shape: str
    name: str
    value: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.shape, self.name, self.value)))


@dataclass(frozen=True)
class Violation:
    """A change of the valid graph, which breaks one constraint."""

    out: tuple[str, ...]
    added: tuple[str, ...]


def read(path: Path) -> Graph:
    return Graph(bind_namespaces="none").parse(path, format="turtle")


SHAPES = read(ONTOLOGY.folder / "shapes.ttl")
VALID = read(FOLDER / "valid.ttl")
for _file in (ONTOLOGY.folder / "ipcgraph.ttl", *sorted((ONTOLOGY.folder / "schemes").glob("*.ttl"))):
    VALID.parse(_file, format="turtle")
PREFIXES = " ".join(re.findall(r"^@prefix .*$", (FOLDER / "valid.ttl").read_text(encoding="utf-8"), re.MULTILINE))


def short(term: Node) -> str:
    return VALID.namespace_manager.curie(URIRef(str(term)))


def constraint(shape: Node, name: Node, value: Node) -> Constraint:
    several = name in TARGETS or name == SH.property
    return Constraint(
        str(shape).removeprefix(str(IPCG)), str(name).removeprefix(str(SH)), short(value) if several else ""
    )


def all_constraints() -> dict[Constraint, tuple[Node, Node, Node]]:
    """Every constraint and target of shapes.ttl, and every link to a property shape."""
    return {
        constraint(s, p, o): (s, p, o)
        for s, p, o in SHAPES
        if (p in VALUES | TARGETS or p == SH.property) and not str(s).startswith(KEY_SHAPE)
    }


def read_violations() -> dict[Constraint, Violation]:
    found: dict[Constraint, Violation] = {}
    for block in re.split(r"\n\n", (FOLDER / "violations.txt").read_text(encoding="utf-8")):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines:
            continue
        key = Constraint(*lines[0].split())
        assert key not in found, f"{key} stands twice"
        edits = [line.strip() for line in lines[1:]]
        found[key] = Violation(
            tuple(edit[2:] for edit in edits if edit.startswith("- ")),
            tuple(edit[2:] for edit in edits if edit.startswith("+ ")),
        )
    return found


CONSTRAINTS = all_constraints()
VIOLATIONS = read_violations()


def cases() -> dict[Constraint, Violation]:
    """What has a violation of its own, and each link to a property shape that stands in one shape only."""
    found = dict(VIOLATIONS)
    for key, (_, _, child) in CONSTRAINTS.items():
        if key.name == "property" and key not in found:
            name = str(child).removeprefix(str(IPCG))
            found[key] = next(violation for other, violation in VIOLATIONS.items() if other.shape == name)
    return found


CASES = cases()


def parsed(statement: str) -> tuple[Node, Node, Node]:
    (triple,) = Graph().parse(data=f"{PREFIXES} {statement} .", format="turtle")
    return triple


def changed(violation: Violation) -> Graph:
    graph = Graph(bind_namespaces="none")
    graph += VALID
    for pattern in violation.out:
        subject, path, value = parsed(pattern if len(pattern.split()) > 2 else f"{pattern} []")
        gone = list(graph.triples((subject, path, None if isinstance(value, BNode) else value)))
        assert gone, f"nothing to take out: {pattern}"
        for triple in gone:
            graph.remove(triple)
    for statement in violation.added:
        graph.add(parsed(statement))
    return graph


@cache
def parents() -> dict[Node, set[Node]]:
    found: dict[Node, set[Node]] = {}
    for s, _, o in SHAPES:
        found.setdefault(o, set()).add(s)
    return found


def reaching(shape: Node) -> set[Node]:
    """The shapes with a target that rest on this shape."""
    seen, waiting = {shape}, [shape]
    while waiting:
        for parent in parents().get(waiting.pop(), ()):
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return {node for node in seen if any((node, target, None) in SHAPES for target in TARGETS)}


def part(roots: set[Node]) -> Graph:
    """These shapes with all that they rest on."""
    graph, seen, waiting = Graph(bind_namespaces="none"), set(roots), list(roots)
    while waiting:
        for s, p, o in SHAPES.triples((waiting.pop(), None, None)):
            graph.add((s, p, o))
            if p not in TARGETS and o not in seen:
                seen.add(o)
                waiting.append(o)
    return graph


def results(data: Graph, shapes: Graph) -> set[tuple[str, str, str, str]]:
    """Focus, shape, component and severity of each result."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    return {
        (
            short(report.value(node, SH.focusNode)),
            str(report.value(node, SH.sourceShape)).removeprefix(str(IPCG)),
            str(report.value(node, SH.sourceConstraintComponent)).removeprefix(str(SH)),
            str(report.value(node, SH.resultSeverity)).removeprefix(str(SH)),
        )
        for node in report.objects(None, SH.result)
    }


def compiled(data: Graph, shapes: Graph) -> set[tuple[str, str, str, str]]:
    """The same by the compiled engine; the same as nothing but itself where that is not installed."""
    if find_spec("shacl") is None:
        return results(data, shapes)

    def quads(graph: Graph) -> list[Quad]:
        triples = parse(graph.serialize(format="nt"), format=RdfFormat.N_TRIPLES)
        return [Quad(each.subject, each.predicate, each.object) for each in triples]

    return {
        (
            short(URIRef(each.focus)),
            each.shape.removeprefix(str(IPCG)).removeprefix("_:"),
            each.component.removeprefix(str(SH)),
            each.severity.removeprefix(str(SH)),
        )
        for each in compiled_results(quads(data), quads(shapes), ())
    }


def component(name: str) -> str:
    return name[0].upper() + name[1:] + "ConstraintComponent"


def test_the_valid_graph_has_no_finding() -> None:
    assert results(VALID, Graph() + SHAPES) == set()


def test_every_constraint_has_a_violation_and_every_violation_a_constraint() -> None:
    assert set(CONSTRAINTS) == set(CASES)
    assert len(CONSTRAINTS) > 300


@pytest.mark.parametrize("key", sorted(CASES, key=str), ids=str)
def test_a_constraint_finds_its_violation_and_nothing_once_deleted(key: Constraint) -> None:
    shape, predicate, value = CONSTRAINTS[key]
    shapes = part(reaching(shape))
    data = changed(CASES[key])
    found = results(data, shapes)
    assert compiled(data, shapes) == found
    if SH[key.name] in VALUES and not re.match(r"Is|Has|Not|Read[A-Z]|StatedDate|\w+Concept-", key.shape):
        assert (key.shape, component(key.name)) in {(shape, kind) for _, shape, kind, _ in found}
    shapes.remove((shape, predicate, value))
    left = results(data, shapes)
    # A condition under sh:not is the other way round: without it more is found.
    assert left - found if re.match(r"Read[A-Z]", key.shape) else found - left, (
        "the same is found without the constraint"
    )


KEYS = [known for known in ONTOLOGY.properties.values() if known.domains and not known.derived]


def stranger(known: Property) -> URIRef:
    """A class that has not got the property: not below one that has it."""
    return next(
        URIRef(iri)
        for iri in sorted(ONTOLOGY.classes.values())
        if not ONTOLOGY.ancestors[iri].intersection(known.domains)
    )


@pytest.mark.parametrize("known", KEYS, ids=lambda known: known.key)
def test_a_key_of_another_class_is_found(known: Property) -> None:
    shape = URIRef(KEY_SHAPE + known.key)
    node = URIRef("https://example.org/id/stranger")
    data = Graph(bind_namespaces="none")
    data += VALID
    data.add((node, RDF.type, stranger(known)))
    data.add((node, URIRef(known.iri), Literal("x")))
    assert {(focus, found) for focus, found, _, _ in results(data, part({shape}))} == {
        (":stranger", f"KeyShape-{known.key}")
    }
    assert SHAPES.value(shape, IPCG.about) == URIRef(known.iri)


@pytest.mark.parametrize("known", KEYS, ids=lambda known: known.key)
def test_a_key_belongs_to_the_classes_of_its_domain(known: Property) -> None:
    shape = URIRef(KEY_SHAPE + known.key)
    alternatives = SHAPES.value(shape, SH["or"])
    members = Collection(SHAPES, alternatives) if alternatives else [shape]
    assert sorted(str(SHAPES.value(member, SH["class"])) for member in members) == sorted(known.domains)
    assert [o for _, _, o in SHAPES.triples((shape, SH.targetSubjectsOf, None))] == [URIRef(known.iri)]
    assert len(list(SHAPES.predicate_objects(shape))) == 6


def test_there_is_a_key_shape_for_each_key_with_a_domain_and_no_other() -> None:
    shapes = {str(s) for s in SHAPES.subjects() if str(s).startswith(KEY_SHAPE)}
    assert shapes == {KEY_SHAPE + known.key for known in KEYS}


def reported() -> Iterator[Node]:
    """The shapes that a finding can name: those with a target and a constraint, and their property shapes."""
    for node in {s for target in TARGETS for s in SHAPES.subjects(target)}:
        if any(p in VALUES for p in SHAPES.predicates(node)):
            yield node
        yield from SHAPES.objects(node, SH.property)


def test_every_finding_has_a_sentence_and_a_remedy_in_plain_words() -> None:
    technical = re.compile(
        r"\b(IRI|URI|triple|literal|node|SHACL|RDF|datatype|regex|constraint|cardinality|predicate of)\b", re.IGNORECASE
    )
    for shape in reported():
        for name in (SH.message, IPCG.remedy):
            (text,) = map(str, SHAPES.objects(shape, name))
            assert not text.endswith("."), shape
            assert not technical.search(text), shape
            assert len(text.split()) >= 3, shape


def test_only_missing_evidence_and_hashes_are_warnings() -> None:
    assert {str(s).removeprefix(str(IPCG)): o for s, o in SHAPES.subject_objects(SH.severity)} == {
        "EvidenceShape-evidence": SH.Warning,
        "PassageHashShape-textHash": SH.Warning,
    }


def test_the_shapes_say_nothing_but_shacl_core() -> None:
    own = {IPCG.remedy, IPCG.about}
    assert {p for p in SHAPES.predicates()} - own <= VALUES | TARGETS | REST  # noqa: C416
    for shape in SHAPES.subjects(RDF.type, SH.PropertyShape):
        assert len(list(SHAPES.objects(shape, SH.path))) == 1
    for shape in (*SHAPES.subjects(RDF.type, SH.PropertyShape), *SHAPES.subjects(RDF.type, SH.NodeShape)):
        assert isinstance(shape, URIRef)
    linked = set(SHAPES.objects(None, SH.property))
    assert linked == set(SHAPES.subjects(RDF.type, SH.PropertyShape))


def test_the_shapes_are_well_formed() -> None:
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=Graph() + SHAPES, meta_shacl=True)
    assert conforms, text


def test_stated_dates_are_never_compared() -> None:
    stated = {URIRef(known.iri) for known in ONTOLOGY.properties.values() if known.kind == "stated-date"}
    compared = {
        SH.equals,
        SH.lessThan,
        SH.lessThanOrEquals,
        SH.minInclusive,
        SH.maxInclusive,
        SH.minExclusive,
        SH.maxExclusive,
    }
    found = 0
    for shape, predicate, other in SHAPES:
        if predicate in compared:
            assert SHAPES.value(shape, SH.path) not in stated
            assert other not in stated
            found += 1
    assert found


def test_the_shipped_shapes_are_spelt_right() -> None:
    statements = list(read_statements(ONTOLOGY.folder / "shapes.ttl", "ontology/shapes.ttl"))
    assert len(statements) > 1000
    assert list(misspelt_terms(statements, ONTOLOGY)) == []


def test_a_finding_of_a_path_that_is_no_key_says_which_key_it_is_about() -> None:
    keys = {URIRef(known.iri) for known in ONTOLOGY.properties.values() if not known.derived or known.bound_of}
    for shape in reported():
        path, about = SHAPES.value(shape, SH.path), SHAPES.value(shape, IPCG.about)
        inverse = path is not None and (path, SH.inversePath, None) in SHAPES
        assert inverse or about in keys or path in keys, shape
