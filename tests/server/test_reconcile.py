"""Reconciliation: as its protocol has it, as a client goes through it, and how sure it is of its matches."""

import json
import os
import re
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.server.searching import wait_for_search
from tests.server.sparql_requests import send

from ipcgraph.columns import read_columns
from ipcgraph.manifest import COLUMNS, STORE
from ipcgraph.names import Agreement
from ipcgraph.publish.reading import Reading
from ipcgraph.server.reconcile.batch import MOST_QUERIES, Condition, Query
from ipcgraph.server.reconcile.candidates import NEAR, Graph, find_candidates
from ipcgraph.server.reconcile.properties import PROPERTIES
from ipcgraph.server.search.entries import Entry, read_entries
from ipcgraph.server.search.index import SearchIndex, write_index
from ipcgraph.vocabulary import DEFAULT_BASE as BASE

SUITE = Path(os.environ.get("IPCGRAPH_SHARED", Path(__file__).parents[3] / "shared")) / "suites/reconciliation/0.2"
AOIFE = "person/aoife-obrien"


@pytest.fixture(scope="module")
def center(center):
    """The served center, once its search index is made."""
    wait_for_search(center[0])
    return center


@pytest.fixture(scope="module")
def schema():
    """What says whether a value is as a schema of the protocol has it."""
    if not SUITE.is_dir():
        pytest.skip("the schemas of the reconciliation API are not there; set IPCGRAPH_SHARED")
    from jsonschema.validators import validator_for
    from referencing import Registry
    from referencing.jsonschema import DRAFT7

    files = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (SUITE / "schemas").glob("*.json")}
    known = [(each["$id"], DRAFT7.create_resource(each)) for each in files.values() if "$id" in each]
    registry = Registry().with_resources(known)

    def check(value, name):
        text = {**files[name], "$schema": "http://json-schema.org/draft-07/schema#"}
        validator_for(text)(text, registry=registry).validate(value)

    return check


def get(center, path, **values):
    answer = center[0].ask(f"reconcile{path}" + (f"?{urlencode(values)}" if values else ""))
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    return json.loads(answer.body)


def post(center, body, kind="application/x-www-form-urlencoded"):
    headers = {"Content_Type": kind} if kind else {}
    answer = send(f"{center[0].address}reconcile", "POST", body=body, **headers)
    return answer.status, answer.headers.get("content-type"), answer.body


def reconciled(center, queries):
    status, _, body = post(center, urlencode({"queries": json.dumps(queries)}))
    assert status == 200, body
    return json.loads(body)


def features(candidate):
    return {each["id"]: each["value"] for each in candidate["features"]}


# As the protocol has it.


def test_the_manifest_is_as_its_schema_has_it(center, schema):
    manifest = get(center, "")
    schema(manifest, "manifest")
    assert manifest["versions"] == ["0.2"]
    assert manifest["identifierSpace"] == BASE
    assert {"id": "Person", "name": "Person"} in manifest["defaultTypes"]


QUERIES = {
    "name": {"query": "Aoife O'Brien"},
    "typed": {"query": "Aoife OBrien", "type": "Person", "limit": 2},
    "types": {"query": "harbour", "type": ["Center", "Partner"], "type_strict": "any"},
    "should": {"query": "Tide Futures", "type": "Person", "type_strict": "should"},
    "all": {"query": "Tide Futures", "type": ["Person", "Work"], "type_strict": "all"},
    "identifier": {"properties": [{"pid": "orcid", "v": "https://orcid.org/0000-0000-1000-1008"}]},
    "evidence": {"query": "Lin Chen", "properties": [{"pid": "work", "v": ["The price of a metre", ""]}]},
    "entity": {"query": "Muñoz, José", "properties": [{"pid": "coauthor", "v": {"id": AOIFE, "name": "A. O'Brien"}}]},
    "year": {"query": "Leap-Day Surges", "properties": [{"pid": "year", "v": 2020}, {"pid": "doi", "v": "x"}]},
    "strange": {"query": "Aoife O'Brien", "properties": [{"pid": "shoe size", "v": 39}]},
    "nothing": {"query": "zzzzqqqq"},
}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_answers_are_as_their_schema_has_them(center, schema, method):
    schema(QUERIES, "reconciliation-query-batch")
    found = reconciled(center, QUERIES) if method == "POST" else get(center, "", queries=json.dumps(QUERIES))
    schema(found, "reconciliation-result-batch")
    assert found.keys() == QUERIES.keys()
    first = {name: answer["result"][0]["id"] if answer["result"] else "" for name, answer in found.items()}
    assert first["name"] == first["typed"] == first["identifier"] == first["strange"] == AOIFE
    assert first["should"] == "initiative/tide-futures"
    assert first["all"] == first["nothing"] == ""
    assert first["evidence"] == "person/lin-chen"
    assert first["entity"] == "person/jose-munoz"
    assert {each["type"][0]["id"] for each in found["types"]["result"]} <= {"Center", "Partner"}
    assert "shoe size" in found["strange"]["warning"]


