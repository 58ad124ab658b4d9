"""Persons: the mentions of one person brought together, block by block, and the questions that evidence leaves open."""

from __future__ import annotations

from array import array
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.identity.evidence import AUTOMATIC, MARGIN, QUESTION, Facts, Profile, Weighed, weigh
from ipcgraph.identity.frequencies import Frequencies
from ipcgraph.identity.names import Agreement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ipcgraph.identity.mentions import Mentions
    from ipcgraph.identity.names import PersonName

ROUNDS: Final = 4
"""So often the persons of a block are compared with each other; each round has what the last one brought together."""
STRICTER: Final = 1.5
"""By so much the score of an abbreviated name must be higher."""
RARE: Final = 0.05
"""Of a name that fewer others are expected to have, one telling word in common is evidence enough, else two are."""
NEAR: Final = 100
"""Of a work's authors so many before and after are weighed: a work of thousands would take a time of its square."""
WIDEST: Final = 400
"""A fact that more persons of one name share tells nothing: it proposes no candidates."""


class Link(NamedTuple):
    """Two mentions that are, or may be, those of one person, and why."""

    one: int
    other: int
    evidence: Weighed | None
    """None where an identifier says it."""


class Resolved(NamedTuple):
    """Who is who among some mentions."""

    persons: Sequence[int]
    """For each mention the first mention of the same person."""
    links: tuple[Link, ...]
    """What brought mentions together, of each person one fewer than it has names and groups; sorted by mention."""
    questions: tuple[Link, ...]
    """What could not be decided, the likeliest first."""
    frequencies: Frequencies
    """How common the names and facts are, which tells what the numbers in the evidence stand for."""


def resolve(
    mentions: Mentions, *, automatic: float = AUTOMATIC, question: float = QUESTION, links: bool = True
) -> Resolved:
    """Brings together the mentions of each person.

    First by identifier; then, among persons with one family name, by evidence: never on a name, or on initials, alone.
    Two that are known to be apart (another ORCID, authors of one work, given names that conflict) stay apart, with all
    that was brought together with either. `automatic` and `question` are the scores from which two are linked, and
    asked about. The result depends on the works and their order alone. Time grows with the number of works, since only
    persons that share a name and a further fact are compared.
    """
    names = mentions.read_names()
    known = Frequencies(mentions, names)
    persons = array("L", range(len(mentions)))
    found: list[Link] = []
    open_ones: list[Link] = []
    for block in _blocks(mentions, names):
        resolving = _Block(mentions, names, known, automatic, question)
        resolving.resolve(block)
        for profile in resolving.profiles.values():
            first = min(profile.mentions)
            for mention in profile.mentions:
                persons[mention] = first
        if links:
            found += resolving.links
        open_ones += resolving.questions()
    open_ones.sort(key=lambda link: (-link.evidence.score if link.evidence else 0.0, link.one, link.other))
    return Resolved(persons, tuple(sorted(found, key=lambda link: link[:2])), tuple(open_ones), known)


def _blocks(mentions: Mentions, names: Sequence[PersonName]) -> Iterator[list[int]]:
    """The mentions by family name, and those that an identifier makes one person together, whatever their names."""
    blocks: defaultdict[str, list[int]] = defaultdict(list)
    into: dict[str, str] = {}

    def root(family: str) -> str:
        while family in into:
            family = into[family]
        return family

    family_of: dict[str, str] = {}
    for mention, identities in mentions.identities.items():
        family = root(names[mentions.names[mention]].family)
        for identity in identities:
            other = root(family_of.setdefault(identity, family))
            if other != family:
                into[max(other, family)] = family = min(other, family)
    for mention, name in enumerate(mentions.names):
        blocks[root(names[name].family)].append(mention)
    for family in sorted(blocks):
        yield blocks[family]


