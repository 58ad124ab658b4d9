"""The commands: one function each, which reads its options, calls one function of the library and prints.

Results go to stdout, everything else to stderr. Each gives its exit code, FINE or FINDINGS; the first line of its
docstring is its help.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ipcgraph import __version__
from ipcgraph.arguments import read_parameters
from ipcgraph.errors import ProjectError, UsageError

if TYPE_CHECKING:
    import networkx as nx

    from ipcgraph.exports import Period
    from ipcgraph.findings import Report
    from ipcgraph.project import Asked
    from ipcgraph.queries import Query
    from ipcgraph.settings import Settings
    from ipcgraph.store import Store

FINE: Final = 0
FINDINGS: Final = 1


def build(options: argparse.Namespace) -> int:
    """Reads the files of the project, checks them and swaps in the new graph."""
    from ipcgraph.project import build

    settings = project_of(options)
    done = build(settings, force=options.force, engine=options.engine, wait=options.wait, notice=say)
    figures = done.manifest.figures
    if done.report is not None:
        print_report(done.report)
        print(
            f"built {figures['records']:,} records: {figures['statements']:,} statements, "
            f"{figures['derived']:,} derived, "
            f"{_number(figures['warnings'], 'warning')}"
        )
    else:
        same = f"no file has changed since the last build ({figures['records']:,} records)"
        print(f"{same}; {settings.store} has it now" if done.uploaded else f"nothing to do: {same}")
    return FINE


def check(options: argparse.Namespace) -> int:
    """Says what is wrong in the files, each finding with its line."""
    from ipcgraph.building import check
    from ipcgraph.reports import write_report

    if options.accept and options.sources is None:
        options.parser.error("--accept needs --sources FOLDER: the hashes come from the source texts")
    settings = project_of(options)
    if options.store or (settings.store and not settings.data_folder.is_dir()):
        from ipcgraph.project import check_store

        report = check_store(settings, notice=say)
        write_report(report, sys.stdout, format=options.format, version=__version__)
        say(_summary(report))
        return FINE if report.conforms else FINDINGS
    before = _lock(settings) if options.accept else {}
    report = check(settings, sources=options.sources, accept=options.accept, engine=options.engine, notice=say)
    if options.accept:
        after = _lock(settings)
        changed = sum(1 for passage in before.keys() & after.keys() if before[passage] != after[passage])
        new, gone = len(after.keys() - before.keys()), len(before.keys() - after.keys())
        say(f"passages.lock: {len(after)} passages, {new} new, {changed} changed, {gone} no longer cited")
    write_report(report, sys.stdout, format=options.format, version=__version__)
    say(_summary(report))
    return FINE if report.conforms else FINDINGS


def _lock(settings: Settings) -> Mapping[tuple[str, int, int], str]:
    from ipcgraph.passages import LOCK, read_lock

    return read_lock(settings.data_folder / LOCK)


def query(options: argparse.Namespace) -> int:
    """Runs a saved query, or lists them."""
    from ipcgraph import project
    from ipcgraph.queries import bind, run, usage
    from ipcgraph.tables import Table, write_answer

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
        answer = run(found, store, values, base=target.base, columns=target.columns)
        if isinstance(answer, Table) and not answer.rows:
            target.tell_if_empty(store, say)
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
        if target.build is None and _write_rows(store, text, options.format):
            return FINE
        answer = store.query(text)
    write_answer(answer, sys.stdout, options.format, base=target.base)
    return FINE


def _write_rows(store: Store, text: str, file_format: str) -> bool:
    """Writes the answer of a server row by row, however long it is; false where that cannot be.

    The rows wait in a file until the last has come: of an answer that is cut off nothing is written.
    """
    import shutil
    from tempfile import TemporaryFile

    from ipcgraph.store.remote import RemoteStore
    from ipcgraph.tables import ROW_FORMATS, write_rows
    from ipcgraph.tokens import query_form, tokenize

    if file_format not in ROW_FORMATS or not isinstance(store, RemoteStore):
        return False
    if query_form(text, tokenize(text)) != "SELECT":
        return False
    with TemporaryFile("w+", encoding="utf-8", newline="") as file:
        answer = store.rows(text)
        write_rows(answer.columns, answer.rows, file, file_format)
        file.seek(0)
        shutil.copyfileobj(file, sys.stdout)
    return True


def network(options: argparse.Namespace) -> int:
    """Shows a network with its measures, or writes it for another tool."""
    from ipcgraph import networks, project
    from ipcgraph.flags import network_options
    from ipcgraph.tables import write_table

    settings = project_of(options)
    asked = network_options(options)
    by_period = [output for output in options.output or () if _is_by_period(output)]
    if options.per_year or (options.window is not None and not by_period):
        if options.output or options.bundle or options.measures or options.figures:
            options.parser.error(
                "--per-year and --window give a table of their own: leave out --output, --bundle, --measures and "
                "--figures (a picture called X.periods.svg takes --window)"
            )
        grown = project.growth(
            options.kind, settings, notice=say, window=1 if options.window is None else options.window, **asked
        )
        write_table(grown.table, sys.stdout, options.format, base=settings.base)
        for name, text in grown.remarks:
            print(f"{name}: {text}", file=sys.stdout if options.format in {"table", "markdown"} else sys.stderr)
        return FINE
    if options.output or options.bundle:
        from ipcgraph.exports import check_targets

        check_targets(options.output or (), bundle=options.bundle)
    # Before anything is measured: it may be that there would be too many.
    panels = project.periods(options.kind, settings, window=options.window, notice=say, **asked) if by_period else None
    measures = networks.MEASURES if options.measures is None else tuple(options.measures.split(","))
    graph = project.network(
        options.kind,
        settings,
        notice=say,
        measures=measures,
        communities=options.communities,
        structure=options.figures,
        **asked,
    )
    refused = options.output and not graph
    if (options.output or options.bundle) and not refused:
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
            say(f"not written: {each.name}: {each.reason}")


def _is_by_period(output: str) -> bool:
    """Whether a file is to show the network by period."""
    from ipcgraph.media import format_of_file

    chosen = format_of_file(output)
    return chosen is not None and chosen.name == "periods"


def explain(options: argparse.Namespace) -> int:
    """Says why each statement about a thing is in the graph."""
    from ipcgraph import explaining, project
    from ipcgraph.curation import decisions_about
    from ipcgraph.tables import write_table
    from ipcgraph.vocabulary import compact

    settings = project_of(options)
    explained = project.explain(options.thing, settings, notice=say)
    thing = explaining.read_thing(options.thing, base=settings.base)
    table = explaining.explanation_table(explained, thing, base=settings.base)
    write_table(table, sys.stdout, options.format, base=settings.base)
    for decision in decisions_about(settings, compact(thing.value, base=settings.base)):
        what = "an identifier of" if decision.identifier else "the same as"
        is_what = {"same": f"is {what}", "different": "is none of" if decision.identifier else "is another than"}
        said = (
            f"{decision.other} {is_what[decision.verdict]} {decision.one}, as {decision.by} decided on {decision.date}"
        )
        say(": ".join([str(decision.place), said, *(["; ".join(decision.why)] if decision.why else [])]))
    return FINE


def site(options: argparse.Namespace) -> int:
    """Writes pages and data of every thing, and dumps, for any web space."""
    from ipcgraph import project
    from ipcgraph.progress import progress

    asked = {"address": options.address, "force": options.force, "environment": os.environ}
    with progress("things") as show:
        done = project.site(project_of(options), options.out, notice=say, progress=show, **asked)
    if done.changed:
        print(f"wrote {_number(done.things, 'thing')} in {_number(done.files, 'file')} to {done.folder}")
    else:
        print(f"nothing to do: {done.folder} is as it should be ({_number(done.things, 'thing')})")
    return FINE


def serve(options: argparse.Namespace) -> int:
    """Serves pages, data, queries and networks over HTTP."""
    from ipcgraph import project

    project.serve(
        project_of(options),
        host=options.host,
        port=options.port,
        root_path=options.root_path,
        address=options.address,
        workers=options.workers,
        log=options.log,
        environment=os.environ,
        notice=say,
    )
    return FINE


def export(options: argparse.Namespace) -> int:
    """Writes the graph, or one thing of it, in a vocabulary that others read."""
    from ipcgraph import project

    settings = project_of(options)
    given = {"file_format": options.format, "thing": options.thing, "notice": say}
    number = project.export_profile(options.profile, settings, options.output, **given)
    if options.output:
        kind = "SKG-IF entities" if options.profile == "skg-if" else "statements"
        say(f"wrote {options.output} ({kind}: {number:,})")
    if options.loss or options.loss_report:
        from ipcgraph.publish.profiles.files import write_loss_report

        report = project.loss_report(options.profile, settings, notice=say)
        say(report.sentence())
        if options.loss_report:
            write_loss_report(report, options.loss_report, base=settings.base)
            say(f"wrote {options.loss_report}")
    return FINE


def doctor(options: argparse.Namespace) -> int:
    """Walks a published site, ours or anyone's, and says what is wrong with it."""
    from ipcgraph.publish.doctor import doctor, write_diagnosis

    diagnosis = doctor(
        options.target,
        things=options.thing,
        endpoint=options.endpoint,
        hosts=options.host,
        per_kind=options.per_kind,
        limit=options.limit,
        rate=options.rate,
        timeout=options.timeout,
    )
    write_diagnosis(diagnosis, sys.stdout, format=options.format)
    say(diagnosis.summary())
    return FINE if diagnosis.healthy else FINDINGS


# What the commands have in common.


def project_of(options: argparse.Namespace) -> Settings:
    """The project that the options name, or that this folder belongs to."""
    from ipcgraph.settings import find_project

    return find_project(options.project, environment=os.environ)


def _asked(options: argparse.Namespace) -> Asked:
    """What a query goes to: the project here, or the endpoint that is named, for which no project is needed."""
    from ipcgraph import project

    try:
        settings = project_of(options)
    except ProjectError:
        if options.endpoint is None:
            raise
        settings = None
    return project.asked(settings, endpoint=options.endpoint, timeout=options.timeout, notice=say)


def say(sentence: str) -> None:
    """Says a sentence on stderr."""
    # What comes from outside must not move the cursor.
    shown = "".join(c if c.isprintable() or c in "\n\t" else ascii(c)[1:-1] for c in sentence)
    print(f"ipcgraph: {shown}", file=sys.stderr)


def print_report(report: Report) -> None:
    """Prints findings to stderr."""
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
    say("ipcgraph query NAME --help shows what a query takes")
    return FINE