@pytest.mark.parametrize("part", ["entity", "type", "property"])
def test_suggestions_are_as_their_schemas_have_them(center, schema, part):
    name = {
        "entity": "suggest-entities-response",
        "type": "suggest-types-response",
        "property": "suggest-properties-response",
    }
    prefix = "aoi" if part == "entity" else "or"
    found = get(center, f"/suggest/{part}", prefix=prefix)
    schema(found, name[part])
    assert found["result"]
    assert found == get(center, f"/suggest/{part}", prefix=prefix.upper())


def test_suggested_entities_are_of_the_type_and_come_in_pages(center):
    every = get(center, "/suggest/entity", prefix="", type="Person")["result"]
    assert {each["notable"][0]["id"] for each in every} == {"Person"}
    further = get(center, "/suggest/entity", prefix="", type="Person", cursor=len(every))["result"]
    assert not {each["id"] for each in every} & {each["id"] for each in further}


def test_properties_are_proposed_as_their_schema_has_it(center, schema):
    found = get(center, "/properties", type="Person", limit=4)
    schema(found, "data-extension-property-proposal")
    assert [each["id"] for each in found["properties"]] == ["coauthor", "affiliation", "work", "role"]
    assert {each["id"] for each in get(center, "/properties")["properties"]} == {each.key for each in PROPERTIES}


def test_values_are_fetched_as_their_schema_has_it(center, schema):
    asked = {
        "ids": [AOIFE, "work/2018-reading-the-tide-gauges", "person/nobody", "<not an id>"],
        "properties": [{"id": each.key} for each in PROPERTIES[:-1]] + [{"id": "summary", "settings": {"limit": "1"}}],
    }
    schema(asked, "data-extension-query")
    status, _, body = post(center, urlencode({"extend": json.dumps(asked)}))
    found = json.loads(body)
    assert status == 200
    schema(found, "data-extension-response")
    assert list(found["rows"]) == asked["ids"]
    assert found["rows"][AOIFE]["orcid"] == [{"str": "0000-0000-1000-1008"}]
    assert {"id": "person/jose-munoz", "name": "José Muñoz"} in found["rows"][AOIFE]["coauthor"]
    work = found["rows"]["work/2018-reading-the-tide-gauges"]
    assert work["year"] == [{"int": 2018}]
    assert [each["id"] for each in work["author"]] == [AOIFE, "person/jose-munoz"]
    assert not any(found["rows"]["person/nobody"].values())
    assert next(each for each in found["meta"] if each["id"] == "coauthor")["type"]["id"] == "Person"
    assert get(center, "", extend=json.dumps(asked)) == found


def test_a_limit_of_values_is_kept(center):
    asked = {"ids": [AOIFE], "properties": [{"id": "coauthor", "settings": {"limit": 2}}]}
    assert len(get(center, "", extend=json.dumps(asked))["rows"][AOIFE]["coauthor"]) == 2


