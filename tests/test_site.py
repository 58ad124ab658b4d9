"""The site as a whole: complete, the same in every run, put in place in one step, and never over anyone's files."""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from tests.center_project import make_center

import ipcgraph
from ipcgraph.errors import ProjectError, SettingsError, UsageError
from ipcgraph.manifest import STORE
from ipcgraph.ontology import read_ontology
from ipcgraph.project import fresh_build
from ipcgraph.publish import pages, workers
from ipcgraph.publish.addresses import SUFFIXES, Addresses
from ipcgraph.publish.configuration import read_configuration
from ipcgraph.publish.facts import SiteFacts
from ipcgraph.publish.links import broken_links
from ipcgraph.publish.profiles.documents import FORMATS, chosen_profiles, profile_suffix
from ipcgraph.publish.profiles.profile import profile_of
from ipcgraph.publish.reading import Reading
from ipcgraph.publish.site import write_site
from ipcgraph.settings import find_project
from ipcgraph.store.embedded import EmbeddedStore
from ipcgraph.vocabulary import DEFAULT_BASE, PREFIXES

ROOT = Path(__file__).parents[1]
ADDRESS = "https://data.example.org/graph/"
SETTINGS = f'name = "Harbour Institute"\n[site]\naddress = "{ADDRESS}"\nlicence = "CC-BY-4.0"\n'


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return make_center(tmp_path_factory.mktemp("site") / "project", settings=SETTINGS)


@pytest.fixture(scope="module")
def out(project, tmp_path_factory):
    folder = tmp_path_factory.mktemp("public") / "graph"
    ipcgraph.site(project, folder)
    return folder


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def things(project):
    with Reading.open(fresh_build(project) / STORE, base=project.base) as reading:
        return list(reading.things())


def test_every_thing_has_its_page_and_its_data(project, out):
    addresses = Addresses(ADDRESS, project.base)
    found = things(project)
    assert len({thing.kind for thing in found}) >= 12
    for thing in found:
        for suffix in SUFFIXES:
            assert (out / addresses.document(thing.iri, suffix)).stat().st_size > 100
    record = json.loads((out / "ipcgraph-site.json").read_text(encoding="utf-8"))
    assert record["things"] == len(found)
    assert record["files"] == len(tree(out))


def test_no_link_is_broken(out):
    assert list(broken_links(out, base=DEFAULT_BASE, address=ADDRESS)) == []


def test_each_profile_file_says_what_the_profile_says_of_the_thing(project, out):
    addresses = Addresses(ADDRESS, project.base)
    told: Counter[str] = Counter()
    with Reading.open(fresh_build(project) / STORE, base=project.base) as reading:
        for iri in reading.iris():
            for name, suffix in ((name, profile_suffix(name)) for name in FORMATS if name != "skg-if"):
                file = out / addresses.document(iri, suffix)
                said = {str(triple) for triple in profile_of(reading, iri, name)}
                assert file.is_file() == bool(said), (iri, name)
                if said:
                    told[name] += 1
                    kind = RdfFormat.JSON_LD if suffix.endswith("jsonld") else RdfFormat.TURTLE
                    assert {str(quad.triple) for quad in parse(file.read_bytes(), format=kind)} == said
    assert told.keys() == FORMATS.keys() - {"skg-if"}
    assert min(told.values()) > 10


def test_a_page_leads_to_everything_beside_it(out):
    page = (out / "person" / "lin-chen.html").read_text(encoding="utf-8")
    for suffix in (".bib", ".ris", ".csl.json", ".atom", ".linkset.json", ".schema.jsonld", ".vivo.ttl"):
        assert (out / "person" / f"lin-chen{suffix}").is_file()
        assert f'href="../person/lin-chen{suffix}"' in page
    front = (out / "index.html").read_text(encoding="utf-8")
    for path in ("data.html", "networks/index.html", "networks/coauthorship.html", "ontology/index.html"):
        assert f'href="{path}"' in front
    data = (out / "data.html").read_text(encoding="utf-8")
    for path in ("tables/index.html", "profiles/index.html", "catalogue.ttl", "dumps/graph.nq.gz"):
        assert f'href="{path}"' in data


