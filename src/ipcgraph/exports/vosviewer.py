"""VOSviewer: JSON for VOSviewer and VOSviewer Online, and its map and network files of tab-separated text."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final, TextIO

from ipcgraph.exports.jsontext import json_text, write_elements
from ipcgraph.exports.table import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.table import Column, NetworkTable

WEIGHTS: Final = {"works": "Documents", "degree": "Links", "weighted_degree": "Total link strength"}
"""The columns that are weights of items, under the names that VOSviewer has for them; other numbers are scores."""

_LARGEST_CLUSTER: Final = 1000
_SEPARATE: Final = frozenset({"iri", "community"})


def write_vosviewer(table: NetworkTable, look: Appearance, file: TextIO) -> None:
    """Writes VOSviewer JSON, strict, one item or link a line; the remarks are its description.

    An item is numbered from 1; its text attributes are its description, as HTML. A community is a cluster where its
    number is at most 1000. Links have their strength and nothing else.
    """
    said = "<br>".join(f"{html.escape(name)}: {html.escape(text)}" for name, text in table.written_remarks(look))
    lost = ", ".join(column.name for column in table.edges)
    said += f"<br>Not in this file: of links {html.escape(lost)}" if lost else ""
    file.write(f'{{"info": {json_text({"title": dict(table.remarks)["Name"], "description": said})}, ')
    file.write('"network": {"items": [')
    write_elements(file, _items(table, look))
    file.write('\n], "links": [')
    ends = ("source_id", "target_id", "strength")
    write_elements(file, (dict(zip(ends, link, strict=True)) for link in _links(table)))
    file.write("\n]}}\n")


def write_map(table: NetworkTable, look: Appearance, file: TextIO) -> None:
    """Writes the map file: a header, then one item a line; a weight or score that is not known is an empty cell."""
    names: dict[str, None] = {}
    items = [_flat(item) for item in _items(table, look)]
    for item in items:
        names |= dict.fromkeys(item)
    file.write("\t".join(names or ("id", "label")) + "\n")
    file.writelines("\t".join(item.get(name, "") for name in names) + "\n" for item in items)


def write_network(table: NetworkTable, _look: Appearance, file: TextIO) -> None:
    """Writes the network file: the numbers of two items and their strength, one link a line, without a header."""
    file.writelines(f"{source}\t{target}\t{strength}\n" for source, target, strength in _links(table))


def _items(table: NetworkTable, look: Appearance) -> Iterator[dict[str, object]]:
    iris = table.node_column("iri") or table.ids
    clusters = table.node_column("community") or (None,) * len(table.ids)
    columns = [column for column in table.nodes if column.name not in _SEPARATE]
    weights = {WEIGHTS[column.name]: column for column in columns if column.name in WEIGHTS and _is_weight(column)}
    weighty = {column.name for column in weights.values()}
    rest = [column for column in columns if column.name not in weighty]
    scores = {column.name: column for column in rest if column.type in {"integer", "double"}}
    texts = [column for column in rest if column.name not in scores]
    for row, (iri, cluster) in enumerate(zip(iris, clusters, strict=True)):
        item: dict[str, object] = {"id": row + 1, "label": table.labels[row]}
        described = (
            f"{html.escape(column.name)}: {html.escape(as_text(column.values[row]))}"
            for column in texts
            if column.values[row] is not None
        )
        item["description"] = "<br>".join((html.escape(as_text(iri)), *described))
        if as_text(iri).startswith(("http://", "https://")):
            item["url"] = iri
        if look.positions is not None:
            item["x"], item["y"] = look.positions[row]
        if isinstance(cluster, int) and 1 <= cluster <= _LARGEST_CLUSTER:
            item["cluster"] = cluster
        yield item | {
            kind: known
            for kind, known in (("weights", _numbers(weights, row)), ("scores", _numbers(scores, row)))
            if known
        }


def _is_weight(column: Column) -> bool:
    """Whether every item has a number that is not negative, as VOSviewer wants of a weight."""
    return all(isinstance(value, int | float) and value >= 0 for value in column.values)


def _numbers(columns: Mapping[str, Column], row: int) -> dict[str, object]:
    return {name: column.values[row] for name, column in columns.items() if column.values[row] is not None}


def _flat(item: Mapping[str, object]) -> dict[str, str]:
    """The cells of an item by column; text in quotes, without those that would end it, and on one line."""
    cells: dict[str, str] = {}
    for name, value in item.items():
        if isinstance(value, dict):
            kind = name.removesuffix("s")
            cells |= {f"{kind}<{label}>": str(number) for label, number in value.items()}
        elif isinstance(value, str):
            cells[name] = '"' + " ".join(value.replace('"', "'").split()) + '"'
        else:
            cells[name] = str(value)
    return cells


def _links(table: NetworkTable) -> list[tuple[int, int, float]]:
    """One link for each pair of items, since VOSviewer knows no direction: the strengths of several are added."""
    number = {node: row + 1 for row, node in enumerate(table.ids)}
    strengths: dict[tuple[int, int], float] = {}
    for source, target, weight in zip(table.sources, table.targets, table.weights, strict=True):
        low, high = sorted((number[source], number[target]))
        strengths[low, high] = strengths.get((low, high), 0.0) + weight
    return [(low, high, strength) for (low, high), strength in strengths.items()]
