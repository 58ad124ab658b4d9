"""The checks that no shape can make: ids used twice, references to nothing, unknown words, circles, positions."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from ipcgraph.findings import Finding, Place, Severity
from ipcgraph.identifiers import SCHEMES
from ipcgraph.spelling import nearest
from ipcgraph.statements import Index, left_unread, term_text
from ipcgraph.vocabulary import CONCEPTS, DEFAULT_BASE, IPCG, PREFIXES, SKOS, TYPE, compact

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from ipcgraph.ontology import Ontology, Property
    from ipcgraph.records import Statement

DUPLICATE: Final = IPCG + "check-duplicate-id"
DANGLING: Final = IPCG + "check-dangling-reference"
UNKNOWN: Final = IPCG + "check-unknown-word"
UNTYPED: Final = IPCG + "check-type"
DERIVED: Final = IPCG + "check-derived"
POSITIONS: Final = IPCG + "check-positions"
IDENTIFIER: Final = IPCG + "check-identifier"
CYCLE: Final = IPCG + "check-cycle"

PASSAGE: Final = IPCG + "Passage"
_POSITION: Final = IPCG + "position"
REPLACED_BY: Final = PREFIXES["dcterms"] + "isReplacedBy"
"""Says where a renamed record went; it has no class any more."""
_COMPARED: Final = 20
"""How many neighbours a misspelt id is compared with in each order."""
CYCLES: Final = {
    IPCG + "partOf": "is part of",
    IPCG + "parent": "has as its parent",
    SKOS + "broader": "is narrower than",
}


def check(
    index: Index, ontology: Ontology, *, base: str = DEFAULT_BASE, earlier: Collection[Finding] = ()
) -> Iterator[Finding]:
    """Yields what is wrong in the whole of the written statements and cannot be seen by a shape; in no order.

    `earlier` are the findings of reading. A type that they say is wrong, or a name that they say is taken, is not
    reported once more. Where a file was not read to its end, what is missing may stand in it: then references to
    nothing are not looked for, and a warning says so.
    """
    typed = {finding.focus for finding in earlier if finding.path == TYPE.value}
    placed = {(finding.focus, finding.place) for finding in earlier}
    duplicates = tuple(duplicate_ids(index, ontology, base=base))
    yield from (finding for finding in duplicates if (finding.focus, finding.place) not in placed)
    unread = left_unread(earlier)
    if unread:
        yield not_looked_for(unread[0])
    else:
        yield from dangling_references(index, ontology, base=base)
    yield from unknown_words(index, ontology)
    yield from (finding for finding in untyped_records(index, ontology, base=base) if finding.focus not in typed)
    yield from derived_by_hand(index, ontology)
    yield from identifiers_written_otherwise(index)
    yield from author_positions(index, base=base, besides={finding.focus for finding in duplicates})
    yield from cycles(index, base=base)


def not_looked_for(place: Place) -> Finding:
    """The warning that references to nothing were not looked for, since a file was not read whole."""
    message = f"references to records that are missing were not looked for, since {place.path} was not read whole"
    return Finding("warning", message, place, fix="correct that file, then check again", shape=DANGLING)


def duplicate_ids(index: Index, ontology: Ontology, *, base: str = DEFAULT_BASE) -> Iterator[Finding]:
    """Yields a finding for each record whose id is that of an earlier one, in the same file or another.

    Statements about one thing may stand apart, as in Turtle; what makes a record is its class, stated once.
    """
    known = frozenset(ontology.classes.values()) - {PASSAGE}
    for subject in index.subjects:
        typed = sorted(
            (place, quad.object.value)
            for quad, place in index.values(subject, TYPE.value)
            if isinstance(quad.object, NamedNode) and quad.object.value in known
        )
        for place, class_iri in typed[1:]:
            first, first_class = typed[0]
            if place == first and class_iri == first_class:
                continue
            name, here, there = _name(subject, base), _class(class_iri), _class(first_class)
            message, fix = f"the id {name} is already used in {first}", "give one of them another id, or make them one"
            if here != there:
                message, fix = f"{message}, for a {there}", f"give this {here} another id, or give it one type only"
            yield Finding("error", message, place, fix=fix, focus=subject, path=TYPE.value, shape=DUPLICATE)


def dangling_references(
    index: Index, ontology: Ontology, *, base: str = DEFAULT_BASE, ids: Iterable[str] | None = None
) -> Iterator[Finding]:
    """Yields a finding where a statement refers to a thing of this project, or a shipped concept, that is not there.

    `ids` are the IRIs that a misspelt one may mean; unless given, all that the index has statements about.
    """
    concepts = known_concepts(ontology)
    schemes = {iri.rpartition("/")[0] for iri in concepts}
    words, things = _Alike(concepts), _Alike(index.subjects if ids is None else ids)
    for term, statements in index.objects.items():
        if not isinstance(term, NamedNode):
            continue
        iri = term.value
        if iri.startswith(CONCEPTS):
            if iri in concepts or iri in schemes:
                continue
            message = f"there is no word {compact(iri)}"
            fix = _did_you_mean(words.nearest(iri), base, "write a word that the scheme has")
        elif iri.startswith(base) and iri not in index:
            message = f"there is no record with the id {_name(iri, base)}"
            fix = _did_you_mean(things.nearest(iri), base, "correct the id, or write a record that has it")
        else:
            continue
        yield from _at(statements, message, fix, DANGLING)


def known_concepts(ontology: Ontology) -> frozenset[str]:
    """The IRIs of all concepts of the shipped schemes."""
    return frozenset(iri for scheme in ontology.concepts.values() for iri in scheme.values())


def unknown_words(index: Index, ontology: Ontology) -> Iterator[Finding]:
    """Yields a finding for each class or property in the namespace of ipcgraph that the ontology does not have.

    A property of another vocabulary is allowed; one that is spelt almost like a property of ours is a warning.
    """
    properties, described = known_words(ontology)
    predicates: dict[str, list[Statement]] = {}
    for statement in index:
        predicates.setdefault(statement[0].predicate.value, []).append(statement)
    for iri, written in predicates.items():
        if iri in described or iri == TYPE.value:
            continue
        near = nearest_word(iri, properties)
        if iri.startswith(IPCG):
            fix = f"did you mean {compact(near)}?" if near else "write a property that the ontology has"
            yield from _at(written, f"there is no property {compact(iri)}", fix, UNKNOWN, path=near)
        elif near:
            message = f"{compact(iri)} is not read by ipcgraph"
            yield from _at(written, message, f"did you mean {compact(near)}?", UNKNOWN, severity="warning")
    for term, referring in index.objects.items():
        if isinstance(term, NamedNode) and term.value.startswith(IPCG) and term.value not in described:
            near = nearest_word(term.value, described)
            fix = f"did you mean {compact(near)}?" if near else "write a word that the ontology has"
            yield from _at(referring, f"there is no {compact(term.value)}", fix, UNKNOWN)


def known_words(ontology: Ontology) -> tuple[frozenset[str], frozenset[str]]:
    """The IRIs of the properties, and of all that the ontology describes."""
    properties = frozenset(known.iri for known in ontology.properties.values())
    described = properties.union(ontology.classes.values(), (term_text(q.subject) for q, _ in ontology.statements))
    return properties, described


def known_types(ontology: Ontology) -> frozenset[str]:
    """The IRIs of the classes that a record can be of."""
    return frozenset((*ontology.classes.values(), PREFIXES["rdf"] + "Statement", SKOS + "ConceptScheme"))


def untyped_records(index: Index, ontology: Ontology, *, base: str = DEFAULT_BASE) -> Iterator[Finding]:
    """Yields a finding for each thing of this project that is not said to be of a class of the ontology."""
    known = known_types(ontology)
    for subject in index.subjects:
        classes = index.classes(subject)
        # A misspelt class of ours is what unknown_words reports.
        if not subject.startswith(base) or any(iri in known or iri.startswith(IPCG) for iri in classes):
            continue
        if index.values(subject, REPLACED_BY):
            continue
        name, near = _name(subject, base), ""
        message = f"{name} has no type"
        if classes:
            near = nearest(_class(classes[0]), ontology.classes)
            message = f"{name} has no type that ipcgraph knows; found {compact(classes[0])}"
        wanted = compact(ontology.classes[near]) if near else f"one of {', '.join(sorted(ontology.classes))}"
        place = index.place(subject) or Place("")
        yield Finding(
            "error", message, place, fix=f"give it the type {wanted}", focus=subject, path=TYPE.value, shape=UNTYPED
        )


def only_derived(ontology: Ontology) -> dict[str, Property]:
    """The properties that only a rule writes, by IRI."""
    return {known.iri: known for known in ontology.properties.values() if known.derived or known.bound_of}


def derived_by_hand(index: Index, ontology: Ontology) -> Iterator[Finding]:
    """Yields a finding for each written statement that only a rule may make: creators, date bounds, same-as links."""
    derived = only_derived(ontology)
    for statement in index:
        known = derived.get(statement[0].predicate.value)
        if known:
            fix = f"delete it and write {known.bound_of}" if known.bound_of else "delete it; a rule makes it"
            yield from _at((statement,), f"{known.key} is worked out and never written by hand", fix, DERIVED)


def identifiers_written_otherwise(index: Iterable[Statement]) -> Iterator[Finding]:
    """Yields a finding for each DOI, ORCID, ROR … that is not a good one, or not in its one written form."""
    schemes = {IPCG + key: scheme for key, scheme in SCHEMES.items()}
    for statement in index:
        quad = statement[0]
        scheme = schemes.get(quad.predicate.value)
        if scheme is None:
            continue
        text = term_text(quad.object)
        normal = scheme.normalise(text)
        if normal is None:
            fix = f"compare it with its register; one looks like {scheme.example}"
            yield from _at((statement,), f'"{text}" is no good {scheme.name}', fix, IDENTIFIER)
        elif normal != text:
            message = f"this {scheme.name} is not in its one written form"
            yield from _at((statement,), message, f"write {normal}", IDENTIFIER)


def author_positions(
    index: Index, *, base: str = DEFAULT_BASE, besides: AbstractSet[str] = frozenset()
) -> Iterator[Finding]:
    """Yields a finding for each work whose authors do not stand at 1, 2, 3 … without a gap, each at one of its own.

    `besides` are the works and authorships that two records describe: their positions come from both.
    """
    for work in index.subjects:
        if work in besides or not besides.isdisjoint(index.texts(work, IPCG + "hasAuthorship")):
            continue
        written = [
            (place, int(text), authorship)
            for authorship in dict.fromkeys(index.texts(work, IPCG + "hasAuthorship"))
            for quad, place in index.values(authorship, IPCG + "position")
            if re.fullmatch(r"\d{1,9}", text := term_text(quad.object))
        ]
        yield from _misplaced(_name(work, base), sorted(written))


def _misplaced(work: str, written: list[tuple[Place, int, str]]) -> Iterator[Finding]:
    """What is wrong with these positions: each one that is taken, or else the first behind a gap."""
    fix = "number the authors 1, 2, 3 in their order"
    taken: dict[int, tuple[Place, str]] = {}
    shared = False
    for place, position, authorship in written:
        first, other = taken.setdefault(position, (place, authorship))
        if other != authorship:
            shared = True
            message = f"two authors of {work} have position {position}; the other is in {first}"
            yield Finding("error", message, place, fix=fix, focus=authorship, path=_POSITION, shape=POSITIONS)
    for expected, (position, (place, authorship)) in enumerate(sorted(taken.items()), start=1):
        # Where two share a position, a gap beyond it is the same mistake.
        if position != expected and not shared:
            message = f"the author at position {position} of {work} is its author number {expected}"
            yield Finding("error", message, place, fix=fix, focus=authorship, path=_POSITION, shape=POSITIONS)
            return


def cycles(index: Index, *, base: str = DEFAULT_BASE) -> Iterator[Finding]:
    """Yields a finding for each circle of parts, parents or broader concepts, at the first line of it."""
    for path, words in CYCLES.items():
        edges: dict[str, dict[str, Place]] = {}
        for quad, place in index:
            if quad.predicate.value == path and isinstance(quad.object, NamedNode):
                edges.setdefault(term_text(quad.subject), {}).setdefault(quad.object.value, place)
        for circle in _circles(edges):
            steps = [(one, two, edges[one][two]) for one, two in zip(circle, [*circle[1:], circle[0]], strict=True)]
            start = min(range(len(steps)), key=lambda number: steps[number][2])
            steps = steps[start:] + steps[:start]
            told = ", and ".join(f"{_name(one, base)} {words} {_name(two, base)} ({at})" for one, two, at in steps[1:])
            first, second, place = steps[0]
            message = f"{_name(first, base)} {words} {_name(second, base)}" + (f", but {told}" if told else ", itself")
            yield Finding("error", message, place, fix="delete one of these lines", focus=first, path=path, shape=CYCLE)


def _circles(edges: dict[str, dict[str, Place]]) -> Iterator[list[str]]:
    """A circle for each edge that closes one in a walk over the graph; none is left where these edges are removed."""
    done: set[str] = set()
    for root, first in edges.items():
        if root in done:
            continue
        walked, on_walk = [root], {root}
        ahead = [iter(first)]
        while walked:
            following = next(ahead[-1], None)
            if following is None:
                done.add(walked[-1])
                on_walk.discard(walked.pop())
                ahead.pop()
            elif following in on_walk:
                yield walked[walked.index(following) :]
            elif following not in done and following in edges:
                walked.append(following)
                on_walk.add(following)
                ahead.append(iter(edges[following]))


def _at(
    statements: Iterable[Statement], message: str, fix: str, shape: str, *, severity: Severity = "error", path: str = ""
) -> Iterator[Finding]:
    """The same finding at each of these statements; `path` is the property that is meant, if not the one written."""
    for quad, place in statements:
        focus = term_text(quad.subject)
        yield Finding(severity, message, place, fix=fix, focus=focus, path=path or quad.predicate.value, shape=shape)


def _name(iri: str, base: str) -> str:
    return compact(iri, base=base)


def _class(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]


def _did_you_mean(near: str, base: str, otherwise: str) -> str:
    return f"did you mean {_name(near, base)}?" if near else otherwise


class _Alike:
    """Finds the known thing of the same kind or scheme that a misspelt one most likely means.

    Each is compared with a few only, so that many misspelt ids among many alike do not take a time of many times many:
    with its neighbours in the alphabet, read from either end, and with those that share a word which few have.
    """

    def __init__(self, known: Iterable[str]) -> None:
        folders: dict[str, list[str]] = {}
        for iri in known:
            folder, _, word = iri.rpartition("/")
            folders.setdefault(folder, []).append(word)
        self._folders = folders
        self._orders: dict[str, _Orders] = {}

    def nearest(self, iri: str) -> str:
        """The nearest known one, or an empty text where none is near."""
        folder, _, word = iri.rpartition("/")
        if folder not in self._folders:
            return ""
        if folder not in self._orders:
            self._orders[folder] = _Orders.of(self._folders[folder])
        near = nearest(word, self._orders[folder].around(word))
        return f"{folder}/{near}" if near else ""


@dataclass(frozen=True, slots=True)
class _Orders:
    """The words of one folder in the order of their first letters, and of their last; and by each part of them."""

    forward: list[str]
    backward: list[str]
    having: Mapping[str, list[str]]

    @classmethod
    def of(cls, words: Iterable[str]) -> _Orders:
        forward = sorted(set(words))
        having: dict[str, list[str]] = {}
        for word in forward:
            for part in set(word.split("-")):
                having.setdefault(part, []).append(word)
        return cls(forward, sorted(word[::-1] for word in forward), having)

    def around(self, word: str) -> set[str]:
        """The words that may be meant; never more than a fixed number."""
        found = set(_around(self.forward, word)) | {other[::-1] for other in _around(self.backward, word[::-1])}
        for part in dict.fromkeys(word.split("-")):
            alike = self.having.get(part, [])
            if len(part) > 2 and len(alike) <= _COMPARED and len(found) <= 5 * _COMPARED:
                found.update(alike)
        return found


def _around(words: list[str], word: str) -> list[str]:
    """The neighbours of a word in a sorted list."""
    at = bisect_left(words, word)
    return words[max(0, at - _COMPARED // 2) : at + _COMPARED // 2]


def nearest_word(iri: str, known: Iterable[str]) -> str:
    """The known word of the same namespace that this one most likely means, or an empty text.

    A foreign word is taken for a misspelling only if it is very near: `foaf:nmae` for `foaf:name`, never `foaf:nick`.
    """
    end = max(iri.rfind("#"), iri.rfind("/")) + 1
    alike = {other[end:]: other for other in known if other.startswith(iri[:end])}
    near = nearest(iri[end:], alike)
    return alike[near] if near and (iri.startswith(IPCG) or _almost(near.lower(), iri[end:].lower())) else ""


def _almost(one: str, two: str) -> bool:
    """Whether two words have the same letters, or differ by one."""
    return sorted(one) == sorted(two) or any(
        one == two[:i] + two[i + 1 :] or two == one[:i] + one[i + 1 :] for i in range(max(len(one), len(two)))
    )