def test_the_page_for_what_is_not_there_holds_at_any_depth_below_the_address(out):
    page = (out / "404.html").read_text(encoding="utf-8")
    links = re.findall(r'(?:href|src|action)="([^"]*)"', page)
    assert len(links) > 5
    assert all(link.startswith(("/graph/", "#", "https://")) for link in links), links


def test_the_sitemap_names_the_pages_of_things_and_the_others(out):
    text = (out / "sitemap.xml").read_text(encoding="utf-8")
    for path in ("index.html", "data.html", "networks/index.html", "profiles/index.html", "person/lin-chen.html"):
        assert f"<loc>{ADDRESS}{path}</loc>" in text
    told = {path.removeprefix(ADDRESS) for path in re.findall("<loc>(.*?)</loc>", text)}
    pages = {path for path in tree(out) if path.endswith(".html")}
    assert told <= pages
    # What is shown in place of a page, what is no page of its own, and further pages are for nobody to find first.
    assert {path for path in pages - told if not re.search(r"[.]\d+[.]html$", path)} <= {"404.html", "search.html"}


@pytest.mark.parametrize(("named", "things", "expected"), [
    (None, 100, ("schema", "vivo", "skg-if", "foaf", "bibo")),
    (None, 100_000, ("schema",)),
    (("bibo", "vivo"), 100_000, ("vivo", "bibo")),
    ((), 100, ()),
])  # fmt: skip
def test_profiles_are_those_named_else_by_the_size_of_the_site(named, things, expected):
    assert chosen_profiles(named, things) == expected


def test_no_link_is_broken_without_an_address(tmp_path):
    project = make_center(tmp_path / "project")
    ipcgraph.site(project, tmp_path / "site")
    assert list(broken_links(tmp_path / "site", base=DEFAULT_BASE)) == []


def test_lists_are_the_same_whether_they_are_made_first_or_last(project, out, tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "SHORT", 4)
    ipcgraph.site(project, tmp_path / "graph")
    assert tree(tmp_path / "graph") == tree(out)
    with Reading.open(fresh_build(project) / STORE, base=project.base) as reading:
        counts = Counter(kind for _, kind in reading.kinds())
    facts = SiteFacts("Harbour", ADDRESS, project.base, counts=counts)
    with Reading.open(fresh_build(project) / STORE, base=project.base) as reading:
        made = pages.Pages(reading, Addresses(ADDRESS, project.base), facts)
        short = {path for path, _ in made.short_lists()}
        long = {path for path, _ in made.long_lists()}
    assert not short & long
    assert "center/index.html" in short
    assert {"person/index.html", "work/index.html", "search.html", "search/index.js"} <= long


def test_the_ipc_site_is_whole(tmp_path):
    project = find_project(ROOT)
    done = ipcgraph.site(project, tmp_path / "site")
    assert done.things > 150
    assert list(broken_links(tmp_path / "site", base=project.base)) == []


LARGEST_PAGE = 60_000
"""Bytes of a page, without its pictures."""


def test_every_page_is_small(tmp_path):
    for name, project in {"ipc": find_project(ROOT), "center": make_center(tmp_path / "project")}.items():
        out = tmp_path / name
        ipcgraph.site(project, out, address=ADDRESS)
        sizes = {path.relative_to(out).as_posix(): path.stat().st_size for path in out.rglob("*.html")}
        assert len(sizes) > 150
        # The pages to move about in hold their network, its picture and their script, and ask for nothing else.
        bundles = {f"networks/{kind}.html" for kind in ("coauthorship", "partnership")}
        assert bundles <= sizes.keys()
        assert {path: size for path, size in sizes.items() if size > LARGEST_PAGE and path not in bundles} == {}


