"""How the literals of a datatype look (XML Schema 1.1, part 2): one table, in ASCII, for records and for RDF."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ipcgraph.dates import is_day, stated_date
from ipcgraph.vocabulary import XSD

if TYPE_CHECKING:
    from collections.abc import Mapping

INTEGER: Final = XSD + "integer"
DURATION: Final = XSD + "duration"
BOOLEAN: Final = XSD + "boolean"

_MOMENT: Final = (
    r"(\d{4})-(\d{2})-(\d{2})T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
    r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
)
_TIME = r"(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
_FORMS: Final[Mapping[str, tuple[re.Pattern[str], str]]] = MappingProxyType({
    XSD + name: (re.compile(form, re.ASCII), example)
    for name, form, example in (
        ("integer", r"[+-]?\d+", "42"),
        ("nonNegativeInteger", r"\+?\d+|-0+", "42"),
        ("positiveInteger", r"\+?0*[1-9]\d*", "42"),
        ("decimal", r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", "4.2"),
        ("double", r"[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|INF)|NaN", "4.2E0"),
        ("float", r"[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|INF)|NaN", "4.2E0"),
        ("boolean", r"true|false|1|0", "true"),
        ("duration", rf"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?{_TIME}", "P10Y"),
        ("yearMonthDuration", r"-?P(?=.)(?:\d+Y)?(?:\d+M)?", "P10Y"),
        ("dayTimeDuration", rf"-?P(?=.)(?:\d+D)?{_TIME}", "P10D"),
        ("dateTime", _MOMENT, "2015-03-21T12:00:00Z"),
    )
})  # fmt: skip
_DATES: Final = MappingProxyType({XSD + "gYear": "2015", XSD + "gYearMonth": "2015-03", XSD + "date": "2015-03-21"})


def fits(text: str, datatype: str) -> bool:
    """Whether a text is a literal of this datatype (an IRI); true of every text where the datatype is not known here.

    Dates are those of `dates.stated_date`: in the calendar, four digits of the year, no time zone.

    >>> fits("21", INTEGER), fits("2\u0661", INTEGER)
    (True, False)
    """
    if datatype in _DATES:
        stated = stated_date(text)
        return stated is not None and stated.datatype.value == datatype
    if datatype not in _FORMS:
        return True
    match = _FORMS[datatype][0].fullmatch(text)
    if match is not None and datatype == XSD + "dateTime":
        return is_day(*(int(part) for part in match.groups()))
    return match is not None


def example_of(datatype: str) -> str:
    """A literal of this datatype, or an empty text where it is not known here."""
    return _DATES.get(datatype) or _FORMS.get(datatype, ("", ""))[1]
