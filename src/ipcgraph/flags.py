"""The options of `ipcgraph network` and `export`: their grammar, what --help says below them, and their values."""

from __future__ import annotations

import argparse
import datetime as dt
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ipcgraph.arguments import add_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipcgraph.networks import OptionValues

NETWORKS: Final = {
    "coauthorship": "persons who are author of a work; a link is a joint work",
    "collaboration": "organizations that an author names as affiliation; a link is a work with both",
    "partnership": "who has partners, and the partners; a link is a partnership",
    "partners": "partners; a link is something that both are partners of",
    "subjects": "who has partners, such as initiatives; a link is a partner that both have",
    "topics": "topics of works and initiatives; a link is a work or an initiative with both",
    "people-initiatives": "persons and initiatives; a link is a role there, or a work that is part of it",
}
"""By name of a network, its nodes and links; the names here too, since `ipcgraph.networks` takes long to import."""


PROFILES: Final = ("native", "schema", "vivo", "skg-if", "foaf", "bibo")
"""The names of the profiles; here too, since `ipcgraph.publish.profiles.profile` takes long to import."""


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """Adds which network, how it is counted and what is left out of it, what is measured, and the files."""
    parser.add_argument(
        "kind", choices=NETWORKS, metavar="NETWORK", help="which network: " + ", ".join(NETWORKS) + " (explained below)"
    )
    parser.add_argument(
        "--counting",
        choices=("full", "fractional", "vosviewer"),
        default="full",
        help="what a work of k adds to a link: 1 (full), 1/(k-1) (fractional), 1/k (vosviewer)",
    )
    parser.add_argument(
        "--pair-limit",
        type=int,
        default=1_000,
        metavar="N",
        help="a work of more than N authors (or topics, partners …) makes no links, and is named (1000)",
    )
    _add_selection(parser)
    _add_links(parser)
    _add_measures(parser)
    parser.add_argument(
        "--output",
        action="append",
        metavar="FILE",
        help="write the network in the format of the suffix, instead of showing it; may be given several times: "
        ".csv .gexf .graphml .cyjs .graphology.json .dot .net .vosviewer.json .vosviewer.txt .cx2 .neo4j.csv .jsonl "
        ".parquet .svg .png .matrix.svg .periods.svg .map.svg .html",
    )
    parser.add_argument(
        "--bundle",
        type=_some,
        metavar="FOLDER",
        help="write all of these but .periods.svg into a folder, with a README that says how each number came about; "
        "a bundle written before is replaced, anything else left alone",
    )


def command_again(words: Sequence[str]) -> str:
    """The command that makes a network again, for a shell: with a bundle in FOLDER, and without other places.

    >>> command_again(["--project", "x", "network", "topics", "--bundle=y", "--output", "z.net", "--figures"])
    'ipcgraph network topics --figures --bundle FOLDER'
    """
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in _PLACES:
            next(rest, None)
        elif not word.startswith(tuple(f"{flag}=" for flag in _PLACES)):
            kept.append(word)
    return shlex.join(["ipcgraph", *kept, "--bundle", "FOLDER"])


_PLACES: Final = ("--project", "--output", "--bundle", "--format")
"""Options that change where and how a network is written, and nothing in it."""


def add_export_options(parser: argparse.ArgumentParser) -> None:
    """Adds which profile is written, of what, in which format and file, and whether its losses are told."""
    parser.add_argument(
        "--profile", choices=PROFILES, default="native", help="which vocabulary: " + ", ".join(PROFILES) + " (native)"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="the file to write, instead of standard output")
    parser.add_argument("--thing", default="", metavar="ID", help="only this thing and its parts")
    parser.add_argument("--loss", action="store_true", help="also say how many facts do not survive in this profile")
    parser.add_argument(
        "--loss-report", type=Path, metavar="FILE", help="write which facts do not survive: .md .csv .tsv .json or .txt"
    )
    add_format(parser, "turtle", "jsonld", "ntriples", "rdfxml", "nquads", "trig", default="")


