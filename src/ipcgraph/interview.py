"""Questions asked at the terminal, one by one: do two ids mean one thing, is an identifier that of a thing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ipcgraph.commands import FINE, say
from ipcgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ipcgraph.curation import Question
    from ipcgraph.settings import Settings


def ask_each(asked: Iterable[Question], settings: Settings, by: str) -> int:
    """Walks through the open questions; each answer is written as soon as it is given."""
    from ipcgraph import curation

    asked = list(asked)
    answers = {"s": "same", "d": "different"}
    settled = 0
    for number, question in enumerate(asked, start=1):
        print(f"{number} of {len(asked)}")
        print("\n".join(told(question)))
        answer = _answer()
        if answer == "q":
            break
        if answer in answers:
            try:
                one, other = question.decision.one, question.decision.other
                curation.decide(settings, one, other, answers[answer], by=by, notice=say)
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


def told(question: Question) -> list[str]:
    """A question in lines: what is asked, what is known of both sides, the evidence."""
    decision = question.decision
    if decision.identifier:
        lines = [f"is {decision.other} an identifier of {decision.one}?"]
    else:
        lines = [f"is {question.other.id} the same as {question.one.id}?"]
    for side in (question.one, question.other):
        works = "; ".join(side.works[:4]) + (f" and {len(side.works) - 4} more" if len(side.works) > 4 else "")
        none = "no works" if side.id.startswith("person/") else ""
        lines.append(f"  {side.name or side.id}: {works or none}".rstrip(": "))
    # The score of an identifier puts candidates in order; that of two records is a likelihood.
    told_score = f"score {decision.score}" if decision.identifier else f"{float(decision.score or 0):.0%} likely"
    score = f" ({told_score})" if decision.score else ""
    return lines + [f"  - {each}{score if at == 0 else ''}" for at, each in enumerate(decision.why)]


def decider(by: str) -> str:
    """Who decides; UsageError where nobody is named."""
    if not by:
        raise UsageError("a decision says who took it; add --by NAME")
    return by
