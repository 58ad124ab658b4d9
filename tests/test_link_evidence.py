"""What evidence comes to: certain by identifiers only, never by names; what speaks against; two that claim the same."""

from __future__ import annotations

import pytest

from ipcgraph.decisions import Decision
from ipcgraph.linking.candidates import Candidate
from ipcgraph.linking.evidence import judge
from ipcgraph.linking.names import name_variants
from ipcgraph.linking.proposals import Proposals
from ipcgraph.linking.subjects import Subject, Work

ORCID, OTHER = ("orcid", "0000-0002-1825-0097"), ("orcid", "0000-0001-5109-3700")
ADA = Subject(
    "person/ada", "Person", ("Ada Lovelace", "A. Lovelace"), (), (ORCID,),
    (Work("work/1843-notes", "Notes on the analytical engine", 1843, "10.1000/notes"),), ("Charles Babbage",),
    ("Analytical Society",), (), (1843,),
)  # fmt: skip
BOARD = Subject(
    "organization/board", "Organization", ("Tidal Board",), ("TB",), (), countries=("NO", "Norway"), years=(1901,)
)


def person(*names, **more):
    return Candidate("x", names, kind="Person", **more)


def board(*names, **more):
    return Candidate("x", names, kind="Organization", **more)


@pytest.mark.parametrize(
    ("candidate", "certain"),
    [
        (person("Ada Lovelace", identifiers=(ORCID,)), True),
        (person("Lovelace, A.", identifiers=(ORCID,)), True),
        (person("Ada King Lovelace", dois=("10.1000/notes",)), True),
        (person("Augusta King", identifiers=(ORCID,)), False),  # the same ORCID, and another name
        (person("A. Lovelace", dois=("10.1000/notes",)), False),  # initials
        (person("Ada Lovelcae", dois=("10.1000/notes",)), False),  # a letter
        (person("Ada Lovelace", identifiers=(ORCID,), born=1990), False),
        (person("Ada Lovelace", works=("Notes on the Analytical Engine",)), False),
        (person("Ada Lovelace", coauthors=("Charles Babbage",), affiliations=("Analytical Society",)), False),
        (person("Ada Lovelace"), False),
    ],
)  # fmt: skip
def test_a_person_is_certain_by_an_identifier_only(candidate, certain):
    judged = judge(ADA, candidate)
    assert judged is not None
    assert judged.is_certain == certain


@pytest.mark.parametrize(
    "candidate",
    [
        person("Ada Lovelace", identifiers=(OTHER,)),
        person("Ada Lovelace", identifiers=(OTHER,), dois=("10.1000/notes",)),
        person("A. Lovelace"),
        person("Bob Lovelace", dois=("10.1000/notes",)),  # a brother of the same work
        person("Ada Lovelace", born=1950),
        person("Ada Lovelace", died=1801),
        person(),
        board("Ada Lovelace"),
        Candidate("x", ("Ada Lovelace",), (ORCID,), "Thing"),
    ],
)
def test_who_cannot_be_meant_is_not_proposed(candidate):
    assert judge(ADA, candidate) is None


def test_the_more_speaks_for_a_candidate_the_higher_its_score():
    rising = [
        person("Ada Lovelace"),
        person("Ada Lovelace", affiliations=("Analytical Society",)),
        person("Ada Lovelace", coauthors=("Babbage, Charles",), affiliations=("Analytical Society",)),
        person("Ada Lovelace", works=("Notes on the Analytical Engine",), coauthors=("Charles Babbage",)),
        person("Ada Lovelace", identifiers=(ORCID,), affiliations=("Analytical Society",)),
    ]
    scores = [judged.score for candidate in rising if (judged := judge(ADA, candidate))]
    assert scores == sorted(scores)
    assert len(set(scores)) == len(rising)


