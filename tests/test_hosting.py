"""The rules for hosts, on real nginx and Apache: every type, method and kind of IRI, and what must never be served."""

import random
from urllib.parse import quote, urljoin

import pytest
from pyoxigraph import parse
from tests.accepts import (
    ACCEPTS,
    FIREFOX,
    HTML,
    JSONLD,
    NTRIPLES,
    RDFLIB,
    RDFXML,
    SUFFIXES,
    TURTLE,
    TYPES,
    is_type,
    some_accept,
    wanted,
)
from tests.published_center import BASE, graph, named
from tests.published_site import KNOWN, LICENCE, MOVED, ODD, OLD, add_odd_things, make_site
from tests.site_pages import parsed, words
from tests.web_servers import apache, ask, follow, nginx

from ipcgraph.ontology import read_ontology
from ipcgraph.publish.addresses import Addresses
from ipcgraph.publish.facts import SiteFacts
from ipcgraph.publish.hosting import apache as apache_rules
from ipcgraph.publish.hosting.files import Rules, hosting_files
from ipcgraph.publish.links import broken_links

ONTOLOGY = read_ontology()
ADDRESS = "https://harbour.example/graph/"
PART = "work/tides-and-trade/authorship/aoife-obrien"
SERVERS = {"nginx": nginx, "apache": apache}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = make_site(tmp_path_factory.mktemp("hosting"), address=ADDRESS)
    add_odd_things(folder, address=ADDRESS)
    return folder


@pytest.fixture(scope="module", params=[(name, prefix) for name in SERVERS for prefix in ("", "a/b")], ids=str)
def host(request, site):
    """The site on a server, at the root of the host or in a folder of it: other than its own address each time."""
    name, prefix = request.param
    with SERVERS[name](site, prefix=prefix) as address:
        yield address


def things(site):
    found = (path.relative_to(site).as_posix() for path in sorted(site.glob("work/*/authorship/*.html")))
    part = next(found).removesuffix(".html")
    return {"thing": KNOWN, "part": part, **{path: quote(path) for path in ODD}}


@pytest.mark.parametrize("accept", ACCEPTS, ids=str)
def test_a_thing_leads_with_303_to_the_document_that_is_wanted_most(host, site, accept):
    expected = ACCEPTS[accept]
    for name, path in things(site).items():
        answer = ask(host + path, accept)
        assert answer.headers["vary"] == "Accept", name
        assert answer.headers["access-control-allow-origin"] == "*"
        if expected is None:
            assert answer.status == 406, name
            assert all(suffix in answer.body.decode() for suffix in SUFFIXES.values())
        else:
            assert answer.status == 303, (name, answer)
            last, seen = follow(host + path, accept)
            assert [each.status for each in seen] == [303, 200], name
            assert is_type(last, expected), (name, last.headers)
            assert urljoin(host + path, answer.headers["location"]).startswith(host)


@pytest.mark.parametrize("accept", ACCEPTS, ids=str)
def test_head_is_get_without_a_body(host, site, accept):
    paths = [*things(site).values(), "person/nobody", OLD, MOVED, KNOWN + ".ttl", "", "dumps/graph.nq.gz"]
    for path in paths:
        got, head = ask(host + path, accept), ask(host + path, accept, method="HEAD")
        assert head.body == b""
        assert head.status == got.status
        clocks = {"date", "expires", "connection", "content-length", "transfer-encoding"}
        assert {k: v for k, v in head.headers.items() if k not in clocks} == {
            k: v for k, v in got.headers.items() if k not in clocks
        }, path


@pytest.mark.parametrize("accept", ACCEPTS, ids=str)
def test_what_is_unknown_is_not_found_whatever_is_asked_for(host, accept):
    for path in ("person/nobody", "person/nobody.ttl", KNOWN + "/", KNOWN + "/role/x", "work/x/authorship/y", "nothing",
                 "person/Aoife-OBrien", "person/" + "x" * 200, "odd/", "odd/nothing", "person/..%2fx"):  # fmt: skip
        assert ask(host + path, accept).status == 404, path


