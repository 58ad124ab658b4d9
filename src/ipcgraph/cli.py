"""The command line: its grammar, and what becomes of each way in which a command ends.

Exit codes: 0 fine, 1 findings, 2 wrong usage or a file that cannot be written, 3 a store that cannot be reached,
130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from ipcgraph import __version__
from ipcgraph.arguments import ANSWERS, TABLES, Parser, add_endpoint, add_format, add_timeout
from ipcgraph.commands import (
    FINDINGS,
    FINE,
    build,
    check,
    doctor,
    explain,
    export,
    network,
    print_report,
    query,
    say,
    serve,
    site,
    sparql,
)
from ipcgraph.curating import import_, people
from ipcgraph.errors import FindingsError, IpcgraphError, StoreError
from ipcgraph.federating import link

USAGE, UNREACHABLE, STOPPED = 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code."""
    try:
        words = sys.argv[1:] if arguments is None else arguments
        options, rest = _parser(words).parse_known_args(words)
        if rest and options.command != "query":
            options.parser.error(f"unrecognized arguments: {' '.join(rest)}")
        options.rest, options.words = rest, tuple(words)
        code: int = options.run(options)
        sys.stdout.flush()
    except FindingsError as error:
        print_report(error.report)
        say(f"error: {error}")
        return FINDINGS
    except StoreError as error:
        say(f"error: {error}")
        return UNREACHABLE
    except IpcgraphError as error:
        say(f"error: {error}")
        return USAGE
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is wrong. Python would complain when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except OSError as error:
        # A file that the user named, or the output itself, cannot be written.
        say(f"error: {error.filename or 'the output'} cannot be written: {error.strerror}")
        return USAGE
    except KeyboardInterrupt:
        say("stopped")
        return STOPPED
    return code


def run() -> NoReturn:
    """The command `ipcgraph`: runs `main` and ends the process."""
    gc.disable()  # the process is short: what it does not need at its end need not be found before
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a letter shows its number.
            stream.reconfigure(errors="backslashreplace")
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    # Everything is written and closed. Taking the interpreter and the store apart would take as long as half a query.
    os._exit(code)


# The grammar of the command line.


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of these words: where one of them names a command only that command's options are made, for speed."""
    parser = Parser(
        prog="ipcgraph", description="A knowledge graph of what a research center does.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"ipcgraph {__version__}")
    parser.add_argument(
        "--project", type=Path, default=Path(), metavar="FOLDER", help="the project; found upward from here by default"
    )
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, parser_class=Parser, prog="ipcgraph"
    )
    first = next((word for word, before in zip(words, ["", *words], strict=False) if _is_command(word, before)), "")
    named = [run for run in COMMANDS if _name(run) == first]
    for run in named or COMMANDS:
        about = (run.__doc__ or "").strip()
        help_of_its_own = run is query  # `query NAME --help` is about that query
        added = commands.add_parser(
            _name(run), help=about, description=about, allow_abbrev=False, add_help=not help_of_its_own
        )
        added.add_argument("--project", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        added.set_defaults(run=run, parser=added)
        COMMANDS[run](added)
    return parser


def _name(run: Callable[[argparse.Namespace], int]) -> str:
    """The name of a command: that of its function, which for a word of Python ends with a line."""
    return run.__name__.rstrip("_")


def _is_command(word: str, before: str) -> bool:
    return not word.startswith("-") and before != "--project"


def _build_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="build even if no file has changed")
    parser.add_argument(
        "--wait",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="wait where another build is running (--no-wait: stop with an error)",
    )
    _add_engine(parser)


def _check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sources", type=Path, metavar="FOLDER", help="compare cited passages with the texts in FOLDER"
    )
    parser.add_argument("--accept", action="store_true", help="record the passages of --sources as they are now")
    parser.add_argument("--store", action="store_true", help="check the graph of the project's store, not the files")
    _add_engine(parser)
    add_format(parser, "text", "json", "sarif", "turtle")


def _add_engine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine",
        choices=("auto", "pyshacl", "shacl"),
        default="auto",
        help="what checks against the shapes (default: pyshacl where the graph is small, shacl where it is large)",
    )


def _query_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="the saved query; without it they are listed")
    parser.add_argument("-h", "--help", action="store_true", help="show this, or what the named query takes, and stop")
    parser.add_argument("--show", action="store_true", help="show the SPARQL that would be run, and stop")
    add_format(parser, *ANSWERS, default="")
    add_endpoint(parser)


def _sparql_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a file with the query, or - for standard input")
    add_format(parser, *ANSWERS, default="")
    add_endpoint(parser)