def planted(folder, path, text):
    folder.mkdir(exist_ok=True)
    (folder / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    return [
        (each.link, each.reason) for each in broken_links(folder, base="http://x.org/id/", address="http://x.org/g/")
    ]


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("index.html", '<a href="person/ada.html">', "no file person/ada.html"),
        ("index.html", '<a href="../other.html">', "out of the site"),
        ("index.html", '<a href="/style.css">', "out of the site"),
        ("index.html", '<a href="javascript:alert(1)">', "neither http"),
        ("index.html", '<img src="data:image/png;base64,x">', "neither http"),
        ("index.html", '<img src="logo.png" srcset="big.png 2x">', "no file"),
        ("index.html", '<a href="#missing">', "no element missing"),
        ("index.html", '<a href="http://x.org/g/gone.html">', "no file gone.html"),
        ("index.html", '<meta http-equiv="refresh" content="0; url=gone.html">', "no file"),
        (
            "index.html",
            '<script type="application/ld+json">{"@id": "http://x.org/id/person/ada"}</script>',
            "no documents",
        ),
        ("index.html", '<a href="http://[x">', "no address"),
        ("style.css", "body { background: url('gone.png') }", "no file gone.png"),
        ("a.ttl", "<http://x.org/id/person/ada> a <http://x.org/Person> .", "no documents"),
        ("a.nt", "<http://x.org/a> <http://x.org/id/key> <http://x.org/b> .", "no documents"),
        ("a.nt", "this is not N-Triples", "cannot be read"),
        ("a.nt", b"\xff\xfe", "cannot be read"),
        ("a.nt.gz", b"no gzip at all", "cannot be read"),
        (
            "a.nt.gz",
            gzip.compress(b"<http://x.org/a> <http://x.org/b> <http://x.org/c> .\n" * 9)[:-12],
            "cannot be read",
        ),
        ("a.nt.gz", gzip.compress(b"", mtime=0)[:10] + b"\xff" * 30, "cannot be read"),
        ("a.nt.gz", b"", "cannot be read"),
        ("a.jsonld", '{"@context": ', "cannot be read"),
        ("index.html", '<script type="application/ld+json">{]</script>', "cannot be read"),
        ("a.linkset.json", '{"linkset": [{}]}', "cannot be read"),
        ("a.linkset.json", "[", "cannot be read"),
        ("a.jsonld", '{"http://x.org/p": {"@id": "http://x.org/id/person/ada"}}', "no documents"),
        ("a.rdf", "not XML", "cannot be read"),
        ("a.vivo.ttl", "<http://x.org/id/person/ada#name> a <http://x.org/Name> .", "no documents"),
        ("a.skg-if.jsonld", '{"@context": "http://x.org/c", "@graph": ["http://x.org/id/person/ada"]}', "no documents"),
        ("a.atom", "<feed><id>http://x.org/id/person/ada.atom</id></feed>", "no documents"),
        ("a.atom", '<feed><link rel="self" href="gone.atom"/></feed>', "no file gone.atom"),
        ("sitemap.xml", "<urlset><url><loc>http://x.org/g/gone.html</loc></url></urlset>", "no file gone.html"),
        ("a.linkset.json", '{"linkset": [{"anchor": "gone.html", "item": []}]}', "no file gone.html"),
        ("a.linkset.json", '{"linkset": [{"anchor": "", "item": [{"href": "x.html"}]}]}', "no file x.html"),
        ("a.nt", '<http://x.org/a> <http://x.org/p> "1"^^<http://x.org/g/type> .', "no documents"),
    ],
)
def test_a_broken_link_is_found(tmp_path, path, text, reason):
    found = planted(tmp_path / "site", path, text)
    assert len(found) >= 1
    assert all(reason in why for _, why in found), found


