"""What a literal may say by its datatype: the texts that XML Schema allows, for the datatypes that engines read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ipcgraph.vocabulary import XSD

if TYPE_CHECKING:
    from pyoxigraph import Literal

_ZONE: Final = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_DAY: Final = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])"
_CLOCK: Final = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_NUMBER: Final = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_PATTERNS: Final = {
    "boolean": "true|false|1|0",
    "integer": "[+-]?[0-9]+",
    "decimal": _NUMBER,
    "double": rf"{_NUMBER}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    "float": rf"{_NUMBER}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    "date": _DAY + _ZONE,
    "time": _CLOCK + _ZONE,
    "dateTime": f"{_DAY}T{_CLOCK}{_ZONE}",
    "duration": r"-?P(?=.)(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?"
    r"(?:T(?=.)(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?",
}
_THIRTY: Final = frozenset(("04", "06", "09", "11"))


def is_ill_typed(literal: Literal) -> bool:
    """Whether a literal says what its datatype cannot: `"2021-02-30"^^xsd:date`; never for a datatype not known here.

    >>> from pyoxigraph import Literal, NamedNode
    >>> is_ill_typed(Literal("2021-02-30", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date")))
    True
    """
    pattern = _PATTERNS.get(literal.datatype.value.removeprefix(XSD))
    if pattern is None:
        return False
    found = re.fullmatch(pattern, literal.value)
    if found is None:
        return True
    parts = found.groupdict()
    month, day = parts.get("month"), parts.get("day")
    if month in _THIRTY:
        return day == "31"
    return month == "02" and (day in {"30", "31"} or (day == "29" and not _is_leap(literal.value)))


def _is_leap(text: str) -> bool:
    year = int(text[: text.index("-", 1)])
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
