"""The command line: one function a command; each reads its options, calls one function of the library and prints.

Results go to stdout, everything else to stderr. Exit codes: 0 fine, 1 findings, 2 wrong usage, 3 a store that cannot be reached.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ipcgraph import __version__
from ipcgraph.errors import FindingsError, IpcgraphError, StoreError, UsageError
from ipcgraph.spelling import nearest

if TYPE_CHECKING:
    from ipcgraph.findings import Report
    from ipcgraph.settings import Settings
    from ipcgraph.store import Store

FINE, FINDINGS, USAGE, UNREACHABLE = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code."""
    try:
        options, rest = _parser().parse_known_args(arguments)
        if rest and options.command != "query":
            options.parser.error(f"unrecognized arguments: {' '.join(rest)}")
        options.rest = rest
        code: int = options.run(options)
        sys.stdout.flush()
    except FindingsError as error:
        _print_report(error.report)
        _say(f"error: {error}")
        return FINDINGS
    except StoreError as error:
        _say(f"error: {error}")
        return UNREACHABLE
    except IpcgraphError as error:
        _say(f"error: {error}")
        return USAGE
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is wrong. Python would complain when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except KeyboardInterrupt:
        _say("stopped")
        return 130
    return code


# The commands.


def build(options: argparse.Namespace) -> int:
    """Reads the files of the project, checks them and swaps in the new graph."""
    from ipcgraph.building import build

    done = build(_project(options), force=options.force)
    figures = done.manifest.figures
    if done.changed:
        _print_report(done.report, errors_only=False)
        print(
            f"built {figures['records']:,} records: {figures['statements']:,} statements, {figures['derived']:,} derived, "
            f"{_number(figures['warnings'], 'warning')}"
        )
    else:
        print(f"nothing to do: no file has changed since the last build ({figures['records']:,} records)")
    return FINE


def check(options: argparse.Namespace) -> int:
    """Says what is wrong in the files, each finding with its line."""
    from ipcgraph.building import check
    from ipcgraph.reports import write_report

    if options.accept and options.sources is None:
        options.parser.error("--accept needs --sources FOLDER: the hashes come from the source texts")
    report = check(_project(options), sources=options.sources, accept=options.accept)
    write_report(report, sys.stdout, options.format)
    _say(_summary(report))
    return FINE if report.conforms else FINDINGS


def query(options: argparse.Namespace) -> int:
    """Runs a saved query, or lists them."""
    from ipcgraph import project
    from ipcgraph.tables import write_answer

    settings = _project(options, needed=options.endpoint is None)
    queries = project.saved_queries(settings, notice=_say)
    if options.name is None:
        return _list_queries(options, queries)
    found = project.find_query(queries, options.name)
    if options.help_query:
        print(found.usage())
        return FINE
    values = _parameters(found, options.rest)
    if options.show:
        print(project.bound_text(found, values, settings))
        return FINE
    with _store(options, settings) as store:
        answer = project.run_query(found, values, store, settings)
    write_answer(answer, sys.stdout, options.format, base=project.base_of(settings))
    return FINE


def sparql(options: argparse.Namespace) -> int:
    """Runs any query, from a file or from standard input."""
    from ipcgraph import project
    from ipcgraph.queries import check_query
    from ipcgraph.tables import write_answer

    text = _read_text(options.file)
    check_query(text)
    settings = _project(options, needed=options.endpoint is None)
    with _store(options, settings) as store:
        answer = store.query(text)
    write_answer(answer, sys.stdout, options.format, base=project.base_of(settings))
    return FINE
