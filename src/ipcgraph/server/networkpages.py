"""The pages of networks: the list of what there is, and for each its options, its picture, and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, cast
from urllib.parse import quote, urlencode

from ipcgraph.networkoptions import MEASURING, NETWORKS, OF_WORKS, OPTIONS
from ipcgraph.publish.networkviews import TITLES
from ipcgraph.publish.pages.assembly import head_title, plain
from ipcgraph.publish.pages.content import Link
from ipcgraph.publish.pages.library import capitalized
from ipcgraph.server.networkfiles import BUNDLE, GROWTH, elsewhere
from ipcgraph.server.pages import server_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ipcgraph.networkoptions import NetworkOption
    from ipcgraph.server.snapshot import Snapshot

FOLDER: Final = "network/"
GEPHI_LITE: Final = "https://lite.gephi.org/?file="
VOSVIEWER: Final = "https://app.vosviewer.com/?json="
_NAMES: Final[Mapping[str, str]] = {
    "collaboration": "Which organizations publish together",
    "partners": "Partners that have something in common",
    "subjects": "Initiatives that have partners in common",
    "topics": "Which topics go together",
    "people-initiatives": "Who is in which initiative",
}
"""The titles of the networks that a static site has not."""


class OptionField(NamedTuple):
    """A field of the form of a network."""

    name: str
    label: str
    sort: str
    value: str
    choices: tuple[str, ...] = ()


class Listed(NamedTuple):
    """A network in the list."""

    name: str
    title: str
    about: str


def title_of(kind: str) -> str:
    """What a network is called on pages."""
    shown = cast("Mapping[str, tuple[str, str]]", TITLES)
    return shown[kind][0] if kind in shown else _NAMES[kind]


def list_page(snapshot: Snapshot) -> str:
    """The page of all networks."""
    listed = [Listed(kind, title_of(kind), f"{kind}: {about}.") for kind, about in NETWORKS.items()]
    return server_page(
        snapshot,
        "server-networks.html",
        FOLDER,
        title=head_title("Networks", snapshot.facts.title),
        description=f"The networks in the data of {plain(snapshot.facts.title, 60)}, to look at and as files.",
        crumbs=(Link("Home", "../index.html"),),
        values={"networks": listed, "canonical": snapshot.address + FOLDER},
    )


def network_page(
    snapshot: Snapshot,
    kind: str,
    given: Sequence[tuple[str, str]],
    told: Mapping[str, object] | None,
    *,
    fault: str = "",
) -> str:
    """The page of a network with these options; `told` is what a worker says of it, None where it was not made."""
    asked = urlencode(list(given))
    end = f"{'?' if asked else ''}{asked}"
    whole = f"{snapshot.address}{FOLDER}{kind}"
    sentences = cast("Sequence[str]", told["sentences"]) if told else ()
    drawn = bool(told and told["nodes"])
    titles = cast("Mapping[str, str]", told["titles"]) if told else {}
    files = [Link(title, f"{kind}{ending}{end}") for ending, title in titles.items() if is_offered(kind, ending)]
    works = kind in OF_WORKS
    return server_page(
        snapshot,
        "server-network.html",
        f"{FOLDER}{kind}",
        title=head_title(title_of(kind), snapshot.facts.title),
        description=f"{title_of(kind)}: {NETWORKS[kind]}.",
        crumbs=(Link("Home", "../index.html"), Link("Networks", f"../{FOLDER}")),
        values={
            "kind": kind,
            "name": title_of(kind),
            "about": capitalized(NETWORKS[kind]) + ".",
            "fields": [_field(option, given) for option in _taken(kind)],
            "chosen": bool(given),
            "fault": fault,
            "sentences": sentences,
            "view": f"{kind}.html{end}" if drawn else "",
            "files": files if drawn else [],
            "bundle": f"{kind}{BUNDLE}{end}",
            "growth": f"{kind}{GROWTH}.csv{end}" if works and not _measures(given) else "",
            "tools": (
                Link("Gephi Lite", GEPHI_LITE + quote(f"{whole}.gexf{end}", safe="")),
                Link("VOSviewer Online", VOSVIEWER + quote(f"{whole}.vosviewer.json{end}", safe="")),
            ),
            "share": whole + end,
        },
    )


def is_offered(kind: str, ending: str) -> bool:
    """Whether a file is among those to choose from: none twice, and no picture that the network cannot have."""
    if ending in elsewhere() or ending in {".gv", BUNDLE}:
        return False
    if ending == ".map.svg":
        return kind == "partnership"
    return kind in OF_WORKS or not (ending == ".periods.svg" or ending.startswith(GROWTH))


def _measures(given: Sequence[tuple[str, str]]) -> bool:
    names = {name for option in MEASURING for name in (option.name, option.written)}
    return any(word in names for word, _ in given)


def _taken(kind: str) -> list[NetworkOption]:
    """The options that a network takes; what needs a further package is left to those who write addresses."""
    taken = [option for option in OPTIONS if kind in option.networks]
    return [*taken, *(option for option in MEASURING if option.name != "communities")]


def _field(option: NetworkOption, given: Sequence[tuple[str, str]]) -> OptionField:
    values = [text for word, text in given if word in {option.name, option.written}]
    sorts = {"choice": "select", "yes": "check", "day": "date", "whole": "number", "number": "number"}
    label = option.about.removesuffix("; may be given several times")
    return OptionField(
        option.written, capitalized(label), sorts.get(option.sort, "text"), values[0] if values else "", option.choices
    )
