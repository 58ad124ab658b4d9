"""The options of `ipcgraph network` and `export`: their grammar, what --help says below them, and their values."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ipcgraph.arguments import add_format
from ipcgraph.errors import UsageError
from ipcgraph.networkoptions import GROWING, MEASURING, NETWORKS, OPTIONS, NetworkOption

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ipcgraph.networks import OptionValues

PROFILES: Final = ("native", "schema", "vivo", "skg-if", "foaf", "bibo")
"""The names of the profiles; here too, since `ipcgraph.publish.profiles.profile` takes long to import."""


_ALL: Final = (*OPTIONS, *MEASURING, *GROWING)


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """Adds which network, how it is counted and what is left out of it, what is measured, and the files."""
    parser.add_argument(
        "kind", choices=NETWORKS, metavar="NETWORK", help="which network: " + ", ".join(NETWORKS) + " (explained below)"
    )
    groups = {"": parser} | {
        title: parser.add_argument_group(title) for title in dict.fromkeys(each.group for each in _ALL) if title
    }
    for option in _ALL:
        _add(groups[option.group], option)
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


def _add(parser: argparse._ActionsContainer, option: NetworkOption) -> None:
    """Adds an option of the list."""
    flag = "--" + option.written
    if option.sort == "yes":
        parser.add_argument(flag, action="store_true", dest=option.name, help=option.about)
    elif option.several:
        parser.add_argument(
            flag, action="append", default=[], dest=option.name, metavar=option.placeholder, help=option.about
        )
    elif option.sort == "choice":
        parser.add_argument(flag, choices=option.choices, default=option.default, dest=option.name, help=option.about)
    else:
        parser.add_argument(
            flag,
            type=_reader(option),
            default=option.default,
            dest=option.name,
            metavar=option.placeholder,
            help=option.about,
        )


def _reader(option: NetworkOption) -> Callable[[str], object]:
    def read(text: str) -> object:
        try:
            return option.read(text)
        except UsageError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read


def _some(text: str) -> str:
    """What stands there; an empty text, as a shell makes of a variable that is not set, would ask for nothing."""
    if not text.strip():
        raise argparse.ArgumentTypeError("nothing is named; write a name, or leave the option out")
    return text
