"""The shapes of a project: Turtle files in SHACL Core, with queries, and a finding for whatever else is in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from ipcgraph.engines import EngineError, malformed_shapes
from ipcgraph.engines.queries import check_constraint
from ipcgraph.engines.results import Described
from ipcgraph.errors import QueryError
from ipcgraph.files import files_in
from ipcgraph.findings import Finding, Place
from ipcgraph.ontology import read_statements
from ipcgraph.spelling import nearest
from ipcgraph.statements import Index, term_text
from ipcgraph.vocabulary import CONCEPTS, IPCG, SH, compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ipcgraph.ontology import Ontology
    from ipcgraph.records import Statement

CHECK: Final = IPCG + "check-shapes"

_CORE: Final = """
AbstractResult AndConstraintComponent BlankNode BlankNodeOrIRI BlankNodeOrLiteral ClassConstraintComponent
ClosedConstraintComponent DatatypeConstraintComponent DisjointConstraintComponent EqualsConstraintComponent
HasValueConstraintComponent IRI IRIOrLiteral InConstraintComponent Info LanguageInConstraintComponent
LessThanConstraintComponent LessThanOrEqualsConstraintComponent Literal MaxCountConstraintComponent
MaxExclusiveConstraintComponent MaxInclusiveConstraintComponent MaxLengthConstraintComponent
MinCountConstraintComponent MinExclusiveConstraintComponent MinInclusiveConstraintComponent
MinLengthConstraintComponent NodeConstraintComponent NodeKind NodeKindConstraintComponent NodeShape
NotConstraintComponent OrConstraintComponent PatternConstraintComponent PrefixDeclaration
PropertyConstraintComponent PropertyGroup PropertyShape QualifiedMaxCountConstraintComponent
QualifiedMinCountConstraintComponent Severity Shape UniqueLangConstraintComponent ValidationReport ValidationResult
Violation Warning XoneConstraintComponent alternativePath and class closed conforms datatype deactivated declare
defaultValue description detail disjoint equals flags focusNode group hasValue ignoredProperties in inversePath
languageIn lessThan lessThanOrEquals maxCount maxExclusive maxInclusive maxLength message minCount minExclusive
minInclusive minLength name namespace node nodeKind not oneOrMorePath or order path pattern prefix property
qualifiedMaxCount qualifiedMinCount qualifiedValueShape qualifiedValueShapesDisjoint result resultMessage
resultPath resultSeverity severity shapesGraph shapesGraphWellFormed sourceConstraint sourceConstraintComponent
sourceShape suggestedShapesGraph targetClass targetNode targetObjectsOf targetSubjectsOf uniqueLang value xone
zeroOrMorePath zeroOrOnePath
"""
"""The terms of SHACL Core, and those that only describe or report."""
_QUERIES: Final = "SPARQLConstraint SPARQLConstraintComponent prefixes select sparql"
"""The terms of a query in a shape."""
_BEYOND: Final = """
ConstraintComponent ExpressionConstraintComponent Function JSConstraint JSConstraintComponent JSExecutable
JSFunction JSLibrary JSRule JSTarget JSTargetType JSValidator Parameter Parameterizable ResultAnnotation Rule
SPARQLAskExecutable SPARQLAskValidator SPARQLConstructExecutable SPARQLExecutable SPARQLFunction SPARQLRule
SPARQLSelectExecutable SPARQLSelectValidator SPARQLTarget SPARQLTargetType SPARQLUpdateExecutable Target TargetType
TripleRule Validator annotationProperty annotationValue annotationVarName ask condition construct entailment
expression filterShape intersection js jsFunctionName jsLibrary jsLibraryURL labelTemplate nodeValidator nodes object
optional parameter predicate propertyValidator
resultAnnotation returnType rule subject target this union update validator
"""
"""The terms of functions and scripts in shapes, of rules and of entailment: with the others, all of W3C's shacl.ttl."""


def read_shapes(folder: Path, ontology: Ontology) -> Iterator[Statement | Finding]:
    """The statements of every `*.ttl` in a folder of shapes, by name, with findings for what is no SHACL Core.

    A misspelt term of SHACL is such a finding: engines pass over it, and the shape would demand nothing. A file that
    an engine would fail on, or run a query or a script from, gives its findings only.
    """
    try:
        files = files_in(folder, ".ttl")
    except OSError as error:
        message = f"this folder cannot be read: {error.strerror}"
        yield Finding("error", message, Place(folder.name), fix="correct its rights", shape=CHECK)
        return
    for file in files:
        name = f"{folder.name}/{file.name}"
        try:
            statements = tuple(read_statements(file, name))
        except SyntaxError as error:
            place = Place(name, error.lineno or 1, error.offset or 1)
            yield Finding("error", f"this is not Turtle: {error.msg}", place, fix="correct the line", shape=CHECK)
        except OSError as error:
            message, fix = f"this file cannot be read: {error.strerror}", "correct the rights of the file"
            yield Finding("error", message, Place(name), fix=fix, shape=CHECK)
        else:
            yield from misspelt_terms(statements, ontology)
            faults = (*terms_beyond_core(statements), *refused_queries(statements)) or tuple(malformed(statements))
            yield from faults or statements


