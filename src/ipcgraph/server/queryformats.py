"""The formats of answers to saved queries: how each is called, asked for and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.media import format_named
from ipcgraph.server.querytasks import SPREADSHEET
from ipcgraph.tables import GRAPH_FORMATS, TABLE_FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping


class Written(NamedTuple):
    """A format: `name` as `?format=` has it, `suffix` as the path has it."""

    name: str
    title: str
    suffix: str
    media_type: str

    @property
    def content_type(self) -> str:
        """The media type as it is sent, with the charset of texts."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


PAGE: Final = Written("html", "Page", ".html", "text/html")
NETWORK: Final = ".network"
"""What stands between the name of a query and the suffix of a network made of its answer."""


def _written(name: str) -> Written:
    known = format_named(name)
    return Written(name, known.title[:1].upper() + known.title[1:], known.suffixes[0], known.media_type)


_SHEET: Final = Written(SPREADSHEET, "CSV for spreadsheets", ".spreadsheet.csv", "text/csv")
_FIRST: Final = ("json", "xml", "csv", "tsv")
TABLES: Final = (*(_written(name) for name in dict.fromkeys((*_FIRST, *TABLE_FORMATS))), _SHEET)
"""The formats of tables, and of yes and no; the first is sent to who wants none more than another."""
GRAPHS: Final = tuple(map(_written, GRAPH_FORMATS))
"""The formats of graphs, likewise."""
_ALSO: Final = {".json": "json", ".xml": "xml"}
_OFTEN: Final = {
    "application/json": "json", "application/xml": "xml", "text/xml": "xml",
}  # fmt: skip
"""Media types that ask for a format, though they are not its own; it is sent as what was asked for."""


def formats_of(form: str) -> tuple[Written, ...]:
    """The formats of the answers to queries of a form: SELECT, ASK, CONSTRUCT, DESCRIBE; the page is the last."""
    return (*(TABLES if form in {"SELECT", "ASK"} else GRAPHS), PAGE)


def by_name(form: str) -> Mapping[str, Written]:
    return {each.name: each for each in formats_of(form)}


def by_suffix(form: str) -> Mapping[str, Written]:
    """By suffix; `.json` is as good as `.srj`."""
    found = {each.suffix: each for each in formats_of(form)}
    names = by_name(form)
    return found | {suffix: names[name] for suffix, name in _ALSO.items() if name in names}


def offers(form: str) -> Mapping[str, Written]:
    """By media type, what can be asked for; the first is sent to who does not care."""
    found: dict[str, Written] = {}
    for each in formats_of(form):
        found.setdefault(each.media_type, each)
    names = by_name(form)
    often = {media_type: name for media_type, name in _OFTEN.items() if name in names}
    return found | {media_type: names[name]._replace(media_type=media_type) for media_type, name in often.items()}