def test_a_link_that_leads_somewhere_is_none(tmp_path):
    folder = tmp_path / "site"
    (folder / "person").mkdir(parents=True)
    for suffix in SUFFIXES:
        (folder / "person" / f"ada{suffix}").write_text({".html": '<p id="é"></p>', ".jsonld": "{}"}.get(suffix, ""))
    (folder / "person" / "ada.rdf").write_text('<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>')
    text = """<a href="person/ada.html#%C3%A9"> <a href="person/ada.ttl?x=1"> <a href="./"> <a href="#top"> <a href="">
    <a href="http://x.org/g/person/ada.html#é"> <a href="/g/person/ada.html"> <a href="mailto:a@b.c"> <a href="https://w3.org">
    <script type="application/ld+json">["http://x.org/id/person/ada", "http://x.org/g/#dataset", "http://x.org/other"]</script>"""
    assert planted(folder, "index.html", text) == []


def test_two_runs_give_the_same_bytes(project, out, tmp_path):
    first = tree(out)
    for number, seed in enumerate(["1", "2"]):
        folder = tmp_path / f"other{number}"
        command = [sys.executable, "-m", "ipcgraph", "--project", project.root, "site", folder]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"}
        subprocess.run(command, check=True, capture_output=True, env=environment)
        assert tree(folder) == first


def test_two_processes_give_the_same_bytes(project, out, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "FEW", 0)
    monkeypatch.setattr("ipcgraph.publish.site.BATCH", 7)
    seen = []
    done = ipcgraph.site(project, tmp_path / "site", progress=lambda *number: seen.append(number))
    assert tree(tmp_path / "site") == tree(out)
    assert max(seen) == (done.things, done.things)
    assert len(seen) > 10