def test_a_client_goes_all_the_way(center):
    """As OpenRefine does: manifest, guess of the type, batches, preview, fetching of columns, the page of a thing."""
    manifest = get(center, "")
    column = ["Aoife OBrien", "Hugh Pemberton", "Munoz, Jose", "Nobody Inparticular", "G. Holm"]
    guess = reconciled(center, {f"q{n}": {"query": text, "limit": 3} for n, text in enumerate(column)})
    kinds = [each["result"][0]["type"][0]["id"] for each in guess.values() if each["result"]]
    kind = max(sorted(set(kinds)), key=kinds.count)
    assert kind == "Person"
    batch = {f"q{n}": {"query": text, "type": kind, "type_strict": "should"} for n, text in enumerate(column)}
    found = reconciled(center, batch)
    matched = [next((each["id"] for each in found[f"q{n}"]["result"] if each["match"]), None) for n in range(5)]
    assert matched == [AOIFE, "person/hugh-pemberton", "person/jose-munoz", None, None]
    assert found["q4"]["result"][0]["id"] == "person/greta-holm"
    service = manifest["suggest"]["property"]
    near = center[0].ask(_local(center, service["service_url"] + service["service_path"]) + "?prefix=orc")
    orcid = json.loads(near.body)["result"][0]["id"]
    rows = get(center, "", extend=json.dumps({"ids": matched[:3], "properties": [{"id": orcid}]}))["rows"]
    assert [bool(rows[each][orcid]) for each in matched[:3]] == [True, False, True]
    preview = center[0].ask(_local(center, manifest["preview"]["url"].replace("{{id}}", quote(AOIFE, safe=""))))
    assert "Aoife O&#39;Brien" in preview.body.decode()
    for written in (AOIFE, quote(AOIFE, safe="")):
        view = center[0].ask(_local(center, manifest["view"]["url"].replace("{{id}}", written)))
        assert (view.status, view.headers["location"]) == (303, f"{center[0].address}{AOIFE}.html")
    name = features(found["q0"]["result"][0]).popitem()[0]
    told = center[0].ask(_local(center, manifest["feature_view"]["url"].replace("{{id}}", name)))
    assert json.loads(told.body)["description"]
    for part, name in (("entity", AOIFE), ("type", "Person"), ("property", "orcid")):
        service = manifest["suggest"][part]
        path = service["flyout_service_url"] + service["flyout_service_path"].replace("${id}", quote(name, safe=""))
        assert json.loads(center[0].ask(_local(center, path)).body)["id"] == name


def _local(center, address):
    assert address.startswith(center[0].address)
    return address.removeprefix(center[0].address)


def test_a_preview_can_be_framed_and_runs_nothing(center):
    answer = center[0].ask(f"reconcile/preview?id={AOIFE}")
    policy = answer.headers["content-security-policy"]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "x-frame-options" not in answer.headers
    assert "<script" not in answer.body.decode()
    assert "0000-0000-1000-1008" in answer.body.decode()


# What is wrong.


def test_a_query_that_is_wrong_does_not_spoil_the_others(center, schema):
    wrong = {
        "number": {"query": 5},
        "empty": {},
        "long": {"query": "x" * 2000},
        "type": {"query": "x", "type": "Ship"},
        "strict": {"query": "x", "type_strict": "perhaps"},
        "limit": {"query": "x", "limit": -1},
        "properties": {"query": "x", "properties": "orcid"},
        "property": {"query": "x", "properties": [{"v": 1}]},
        "value": {"query": "x", "properties": [{"pid": "orcid", "v": [[1]]}]},
        "list": [],
    }
    found = reconciled(center, {**wrong, "good": {"query": "Aoife O'Brien"}})
    schema(found, "reconciliation-result-batch")
    assert {name for name, answer in found.items() if "error" in answer} == set(wrong)
    assert all(
        answer["error"].endswith(".") and not answer["result"] for name, answer in found.items() if name in wrong
    )
    assert found["good"]["result"][0]["match"] is True


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"queries": "{"}, "no JSON"),
        ({"queries": "[]"}, "no JSON object"),
        ({"queries": '{"q": NaN}'}, "no JSON"),
        ({"queries": "[" * 100_000}, "no JSON"),
        ({"queries": json.dumps({f"q{n}": {"query": "x"} for n in range(MOST_QUERIES + 1)})}, "at a time"),
        ({"extend": "[]"}, "not as"),
        ({"extend": '{"ids": ["a"], "properties": [{"id": "shoe"}]}'}, "no property"),
        ({"extend": '{"ids": ["a"], "properties": [{"id": "orcid", "settings": {"limit": "x"}}]}'}, "whole number"),
        ({"extend": json.dumps({"ids": ["a"] * 501, "properties": []})}, "too much"),
        ({"other": "x"}, "neither"),
        ({"queries": "{}", "callback": "run"}, "JSONP"),
    ],
)
def test_what_cannot_be_read_is_said(center, form, said):
    status, kind, body = post(center, urlencode(form))
    assert (status, kind) == (400, "application/problem+json")
    assert said in json.loads(body)["detail"]


