"""The description of a thing: what the graph says of it, of its parts and of what it links to, within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import NamedNode

from ipcgraph.publish.documents.nodes import NAMES, node
from ipcgraph.vocabulary import IPCG, RDF, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ipcgraph.publish.documents.nodes import Node
    from ipcgraph.publish.reading import Reading
    from ipcgraph.statements import Term

MOST: Final = 1_000
"""So many statements of one property that point to a thing, and so many of its parts by one property, are given."""

_TOLD: Final = (TYPE.value, *NAMES, IPCG + "issued", IPCG + "source", IPCG + "firstLine", IPCG + "lastLine")
"""What is told of everything that is linked to: what it is and what it is called; a passage is called by its lines."""
_SOURCE: Final = IPCG + "source"
_PARTS: Final = frozenset({IPCG + "hasAuthorship", IPCG + "count"})
"""The properties whose values are parts of a thing: records nested in its own."""
_WHOLES: Final = frozenset({
    IPCG + "holder", IPCG + "heldAt", IPCG + "author", IPCG + "partnerOf", IPCG + "partner", IPCG + "partnerCountry",
    RDF + "subject",
})  # fmt: skip
"""The properties that point from a part to what it is a part of, or joins."""
_UNTOLD: Final = frozenset({TYPE.value, RDF + "predicate", IPCG + "position"})
"""The properties whose values are no things to be named: classes and properties."""


class Description(NamedTuple):
    """What is published of a thing: statements of the graph, grouped by subject, each once.

    The thing itself comes first, then its parts and everything else by IRI.
    """

    thing: str
    nodes: tuple[Node, ...]
    remarks: tuple[str, ...] = ()
    """A sentence for each property of which there is more in the graph than here."""


def describe(reading: Reading, thing: str, *, most: int = MOST) -> Description:
    """The concise bounded description of a thing.

    It holds the thing's statements; those of its parts, which are the records that can be nested in its own
    (authorships, counts, roles, partnerships, claims), with the work of an authorship; each statement that points to
    the thing; and for everything that is linked to, its class and its name. Every statement is one of the graph. Of
    the parts by one property, and of the statements by which one property points to the thing, the first `most` by IRI
    are given; a remark says of how many.
    """
    drawing = _Drawing(reading, thing, most)
    drawing.draw()
    return Description(thing, tuple(drawing.nodes()), tuple(drawing.remarks))


class _Drawing:
    """A description in the making: what is said in full, what is only named, and single statements."""

    def __init__(self, reading: Reading, thing: str, most: int) -> None:
        self.remarks: list[str] = []
        self._reading = reading
        self._thing = thing
        self._most = most
        self._node = NamedNode(thing)
        self._said: dict[str, Mapping[str, tuple[Term, ...]]] = {}
        self._pointing: dict[str, dict[str, set[Term]]] = {}
        self._named: set[str] = set()

    def draw(self) -> None:
        own = self._reading.statements(self._thing)
        left_out: set[str] = set()
        for predicate, values in own.items():
            if predicate in _PARTS and len(values) > self._most:
                left_out.update(value.value for value in values[self._most :] if isinstance(value, NamedNode))
                name = self._reading.key(predicate)
                self.remarks.append(f"This has {len(values):,} values of {name}; {self._most:,} of them are told here.")
        self._tell(self._thing, own)
        for predicate in _PARTS & own.keys():
            for value in own[predicate][: self._most]:
                if isinstance(value, NamedNode):
                    self._tell(value.value, self._reading.statements(value.value))
        self._named -= left_out
        for predicate, subjects in self._references():
            for subject in subjects:
                if predicate in _WHOLES:
                    self._tell(subject, self._reading.statements(subject))
                    self._name_owner(subject)
                else:
                    self._point(subject, predicate, self._node)

    def nodes(self) -> Iterator[Node]:
        """Everything drawn, the thing first, then by IRI."""
        waiting = self._named - self._said.keys()
        while waiting:
            iri = waiting.pop()
            said = self._reading.statements(iri)
            if _SOURCE in said:  # of a passage, whose source is a part of its name
                sources = {value.value for value in said[_SOURCE] if isinstance(value, NamedNode)}
                waiting |= sources - self._named - self._said.keys()
                self._named |= sources
            for predicate in _TOLD:
                if predicate in said:
                    self._pointing.setdefault(iri, {}).setdefault(predicate, set()).update(said[predicate])
        yield node(self._thing, self._said[self._thing])
        for iri in sorted((self._said.keys() | self._pointing.keys()) - {self._thing}):
            if iri in self._said:
                yield node(iri, self._said[iri])
            else:
                pointing = self._pointing[iri].items()
                yield node(iri, {predicate: tuple(sorted(values, key=str)) for predicate, values in pointing})

    def _references(self) -> Iterator[tuple[str, list[str]]]:
        """The properties that point to the thing, each with the first subjects by IRI; of the rest a remark is made."""
        found: dict[str, list[str]] = {}
        counts: dict[str, int] = {}
        for subject, predicate in self._reading.references(self._thing):
            subjects = found.setdefault(predicate, [])
            subjects.append(subject)
            counts[predicate] = counts.get(predicate, 0) + 1
            if len(subjects) > 4 * self._most:
                subjects.sort()
                del subjects[self._most :]
        for predicate, subjects in sorted(found.items()):
            subjects.sort()
            del subjects[self._most :]
            if counts[predicate] > self._most:
                name = self._reading.key(predicate) or predicate
                number, told = f"{counts[predicate]:,}", f"{self._most:,}"
                self.remarks.append(f"This is the {name} of {number} things; the first {told} by IRI are told here.")
            yield predicate, subjects

    def _tell(self, iri: str, said: Mapping[str, tuple[Term, ...]]) -> None:
        """Everything said of a thing, and the names of what it links to."""
        self._said[iri] = said
        for predicate, values in said.items():
            if predicate not in _UNTOLD:
                self._named.update(value.value for value in values if isinstance(value, NamedNode))

    def _point(self, subject: str, predicate: str, value: Term) -> None:
        """One statement about a thing, and its name."""
        if subject not in self._said:
            self._pointing.setdefault(subject, {}).setdefault(predicate, set()).add(value)
            self._named.add(subject)

    def _name_owner(self, part: str) -> None:
        """The statement by which a work has this authorship, which does not say it itself."""
        if self._reading.kind(part) == "Authorship":
            for work in self._reading.subjects("hasAuthorship", part):
                self._point(work, IPCG + "hasAuthorship", NamedNode(part))
