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
from ipcgraph.arguments import ANSWERS, TABLES, Parser, add_endpoint, add_format
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
    site,
    sparql,
)
from ipcgraph.errors import FindingsError, IpcgraphError, StoreError

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
    named = [run for run in COMMANDS if run.__name__ == first]
    for run in named or COMMANDS:
        about = (run.__doc__ or "").strip()
        help_of_its_own = run is query  # `query NAME --help` is about that query
        added = commands.add_parser(
            run.__name__, help=about, description=about, allow_abbrev=False, add_help=not help_of_its_own
        )
        added.add_argument("--project", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        added.set_defaults(run=run, parser=added)
        COMMANDS[run](added)
    return parser


def _is_command(word: str, before: str) -> bool:
    return not word.startswith("-") and before != "--project"


def _build_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="build even if no file has changed")


def _check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sources", type=Path, metavar="FOLDER", help="compare cited passages with the texts in FOLDER"
    )
    parser.add_argument("--accept", action="store_true", help="record the passages of --sources as they are now")
    add_format(parser, "text", "json", "sarif", "turtle")


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


def _export_options(parser: argparse.ArgumentParser) -> None:
    from ipcgraph.flags import add_export_options

    add_export_options(parser)


def _doctor_options(parser: argparse.ArgumentParser) -> None:
    from ipcgraph.flags import add_doctor_options

    add_doctor_options(parser)


def _explain_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("thing", metavar="ID", help="an id such as person/ada-lovelace, or an IRI")
    add_format(parser, *TABLES)


COMMANDS: Mapping[Callable[[argparse.Namespace], int], Callable[[Parser], None]] = {
    build: _build_options,
    check: _check_options,
    query: _query_options,
    sparql: _sparql_options,
    network: _network_options,
    explain: _explain_options,
    site: _site_options,
    export: _export_options,
    doctor: _doctor_options,
}


if __name__ == "__main__":
    sys.exit(main())
