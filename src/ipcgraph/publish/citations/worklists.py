"""Lists of works: the works that a person, an initiative, a center or another thing has, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from ipcgraph.vocabulary import TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ipcgraph.publish.reading import Reading


def works_of(reading: Reading, thing: str) -> tuple[str, ...]:
    """The IRIs of the works of a thing, newest first, those without a date last.

    Of a person and an organization what they wrote, of an organization also what it put out as its own, of an
    initiative what is part of it or of one within it, of a topic what is about it, of a source what it lists; of a
    center all works of the graph where it is the only center, else those of its initiatives, of the people who hold or
    held a role there, and its own. A work is its own list. Anything else has none.
    """
    return tuple(newest_first(reading, found_works(reading, thing)))


def found_works(reading: Reading, thing: str) -> set[str]:
    """The works of `works_of`, in no order, which takes a part of the time."""
    finder = _FINDERS.get(reading.kind(thing))
    return finder(reading, thing) if finder else set()


def newest_first(reading: Reading, works: Iterable[str]) -> list[str]:
    """Works by the last day on which they can have come out, newest first; those of one day by title."""

    def place(work: str) -> tuple[str, str]:
        return reading.label(work), work

    ordered = sorted(set(works), key=place)
    return sorted(ordered, key=lambda work: reading.value(work, "issuedNotAfter"), reverse=True)


def _written(reading: Reading, author: str) -> set[str]:
    authorships = reading.subjects("author", author)
    return {work for authorship in authorships for work in reading.subjects("hasAuthorship", authorship)}


def _of_organization(reading: Reading, organization: str) -> set[str]:
    return _written(reading, organization).union(reading.subjects("producedBy", organization))


def _within(reading: Reading, whole: str) -> set[str]:
    """The works that are part of a thing or of what is part of it; a circle ends where it began."""
    seen, waiting, works = {whole}, [whole], set()
    while waiting:
        for part in reading.subjects("partOf", waiting.pop()):
            if reading.kind(part) == "Work":
                works.add(part)
            elif part not in seen:
                seen.add(part)
                waiting.append(part)
    return works


def _of_center(reading: Reading, center: str) -> set[str]:
    if len(_instances(reading, "Center")) == 1:
        return _instances(reading, "Work")
    roles = reading.subjects("heldAt", center)
    people = {
        holder.value for role in roles for holder in reading.values(role, "holder") if isinstance(holder, NamedNode)
    }
    return _of_organization(reading, center).union(
        _within(reading, center), *(_written(reading, person) for person in people)
    )


def _of_works(key: str) -> Callable[[Reading, str], set[str]]:
    def found(reading: Reading, thing: str) -> set[str]:
        return {work for work in reading.subjects(key, thing) if reading.kind(work) == "Work"}

    return found


def _instances(reading: Reading, kind: str) -> set[str]:
    return {thing for thing, key in reading.references(reading.keys[kind]) if key == TYPE.value}


_FINDERS: Final[Mapping[str, Callable[[Reading, str], set[str]]]] = {
    "Person": _written,
    "Organization": _of_organization,
    "Partner": _of_organization,
    "Commission": _of_organization,
    "Center": _of_center,
    "Initiative": _within,
    "Topic": _of_works("topic"),
    "Source": _of_works("listedIn"),
    "Work": lambda _reading, work: {work},
}
