"""The answers of reconciliation as the protocol has them: candidates with their features, and suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from ipcgraph.folding import folded
from ipcgraph.names import Agreement
from ipcgraph.publish.pages.library import KINDS
from ipcgraph.server.reconcile.properties import PROPERTIES, TYPES, properties_of
from ipcgraph.server.search.finding import complete
from ipcgraph.server.search.matching import Asked
from ipcgraph.vocabulary import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ipcgraph.server.reconcile.candidates import Candidate, Graph
    from ipcgraph.server.reconcile.properties import Kind, Property
    from ipcgraph.server.search.entries import Entry

FEATURES: Final[Mapping[str, str]] = {
    "name": "How like the names are, from 0 to 100, by the name of the thing that is most like the one asked for.",
    "name_identical": "The same words in the same order, whatever their capitals, accents, hyphens and particles.",
    "name_reordered": "The same words in another order, without a comma that says which is the last name.",
    "name_spelling": "All words agree but for a letter or two, or for the short form of a first name.",
    "name_partial": "First and last name agree; further names are missing in one, or are initials.",
    "initials_only": "Only initials, or an acronym, speak for it: this is never a match by itself.",
    "identifier": "It has an identifier that was asked for.",
    "namesakes": "So many other persons of a graph of this size are expected to have the whole name by chance.",
    "alone": "No other candidate has a score less than 15 below.",
    "evidence": "100 where the property of this name agrees, 0 where the thing has other values than the given one.",
}
"""What each feature of a score means; those of evidence have the name of their property."""
_AGREEMENTS: Final = {
    Agreement.IDENTICAL: "name_identical",
    Agreement.REORDERED: "name_reordered",
    Agreement.SPELLING: "name_spelling",
    Agreement.PARTIAL: "name_partial",
    Agreement.INITIALS: "initials_only",
}
SUGGESTED: Final = 10
Listed = TypeVar("Listed", "Kind", "Property")


def candidate_json(graph: Graph, candidate: Candidate) -> dict[str, object]:
    """A candidate as an answer has it."""
    entry = candidate.entry
    found = {
        "id": compact(entry.iri, base=graph.base),
        "name": entry.label,
        "score": candidate.score,
        "match": candidate.match,
        "type": kinds_json(entry),
        "features": list(_features(candidate)),
    }
    return found | ({"description": entry.description} if entry.description else {})


def _features(candidate: Candidate) -> Iterable[dict[str, object]]:
    if candidate.likeness is not None:
        yield _feature("name", round(100 * candidate.likeness.similarity, 1))
        for agreement, name in _AGREEMENTS.items():
            if candidate.likeness.agreement == agreement:
                yield _feature(name, True)  # noqa: FBT003  # a value of JSON
    evidence = candidate.evidence
    if evidence.identified:
        yield _feature("identifier", True)  # noqa: FBT003
    for key in evidence.agreed:
        yield _feature(key, 100)
    for key in (*evidence.missing, *evidence.contradicted):
        yield _feature(key, 0)
    if candidate.chance is not None:
        yield _feature("namesakes", round(candidate.chance, 3))
    yield _feature("alone", candidate.is_alone)


def _feature(name: str, value: float | bool) -> dict[str, object]:  # noqa: FBT001  # a value of JSON
    return {"id": name, "value": value}


def kinds_json(entry: Entry) -> list[dict[str, str]]:
    """The types of a thing, its own first."""
    broader = next((kind.broader for kind in TYPES if kind.key == entry.kind), ())
    return [{"id": kind, "name": KINDS[kind][0]} for kind in (entry.kind, *broader)]


def suggested_entities(graph: Graph, prefix: str, *, kinds: Sequence[str], cursor: int) -> list[dict[str, object]]:
    """The things that a text which is being typed can become."""
    hits = complete(
        graph.names, Asked(prefix, tuple(kinds)), base=graph.base, address=graph.address, limit=cursor + SUGGESTED
    )
    return [
        {
            "id": compact(hit.entry.iri, base=graph.base),
            "name": hit.entry.label,
            "description": hit.entry.description or KINDS[hit.entry.kind][0],
            "notable": kinds_json(hit.entry),
        }
        for hit in hits[cursor:]
    ]


def suggested_kinds(graph: Graph, prefix: str) -> list[Kind]:
    """The types that there are things of whose names have the text, those that begin with it first."""
    there = [kind for kind in TYPES if graph.names.number(kind.key)]
    return _beginning(there, prefix)


def suggested_properties(prefix: str, *, kind: str = "") -> list[Property]:
    """The properties of a type whose names have the text, those that begin with it first."""
    return _beginning(properties_of(kind) if kind else PROPERTIES, prefix)


def _beginning(named: Iterable[Listed], prefix: str) -> list[Listed]:
    text = folded(prefix.strip())
    found = [each for each in named if text in folded(each.name) or text in each.key.lower()]
    return sorted(found, key=lambda each: not (folded(each.name).startswith(text) or each.key.lower().startswith(text)))


def property_json(wanted: Property) -> dict[str, str]:
    """A property as an answer has it."""
    return {"id": wanted.key, "name": wanted.name, "description": wanted.about}
