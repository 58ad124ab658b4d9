"""The matrix of a network: a row and a column for each node, a square for each link, dark by its weight."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple, TextIO

import numpy as np

from ipcgraph.exports.markup import text as escaped
from ipcgraph.exports.pictures.lettering import Lettering, read_lettering
from ipcgraph.exports.pictures.network import Drawn, drawn
from ipcgraph.exports.pictures.nodelink import notes, title_of
from ipcgraph.exports.pictures.shapes import darker, lettered
from ipcgraph.exports.pictures.sheet import (
    INK,
    PALE,
    QUIET,
    ROOM,
    Part,
    amount,
    document,
    empty,
    legible,
    number,
    steps,
    words,
)
from ipcgraph.networks.remarks import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.table import NetworkTable

MOST: Final = 80
"""So many rows, and columns, have room to be read."""

_NARROW, _WIDE, _ABOVE = 186.0, 400.0, 190.0
"""Room for the names of rows, where there are many columns and where few, and for those of columns."""

_LARGEST, _NUMBERED = 30.0, 15.0
"""The largest side of a square, and the one from which on its weight stands in it."""

_BAR: Final = 14.0

_LIGHT, _DARK = (0xD3, 0xE4, 0xF0), (0x06, 0x2F, 0x57)


class Grid(NamedTuple):
    """What the matrix shows: the nodes of rows and columns in order, and the weight of each pair with a link."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    cells: Mapping[tuple[int, int], float]
    two_modes: bool


class Frame(NamedTuple):
    """Where the squares begin, their side, and the size of names."""

    left: float
    above: float
    side: float
    size: float


def write_matrix(table: NetworkTable, look: Appearance, file: TextIO) -> None:
    """Writes the matrix as SVG: see `picture`."""
    file.write(picture(table, look))


def picture(table: NetworkTable, look: Appearance) -> str:
    """The SVG: rows and columns by community, then weighted degree; each square says its pair and weight.

    A network of two modes has one in the rows, the other in the columns. Past MOST rows or columns those of greatest
    weighted degree are shown that are linked with one another; the rest, and their links, are counted below.
    """
    table, lettering = legible(table), read_lettering()
    title = f"{title_of(table)}: matrix"
    if not table.ids:
        return empty(title, notes(table), lettering)
    network = drawn(table, look)
    grid = _grid(table, network)
    names = {node: table.labels[node] for node in {*grid.rows, *grid.columns}}
    frame = _frame(grid, names, lettering)
    body = (
        *_names(grid, names, frame, lettering),
        *_bars(network, look, grid, frame),
        *_cells(names, grid, frame),
    )
    part = Part(frame.above + frame.side * len(grid.rows), body)
    counts = f"{counted(len(table.ids), 'node', 'nodes')}, {counted(len(table.sources), 'link', 'links')}"
    said = (("Shown", _shown(table, grid)), *notes(table))
    about = f"A matrix of {counts}: a row and a column for each node, a square for each link, dark by its weight."
    return document(title, counts, [part, _scale(grid, frame.left)], said, lettering, about=about)


def _grid(table: NetworkTable, network: Drawn) -> Grid:
    modes = table.node_column("bipartite")
    two = modes is not None and {mode for mode in modes if mode is not None} == {0, 1}
    mode = [int(bool(each)) if two else 0 for each in modes or (None,) * len(table.ids)]
    shown = sorted(_linked(table, network.by_importance(table.labels), mode), key=lambda node: _place(network, node))
    rows, columns = (tuple(node for node in shown if not two or mode[node] == number) for number in (0, 1))
    cells: dict[tuple[int, int], float] = {}
    in_rows, in_columns = set(rows), set(columns)
    place = {node: number for number, node in enumerate(table.ids)}
    for source, target, weight in zip(table.sources, table.targets, table.weights, strict=True):
        ends = (place[source], place[target])
        for row, column in {ends} if table.directed else {ends, ends[::-1]}:
            if row in in_rows and column in in_columns:
                cells[row, column] = cells.get((row, column), 0.0) + weight
    return Grid(rows, columns, cells, two)