@pytest.mark.parametrize("accept", ACCEPTS, ids=str)
def test_what_is_deprecated_is_gone_with_a_link_to_what_has_taken_its_place(host, accept):
    successor = f'<{BASE}{KNOWN}>; rel="successor-version"'
    expected = ACCEPTS[accept]
    for path in (OLD, MOVED):
        answer = ask(host + path, accept)
        if expected is None:
            assert answer.status == 406
        else:
            assert answer.status == 410
            assert is_type(answer, expected)
            assert b"aoife-obrien" in answer.body, "it does not say where the thing is now"
            assert successor in answer.headers["link"]
        assert answer.headers["vary"] == "Accept"


def test_what_is_deprecated_says_so_on_a_host_without_rules_too(site):
    for path, name in ((OLD, "Aoife Byrne"), (MOVED, MOVED)):
        page = parsed((site / f"{path}.html").read_text(encoding="utf-8"))
        assert words(page.xpath("//h1")[0]) == name
        [warning] = page.xpath("//p[@class='warning']")
        assert words(warning) == "This record is replaced by Aoife O'Brien."
        assert warning.xpath("a")[0].get("href") == "../person/aoife-obrien.html"
        [post] = page.xpath("//link[@rel='successor-version']")
        assert post.get("href") == BASE + KNOWN
        triples = {str(triple) for triple in parse(path=str(site / f"{path}.nt"))}
        assert any(f"{BASE}{path}> <http://purl.org/dc/terms/isReplacedBy> <{BASE}{KNOWN}>" in each for each in triples)
    assert MOVED not in (site / "sitemap.xml").read_text(encoding="utf-8")
    assert not list(broken_links(site, base=BASE, address=ADDRESS))


@pytest.mark.parametrize("accept", ACCEPTS, ids=str)
def test_the_dataset_is_described_at_the_front_page_to_whoever_wants_data(host, accept):
    expected = ACCEPTS[accept]
    answer, seen = follow(host, accept)
    assert all(each.headers["vary"] == "Accept" for each in seen[:1])
    if expected in {None, HTML}:
        assert [each.status for each in seen] == [200]
        assert is_type(answer, HTML)
    else:
        assert [each.status for each in seen] == [303, 200]
        assert is_type(answer, expected)
        assert urljoin(host, seen[0].headers["location"]).startswith(host)
        assert f"{ADDRESS}#dataset" in answer.body.decode()


def test_any_accept_header_is_answered_as_rfc_9110_has_it(host):
    chance = random.Random(9110)
    for _ in range(400):
        accept = some_accept(chance)
        expected = wanted(accept)
        answer = ask(host + KNOWN, accept)
        if expected is None:
            assert answer.status == 406, accept
        else:
            location = answer.headers.get("location", f"status {answer.status}")
            assert location.endswith(KNOWN + SUFFIXES[expected]), (accept, location, expected)


def test_a_header_that_is_made_to_take_long_does_not(host):
    for accept in ("text/html" + " ;a" * 1500, 'text/html;"' + "a;" * 2000, "text/turtle;" + " " * 4000, "," * 5000,
                   "text/html;q=0." + "0" * 5000 + "1"):  # fmt: skip
        assert ask(host + KNOWN, accept).status in {303, 400, 406}, accept[:40]


@pytest.mark.parametrize(
    ("path", "media_type"),
    {
        "": "text/html; charset=utf-8",
        KNOWN + ".html": "text/html; charset=utf-8",
        KNOWN + ".ttl": "text/turtle; charset=utf-8",
        KNOWN + ".jsonld": "application/ld+json",
        KNOWN + ".nt": "application/n-triples",
        KNOWN + ".rdf": "application/rdf+xml; charset=utf-8",
        KNOWN + ".bib": "application/x-bibtex; charset=utf-8",
        KNOWN + ".ris": "application/x-research-info-systems; charset=utf-8",
        KNOWN + ".csl.json": "application/vnd.citationstyles.csl+json",
        KNOWN + ".atom": "application/atom+xml; charset=utf-8",
        ".well-known/void": "text/turtle; charset=utf-8",
        "void.ttl": "text/turtle; charset=utf-8",
        "catalogue.jsonld": "application/ld+json",
        "dumps/graph.nq.gz": "application/gzip",
        "dumps/graph.ttl.gz": "application/gzip",
        "dumps/SHA256SUMS": "text/plain; charset=utf-8",
        "tables/csv-metadata.json": "application/json",
        "tables/things.csv": "text/csv; charset=utf-8",
        "tables/dictionary.md": "text/markdown; charset=utf-8",
        "assets/site.css": "text/css; charset=utf-8",
        "assets/search.js": "text/javascript; charset=utf-8",
        "robots.txt": "text/plain; charset=utf-8",
        "sitemap.xml": "application/xml; charset=utf-8",
        "CITATION.cff": "application/yaml",
        "ontology/": "text/html; charset=utf-8",
        "tables/things.parquet": "application/vnd.apache.parquet",
    }.items(),
)
def test_each_file_says_what_it_is(host, site, path, media_type):
    answer = ask(host + path)
    assert answer.status == 200
    assert answer.headers["content-type"].lower().replace("; ", ";") == media_type.replace("; ", ";")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "content-encoding" not in answer.headers
    file = site / (path + "index.html" if not path or path.endswith("/") else path)
    assert answer.body == file.read_bytes()


