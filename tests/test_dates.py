"""Dates as stated: typed by their form, and only those that the calendar has."""

import pytest

from ipcgraph.dates import DAY, MONTH, YEAR, is_day, stated_date


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("1991", YEAR),
        ("0001", YEAR),
        ("9999", YEAR),
        ("2015-03", MONTH),
        ("2015-03-21", DAY),
        ("2024-02-29", DAY),
        ("2000-02-29", DAY),
    ],
)
def test_a_date_is_typed_by_its_form(text, datatype):
    literal = stated_date(text)
    assert literal is not None
    assert (literal.value, literal.datatype) == (text, datatype)


@pytest.mark.parametrize(
    "text",
    [
        "2021-02-30", "2023-02-29", "1900-02-29", "2021-04-31", "2021-13", "2021-00", "2021-01-00", "0000", "0000-01",
        "991", "19911", "-1991", "1991Z", "2015-03-21Z", "2015-3", "2015/03/21", "21.3.2015", "", " 1991", "1991\n",
        "१९९१", "more than a decade", "2015-03-21T00:00:00",
    ],
)  # fmt: skip
def test_what_is_no_date_has_no_literal(text):
    assert stated_date(text) is None


def test_the_calendar_has_the_leap_days_of_gregory():
    assert [year for year in (1896, 1900, 1904, 2000, 2023, 2024) if is_day(year, 2, 29)] == [1896, 1904, 2000, 2024]