def misspelt_terms(shapes: Iterable[Statement], ontology: Ontology) -> Iterator[Finding]:
    """A finding for each term in these shapes that SHACL or this vocabulary has not got.

    SHACL engines pass over a predicate that they do not know (`sh:minCoun`), so that the shape demands nothing.
    """
    statements = tuple(shapes)
    described = (quad.subject for quad, _ in (*ontology.statements, *statements))
    named = {
        subject.value
        for subject in (*described, *(quad.subject for quad in ontology.shapes))
        if isinstance(subject, NamedNode)
    }
    known = named | {SH + term for term in (*_CORE.split(), *_QUERIES.split(), *_BEYOND.split())}
    for statement in statements:
        for term in (statement[0].predicate, statement[0].object):
            if isinstance(term, NamedNode) and term.value.startswith((SH, IPCG, CONCEPTS)) and term.value not in known:
                near = nearest(compact(term.value), [compact(iri) for iri in sorted(known)])
                fix = f"did you mean {near}?" if near else "write a term of SHACL or of the ipcgraph vocabulary"
                yield _at(statement, f"there is no term {compact(term.value)}", fix)


def terms_beyond_core(shapes: Iterable[Statement]) -> Iterator[Finding]:
    """A finding for each term in these shapes that asks for a function, a script, a rule or entailment.

    An engine would run what a project brings with it, or pass over it; every engine reads SHACL Core alike, and of
    queries it is seen to here.
    """
    beyond = {SH + term for term in _BEYOND.split()}
    for statement in shapes:
        for term in (statement[0].predicate, statement[0].object):
            if isinstance(term, NamedNode) and term.value in beyond:
                message = f"{compact(term.value)} is not taken: shapes here use SHACL Core and sh:sparql only"
                yield _at(statement, message, "say it with the terms of SHACL Core, or delete it")


def refused_queries(shapes: Iterable[Statement]) -> Iterator[Finding]:
    """A finding for each query in these shapes that ipcgraph does not run.

    That is what is no SELECT, says nothing of `$this`, calls another server, changes the graph, or is longer or nested
    deeper than the parser bears.
    """
    statements = tuple(shapes)
    described = Described.of(quad for quad, _ in statements)
    for statement in statements:
        if statement[0].predicate.value == SH + "sparql":
            try:
                check_constraint(described, statement[0].object)
            except QueryError as error:
                at = [each for each in statements if each[0].subject == statement[0].object]
                texts = [each for each in at if each[0].predicate.value == SH + "select"]
                fix = "correct the query; $this stands for the thing that is checked"
                yield _at((texts or [statement])[0], f"this query is not run: {error}", fix)


def malformed(shapes: Iterable[Statement]) -> Iterator[Finding]:
    """A finding for each statement in these shapes that is not written as SHACL demands.

    They are checked against W3C's shapes of shapes, and their patterns are tried out.
    """
    index = Index.of(shapes)
    fix = "correct it as the SHACL recommendation writes it"
    wrong: dict[Statement, str] = {}
    for statement in index:
        term = statement[0].object
        if statement[0].predicate.value == SH + "pattern" and isinstance(term, Literal):
            try:
                re.compile(term.value)
            except (re.error, OverflowError, RecursionError) as error:
                wrong[statement] = f'the pattern "{term.value}" is not a regular expression ({error})'
    try:
        results = malformed_shapes(quad for quad, _ in index)
    except EngineError as error:
        if index.statements and not wrong:
            wrong[index.statements[0]] = f"these shapes cannot be read ({error})"
        results = []
    for result in sorted(results, key=lambda each: (each.focus, each.path, str(each.value))):
        path = result.path[0] if result.path else ""
        about = index.values(result.focus, path) or index.about(result.focus)
        found = [each for each in about if each[0].object == result.value] or list(about)
        for statement in found[:1]:
            wrong.setdefault(statement, f"{compact(path) or 'this shape'} is not written as SHACL demands")
    for statement, message in wrong.items():
        yield _at(statement, message, fix)


def _at(statement: Statement, message: str, fix: str) -> Finding:
    quad, place = statement
    focus = term_text(quad.subject) if isinstance(quad.subject, NamedNode) else ""
    return Finding("error", message, place, fix=fix, focus=focus, path=quad.predicate.value, shape=CHECK)