def test_documents_link_to_one_another_and_to_the_licence(host, site):
    for path in (KNOWN, KNOWN + ".html", KNOWN + ".ttl", quote(ODD[0])):
        answer = ask(host + path)
        link = answer.headers["link"]
        at = urljoin(host + path, answer.headers.get("location", ""))
        for media_type in TYPES:
            [target] = [each for each in link.split(", ") if f'type="{media_type}"' in each]
            assert 'rel="alternate"' in target
            assert is_type(ask(urljoin(at, target.partition(">")[0].strip("< "))), media_type)
        assert f'<{LICENCE}>; rel="license"' in link
    for path in ("", "person/", "index.html", "search.html", "void.ttl", "person/nobody"):
        assert "link" not in ask(host + path).headers


def test_a_folder_leads_to_its_page_and_hidden_files_are_hidden(host):
    _, seen = follow(host + "person")
    assert [each.status for each in seen] == [301, 200]
    assert urljoin(host, seen[0].headers["location"]) == host + "person/"
    for path in (".htaccess", ".nojekyll", "dumps/", "assets/"):
        assert ask(host + path).status == 404, path


def test_what_is_sent_to_a_static_site_changes_nothing(host):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = ask(host + KNOWN + ".ttl", method=method, headers={"Content-Length": "0"})
        assert answer.status in {403, 405}
    assert ask(host + KNOWN + ".ttl").status == 200


# The redirects of the host of the IRIs.


W3ID = ONTOLOGY.folder / "w3id" / ".htaccess"
TO_BE_NAMED = "https://ipcgraph.example/"
"""The address that stands in the rules for w3id.org until there is one."""


@pytest.fixture(scope="module", params=["generated", "ontology/w3id"])
def redirects(request, tmp_path_factory):
    """Rules for w3id.org, on a host of their own whose folder is that of the IRIs; gives its address.

    Those that a site brings, and those of the vocabulary that are to be registered.
    """
    folder = tmp_path_factory.mktemp("redirects")
    if request.param == "ontology/w3id":
        (folder / ".htaccess").write_text(W3ID.read_text("utf-8").replace(TO_BE_NAMED, ADDRESS), encoding="utf-8")
        with apache(folder, prefix="ipcgraph") as address:
            yield address
        return
    odd = [named("person/" + name, "Person", name) for name in ("Ada", "Löwe")]
    facts = SiteFacts(title="Harbour", address=ADDRESS, base=BASE, licence=LICENCE)
    with graph(*odd) as reading:
        files = dict(hosting_files(reading, Addresses(ADDRESS, BASE), facts))
    (folder / ".htaccess").write_text(files["hosting/iris.htaccess"], encoding="utf-8")
    with apache(folder, prefix="ipcgraph") as address:
        yield address


@pytest.mark.parametrize("accept", ACCEPTS, ids=str)
def test_iris_elsewhere_lead_to_the_document_at_once(redirects, accept, request):
    documents = {KNOWN: KNOWN, "work/x/authorship/y": "work/x/authorship/y"}
    if "generated" in request.node.name:
        odd = Addresses(ADDRESS, BASE)
        documents |= {quote(f"person/{name}"): odd.document(BASE + f"person/{name}", "") for name in ("Ada", "Löwe")}
    for path, document in documents.items():
        for method in ("GET", "HEAD"):
            answer = ask(redirects + "id/" + path, accept, method=method)
            if ACCEPTS[accept] is None:
                assert answer.status == 406
            else:
                assert answer.status == 303
                assert answer.headers["location"] == ADDRESS + document + SUFFIXES[str(ACCEPTS[accept])]
            assert "Accept" in answer.headers["vary"]


