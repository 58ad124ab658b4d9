"""The authors of imported works: which are persons of the graph, which are new, and what has to be decided."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.decisions import Decision
from ipcgraph.identity.mentions import Author, Mentions
from ipcgraph.identity.names import folded
from ipcgraph.identity.persons import resolve
from ipcgraph.identity.wording import likelihood, sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from ipcgraph.entries import Contributor, PersonEntry, WorkEntry
    from ipcgraph.identity.names import PersonName
    from ipcgraph.identity.persons import Link, Resolved
    from ipcgraph.imports.drafts import Drafts
    from ipcgraph.imports.known import Known

_KNOWN: Final = "known:"
US: Final = "ipcgraph"
"""Who takes a decision that evidence alone is enough for."""


class Settled(NamedTuple):
    """Who the authors of imported works are."""

    authors: Sequence[Sequence[str]]
    """For each work the ids of its authors, in order; empty for an author that is no person."""
    persons: Sequence[str]
    """The id of each imported person."""
    names: Mapping[str, str]
    """The names of the persons that are new, by id."""
    decisions: tuple[Decision, ...]
    """What evidence has decided, and what a person has to."""


class Authors:
    """The authors of imported works, held against each other and against those that the graph has."""

    def __init__(
        self,
        known: Known,
        drafts: Drafts,
        *,
        today: str,
        learnt: Mapping[str, Sequence[str]] | None = None,
        merged: Collection[str] = (),
    ) -> None:
        """`learnt` are identities of persons of the graph that this import has told: `orcid:…`, by the person's id.

        `merged` are the persons that others have been decided to be.
        """
        self._merged = merged
        self._known, self._drafts, self._today = known, drafts, today
        self._learnt = learnt or {}
        self._mentions = Mentions()
        self._person_of: dict[int, str] = {}
        for work in known.of_kind("Work"):
            self._add_known(work)
        self._add_known_alone()
        self._first = len(self._mentions)

    def _add_known(self, work: str) -> None:
        listed = [each for each in self._known.authors.get(work, ()) if self._known.kinds.get(each.author) == "Person"]
        start = len(self._mentions)
        authors = [self._known_author(each.author, each.name) for each in listed]
        self._mentions.add(self._known.text(work, "title"), _year(self._known.text(work, "issued")), authors)
        for number, each in enumerate(listed):
            self._person_of[start + number] = each.author

    def _add_known_alone(self) -> None:
        """Persons whose works the graph does not have: they can be found by identifier."""
        named = set(self._person_of.values())
        for person in self._known.of_kind("Person"):
            if person not in named:
                self._person_of[len(self._mentions)] = person
                self._mentions.add("", 0, [self._known_author(person, "")])

    def _known_author(self, person: str, listed: str) -> Author:
        said = self._known.texts[person]
        identities = [f"{scheme}:{value}" for scheme in ("orcid", "openalex") for value in said.get(scheme, ())]
        identities += self._learnt.get(person, ())
        return Author(listed or self._known.text(person, "name"), identities=(_KNOWN + person, *identities))

    def _again(self, persons: Sequence[PersonEntry]) -> list[str]:
        """For each person without an identifier the one that an earlier import made of this very record, or empty."""
        nameless = [person for person in persons if not any(value for _, value in _identifiers(person))]
        before: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for person in self._known.of_kind("Person") if nameless else ():
            said = self._known.texts[person]
            for source in said.get("evidence", ()):
                for name in (*said.get("name", ()), *said.get("alternateName", ())):
                    before[source.removeprefix(self._known.base), name].append(person)
        found = []
        for entry in persons:
            key = self._drafts.source_id(entry.place.path), entry.name.text
            is_plain = not any(value for _, value in _identifiers(entry))
            near = before.get(key, []) if is_plain else []
            found.append(near[0] if near else "")
            if near and near[0] not in self._merged:  # of several alike each is given once
                near.pop(0)
        return found

    def settle(self, works: Sequence[WorkEntry], persons: Sequence[PersonEntry]) -> Settled:
        """Who the authors of these works, and these persons, are."""
        if not works and not persons:
            return Settled((), (), {}, ())
        places: list[list[int]] = []
        for work in works:
            people = [each for each in work.contributors if not each.name.is_organization]
            start = len(self._mentions)
            self._mentions.add(work.title, _year(work.issued), [_author(each, work.place.path) for each in people])
            numbers = iter(range(start, start + len(people)))
            places.append([-1 if each.name.is_organization else next(numbers) for each in work.contributors])
        alone = []
        for person, before in zip(persons, self._again(persons), strict=True):
            alone.append(len(self._mentions))
            self._mentions.add("", 0, [_register(person, (_KNOWN + before,) if before else ())])
        resolved = resolve(self._mentions)
        groups = _Groups(self._mentions, resolved, self._person_of, self._first)
        ids, names = groups.identified(self._drafts.mint)
        return Settled(
            [["" if number < 0 else ids[groups.of[number]] for number in numbers] for numbers in places],
            [ids[groups.of[number]] for number in alone],
            names,
            (*self._linked(groups, ids, resolved), *self._asked(groups, ids, resolved)),
        )

    def _linked(self, groups: _Groups, ids: Mapping[int, str], resolved: Resolved) -> list[Decision]:
        """What evidence has decided: of each person the other groups of mentions are the first one."""
        why: dict[tuple[int, int], Link] = {}
        for link in resolved.links:
            if link.evidence:
                one, other = groups.of[link.one], groups.of[link.other]
                for key in ((one, other), (other, one)):
                    if key not in why or _score(link) > _score(why[key]):
                        why[key] = link
        decisions = []
        for group in sorted(groups.main):
            main = groups.main[group]
            if main == group or ids[main] == ids[group]:
                continue
            direct = why.get((group, main)) or max(
                (link for (one, _), link in why.items() if one == group), key=_score, default=None
            )
            if direct is None:
                continue
            are_known = ids[main] in self._known.kinds and ids[group] in self._known.kinds
            decisions.append(self._decision(ids[main], ids[group], direct, resolved, is_open=are_known))
        return decisions

    def _asked(self, groups: _Groups, ids: Mapping[int, str], resolved: Resolved) -> list[Decision]:
        asked: dict[tuple[str, str], Decision] = {}
        for link in resolved.questions:
            mains = [groups.main[groups.of[number]] for number in (link.one, link.other)]
            if all(number < self._first for main in mains for number in groups.members[main]):
                continue  # both in the graph already: nothing of this import asks it
            one, other = sorted((ids[main] for main in mains), key=lambda each: (each not in self._known.kinds, each))
            if one != other:
                asked.setdefault((one, other), self._decision(one, other, link, resolved, is_open=True))
        return list(asked.values())

    def _decision(self, one: str, other: str, link: Link, resolved: Resolved, *, is_open: bool) -> Decision:
        if link.evidence is None:
            raise ValueError("an identifier needs no decision")
        why = tuple(sentences(link.evidence, self._mentions, resolved.frequencies))
        score = f"{likelihood(link.evidence.score):.2f}"
        if is_open:
            return Decision(one, other, "open", score=score, why=why)
        return Decision(one, other, "same", by=US, date=self._today, score=score, why=why)


class _Groups:
    """Mentions that no decision is needed for: of one identifier, or of one person under the very same name."""

    def __init__(self, mentions: Mentions, resolved: Resolved, person_of: Mapping[int, str], first: int) -> None:
        self.of: list[int] = []
        """The first mention of the group of each mention."""
        self.members: defaultdict[int, list[int]] = defaultdict(list)
        self.main: dict[int, int] = {}
        """Of each group the group that all of its person are taken for."""
        self._mentions, self._person_of = mentions, person_of
        names = self._names = mentions.read_names()
        roots: dict[str, int] = {}
        for number, name in enumerate(mentions.names):
            identities = mentions.identities.get(number, ())
            keys = identities or (f"name:{resolved.persons[number]}:{names[name].whole}",)
            known = sorted({_root(roots[key], self.of) for key in keys if key in roots})
            group = known[0] if known else number
            self.of.append(group)
            for other in known[1:]:
                self.of[other] = group
            for key in keys:
                roots[key] = group
        self.of = [_root(number, self.of) for number in range(len(self.of))]
        for number, group in enumerate(self.of):
            self.members[group].append(number)
        by_person: defaultdict[int, list[int]] = defaultdict(list)
        for group in self.members:
            by_person[resolved.persons[group]].append(group)
        for groups in by_person.values():
            # What the graph knows goes first, then the name that says most.
            main = min(groups, key=lambda group: (group >= first, -len(self._name(group)), group))
            for group in groups:
                self.main[group] = main

    def _name(self, group: int) -> str:
        """The fullest name of a group, in reading order."""
        numbers = {self._mentions.names[number] for number in self.members[group]}
        texts = {_straight(self._mentions.texts[number][0], self._names[number]) for number in numbers}
        return max(texts, key=lambda text: (len(text.replace(".", "")), not text.isascii(), text))

    def identified(self, mint: Callable[[str, str], str]) -> tuple[dict[int, str], dict[str, str]]:
        """The id of each group, minted for those that the graph does not know; the names of these."""
        ids: dict[int, str] = {}
        names: dict[str, str] = {}
        for group, members in self.members.items():
            known = sorted({self._person_of[number] for number in members if number in self._person_of})
            if known:
                ids[group] = known[0]
            else:
                name = self._name(group)
                ids[group] = mint("person", name)
                names[ids[group]] = name
        return ids, names


def _root(number: int, into: Sequence[int]) -> int:
    while into[number] != number:
        number = into[number]
    return number


def _score(link: Link) -> float:
    return link.evidence.score if link.evidence else 0.0


def _straight(text: str, name: PersonName) -> str:
    """A name in reading order: `Lovelace, Ada` and `Lovelace Ada` as `Ada Lovelace`."""
    family, comma, given = text.partition(", ")
    if not comma:
        family, _, given = text.partition(" ")
        if " " in given or folded(family) != name.family or folded(given) == name.family:
            return text
    return f"{given} {family}" if given and "," not in given else text


def _author(contributor: Contributor, file: str) -> Author:
    identities = [f"{scheme}:{value}" for scheme, value in _identifiers(contributor) if value]
    if contributor.key:
        identities.append(f"file:{file}:{contributor.key}")
    name = contributor.name
    return Author(
        name.text, name.family, name.given, tuple(identities), tuple(a.name for a in contributor.affiliations)
    )


def _register(person: PersonEntry, known: tuple[str, ...]) -> Author:
    identities = [f"{scheme}:{value}" for scheme, value in _identifiers(person) if value]
    identities += [] if identities else [f"file:{person.place.path}:{person.key}"]
    name = person.name
    affiliations = tuple(each.name for each in person.affiliations)
    return Author(name.text, name.family, name.given, (*identities, *known), affiliations)


def _identifiers(person: Contributor | PersonEntry) -> tuple[tuple[str, str], ...]:
    return ("orcid", person.orcid), ("openalex", person.openalex)


def _year(issued: str) -> int:
    return int(issued[:4]) if issued[:4].isdigit() else 0
