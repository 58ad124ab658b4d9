"""Passages: a changed line of a source names exactly the records that rest on it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pyoxigraph import Literal
from tests.statement_lines import index

from ipcgraph import passages
from ipcgraph.errors import ProjectError
from ipcgraph.findings import Finding
from ipcgraph.statements import Index
from ipcgraph.vocabulary import IPCG

TEXT = "First line.\nSecond, naïve.\nThird.\nFourth.\nFifth.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "news.txt").write_text(TEXT, encoding="utf-8")
    return folder


def graph(*, name: str = "news.txt", last: int = 2) -> Index:
    return index(f"""
        <source/news> a ipcg:Source .
        <source/news> ipcg:fileName "{name}" .
        <source/register> a ipcg:Source .
        <source/news/L1-L{last}> a ipcg:Passage ; ipcg:source <source/news> ; ipcg:firstLine 1 ; ipcg:lastLine {last} .
        <source/news/L4> a ipcg:Passage ; ipcg:source <source/news> ; ipcg:firstLine 4 ; ipcg:lastLine 4 .
        <person/a> ipcg:evidence <source/news/L1-L{last}> .
        <person/b> ipcg:evidence <source/news/L4> .
        <person/b/claim/orcid> ipcg:evidence <source/news/L1-L{last}> .
        <person/c> ipcg:evidence <source/news> , <source/register> , <source/register/L3> .
        <source/register/L3> a ipcg:Passage ; ipcg:source <source/register> ; ipcg:firstLine 3 ; ipcg:lastLine 3 .
    """)


def told(findings) -> list[str]:
    found: list[Finding] = sorted(findings, key=lambda finding: finding.place)
    assert all(finding.shape == IPCG + "check-passage" for finding in found)
    return [f"{f.place.line}: {f.message}" for f in found]


def accepted(folder: Path) -> Path:
    lock = folder.parent / "passages.lock"
    assert passages.accept(graph(), folder, lock) == ()
    return lock


def check(folder: Path, lock: Path, written: Index | None = None) -> list[str]:
    return told(passages.check_sources(written or graph(), passages.read_lock(lock), folder))


def test_hashes_are_those_of_the_lines_and_stand_sorted_one_a_line(folder):
    lines = [line for line in accepted(folder).read_text().splitlines() if not line.startswith("#")]
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in ("First line.\nSecond, naïve.", "Fourth.")]
    assert lines == [f"source/news L1-L2 {digests[0]}", f"source/news L4 {digests[1]}"]


def test_what_was_written_is_read_back(folder):
    lock = accepted(folder)
    hashes = passages.read_lock(lock)
    assert list(hashes) == [("source/news", 1, 2), ("source/news", 4, 4)]
    before = lock.read_bytes()
    passages.write_lock(lock, dict(reversed(hashes.items())))
    assert lock.read_bytes() == before
    assert {path.name for path in lock.parent.iterdir()} == {"texts", "passages.lock"}


def test_nothing_is_said_of_a_text_that_has_not_changed(folder):
    lock = accepted(folder)
    assert check(folder, lock) == []
    windows = b"\xef\xbb\xbf" + TEXT.rstrip("\n").replace("\n", "\r\n").encode()
    (folder / "news.txt").write_bytes(windows)
    assert check(folder, lock) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (1, ["6: person/a rests on lines 1 to 2", "8: person/b/claim/orcid rests on lines 1 to 2"]),
        (2, ["6: person/a rests on lines 1 to 2", "8: person/b/claim/orcid rests on lines 1 to 2"]),
        (3, []),
        (4, ["7: person/b rests on line 4"]),
        (5, []),
    ],
)
def test_one_changed_character_names_exactly_what_rests_on_its_line(folder, line, expected):
    lock = accepted(folder)
    lines = TEXT.splitlines(keepends=True)
    lines[line - 1] = lines[line - 1].replace(".", ",", 1)
    (folder / "news.txt").write_text("".join(lines), encoding="utf-8")
    assert check(folder, lock) == [f"{words} of source/news, whose text has changed" for words in expected]
    assert passages.accept(graph(), folder, lock) == ()
    assert check(folder, lock) == []


def test_a_passage_that_was_never_recorded_is_found(folder):
    assert check(folder, folder / "absent.lock") == [
        "6: person/a rests on lines 1 to 2 of source/news, whose text was never recorded",
        "7: person/b rests on line 4 of source/news, whose text was never recorded",
        "8: person/b/claim/orcid rests on lines 1 to 2 of source/news, whose text was never recorded",
    ]


def test_lines_beyond_the_end_are_found_where_they_are_cited(folder):
    found = check(folder, accepted(folder), graph(last=6))
    assert found == [
        "6: person/a rests on lines 1 to 6 of source/news, but the file news.txt ends with line 5",
        "8: person/b/claim/orcid rests on lines 1 to 6 of source/news, but the file news.txt ends with line 5",
    ]


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("gone.txt", "source/news has no file gone.txt in texts"),
        ("", "source/news has no file  in texts"),
        ("../secret.txt", "fileName of source/news leads out of the folder of sources"),
        ("sub/../../secret.txt", "fileName of source/news leads out of the folder of sources"),
        ("/etc/hostname", "fileName of source/news leads out of the folder of sources"),
        ("..\\\\secret.txt", "fileName of source/news leads out of the folder of sources"),
        ("C:\\\\secret.txt", "fileName of source/news leads out of the folder of sources"),
        ("latin.txt", "latin.txt is not UTF-8 (byte 3)"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_finding_where_it_is_named(folder, name, fault):
    (folder.parent / "secret.txt").write_text(TEXT)
    (folder / "latin.txt").write_bytes(b"na\xefve")
    lock = accepted(folder)
    assert check(folder, lock, graph(name=name)) == [f"2: {fault}"]


def test_accepting_keeps_what_cannot_be_read_and_drops_what_is_no_longer_cited(folder):
    lock = accepted(folder)
    before = passages.read_lock(lock)
    [finding] = passages.accept(graph(name="gone.txt"), folder, lock)
    assert "no file gone.txt" in finding.message
    assert passages.read_lock(lock) == before
    passages.accept(graph(last=1), folder, lock)
    assert list(passages.read_lock(lock)) == [("source/news", 1, 1), ("source/news", 4, 4)]


def test_a_lock_that_is_none_names_its_line(tmp_path):
    lock = tmp_path / "passages.lock"
    assert passages.read_lock(lock) == {}
    lock.write_text("# header\n\nsource/news L1 " + "a" * 64 + "\nsource/news L2 short\n")
    with pytest.raises(ProjectError, match=r"passages\.lock:4: "):
        passages.read_lock(lock)
    lock.write_bytes(b"\xff")
    with pytest.raises(ProjectError, match="cannot be read"):
        passages.read_lock(lock)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", ()),
        (b"\n", ("",)),
        (b"a", ("a",)),
        (b"a\n\n", ("a", "")),
        (b"a\r\nb\rc", ("a", "b", "c")),
        ("a\u2028b\x0cc".encode(), ("a\u2028b\x0cc",)),
    ],
)
def test_lines_are_split_at_line_ends_only(data, lines):
    assert passages.read_lines(data) == lines


def test_hashes_of_no_lines_are_none():
    lines = ("a", "b")
    assert passages.hash_lines(lines, 1, 2) is not None
    assert [passages.hash_lines(lines, *span) for span in ((0, 1), (2, 1), (2, 3))] == [None, None, None]


def test_recorded_hashes_become_statements_about_the_passages(folder):
    hashes = passages.read_lock(accepted(folder))
    stated = list(passages.hash_statements(graph(), hashes))
    assert [(quad.object, place.line) for quad, place in stated] == [
        (Literal(hashes["source/news", 1, 2]), 4),
        (Literal(hashes["source/news", 4, 4]), 5),
    ]
    assert list(passages.hash_statements(Index.of([*graph(), *stated]), hashes)) == []
