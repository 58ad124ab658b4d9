"""Who is who: hand-made traps, and what holds for any works."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipcgraph.identity.mentions import Author, Mentions
from ipcgraph.identity.names import Agreement, agreement, read_name
from ipcgraph.identity.persons import Resolved, resolve
from ipcgraph.identity.wording import likelihood, sentences

Work = tuple[str, int, Sequence[str | Author]]


def resolved(*works: Work) -> tuple[Mentions, Resolved]:
    mentions = Mentions()
    for title, year, authors in works:
        mentions.add(title, year, [each if isinstance(each, Author) else Author(each) for each in authors])
    return mentions, resolve(mentions)


def groups(*works: Work) -> set[frozenset[int]]:
    """The mentions of each person who has several."""
    _, found = resolved(*works)
    persons: dict[int, set[int]] = {}
    for mention, person in enumerate(found.persons):
        persons.setdefault(person, set()).add(mention)
    return {frozenset(group) for group in persons.values() if len(group) > 1}


def test_co_authors_in_common_make_one_of_a_name_in_full_and_of_its_initials() -> None:
    works: list[Work] = [
        ("Tides of the northern harbours", 2019, ["Inês Tavares", "Jonas Brandt"]),
        ("Storm surges and sediments", 2020, ["Tavares, Ines", "Brandt, Jonas"]),
        ("Marsh archives", 2021, ["I. Tavares", "J. Brandt"]),
    ]
    assert groups(*works) == {frozenset({0, 2, 4}), frozenset({1, 3, 5})}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Poems", 1999, ["Inês Tavares"]), ("Bridges", 2001, ["Inês Tavares"])),  # a name alone
        (("Poems", 1999, ["I. Tavares"]), ("Bridges", 2001, ["I. Tavares"])),  # initials alone
        (("Poems", 1999, ["J. Brandt", "A. Okoye"]), ("Bridges", 2001, ["Jonas Brandt", "Julia Sand"])),
        (("Storm tides", 1999, ["I. Tavares"]), ("Storm tides", 2001, ["I. Tavares"])),  # initials and a subject
        (("Tides", 2001, ["Jane Smith", "Ada Berg"]), ("Tides", 2001, ["John Smith", "Ada Berg"])),
        (("Tides", 2001, ["John A. Smith", "Ada Berg"]), ("Tides", 2001, ["John B. Smith", "Ada Berg"])),
    ],
)
def test_these_two_are_never_linked_without_a_question(one: Work, other: Work) -> None:
    assert not [group for group in groups(one, other) if 0 in group]


def test_authors_of_one_work_stay_two_and_so_does_all_that_belongs_to_either() -> None:
    works: list[Work] = [
        ("Twins", 2000, ["Wei Wang", "Wei Wang", "Chidi Okoye"]),
        ("Twins again", 2001, ["Wei Wang", "Chidi Okoye"]),
    ]
    assert all(not {0, 1} <= group for group in groups(*works))


def test_another_orcid_keeps_apart_and_the_same_one_joins_whatever_the_names() -> None:
    first, second = ("orcid:0000-0002-1825-0097",), ("orcid:0000-0001-5109-3700",)
    works: list[Work] = [
        ("Tides of the harbours", 2019, [Author("Inês Tavares", identities=first), "Jonas Brandt", "Chidi Okoye"]),
        ("Tides of the harbours", 2020, [Author("Inês Tavares", identities=second), "Jonas Brandt", "Chidi Okoye"]),
        ("Weddings", 1999, [Author("Inês Moreira", identities=first)]),
    ]
    found = groups(*works)
    assert frozenset({0, 6}) in found
    assert not [group for group in found if 3 in group]


def test_an_abbreviated_name_that_two_could_have_is_nobodys() -> None:
    works: list[Work] = [
        ("Tides of harbours", 2019, ["Zhe Gan", "Chidi Okoye", "Jonas Brandt"]),
        ("Surges of harbours", 2019, ["Zhen Gan", "Chidi Okoye", "Jonas Brandt"]),
        ("Storms of harbours", 2020, ["Z. Gan", "Chidi Okoye", "Jonas Brandt"]),
    ]
    assert not [group for group in groups(*works) if 6 in group]


def test_family_names_written_first_are_read_as_such_where_others_show_it() -> None:
    works: list[Work] = [
        *[(f"Number {at}", 2000 + at, [f"Xin Zhao{at}", "Rui Costa"]) for at in range(3)],
        *[(f"Series {at}", 2000 + at, ["Costa, Rui", f"Zhao{at}, Xin"]) for at in range(3)],
        ("Turned", 2004, ["Costa Rui", "Zhao1 Xin"]),
    ]
    found = groups(*works)
    assert any({3, 12} <= group for group in found)


def test_questions_come_with_their_evidence_in_words() -> None:
    mentions, found = resolved(
        ("Poems of storms", 1999, ["Inês Tavares", "Ada Berg"]), ("Bridges", 2001, ["Inês Tavares", "Rui Costa"])
    )
    (question,) = found.questions
    assert question.evidence is not None
    told = list(sentences(question.evidence, mentions, found.frequencies))
    assert told[0].startswith("family name and first given name agree in full; hardly any other person is")
    assert told[-1] == "no co-author and no affiliation in common"
    assert 0.5 < likelihood(question.evidence.score) < 1


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Jean-Pierre Blanc", "Jeanpierre Blanc", Agreement.GIVEN),
        ("J. R. R. Tolkien", "Tolkien JRR", Agreement.INITIALS),
        ("John Ronald Tolkien", "Tolkien JR", Agreement.INITIALS),
        ("李明", "李 明", Agreement.GIVEN),
        ("李明", "李强", Agreement.CONFLICT),
        ("Martin Luther King, Jr.", "King, Martin Luther", Agreement.GIVEN),
        ("Antal van den Bosch", "Bosch, A.", Agreement.INITIALS),
        ("John Smith", "Jane Smith", Agreement.CONFLICT),
        ("Plato", "Plato", Agreement.INITIALS),
    ],
)
def test_names_agree_as_far_as_they_do(one: str, other: str, expected: Agreement) -> None:
    mine, theirs = read_name(one), read_name(other)
    assert mine.family == theirs.family
    assert agreement(mine.given, theirs.given) is expected
    assert agreement(theirs.given, mine.given) is expected


NAMES = st.one_of(
    st.text(max_size=20), st.sampled_from(["Wei Wang", "W. Wang", "Wang, Wei", "Ana Sá", "李明", "", "😀"])
)
WORKS = st.lists(st.tuples(st.text(max_size=30), st.integers(-5, 3000), st.lists(NAMES, max_size=5)), max_size=8)


@given(WORKS)
def test_whatever_the_works_no_work_has_one_person_twice_and_every_run_says_the_same(works: list[Work]) -> None:
    mentions, found = resolved(*works)
    for work in range(len(mentions.years)):
        persons = [found.persons[mention] for mention in mentions.of_work(work)]
        assert len(set(persons)) == len(persons)
    assert all(found.persons[person] == person for person in found.persons)
    again = resolved(*works)[1]
    assert list(again.persons) == list(found.persons)
    assert again.links == found.links
    assert again.questions == found.questions


def test_the_order_of_the_works_decides_no_merge() -> None:
    works: list[Work] = [
        (
            f"Salt and tide {at % 7} storms",
            2000 + at % 9,
            [f"{'ABC'[at % 3]}. Berg", f"Person{at % 5} Name{at % 4}", "Eva Sand"],
        )
        for at in range(30)
    ]
    found = len(groups(*works))
    shuffled = works.copy()
    random.Random(3).shuffle(shuffled)
    assert len(groups(*shuffled)) == found
