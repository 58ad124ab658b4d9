"""What has changed since the last release: a page, and a sentence for the front page."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.publish.pages.assembly import head_title, plain
from ipcgraph.publish.pages.content import Link
from ipcgraph.publish.pages.library import KINDS
from ipcgraph.publish.pages.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipcgraph.publish.facts import Changes
    from ipcgraph.publish.pages.press import Press
    from ipcgraph.publish.reading import Thing

PATH: Final = "changes.html"


class Row(NamedTuple):
    """How many things of one kind are new, are told otherwise, and are gone."""

    label: str
    new: int
    other: int
    gone: int


class Named(NamedTuple):
    """The first things of one kind, and how many there are of it."""

    label: str
    total: int
    links: tuple[Link, ...]


def change_pages(press: Press) -> Iterator[tuple[str, str]]:
    """The page of what has changed, where an earlier release is known: path and text."""
    changes = press.library.site.changes
    if changes is None:
        return
    sheet = Sheet(press.library, PATH)
    counts = changes.counts
    yield (
        PATH,
        press.document(
            "changes.html",
            sheet,
            title=head_title("What changed", press.library.site.title),
            description=sentence(changes),
            crumbs=(Link("Home", "index.html"),),
            values={
                "changes": changes,
                "sentence": sentence(changes),
                "rows": tuple(Row(_plural(kind), *counts[kind]) for kind in sorted(counts, key=_place)),
                "new": _named(changes.new, {kind: new for kind, (new, _, _) in counts.items()}, sheet),
                "gone": _named(changes.gone, {kind: gone for kind, (_, _, gone) in counts.items()}, None),
            },
        ),
    )


def sentence(changes: Changes) -> str:
    """The changes in one sentence.

    >>> from ipcgraph.publish.facts import Changes
    >>> sentence(Changes("2024-05-31", 12, 1, (), (), {"Work": (2, 1, 0), "Authorship": (3, 0, 0)}))
    'Since 2024-05-31: 2 things new, 1 changed, none gone; 12 statements added, 1 removed.'
    """
    # Parts such as authorships come and go with what they are part of.
    things = [numbers for kind, numbers in changes.counts.items() if kind not in _PARTS]
    new, other, gone = (sum(numbers[place] for numbers in things) for place in range(3))
    since = f"Since {plain(changes.since, 60)}" if changes.since else "Since the last release"
    if not changes.added and not changes.removed:
        return f"{since}: nothing has changed."
    counted = f"{_number(new)} thing{'s' * (new != 1)} new, {_number(other)} changed, {_number(gone)} gone"
    statements = (
        f"{_number(changes.added)} statement{'s' * (changes.added != 1)} added, {_number(changes.removed)} removed"
    )
    return f"{since}: {counted}; {statements}."


_PARTS: Final = ("Authorship", "Count", "Claim", "Passage")
_ORDER: Final = tuple(KINDS)


def _number(number: int) -> str:
    return f"{number:,}" if number else "none"


def _plural(kind: str) -> str:
    return KINDS.get(kind, (kind, kind))[1]


def _place(kind: str) -> tuple[int, str]:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER), kind


def _named(things: Sequence[Thing], totals: dict[str, int], sheet: Sheet | None) -> tuple[Named, ...]:
    """Things by kind; without a sheet as text, since what is gone has no page."""
    known = sorted((thing for thing in things if thing.kind not in _PARTS), key=lambda thing: _place(thing.kind))
    return tuple(
        Named(
            _plural(kind),
            totals.get(kind, 0),
            tuple(sheet.link(thing.iri, thing.label) if sheet else Link(thing.label) for thing in group),
        )
        for kind, group in ((kind, list(group)) for kind, group in groupby(known, key=lambda thing: thing.kind))
    )
