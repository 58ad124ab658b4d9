"""The command with which a project is linked to registers of others: link."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from ipcgraph.commands import FINE, project_of, say
from ipcgraph.interview import ask_each, decider

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ipcgraph.decisions import Decision

TOLD: Final = 20
"""So many lines of one kind are shown unless all are asked for."""


def link(options: argparse.Namespace) -> int:
    """Proposes identifiers for people and organizations, as a service that you name has them."""
    from ipcgraph import curation, federation
    from ipcgraph.progress import progress

    settings = project_of(options)
    by = options.by or os.environ.get("USER", "") or os.environ.get("LOGNAME", "")
    if options.decide:
        decider(by)
    with progress("things") as show:
        done = federation.link(
            options.register,
            settings,
            options.endpoint,
            things=options.things,
            kind=options.kind,
            service=options.service,
            timeout=options.timeout,
            notice=say,
            progress=show,
        )
    for remark in done.remarks:
        say(f"note: {remark}")
    _print("&", done.accepted, every=options.all)
    _print("?", done.questions, every=options.all)
    print(f"{done.asked:,} asked about; {len(done.accepted):,} linked by evidence; {len(done.questions):,} to decide")
    for file in done.files:
        say(f"wrote {file.relative_to(settings.root)}")
    if done.failure:
        say("the service was asked about no more; what it had said before is kept, and another run goes on from there")
        raise done.failure
    if options.decide:
        opened = curation.questions(settings, notice=say)
        return ask_each([each for each in opened if each.decision.identifier], settings, decider(by))
    if done.questions:
        say("settle the questions: ipcgraph people --decide")
    return FINE


def _print(mark: str, decisions: Sequence[Decision], *, every: bool) -> None:
    told = decisions if every else decisions[:TOLD]
    for each in told:
        score = f" (score {each.score})" if each.score and each.verdict == "open" else ""
        question = "?" if each.verdict == "open" else ""
        print(f"{mark} {each.one} is {each.other}{question}{score} {'; '.join(each.why)}")
    if len(decisions) > len(told):
        print(f"{mark} … and {len(decisions) - len(told):,} more (--all shows them)")
    if told:
        print()