def _linked(table: NetworkTable, order: Sequence[int], mode: Sequence[int]) -> set[int]:
    """The nodes that have room: the first in the order, but where not all have, none without a link to another.

    Those that would have an empty row give way to the first of the others that are linked with what is shown.
    """
    of_mode = [[node for node in order if mode[node] == number] for number in (0, 1)]
    first = {node for nodes in of_mode for node in nodes[:MOST]}
    if len(first) == len(order):
        return first
    place = {node: number for number, node in enumerate(table.ids)}
    beside: dict[int, set[int]] = {node: set() for node in order}
    for source, target in zip(table.sources, table.targets, strict=True):
        if source != target:
            beside[place[source]].add(place[target])
            beside[place[target]].add(place[source])
    shown = {node for node in first if beside[node] & first}
    room = Counter({number: MOST - sum(mode[node] == number for node in shown) for number in (0, 1)})
    rank = {node: number for number, node in enumerate(order)}
    while True:
        before = len(shown)
        for node in order:
            if node not in shown and room[mode[node]] and not beside[node].isdisjoint(shown):
                shown.add(node)
                room[mode[node]] -= 1
        if len(shown) > before:
            continue
        # Nothing else is linked with these: then the first pair of the others.
        pairs = (
            {node, min(beside[node], key=rank.__getitem__)} for node in order if beside[node] and node not in shown
        )
        pair = next((each for each in pairs if Counter(mode[node] for node in each) <= room), None)
        if pair is None:
            return shown or first
        shown |= pair
        room -= Counter(mode[node] for node in pair)


def _place(network: Drawn, node: int) -> tuple[int, float, int]:
    community = int(network.community[node]) or len(network.community) + 1
    return (community, -round(float(network.value[node]), 9), node)


def _shown(table: NetworkTable, grid: Grid) -> str:
    order = "rows and columns by community, then weighted degree"
    shown = set(grid.rows) | set(grid.columns)
    if len(shown) == len(table.ids):
        return f"all nodes; {order}"
    inside = sum(1 for row, column in grid.cells if grid.two_modes or table.directed or row <= column)
    hidden = len(table.sources) - inside
    rest = counted(len(table.ids) - len(shown), "other node", "other nodes")
    links = counted(hidden, "link with or among them is", "links with or among them are")
    chosen = f"the {len(shown):,} nodes of greatest weighted degree"
    if grid.cells:
        chosen += " among those that are linked with one another"
    return f"{chosen}; {rest} and {links} not shown; {order}"


def _frame(grid: Grid, names: Mapping[int, str], lettering: Lettering) -> Frame:
    side = min(_LARGEST, (ROOM - _NARROW - _BAR) / max(len(grid.columns), 1))
    size = min(side * 0.82, 12.0)
    beside = max((lettering.width(names[node][:200], size) for node in grid.rows), default=0.0) + 4
    above = max((lettering.width(names[node][:200], size) for node in grid.columns), default=0.0) + 4
    beside = min(beside, max(_NARROW, min(_WIDE, ROOM - _BAR - side * len(grid.columns))))
    return Frame(beside + _BAR, min(above, _ABOVE) + _BAR, side, size)


def _names(grid: Grid, names: Mapping[int, str], frame: Frame, lettering: Lettering) -> Iterator[str]:
    left, above, side, size = frame
    middle = side / 2 + size * 0.35
    for place, node in enumerate(grid.rows):
        shown = lettering.shorten(names[node], size, left - _BAR)
        row = words(left - _BAR, above + place * side + middle, shown, size=size, anchor="end")
        yield _titled(row, shown, names[node])
    for place, node in enumerate(grid.columns):
        shown = lettering.shorten(names[node], size, above - _BAR)
        x, y = left + place * side + middle, above - _BAR
        turned = f' transform="rotate(-90 {number(x)} {number(y)})"'
        yield _titled(words(x, y, shown, size=size, more=turned), shown, names[node])


def _titled(element: str, shown: str, name: str) -> str:
    """The element, with the name as its title where it is shortened."""
    return element if shown == name else element.replace(">", f"><title>{escaped(name)}</title>", 1)


