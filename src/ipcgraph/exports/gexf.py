"""GEXF 1.3, for Gephi and Gephi Lite: typed attributes, size, colour and place of each node, spells of dated links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TextIO

from ipcgraph.exports.markup import attribute, text
from ipcgraph.exports.spells import RULE, Spell, spells
from ipcgraph.exports.table import Column, ColumnType, NetworkTable, Value, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipcgraph.exports.appearance import Appearance

_TYPES: Final[dict[ColumnType, str]] = {
    "boolean": "boolean",
    "integer": "long",
    "double": "double",
    "string": "string",
    "list": "liststring",
}


def write_gexf(table: NetworkTable, look: Appearance, file: TextIO) -> None:
    """Writes the network as GEXF 1.3, valid against its RELAX NG schema; the remarks are its description.

    It is dynamic where links have dates: see `spells`.
    """
    file.writelines(f"{line}\n" for line in _lines(table, look))


def _lines(table: NetworkTable, look: Appearance) -> Iterator[str]:
    dated = spells(table.edges)
    said = (*table.written_remarks(look), *((("Spells", RULE),) if dated else ()))
    remarks = "\n".join(f"{name}: {sentence}" for name, sentence in said)
    direction = "directed" if table.directed else "undirected"
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">'
    yield f"<meta><creator>ipcgraph</creator><description>{text(remarks)}</description></meta>"
    mode = ' mode="dynamic" timeformat="date" timerepresentation="interval"' if dated else ""
    yield f'<graph defaultedgetype="{direction}" idtype="string"{mode}>'
    yield from _declarations("node", table.nodes)
    yield from _declarations("edge", table.edges)
    yield f'<nodes count="{len(table.ids)}">'
    for row, (node, label) in enumerate(zip(table.ids, table.labels, strict=True)):
        inside = _values(table.nodes, row) + _look(look, row)
        yield f"<node id={attribute(node)} label={attribute(label)}>{inside}</node>"
    yield "</nodes>"
    yield f'<edges count="{len(table.sources)}">'
    ends = zip(table.edge_ids, table.sources, table.targets, table.weights, strict=True)
    for row, (edge, source, target, weight) in enumerate(ends):
        names = f'id={attribute(edge)} source={attribute(source)} target={attribute(target)} weight="{weight}"'
        yield f"<edge {names}>{_values(table.edges, row)}{_spell(dated[row]) if dated else ''}</edge>"
    yield "</edges>"
    yield "</graph>"
    yield "</gexf>"


def _declarations(element: str, columns: Sequence[Column]) -> Iterator[str]:
    if columns:
        yield f'<attributes class="{element}">'
        for number, column in enumerate(columns):
            yield f'<attribute id="{number}" title={attribute(column.name)} type="{_TYPES[column.type]}"/>'
        yield "</attributes>"


def _values(columns: Sequence[Column], row: int) -> str:
    """The values of one node or edge; what has none is not written."""
    values = "".join(
        f'<attvalue for="{number}" value={attribute(_written(column.values[row]))}/>'
        for number, column in enumerate(columns)
        if column.values[row] is not None
    )
    return f"<attvalues>{values}</attvalues>" if values else ""


def _written(value: Value) -> str:
    """A list in brackets with quoted items, as Gephi and graphology read it; anything else as its text."""
    if isinstance(value, tuple):
        items = (item.replace("\\", "\\\\").replace('"', '\\"') for item in value)
        return "[" + ", ".join(f'"{item}"' for item in items) + "]"
    return as_text(value)


def _spell(spell: Spell | None) -> str:
    if spell is None:
        return ""
    days = "".join(f" {name}={attribute(day)}" for name, day in (("start", spell.start), ("end", spell.end)) if day)
    return f"<spells><spell{days}/></spells>"


def _look(look: Appearance, row: int) -> str:
    red, green, blue = (int(look.colours[row][start : start + 2], 16) for start in (1, 3, 5))
    place = ""
    if look.positions is not None:
        x, y = look.positions[row]
        place = f'<viz:position x="{x}" y="{y}" z="0.0"/>'
    return f'<viz:color r="{red}" g="{green}" b="{blue}"/>{place}<viz:size value="{look.sizes[row]}"/>'
