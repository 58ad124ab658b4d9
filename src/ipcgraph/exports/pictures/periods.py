"""Small multiples of a network of works: one panel a period, each node in the same place in all of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple, TextIO, Unpack

import numpy as np

from ipcgraph import networks
from ipcgraph.errors import UsageError
from ipcgraph.exports.pictures.labels import Box, Circles, Floats, Wanted, away_from_neighbours, place_labels
from ipcgraph.exports.pictures.legend import communities, legend
from ipcgraph.exports.pictures.lettering import Lettering, read_lettering
from ipcgraph.exports.pictures.network import LINKS, THINNEST, WIDEST, Drawn, Ints, drawn, heaviest
from ipcgraph.exports.pictures.nodelink import label_elements, link_elements, node_elements, notes, title_of
from ipcgraph.exports.pictures.sheet import PALE, QUIET, ROOM, Part, document, empty, legible, number, words
from ipcgraph.exports.table import network_table
from ipcgraph.networks.growth import LONGEST, span
from ipcgraph.networks.options import TAKEN
from ipcgraph.networks.remarks import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipcgraph.columns import Columns
    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.table import NetworkTable
    from ipcgraph.networks import Kind, OptionValues

PANELS: Final = 6
"""So many periods there are unless the length of a window is given."""

MOST: Final = 24
"""More panels would be too small."""

_LABELS, _TEXT, _GAP, _HEAD = 8, 10.0, 16.0, 36.0
_LARGEST, _SMALLEST, _FILLED = 13.0, 0.9, 0.06
_ABSENT: Final = "#C4C4C4"


@dataclass(frozen=True, slots=True)
class Period:
    """The network of one window of years, both included."""

    first: int
    last: int
    table: NetworkTable

    @property
    def title(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


class _Panel(NamedTuple):
    """A period with its nodes, what is drawn of it in the coordinates of the panel, and how wide that is."""

    period: Period
    inside: set[int]
    network: Drawn
    width: float


class _Links(NamedTuple):
    """What of a period is drawn: which nodes are in it, and its links among those of the whole network."""

    inside: Ints
    source: Ints
    target: Ints
    weight: Floats


def periods(
    kind: Kind, columns: Columns, *, window: int | None = None, **options: Unpack[OptionValues]
) -> tuple[Period, ...]:
    """The networks of windows of so many years, each projected from its own works.

    They go from the first year that the options name to the last; where they name none, from the first work that makes
    a node to the last. Without a length there are up to PANELS windows of one length. A work of no date, or not
    certainly of one window, is in none. Least weight and largest component are left to the whole network. Raises
    UsageError for a network that is not made of works, and where there would be more than MOST windows.
    """
    asked = networks.Options(**options)
    asked.check(kind)
    if kind not in TAKEN["since"]:
        raise UsageError(f"a network of {kind} has no periods; choose from {', '.join(TAKEN['since'])}")
    if window is not None and not 1 <= window <= LONGEST:
        raise UsageError(f"{window} is no length of a window; write a number of years from 1 to {LONGEST:,}")
    spanned = span(kind, columns, asked)
    if spanned is None:
        return ()
    start, end = asked.since or spanned[0], asked.until or spanned[1]
    length = window or math.ceil((end - start + 1) / PANELS)
    if (end - start) // length >= MOST:
        raise UsageError(f"from {start} to {end} there are more than {MOST} windows of {length}; choose longer ones")
    whole: OptionValues = {**options, "minimum_weight": None, "largest_component": False}
    found = []
    for first in range(start, end + 1, length):
        last = min(first + length - 1, end)
        inside: OptionValues = {**whole, "since": first, "until": last}
        found.append(Period(first, last, network_table(networks.network(kind, columns, **inside))))
    return tuple(found)


def write_periods(table: NetworkTable, look: Appearance, panels: Sequence[Period], file: TextIO) -> None:
    """Writes the panels as SVG: see `picture`."""
    file.write(picture(table, look, panels))


def picture(table: NetworkTable, look: Appearance, panels: Sequence[Period]) -> str:
    """The SVG: for each period a panel with its links, its nodes by their weighted degree in it, the others as dots.

    Places and colours are those of the whole network, the scales are the same in all panels. Nodes and links of a
    period that the whole network leaves out are left out here too.
    """
    table, lettering = legible(table), read_lettering()
    title = f"{title_of(table)} by period"
    if not table.ids:
        return empty(title, notes(table), lettering)
    if not panels:
        return empty(title, notes(table), lettering, said="There are no periods: no work of this network has a date.")
    whole = drawn(table, look)
    across = 1 if len(panels) == 1 else 2 if len(panels) <= 4 else 3
    share = (ROOM - _GAP * (across - 1)) / across / ROOM
    drawn_panels = _scaled(table, whole, panels, share)
    rows = communities(table.labels, whole, look)
    numbered = {row.number for row in rows if row.number}
    body: list[str] = []
    step = whole.height * share + _HEAD + _GAP
    for place, panel in enumerate(drawn_panels):
        x, y = (place % across) * (panel.width + _GAP), (place // across) * step
        body.append(f'<g class="panel" transform="translate({number(x)} {number(y)})">')
        body += _panel(table, look, panel, numbered, lettering)
        body.append("</g>")
    parts = [
        Part(math.ceil(len(panels) / across) * step, tuple(body)),
        legend(_of_all(drawn_panels), rows, lettering),
    ]
    counts = f"{counted(len(table.ids), 'node', 'nodes')}, {counted(len(table.sources), 'link', 'links')} in all years"
    about = f"The network in {counted(len(panels), 'period', 'periods')}. " + "; ".join(
        f"{panel.period.title}: {_counts(panel)}" for panel in drawn_panels
    )
    said = [("Drawn", _drawn_remark(whole, drawn_panels)), *notes(table)]
    return document(title, counts, parts, said, lettering, about=about)


def _of_all(panels: Sequence[_Panel]) -> Drawn:
    """What the legend has to explain: the greatest values and weights of all panels."""
    value = np.max([panel.network.value for panel in panels], axis=0)
    weight = np.concatenate([panel.network.weight for panel in panels])
    return replace(panels[0].network, value=value, weight=weight)


def _drawn_remark(whole: Drawn, panels: Sequence[_Panel]) -> str:
    said = "places and communities of all years together; dots are nodes without a work in the period"
    seen = set().union(*(panel.inside for panel in panels))
    if len(seen) < len(whole.x):
        absent = counted(len(whole.x) - len(seen), "node is", "nodes are")
        said += f"; {absent} in no panel: no work of theirs is certainly of one of the periods"
    dropped = sum(panel.network.dropped for panel in panels)
    if dropped:
        said += (
            f"; in all panels {counted(dropped, 'link', 'links')} not drawn, the lightest, of one weight the longest"
        )
    return said + ("" if whole.placed else "; places are on a spiral, by community, since the network has none")


def _links(table: NetworkTable, panel: NetworkTable) -> _Links:
    """The nodes and links of a period as numbers of nodes of the whole network."""
    place = {iri: node for node, iri in enumerate(table.node_column("iri") or ())}
    number_of = {node: row for row, node in enumerate(table.ids)}
    known = {
        frozenset((number_of[source], number_of[target]))
        for source, target in zip(table.sources, table.targets, strict=True)
    }
    iris = dict(zip(panel.ids, panel.node_column("iri") or (), strict=True))
    inside = sorted(place[iri] for iri in iris.values() if iri in place)
    kept: list[tuple[int, int, float]] = []
    for source, target, weight in zip(panel.sources, panel.targets, panel.weights, strict=True):
        one, other = place.get(iris[source], -1), place.get(iris[target], -1)
        if one != other and frozenset((one, other)) in known:
            kept.append((one, other, weight))
    ends = np.array([each[:2] for each in kept], np.int64).reshape(-1, 2)
    weights = np.array([each[2] for each in kept], np.float64)
    return _Links(np.array(inside, np.int64), ends[:, 0], ends[:, 1], weights)


def _scaled(table: NetworkTable, whole: Drawn, periods: Sequence[Period], share: float) -> list[_Panel]:
    """The panels, all on the same scales."""
    links = [_links(table, period.table) for period in periods]
    x, y = whole.x * share, whole.y * share
    count = len(table.ids)
    values = [
        (np.bincount(each.source, each.weight, count) + np.bincount(each.target, each.weight, count)).astype(np.float64)
        for each in links
    ]
    largest = max(float(value.max(initial=0.0)) for value in values) or 1.0
    most = max(float(value.sum()) for value in values) or 1.0
    room = ROOM * whole.height * share * share
    scale = min(_LARGEST / math.sqrt(largest), math.sqrt(_FILLED * room / (math.pi * most)))
    heaviest_link = max(float(each.weight.max(initial=0.0)) for each in links) or 1.0
    line = WIDEST * 0.75 / math.sqrt(max(heaviest_link, 4.0))
    found = []
    for period, each, value in zip(periods, links, values, strict=True):
        length = np.hypot(x[each.source] - x[each.target], y[each.source] - y[each.target])
        chosen = heaviest(each.weight, length, most=LINKS // len(links))
        network = replace(
            whole,
            x=x,
            y=y,
            height=whole.height * share,
            value=value,
            radius=np.maximum(scale * np.sqrt(value), max(_SMALLEST, 2.5 if count <= 300 else 0)),
            source=each.source[chosen],
            target=each.target[chosen],
            weight=each.weight[chosen],
            width=np.clip(line * np.sqrt(each.weight[chosen]), THINNEST, WIDEST),
            scale=scale,
            line=line,
            dropped=len(each.weight) - len(chosen),
            measured=True,
        )
        found.append(_Panel(period, set(each.inside.tolist()), network, ROOM * share))
    return found


def _panel(table: NetworkTable, look: Appearance, panel: _Panel, numbered: set[int], lettering: Lettering) -> list[str]:
    """One panel: its title, its frame, the nodes that are not in it as dots, links, nodes and some labels."""
    network, width = panel.network, panel.width
    frame = f'width="{number(width)}" height="{number(network.height)}"'
    outside = [node for node in range(len(table.ids)) if node not in panel.inside]
    dots = "".join(f"M{number(network.x[node])} {number(network.y[node])}h0" for node in outside)
    dot = f'stroke="{_ABSENT}" stroke-width="{number(_dot(len(outside)))}" stroke-linecap="round"'
    order = [node for node in network.by_importance(table.labels) if node in panel.inside]
    wanted = []
    for node in order[:_LABELS]:
        text = lettering.shorten(table.labels[node], _TEXT, 150)
        wanted.append(Wanted(node, (text,), lettering.width(text, _TEXT), _TEXT))
    away = away_from_neighbours(network.x, network.y, network.source, network.target)
    circles = Circles(network.x, network.y, network.radius, away, np.zeros((0, 4)))
    labels = place_labels(circles, wanted, Box(2, 2, width - 2, network.height - 2), share=0.3)
    return [
        words(0, 14, panel.period.title, size=14),
        words(0, 28, _counts(panel), size=_TEXT, colour=QUIET),
        f'<g transform="translate(0 {number(_HEAD)})">',
        f'<rect {frame} fill="none" stroke="{PALE}"/>',
        f'<path class="others" d="{dots}" {dot} fill="none"/>' if outside else "",
        *link_elements(table, network, look, numbered),
        *node_elements(table, network, look, numbered, panel.inside),
        *label_elements(labels, table.labels),
        "" if panel.inside else words(width / 2, network.height / 2, "none", size=12, anchor="middle", colour=QUIET),
        "</g>",
    ]


def _dot(count: int) -> float:
    """The width of a dot: few are to be seen, many must not make the panel grey."""
    return 3.0 if count <= 100 else 1.6 if count <= 2_000 else 0.8


def _counts(panel: _Panel) -> str:
    links = len(panel.network.weight) + panel.network.dropped
    return f"{counted(len(panel.inside), 'node', 'nodes')}, {counted(links, 'link', 'links')}"
