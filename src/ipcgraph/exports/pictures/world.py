"""The map of partner countries: the numbers of partnerships by country, as circles on outlines."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Final, NamedTuple, TextIO

import numpy as np

from ipcgraph.errors import UsageError
from ipcgraph.exports.markup import text as escaped
from ipcgraph.exports.pictures.labels import Box, Circles, Wanted, place_labels
from ipcgraph.exports.pictures.legend import scale_of_areas
from ipcgraph.exports.pictures.lettering import Lettering, read_lettering
from ipcgraph.exports.pictures.nodelink import label_elements, notes, title_of
from ipcgraph.exports.pictures.shapes import shape
from ipcgraph.exports.pictures.sheet import (
    ROOM,
    Part,
    amount,
    document,
    empty,
    legible,
    number,
    steps,
)
from ipcgraph.networks.remarks import counted
from ipcgraph.shipped import asset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.table import NetworkTable

OUTLINES: Final = "countries.json"

PLACE: Final = "Place"
"""The kind of the nodes that are countries."""

_LARGEST, _SMALLEST = 26.0, 3.0
_LAND, _COAST, _PARTNER, _CIRCLE = "#ECECEC", "#BDBDBD", "#BFD9EA", "#0072B2"


class Country(NamedTuple):
    """A country of the network: its name there, its code where it is known, and what the network says of it."""

    name: str
    code: str
    partnerships: float
    partners: tuple[str, ...]


class Outline(NamedTuple):
    """A country of the map: its name, where a circle stands, and its path."""

    name: str
    x: float
    y: float
    path: str


class World(NamedTuple):
    """The outlines by ISO 3166-1 alpha-2 code, how wide and high they are, and where they come from."""

    outlines: Mapping[str, Outline]
    width: float
    height: float
    source: str


def write_map(table: NetworkTable, _look: Appearance, file: TextIO) -> None:
    """Writes the map as SVG: see `picture`."""
    file.write(picture(table))


def picture(table: NetworkTable) -> str:
    """The SVG: a circle for each country that is a node, its area the number of partnerships.

    That is the weighted degree of the country; who is linked with it stands in its title. A country whose outline is
    not known is named in the notes, with its number. Raises UsageError for a network that has no partnerships.
    """
    table, lettering, world = legible(table), read_lettering(), read_world()
    title = f"{title_of(table)} by country"
    if not table.ids:
        return empty(title, notes(table), lettering)
    found = countries(table, world)
    drawn = [country for country in found if country.code]
    missing = [f"{country.name} ({amount(country.partnerships)})" for country in found if not country.code]
    total = counted(len(found), "country", "countries")
    subtitle = f"{total}; a partnership with several counts for each"
    said = [*notes(table), ("Outlines", world.source)]
    if missing:
        said.insert(0, ("Not on the map", f"without an outline: {', '.join(missing)}"))
    if not found:
        said.insert(0, ("Shown", "no node of this network is a country"))
    numbers = ", ".join(f"{country.name} {amount(country.partnerships)}" for country in found)
    about = f"A map of the world with {total} and their numbers of partnerships: {numbers}." if found else "A map."
    part, unlabelled = _map(drawn, world, lettering)
    if unlabelled:
        said.insert(0, ("Without room for a label", ", ".join(unlabelled)))
    parts = [part, _scale(drawn)]
    return document(title, subtitle, parts, said, lettering, about=about)


def has_partnerships(table: NetworkTable) -> bool:
    """Whether a map can be drawn: links are partnerships where nodes have kinds and are of two modes."""
    return table.node_column("kind") is not None and table.node_column("bipartite") is not None


def countries(table: NetworkTable, world: World) -> tuple[Country, ...]:
    """The countries among the nodes, those with most partnerships first.

    The code is the last part of the IRI if it is that of a country, else that of the country with this name. Raises
    UsageError for a network without kinds or of one mode.
    """
    kinds, iris = table.node_column("kind") or (), table.node_column("iri") or ()
    if not has_partnerships(table):
        raise UsageError(
            f"a map shows partnerships by country, which the network {title_of(table)!r} does not have; "
            "draw one of the network partnership"
        )
    place = {node: row for row, node in enumerate(table.ids)}
    weights = [0.0] * len(table.ids)
    linked: list[set[str]] = [set() for _ in table.ids]
    for source, target, weight in zip(table.sources, table.targets, table.weights, strict=True):
        for one, other in ((place[source], place[target]), (place[target], place[source])):
            weights[one] += weight
            linked[one].add(table.labels[other])
    by_name = {outline.name.casefold(): code for code, outline in sorted(world.outlines.items())}
    found = []
    for row, kind in enumerate(kinds):
        if kind != PLACE:
            continue
        name = table.labels[row]
        slug = str(iris[row]).rstrip("/").rpartition("/")[2].upper()
        code = slug if slug in world.outlines else by_name.get(name.casefold(), "")
        found.append(Country(name, code, weights[row], tuple(sorted(linked[row]))))
    return tuple(sorted(found, key=lambda country: (-country.partnerships, country.name)))


def read_world() -> World:
    """The outlines of all countries, which the build step makes of Natural Earth's data."""
    data = json.loads(asset(OUTLINES).read_text(encoding="utf-8"))
    outlines = {
        str(code): Outline(str(each["name"]), float(each["x"]), float(each["y"]), str(each["path"]))
        for code, each in data["countries"].items()
    }
    return World(outlines, float(data["viewBox"][2]), float(data["viewBox"][3]), str(data["source"]))