def add_doctor_options(parser: argparse.ArgumentParser) -> None:
    """Adds what is examined, how closely, and how politely."""
    parser.add_argument("target", metavar="URL-or-FOLDER", help="a published site, or the folder of one")
    parser.add_argument(
        "--thing",
        action="append",
        default=[],
        metavar="IRI",
        help="ask for this thing, too; may be given several times",
    )
    parser.add_argument("--endpoint", default="", metavar="URL", help="examine this SPARQL endpoint, too")
    parser.add_argument(
        "--host", action="append", default=[], metavar="NAME", help="another host that may be asked, such as w3id.org"
    )
    parser.add_argument("--per-kind", type=int, default=1, metavar="N", help="how many things of each kind; 0: all (1)")
    parser.add_argument("--limit", type=int, default=2_000, metavar="N", help="how many requests at most (2000)")
    parser.add_argument("--rate", type=float, default=20.0, metavar="N", help="requests a second; 0: no pause (20)")
    parser.add_argument("--timeout", type=float, default=20.0, metavar="SECONDS", help="how long one may take (20)")
    add_format(parser, "text", "json")


def network_options(options: argparse.Namespace) -> OptionValues:
    """What the words of the command line ask of the network."""
    return {
        "counting": options.counting,
        "pair_limit": options.pair_limit,
        "since": options.since,
        "until": options.until,
        "work_types": tuple(options.work_types),
        "initiative": options.initiative or "",
        "members_of": options.members_of or "",
        "as_of": options.as_of,
        "normalise": options.normalise,
        "minimum_weight": options.minimum_weight,
        "largest_component": options.largest_component,
    }


def explanations() -> str:
    """What --help says below the options: each measure, each figure and each column of a growth in one sentence."""
    from ipcgraph.networks import measures
    from ipcgraph.networks.growth import COLUMNS
    from ipcgraph.networks.structure import EXPLAINED

    parts = {
        "networks": NETWORKS,
        "measures of nodes (--measures; those with * unless others are asked for)": {
            name + "*" * (name in measures.MEASURES): about for name, about in measures.EXPLAINED.items()
        },
        "figures of the network (--figures)": EXPLAINED,
        "columns of --per-year and --window": COLUMNS,
    }
    lines: list[str] = []
    for title, explained in parts.items():
        lines += ["", title + ":", *(f"  {name:<22}{about}" for name, about in explained.items())]
    return "\n".join(lines[1:])


def _add_selection(parser: argparse.ArgumentParser) -> None:
    works = parser.add_argument_group("which works, for coauthorship, collaboration and topics")
    works.add_argument("--from", type=int, dest="since", metavar="YEAR", help="only works issued in this year or later")
    works.add_argument("--until", type=int, metavar="YEAR", help="only works issued in this year or earlier")
    works.add_argument(
        "--type",
        action="append",
        default=[],
        dest="work_types",
        metavar="TYPE",
        help="only works of this type, such as article; may be given several times",
    )
    works.add_argument("--initiative", type=_some, metavar="ID", help="only works of this initiative and of its parts")
    people = parser.add_argument_group("which people, and which day")
    people.add_argument(
        "--members-of",
        type=_some,
        metavar="ID",
        help="only persons with a role at this center, organization or initiative",
    )
    people.add_argument(
        "--as-of",
        type=_day,
        metavar="DATE",
        help="only roles and partnerships that certainly or possibly hold on this day, such as 2021-05-01",
    )


def _add_links(parser: argparse.ArgumentParser) -> None:
    links = parser.add_argument_group("which links")
    links.add_argument(
        "--normalise",
        choices=("association", "jaccard", "salton"),
        help="give links a further attribute: their weight, set against what their ends have",
    )
    links.add_argument("--minimum-weight", type=float, metavar="WEIGHT", help="only links of this weight or more")
    links.add_argument("--largest-component", action="store_true", help="only the largest component")


def _add_measures(parser: argparse.ArgumentParser) -> None:
    measures = parser.add_argument_group("what is measured (explained below)")
    measures.add_argument(
        "--measures", metavar="LIST", help="these measures of nodes, with commas between them, or all"
    )
    measures.add_argument(
        "--communities",
        choices=("louvain", "leiden"),
        default="louvain",
        help="how communities are found (louvain); leiden needs the extra: pip install 'ipcgraph[fast]'",
    )
    measures.add_argument("--figures", action="store_true", help="also the figures of the whole network")
    measures.add_argument(
        "--per-year", action="store_true", help="instead of the nodes, how a network of works grows by year"
    )
    measures.add_argument(
        "--window", type=int, metavar="YEARS", help="the same by windows of so many years, one after the other"
    )


def _some(text: str) -> str:
    """What stands there; an empty text, as a shell makes of a variable that is not set, would ask for nothing."""
    if not text.strip():
        raise argparse.ArgumentTypeError("nothing is named; write a name, or leave the option out")
    return text


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no day; write one such as 2021-05-01") from error
