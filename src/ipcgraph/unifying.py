"""What follows from decisions for the statements of a graph: two ids become one, or one becomes two.

A decision never changes a record. The build follows it; without it the graph is, byte for byte, what it was before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph
from pyoxigraph import NamedNode, Quad

from ipcgraph.decisions import CHECK, Decision
from ipcgraph.sources.text import fault
from ipcgraph.spelling import suggestion
from ipcgraph.vocabulary import DEFAULT_BASE, IPCG, PREFIXES, TYPE, XSD, compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ipcgraph.findings import Finding, Place
    from ipcgraph.records import Statement

_NAME: Final = PREFIXES["foaf"] + "name"
_TITLE: Final = PREFIXES["dcterms"] + "title"
_ALTERNATE: Final = NamedNode(IPCG + "alternateName")
_AUTHOR: Final = IPCG + "author"
_AUTHORSHIP: Final = IPCG + "hasAuthorship"
_EVIDENCE: Final = IPCG + "evidence"
_LISTED: Final = IPCG + "nameAsListed"
_PERSON: Final = NamedNode(IPCG + "Person")
_REPLACED: Final = NamedNode(PREFIXES["dcterms"] + "isReplacedBy")
_DEPRECATED: Final = NamedNode(PREFIXES["owl"] + "deprecated")
_TRUE: Final = pyoxigraph.Literal("true", datatype=NamedNode(XSD + "boolean"))
_SINGLE: Final = frozenset(
    IPCG + key for key in ("dateBasis", "founded", "issued", "parent", "status", "summary", "summaryBasis", "workType")
)
"""Of these a thing has one value; where two records of one thing differ, the first record's stands."""


def unify(
    statements: Iterable[Statement], decisions: Iterable[Decision], *, base: str = DEFAULT_BASE
) -> tuple[list[Statement], list[Finding]]:
    """The statements as the decisions have it, and what speaks against a decision.

    Of two ids that mean the same the first is kept: everything said of the other is said of it, another name becomes an
    alternate name, and where both records have a value of which there can be one, the first record's stands and a
    warning shows both. The other id stays known: it is deprecated, and says what replaced it. Authors of one
    work are never one person: such a decision is an error, as is one about an id that nothing is said of.
    """
    return _Unifying(list(statements), base).follow(tuple(decisions))


