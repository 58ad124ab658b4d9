"""Dates as a source states them: a year, a month or a day, each kept at the precision in which it is written."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from pyoxigraph import Literal, NamedNode

from ipcgraph.vocabulary import XSD

YEAR: Final = NamedNode(XSD + "gYear")
MONTH: Final = NamedNode(XSD + "gYearMonth")
DAY: Final = NamedNode(XSD + "date")

_STATED = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def stated_date(text: str) -> Literal | None:
    """The literal that a stated date stands for, typed by its form, or None where the text is not such a date.

    `2015` is an xsd:gYear, `2015-03` an xsd:gYearMonth, `2015-03-21` an xsd:date. The day must be in the calendar, the
    year between 0001 and 9999; a time zone is no part of a stated date.

    >>> stated_date("2015-03")
    <Literal value=2015-03 datatype=<NamedNode value=http://www.w3.org/2001/XMLSchema#gYearMonth>>
    >>> stated_date("2021-02-30") is None
    True
    """
    match = _STATED.fullmatch(text)
    if not match:
        return None
    year, month, day = match.groups()
    if not is_day(int(year), int(month or 1), int(day or 1)):
        return None
    return Literal(text, datatype=DAY if day else MONTH if month else YEAR)


def is_day(year: int, month: int, day: int) -> bool:
    """Whether the calendar has this day (years 1 to 9999).

    >>> is_day(2024, 2, 29), is_day(2023, 2, 29)
    (True, False)
    """
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True
