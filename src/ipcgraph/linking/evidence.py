"""Evidence that a candidate is the subject: what speaks for it and against it, how much, and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.folding import folded
from ipcgraph.names import Agreement, Likeness, compare_names, parse_name
from ipcgraph.titles import compare_titles, title_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ipcgraph.linking.candidates import Candidate
    from ipcgraph.linking.subjects import Subject

LEAST: Final = 0.35
"""A candidate with a lower score is not asked about: hardly anything speaks for it."""
ALIKE: Final = 0.9
"""Titles and names of organizations that are so alike are the same."""
YOUNGEST: Final = 12
"""Nobody publishes or holds a role before this age."""
LATEST: Final = 10
"""So many years after a death works may still appear."""
TOLD: Final = 3
"""So many of the facts of one kind are told by name."""
_OWN: Final = frozenset({"orcid", "ror"})
"""Of these a thing has one: another one is another thing."""
_NAMES: Final = {
    Agreement.IDENTICAL: (0.5, "the names agree"),
    Agreement.REORDERED: (0.45, "the names agree in another order"),
    Agreement.SPELLING: (0.4, "the names agree but for a letter or two, or a short form"),
    Agreement.PARTIAL: (0.4, "first and last name agree, further ones are missing or initials"),
    Agreement.INITIALS: (0.2, "the names agree as far as initials go"),
    Agreement.DIFFERENT: (0.0, "the names do not agree"),
}


class Judged(NamedTuple):
    """A candidate, and what the evidence comes to."""

    candidate: Candidate
    score: float
    """From 0 to 1: the more, the likelier; an order, and no measured probability."""
    is_certain: bool
    """Whether an identifier says so: the thing's own, or that of a work which lists this very name."""
    why: tuple[str, ...]


def judge(subject: Subject, candidate: Candidate) -> Judged | None:
    """The evidence that a candidate is the subject; None where it cannot be, or where too little speaks for it."""
    if candidate.kind not in {"", subject.kind} or _is_another(subject, candidate):
        return None
    likeness, name = _alike(subject, candidate)
    score, told = _NAMES[likeness.agreement]
    why = [f"{told}: {name}"]
    shared = [each for each in subject.identifiers if each in candidate.identifiers]
    for scheme, value in shared:
        score += (1 - score) * 0.9
        why.append(f"the same {scheme}: {value}")
    for weight, fact in _for(subject, candidate, likeness):
        score += (1 - score) * weight
        why.append(fact)
    against = list(_against(subject, candidate))
    for factor, fact in against:
        score *= factor
        why.append(f"against it: {fact}")
    by_work = bool(candidate.dois) and _is_full(likeness)
    is_certain = not against and likeness.agreement > Agreement.DIFFERENT and (bool(shared) or by_work)
    if likeness.agreement is Agreement.DIFFERENT and not shared:
        return None
    if score < LEAST and not shared:
        return None
    return Judged(candidate, round(min(score, 0.99), 2), is_certain, tuple(why))


def _is_another(subject: Subject, candidate: Candidate) -> bool:
    for scheme in _OWN:
        ours = {value for key, value in subject.identifiers if key == scheme}
        theirs = set(candidate.values(scheme))
        if ours and theirs and not ours & theirs:
            return True
    return False


def _is_full(likeness: Likeness) -> bool:
    """Whether names agree with first and last name in full, to the letter."""
    return likeness.agreement >= Agreement.PARTIAL and not likeness.letters


def _alike(subject: Subject, candidate: Candidate) -> tuple[Likeness, str]:
    """How the likest two names agree, and the candidate's one of them."""
    if subject.kind == "Person":
        pairs = [(compare_names(ours, theirs), theirs) for ours in subject.names for theirs in candidate.names]
    else:
        pairs = [(_title_likeness(ours, theirs), theirs) for ours in subject.names for theirs in candidate.names]
        pairs += [
            (Likeness(Agreement.INITIALS, 0.8), theirs)
            for ours in subject.acronyms
            for theirs in candidate.names
            if folded(ours) == folded(theirs)
        ]
    # Of names that are equally alike the first one: that is what the service itself calls the thing.
    nothing = Likeness(Agreement.DIFFERENT, 0.0), next(iter(candidate.names), "no name")
    return max(pairs, key=lambda pair: pair[0][:2], default=nothing)


