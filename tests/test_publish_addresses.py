"""Addresses: where documents lie, on any file system, and the links between them."""

import posixpath
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ipcgraph.errors import UsageError
from ipcgraph.publish.addresses import SUFFIXES, Addresses

BASE = "https://example.org/id/"
ADDRESSES = Addresses("https://data.example.org/graph/", BASE)
HOSTILE = [
    "person/ada", "person/Ada", "person/ADA", "person/adá", "person/ada\u0301", "person/ada.html", "person/ada/index",
    "person/ada.html/x", "person/..", "person/../../etc/passwd", "../x", "..", ".", "person/.", "person//ada", "person/",
    "/etc/passwd", "person", "index", "person/index", "assets/style", ".well-known/void", "odd/x", "odd/" + "0" * 32,
    "person/" + "a" * 300, "person/" + "a" * 301, "person/" + "a/" * 600 + "b", "person/\u202eada", "person/😀",
    "person/😀😀", "person/con", "person/nul", "work/x/authorship/lpt1", "person/ada%2e%2e", "person/ada?x", "person/ada#x",
    "person/ada ", "person/ada\\x", "person/ada:x", "person/-ada", "source/overview/L29-L30", "source/overview/l29-l30",
    "source/overview/L29", "source/overview/l29", "person/ada\n", "person/ada\x00", "concept/role-type/dean", "graph/derived",
    "person/<script>", "javascript:alert(1)", "PERSON/ada", "person/ada_b", "person/ada-b", "person/ß", "person/ss", "person/ﬁ",
    "person/fi", "person/~ada", "person/ada~1", "person/ı", "person/i", "person/K", "person/k",
]  # fmt: skip


def folded(path):
    """A path as the least careful file system keeps it: without case, accents composed."""
    return unicodedata.normalize("NFKC", path.casefold()).upper()


def inside(path):
    return not path.startswith("/") and posixpath.normpath(path) == path and not path.startswith("..")


def test_a_thing_lies_where_its_iri_says():
    assert ADDRESSES.document(BASE + "person/ada") == "person/ada.html"
    assert ADDRESSES.document(BASE + "work/1843-notes/authorship/ada", ".ttl") == "work/1843-notes/authorship/ada.ttl"
    assert ADDRESSES.document(BASE + "source/overview/L29-L30", ".nt") == "source/overview/L29-L30.nt"
    assert ADDRESSES.document(BASE + "role/ada--director--x--1843") == "role/ada--director--x--1843.html"


def test_no_two_hostile_iris_share_a_file_or_a_folder():
    paths = [ADDRESSES.document(BASE + path, suffix) for path in HOSTILE for suffix in SUFFIXES]
    assert all(inside(path) for path in paths)
    assert len({folded(path) for path in paths}) == len(HOSTILE) * len(SUFFIXES)
    files = {folded(path) for path in paths}
    folders = {folded(str(folder)) for path in paths for folder in _folders(path)}
    assert not files & folders
    assert all(path.isascii() and path.isprintable() and " " not in path for path in paths)
    assert all(len(part) < 255 for path in paths for part in path.split("/"))
    assert max(map(len, paths)) < 1_000


def _folders(path):
    parts = path.split("/")[:-1]
    return ["/".join(parts[: number + 1]) for number in range(len(parts))]


TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@given(one=TEXT, other=TEXT, kind=st.sampled_from(["person/", "source/x/", "work/y/authorship/", "", "odd/"]))
@example(one="Ada", other="ada", kind="person/")
@example(one="L1", other="l1", kind="source/x/")
def test_two_iris_never_lie_in_one_file(one, other, kind):
    paths = [ADDRESSES.document(BASE + kind + text) for text in (one, other)]
    assert all(inside(path) for path in paths)
    assert (folded(paths[0]) == folded(paths[1])) == (one == other)


def test_the_site_keeps_the_places_of_its_own_files():
    own = {
        "index.html",
        "404.html",
        "person/index.html",
        "assets/style.css",
        "robots.txt",
        ".well-known/void",
        "person.html",
    }
    assert not own & {ADDRESSES.document(BASE + path, suffix) for path in HOSTILE for suffix in (*SUFFIXES, ".css", "")}


@pytest.mark.parametrize("iri", [BASE, "https://example.org/other/ada", "https://w3id.org/ipcgraph/ns#Work", ""])
def test_what_is_not_of_the_base_has_no_document(iri):
    assert not ADDRESSES.has(iri)
    with pytest.raises(UsageError, match="does not begin with"):
        ADDRESSES.document(iri)


PLACES = ["index.html", "person/index.html", "assets/style.css", "dumps/"]
THINGS = [BASE + path for path in HOSTILE]


@given(origin=st.sampled_from([*PLACES[:-1], *THINGS]), target=st.sampled_from([*PLACES, *THINGS]))
def test_a_link_leads_from_one_document_to_the_other(origin, target):
    start, end = (ADDRESSES.document(each) if ADDRESSES.has(each) else each for each in (origin, target))
    link = ADDRESSES.link(origin, target)
    assert posixpath.normpath(posixpath.join(posixpath.dirname(start), link)) == end.rstrip("/")
    assert ":" not in link
    assert not link.startswith("/")


def test_the_web_address_has_the_path_of_the_site():
    assert ADDRESSES.web(BASE + "person/ada", ".ttl") == "https://data.example.org/graph/person/ada.ttl"
    assert (
        Addresses("https://data.example.org/graph", BASE).web("index.html")
        == "https://data.example.org/graph/index.html"
    )
    assert Addresses("", BASE).web(BASE + "person/ada") == "person/ada.html"
