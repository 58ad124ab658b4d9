"""The commands with which curators add records and settle who is who: import, people."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ipcgraph.commands import FINDINGS, FINE, print_report, project_of, say
from ipcgraph.errors import FindingsError, UsageError
from ipcgraph.findings import Report
from ipcgraph.interview import ask_each, decider, told

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from ipcgraph.findings import Finding
    from ipcgraph.imports.plan import Plan
    from ipcgraph.settings import Settings

LIKE: Final = 5
"""So many findings of one kind are shown of a snapshot, which may have a million of them."""


def import_(options: argparse.Namespace) -> int:
    """Shows what other people's files would add to the project, and adds it with --yes."""
    from ipcgraph import curation
    from ipcgraph.imports.diff import diff_lines

    settings = project_of(options)
    # A file that is called so is ./openalex.
    if options.files and str(options.files[0]) == "openalex" and "openalex" in options.words:
        return _import_snapshot(options, settings)
    _refuse(options, ("engine", "processes", "tables"), "only for a snapshot: ipcgraph import openalex SNAPSHOT")
    if not options.files and not options.fetch:
        raise UsageError("nothing to import; give files, or --fetch and an identifier")
    services = dict(each.partition("=")[::2] for each in options.service)
    try:
        done = curation.import_files(
            options.files,
            settings,
            write=options.yes,
            into=options.into,
            file_format=options.format,
            encoding=options.encoding,
            mapping=options.mapping,
            fetch=options.fetch,
            contact=options.contact or os.environ.get("IPCGRAPH_CONTACT", ""),
            services=services,
            notice=say,
        )
    except FindingsError as error:
        print_report(error.report)
        say(f"error: {error}")
        return FINDINGS
    plan = done.plan
    print_report(Report.of(plan.findings))
    if options.json:
        json.dump(_as_json(plan), sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        print("\n".join(diff_lines(plan, every=options.all)))
    if done.written:
        for file in done.written.files:
            say(f"wrote {_shown(file)}")
        if done.written.decisions:
            say(f"wrote {_shown(settings.decisions_file)}; open questions: ipcgraph people --decide")
    elif plan.is_empty:
        say("nothing to write")
    else:
        say("nothing is written yet; add --yes to write it")
    return FINDINGS if any(finding.severity == "error" for finding in plan.findings) else FINE


def _import_snapshot(options: argparse.Namespace, settings: Settings) -> int:
    """Takes a snapshot of OpenAlex into the project, at once: nobody reads a plan of a million works."""
    from ipcgraph.imports.snapshots import SPARK, TABLES_FOLDER, import_snapshot
    from ipcgraph.progress import progress

    if len(options.files) != 2:
        raise UsageError("name one snapshot: ipcgraph import openalex SNAPSHOT; a file of that name is ./openalex")
    _refuse(options, ("format", "encoding", "mapping", "fetch", "json"), "not for a snapshot")
    engine = options.engine or ""
    if engine.startswith(f"{SPARK}://"):  # the address of a master, which says already that it is Spark
        engine = f"{SPARK}:{engine}"
    if engine and engine.partition(":")[0] != SPARK:
        raise UsageError(f"there is no engine {engine}; write spark or spark:MASTER, such as spark:local[4]")
    processes = options.processes if options.processes is not None else len(os.sched_getaffinity(0))
    if processes < 1:
        raise UsageError("--processes takes a number from 1")
    tables = options.tables or (settings.root / TABLES_FOLDER if engine else None)
    try:
        with progress("steps") as tell:
            done = import_snapshot(
                options.files[1], settings, into=options.into, tables=tables, engine=engine, processes=processes,
                tell=tell,
            )  # fmt: skip
    except FindingsError as error:
        _print_first(error.report, every=options.all)
        say(f"error: {error}")
        return FINDINGS
    _print_first(Report.of(done.findings), every=options.all)
    if not done.changed:
        say("nothing to write: neither the snapshot nor what is asked has changed since it was imported")
        return FINE
    print(
        f"imported {done.works:,} works, {done.persons:,} persons, {done.organizations:,} organizations: "
        f"{done.statements:,} statements" + (f", {done.coauthors:,} pairs of co-authors" if done.tables else "")
    )
    for folder in (done.folder, done.tables):
        if folder:
            say(f"wrote {_shown(folder)}")
    say("next: ipcgraph build")
    return FINDINGS if any(finding.severity == "error" for finding in done.findings) else FINE


def _print_first(report: Report, *, every: bool) -> None:
    """Prints the first findings of each kind, which their remedy tells, and how many more there are."""
    seen: Counter[tuple[str, str]] = Counter()
    shown: list[Finding] = []
    for finding in report:
        kind = (finding.severity, finding.fix)
        if every or seen[kind] < LIKE:
            shown.append(finding)
        seen[kind] += 1
    print_report(Report.of(shown))
    more = sum(seen.values()) - len(shown)
    if more:
        say(f"{more:,} more findings like these; --all shows them")


def _refuse(options: argparse.Namespace, names: Iterable[str], why: str) -> None:
    """Raises UsageError for the first of these options that is given."""
    given = next((name for name in names if getattr(options, name) not in (None, "", [], False)), None)
    if given:
        raise UsageError(f"--{given} is {why}")


def people(options: argparse.Namespace) -> int:
    """Lists the open questions of who is who, and settles them with --decide, --same, --different, --undo."""
    from ipcgraph import curation

    settings = project_of(options)
    by = options.by or os.environ.get("USER", "") or os.environ.get("LOGNAME", "")
    if options.undo:
        was = curation.undo(settings, *options.undo, notice=say)
        say(f"{was.one} and {was.other}: no longer {was.verdict}")
        return FINE
    if options.same or options.different:
        one, other = options.same or options.different
        verdict = "same" if options.same else "different"
        done = curation.decide(settings, one, other, verdict, by=decider(by), why=options.why, notice=say)
        say(f"{done.one} and {done.other}: {done.verdict}")
        return FINE
    asked = curation.questions(settings, notice=say)
    if options.decide:
        return ask_each(asked, settings, decider(by))
    for question in asked:
        print("\n".join(told(question)))
        print()
    print(f"{len(asked):,} open" + ("; settle them: ipcgraph people --decide" if asked else ""))
    return FINE


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _as_json(plan: Plan) -> dict[str, object]:
    """The plan for programs: everything, each with its place."""
    return {
        "read": dict(plan.read),
        "add": [{"record": draft.record, "place": str(draft.place)} for draft in plan.drafts],
        "change": [
            {"id": each.id, "key": each.key, "value": each.value, "place": str(each.place)} for each in plan.changes
        ],
        "there": [{"id": each.id, "how": each.how, "place": str(each.place)} for each in plan.matches],
        "decisions": [
            {"one": each.one, "other": each.other, "verdict": each.verdict, "score": each.score, "why": each.why}
            for each in plan.decisions
        ],
        "lost": {field: {"count": count, "example": example} for field, (count, example) in plan.lost.items()},
        "findings": [str(finding) for finding in plan.findings],
    }
