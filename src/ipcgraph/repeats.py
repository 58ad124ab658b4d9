"""What the findings made so far say already, so that no result of the shapes only repeats them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from ipcgraph.sources.shortforms import SHORT_FORMS
from ipcgraph.statements import Index, left_unread, term_text
from ipcgraph.vocabulary import IPCG, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ipcgraph.engines import Result
    from ipcgraph.findings import Finding, Place
    from ipcgraph.ontology import Ontology, Property

NO_VALUE: Final = IPCG + "check-no-value"
"""The check of the readers that finds a key without a value."""
TEXT_HASH: Final = IPCG + "textHash"


@dataclass(frozen=True, slots=True)
class Known:
    """What the errors found before say already, so that no result only repeats it."""

    said: frozenset[tuple[str, str]]
    """Each thing with a property that an error names."""
    unread: frozenset[str]
    """The files that were not read to their end."""
    twice: frozenset[str]
    """The things that two records describe."""
    uncompared: frozenset[str]
    """The passages of sources that no record describes: that is what is said of them."""

    @classmethod
    def of(cls, index: Index, ontology: Ontology, earlier: Iterable[Finding]) -> Known:
        errors = [finding for finding in earlier if finding.severity == "error"]
        empty = [finding for finding in errors if finding.shape == NO_VALUE]
        classes = set(ontology.classes.values())
        twice: set[str] = set()
        for subject, said in index.subjects.items():
            places = {place for quad, place in said.get(TYPE.value, ()) if term_text(quad.object) in classes}
            if len(places) > 1:
                twice.add(subject)
        return cls(
            said=frozenset(
                {*((finding.focus, finding.path) for finding in errors), *_without_value(empty, index, ontology)}
            ),
            unread=frozenset(place.path for place in left_unread(errors)),
            twice=frozenset(twice),
            uncompared=frozenset(
                subject
                for subject, said in index.subjects.items()
                for quad, _ in said.get(IPCG + "source", ())
                if term_text(quad.object) not in index
            ),
        )

    def covers(self, result: Result, path: str, place: Place, *, is_undescribed: bool) -> bool:
        """Whether a result, about this property and at this place, only follows from what is known."""
        value = result.value.value if isinstance(result.value, NamedNode) else ""
        said = (result.focus, path) in self.said
        if path == TEXT_HASH and result.focus in self.uncompared:
            return True
        if result.kind.endswith("MinCount"):
            # What is missing may stand where a file could not be read; what should refer to a thing, in any of them.
            refers = bool(result.path) and result.path[0].startswith("^")
            return said or place.path in self.unread or (refers and bool(self.unread))
        if result.kind == "MaxCount" and result.focus in self.twice:
            return True
        if is_undescribed:
            return said or bool(self.unread)
        # Where a type is wrong, so is what depends on it.
        return (value, TYPE.value) in self.said or (not result.path and (result.focus, TYPE.value) in self.said)


def _without_value(findings: list[Finding], index: Index, ontology: Ontology) -> Iterator[tuple[str, str]]:
    """The thing and the property of each key that is written without a value, as far as they can be made out.

    A reader knows neither. The thing is one that is described right before or behind the key, or around it, that can
    have the property and has not; where there are several, one with a key in the same column.
    """
    long = {key: name for form in SHORT_FORMS.values() for key, name in form.renamed.items()}
    around: dict[str, list[tuple[Place, str]]] = {}
    for quad, place in index if findings else ():
        around.setdefault(place.path, []).append((place, term_text(quad.subject)))
    written = {path: sorted(statements) for path, statements in around.items()}
    for finding in findings:
        key = finding.message.partition(" ")[0]
        known = ontology.properties.get(long.get(key, key))
        statements = written.get(finding.place.path, [])
        if known is None:
            continue
        at = bisect_left(statements, (finding.place, ""))
        before, behind = statements[:at], statements[at:]
        near = [subject for _, subject in (*before[-1:], *behind[:1])]
        both = {subject for _, subject in before}.intersection(subject for _, subject in behind)
        aligned = {subject for place, subject in statements if place.column == finding.place.column}
        possible = [
            subject
            for subject in dict.fromkeys((*near, *sorted(both)))
            if not index.values(subject, known.iri) and _can_have(known, index.classes(subject), ontology)
        ]
        for subject in sorted(possible, key=lambda subject: subject not in aligned)[:1]:
            yield subject, known.iri


def _can_have(known: Property, classes: Iterable[str], ontology: Ontology) -> bool:
    own = frozenset[str]().union(*(ontology.ancestors.get(iri, frozenset()) for iri in classes))
    return not known.domains or not own.isdisjoint(known.domains)
