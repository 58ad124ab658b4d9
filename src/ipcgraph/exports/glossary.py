"""What each attribute of nodes and links is, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from ipcgraph.networks import measures
from ipcgraph.networks.projection import NORMALISATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

Side: TypeAlias = Literal["node", "link"]

_DATES: Final = {
    "start_not_before": "the first day on which it may have begun",
    "start_not_after": "the last day on which it may have begun",
    "end_not_before": "the first day on which it may have ended",
    "end_not_after": "the last day on which it may have ended",
}
_UNLINKED: Final = "of these, how many have more members than the pair limit and so make no links"

_NODES: Final[dict[str, str]] = {
    "label": "its name or title",
    "iri": "what it is in the graph: its IRI",
    "works": "how many of the chosen works it has",
    "occurrences": "how many of the chosen works and initiatives have it",
    "partners": "how many partners it has",
    "subjects": "of how many it is a partner: centers, initiatives, commissions, persons",
    "unlinked_works": _UNLINKED,
    "unlinked_occurrences": _UNLINKED,
    "unlinked_partners": _UNLINKED,
    "unlinked_subjects": _UNLINKED,
    "credit": "the sum of 1/k over all works of the person, where k is the number of listed authors",
    "kind": "its class in the graph, such as Person, Initiative or Partner",
    "bipartite": "its mode in a network of two: 0 for persons or those who have partners, 1 for the others",
    "size": "its diameter in pictures",
    "color": "its colour in pictures",
    "x": "its place in pictures, to the right",
    "y": "its place in pictures, upward",
}

_LINKS: Final[dict[str, str]] = {
    "weight": "how strong the link is, by the counting above",
    "works": "how many works are behind it",
    "occurrences": "how many works and initiatives have both topics",
    "partners": "how many partners both have",
    "subjects": "of how many both are partners",
    "roles": "how many roles the person has there",
    "relation": "what relates the two: kinds of partnership, or types of roles and authorship, joined by semicolons",
    "standing": "whether it certainly or only possibly holds on the day asked for",
    "first_year": "the first year in which one of its works may have been issued",
    "last_year": "the last year in which one of its works may have been issued",
    **_DATES,
    **{name: f"normalised weight: {said}" for name, said in NORMALISATIONS.items()},
}

_UNKNOWN: Final = "an attribute that came with the network; nothing more is known of it"


NETWORKS: Final = {
    "Co-authorship": "A node is a person who is author of a work, a link a work that two of them wrote together",
    "Collaboration": "A node is an organization that an author names as affiliation, a link a work with two of them",
    "Partnerships": "A node is a partner or who has partners, such as an initiative, a link a partnership",
    "Partners by what they take part in": "A node is a partner, a link something that both are partners of",
    "Initiatives by partners": "A node is who has partners, a link a partner that both have",
    "Topics": "A node is a topic of works and initiatives, a link a work or an initiative with two of them",
    "People and initiatives": "A node is a person or an initiative, a link a role there or a work that is part of it",
}
"""By the name of a network, what its nodes and links are."""


def network_explained(name: str) -> str:
    """What nodes and links of the network of this name are, or nothing where it is none of ours."""
    return NETWORKS.get(name, "")


def explained(name: str, side: Side) -> str:
    """What a column of nodes or links is, in a sentence without a full stop.

    >>> explained("first_year", "link")
    'the first year in which one of its works may have been issued'
    >>> explained("start_not_before_year", "link")
    'the year of start_not_before'
    """
    known: Mapping[str, str] = {**_NODES, **measures.EXPLAINED} if side == "node" else _LINKS
    if name in known:
        return known[name]
    plain = name.removeprefix("attr_")
    if plain != name:
        said = known.get(plain, _UNKNOWN)
        return f"{said} (`{plain}` under another name, since formats keep that one for themselves)"
    date = name.removesuffix("_year")
    return f"the year of {date}" if date != name and date in known else _UNKNOWN
