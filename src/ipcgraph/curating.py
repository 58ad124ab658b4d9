"""The commands with which curators add records and settle who is who: import, people."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ipcgraph.commands import FINDINGS, FINE, print_report, project_of, say
from ipcgraph.errors import FindingsError, UsageError
from ipcgraph.findings import Report

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from ipcgraph.curation import Question
    from ipcgraph.imports.plan import Plan
    from ipcgraph.settings import Settings


def import_(options: argparse.Namespace) -> int:
    """Shows what other people's files would add to the project, and adds it with --yes."""
    from ipcgraph import curation
    from ipcgraph.imports.diff import diff_lines

    settings = project_of(options)
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


def people(options: argparse.Namespace) -> int:
    """Lists the open questions of who is who, and settles them with --decide, --same, --different, --undo."""
    from ipcgraph import curation

    settings = project_of(options)
    by = options.by or os.environ.get("USER", "") or os.environ.get("LOGNAME", "")
    if options.undo:
        was = curation.undo(settings, *options.undo)
        say(f"{was.one} and {was.other}: no longer {was.verdict}")
        return FINE
    if options.same or options.different:
        one, other = options.same or options.different
        verdict = "same" if options.same else "different"
        done = curation.decide(settings, one, other, verdict, by=_decider(by), why=options.why)
        say(f"{done.one} and {done.other}: {done.verdict}")
        return FINE
    asked = curation.questions(settings, notice=say)
    if options.decide:
        return _decide(asked, settings, _decider(by))
    for question in asked:
        print("\n".join(_told(question)))
        print()
    print(f"{len(asked):,} open" + ("; settle them: ipcgraph people --decide" if asked else ""))
    return FINE


def _decide(asked: Iterable[Question], settings: Settings, by: str) -> int:
    """Walks through the open questions; each answer is written as soon as it is given."""
    from ipcgraph import curation

    asked = list(asked)
    answers = {"s": "same", "d": "different"}
    settled = 0
    for number, question in enumerate(asked, start=1):
        print(f"{number} of {len(asked)}")
        print("\n".join(_told(question)))
        answer = _answer()
        if answer == "q":
            break
        if answer in answers:
            try:
                one, other = question.decision.one, question.decision.other
                curation.decide(settings, one, other, answers[answer], by=by)
                settled += 1
            except UsageError as error:
                say(f"error: {error}")
        print()
    say(f"{settled} of {len(asked)} settled")
    return FINE


def _answer() -> str:
    while True:
        print("same, different, later, quit? [s/d/l/q] ", end="", flush=True)
        line = sys.stdin.readline()
        answer = line.strip().lower()[:1]
        if not line or answer == "q":
            return "q"
        if answer in {"s", "d", "l"}:
            return answer
        print("write s, d, l or q")


def _told(question: Question) -> list[str]:
    lines = [f"is {question.other.id} the same as {question.one.id}?"]
    for side in (question.one, question.other):
        works = "; ".join(side.works[:4]) + (f" and {len(side.works) - 4} more" if len(side.works) > 4 else "")
        lines.append(f"  {side.name or side.id}: {works or 'no works'}")
    score = f" ({float(question.decision.score):.0%} likely)" if question.decision.score else ""
    return lines + [f"  - {each}{score if at == 0 else ''}" for at, each in enumerate(question.decision.why)]


def _decider(by: str) -> str:
    if not by:
        raise UsageError("a decision says who took it; add --by NAME")
    return by


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
