"""One table of a network behind all writers: columns typed, names safe, ids short, text that every format can carry."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast

from pyoxigraph import Literal as Term
from pyoxigraph import NamedNode

from ipcgraph.networks.measures import remarks

if TYPE_CHECKING:
    import networkx as nx

    from ipcgraph.exports.appearance import Appearance

ColumnType: TypeAlias = Literal["boolean", "integer", "double", "string", "list"]
Value: TypeAlias = bool | int | float | str | tuple[str, ...] | None

RESERVED: Final = frozenset({
    "a", "attvalues", "b", "color", "directed", "edges", "end", "for", "forcelabel", "g", "hidden", "highlighted",
    "id", "interaction", "interval", "iri", "key", "label", "name", "nodes", "parent", "parents", "pid", "position",
    "r", "represents", "selected", "shape", "size", "source", "source_iri", "spells", "start", "target",
    "target_iri", "thickness", "timeset", "type", "value", "viz", "weight", "x", "y", "z", "zindex",
})  # fmt: skip
"""Names that one format or another keeps for itself; an attribute of such a name is written with `attr_` before it."""

SAFE_INTEGER: Final = 2**53
"""Integers beyond this are written as text: a JSON reader would round them."""

_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow, lone surrogates among them."""


@dataclass(frozen=True, slots=True)
class Column:
    """An attribute of all nodes, or all edges: one type, and a value or None for each."""

    name: str
    type: ColumnType
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class NetworkTable:
    """A network as columns, ready to be written.

    Nodes have the ids n0, n1, … in the order of the graph, and the column `iri` has what they are in the graph. Edges
    have e0, e1, … and the ids of their ends; `weights` is 1 where the graph has none. `remarks` are name and text, to
    be kept with the network.
    """

    directed: bool
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    nodes: tuple[Column, ...]
    edge_ids: tuple[str, ...]
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    weights: tuple[float, ...]
    edges: tuple[Column, ...]
    remarks: tuple[tuple[str, str], ...]

    def written_remarks(self, look: Appearance) -> tuple[tuple[str, str], ...]:
        """The remarks, and with them how the nodes look."""
        return (*self.remarks, ("Appearance", look.remark))

    def node_column(self, name: str) -> tuple[Value, ...] | None:
        """The values of a node column, or None where there is no such column."""
        return next((column.values for column in self.nodes if column.name == name), None)


def network_table(graph: nx.Graph[str]) -> NetworkTable:
    """The table of any networkx graph.

    A column gets the one type that fits all its values (integer and double are double together, else text); None and
    numbers that are not finite are left empty; a date is its ISO text, with its year as an integer in a column
    `{name}_year`; a list stays one, a dict is JSON text; anything else is its text. Reserved names, and names that
    differ in case only, are told apart.
    """
    nodes = list(graph)
    ids = {node: f"n{number}" for number, node in enumerate(nodes)}
    attributes = [graph.nodes[node] for node in nodes]
    links = list(graph.edges(data=True))
    weights = [_number(link.get("weight")) for _, _, link in links]
    name = str(graph.graph.get("name") or "Network")
    iri = Column("iri", "string", tuple(clean(str(node)) for node in nodes))
    return NetworkTable(
        directed=graph.is_directed(),
        ids=tuple(ids.values()),
        labels=tuple(_label(node, each) for node, each in zip(nodes, attributes, strict=True)),
        nodes=(iri, *_columns(attributes, own={"label"})),
        edge_ids=tuple(f"e{number}" for number in range(len(links))),
        sources=tuple(ids[source] for source, _, _ in links),
        targets=tuple(ids[target] for _, target, _ in links),
        weights=tuple(1.0 if weight is None else weight for weight in weights),
        edges=_columns([link for _, _, link in links], own={"weight"}),
        remarks=(("Name", clean(name)), *((title, clean(text)) for title, text in remarks(graph.graph))),
    )


def clean(text: str) -> str:
    """The text without the characters that XML does not allow.

    >>> clean("a" + chr(0) + "b")
    'ab'
    """
    return _ILLEGAL.sub("", str(text))


def _label(node: object, attributes: Mapping[str, object]) -> str:
    label = attributes.get("label")
    return clean(str(node if label is None or label == "" else label))


def _number(value: object) -> float | None:
    """A finite number, or None."""
    plain = _plain(value)
    return float(plain) if isinstance(plain, int | float) else None


def _columns(rows: Sequence[Mapping[str, object]], *, own: set[str]) -> tuple[Column, ...]:
    """One column for each attribute, by name; those in `own` are written elsewhere."""
    names = sorted({str(name) for row in rows for name in row} - own)
    taken: set[str] = set()
    columns: list[Column] = []
    for name in names:
        values = [_plain(row.get(name)) for row in rows]
        if any(isinstance(value, dt.date) for value in values):
            years = tuple(value.year if isinstance(value, dt.date) else None for value in values)
            columns.append(_typed(_safe(name, taken), [_undated(value) for value in values]))
            columns.append(Column(_safe(f"{name}_year", taken), "integer", years))
        else:
            columns.append(_typed(_safe(name, taken), cast("list[Value]", values)))
    return tuple(columns)


def _undated(value: Value | dt.date) -> Value:
    return value.isoformat() if isinstance(value, dt.date) else value


def _plain(value: object) -> Value | dt.date:
    """The value as one of Python's own; numpy's scalars by their `item`, a subclass of str as str."""
    if value is None or isinstance(value, bool | dt.date):
        return value
    if isinstance(value, str):
        return clean(str(value))
    if isinstance(value, int):
        return int(value) if abs(value) <= SAFE_INTEGER else str(value)
    if isinstance(value, float | Decimal):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, NamedNode | Term):
        return clean(value.value)
    if isinstance(value, Mapping):
        return clean(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "ndim", 0) == 0:
        return _plain(item())
    if isinstance(value, Iterable):
        texts = [clean(str(each)) for each in value]
        return tuple(sorted(texts) if isinstance(value, set | frozenset) else texts)
    return clean(str(value))


def _typed(name: str, values: Sequence[Value]) -> Column:
    """The column with the one type that fits every value; where none does, all become text."""
    kinds = {_kind(value) for value in values if value is not None}
    if len(kinds) == 1:
        return Column(name, kinds.pop(), tuple(values))
    if kinds == {"integer", "double"}:
        return Column(name, "double", tuple(None if value is None else float(cast("float", value)) for value in values))
    return Column(name, "string", tuple(None if value is None else as_text(value) for value in values))


def _kind(value: Value) -> ColumnType:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "double"
    return "list" if isinstance(value, tuple) else "string"


def as_text(value: Value) -> str:
    """A value as text: `true` and `false`, shortest digits that read back the same, a list joined by `; `.

    >>> as_text(("a", "b")), as_text(True), as_text(0.1)
    ('a; b', 'true', '0.1')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "; ".join(value)
    return "" if value is None else str(value)


def _safe(name: str, taken: set[str]) -> str:
    """A name that every format can carry (an XML NMTOKEN), not reserved and not yet taken in any case."""
    token = re.sub(r"[^A-Za-z0-9_.-]", "_", name) or "attribute"
    token = f"attr_{token}" if token.lower() in RESERVED or not re.match(r"[A-Za-z_]", token) else token
    candidate, number = token, 2
    while candidate.lower() in taken:
        candidate, number = f"{token}_{number}", number + 1
    taken.add(candidate.lower())
    return candidate
