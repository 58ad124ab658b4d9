"""Columns: what they hold of the quads that pass by, whatever the order, and what is read back from a folder."""

import datetime as dt
import json
import random
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store
from tests.work_quads import IPC_WORKS, described, key, partnership, thing, written

from ipcgraph.bulk import load_quads
from ipcgraph.collecting import ColumnsBuilder, collect_columns
from ipcgraph.columns import NOTHING, UNKNOWN_DAY, Texts, read_columns, write_columns, write_texts
from ipcgraph.errors import ProjectError, StoreError
from ipcgraph.vocabulary import CONCEPTS, DEFAULT_BASE, TYPE, XSD

ROOT = Path(__file__).parents[1]
DATE = NamedNode(XSD + "date")


def day(text):
    return dt.date.fromisoformat(text).toordinal()


def local(columns, ids):
    """The short names of the things with these ids."""
    return [columns.things[number].removeprefix(DEFAULT_BASE) for number in ids.tolist()]


def same(one, other):
    """Whether two columns hold the same, arrays included."""

    def equal(first, second):
        if isinstance(first, np.ndarray):
            return first.dtype == second.dtype and np.array_equal(first, second)
        if hasattr(first, "__dataclass_fields__"):
            return all(equal(getattr(first, field.name), getattr(second, field.name)) for field in fields(first))
        if hasattr(first, "keys"):
            return list(first) == list(second) and all(equal(first[name], second[name]) for name in first)
        if isinstance(first, Sequence) and not isinstance(first, str):
            return list(first) == list(second)
        return first == second

    return equal(one, other)


@pytest.fixture(scope="module")
def quads():
    work = thing("work/2020-tides")
    role = thing("role/ada--director--harbour")
    return [
        *written({"2020-tides": ["bo", "ada"], "2021-mud": ["ada"]}),
        Quad(work, key("issuedNotBefore"), Literal("2020-02-01", datatype=DATE)),
        Quad(work, key("issuedNotAfter"), Literal("2020-02-29", datatype=DATE)),
        Quad(work, key("workType"), NamedNode(CONCEPTS + "work-type/report")),
        Quad(work, key("listedIn"), thing("source/annals")),
        *described("source/annals", "Source", "Annals"),
        Quad(thing("source/annals"), key("selection"), Literal("Reports only.")),
        *described("center/harbour", "Center", "Harbour"),
        Quad(role, TYPE, key("Role")),
        Quad(role, key("holder"), thing("person/ada")),
        Quad(role, key("roleType"), NamedNode(CONCEPTS + "role-type/director")),
        Quad(role, key("heldAt"), thing("center/harbour")),
        Quad(role, key("startNotBefore"), Literal("2001-01-01", datatype=DATE)),
        *partnership(
            "grant",
            kind="grant",
            of=["center/harbour"],
            partners=["organization/kelp"],
            countries=["place/no"],
            bounds={"startNotBefore": "1996-01-01", "endNotAfter": "1999-12-31"},
        ),
        *described("person/silent", "Person"),
    ]


def test_a_row_for_each_author_in_the_order_of_works_and_authors(quads):
    columns = collect_columns(quads)
    rows = columns.authorships
    assert list(zip(local(columns, rows.work), local(columns, rows.author), rows.position.tolist(), strict=True)) == [
        ("work/2020-tides", "person/ada", 2),
        ("work/2020-tides", "person/bo", 1),
        ("work/2021-mud", "person/ada", 1),
    ]


def test_works_have_the_bounds_of_their_date_and_their_type(quads):
    columns = collect_columns(quads)
    assert local(columns, columns.works.work) == ["work/2020-tides", "work/2021-mud"]
    assert columns.works.not_before.tolist() == [day("2020-02-01"), UNKNOWN_DAY]
    assert columns.works.not_after.tolist() == [day("2020-02-29"), UNKNOWN_DAY]
    assert [columns.label(columns.works.kind[0]), int(columns.works.kind[1])] == ["report", NOTHING]