def _network_options(parser: Parser) -> None:
    from ipcgraph.flags import add_network_options, explanations

    add_network_options(parser)
    parser.explanations = explanations
    add_format(parser, *TABLES)


def _site_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder to write; a site written before is replaced")
    parser.add_argument("--address", metavar="URL", help="the web address at which OUT will be found")
    parser.add_argument("--force", action="store_true", help="write even if nothing has changed")


def _serve_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address of this machine to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on; 0 takes a free one (8000)")
    parser.add_argument("--address", metavar="URL", help="the web address at which clients find the server")
    parser.add_argument("--root-path", default="", metavar="PATH", help="the path of that address, if no more is known")
    parser.add_argument("--workers", type=int, metavar="N", help="processes that answer queries (2)")
    parser.add_argument("--log", choices=("text", "json"), default="text", help="how a request is logged (text)")


def _export_options(parser: argparse.ArgumentParser) -> None:
    from ipcgraph.flags import add_export_options

    add_export_options(parser)


def _doctor_options(parser: argparse.ArgumentParser) -> None:
    from ipcgraph.flags import add_doctor_options

    add_doctor_options(parser)


def _explain_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("thing", metavar="ID", help="an id such as person/ada-lovelace, or an IRI")
    add_format(parser, *TABLES)


def _import_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="BibTeX, RIS, CSL-JSON, OpenAlex, ORCID, CSV … or a folder"
    )
    parser.add_argument("--yes", action="store_true", help="write what is shown")
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="where to write, in the data (default: imports/)")
    parser.add_argument("--format", default="", metavar="NAME", help="the format, where it is not the one found")
    parser.add_argument("--encoding", default="", metavar="NAME", help="the encoding, such as latin-1 or gbk")
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="which column of a table is what")
    parser.add_argument(
        "--fetch",
        action="append",
        default=[],
        metavar="ID",
        help="ask a public service: doi:… orcid:… ror:… openalex:…",
    )
    parser.add_argument("--contact", default="", metavar="MAIL", help="your address, which the services are told")
    parser.add_argument(
        "--service", action="append", default=[], metavar="NAME=URL", help="another address of crossref, orcid, ror …"
    )
    parser.add_argument("--all", action="store_true", help="show every line, not the first of each kind")
    parser.add_argument("--json", action="store_true", help="the plan as JSON")
    bulk = parser.add_argument_group("ipcgraph import openalex SNAPSHOT", "a whole snapshot, written at once")
    bulk.add_argument("--engine", metavar="ENGINE", help="spark, or spark:MASTER such as spark:local[4]")
    bulk.add_argument("--processes", type=int, metavar="N", help="processes on this machine (its processors)")
    bulk.add_argument("--tables", type=Path, metavar="FOLDER", help="write nodes and edges as Parquet too")


def _people_options(parser: argparse.ArgumentParser) -> None:
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--decide", action="store_true", help="ask about each open question")
    choice.add_argument("--same", nargs=2, metavar="ID", help="decide that two ids mean one; the first is kept")
    choice.add_argument("--different", nargs=2, metavar="ID", help="decide that two ids mean two")
    choice.add_argument("--undo", nargs=2, metavar="ID", help="take a decision back")
    parser.add_argument("--by", default="", metavar="NAME", help="who decides (default: the user's name)")
    parser.add_argument("--why", default="", metavar="TEXT", help="the reason, for --same and --different")


def _link_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("register", choices=("wikidata", "ror", "openalex"), help="whose identifiers are looked for")
    parser.add_argument("things", nargs="*", metavar="ID", help="ask about these only (default: all that have none)")
    parser.add_argument("--endpoint", required=True, metavar="URL", help="the service: the one address that is asked")
    parser.add_argument(
        "--service", choices=("sparql", "reconciliation"), default="", help="what it is (default: as it says itself)"
    )
    parser.add_argument("--kind", choices=("Person", "Organization"), default="", help="only people, or organizations")
    parser.add_argument("--decide", action="store_true", help="ask about each open question at once")
    parser.add_argument("--by", default="", metavar="NAME", help="who decides (default: the user's name)")
    parser.add_argument("--all", action="store_true", help="show every line, not the first of each kind")
    add_timeout(parser)


COMMANDS: Mapping[Callable[[argparse.Namespace], int], Callable[[Parser], None]] = {
    build: _build_options,
    check: _check_options,
    query: _query_options,
    sparql: _sparql_options,
    network: _network_options,
    explain: _explain_options,
    site: _site_options,
    serve: _serve_options,
    export: _export_options,
    doctor: _doctor_options,
    import_: _import_options,
    people: _people_options,
    link: _link_options,
}


if __name__ == "__main__":
    sys.exit(main())
