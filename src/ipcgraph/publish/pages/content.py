"""What a page shows, as values: links, lines with their evidence, facts and sections."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ipcgraph.publish.pages.periods import Axis, Bar, Span


class Link(NamedTuple):
    """A name, and where it leads; without an address it is shown as text."""

    label: str
    href: str = ""


class Cited(NamedTuple):
    """A source with the passages of it that something rests on; without passages it rests on the source as a whole."""

    source: Link
    passages: tuple[Link, ...] = ()


class Joined(NamedTuple):
    """Links that one word joins to a line: `with`, `at`, `for`; `more` more are on the page of the line's own thing."""

    word: str
    links: tuple[Link, ...]
    more: int = 0


class Line(NamedTuple):
    """One entry of a section."""

    main: Link
    note: str = ""
    """What it is, in a few words."""
    joined: tuple[Joined, ...] = ()
    when: str = ""
    machine: str = ""
    """A date in `when` as machines read it."""
    span: Span = Span()
    bar: Bar | None = None
    axis: Axis | None = None
    """The years of its own bar, where few lines of a section have a date."""
    about: str = ""
    mark: str = ""
    """A warning that belongs to it, as `disputed`."""
    cited: tuple[Cited, ...] = ()
    number: Link = Link("")
    """Its place in an order that means something, as that of authors; leads to the part that says so."""
    group: Link = Link("")
    """The heading that it stands under; lines of one group follow each other."""


class Group(NamedTuple):
    """Lines under one heading, which may be empty."""

    heading: Link
    lines: tuple[Line, ...]


class Listing(NamedTuple):
    """A section before its lines are made: long ones go on over several pages, each of which makes its own lines."""

    name: str
    """Part of the name of its further pages: `works`."""
    title: str
    keys: tuple[str, ...]
    """The IRIs of all its entries, in order."""
    line: Callable[[str], Line]
    note: str = ""
    size: int = 50
    """So many lines are on one page."""
    timeline: bool = False


class Section(NamedTuple):
    """A part of a page with a heading: the lines of one page of a listing."""

    name: str
    title: str
    groups: tuple[Group, ...]
    total: int
    page: int = 1
    pages: tuple[Link, ...] = ()
    """The pages of the listing where it has several; this one has no address."""
    note: str = ""
    axis: Axis | None = None
    shades: tuple[str, ...] = ()
    """The certainties of the pieces of its bars, for a key."""
    first: int = 1
    """The number of its first line among all, and of its last."""
    last: int = 0


class Value(NamedTuple):
    """One value of a fact."""

    link: Link
    machine: str = ""
    """A date as machines read it."""
    mark: str = ""
    cited: tuple[Cited, ...] = ()


class Fact(NamedTuple):
    """What is said of a thing in a word or two: a label and its values."""

    label: str
    values: tuple[Value, ...]


class Dispute(NamedTuple):
    """A claim that no source states alone: what is claimed, by what right, and what the graph says instead."""

    label: str
    basis: str
    meaning: str
    claimed: Value
    page: Link
    stated: tuple[Value, ...] = ()


class Node(NamedTuple):
    """A person in the picture of co-authors: where the dot and its label are."""

    link: Link
    x: float
    y: float
    radius: float
    label_x: float
    label_y: float
    anchor: str
    lines: tuple[str, ...]


class Edge(NamedTuple):
    """A line in the picture of co-authors."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    inner: bool


class Picture(NamedTuple):
    """The picture of a person's co-authors, and the sentence that says what it shows."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    sentence: str


class Content(NamedTuple):
    """What the page of a thing shows."""

    kind: str
    """What it is, in words: `Research center`."""
    title: str
    lead: tuple[Joined, ...] = ()
    """The line under the title: words with links."""
    summary: str = ""
    summary_note: str = ""
    replaced: tuple[Link, ...] = ()
    """What replaces it; the record is kept so that its IRI leads somewhere."""
    withdrawn: bool = False
    """Whether it is no more, replaced or not."""
    facts: tuple[Fact, ...] = ()
    identifiers: tuple[Fact, ...] = ()
    listings: tuple[Listing, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    picture: Picture | None = None
    cited: tuple[Cited, ...] = ()
    description: str = ""
    """One or two sentences for search engines and previews."""