def test_roles_and_partnerships_have_their_ends(quads):
    columns = collect_columns(quads)
    roles, partnerships = columns.roles, columns.partnerships
    assert local(columns, np.concatenate([roles.holder, roles.kind, roles.context])) == [
        "person/ada",
        CONCEPTS + "role-type/director",
        "center/harbour",
    ]
    assert (roles.start_not_before.tolist(), roles.end_not_after.tolist()) == ([day("2001-01-01")], [UNKNOWN_DAY])
    assert local(columns, partnerships.partnership) == ["partnership/grant"]
    assert partnerships.end_not_after.tolist() == [day("1999-12-31")]
    assert local(columns, columns.links["partnerCountry"].object) == ["place/no"]
    assert local(columns, columns.links["partner"].object) == ["organization/kelp"]


def test_affiliations_topics_and_the_first_day_of_things():
    authorship = thing("work/w/authorship/ada-1")
    days = {
        "center/harbour": ("foundedNotBefore", "1996-04-01"),
        "initiative/delta": ("startNotBefore", "2016-01-01"),
        "role/ada": ("startNotBefore", "2001-01-01"),
    }
    kinds = {"center/harbour": "Center", "initiative/delta": "Initiative", "role/ada": "Role"}
    columns = collect_columns(
        [
            *written({"w": ["ada", "bo"]}),
            *(Quad(authorship, key("affiliation"), thing(f"organization/{name}")) for name in ("tide", "kelp")),
            # An affiliation of an authorship that has no work is nobody's.
            Quad(thing("work/none/authorship/cy-1"), key("affiliation"), thing("organization/weir")),
            *(Quad(thing(slug), TYPE, key(kind)) for slug, kind in kinds.items()),
            *(Quad(thing(slug), key(name), Literal(text, datatype=DATE)) for slug, (name, text) in days.items()),
            Quad(thing("work/w"), key("topic"), thing("topic/birds")),
            *described("topic/unused", "Topic"),
        ]
    )
    rows = columns.affiliations
    assert local(columns, np.concatenate([rows.work, rows.author, rows.organization])) == [
        "work/w", "work/w", "person/ada", "person/ada", "organization/kelp", "organization/tide",
    ]  # fmt: skip
    begun = {columns.things[place]: number for place, number in enumerate(columns.begun.tolist()) if number}
    assert begun == {
        DEFAULT_BASE + "center/harbour": day("1996-04-01"),
        DEFAULT_BASE + "initiative/delta": day("2016-01-01"),
    }
    assert local(columns, columns.links["topic"].object) == ["topic/birds"]
    assert local(columns, np.flatnonzero(columns.instances("Topic"))) == ["topic/unused"]


def test_a_thing_is_found_by_its_iri(quads):
    columns = collect_columns(quads)
    assert [columns.find(iri) for iri in columns.things] == list(range(len(columns.things)))
    assert columns.find(DEFAULT_BASE + "person/nobody") == columns.find("zzz") == NOTHING


def test_things_of_no_row_are_kept_where_a_network_must_count_them_and_joining_nodes_are_not(quads):
    columns = collect_columns(quads)
    assert "person/silent" in local(columns, np.flatnonzero(columns.instances("Person")))
    assert not [iri for iri in columns.things if "/authorship/" in iri]


def test_a_selection_stands_with_the_title_of_its_source(quads):
    columns = collect_columns(quads)
    assert [(columns.things[source], note) for source, note in columns.selections.items()] == [
        (DEFAULT_BASE + "source/annals", "Annals: Reports only.")
    ]


def test_order_and_repetition_change_nothing(quads):
    shuffled = [*quads, *quads[::3]]
    random.Random(7).shuffle(shuffled)
    assert same(collect_columns(shuffled), collect_columns(quads))


def test_named_graphs_are_passed_over(quads):
    repeated = [Quad(quad.subject, quad.predicate, quad.object, thing("graph/derived")) for quad in quads]
    other = [Quad(thing("work/only-here"), TYPE, key("Work"), thing("graph/derived"))]
    assert same(collect_columns([*quads, *repeated, *other]), collect_columns(quads))


def test_an_author_of_two_authorships_of_one_work_has_one_row_with_the_first_position():
    columns = collect_columns(written({"twice": ["bo", "ada", "bo"]}))
    assert local(columns, columns.authorships.author) == ["person/ada", "person/bo"]
    assert columns.authorships.position.tolist() == [2, 1]


