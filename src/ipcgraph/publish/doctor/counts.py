"""Counts: whether a description says of the data what its dump holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse

from ipcgraph.media import format_of_file
from ipcgraph.publish.description.rdf import VOID
from ipcgraph.publish.doctor.bodies import Unreadable
from ipcgraph.vocabulary import TYPE, compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pyoxigraph import Quad


def dump_format(name: str) -> RdfFormat | None:
    """The format of a dump by its name, packed or not; None where it cannot be read line by line or at all."""
    known = format_of_file(name.partition("?")[0].removesuffix(".gz"))
    return known.rdf if known and known.rdf != RdfFormat.RDF_XML else None


def best_dump(names: Iterable[str]) -> str:
    """The dump that is the quickest to count; empty where none can be."""
    order = (RdfFormat.N_QUADS, RdfFormat.N_TRIPLES, RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.JSON_LD)
    known = [(order.index(found), name) for name in names if (found := dump_format(name)) in order]
    return min(known)[1] if known else ""


class Counted:
    """The figures of a dump."""

    def __init__(self, data: bytes, rdf: RdfFormat, *, kept: int) -> None:
        """Counts, and keeps so many things of each class; Unreadable where the data is not of the format."""
        self.statements = 0
        self.things: dict[str, set[str]] = {}
        """IRIs of things by the IRI of their class."""
        self.classes: Counter[str] = Counter()
        self.properties: Counter[str] = Counter()
        try:
            for quad in parse(data, format=rdf, base_iri="urn:x-base:"):
                self.statements += 1
                self.properties[quad.predicate.value] += 1
                if quad.predicate == TYPE and isinstance(quad.object, NamedNode):
                    self.classes[quad.object.value] += 1
                    things = self.things.setdefault(quad.object.value, set())
                    if len(things) < kept and isinstance(quad.subject, NamedNode):
                        things.add(quad.subject.value)
        except (SyntaxError, ValueError, RecursionError) as error:
            raise Unreadable(str(error)) from error


def stale(description: Sequence[Quad], counted: Counted) -> Iterator[str]:
    """A sentence for each figure of a VoID description that is not that of its dump."""
    said: dict[str, dict[str, list[str]]] = {}
    for quad in description:
        if isinstance(quad.subject, NamedNode | BlankNode) and not isinstance(quad.object, BlankNode):
            value = getattr(quad.object, "value", "")
            said.setdefault(str(quad.subject), {}).setdefault(quad.predicate.value, []).append(value)
    for values in said.values():
        number = _first(values, VOID + "triples")
        entities = _first(values, VOID + "entities")
        of_class, of_property = _first(values, VOID + "class"), _first(values, VOID + "property")
        if of_property and number:
            yield from _compare(f"statements with {compact(of_property)}", number, counted.properties[of_property])
        elif of_class and entities:
            yield from _compare(f"things of class {compact(of_class)}", entities, counted.classes[of_class])
        elif VOID + "dataDump" in values and number:
            yield from _compare("statements", number, counted.statements)


def _first(values: dict[str, list[str]], name: str) -> str:
    return values.get(name, [""])[0]


def _compare(what: str, said: str, is_so: int) -> Iterator[str]:
    if said.isdecimal() and int(said) != is_so:
        yield f"the description says {int(said):,} {what}, the dump has {is_so:,}"
