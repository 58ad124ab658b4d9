"""Charts of answers that count something: by year as columns, by anything else as bars; drawn here, not by a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ipcgraph.errors import QueryError
from ipcgraph.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipcgraph.server.pages import ShownCell

MOST_BARS: Final = 25
MOST_YEARS: Final = 250
"""More years than this are no chart that can be read."""
_ROOM: Final = 40
"""So many columns have room for their values on a wide screen."""
_GAP: Final = 0.18
"""The part of the width of a column that stays free."""


class Bar(NamedTuple):
    """One bar: places and sizes are per cent of the chart."""

    label: str
    href: str
    value: str
    x: float
    width: float
    size: float


class Chart(NamedTuple):
    """A chart, and the sentence that says what it shows."""

    sort: str
    """`years` or `bars`."""
    bars: tuple[Bar, ...]
    sentence: str
    ticks: tuple[tuple[float, str], ...] = ()
    """The years that are written below columns, and where."""
    valued: bool = False
    """Whether there is room for the value above each column."""


def chart_of(text: str, columns: Sequence[str], rows: Sequence[Sequence[ShownCell]], *, total: int) -> Chart | None:
    """The chart of an answer to this query; None where it counts nothing, or nothing would be seen."""
    counted = [name for name in counted_variables(text) if name in columns]
    if not counted or len(rows) < 2:
        return None
    number = columns.index(counted[0])
    measured = [(row, _number(row[number].text)) for row in rows]
    if not any(value for _, value in measured) or any(value < 0 for _, value in measured):
        return None
    year = next(
        (index for index, name in enumerate(columns) if name.lower().endswith("year") and index != number), None
    )
    if year is not None and len({row[year].text for row in rows}) == len(rows):
        by_year = [(int(row[year].text), value) for row, value in measured if row[year].text.isdecimal()]
        if len(by_year) > 1 and total == len(rows):
            return _columns(counted[0], sorted(by_year))
    return _bars(counted[0], columns, measured, number, total=total)


def counted_variables(text: str) -> list[str]:
    """The variables of a query that stand for a COUNT or a SUM, in their order.

    >>> counted_variables("SELECT ?a (COUNT(?b) AS ?n) (MAX(?c) AS ?m) { ?a ?b ?c } GROUP BY ?a")
    ['n']
    """
    return list(_counted(text))


def _counted(text: str) -> Iterator[str]:
    try:
        tokens = tokenize(text)
    except QueryError:
        return
    counts = following = False
    for token in tokens:
        word = token.text.upper() if token.kind == "word" else ""
        if following and token.kind == "variable":
            if counts:
                yield token.text[1:]
            counts = False
        following = word == "AS"
        if word in {"COUNT", "SUM"}:
            counts = True
        elif word in _OTHERS:
            counts = False


_OTHERS: Final = frozenset(("MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "WHERE", "BIND"))


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if value < 1e15 else 0.0


def _columns(what: str, by_year: Sequence[tuple[int, float]]) -> Chart | None:
    first, last = by_year[0][0], by_year[-1][0]
    years = last - first + 1
    if years > MOST_YEARS:
        return None
    most = max(value for _, value in by_year)
    step = 100 / years
    bars = tuple(
        Bar(
            str(year),
            "",
            f"{value:g}",
            round((year - first + _GAP / 2) * step, 3),
            round(step * (1 - _GAP), 3),
            round(100 * value / most, 2),
        )
        for year, value in by_year
    )
    every = next(each for each in (1, 2, 5, 10, 20, 50, 100) if years / each <= 12)
    ticks = tuple(
        (round((year - first + 0.5) * step, 3), str(year)) for year in range(first, last + 1) if year % every == 0
    )
    highest = max(by_year, key=lambda pair: (pair[1], -pair[0]))
    sentence = f"{_words(what)} by year, {first} to {last}; most in {highest[0]}: {highest[1]:g}."
    return Chart("years", bars, sentence, ticks, valued=years <= _ROOM)


def _bars(
    what: str,
    columns: Sequence[str],
    measured: Sequence[tuple[Sequence[ShownCell], float]],
    number: int,
    *,
    total: int,
) -> Chart:
    most = max(value for _, value in measured)
    bars = []
    for row, value in measured[:MOST_BARS]:
        label, address = _label(row, number)
        bars.append(Bar(label, address, row[number].text, 0, 0, round(100 * value / most, 2)))
    texts = [index for index in range(len(columns)) if index != number and not _leads(measured, index)]
    others = texts or [index for index in range(len(columns)) if index != number]
    of = ", ".join(_words(columns[index]).lower() for index in others)
    part = f"; the first {len(bars)} of {total:,} rows" if total > len(bars) else ""
    return Chart("bars", tuple(bars), f"{_words(what)} by {of}{part}.")


def _leads(measured: Sequence[tuple[Sequence[ShownCell], float]], index: int) -> bool:
    """Whether a column has things rather than what they are called."""
    return any(row[index].href for row, _ in measured)


def _label(row: Sequence[ShownCell], number: int) -> tuple[str, str]:
    """What a row is called: its texts, or else its ids; and where it leads to."""
    others = [cell for index, cell in enumerate(row) if index != number and cell.text]
    texts = [cell.text for cell in others if not cell.href and not cell.number]
    led = [cell.href for cell in others if cell.href]
    address = led[0] if len(led) == 1 else ""  # a name for two things leads to neither
    shown = texts or [cell.text for cell in others]
    return " – ".join(shown) or "(none)", address


def _words(name: str) -> str:
    """A variable as words.

    >>> _words("coauthorName")
    'Coauthor name'
    """
    parts = "".join(" " + each.lower() if each.isupper() else each for each in name).replace("_", " ").split()
    return " ".join(parts).capitalize()