def test_what_a_worker_cannot_write_is_told(project, out, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "FEW", 0)
    (tmp_path / "site").mkdir()
    templates = project.root / "templates"
    templates.mkdir()
    try:
        (templates / "person.html").write_text("{{ 1 / 0 }}")
        with pytest.raises(ProjectError, match=r"person\.html"):
            ipcgraph.site(project, tmp_path / "site")
    finally:
        shutil.rmtree(templates)
    assert list((tmp_path / "site").iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_where_nothing_has_changed_nothing_is_done(project, out):
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    done = ipcgraph.site(project, out)
    assert not done.changed
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    assert ipcgraph.site(project, out, force=True).changed


def test_a_missing_file_is_written_again(project, out):
    page = next(out.glob("person/*.html"))
    text = page.read_bytes()
    page.unlink()
    assert ipcgraph.site(project, out).changed
    assert page.read_bytes() == text


@pytest.fixture
def changing(tmp_path):
    """A project that a test changes, with its site."""
    project = make_center(tmp_path / "project", settings=SETTINGS)
    ipcgraph.site(project, tmp_path / "site")
    return project


def test_a_change_of_the_data_changes_the_files_that_tell_of_it(changing, tmp_path):
    before = {path: path.stat() for path in (tmp_path / "site").rglob("*") if path.is_file()}
    people = changing.data_folder / "people.yaml"
    people.write_text(
        people.read_text(encoding="utf-8") + "- {id: person/zoe-new, type: Person, name: Zoë New}\n", encoding="utf-8"
    )
    done = ipcgraph.site(changing, tmp_path / "site")
    assert done.changed
    assert "Zoë New" in (tmp_path / "site" / "person" / "zoe-new.html").read_text(encoding="utf-8")
    kept = [path for path, status in before.items() if path.stat().st_mtime_ns == status.st_mtime_ns]
    assert len(kept) > len(before) * 0.7


def test_what_was_added_and_removed_since_the_last_release_is_told(changing, tmp_path):
    site = tmp_path / "site"
    assert not list(site.glob("dumps/added*"))
    before = lines(site / "dumps" / "graph.nq.gz")
    center = changing.data_folder / "center.yaml"
    text = center.read_text(encoding="utf-8")
    center.write_text(text.replace("name: ", "name: New ", 1), encoding="utf-8")
    ipcgraph.site(changing, site)
    after = lines(site / "dumps" / "graph.nq.gz")
    assert lines(site / "dumps" / "added.nt.gz") == sorted(set(after) - set(before)) != []
    assert lines(site / "dumps" / "removed.nt.gz") == sorted(set(before) - set(after)) != []
    # A new look of the same data is no new release: what changed stays told.
    shown = tree(site / "dumps")
    (changing.root / "ipcgraph.toml").write_text(SETTINGS + 'title = "Another"\n', encoding="utf-8")
    assert ipcgraph.site(find_project(changing.root), site).changed
    assert tree(site / "dumps") == shown


def test_a_release_that_is_made_again_is_compared_with_the_one_before_it(tmp_path):
    site = tmp_path / "site"

    def publish(version, name):
        text = f'name = "x"\n[site]\nversion = "{version}"\n'
        if not (tmp_path / "project").exists():
            make_center(tmp_path / "project", settings=text)
        (tmp_path / "project" / "ipcgraph.toml").write_text(text, encoding="utf-8")
        record = tmp_path / "project" / "data" / "people.yaml"
        record.write_text(f"{people}- {{id: person/zoe-new, type: Person, name: {name}}}\n", encoding="utf-8")
        ipcgraph.site(find_project(tmp_path / "project"), site)

    people = (ROOT / "tests" / "center" / "people.yaml").read_text(encoding="utf-8")
    publish("1", "One")
    publish("2", "Two")
    publish("2", "Three")
    assert [line.split('"')[1] for line in lines(site / "dumps" / "added.nt.gz")] == ["Three"]
    assert [line.split('"')[1] for line in lines(site / "dumps" / "removed.nt.gz")] == ["One"]
    publish("3", "Four")
    assert [line.split('"')[1] for line in lines(site / "dumps" / "removed.nt.gz")] == ["Three"]
    # In an empty folder the last release comes from where the settings say.
    shutil.move(site, tmp_path / "project" / "last")
    (tmp_path / "project" / "ipcgraph.toml").write_text('[site]\nversion = "4"\nprevious = "last"\n')
    ipcgraph.site(find_project(tmp_path / "project"), site)
    assert lines(site / "dumps" / "added.nt.gz") == []
    assert json.loads((site / "ipcgraph-site.json").read_text())["since"] == "3"


def lines(file):
    with gzip.open(file, "rt", encoding="utf-8") as text:
        return text.read().splitlines()


def test_the_dumps_hold_the_graph(project, out):
    files = {"nq": RdfFormat.N_QUADS, "ttl": RdfFormat.TURTLE, "jsonld": RdfFormat.JSON_LD}
    read = {
        name: sorted(
            str(quad) for quad in parse(gzip.decompress((out / "dumps" / f"graph.{name}.gz").read_bytes()), format=kind)
        )
        for name, kind in files.items()
    }
    assert read["nq"] == read["ttl"] == read["jsonld"]
    graph = ipcgraph.to_rdflib(project)
    shipped = read_ontology().statements
    assert len(read["nq"]) == len(graph) - len({quad for quad, _ in shipped})
    assert not any(PREFIXES["ipcg"] in line.split()[0] for line in read["nq"])
    sums = subprocess.run(
        ["sha256sum", "--check", "SHA256SUMS"], cwd=out / "dumps", capture_output=True, text=True, check=True
    )
    assert sums.stdout.count(": OK") == 3


@pytest.mark.parametrize("content", ["notes.txt", "index.html", "deep/notes.txt", ".hidden", "ipcgraph-site.json"])
def test_a_folder_with_anything_else_is_left_as_it_is(project, tmp_path, content):
    folder = tmp_path / "folder"
    (folder / content).parent.mkdir(parents=True)
    (folder / content).write_text("mine")
    with pytest.raises(UsageError, match="not a site that ipcgraph wrote"):
        ipcgraph.site(project, folder)
    assert tree(folder) == {content: hashlib.sha256(b"mine").hexdigest()}
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_file_put_into_a_site_is_not_lost(changing, tmp_path):
    (tmp_path / "site" / "person" / "CNAME").write_text("mine")
    for force in (False, True):
        with pytest.raises(UsageError, match=r"1 files? more than ipcgraph wrote"):
            ipcgraph.site(changing, tmp_path / "site", force=force)
    assert (tmp_path / "site" / "person" / "CNAME").read_text() == "mine"


@pytest.mark.parametrize(
    "folder", [".", "data", "data/site", ".ipcgraph/site", "queries", "..", "ipcgraph.toml", "a\0b"]
)
def test_a_folder_of_the_project_is_refused(project, folder):
    before = tree(project.root)
    with pytest.raises(UsageError):
        ipcgraph.site(project, project.root / folder)
    assert tree(project.root) == before


def test_a_link_to_a_folder_is_followed(changing, tmp_path):
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real").mkdir()
    ipcgraph.site(changing, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "index.html").is_file()


def test_a_folder_that_cannot_be_written_is_told(project):
    with pytest.raises(ProjectError, match="cannot be written"):
        ipcgraph.site(project, "/proc/site")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[site]\ntitel = "x"', r'ipcgraph\.toml:2: there is no setting "titel"; did you mean "title"\?'),
        ('[site]\n\naddress = "ftp://x.org/"', r"ipcgraph\.toml:3: address is .*https://"),
        ('[site]\naddress = "https://x.org/?q"', "address of a folder"),
        ('[site]\naddress = "https://user:word@x.org/"', "https://"),
        ('[site]\nlicence = "CC-BY-40"', 'did you mean "CC-BY-4.0"'),
        ('[site]\nlicence = "javascript://x"', "https://"),
        ('[site]\ncolours = ["red"]', "one colour or two"),
        ('[site]\ncolours = ["#fff000", "#000fff", "#123456"]', "one colour or two"),
        ("[site]\ntitle = 3", "it is a text"),
        ('[site]\nreleased = "2024-02-30"', "write a date"),
        ('[site]\nlanguage = "english language"', "language tag"),
        ('[site]\nlogo = "../logo.svg"', "no such file"),
        ('[site]\nlogo = "ipcgraph.toml"', "suffixes"),
        ('[site]\nprevious = "/etc"', "below the project"),
        ('[site]\nprevious = "data"', "no graph.nq.gz"),
        ('[site]\npublisher = "person/nobody"', "says nothing"),
        ('[site]\ntitle = "a\\u0007b"', "control characters"),
        ('site = "x"', r'"site" is a table; write \[site\]'),
    ],
)
def test_a_wrong_setting_is_told_with_its_line(tmp_path, text, message):
    project = make_center(tmp_path / "project")
    (tmp_path / "project" / "ipcgraph.toml").write_text(text, encoding="utf-8")
    with pytest.raises((SettingsError, UsageError), match=message):
        ipcgraph.site(find_project(tmp_path / "project"), tmp_path / "site")
    assert not (tmp_path / "site").exists()
    assert project