def test_only_a_form_is_read_and_not_one_of_any_size(center):
    assert post(center, "{}", kind="application/json")[0] == 415
    assert post(center, b"queries=" + b"x" * (2 << 20))[0] == 413
    assert post(center, b"queries=\xff\xfe")[0] == 400
    assert center[0].ask("reconcile", method="DELETE").status == 405
    assert center[0].ask("reconcile?callback=f").status == 400


@pytest.mark.parametrize("part", ["preview", "view", "flyout/entity", "flyout/type", "flyout/property", "feature"])
def test_what_is_not_known_is_404(center, part):
    for name in ("person/nobody", "", "<>", "../etc", "x" * 3000, "//evil.example", "\\"):
        answer = center[0].ask(f"reconcile/{part}?id={quote(name)}", "application/json")
        assert answer.status == 404
        assert "location" not in answer.headers


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    body=st.dictionaries(
        st.text(max_size=5),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["query", "type", "limit", "properties", "pid", "v", "id", "type_strict", "ids"]),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=12,
        ),
        max_size=4,
    ),
    name=st.sampled_from(["queries", "extend"]),
)
def test_any_batch_is_answered(center, body, name):
    status, kind, text = post(center, urlencode({name: json.dumps(body)}))
    assert status in {200, 400}
    assert kind in {"application/json", "application/problem+json"}
    assert b"<" not in text or status == 400


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    path=st.sampled_from(["", "/suggest/entity", "/suggest/type", "/suggest/property", "/properties", "/preview", "/view",
                          "/flyout/entity", "/feature"]),
    values=st.dictionaries(
        st.sampled_from(["id", "prefix", "type", "cursor", "limit", "queries", "extend"]), st.text(max_size=30), max_size=3
    ),
)  # fmt: skip
def test_any_request_is_answered(center, path, values):
    answer = center[0].ask(f"reconcile{path}?{urlencode(values, errors='surrogatepass')}")
    assert answer.status in {200, 400, 404}
    assert b"Traceback" not in answer.body


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(body=st.binary(max_size=200), kind=st.sampled_from(["application/x-www-form-urlencoded", "text/plain", ""]))
def test_any_body_is_answered(center, body, kind):
    assert post(center, body, kind)[0] in {200, 400, 415}


# How sure it is.


@pytest.fixture(scope="module")
def graph(center, tmp_path_factory):
    """The center's graph, with persons who are hard to tell apart beside its own."""
    from ipcgraph.manifest import CURRENT

    build = (center[1].build_folder / CURRENT).resolve()
    strangers = {
        "Mei Kahn": "mei-kahn", "Mei Khan": "mei-khan", "Yang Zhang": "yang-zhang", "Y. Zhang": "y-zhang",
        "John A. Smith": "john-a-smith", "John B. Smith": "john-b-smith", "Katalin Szépessy": "katalin-szepessy",
        "A. B. Quilty": "a-b-quilty",
    }  # fmt: skip
    with Reading.open(build / STORE, base=BASE) as reading:
        entries = [*read_entries(reading, read_columns(build / COLUMNS))]
        entries += [Entry(f"{BASE}person/{slug}", "Person", name) for name, slug in strangers.items()]
        folder = tmp_path_factory.mktemp("reconcile") / "index"
        write_index(entries, folder)
        yield Graph(SearchIndex.open(folder), reading, BASE)


def asked(graph, text, kinds=("Person",), **conditions):
    given = tuple(Condition(key, value) for key, value in conditions.items())
    found = find_candidates(graph, Query(text, kinds, given))
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert not any(each.match for each in found[1:])
    return found


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Katalin Szépessy", "katalin-szepessy"),
        ("SZEPESSY, Katalin", "katalin-szepessy"),
        ("Szepessy Katalin", "katalin-szepessy"),
        ("Tomas Dvorak", "tomas-dvorak"),
        ("Aoife OBrien", "aoife-obrien"),
        ("Yang Zhang", "yang-zhang"),  # another one has the initials only
    ],
)
def test_a_full_name_that_only_one_has_is_a_match(graph, text, person):
    first = asked(graph, text)[0]
    assert (first.entry.iri, first.match, first.is_alone) == (f"{BASE}person/{person}", True, True)


@pytest.mark.parametrize(
    "text",
    [
        "K. Szépessy", "Szépessy K", "Szépessy, K.", "A. O'Brien", "Y. Zhang", "A. B. Quilty",  # initials
        "Katalin Szepesy", "Kata Szépessy",  # a letter, a short form
        "Mei Kahn", "Lin Chen", "John Smith",  # more than one can be meant
        "Szépessy", "Katalin",
    ],
)  # fmt: skip
def test_less_is_a_candidate_and_no_match(graph, text):
    found = asked(graph, text)
    assert found
    assert not found[0].match