def test_an_organization_needs_more_than_an_acronym_or_a_name_elsewhere():
    assert judge(BOARD, board("TB")) is None
    assert judge(BOARD, board("Tidal Board", countries=("US", "United States"))) is None
    here = judge(BOARD, board("Tidal Board", countries=("NO",), founded=1901))
    assert here is not None
    assert here.why == ("the names agree: Tidal Board", "the same country: NO", "founded in the same year: 1901")
    later = judge(BOARD, board("Tidal Board", countries=("NO",), founded=1950))
    assert later is not None
    assert later.score < here.score
    assert later.why[-1] == "against it: founded in 1950 there, in 1901 here"


def proposed(*pairs, decided=(), holder=lambda *_: ""):
    """The decisions about subjects and their candidates."""
    made = Proposals("wikidata", source="https://example.org/", today="2026-05-31", decided=decided, holder=holder)
    made.take([subject for subject, _ in pairs], {subject.id: candidates for subject, candidates in pairs})
    return made.decisions()


def item(number, *more, **facts):
    return person("Ada Lovelace", identifiers=(("wikidata", f"Q{number}"), *more), **facts)


def test_two_that_are_equally_certain_are_asked_about():
    accepted, questions, _ = proposed((ADA, [item(1, ORCID), item(2, ORCID)]))
    assert accepted == ()
    assert [each.other for each in questions] == ["wikidata:Q1", "wikidata:Q2"]
    assert all("2 candidates are equally certain" in each.why for each in questions)


def test_what_is_certain_leaves_no_question_about_others():
    accepted, questions, _ = proposed((ADA, [item(1), item(2, ORCID), item(3)]))
    assert [each.other for each in accepted] == ["wikidata:Q2"]
    assert questions == ()


def test_of_many_that_are_likely_three_are_asked_about_and_the_rest_is_said():
    _, questions, remarks = proposed(
        (ADA, [item(number) for number in (12, 3, 4, 5)] + [item(9, works=(ADA.works[0].title,))])
    )
    assert [each.other for each in questions] == ["wikidata:Q9", "wikidata:Q3", "wikidata:Q4"]
    assert remarks == ("person/ada: 2 less likely candidates are left out",)


def test_what_was_decided_or_is_anothers_is_not_asked_about():
    decided = [Decision("person/ada", "wikidata:Q1", "different", (), "A", "2026-05-31")]
    assert proposed((ADA, [item(1, ORCID)]), decided=decided) == ((), (), ())
    _, questions, remarks = proposed((ADA, [item(1)]), holder=lambda *_: "person/bob")
    assert questions == ()
    assert remarks == ("person/ada: wikidata Q1 is that of person/bob, and not asked about",)
    _, questions, _ = proposed((ADA, [item(1, ORCID)]), holder=lambda *_: "person/bob")
    assert [(each.one, each.other) for each in questions] == [("person/bob", "person/ada")]


def test_an_identifier_of_the_wrong_kind_of_thing_is_none():
    made = Proposals("openalex", source="", today="", decided=(), holder=lambda *_: "")
    made.take(
        [ADA], {"person/ada": [person("Ada Lovelace", identifiers=(("openalex", "W1"), ("openalex", "I2"), ORCID))]}
    )
    assert made.decisions() == ((), (), ())


@pytest.mark.parametrize(
    ("names", "kind", "wanted"),
    [
        (("Lovelace, A.", "A. Lovelace"), "Person", ()),
        (("Vincent van Gogh",), "Person", ("Vincent van Gogh",)),
        (("Elisabeth B. Reynolds",), "Person", ("Elisabeth B. Reynolds", "Elisabeth Reynolds")),
        (("李伟", "Armstrong", ""), "Person", ("李伟",)),
        (("Łukasz Öztürk",), "Person", ("Łukasz Öztürk", "Łukasz Ozturk")),
        (("The Weir Trust",), "Organization", ("The Weir Trust", "Weir Trust")),
    ],
)
def test_names_are_looked_for_in_their_usual_forms_and_never_by_initials(names, kind, wanted):
    assert name_variants(Subject("x", kind, names)) == wanted
