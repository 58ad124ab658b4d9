"""Proposals: what evidence comes to for each subject: an identifier accepted, questions, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.decisions import Decision
from ipcgraph.linking.evidence import Judged, judge
from ipcgraph.linking.subjects import is_of_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ipcgraph.linking.candidates import Candidate
    from ipcgraph.linking.subjects import Subject

MOST: Final = 3
"""So many candidates of one thing are asked about, the likeliest."""
EVIDENCE: Final = "ipcgraph"
"""Who decides where evidence alone does."""
_KINDS: Final = frozenset({"person", "organization"})


class _Proposed(NamedTuple):
    """An identifier that may be that of a subject."""

    subject: str
    value: str
    judged: Judged


class Proposals:
    """The decisions that come of candidates; what has been decided before is not proposed again."""

    def __init__(
        self, scheme: str, *, source: str, today: str, decided: Iterable[Decision], holder: Callable[[str, str], str]
    ) -> None:
        self.scheme, self._source, self._today, self._holder = scheme, source, today, holder
        self._decided = {frozenset((each.one, each.other)) for each in decided}
        self._certain: list[_Proposed] = []
        self._questions: list[Decision] = []
        self._remarks: list[str] = []

    def take(self, subjects: Sequence[Subject], candidates: Mapping[str, Sequence[Candidate]]) -> None:
        """Weighs the candidates of some subjects."""
        for subject in subjects:
            proposed = self._proposed(subject, candidates.get(subject.id, ()))
            certain = [each for each in proposed if each.judged.is_certain]
            if len(certain) == 1:
                self._certain += certain
                continue
            free = []
            for each in certain or proposed:
                other = self._holder(self.scheme, each.value)
                if other:
                    self._remarks.append(
                        f"{subject.id}: {self.scheme} {each.value} is that of {other}, and not asked about"
                    )
                else:
                    free.append(each)
            several = f"{len(certain)} candidates are equally certain" if certain else ""
            self._questions += [self._question(each, several) for each in free[:MOST]]
            if len(free) > MOST:
                self._remarks.append(f"{subject.id}: {len(free) - MOST} less likely candidates are left out")

    def _proposed(self, subject: Subject, candidates: Iterable[Candidate]) -> list[_Proposed]:
        """The identifiers that are proposed for a subject, each with its best candidate, the likeliest first."""
        best: dict[str, Judged] = {}
        for candidate in candidates:
            values = [each for each in candidate.values(self.scheme) if is_of_kind(self.scheme, each, subject.kind)]
            judged = judge(subject, candidate) if values else None
            for value in values if judged else ():
                pair = frozenset((subject.id, f"{self.scheme}:{value}"))
                if judged and pair not in self._decided and (value not in best or judged.score > best[value].score):
                    best[value] = judged
        order = sorted(best, key=lambda value: (-best[value].score, len(value), value))
        return [_Proposed(subject.id, value, best[value]) for value in order]

    def decisions(self) -> tuple[tuple[Decision, ...], tuple[Decision, ...], tuple[str, ...]]:
        """What is accepted, what is to be asked, and what the user has to know; sorted by things.

        An identifier that two records would have is accepted for neither: it is asked whether they are one.
        """
        owners: dict[str, list[_Proposed]] = {}
        for each in self._certain:
            owners.setdefault(each.value, []).append(each)
        accepted: list[Decision] = []
        for value, claimed in owners.items():
            other = self._holder(self.scheme, value)
            if len(claimed) == 1 and not other:
                accepted.append(self._decision(claimed[0], "same"))
                continue
            first = other or claimed[0].subject
            for each in claimed if other else claimed[1:]:
                self._ask_whether_one(first, each)
        self._questions.sort(key=lambda each: (each.one, -float(each.score or 0), each.other))
        accepted.sort(key=lambda each: each.one)
        return tuple(accepted), tuple(self._questions), tuple(self._remarks)

    def _ask_whether_one(self, first: str, proposed: _Proposed) -> None:
        kinds = {each.partition("/")[0] for each in (first, proposed.subject)}
        shared = f"{self.scheme} {proposed.value}"
        if len(kinds) > 1 or not kinds <= _KINDS:
            self._remarks.append(f"{proposed.subject}: {shared} is that of {first}, and not asked about")
        elif frozenset((first, proposed.subject)) not in self._decided:
            self._decided.add(frozenset((first, proposed.subject)))
            why = (f"evidence gives both the {shared}", *proposed.judged.why, self._asked)
            self._questions.append(Decision(first, proposed.subject, "open", why=why))

    @property
    def _asked(self) -> str:
        return f"asked on {self._today}"

    def _question(self, proposed: _Proposed, several: str) -> Decision:
        decision = self._decision(proposed, "open")
        return decision._replace(why=(*decision.why, several)) if several else decision

    def _decision(self, proposed: _Proposed, verdict: str) -> Decision:
        is_open = verdict == "open"
        return Decision(
            proposed.subject, f"{self.scheme}:{proposed.value}", "open" if is_open else "same",
            by="" if is_open else EVIDENCE, date="" if is_open else self._today, score=f"{proposed.judged.score:.2f}",
            why=(*proposed.judged.why, self._asked), source=self._source,
        )  # fmt: skip
