"""The labels of parts: what a reader calls a role, an authorship, a partnership, a count, a passage or a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from ipcgraph.statements import term_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ipcgraph.publish.reading import Reading


def part_label(reading: Reading, kind: str, iri: str) -> str:
    """The label of a part of this kind, made of what it joins; empty for what is no part."""
    # A part is told from names alone, a claim from a part at most: no label ever waits for itself.
    return _CLAIM[kind](reading, iri) if kind in _CLAIM else _PARTS[kind](reading, iri) if kind in _PARTS else ""


def _role(reading: Reading, iri: str) -> str:
    what = reading.value(iri, "statedTitle") or _names(reading, iri, "roleType")
    where = _names(reading, iri, "heldAt")
    return _joined(_names(reading, iri, "holder"), ", ".join(filter(None, (what, where))))


def _authorship(reading: Reading, iri: str) -> str:
    place = f"author {reading.value(iri, 'position')}".rstrip()
    return _joined(
        _names(reading, iri, "author"), " of ".join(filter(None, (place, _owner(reading, "hasAuthorship", iri))))
    )


def _partnership(reading: Reading, iri: str) -> str:
    sides = (_names(reading, iri, "partner", "partnerCountry"), _names(reading, iri, "partnerOf"))
    return _joined(_names(reading, iri, "partnershipKind"), " – ".join(filter(None, sides)))


def _count(reading: Reading, iri: str) -> str:
    counted = " ".join(filter(None, (reading.value(iri, "asStated"), reading.value(iri, "countOf"))))
    return _joined(_owner(reading, "count", iri), counted)


def _passage(reading: Reading, iri: str) -> str:
    first, last = reading.value(iri, "firstLine"), reading.value(iri, "lastLine")
    lines = f"lines {first}–{last}" if last and last != first else f"line {first}" if first else ""
    return ", ".join(filter(None, (_names(reading, iri, "source"), lines)))


def _claim(reading: Reading, iri: str) -> str:
    about = reading.value(iri, "subject")
    kind = reading.kind(about) if about else ""
    whose = (part_label(reading, kind, about) if kind in _PARTS else "") or (reading.name(about) if about else "")
    predicate = reading.value(iri, "predicate")
    return _joined(whose, reading.key(predicate) or predicate.rpartition("#")[2].rpartition("/")[2])


def _names(reading: Reading, iri: str, *keys: str) -> str:
    """The names of a part's values for these keys."""
    values = (value for key in keys for value in reading.values(iri, key))
    return ", ".join(
        reading.name(value.value) if isinstance(value, NamedNode) else term_text(value) for value in values
    )


def _owner(reading: Reading, key: str, iri: str) -> str:
    """The name of the first thing that has this part."""
    owners = reading.subjects(key, iri)
    return reading.name(owners[0]) if owners else ""


def _joined(what: str, more: str) -> str:
    return f"{what}: {more}" if what and more else what or more


_PARTS: Final[Mapping[str, Callable[[Reading, str], str]]] = {
    "Role": _role,
    "Authorship": _authorship,
    "Partnership": _partnership,
    "Count": _count,
    "Passage": _passage,
}
_CLAIM: Final[Mapping[str, Callable[[Reading, str], str]]] = {"Claim": _claim}