class _Unifying:
    """One pass of decisions over the statements of a graph."""

    def __init__(self, statements: list[Statement], base: str) -> None:
        self._statements, self._base = statements, base
        self._findings: list[Finding] = []
        self._into: dict[str, str] = {}
        """The IRI that stands for another one."""

    def follow(self, decisions: tuple[Decision, ...]) -> tuple[list[Statement], list[Finding]]:
        # What a decision says of an identifier stands in the records as a Claim: see linking/claims.py.
        settled = [each for each in decisions if each.verdict != "open" and each.identifier is None]
        if not settled:
            return self._statements, self._findings
        known = {quad.subject.value for quad, _ in self._statements if isinstance(quad.subject, NamedNode)}
        added: list[Statement] = []
        for decision in settled:
            if decision.works:
                added += self._part(decision)
                known.add(self._base + decision.other)
        for decision in settled:
            if decision.verdict == "same" and self._is_known(decision, known):
                added += self._join(decision)
        self._refuse_the_different(settled)
        return self._renamed(added), self._findings

    def _is_known(self, decision: Decision, known: set[str]) -> bool:
        for each in (decision.one, decision.other):
            if self._base + each not in known:
                ids = [compact(iri, base=self._base) for iri in known if iri.startswith(self._base)]
                remedy = suggestion(each, ids, "write the id of a record")
                self._say(f"there is no record with the id {each}", decision.place, remedy)
                return False
        return True

    def _say(self, message: str, place: Place, fix: str, *, is_error: bool = True) -> None:
        self._findings.append(fault(message, place, fix, check=CHECK, severity="error" if is_error else "warning"))

    def _kept(self, iri: str) -> str:
        while iri in self._into:
            iri = self._into[iri]
        return iri

    def _join(self, decision: Decision) -> Iterator[Statement]:
        """Notes that two are one; what is then said of the id that goes."""
        one, other = (self._kept(self._base + each) for each in (decision.one, decision.other))
        if one != other:
            self._into[other] = one
            gone = NamedNode(other)
            yield Quad(gone, _DEPRECATED, _TRUE), decision.place
            yield Quad(gone, _REPLACED, NamedNode(one)), decision.place

    def _refuse_the_different(self, decisions: Iterable[Decision]) -> None:
        for decision in decisions:
            same = self._kept(self._base + decision.one) == self._kept(self._base + decision.other)
            if decision.verdict == "different" and same:
                self._say(
                    f"{decision.one} and {decision.other} are different here, and the same by other decisions",
                    decision.place,
                    "take one of these decisions back: ipcgraph people --undo",
                )

    def _part(self, decision: Decision) -> list[Statement]:
        """Gives works of one person to another one; the statements about the other where no record is theirs."""
        one, other = (NamedNode(self._base + each) for each in (decision.one, decision.other))
        works = {self._base + work for work in decision.works}
        nodes = {
            quad.object: quad.subject
            for quad, _ in self._statements
            if quad.predicate.value == _AUTHORSHIP
            and isinstance(quad.subject, NamedNode)
            and quad.subject.value in works
        }
        given: set[str] = set()
        for at, (quad, place) in enumerate(self._statements):
            if quad.predicate.value == _AUTHOR and quad.object == one and quad.subject in nodes:
                self._statements[at] = Quad(quad.subject, quad.predicate, other), place
                given.add(nodes[quad.subject].value)
        for work in sorted(works - given):
            named = compact(work, base=self._base)
            self._say(f"{decision.one} is no author of {named}", decision.place, "name works that list the person")
        if not given or any(quad.subject == other and quad.predicate == TYPE for quad, _ in self._statements):
            return []
        names = [
            quad.object
            for quad, _ in self._statements
            if (quad.subject == one and quad.predicate.value == _NAME)
            or (quad.subject in nodes and quad.predicate.value == _LISTED)
        ]
        about = [Quad(other, TYPE, _PERSON), *(Quad(other, NamedNode(_NAME), name) for name in names[:1])]
        about += {
            Quad(other, quad.predicate, quad.object): None
            for quad, _ in self._statements
            if quad.predicate.value == _EVIDENCE and isinstance(quad.subject, NamedNode) and quad.subject.value in given
        }
        return [(quad, decision.place) for quad in about]

    def _renamed(self, added: list[Statement]) -> list[Statement]:
        """All statements with the ids that are kept, without what would then be said twice."""
        if not self._into:
            return self._statements + added
        held = self._held({iri for iri in self._into.values() if iri not in self._into})
        needless = {
            quad.object
            for quad, _ in self._statements
            if quad.predicate.value == _AUTHORSHIP
            and isinstance(quad.subject, NamedNode)
            and quad.subject.value in self._into
            and (self._kept(quad.subject.value), _AUTHORSHIP) in held
        }
        result: list[Statement] = []
        for quad, place in self._statements:
            is_needed = quad.subject not in needless and quad.object not in needless
            kept = self._in_kept_ids(quad, place, held) if is_needed else None
            if kept is not None:
                result.append((kept, place))
        self._refuse_twice_listed(result)
        return result + [(quad, place) for quad, place in added]

    def _held(self, heirs: set[str]) -> dict[tuple[str, str], tuple[object, Place]]:
        """The first value of each single property that the records that stay have."""
        held: dict[tuple[str, str], tuple[object, Place]] = {}
        for quad, place in self._statements:
            subject = quad.subject.value if isinstance(quad.subject, NamedNode) else ""
            if subject in heirs and quad.predicate.value in {_NAME, _TITLE, *_SINGLE, _AUTHORSHIP}:
                held.setdefault((subject, quad.predicate.value), (quad.object, place))
        return held

    def _in_kept_ids(self, quad: Quad, place: Place, held: dict[tuple[str, str], tuple[object, Place]]) -> Quad | None:
        """A statement in the ids that are kept; None for one that the record which stays makes needless."""
        subject, value = quad.subject, quad.object
        if isinstance(value, NamedNode) and value.value in self._into:
            value = NamedNode(self._kept(value.value))
        if not isinstance(subject, NamedNode) or subject.value not in self._into:
            return quad if value is quad.object else Quad(subject, quad.predicate, value)
        kept = NamedNode(self._kept(subject.value))
        predicate = quad.predicate.value
        if quad.predicate == TYPE:
            return None
        first = held.setdefault((kept.value, predicate), (value, place)) if predicate in _SINGLE else None
        if predicate in {_NAME, _TITLE}:
            first = held.setdefault((kept.value, predicate), (value, place))
            return None if first[0] == value else Quad(kept, _ALTERNATE, value)
        if first is not None and first[0] != value:
            ids = compact(subject.value, base=self._base), compact(kept.value, base=self._base)
            self._say(
                f"{ids[0]} and {ids[1]} are one, but differ in {compact(predicate)}: this value is not used, "
                f"that of {first[1]} stands",
                place,
                "make them equal, or take the decision back",
                is_error=False,
            )
            return None
        return Quad(kept, quad.predicate, value)

    def _refuse_twice_listed(self, statements: list[Statement]) -> None:
        """Two authors of one work who would be one person speak against a decision."""
        author_of: dict[object, object] = {}
        for quad, _ in statements:
            if quad.predicate.value == _AUTHOR:
                author_of[quad.subject] = quad.object
        seen: set[tuple[object, object]] = set()
        for quad, place in statements:
            author = author_of.get(quad.object) if quad.predicate.value == _AUTHORSHIP else None
            if author is None:
                continue
            if (quad.subject, author) in seen and isinstance(author, NamedNode) and author.value in self._into.values():
                names = compact(str(quad.subject)[1:-1], base=self._base), compact(author.value, base=self._base)
                self._say(
                    f"by a decision, {names[1]} is two authors of {names[0]}: they cannot be one person",
                    place,
                    "take the decision back: ipcgraph people --undo",
                )
            seen.add((quad.subject, author))
