"""Invented graphs as plain values, from which the tests count by hand, and as quads, from which networks are made."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad
from tests.work_quads import described, key, partnership, thing, written

from ipcgraph.vocabulary import CONCEPTS, TYPE, XSD

DATE = NamedNode(XSD + "date")
CENTER = "center/harbour"


@dataclass
class Work:
    authors: list[str]
    issued: tuple[dt.date, dt.date] | None
    kind: str
    initiative: str | None
    topics: list[str]
    affiliations: dict[str, list[str]]


@dataclass
class Spell:
    """A role or a partnership: who, of which kind, where or with whom, and its four bounds."""

    who: str
    kind: str
    at: str | None
    bounds: dict[str, dt.date]


@dataclass
class Invented:
    works: dict[str, Work] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)
    organizations: set[str] = field(default_factory=set)
    """Authors that are no persons."""
    initiatives: dict[str, tuple[str | None, dt.date | None]] = field(default_factory=dict)
    """By slug, the initiative that it is part of, and its earliest start."""
    initiative_topics: dict[str, list[str]] = field(default_factory=dict)
    roles: list[Spell] = field(default_factory=list)
    partnerships: list[Spell] = field(default_factory=list)

    def quads(self) -> Iterator[Quad]:
        yield from described(CENTER, "Center")
        for name in self.people:
            yield from described(f"person/{name}", "Person")
        yield from written({slug: work.authors for slug, work in self.works.items()}, organizations=self.organizations)
        for slug, work in self.works.items():
            yield from _work(slug, work)
        for slug, (whole, start) in self.initiatives.items():
            yield from described(slug, "Initiative")
            if whole:
                yield Quad(thing(slug), key("partOf"), thing(whole))
            if start:
                yield Quad(thing(slug), key("startNotBefore"), Literal(start.isoformat(), datatype=DATE))
            for topic in self.initiative_topics.get(slug, ()):
                yield Quad(thing(slug), key("topic"), thing(f"topic/{topic}"))
        for number, role in enumerate(self.roles):
            node = thing(f"role/{number:03}")
            yield Quad(node, TYPE, key("Role"))
            yield Quad(node, key("holder"), thing(f"person/{role.who}"))
            yield Quad(node, key("roleType"), NamedNode(f"{CONCEPTS}role-type/{role.kind}"))
            if role.at:
                yield Quad(node, key("heldAt"), thing(role.at))
            for name, day in role.bounds.items():
                yield Quad(node, key(name), Literal(day.isoformat(), datatype=DATE))
        for number, each in enumerate(self.partnerships):
            days = {name: day.isoformat() for name, day in each.bounds.items()}
            partners = [each.at] if each.at else []
            yield from partnership(f"{number:03}", kind=each.kind, of=[each.who], partners=partners, bounds=days)


def _work(slug: str, work: Work) -> Iterator[Quad]:
    node = thing(f"work/{slug}")
    yield Quad(node, key("workType"), NamedNode(f"{CONCEPTS}work-type/{work.kind}"))
    if work.issued:
        for name, day in zip(("issuedNotBefore", "issuedNotAfter"), work.issued, strict=True):
            yield Quad(node, key(name), Literal(day.isoformat(), datatype=DATE))
    if work.initiative:
        yield Quad(node, key("partOf"), thing(work.initiative))
    for topic in work.topics:
        yield Quad(node, key("topic"), thing(f"topic/{topic}"))
    for position, author in enumerate(work.authors, start=1):
        for organization in work.affiliations.get(author, ()):
            authorship = thing(f"work/{slug}/authorship/{author}-{position}")
            yield Quad(authorship, key("affiliation"), thing(f"organization/{organization}"))


def invented(seed: int) -> Invented:
    """A graph of up to 40 works, 20 people, 8 initiatives, 40 roles and 30 partnerships, some of each incomplete."""
    numbers = random.Random(seed)
    graph = Invented(people=[f"p{number}" for number in range(20)], organizations={"p3", "p11"})
    graph.people = [name for name in graph.people if name not in graph.organizations]
    names = [f"p{number}" for number in range(20)]
    slugs = [f"initiative/i{number}" for number in range(8)]
    for place, slug in enumerate(slugs):
        whole = numbers.choice([None, CENTER, *slugs[:place]])
        graph.initiatives[slug] = (whole, numbers.choice([None, _day(numbers)]))
        graph.initiative_topics[slug] = numbers.sample("abcdef", numbers.randint(0, 3))
    for number in range(numbers.randint(0, 40)):
        authors = numbers.sample(names, numbers.randint(0, 5))
        first = _day(numbers)
        graph.works[f"w{number:02}"] = Work(
            authors=authors,
            issued=numbers.choice([None, (first, first + dt.timedelta(numbers.randint(0, 400)))]),
            kind=numbers.choice(["article", "report", "book"]),
            initiative=numbers.choice([None, *slugs]),
            topics=numbers.sample("abcdef", numbers.randint(0, 4)),
            affiliations={author: numbers.sample("tuvwxyz", numbers.randint(0, 2)) for author in authors},
        )
    for _ in range(numbers.randint(0, 40)):
        kind, at = numbers.choice(["director", "co-lead"]), numbers.choice([None, CENTER, *slugs])
        graph.roles.append(Spell(numbers.choice(graph.people), kind, at, _bounds(numbers)))
    for _ in range(numbers.randint(0, 30)):
        at = numbers.choice([None, *(f"organization/{letter}" for letter in "tuvwxyz")])
        kind = numbers.choice(["grant", "sponsorship"])
        graph.partnerships.append(Spell(numbers.choice([CENTER, *slugs]), kind, at, _bounds(numbers)))
    return graph


def _day(numbers: random.Random) -> dt.date:
    return dt.date(2010, 1, 1) + dt.timedelta(numbers.randint(0, 3650))


def _bounds(numbers: random.Random) -> dict[str, dt.date]:
    """Four days in a possible order, each known or not."""
    days = sorted(_day(numbers) for _ in range(4))
    names = ("startNotBefore", "startNotAfter", "endNotBefore", "endNotAfter")
    return {name: day for name, day in zip(names, days, strict=True) if numbers.random() < 0.6}


def standing(bounds: dict[str, dt.date], day: dt.date, begun: dt.date | None = None) -> str:
    """What ontology.md calls certain, possible and excluded, written down once more."""
    if "startNotBefore" in bounds and day < bounds["startNotBefore"]:
        return "excluded"
    if "endNotAfter" in bounds and day > bounds["endNotAfter"]:
        return "excluded"
    if begun and day < begun:
        return "excluded"
    if (
        "startNotAfter" in bounds
        and "endNotBefore" in bounds
        and bounds["startNotAfter"] <= day <= bounds["endNotBefore"]
    ):
        return "certain"
    return "possible"
