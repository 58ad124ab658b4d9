"""Dates in every form that exports have them in: what is certain of them, and what is not."""

from __future__ import annotations

import re
from typing import Final

from ipcgraph.dates import is_day, stated_date

_MONTHS: Final = {
    "jan": 1, "ene": 1, "gen": 1,
    "feb": 2, "fev": 2, "fév": 2,
    "mar": 3, "mär": 3, "maa": 3, "mrz": 3,
    "apr": 4, "avr": 4, "abr": 4,
    "may": 5, "mai": 5, "mei": 5, "mag": 5,
    "jun": 6, "juin": 6, "giu": 6,
    "jul": 7, "juil": 7, "lug": 7,
    "aug": 8, "aoû": 8, "aou": 8, "ago": 8,
    "sep": 9, "set": 9,
    "oct": 10, "okt": 10, "out": 10, "ott": 10,
    "nov": 11,
    "dec": 12, "dez": 12, "déc": 12, "dic": 12,
}  # fmt: skip
"""The first letters of the months in English, German, French, Spanish, Italian, Portuguese and Dutch."""
_SEASONS: Final = re.compile(
    r"spring|summer|autumn|fall|winter|frühling|sommer|herbst|printemps|été|automne|hiver", re.IGNORECASE
)

_NUMBERS: Final = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2}))?(?:[-/.]([0-9]{1,2}))?(?:[T ][0-9]{1,2}:.*|/*)")
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T?[0-9:]{4,}Z?)?")
_LAST_YEAR: Final = re.compile(r"([0-9]{1,2})[-/. ]+([0-9]{1,2})[-/. ]+([0-9]{4})")
_EAST_ASIAN: Final = re.compile(r"([0-9]{4})\s*[年년]\s*(?:([0-9]{1,2})\s*[月월])?\s*(?:([0-9]{1,2})\s*[日일])?")
_UNKNOWN: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?((?:-(?:uu|xx))+)", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]+")
_DIGITS: Final = re.compile(r"[0-9]+")
_LONGEST: Final = 60

_NOT: Final = "not a date"


def read_date(text: str) -> tuple[str, str]:
    """What is certain of a date, at its precision, and why the rest is not kept; either may be empty.

    A range gives what its ends have in common, an approximate or questionable date nothing.

    >>> read_date("March 2021"), read_date("2021-03-21T10:00:00Z")
    (('2021-03', ''), ('2021-03-21', ''))
    >>> read_date("2014-03/2014-05")
    ('2014', 'a range')
    >>> read_date("1999~")
    ('', 'approximate')
    """
    text = " ".join(text.split()).strip(",;")
    text = text if text.endswith("..") else text.rstrip(".")
    if not text:
        return "", ""
    if len(text) > _LONGEST:
        return "", _NOT
    bare = text.strip("[]() ")
    if re.search(r"[~?%]", bare) or re.match(r"(?:c|ca|circa|about|um|vers)\b\.?\s*[0-9]", bare, re.IGNORECASE):
        return "", "questionable" if "?" in bare and "~" not in bare else "approximate"
    ends = _range(bare)
    if ends and ends[1] in {"..", "open"}:
        return _single(ends[0])[0], "a range without an end"
    if ends:
        first, last = (_single(end)[0] for end in ends)
        return _common(first, last), "a range"
    return _single(bare)


def from_parts(parts: object) -> tuple[str, str]:
    """The date of a list of year, month and day, as CSL, Crossref and DataCite have them; `[[2021, 3], [2021, 5]]` too.

    >>> from_parts([["2021", 3, 0]])
    ('2021-03', '')
    """
    if isinstance(parts, list) and parts and isinstance(parts[0], list):
        dates = [from_parts(each)[0] for each in parts[:2]]
        if len(dates) == 2 and dates[0] != dates[1]:
            return _common(*dates), "a range"
        return from_parts(parts[0])
    if not isinstance(parts, list) or not parts or parts[0] in {None, ""}:
        return "", "" if parts in (None, [], [None]) else _NOT
    numbers = [str(each).strip() for each in parts[:3] if each not in {None, ""}]
    if not all(number.isdecimal() for number in numbers):
        return "", _NOT
    while len(numbers) > 1 and not int(numbers[-1][:9]):
        numbers.pop()
    return _checked(*numbers)


def _range(text: str) -> tuple[str, str] | None:
    """The two ends of a range in EDTF (`2014/2015`), with a dash, or as words (`Mar-Apr 2021`)."""
    if match := re.fullmatch(r"([0-9]{4}(?:-[0-9]{2}){0,2}|\.\.)?/([0-9]{4}(?:-[0-9]{2}){0,2}|\.\.|open)?", text):
        if match[1] or match[2]:
            return (match[1] or "", match[2] or "") if match[2] else None
        return None
    if match := re.fullmatch(r"([0-9]{4})\s*[-–—]\s*([0-9]{4})", text):
        return match[1], match[2]
    if match := re.fullmatch(r"([^\W\d_]{3,})\s*[-–—/]\s*([^\W\d_]{3,})\.?,?\s+([0-9]{4})", text):
        return f"{match[1]} {match[3]}", f"{match[2]} {match[3]}"
    if match := re.fullmatch(r"([0-9]{4})\s+([^\W\d_]{3,})\s*[-–—/]\s*([^\W\d_]{3,})", text):
        return f"{match[2]} {match[1]}", f"{match[3]} {match[1]}"
    return None


def _common(first: str, last: str) -> str:
    parts = []
    for one, other in zip(first.split("-"), last.split("-"), strict=False):
        if one != other or not one:
            break
        parts.append(one)
    return "-".join(parts)


def _single(text: str) -> tuple[str, str]:
    if match := _UNKNOWN.fullmatch(text):
        found = _checked(match[1], match[2])[0]
        return found, "" if found else _NOT
    for pattern in (_NUMBERS, _COMPACT, _EAST_ASIAN):
        if match := pattern.fullmatch(text):
            return _checked(*(part for part in match.groups() if part))
    if match := _LAST_YEAR.fullmatch(text):
        first, second, year = match.groups()
        if int(first) > 12 or first == second:
            return _checked(year, second, first)
        if int(second) > 12:
            return _checked(year, first, second)
        return _checked(year)[0], "day and month cannot be told apart"
    return _in_words(text)


def _in_words(text: str) -> tuple[str, str]:
    """`21 March 2021`, `Mar 21, 2021`, `2021 MAR`, `Spring 2021`."""
    numbers = _DIGITS.findall(text)
    words = [word.lower() for word in _WORD.findall(text) if word.lower() not in {"de", "st", "nd", "rd", "th", "of"}]
    years = [number for number in numbers if len(number) == 4]
    if len(years) != 1 or len(words) != 1:
        return "", _NOT
    if _SEASONS.fullmatch(words[0]):
        return years[0], "a season"
    month = _MONTHS.get(words[0][:4]) or _MONTHS.get(words[0][:3])
    days = [number for number in numbers if len(number) <= 2]
    if month is None or len(days) > 1 or len(numbers) > len(years) + len(days):
        return "", _NOT
    return _checked(years[0], str(month), *days)


def _checked(year: str, month: str | None = None, day: str | None = None) -> tuple[str, str]:
    """The date with zeros before its numbers, as far as the calendar has it."""
    if stated_date(year) is None:
        return "", _NOT
    if month is None or int(month) == 0:
        return year, ""
    number = int(month)
    if number > 12:
        return year, "a season" if 20 < number < 42 else "no such month"
    if day is None or int(day) == 0:
        return f"{year}-{number:02}", ""
    if not is_day(int(year), number, int(day)):
        return f"{year}-{number:02}", "no such day"
    return f"{year}-{number:02}-{int(day):02}", ""
