"""The index of statements: what is said of a thing, what refers to it, and where each is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ipcgraph.vocabulary import IPCG, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ipcgraph.findings import Finding, Place
    from ipcgraph.records import Statement

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
"""What can be the object of a statement."""

_UNREAD: Final = frozenset(IPCG + f"check-{name}" for name in ("syntax", "encoding", "character", "file", "size"))
"""The checks of the readers that stop at what they find."""


@dataclass(frozen=True, slots=True)
class Index:
    """All statements of a graph, found by subject, by subject and property, and by object.

    Built once by `Index.of`; subjects and properties are given as IRIs in text. Every answer is in the order written.
    """

    statements: tuple[Statement, ...]
    subjects: Mapping[str, Mapping[str, tuple[Statement, ...]]]
    objects: Mapping[Term, tuple[Statement, ...]]

    @classmethod
    def of(cls, statements: Iterable[Statement]) -> Index:
        """The index of these statements.

        >>> from pyoxigraph import Literal, NamedNode, Quad
        >>> from ipcgraph.findings import Place
        >>> ada, name = NamedNode("http://x.org/ada"), NamedNode("http://xmlns.com/foaf/0.1/name")
        >>> index = Index.of([(Quad(ada, name, Literal("Ada")), Place("people.yaml", 3, 5))])
        >>> str(index.place("http://x.org/ada", "http://xmlns.com/foaf/0.1/name"))
        'people.yaml:3:5'
        """
        everything = tuple(statements)
        subjects: dict[str, dict[str, list[Statement]]] = {}
        objects: dict[Term, list[Statement]] = {}
        for statement in everything:
            quad = statement[0]
            said = subjects.setdefault(term_text(quad.subject), {})
            said.setdefault(quad.predicate.value, []).append(statement)
            objects.setdefault(quad.object, []).append(statement)
        return cls(
            everything,
            {s: {p: tuple(found) for p, found in said.items()} for s, said in subjects.items()},
            {term: tuple(found) for term, found in objects.items()},
        )

    def __contains__(self, subject: object) -> bool:
        return subject in self.subjects

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements)

    def __len__(self) -> int:
        return len(self.statements)

    def about(self, subject: str) -> tuple[Statement, ...]:
        """Everything said of a thing, property by property."""
        return tuple(statement for said in self.subjects.get(subject, {}).values() for statement in said)

    def values(self, subject: str, path: str) -> tuple[Statement, ...]:
        """The statements that give a thing's values of a property."""
        return self.subjects.get(subject, {}).get(path, ())

    def naming(self, value: Term) -> tuple[Statement, ...]:
        """The statements whose object is this very term."""
        return self.objects.get(value, ())

    def texts(self, subject: str, path: str) -> tuple[str, ...]:
        """The values of a property as text: the lexical form of a literal, the IRI of anything else."""
        return tuple(term_text(quad.object) for quad, _ in self.values(subject, path))

    def classes(self, subject: str) -> tuple[str, ...]:
        """The IRIs of the classes that a thing is said to be of."""
        return self.texts(subject, TYPE.value)

    def place(self, subject: str, path: str = "", value: Term | None = None) -> Place | None:
        """Where a thing's value of a property is written.

        Without the value, or where that value is not written, the first value of the property; without the property, or
        where it is not written, the record itself (its type, else its first statement); None for a thing nothing is
        said of.
        """
        statements = self.values(subject, path) or self.values(subject, TYPE.value) or self.about(subject)
        for quad, place in statements:
            if quad.object == value:
                return place
        return statements[0][1] if statements else None


def left_unread(findings: Iterable[Finding]) -> list[Place]:
    """The places of the errors after which a file, or a value in it, was left unread; sorted."""
    return sorted(finding.place for finding in findings if finding.severity == "error" and finding.shape in _UNREAD)


def term_text(term: Term) -> str:
    """The text of a term: an IRI without brackets, a literal's lexical form, `_:name` for a blank node."""
    if isinstance(term, NamedNode | Literal):
        return term.value
    return str(term)