def test_settings_come_to_the_pages_and_the_data(tmp_path):
    text = """
[site]
title = "The <b>Harbour</b> & its graph"
address = "https://file.example.org"
licence = "https://example.org/licence"
language = "en-GB"
logo = "logo.svg"
colours = ["#112233", "#445566"]
released = 2024-05-31
"""
    make_center(tmp_path / "project", settings=text)
    (tmp_path / "project" / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    environment = {"IPCGRAPH_SITE_ADDRESS": "https://environment.example.org/x"}
    ipcgraph.site(find_project(tmp_path / "project"), tmp_path / "site", environment=environment)
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "The &lt;b&gt;Harbour&lt;/b&gt; &amp; its graph" in page
    assert 'lang="en-GB"' in page
    assert (tmp_path / "site" / "logo.svg").is_file()
    data = (tmp_path / "site" / "person" / "ravi-menon.ttl").read_text(encoding="utf-8")
    assert "<https://environment.example.org/x/#dataset>" in data
    assert "<https://example.org/licence>" in data
    assert json.loads((tmp_path / "site" / "ipcgraph-site.json").read_text())["name"] == "2024-05-31"


NASTY = """
- {id: person/xss, type: Person, name: "<script>alert(1)</script>"}
- {id: person/rtl, type: Person, name: "\\u202egnp.exe"}
- {id: person/emoji, type: Person, name: "😀"}
- {id: person/long, type: Person, name: "LONG"}
- {id: person/url, type: Person, name: "javascript:alert(1)"}
- {id: person/case, type: Person, name: "Ada"}
- {id: person/case-2, type: Person, name: "ada"}
- {id: person/case-3, type: Person, name: "adá"}
""".replace("LONG", "x" * 300)
FOREIGN = """
@base <https://w3id.org/ipcgraph/id/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix ipcg: <https://w3id.org/ipcgraph/ns#> .
<person/Ada> a ipcg:Person ; foaf:name "A" . <person/ADA> a ipcg:Person ; foaf:name "B" . <person/adá> a ipcg:Person ; foaf:name "C" .
<person/..%2f..%2fetc> a ipcg:Person ; foaf:name "D" . <person/index> a ipcg:Person ; foaf:name "E" .
<person/x.html> a ipcg:Person ; foaf:name "F" . <person/😀> a ipcg:Person ; foaf:name "G" .
<https://w3id.org/ipcgraph/id/person/../../../up> a ipcg:Person ; foaf:name "H" .
"""


def test_nasty_names_and_iris_come_to_safe_pages(tmp_path):
    project = make_center(tmp_path / "project", settings=SETTINGS)
    (project.data_folder / "nasty.yaml").write_text(NASTY, encoding="utf-8")
    built = fresh_build(project) / STORE
    # Such ids are refused by the check of a project; a graph that was loaded otherwise can have them.
    with EmbeddedStore.open(built) as good, EmbeddedStore.create(tmp_path / "store") as store:
        store.load([*good.dump(), *parse(FOREIGN, format=RdfFormat.TURTLE)])
    write_site(project, tmp_path / "store", tmp_path / "site", read_configuration(project))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["project", "site", "store"]
    found = tree(tmp_path / "site")
    assert len({path.casefold() for path in found}) == len(found)
    assert all(path.isascii() for path in found)
    with Reading.open(tmp_path / "store", base=project.base) as reading:
        people = list(reading.instances("Person"))
    assert len(people) > 15
    addresses = Addresses(ADDRESS, project.base)
    assert {addresses.document(iri, suffix) for iri in people for suffix in SUFFIXES} <= found.keys()
    assert list(broken_links(tmp_path / "site", base=project.base, address=ADDRESS)) == []
    for page in (tmp_path / "site").rglob("*.html"):
        assert "<script>alert" not in page.read_text(encoding="utf-8")


POINTS = 24


def test_a_killed_run_leaves_the_last_site_whole(tmp_path):
    make_center(tmp_path)
    script = Path(__file__).with_name("killing_sites.py")
    done = subprocess.run(
        [sys.executable, script, tmp_path, str(POINTS)], capture_output=True, text=True, check=False, timeout=500
    )
    assert done.returncode == 0, done.stderr
    states = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(states) == POINTS + 1
    assert sum(state["killed"] for state in states) >= POINTS * 0.7
    good = "Title 1001"
    for state in states:
        assert state["whole"], state
        assert state["titles"] in ([good], [f"Title {state['number']}"]), "neither the last site nor the new one"
        (good,) = state["titles"]
    assert good == f"Title {POINTS}"
    assert states[-1]["left"] == ["site"], "the next run removes what a killed one left"


def test_the_command_line_says_what_it_did(project, tmp_path):
    command = [sys.executable, "-m", "ipcgraph", "--project", project.root, "site", tmp_path / "site"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("wrote ")
    assert str(tmp_path / "site") in done.stdout
    assert done.stderr == ""
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert again.stdout.startswith("nothing to do")
    (tmp_path / "site" / "mine.txt").write_text("mine")
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "mine" not in refused.stdout
    assert refused.stderr.startswith("ipcgraph: error: ")


def test_a_site_without_a_licence_is_told(tmp_path):
    project = make_center(tmp_path / "project")
    told: list[str] = []
    ipcgraph.site(project, tmp_path / "site", notice=told.append)
    assert any("licence" in sentence for sentence in told)