def _map(drawn: Sequence[Country], world: World, lettering: Lettering) -> tuple[Part, list[str]]:
    """The map, and the labels for which there is no room."""
    scale = ROOM / world.width
    height = world.height * scale
    partners = {country.code for country in drawn}
    body = [f'<g class="countries" stroke="{_COAST}" stroke-width="0.5" transform="scale({number(scale)})">']
    for code, outline in sorted(world.outlines.items()):
        fill = _PARTNER if code in partners else _LAND
        body.append(f'<path d="{outline.path}" fill="{fill}"><title>{escaped(outline.name)}</title></path>')
    body.append("</g>")
    circles = _circles(drawn, world, scale)
    body += _circle_elements(drawn, circles)
    page = Box(0, 0, ROOM, height)
    full = [f"{country.name}: {amount(country.partnerships)}" for country in drawn]
    wanted = []
    for place, label in enumerate(full):
        text = lettering.shorten(label, 12, 200)
        wanted.append(Wanted(place, (text,), lettering.width(text, 12), 12))
    labels = place_labels(circles, wanted, page, share=1.0)
    body += label_elements(labels, full)
    labelled = {label.node for label in labels}
    return Part(height, tuple(body)), [label for place, label in enumerate(full) if place not in labelled]


def _circles(drawn: Sequence[Country], world: World, scale: float) -> Circles:
    places = np.array([world.outlines[country.code][1:3] for country in drawn], np.float64).reshape(-1, 2) * scale
    radius = np.array([_radius(country.partnerships, drawn) for country in drawn], np.float64)
    count = len(drawn)
    return Circles(places[:, 0], places[:, 1], radius, np.zeros((count, 2)), np.zeros((0, 4)))


def _radius(value: float, drawn: Sequence[Country]) -> float:
    most = max((country.partnerships for country in drawn), default=0.0)
    # A few partnerships must not look like many: one of one is a small circle.
    largest = min(_LARGEST, 9 * math.sqrt(most)) if most > 0 else _SMALLEST
    return max(largest * math.sqrt(value / most), _SMALLEST) if most > 0 else _SMALLEST


def _circle_elements(drawn: Sequence[Country], circles: Circles) -> Iterator[str]:
    yield f'<g class="partners" fill="{_CIRCLE}" fill-opacity="0.8" stroke="#FFFFFF" stroke-width="1">'
    for place, country in enumerate(drawn):
        said = f"{country.name}: {amount(country.partnerships)}; with {', '.join(country.partners) or 'nobody'}"
        yield shape(0, float(circles.x[place]), float(circles.y[place]), float(circles.radius[place]), title=said)
    yield "</g>"


def _scale(drawn: Sequence[Country]) -> Part:
    values = steps(max((country.partnerships for country in drawn), default=0.0))
    if not values:
        return Part(0, ())
    radii = [_radius(value, drawn) for value in values]
    body, height = scale_of_areas("Area of a circle: number of partnerships", values, radii, across=0, down=0)
    return Part(height, tuple(body))
