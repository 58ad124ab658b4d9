"""With whom a person wrote: co-authors by number of joint works, and a small picture of them."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.publish.pages.content import Edge, Line, Link, Listing, Node, Picture

if TYPE_CHECKING:
    from ipcgraph.publish.pages.sheet import Sheet

SHOWN: Final = 12
"""So many co-authors are in the picture; the list has all."""
CROWD: Final = 60
"""A work with more authors than this says little about who writes with whom; the picture leaves it out and says so."""
_WIDTH: Final = 460
_HEIGHT: Final = 300
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Joint(NamedTuple):
    """The co-authors of a person: number of joint works by IRI, most first, and the works that were looked at."""

    works: tuple[tuple[str, int], ...]


def joint_works(sheet: Sheet, works: tuple[str, ...]) -> Joint:
    """The co-authors of the sheet's person in these works, each with the number of joint works, most first."""
    counted: Counter[str] = Counter()
    for work in works:
        counted.update(sheet.library.authors(work) - {sheet.iri})
    label = sheet.reading.label
    return Joint(tuple(sorted(counted.items(), key=lambda pair: (-pair[1], label(pair[0]).casefold(), pair[0]))))


def coauthors_listing(sheet: Sheet, joint: Joint) -> Listing:
    """All co-authors, most joint works first."""
    number = dict(joint.works)

    def line(iri: str) -> Line:
        return Line(sheet.link(iri), note=f"{number[iri]} joint work{'s' * (number[iri] != 1)}")

    return Listing("coauthors", "Co-authors", tuple(number), line, size=60)


def picture(sheet: Sheet, works: tuple[str, ...], joint: Joint) -> Picture | None:
    """The person amid a ring of co-authors; lines between two of the ring are works that they wrote with the person."""
    if not joint.works:
        return None
    shown = joint.works[:SHOWN]
    ring = [iri for iri, _ in shown]
    most = shown[0][1]
    between: Counter[tuple[int, int]] = Counter()
    crowded = 0
    places = {iri: place for place, iri in enumerate(ring)}
    for work in works:
        authors = sheet.library.authors(work)
        if len(authors) > CROWD:
            crowded += 1
            continue
        between.update(combinations(sorted(places[iri] for iri in authors if iri in places), 2))
    points = [_point(place, len(ring)) for place in range(len(ring))]
    centre = (_WIDTH / 2, _HEIGHT / 2)
    edges = [
        Edge(*points[a], *points[b], width=round(0.7 + number / most, 2), inner=True)
        for (a, b), number in sorted(between.items())
    ]
    edges += [
        Edge(*centre, *point, width=round(1 + 5 * number / most, 2), inner=False)
        for point, (_, number) in zip(points, shown, strict=True)
    ]
    nodes = [
        _node(sheet.link(iri), point, 5 + 4 * number / most) for point, (iri, number) in zip(points, shown, strict=True)
    ]
    own = Link(sheet.reading.label(sheet.iri))
    nodes.append(Node(own, *centre, 11, centre[0], centre[1] + 26, "middle", _wrapped(own.label, 24)))
    return Picture(_WIDTH, _HEIGHT, tuple(nodes), tuple(edges), _sentence(len(joint.works), len(ring), crowded))


def _sentence(total: int, shown: int, crowded: int) -> str:
    """What the picture shows, and what it leaves out."""
    everyone = f"{total} co-author{'s' * (total != 1)}"
    who = everyone if shown == total else f"{shown} of {everyone}, those with the most joint works"
    drawn = "A thicker line is more joint works; a thin one joins two who wrote together with this person."
    works = f"{crowded} work{'s' * (crowded != 1)}"
    left_out = f" {works} with more than {CROWD} authors left out of the thin lines." if crowded else ""
    return f"{who}. {drawn}{left_out}"


def _point(place: int, number: int) -> tuple[float, float]:
    """A place on the ring, the first at the top, clockwise; a pair stands left and right."""
    turn = -math.pi / 2 + 2 * math.pi * place / number + (math.pi / 2 if number == 2 else 0)
    return round(_WIDTH / 2 + 102 * math.cos(turn), 1), round(_HEIGHT / 2 + 104 * math.sin(turn), 1)


def _node(link: Link, point: tuple[float, float], radius: float) -> Node:
    x, y = point
    side = x - _WIDTH / 2
    if abs(side) < 20:
        above = y < _HEIGHT / 2
        return Node(
            link,
            x,
            y,
            round(radius, 1),
            x,
            round(y - radius - 6 if above else y + radius + 13, 1),
            "middle",
            _wrapped(link.label, 26, one=True),
        )
    anchor = "start" if side > 0 else "end"
    shift = radius + 5 if side > 0 else -radius - 5
    lines = _wrapped(link.label, 15)
    return Node(
        link, x, y, round(radius, 1), round(x + shift, 1), round(y + 4 - 6 * (len(lines) - 1), 1), anchor, lines
    )


def _wrapped(label: str, width: int, *, one: bool = False) -> tuple[str, ...]:
    """A label on two lines at most, cut with an ellipsis: the whole name is in the list beside the picture."""
    label = _CONTROLS.sub("", label)
    if len(label) <= width:
        return (label,)
    words = label.split(" ")
    if not one and len(words) > 1:
        cut = min(range(1, len(words)), key=lambda place: abs(len(" ".join(words[:place])) - len(label) / 2))
        return tuple(_clipped(" ".join(part), width) for part in (words[:cut], words[cut:]))
    return (_clipped(label, width),)


def _clipped(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
