"""Dates and spans of time in words, and as bars of a timeline that shows what is not known as such."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DURATION: Final = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T.*)?")
GOES_ON: Final = ("current", "continuing")


class Span(NamedTuple):
    """When something held: the dates as stated, the days that they allow, and what else is said of it."""

    start: str = ""
    end: str = ""
    start_bounds: tuple[str, str] = ("", "")
    """The first and the last day on which it can have begun; empty where nothing is known."""
    end_bounds: tuple[str, str] = ("", "")
    status: str = ""
    """The last part of the status' IRI: current, continuing, former, unknown."""
    duration: str = ""
    """How long it lasted, in the words of the source where it has any."""
    stated: bool = False
    """Whether the thing is one that has a span at all."""

    @property
    def words(self) -> str:
        return span_words(self) if self.stated else ""

    @property
    def dated(self) -> bool:
        return bool(self.start_bounds[0] or self.end_bounds[1])


class Piece(NamedTuple):
    """A part of a bar, in per cent of its width."""

    x: float
    width: float
    certainty: str
    """`certain`, `possible`, `current` as of the source, `open` where only one side is known, or `unknown`."""


class Bar(NamedTuple):
    """The bar of one span on an axis, and the dot of a day on which it certainly held, if that is all there is."""

    pieces: tuple[Piece, ...]
    dot: float | None = None


class Axis(NamedTuple):
    """The years of a timeline: where it begins and ends (as days of the common count of years), and its marks."""

    begin: float
    end: float
    ticks: tuple[tuple[float, str], ...]

    def place(self, moment: float) -> float:
        """Where a moment stands, in per cent."""
        return round(min(max((moment - self.begin) / (self.end - self.begin), 0.0), 1.0) * 100, 2)


def date_words(text: str) -> str:
    """A stated date in words, at the precision in which it is stated.

    >>> date_words("2021-04-01"), date_words("2020-11"), date_words("1991")
    ('1 April 2021', 'November 2020', '1991')
    """
    parts = text.split("-")
    if not 1 <= len(parts) <= 3 or not all(part.isdigit() for part in parts) or len(parts[0]) != 4:
        return text
    if len(parts) == 1:
        return parts[0]
    month = int(parts[1])
    if not 1 <= month <= 12:
        return text
    day = f"{int(parts[2])} " if len(parts) == 3 else ""
    return f"{day}{MONTHS[month - 1]} {parts[0]}"


def duration_words(text: str) -> str:
    """An xsd:duration in words; the text itself where it has no years, months or days.

    >>> duration_words("P10Y"), duration_words("P1Y6M")
    ('10 years', '1 year 6 months')
    """
    match = _DURATION.fullmatch(text)
    parts = [
        f"{number} {unit}{'s' * (number != '1')}"
        for number, unit in zip(match.groups() if match else (), ("year", "month", "day"), strict=False)
        if number
    ]
    return " ".join(parts) or text


def span_words(span: Span) -> str:
    """A span in words; what is not stated is said to be not stated, nothing is made up.

    >>> span_words(Span(start="2021-04-01", stated=True))
    'from 1 April 2021; end not stated'
    >>> span_words(Span(status="former", duration="more than a decade", stated=True))
    'former, for “more than a decade”; dates not stated'
    """
    start, end = date_words(span.start), date_words(span.end)
    lasting = f"for “{span.duration}”" if span.duration else ""
    if start and end:
        return ", ".join(filter(None, (start if start == end else f"{start} – {end}", lasting)))
    if start:
        if span.status in GOES_ON:
            first, missing = f"since {start}", ""
        elif span.status == "former":
            first, missing = f"from {start}, former", "end not stated"
        else:
            first, missing = f"from {start}", "end not stated"
    elif end:
        first, missing = f"until {end}", "start not stated"
    else:
        first, missing = span.status if span.status != "unknown" else "", "dates not stated"
    return "; ".join(filter(None, (", ".join(filter(None, (first, lasting))), missing)))


def moment(day: str) -> float:
    """A day as a number of years, good enough to draw: 2021-07-01 is about 2021.5."""
    year, month, rest = (int(part) for part in day.split("-"))
    return year + (month - 1) / 12 + (rest - 1) / 372


def axis(spans: tuple[Span, ...], *, today: str = "") -> Axis | None:
    """The axis that holds these spans; None where none of them has a date. What goes on runs to `today`."""
    days = [day for span in spans for day in (*span.start_bounds, *span.end_bounds) if day]
    if not days:
        return None
    going_on = any(span.start and not span.end for span in spans)
    begin = int(moment(min(days)))
    last = max([*days, today] if going_on and today else days)
    # A little room behind the last day, so that it can be seen.
    end = max(moment(last) + 0.5, begin + 3.0)
    step = next((step for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500) if (end - begin) / step <= 6), 1000)
    marks = [year for year in range(begin - begin % step, int(end) + 1, step) if year >= begin]
    found = Axis(float(begin), end, ())
    return found._replace(ticks=tuple((found.place(year), str(year)) for year in marks))


def bar(span: Span, along: Axis) -> Bar:
    """The bar of a span.

    Days on which it certainly held are one piece, those on which it may have held are others; where one side is not
    stated at all, an open piece leads to the edge of the axis; without any date the whole bar is open.
    """
    if not span.dated:
        return Bar((_piece(0.0, 100.0, "unknown"),))
    (first, last_start), (first_end, last_end) = span.start_bounds, span.end_bounds
    begin = along.place(moment(first)) if first else 0.0
    sure = along.place(moment(last_start)) if last_start else None
    until = along.place(moment(first_end)) if first_end and span.end else None
    finish = along.place(moment(last_end) + 1 / 372) if last_end else 100.0
    pieces: list[Piece] = []
    if sure is None:
        # No start is known: all before the end is open.
        stop = until if until is not None else finish
        pieces += [_piece(0.0, stop, "open"), _piece(stop, finish, "possible")]
        return Bar(tuple(piece for piece in pieces if piece.width > 0))
    if until is None:
        goes_on = "current" if span.status in GOES_ON else "open"
        pieces += [_piece(begin, sure, "possible"), _piece(sure, 100.0, goes_on)]
        return Bar(tuple(piece for piece in pieces if piece.width > 0), dot=sure if goes_on == "open" else None)
    if sure <= until:
        pieces += [
            _piece(begin, sure, "possible"),
            _piece(sure, until, "certain"),
            _piece(until, finish, "possible"),
        ]
    else:
        pieces.append(_piece(begin, finish, "possible"))
    return Bar(tuple(piece for piece in pieces if piece.width > 0), dot=sure if sure == until else None)


def _piece(start: float, stop: float, certainty: str) -> Piece:
    return Piece(start, round(stop - start, 2), certainty)
