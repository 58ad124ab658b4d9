"""Search: what is found, in which order, how it is asked for over HTTP, and what is refused."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.center_project import make_center
from tests.server.running import serving
from tests.server.searching import wait_for_search

from ipcgraph.columns import read_columns
from ipcgraph.errors import ProjectError, UsageError
from ipcgraph.manifest import COLUMNS, STORE
from ipcgraph.project import build
from ipcgraph.publish.reading import Reading
from ipcgraph.server.search.asking import LONGEST, read_request
from ipcgraph.server.search.entries import Entry, read_entries
from ipcgraph.server.search.finding import complete, find
from ipcgraph.server.search.holding import Search
from ipcgraph.server.search.index import FOLDER, SearchIndex, write_index
from ipcgraph.server.search.matching import Asked
from ipcgraph.server.service import NotReadyError
from ipcgraph.vocabulary import DEFAULT_BASE

BASE = "https://example.org/id/"
NAMES = (
    "Eva Hajičová", "Eva Hajnal", "李伟", "李伟强", "Παύλος Νικολάου", "Иван Петров", "محمد علي", "Jean-Pierre Dupont",
    "Aoife O'Brien", "Wei Li", "Wei Liu", "Bjørn Åsgård",
)  # fmt: skip
WORKS = ("Tides", "Tides of the Bay", "The Bay and its Tides", "Machine Translation", "machine learning", "R&D in 2020")


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """An index of names in several scripts, and of works of several years."""
    entries = [Entry(f"{BASE}person/{place}", "Person", name) for place, name in enumerate(NAMES)]
    entries[0] = entries[0]._replace(identifiers=(("orcid", "0000-0002-1825-0097"),), others=("Eva Benešová",))
    entries += [
        Entry(
            f"{BASE}work/{place}", "Work", name, year=2020 - place, within=(f"{BASE}center/c",),
            evidence=(("author", "eva hajicova"),) if place == 3 else (),
        )
        for place, name in enumerate(WORKS)
    ]  # fmt: skip
    entries.append(Entry(f"{BASE}center/c", "Center", "Institute for Tidal Studies", acronyms=("ITS",)))
    folder = tmp_path_factory.mktemp("search") / "index"
    assert write_index(entries, folder) == len(entries)
    return SearchIndex.open(folder)


def labels(index, text, **more):
    return [hit.entry.label for hit in find(index, Asked(text, **more), base=BASE).hits]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Eva Hajičová", "Eva Hajičová"),
        ("hajicova", "Eva Hajičová"),
        ("HAJIČOVÁ, Eva", "Eva Hajičová"),
        ("hajicvoa", "Eva Hajičová"),
        ("eva hajikova", "Eva Hajičová"),
        ("Benesova", "Eva Hajičová"),
        ("0000-0002-1825-0097", "Eva Hajičová"),
        ("https://orcid.org/0000-0002-1825-0097", "Eva Hajičová"),
        ("person/0", "Eva Hajičová"),
        (f"{BASE}person/0", "Eva Hajičová"),
        (f"{BASE}person/0.ttl", "Eva Hajičová"),
        ("李伟", "李伟"),
        ("伟强", "李伟强"),
        ("νικολαου", "Παύλος Νικολάου"),
        ("Νικολάοω", "Παύλος Νικολάου"),
        ("петров", "Иван Петров"),
        ("петрво", "Иван Петров"),
        ("علي", "محمد علي"),
        ("jeanpierre", "Jean-Pierre Dupont"),
        ("jean pierre", "Jean-Pierre Dupont"),
        ("obrien", "Aoife O'Brien"),
        ("asgard", "Bjørn Åsgård"),
        ("ITS", "Institute for Tidal Studies"),
        ("r&d", "R&D in 2020"),
        ("machine tr", "Machine Translation"),
    ],
)
def test_the_thing_that_is_meant_comes_first(index, text, first):
    assert labels(index, text)[0] == first


def test_the_exact_name_comes_first_then_what_begins_so_then_the_words(index):
    assert labels(index, "tides") == ["Tides", "Tides of the Bay", "The Bay and its Tides"]
    assert labels(index, "wei li") == ["Wei Li", "Wei Liu"]
    assert labels(index, "bay tides") == ["Tides of the Bay", "The Bay and its Tides"]


def test_works_are_found_by_their_authors_after_the_authors_themselves(index):
    assert labels(index, "hajicova") == ["Eva Hajičová", "Machine Translation"]
    assert labels(index, "hajicova translation") == ["Machine Translation"]


def test_words_that_nothing_has_together_find_what_has_some_of_them(index):
    found = find(index, Asked("jean dupont zebra"), base=BASE)
    assert found.how == "some"
    assert [hit.entry.label for hit in found.hits] == ["Jean-Pierre Dupont"]
    assert find(index, Asked("zebra"), base=BASE).total == 0


def test_an_answer_is_narrowed_and_counted(index):
    found = find(index, Asked("tides"), base=BASE)
    assert (found.total, found.facets.kinds, found.facets.years) == (3, {"Work": 3}, {2020: 1, 2019: 1, 2018: 1})
    assert found.facets.within == {f"{BASE}center/c": 3}
    assert labels(index, "tides", year=2019) == ["Tides of the Bay"]
    assert labels(index, "tides", kinds=("Person",)) == []
    assert labels(index, "", within=f"{BASE}center/c", kinds=("Work",)) == list(WORKS)


def test_pages_hold_each_thing_once_and_always_the_same(index):
    everything = [hit.entry.iri for hit in find(index, Asked(""), base=BASE, limit=100).hits]
    paged = [
        hit.entry.iri
        for offset in range(0, len(everything), 4)
        for hit in find(index, Asked(""), base=BASE, limit=4, offset=offset).hits
    ]
    assert paged == everything
    assert len(set(everything)) == len(NAMES) + len(WORKS) + 1


def test_completion_goes_by_beginnings(index):
    def begun(text, *kinds):
        return [hit.entry.label for hit in complete(index, Asked(text, kinds), base=BASE, limit=3)]

    assert begun("ha") == ["Eva Hajičová", "Eva Hajnal"]
    assert begun("wei l", "Person") == ["Wei Li", "Wei Liu"]
    assert begun("", "Work") == ["Tides", "Tides of the Bay", "The Bay and its Tides"]
    assert begun("tides", "Person") == []


@pytest.mark.parametrize(
    "text", ['"', "a AND", "name:*", "(", "[a TO z]", "wei^9 -li", "*", "~", "\\", "tides OR zebra"]
)
def test_signs_are_no_commands(index, text):
    found = find(index, Asked(text), base=BASE)
    assert found.total <= len(WORKS)
    if text == "tides OR zebra":
        assert found.how == "some"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=80))
def test_any_text_can_be_searched_for(index, text):
    found = find(index, Asked(text), base=BASE)
    assert found.total == sum(found.facets.kinds.values()) >= len(found.hits)
    assert complete(index, Asked(text), base=BASE) == complete(index, Asked(text), base=BASE)


def test_threads_ask_at_the_same_time(index):
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda place: labels(index, NAMES[place % len(NAMES)]), range(200)))
    assert all(answer[0] == NAMES[place % len(NAMES)] for place, answer in enumerate(answers))


def test_the_entries_of_a_center_tell_namesakes_apart(tmp_path):
    built = build(make_center(tmp_path))
    with Reading.open(built.folder / STORE, base=DEFAULT_BASE) as reading:
        entries = {
            entry.iri[len(DEFAULT_BASE) :]: entry
            for entry in read_entries(reading, read_columns(built.folder / COLUMNS))
        }
    one, other = entries["person/lin-chen"], entries["person/lin-chen-hydrologist"]
    assert one.label == other.label
    assert one.description != other.description
    assert entries["person/jose-munoz"].others == ("J. Muñoz",)
    assert ("coauthor", "munoz jose") not in entries["person/jose-munoz"].evidence
    assert ("coauthor", "jose munoz") in entries["person/aoife-obrien"].evidence
    assert entries["work/2018-reading-the-tide-gauges"].year == 2018
    assert DEFAULT_BASE + "center/harbour" in entries["work/2018-reading-the-tide-gauges"].within


def test_an_index_is_made_beside_the_build_once_and_replaced_whole(tmp_path):
    built = build(make_center(tmp_path))
    search = Search(built.folder, built.folder / STORE, built.folder / COLUMNS, base=DEFAULT_BASE)
    with pytest.raises(NotReadyError, match="being made"):
        search.index  # noqa: B018  # the first question begins to make it
    assert search.wait().size > 20
    written = (built.folder / FOLDER / "meta.json").read_bytes()
    again = Search(built.folder, built.folder / STORE, built.folder / COLUMNS, base=DEFAULT_BASE)
    assert again.index.size == search.index.size
    assert (built.folder / FOLDER / "meta.json").read_bytes() == written
    (built.folder / FOLDER / "version").write_text("0", encoding="utf-8")
    newer = Search(built.folder, built.folder / STORE, built.folder / COLUMNS, base=DEFAULT_BASE)
    assert newer.wait().size == search.index.size
    assert sorted(path.name for path in built.folder.iterdir() if path.name.startswith(FOLDER)) == [FOLDER]
    search.close()


def test_an_index_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "build").mkdir()
    search = Search(tmp_path / "build", tmp_path / "none", tmp_path / "none", base=BASE)
    with pytest.raises(ProjectError, match="could not be made"):
        search.wait()
    with pytest.raises(ProjectError, match="no search index"):
        SearchIndex.open(tmp_path)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"q": "x" * (LONGEST + 1)}, "1,001 characters"),
        ({"kind": "Persn"}, "did you mean"),
        ({"page": "0"}, "whole number from 1"),
        ({"page": "900", "limit": "100"}, "too far down"),
        ({"limit": "1000"}, "from 1 to 100"),
        ({"year": "soon"}, "such as 2019"),
        ({"page": "²"}, "whole number"),
        ({"within": "center/<x>"}, "such as center/ipc"),
    ],
)
def test_what_cannot_be_meant_is_said(values, said):
    with pytest.raises(UsageError, match=said):
        read_request(values, base=BASE)


# Over HTTP, from the center that is served.


@pytest.fixture(scope="module")
def center(center):
    """The served center, once its search index is made."""
    wait_for_search(center[0])
    return center


def asked(center, path, accept=None, **more):
    return center[0].ask(path, accept, **more)


def test_the_page_needs_no_script(center):
    answer = asked(center, "search?q=tide+gauges", "text/html")
    page = answer.body.decode()
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert 'value="tide gauges"' in page
    assert 'href="work/2018-reading-the-tide-gauges.html"' in page
    assert "<script>" not in page
    assert "<script src" not in page
    assert "'unsafe" not in answer.headers["content-security-policy"]
    assert "search?q=tide+gauges&amp;kind=Topic" in page


def test_the_form_of_every_page_leads_to_the_search(center):
    answer = asked(center, "search.html?q=tide")
    assert (answer.status, answer.headers["location"]) == (303, "/search?q=tide")


@pytest.mark.parametrize(
    ("accept", "query", "kind"),
    [
        ("text/html", "", "text/html; charset=utf-8"),
        ("application/json", "", "application/json"),
        ("application/json;q=0.9, text/html;q=0.2", "", "application/json"),
        ("text/html", "&format=json", "application/json"),
        ("application/json", "&format=html", "text/html; charset=utf-8"),
        (None, "", "text/html; charset=utf-8"),
    ],
)
def test_the_answer_is_negotiated(center, accept, query, kind):
    answer = asked(center, f"search?q=tide{query}", accept)
    assert (answer.status, answer.headers["content-type"], answer.headers["vary"]) == (200, kind, "Accept")
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(("accept", "query"), [("application/pdf", ""), ("text/html", "&format=pdf"), ("*/*;q=0", "")])
def test_other_formats_are_not_there(center, accept, query):
    assert asked(center, f"search?q=tide{query}", accept).status == 406


def test_the_data_of_a_search_is_whole(center):
    found = json.loads(asked(center, "search?q=tide&limit=2&format=json").body)
    assert (found["total"], found["page"], found["pages"], len(found["results"])) == (5, 1, 3, 2)
    assert found["results"][0]["id"] == "initiative/tide-futures"
    assert {each["id"]: each["count"] for each in found["facets"]["kind"]}["Work"] == 2
    assert found["facets"]["within"][0] == {
        "id": "center/harbour",
        "name": "Harbour Institute for Tidal Studies",
        "count": 3,
    }
    following = json.loads(asked(center, found["next"].removeprefix(center[0].address)).body)
    assert following["previous"]
    assert not {each["id"] for each in following["results"]} & {each["id"] for each in found["results"]}
    narrowed = json.loads(asked(center, "search?q=tide&kind=Work&within=center/harbour&format=json").body)
    assert {each["kind"] for each in narrowed["results"]} == {"Work"}


def test_what_is_chosen_can_be_taken_away_where_it_leaves_nothing(center):
    page = asked(center, "search?q=tide&kind=Person&year=1901&within=center/nowhere", "text/html").body.decode()
    assert "Nothing was found" in page
    assert page.count('aria-current="true"') == 3
    assert 'href="search?q=tide&amp;year=1901&amp;within=' in page


def test_a_text_of_many_words_is_told_what_of_it_counts(center):
    text = "+".join(f"word{place}" for place in range(20))
    assert "first 16 of its 20 words" in json.loads(asked(center, f"search?q={text}&format=json").body)["note"]
    assert "first 16 of its 20 words" in asked(center, f"search?q={text}", "text/html").body.decode()
    assert "note" not in json.loads(asked(center, "search?q=tide&format=json").body)


def test_what_a_client_has_is_not_sent_again(center):
    first = asked(center, "search?q=tide")
    assert asked(center, "search?q=tide", headers={"If-None-Match": first.headers["etag"]}).status == 304
    assert asked(center, "search?q=tides", headers={"If-None-Match": first.headers["etag"]}).status == 200
    head = asked(center, "search?q=tide", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert {"etag", "content-type", "content-length"} <= head.headers.keys()
    assert head.headers["content-length"] == first.headers["content-length"]


def test_nothing_is_written_through_the_search(center):
    assert asked(center, "search?q=x", method="POST").status == 405
    assert asked(center, "suggest?q=x", method="DELETE").status == 405


def test_completion_gives_ids(center):
    answer = asked(center, "suggest?q=aoi&kind=Person")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    found = json.loads(answer.body)["suggestions"]
    assert [each["id"] for each in found] == ["person/aoife-obrien"]
    organizations = json.loads(asked(center, "suggest?q=&kind=Organization&limit=100").body)["suggestions"]
    assert {each["kind"] for each in organizations} == {"Organization", "Partner", "Commission", "Center"}
    assert asked(center, "suggest?q=&kind=Persn").status == 400
    assert json.loads(asked(center, "suggest?kind=Thing").body)["suggestions"]


@pytest.mark.parametrize(
    "path",
    [
        "search?page=x",
        "search?kind=Persn",
        "suggest?limit=0",
        "suggest?limit=9&limit=",
        "search?q=a&q=b",
        "search?q=" + "x" * 1001,
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(center, path):
    answer = asked(center, path, "application/json")
    assert answer.status == 400
    assert json.loads(answer.body)["detail"].endswith((".", "?"))


def test_a_new_build_is_searched_without_a_gap(tmp_path):
    project = make_center(tmp_path)
    build(project)
    with serving(project) as running:
        wait_for_search(running)
        people = tmp_path / "data" / "people.yaml"
        people.write_text(
            people.read_text("utf-8").replace("name: Hugh Pemberton", "name: Brandnew Pemberton"), "utf-8"
        )
        build(project)
        end = time.monotonic() + 120
        while b"person/hugh-pemberton" not in (answer := running.ask("suggest?q=brandnew")).body:
            assert answer.status == 200, answer.body
            assert time.monotonic() < end, running.said()
            time.sleep(0.05)


_MARK = "<script>alert(1)</script>"


@pytest.mark.parametrize("name", ["q", "kind", "year", "within", "page", "limit", "format", "other"])
def test_no_script_comes_back(center, name):
    for path in ("search", "suggest", "search.html"):
        answer = asked(center, f"{path}?{urlencode({name: _MARK + chr(34) + chr(39)})}", "text/html")
        assert answer.status < 500
        assert b"<script>alert" not in answer.body
        assert "<script" not in answer.headers.get("location", "")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    path=st.sampled_from(["search", "suggest", "search.html"]),
    values=st.dictionaries(
        st.sampled_from(["q", "kind", "year", "within", "page", "limit", "format", "x"]),
        st.text(max_size=30),
        max_size=4,
    ),
    junk=st.binary(max_size=12),
)
def test_any_request_is_answered(center, path, values, junk):
    query = urlencode(values, errors="surrogatepass") + "&" + quote(junk)
    answer = asked(center, f"{path}?{query}", "text/html")
    assert answer.status in {200, 303, 400, 406}
    assert b"Traceback" not in answer.body
