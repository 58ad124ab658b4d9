"""The node-link picture of a network, as SVG and as PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final, TextIO

import numpy as np

from ipcgraph.exports.appearance import OTHER
from ipcgraph.exports.markup import text as escaped
from ipcgraph.exports.pictures.labels import (
    ASCENT,
    DESCENT,
    Box,
    Circles,
    Label,
    Wanted,
    away_from_neighbours,
    place_labels,
)
from ipcgraph.exports.pictures.legend import communities, legend, numeral
from ipcgraph.exports.pictures.lettering import Lettering, read_lettering
from ipcgraph.exports.pictures.network import Drawn, drawn
from ipcgraph.exports.pictures.raster import write_raster
from ipcgraph.exports.pictures.shapes import SHAPES, darker, reach, shape
from ipcgraph.exports.pictures.sheet import QUIET, ROOM, Part, amount, document, empty, legible, number
from ipcgraph.networks.remarks import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.table import NetworkTable

TITLED_NODES, TITLED_LINKS = 10_000, 2_000
"""Up to so many nodes and links say their names to a reader who points at them."""

NUMBERED: Final = 5.5
"""Nodes from this radius on have the number of their community in them."""

LABELS: Final = 300
"""So many nodes are labelled at most, if there is room."""

_SMALL_TEXT, _LARGE_TEXT, _LABEL_ROOM = 10.5, 15.0, 210.0
_IN_THE_WAY: Final = 2.5
"""In a network of more nodes than that, labels may cover those of a smaller radius: they are everywhere."""

_SHARE: Final = 0.14
"""In such a network labels fill no more than this share of the page."""

_UNSEEN: Final = frozenset({"Name", "Betweenness", "Closeness", "Measures"})


def write_svg(table: NetworkTable, look: Appearance, file: TextIO) -> None:
    """Writes the network as a picture for print: see `picture`."""
    file.write(picture(table, look))


def write_png(table: NetworkTable, look: Appearance, file: BinaryIO) -> None:
    """Writes the same picture as PNG, 2,500 pixels wide: 17 cm at 373 dpi."""
    write_raster(picture(table, look), file)


def picture(table: NetworkTable, look: Appearance) -> str:
    """The SVG: links, nodes and labels on white, the legend below them, and the remarks of the network below that.

    The area of a node is its weighted degree; the width of a link grows with the root of its weight; links inside a
    community have its colour. Labels overlap nowhere, the greatest nodes are labelled first, and the notes say how
    many are, and how many links are not drawn. The same network gives the same bytes.
    """
    table, lettering = legible(table), read_lettering()
    network = drawn(table, look)
    title = title_of(table)
    if not table.ids:
        return empty(title, notes(table), lettering)
    rows = communities(table.labels, network, look)
    numbered = {row.number for row in rows if row.number}
    labels = _labels(table, network, lettering)
    body = [
        *link_elements(table, network, look, numbered),
        *node_elements(table, network, look, numbered, range(len(table.ids))),
        *label_elements(labels, table.labels),
    ]
    subtitle = f"{counted(len(table.ids), 'node', 'nodes')}, {counted(len(table.sources), 'link', 'links')}"
    best = table.labels[network.by_importance(table.labels)[0]]
    about = f"A picture of the network: {subtitle}. Greatest weighted degree: {best}. " + "".join(
        f"Community {row.number}: {row.size:,} nodes around {row.name}. " for row in rows if row.number
    )
    said = (("Drawn", _drawn_remark(table, network, labels, look)), *notes(table), ("Appearance", look.remark))
    parts = [Part(network.height, tuple(body)), legend(network, rows, lettering)]
    return document(title, subtitle, parts, said, lettering, about=about.strip())


def notes(table: NetworkTable) -> tuple[tuple[str, str], ...]:
    """The remarks of the network, without its name, which is the title, and without measures that no picture shows."""
    return tuple((name, said) for name, said in table.remarks if name not in _UNSEEN)


def title_of(table: NetworkTable) -> str:
    """The name of the network."""
    return dict(table.remarks).get("Name", "Network")


def _drawn_remark(table: NetworkTable, network: Drawn, labels: Sequence[Label], look: Appearance) -> str:
    count = len(table.ids)
    greatest = "those of greatest weighted degree first" if network.measured else "in the order of their names"
    said = f"{len(labels):,} of {counted(count, 'node', 'nodes')} labelled, {greatest}"
    if (network.radius > network.scale * np.sqrt(network.value) * 1.01).any() and network.measured:
        said += "; the smallest nodes are larger than their share, so that they can be seen"
    if network.dropped:
        said += (
            f"; the {len(network.weight):,} heaviest of {len(network.weight) + network.dropped:,} links, "
            "of one weight the shortest"
        )
    if network.loops:
        said += f"; without {counted(network.loops, 'link of a node with itself', 'links of nodes with themselves')}"
    if table.directed and len(table.sources):
        said += "; directions of links are not shown"
    if not network.placed:
        where = "all have the same" if look.positions is not None else "the network has none"
        said += f"; places are on a spiral, by community, since {where}"
    return said


def _labels(table: NetworkTable, network: Drawn, lettering: Lettering) -> tuple[Label, ...]:
    away = away_from_neighbours(network.x, network.y, network.source, network.target)
    ends = np.stack(
        [places[each] for each in (network.source, network.target) for places in (network.x, network.y)], axis=1
    )
    # Where there are very many links no place is free of them.
    links = ends if len(ends) <= TITLED_LINKS else ends[:0]
    far = network.radius * np.array([reach(each) for each in range(SHAPES)])[network.shape]
    if len(table.ids) > LABELS:
        far[far < _IN_THE_WAY] = 0.0
    circles = Circles(network.x, network.y, far, away, links)
    page = Box(-14, -6, ROOM + 14, network.height + 6)
    share = 1.0 if len(table.ids) <= LABELS else _SHARE
    return place_labels(circles, _wanted(table, network, lettering), page, share=share)


def _wanted(table: NetworkTable, network: Drawn, lettering: Lettering) -> Iterator[Wanted]:
    """The labels in the order of importance; in a large network their size falls with it, and they have one line."""
    few = len(table.ids) <= 40
    largest = float(network.value.max(initial=0.0)) or 1.0
    for node in network.by_importance(table.labels)[:LABELS]:
        size = _SMALL_TEXT + (_LARGE_TEXT - _SMALL_TEXT) * (float(network.value[node]) / largest) ** 0.5
        size = 12.5 if few else round(size, 1)
        text = table.labels[node]
        lines = lettering.lines(text, size, _LABEL_ROOM, most=2 if few else 1)
        yield Wanted(node, lines, max(lettering.width(line, size) for line in lines), size)


def label_elements(labels: Sequence[Label], full: Sequence[str]) -> Iterator[str]:
    """The labels over a halo, the whole of a shortened one as its title.

    The halo is text of its own below all labels: not every program that shows SVG paints a stroke first.
    """
    halo = 'fill="none" stroke="#FFFFFF" stroke-width="3" stroke-opacity="0.85" stroke-linejoin="round"'
    yield f'<g class="halo" aria-hidden="true" {halo}>'
    yield from (_label(label) for label in labels)
    yield "</g>"
    yield '<g class="labels">'
    for label in labels:
        whole = full[label.node]
        yield _label(label, title=whole if " ".join(label.lines) != whole else "")
    yield "</g>"


def _label(label: Label, *, title: str = "") -> str:
    x, y, size = number(label.x), number(label.y), number(label.size)
    anchored = "" if label.anchor == "start" else f' text-anchor="{label.anchor}"'
    first, *others = label.lines
    below = number((ASCENT + DESCENT) * label.size)
    lines = escaped(first) + "".join(f'<tspan x="{x}" dy="{below}">{escaped(line)}</tspan>' for line in others)
    titled = f"<title>{escaped(title)}</title>" if title else ""
    return f'<text x="{x}" y="{y}" font-size="{size}"{anchored}>{titled}{lines}</text>'


def link_elements(table: NetworkTable, network: Drawn, look: Appearance, numbered: set[int]) -> Iterator[str]:
    """The links by colour and width, the thin ones first; few of them one by one, with titles."""
    count = len(network.weight)
    if not count:
        return
    opacity = number(min(max(0.75 - 0.085 * np.log10(count) ** 1.6, 0.2), 0.6))
    yield f'<g class="links" fill="none" stroke-opacity="{opacity}" stroke-linecap="round">'
    groups: dict[tuple[float, str], list[int]] = {}
    same = network.community[network.source] == network.community[network.target]
    widths = network.width.round(1 if count > TITLED_LINKS else 2).tolist()
    for link, (source, width) in enumerate(zip(network.source.tolist(), widths, strict=True)):
        inside = bool(same[link]) and int(network.community[source]) in numbered
        groups.setdefault((width, look.colours[source] if inside else QUIET), []).append(link)
    for (width, colour), links in sorted(groups.items()):
        yield f'<g stroke="{colour}" stroke-width="{number(max(width, 0.3))}">'
        ways = [_way(network, link) for link in links]
        if count > TITLED_LINKS:
            yield f'<path d="{"".join(ways)}"/>'
        else:
            for link, way in zip(links, ways, strict=True):
                yield f'<path d="{way}"><title>{escaped(_link_title(table, network, link))}</title></path>'
        yield "</g>"
    yield "</g>"


def _way(network: Drawn, link: int) -> str:
    source, target = int(network.source[link]), int(network.target[link])
    ends = (network.x[source], network.y[source], network.x[target], network.y[target])
    return "M{} {}L{} {}".format(*(number(round(float(end), 1)) for end in ends))


def _link_title(table: NetworkTable, network: Drawn, link: int) -> str:
    source, target = int(network.source[link]), int(network.target[link])
    ends = f"{table.labels[source]} – {table.labels[target]}"
    return f"{ends}: weight {amount(float(network.weight[link]))}"


def node_elements(
    table: NetworkTable, network: Drawn, look: Appearance, numbered: set[int], chosen: Iterable[int]
) -> Iterator[str]:
    """The chosen nodes, those in grey below, small ones on top; large ones have the number of their community."""
    titled = len(table.ids) <= TITLED_NODES
    yield '<g class="nodes">'
    for node in sorted(chosen, key=lambda each: (look.colours[each] != OTHER, -float(network.radius[each]), each)):
        colour, radius = look.colours[node], float(network.radius[node])
        x, y = float(network.x[node]), float(network.y[node])
        edge = f' stroke="{darker(colour)}" stroke-width="{number(min(0.7, radius / 4))}"' if radius > 0.9 else ""
        title = _node_title(table, network, node) if titled else ""
        yield shape(int(network.shape[node]), x, y, radius, title=title, more=f' fill="{colour}"{edge}')
        community = int(network.community[node])
        if radius >= NUMBERED and community in numbered:
            yield numeral(x, y, min(radius, 9.0), community, colour)
    yield "</g>"


def _node_title(table: NetworkTable, network: Drawn, node: int) -> str:
    said = table.labels[node]
    if network.kinds:
        kind = (table.node_column("kind") or ())[node]
        said += f", {kind}" if kind else ""
    if network.measured:
        said += f", weighted degree {amount(float(network.value[node]))}"
    return said + (f", community {network.community[node]}" if network.community[node] else "")
