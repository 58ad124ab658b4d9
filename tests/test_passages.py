"""Passages: a changed line of a source names exactly the records that rest on it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pyoxigraph import Literal
from tests.statement_lines import index

from ipcgraph import passages
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
    passages.accept(graph(last=1), folder, lock, complete=True)
    assert list(passages.read_lock(lock)) == [("source/news", 1, 1), ("source/news", 4, 4)]


def test_accepting_while_a_data_file_is_unread_keeps_every_old_hash(folder):
    lock = accepted(folder)
    before = passages.read_lock(lock)
    assert passages.accept(index("<person/z> a ipcg:Person ."), folder, lock, complete=False) == ()
    assert passages.read_lock(lock) == before
    (folder / "news.txt").write_text(TEXT.replace("Fourth", "4th"), encoding="utf-8")
    assert passages.accept(graph(last=1), folder, lock) == ()
    after = passages.read_lock(lock)
    assert list(after) == [("source/news", 1, 1), ("source/news", 1, 2), ("source/news", 4, 4)]
    assert after["source/news", 1, 2] == before["source/news", 1, 2]
    assert after["source/news", 4, 4] != before["source/news", 4, 4]


def faults(lock: Path) -> list[str]:
    found = passages.lock_faults(lock, "data/passages.lock")
    assert all(finding.severity == "error" and finding.fix for finding in found)
    return [f"{finding.place.path}:{finding.place.line}: {finding.message}" for finding in found]


def test_each_bad_line_of_a_lock_is_a_finding_and_accepting_mends_it(folder):
    lock = accepted(folder)
    good = lock.read_bytes()
    assert faults(lock) == []
    header, (first, second) = good.splitlines(keepends=True)[:-2], good.splitlines(keepends=True)[-2:]
    theirs = first.replace(first[-65:-1], b"a" * 64)
    merged = [*header, b"<<<<<<< ours\n", first, b"=======\n", theirs, b">>>>>>> theirs\r\n", second, b"caf\xe9\n"]
    lock.write_bytes(b"\xef\xbb\xbf" + b"".join(merged))
    start = len(header) + 1
    assert faults(lock) == [
        f"data/passages.lock:{start}: this line is not a passage and its hash",
        f"data/passages.lock:{start + 2}: this line is not a passage and its hash",
        f"data/passages.lock:{start + 3}: this passage already stands above with another hash",
        f"data/passages.lock:{start + 4}: this line is not a passage and its hash",
        f"data/passages.lock:{start + 6}: this line is not a passage and its hash",
    ]
    assert list(passages.read_lock(lock)) == [("source/news", 1, 2), ("source/news", 4, 4)]
    assert passages.accept(graph(name="gone.txt"), folder, lock) != ()
    assert lock.read_bytes() == good
    assert faults(lock) == []


def test_a_lock_that_is_absent_has_no_faults_and_no_hashes(tmp_path):
    assert passages.read_lock(tmp_path / "passages.lock") == {}
    assert faults(tmp_path / "passages.lock") == []


def test_a_lock_that_cannot_be_read_is_a_finding_and_is_left_alone(folder):
    # A folder in its place: of a file without permission nothing is kept from whoever runs as root.
    lock = folder.parent / "passages.lock"
    lock.mkdir()
    assert passages.read_lock(lock) == {}
    assert faults(lock) == ["data/passages.lock:1: this file cannot be read: Is a directory"]
    assert passages.accept(graph(), folder, lock, name="data/passages.lock") == passages.lock_faults(
        lock, "data/passages.lock"
    )
    assert list(lock.iterdir()) == []


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
