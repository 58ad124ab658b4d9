"""Names in every form, and dates at every precision: what is certain is read, the rest is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.imports.reading import one

from ipcgraph.imports.personalnames import in_parts, is_nobody, listed, named
from ipcgraph.imports.stateddates import from_parts, read_date


@pytest.mark.parametrize(
    ("text", "family", "given", "suffix"),
    [
        ("Ludwig van Beethoven", "van Beethoven", "Ludwig", ""),
        ("van Beethoven, Ludwig", "van Beethoven", "Ludwig", ""),
        ("Beethoven, Ludwig van", "van Beethoven", "Ludwig", ""),
        ("Meer, Anna van der", "van der Meer", "Anna", ""),
        ("Charles Louis Xavier Joseph de la Vallée Poussin", "de la Vallée Poussin", "Charles Louis Xavier Joseph", ""),
        ("Maria De Souza", "De Souza", "Maria", ""),
        ("José Ortega y Gasset", "Ortega y Gasset", "José", ""),
        ("García Márquez, Gabriel", "García Márquez", "Gabriel", ""),
        ("King, Martin Luther, Jr.", "King", "Martin Luther", "Jr."),
        ("King, Jr., Martin Luther", "King", "Martin Luther", "Jr."),
        ("King Jr., Martin Luther", "King", "Martin Luther", "Jr."),
        ("Martin Luther King Jr.", "King", "Martin Luther", "Jr."),
        ("Smith, John, PhD", "Smith", "John", ""),
        ("Dr. Jane Doe", "Doe", "Jane", ""),
        ("Plato", "Plato", "", ""),
        ("KIM Jong-un", "Kim", "Jong-un", ""),
        ("LI Wei", "Li", "Wei", ""),
        ("JA Smith", "Smith", "JA", ""),
        ("Jean DUPONT", "Dupont", "Jean", ""),
        ("樋口, 直人", "樋口", "直人", ""),
        ("樋口 直人", "樋口", "直人", ""),
        ("王小明", "王", "小明", ""),
        ("欧阳修", "欧阳", "修", ""),
        ("김철수", "김", "철수", ""),
        ("森鴎外", "", "", ""),  # no space, and no commonest family name: left whole
        ("J. R. R. Tolkien", "Tolkien", "J. R. R.", ""),
    ],
)
def test_names_are_read_into_parts(text, family, given, suffix):
    name = named(text)
    assert (name.family, name.given, name.suffix) == (family, given, suffix)
    assert not name.is_organization


@pytest.mark.parametrize(
    ("text", "family", "given"),
    [("Smith JA", "Smith", "JA"), ("van der Berg J.-P.", "van der Berg", "J.-P."), ("Wang X.", "Wang", "X.")],
)
def test_names_with_the_family_first(text, family, given):
    assert named(text, family_first=True)[1:3] == (family, given)


@pytest.mark.parametrize(
    "text", ["{World Health Organization}", "{{NASA}}", "Ministry of the Sea", "The ATLAS Collaboration"]
)
def test_bodies_are_no_persons(text):
    assert named(text).is_organization
    assert not named(text).family


def test_a_braced_part_is_no_body():
    assert named("{Barnes} Noble")[1:3] == ("Noble", "Barnes")
    assert not named("{Müller}, Jörg").is_organization


def test_parts_that_a_file_tells_apart_are_kept():
    assert in_parts("Beethoven", "Ludwig", particle="van").family == "van Beethoven"
    assert in_parts("Alembert", "Jean", particle="d'").family == "d'Alembert"
    assert in_parts("", "Madonna")[:3] == ("Madonna", "Madonna", "")


@pytest.mark.parametrize("text", ["et al.", "others", "Anonymous", "[No author name available]", "-", "N.N.", "等"])
def test_what_names_nobody(text):
    assert is_nobody(text)


def test_who_is_somebody():
    assert not any(is_nobody(text) for text in ("Otherson", "Et, Al", "Anon, B.", "Nn Li"))


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Ada Lovelace; Charles Babbage", ["Ada Lovelace", "Charles Babbage"]),
        ("Lovelace, Ada; Babbage, Charles", ["Lovelace, Ada", "Babbage, Charles"]),
        ("Smith, J., Doe, A.", ["Smith, J.", "Doe, A."]),
        ("Ada Lovelace, Charles Babbage and Jo Green", ["Ada Lovelace", "Charles Babbage", "Jo Green"]),
        ("Lovelace, Ada", ["Lovelace, Ada"]),
        ("王小明, 李华", ["王小明", "李华"]),
        ("Ada Lovelace & Jo Green", ["Ada Lovelace", "Jo Green"]),
        ("Andrea Anderson", ["Andrea Anderson"]),
    ],
)
def test_lists_of_names_in_one_cell(text, people):
    assert listed(text) == people


@given(st.text(max_size=60))
def test_any_text_is_some_name(text):
    name = named(text)
    assert not name.is_organization or not (name.family or name.given)
    named(text, family_first=True)
    listed(text)


@pytest.mark.parametrize(
    ("stated", "date", "why"),
    [
        ("2021", "2021", ""),
        ("2021-03", "2021-03", ""),
        ("2021-3-5", "2021-03-05", ""),
        ("2021-03-05T10:00:00+02:00", "2021-03-05", ""),
        ("20210305", "2021-03-05", ""),
        ("1948/07//", "1948-07", ""),
        ("2014//", "2014", ""),
        ("21 March 2021", "2021-03-21", ""),
        ("Mar 21, 2021", "2021-03-21", ""),
        ("21. März 2021", "2021-03-21", ""),
        ("12 de marzo de 2020", "2020-03-12", ""),
        ("2021年3月5日", "2021-03-05", ""),
        ("[1999]", "1999", ""),
        ("25/04/2021", "2021-04-25", ""),
        ("03/04/2021", "2021", "day and month cannot be told apart"),
        ("2014-03/2014-05", "2014", "a range"),
        ("2014-12-31/2015-01-01", "", "a range"),
        ("2015/..", "2015", "a range without an end"),
        ("Mar-Apr 2021", "2021", "a range"),
        ("1999~", "", "approximate"),
        ("1999?", "", "questionable"),
        ("c. 1999", "", "approximate"),
        ("1999-uu", "1999", ""),
        ("1999-01-XX", "1999-01", ""),
        ("199u", "", "not a date"),
        ("2021-21", "2021", "a season"),
        ("Spring 2021", "2021", "a season"),
        ("2021-13", "2021", "no such month"),
        ("2021-02-30", "2021-02", "no such day"),
        ("-0876", "", "not a date"),
        ("y52000", "", "not a date"),
        ("in press", "", "not a date"),
        ("", "", ""),
    ],
)
def test_dates_are_read_as_far_as_they_are_certain(stated, date, why):
    assert read_date(stated) == (date, why)


@pytest.mark.parametrize(
    ("parts", "date", "why"),
    [
        ([["2015", 8, 26]], "2015-08-26", ""),
        ([[2015, 0, 0]], "2015", ""),
        ([[2014], [2015, 3]], "", "a range"),
        ([[2014, 3], [2014, 5]], "2014", "a range"),
        ([[None]], "", ""),
        ([[2014, 2, 30]], "2014-02", "no such day"),
        ([["soon"]], "", "not a date"),
    ],
)
def test_dates_in_parts(parts, date, why):
    assert from_parts(parts) == (date, why)


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_not(text):
    date, why = read_date(text)
    assert date or why or not text.strip(" .,;\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029") or why == ""


def test_what_is_not_certain_of_a_date_is_lost(tmp_path):
    work = one(tmp_path, "a.bib", "@article{a, title = {T}, date = {2014-03/2014-05}}")
    assert work.issued == "2014"
    assert [(each.field, each.value, each.why) for each in work.lost] == [("date", "2014-03/2014-05", "a range")]
