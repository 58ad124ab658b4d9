"""Encodings: each read rightly or as a guess that is told; control characters, line ends, compressed files."""

import gzip

import pytest
from tests.imports.reading import names, read, read_text

from ipcgraph.errors import UsageError

BIB = "@article{{a,\n  title = {{{}}},\n  author = {{{}}},\n}}\n"
FRENCH = BIB.format("Été à l'Île: façade où l'on naît", "Lefèvre, Élise and García Márquez, Gabriel")
CHINESE = BIB.format("中国经济发展研究", "王小明")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_in_every_form_is_read_without_a_word(tmp_path, codec):
    entries, findings = read_text(tmp_path, "a.bib", CHINESE.encode(codec))
    assert not findings
    assert (entries[0].title, names(entries[0])) == ("中国经济发展研究", [("王", "小明")])


@pytest.mark.parametrize(
    ("text", "codec", "told"),
    [
        (FRENCH, "cp1252", "Latin-1"),
        (FRENCH, "latin-1", "Latin-1"),
        (CHINESE * 3, "gbk", "GBK"),
        (CHINESE * 3, "gb18030", "GBK"),
    ],
)
def test_other_encodings_are_guessed_and_told(tmp_path, text, codec, told):
    entries, findings = read_text(tmp_path, "a.bib", text.replace("a,", "a1,", 1).encode(codec))
    assert entries[0].title == read_text(tmp_path, "b.bib", text)[0][0].title
    assert told in findings[0].message
    assert findings[0].severity == "warning"


@pytest.mark.parametrize("codec", ["cp1251", "iso8859_2", "shift_jis"])
def test_an_encoding_that_the_user_names_is_taken(tmp_path, codec):
    text = {"cp1251": "Основы теории", "iso8859_2": "Zażółć gęślą jaźń", "shift_jis": "日本型排外主義"}[codec]
    entries, findings = read_text(tmp_path, "a.bib", BIB.format(text, "A, B").encode(codec), encoding=codec)
    assert entries[0].title == text
    assert not findings


def test_a_declared_encoding_is_believed(tmp_path):
    entries, findings = read_text(
        tmp_path, "a.bib", b"% Encoding: ISO-8859-2\n" + BIB.format("Zażółć", "A, B").encode("iso8859_2")
    )
    assert entries[0].title == "Zażółć"
    assert not findings


def test_an_encoding_that_does_not_exist_is_a_wrong_call(tmp_path):
    with pytest.raises(UsageError, match="there is no encoding 'utf-9'"):
        read_text(tmp_path, "a.bib", FRENCH, encoding="utf-9")


def test_mixed_encodings_are_read_line_by_line(tmp_path):
    text = BIB.format("Größe", "Müller, Jörg").encode() + BIB.format("Élan", "Lefèvre, Élise").replace(
        "{a,", "{b,"
    ).encode("cp1252")
    entries, findings = read_text(tmp_path, "a.bib", text)
    assert {entry.title for entry in entries} == {"Größe", "Élan"} or len(findings) == 1
    assert entries[1].title == "Élan"


def test_a_late_line_in_another_encoding_is_told_at_its_line(tmp_path):
    filler = "".join(f"@article{{k{number},\n title = {{{'x' * 200} ö}},\n}}\n" for number in range(2_000))
    text = filler.encode() + "@article{last,\n title = {Élan vital à l'école},\n}\n".encode("latin-1")
    entries, findings = read_text(tmp_path, "a.bib", text)
    assert entries[-1].title == "Élan vital à l'école"
    assert [finding.place.line for finding in findings] == [6_002]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(tmp_path, end):
    bib = "@article{a,\n  title = {T},\n}\n\n@article{b,\n  title = {U},\n}\n".replace("\n", end)
    assert [(entry.title, entry.place.line) for entry in read_text(tmp_path, "a.bib", bib)[0]] == [("T", 1), ("U", 5)]
    ris = "TY  - JOUR\nTI  - T\nER  - \nTY  - BOOK\nTI  - U\nER  - \n".replace("\n", end)
    assert [(entry.title, entry.place.line) for entry in read_text(tmp_path, "a.ris", ris)[0]] == [("T", 1), ("U", 4)]
    table = "Title;Year;DOI\nT;2020;\nU;2021;\n".replace("\n", end)
    assert [(entry.title, entry.place.line) for entry in read_text(tmp_path, "a.csv", table)[0]] == [("T", 2), ("U", 3)]


def test_control_characters_are_left_out_and_told_once(tmp_path):
    text = "TY  - JOUR\nTI  - T\x00ides\x07\nER  - \nTY  - JOUR\nTI  - Quays\x9c\nER  - \n"
    entries, findings = read_text(tmp_path, "a.ris", text)
    assert [entry.title for entry in entries] == ["Tides", "Quays"]
    assert [(finding.place.line, finding.severity) for finding in findings] == [(2, "warning")]


def test_a_compressed_file_is_read_whatever_it_is_called(tmp_path):
    packed = gzip.compress(FRENCH.encode())
    assert read_text(tmp_path, "a.bib.gz", packed)[0][0].title == read_text(tmp_path, "a.bib", packed)[0][0].title


def test_a_damaged_compressed_file_gives_what_stands_before(tmp_path):
    lines = "".join(
        f'{{"id": "W{number}", "display_name": "Work {number}", "authorships": []}}\n' for number in range(5_000)
    )
    packed = gzip.compress(lines.encode())
    entries, findings = read_text(tmp_path, "a.jsonl.gz", packed[: len(packed) // 2])
    assert 0 < len(entries) < 5_000
    assert "damaged" in findings[-1].message


@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_an_error(tmp_path, content):
    entries, findings = read_text(tmp_path, "a.bib", content)
    assert not entries
    assert [finding.severity for finding in findings] == ["error"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", b"PK\x03\x04" + bytes(100)),
        ("a.pdf", b"%PDF-1.7 x"),
        ("a.bz2", b"BZh9 x"),
        ("a.txt", b"Dear colleague, thank you"),
    ],
)
def test_what_cannot_be_imported_is_refused_with_a_remedy(tmp_path, name, content):
    entries, findings = read_text(tmp_path, name, content)
    assert not entries
    assert [finding.severity for finding in findings] == ["error"]
    assert findings[0].fix


def test_a_folder_and_a_pipe_and_a_missing_file(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.bib")
    for path in (tmp_path / "pipe.bib", tmp_path / "nowhere.bib"):
        entries, findings = read(path)
        assert not entries
        assert "cannot be read" in findings[0].message
