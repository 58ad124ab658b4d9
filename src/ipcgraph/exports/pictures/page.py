"""One HTML file of a network: a picture to move about in, tables of the same data, and the notes; it asks no server."""

from __future__ import annotations

import base64
import hashlib
import string
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from ipcgraph import __version__
from ipcgraph.exports.glossary import explained
from ipcgraph.exports.jsontext import json_text
from ipcgraph.exports.spells import spells
from ipcgraph.exports.table import as_text
from ipcgraph.shipped import asset

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TextIO

    from ipcgraph.exports.appearance import Appearance
    from ipcgraph.exports.glossary import Side
    from ipcgraph.exports.table import Column, NetworkTable, Value

MOST_NODES: Final = 5_000
MOST_LINKS: Final = 50_000
"""What a browser draws without delay on a small machine; GEXF and the other formats have everything."""

LISTED: Final = 1_000
"""So many nodes, and so many links, stand in the tables of the page."""

_LONG: Final = 120
"""A text of more characters is clipped where it is seen; all of it is there to be read and copied."""

Row = int


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of nodes and links in one part of the page, in their order."""

    nodes: tuple[Row, ...]
    links: tuple[Row, ...]


def write_page(
    table: NetworkTable,
    look: Appearance,
    file: TextIO,
    *,
    most_nodes: int = MOST_NODES,
    most_links: int = MOST_LINKS,
) -> None:
    """Writes one HTML file that holds all it needs, for any browser, from a disk or a server.

    Drawn are the `most_nodes` nodes of the highest weighted degree and of the links among them the `most_links`
    heaviest; the tables list the first LISTED of each; the page says what it leaves out. Without places, without
    JavaScript or without WebGL it is the tables and the notes. Raises ProjectError where the files of the page are
    not there.
    """
    strength = _strengths(table)
    by_strength = tuple(
        sorted(range(len(table.ids)), key=lambda row: (-round(strength[row], 9), table.labels[row], row))
    )
    by_weight = tuple(sorted(range(len(table.edge_ids)), key=lambda row: (-table.weights[row], row)))
    drawn = _drawn(table, by_strength, by_weight, most_nodes=most_nodes, most_links=most_links)
    listed = _Part(by_strength[:LISTED], by_weight[:LISTED])
    title = dict(table.remarks)["Name"]
    facts = f"{_counted(len(table.ids), 'node')} and {_counted(len(table.edge_ids), 'link')}"
    style, script = asset("network.css").read_text("utf-8"), asset("network.js").read_text("utf-8")
    page = string.Template(asset("network.html").read_text("utf-8"))
    file.write(
        page.substitute(
            policy=_policy(style, script),
            generator=f"ipcgraph {__version__}",
            title=escape(title),
            facts=escape(facts),
            described=escape(f"{title}: {facts}. The tables below the picture hold the same network."),
            style=style,
            script=script,
            cut=escape(_cut(table, drawn)),
            nodes=_node_table(table, listed),
            links=_link_table(table, listed),
            notes=_notes(table, look),
            licences=escape(asset("network.js.licences.txt").read_text("utf-8")),
            data=_data(table, look, drawn),
        )
    )


def _strengths(table: NetworkTable) -> list[float]:
    """The weighted degree of each node by the links of the table."""
    number = {node: row for row, node in enumerate(table.ids)}
    strengths = [0.0] * len(table.ids)
    for source, target, weight in zip(table.sources, table.targets, table.weights, strict=True):
        strengths[number[source]] += weight
        strengths[number[target]] += weight
    return strengths


def _drawn(
    table: NetworkTable,
    by_strength: Sequence[Row],
    by_weight: Sequence[Row],
    *,
    most_nodes: int,
    most_links: int,
) -> _Part:
    nodes = tuple(sorted(by_strength[:most_nodes]))
    known = {table.ids[row] for row in nodes}
    among = [row for row in by_weight if table.sources[row] in known and table.targets[row] in known]
    return _Part(nodes, tuple(sorted(among[:most_links])))


def _policy(style: str, script: str) -> str:
    """Nothing is loaded from anywhere, and no script runs but the one of this page."""
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script))
    style_hash, script_hash = (f"'sha256-{each}'" for each in hashes)
    return (
        f"default-src 'none'; script-src {script_hash}; style-src {style_hash}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _cut(table: NetworkTable, drawn: _Part) -> str:
    """What the picture leaves out, and by which rule; nothing where it has all."""
    sentences: list[str] = []
    if len(drawn.nodes) < len(table.ids):
        sentences.append(
            f"The picture has the {len(drawn.nodes):,} nodes of the highest weighted degree of {len(table.ids):,}."
        )
    if len(drawn.links) < len(table.edge_ids):
        among = "" if len(drawn.nodes) == len(table.ids) else " and only among these nodes"
        sentences.append(
            f"It has {len(drawn.links):,} of {_counted(len(table.edge_ids), 'link')}: the heaviest{among}."
        )
    return " ".join([*sentences, _ELSEWHERE] if sentences else sentences)


_ELSEWHERE: Final = "The formats for other tools, such as CSV and GEXF, have all of them."


def _data(table: NetworkTable, look: Appearance, drawn: _Part) -> str:
    """What the script draws, as JSON that can end no element of the page."""
    number = {table.ids[row]: at for at, row in enumerate(drawn.nodes)}
    places = look.positions
    years = _years(table.edges)
    links: dict[str, object] = {
        "source": [number[table.sources[row]] for row in drawn.links],
        "target": [number[table.targets[row]] for row in drawn.links],
        "weight": [table.weights[row] for row in drawn.links],
        "columns": _held_columns(table.edges, drawn.links),
    }
    if years is not None:
        first, last = years
        links |= {"first": [first[row] for row in drawn.links], "last": [last[row] for row in drawn.links]}
    held = {
        "directed": table.directed,
        "drawn": bool(drawn.nodes) and places is not None,
        "undrawn": _undrawn(look) if drawn.nodes else "There is nothing to draw: the network has no node.",
        "nodes": {
            "id": [table.ids[row] for row in drawn.nodes],
            "label": [table.labels[row] for row in drawn.nodes],
            "x": [] if places is None else [places[row][0] for row in drawn.nodes],
            "y": [] if places is None else [places[row][1] for row in drawn.nodes],
            "size": [look.sizes[row] for row in drawn.nodes],
            "colour": [look.colours[row] for row in drawn.nodes],
        },
        "columns": _held_columns(table.nodes, drawn.nodes),
        "links": links,
    }
    # Any `<` could begin what ends the element, or keeps it from ending.
    return json_text(held).replace("<", "\\u003c")


def _undrawn(look: Appearance) -> str:
    return f"There is no picture, since the nodes have no places ({look.remark})."


def _held_columns(columns: Iterable[Column], rows: Sequence[Row]) -> list[dict[str, object]]:
    return [
        {"name": column.name, "title": _title(column.name), "values": [_rounded(column.values[row]) for row in rows]}
        for column in columns
    ]


def _rounded(value: Value) -> Value:
    """Six digits are more than a page shows, and a third of the size."""
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _years(columns: Sequence[Column]) -> tuple[list[int | None], list[int | None]] | None:
    """The first and the last year of each link, None where open or not known; None where no link has one."""
    named = {column.name: column.values for column in columns}
    if "first_year" in named and "last_year" in named:
        return _whole(named["first_year"]), _whole(named["last_year"])
    found = spells(columns)
    if not found:
        return None
    starts = [int(spell.start[:4]) if spell and spell.start else None for spell in found]
    ends = [int(spell.end[:4]) if spell and spell.end else None for spell in found]
    return starts, ends


def _whole(values: Sequence[Value]) -> list[int | None]:
    return [value if isinstance(value, int) else None for value in values]


def _node_table(table: NetworkTable, listed: _Part) -> str:
    """The nodes as an HTML table; the name of a node leads to its place in the picture, or to its row."""
    rule = _listed_rule(len(listed.nodes), len(table.ids), "nodes of the highest weighted degree")
    iris = table.node_column("iri") or table.ids
    columns = [column for column in table.nodes if column.name != "iri"]
    known = frozenset(listed.nodes)
    head = ["<th scope=col>Name</th>", *(_heading(column) for column in columns), "<th scope=col>IRI</th>"]
    rows = (
        f"<tr id=row-{table.ids[row]}><th scope=row>{_name(table, row, known)}</th>"
        + "".join(_cell(column, row) for column in columns)
        + f"<td>{_link(as_text(iris[row]))}</td></tr>"
        for row in listed.nodes
    )
    return _html_table("nodes", rule, head, rows) + _meanings([column.name for column in columns], "node")


def _link_table(table: NetworkTable, listed: _Part) -> str:
    """The links as an HTML table, the heaviest first."""
    rule = _listed_rule(len(listed.links), len(table.edge_ids), "heaviest links")
    number = {node: row for row, node in enumerate(table.ids)}
    known = frozenset(listed.nodes)
    ends = ("From", "To") if table.directed else ("Between", "And")
    weights = '<th scope=col class="number">weight</th>'
    head = [*(f"<th scope=col>{end}</th>" for end in ends), weights, *(_heading(column) for column in table.edges)]
    rows = (
        f"<tr><th scope=row>{_name(table, number[table.sources[row]], known)}</th>"
        f"<td>{_name(table, number[table.targets[row]], known)}</td>"
        f'<td class="number">{_figure(table.weights[row])}</td>'
        + "".join(_cell(column, row) for column in table.edges)
        + "</tr>"
        for row in listed.links
    )
    return _html_table("links", rule, head, rows) + _meanings(["weight", *(each.name for each in table.edges)], "link")


def _meanings(names: Sequence[str], side: Side) -> str:
    """What the columns of a table are, in one sentence each."""
    if not names:
        return ""
    rows = "\n".join(f"<dt>{escape(_title(name))}</dt><dd>{escape(explained(name, side))}</dd>" for name in names)
    return f"\n<details><summary>What the columns are</summary>\n<dl>\n{rows}\n</dl></details>"


def _listed_rule(listed: int, whole: int, what: str) -> str:
    if listed == whole:
        return ""
    return f"Listed are the {listed:,} {what}, of {whole:,}. {_ELSEWHERE}"


def _html_table(title: str, rule: str, head: Sequence[str], rows: Iterable[str]) -> str:
    body = "\n".join(rows)
    if not body:
        return "<p>There are none.</p>"
    said = f"<p>{escape(rule)}</p>\n" if rule else ""
    # A table wider than the page is moved by keyboard as well: hence the focus.
    return (
        f'{said}<div class="table" tabindex="0" role="region" aria-label="Table of {title}">\n<table>\n'
        f"<thead><tr>{''.join(head)}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _heading(column: Column) -> str:
    number = ' class="number"' if column.type in {"integer", "double"} else ""
    return f"<th scope=col{number}>{escape(_title(column.name))}</th>"


def _title(name: str) -> str:
    """A column's name as a heading.

    >>> _title("weighted_degree")
    'weighted degree'
    """
    return "IRI" if name == "iri" else name.replace("_", " ")


def _cell(column: Column, row: Row) -> str:
    value = column.values[row]
    if column.type in {"integer", "double"}:
        return f'<td class="number">{_figure(value)}</td>'
    return f"<td>{_text(as_text(value))}</td>"


def _figure(value: Value) -> str:
    """A number with four digits that count.

    >>> _figure(0.123456), _figure(1200), _figure(3.0), _figure(None)
    ('0.1235', '1200', '3', '')
    """
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:.4g}"
    return as_text(value)


def _name(table: NetworkTable, row: Row, listed: frozenset[Row]) -> str:
    """The name of a node, which leads to its row, or in a browser that runs the page to the picture.

    Where it has no row only the program makes a link of it: without that there is nothing to lead to.
    """
    if row in listed:
        return f'<a href="#row-{table.ids[row]}">{_text(table.labels[row])}</a>'
    return f"<span data-node={table.ids[row]}>{_text(table.labels[row])}</span>"


def _text(text: str) -> str:
    """Text from the data, which cannot turn the direction of what stands around it."""
    if not text:
        return ""
    long = ' class="long"' if len(text) > _LONG else ""
    return f"<bdi{long}>{escape(text)}</bdi>"


def _link(iri: str) -> str:
    if not iri.startswith(("http://", "https://")):
        return _text(iri)
    return f'<a href="{escape(iri)}" rel="noreferrer" target="_top">{_text(iri)}</a>'


def _notes(table: NetworkTable, look: Appearance) -> str:
    said = [(name, text) for name, text in table.written_remarks(look) if name != "Name"]
    if _years(table.edges) is not None:
        said.append(("Years in the picture", _YEARS))
    rows = "\n".join(f"<dt>{escape(name)}</dt><dd>{_text_whole(text)}</dd>" for name, text in said)
    return f"<dl>\n{rows}\n</dl>"


_YEARS: Final = (
    "The sliders of the picture show the links whose time touches the chosen years; links without a year are shown "
    "always. Weights and measures stay those of the whole time: a network made with --from and --until counts anew."
)


def _text_whole(text: str) -> str:
    return f"<bdi>{escape(text)}</bdi>"


def _counted(number: int, singular: str) -> str:
    return f"{number:,} {singular}{'' if number == 1 else 's'}"