class _Block:
    """The persons of one family name while they are being told apart."""

    def __init__(
        self, mentions: Mentions, names: Sequence[PersonName], known: Frequencies, automatic: float, question: float
    ) -> None:
        self._mentions, self._names, self._known = mentions, names, known
        self._automatic, self._question = automatic, question
        self.profiles: dict[int, Profile] = {}
        self.links: list[Link] = []
        self._family = ""

    def resolve(self, block: Sequence[int]) -> None:
        """Fills `profiles` with one profile a person, by number."""
        self._family = self._names[self._mentions.names[block[0]]].family
        self._gather(block)
        if len(self.profiles) == 1 or not self._family:
            return
        for _ in range(ROUNDS):
            joined = self._round(abbreviated=False)
            joined += self._round(abbreviated=True)
            if not joined:
                break

    def _gather(self, block: Iterable[int]) -> None:
        """One profile for each mention, or for all that one identifier names."""
        number_of: dict[str, int] = {}
        for mention in block:
            profile = self._profile(mention)
            numbers = sorted({number_of[each] for each in profile.identities if each in number_of})
            if numbers:
                for number in numbers:
                    self.links.append(Link(self.profiles[number].mentions[0], mention, None))
                first = self.profiles[numbers[0]]
                for number in numbers[1:]:
                    first.take_in(self.profiles.pop(number))
                first.take_in(profile)
            number = numbers[0] if numbers else mention
            self.profiles.setdefault(number, profile)
            for each in self.profiles[number].identities:
                number_of[each] = number

    def _profile(self, mention: int) -> Profile:
        mentions = self._mentions
        work = mentions.works[mention]
        others = mentions.of_work(work)
        near = range(max(others.start, mention - NEAR), min(others.stop, mention + NEAR + 1))
        coauthors = [
            (self._known.keys[name], self._names[name].given)
            for other in near
            if other != mention
            for name in (mentions.names[other],)
        ]
        return Profile(
            Facts(
                mention, work, self._names[mentions.names[mention]].given, mentions.years[work], coauthors,
                mentions.affiliations.get(mention, ()), mentions.words(work), mentions.identities.get(mention, ()),
            )
        )  # fmt: skip

    def _round(self, *, abbreviated: bool) -> int:
        """Joins the pairs that evidence makes one, the likeliest first; how many there were."""
        weighed = []
        for one, other in self._candidates():
            found = weigh(self.profiles[one], self.profiles[other], self._family, self._known)
            if found and (found.agreement is Agreement.INITIALS) == abbreviated:
                weighed.append((found.score, one, other, found))
        weighed.sort(key=lambda each: (-each[0], each[1], each[2]))
        rivals = self._rivals(weighed) if abbreviated else {}
        into: dict[int, int] = {}
        grown: set[int] = set()
        joined = 0
        for score, *pair, found in weighed:
            if score < self._automatic:
                break
            one, other = sorted(_root(number, into) for number in pair)
            if one == other or not self._is_enough(found):
                continue
            if abbreviated and not all(rivals[number](other_side) for number, other_side in (pair, pair[::-1])):
                continue
            evidence: Weighed | None = found
            if one in grown or other in grown:  # what was joined since has changed what is known of them
                evidence = weigh(self.profiles[one], self.profiles[other], self._family, self._known)
                if evidence is None or not self._is_enough(evidence):
                    continue
            self.links.append(Link(self.profiles[one].mentions[0], self.profiles[other].mentions[0], evidence))
            self.profiles[one].take_in(self.profiles.pop(other))
            into[other] = one
            grown.add(one)
            joined += 1
        return joined

    def _rivals(self, weighed: Sequence[tuple[float, int, int, Weighed]]) -> dict[int, Callable[[int], bool]]:
        """For each person, whether another one is the best candidate, and no likely one has another given name."""
        candidates: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
        for score, one, other, _ in weighed:
            candidates[one].append((score, other))
            candidates[other].append((score, one))
        profiles = dict(self.profiles)

        def judge(number: int) -> Callable[[int], bool]:
            near = [candidate for score, candidate in candidates[number] if score > candidates[number][0][0] - MARGIN]

            def is_alone(candidate: int) -> bool:
                return candidate in near and all(
                    profiles[candidate].agreement(profiles[rival]) is not Agreement.CONFLICT for rival in near
                )

            return is_alone

        return {number: judge(number) for number in candidates}

    def _is_enough(self, found: Weighed) -> bool:
        """Whether two are linked without a question: never on a name alone, and on initials only with company."""
        if found.agreement is Agreement.GIVEN:
            subject = len(found.words) > (0 if found.others < RARE else 1)
            return found.score >= self._automatic and bool(found.coauthors or found.affiliations or subject)
        return found.score >= self._automatic + STRICTER and found.weight >= self._automatic / 2

    def _candidates(self) -> list[tuple[int, int]]:
        """The pairs of persons that share a co-author, an affiliation, or a given name in full; sorted."""
        sharing: defaultdict[tuple[str, int | str], list[int]] = defaultdict(list)
        for number, profile in self.profiles.items():
            for key in profile.coauthors:
                sharing["coauthor", key].append(number)
            for affiliation in profile.affiliations:
                sharing["affiliation", affiliation].append(number)
            for given in {form[0] for form in profile.forms if form}:
                sharing["given", given].append(number)
        pairs: set[tuple[int, int]] = set()
        for numbers in sharing.values():
            if 1 < len(numbers) <= WIDEST:
                numbers.sort()
                pairs.update((one, other) for at, one in enumerate(numbers) for other in numbers[at + 1 :])
        return sorted(pairs)

    def questions(self) -> list[Link]:
        """For each person the likeliest other one, where evidence is not enough but some is there."""
        best: dict[int, tuple[float, int, int, Weighed]] = {}
        if len(self.profiles) > 1 and self._family:
            for one, other in self._candidates():
                found = weigh(self.profiles[one], self.profiles[other], self._family, self._known)
                if found is None or found.score < self._question or not _is_worth_asking(found):
                    continue
                for number in (one, other):
                    if number not in best or found.score > best[number][0]:
                        best[number] = found.score, one, other, found
        asked = {(one, other): found for _, one, other, found in best.values()}
        return [
            Link(self.profiles[one].mentions[0], self.profiles[other].mentions[0], found)
            for (one, other), found in sorted(asked.items(), key=lambda each: each[0])
        ]


def _is_worth_asking(found: Weighed) -> bool:
    return found.agreement is Agreement.GIVEN or found.weight > 0


def _root(number: int, into: Mapping[int, int]) -> int:
    while number in into:
        number = into[number]
    return number
