"""Names of persons, and titles, compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipcgraph.folding import words
from ipcgraph.names import LONGEST, Agreement, compare_names, letters_apart, parse_name
from ipcgraph.titles import compare_titles, title_key, title_sense


@pytest.mark.parametrize(
    ("one", "other", "agreement"),
    [
        ("Ada Lovelace", "LOVELACE, Ada", Agreement.IDENTICAL),
        ("Tomáš Dvořák", "Tomas Dvorak", Agreement.IDENTICAL),
        ("Jean-Pierre Dupont", "Jean Pierre Dupont", Agreement.IDENTICAL),
        ("Jean-Pierre Dupont", "Jeanpierre Dupont", Agreement.IDENTICAL),
        ("Johannes van der Waals", "Waals, Johannes van der", Agreement.IDENTICAL),
        ("Johannes van der Waals", "Johannes Waals", Agreement.IDENTICAL),
        ("Dr. Ada Lovelace, Jr.", "Ada Lovelace", Agreement.IDENTICAL),
        ("Ada (Countess of) Lovelace", "Ada Lovelace", Agreement.IDENTICAL),
        ("李伟", "李伟", Agreement.IDENTICAL),
        ("Иван Петров", "Петров, Иван", Agreement.IDENTICAL),
        ("Lovelace Ada", "Ada Lovelace", Agreement.REORDERED),
        ("Ada Lovelcae", "Ada Lovelace", Agreement.SPELLING),
        ("Ben Armstrong", "Benjamin Armstrong", Agreement.SPELLING),
        ("Hans Mueller", "Hans Müller", Agreement.SPELLING),
        ("Ada Lovelace", "Ada King Lovelace", Agreement.PARTIAL),
        ("Ada K. Lovelace", "Ada King Lovelace", Agreement.PARTIAL),
        ("A. Lovelace", "Ada Lovelace", Agreement.INITIALS),
        ("Lovelace A", "Ada Lovelace", Agreement.INITIALS),
        ("Lovelace AK", "Ada King Lovelace", Agreement.INITIALS),
        ("A. K. Lovelace", "Ada King Lovelace", Agreement.INITIALS),
        ("A. Lovelace", "A. Lovelace", Agreement.INITIALS),
        ("S. Mador-Haim", "Sela Mador-Haim", Agreement.INITIALS),
        ("Mador-Haim S", "Sela Mador-Haim", Agreement.INITIALS),
        ("Ada L.", "Ada Lovelace", Agreement.DIFFERENT),
        ("L. Wei", "Wei Li", Agreement.DIFFERENT),
        ("B. Lovelace", "Ada Lovelace", Agreement.DIFFERENT),
        ("Lovelace", "Ada Lovelace", Agreement.DIFFERENT),
        ("李伟", "李强", Agreement.DIFFERENT),
        ("Nguyen Binh Thanh", "Minh Le Nguyen", Agreement.DIFFERENT),
        ("Ada Lovelace", "Charles Babbage", Agreement.DIFFERENT),
        ("", "Ada Lovelace", Agreement.DIFFERENT),
        ("Ada Lovelace", "!!!", Agreement.DIFFERENT),
    ],
)
def test_names_agree_as_a_reader_would_say(one, other, agreement):
    found = compare_names(one, other)
    assert found.agreement is agreement
    assert compare_names(other, one) == found


def test_a_better_agreement_is_more_alike():
    written = ["Ada King Lovelace", "Lovelace King Ada", "Ada King Lovelaec", "Ada Lovelace", "A. K. Lovelace", "Ada"]
    likeness = [compare_names(text, "Ada King Lovelace").similarity for text in written]
    assert likeness == sorted(likeness, reverse=True)
    assert len(set(likeness)) == len(likeness)


@pytest.mark.parametrize("text", ["Ada Lovelace", "李伟", "de la Cruz, Ana"])
def test_a_full_name_has_a_first_and_a_last_name(text):
    assert parse_name(text).is_full


@pytest.mark.parametrize("text", ["A. Lovelace", "Lovelace", "A. K.", "", "李"])
def test_initials_are_no_full_name(text):
    assert not parse_name(text).is_full


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_compared(one, other):
    found = compare_names(one, other)
    assert 0 <= found.similarity <= 1
    assert compare_names(other, one) == found
    assert 0 <= compare_titles(one, other) <= 1
    assert len(parse_name(one).words) <= LONGEST


@given(st.text(alphabet="abcdefgh", max_size=9), st.text(alphabet="abcdefgh", max_size=9))
def test_letters_are_counted_as_a_table_counts_them(one, other):
    assert letters_apart(one, other, limit=20) == _table(one, other)
    limited = letters_apart(one, other, limit=2)
    assert limited == (_table(one, other) if _table(one, other) <= 2 else None)


def _table(one, other):
    steps = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            same = one[i - 1] == other[j - 1]
            steps[i, j] = min(steps[i - 1, j] + 1, steps[i, j - 1] + 1, steps[i - 1, j - 1] + (not same))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                steps[i, j] = min(steps[i, j], steps[i - 2, j - 2] + 1)
    return steps[len(one), len(other)]


@given(st.text(max_size=40))
def test_texts_without_accents_are_folded_alike_by_both_ways(text):
    plain = text.encode("ascii", "ignore").decode()
    assert words(plain + "é")[:-1] == words(plain + " x")[:-1] or not words(plain) or plain[-1:].isalnum()
    assert words(plain) == [word for word in words(plain + " 李") if word != "李"]


def test_titles_are_compared_by_their_words():
    assert compare_titles("Tide Tables for Beginners", "TIDE tables: for beginners") == 1
    assert compare_titles("Tide Tables for Beginners", "The tide tables for beginers") > 0.9
    assert compare_titles("Tide Tables for Beginners", "Tide Tables for Experts") < 0.75
    assert title_key("Salt & Wells") != title_key("Salt and Wells")
    assert title_sense("Salt & Wells") == title_sense("Salt and the Wells")
