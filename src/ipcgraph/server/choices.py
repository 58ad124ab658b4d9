"""What can be chosen for a parameter of a saved query: concepts, things of its class, or what a person types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import NamedNode

from ipcgraph.ontology import read_ontology
from ipcgraph.parameters import CLASSES
from ipcgraph.vocabulary import SKOS, compact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipcgraph.parameters import Parameter
    from ipcgraph.publish.reading import Reading
    from ipcgraph.server.snapshot import Snapshot

MOST: Final = 400
"""Of a class with more things, names are completed as they are typed instead."""
_IN_SCHEME: Final = NamedNode(SKOS + "inScheme")


class Choice(NamedTuple):
    """A value, as it stands in the address, and what a reader calls it."""

    value: str
    label: str


class Field(NamedTuple):
    """A field of a form."""

    name: str
    label: str
    sort: str
    """`select`, `thing`, `date`, `number` or `text`."""
    value: str
    required: bool
    choices: tuple[Choice, ...] = ()
    kind: str = ""
    """The class whose things are completed as they are typed; empty where all are among the choices."""
    note: str = ""


def field_of(snapshot: Snapshot, parameter: Parameter, value: str) -> Field:
    """The field of a parameter, with this value in it."""
    # A default such as owl:Thing only stands for "not given".
    stands_for_none = parameter.default is not None and parameter.default.startswith("owl:")
    note = f"{parameter.default} unless given" if parameter.default and not stands_for_none else ""
    note = "may be left out" if stands_for_none else note
    label = parameter.name.replace("_", " ").capitalize() + ": " + parameter.about
    sort, choices, kind = _choices(snapshot, parameter)
    if sort == "select" and value and all(choice.value != value for choice in choices):
        choices = (*choices, Choice(value, value))
    return Field(parameter.name, label, sort, value, parameter.default is None, choices, kind, note)


def concepts(snapshot: Snapshot, parameter: Parameter) -> tuple[Choice, ...]:
    """The concepts of the scheme of a parameter, by what they are called."""
    reading = snapshot.reading
    found = []
    for quad in reading.store.statements(None, _IN_SCHEME, NamedNode(parameter.scheme)):
        if isinstance(quad.subject, NamedNode):
            iri = quad.subject.value
            own = f"{snapshot.base}concept/{parameter.kind.partition(':')[2]}/"  # as a bare word is read, too
            slug = iri.removeprefix(parameter.scheme + "/").removeprefix(own)
            value = slug if "/" not in slug else compact(iri, base=snapshot.base)
            found.append(Choice(value, reading.label(iri)))
    return tuple(sorted(set(found), key=lambda choice: (choice.label.casefold(), choice.value)))


def _choices(snapshot: Snapshot, parameter: Parameter) -> tuple[str, tuple[Choice, ...], str]:
    if parameter.scheme:
        return "select", concepts(snapshot, parameter), ""
    if parameter.kind in CLASSES:
        kinds = classes_of(snapshot.reading, parameter.kind)
        things = _things(snapshot.reading, kinds) if kinds else None
        return "thing", things or (), "" if things is not None else (parameter.kind if kinds else "any")
    sorts = {"date": "date", "year": "number", "integer": "number"}
    return sorts.get(parameter.kind, "text"), (), ""


def classes_of(reading: Reading, kind: str) -> tuple[str, ...]:
    """The names of a class and of those below it; none where things of any class are meant."""
    if kind not in reading.keys:
        return ()
    ancestors = read_ontology().ancestors
    below = {reading.key(iri) for iri, above in ancestors.items() if reading.keys[kind] in above}
    return tuple(sorted(name for name in below if name in reading.keys)) or (kind,)


def _things(reading: Reading, kinds: Sequence[str]) -> tuple[Choice, ...] | None:
    """The things of these classes by name; None where they are too many to be listed."""
    found: set[str] = set()
    for iri in reading.instances(*kinds):
        found.add(iri)
        if len(found) > MOST:
            return None
    choices = {Choice(compact(iri, base=reading.base), reading.label(iri)) for iri in found}
    return tuple(sorted(choices, key=lambda choice: (choice.label.casefold(), choice.value)))
