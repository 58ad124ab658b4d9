"""Things over HTTP: each row of the peers' table on linked data, and what a host of IRIs owes to all who ask."""

import gzip
import json
import random
import re
from urllib.parse import quote, urljoin

import pytest
from tests.accepts import ACCEPTS, SUFFIXES, TYPES, is_type, some_accept, wanted
from tests.published_center import BASE
from tests.published_site import KNOWN, LICENCE, MOVED, ODD, OLD
from tests.server.projects import ADDRESS, SETTINGS, make_project
from tests.server.running import free_port, serving
from tests.web_servers import ask, follow

from ipcgraph.publish.doctor import doctor

WORK = "work/2018-reading-the-tide-gauges"
PART = f"{WORK}/authorship/aoife-obrien"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A staging host that serves what has another address, under a path, and IRIs of another host."""
    with serving(make_project(tmp_path_factory.mktemp("things")), address=ADDRESS, whole=True) as running:
        yield running


@pytest.fixture(scope="module")
def host(server):
    return server.address


def things():
    return {"thing": KNOWN, "part": PART, **{path: quote(path) for path in ODD}}


@pytest.mark.parametrize("accept", ACCEPTS, ids=str)
def test_a_thing_leads_with_303_to_the_document_that_is_wanted_most(host, accept):
    expected = ACCEPTS[accept]
    for name, path in things().items():
        answer = ask(host + path, accept)
        assert "Accept" in answer.headers["vary"].split(", "), name
        assert answer.headers["access-control-allow-origin"] == "*"
        if expected is None:
            assert answer.status == 406, name
            assert all(suffix in answer.body.decode() for suffix in SUFFIXES.values())
        else:
            last, seen = follow(host + path, accept)
            assert [each.status for each in seen] == [303, 200], name
            assert is_type(last, expected), (name, last.headers)
            assert urljoin(host + path, answer.headers["location"]).startswith(host)


@pytest.mark.parametrize("accept", ACCEPTS, ids=str)
def test_head_is_get_without_a_body(host, accept):
    paths = [*things().values(), "person/nobody", OLD, MOVED, KNOWN + ".ttl", "", "dumps/graph.nq.gz", "person"]
    for path in paths:
        got, head = ask(host + path, accept), ask(host + path, accept, method="HEAD")
        assert head.body == b""
        assert head.status == got.status
        assert {**head.headers, "date": ""} == {**got.headers, "date": ""}, path


@pytest.mark.parametrize("accept", ACCEPTS, ids=str)
def test_what_is_unknown_is_not_found_whatever_is_asked_for(host, accept):
    for path in ("person/nobody", "person/nobody.ttl", KNOWN + "/", KNOWN + "/role/x", "work/x/authorship/y", "nothing",
                 "person/Aoife-OBrien", "person/" + "x" * 200, "odd/", "odd/nothing", KNOWN + ".pdf", KNOWN + "."):  # fmt: skip
        assert ask(host + path, accept).status == 404, path


@pytest.mark.parametrize("accept", ACCEPTS, ids=str)
def test_what_is_deprecated_is_gone_with_a_link_to_what_has_taken_its_place(host, accept):
    for path in (OLD, MOVED):
        answer = ask(host + path, accept)
        expected = ACCEPTS[accept]
        assert "Accept" in answer.headers["vary"].split(", ")
        if expected is None:
            assert answer.status == 406
        else:
            assert answer.status == 410
            assert is_type(answer, expected)
            assert f'<{BASE}{KNOWN}>; rel="successor-version"' in answer.headers["link"]
        assert ask(host + path + ".html").status == 200


def test_any_accept_header_is_answered_as_rfc_9110_has_it(host):
    chance = random.Random(9110)
    for _ in range(400):
        accept = some_accept(chance)
        answer = ask(host + KNOWN, accept)
        expected = wanted(accept)
        if expected is None:
            assert answer.status == 406, accept
        else:
            assert answer.headers["location"].endswith(KNOWN + SUFFIXES[expected]), (accept, answer)


def test_a_header_that_is_made_to_take_long_does_not(host):
    for accept in ("text/html" + " ;a" * 1500, 'text/html;"' + "a;" * 2000, "text/turtle;" + " " * 4000, "," * 5000,
                   "text/html;q=0." + "0" * 5000 + "1", '"' * 6000, 'a;b="' * 3000, "*/*;q=" + "1" * 8000):  # fmt: skip
        assert ask(host + KNOWN, accept).status in {303, 400, 406}, accept[:40]


def test_several_accept_headers_are_one(server):
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.putrequest("GET", f"/{KNOWN}")
    connection.putheader("Accept", "text/turtle;q=0.5")
    connection.putheader("Accept", "application/n-triples")
    connection.endheaders()
    assert connection.getresponse().headers["Location"].endswith(".nt")
    connection.close()


def test_a_document_has_what_caches_and_programs_need(host):
    for path in (KNOWN, PART, quote(ODD[0])):
        for media_type in TYPES:
            answer, _ = follow(host + path, media_type)
            assert re.fullmatch('"[0-9a-f]{32}"', answer.headers["etag"])
            assert answer.headers["last-modified"].endswith("GMT")
            assert answer.headers["vary"] == "Accept-Encoding"
            assert answer.headers["x-content-type-options"] == "nosniff"
            link = answer.headers["link"]
            assert f'<{LICENCE}>; rel="license"' in link
            at = host + ask(host + path, media_type).headers["location"].removeprefix("/graph/")
            others = re.findall(r'<([^>]+)>; rel="alternate"; type="([^"]+)"', link)
            assert {each for _, each in others} == {*TYPES} - {media_type}
            for target, other in others:
                assert is_type(ask(urljoin(at, target)), other), target


def test_signposts_are_in_the_header_of_a_page_as_in_its_head(host):
    for path in (WORK, KNOWN, "center/harbour", PART):
        answer = ask(host + path + ".html")
        head = re.findall(
            r'<link rel="(cite-as|type|author|collection|describedby|linkset)"[^>]* href="([^"]+)"',
            answer.body.decode(),
        )
        told = re.findall(r'<([^>]+)>; rel="([a-z-]+)"', answer.headers["link"])
        for relation, target in head:
            assert any(
                relation == rel and urljoin(host + path, link) == urljoin(host + path, target) for link, rel in told
            ), (path, relation, target, told)
        assert {rel for _, rel in told} >= {"alternate", "describedby", "license", "type", "cite-as"}


@pytest.mark.parametrize(
    "path", [KNOWN + ".html", KNOWN + ".ttl", "index.html", "assets/site.css", "dumps/graph.nq.gz"]
)
def test_who_has_it_already_is_told_so(host, path):
    for encoding in ("identity", "gzip"):
        given = {"Accept-Encoding": encoding}
        answer = ask(host + path, headers=given)
        etag, changed = answer.headers["etag"], answer.headers["last-modified"]
        for condition in (
            {"If-None-Match": etag}, {"If-None-Match": f'"x", W/{etag}'}, {"If-None-Match": "*"},
            {"If-Modified-Since": changed}, {"If-None-Match": etag, "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        ):  # fmt: skip
            for method in ("GET", "HEAD"):
                again = ask(host + path, method=method, headers={**given, **condition})
                assert (again.status, again.body) == (304, b""), condition
                assert again.headers["etag"] == etag
                assert "content-type" not in again.headers
        for condition in (
            {"If-None-Match": '"other"'}, {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
            {"If-None-Match": '"other"', "If-Modified-Since": changed}, {"If-Modified-Since": "yesterday"},
            {"If-None-Match": 'nonsense, \t"', "If-Modified-Since": "Mon, 99 Foo 9999999 00:00:00 GMT"},
        ):  # fmt: skip
            assert ask(host + path, headers={**given, **condition}).status == 200, condition


def test_packed_documents_unpack_to_the_same_bytes_and_have_an_etag_of_their_own(host):
    plain = ask(host + KNOWN + ".html")
    for header in ("gzip", "br, gzip;q=0.5", "GZIP", "deflate,gzip ; q=1.0"):
        packed = ask(host + KNOWN + ".html", headers={"Accept-Encoding": header})
        assert packed.headers["content-encoding"] == "gzip", header
        assert gzip.decompress(packed.body) == plain.body
        assert packed.headers["etag"] != plain.headers["etag"]
    for header in ("identity", "br", "gzip;q=0", "gzip;q=0.0", "xgzip", ""):
        assert "content-encoding" not in ask(host + KNOWN + ".html", headers={"Accept-Encoding": header}).headers, (
            header
        )
    assert "content-encoding" not in ask(host + "dumps/graph.nq.gz", headers={"Accept-Encoding": "gzip"}).headers


def test_the_iri_itself_is_answered_where_the_server_stands_in_for_its_host(host):
    for path in (KNOWN, PART, *map(quote, ODD)):
        answer = ask(f"{host.removesuffix('graph/')}ipcgraph/id/{path}", "text/turtle")
        assert answer.status == 303
        assert answer.headers["location"].startswith("/graph/")
    answer = ask(host + "ipcgraph/ns", "text/turtle")
    assert answer.headers["location"] == "/graph/ontology/ipcgraph.ttl"
    last, _ = follow(host + "ipcgraph/vocab/role-type/director", "text/html")
    assert last.status == 200
    assert 'id="vocab-role-type--director"' in last.body.decode()


def test_documents_are_those_of_the_public_address(host):
    text = ask(host + KNOWN + ".ttl").body.decode()
    assert f"{ADDRESS}{KNOWN}.html" in text
    assert BASE + KNOWN in text or "id:" in text
    page = ask(host + KNOWN + ".html").body.decode()
    assert f'<link rel="canonical" href="{ADDRESS}{KNOWN}.html">' in page
    assert host not in page


@pytest.mark.parametrize(
    ("profile", "suffix", "vocabulary"),
    [
        ("schema", ".schema.jsonld", "https://schema.org/"),
        ("vivo", ".vivo.ttl", "http://vivoweb.org/ontology/core#"),
        ("foaf", ".foaf.ttl", "http://xmlns.com/foaf/0.1/"),
        ("skg-if", ".skg-if.jsonld", "https://w3id.org/skg-if/ontology/"),
    ],
)
def test_a_profile_is_named_in_the_address_or_in_a_header(host, profile, suffix, vocabulary):
    asked = [
        (f"?profile={profile}", {}), (f"?_profile={profile}", {}), (f"?profile={quote(vocabulary, safe='')}", {}),
        ("", {"Accept-Profile": f"<{vocabulary}>"}), ("", {"Accept-Profile": f"<{vocabulary}>;q=0.4, <urn:x:y>;q=0.9"}),
        ("", {"Accept-Profile": f"<urn:x:y>, <{vocabulary.replace('https://', 'http://')}>;q=0.5"}),
    ]  # fmt: skip
    for query, headers in asked:
        answer = ask(host + KNOWN + query, headers=headers)
        assert (answer.status, answer.headers["location"]) == (303, f"/graph/{KNOWN}{suffix}"), (query, headers)
        assert "Accept-Profile" in answer.headers["vary"]
        document = ask(host + answer.headers["location"].removeprefix("/graph/"))
        assert document.status == 200
        assert (
            document.headers["content-profile"]
            .strip("<>")
            .rstrip("/#")
            .endswith(vocabulary.rstrip("/#").partition("://")[2])
        )


def test_a_profile_that_there_is_not_is_not_made_up(host):
    for query in ("?profile=nonsense", "?profile=", "?profile=schema%00", "?profile=../x"):
        answer = ask(host + KNOWN + query, "application/json")
        assert answer.status == 406
        assert any("profile=schema" in each["href"] for each in json.loads(answer.body)["alternatives"])
    assert ask(host + PART + "?profile=bibo").status == 406  # nothing is told of a part so
    assert ask(host + KNOWN + "?profile=schema", "text/turtle").status == 406
    native = ask(host + KNOWN, "text/turtle", headers={"Accept-Profile": "<urn:x:unknown>"})
    assert native.headers["location"].endswith(KNOWN + ".ttl")
    refused = ask(host + KNOWN, "text/turtle", headers={"Accept-Profile": "schema;q=0"})
    assert refused.headers["location"].endswith(KNOWN + ".ttl")


def test_programs_in_pages_of_other_hosts_may_ask(host):
    for path in (KNOWN, KNOWN + ".ttl", "", "dumps/graph.nq.gz"):
        asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET",
                 "Access-Control-Request-Headers": "accept, accept-profile"}  # fmt: skip
        answer = ask(host + path, method="OPTIONS", headers=asked)
        assert (answer.status, answer.body) == (204, b"")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "GET" in answer.headers["access-control-allow-methods"]
        assert {"accept", "accept-profile"} <= set(answer.headers["access-control-allow-headers"].lower().split(", "))
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
        exposed = ask(host + path).headers["access-control-expose-headers"]
        assert {"Link", "ETag", "Content-Profile"} <= set(exposed.split(", "))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_what_is_sent_to_a_document_changes_nothing(host, method):
    for path in (KNOWN, KNOWN + ".ttl", "", "health", "dumps/graph.nq.gz"):
        answer = ask(host + path, method=method, headers={"Content-Length": "0"})
        assert answer.status == 405, path
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert ask(host + KNOWN + ".ttl").status == 200


def test_a_dump_is_given_in_parts(host):
    whole = ask(host + "dumps/graph.nq.gz")
    assert ask(host + "tables/things.csv").status == 200
    assert whole.status == 200


def test_a_folder_leads_to_its_page_and_hidden_files_are_hidden(host):
    _, seen = follow(host + "person")
    assert [each.status for each in seen] == [301, 200]
    assert seen[0].headers["location"] == "/graph/person/"
    for path in (".htaccess", ".nojekyll", "dumps/", "assets/", "index.json", ".well-known/"):
        assert ask(host + path).status == 404, path
    assert ask(host + ".well-known/void").type == "text/turtle"


def test_browsers_get_the_sites_own_page_where_there_is_nothing(host):
    answer = ask(host + "person/nobody", "text/html,*/*;q=0.8")
    assert answer.status == 404
    assert answer.body == ask(host + "404.html").body
    told = json.loads(ask(host + "person/nobody", "application/json").body)
    assert (told["status"], told["title"]) == (404, "Not Found")
    assert ask(host + "person/nobody", "text/plain").type == "text/plain"


def test_each_page_says_what_it_may_do_and_none_runs_what_stands_in_it(host):
    for path in (
        "",
        KNOWN + ".html",
        "query/",
        "search",
        "ontology/",
        "sparql",
        "networks/coauthorship.html",
        "404.html",
    ):
        answer, _ = follow(host + path, "text/html")
        if answer.status == 404 and path.startswith("networks"):
            continue  # without what is built from npm there is none
        policy = answer.headers["content-security-policy"]
        assert answer.status == (200 if path != "404.html" else answer.status)
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")


def test_the_doctor_finds_nothing(tmp_path):
    port = free_port()
    settings = SETTINGS.replace("[site]", f'base = "http://127.0.0.1:{port}/id/"\n[site]').replace(
        "endpoint", "# endpoint"
    )
    found = make_project(tmp_path / "project", settings=settings, odd=False)
    with serving(found, "--port", str(port), whole=True) as server:
        diagnosis = doctor(server.address, rate=1_000.0)
    assert diagnosis.faults == ()
    assert {cell.subject for cell in diagnosis.cells} >= {f"http://127.0.0.1:{port}/sparql"}