def test_one_whose_name_is_a_letter_away_is_near(graph):
    first, second = asked(graph, "Mei Kahn")[:2]
    assert (first.entry.label, second.entry.label) == ("Mei Kahn", "Mei Khan")
    assert first.likeness.agreement is Agreement.IDENTICAL
    assert 0 < first.score - second.score < NEAR
    assert not first.is_alone


@pytest.mark.parametrize(
    ("text", "evidence", "person", "match"),
    [
        ("Lin Chen", {"work": "The Price of a Metre"}, "lin-chen", True),
        ("Lin Chen", {"work": "Harbours after the Storm"}, "lin-chen-hydrologist", True),
        ("Lin Chen", {"coauthor": "Ngozi Okafor"}, "lin-chen-hydrologist", True),
        ("Aoife O'Brein", {"coauthor": "José Muñoz"}, "aoife-obrien", True),
        ("Aoife O'Brein", {"affiliation": "Harbour Institute for Tidal Studies"}, "aoife-obrien", True),
        ("Aoife O'Brein", {"coauthor": "Katalin Szépessy"}, "aoife-obrien", False),
        ("A. O'Brien", {"coauthor": "José Muñoz"}, "aoife-obrien", False),
        ("A. O'Brien", {"orcid": "0000-0000-1000-1008"}, "aoife-obrien", True),
        ("Aoife O'Brien", {"orcid": "0000-0000-1000-2000"}, "jose-munoz", False),
        ("Someone Else", {"orcid": "0000-0000-1000-1008"}, "aoife-obrien", False),
        ("", {"orcid": "0000-0000-1000-1008"}, "aoife-obrien", True),
        ("0000-0000-1000-1008", {}, "aoife-obrien", True),
        ("person/aoife-obrien", {}, "aoife-obrien", True),
    ],
)
def test_evidence_decides_where_a_name_does_not(graph, text, evidence, person, match):
    first = asked(graph, text, **evidence)[0]
    if match:
        assert first.entry.iri == f"{BASE}person/{person}"
    assert first.match is match


def test_evidence_raises_a_score_and_its_lack_lowers_it(graph):
    score = {
        other: next(each.score for each in asked(graph, "Aoife O'Brein", **given) if each.entry.iri.endswith(AOIFE))
        for other, given in {"none": {}, "for": {"coauthor": "José Muñoz"}, "against": {"coauthor": "Zzz Yyy"}}.items()
    }
    assert score["against"] < score["none"] < score["for"]


@pytest.mark.parametrize(
    ("text", "kinds", "conditions", "match"),
    [
        ("Reading the tide gauges", ("Work",), {}, True),
        ("Reading the tide gauges", (), {}, True),
        ("Reading tide gages", ("Work",), {}, False),
        ("Reading the tide gages", ("Work",), {"year": "2018"}, True),
        ("Reading the tide gauges", ("Work",), {"year": "1999"}, False),
        ("10.5555/HARBOUR.2018.1", (), {}, True),
        ("Harbour Institute for Tidal Studies", ("Center",), {}, True),
        ("Harbour Institute", ("Center",), {}, False),
    ],
)
def test_works_and_organizations_are_matched_by_their_whole_name(graph, text, kinds, conditions, match):
    assert asked(graph, text, kinds, **conditions)[0].match is match


def test_the_features_of_a_score_are_told(center):
    queries = {"q": {"query": "Aoife O'Brien", "properties": [{"pid": "coauthor", "v": "José Muñoz"}]}}
    found = features(reconciled(center, queries)["q"]["result"][0])
    assert found["name"] >= 99
    assert found["name_identical"] is True
    assert found["coauthor"] == 100
    assert found["alone"] is True
    for name in found:
        assert get(center, "/feature", id=name)["description"]


def test_the_same_batch_has_the_same_answer(center):
    assert reconciled(center, QUERIES) == reconciled(center, dict(reversed(QUERIES.items())))


def test_the_page_says_how_matches_are_decided():
    page = (Path(__file__).parents[2] / "docs" / "search.md").read_text(encoding="utf-8")
    for each in PROPERTIES:
        assert f"`{each.key}`" in page
    assert re.search(rf"\b{NEAR:.0f}\b", page)