def _title_likeness(one: str, other: str) -> Likeness:
    likeness = compare_titles(one, other)
    if likeness == 1.0:
        # The acronym of two or three letters of one organization is that of many.
        is_short = sum(map(len, title_words(one))) < 5
        return Likeness(Agreement.INITIALS if is_short else Agreement.IDENTICAL, likeness)
    if likeness >= ALIKE:
        return Likeness(Agreement.SPELLING, likeness)
    return Likeness(Agreement.INITIALS if likeness >= 0.75 else Agreement.DIFFERENT, likeness)


def _for(subject: Subject, candidate: Candidate, likeness: Likeness) -> Iterable[tuple[float, str]]:
    """What speaks for it beside names and identifiers, each fact with its weight."""
    if candidate.dois:
        weight = 0.9 if _is_full(likeness) else 0.6
        yield weight, _counted("author of the same work, by its DOI", candidate.dois)
    titles = [
        work.title for work in subject.works
        if work.doi not in candidate.dois and _has_like(work.title, candidate.works)
    ]  # fmt: skip
    if titles:
        yield 0.8, _counted("a work in common, by its title", titles)
    persons = [
        name for name in candidate.coauthors
        if parse_name(name).is_full
        and any(compare_names(name, ours).agreement >= Agreement.PARTIAL for ours in subject.coauthors)
    ]  # fmt: skip
    if persons:
        yield 0.6, _counted("co-author in common", persons)
    places = [
        name
        for name in candidate.affiliations
        if any(compare_titles(name, ours) >= ALIKE for ours in subject.affiliations)
    ]
    if places:
        yield 0.5, _counted("affiliation in common", places)
    countries = _common(subject.countries, candidate.countries)
    if countries:
        yield 0.4, _counted("the same country", countries)
    if subject.kind == "Organization" and candidate.founded in subject.years:
        yield 0.5, f"founded in the same year: {candidate.founded}"
    if candidate.service:
        yield 0.2, candidate.service


def _has_like(title: str, others: Iterable[str]) -> bool:
    return len(title_words(title)) > 2 and any(compare_titles(title, other) >= ALIKE for other in others)


def _common(ours: Sequence[str], theirs: Iterable[str]) -> list[str]:
    known = {folded(each) for each in ours}
    return list(dict.fromkeys(each for each in theirs if folded(each) in known))


def _against(subject: Subject, candidate: Candidate) -> Iterable[tuple[float, str]]:
    """What speaks against it, each fact with the factor that it leaves of the score."""
    if subject.kind == "Person":
        first = min(subject.years, default=0)
        if first and candidate.born and first < candidate.born + YOUNGEST:
            yield 0.1, f"born in {candidate.born}, and active here in {first}"
        if first and candidate.died and first > candidate.died + LATEST:
            yield 0.1, f"died in {candidate.died}, and active here from {first}"
        return
    if subject.countries and candidate.countries and not _common(subject.countries, candidate.countries):
        yield 0.4, f"{', '.join(candidate.countries[:2])} there, {', '.join(subject.countries[:2])} here"
    if candidate.founded and subject.years and all(abs(candidate.founded - year) > 1 for year in subject.years):
        yield 0.5, f"founded in {candidate.founded} there, in {subject.years[0]} here"


def _counted(what: str, names: Sequence[str]) -> str:
    more = f" and {len(names) - TOLD} more" if len(names) > TOLD else ""
    return f"{what}: {', '.join(names[:TOLD])}{more}"