def _bars(network: Drawn, look: Appearance, grid: Grid, frame: Frame) -> Iterator[str]:
    """The communities as bars with their number beside rows and columns, and lines between them."""
    left, above, side, _ = frame
    width, height = side * len(grid.columns), side * len(grid.rows)
    ground = f'x="{number(left)}" y="{number(above)}" width="{number(width)}" height="{number(height)}"'
    yield f'<rect {ground} fill="#FFFFFF" stroke="{PALE}"/>'
    for nodes, across in ((grid.rows, False), (grid.columns, True)):
        for first, last in _runs([int(network.community[node]) for node in nodes]):
            start, length = first * side, (last - first) * side
            colour, community = look.colours[nodes[first]], int(network.community[nodes[first]])
            x, y = (left + start, above - 11) if across else (left - 11, above + start)
            wide, high = (length, 10.0) if across else (10.0, length)
            place = f'x="{number(x)}" y="{number(y)}" width="{number(wide)}" height="{number(high)}"'
            yield f'<rect {place} fill="{colour}" stroke="{darker(colour)}" stroke-width="0.5"/>'
            if community and length >= 7:
                middle, base = x + wide / 2, y + high / 2 + 2.8
                yield words(middle, base, str(community), size=8, anchor="middle", colour=lettered(colour))
            if first:
                ends = (
                    (left + start, above, left + start, above + height)
                    if across
                    else (left, above + start, left + width, above + start)
                )
                names = ("x1", "y1", "x2", "y2")
                line = " ".join(f'{name}="{number(end)}"' for name, end in zip(names, ends, strict=True))
                yield f'<line {line} stroke="{PALE}" stroke-width="0.8"/>'


def _runs(values: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first place and the one after the last of each run of equal values."""
    first = 0
    for place in range(1, len(values) + 1):
        if place == len(values) or values[place] != values[first]:
            yield first, place
            first = place


def _cells(names: Mapping[int, str], grid: Grid, frame: Frame) -> Iterator[str]:
    most = max(grid.cells.values(), default=1.0)
    row_of = {node: place for place, node in enumerate(grid.rows)}
    column_of = {node: place for place, node in enumerate(grid.columns)}
    yield '<g class="cells">'
    if not grid.two_modes:
        for place in range(len(grid.rows)):
            yield _square(place, place, frame, PALE, f"{names[grid.rows[place]]}", share=0.25)
    order = sorted((row_of[row], column_of[column], row, column) for row, column in grid.cells)
    for down, across, row, column in order:
        weight = grid.cells[row, column]
        colour = _shade(weight / most)
        yield _square(down, across, frame, colour, f"{names[row]} – {names[column]}: {amount(weight)}")
        if frame.side >= _NUMBERED:
            left, above, side, _ = frame
            x, y = left + (across + 0.5) * side, above + (down + 0.5) * side + side * 0.16
            yield words(x, y, amount(weight), size=side * 0.42, anchor="middle", colour=lettered(colour))
    yield "</g>"


def _square(down: int, across: int, frame: Frame, colour: str, title: str, *, share: float = 0.92) -> str:
    left, above, side, _ = frame
    length, off = side * share, side * (1 - share) / 2
    x, y = number(left + across * side + off), number(above + down * side + off)
    place = f'x="{x}" y="{y}" width="{number(length)}" height="{number(length)}"'
    return f'<rect {place} fill="{colour}"><title>{escaped(title)}</title></rect>'


def _shade(share: float) -> str:
    """From light to dark, by the root of the share, so that small weights differ too."""
    step = np.sqrt(min(max(share, 0.0), 1.0))
    return "#" + "".join(
        f"{round(light + (dark - light) * step):02X}" for light, dark in zip(_LIGHT, _DARK, strict=True)
    )


def _scale(grid: Grid, left: float) -> Part:
    most = max(grid.cells.values(), default=0.0)
    body = [words(left, 12, "Weight of a link; bars: communities by number", size=12)]
    across = left
    for value in steps(most, 4):
        place = f'x="{number(across)}" y="20" width="16" height="16"'
        body.append(f'<rect {place} fill="{_shade(value / most)}"/>')
        body.append(words(across + 22, 32, amount(value), size=12, colour=INK))
        across += 70
    if not grid.cells:
        body.append(words(left, 32, "no links among these nodes", size=12, colour=QUIET))
    return Part(40, tuple(body))