@pytest.mark.parametrize("text", ["", "soon", "0000-01-01", "12021-01-01", "-0044-03-15", "2021-02-30"])
def test_a_bound_that_is_no_day_is_unknown(text):
    work = thing("work/w")
    quad = Quad(work, key("issuedNotBefore"), Literal(text, datatype=DATE))
    columns = collect_columns([Quad(work, TYPE, key("Work")), quad])
    assert columns.works.not_before.tolist() == [UNKNOWN_DAY]


def test_a_day_may_carry_a_time_zone():
    work = thing("work/w")
    quad = Quad(work, key("issuedNotBefore"), Literal("2021-02-03Z", datatype=DATE))
    columns = collect_columns([Quad(work, TYPE, key("Work")), quad])
    assert columns.works.not_before.tolist() == [day("2021-02-03")]


def test_nothing_gives_empty_columns():
    columns = collect_columns([])
    assert columns.things == ()
    assert len(columns.authorships.work) == len(columns.links["partOf"].subject) == 0


def test_columns_are_read_back_as_they_were_written_and_twice_the_same_bytes(quads, tmp_path):
    columns = collect_columns([*quads, *described("person/odd", "Person", 'Zoë "Z"\n\u2028 O’Brien')])
    write_columns(columns, tmp_path / "one")
    write_columns(read_columns(tmp_path / "one"), tmp_path / "two")
    assert same(read_columns(tmp_path / "two"), columns)
    first = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}


def test_columns_that_are_missing_or_damaged_are_one_clear_error(quads, tmp_path):
    with pytest.raises(ProjectError, match="ipcgraph build"):
        read_columns(tmp_path)
    write_columns(collect_columns(quads), tmp_path)
    (tmp_path / "works-work.npy").write_bytes(b"")
    with pytest.raises(ProjectError, match="ipcgraph build"):
        read_columns(tmp_path)


def test_texts_are_read_one_by_one_from_their_file(tmp_path):
    texts = ["", "ada", "Zoë \u2028", "", "b"]
    write_texts(texts, tmp_path, "names")
    read = Texts.open(tmp_path, "names")
    assert list(read) == [read[place] for place in range(-5, 0)] == texts
    assert read[1:3] == ("ada", "Zoë \u2028")
    assert read.take([4, 0, 2]) == ["b", "", "Zoë \u2028"]
    with pytest.raises(IndexError):
        read[5]
    write_texts([], tmp_path, "none")
    assert list(Texts.open(tmp_path, "none")) == []


def test_loading_stores_every_quad_and_writes_the_columns(quads, tmp_path):
    derived = [Quad(quad.subject, quad.predicate, quad.object, thing("graph/derived")) for quad in quads[:5]]
    given = load_quads(iter([*quads, *derived]), store=tmp_path / "store", columns=tmp_path / "columns")
    assert set(Store.read_only(str(tmp_path / "store"))) == {*quads, *derived}
    assert same(read_columns(tmp_path / "columns"), given)
    assert same(given, collect_columns(quads))


def test_quads_that_end_in_an_error_leave_no_store(quads, tmp_path):
    def broken():
        yield from quads
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        load_quads(broken(), store=tmp_path / "store", columns=tmp_path / "columns")
    assert list(tmp_path.iterdir()) == []


def test_more_quads_than_are_loaded_at_a_time_all_arrive(tmp_path, monkeypatch):
    monkeypatch.setattr("ipcgraph.bulk.loading.CHUNK", 7)
    works = list(written({f"w{number}": ["ada", "bo"] for number in range(5)}))
    assert len(works) > 5 * 7
    load_quads(works, store=tmp_path / "store", columns=tmp_path / "columns")
    assert set(Store.read_only(str(tmp_path / "store"))) == set(works)


def test_a_folder_that_cannot_be_written_is_a_store_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        load_quads([], store=tmp_path / "file" / "store", columns=tmp_path / "columns")


def test_every_property_of_the_columns_is_one_of_the_ontology():
    context = json.loads((ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    known = {entry["@id"] if isinstance(entry, dict) else entry for entry in context.values()}
    assert {str(term).strip("<>") for term in ColumnsBuilder()._collect} - {TYPE.value} <= known


def test_the_works_of_the_center_give_seventeen_authorships():
    assert len(collect_columns(written(IPC_WORKS)).authorships.author) == 17
