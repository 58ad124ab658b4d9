"""The networks in the site: each as a page to move about in, a picture, and data for other tools."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.errors import ProjectError
from ipcgraph.shipped import asset

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ipcgraph.columns import Columns
    from ipcgraph.networks.options import Kind

FOLDER: Final = "networks"
"""The folder of the networks in the site."""
FEW: Final = 1_000
"""Authors of works that are looked at to see whether there are links at all."""
TITLES: Final[dict[Kind, tuple[str, str]]] = {
    "coauthorship": ("Who has published with whom", "People are linked by the works that they wrote together."),
    "partnership": ("Who works with whom, and who pays", "Initiatives and centers are linked to their partners."),
}
"""The networks that a site has where they have a link: what each is called, and what its links are."""
_DATA: Final = ((".gexf", "GEXF"), (".graphml", "GraphML"), ("-nodes.csv", "Nodes, CSV"), ("-edges.csv", "Links, CSV"))
_ASSETS: Final = ("network.html", "network.js", "network.css", "font.ttf")


class View(NamedTuple):
    """One network of the site, with the paths of its files."""

    name: Kind
    nodes: int
    links: int
    page: str
    """The page to move about in; empty where this installation lacks the parts that it is made of."""
    picture: str
    """Its picture as SVG; empty likewise."""
    data: tuple[tuple[str, str], ...]
    """The files for other tools: what each is called, and its path."""


def has_pages() -> bool:
    """Whether this installation has what pages and pictures of networks are made of."""
    try:
        return all(asset(name).is_file() for name in _ASSETS)
    except ProjectError:
        return False


def network_names(columns: Path) -> tuple[Kind, ...]:
    """The networks that have a link, of a build's columns; none where there are no columns."""
    if not columns.is_dir():
        return ()
    from ipcgraph.columns import read_columns

    read = read_columns(columns)
    return tuple(kind for kind in TITLES if _has_links(kind, read))


def _has_links(kind: Kind, columns: Columns) -> bool:
    """Whether a network has a link. That of a few works is looked at first: what links these links the whole."""
    from ipcgraph.networks import network

    written = columns.authorships
    some = replace(written, work=written.work[:FEW], author=written.author[:FEW], position=written.position[:FEW])
    few = replace(columns, authorships=some)
    return bool(network(kind, few).number_of_edges()) or bool(network(kind, columns).number_of_edges())


def write_networks(names: Sequence[Kind], columns: Path, root: Path) -> tuple[View, ...]:
    """Writes these networks, measured, into their folder below a site's root; what each has come to."""
    from ipcgraph.columns import read_columns
    from ipcgraph.exports import export_all
    from ipcgraph.networks import MEASURES, measure, network

    (root / FOLDER).mkdir(exist_ok=True)
    views = []
    for kind in names:
        graph = measure(network(kind, read_columns(columns)), measures=MEASURES, copy=False)
        suffixes = (*((".html", ".svg") if has_pages() else ()), ".gexf", ".graphml", ".csv")
        export_all(graph, [root / FOLDER / f"{kind}{suffix}" for suffix in suffixes])
        views.append(
            View(
                kind,
                len(graph),
                graph.number_of_edges(),
                page_of(kind),
                f"{FOLDER}/{kind}.svg" if has_pages() else "",
                tuple((label, f"{FOLDER}/{kind}{end}") for end, label in _DATA),
            )
        )
    return tuple(views)


def page_of(kind: Kind) -> str:
    """The path of the page to move about in; empty where this installation cannot make it."""
    return f"{FOLDER}/{kind}.html" if has_pages() else ""
