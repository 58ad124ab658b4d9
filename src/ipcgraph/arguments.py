"""What the commands of the command line share: the parser, the options of several, the parameters of queries."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Final, NoReturn

from ipcgraph.errors import UsageError
from ipcgraph.spelling import nearest

USAGE: Final = 2
"""The exit code of wrong usage."""
TABLES: Final = ("table", "csv", "tsv", "json", "xml", "markdown")
ANSWERS: Final = (*TABLES, "turtle", "ntriples")


class Parser(argparse.ArgumentParser):
    """An argument parser that says what was most likely meant.

    `explanations` makes the text below the options when help is asked for, and only then: it takes long to import.
    """

    explanations: Callable[[], str] | None = None

    def format_help(self) -> str:
        if self.explanations:
            self.formatter_class = argparse.RawDescriptionHelpFormatter
            self.epilog = self.explanations()
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        import re

        wrong = re.search(r"invalid choice: '([^']*)' \(choose from (.*)\)", message)
        if wrong:
            choices = re.findall(r"[\w-]+", wrong[2])
            near = nearest(wrong[1], choices)
            remedy = f"did you mean {near!r}?" if near else f"choose from {', '.join(choices)}"
            message = f"{wrong[1]!r} is none of the {'commands' if 'COMMAND' in message else 'values'}; {remedy}"
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: error: {message}\n")


def read_parameters(words: list[str]) -> dict[str, str]:
    """The values that stand behind a query's name: `--person person/ada` or `--person=person/ada`."""
    values: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or not name:
            raise UsageError(f"{word!r} is not a parameter; write --NAME VALUE")
        if not equals:
            following = next(rest, None)
            if following is None:
                raise UsageError(f"--{name} has no value")
            value = following
        if name.replace("-", "_") in values:
            raise UsageError(f"--{name} is given twice")
        values[name.replace("-", "_")] = value
    return values


def add_format(parser: argparse.ArgumentParser, *choices: str, default: str | None = None) -> None:
    """Adds `--format` with these choices; the first is the default unless another, or an empty one, is given."""
    first = choices[0] if default is None else default
    parser.add_argument("--format", choices=choices, default=first, help=f"how to write the result ({choices[0]})")


def add_endpoint(parser: argparse.ArgumentParser) -> None:
    """Adds `--endpoint` and `--timeout`."""
    parser.add_argument("--endpoint", metavar="URL", help="ask this SPARQL 1.1 endpoint instead of the project's graph")
    add_timeout(parser)
    parser.set_defaults(timeout=0)  # that of the project's settings, if they name a store


def add_timeout(parser: argparse.ArgumentParser) -> None:
    """Adds `--timeout`."""
    parser.add_argument(
        "--timeout", type=_seconds, default=60.0, metavar="SECONDS", help="how long to wait for an answer (60)"
    )


LONGEST: Final = 86_400.0
"""Seconds of a day: who waits longer for an answer has other troubles."""


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= LONGEST:
        raise argparse.ArgumentTypeError(f"{text} is no time to wait")
    return seconds
