"""The command line: one function a command; each reads its options, calls one function of the library and prints.

Results go to stdout, everything else to stderr.
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
from typing import TYPE_CHECKING, NoReturn

from ipcgraph import __version__
from ipcgraph.arguments import ANSWERS, TABLES, Parser, add_endpoint, add_format, read_parameters
from ipcgraph.errors import FindingsError, IpcgraphError, ProjectError, StoreError, UsageError

if TYPE_CHECKING:
    import networkx as nx

    from ipcgraph.exports import Period
    from ipcgraph.findings import Report
    from ipcgraph.project import Asked
    from ipcgraph.queries import Query
    from ipcgraph.settings import Settings

FINE, FINDINGS, USAGE, UNREACHABLE, STOPPED = 0, 1, 2, 3, 130


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
    except OSError as error:
        # A file that the user named, or the output itself, cannot be written.
        _say(f"error: {error.filename or 'the output'} cannot be written: {error.strerror}")
        return USAGE
    except KeyboardInterrupt:
        _say("stopped")
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


# The commands.


def build(options: argparse.Namespace) -> int:
    """Reads the files of the project, checks them and swaps in the new graph."""
    from ipcgraph.project import build

    done = build(_project(options), force=options.force)
    figures = done.manifest.figures
    if done.report is not None:
        _print_report(done.report)
        print(
            f"built {figures['records']:,} records: {figures['statements']:,} statements, "
            f"{figures['derived']:,} derived, "
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
    settings = _project(options)
    before = _lock(settings) if options.accept else {}
    report = check(settings, sources=options.sources, accept=options.accept)
    if options.accept:
        after = _lock(settings)
        changed = sum(1 for passage in before.keys() & after.keys() if before[passage] != after[passage])
        new, gone = len(after.keys() - before.keys()), len(before.keys() - after.keys())
        _say(f"passages.lock: {len(after)} passages, {new} new, {changed} changed, {gone} no longer cited")
    write_report(report, sys.stdout, format=options.format, version=__version__)
    _say(_summary(report))
    return FINE if report.conforms else FINDINGS


def _lock(settings: Settings) -> Mapping[tuple[str, int, int], str]:
    from ipcgraph.passages import LOCK, read_lock

    return read_lock(settings.data_folder / LOCK)


def query(options: argparse.Namespace) -> int:
    """Runs a saved query, or lists them."""
    from ipcgraph import project
    from ipcgraph.queries import bind, run, usage
    from ipcgraph.tables import write_answer

    target = _asked(options)
    queries = target.queries()
    if options.name is None and not options.help:
        return _list_queries(queries)
    if options.name is None:
        options.parser.print_help()
        return FINE
    found = project.find_query(queries, options.name)
    if options.help:
        print(f"{found.title}\n\n{found.about}\n\n{usage(found)}")
        return FINE
    try:
        values = read_parameters(options.rest)
    except UsageError as error:
        raise UsageError(f"{error}\n{usage(found)}") from error
    if options.show:
        print(bind(found, values, base=target.base))
        return FINE
    with target.store() as store:
        answer = run(found, store, values, base=target.base)
    write_answer(answer, sys.stdout, options.format, base=target.base)
    return FINE


def sparql(options: argparse.Namespace) -> int:
    """Runs any query, from a file or from standard input."""
    from ipcgraph.queries import check_query
    from ipcgraph.tables import write_answer

    text = _read_text(options.file)
    check_query(text)
    target = _asked(options)
    with target.store() as store:
        answer = store.query(text)
    write_answer(answer, sys.stdout, options.format, base=target.base)
    return FINE


def network(options: argparse.Namespace) -> int:
    """Shows a network with its measures, or writes it for another tool."""
    from ipcgraph import networks, project
    from ipcgraph.flags import network_options
    from ipcgraph.tables import write_table

    settings = _project(options)
    asked = network_options(options)
    by_period = [output for output in options.output or () if _is_by_period(output)]
    if options.per_year or (options.window is not None and not by_period):
        if options.output or options.bundle or options.measures or options.figures:
            options.parser.error(
                "--per-year and --window give a table of their own: leave out --output, --bundle, --measures and "
                "--figures (a picture called X.periods.svg takes --window)"
            )
        grown = project.growth(
            options.kind, settings, notice=_say, window=1 if options.window is None else options.window, **asked
        )
        write_table(grown.table, sys.stdout, options.format, base=settings.base)
        for name, text in grown.remarks:
            print(f"{name}: {text}", file=sys.stdout if options.format in {"table", "markdown"} else sys.stderr)
        return FINE
    if options.output or options.bundle:
        from ipcgraph.exports import check_targets

        check_targets(options.output or (), bundle=options.bundle)
    measures = networks.MEASURES if options.measures is None else tuple(options.measures.split(","))
    graph = project.network(
        options.kind,
        settings,
        notice=_say,
        measures=measures,
        communities=options.communities,
        structure=options.figures,
        **asked,
    )
    refused = options.output and not graph
    if (options.output or options.bundle) and not refused:
        panels = project.periods(options.kind, settings, window=options.window, **asked) if by_period else None
        _write_network(graph, options, settings, panels)
        figures = sys.stdout
    else:
        write_table(networks.node_table(graph), sys.stdout, options.format, base=settings.base)
        # In a format for programs the figures would be in the way.
        figures = sys.stdout if options.format in {"table", "markdown"} else sys.stderr
    for sentence in networks.figures(graph).sentences():
        print(sentence, file=figures)
    if refused:
        raise UsageError("no file is written of an empty network, since most tools refuse one; --bundle explains it")
    return FINE


def _write_network(
    graph: nx.Graph[str], options: argparse.Namespace, settings: Settings, panels: Sequence[Period] | None
) -> None:
    """Writes the files of --output and the folder of --bundle, and names them."""
    from ipcgraph import exports
    from ipcgraph.flags import command_again

    prepared = exports.prepare(graph)
    for output in options.output or ():
        Path(output).parent.mkdir(parents=True, exist_ok=True)
    for file in exports.export_all(graph, options.output or (), periods=panels, prepared=prepared):
        print(f"wrote {file}")
    if options.bundle:
        origin = exports.provenance_of(settings, command=command_again(options.words))
        bundle = exports.write_bundle(graph, options.bundle, provenance=origin, prepared=prepared)
        print(f"wrote {_number(len(bundle.files), 'file')} to {options.bundle}: read README.md first")
        for each in bundle.skipped:
            _say(f"not written: {each.name}: {each.reason}")


def _is_by_period(output: str) -> bool:
    """Whether a file is to show the network by period."""
    from ipcgraph.media import format_of_file

    chosen = format_of_file(output)
    return chosen is not None and chosen.name == "periods"


def explain(options: argparse.Namespace) -> int:
    """Says why each statement about a thing is in the graph."""
    from ipcgraph import explaining, project
    from ipcgraph.tables import write_table

    settings = _project(options)
    explained = project.explain(options.thing, settings, notice=_say)
    thing = explaining.read_thing(options.thing, base=settings.base)
    table = explaining.explanation_table(explained, thing, base=settings.base)
    write_table(table, sys.stdout, options.format, base=settings.base)
    return FINE


# What the commands have in common.


def _project(options: argparse.Namespace) -> Settings:
    from ipcgraph.settings import find_project

    return find_project(options.project, environment=os.environ)


def _asked(options: argparse.Namespace) -> Asked:
    """What a query goes to: the project here, or the endpoint that is named, for which no project is needed."""
    from ipcgraph import project

    try:
        settings = _project(options)
    except ProjectError:
        if options.endpoint is None:
            raise
        settings = None
    return project.asked(settings, endpoint=options.endpoint, timeout=options.timeout, notice=_say)


def _say(sentence: str) -> None:
    # What comes from outside must not move the cursor.
    shown = "".join(c if c.isprintable() or c in "\n\t" else ascii(c)[1:-1] for c in sentence)
    print(f"ipcgraph: {shown}", file=sys.stderr)


def _print_report(report: Report) -> None:
    from ipcgraph.reports import write_report

    write_report(report, sys.stderr)


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _summary(report: Report) -> str:
    if not report.findings:
        return "nothing is wrong"
    return f"{_number(len(report.errors), 'error')}, {_number(len(report.warnings), 'warning')}"


def _read_text(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not UTF-8 (byte {error.start + 1}); save it as UTF-8") from error


def _list_queries(queries: Mapping[str, Query]) -> int:
    width = max(map(len, queries), default=0)
    for name, found in queries.items():
        print(f"{name:<{width}}  {found.title if found.title.isprintable() else ascii(found.title)}")
    _say("ipcgraph query NAME --help shows what a query takes")
    return FINE


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
}


if __name__ == "__main__":
    sys.exit(main())
