"""The pages of saved queries: their list, and for each its form, its answer, a chart, and links to take it along."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final, NamedTuple, cast
from urllib.parse import quote, urlencode

from ipcgraph.publish.pages.assembly import head_title, plain
from ipcgraph.publish.pages.content import Link
from ipcgraph.server.apischemas import example_of
from ipcgraph.server.charts import Chart, chart_of
from ipcgraph.server.choices import field_of
from ipcgraph.server.pages import ShownCell, server_page, shown_cell
from ipcgraph.server.queryformats import NETWORK, PAGE, formats_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ipcgraph.queries import Query
    from ipcgraph.server.snapshot import Snapshot

FOLDER: Final = "query/"
EDITOR: Final = "sparql/"
_HOME: Final = "index.html"


class Answer(NamedTuple):
    """An answer as the page shows it: a table, yes or no, or triples; `sentence` says how much of it is shown."""

    sentence: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[ShownCell, ...], ...] = ()
    numbers: tuple[bool, ...] = ()
    """Which columns have numbers."""
    truth: bool | None = None
    lines: tuple[str, ...] = ()
    chart: Chart | None = None


def list_page(snapshot: Snapshot) -> str:
    """The page of all saved queries."""
    queries = sorted(snapshot.queries.values(), key=lambda query: (query.title.casefold(), query.name))
    title = snapshot.facts.title
    return server_page(
        snapshot,
        "server-queries.html",
        FOLDER,
        title=head_title("Questions", title),
        description=f"Questions to the data of {plain(title, 60)}, each with its answer as a page and as data.",
        crumbs=(Link("Home", f"../{_HOME}"),),
        values={"queries": queries, "canonical": snapshot.address + FOLDER, "editor": f"../{EDITOR}"},
    )


def query_page(
    snapshot: Snapshot,
    query: Query,
    values: Mapping[str, str],
    shown: Mapping[str, object] | None,
    *,
    fault: str = "",
) -> str:
    """The page of a query: its form with these values, and what `querytasks` says of its answer, if it was asked."""
    up, path = "../", f"{FOLDER}{query.name}"
    text = str(shown["text"]) if shown else query.text
    examples = {parameter.name: example_of(snapshot, query, parameter) for parameter in query.parameters}
    needed = {each.name: examples[each.name] for each in query.parameters if each.default is None}
    filled = {**(dict(query.example) if not values else {}), **values}
    asked = urlencode(values)
    called = values or needed  # who has not asked yet is shown how with an example
    calling = f"?{urlencode(called)}" if called else ""
    return server_page(
        snapshot,
        "server-query.html",
        path,
        title=head_title(query.title, snapshot.facts.title),
        description=plain(query.about, 300),
        crumbs=(Link("Home", up + _HOME), Link("Questions", up + FOLDER)),
        values={
            "query": query,
            "fields": [field_of(snapshot, parameter, filled.get(parameter.name, "")) for parameter in query.parameters],
            "fault": fault,
            "answer": answer_of(snapshot, up, shown) if shown else None,
            "downloads": _downloads(query, asked),
            "networks": _networks(query, asked, shown or {}),
            "text": text.strip(),
            "edit": f"{up}{EDITOR}?query={quote(text.strip(), safe='')}",
            "share": f"{snapshot.address}{path}{'?' if asked else ''}{asked}",
            "curl": f"curl {shlex.quote(f'{snapshot.address}{path}.csv{calling}')}",
            "command": _command(query, called),
        },
    )


def answer_of(snapshot: Snapshot, up: str, shown: Mapping[str, object]) -> Answer:
    """What a page shows of an answer, from what `querytasks` says of it; `up` leads to the root."""
    if "truth" in shown:
        return Answer(f"The answer is {'yes' if shown['truth'] else 'no'}.", truth=bool(shown["truth"]))
    total = int(str(shown["total"]))
    if "lines" in shown:
        lines = tuple(cast("Sequence[str]", shown["lines"]))
        return Answer(_sentence(len(lines), total, "triple"), lines=lines)
    columns = tuple(cast("Sequence[str]", shown["columns"]))
    given = cast("Sequence[Sequence[Sequence[object] | None]]", shown["rows"])
    rows = tuple(tuple(shown_cell(snapshot, up, cell) for cell in row) for row in given)
    chart = chart_of(str(shown["text"]), columns, rows, total=total)
    numbers = tuple(any(row[index].number for row in rows) for index in range(len(columns)))
    return Answer(_sentence(len(rows), total, "row"), columns, rows, numbers, chart=chart)


def _sentence(shown: int, total: int, noun: str) -> str:
    counted = f"{total:,} {noun}{'' if total == 1 else 's'}"
    if shown < total:
        return f"{counted}. The first {shown:,} are shown here; the files below have all of them."
    return f"{counted}." if total else f"No {noun} answers this."


def _downloads(query: Query, asked: str) -> tuple[Link, ...]:
    # What most readers want comes first, and what only programs read last.
    formats = sorted(formats_of(query.form), key=lambda each: _ORDER.find(each.name))
    return tuple(
        Link(each.title, f"{query.name}{each.suffix}{'?' if asked else ''}{asked}")
        for each in formats
        if each.name != PAGE.name
    )


_ORDER: Final = "spreadsheet csv tsv table markdown json xml turtle ntriples"


def _networks(query: Query, asked: str, shown: Mapping[str, object]) -> tuple[Link, ...]:
    """The network of an answer that has two columns of things."""
    if len(cast("Sequence[int]", shown.get("entities", ()))) < 2:
        return ()
    end = f"{'?' if asked else ''}{asked}"
    formats = ((".html", "Move about in it"), (".gexf", "GEXF"), (".graphml", "GraphML"), (".svg", "Picture, SVG"))
    return tuple(Link(label, f"{query.name}{NETWORK}{suffix}{end}") for suffix, label in formats)


def _command(query: Query, values: Mapping[str, str]) -> str:
    """How a command line asks the same."""
    options = (f"--{name.replace('_', '-')} {shlex.quote(value)}" for name, value in values.items())
    return " ".join(("ipcgraph query", query.name, *options))