def test_the_vocabulary_leads_to_its_page_and_its_files(redirects, site):
    for path, accept, target in (
        ("ns", HTML, "ontology/"),
        ("ns", None, "ontology/"),
        ("ns", FIREFOX, "ontology/"),
        ("ns", RDFLIB, "ontology/ipcgraph.ttl"),
        ("ns", TURTLE, "ontology/ipcgraph.ttl"),
        ("ns", NTRIPLES, "ontology/ipcgraph.nt"),
        ("ns", RDFXML, "ontology/ipcgraph.rdf"),
        ("ns", JSONLD, "ontology/ipcgraph.jsonld"),
        ("ns", "text/html;q=0.2, text/turtle;q=0.1", "ontology/"),
        ("ns/0.1.0", TURTLE, "ontology/ipcgraph.ttl"),
        ("alignments", TURTLE, "ontology/alignments.ttl"),
        ("vocab/role-type", TURTLE, "ontology/schemes/role-type.ttl"),
        ("vocab/role-type", HTML, "ontology/kinds.html#vocab-role-type"),
        ("vocab/role-type/director", JSONLD, "ontology/schemes/role-type.jsonld"),
        ("vocab/role-type/director", HTML, "ontology/kinds.html#vocab-role-type--director"),
        ("id/", None, ""),
        ("id/person/", None, "person/"),
        ("id/person/ada.ttl", None, "person/ada.ttl"),
    ):
        for method in ("GET", "HEAD"):
            answer = ask(redirects + path, accept, method=method)
            assert (answer.status, answer.headers.get("location")) == (303, ADDRESS + target), (path, accept)
            assert answer.headers["vary"] == "Accept"
        file, _, part = target.partition("#")
        if target.startswith("ontology/"):
            text = (site / (file + "index.html" if file.endswith("/") else file)).read_text("utf-8")
            assert not part or f' id="{part}"' in text
    for accept in ("application/pdf", "text/turtle;q=0", "*/*;q=0"):
        answer = ask(redirects + "ns", accept)
        assert answer.status == 406
        for each in ("ontology/", "ontology/ipcgraph.ttl", "ontology/ipcgraph.nt"):
            assert f"<a href='{ADDRESS}{each}'>" in answer.body.decode()
    for path in ("ns/9.9.9", "nsx", "vocab/nothing", "vocab/role-type/nobody", "vocab/role-type/director/x", "x", ""):
        assert ask(redirects + path, TURTLE).status == 404, path


def test_the_rules_to_be_registered_are_those_of_a_site():
    generated = apache_rules.redirects(Addresses(TO_BE_NAMED, BASE), Rules())
    written = W3ID.read_text("utf-8")
    assert written.endswith(generated), f"write into {W3ID} what redirects() in hosting/apache.py gives"


# Which files there are, and IRIs below the address of the site.


def files_of(address, base=BASE, **facts):
    with graph(named("person/ada", "Person", "Ada")) as reading:
        return dict(
            hosting_files(
                reading, Addresses(address, base), SiteFacts(title="A <b>", address=address, base=base, **facts)
            )
        )


def test_the_redirects_are_written_only_where_the_iris_are_elsewhere():
    common = {".htaccess", "hosting/nginx-maps.conf", "hosting/nginx-site.conf", "_headers", "_redirects", ".nojekyll"}
    assert set(files_of(ADDRESS)) == common | {"hosting/iris.htaccess"}
    assert set(files_of("")) == common | {"404.html"}
    assert set(files_of(BASE)) == common
    assert files_of(ADDRESS) == files_of(ADDRESS)


@pytest.mark.parametrize("name", SERVERS)
def test_iris_in_a_folder_below_the_address_lead_to_their_documents(tmp_path, name):
    address, base = "https://harbour.example/graph/", "https://harbour.example/graph/id/"
    site = make_site(tmp_path, address=address, base=base)
    add_odd_things(site, address=address, base=base)
    with SERVERS[name](site, prefix="graph") as host:
        for path in (KNOWN, quote(ODD[0])):
            answer, seen = follow(host + "id/" + path, TURTLE)
            assert [each.status for each in seen] == [303, 200]
            assert is_type(answer, TURTLE)
        assert ask(host + "id/person/nobody").status == 404
        assert ask(host + "id/" + OLD).status == 410
